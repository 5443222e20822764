"""Who exports is asked for the passphrase of the signing key when there is one to ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from workstation.app import signing
from workstation.app.session import Session
from workstation.ui.exportdialog import ExportDialog
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def _dialog(window: MainWindow, session: Session, tmp_path: Path, qtbot: QtBot) -> ExportDialog:
    dialog = ExportDialog(window, tmp_path / "a-evidence.zip", "facts", ("en",), session)
    qtbot.addWidget(dialog)
    return dialog


def test_a_new_key_wants_two_equal_passphrases_or_none(
    window: MainWindow, open_demo: Callable[[], Session], tmp_path: Path, qtbot: QtBot
) -> None:
    session = open_demo()
    dialog = _dialog(window, session, tmp_path, qtbot)
    dialog.key.first.setText("short")
    assert "8 signs" in dialog.wrong()
    dialog.key.first.setText("correct horse")
    assert "differ" in dialog.wrong()
    assert not signing.exists(session)
    dialog.key.second.setText("correct horse")
    assert dialog.wrong() == ""
    assert signing.protected(session)


def test_a_protected_key_opens_only_with_its_passphrase(
    window: MainWindow, open_demo: Callable[[], Session], tmp_path: Path, qtbot: QtBot
) -> None:
    session = open_demo()
    signing.protect_key(signing.folder(session), session.actor, "correct horse")
    dialog = _dialog(window, session, tmp_path, qtbot)
    dialog.key.first.setText("wrong")
    assert "WS-KEY-001" in dialog.wrong()
    assert session.key_passphrase is None
    dialog.key.first.setText("correct horse")
    assert dialog.wrong() == ""
    again = _dialog(window, session, tmp_path, qtbot)
    assert again.wrong() == ""  # it is asked once while the case is open
