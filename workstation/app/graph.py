"""Owns the graphs of a case: which subjects are placed, and the picture that is drawn from them.

A graph is work product: a list of placed subjects. What lies between them always comes from the ledger, so a picture
never shows a line that no exhibit states. Must not change anything; commands do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from workstation.analysis.picture import Edge, Node, Picture
from workstation.app import folding, nodes, stubs, styles
from workstation.app.backdrop import with_backdrop
from workstation.app.chooser import Chooser, Sum, clean
from workstation.app.crossings import crossed
from workstation.app.crowd import Crowd, open_ends, sides
from workstation.app.fans import Line, fanned
from workstation.app.folding import Figures, Folding, Ruled
from workstation.app.ledger import FEE, INPUT, OUTPUT, Ledger, Rows
from workstation.app.names import ROLE_NAMES, ROLES, Names, read_names
from workstation.app.notecards import with_cards
from workstation.app.tracing.conversions import declared
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS
from workstation.domain.subjects import Subject, parse

#: Placements are stored in whole sixteenths of a world unit.
SCALE = 16
_STATED = KINDS.index("stated")
_COINBASE = KINDS.index("coinbase")
#: Kinds of transfers that are no payment of one party to another.
_SORTS: Mapping[int, Literal["fee", "coinbase"]] = MappingProxyType({FEE: "fee", _COINBASE: "coinbase"})


@dataclass(frozen=True, slots=True)
class Placed:
    """One placed subject of a graph, in world units; ``step`` = which step brought it (0 = not counted)."""

    subject: Subject
    x: float
    y: float
    pinned: bool
    hidden: bool
    step: int = 0


@dataclass(slots=True)
class _Shown:
    """Node number of everything a graph shows: by subject key, and as arrays over address and transaction numbers."""

    nodes: list[Placed]
    node_of: dict[str, int]
    addresses: Rows
    transactions: Rows
    hidden: int
    folding: Folding
    inside: Mapping[str, str]
    ruled: Ruled
    items: Mapping[str, int]


@dataclass(slots=True)
class _Cache:
    ledger: Ledger | None = None
    names: Names | None = None
    pictures: dict[str, Picture] = field(default_factory=dict)
    edges: dict[tuple[Any, ...], tuple[Edge, ...]] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    placements: dict[str, dict[str, Placed]] | None = None
    graphs: dict[str, dict[str, Any]] | None = None
    frames: dict[str, dict[str, Any]] | None = None
    reasons: tuple[tuple[folding.Rule, ...], folding.Reasons] | None = None


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
        if touched & {"frame", "style", "style_rule", "card", "conversion"}:
            self._cache.frames = None
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
                    parse(row["subject"]), row["x"] / SCALE, row["y"] / SCALE, bool(row["pinned"]), bool(row["hidden"]),
                    row["step"] or 0,
                )  # fmt: skip
                found.setdefault(row["graph"], {})[row["subject"]] = place
            self._cache.placements = found
        return self._cache.placements.get(graph, {})

    def label(self, subject: Subject) -> str:
        """Short name of a subject: user tag, entity, source tag, or the 6…4 form."""
        if subject.kind in ("transfer", "run"):
            return f"{subject.kind} {subject.ref}"
        if subject.kind == "group":
            rule = folding.as_rule(subject)
            return folding.said(rule) if rule else clean(self.frames().get(subject.ref, {}).get("name") or "Group", 80)
        return self.names.face(subject).name

    # --- picture ----------------------------------------------------------------------------------------------

    def picture(self, graph: str) -> Picture:
        """What is drawn for a graph; the same object until something changes. An empty key gives an empty picture."""
        found = self._cache.pictures.get(graph)
        if found is None:
            drawn = self._bare(graph, self.placed(graph), self.graphs().get(graph, {}))
            drawn = fanned(drawn, self._fans.get(graph, frozenset()), self._single)
            found = self._cache.pictures[graph] = self._styled(drawn)
        return found

    def drawn(self, graph: str, placed: Mapping[str, Placed], row: Mapping[str, Any]) -> Picture:
        """What is drawn of placed subjects with the frames of a graph and the axis of a row (of now, or of a scene)."""
        return self._styled(self._bare(graph, placed, row))

    def _styled(self, picture: Picture) -> Picture:
        """A picture with its crossings and styles, those of now."""
        store = self.store
        known = declared(store)
        picture = crossed(picture, self.ledger, known) if known else picture
        by_rule, by_hand = styles.rules(store.rows("style_rule")), store.rows("style")
        return styles.styled(picture, by_rule, by_hand, self.ledger, self.names)

    def _bare(self, graph: str, placed: Mapping[str, Placed], row: Mapping[str, Any]) -> Picture:
        frames = {
            key: each for key, each in self.frames().items()
            if each["graph"] == graph and folding.group_of(key).key not in placed
        }  # fmt: skip
        shown = self._shown(placed)
        picture = with_backdrop(self._draw(placed, shown), row, frames, shown.node_of)
        cards = {key: each for key, each in self.store.rows("card").items() if each["graph"] == graph}
        return with_cards(picture, cards, shown.node_of) if cards else picture

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
        return self._draw(placed, self._shown(placed))

    def _draw(self, placed: Mapping[str, Placed], shown: _Shown) -> Picture:
        edges = self._edges(shown)
        standing = (p for p in placed.values() if p.subject.key not in shown.inside)
        stub_nodes, stub_edges = stubs.drawn(
            self.ledger,
            self.names,
            standing,
            shown.node_of,
            len(shown.nodes),
            (shown.addresses, shown.transactions),
            self._edge,
        )
        details = self._details(shown)
        drawn = [self._group(place, shown) or self._node(place, details) for place in shown.nodes] + stub_nodes
        roles = {node.role for node in drawn if node.kind in ("address", "entity")}
        legend = tuple((role, ROLE_NAMES[role]) for role in ROLES if role in roles)
        return Picture(tuple(drawn), edges + tuple(stub_edges), self._scope(shown), legend)

    def frames(self) -> dict[str, dict[str, Any]]:
        """Rows of all frames by key."""
        if self._cache.frames is None:
            self._cache.frames = self.store.rows("frame")
        return self._cache.frames

    def folding(self, graph: str) -> Folding:
        """The shut groups of a graph and its rules."""
        return folding.folding(self.placed(graph), self.frames())

    def _shown(self, placed: Mapping[str, Placed]) -> _Shown:
        found = folding.folding(placed, self.frames())
        inside = folding.inside(placed, found, self.names.members)
        shown = self._numbered(placed, found, inside, folding.NONE)
        if not found.rules:
            return shown
        names, rules = self.names, tuple(found.rules.values())
        if self._cache.reasons is None or self._cache.reasons[0] != rules:
            self._cache.reasons = (rules, folding.reasons(self.ledger, rules))
        ruled = folding.by_rule(
            self.ledger, found.rules, self._cache.reasons[1], [p.subject for p in shown.nodes],
            folding.staying(placed, (names.tags, names.marks, names.noted)), *self._ends(shown),
        )  # fmt: skip
        return self._numbered(placed, found, {**inside, **ruled.nodes}, ruled)

    def _numbered(
        self, placed: Mapping[str, Placed], found: Folding, inside: Mapping[str, str], ruled: Ruled
    ) -> _Shown:
        heads = found.heads()
        kept = [
            p for key, p in placed.items()
            if not p.hidden and p.subject.kind != "stub" and key not in inside
            and (p.subject.kind != "group" or key in heads) and (key not in found.rules or len(ruled.rows.get(key, ())))
        ]  # fmt: skip
        node_of = {p.subject.key: number for number, p in enumerate(kept)}
        node_of.update({member: node_of[head] for member, head in inside.items() if head in node_of})
        items = folding.items(placed, inside, heads, self.names.entity_of)
        ledger = self.ledger
        addresses = np.full(max(1, len(ledger.columns.addresses)), -1, np.int64)
        transactions = np.full(max(1, len(ledger.columns.txs)), -1, np.int64)
        for key, node in node_of.items():
            subject = parse(key)
            if subject.kind in ("address", "transaction"):
                number = ledger.number(subject)
                if number:
                    (addresses if subject.kind == "address" else transactions)[number] = node
        hidden = sum(p.hidden for p in placed.values())
        return _Shown(kept, node_of, addresses, transactions, hidden, found, inside, ruled, items)

    def _scope(self, shown: _Shown) -> str:
        total = len(self.ledger.address_ids)
        count = int((shown.addresses >= 0).sum())
        text = f"{count:,} of {total:,} addresses shown"
        folded = sum(shown.items.values())
        parts = ((shown.hidden, "hidden"), (folded, "folded"))
        return text + "".join(f", {number:,} {word}" for number, word in parts if number)

    def _edges(self, shown: _Shown) -> tuple[Edge, ...]:
        keys = (*shown.node_of.items(), *shown.ruled.rows)
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
        source = folding.redirected(source, target, shown.ruled, shown.node_of)
        rows = np.flatnonzero((source >= 0) & (target >= 0) & (source != target))
        for group in ledger.groups(rows, source[rows], target[rows], ledger.asset[rows]):
            yield self._edge(group.keys[0], group.keys[1], group.keys[2], group.rows, group.units, group.unknown)

    def _edge(self, source: int, target: int, asset: int, rows: Rows, units: int, unknown: int) -> Edge:
        ledger = self.ledger
        total = Sum(ledger.asset_of(asset), units, len(rows), unknown)
        first, last = ledger.span(rows)
        stated = bool((ledger.kind[rows] == _STATED).all() and (ledger.tx[rows] == 0).all())
        weight = math.log10(1 + units / 10**total.asset.decimals)
        kinds = np.unique(ledger.kind[rows]).tolist()
        sort: Literal["", "fee", "coinbase"] = _SORTS.get(kinds[0], "") if len(kinds) == 1 else ""
        return Edge(
            source, target, total.short, total.exact, len(rows), weight, ledger.ids(rows),
            "dotted" if stated else "solid", asset_key(total), first, last, units, sort=sort,
        )  # fmt: skip

    def _node(self, place: Placed, details: Mapping[str, str]) -> Node:
        face, subject = self.names.face(place.subject), place.subject
        return nodes.node(place, face, details.get(subject.key, ""), len(self.names.members.get(subject.ref, ())))

    def figures(self, graph: str, key: str) -> Figures | None:
        """What stands behind a group or a rule on a graph; None when it is not drawn."""
        shown = self._shown(self.placed(graph))
        return self._figures(key, shown) if key in shown.folding.heads() and key in shown.node_of else None

    def _figures(self, key: str, shown: _Shown) -> Figures:
        ledger, items = self.ledger, shown.items.get(key, 0)
        if key in shown.folding.rules:
            rows = shown.ruled.rows[key]
            name = folding.said(shown.folding.rules[key])
            return Figures(name, items, ledger.sums(rows), (), (), rows, *ledger.span(rows))
        name = shown.folding.groups[key].name
        return folding.figures(ledger, name, items, *self._ends(shown), shown.node_of[key])

    def _group(self, place: Placed, shown: _Shown) -> Node | None:
        """The node of a shut group or of a rule; None for everything else."""
        key = place.subject.key
        if place.subject.kind != "group":
            return None
        rule, figures = shown.folding.rules.get(key), self._figures(key, shown)
        if rule is not None:
            return nodes.rule(place, rule, figures)
        return nodes.group(place, shown.folding.groups[key], figures)

    def _details(self, shown: _Shown) -> Mapping[str, str]:
        """Second label line of every shown node, counted for all of them in one pass over the ledger."""
        details = self._cache.details
        missing = {p.subject.key for p in shown.nodes if p.subject.kind != "group"} - details.keys()
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
                details[place.subject.key] = nodes.detail(ledger, place.subject, sums.get(number, {}))
        return details

    # --- neighbours -------------------------------------------------------------------------------------------

    def sides(self, subject: Subject, direction: str) -> tuple[Rows, Rows]:
        """Rows at one side of a subject and what lies at their far ends (see :meth:`Ledger.far_ends`)."""
        return sides(self.ledger, self.names, subject, direction)

    def neighbours(self, graph: str, subject: Subject, direction: str) -> Chooser:
        """Neighbours that are not on the graph yet, largest first; direction ``in``, ``out`` or ``both``."""
        shown = self._shown(self.placed(graph))
        rows, ends, out = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, bool)]
        seen: set[int] = set()
        for way in ("in", "out") if direction == "both" else (direction,):
            _, every = self.sides(subject, way)
            found = open_ends(self.ledger, self.names, subject, way, shown.addresses, shown.transactions)
            seen |= set(np.setdiff1d(every, np.append(found[1], 0)).tolist())
            rows.append(found[0])
            ends.append(found[1])
            out.append(np.full(len(found[0]), way == "out"))
        crowd = Crowd(self.ledger, self.names, *(np.concatenate(parts) for parts in (rows, ends, out)))
        return Chooser(graph, subject, direction, crowd, len(seen))

    def edge_transfers(self, graph: str, edges: Sequence[int]) -> list[int]:
        """Transfer numbers behind edges of the picture, in total order."""
        picture = self.picture(graph)
        rows = {self.ledger.row_of_id[number] for edge in edges for number in picture.edges[edge].transfers}
        return list(self.ledger.ids(np.array(sorted(rows), np.int64)))


def asset_key(total: Sum) -> str:
    """Names an asset without doubt: ``tron:USDT:contract``; symbols alone can be copied by anyone."""
    asset = total.asset
    return ":".join(part for part in (asset.chain, asset.symbol, asset.contract) if part)
