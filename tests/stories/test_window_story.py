"""The story of issue 1 through the real window, with keyboard and mouse: from an empty case to a verified package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog
from pytestqt.qtbot import QtBot

from workstation.app.romance import cast
from workstation.app.session import Session
from workstation.casefile.store import create
from workstation.domain.changes import WORK_TABLES
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.chooser import ChooserDialog
from workstation.ui.dialogs import ExportDialog, FindingDialog, ImportDialog
from workstation.ui.forms import CommandForm
from workstation.ui.results import ResultDialog, SealDialog
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui

_LONG = 60_000


def press(root: Any, name: str, qtbot: QtBot) -> None:
    """Click the button with this accessible name."""
    found = [b for b in root.findChildren(QAbstractButton) if b.accessibleName() == name or b.text() == name]
    assert found, f"no button {name}"
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


class Player:
    """A user in front of the window."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    @property
    def session(self) -> Session:
        """The open case."""
        assert self.window.desk.session is not None
        return self.window.desk.session

    def dialog(self, kind: type[Any]) -> Any:
        """The dialog of this kind that is on screen, waiting for it."""

        def there() -> bool:
            return any(isinstance(d, kind) and d.isVisible() for d in self.window.dialogs)

        self.qtbot.waitUntil(there, timeout=_LONG)
        return next(d for d in self.window.dialogs if isinstance(d, kind) and d.isVisible())

    def gone(self, dialog: QDialog) -> None:
        """Wait until a dialog has closed."""
        self.qtbot.waitUntil(lambda: dialog not in self.window.dialogs, timeout=_LONG)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key on the canvas."""
        assert self.window.canvas is not None
        assert self.window.canvas.view is not None
        self.qtbot.keyClick(self.window.canvas.view, key, modifier)

    def search(self, words: str) -> None:
        """Type into the search box and press Enter."""
        field = self.window.top.search
        field.clear()
        self.qtbot.keyClicks(field, words)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def work(self) -> dict[str, Any]:
        """Everything the user has added."""
        return {table: self.session.store.rows(table) for table in WORK_TABLES}


@pytest.fixture
def player(qtbot: QtBot, tmp_path: Path) -> Iterator[Player]:
    """A user with a new, empty, plain case open."""
    window = MainWindow(Settings(None), tmp_path / "home", bundled_plugins)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    store = create(tmp_path / "story.wcase", title="Story", examiner="A. Officer")
    window.open_session(window.session_for(store))
    yield Player(window, qtbot)
    window.close_dialogs()
    snapshot.discard(window)


def evidence(folder: Path) -> tuple[list[Path], Any]:
    """The files of the fictional case, and who is who."""
    from workstation.app.demo import ROMANCE

    folder.mkdir()
    paths = []
    for file in ROMANCE.files():
        path = folder / file.name
        path.write_bytes(file.data)
        paths.append(path)
    return paths, cast(2026)


def test_from_files_to_a_verified_package(player: Player, qtbot: QtBot, tmp_path: Path) -> None:
    window, session = player.window, player.session
    paths, _ = evidence(tmp_path / "files")

    # import: detection with its reason, received from is asked
    window.ask("case.import", files=paths)
    asked = player.dialog(ImportDialog)
    qtbot.waitUntil(lambda: all(row.text(2) for row in asked.files.values()), timeout=_LONG)
    press(asked, asked.ok.text(), qtbot)
    assert asked.isVisible()
    assert "unknown" in asked.problem.text()
    qtbot.keyClicks(asked.received, "unknown")
    press(asked, asked.ok.text(), qtbot)
    summary = player.dialog(ResultDialog)
    assert summary.table.topLevelItemCount() == len(paths)
    press(summary, "Close", qtbot)
    player.gone(summary)
    assert session.store.counts().transfers > 10
    assert player.work() == {table: {} for table in WORK_TABLES}

    # search puts the address on the graph
    transfer = next(t for t in session.store.transfers() if t.sender and t.receiver)
    assert transfer.sender is not None
    player.search(transfer.sender)
    qtbot.waitUntil(lambda: bool(session.selection), timeout=_LONG)
    assert session.selection[0].ref == transfer.sender
    assert window.desk.node(session.selection[0].key) is not None

    # expand three times
    def expand() -> None:
        before = len(session.graphs.picture(session.graph).nodes)
        player.key(Qt.Key.Key_E)
        if any(isinstance(d, ChooserDialog) for d in window.dialogs):
            press(player.dialog(ChooserDialog), "Show chosen", qtbot)
        qtbot.waitUntil(lambda: len(session.graphs.picture(session.graph).nodes) >= before, timeout=_LONG)

    expand()
    first = session.selection[0]
    for _ in range(2):
        ledger = session.graphs.ledger
        nodes = [n for n in session.graphs.picture(session.graph).nodes if n.kind == "address" and n.key != first.key]
        assert nodes
        busiest = max(nodes, key=lambda n: len(ledger.received(ledger.number(_subject(n.key)))))
        session.select([_subject(busiest.key)])
        first = session.selection[0]
        expand()
    assert len(session.graphs.picture(session.graph).nodes) >= 3

    # tag
    player.key(Qt.Key.Key_L)
    form = player.dialog(CommandForm)
    qtbot.keyClicks(form.fields["label"].input, "Collector X")
    press(form, "OK", qtbot)
    qtbot.waitUntil(lambda: len(session.store.rows("tag")) == 1, timeout=_LONG)
    assert session.graphs.label(first) == "Collector X"

    # finding from rows of the table
    assert window.transfers is not None
    window.transfers.table.selectRow(0)
    player.key(Qt.Key.Key_K)
    editor = player.dialog(FindingDialog)
    assert len(editor.cited()) == 1
    qtbot.keyClicks(editor.claim, "The first payment reached the collector.")
    press(editor, "Save finding", qtbot)
    qtbot.waitUntil(lambda: len(session.store.rows("finding")) == 1, timeout=_LONG)
    assert len(session.store.rows("finding_link")) == 1

    # scene
    window.ask("scene.save")
    form = player.dialog(CommandForm)
    qtbot.keyClicks(form.fields["name"].input, "The way of the money")
    press(form, "OK", qtbot)
    qtbot.waitUntil(lambda: len(session.store.rows("scene")) == 1, timeout=_LONG)

    # undo all, redo all
    done = player.work()
    steps = len([e for e in session.history.entries() if e.state == "done"])
    assert steps >= 6
    for _ in range(steps):
        qtbot.mouseClick(window.top.undo, Qt.MouseButton.LeftButton)
    assert player.work() == {table: {} for table in WORK_TABLES}
    assert session.history.next_undo() == ""
    for _ in range(steps):
        qtbot.mouseClick(window.top.redo, Qt.MouseButton.LeftButton)
    assert player.work() == done

    # export and verify
    qtbot.mouseClick(window.top.export, Qt.MouseButton.LeftButton)
    export = player.dialog(ExportDialog)
    out = tmp_path / "story-evidence.zip"
    export.out.setText(str(out))
    press(export, "Export", qtbot)
    seal = player.dialog(SealDialog)
    assert out.is_file()
    press(seal, "Verify now", qtbot)
    checks = player.dialog(ResultDialog)
    results = [checks.table.topLevelItem(i).text(1) for i in range(checks.table.topLevelItemCount())]
    assert results
    assert set(results) == {"holds"}
    press(checks, "Close", qtbot)

    # the case itself
    window.ask("case.verify")
    player.gone(checks)
    checks = player.dialog(ResultDialog)
    results = [checks.table.topLevelItem(i).text(1) for i in range(checks.table.topLevelItemCount())]
    assert set(results) == {"holds"}


def _subject(key: str) -> Any:
    from workstation.domain.subjects import parse

    return parse(key)
