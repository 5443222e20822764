"""Owns how much can have come from one account to another in time: upper bound and greedy figure (semantics 8).

Neither figure attributes anything; attribution needs a named method. Capacities are Python integers: wei stay exact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.analysis.trace.ledger import Event, Transfer, bad_ledger, transfers
from workstation.analysis.trace.watching import TURN, Watch, watched


@dataclass(frozen=True, slots=True)
class Question:
    """From ``source`` to ``sink``: value available at the source (None = any), and a closed window of time."""

    source: str
    sink: str
    asset: str | None = None
    budget: int | None = None
    window: tuple[int, int] | None = None


def carriers(events: Sequence[Event], asked: Question, watch: Watch | None = None) -> list[Transfer]:
    """The transfers of the asset inside the window, in total order, but none out of the sink or into the source.

    Raises:
        WorkstationError: source and sink are one account, or several assets stand in the ledger and none is named.
    """
    if asked.source == asked.sink:
        raise bad_ledger("WS-TRC-013", "source and sink are the same account", "choose two accounts")
    moves = [
        e
        for e in watched(transfers(events, asked.asset, watch), watch)
        if e.sender != asked.sink
        and e.receiver != asked.source
        and (asked.window is None or asked.window[0] <= e.ts <= asked.window[1])
    ]
    if asked.asset is None and len({e.asset for e in moves}) > 1:
        raise bad_ledger("WS-TRC-014", "the ledger holds several assets", "name the asset")
    return moves


def usable(events: Sequence[Event], asked: Question, watch: Watch | None = None) -> list[Transfer]:
    """The carriers that lie on a way in time from the source to the sink."""
    reached = {asked.source}
    forward = []
    for move in watched(carriers(events, asked, watch), watch):
        if move.sender in reached and move.receiver is not None:
            reached.add(move.receiver)
            forward.append(move)
    leading = {asked.sink}
    found = []
    for move in watched(reversed(forward), watch):
        if move.receiver in leading and move.sender is not None:
            leading.add(move.sender)
            found.append(move)
    found.reverse()
    return found


def greedy_flow(events: Sequence[Event], asked: Question, watch: Watch | None = None) -> int:
    """In order, each transfer forwards min(amount, traced value held), also where that leads away from the sink."""
    held: dict[str | None, int] = {}
    left = asked.budget
    for move in watched(carriers(events, asked, watch), watch):
        if move.sender == asked.source:
            moved = move.amount if left is None else min(move.amount, left)
            left = None if left is None else left - moved
        else:
            moved = min(move.amount, held.get(move.sender, 0))
            held[move.sender] = held.get(move.sender, 0) - moved
        held[move.receiver] = held.get(move.receiver, 0) + moved
    return held.get(asked.sink, 0)


def max_flow(events: Sequence[Event], asked: Question, watch: Watch | None = None) -> int:
    """The largest amount that can have reached the sink if every account had cooperated.

    Args:
        watch: called now and then with the work done so far; it may raise to stop.
    """
    moves = usable(events, asked, watch)
    most = sum(move.amount for move in moves) if asked.budget is None else asked.budget
    net = _expanded(moves, asked, most, watch)
    return net.largest(0, 1)


def _expanded(moves: Sequence[Transfer], asked: Question, most: int, watch: Watch | None) -> Net:
    """The network in time: an account has a node for each run of receipts followed by payments; value waits between.

    Node 0 feeds the source (node 2) with what is available, node 1 is the sink.
    """
    links: dict[tuple[int, int], int] = {(0, 2): most}
    now: dict[str | None, int] = {asked.source: 2, asked.sink: 1}
    paid: set[int] = set()
    count = 3
    waits = sum(move.amount for move in moves)
    for move in watched(moves, watch):
        sender = now[move.sender]
        paid.add(sender)
        receiver = now.get(move.receiver)
        if receiver is None or receiver in paid:
            if receiver is not None:
                links[receiver, count] = waits
            receiver = now[move.receiver] = count
            count += 1
        links[sender, receiver] = links.get((sender, receiver), 0) + move.amount
    net = Net(count, watch)
    for (a, b), room in watched(links.items(), watch):
        net.link(a, b, room)
    return net


class Net:
    """A network with whole-number capacities of any size (Dinic's method).

    Attributes:
        ends, room: end and free capacity of each arc; arc ``n ^ 1`` is the reverse of arc ``n``. arcs: arcs of a node.
    """

    __slots__ = ("arcs", "ends", "room", "watch")

    def __init__(self, nodes: int, watch: Watch | None = None) -> None:
        self.watch = watch
        self.ends: list[int] = []
        self.room: list[int] = []
        self.arcs: list[list[int]] = [[] for _ in range(nodes)]

    def link(self, a: int, b: int, room: int) -> None:
        """Add an arc and its reverse."""
        self.arcs[a].append(len(self.ends))
        self.arcs[b].append(len(self.ends) + 1)
        self.ends += (b, a)
        self.room += (room, 0)

    def largest(self, source: int, sink: int) -> int:
        """The largest flow; the free capacities are those after it."""
        found = 0
        while (level := self._levels(source, sink)) is not None:
            found += self._blocked(source, sink, level)
        return found

    def _levels(self, source: int, sink: int) -> list[int] | None:
        """Arcs from each node to the sink, -1 = no way; None when the source has none."""
        level = [-1] * len(self.arcs)
        level[sink] = 0
        queue = deque([sink])
        done = 0
        ends, room, arcs = self.ends, self.room, self.arcs
        while queue:
            node = queue.popleft()
            done += 1
            if self.watch and not done & TURN:
                self.watch(done)
            for arc in arcs[node]:
                before = ends[arc]
                if level[before] < 0 and room[arc ^ 1]:
                    level[before] = level[node] + 1
                    queue.append(before)
        return level if level[source] >= 0 else None

    def _blocked(self, source: int, sink: int, level: list[int]) -> int:
        """Fill shortest ways until each has a full arc."""
        ends, room, arcs = self.ends, self.room, self.arcs
        turn = [0] * len(arcs)
        way: list[int] = []
        node, found, done = source, 0, 0
        while True:
            done += 1
            if self.watch and not done & TURN:
                self.watch(done)
            if node == sink:
                node, moved = self._fill(way)
                found += moved
            mine = arcs[node]
            place, wanted = turn[node], level[node] - 1
            while place < len(mine) and not (room[mine[place]] and level[ends[mine[place]]] == wanted):
                place += 1
            turn[node] = place
            if place < len(mine):
                way.append(mine[place])
                node = ends[mine[place]]
            elif way:
                # Nothing leads on from here: never come back.
                level[node] = -1
                node = ends[way.pop() ^ 1]
            else:
                return found

    def _fill(self, way: list[int]) -> tuple[int, int]:
        """Send the most along a way and go back to the start of its first full arc."""
        room = self.room
        moved = min(room[arc] for arc in way)
        for arc in way:
            room[arc] -= moved
            room[arc ^ 1] += moved
        first = next(n for n, arc in enumerate(way) if not room[arc])
        node = self.ends[way[first] ^ 1]
        del way[first:]
        return node, moved
