"""Owns the running balances of a ledger of accounts: what each pool held before every movement, and every shortfall.

They are the same under every method, every source and every barrier: so they are worked out once, and a method then
visits only the movements that can carry a label. Must not know a method.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workstation.analysis.trace.ledger import Event, Opening, Transfer
from workstation.analysis.trace.results import Shortfall
from workstation.analysis.trace.undisturbed import undisturbed
from workstation.analysis.trace.watching import TURN, Watch

#: Numbers of pools that are none: the unknown outside of the ledger, and the bucket of fees.
OUTSIDE, FEES = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Balances:
    """Every movement of a ledger by number, principal before fee; movements of nothing and to oneself are none.

    Attributes:
        pools: number -> (account, asset). at: movement -> place of its event. payer, taker: pools.
        before: what the payer held before it paid. there: what the taker held before it received (after the debit).
        final: what each pool holds in the end. shortfalls: in the order of the movements.
        debt: whether pools can owe (semantics 3.3); what they owe stands as a balance below zero.
    """

    pools: Sequence[tuple[str, str]] = field(repr=False)
    at: Sequence[int] = field(repr=False)
    payer: Sequence[int] = field(repr=False)
    taker: Sequence[int] = field(repr=False)
    before: Sequence[int] = field(repr=False)
    there: Sequence[int] = field(repr=False)
    final: Sequence[int] = field(repr=False)
    shortfalls: Sequence[Shortfall] = field(repr=False)
    debt: bool = False


class _Reader:
    """The movements that are found so far."""

    __slots__ = ("at", "balance", "before", "debt", "payer", "pools", "shortfalls", "tables", "taker", "there")

    def __init__(self, debt: bool) -> None:
        self.debt = debt
        self.pools: list[tuple[str, str]] = [("", ""), ("", "")]
        self.balance: list[int] = [0, 0]
        self.tables: dict[str, dict[str | None, int]] = {}
        self.at: list[int] = []
        self.payer: list[int] = []
        self.taker: list[int] = []
        self.before: list[int] = []
        self.there: list[int] = []
        self.shortfalls: list[Shortfall] = []

    def table(self, asset: str) -> dict[str | None, int]:
        """Account -> pool of an asset."""
        if asset not in self.tables:
            self.tables[asset] = {None: OUTSIDE}
        return self.tables[asset]

    def pool(self, account: str | None, asset: str) -> int:
        """The number of a pool."""
        table = self.table(asset)
        number = table.get(account)
        if number is None:
            number = table[account] = len(self.pools)
            self.pools.append((account or "", asset))
            self.balance.append(0)
        return number

    def move(self, n: int, event: str, kind: str, payer: int, paid: int, taker: int, got: int) -> None:
        """One movement."""
        balance = self.balance
        self.at.append(n)
        self.payer.append(payer)
        self.taker.append(taker)
        known = balance[payer]
        self.before.append(known)
        if payer != OUTSIDE:
            left = balance[payer] = known - paid
            if left < 0:
                self.shortfalls.append(Shortfall(event, kind, *self.pools[payer], paid - max(0, known)))
                if not self.debt:
                    balance[payer] = 0
        self.there.append(balance[taker])
        if taker > FEES:
            balance[taker] += got


@undisturbed()
def balances(
    events: Iterable[Event], openings: Iterable[Opening] = (), *, debt: bool = False, watch: Watch | None = None
) -> Balances:
    """Read a ledger in total order (``ledger.ordered``)."""
    read = _Reader(debt)
    for opening in openings:
        if opening.amount > 0:
            read.balance[read.pool(opening.account, opening.asset)] += opening.amount
    balance, pools, short = read.balance, read.pools, read.shortfalls.append
    at, payer, taker = read.at.append, read.payer.append, read.taker.append
    before, there = read.before.append, read.there.append
    asset, table = "", read.table("")
    for n, event in enumerate(events):
        if watch and not n & TURN:
            watch(n)
        if type(event) is not Transfer:
            _other(read, n, event)
            continue
        units = event.amount
        if units:
            sender, receiver = event.sender, event.receiver
            if event.asset != asset:
                asset = event.asset
                table = read.table(asset)
            # The longest loop of a trace: ``move`` and ``pool`` are written out here.
            p = table.get(sender)
            if p is None:
                p = table[sender] = len(pools)
                pools.append((sender or "", asset))
                balance.append(0)
            t = table.get(receiver)
            if t is None:
                t = table[receiver] = len(pools)
                pools.append((receiver or "", asset))
                balance.append(0)
            if p != t or p == OUTSIDE:
                at(n)
                payer(p)
                taker(t)
                known = balance[p]
                before(known)
                if p:
                    left = balance[p] = known - units
                    if left < 0:
                        short(Shortfall(event.id, "transfer", *pools[p], units - max(0, known)))
                        if not debt:
                            balance[p] = 0
                known = balance[t]
                there(known)
                if t:
                    balance[t] = known + units
        if event.fee:
            number = read.pool(event.fee_payer or event.sender, event.fee_asset or event.asset)
            read.move(n, event.id, "fee", number, event.fee, FEES, 0)
    return Balances(
        pools,
        array("q", read.at),
        read.payer,
        read.taker,
        read.before,
        read.there,
        tuple(balance),
        tuple(read.shortfalls),
        debt,
    )


def _other(read: _Reader, n: int, event: Event) -> None:
    """A conversion: two pools of two assets, then its fee."""
    assert not isinstance(event, Transfer)
    payer = read.pool(event.account, event.from_asset)
    taker = read.pool(event.to_account or event.account, event.to_asset)
    read.move(n, event.id, "convert", payer, event.from_amount, taker, event.to_amount)
    if event.fee:
        number = read.pool(event.fee_payer or event.account, event.fee_asset or event.from_asset)
        read.move(n, event.id, "fee", number, event.fee, FEES, 0)
