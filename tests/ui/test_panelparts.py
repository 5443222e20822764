"""What is imported beside the window holds nothing of Qt; the parts of the window come in its thread, one a turn."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from workstation.ui.guard import guard
from workstation.ui.panelparts import LIBRARIES, MORE, PARTS, SOON, Parts

pytestmark = pytest.mark.gui


def test_no_class_of_qt_is_made_in_another_thread() -> None:
    """PySide 6.11 keeps its classes in a table without a lock: made beside the window, they crash it now and then."""
    names = [f"workstation.{name}" for name in (*LIBRARIES, *MORE)]
    code = f"import importlib, sys\nfor n in {names!r}: importlib.import_module(n)\nprint('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_part_that_is_imported_in_another_thread_says_so() -> None:
    problems: list[str] = []

    def body() -> None:
        try:
            guard(type("Late", (QObject,), {"__module__": "workstation.late"}))
        except RuntimeError as problem:
            problems.append(str(problem))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert problems == ["workstation.late holds classes of Qt: import it in the thread of the window"]


def test_parts_come_in_order_and_then_what_waits_for_them(qtbot: QtBot) -> None:
    parent = QObject()
    parts, told = Parts(parent), list[bool]()
    parts.fetch(PARTS, lambda: told.append(all(f"workstation.{name}" in sys.modules for name in PARTS)))
    parts.fetch(SOON, lambda: told.append(all(f"workstation.{name}" in sys.modules for name in SOON)))
    assert not told
    qtbot.waitUntil(lambda: told == [True, True])
