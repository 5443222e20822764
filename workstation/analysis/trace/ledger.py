"""Owns what is traced: ledgers of transactions with inputs and outputs, and ledgers of accounts. Plain values only.

Amounts are whole numbers of the smallest unit. The order is (block, position) or (time, sequence, row), never time alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

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


@dataclass(frozen=True, slots=True)
class Chain:
    """A UTXO ledger made ready for tracing; made by ``chain``.

    Attributes:
        order: transactions in total order. by_id: the same by id.
        spender: (txid, output) -> the transaction that spends it.
        fee: txid -> inputs - outputs of every transaction that is no coinbase.
    """

    order: tuple[Tx, ...]
    by_id: Mapping[str, Tx] = field(repr=False)
    spender: Mapping[tuple[str, int], Tx] = field(repr=False)
    fee: Mapping[str, int] = field(repr=False)

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


def chain(txs: Iterable[Tx], until_block: int | None = None) -> Chain:
    """Sort transactions, link inputs to outputs, and check what every method needs.

    Raises:
        WorkstationError: a transaction stands twice, an output is spent twice or before it exists, an outside input
            has no value, or a transaction pays out more than it takes in.
    """
    kept = [tx for tx in txs if until_block is None or tx.block <= until_block]
    order = tuple(sorted(kept, key=attrgetter("block", "pos")))
    known: dict[str, Tx] = {}
    outside: set[str] = set()
    spender: dict[tuple[str, int], Tx] = {}
    fee: dict[str, int] = {}
    count = 0
    for tx in order:
        if not tx.coinbase:
            left = 0
            for spent in tx.inputs:
                spender[spent.txid, spent.vout] = tx
                count += 1
                if len(spender) != count:
                    raise bad_ledger("WS-TRC-002", f"output {spent.txid[:80]}:{spent.vout} is spent twice")
                made = known.get(spent.txid)
                if made is None:
                    outside.add(spent.txid)
                left += _paid_in(tx, spent, made)
            for output in tx.outputs:
                left -= output.value
            if left < 0:
                raise bad_ledger("WS-TRC-006", f"transaction {tx.txid[:80]} pays out more than it takes in")
            fee[tx.txid] = left
        if tx.txid in known:
            raise bad_ledger("WS-TRC-001", f"transaction {tx.txid[:80]} stands twice in the ledger")
        known[tx.txid] = tx
    early = outside & known.keys()
    if early:
        raise bad_ledger("WS-TRC-004", f"an output of {min(early)[:80]} is spent before it exists")
    return Chain(order, known, spender, fee)


def _paid_in(tx: Tx, spent: Input, made: Tx | None) -> int:
    """The value of an input; ``made`` is the transaction whose output it spends, when that is in the ledger."""
    if made is None:
        if spent.value is None:
            what = f"input {spent.txid[:80]}:{spent.vout} is not in the ledger before it is spent, and has no value"
            raise bad_ledger("WS-TRC-003", what, "state the value of the input")
        return spent.value
    if not 0 <= spent.vout < len(made.outputs):
        raise bad_ledger("WS-TRC-004", f"{tx.txid[:80]} spends an output that does not exist")
    value = made.outputs[spent.vout].value
    if spent.value is not None and spent.value != value:
        raise bad_ledger("WS-TRC-005", f"input {spent.txid[:80]}:{spent.vout} states another value than its output")
    return value


def ordered(events: Iterable[Event], until_ts: int | None = None) -> list[Event]:
    """Events in total order: time, sequence, place in the file.

    Raises:
        WorkstationError: two events have one id, or an amount is below zero.
    """
    kept = [e for e in events if until_ts is None or e.ts <= until_ts]
    kept.sort(key=attrgetter("ts", "seq"))
    if len({e.id for e in kept}) != len(kept):
        raise bad_ledger("WS-TRC-007", "two events have the same id")
    return kept


def transfers(events: Sequence[Event], asset: str | None = None) -> list[Transfer]:
    """The transfers of one asset that move something: two known accounts that differ, and an amount."""
    return [
        e
        for e in events
        if isinstance(e, Transfer)
        and e.amount > 0
        and e.sender is not None
        and e.receiver is not None
        and e.sender != e.receiver
        and asset in (None, e.asset)
    ]
