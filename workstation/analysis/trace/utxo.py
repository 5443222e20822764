"""Owns the walk of a method through a UTXO ledger (semantics 2). Knows no method; see ``methods``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from workstation.analysis.trace.exact import ConservationError, Parts, add, in_units, without_zeros
from workstation.analysis.trace.ledger import Chain, OutputSource, Tx, bad_ledger
from workstation.analysis.trace.methods import UTXO_SEGMENTS, Method, method
from workstation.analysis.trace.pooled import EXACT, Arithmetic
from workstation.analysis.trace.results import ChainTaint, Step
from workstation.analysis.trace.segments import Segments
from workstation.analysis.trace.undisturbed import undisturbed
from workstation.analysis.trace.watching import TURN, Watch, watched

Coin = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ChainRules:
    """Choices of a run on a UTXO ledger (semantics 2.8 to 2.10); ``until_block`` belongs to ``ledger.chain``.

    Attributes:
        barriers: addresses at which tracing stops.
        stops: outputs (txid, vout) at which it stops too, also where they have no address: a CoinJoin is a stop when
            the outputs that it spends are named here, and the ledger stays as it is.
    """

    output_order: Literal["listed", "change_last"] = "listed"
    fee_policy: Literal["sink", "to_miner"] = "sink"
    barriers: Collection[str] = frozenset()
    stops: Collection[Coin] = frozenset()


USUAL = ChainRules()


@dataclass(slots=True)
class _Run:
    """What a run has found so far.

    Attributes:
        live: txid -> its outputs with taint that a later transaction can spend.
        wanted: steps that are still to be told, None = all; moved: transactions that moved taint, told or not.
    """

    ledger: Chain
    how: Method
    rules: ChainRules
    sources: Mapping[str, list[OutputSource]]
    live: dict[str, dict[int, Any]]
    made: dict[Coin, Any]
    fees: dict[str, Parts]
    injected: Parts
    wanted: int | None
    steps: list[Step] = field(default_factory=list)
    moved: int = 0


@undisturbed()
def trace(
    ledger: Chain,
    sources: Iterable[OutputSource],
    name: str,
    rules: ChainRules = USUAL,
    *,
    arithmetic: Arithmetic = EXACT,
    steps: bool | int = False,
    watch: Watch | None = None,
) -> ChainTaint:
    """Follow the sources by one method.

    Args:
        steps: also record every transaction that moves taint, with its arithmetic; a number = only so many of them.
        watch: called now and then with the number of transactions done; it may raise to stop the run.

    Raises:
        WorkstationError: a source names an output that does not exist, or a coinbase claims more than there is.
        ConservationError: the run made or lost value (a fault of the program).
    """
    by_tx: dict[str, list[OutputSource]] = {}
    for source in sources:
        by_tx.setdefault(source.txid, []).append(source)
        made = ledger.by_id.get(source.txid)
        if made is not None and not 0 <= source.vout < len(made.outputs):
            raise bad_ledger("WS-TRC-008", f"source {source.txid[:80]}:{source.vout} is not an output")
    run = _Run(ledger, method(name, arithmetic), rules, by_tx, {}, {}, {}, {}, None if steps is True else int(steps))
    if rules.fee_policy == "to_miner":
        _by_blocks(run, watch)
    else:
        _in_order(run, watch)
    return _result(run, watch)


def _in_order(run: _Run, watch: Watch | None) -> None:
    """Every transaction after the other; one that neither spends taint nor is a source costs next to nothing."""
    live, sources = run.live, run.sources
    for done, tx in enumerate(run.ledger.order):
        if watch and not done & TURN:
            watch(done)
        if tx.coinbase:
            if tx.txid in sources:
                _coinbase(run, tx, None)
            continue
        for spent in tx.inputs:
            if spent.txid in live:
                _lost(run, tx, _spent(run, tx))
                break
        else:
            if tx.txid in sources:
                _spent(run, tx)


def _by_blocks(run: _Run, watch: Watch | None) -> None:
    """Fees go to the block's coinbase, which is evaluated after the block's other transactions."""
    done = 0
    for _, txs in groupby(run.ledger.order, attrgetter("block")):
        block = list(txs)
        claims = next((tx for tx in block if tx.coinbase), None)
        fees: list[tuple[int, Any]] = []
        for tx in block:
            done += 1
            if watch and not done & TURN:
                watch(done)
            if tx.coinbase:
                if tx is not claims:
                    _coinbase(run, tx, None)
                continue
            fee = _spent(run, tx)
            if claims is None:
                _lost(run, tx, fee)
            else:
                fees.append((run.ledger.fee[tx.txid], fee))
        if claims is not None:
            _lost(run, claims, _coinbase(run, claims, fees))


def _lost(run: _Run, tx: Tx, fee: Any) -> None:
    """Enter the composition of a fee that nobody claims."""
    if fee is not None and run.how.tainted(fee):
        run.fees[tx.txid] = run.how.weigh(fee)


def _spent(run: _Run, tx: Tx) -> Any:
    """One transaction that is no coinbase; gives the composition of its fee, None when all of it is clean."""
    live, how = run.live, run.how
    held = []
    for spent in tx.inputs:
        parts = live.get(spent.txid)
        part = None
        if parts is not None:
            part = parts.pop(spent.vout, None)
            if not parts:
                del live[spent.txid]
        held.append(part)
    if all(part is None for part in held):
        if tx.txid in run.sources:
            _keep(run, tx, [how.clean(output.value) for output in tx.outputs])
        return None
    value = run.ledger.value
    inputs = [
        part if part is not None else how.clean(value(spent)) for part, spent in zip(held, tx.inputs, strict=True)
    ]
    return _served(run, tx, inputs)


def _coinbase(run: _Run, tx: Tx, fees: list[tuple[int, Any]] | None) -> Any:
    """A coinbase: new clean money, and the fees of its block when they are followed."""
    how = run.how
    if fees is None:
        _keep(run, tx, [how.clean(output.value) for output in tx.outputs])
        return None
    claimed, paid = sum(o.value for o in tx.outputs), sum(units for units, _ in fees)
    subsidy = max(0, claimed - paid) if tx.subsidy is None else tx.subsidy
    if subsidy + paid < claimed:
        raise bad_ledger("WS-TRC-006", f"transaction {tx.txid[:80]} pays out more than it takes in")
    return _served(run, tx, [how.clean(subsidy), *(how.clean(units) if part is None else part for units, part in fees)])


def _served(run: _Run, tx: Tx, inputs: list[Any]) -> Any:
    how = run.how
    values = [output.value for output in tx.outputs]
    order = _order(how.name, tx, run.rules.output_order)
    outputs, fee, before = how.spread(inputs, values, order)
    _keep(run, tx, outputs)
    if how.tainted(before):
        run.moved += 1
        if run.wanted is None or len(run.steps) < run.wanted:
            row = how.row
            shown = tuple((f"{tx.txid}:{n}", row(outputs[n])) for n in order)
            run.steps.append(
                Step(tx.txid, "transaction", "", "", tuple(map(row, inputs)), row(before), shown, row(fee))
            )  # fmt: skip
    return fee


def _order(name: str, tx: Tx, output_order: str) -> Sequence[int]:
    numbers = range(len(tx.outputs))
    if name == "tiho":
        return sorted(numbers, key=lambda n: (-tx.outputs[n].value, n))
    if output_order == "change_last":
        return sorted(numbers, key=lambda n: tx.outputs[n].change)
    return numbers


def _keep(run: _Run, tx: Tx, outputs: list[Any]) -> None:
    """Mark the sources of a transaction and keep its tainted outputs; behind a barrier they are spent as clean."""
    how = run.how
    for source in run.sources.get(tx.txid, ()):
        if tx.outputs[source.vout].value:
            outputs[source.vout], marked = how.mark(outputs[source.vout], source.label, source.amount)
            if marked:
                run.injected[source.label] = run.injected.get(source.label, 0) + marked
    barriers, stops = run.rules.barriers, run.rules.stops
    live: dict[int, Any] = {}
    for vout, part in enumerate(outputs):
        if how.tainted(part):
            key = (tx.txid, vout)
            run.made[key] = part
            if tx.outputs[vout].address not in barriers and key not in stops:
                live[vout] = part
    if live:
        run.live[tx.txid] = live


def _result(run: _Run, watch: Watch | None) -> ChainTaint:
    how, ledger = run.how, run.ledger
    fees = {txid: parts for txid, held in watched(run.fees.items(), watch) if (parts := in_units(held, how.scale))}
    final: Parts = {}
    holders: dict[str, Parts] = {}
    outputs: dict[str, Parts] = {}
    barriers, stops, by_id, used = run.rules.barriers, run.rules.stops, ledger.by_id, ledger.used
    for key, part in watched(run.made.items(), watch):
        txid, vout = key
        weighed = how.weigh(part)
        address = by_id[txid].outputs[vout].address
        if not used.get(txid, 0) >> vout & 1 or address in barriers or key in stops:
            add(final, weighed)
            add(holders.setdefault(address or "", {}), weighed)
        if parts := in_units(weighed, how.scale):
            outputs[f"{txid}:{vout}"] = parts
    holders = {address: in_units(parts, how.scale) for address, parts in watched(holders.items(), watch)}
    if how.name == "poison":
        return ChainTaint(how.name, outputs, fees, None, {}, holders, tuple(run.steps), moved=run.moved)
    paid: Parts = {}
    for parts in watched(run.fees.values(), watch):
        add(paid, parts)
    raw = {"injected": run.injected, "final": final, "fees": paid}
    _conserved(how.name, raw)
    totals = {name: in_units(parts, how.scale) for name, parts in raw.items()}
    segments: dict[str, Segments] | None = None
    if how.name in UTXO_SEGMENTS:
        segments = {f"{txid}:{vout}": part for (txid, vout), part in watched(run.made.items(), watch)}
    return ChainTaint(how.name, outputs, fees, segments, totals, holders, tuple(run.steps), how.scale == 1, run.moved)


def _conserved(name: str, totals: dict[str, Parts]) -> None:
    """Injected = final + fees for every label, exactly (semantics 1.10)."""
    ended: Parts = {}
    add(ended, totals["final"])
    add(ended, totals["fees"])
    negative = any(amount < 0 for parts in totals.values() for amount in parts.values())
    if negative or without_zeros(totals["injected"]) != without_zeros(ended):
        raise ConservationError(f"{name}: injected {totals['injected']} is not {ended}")
