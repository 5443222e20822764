"""Owns what of a kept run is drawn on a graph: the marked share of every node and edge, with exact amounts.

A record holds no compositions of single transfers, so its question is followed once more over the same ledgers with the
stops of the record, and the result must have the hash that the record holds; nothing else is ever drawn. A stale run
draws nothing. A share is a float because it places pixels; every amount is exact. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.picture import Picture, Tint
from workstation.analysis.trace.exact import Number, Parts, add, plain, total
from workstation.analysis.trace.results import AccountTaint, ChainTaint
from workstation.app.ledger import Rows
from workstation.app.tracing import runs
from workstation.app.tracing.backward import UNSPENT
from workstation.app.tracing.engines import Outcome, follow
from workstation.app.tracing.fingerprint import fingerprint
from workstation.app.tracing.ledgers import Coin
from workstation.app.tracing.lines import CoinLine, Line, PaymentLine
from workstation.app.tracing.prepared import groups
from workstation.app.tracing.question import question
from workstation.app.tracing.split import by_chain
from workstation.domain.amounts import Asset
from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.app.graph import GraphModel
    from workstation.app.ledger import Ledger
    from workstation.app.tracing.books import Books
    from workstation.app.tracing.records import Kept


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The marked money of one kept run, transfer by transfer.

    Attributes:
        run: the kept run. lines: its ledgers, ready to be walked. rows: rows of the ledger that carry marked money, in
            total order; ``parts[n]`` is what ``rows[n]`` carries (poison: the whole amount under every label).
        counted: one flag for each row of the ledger: whether the run read it.
        fees: event -> what of a fee is marked. stops: chain -> address -> reason. spent: chain -> coin -> the transfer
            that spends it.
    """

    run: Kept
    lines: Mapping[str, Line] = field(repr=False)
    rows: Rows = field(repr=False)
    parts: tuple[Parts, ...] = field(repr=False)
    counted: NDArray[np.bool_] = field(repr=False)
    fees: Mapping[str, Parts] = field(repr=False)
    stops: Mapping[str, Mapping[str, str]] = field(repr=False)
    spent: Mapping[str, Mapping[Coin, int]] = field(repr=False)

    @property
    def method(self) -> str:
        """The method of the run."""
        return str(self.run.record["method"])

    @property
    def backward(self) -> bool:
        """Whether the run asks where money came from; then shares are of what was paid, not of what came in."""
        return bool(self.run.record["parameters"]["direction"] == "backward")


@dataclass(frozen=True, slots=True)
class Share:
    """Marked money in one asset: ``units`` of ``whole``, by label. Of poison only the labels mean something."""

    asset: Asset
    units: Number
    whole: int
    parts: Mapping[str, Number]

    @property
    def portion(self) -> float:
        """The share, for pixels."""
        return min(1.0, float(self.units / self.whole)) if self.whole else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A run on a picture: what is drawn, and the exact shares behind it by node and edge number."""

    flow: Flow
    picture: Picture = field(repr=False)
    tint: Tint = field(repr=False)
    nodes: Mapping[int, tuple[Share, ...]] = field(repr=False)
    edges: Mapping[int, Share] = field(repr=False)


class Traces:
    """Which kept run is drawn on which graph, and what was read of runs already. Main thread only."""

    def __init__(self) -> None:
        self.shown: dict[str, int] = {}
        self.wanted: dict[str, int] = {}
        self.flows: dict[int, Flow] = {}
        self._drawn: dict[str, Drawn] = {}
        self._lost: dict[str, int] = {}

    def keep(self, graph: str, found: Flow) -> bool:
        """Draw a run on a graph from now on; false when another one, or none, was asked for meanwhile."""
        self.flows[found.run.number] = found
        if self.wanted.get(graph) != found.run.number:
            return False
        self.shown[graph] = found.run.number
        return True

    def hide(self, graph: str) -> None:
        """Draw no run on a graph."""
        self.shown.pop(graph, None)
        self.wanted.pop(graph, None)
        self._drawn.pop(graph, None)
        self._lost.pop(graph, None)

    def forget(self) -> None:
        """The ledger is another one now: nothing that was read of it may be drawn."""
        self._lost = {**self._lost, **self.shown}
        self.shown.clear()
        self.wanted.clear()
        self.flows.clear()
        self._drawn.clear()

    def lost(self, graph: str) -> int:
        """The run that was drawn on a graph before the ledger changed, told once; 0 = none."""
        return self._lost.pop(graph, 0)

    def flow(self, graph: str) -> Flow | None:
        """What is drawn on a graph."""
        return self.flows.get(self.shown.get(graph, 0))

    def drawn(self, graphs: GraphModel, graph: str) -> Drawn | None:
        """The run of a graph on its picture of now; None when no run is shown there."""
        found = self.flow(graph)
        if found is None:
            return None
        picture, made = graphs.picture(graph), self._drawn.get(graph)
        if made is None or made.flow is not found or made.picture is not picture:
            made = self._drawn[graph] = draw(graphs, graph, found)
        return made


# --- from the record to the transfers ---------------------------------------------------------------------------------


def flow(books: Books, run: Kept, *, watch: runs.Watch | None = None) -> Flow:
    """Follow a kept run once more, with the stops of its record; a stale run gives no transfers.

    Raises:
        WorkstationError: WS-TRC-107 the result is not the one the record holds.
    """
    ledger = books.ledger
    counted = np.zeros(len(ledger), bool)
    if run.stale:
        return Flow(run, {}, np.zeros(0, np.int64), (), counted, {}, {}, {})
    record = run.record
    asked = question(record["parameters"], (record["method"],))
    ready = groups(books, asked, watch)
    lines = {chain: line for group in ready for chain, line in group.lines.items()}
    stops: dict[str, dict[str, str]] = {}
    outcomes: dict[str, Outcome] = {}
    for group in ready:
        ends = {} if group.woven is None else {pool: end.reason for pool, end in group.woven.ends.items()}
        stops.update({chain: _stops(record, chain, ends.values()) for chain in group.lines})
        named = {group.name(chain, ref): why for chain in group.lines for ref, why in stops[chain].items()}
        outcome = follow(group.line, record["method"], asked, named | ends, steps=False, watch=watch)
        outcomes.update(by_chain(outcome, group))
    if fingerprint({chain: outcome.found for chain, outcome in outcomes.items()}, watch) != record["results_hash"]:
        raise WorkstationError(
            "WS-TRC-107", f"run {run.number} gives another result now than its record holds", "nothing was drawn",
            "run it again and read what differs",
        )  # fmt: skip
    carried: dict[int, Parts] = {}
    fees: dict[str, Parts] = {}
    spent: dict[str, dict[Coin, int]] = {}
    for chain, line in lines.items():
        found = outcomes[chain].found
        if isinstance(line, PaymentLine) and isinstance(found, AccountTaint):
            carried.update(_payments(found))
            fees.update(found.fees)
            read: Iterable[int] = (int(e.id) for e in line.book.events if e.amount and e.id.isdigit())
        elif isinstance(line, CoinLine) and isinstance(found, ChainTaint):
            spent[chain] = _spent_rows(books, line)
            carried.update(_coins(line, found, stops[chain], spent[chain]))
            read = (*_made_rows(line), *spent[chain].values())
        else:  # pragma: no cover - a ledger and its result are of one kind
            raise TypeError(chain)
        counted[[ledger.row_of_id[number] for number in read if number in ledger.row_of_id]] = True
    by_row = sorted((ledger.row_of_id[number], parts) for number, parts in carried.items() if parts)
    rows = np.array([row for row, _ in by_row], np.int64)
    return Flow(run, lines, rows, tuple(parts for _, parts in by_row), counted, fees, stops, spent)


def _stops(record: Mapping[str, Any], chain: str, ends: Iterable[str]) -> dict[str, str]:
    """The stops of a record on one chain: address -> reason. Labels that came later change nothing.

    ``ends`` are the reasons of ends in front of declared conversions, which are no stops of the address they name.
    """
    others = frozenset(ends)
    head = f"address:{chain}:"
    return {
        stop["subject"].removeprefix(head): stop["reason"]
        for stop in record["barriers"]
        if stop["subject"].startswith(head) and stop["reason"] not in others
    }


def _payments(found: AccountTaint) -> Iterator[tuple[int, Parts]]:
    for event, parts in found.events.items():
        if event.isdigit():  # a conversion joins two transfers and is none itself
            yield int(event), parts


def _made_rows(line: CoinLine) -> Iterator[int]:
    names = {tx.txid for tx in line.book.txs}
    return (number for (txid, _), number in line.book.row_of.items() if txid in names)


def _spent_rows(books: Books, line: CoinLine) -> dict[Coin, int]:
    """Coin -> the transfer that spends it, in transactions that the run read."""
    ledger, names = books.ledger, {tx.txid for tx in line.book.txs}
    found: dict[Coin, int] = {}
    for number, (_, previous, place) in sorted(books.store.links(line.book.chain).items()):
        if previous and place is not None and number in ledger.row_of_id:
            tx = int(ledger.tx[ledger.row_of_id[number]])
            if ledger.columns.txs[tx][1] in names:
                found.setdefault((previous, place), number)
    return found


def _coins(
    line: CoinLine, found: ChainTaint, stops: Mapping[str, str], spent: Mapping[Coin, int]
) -> Iterator[tuple[int, Parts]]:
    """What the inputs and outputs carry: a marked coin goes into what spends it unless tracing stops where it stands."""
    for name, parts in found.outputs.items():
        txid, _, vout = name.rpartition(":")
        place = (txid, int(vout))
        stopped = line.ledger.by_id[txid].outputs[place[1]].address in stops or line.ends.get(place, ("-",))[0] == ""
        came, went = rows_of_coin(line, place, spent)
        if came is not None:
            yield came, parts
        if went is not None and not stopped:
            yield went, parts


def rows_of_coin(line: CoinLine, place: Coin, spent: Mapping[Coin, int]) -> tuple[int | None, int | None]:
    """The transfers by which money comes to a coin and leaves it, in the direction of the question."""
    coin = line.coin(place)
    made, gone = line.book.row_of.get(coin), spent.get(coin)
    if not line.known:
        return made, gone
    return (None if place[0] == UNSPENT else gone), made


# --- from the transfers to the picture --------------------------------------------------------------------------------


def draw(graphs: GraphModel, graph: str, found: Flow) -> Drawn:
    """The run on the picture of a graph.

    The share of a node is that of everything that came in (backward: went out) in the whole case, whatever else is
    drawn; the arc shows the asset with the largest share. Money that moves inside one node does not count.
    """
    picture, ledger = graphs.picture(graph), graphs.ledger
    if found.run.stale:
        return Drawn(found, picture, Tint(legend=_legend(found), stale=True), {}, {})
    source, target = graphs.ends(graph)
    side = source if found.backward else target
    moved = (side >= 0) & (source != target)
    nodes = _node_shares(ledger, found, np.where(moved, side, -1))
    edges = _edge_shares(ledger, found, picture)
    touched = found.method == "poison"
    node_tint, edge_tint = [0.0] * len(picture.nodes), [0.0] * len(picture.edges)
    for number, shares in nodes.items():
        node_tint[number] = -1.0 if touched else max(share.portion for share in shares)
    for number, share in edges.items():
        edge_tint[number] = -1.0 if touched else share.portion
    return Drawn(found, picture, Tint(tuple(node_tint), tuple(edge_tint), _legend(found), touched), nodes, edges)


def _legend(found: Flow) -> str:
    return f"Taint: {found.method}, run {found.run.number}" + (" (stale, not drawn)" if found.run.stale else "")


def _node_shares(ledger: Ledger, found: Flow, side: Rows) -> dict[int, tuple[Share, ...]]:
    """Shares by node, the asset with the largest share first."""
    marked: dict[tuple[int, int], Parts] = {}
    for node, asset, parts in zip(
        side[found.rows].tolist(), ledger.asset[found.rows].tolist(), found.parts, strict=True
    ):
        if node >= 0:
            add(marked.setdefault((node, asset), {}), parts)
    if not marked:
        return {}
    many = int(ledger.asset.max()) + 1
    wanted = np.array([node * many + asset for node, asset in marked], np.int64)
    rows = np.flatnonzero((side >= 0) & found.counted)
    rows = rows[np.isin(side[rows] * many + ledger.asset[rows], wanted)]
    shares: dict[int, list[Share]] = {}
    for group in ledger.groups(rows, side[rows], ledger.asset[rows]):
        node, asset = group.keys
        shares.setdefault(node, []).append(_share(ledger, asset, marked[node, asset], group.units))
    return {n: tuple(sorted(s, key=lambda x: (-x.portion, x.asset.symbol))) for n, s in sorted(shares.items())}


def _edge_shares(ledger: Ledger, found: Flow, picture: Picture) -> dict[int, Share]:
    """Shares by edge: of everything the line bundles."""
    carried = dict(zip(ledger.ids(found.rows), found.parts, strict=True))
    made: dict[int, Share] = {}
    for number, edge in enumerate(picture.edges):
        inside = [carried[transfer] for transfer in edge.transfers if transfer in carried]
        if not inside:
            continue
        parts: Parts = {}
        for each in inside:
            add(parts, each)
        rows = np.array([ledger.row_of_id[transfer] for transfer in edge.transfers], np.int64)
        asset = int(ledger.asset[rows[0]])
        units = sum(group.units for group in ledger.groups(rows, ledger.asset[rows]))
        made[number] = _share(ledger, asset, parts, units)
    return made


def _share(ledger: Ledger, asset: int, parts: Parts, whole: int) -> Share:
    ordered = {label: plain(parts[label]) for label in sorted(parts)}
    return Share(ledger.asset_of(asset), plain(total(ordered.values())), whole, ordered)
