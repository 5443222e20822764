"""Large type on a small screen: at 200 % and 250 % on 1366x768 every dialog and panel can be read and used as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QDialog, QTabBar, QWidget
from pytestqt.exceptions import TimeoutError as NeverSettled
from pytestqt.qtbot import QtBot

from tests.ui.test_access import cut_off, focusable, said
from workstation.app.session import Session
from workstation.domain.subjects import Subject
from workstation.ui import going, importing
from workstation.ui.dialogs import PassphraseDialog
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui

#: They ask the system for a file, end the program, or leave the case.
_ELSEWHERE = frozenset({
    "view.open_case", "view.verify_package", "view.reproduce", "view.scan", "view.map_columns", "view.quit",
    "view.close_case", "view.demo_romance", "view.demo_colonial", "view.present", "view.present_here",
    "view.full_screen", "view.larger", "view.smaller", "case.import", "case.merge",
    "case.difference",
})  # fmt: skip


def outside(root: QWidget) -> list[str]:
    """Buttons of a dialog or panel that can neither be seen as a whole nor be scrolled to."""
    found = []
    for each in root.findChildren(QAbstractButton):
        inside = each.parentWidget()
        if not each.isVisible() or isinstance(inside, QTabBar) or each.objectName().startswith("qt_"):
            continue
        while inside is not None and inside is not root and not isinstance(inside, QAbstractScrollArea):
            inside = inside.parentWidget()
        if isinstance(inside, QAbstractScrollArea):
            continue
        area = QRect(each.mapTo(root, each.rect().topLeft()), each.size())
        if not root.rect().contains(area) or each.visibleRegion().boundingRect().size() != each.size():
            found.append(f"{each.accessibleName() or each.text()!r} at {area.getRect()} of {root.size().toTuple()}")
    return found


def _settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


@pytest.fixture
def large(window: MainWindow, demo: Session, request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window at this text size on a small screen, with one address selected."""
    window.resize(1366, 768)
    window.set_scale(request.param)
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    _settle()
    demo.select([Subject("address", *next(iter(demo.graphs.ledger.address_ids)))])
    yield window
    window.close_dialogs()
    window.set_scale(100)


def _told(root: QWidget, qtbot: QtBot) -> list[str]:
    """What is cut off once the layout has come to rest."""
    with suppress(NeverSettled):
        qtbot.waitUntil(lambda: not outside(root) and not cut_off(root), timeout=1500)
    return outside(root) + cut_off(root)


def _wrong(dialog: QWidget, qtbot: QtBot) -> list[str]:
    """What is cut off, too large for the screen, or has no name for a screen reader."""
    found = _told(dialog, qtbot)
    found += [f"says no name: {type(each).__name__}" for each in focusable(dialog) if not said(each)]
    if dialog.width() > 1366 or dialog.height() > 768:
        found.append(f"larger than the screen: {dialog.size().toTuple()}")
    return found


@pytest.mark.parametrize("large", [250], indirect=True)
def test_every_dialog_of_a_command_fits_a_small_screen_at_large_type(
    large: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    opened: dict[str, list[str]] = {}
    chosen = demo.selection
    for command in demo.commands.all():
        if command.id in _ELSEWHERE:
            continue
        demo.select(chosen)
        if large.why_off(command):
            continue
        large.ask(command.id)
        for dialog in [each for each in large.dialogs if isinstance(each, QDialog)]:
            opened[f"{command.id} {type(dialog).__name__}"] = _wrong(dialog, qtbot)
        large.close_dialogs()
        _settle()
    assert len(opened) > 20
    assert {name: wrong for name, wrong in opened.items() if wrong} == {}


@pytest.mark.parametrize("large", [200, 250], indirect=True)
def test_every_panel_fits_a_small_screen_at_large_type(large: MainWindow, qtbot: QtBot) -> None:
    found = {}
    for name, dock in large.docks.items():
        large.show_dock(name)
        found[name] = _told(dock, qtbot)
        assert large.width() <= 1366, f"{name} makes the window wider than the screen"
        assert large.height() <= 768, f"{name} makes the window taller than the screen"
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("large", [250], indirect=True)
def test_dialogs_without_a_command_fit_a_small_screen_at_large_type(
    large: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "table.csv"
    file.write_text("a;b;c\n1;2;3\n", "ascii")
    opens: dict[str, Callable[[], object]] = {
        "import": lambda: importing.import_files(large, {"files": [file]}),
        "passphrase": lambda: large.show_dialog(PassphraseDialog(large, "case.wcase", "The passphrase does not fit.")),
        "crash": lambda: large.crashed("Traceback\n" * 20),
        "exhibit": lambda: going.show_exhibit(large, 1),
        "report": lambda: importing.show_report(large, 1),
    }
    found = {}
    for name, show in opens.items():
        show()
        assert large.dialogs, name
        found[name] = _wrong(large.dialogs[-1], qtbot)
        large.close_dialogs()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_closing_the_import_dialog_while_a_file_is_looked_at_is_quiet(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "table.csv"
    file.write_text("a;b;c\n1;2;3\n", "ascii")
    importing.import_files(window, {"files": [file]})
    window.close_dialogs()
    qtbot.waitUntil(lambda: not any(job.active for job in demo.jobs.all()) and not window.jobs.watched)
