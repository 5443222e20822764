"""The Sankey and matrix views of a selection: exact sums that are those of the transfers on the graph."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.subjects import parse
from workstation.ui.flowviews import FlowsPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(window: MainWindow, open_demo: Callable[[], Session]) -> FlowsPanel:
    """The views of the open demo case, on screen."""
    open_demo()
    window.show_dock("flows")
    made = window.docks["flows"].widget()
    assert isinstance(made, FlowsPanel)
    return made


def _session(panel: FlowsPanel) -> Session:
    assert panel.desk.session is not None
    return panel.desk.session


def test_the_sums_reconcile_to_the_transfers_of_the_case(panel: FlowsPanel) -> None:
    session, found = _session(panel), panel.figures
    assert found is not None
    picture = session.graphs.picture(session.graph)
    key = panel.asset.currentData()
    stubs = {n for n, node in enumerate(picture.nodes) if node.kind == "stub"}
    edges = [e for e in picture.edges if e.asset == key and not {e.source, e.target} & stubs]
    transfers = session.store.transfers(ids=[number for edge in edges for number in edge.transfers])
    assert found.total == sum(t.amount or 0 for t in transfers)
    assert found.written(found.total) in panel.words.text()
    corner = panel.matrix.item(panel.matrix.rowCount() - 1, panel.matrix.columnCount() - 1)
    assert corner is not None
    assert corner.text() == found.written(found.total)


def test_a_selection_narrows_the_views(panel: FlowsPanel, qtbot: QtBot) -> None:
    session = _session(panel)
    picture = session.graphs.picture(session.graph)
    keys = {node.name: node.key for node in picture.nodes}
    session.select([parse(keys["Exchange A deposit"]), parse(keys["Exchange A"])])
    qtbot.waitUntil(lambda: panel.desk.queue.idle)
    assert panel.figures is not None
    assert [node.name for node in panel.figures.nodes] == ["Exchange A deposit", "Exchange A"]
    edge = next(e for e in picture.edges if picture.nodes[e.target].name == "Exchange A")
    cell = panel.matrix.item(0, 0)
    assert cell is not None
    assert cell.text() == edge.exact


def test_a_click_on_a_ribbon_selects_both_ends(panel: FlowsPanel) -> None:
    session, view = _session(panel), panel.sankey
    assert view.view is not None
    assert panel.figures is not None
    ribbon = view.view.ribbons[0]
    bars = {bar.node: bar for bar in view.view.bars}
    start, end = view.bar_box(bars[ribbon.flow.source]), view.bar_box(bars[ribbon.flow.target])
    y = view._down((ribbon.source_top + ribbon.source_bottom) / 2)
    at = start.topRight()
    at.setY(y)
    at.setX(start.right() + min(4.0, (end.left() - start.right()) / 4))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    nodes = panel.figures.nodes
    assert [s.key for s in session.selection] == [nodes[ribbon.flow.source].key, nodes[ribbon.flow.target].key]


def test_nothing_between_two_nodes_is_said_plainly(panel: FlowsPanel, qtbot: QtBot) -> None:
    session = _session(panel)
    keys = {node.name: node.key for node in session.graphs.picture(session.graph).nodes}
    session.select([parse(keys["Victim 1"]), parse(keys["Victim 2"])])
    qtbot.waitUntil(lambda: panel.desk.queue.idle)
    assert panel.figures is None
    assert panel.words.text().startswith("Nothing is paid between the selected nodes.")
    assert panel.matrix.rowCount() == 0
