"""Owns the figures behind the Sankey and matrix views of a selection: exact sums from whom to whom, one asset at a time.

The sums are those of the transfers that the picture shows between the selected nodes, so they reconcile to the rows of
the ledger. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from workstation.analysis.picture import Node, Picture
from workstation.analysis.sankey import Flow
from workstation.app.chooser import Sum
from workstation.app.graph import asset_key
from workstation.app.ledger import Ledger, Rows
from workstation.domain.amounts import Asset


@dataclass(frozen=True, slots=True)
class Choice:
    """One asset that flows between the nodes: its key as in ``Edge.asset``, and the exact sum of all its transfers."""

    key: str
    total: Sum


@dataclass(frozen=True, slots=True)
class Figures:
    """Flows of one asset between nodes.

    Attributes:
        nodes: the nodes, in reading order. flows: exact sums, by node number of ``nodes``. unknown: transfers of an
            amount that no source states; they are in no sum. transfers: how many are summed.
    """

    asset: Asset
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    transfers: int
    unknown: int

    @property
    def total(self) -> int:
        """The exact sum of all flows in base units."""
        return sum(flow.units for flow in self.flows)

    def cell(self, payer: int, receiver: int) -> Flow | None:
        """The flow from one node to another, None when there is none."""
        return next((f for f in self.flows if (f.source, f.target) == (payer, receiver)), None)

    def written(self, units: int) -> str:
        """An amount with all decimals, grouping and symbol."""
        return f"{self.asset.written(units, group=',')} {self.asset.name}"


def chosen(picture: Picture, keys: Collection[str]) -> tuple[int, ...]:
    """Node numbers of a selection in reading order; fewer than two selected nodes mean the whole picture."""
    numbers = [n for n, node in enumerate(picture.nodes) if node.key in keys and node.kind != "stub"]
    if len(numbers) < 2:
        numbers = [n for n, node in enumerate(picture.nodes) if node.kind != "stub"]
    return tuple(sorted(numbers, key=lambda n: (picture.nodes[n].x, picture.nodes[n].y, picture.nodes[n].key)))


def choices(ledger: Ledger, picture: Picture, numbers: Sequence[int]) -> tuple[Choice, ...]:
    """The assets that flow between nodes, the one with most transfers first."""
    inside = set(numbers)
    rows: dict[str, list[int]] = {}
    for edge in picture.edges:
        if edge.source in inside and edge.target in inside:
            rows.setdefault(edge.asset, []).extend(ledger.row_of_id[t] for t in edge.transfers)
    found = [Choice(asset_key(total), total) for each in rows.values() for total in ledger.sums(_array(each))]
    return tuple(sorted(found, key=lambda c: (-c.total.count, c.key)))


def figures(ledger: Ledger, picture: Picture, numbers: Sequence[int], asset: str) -> Figures | None:
    """The flows of one asset between nodes; None when there is none of it."""
    place = {number: row for row, number in enumerate(numbers)}
    flows, of, count, unknown = [], None, 0, 0
    for edge in picture.edges:
        if edge.asset != asset or edge.source not in place or edge.target not in place:
            continue
        (total,) = ledger.sums(_array([ledger.row_of_id[t] for t in edge.transfers]))
        of = total.asset
        count, unknown = count + total.count - total.unknown, unknown + total.unknown
        flows.append(Flow(place[edge.source], place[edge.target], total.units, total.count))
    if of is None:
        return None
    return Figures(of, tuple(picture.nodes[n] for n in numbers), tuple(flows), count, unknown)


def _array(rows: list[int]) -> Rows:
    return np.array(sorted(rows), np.int64)
