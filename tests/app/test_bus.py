"""Events arrive in the order they happened, also when a listener publishes."""

from __future__ import annotations

import threading

import pytest

from workstation.app.bus import Bus, GraphChanged, ProblemsChanged, SelectionChanged


def test_a_nested_event_waits_until_the_first_reached_everyone() -> None:
    bus, heard = Bus(), []

    def first(_: SelectionChanged) -> None:
        heard.append("first")
        bus.publish(ProblemsChanged())

    bus.subscribe(SelectionChanged, first)
    bus.subscribe(SelectionChanged, lambda _: heard.append("second"))
    bus.subscribe(ProblemsChanged, lambda _: heard.append("problems"))
    bus.publish(SelectionChanged())
    assert heard == ["first", "second", "problems"]


def test_a_subscription_ends() -> None:
    bus, heard = Bus(), []
    end = bus.subscribe(GraphChanged, heard.append)
    bus.publish(GraphChanged("a"))
    end()
    end()
    bus.publish(GraphChanged("b"))
    assert heard == [GraphChanged("a")]


def test_a_failing_listener_does_not_block_the_bus() -> None:
    bus, heard = Bus(), []

    def fail(_: SelectionChanged) -> None:
        raise ValueError("broken panel")

    end = bus.subscribe(SelectionChanged, fail)
    with pytest.raises(ValueError, match="broken panel"):
        bus.publish(SelectionChanged())
    end()
    bus.subscribe(SelectionChanged, heard.append)
    bus.publish(SelectionChanged())
    assert len(heard) == 1


def test_other_threads_are_refused() -> None:
    bus, problems = Bus(), []

    def publish() -> None:
        try:
            bus.publish(SelectionChanged())
        except RuntimeError as problem:
            problems.append(str(problem))

    thread = threading.Thread(target=publish)
    thread.start()
    thread.join()
    assert problems
