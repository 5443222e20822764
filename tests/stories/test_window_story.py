"""The story of issue 1 through the real window, with keyboard and mouse: from an empty case to a verified package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.stories.player import LONG, Player, press
from workstation.app.romance import cast
from workstation.domain.changes import WORK_TABLES
from workstation.ui.chooser import ChooserDialog
from workstation.ui.dialogs import FindingDialog
from workstation.ui.exportdialog import ExportDialog
from workstation.ui.forms import CommandForm
from workstation.ui.importdialog import ImportDialog
from workstation.ui.results import ResultDialog, SealDialog

pytestmark = pytest.mark.gui


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
    qtbot.waitUntil(lambda: all(row.text(3) for row in asked.files.values()), timeout=LONG)
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
    qtbot.waitUntil(lambda: bool(session.selection), timeout=LONG)
    assert session.selection[0].ref == transfer.sender
    assert window.desk.node(session.selection[0].key) is not None

    # expand three times
    def expand() -> None:
        before = len(session.graphs.picture(session.graph).nodes)
        player.key(Qt.Key.Key_E)
        if any(isinstance(d, ChooserDialog) for d in window.dialogs):
            press(player.dialog(ChooserDialog), "Show chosen", qtbot)
        qtbot.waitUntil(lambda: len(session.graphs.picture(session.graph).nodes) >= before, timeout=LONG)

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
    qtbot.waitUntil(lambda: len(session.store.rows("tag")) == 1, timeout=LONG)
    assert session.graphs.label(first) == "Collector X"

    # finding from rows of the table
    assert window.transfers is not None
    window.transfers.table.selectRow(0)
    player.key(Qt.Key.Key_K)
    editor = player.dialog(FindingDialog)
    assert len(editor.cited()) == 1
    qtbot.keyClicks(editor.claim, "The first payment reached the collector.")
    press(editor, "Save finding", qtbot)
    qtbot.waitUntil(lambda: len(session.store.rows("finding")) == 1, timeout=LONG)
    assert len(session.store.rows("finding_link")) == 1

    # scene
    window.ask("scene.save")
    form = player.dialog(CommandForm)
    qtbot.keyClicks(form.fields["name"].input, "The way of the money")
    press(form, "OK", qtbot)
    qtbot.waitUntil(lambda: len(session.store.rows("scene")) == 1, timeout=LONG)

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
