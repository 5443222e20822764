"""Owns the walk of a method through a UTXO ledger (semantics 2). Knows no method; see ``methods``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from workstation.analysis.trace.exact import ConservationError, Parts, add, plain, share, without_zeros
from workstation.analysis.trace.ledger import Chain, OutputSource, Tx, bad_ledger
from workstation.analysis.trace.methods import UTXO_SEGMENTS, Method, method
from workstation.analysis.trace.pooled import EXACT, Arithmetic
from workstation.analysis.trace.results import ChainTaint, Step
from workstation.analysis.trace.segments import Segments

Watch = Callable[[int], None]
_TURN = 4095


@dataclass(frozen=True, slots=True)
class ChainRules:
    """Choices of a run on a UTXO ledger (semantics 2.8 to 2.10); ``until_block`` belongs to ``ledger.chain``."""

    output_order: Literal["listed", "change_last"] = "listed"
    fee_policy: Literal["sink", "to_miner"] = "sink"
    barriers: Collection[str] = frozenset()


USUAL = ChainRules()


@dataclass(slots=True)
class _Run:
    """What a run has found so far. ``live``: outputs with taint that a later transaction can spend."""

    ledger: Chain
    how: Method
    rules: ChainRules
    sources: Mapping[str, list[OutputSource]]
    live: dict[tuple[str, int], Any]
    made: dict[tuple[str, int], Any]
    fees: dict[str, Parts]
    injected: Parts
    steps: list[Step] | None


def trace(
    ledger: Chain,
    sources: Iterable[OutputSource],
    name: str,
    rules: ChainRules = USUAL,
    *,
    arithmetic: Arithmetic = EXACT,
    steps: bool = False,
    watch: Watch | None = None,
) -> ChainTaint:
    """Follow the sources by one method.

    Args:
        steps: also record every transaction that moves taint, with its arithmetic.
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
    run = _Run(ledger, method(name, arithmetic), rules, by_tx, {}, {}, {}, {}, [] if steps else None)
    if rules.fee_policy == "to_miner":
        _by_blocks(run, watch)
    else:
        for done, tx in enumerate(ledger.order):
            if watch and not done & _TURN:
                watch(done)
            fee = _coinbase(run, tx, None) if tx.coinbase else _spent(run, tx)
            _lost(run, tx, fee)
    return _result(run)


def _by_blocks(run: _Run, watch: Watch | None) -> None:
    """Fees go to the block's coinbase, which is evaluated after the block's other transactions."""
    done = 0
    for _, txs in groupby(run.ledger.order, attrgetter("block")):
        block = list(txs)
        claims = next((tx for tx in block if tx.coinbase), None)
        fees: list[tuple[int, Any]] = []
        for tx in block:
            done += 1
            if watch and not done & _TURN:
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
    held = [live.pop((spent.txid, spent.vout), None) for spent in tx.inputs]
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
    if run.steps is not None and how.tainted(before):
        row = how.row
        shown = tuple((f"{tx.txid}:{n}", row(outputs[n])) for n in order)
        run.steps.append(
            Step(tx.txid, "transaction", "", "", tuple(map(row, inputs)), row(before), shown, row(fee))
        )  # fmt: skip
    return fee


def _order(name: str, tx: Tx, output_order: str) -> list[int]:
    numbers = range(len(tx.outputs))
    if name == "tiho":
        return sorted(numbers, key=lambda n: (-tx.outputs[n].value, n))
    if output_order == "change_last":
        return sorted(numbers, key=lambda n: tx.outputs[n].change)
    return list(numbers)


def _keep(run: _Run, tx: Tx, outputs: list[Any]) -> None:
    """Mark the sources of a transaction and keep its tainted outputs; behind a barrier they are spent as clean."""
    how = run.how
    for source in run.sources.get(tx.txid, ()):
        if tx.outputs[source.vout].value:
            outputs[source.vout], marked = how.mark(outputs[source.vout], source.label, source.amount)
            if marked:
                run.injected[source.label] = run.injected.get(source.label, 0) + marked
    barriers = run.rules.barriers
    for vout, part in enumerate(outputs):
        if how.tainted(part):
            key = (tx.txid, vout)
            run.made[key] = part
            if tx.outputs[vout].address not in barriers:
                run.live[key] = part


def _result(run: _Run) -> ChainTaint:
    how, ledger = run.how, run.ledger
    weighed = {key: _in_units(how.weigh(part), how.scale) for key, part in run.made.items()}
    fees = {txid: parts for txid, held in run.fees.items() if (parts := _in_units(held, how.scale))}
    final: Parts = {}
    holders: dict[str, Parts] = {}
    for key, parts in weighed.items():
        address = ledger.by_id[key[0]].outputs[key[1]].address
        if key not in ledger.spender or address in run.rules.barriers:
            add(final, parts)
            add(holders.setdefault(address or "", {}), parts)
    outputs = {f"{txid}:{vout}": parts for (txid, vout), parts in weighed.items() if parts}
    if how.name == "poison":
        return ChainTaint(how.name, outputs, fees, None, {}, holders, tuple(run.steps or ()))
    paid: Parts = {}
    for parts in fees.values():
        add(paid, parts)
    totals = {
        "injected": _in_units(run.injected, how.scale),
        "final": without_zeros(final),
        "fees": without_zeros(paid),
    }
    _conserved(how.name, totals)
    segments: dict[str, Segments] | None = None
    if how.name in UTXO_SEGMENTS:
        segments = {f"{txid}:{vout}": part for (txid, vout), part in run.made.items()}
    return ChainTaint(how.name, outputs, fees, segments, totals, holders, tuple(run.steps or ()))


def _in_units(parts: Parts, scale: int) -> Parts:
    if scale == 1:
        return without_zeros(parts)
    return {label: plain(share(amount, 1, scale)) for label, amount in parts.items() if amount}


def _conserved(name: str, totals: dict[str, Parts]) -> None:
    """Injected = final + fees for every label, exactly (semantics 1.10)."""
    ended: Parts = {}
    add(ended, totals["final"])
    add(ended, totals["fees"])
    if totals["injected"] != without_zeros(ended):
        raise ConservationError(f"{name}: injected {totals['injected']} is not {ended}")
