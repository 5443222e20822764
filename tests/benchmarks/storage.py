"""Owns the import and reopening ratios of ``notes/storage.md`` section 11. Must not assert a time.

Each measurement runs in a process of its own, so that memory and warm caches of one do not flatter another.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

HEADER = (
    '"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","TokenValue","USDValueDayOfTx",'
    '"ContractAddress","TokenName","TokenSymbol"\n'
)
USDC = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"


def write_export(path: Path, rows: int, seed: int = 7) -> None:
    """Write an explorer-style ERC-20 export with ``rows`` rows; about 0.34 addresses and 0.57 transactions a row."""
    rng = random.Random(seed)
    people = [f"0x{rng.getrandbits(160):040x}" for _ in range(max(2, rows * 34 // 100))]
    time, block, tx = 1_600_000_000, 10_000_000, ""
    with path.open("w", encoding="ascii", newline="") as out:
        out.write(HEADER)
        for number in range(rows):
            if number == 0 or rng.random() < 0.57:
                tx = f"0x{rng.getrandbits(256):064x}"
                time += rng.randrange(15)
                block += 1
            sender, receiver = people[int(len(people) * rng.random() ** 3)], rng.choice(people)
            value = f"{rng.randrange(10**6)}.{rng.randrange(10**6):06d}"
            out.write(
                f'"{tx}","{block}","{time}","2021-01-01 00:00:00","{sender}","{receiver}","{value}","N/A",'
                f'"{USDC}","USD Coin","USDC"\n'
            )


def peer_pandas(export: Path, out: Path) -> dict[str, float]:
    """pandas.read_csv + to_sql + two indexes: raw text, no source kept, no checks."""
    import sqlite3

    import pandas

    start = perf_counter()
    frame = pandas.read_csv(export, dtype=str)
    with sqlite3.connect(out) as base:
        frame.to_sql("t", base, index=False)
        base.execute('CREATE INDEX a ON t("From")')
        base.execute('CREATE INDEX b ON t("To")')
    base.close()
    return {"seconds": perf_counter() - start, **_memory()}


def peer_networkx(export: Path, out: Path) -> dict[str, float]:
    """Rows of the peer's database read into a networkx.MultiDiGraph: what reopening a case would cost without arrays."""
    import sqlite3

    import networkx

    start = perf_counter()
    base = sqlite3.connect(out)
    graph: Any = networkx.MultiDiGraph()
    graph.add_edges_from((a, b, {"amount": v}) for a, b, v in base.execute('SELECT "From","To","TokenValue" FROM t'))
    base.close()
    return {"seconds": perf_counter() - start, "edges": graph.number_of_edges(), **_memory()}


def ours_import(export: Path, out: Path, passphrase: str | None = None) -> dict[str, float]:
    """Import the export into a new case through the program's own intake: hash, keep, worker, reconcile, index."""
    from workstation.app import intake, places, session
    from workstation.casefile import store

    case = store.create(out, title="Bench", examiner="bench", passphrase=passphrase)
    opened = session.Session(case, places.bundled_plugins(), out.parent)
    start = perf_counter()
    results = intake.import_files(opened, [export], intake.Options(chain="ethereum"))
    seconds = perf_counter() - start
    accepted = sum(result.accepted for result in results)
    opened.close()
    return {"seconds": seconds, "accepted": accepted, **_memory()}


def ours_reopen(export: Path, out: Path, passphrase: str | None = None) -> dict[str, float]:
    """Open the case and load the arrays the graph stands on."""
    from workstation.casefile import store

    start = perf_counter()
    case = store.open_case(out, passphrase=passphrase)
    columns = case.columns()
    seconds = perf_counter() - start
    case.close()
    return {"seconds": seconds, "rows": len(columns.time), **_memory()}


STEPS: dict[str, Callable[..., dict[str, float]]] = {
    step.__name__: step for step in (peer_pandas, peer_networkx, ours_import, ours_reopen)
}


def _memory() -> dict[str, float]:
    import resource

    return {"rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def measure(step: str, export: Path, out: Path, *extra: str) -> dict[str, float]:
    """Run one step in a fresh process and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.storage", step, str(export), str(out), *extra],
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def result(name: str, value: float, unit: str, peer: str, ratio: float, target: str, holds: bool) -> dict[str, Any]:
    """One line of ``run.py bench`` (design section 6)."""
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "ratio": round(ratio, 3),
        "target": target,
        "holds": holds,
    }


def run(full: bool = False) -> list[dict[str, Any]]:
    """The storage ratios: 200,000 rows, or 1,000,000 with ``full``."""
    rows = 1_000_000 if full else 200_000
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        export = here / "export.csv"
        write_export(export, rows)
        pandas = measure("peer_pandas", export, here / "peer.db")
        plain = measure("ours_import", export, here / "plain.wcase")
        secret = measure("ours_import", export, here / "secret.wcase", "a passphrase")
        graph = measure("peer_networkx", export, here / "peer.db")
        reopen = measure("ours_reopen", export, here / "plain.wcase")
        again = measure("ours_reopen", export, here / "secret.wcase", "a passphrase")
    size = f"{rows:,} rows"
    lines = []

    def compare(name: str, ours: float, unit: str, peer: str, other: float, limit: float, faster: bool) -> None:
        ratio = other / ours if faster else ours / other
        target = f">= {limit} x faster" if faster else f"<= {limit} x"
        lines.append(result(name, ours, unit, peer, ratio, target, ratio >= limit if faster else ratio <= limit))

    compare(
        f"T1 import {size}",
        plain["seconds"],
        "s",
        "pandas.read_csv + to_sql + 2 indexes",
        pandas["seconds"],
        1.7,
        False,
    )
    compare(f"T4 import encrypted, {size}", secret["seconds"], "s", "own plain import", plain["seconds"], 1.4, False)
    compare(f"T5 memory of import, {size}", plain["rss_mb"], "MB", "pandas.to_sql", pandas["rss_mb"], 1.0, False)
    compare(
        f"T6 reopen to arrays, {size}",
        reopen["seconds"],
        "s",
        "rows into networkx.MultiDiGraph",
        graph["seconds"],
        15.0,
        True,
    )
    compare(f"T7 reopen encrypted, {size}", again["seconds"], "s", "own plain reopen", reopen["seconds"], 2.0, False)
    return lines


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])))
