"""``python -m tests.analysis.trace.generate OUT --count N --seed S``: ledgers of our own making as a vector file.

What each case expects is computed by the slow reference, which shares no code with the engines, so any laboratory can
run ``workstation validate OUT``. Same numbers give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path
from typing import Any

from tests.analysis.trace import reference
from tests.analysis.trace.ledgers import account_case, utxo_case
from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.analysis.vectors import FORMAT


def case(seed: int) -> dict[str, Any]:
    """One ledger with what every method must give; accounts and UTXO ledgers take turns."""
    if seed % 2:
        made = utxo_case(seed)
        expect: dict[str, Any] = {name: reference.utxo(made, name) for name in UTXO_METHODS}
    else:
        made = account_case(seed)
        expect = {name: reference.account(made, name) for name in ACCOUNT_METHODS}
        short = {name: found.pop("shortfalls") for name, found in expect.items()}
        expect["shortfalls"] = short["fifo"]
    return {**made, "title": f"generated ledger, seed {seed}", "expect": expect}


def write(out: Path, count: int, seed: int) -> list[dict[str, Any]]:
    """Write ``count`` cases; a name that ends in .gz is compressed."""
    cases = [case(number) for number in range(seed, seed + count)]
    data = (json.dumps({"format": FORMAT, "cases": cases}, separators=(",", ":")) + "\n").encode()
    out.write_bytes(gzip.compress(data, mtime=0) if out.suffix == ".gz" else data)
    return cases


def size(cases: list[dict[str, Any]]) -> dict[str, int]:
    """How many ledgers, runs of a method, and events or transactions with every method counted."""
    methods = [(one, [name for name in one["expect"] if name != "shortfalls"]) for one in cases]
    return {
        "ledgers": len(cases),
        "runs": sum(len(names) for _, names in methods),
        "steps": sum(
            len(names) * len(one["events"] if one["kind"] == "account" else one["ledger"]["txs"])
            for one, names in methods
        ),
    }


def main(arguments: list[str]) -> int:
    """Write the file and say what is in it."""
    parser = argparse.ArgumentParser(prog="generate", description="Vector file of generated ledgers.")
    parser.add_argument("out", type=Path, metavar="OUT", help="file to write (.json or .json.gz)")
    parser.add_argument("--count", type=int, default=700, metavar="N", help="ledgers")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="number of the first ledger")
    chosen = parser.parse_args(arguments)
    counted = size(write(chosen.out, chosen.count, chosen.seed))
    sys.stdout.write(", ".join(f"{number} {name}" for name, number in counted.items()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
