"""Owns what is traced: ledgers of transactions with inputs and outputs, and ledgers of accounts. Plain values only.

Amounts are whole numbers of the smallest unit. The order is (block, position) or (time, sequence, row), never time alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from workstation.analysis.trace.inorder import in_order
from workstation.analysis.trace.undisturbed import undisturbed
from workstation.analysis.trace.watching import TURN, Watch, watched
from workstation.domain.errors import WorkstationError


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a UTXO transaction. ``value``, ``address`` and ``type`` matter when the output is not in the ledger."""

    txid: str
    vout: int
    value: int | None = None
    address: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """An output. ``change`` is what an analyst or a rule says; the methods never guess it."""

    value: int
    address: str | None = None
    type: str | None = None
    change: bool = False


@dataclass(frozen=True, slots=True)
class Tx:
    """A UTXO transaction. ``subsidy`` of a coinbase: None = what its outputs hold beyond the known fees."""

    txid: str
    block: int
    pos: int
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    coinbase: bool = False
    subsidy: int | None = None
    locktime: int = 0
    vsize: int | None = None


@dataclass(frozen=True, slots=True)
class OutputSource:
    """Says that an output is ``label``; with ``amount`` only that much of it."""

    txid: str
    vout: int
    label: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer between accounts. ``sender`` None = unknown outside money, ``receiver`` None = leaves the ledger."""

    id: str
    ts: int
    asset: str
    sender: str | None
    receiver: str | None
    amount: int
    seq: int = 0
    fee: int = 0
    fee_asset: str | None = None
    fee_payer: str | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """A swap or bridge: ``from_amount`` of one asset becomes ``to_amount`` of another."""

    id: str
    ts: int
    account: str
    from_asset: str
    from_amount: int
    to_asset: str
    to_amount: int
    to_account: str | None = None
    seq: int = 0
    fee: int = 0
    fee_asset: str | None = None
    fee_payer: str | None = None


Event = Transfer | Conversion


@dataclass(frozen=True, slots=True)
class Opening:
    """A balance known at the start, credited before every event."""

    account: str
    asset: str
    amount: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class EventSource:
    """Says that the money of an event is ``label``; with ``amount`` only that much of it."""

    event: str
    label: str
    amount: int | None = None


@dataclass(frozen=True)
class Chain:
    """A UTXO ledger made ready for tracing; made by ``chain``.

    Attributes:
        order: transactions in total order. by_id: the same by id.
        fee: txid -> inputs - outputs of every transaction that is no coinbase.
        used: txid -> its spent outputs, one bit for each.
    """

    order: tuple[Tx, ...]
    by_id: Mapping[str, Tx] = field(repr=False)
    fee: Mapping[str, int] = field(repr=False)
    used: Mapping[str, int] = field(repr=False)

    @cached_property
    def spender(self) -> Mapping[tuple[str, int], Tx]:
        """(txid, output) -> the transaction that spends it. Large: tracing itself asks ``is_spent``."""
        return {(spent.txid, spent.vout): tx for tx in self.order if not tx.coinbase for spent in tx.inputs}

    def is_spent(self, txid: str, vout: int) -> bool:
        """Whether an output of this ledger is spent in it."""
        return bool(self.used.get(txid, 0) >> vout & 1)

    def origin(self, spent: Input) -> Output | None:
        """The output that an input spends, or None when it is not in the ledger."""
        made = self.by_id.get(spent.txid)
        return None if made is None else made.outputs[spent.vout]

    def value(self, spent: Input) -> int:
        """The value of an input."""
        made = self.by_id.get(spent.txid)
        return (spent.value or 0) if made is None else made.outputs[spent.vout].value


def bad_ledger(code: str, what: str, todo: str = "correct the ledger") -> WorkstationError:
    """An error of the ledger itself, as the one type that users see."""
    return WorkstationError(code, what, "nothing was traced", todo)


@undisturbed()
def chain(txs: Iterable[Tx], until_block: int | None = None, watch: Watch | None = None) -> Chain:
    """Sort transactions, link inputs to outputs, and check what every method needs.

    Args:
        watch: called now and then with the number of transactions done; it may raise to stop.

    Raises:
        WorkstationError: a transaction stands twice, an output is spent twice or before it exists, an outside input
            has no value, or a transaction pays out more than it takes in.
    """
    kept = [tx for tx in watched(txs, watch) if until_block is None or tx.block <= until_block]
    order = tuple(in_order(kept, attrgetter("block", "pos"), watch))
    known: dict[str, Tx] = {}
    outside: set[tuple[str, int]] = set()
    used: dict[str, int] = {}
    fee: dict[str, int] = {}
    for done, tx in enumerate(order):
        if watch and not done & TURN:
            watch(done)
        txid = tx.txid
        if not tx.coinbase:
            left = 0
            # One bit for a spent output instead of a key for each: this is the longest loop of a trace.
            for spent in tx.inputs:
                origin, vout = spent.txid, spent.vout
                made = known.get(origin)
                if made is None:
                    if (origin, vout) in outside:
                        raise _twice(spent)
                    outside.add((origin, vout))
                    left += _from_outside(spent)
                    continue
                if not 0 <= vout < len(made.outputs):
                    raise bad_ledger("WS-TRC-004", f"{txid[:80]} spends an output that does not exist")
                before, bit = used.get(origin, 0), 1 << vout
                if before & bit:
                    raise _twice(spent)
                used[origin] = before | bit
                value = made.outputs[vout].value
                if spent.value is not None and spent.value != value:
                    raise bad_ledger("WS-TRC-005", f"input {origin[:80]}:{vout} states another value than its output")
                left += value
            for output in tx.outputs:
                left -= output.value
            if left < 0:
                raise bad_ledger("WS-TRC-006", f"transaction {txid[:80]} pays out more than it takes in")
            fee[txid] = left
        if txid in known:
            raise bad_ledger("WS-TRC-001", f"transaction {txid[:80]} stands twice in the ledger")
        known[txid] = tx
    early = {txid for txid, _ in outside if txid in known}
    if early:
        raise bad_ledger("WS-TRC-004", f"an output of {min(early)[:80]} is spent before it exists")
    return Chain(order, known, fee, used)


def _twice(spent: Input) -> WorkstationError:
    return bad_ledger("WS-TRC-002", f"output {spent.txid[:80]}:{spent.vout} is spent twice")


def _from_outside(spent: Input) -> int:
    """The value of an input whose output is not in the ledger before it is spent."""
    if spent.value is None:
        what = f"input {spent.txid[:80]}:{spent.vout} is not in the ledger before it is spent, and has no value"
        raise bad_ledger("WS-TRC-003", what, "state the value of the input")
    return spent.value


def ordered(events: Iterable[Event], until_ts: int | None = None, watch: Watch | None = None) -> list[Event]:
    """Events in total order: time, sequence, place in the file.

    Raises:
        WorkstationError: two events have one id, or an amount is below zero.
    """
    kept = [e for e in watched(events, watch) if until_ts is None or e.ts <= until_ts]
    kept = list(in_order(kept, attrgetter("ts", "seq"), watch))
    if len({e.id for e in watched(kept, watch)}) != len(kept):
        raise bad_ledger("WS-TRC-007", "two events have the same id")
    return kept


def transfers(events: Sequence[Event], asset: str | None = None, watch: Watch | None = None) -> list[Transfer]:
    """The transfers of one asset that move something: two known accounts that differ, and an amount."""
    return [
        e
        for e in watched(events, watch)
        if isinstance(e, Transfer)
        and e.amount > 0
        and e.sender is not None
        and e.receiver is not None
        and e.sender != e.receiver
        and asset in (None, e.asset)
    ]
