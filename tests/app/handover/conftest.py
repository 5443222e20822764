"""Gives the cases that are handed over: the demo case, copies of it, and a colleague's case with other numbers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from workstation.app import demo
from workstation.app.demo import Demo
from workstation.app.handover import evidence, merging, theirs
from workstation.app.handover.planning import Plan
from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.plugin_host.discovery import Plugin

Merge = Callable[..., tuple[Plan, dict[str, Any]]]
Work = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def case(built: Callable[[Demo], Path], tmp_path: Path) -> Path:
    """A copy of the romance-scam case, closed."""
    return Path(shutil.copyfile(built(demo.ROMANCE), tmp_path / "case.wcase"))


@pytest.fixture
def work(plugins: list[Plugin], tmp_path: Path) -> Work:
    """Opens a case file as somebody and closes it."""

    @contextmanager
    def opened(path: Path, actor: str = "Lead") -> Iterator[Session]:
        with Session(open_case(path, actor=actor), plugins, tmp_path / f"settings-{actor}") as session:
            yield session

    return opened


@pytest.fixture
def merge() -> Merge:
    """Merges a case file or package into an open session; gives the plan that was done and the entry of the log."""

    def done(session: Session, path: Path, chosen: tuple[str, ...] = ()) -> tuple[Plan, dict[str, Any]]:
        with theirs.opened(path, session.plugins) as other:
            evidence.take(session, other, evidence.wanted(session.store, other))
            made = merging.apply(session, other, chosen)
            runs = merging.trace_again(session, other, made)
            return made, merging.finish(session, other, made, runs, chosen)

    return done


@pytest.fixture(scope="session")
def shifted(tmp_path_factory: pytest.TempPathFactory, plugins: list[Plugin]) -> Path:
    """A colleague's own case over the same files and more, so that the same transfers have other numbers."""
    folder = tmp_path_factory.mktemp("shifted")
    both = replace(
        demo.ROMANCE, name="colleague", examiner="Colleague",
        files=lambda: [*demo.COLONIAL.files(), *demo.ROMANCE.files()],
    )  # fmt: skip
    demo.build(both, folder / "theirs.wcase", plugins, folder).close()
    return folder / "theirs.wcase"
