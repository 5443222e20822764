"""A job steps aside while the window is busy, and goes on when the window never answers."""

from __future__ import annotations

import threading
import time

import pytest
from pytestqt.qtbot import QtBot

from workstation.ui import turns
from workstation.ui.turns import Turns

pytestmark = pytest.mark.gui


def _passed(made: Turns) -> tuple[threading.Thread, threading.Event]:
    done = threading.Event()

    def work() -> None:
        made.give_way()
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, done


def test_a_job_waits_for_the_window_and_goes_on_when_it_answers(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """While this function runs the window handles nothing; the event loop lets the job pass."""
    monkeypatch.setattr(turns, "_PIECE", 30.0)
    monkeypatch.setattr(turns, "_MOST", 30.0)
    made = Turns()
    thread, done = _passed(made)
    assert not done.wait(0.2)
    qtbot.waitUntil(done.is_set)
    thread.join()


def test_a_window_that_never_answers_does_not_stop_the_work(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PIECE", 0.01)
    monkeypatch.setattr(turns, "_MOST", 0.05)
    made = Turns()
    start = time.monotonic()
    for _ in range(1000):
        made.give_way()
    assert time.monotonic() - start < 10
