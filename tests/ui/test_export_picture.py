"""Ctrl+E asks for format, part and theme, and writes the picture of the graph as it is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from workstation.app.session import Session
from workstation.ui.exportpicture import PictureDialog, needs_graph
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def asked(window: MainWindow) -> PictureDialog:
    """The open dialog."""
    window.ask("view.export_picture")
    return next(child for child in window.findChildren(PictureDialog) if child.isVisible())


def test_a_picture_is_written_as_asked(window: MainWindow, demo: Session, tmp_path: Path) -> None:
    dialog = asked(window)
    dialog.out.setText(str(tmp_path / "graph.png"))
    dialog.try_accept()
    image = QImage(str(tmp_path / "graph.png"))
    assert image.width() > 700
    dialog = asked(window)
    dialog.form_box.setCurrentIndex(dialog.form_box.findData("svg"))
    assert dialog.out.text().endswith(".svg")
    assert not dialog.dots.isEnabled()
    dialog.part.setCurrentIndex(dialog.part.findData("seen"))
    dialog.out.setText(str(tmp_path / "graph.txt"))
    dialog.try_accept()
    assert dialog.problem.text()
    dialog.out.setText(str(tmp_path / "graph.svg"))
    dialog.try_accept()
    assert "a part of the graph" in (tmp_path / "graph.svg").read_text("utf-8")


def test_it_is_off_while_there_is_nothing_to_draw(window: MainWindow, demo: Session) -> None:
    assert needs_graph(None)
    assert not needs_graph(demo)
    for field in (dialog := asked(window)).findChildren(type(dialog.part)):
        assert field.accessibleName()
