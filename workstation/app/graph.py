"""Owns the graphs of a case: which subjects are placed, and the picture that is drawn from them.

A graph is work product: a list of placed subjects. What lies between them always comes from the ledger, so a picture
never shows a line that no exhibit states. Must not change anything; commands do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workstation.analysis.picture import Edge, Node, Picture
from workstation.app.backdrop import with_backdrop
from workstation.app.chooser import Candidate, Chooser, Sum, clean
from workstation.app.fans import Line, fanned
from workstation.app.ledger import INPUT, OUTPUT, Ledger, Rows
from workstation.app.names import ROLE_NAMES, ROLES, Names, read_names
from workstation.app.times import day
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS
from workstation.domain.amounts import short
from workstation.domain.subjects import Subject, parse

#: Placements are stored in whole sixteenths of a world unit.
SCALE = 16
_STATED = KINDS.index("stated")


@dataclass(frozen=True, slots=True)
class Placed:
    """One placed subject of a graph, in world units."""

    subject: Subject
    x: float
    y: float
    pinned: bool
    hidden: bool


def stub_of(subject: Subject, direction: str) -> Subject:
    """The '+n more' node beside a subject, for one direction."""
    return Subject("stub", subject.chain, f"{direction}/{subject.kind}/{subject.ref}")


def stands_for(stub: Subject) -> tuple[Subject, str]:
    """The subject and direction behind a stub; inverse of :func:`stub_of`."""
    direction, kind, ref = stub.ref.split("/", 2)
    return parse(f"{kind}:{stub.chain}:{ref}"), direction


@dataclass(slots=True)
class _Shown:
    """Node number of everything a graph shows: by subject key, and as arrays over address and transaction numbers."""

    nodes: list[Placed]
    node_of: dict[str, int]
    addresses: Rows
    transactions: Rows
    hidden: int


@dataclass(slots=True)
class _Cache:
    ledger: Ledger | None = None
    names: Names | None = None
    pictures: dict[str, Picture] = field(default_factory=dict)
    edges: dict[tuple[str, ...], tuple[Edge, ...]] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    placements: dict[str, dict[str, Placed]] | None = None
    graphs: dict[str, dict[str, Any]] | None = None


class GraphModel:
    """Pictures of the graphs of one case, cached until something they show changes. Main thread only."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._cache = _Cache()
        self._fans: dict[str, frozenset[Line]] = {}

    # --- caches -----------------------------------------------------------------------------------------------

    @property
    def ledger(self) -> Ledger:
        """The indexed ledger of the case as it is now."""
        if self._cache.ledger is None:
            self._cache.ledger = Ledger(self.store)
        return self._cache.ledger

    @property
    def names(self) -> Names:
        """Names and roles as they are now."""
        if self._cache.names is None:
            self._cache.names = read_names(self.store)
        return self._cache.names

    def take(self, ledger: Ledger) -> None:
        """Use a ledger of the case as it is now that was indexed elsewhere (beside the window, for a large case)."""
        self._cache.ledger = ledger

    def work_changed(self, tables: Sequence[str]) -> None:
        """Forget what rested on these work tables."""
        touched = set(tables)
        if touched & {"tag", "entity", "entity_member", "mark", "note"}:
            self._cache.names = None
            self._cache.pictures.clear()
        if touched & {"entity", "entity_member"}:
            self._cache.edges.clear()
            self._cache.details.clear()
        if "frame" in touched:
            self._cache.pictures.clear()
        if touched & {"placement", "graph"}:
            self._cache.placements = None
            self._cache.graphs = None
            self._cache.pictures.clear()

    def evidence_changed(self) -> None:
        """Forget everything that rested on the ledger."""
        self._cache = _Cache()

    # --- graphs -----------------------------------------------------------------------------------------------

    def graphs(self) -> dict[str, dict[str, Any]]:
        """Rows of all graphs by key, in their order."""
        if self._cache.graphs is None:
            rows = self.store.rows("graph")
            self._cache.graphs = dict(sorted(rows.items(), key=lambda item: (item[1]["position"] or 0, item[0])))
        return self._cache.graphs

    def graph_keys(self) -> tuple[str, ...]:
        """Keys of all graphs in their order."""
        return tuple(self.graphs())

    def first_graph(self) -> str:
        """Key of the first graph, or empty."""
        return next(iter(self.graphs()), "")

    def name(self, graph: str) -> str:
        """Name of a graph."""
        return str(self.graphs()[graph]["name"])

    def placed(self, graph: str) -> dict[str, Placed]:
        """Everything placed on a graph, hidden things too, by subject key in order of keys."""
        if self._cache.placements is None:
            found: dict[str, dict[str, Placed]] = {}
            for row in sorted(self.store.rows("placement").values(), key=lambda r: str(r["subject"])):
                place = Placed(
                    parse(row["subject"]), row["x"] / SCALE, row["y"] / SCALE, bool(row["pinned"]), bool(row["hidden"])
                )
                found.setdefault(row["graph"], {})[row["subject"]] = place
            self._cache.placements = found
        return self._cache.placements.get(graph, {})

    def label(self, subject: Subject) -> str:
        """Short name of a subject: user tag, entity, source tag, or the 6…4 form."""
        if subject.kind in ("transfer", "run"):
            return f"{subject.kind} {subject.ref}"
        return self.names.face(subject).name

    # --- picture ----------------------------------------------------------------------------------------------

    def picture(self, graph: str) -> Picture:
        """What is drawn for a graph; the same object until something changes. An empty key gives an empty picture."""
        found = self._cache.pictures.get(graph)
        if found is None:
            frames = {key: row for key, row in self.store.rows("frame").items() if row["graph"] == graph}
            drawn = with_backdrop(self.draw(self.placed(graph)), self.graphs().get(graph, {}), frames)
            found = self._cache.pictures[graph] = fanned(drawn, self._fans.get(graph, frozenset()), self._single)
        return found

    def fans(self, graph: str) -> frozenset[Line]:
        """The lines of a graph that are drawn as one line for each transfer."""
        return self._fans.get(graph, frozenset())

    def fan(self, graph: str, lines: frozenset[Line]) -> None:
        """Draw these lines of a graph as one line for each transfer, all others bundled. The case stays as it is."""
        self._fans[graph] = lines
        self._cache.pictures.pop(graph, None)

    def _single(self, edge: Edge, transfer: int) -> Edge:
        rows = np.array([self.ledger.row_of_id[transfer]], np.int64)
        group = next(iter(self.ledger.groups(rows, self.ledger.asset[rows])))
        return self._edge(edge.source, edge.target, group.keys[0], rows, group.units, group.unknown)

    def draw(self, placed: Mapping[str, Placed]) -> Picture:
        """The picture of any set of placed subjects (also of one that is not stored yet)."""
        shown = self._shown(placed)
        edges = self._edges(shown)
        stub_nodes, stub_edges = self._stubs(placed, shown)
        details = self._details(shown)
        nodes = [self._node(place, details) for place in shown.nodes]
        nodes += stub_nodes
        roles = {node.role for node in nodes if node.kind in ("address", "entity")}
        legend = tuple((role, ROLE_NAMES[role]) for role in ROLES if role in roles)
        return Picture(tuple(nodes), edges + tuple(stub_edges), self._scope(shown), legend)

    def _shown(self, placed: Mapping[str, Placed]) -> _Shown:
        visible = [p for p in placed.values() if not p.hidden and p.subject.kind != "stub"]
        folded: dict[str, str] = {}
        for place in visible:
            if place.subject.kind == "entity":
                folded.update(dict.fromkeys(self.names.members.get(place.subject.ref, ()), place.subject.key))
        nodes = [p for p in visible if p.subject.key not in folded]
        node_of = {p.subject.key: number for number, p in enumerate(nodes)}
        node_of.update({member: node_of[entity] for member, entity in folded.items() if entity in node_of})
        ledger = self.ledger
        addresses = np.full(max(1, len(ledger.columns.addresses)), -1, np.int64)
        transactions = np.full(max(1, len(ledger.columns.txs)), -1, np.int64)
        for key, node in node_of.items():
            subject = parse(key)
            if subject.kind in ("address", "transaction"):
                number = ledger.number(subject)
                if number:
                    (addresses if subject.kind == "address" else transactions)[number] = node
        return _Shown(nodes, node_of, addresses, transactions, sum(p.hidden for p in placed.values()))

    def _scope(self, shown: _Shown) -> str:
        total = len(self.ledger.address_ids)
        count = int((shown.addresses >= 0).sum())
        text = f"{count:,} of {total:,} addresses shown"
        return text + (f", {shown.hidden:,} hidden" if shown.hidden else "")

    def _edges(self, shown: _Shown) -> tuple[Edge, ...]:
        keys = tuple(shown.node_of)
        found = self._cache.edges.get(keys)
        if found is None:
            if len(self._cache.edges) > 8:
                self._cache.edges.clear()
            found = self._cache.edges[keys] = tuple(self._find_edges(shown))
        return found

    def ends(self, graph: str) -> tuple[Rows, Rows]:
        """Number of the node at both ends of every row of the ledger; -1 where what stands there is not shown."""
        return self._ends(self._shown(self.placed(graph)))

    def _ends(self, shown: _Shown) -> tuple[Rows, Rows]:
        ledger = self.ledger
        sender, receiver = shown.addresses[ledger.sender], shown.addresses[ledger.receiver]
        tx = shown.transactions[ledger.tx]
        source = np.where(ledger.kind == INPUT, sender, np.where(ledger.kind == OUTPUT, tx, sender))
        return source, np.where(ledger.kind == INPUT, tx, receiver)

    def _find_edges(self, shown: _Shown) -> Iterable[Edge]:
        ledger = self.ledger
        source, target = self._ends(shown)
        rows = np.flatnonzero((source >= 0) & (target >= 0) & (source != target))
        for group in ledger.groups(rows, source[rows], target[rows], ledger.asset[rows]):
            yield self._edge(group.keys[0], group.keys[1], group.keys[2], group.rows, group.units, group.unknown)

    def _edge(self, source: int, target: int, asset: int, rows: Rows, units: int, unknown: int) -> Edge:
        ledger = self.ledger
        total = Sum(ledger.asset_of(asset), units, len(rows), unknown)
        first, last = ledger.span(rows)
        stated = bool((ledger.kind[rows] == _STATED).all() and (ledger.tx[rows] == 0).all())
        weight = math.log10(1 + units / 10**total.asset.decimals)
        return Edge(
            source, target, total.short, total.exact, len(rows), weight, ledger.ids(rows),
            "dotted" if stated else "solid", asset_key(total), first, last,
        )  # fmt: skip

    def _node(self, place: Placed, details: Mapping[str, str]) -> Node:
        subject = place.subject
        face = self.names.face(subject)
        if subject.kind == "transaction":
            return Node(
                subject.key, "transaction", place.x, place.y, face.role, "", face.name, details.get(subject.key, ""),
                subject.ref, place.pinned, face.colour, face.doubtful, face.noted,
            )  # fmt: skip
        full = subject.ref
        if subject.kind == "entity":
            members = self.names.members.get(subject.ref, [])
            full = f"{face.name} ({len(members)} addresses)"
        return Node(
            subject.key, "entity" if subject.kind == "entity" else "address", place.x, place.y, face.role, face.badge,
            face.name, details.get(subject.key, ""), full, place.pinned, face.colour, face.doubtful, face.noted,
        )  # fmt: skip

    def _details(self, shown: _Shown) -> Mapping[str, str]:
        """Second label line of every shown node, counted for all of them in one pass over the ledger."""
        details = self._cache.details
        missing = {p.subject.key for p in shown.nodes} - details.keys()
        if not missing:
            return details
        ledger = self.ledger
        sums: dict[int, dict[int, list[int]]] = {}
        for side, ends in enumerate((shown.addresses[ledger.receiver], shown.addresses[ledger.sender])):
            rows = np.flatnonzero((ends >= 0) & (ledger.kind != KINDS.index("fee")))
            for group in ledger.groups(rows, ends[rows], ledger.asset[rows]):
                entry = sums.setdefault(group.keys[0], {}).setdefault(group.keys[1], [0, 0, 0])
                entry[side] += group.units
                entry[2] += len(group.rows)
        for number, place in enumerate(shown.nodes):
            if place.subject.key in missing:
                details[place.subject.key] = self._detail(place.subject, sums.get(number, {}))
        return details

    def _detail(self, subject: Subject, sums: dict[int, list[int]]) -> str:
        ledger = self.ledger
        if subject.kind == "transaction":
            rows = ledger.of_tx(ledger.number(subject))
            first, _ = ledger.span(rows)
            hidden = int((ledger.unknown[rows] & (ledger.kind[rows] == INPUT)).sum())
            return day(first) + (f" · {hidden} inputs unknown" if hidden else "")
        if not sums:
            return ""
        asset, (came, went, _) = min(sums.items(), key=lambda item: (-item[1][2], item[0]))
        known = ledger.asset_of(asset)
        got, gave = (short(units, known.decimals) for units in (came, went))
        symbol = clean(known.symbol, 12)
        if not went or not came:
            return f"in {got} {symbol}" if came or not went else f"out {gave} {symbol}"
        return f"in and out {got} {symbol}" if got == gave else f"in {got} · out {gave} {symbol}"

    def _stubs(self, placed: Mapping[str, Placed], shown: _Shown) -> tuple[list[Node], list[Edge]]:
        nodes: list[Node] = []
        edges: list[Edge] = []
        for place in placed.values():
            if place.subject.kind != "stub" or place.hidden:
                continue
            owner, direction = stands_for(place.subject)
            at = shown.node_of.get(owner.key)
            if at is None:
                continue
            rows, ends = self._open_ends(owner, direction, shown)
            if not len(rows):
                continue
            count = len(np.unique(ends))
            here = len(shown.nodes) + len(nodes)
            text = f"+{count:,} more"
            nodes.append(
                Node(
                    place.subject.key,
                    "stub",
                    place.x,
                    place.y,
                    "unattributed",
                    "",
                    text,
                    "",
                    text,
                    place.pinned,
                    stub_count=count,
                )
            )
            for group in self.ledger.groups(rows, self.ledger.asset[rows]):
                ends_of = (at, here) if direction == "out" else (here, at)
                edges.append(self._edge(*ends_of, group.keys[0], group.rows, group.units, group.unknown))
        return nodes, edges

    # --- neighbours -------------------------------------------------------------------------------------------

    def sides(self, subject: Subject, direction: str) -> tuple[Rows, Rows]:
        """Rows at one side of a subject and what lies at their far ends (see :meth:`Ledger.far_ends`)."""
        ledger = self.ledger
        members = [subject]
        if subject.kind == "entity":
            members = [parse(key) for key in self.names.members.get(subject.ref, [])]
        rows: list[Rows] = [np.zeros(0, np.int64)]
        ends: list[Rows] = [np.zeros(0, np.int64)]
        for member in members:
            side = ledger.side(member, direction)
            rows.append(side)
            ends.append(ledger.far_ends(member, side, direction))
        return np.concatenate(rows), np.concatenate(ends)

    def _open_ends(self, subject: Subject, direction: str, shown: _Shown) -> tuple[Rows, Rows]:
        """Rows whose far end is known and not shown."""
        rows, ends = self.sides(subject, direction)
        own = [self.ledger.number(parse(key)) for key in self.names.members.get(subject.ref, [])]
        if subject.kind == "address":
            own.append(self.ledger.number(subject))
        if subject.kind != "transaction":  # what goes to oneself has no neighbour
            other = ~np.isin(ends, np.array(own, np.int64))
            rows, ends = rows[other], ends[other]
        addresses = shown.addresses[np.where(ends > 0, ends, 0)]
        transactions = shown.transactions[np.where(ends < 0, -ends, 0)]
        open_ = (ends != 0) & np.where(ends > 0, addresses < 0, transactions < 0)
        return rows[open_], ends[open_]

    def neighbours(self, graph: str, subject: Subject, direction: str) -> Chooser:
        """Neighbours that are not on the graph yet, largest first; direction ``in``, ``out`` or ``both``."""
        shown = self._shown(self.placed(graph))
        found: list[Candidate] = []
        seen: set[int] = set()
        for way in ("in", "out") if direction == "both" else (direction,):
            _, ends = self.sides(subject, way)
            rows, open_ends = self._open_ends(subject, way, shown)
            seen |= set(ends.tolist()) - set(open_ends.tolist()) - {0}
            found += self._candidates(rows, open_ends, way)
        return Chooser(graph, subject, direction, tuple(found), len(seen))

    def _candidates(self, rows: Rows, ends: Rows, direction: str) -> list[Candidate]:
        ledger = self.ledger
        sums: dict[int, list[Sum]] = {}
        rows_of: dict[int, list[Rows]] = {}
        for group in ledger.groups(rows, ends, ledger.asset[rows]):
            end, asset = group.keys
            sums.setdefault(end, []).append(Sum(ledger.asset_of(asset), group.units, len(group.rows), group.unknown))
            rows_of.setdefault(end, []).append(group.rows)
        main = ledger.sums(rows)[0].asset if len(rows) else None

        def rank(end: int) -> tuple[int, int, int]:
            best = max((s.units for s in sums[end] if s.asset == main), default=-1)
            return (-best, -sum(s.count for s in sums[end]), end)

        made = []
        for end in sorted(sums, key=rank):
            subject = ledger.address(end) if end > 0 else ledger.transaction(-end)
            behind = np.sort(np.concatenate(rows_of[end]))
            first, last = ledger.span(behind)
            order = tuple(sorted(sums[end], key=lambda s: (s.asset != main, -s.count, s.asset.symbol)))
            made.append(Candidate(subject, self.label(subject), direction, order, len(behind), first, last))
        return made

    def edge_transfers(self, graph: str, edges: Sequence[int]) -> list[int]:
        """Transfer numbers behind edges of the picture, in total order."""
        picture = self.picture(graph)
        rows = {self.ledger.row_of_id[number] for edge in edges for number in picture.edges[edge].transfers}
        return list(self.ledger.ids(np.array(sorted(rows), np.int64)))


def asset_key(total: Sum) -> str:
    """Names an asset without doubt: ``tron:USDT:contract``; symbols alone can be copied by anyone."""
    asset = total.asset
    return ":".join(part for part in (asset.chain, asset.symbol, asset.contract) if part)
