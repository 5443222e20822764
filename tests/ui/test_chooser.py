"""The chooser of a hub and the groups of a graph, through the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from workstation.app import intake
from workstation.app.importing import Options
from workstation.app.session import Session
from workstation.casefile import store
from workstation.domain.subjects import parse
from workstation.ui.chooser import ChooserDialog
from workstation.ui.crowdtable import CrowdModel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
MANY = 120


@pytest.fixture
def hub(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Session:
    """A case of one hub, open in the window, with the hub on its graph."""
    path, csv = tmp_path / "hub.wcase", tmp_path / "hub.csv"
    rows = [
        f"2024-{1 + n % 12:02d}-01T00:00:00Z,hub,leaf {n},{'EUR' if n % 4 else 'USD'},{n + 1}.50,stated"
        for n in range(MANY)
    ]
    csv.write_text("time,from,to,asset,amount,chain\n" + "\n".join(rows) + "\n", "utf-8")
    made = store.create(path, title="Hub", examiner="Tester")
    session = window.session_for(made)
    window.open_session(session)
    with qtbot.waitSignal(window.desk.case_changed, timeout=60000):
        intake.start(session, [csv], Options())
    qtbot.waitUntil(lambda: not [j for j in session.jobs.all() if j.active], timeout=60000)
    session.run("graph.add", subjects=["address:stated:hub"])
    session.run("tag.add", subjects=["address:stated:leaf 7"], label="Desk", category="exchange")
    return session


def dialog_of(window: MainWindow, qtbot: QtBot) -> ChooserDialog:
    qtbot.waitUntil(lambda: any(isinstance(d, ChooserDialog) and d.isVisible() for d in window.dialogs))
    return next(d for d in window.dialogs if isinstance(d, ChooserDialog))


def click(dialog: ChooserDialog, words: str, qtbot: QtBot) -> None:
    found = next(b for b in dialog.findChildren(QAbstractButton) if words in (b.text(), b.accessibleName()))
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def shown(session: Session) -> set[str]:
    return {n.name for n in session.graphs.picture(session.graph).nodes if n.kind == "address"} - {"hub"}


def test_a_hub_is_asked_about_and_filters_pick(window: MainWindow, hub: Session, qtbot: QtBot) -> None:
    hub.select([parse("address:stated:hub")])
    window.ask("graph.expand")
    dialog = dialog_of(window, qtbot)
    QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert dialog.model.rowCount() == MANY
    assert dialog.chosen()[0] == "address:stated:leaf 119"
    assert len(dialog.chosen()) == 20
    dialog.top.setValue(3)
    click(dialog, "Select the largest", qtbot)
    assert len(dialog.chosen()) == 3
    dialog.kind.setCurrentIndex(dialog.kind.findData("exchange"))
    dialog.kind.activated.emit(dialog.kind.currentIndex())
    assert dialog.model.rowCount() == 1
    click(dialog, "Select all listed", qtbot)
    assert len(dialog.chosen()) == 4
    dialog.kind.setCurrentIndex(0)
    dialog.kind.activated.emit(0)
    dialog.since.setText("2024-03-01")
    dialog.until.setText("2024-03-31")
    assert dialog.model.rowCount() == MANY // 12
    assert "sums count only" in dialog.state.text()
    dialog.since.setText("tomorrow")
    assert "not a date" in dialog.state.text()
    dialog.since.clear()
    dialog.until.clear()
    dialog.asset.setCurrentIndex(2)
    dialog.asset.activated.emit(2)
    assert dialog.model.rowCount() == MANY // 4
    click(dialog, "Add top 3", qtbot)
    qtbot.waitUntil(lambda: len(shown(hub)) == 3)
    assert shown(hub) == {"leaf 116", "leaf 112", "leaf 108"}
    stub = next(n for n in hub.graphs.picture(hub.graph).nodes if n.kind == "stub")
    assert stub.stub_count == MANY - 3


def test_the_keyboard_alone_chooses(window: MainWindow, hub: Session, qtbot: QtBot) -> None:
    hub.select([parse("address:stated:hub")])
    window.ask("graph.expand")
    dialog = dialog_of(window, qtbot)
    click(dialog, "Select none", qtbot)
    assert not dialog.ok.isEnabled()
    qtbot.keyClicks(dialog.search, "leaf 11")
    assert dialog.model.rowCount() == 11
    dialog.table.setFocus()
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.chosen() == ["address:stated:leaf 119"]
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert len(dialog.chosen()) == 2
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(shown(hub)) == 2)


def test_a_pasted_list_is_checked_and_what_is_missing_is_said(window: MainWindow, hub: Session, qtbot: QtBot) -> None:
    crowd = hub.graphs.neighbours(hub.graph, parse("address:stated:hub"), "both").crowd
    dialog = ChooserDialog(window, "Hub", crowd, window.desk.display)
    dialog.show()
    click(dialog, "Paste a list", qtbot)
    assert dialog.pasted.isVisible()
    dialog.pasted.setPlainText("who, is")
    assert dialog.chosen() == []
    assert "2 of the list no neighbour here" in dialog.state.text()
    model = CrowdModel(crowd, window.desk.display, dialog)
    model.sort(5, Qt.SortOrder.DescendingOrder)
    assert model.rowCount() == MANY
    dialog.deleteLater()


def test_groups_fold_by_key_and_open_again(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    nodes = [n for n in demo.graphs.picture(demo.graph).nodes if n.kind == "address"][:3]
    before = {n.key: (n.x, n.y) for n in demo.graphs.picture(demo.graph).nodes}
    demo.select([parse(n.key) for n in nodes])
    assert window.canvas is not None
    assert window.canvas.view is not None
    window.canvas.view.setFocus()
    qtbot.keyClick(window.canvas.view, Qt.Key.Key_J)
    group = next(n for n in demo.graphs.picture(demo.graph).nodes if n.kind == "group")
    data = window.canvas.view.item.data_
    assert group.key in data.number
    assert not {n.key for n in nodes} & set(data.keys)
    demo.select([parse(group.key)])
    window.ask("group.open")
    assert {n.key: (n.x, n.y) for n in demo.graphs.picture(demo.graph).nodes} == before
    window.ask("fold.rule", least="1000000 USDT")
    assert any(n.name.endswith("dust transfers") for n in demo.graphs.picture(demo.graph).nodes)
    window.ask("fold.off")
    assert {n.key: (n.x, n.y) for n in demo.graphs.picture(demo.graph).nodes} == before
