"""Owns deposit reuse on account chains (semantics 6.6): users who fill one deposit account of an exchange."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from workstation.analysis.trace.cluster import Union
from workstation.analysis.trace.ledger import Event, Transfer

# For Ether: blocks, and base units (0.01 ETH).
T_MAX = 3200
A_MAX = 10**16


@dataclass(frozen=True, slots=True)
class Deposits:
    """Deposit accounts and their users.

    Attributes:
        deposits: candidate account -> exchange. users: candidate account -> its users, sorted.
        clusters: accounts united through shared deposit accounts, sorted.
    """

    deposits: dict[str, str]
    users: dict[str, tuple[str, ...]]
    clusters: tuple[tuple[str, ...], ...]


def deposit_reuse(
    events: Iterable[Event],
    exchanges: Mapping[str, str],
    t_max: int,
    a_max: int | Mapping[str, int],
    ignore: Collection[str] = frozenset(),
) -> Deposits:
    """Find deposit accounts and unite each with the accounts whose payments it passed on.

    Args:
        events: in total order. exchanges: account -> exchange. ignore: accounts that are neither user nor deposit.
        t_max: longest time between payment and forwarding. a_max: most that may stay behind, of all assets or of each
            (of one that is not named nothing may).
    """
    moves = [e for e in events if isinstance(e, Transfer)]
    goes_to: dict[str, set[str | None]] = {}
    for move in moves:
        if move.sender is not None:
            goes_to.setdefault(move.sender, set()).add(exchanges.get(move.receiver) if move.receiver else None)
    deposits = {
        account: exchange
        for account, targets in goes_to.items()
        if account not in exchanges and account not in ignore
        if len(targets) == 1 and (exchange := next(iter(targets))) is not None
    }
    forwarded: dict[tuple[str, str], list[tuple[int, Transfer]]] = {}
    for place, move in enumerate(moves):
        if move.sender in deposits:
            forwarded.setdefault((move.sender, move.asset), []).append((place, move))
    union = Union({})
    users: dict[str, set[str]] = {account: set() for account in deposits}
    for place, move in enumerate(moves):
        user, account = move.sender, move.receiver
        if user is None or account not in deposits or user in deposits or user in exchanges or user in ignore:
            continue
        later = forwarded.get((account, move.asset), [])
        start = bisect_right(later, place, key=lambda entry: entry[0])
        most = a_max if isinstance(a_max, int) else a_max.get(move.asset, 0)
        if _passed_on(move, islice(later, start, None), t_max, most):
            users[account].add(user)
            for name in (account, user):
                union.add(name)
            left, right = union.find(account), union.find(user)
            if left != right:
                union.unite(left, right)
    return Deposits(deposits, {a: tuple(sorted(found)) for a, found in users.items()}, union.sets())


def _passed_on(move: Transfer, later: Iterable[tuple[int, Transfer]], t_max: int, a_max: int) -> bool:
    for _, out in later:
        if out.ts - move.ts > t_max:
            return False
        if 0 <= move.amount - out.amount <= a_max:
            return True
    return False


def document(found: Deposits) -> dict[str, Any]:
    """The JSON form."""
    return {
        "clusters": [list(one) for one in found.clusters],
        "deposits": found.deposits,
        "users": {account: list(users) for account, users in found.users.items() if users},
    }
