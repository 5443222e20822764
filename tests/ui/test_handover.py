"""Handing over in the window: a part with a passphrase, a merge with its conflicts decided by keys, a case that is locked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.ui.dialogs import PassphraseDialog
from workstation.ui.handover.dialogs import MergeDialog, PartDialog
from workstation.ui.results import ResultDialog
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def _copy(demo: Session, folder: Path) -> Path:
    """The open case as a colleague got it."""
    copy = folder / "colleague.wcase"
    for path in demo.store.path.parent.glob(f"{demo.store.path.name}*"):
        if not path.name.endswith(".lock"):
            shutil.copyfile(path, copy.with_name(copy.name + path.name.removeprefix(demo.store.path.name)))
    return copy


def _conflicting(demo: Session, copy: Path, folder: Path) -> str:
    """Both officers state the first finding otherwise; gives its key."""
    finding = sorted(demo.store.rows("finding"))[0]
    with Session(open_case(copy, actor="Colleague"), demo.plugins, folder / "hers") as other:
        other.run("finding.edit", finding=finding, claim="hers")
        other.run("note.add", subjects=[next(iter(other.store.rows("mark")))], body="<b>her note</b>")
    demo.run("finding.edit", finding=finding, claim="mine")
    return finding


def _merge_dialog(window: MainWindow, qtbot: QtBot, path: Path) -> MergeDialog:
    window.ask("case.merge", file=str(path))
    qtbot.waitUntil(lambda: any(isinstance(d, MergeDialog) for d in window.dialogs), timeout=20_000)
    return next(d for d in window.dialogs if isinstance(d, MergeDialog))


@pytest.mark.parametrize("take", [False, True])
def test_a_conflict_is_decided_by_the_space_key(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path, *, take: bool
) -> None:
    copy = _copy(demo, tmp_path)
    finding = _conflicting(demo, copy, tmp_path)
    dialog = _merge_dialog(window, qtbot, copy)
    assert (dialog.sides[0].text(), dialog.sides[1].text()) == ("claim: mine", "claim: hers")
    lines = [dialog.comes.item(n).text() for n in range(dialog.comes.count())]
    assert any("<b>her note</b>" in line for line in lines)
    if take:
        QTest.keyClick(dialog.conflicts, Qt.Key.Key_Space)
    dialog.try_accept()

    def bodies() -> list[str]:
        return [row["body"] for row in demo.store.rows("note").values()]

    qtbot.waitUntil(lambda: "<b>her note</b>" in bodies() and window.desk.queue.idle, timeout=20_000)
    qtbot.waitUntil(lambda: any(e.kind == "case.merge" for e in demo.store.custody()))
    assert demo.store.rows("finding")[finding]["claim"] == ("hers" if take else "mine")
    window.ask("edit.undo")
    qtbot.waitUntil(lambda: "<b>her note</b>" not in bodies())
    assert demo.store.rows("finding")[finding]["claim"] == "mine"


def test_a_merge_that_is_cancelled_changes_nothing(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    copy = _copy(demo, tmp_path)
    _conflicting(demo, copy, tmp_path)
    before = demo.store.head()
    _merge_dialog(window, qtbot, copy).reject()
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    assert demo.store.head() == before


def test_a_part_is_written_with_its_passphrase_and_merging_it_asks_for_it(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    out = tmp_path / "part.wcase"
    window.ask("case.part")
    dialog = window.dialogs[-1]
    assert isinstance(dialog, PartDialog)
    dialog.place.setText(str(out))
    assert "passphrase" in dialog.wrong()
    for field in (dialog.secret.first, dialog.secret.second):
        field.setText("eight or more")
    dialog.try_accept()
    qtbot.waitUntil(lambda: any(e.kind == "case.part.written" for e in demo.store.custody()), timeout=20_000)
    with Session(
        open_case(out, passphrase="eight or more"), demo.plugins, tmp_path / "hers", actor="Colleague"
    ) as part:
        part.run("note.add", subjects=[next(iter(part.store.rows("mark")))], body="on the road")
    window.ask("case.merge", file=str(out))
    qtbot.waitUntil(lambda: any(isinstance(d, PassphraseDialog) for d in window.dialogs), timeout=20_000)
    asked = next(d for d in window.dialogs if isinstance(d, PassphraseDialog))
    asked.field.setText("wrong one here")
    asked.try_accept()
    qtbot.waitUntil(
        lambda: any(isinstance(d, PassphraseDialog) and d is not asked for d in window.dialogs), timeout=20_000
    )
    again = next(d for d in window.dialogs if isinstance(d, PassphraseDialog) and d is not asked)
    again.field.setText("eight or more")
    again.try_accept()
    qtbot.waitUntil(lambda: any(isinstance(d, MergeDialog) for d in window.dialogs), timeout=20_000)
    next(d for d in window.dialogs if isinstance(d, MergeDialog)).try_accept()
    qtbot.waitUntil(lambda: "on the road" in [row["body"] for row in demo.store.rows("note").values()], timeout=20_000)
    qtbot.waitUntil(lambda: any(e.kind == "case.merge" for e in demo.store.custody()))


def test_a_file_that_is_no_case_is_said_to_be_none(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    wrong = tmp_path / "no.wcase"
    wrong.write_bytes(b"no case")
    before = demo.store.head()
    window.ask("case.merge", file=str(wrong))
    qtbot.waitUntil(lambda: bool(window.dialogs), timeout=20_000)
    assert demo.store.head() == before


def test_a_copy_that_went_on_is_compared_and_neither_changes(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    copy = _copy(demo, tmp_path)
    _conflicting(demo, copy, tmp_path)
    before, bytes_before = demo.store.head(), copy.read_bytes()
    window.ask("case.difference", file=str(copy))
    qtbot.waitUntil(lambda: any(isinstance(d, ResultDialog) for d in window.dialogs), timeout=20_000)
    dialog = next(d for d in window.dialogs if isinstance(d, ResultDialog))
    lines = [dialog.table.topLevelItem(n).text(0) for n in range(dialog.table.topLevelItemCount())]
    assert any("her note" in line and line.startswith("added") for line in lines)
    assert any("mine → hers" in line for line in lines)
    assert (demo.store.head(), copy.read_bytes()) == (before, bytes_before)
