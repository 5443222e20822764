"""The story of an exchange's answer through the real window: Binance, Tronscan and Etherscan files and the OFAC list
of the samples end in one case."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.stories.player import LONG, Player, press
from workstation.ui.importdialog import ImportDialog
from workstation.ui.results import ResultDialog
from workstation.ui.rowspanel import RowsPanel

pytestmark = pytest.mark.gui
DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
SAMPLES = (
    "exchange-layouts-invented/binance_deposit_history.csv",
    "exchange-layouts-invented/binance_withdrawal_history.csv",
    "exchange-layouts-invented/tronscan_transfers.csv",
    "case-ronin-bridge-2022/derived_export-0x098b716b-normal.csv",
    "sanctions-ofac/sanctioned_addresses_ETH.txt",
)
DEPOSIT = "TLLM21wteSPs4hKjbxgmH1L6poyMjeTbHm"
SANCTIONED = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"


def rows(player: Player, dock: str) -> list[tuple[str, ...]]:
    """The cells a lower panel shows, once it is on screen."""
    player.window.show_dock(dock)
    panel = player.window.docks[dock].widget()
    assert isinstance(panel, RowsPanel)
    player.qtbot.waitUntil(panel.isVisible, timeout=LONG)
    player.qtbot.waitUntil(lambda: panel.model.rowCount() > 0, timeout=LONG)
    return [row.cells for row in panel.model.rows]


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of shared samples is not there")
def test_the_answer_of_an_exchange_meets_the_ledger_and_the_list(player: Player) -> None:
    window, qtbot = player.window, player.qtbot
    window.ask("case.import", files=[DATA / name for name in SAMPLES])
    asked = player.dialog(ImportDialog)
    qtbot.waitUntil(lambda: all("looking" not in row.text(1) for row in asked.files.values()), timeout=LONG)
    assert [row.text(1) for row in asked.files.values()][:3] == [
        "Binance deposit history (2023-)", "Binance withdrawal history (2023-)", "Tronscan transfers (2024-)",
    ]  # fmt: skip
    qtbot.keyClicks(asked.received, "Exchange, letter of 20 March")
    press(asked, asked.ok.text(), qtbot)
    summary = player.dialog(ResultDialog)
    assert summary.table.topLevelItemCount() == len(SAMPLES)
    press(summary, "Close", qtbot)

    # the deposit address is recognised, and says so on the graph and in the inspector
    player.search(DEPOSIT)
    qtbot.waitUntil(lambda: any(s.ref == DEPOSIT for s in player.session.selection), timeout=LONG)
    tags = [t for t in player.session.store.source_tags() if t.ref == DEPOSIT]
    assert [(t.label, t.category) for t in tags] == [("Binance deposit address", "exchange")]
    node = window.desk.node(f"address:tron:{DEPOSIT}")
    assert node is not None
    assert (node.name, node.badge) == ("Binance deposit address", "EX")

    # the deposit of the exchange file stands beside the transfer of the ledger, with every difference
    joined = [cells for cells in rows(player, "returns") if cells[0] == "on the ledger" and "deposit" in cells]
    assert len(joined) == 1
    assert "transaction" in joined[0][6]
    assert joined[0][6].endswith("differs"), "the sample's amount and time are not those of the ledger"

    # what the exchange states is listed as events of its account
    events = rows(player, "events")
    assert {cells[2] for cells in events} == {"deposit", "withdrawal"}

    # the sanctioned counterparty is flagged, with the date of the list and the place it stands in
    player.window.show_dock("problems")
    hits = [p for p in player.session.problems() if p.code == "WS-SAN-001" and SANCTIONED in p.text]
    assert len(hits) == 1
    assert "E-0005 line" in hits[0].text
    assert window.problems is not None
    shown = [str(window.problems.model.index(n, 0).data()) for n in range(window.problems.model.rowCount())]
    assert any(SANCTIONED in words and "E-0005" in words for words in shown)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
