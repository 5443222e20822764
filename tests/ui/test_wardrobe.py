"""A change of theme or text size: what is in sight changes at once, the rest before it is seen, nothing stays half-dressed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMenu, QWidget
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def _parts(window: MainWindow) -> list[QWidget]:
    found = window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [each for each in found if each.styleSheet()]


def _behind(window: MainWindow) -> list[QDockWidget]:
    return [dock for dock in window.docks.values() if dock.isVisible() and dock.visibleRegion().isEmpty()]


def _until_drawn(window: MainWindow) -> None:
    """Take the turns of the wardrobe by hand, as many as the window waits for and none more."""
    window.wardrobe._timer.stop()
    while not window.updatesEnabled():
        window.wardrobe._next()


def test_what_is_in_sight_changes_together_and_the_rest_soon_after(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    before = window.docks["transfers"].styleSheet()
    window.set_theme("dark")
    assert not window.updatesEnabled()  # nothing is drawn half-dressed
    _until_drawn(window)
    after = window.docks["transfers"].styleSheet()
    assert after != before
    assert {window.menuBar().styleSheet(), window.pages.styleSheet(), window.docks["case"].styleSheet()} == {after}
    assert {dock.styleSheet() for dock in _behind(window)} == {before}
    window.wardrobe._timer.start()
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    assert {each.styleSheet() for each in _parts(window)} == {after}


def test_a_dock_that_comes_in_sight_is_dressed_before_it_is_drawn(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    window.show_dock("history")
    window.show_dock("transfers")
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    window.docks["styles"].hide()
    window.set_scale(150)
    _until_drawn(window)
    worn = window.docks["transfers"].styleSheet()
    for name in ("history", "styles"):
        assert window.docks[name].styleSheet() != worn
        window.docks[name].show()
        window.docks[name].raise_()
        assert window.docks[name].styleSheet() == worn


def test_dialogs_and_menus_wear_the_sheet_and_follow_it(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    window.set_theme("projector")
    window.ask("graph.rename")
    dialog = window.dialogs[-1]
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    worn = window.pages.styleSheet()
    assert dialog.styleSheet() == worn
    window.set_theme("dark")
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    assert dialog.styleSheet() == window.pages.styleSheet() != worn
    dialog.close()
    menu = QMenu(window)
    menu.ensurePolished()  # as showing it does
    assert menu.styleSheet() == window.pages.styleSheet()


def test_the_steps_are_laid_out_anew_for_another_width_only(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """Else their empty line asks for another height, gets it, is laid out anew, and the window never rests."""
    collector = next(n.key for n in demo.graphs.picture(demo.graph).nodes if n.name == "Collector 2")
    demo.run("graph.expand", subject=collector, limit="all")
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    assert window.canvas is not None
    crumbs = window.canvas.crumbs
    shown = crumbs._crumbs
    crumbs.resize(crumbs.width(), crumbs.height() + 3)
    assert crumbs._crumbs is shown
    crumbs.resize(crumbs.width() - 50, crumbs.height())
    assert crumbs._crumbs is not shown


def test_handles_between_docks_do_not_add_up_and_wear_nothing(window: MainWindow, demo: Session) -> None:
    """Else each dock that hides or comes back leaves some behind, and each sheet worn is a parsed sheet in memory."""

    def handles() -> int:
        window.reset_workspace()
        for shown in (False, True):
            window.docks["transfers"].setVisible(shown)
            QApplication.processEvents()
        found = window.findChildren(QWidget, "qt_qmainwindow_extended_splitter")
        assert not any(each.styleSheet() for each in found)
        return len(found)

    first = handles()
    assert first
    assert [handles() for _ in range(3)] == [first] * 3
