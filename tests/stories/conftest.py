"""The window of a story: a new, empty, plain case, open in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.stories.player import Player
from workstation.casefile.store import create
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow


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
