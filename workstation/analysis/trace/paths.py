"""Owns the ways in time from one account to another: how many, the fewest hops, and the best (semantics 8.3)."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workstation.analysis.trace.flow import Question, usable
from workstation.analysis.trace.ledger import Event, Transfer
from workstation.analysis.trace.watching import TURN, Watch, watched
from workstation.domain.errors import WorkstationError

MAX_HOPS = 8
BEST = 5


@dataclass(frozen=True, slots=True)
class Path:
    """One way: the time of the last transfer, and the transfers."""

    arrival: int
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """All ways: how many, the fewest hops (None = no way), and the best by (arrival, hops, ids as text)."""

    count: int
    fewest_hops: int | None
    best: tuple[Path, ...]


def paths(
    events: Sequence[Event],
    asked: Question,
    max_hops: int = MAX_HOPS,
    k: int = BEST,
    most_steps: int = 20_000_000,
    watch: Watch | None = None,
) -> Paths:
    """Every time-respecting path without a repeated account; the budget of the question does not matter.

    Raises:
        WorkstationError: more steps than ``most_steps`` would be needed (hubs: make services barriers first).
    """
    moves = usable(events, asked, watch)
    count, fewest = 0, max_hops + 1
    best: list[tuple[int, int, list[str], tuple[Transfer, ...]]] = []

    def counted() -> Iterator[tuple[int, int, list[str], tuple[Transfer, ...]]]:
        nonlocal count, fewest
        for way in _ways(moves, asked, max_hops, most_steps, watch):
            count += 1
            fewest = min(fewest, len(way))
            yield way[-1].ts, len(way), [move.id for move in way], way

    best = heapq.nsmallest(k, counted(), key=lambda found: found[:3])
    return Paths(count, fewest if count else None, tuple(Path(found[0], found[3]) for found in best))


def _ways(
    moves: Sequence[Transfer], asked: Question, max_hops: int, most_steps: int, watch: Watch | None
) -> Iterator[tuple[Transfer, ...]]:
    """Depth-first, only into transfers from which the sink can still be reached in the hops that are left."""
    leaving: dict[str | None, list[int]] = {}
    for place, move in enumerate(moves):
        leaving.setdefault(move.sender, []).append(place)
    latest = _latest(moves, asked.sink, max_hops, watch)
    way: list[Transfer] = []
    met = {asked.source}
    stack = [iter(leaving.get(asked.source, ()))] if max_hops > 0 else []
    steps = 0
    while stack:
        place = next(stack[-1], -1)
        if place < 0:
            stack.pop()
            if way:
                met.discard(way.pop().receiver or "")
            continue
        steps += 1
        if watch and not steps & TURN:
            watch(steps)
        if steps > most_steps:
            raise WorkstationError(
                "WS-TRC-015", f"more than {most_steps} steps are needed to count the paths", "nothing was counted",
                "ask for fewer hops or a shorter window, or stop at services", 3,
            )  # fmt: skip
        move = moves[place]
        receiver = move.receiver or ""
        if receiver == asked.sink:
            yield (*way, move)
            continue
        left = max_hops - len(way) - 1
        if left < 1 or receiver in met or latest[left].get(receiver, -1) <= place:
            continue
        way.append(move)
        met.add(receiver)
        later = leaving[receiver]
        stack.append(iter(later[bisect_right(later, place) :]))


def _latest(moves: Sequence[Transfer], sink: str, max_hops: int, watch: Watch | None) -> list[dict[str, int]]:
    """For each number of hops: the last transfer of an account that can still reach the sink in so many hops."""
    found: list[dict[str, int]] = [{}]
    for _ in range(max_hops):
        before, now = found[-1], dict[str, int]()
        for place, move in enumerate(watched(moves, watch)):
            if move.receiver == sink or before.get(move.receiver or "", -1) > place:
                now[move.sender or ""] = place
        found.append(now)
    return found


def document(found: Paths) -> dict[str, Any]:
    """The JSON form of semantics 8.3."""
    best = [
        {"arrival": path.arrival, "hops": len(path.transfers), "events": [move.id for move in path.transfers]}
        for path in found.best
    ]
    return {"count": found.count, "best": best, "fewest_hops": found.fewest_hops}
