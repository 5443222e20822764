"""Gives sessions: an empty case, and copies of the two demo cases (each built once)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workstation.app import demo
from workstation.app.demo import Demo
from workstation.app.session import Session
from workstation.casefile import store
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import Plugin, discover


@pytest.fixture(scope="session")
def plugins() -> list[Plugin]:
    """The bundled plugins."""
    return discover([plugins_folder()])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, plugins: list[Plugin]) -> Callable[[Demo], Path]:
    """Path of a demo case that is built at first use."""
    made: dict[str, Path] = {}

    def path(which: Demo) -> Path:
        if which.name not in made:
            folder = tmp_path_factory.mktemp(which.name)
            demo.build(which, folder / "demo.wcase", plugins, folder).close()
            made[which.name] = folder / "demo.wcase"
        return made[which.name]

    return path


@pytest.fixture
def open_demo(
    built: Callable[[Demo], Path], plugins: list[Plugin], tmp_path: Path
) -> Iterator[Callable[[Demo], Session]]:
    """Opens a private copy of a demo case."""
    opened: list[Session] = []

    def make(which: Demo) -> Session:
        copy = tmp_path / f"{which.name}.wcase"
        shutil.copyfile(built(which), copy)
        session = Session(store.open_case(copy, actor="Tester"), plugins, tmp_path / "settings")
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()


@pytest.fixture
def romance(open_demo: Callable[[Demo], Session]) -> Session:
    """The romance-scam demo."""
    return open_demo(demo.ROMANCE)


@pytest.fixture
def colonial(open_demo: Callable[[Demo], Session]) -> Session:
    """The Colonial Pipeline demo."""
    return open_demo(demo.COLONIAL)


@pytest.fixture
def empty(plugins: list[Plugin], tmp_path: Path) -> Iterator[Session]:
    """A new case."""
    made = store.create(tmp_path / "empty.wcase", title="Empty", examiner="Tester")
    with Session(made, plugins, tmp_path / "settings") as session:
        yield session
