"""Owns account ledgers with the declared conversions in them, and chains that such conversions join into one ledger.

How a conversion stands in a ledger: the first leg pays into a pool of its own, *in transit*, at its own time; at the
time of the later leg one ``convert`` event turns it into the asset of the other leg and credits its receiver. So the
payer's queue is served when he paid, and the receiver has it when it arrived. Backward the legs change places. A leg
whose other leg is not in this ledger (another kind of chain, later than the question goes) ends in transit: tracing
stops there, with the reason. What a leg says about the account of the bridge itself no longer counts.

In a ledger of several chains the names of accounts and assets carry their chain, so that the same address on two chains
is two accounts and the same token on two chains two assets (semantics 1.4). Must not run a method.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from workstation.analysis.trace.ledger import Conversion, Event, Opening, Transfer
from workstation.analysis.trace.watching import watched
from workstation.app.tracing.backward import reversed_accounts
from workstation.app.tracing.conversions import Declared, Leg
from workstation.app.tracing.ledgers import Accounts
from workstation.domain.amounts import Asset

#: Between a chain and a name in a ledger of several chains.
SEPARATOR = "\x1f"
Legs = Mapping[Declared, tuple[Leg, Leg]]


@dataclass(frozen=True, slots=True)
class End:
    """Where tracing stops in front of a declared conversion: the address shown for it, and why."""

    address: str | None
    tx: str
    reason: str


NO_ENDS: Mapping[str, End] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Woven:
    """An account ledger of one or several chains, in the direction of the question, with conversions.

    Attributes:
        events: in total order. transit: pools in transit -> the conversion. ends: those at which tracing stops.
        converted: id of a convert event -> the conversion. assets: key -> asset, as named in the events.
    """

    chains: tuple[str, ...]
    events: Sequence[Event] = field(repr=False)
    openings: Sequence[Opening] = field(repr=False)
    assets: Mapping[str, Asset]
    transit: Mapping[str, Declared]
    ends: Mapping[str, End]
    converted: Mapping[str, Declared]

    def name(self, chain: str, ref: str) -> str:
        """The name of an account or asset of a chain in this ledger."""
        return ref if len(self.chains) == 1 else f"{chain}{SEPARATOR}{ref}"

    def split(self, name: str) -> tuple[str, str]:
        """Chain and plain name behind a name in this ledger."""
        if len(self.chains) == 1:
            return self.chains[0], name
        chain, _, ref = name.partition(SEPARATOR)
        return chain, ref


def woven(
    books: Mapping[str, Accounts], legs: Legs, *, backward: bool, watch: Callable[[int], None] | None = None
) -> Woven:
    """The ledger of some account chains with their conversions, in the direction of the question."""
    chains = tuple(sorted(books))
    paid = {str(d.paid): d for d in legs}
    received = {str(d.received): d for d in legs}
    held = {chain: _redirected(books[chain], paid, received, watch) for chain in chains}
    there: set[str] = set()
    for book in held.values() if legs else ():
        there.update(e.id for e in watched(book.events, watch) if e.id in paid or e.id in received)
    openings: list[Opening] = []
    rows: dict[str, Sequence[Transfer]] = {}
    transit = {d.name: d for d in legs}
    last = max((book.events[-1].ts for book in held.values() if book.events), default=0)
    for chain, book in held.items():
        if backward:
            turned, mine = reversed_accounts(book, last, watch)
            rows[chain] = turned
            openings += [replace(o, account=_named(chains, chain, o.account), asset=_named(chains, chain, o.asset))
                         for o in mine if o.account not in transit]  # fmt: skip
        else:
            rows[chain] = book.events
    first, second = (received, paid) if backward else (paid, received)
    events, converted = _converted(chains, rows, first, second, there, watch)
    assets = {_named(chains, chain, key): asset for chain in chains for key, asset in books[chain].assets.items()}
    pools = {_named(chains, chain, name): d for chain in chains for name, d in transit.items()}
    return Woven(chains, events, openings, assets, pools, _ends(chains, legs, there), converted)


def _named(chains: Sequence[str], chain: str, name: str) -> str:
    return name if len(chains) == 1 else f"{chain}{SEPARATOR}{name}"


def _redirected(
    book: Accounts, paid: Mapping[str, Declared], received: Mapping[str, Declared], watch: Callable[[int], None] | None
) -> Accounts:
    """The payments of a chain, with what a conversion was paid and received going through its pool in transit."""
    if not paid:
        return book
    turned = list(book.events)
    for n, e in enumerate(book.events):
        if watch and not n & 4095:
            watch(n)
        if e.id in paid and not e.fee:
            turned[n] = replace(e, receiver=paid[e.id].name)
        elif e.id in received and not e.fee:
            turned[n] = replace(e, sender=received[e.id].name)
    return Accounts(book.chain, tuple(turned), book.assets, book.left_out, book.digest)


def _converted(
    chains: Sequence[str], rows: Mapping[str, Sequence[Transfer]], first: Mapping[str, Declared],
    second: Mapping[str, Declared], there: set[str], watch: Callable[[int], None] | None,
) -> tuple[Sequence[Event], dict[str, Declared]]:  # fmt: skip
    """All payments in one order, the second leg of every whole conversion as a ``convert`` event."""
    if len(chains) == 1 and not (first.keys() | second.keys()) & there:
        return rows[chains[0]], {}
    one = len(chains) == 1
    merged = heapq.merge(*(_with_chain(chain, rows[chain]) for chain in chains), key=lambda entry: entry[1].ts)
    found: list[Event] = []
    converted: dict[str, Declared] = {}
    before: dict[str, tuple[str, Transfer]] = {}
    waiting: dict[str, tuple[str, Transfer]] = {}

    def convert(start: tuple[str, Transfer], end: tuple[str, Transfer], which: Declared, place: int) -> None:
        (here, paid), (far, got) = start, end
        converted[got.id] = which
        found.append(
            Conversion(
                got.id, place, _named(chains, here, which.name), _named(chains, here, paid.asset), paid.amount,
                _named(chains, far, got.asset), got.amount, _named(chains, far, got.receiver or ""), got.seq,
            )
        )  # fmt: skip

    for n, (chain, e) in enumerate(merged):
        if watch and not n & 4095:
            watch(n)
        if e.id in second and str(_other(second[e.id], e.id)) in there:
            which = second[e.id]
            start = before.get(which.key)
            if start is None:
                waiting[which.key] = (chain, e)
            else:
                convert(start, (chain, e), which, e.ts)
            continue
        found.append(e if one else _qualified(chains, chain, e))
        if e.id in first:
            which = first[e.id]
            before[which.key] = (chain, e)
            if which.key in waiting:
                convert((chain, e), waiting[which.key], which, e.ts)
    return found, converted


def _with_chain(chain: str, events: Sequence[Transfer]) -> Iterable[tuple[str, Transfer]]:
    return ((chain, e) for e in events)


def _other(which: Declared, event: str) -> int:
    return which.received if event == str(which.paid) else which.paid


def _qualified(chains: Sequence[str], chain: str, e: Transfer) -> Transfer:
    return replace(
        e,
        asset=_named(chains, chain, e.asset),
        sender=None if e.sender is None else _named(chains, chain, e.sender),
        receiver=None if e.receiver is None else _named(chains, chain, e.receiver),
    )


def _ends(chains: Sequence[str], legs: Legs, there: set[str]) -> dict[str, End]:
    """Pools in transit whose conversion is not whole here: tracing stops, and both sides of the pool are clean."""
    found: dict[str, End] = {}
    for which, (out, into) in legs.items():
        for mine, far, leaves in ((out, into, True), (into, out, False)):
            if mine.chain not in chains or str(mine.number) not in there or str(far.number) in there:
                continue
            shown = (mine.receiver if leaves else mine.sender) or None
            found[_named(chains, mine.chain, which.name)] = End(
                shown, mine.tx, why(which, far, leaves=leaves, here=mine)
            )
    return found


def why(which: Declared, far: Leg, *, leaves: bool, here: Leg) -> str:
    """The reason for a stop at a conversion that goes on outside of this ledger."""
    subject = f"address:{far.chain}:{far.receiver if leaves else far.sender or far.tx}"
    word = "continues at" if leaves else "comes from"
    if far.coins or here.coins:
        return f"declared {which.kind}: {word} {subject}, start a new trace there"
    return f"declared {which.kind}: {word} {subject} (transfer {far.number}), beyond the time or asset asked"
