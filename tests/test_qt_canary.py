"""The locked PySide6 must not lose references to None: 6.12.0 does, and so aborts Python 3.11 after a while."""

from __future__ import annotations

import sys

import PySide6
import pytest
from PySide6 import QtCore, QtGui, QtWidgets

CALLS = 2000


class Sender(QtCore.QObject):
    """Something with a signal."""

    happened = QtCore.Signal(int)


@pytest.mark.usefixtures("qapp")
def test_void_calls_keep_the_reference_count_of_none() -> None:
    sender, size = Sender(), QtCore.QSize(3, 4)
    image = QtGui.QImage(8, 8, QtGui.QImage.Format.Format_ARGB32)
    image.fill(0)
    label = QtWidgets.QWidget()
    none, true = sys.getrefcount(None), sys.getrefcount(True)
    for turn in range(CALLS):
        sender.setObjectName("a")
        size.setWidth(turn)
        image.setDotsPerMeterX(turn + 1)
        label.setToolTip("")
        sender.happened.emit(turn)
    assert abs(sys.getrefcount(None) - none) <= 100
    assert abs(sys.getrefcount(True) - true) <= 100


def test_version_is_below_the_broken_one() -> None:
    assert (6, 8) <= tuple(int(part) for part in PySide6.__version__.split(".")[:2]) < (6, 12)
