"""``detect`` and ``cluster`` run the bundled analyses through the host: exact results, rows cited, rates and notes told."""

from __future__ import annotations

import csv
import hashlib
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call, NoScreens
from workstation.cli.main import main
from workstation.paths import plugins_folder

EXAMPLE = Path(__file__).resolve().parents[3] / "shared" / "algo" / "typology_example"
needs_example = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the folder ../shared/algo is not here")
#: Base units of one unit of the example: assets on the chain ``stated`` have 18 digits.
UNIT = 10**18


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 2,500 transfers of the example as a case; transfer n of the example stands in row n + 2."""
    folder = tmp_path_factory.mktemp("example")
    with lzma.open(EXAMPLE / "transfers.csv.xz", "rt") as file:
        rows = list(csv.DictReader(file))
    lines = [f"{r['ts']},{r['from']},{r['to']},UNIT,{r['amount']},stated" for r in rows]
    (folder / "ledger.csv").write_text("\n".join(["time,from,to,asset,amount,chain", *lines]) + "\n", "utf-8")
    case = folder / "example.wcase"
    screens: Any = NoScreens()
    assert main(["case", "new", str(case), "--title", "Example", "--plain"], screens) == 0
    assert main(["import", str(case), str(folder / "ledger.csv")], screens) == 0
    return case


def number(citation: dict[str, Any]) -> int:
    """The number of a transfer in the example, by the row it is cited from."""
    return int(str(citation["locator"]).removeprefix("row ")) - 2


def settings(kind: str, given: dict[str, Any]) -> list[str]:
    """The parameters of the example as ``--set`` words; names as semantics 9 writes them."""
    words = ["suppress=no"]
    for name, value in given.items():
        text = (
            "/".join(map(str, value)) if isinstance(value, list) else str(value * UNIT if name in ("T", "A") else value)
        )
        words.append(f"{name}={text}")
    if kind == "round_trip":
        words += ["Lmin=2", "Lmax=6", "W=172800"]
    return [word for each in words for word in ("--set", each)]


def result(kind: str, found: dict[str, Any]) -> tuple[int, ...]:
    """A result row as semantics 10 wants it."""
    numbers = sorted(map(number, found["citations"]))
    who = [int(key.rpartition(":")[2]) for key in found["subjects"]]
    if kind in ("temporal_cycle", "round_trip", "relay_chain", "peel_chain"):
        return tuple(numbers)
    if kind == "rapid_movement":
        return (numbers[0],)
    return (who[0], numbers[0]) if kind == "dormant_wake" else (*who, found["measures"]["peak"])


@needs_example
@pytest.mark.parametrize(
    "kind",
    ["fan_out", "fan_in", "scatter_gather", "gather_scatter", "structuring_out", "structuring_in", "rapid_movement",
     "dormant_wake", "relay_chain", "peel_chain", "temporal_cycle", "round_trip"],
)  # fmt: skip
def test_the_plugin_gives_the_reference_results(kind: str, example: Path, call: Call) -> None:
    """Every result row of ``exact.json``, out of a case, through the host, with usual traffic left in."""
    exact = json.loads((EXAMPLE / "exact.json").read_text("utf-8"))
    code, told = call("detect", example, "--typology", kind, *settings(kind, exact["params"][kind]))
    assert code == 0, told
    rows = sorted(result(kind, found) for found in told["findings"])
    text = "".join(",".join(map(str, row)) + "\n" for row in rows)
    assert hashlib.sha256(text.encode("ascii")).hexdigest() == exact["results"][kind]["sha256"]


@needs_example
def test_all_patterns_together_tell_what_is_left_out(example: Path, call: Call) -> None:
    """Each pattern once, with its name, rates, settings and rows; what is usual is a number in the notes."""
    code, told = call("detect", example, "--set", f"threshold={10**6 * UNIT}")
    assert code == 0
    assert {found["typology"] for found in told["findings"]} >= {"fan_out", "stack", "relay"}
    for found in told["findings"]:
        assert len(found["id"]) == 16
        assert found["citations"][0]["locator"].startswith("row ")
        assert len(found["transfers"]) == len(found["citations"]) == found["measures"]["payments"]
        assert "precision" in found["measures"]["error_rate"]
        assert found["measures"]["not_usual"]
        assert found["disproof"]
    notes = " ".join(told["runs"][0]["notes"])
    assert "hang on a hub" in notes
    assert "part of a larger pattern" in notes
    assert call("detect", example, "--set", f"threshold={10**6 * UNIT}") == (code, told)


@needs_example
def test_settings_of_single_detectors_ask_each_that_has_all_it_needs(example: Path, call: Call) -> None:
    """``k`` belongs to fans and layers: they are asked one by one; structuring still misses its threshold."""
    code, told = call("detect", example, "--set", "k=9")
    assert code == 0
    asked = {run["analysis"].partition("/")[2] for run in told["runs"]}
    assert {"fan-out", "bipartite"} <= asked
    assert not asked & {"structuring-out", "all"}


@pytest.mark.parametrize(
    ("words", "code"), [(("--typology", "tornado"), "WS-DET-001"), (("--set", "colour=red"), "WS-DET-002")]
)
def test_what_does_not_exist_is_refused(words: tuple[str, ...], code: str, case: Path, call: Call) -> None:
    """An unknown pattern or setting is a mistake of usage, and the answer names what there is."""
    exit_code, told = call("detect", case, *words)
    assert (exit_code, told["error"]["code"]) == (2, code)


def test_an_empty_case_has_no_patterns_and_no_clusters(case: Path, call: Call) -> None:
    """Nothing in, nothing out."""
    for verb in ("detect", "cluster"):
        code, told = call(verb, case)
        assert (code, told["findings"]) == (0, [])


def test_clusters_of_the_demo_case(tmp_path: Path, call: Call) -> None:
    """Addresses of the ransom case that were spent together, as a suggested entity that cites its rows."""
    from workstation.app.demo import COLONIAL, build
    from workstation.app.places import bundled_plugins

    build(COLONIAL, tmp_path / "c.wcase", bundled_plugins(), tmp_path).close()
    code, told = call("cluster", tmp_path / "c.wcase")
    assert code == 0
    first = told["findings"][0]
    assert (first["kind"], first["proposal"]["what"], len(first["subjects"])) == ("common_spending", "entity", 23)
    assert first["citations"]
    assert "multi" not in first["title"]
    assert any("tagged as an exchange" in note for run in told["runs"] for note in run["notes"])


@needs_example
def test_red_flags_tell_all_indicators_and_take_a_profile(call: Call, example: Path, tmp_path: Path) -> None:
    code, told = call("redflags", example)
    assert code == 0
    assert len(told["indicators"]) == 47
    assert all(each["state"] for each in told["indicators"])
    assert {found["kind"] for found in told["findings"]} <= {"red_flag"}
    (tmp_path / "own.toml").write_text("title = 5", "utf-8")
    code, told = call("redflags", example, "--profile", tmp_path / "own.toml")
    assert (code, told["error"]["code"]) == (2, "WS-DET-004")
    assert call("redflags", example, "--profile", tmp_path / "none.toml")[1]["error"]["code"] == "WS-DET-003"


def test_a_threshold_in_money_uses_the_prices_of_the_case(case: Path, call: Call, tmp_path: Path) -> None:
    """Prices come in as a file; a token that only borrows the symbol takes no price of it."""
    known, fake = "0xdac17f958d2ee523a2206206994597c13d831ec7", "0x" + "ab" * 20
    rows = ["time,from,to,asset,amount,chain"]
    for contract, payer in ((known, "0x" + "11" * 20), (fake, "0x" + "22" * 20)):
        rows += [f"{1772359200 + n},{payer},0x{n:040x},USDT:{contract}:6,12000,ethereum" for n in range(1, 4)]
    (tmp_path / "ledger.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (tmp_path / "prices.csv").write_text("date,asset,currency,rate,source\n2026-03-01,USDT,EUR,0.9,Bank A\n", "utf-8")
    code, told = call("import", case, tmp_path / "ledger.csv", tmp_path / "prices.csv")
    assert code == 0, told
    code, told = call("redflags", case, "--profile", plugins_folder() / "redflags" / "money.toml")
    assert code == 0
    (hit,) = [found for found in told["findings"] if found["measures"]["indicator"] == "size.many-large"]
    assert hit["subjects"] == ["address:ethereum:0x" + "11" * 20]
    assert hit["measures"]["rates"].endswith("at 0.9 EUR on 2026-03-01 (Bank A)")
    assert "3 transfers valued in EUR; 3 of USDT without a price of their day" in told["runs"][0]["notes"][0]
