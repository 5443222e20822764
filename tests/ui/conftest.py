"""Owns what the window tests share: the demo case as a copied file, an open window, and answers to dialogs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from workstation.app.demo import COLONIAL, ROMANCE, Demo, build
from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow


def _built(which: Demo, folder: Path) -> Path:
    path = folder / f"{which.name}.wcase"
    build(which, path, bundled_plugins(), folder / "home").close()
    return path


@pytest.fixture(scope="session")
def romance_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional demo case, built once."""
    return _built(ROMANCE, tmp_path_factory.mktemp("romance"))


@pytest.fixture(scope="session")
def colonial_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real demo case, built once."""
    return _built(COLONIAL, tmp_path_factory.mktemp("colonial"))


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A shown window on the start page; it closes its session and goes at the end."""
    made = MainWindow(Settings(None), tmp_path / "home", bundled_plugins)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_dialogs()
    snapshot.discard(made)


@pytest.fixture
def open_demo(window: MainWindow, romance_file: Path, tmp_path: Path, qtbot: QtBot) -> Callable[[], Session]:
    """Opens a copy of the fictional demo case in the window."""

    def opened() -> Session:
        copy = tmp_path / "case.wcase"
        shutil.copyfile(romance_file, copy)
        session = window.session_for(open_case(copy))
        window.open_session(session)
        qtbot.waitUntil(lambda: window.desk.queue.idle)
        return session

    return opened


@pytest.fixture
def demo(open_demo: Callable[[], Session]) -> Session:
    """The fictional demo case, open in the window."""
    return open_demo()
