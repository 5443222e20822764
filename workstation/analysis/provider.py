"""Owns joining what a service states about its customers to transfers of the ledger. Works on plain lists.

Rules, first that fits: the transaction id the record states; else address, asset, exact amount and a time window.
Never by time alone, and never against a stated transaction id. What fits in more than one way stays ambiguous. Every
difference between record and ledger is spelled out exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workstation.domain.amounts import Asset, exact, plain
from workstation.domain.chains import CHAINS
from workstation.domain.evidence import Event, Transfer
from workstation.domain.tokens import genuine

HOUR = 3600
#: Event kinds that a ledger transfer can stand behind.
KINDS = ("deposit", "withdrawal")
_OFF_CHAIN = ("off-chain", "off chain", "offchain", "internal transfer", "внутренн")
_NAMES_TRANSFER = frozenset(("address", "amount", "amount with fee"))
#: Most transfers that are named for a record of which only the transaction agrees.
_NAMED = 20
Outcome = Literal["matched", "ambiguous", "unmatched"]


@dataclass(frozen=True, slots=True)
class Window:
    """How far block time and the service's time may lie apart, in seconds.

    A deposit is credited after its block (block clocks are up to two hours off). A withdrawal is asked for before its
    block, but some services write the time it was finished.
    """

    credit_after: int = 24 * HOUR
    asked_before: int = 24 * HOUR
    block_clock: int = 2 * HOUR
    finished_after: int = 6 * HOUR

    def around(self, event: Event) -> tuple[int, int] | None:
        """First and last block time that fits the record, None when it states no time."""
        if event.time is None:
            return None
        if event.kind == "deposit":
            return event.time - self.credit_after, event.time + self.block_clock
        return event.time - self.finished_after, event.time + self.asked_before


WINDOW = Window()


@dataclass(frozen=True, slots=True)
class Match:
    """What one record came to.

    Attributes:
        event: number of the event. by: what agrees (``transaction``, ``address``, ``amount``, ``amount with fee``,
            ``time``). transfers: ids of the transfers it is joined to, or of the candidates when ambiguous.
        differences: what does not agree, exact. reason: stable word why it is not matched (``off-chain``,
            ``no transaction``, ``no chain``, ``other address``, ``nothing fits``, ``names nothing``, ``several``).
        text: the same as a sentence. same_as: an earlier event that states the same transfer, or 0.
    """

    event: int
    outcome: Outcome
    by: tuple[str, ...] = ()
    transfers: tuple[int, ...] = ()
    differences: tuple[str, ...] = ()
    reason: str = ""
    text: str = ""
    same_as: int = 0


@dataclass(slots=True)
class Book:
    """Transfers by transaction and by (chain, receiver)."""

    by_tx: dict[str, list[Transfer]] = field(default_factory=dict)
    by_receiver: dict[tuple[str, str], list[Transfer]] = field(default_factory=dict)

    @staticmethod
    def of(transfers: Iterable[Transfer]) -> Book:
        """A book of ledger transfers; statements (chain ``stated``), fees and inputs are no arrivals."""
        made = Book()
        for transfer in transfers:
            if transfer.chain == "stated":
                continue
            if transfer.tx:
                made.by_tx.setdefault(bare(transfer.tx), []).append(transfer)
            if transfer.receiver and transfer.kind != "fee":
                made.by_receiver.setdefault((transfer.chain, transfer.receiver), []).append(transfer)
        return made


def bare(tx: str) -> str:
    """A transaction id for comparing: lower case, without ``0x``."""
    return tx.strip().lower().removeprefix("0x")


def match(
    events: Sequence[Event],
    transfers: Iterable[Transfer],
    *,
    chains: Collection[str] | None = None,
    window: Window = WINDOW,
) -> list[Match]:
    """Every deposit and withdrawal with status ``ok``, in the order given.

    Args:
        transfers: at least those of the stated transactions and those that reach the stated addresses.
        chains: chains of which the case holds anything (default: those of ``transfers``).
    """
    book = Book.of(transfers)
    held = {t.chain for found in book.by_tx.values() for t in found} | {c for c, _ in book.by_receiver}
    held |= set(chains or ()) - {"stated"}
    wanted = [e for e in events if e.kind in KINDS and e.status == "ok"]
    made: dict[int, Match] = {}
    taken: dict[int, int] = {}
    for event in wanted:
        if event.tx:
            found = _by_transaction(event, book, held, window, taken)
            made[event.id] = _once(found, taken)
    _by_place([e for e in wanted if e.id not in made], book, held, window, made, taken)
    return [made[event.id] for event in wanted]


def _once(found: Match, taken: dict[int, int]) -> Match:
    """Mark a second record of the same transfer, so that sums count it once."""
    if not agrees(found):
        return found
    earlier = {taken[number] for number in found.transfers if number in taken}
    if earlier:
        return Match(found.event, found.outcome, found.by, found.transfers, found.differences, same_as=min(earlier))
    taken.update(dict.fromkeys(found.transfers, found.event))
    return found


def agrees(found: Match) -> bool:
    """Whether a match names its transfers by more than the transaction, which may hold payments to many."""
    return found.outcome == "matched" and bool(found.transfers) and bool(set(found.by) & _NAMES_TRANSFER)


def _by_transaction(event: Event, book: Book, held: Collection[str], window: Window, taken: Mapping[int, int]) -> Match:
    inside = book.by_tx.get(bare(event.tx), [])
    same_chain = [t for t in inside if t.chain == event.chain]
    inside = same_chain or inside
    if not inside:
        return _no_transaction(event, book, held, window)
    arrivals = [t for t in inside if t.receiver and t.kind != "fee"]
    here = [t for t in arrivals if not event.address or t.receiver == event.address]
    by, differences = ["transaction"], []
    if event.chain and inside[0].chain != event.chain:
        differences.append(f"chain: the record states {event.chain}, the transaction is on {inside[0].chain}")
    elif not event.chain:
        differences.append(f"chain: the record states none, the transaction is on {inside[0].chain}")
    if here and event.address:
        by.append("address")
    elif event.address:
        differences.append(_other_place(event, inside))
    # of equal payments in one transaction each record takes its own
    chosen, how = _fitting(event, sorted(here or arrivals, key=lambda t: t.id in taken))
    if how:
        by.append(how)
    else:
        differences.append(_amounts(event, chosen, here or arrivals))
    if any(t.status == "failed" for t in chosen or inside):
        differences.append("status: the transaction failed on the ledger, the record counts it")
    differences += _borrowed(event, chosen)
    differences += _late(event, chosen or inside, window)
    numbers = tuple(t.id for t in chosen or here or arrivals or inside)[:_NAMED]
    return Match(event.id, "matched", tuple(by), numbers, tuple(d for d in differences if d))


def _other_place(event: Event, inside: Sequence[Transfer]) -> str:
    if any(t.sender == event.address for t in inside):
        return f"address: {event.address} is the sender in this transaction, not the receiver"
    there = sorted({t.receiver for t in inside if t.receiver and t.kind != "fee"})
    shown = ", ".join(there[:3]) + (f" and {len(there) - 3} more" if len(there) > 3 else "")
    return f"address: the record states {event.address}, the transaction pays {shown or 'nobody'}"


def _fitting(event: Event, transfers: Sequence[Transfer]) -> tuple[list[Transfer], str]:
    """The transfers that carry the asset of the record, and how their amount agrees (empty: it does not)."""
    same = [t for t in transfers if same_asset(event.symbol, t.asset)]
    for transfer in same:
        if how := agreement(event, [transfer]):
            return [transfer], how
    if len(same) > 1 and (how := agreement(event, same)):  # one payment in several outputs
        return same, how
    return (same if len(same) == 1 else []), ""


def same_asset(symbol: str, asset: Asset) -> bool:
    """Whether a symbol of a service can mean an asset of a ledger."""
    low = symbol.strip().lower()
    native = CHAINS[asset.chain].symbol.lower() if asset.chain in CHAINS else ""
    return bool(low) and (low == asset.symbol.strip().lower() or (not asset.contract and low == native))


def agreement(event: Event, transfers: Sequence[Transfer]) -> str:
    """``amount`` when the sum is exactly the stated amount, ``amount with fee`` when it is so with the stated fee."""
    if any(t.amount is None for t in transfers) or not event.amount_text:
        return ""
    there = total((t.amount or 0, t.asset.decimals) for t in transfers)
    stated = number(event.amount_text)
    if difference(stated, there)[0] == 0:
        return "amount"
    if event.fee_text and event.fee_symbol.lower() in ("", event.symbol.lower()):
        fee = number(event.fee_text)
        # a deposit may be credited less the fee; a withdrawal may be stated with the fee inside
        whole = total([stated, fee]) if event.kind == "deposit" else difference(stated, fee)
        if fee[0] and difference(whole, there)[0] == 0:
            return "amount with fee"
    return ""


def number(text: str) -> tuple[int, int]:
    """A plain decimal text as (digits, decimals): ``("12.50")`` is (1250, 2)."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction or "0"), len(fraction)


def total(numbers: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The exact sum of (digits, decimals)."""
    units, decimals = 0, 0
    for more, places in numbers:
        scale = max(decimals, places)
        units, decimals = units * 10 ** (scale - decimals) + more * 10 ** (scale - places), scale
    return units, decimals


def difference(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    """The exact difference of (digits, decimals)."""
    return total([first, (-second[0], second[1])])


def _amounts(event: Event, chosen: Sequence[Transfer], there: Sequence[Transfer]) -> str:
    if not event.amount_text:
        return "amount: the record states none"
    if not chosen:
        assets = sorted({t.asset.symbol or t.asset.contract for t in there})
        what = ", ".join(assets[:5]) or "nothing"
        return f"asset: the record states {event.symbol or 'none'}, the transaction moves {what} there"
    if any(t.amount is None for t in chosen):
        return f"amount: the record states {event.amount_text} {event.symbol}, the ledger amount is not known"
    asset = chosen[0].asset
    moved = total((t.amount or 0, t.asset.decimals) for t in chosen)
    gap, places = difference(number(event.amount_text), moved)
    in_units = ""
    if places <= asset.decimals:
        in_units = f" ({gap * 10 ** (asset.decimals - places):+d} base units)"
    sign = "+" if gap > 0 else ""
    return (
        f"amount: the record states {event.amount_text}, the ledger {exact(*moved)} {asset.symbol};"
        f" difference {sign}{plain(gap, places)}{in_units}"
    )


def _borrowed(event: Event, chosen: Sequence[Transfer]) -> list[str]:
    """A token that only borrows a well-known symbol is no proof of the deposit."""
    return [
        f"asset: contract {t.asset.contract} is not the known {event.symbol} of {t.chain}"
        for t in chosen[:1]
        if genuine(t.chain, t.asset.contract, event.symbol) is False
    ]


def _late(event: Event, inside: Sequence[Transfer], window: Window) -> list[str]:
    times = [t.time for t in inside if t.time is not None]
    bounds = window.around(event)
    if not times or bounds is None or event.time is None or bounds[0] <= times[0] <= bounds[1]:
        return []
    gap = event.time - times[0]
    days, rest = divmod(abs(gap), 24 * HOUR)
    apart = (
        f"{days} d {rest // HOUR} h {rest % HOUR // 60} min" if days else f"{rest // HOUR} h {rest % HOUR // 60} min"
    )
    return [f"time: the record is {apart} {'after' if gap > 0 else 'before'} the block"]


def _no_transaction(event: Event, book: Book, held: Collection[str], window: Window) -> Match:
    """The stated transaction is not in the case; a transfer without transaction id may still be the one."""
    fits = [t for t in _candidates(event, book, window) if not t.tx]
    if len(fits) == 1:
        note = "transaction: the record states one, the transfer in the case names none"
        return Match(event.id, "matched", ("address", "amount", "time"), (fits[0].id,), (note,))
    if event.chain and event.chain not in held:
        return Match(event.id, "unmatched", reason="no chain", text=f"nothing of {event.chain} is in the case")
    text = f"transaction {event.tx} is not in the case"
    return Match(event.id, "unmatched", reason="no transaction", text=text)


def _candidates(event: Event, book: Book, window: Window) -> list[Transfer]:
    """Transfers to the stated address of exactly the stated amount inside the time window."""
    bounds = window.around(event)
    if not event.address or not event.amount_text:
        return []
    chains = (event.chain,) if event.chain else tuple(CHAINS)
    return [
        t
        for chain in chains
        for t in book.by_receiver.get((chain, event.address), ())
        if (bounds is None or (t.time is not None and bounds[0] <= t.time <= bounds[1]))
        and t.status != "failed"
        and same_asset(event.symbol, t.asset)
        and genuine(t.chain, t.asset.contract, event.symbol) is not False
        and agreement(event, [t])
    ]


def _by_place(
    events: Sequence[Event],
    book: Book,
    held: Collection[str],
    window: Window,
    made: dict[int, Match],
    taken: dict[int, int],
) -> None:
    """Join by address, amount and time; a transfer that one record took is not free for another."""
    by_number = {e.id: e for e in events}
    found = {e.id: _candidates(e, book, window) for e in events}
    open_ones = [e.id for e in events if e.time is not None and found[e.id]]
    while True:
        left = {n: [t for t in found[n] if t.id not in taken] for n in open_ones if n not in made}
        single: dict[int, list[int]] = {}
        for event_id, fits in left.items():
            if len(fits) == 1:
                single.setdefault(fits[0].id, []).append(event_id)
        sure = {number: claims[0] for number, claims in single.items() if len(claims) == 1}
        if not sure:
            break
        for number, event_id in sure.items():
            taken[number] = event_id
            made[event_id] = _placed(by_number[event_id], found[event_id], number)
    for event in events:
        if event.id not in made:
            made[event.id] = _undecided(event, found[event.id], book, held, taken)


def _placed(event: Event, fits: Sequence[Transfer], number_: int) -> Match:
    transfer = next(t for t in fits if t.id == number_)
    notes = [f"transaction: the record states none, the ledger has {transfer.tx}" if transfer.tx else ""]
    if len(fits) > 1:
        notes.append(f"{len(fits) - 1} other transfers would fit, each is joined to another record")
    by = ("address", agreement(event, [transfer]), "time")
    return Match(event.id, "matched", by, (number_,), tuple(n for n in notes if n))


def _undecided(
    event: Event, fits: Sequence[Transfer], book: Book, held: Collection[str], taken: Mapping[int, int]
) -> Match:
    free = [t for t in fits if t.id not in taken]
    if free:
        if event.time is None:
            text = f"the record states no time; {_count(len(free))} by address and amount"
        elif len(free) == 1:
            text = "several records of the service fit the same transfer"
        else:
            text = f"{_count(len(free))} by address, amount and time"
        return Match(event.id, "ambiguous", ("address", "amount"), tuple(t.id for t in free), (), "several", text)
    if off_chain(event):
        text = "the service moved it between its own customers; no ledger holds it"
        return Match(event.id, "unmatched", reason="off-chain", text=text)
    if not event.address:
        text = "the record names neither a transaction nor an address"
        return Match(event.id, "unmatched", reason="names nothing", text=text)
    if event.chain and event.chain not in held:
        return Match(event.id, "unmatched", reason="no chain", text=f"nothing of {event.chain} is in the case")
    arrivals = book.by_receiver.get((event.chain, event.address), ())
    if not arrivals:
        text = f"the record names only the address {event.address}, and the case holds no transfer to it"
        return Match(event.id, "unmatched", reason="other address", text=text)
    text = f"none of the {len(arrivals)} transfers to {event.address} fits by amount and time"
    if fits:
        text = "the only transfer that fits is joined to another record of the service"
    return Match(event.id, "unmatched", reason="nothing fits", text=text)


def _count(fits: int) -> str:
    return "1 transfer fits" if fits == 1 else f"{fits} transfers fit"


def off_chain(event: Event) -> bool:
    """Whether the service says itself that no ledger holds the movement."""
    return any(word in text.lower() for _, text in event.details for word in _OFF_CHAIN)
