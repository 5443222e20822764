"""Tracing real money in the real window: what each method says stands where, and why they differ.

The expected figures are worked out in the tests from the inputs and outputs of the public ledger, never from the program.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel

from tests.stories.player import LONG, Player
from workstation.app.tracing import records
from workstation.domain.subjects import Subject, address
from workstation.ui.workbench.panel import TracePanel

pytestmark = pytest.mark.gui

RANSOM = "15JFh88FcE4WL6qeMLgX5VEAFCbRXjc9fr"
SEIZED = address("bitcoin", "bc1qpx7vyv5tp7dm0g475ev527krg764t73dh77gls")
GATHERED = "daf38c7b38eb0a587cf843f47000d5c294affb4f56017370ad48c5147f5e69d9"
THIEF = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
DATA = Path(__file__).parents[2].parent / "shared" / "data"


def _folder(name: str) -> Path:
    if not (DATA / name).is_dir():
        pytest.skip("../shared/data is not there")
    return DATA / name


def _import(player: Player, files: list[Path]) -> None:
    job = player.session.run("case.import", files=files).job
    assert job is not None
    player.qtbot.waitUntil(lambda: not job.active, timeout=LONG)
    assert job.state == "done"


def _trace(player: Player, command: str, **given: Any) -> TracePanel:
    """Run a trace from the window and wait until its board is on screen."""
    panel = player.window.docks["trace"].widget()
    assert isinstance(panel, TracePanel)
    player.window.show_dock("trace")
    before = panel.shown.numbers if panel.shown is not None else ()
    player.window.ask(command, **given)
    player.qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.numbers != before, timeout=LONG)
    return panel


def _row(panel: TracePanel, subject: Subject) -> dict[str, str]:
    """The figures of a holder in the board, by column."""
    board = panel.table.board
    rows = [row for row in board.rows if row.key == subject.key and not row.head]
    return dict(zip(board.heads, rows[0].cells, strict=True)) if rows else {}


def _coins(units: Fraction | int) -> str:
    whole = int(units)
    return f"{whole // 10**8:,}.{whole % 10**8:08d}" + ("" if whole == units else " + a part")


def _seized_by_method(marked: int) -> dict[str, str]:
    """How much of ``marked`` units reaches the second output of the seizure, by hand (semantics 2.1 to 2.7).

    The seizure has one input of 6,960,422,177 satoshi, of which the first ``marked`` are the ransom's, and two outputs:
    590,422,177 back to the sender and 6,369,996,546 to the seizing address; 3,454 are the fee.
    """
    change, seized = 590_422_177, 6_369_996_546
    clean = 6_960_422_177 - marked
    in_front = marked - change  # ransom left over when the change was served from the front
    return {
        "poison": "touched",
        "haircut": _coins(Fraction(marked * seized, 6_960_422_177)),
        "fifo": _coins(in_front),  # change takes the front, then the seizure takes what is left of the ransom
        "lifo": _coins(seized),  # change takes the clean tail and a little of the ransom, the seizure only ransom
        "tiho": _coins(min(marked, seized)),  # ransom first, to the largest output first
        "dirty_first": _coins(in_front),
        "clean_first": _coins(seized if change >= clean else marked - (marked - clean)),
    }


def test_how_much_of_the_ransom_stands_at_the_seizing_address(player: Player) -> None:
    folder = _folder("case-colonial-pipeline-2021")
    _import(player, [folder / f"esplora_{name}_txs.json" for name in ("ransom", "anchor", "fbi")])
    session = player.session

    # The files hold no way from the ransom address to the seizing one, and no method invents it.
    session.select([address("bitcoin", RANSOM)])
    panel = _trace(player, "trace.forward")
    assert _row(panel, SEIZED) == {}
    received = next(h for h in panel.marked_run().record["holders"] if h["subject"].startswith("address:bitcoin:1DToN"))  # type: ignore[union-attr]
    assert int(received["amount"]) == 7_500_034_246

    # Taken as stated that 63.75 BTC of the gathered coins are the ransom's, the methods differ, each as by hand.
    gathered = next(t for t in session.store.transfers() if t.tx == GATHERED and t.amount == 6_960_422_177)
    source = Subject("transfer", "bitcoin", str(gathered.id))
    session.select([source])
    panel = _trace(player, "trace.forward", amount="63.75", asset="BTC", stop=SEIZED.key)
    row = _row(panel, SEIZED)
    expected = _seized_by_method(6_375_000_000)
    assert {name: row[name] for name in expected} == expected
    assert row["Holds under"] == "7 of 7"
    assert row["Smallest"] == expected["fifo"]
    assert row["Largest"] == expected["lifo"]

    # Why they differ stands in the steps of each method.
    told = {}
    for run in panel.shown.runs if panel.shown is not None else ():
        panel.method.setCurrentIndex(panel.method.findData(run.record["method"]))
        told[run.record["method"]] = "\n".join(panel.steps.texts.texts)
    assert "from the front" in told["fifo"]
    assert "57.84577823 BTC" in told["fifo"]
    assert len(set(told.values())) == len(told)


def test_the_thiefs_outflows_in_coins_and_tokens_gas_apart(player: Player) -> None:
    folder = _folder("case-ronin-bridge-2022")
    facts = json.loads((folder / "expected_facts.json").read_text())
    _import(player, [folder / f"etherscan_api_{kind}.json" for kind in ("txlist", "txlistinternal", "tokentx")])
    player.session.select([address("ethereum", THIEF)])
    panel = _trace(player, "trace.forward", methods="fifo,haircut")
    assert panel.shown is not None
    tokens = sum(int(units) for symbol, _, sender, _, units in facts["tokens"] if sender == THIEF)
    fees = sum(t.amount or 0 for t in player.session.store.transfers() if t.kind == "fee" and t.sender == THIEF)
    assert fees > 0
    for run in panel.shown.runs:
        record = run.record
        sums: dict[str, Fraction] = {}
        for holder in record["holders"]:
            sums[holder["asset"]] = sums.get(holder["asset"], Fraction(0)) + Fraction(holder["amount"])
        assert sums["USDC"] == tokens
        for rest in record["remainder"]:
            sums[rest["asset"]] = sums.get(rest["asset"], Fraction(0)) + Fraction(rest["amount"])
        injected = {asset: sum(Fraction(v) for v in by.values()) for asset, by in record["injected"].items()}
        assert sums == injected
    fifo = panel.shown.run("fifo").record
    assert Fraction(next(iter(fifo["injected"]["ETH"].values()))) == int(facts["txlist_out_wei"])
    shown = {row.cells[1] for row in panel.table.board.rows if row.key.startswith("address:ethereum:")}
    assert {"ETH", "USDC"} <= shown


def test_an_import_makes_runs_stale_and_running_again_repeats_the_bytes(player: Player) -> None:
    folder = _folder("case-colonial-pipeline-2021")
    _import(player, [folder / "esplora_ransom_txs.json"])
    player.session.select([address("bitcoin", RANSOM)])
    panel = _trace(player, "trace.forward", methods="fifo")
    assert panel.shown is not None
    assert not panel.shown.stale
    panel.again.click()
    verdict = player.dialog(QDialog)
    said = " ".join(label.text() for label in verdict.findChildren(QLabel))
    assert "byte for byte" in said
    verdict.close()
    assert records.again(player.session, panel.shown.runs[0].number).identical
    _import(player, [folder / "esplora_anchor_txs.json"])
    assert all(run.stale for run in records.kept(player.session))
    panel.refresh()
    player.qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.stale, timeout=LONG)
    assert panel.words.text().startswith("Stale")
