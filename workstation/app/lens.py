"""Owns what of a graph is looked at: a time window and filters, and which nodes and edges of a picture pass them.

A lens changes what is seen, never what is placed. Everything it leaves out is counted, so that nobody mistakes a filtered
picture for the whole one. Must not know Qt and must not change the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.picture import Edge, Node, Picture, Role
from workstation.app.chooser import Sum
from workstation.app.ledger import Ledger, Rows
from workstation.casefile.values import NOT_STATED

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lens:
    """What is looked at. The default looks at everything.

    Attributes:
        since, until: seconds UTC, both inside (a window is closed, semantics 1.2); None = open.
        assets: ``chain:symbol:contract`` keys as in ``Edge.asset``; empty = all.
        least: smallest amount of a transfer in base units; needs exactly one asset.
        roles: roles of addresses and entities; empty = all.
        text: part of the name, detail or identifier of a node, case folded; empty = all.
        facts: leave out nodes whose label rests on a heuristic and lines that are not on a ledger.
        only: subject keys (a finding, a trace run, a path); None = all.
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
    outside: Literal["dim", "hide"] = "dim"

    @property
    def open(self) -> bool:
        """Whether everything is looked at."""
        return self == Lens(outside=self.outside)


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
    return {name: str(value) if name == "least" else value for name, value in data.items()}


def from_data(data: object) -> Lens:
    """The lens of :func:`to_data`; anything that cannot be read gives the open lens, which hides nothing."""
    if not isinstance(data, Mapping):
        return Lens()
    known: dict[str, Any] = {}
    for name, value in data.items():
        if name in ("assets", "roles", "only") and isinstance(value, list | tuple):
            known[name] = tuple(str(each) for each in value)
        elif name in ("since", "until") and isinstance(value, int):
            known[name] = value
        elif name == "least" and isinstance(value, str) and value.isascii() and value.isdigit():
            known[name] = int(value)
        elif (
            (name == "text" and isinstance(value, str))
            or (name == "facts" and isinstance(value, bool))
            or (name == "outside" and value in ("dim", "hide"))
        ):
            known[name] = value
        else:
            return Lens()
    return Lens(**known)


def behind(ledger: Ledger, picture: Picture) -> Behind:
    """The ledger rows behind every edge of a picture."""
    rows = [ledger.row_of_id[number] for edge in picture.edges for number in edge.transfers]
    counts = [len(edge.transfers) for edge in picture.edges]
    return Behind(np.array(rows, np.int64), np.repeat(np.arange(len(counts), dtype=np.int64), counts))


def seen(ledger: Ledger, picture: Picture, lens: Lens, of: Behind) -> Seen:
    """Which nodes and edges of a picture pass a lens.

    An edge passes when one of its transfers passes and both its ends do. A node passes when it fits itself and, where a
    window, an asset or a least amount is set, one of its edges passes (a lone node has no time and stays).
    A transfer whose time or amount is not stated passes no window and no least amount.
    """
    nodes = np.array([_node_fits(node, lens) for node in picture.nodes], bool).reshape(-1)
    fits = _rows_fit(ledger, of.rows, lens)
    edges = np.zeros(len(picture.edges), bool)
    edges[of.edge[fits]] = True
    edges &= np.array([_edge_fits(edge, lens) for edge in picture.edges], bool).reshape(-1)
    ends = np.array([(edge.source, edge.target) for edge in picture.edges], np.int64).reshape(-1, 2)
    edges &= nodes[ends[:, 0]] & nodes[ends[:, 1]]
    if lens.since is not None or lens.until is not None or lens.assets or lens.least is not None:
        touched, lone = np.zeros(len(nodes), bool), np.ones(len(nodes), bool)
        touched[ends[edges].ravel()] = True
        lone[ends.ravel()] = False
        nodes = nodes & (touched | lone)
    rows = np.unique(of.rows[fits & edges[of.edge]]) if len(of.rows) else of.rows
    return Seen(nodes, edges, rows, (int((~nodes).sum()), int((~edges).sum())))


def sums(ledger: Ledger, found: Seen) -> tuple[Sum, ...]:
    """Exact sum of each asset over the transfers that are seen."""
    return ledger.sums(found.rows)


def keys(picture: Picture, found: Seen) -> Iterable[str]:
    """Keys of the nodes that pass, in the order of the picture."""
    return (node.key for node, passes in zip(picture.nodes, found.nodes, strict=True) if passes)


def _node_fits(node: Node, lens: Lens) -> bool:
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
    if lens.least is not None:
        fits &= np.array([_reaches(ledger, int(row), lens.least) for row in rows], bool).reshape(-1)
    return fits


def _reaches(ledger: Ledger, row: int, least: int) -> bool:
    units = ledger.units(row)
    return units is not None and units >= least
