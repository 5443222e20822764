"""Owns declared conversions: a swap or bridge is two transfers that an analyst says are one movement, with a reason.

Nothing is ever taken for a conversion without such a declaration; :func:`proposals` only points at what looks like one.
A **swap** gives one asset of an account for another on the same chain; a **bridge** continues on another chain or at
another account. One transfer can be part of one conversion only. Must not trace and must not write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workstation.app.ledger import Ledger
from workstation.app.tracing.ledgers import amount_of
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS, NOT_STATED
from workstation.domain.amounts import Asset, parse_decimal
from workstation.domain.chains import CHAINS
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

KINDS_OF = ("swap", "bridge")
_ON_ACCOUNTS = frozenset(("native", "internal", "token", "mint", "burn", "stated"))
#: More payments of one account in one transaction are no plain swap.
_LEGS = 64


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer of the case. ``sender``, ``receiver``: addresses, empty = not stated."""

    number: int
    chain: str
    sender: str
    receiver: str
    asset: Asset
    units: int
    time: int
    tx: str

    @property
    def coins(self) -> bool:
        """Whether it stands on a chain of coins."""
        return CHAINS[self.chain].model == "utxo"


@dataclass(frozen=True, slots=True)
class Declared:
    """A conversion that the analyst declared: transfer ``paid`` became transfer ``received``."""

    key: str
    kind: str
    paid: int
    received: int
    reason: str
    author: str
    at: str

    @property
    def name(self) -> str:
        """What the two legs are called together."""
        return f"{self.kind} of transfers {self.paid} and {self.received}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two transfers that look like a conversion, and why."""

    kind: str
    paid: Leg
    received: Leg
    why: str


def refused(what: str, todo: str) -> WorkstationError:
    """A conversion that cannot be declared."""
    return WorkstationError("WS-TRC-108", what, "nothing was declared", todo)


def declared(store: Store) -> tuple[Declared, ...]:
    """The declared conversions of a case, in order of their legs."""
    rows = store.rows("conversion").values()
    made = (
        Declared(r["key"], r["kind"], int(r["paid"]), int(r["received"]), r["reason"], r["author"], r["at"])
        for r in rows
    )
    return tuple(sorted(made, key=lambda d: (d.paid, d.received, d.key)))


def leg(ledger: Ledger, number: int) -> Leg | None:
    """A transfer as a leg; None when the case does not hold it (any more), or not its amount."""
    row = ledger.row_of_id.get(number)
    if row is None:
        return None
    units = amount_of(ledger, row)
    asset = ledger.asset_of(int(ledger.asset[row]))
    if units is None or not _moves(KINDS[int(ledger.kind[row])], asset.chain):
        return None
    columns, tx = ledger.columns, int(ledger.tx[row])
    return Leg(
        number, asset.chain, _party(ledger, int(ledger.sender[row]), asset.chain),
        _party(ledger, int(ledger.receiver[row]), asset.chain), asset, units, int(columns.time[row]),
        columns.txs[tx][1] if tx else "",
    )  # fmt: skip


def _moves(kind: str, chain: str) -> bool:
    return kind == "output" if CHAINS[chain].model == "utxo" else kind in _ON_ACCOUNTS


def _party(ledger: Ledger, number: int, chain: str) -> str:
    found = ledger.columns.addresses[number]
    return found[1] if found[0] == chain or not number else f"{found[0]}:{found[1]}"


def checked(
    ledger: Ledger, known: Iterable[Declared], paid: int, received: int, kind: str = ""
) -> tuple[str, Leg, Leg]:
    """The kind and legs of a conversion that may be declared.

    Raises:
        WorkstationError: WS-TRC-108 a leg is not there, used already, or the two cannot be one movement.
    """
    legs = []
    for number, word in ((paid, "paid"), (received, "received")):
        found = leg(ledger, number)
        if found is None or not found.units:
            raise refused(
                f"the case holds no payment {number} with a known amount", f"name the transfer that was {word}"
            )
        legs.append(found)
    out, into = legs
    if paid == received:
        raise refused("a conversion needs two transfers", "name what was paid and what was received for it")
    for other in known:
        used = {paid, received} & {other.paid, other.received}
        if used:
            raise refused(f"transfer {min(used)} is part of the {other.name} already", "remove that declaration first")
    if not into.receiver or not (out.sender or out.coins):
        raise refused("it is not known who paid or who received", "choose transfers with a known payer and receiver")
    if NOT_STATED not in (out.time, into.time) and into.time < out.time and (not out.tx or into.tx != out.tx):
        raise refused("what was received is earlier than what was paid", "choose the transfers the other way round")
    is_kind = kind_of(out, into)
    if not is_kind:
        raise refused("both transfers move the same asset of the same account", "a swap changes the asset")
    if kind and kind != is_kind:
        raise refused(f"these two transfers are a {is_kind}, not a {kind}", f"declare a {is_kind}")
    return is_kind, out, into


def kind_of(paid: Leg, received: Leg) -> str:
    """Swap, bridge, or empty when nothing is converted."""
    if paid.chain == received.chain and paid.sender and paid.sender == received.receiver:
        return "" if paid.asset == received.asset else "swap"
    return "bridge"


# --- what looks like one ----------------------------------------------------------------------------------------------


def proposals(session: Session) -> list[Proposal]:
    """What looks like a conversion and is not declared: swaps inside a transaction, and trades that a service states.

    A swap: in one transaction an account pays exactly one asset once and receives exactly one other once.
    A trade: a service states it, and the case holds both payments of its account on the chain ``stated``.
    """
    ledger = session.graphs.ledger
    used = {n for d in declared(session.store) for n in (d.paid, d.received)}
    return [
        found
        for found in (*_swaps(ledger), *_trades(session, ledger))
        if not {found.paid.number, found.received.number} & used
    ]


def _swaps(ledger: Ledger) -> list[Proposal]:
    kinds = np.array([KINDS.index(kind) for kind in sorted(_ON_ACCOUNTS)], np.int64)
    rows = np.flatnonzero(np.isin(ledger.kind, kinds) & (ledger.tx > 0) & ~ledger.unknown)
    txs, counts = np.unique(ledger.tx[rows], return_counts=True)
    found: list[Proposal] = []
    for tx in txs[(counts > 1) & (counts <= _LEGS)].tolist():
        legs = _payments(ledger, tx)
        went: dict[str, list[Leg]] = {}
        came: dict[str, list[Leg]] = {}
        for one in legs:
            if one.sender != one.receiver:
                went.setdefault(one.sender, []).append(one)
                came.setdefault(one.receiver, []).append(one)
        pairs = [
            (who, out[0], came[who][0])
            for who, out in went.items()
            if who and len(out) == 1 and len(came.get(who, ())) == 1 and out[0].asset != came[who][0].asset
        ]
        # the other side of a direct exchange looks the same; the account whose payment stands first gave the order
        found += [
            Proposal("swap", out, into, f"one account pays and receives in one transaction ({out.tx})")
            for who, out, into in pairs[:1]
        ]
    return found


def _payments(ledger: Ledger, tx: int) -> list[Leg]:
    """The payments of a transaction: its own rows, or what somebody states of it where it has none."""
    rows = ledger.of_tx(tx)
    legs = [(KINDS[int(ledger.kind[row])], leg(ledger, int(ledger.columns.id[row]))) for row in rows.tolist()]
    own = [one for kind, one in legs if one is not None and one.units and kind != "stated"]
    return own or [one for _, one in legs if one is not None and one.units]


def _trades(session: Session, ledger: Ledger) -> list[Proposal]:
    """Trades of services whose two sides stand in the case as payments of the account."""
    events = [
        e for e in session.store.events(kinds=("trade",)) if e.status == "ok" and e.account and e.time is not None
    ]
    sides: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    for event in events:
        if event.direction and event.symbol and event.amount_text:
            sides.setdefault((event.account, event.time or 0), []).append(
                (event.direction, event.symbol, event.amount_text)
            )
    found: list[Proposal] = []
    for (account, time), stated in sides.items():
        number = ledger.number(Subject("address", "stated", account))
        out = [s for s in stated if s[0] == "out"]
        into = [s for s in stated if s[0] == "in"]
        if not number or len(out) != 1 or len(into) != 1:
            continue
        paid = _stated(ledger, ledger.sent(number), time, out[0])
        received = _stated(ledger, ledger.received(number), time, into[0])
        if paid is not None and received is not None and paid.asset != received.asset:
            found.append(Proposal("swap", paid, received, f"{account} states a trade at this time"))
    return found


def _stated(ledger: Ledger, rows: np.ndarray, time: int, side: tuple[str, str, str]) -> Leg | None:
    """The one payment among rows that is this side of a trade."""
    at = rows[ledger.columns.time[rows] == time]
    fits = []
    for number in ledger.ids(at):
        made = leg(ledger, number)
        if made is not None and made.asset.symbol == side[1] and _is(made, side[2]):
            fits.append(made)
    return fits[0] if len(fits) == 1 else None


def _is(made: Leg, amount: str) -> bool:
    try:
        return parse_decimal(amount, made.asset.decimals) == made.units
    except ValueError:
        return False


def with_legs(ledger: Ledger, known: Iterable[Declared]) -> dict[Declared, tuple[Leg, Leg]]:
    """The conversions whose two legs the case holds, with their legs."""
    found: dict[Declared, tuple[Leg, Leg]] = {}
    for one in known:
        out, into = leg(ledger, one.paid), leg(ledger, one.received)
        if out is not None and into is not None and out.units and into.units:
            found[one] = (out, into)
    return found


def connected(chain: str, legs: Mapping[Declared, tuple[Leg, Leg]]) -> tuple[str, ...]:
    """The account chains that declared conversions join with a chain, itself included, in order of their names."""
    found = {chain}
    more = True
    while more:
        more = False
        for out, into in legs.values():
            ends = {out.chain, into.chain}
            if not out.coins and not into.coins and ends & found and not ends <= found:
                found |= ends
                more = True
    return tuple(sorted(found))
