"""Pictures of the real window: not blank, different per theme, of the size that was asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.domain.errors import WorkstationError
from workstation.ui.app import bundled_plugins
from workstation.ui.snapshot import graph_png, screenshot

pytestmark = pytest.mark.gui


@pytest.fixture
def session(qapp: object, romance_file: Path, tmp_path: Path) -> Iterator[Session]:
    """The demo case without a window."""
    copy = tmp_path / "case.wcase"
    shutil.copyfile(romance_file, copy)
    with Session(open_case(copy), bundled_plugins(), tmp_path / "home") as made:
        yield made


def colours(path: Path) -> int:
    """How many different colours a picture has."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return len(np.unique(pixels))


def test_overview_is_drawn_in_every_theme(session: Session, tmp_path: Path) -> None:
    seen = set()
    for theme in ("light", "dark", "projector"):
        out = tmp_path / f"{theme}.png"
        nodes, edges = screenshot(session, out, theme=theme, size=(1366, 768))
        assert nodes > 5
        assert edges > 5
        image = QImage(str(out))
        assert (image.width(), image.height()) == (1366, 768)
        assert colours(out) > 50
        seen.add(out.read_bytes())
    assert len(seen) == 3


def test_start_page_graph_and_scene(session: Session, tmp_path: Path) -> None:
    screenshot(None, tmp_path / "start.png", view="start")
    screenshot(session, tmp_path / "graph.png", view="graph", size=(900, 600))
    name = next(iter(session.store.rows("scene").values()))["name"]
    screenshot(session, tmp_path / "scene.png", view=name)
    assert all(colours(tmp_path / f"{view}.png") > 20 for view in ("start", "graph", "scene"))
    with pytest.raises(WorkstationError, match="WS-UI-004"):
        screenshot(session, tmp_path / "none.png", view="no such scene")


def test_pictures_leave_the_case_alone(session: Session, tmp_path: Path) -> None:
    before, commands = session.store.head(), set(session.commands.commands)
    screenshot(session, tmp_path / "a.png")
    assert graph_png(session)().startswith(b"\x89PNG")
    assert session.store.head() == before
    assert set(session.commands.commands) == commands


def test_a_picture_shows_what_panels_have_read_and_is_the_same_each_time(session: Session, tmp_path: Path) -> None:
    """No job still runs in it: a session without an event loop hears of their ends while the window is drawn."""
    for name in ("first.png", "second.png"):
        screenshot(session, tmp_path / name)
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()
    assert not [job.title for job in session.jobs.all() if job.active]
