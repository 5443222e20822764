"""Owns reading out deposit addresses of exchanges and who shares one. Counting: ``trace.deposits`` (semantics 6.6).

Sources: Victor 2020 (deposit address reuse), Tutela (arXiv 2201.06811; limits in time and amount).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from workstation.analysis.heuristics.hits import Hit, hit
from workstation.analysis.trace.deposits import A_MAX, T_MAX, deposit_reuse
from workstation.analysis.trace.ledger import Event, Transfer


def exchange_deposits(
    events: Iterable[Event],
    exchanges: Mapping[str, str],
    t_max: int = T_MAX,
    a_max: int | Mapping[str, int] = A_MAX,
    ignore: Collection[str] = frozenset(),
    least: int = 1,
) -> Iterator[Hit]:
    """Accounts that look like deposit accounts of an exchange: all they pay goes to it, and it passes on what came.

    Args:
        exchanges: account -> exchange. t_max, a_max, ignore: as in semantics 6.6. least: fewest payments passed on.
    """
    moves = [event for event in events if isinstance(event, Transfer)]
    found = deposit_reuse(moves, exchanges, t_max, a_max, ignore)
    coming: dict[str, list[Transfer]] = {}
    going: dict[str, list[Transfer]] = {}
    for move in moves:
        if move.receiver in found.deposits:
            coming.setdefault(move.receiver, []).append(move)
        if move.sender in found.deposits:
            going.setdefault(move.sender, []).append(move)
    for account, exchange in sorted(found.deposits.items()):
        out, into = going.get(account, []), coming.get(account, [])
        if len(out) < least or not found.users[account]:
            continue
        yield hit(
            "exchange_deposit", (account,),
            f"All {len(out)} payments of this account go to {exchange}. Of {len(found.users[account])} payers at least one "
            "payment each was passed on within the longest time and without more than the largest rest that the settings allow.",
            f"A statement of {exchange} that the account is not its customer's; a payment of it to anybody else.",
            rows=_numbers(out + into), figures={"exchange": exchange, "payments": len(out), "users": len(found.users[account]),
                                           **_settings(t_max, a_max)},
        )  # fmt: skip


def shared_deposits(
    events: Iterable[Event],
    exchanges: Mapping[str, str],
    t_max: int = T_MAX,
    a_max: int | Mapping[str, int] = A_MAX,
    ignore: Collection[str] = frozenset(),
) -> Iterator[Hit]:
    """Accounts that fill the same deposit account of an exchange, and so are taken for one customer's."""
    moves = [event for event in events if isinstance(event, Transfer)]
    found = deposit_reuse(moves, exchanges, t_max, a_max, ignore)
    for members in found.clusters:
        users = [name for name in members if name not in found.deposits]
        shared = [name for name in members if name in found.deposits]
        if len(users) < 2:
            continue
        own = [m for m in moves if (m.sender in users and m.receiver in shared) or m.sender in shared]
        yield hit(
            "deposit_reuse", users,
            f"{len(users)} accounts paid into {len(shared)} deposit accounts they share.",
            "Somebody paid into the deposit account of another person: a buyer, a friend, a victim; the exchange's file "
            "on the customer tells.",
            rows=_numbers(own), figures={"users": len(users), "deposits": len(shared), **_settings(t_max, a_max)},
        )  # fmt: skip


def _settings(t_max: int, a_max: int | Mapping[str, int]) -> dict[str, int]:
    """The settings a hit rests on; of several assets the largest rest that may stay behind."""
    return {"longest_time": t_max, "largest_rest": a_max if isinstance(a_max, int) else max(a_max.values(), default=0)}


def _numbers(moves: Iterable[Transfer]) -> list[int]:
    """Numbers of transfers in the case; an event of another name has none."""
    return [int(move.id) for move in moves if move.id.isdecimal()]
