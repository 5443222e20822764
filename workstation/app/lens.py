"""Owns what of a graph is looked at: a time window and filters, and which nodes and edges of a picture pass them.

A lens changes what is seen, never what is placed. Everything it leaves out is counted, so that nobody mistakes a filtered
picture for the whole one. Must not know Qt and must not change the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.picture import Edge, Node, Picture, Role
from workstation.app.chooser import Sum
from workstation.app.ledger import Ledger, Rows
from workstation.casefile.values import NOT_STATED
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.graph import GraphModel

Direction = Literal["both", "in", "out"]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lens:
    """What is looked at. The default looks at everything.

    Attributes:
        since, until: seconds UTC, both inside (a window is closed, semantics 1.2); None = open.
        assets: ``chain:symbol:contract`` keys as in ``Edge.asset``; empty = all.
        least, most: smallest and largest amount of a transfer in base units; need exactly one asset.
        roles: roles of addresses and entities; empty = all.
        text: part of the name, detail or identifier of a node, case folded; empty = all.
        facts: leave out nodes whose label rests on a heuristic and lines that are not on a ledger.
        only: subject keys (a selection, a path, the spotlight); None = all.
        tags: labels or categories, whole and case folded, of a node or a member of its entity; empty = all.
        confidence: how sure such a tag is, ``""`` = its source does not say; empty = all.
        party, direction: only lines that touch one of these nodes: ``in`` pay it, ``out`` are paid by it; empty = all.
        finding: key of a finding: the transfers it names with their ends, and the nodes it names; empty = all.
        transfers: transfer numbers; None = all. run: the kept trace run that these carry marked money of, 0 = none.
        outside: what happens to the rest.
    """

    since: int | None = None
    until: int | None = None
    assets: tuple[str, ...] = ()
    least: int | None = None
    roles: tuple[Role, ...] = ()
    text: str = ""
    facts: bool = False
    only: tuple[str, ...] | None = None
    most: int | None = None
    tags: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    direction: Direction = "both"
    finding: str = ""
    transfers: tuple[int, ...] | None = None
    run: int = 0
    outside: Literal["dim", "hide"] = "dim"

    @property
    def open(self) -> bool:
        """Whether everything is looked at."""
        return self == Lens(outside=self.outside)

    @property
    def needs_basis(self) -> bool:
        """Whether it names things that only the case can tell (:func:`basis`)."""
        return bool(self.tags or self.confidence or self.finding)

    @property
    def picks_transfers(self) -> bool:
        """Whether it picks single transfers, so that a node without one of them does not stay."""
        return self.transfers is not None or bool(self.party or self.finding)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the words of a lens stand for in a case.

    Attributes:
        tagged: keys of what carries a wanted tag; None = all.
        named: keys of nodes that the finding names. moved: transfers it names.
    """

    tagged: frozenset[str] | None = None
    named: frozenset[str] = frozenset()
    moved: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Behind:
    """The ledger rows behind the edges of one picture: ``rows[i]`` belongs to edge ``edge[i]``; made once a picture."""

    rows: Rows
    edge: Rows


@dataclass(frozen=True, slots=True)
class Seen:
    """What passes a lens.

    Attributes:
        nodes, edges: one flag for each node and edge of the picture.
        rows: ledger rows of the seen edges that pass, in total order, each once.
        left_out: how many nodes and edges do not pass.
    """

    nodes: Flags
    edges: Flags
    rows: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    left_out: tuple[int, int] = (0, 0)


def to_data(lens: Lens) -> dict[str, Any]:
    """A lens as plain JSON values; what is at its default is left out, amounts are texts."""
    data = {name: value for name, value in asdict(lens).items() if value != getattr(Lens(), name)}
    return {name: str(value) if name in ("least", "most") else value for name, value in data.items()}


def from_data(data: object) -> Lens:
    """The lens of :func:`to_data`; anything that cannot be read gives the open lens, which hides nothing."""
    if not isinstance(data, Mapping):
        return Lens()
    known: dict[str, Any] = {}
    for name, value in data.items():
        read = _read(str(name), value)
        if read is None:
            return Lens()
        known[name] = read
    return Lens(**known)


def _read(name: str, value: Any) -> Any:
    """One stored field as the lens holds it; None when it cannot be read."""
    if name in ("assets", "roles", "only", "tags", "confidence", "party") and isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    if name == "transfers" and isinstance(value, list | tuple):
        return tuple(value) if all(type(each) is int for each in value) else None
    if name in ("since", "until", "run") and type(value) is int:
        return value
    if name in ("least", "most") and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    choices = {"outside": ("dim", "hide"), "direction": ("both", "in", "out")}
    fits = (
        (name in ("text", "finding") and isinstance(value, str))
        or (name == "facts" and isinstance(value, bool))
        or value in choices.get(name, ())
    )
    return value if fits else None


def basis(graphs: GraphModel, lens: Lens) -> Basis:
    """What the tags and the finding of a lens stand for in the case as it is now."""
    tagged = frozenset(_tagged(graphs, lens)) if lens.tags or lens.confidence else None
    named: set[str] = set()
    moved: set[int] = set()
    for link in graphs.store.rows("finding_link").values() if lens.finding else ():
        if link["finding"] != lens.finding:
            continue
        subject = parse(str(link["subject"]))
        if subject.kind == "transfer":
            moved.add(int(subject.ref))
        elif subject.kind == "transaction":
            ledger = graphs.ledger
            number = ledger.number(subject)
            moved.update(ledger.ids(ledger.of_tx(number)) if number else ())
            named.add(subject.key)
        else:
            named.add(subject.key)
            if subject.key in graphs.names.entity_of:
                named.add(f"entity::{graphs.names.entity_of[subject.key]}")
    return Basis(tagged, frozenset(named), frozenset(moved))


def _tagged(graphs: GraphModel, lens: Lens) -> Iterable[str]:
    """Keys of subjects with a wanted tag, and of the entities they belong to."""
    names = graphs.names
    wanted = {each.casefold() for each in lens.tags}

    def fits(words: Iterable[str | None], confidence: str) -> bool:
        sure = not lens.confidence or confidence in lens.confidence
        return sure and (not wanted or any((each or "").casefold() in wanted for each in words))

    stated = {
        key for key, tags in names.sources.items() if any(fits((t.label, t.category, t.actor), t.confidence) for t in tags)
    }  # fmt: skip
    given = {
        key
        for key, rows in names.tags.items()
        if any(fits((row["label"], row["category"]), row["confidence"] or "") for row in rows)
    }
    whole = {key for key, row in names.entities.items() if wanted and fits((row["name"], row["role"]), "")}
    for key in stated | given:
        yield key
        if key in names.entity_of:
            whole.add(names.entity_of[key])
    yield from (f"entity::{key}" for key in whole)


def behind(ledger: Ledger, picture: Picture) -> Behind:
    """The ledger rows behind every edge of a picture."""
    rows = [ledger.row_of_id[number] for edge in picture.edges for number in edge.transfers]
    counts = [len(edge.transfers) for edge in picture.edges]
    return Behind(np.array(rows, np.int64), np.repeat(np.arange(len(counts), dtype=np.int64), counts))


def seen(ledger: Ledger, picture: Picture, lens: Lens, of: Behind, on: Basis | None = None) -> Seen:
    """Which nodes and edges of a picture pass a lens.

    An edge passes when one of its transfers passes and both its ends do. A node passes when it fits itself and, where a
    window, an asset or an amount is set, one of its edges passes (a lone node has no time and stays). Where single
    transfers are picked (party, finding, run), it passes when one of its edges does, or when it is named itself.
    A transfer whose time or amount is not stated passes no window and no limit of the amount.

    Args:
        on: what tags and finding stand for; a lens that needs it is refused without.
    """
    if on is None and lens.needs_basis:
        raise ValueError("this lens names a tag or a finding: give its basis")
    on = on or Basis()
    nodes = np.array([_node_fits(node, lens, on) for node in picture.nodes], bool).reshape(-1)
    ends = np.array([(edge.source, edge.target) for edge in picture.edges], np.int64).reshape(-1, 2)
    fits = _rows_fit(ledger, of.rows, lens)
    if lens.finding:
        marked = np.array([node.key in on.named for node in picture.nodes], bool).reshape(-1)
        between = marked[ends[:, 0]] & marked[ends[:, 1]]
        fits &= between[of.edge] | np.isin(ledger.columns.id[of.rows], np.array(sorted(on.moved), np.int64))
    edges = np.zeros(len(picture.edges), bool)
    edges[of.edge[fits]] = True
    edges &= np.array([_edge_fits(edge, lens) for edge in picture.edges], bool).reshape(-1)
    edges &= nodes[ends[:, 0]] & nodes[ends[:, 1]]
    named = np.zeros(len(nodes), bool)
    if lens.party:
        parties = frozenset(lens.party)
        named = np.array([node.key in parties for node in picture.nodes], bool).reshape(-1)
        pays, paid = named[ends[:, 0]], named[ends[:, 1]]
        edges &= {"in": paid, "out": pays, "both": pays | paid}[lens.direction]
    if lens.finding:
        named = named | marked
    if lens.picks_transfers or _narrows_rows(lens):
        touched, lone = np.zeros(len(nodes), bool), np.ones(len(nodes), bool)
        touched[ends[edges].ravel()] = True
        lone[ends.ravel()] = False
        nodes = nodes & (touched | (named if lens.picks_transfers else lone))
    rows = np.unique(of.rows[fits & edges[of.edge]]) if len(of.rows) else of.rows
    return Seen(nodes, edges, rows, (int((~nodes).sum()), int((~edges).sum())))


def _narrows_rows(lens: Lens) -> bool:
    limits = (lens.since, lens.until, lens.least, lens.most)
    return bool(lens.assets) or any(limit is not None for limit in limits)


def looked(graphs: GraphModel, picture: Picture, lens: Lens, of: Behind | None = None) -> Seen:
    """What of a picture passes a lens, in the case as it is now (:func:`seen` with its basis)."""
    return seen(graphs.ledger, picture, lens, of or behind(graphs.ledger, picture), basis(graphs, lens))


def sums(ledger: Ledger, found: Seen) -> tuple[Sum, ...]:
    """Exact sum of each asset over the transfers that are seen."""
    return ledger.sums(found.rows)


def keys(picture: Picture, found: Seen) -> Iterable[str]:
    """Keys of the nodes that pass, in the order of the picture."""
    return (node.key for node, passes in zip(picture.nodes, found.nodes, strict=True) if passes)


def _node_fits(node: Node, lens: Lens, on: Basis) -> bool:
    if on.tagged is not None and node.key not in on.tagged:
        return False
    if lens.only is not None and node.key not in lens.only:
        return False
    if lens.roles and node.kind in ("address", "entity") and node.role not in lens.roles:
        return False
    if lens.facts and node.doubtful:
        return False
    if not lens.text:
        return True
    wanted = lens.text.casefold()
    return any(wanted in part.casefold() for part in (node.name, node.detail, node.full))


def _edge_fits(edge: Edge, lens: Lens) -> bool:
    return (not lens.assets or edge.asset in lens.assets) and not (lens.facts and edge.style != "solid")


def _rows_fit(ledger: Ledger, rows: Rows, lens: Lens) -> Flags:
    fits = np.ones(len(rows), bool)
    if lens.since is not None or lens.until is not None:
        times = ledger.columns.time[rows]
        fits &= times != NOT_STATED
        if lens.since is not None:
            fits &= times >= lens.since
        if lens.until is not None:
            fits &= times <= lens.until
    if lens.transfers is not None:
        fits &= np.isin(ledger.columns.id[rows], np.array(lens.transfers, np.int64))
    if lens.least is not None:
        fits &= _at_least(ledger, rows, lens.least)
    if lens.most is not None:
        fits &= ~ledger.unknown[rows] & ~_at_least(ledger, rows, lens.most + 1)
    return fits


def _at_least(ledger: Ledger, rows: Rows, least: int) -> Flags:
    """Rows of at least so many base units, by their limbs; what needs more than two limbs is compared one by one."""
    hi, lo = ledger.hi[rows], ledger.lo[rows]
    if least < 1 << 126:
        high, low = least >> 63, least & ((1 << 63) - 1)
        reach = (hi > high) | ((hi == high) & (lo >= low))
    else:
        reach = np.zeros(len(rows), bool)
    for place in np.flatnonzero(hi < 0).tolist():
        units = ledger.units(int(rows[place]))
        reach[place] = units is not None and units >= least
    return np.asarray(reach & ~ledger.unknown[rows], bool)
