"""Owns the events of a session and their delivery. Must not know who listens, nor touch a thread other than its own.

Events are published and delivered on the main thread only. An event published while another is being delivered waits
until that one has reached every listener, so listeners always see events in the order they happened.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """Something in the case changed. ``tables`` are work tables, or ``evidence`` after an import or retraction.

    ``subjects`` are subject keys that look different now; empty after evidence changed (anything may).
    """

    revision: int
    tables: tuple[str, ...]
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectionChanged:
    """The selection is another one; read it from the session."""


@dataclass(frozen=True, slots=True)
class GraphChanged:
    """Another graph is active, or the picture of the active graph must be fetched again.

    ``added`` are node keys that were not there before (the canvas may bring them into view).
    """

    graph: str
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewAsked:
    """The session asks the canvas to show a camera (a scene, or the way back)."""

    graph: str
    camera: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class LensChanged:
    """What of the active graph is looked at is another thing; read ``session.lens``."""


@dataclass(frozen=True, slots=True)
class TaintChanged:
    """Another kept run is drawn on a graph, or none; read ``session.traces``."""

    graph: str


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A job was queued, started, moved on or ended; ``job`` is its number."""

    job: int


@dataclass(frozen=True, slots=True)
class ProblemsChanged:
    """The list of problems must be fetched again."""


Event = (
    CaseChanged
    | SelectionChanged
    | GraphChanged
    | ViewAsked
    | LensChanged
    | TaintChanged
    | JobChanged
    | ProblemsChanged
)
E = TypeVar(
    "E", CaseChanged, SelectionChanged, GraphChanged, ViewAsked, LensChanged, TaintChanged, JobChanged, ProblemsChanged
)


class Bus:
    """Delivers events to listeners of exactly their type, in the order of subscription."""

    def __init__(self) -> None:
        self._listeners: dict[type[Any], list[Callable[[Any], None]]] = {}
        self._waiting: deque[Event] = deque()
        self._busy = False
        self._thread = threading.get_ident()

    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Callable[[], None]:
        """Call ``listener`` for every event of this type; gives a function that ends the subscription."""
        listeners = self._listeners.setdefault(kind, [])
        listeners.append(listener)

        def end() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return end

    def publish(self, event: Event) -> None:
        """Deliver an event now, or after the one that is being delivered."""
        if threading.get_ident() != self._thread:
            raise RuntimeError("events are published on the thread of the session only")
        self._waiting.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                current = self._waiting.popleft()
                for listener in tuple(self._listeners.get(type(current), ())):
                    listener(current)
        finally:
            self._waiting.clear()
            self._busy = False
