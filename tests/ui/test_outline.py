"""The Outline says every node and line of the graph in words and shares selection and keys with the canvas."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.subjects import parse
from workstation.ui.outline import OutlineModel, OutlinePanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(window: MainWindow, open_demo: Callable[[], Session]) -> OutlinePanel:
    """The outline of the open demo case, on screen."""
    open_demo()
    window.show_dock("outline")
    made = window.docks["outline"].widget()
    assert isinstance(made, OutlinePanel)
    return made


def _texts(model: OutlineModel, parent: QModelIndex | None = None) -> list[tuple[str, ...]]:
    owner = parent if parent is not None else QModelIndex()
    return [
        tuple(str(model.data(model.index(row, column, owner))) for column in range(3))
        for row in range(model.rowCount(owner))
    ]


def test_every_node_and_every_line_is_told(panel: OutlinePanel) -> None:
    model, session = panel.model, panel.desk.session
    assert session is not None
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    picture = session.graphs.picture(session.graph)
    assert sorted(row[0] for row in _texts(model)) == sorted(node.name for node in picture.nodes)
    told = [
        model.edge(model.index(line, 0, model.index(row, 0)))
        for row in range(model.rowCount())
        for line in range(model.rowCount(model.index(row, 0)))
    ]
    assert sorted(told) == sorted([*range(len(picture.edges))] * 2)


def test_a_line_names_the_far_end_the_exact_sum_and_the_days(panel: OutlinePanel) -> None:
    model, outline = panel.model, panel.model.outline
    assert outline is not None
    row = next(r for r, n in enumerate(model.nodes) if outline.picture.nodes[n].name == "Exchange A deposit")
    lines = _texts(model, model.index(row, 0))
    paid = next(line for line in lines if line[0] == "pays Exchange A")
    edge = next(e for e in outline.picture.edges if outline.picture.nodes[e.target].name == "Exchange A")
    assert paid[1] == edge.exact
    assert paid[2].startswith(f"{edge.count} transfer")


def test_the_selection_is_shared_both_ways(panel: OutlinePanel) -> None:
    model, outline, session = panel.model, panel.model.outline, panel.desk.session
    assert outline is not None
    assert session is not None
    key = outline.picture.nodes[model.nodes[2]].key
    session.select([parse(key)])
    assert [outline.picture.nodes[n].key for n in panel.marked()] == [key]
    flags = QItemSelectionModel.SelectionFlag
    panel.tree.selectionModel().select(model.index(0, 0), flags.ClearAndSelect | flags.Rows)
    assert [s.key for s in session.selection] == [outline.picture.nodes[model.nodes[0]].key]


def test_a_marked_line_means_both_its_ends(panel: OutlinePanel) -> None:
    model, session = panel.model, panel.desk.session
    assert session is not None
    row = next(r for r in range(model.rowCount()) if model.rowCount(model.index(r, 0)))
    line = model.index(0, 0, model.index(row, 0))
    flags = QItemSelectionModel.SelectionFlag
    panel.tree.selectionModel().select(line, flags.ClearAndSelect | flags.Rows)
    assert len(session.selection) == 2
    assert panel.desk.selected_edges == (model.edge(line),)


def test_the_keys_of_the_canvas_act_here(panel: OutlinePanel, qtbot: QtBot) -> None:
    session = panel.desk.session
    assert session is not None
    panel.tree.setFocus()
    panel.tree.setCurrentIndex(panel.model.index(0, 0))
    key = session.selection[0].key
    QTest.keyClick(panel.tree, Qt.Key.Key_H)
    assert session.graphs.placed(session.graph)[key].hidden
    assert key not in {node.key for node in session.graphs.picture(session.graph).nodes}
    qtbot.waitUntil(lambda: panel.model.rowCount() == len(session.graphs.picture(session.graph).nodes))


def test_the_filter_keeps_what_holds_every_word(panel: OutlinePanel) -> None:
    whole, outline = panel.model.rowCount(), panel.model.outline
    assert outline is not None
    wanted = next(node for node in outline.picture.nodes if node.name == "Victim 1")
    panel.filter.setText(f"victim {wanted.full}")
    assert [row[0] for row in _texts(panel.model)] == ["Victim 1"]
    assert panel.words.text() == f"1 of {whole} nodes"
