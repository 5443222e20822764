"""An error inside an override of Qt is reported and answered with a safe default; the process lives."""

from __future__ import annotations

import sys
from typing import Any

import pyqtgraph as pg
import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from pytestqt.qtbot import QtBot

from workstation.ui import guard as guard_module
from workstation.ui.guard import guard, is_guarded


@guard
class Broken(QtWidgets.QWidget):
    """A widget whose every override fails."""

    def sizeHint(self) -> QtCore.QSize:
        raise ZeroDivisionError("size")

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        raise IndexError("paint")

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        int("x")

    def event(self, event: QtCore.QEvent) -> bool:
        if event.type() == QtCore.QEvent.Type.User:
            raise KeyError("event")
        return super().event(event)

    def own_method(self) -> None:
        """Not an override: its errors reach the caller."""
        raise ValueError("own")


@guard
class BrokenModel(QtCore.QAbstractTableModel):
    """A model whose every override fails."""

    def rowCount(self, parent: Any = None) -> int:
        raise ZeroDivisionError("rows")

    def columnCount(self, parent: Any = None) -> int:
        raise ZeroDivisionError("columns")

    def data(self, index: Any, role: int = 0) -> object:
        raise ZeroDivisionError("data")


@guard
class BrokenItem(pg.GraphicsObject):
    """A pyqtgraph item that cannot say how large it is."""

    def boundingRect(self) -> QtCore.QRectF:
        raise ZeroDivisionError("bounds")

    def paint(self, painter: Any, *arguments: Any) -> None:
        raise ZeroDivisionError("paint")


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """The errors that reached ``sys.excepthook``."""
    seen: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, trace: seen.append(value))
    return seen


def test_a_broken_widget_is_shown_clicked_and_closed(qtbot: QtBot, reported: list[BaseException]) -> None:
    widget = Broken()
    qtbot.addWidget(widget)
    assert widget.sizeHint() == QtCore.QSize()
    widget.resize(80, 40)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.repaint()
    qtbot.mouseClick(widget, QtCore.Qt.MouseButton.LeftButton)
    assert QtCore.QCoreApplication.sendEvent(widget, QtCore.QEvent(QtCore.QEvent.Type.User)) is False
    assert {type(e) for e in reported} == {ZeroDivisionError, IndexError, ValueError, KeyError}


def test_a_broken_model_counts_nothing(qtbot: QtBot, reported: list[BaseException]) -> None:
    view = QtWidgets.QTableView()
    qtbot.addWidget(view)
    model = BrokenModel(view)
    view.setModel(model)
    assert model.rowCount() == 0
    assert model.data(model.index(0, 0)) is None
    assert reported


def test_a_broken_item_in_a_plot(qtbot: QtBot, reported: list[BaseException]) -> None:
    view = pg.GraphicsView()
    qtbot.addWidget(view)
    item = BrokenItem()
    view.addItem(item)
    assert item.boundingRect() == QtCore.QRectF()
    with qtbot.waitExposed(view):
        view.show()
    assert any(str(e) == "bounds" for e in reported)


def test_own_methods_keep_their_errors(qtbot: QtBot) -> None:
    widget = Broken()
    qtbot.addWidget(widget)
    with pytest.raises(ValueError, match="own"):
        widget.own_method()


def test_reports_are_limited_and_counted(monkeypatch: pytest.MonkeyPatch, reported: list[BaseException]) -> None:
    now = [100.0]
    monkeypatch.setattr(guard_module.time, "monotonic", lambda: now[0])

    @guard
    class Noisy(QtCore.QObject):
        def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
            raise RuntimeError("again")

    noisy = Noisy()
    event = QtCore.QEvent(QtCore.QEvent.Type.User)
    answers = {noisy.eventFilter(noisy, event) for _ in range(50)}
    assert answers == {False}
    assert len(reported) == 1
    now[0] += 2.0
    noisy.eventFilter(noisy, event)
    assert len(reported) == 2
    assert "49 more errors" in reported[1].__notes__[0]


def test_only_the_class_itself_counts_as_guarded() -> None:
    class Child(Broken):
        pass

    assert is_guarded(Broken)
    assert not is_guarded(Child)
