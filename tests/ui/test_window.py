"""The window: shell, panels with and without a case, selection, keys, names, themes, plain text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from workstation.app.commands.registry import Registry
from workstation.app.session import Session
from workstation.domain.subjects import Subject
from workstation.ui import actions, everything
from workstation.ui.docks import DOCKS, QUIET
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui

HEAVY = ("sqlalchemy", "networkx", "scipy", "pandas", "numba", "pyqtgraph", "numpy", "typst")
SHELL = f"""
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from PySide6.QtWidgets import QApplication
from workstation.ui.app import make_window
from workstation.ui.settings import Settings
app = QApplication([])
window = make_window(Settings(None), Path("."))
window.show()
app.processEvents()
print(sorted(set({HEAVY!r}) & set(sys.modules)))
window.load_canvas()
print(sorted({{"networkx", "pandas", "scipy", "sqlalchemy"}} & set(sys.modules)))
"""


def nameless(root: QWidget) -> list[str]:
    """Inputs and buttons without an accessible name."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
    found = []
    for widget in root.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(
            widget.parentWidget(), QComboBox | QAbstractSpinBox | QLineEdit | QAbstractItemView
        )
        parent = widget.parentWidget()
        inner = inner or (parent is not None and "ComboBox" in parent.metaObject().className())
        if isinstance(widget, kinds) and not inner and not widget.accessibleName():
            own = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not own and type(widget).__module__ != "PySide6.QtWidgets":
                found.append(f"{type(widget).__name__} {widget.objectName()}")
            elif not own and not type(widget.parentWidget()).__name__.startswith(("QTabBar", "QMenuBar", "QHeader")):
                found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def test_the_shell_comes_without_heavy_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", SHELL], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines() == ["[]", "[]"], done.stderr


def test_start_page_has_its_ways_in_and_the_promise(window: MainWindow) -> None:
    names = {b.accessibleName() for b in window.start.findChildren(QAbstractButton)}
    assert {"Import evidence", "New case", "Open a case"} <= names
    assert sum(name.startswith("Open the demo case") for name in names) == 2
    assert any("nothing leaves this computer" in label.text() for label in window.start.findChildren(QLabel))


def test_every_panel_opens_without_a_case(window: MainWindow) -> None:
    window.load_panels()
    assert set(window.docks) == {name for name, *_ in DOCKS}
    for dock in window.docks.values():
        dock.show()
        assert dock.widget().findChildren(QLabel)


def test_every_panel_opens_with_the_demo_case(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    for name, *_ in DOCKS:
        window.show_dock(name)
        qtbot.waitUntil(lambda key=name: window.docks[key].isVisible())  # type: ignore[misc]
    assert window.transfers is not None
    assert window.transfers.model.rowCount() == demo.store.counts().transfers
    assert window.navigator is not None
    heads = [window.navigator.model.item(i).text() for i in range(window.navigator.model.rowCount())]
    assert [head.split("  ")[0] for head in heads] == ["Evidence", "Entities", "Labels", "Findings", "Graphs", "Scenes"]


def test_models_are_sound(window: MainWindow, demo: Session) -> None:
    assert window.transfers is not None
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(window.transfers.model, mode)]
    window.transfers.filter.setText("usdt")
    window.transfers.refilter()
    window.transfers.model.redraw()
    assert testers[0].model().rowCount() == len(window.transfers.model.rows) > 0


def test_selection_is_shared(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    assert window.transfers is not None
    assert window.canvas is not None
    picture = demo.graphs.picture(demo.graph)
    node = next(n for n in picture.nodes if n.kind == "address")
    assert window.canvas.view is not None
    window.canvas.view.selection_changed.emit([node.key], [])
    assert [s.key for s in demo.selection] == [node.key]
    marked = window.transfers.table.selectionModel().selectedRows()
    assert marked
    assert window.inspector is not None
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    shown = " ".join(label.text() for label in window.inspector.findChildren(QLabel)).replace("\u200b", "")
    assert node.full in shown
    window.transfers.table.selectRow(0)
    first = window.transfers.model.subjects(0)
    assert [s for s in demo.selection if s.kind == "address"] == [s for s in first if s.kind == "address"]


def test_filter_keeps_rows_that_hold_every_word(window: MainWindow, demo: Session) -> None:
    panel = window.transfers
    assert panel is not None
    everything = panel.model.rowCount()
    panel.filter.setText("victim usdt")
    panel.refilter()
    shown = panel.model.rowCount()
    assert 0 < shown < everything
    texts = [" ".join(panel.model.text(int(r), c) for c in range(7)).lower() for r in panel.model.rows]
    assert all("victim" in words and "usdt" in words for words in texts)
    panel.filter.setText("nothing like this")
    panel.refilter()
    assert panel.model.rowCount() == 0


def test_amounts_are_exact_then_short_and_never_cut(window: MainWindow, demo: Session) -> None:
    panel = window.transfers
    assert panel is not None
    amounts = [panel.model.text(row, 1) for row in range(panel.model.rowCount())]
    assert any("." in words and len(words.split(".")[1]) == 6 for words in amounts)
    assert panel.table.textElideMode() == Qt.TextElideMode.ElideNone
    metrics = panel.table.fontMetrics()
    assert panel.table.columnWidth(1) >= max(metrics.horizontalAdvance(words) for words in amounts)
    window.desk.display.toggle_exact()
    assert [panel.model.text(row, 1) for row in range(panel.model.rowCount())] != amounts
    window.desk.display.toggle_exact()
    assert [panel.model.text(row, 1) for row in range(panel.model.rowCount())] == amounts


def test_copied_rows_are_exact_without_grouping(window: MainWindow, demo: Session) -> None:
    assert window.transfers is not None
    window.transfers.table.selectRow(1)
    window.desk.display.toggle_exact()
    window.transfers.copy_rows()
    cells = QApplication.clipboard().text().split("\t")
    transfer = list(demo.store.transfers())[1]
    assert transfer.amount is not None
    assert cells[1].replace(".", "").lstrip("0") == str(transfer.amount)


def test_no_key_is_claimed_twice(window: MainWindow, demo: Session) -> None:
    assert actions.duplicate_keys(window.registry) == []
    assert actions.duplicate_keys(window.shell_commands) == []


def test_single_letters_act_on_the_canvas_only(window: MainWindow, demo: Session) -> None:
    keys = actions.canvas_keys(window.registry)
    assert keys["E"] == "graph.expand"
    assert keys["K"] == "finding.new"
    shortcuts = {s.toString() for a in window.menu_actions for s in a.shortcuts()}
    assert not shortcuts & set(keys)


def test_every_command_is_in_a_menu_or_the_palette(window: MainWindow, demo: Session) -> None:
    registry: Registry = window.registry
    in_menus = {str(a.data()) for a in window.menu_actions}
    themes = {c.id for c in registry.all() if c.category == "Theme"}
    assert {c.id for c in registry.all()} - in_menus == themes
    assert all(command.title and command.help for command in registry.all())


def test_every_input_has_a_name(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    address = next(s for s in demo.graphs.ledger.address_ids)
    demo.select([Subject("address", *address)])
    assert nameless(window) == []
    for command in ("view.new_case", "case.export", "finding.new", "tag.add", "view.palette", "view.help", "view.keys"):
        window.ask(command)
        assert window.dialogs, command
        dialog = window.dialogs[-1]
        assert nameless(dialog) == [], command
        dialog.close()


def test_labels_of_files_stay_text(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    victim = next(s for s in demo.graphs.ledger.address_ids)
    subject = Subject("address", *victim)
    demo.run("tag.add", subjects=[subject], label="<img src=x>")
    demo.select([subject])
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    assert window.inspector is not None
    labels = [label for label in window.inspector.findChildren(QLabel) if "<img" in label.text()]
    assert labels
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in window.findChildren(QLabel))


def test_theme_and_text_size_switch_live(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    pictures = []
    for theme in ("light", "dark", "projector"):
        window.set_theme(theme)
        qtbot.waitUntil(lambda: window.wardrobe.idle)
        pictures.append(window.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
    before = window.top.title.fontMetrics().height()
    window.set_scale(150)
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    assert window.top.title.fontMetrics().height() > before


def test_zone_switch_changes_display_only(window: MainWindow, demo: Session) -> None:
    assert window.transfers is not None
    window.desk.display.case_zone = "Asia/Almaty"
    before = window.transfers.model.text(0, 0)
    window.desk.display.toggle_zone()
    assert window.transfers.model.text(0, 0).endswith("+05:00")
    window.desk.display.toggle_zone()
    assert window.transfers.model.text(0, 0) == before


def test_palette_runs_a_command_and_names_why_one_is_off(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    from workstation.ui.palette import Palette

    demo.select([])
    everything.palette(window)
    palette = window.dialogs[-1]
    assert isinstance(palette, Palette)
    palette.field.setText("add tag")
    entry = palette.model.entry(0)
    assert entry is not None
    assert entry.title == "Add tag"
    assert entry.off
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.field.setText("theme dark")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.settings.theme == "dark"


def test_undo_and_redo_through_the_window(window: MainWindow, demo: Session) -> None:
    before = demo.store.rows("tag")
    subject = Subject("address", *next(iter(demo.graphs.ledger.address_ids)))
    demo.run("tag.add", subjects=[subject], label="Added")
    window.ask("edit.undo")
    assert demo.store.rows("tag") == before
    window.ask("edit.redo")
    assert len(demo.store.rows("tag")) == len(before) + 1
    assert window.history is not None
    window.show_dock("history")
    assert window.history.model.index(0, 0).data()


def test_docks_toggle_and_reset(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    window.docks["case"].hide()
    window.ask("view.panel_case")
    assert window.docks["case"].isVisible()
    window.docks["inspector"].hide()
    window.reset_workspace()
    assert not any(dock.isFloating() for dock in window.docks.values())
    assert {name for name, dock in window.docks.items() if dock.isHidden()} == QUIET & window.docks.keys()


def test_closing_a_case_goes_back_to_the_start_page(window: MainWindow, demo: Session) -> None:
    window.ask("view.close_case")
    assert window.desk.session is None
    assert window.pages.currentWidget() is window.start
    assert all(dock.isHidden() for dock in window.docks.values())


def test_new_case_dialog_says_what_is_missing(window: MainWindow, tmp_path: Path) -> None:
    from workstation.ui.dialogs import NewCaseDialog

    dialog = NewCaseDialog(window, "", tmp_path)
    assert "title" in dialog.wrong()
    dialog.title.setText("Romance fraud")
    assert dialog.place.text().endswith("romance-fraud.wcase")
    dialog.examiner.setText("A. Officer")
    dialog.secret.first.setText("short")
    assert "8" in dialog.wrong()
    dialog.secret.first.setText("long enough now")
    assert "differ" in dialog.wrong()
    dialog.secret.second.setText("long enough now")
    assert dialog.wrong() == ""
    dialog.deleteLater()


def test_the_pointer_says_whole_ids_and_exact_sums(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    assert window.canvas is not None
    qtbot.waitUntil(lambda: window.canvas is not None and window.canvas.view is not None)
    view = window.canvas.view
    assert view is not None
    picture = demo.graphs.picture(demo.graph)
    node = next(node for node in picture.nodes if node.kind == "address")
    cards = window.canvas.cards
    view.hovered.emit(node.key, None)
    qtbot.waitUntil(lambda: cards.hover is not None)
    assert cards.hover is not None
    assert cards.hover.said.whole == node.full
    view.hovered.emit(None, 0)
    qtbot.waitUntil(lambda: cards.hover is not None and "→" in cards.hover.said.head)
    assert picture.edges[0].exact in [value for _, value in cards.hover.said.rows]
    view.hovered.emit(None, None)
    qtbot.waitUntil(lambda: cards.hover is None)
