"""Owns the custodial gap: what went into an account at a service, what came out, and whether its record joins both.

Works on events and their matches. Amounts of one symbol are summed exactly; different symbols never are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workstation.analysis.provider import Match, number, off_chain, total
from workstation.domain.amounts import plain
from workstation.domain.evidence import Event

_AGREES = frozenset(("amount", "amount with fee"))
State = Literal["bridged", "bridged by the record only", "not bridged"]


@dataclass(frozen=True, slots=True)
class Flow:
    """One asset of one account in one direction.

    Attributes:
        amount: exact sum of the records that count, each ledger transfer once. matched: the part that a ledger
            transfer of the same amount stands behind. records, matched_records, ambiguous, unmatched, off_chain: how
            many rows; ``differing``: joined by their transaction, but the amount is another.
        first, last: seconds UTC of the records.
    """

    direction: Literal["in", "out"]
    symbol: str
    amount: str
    matched: str
    records: int
    matched_records: int
    differing: int
    ambiguous: int
    unmatched: int
    off_chain: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """One account at a service: its flows and whether the record joins what went in to what came out."""

    service: str
    account: str
    flows: tuple[Flow, ...]
    state: State
    why: str


def accounts(events: Sequence[Event], matches: Sequence[Match]) -> list[Account]:
    """Every account that states deposits or withdrawals, by service and name."""
    by_event = {m.event: m for m in matches}
    found: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if event.id in by_event:
            found.setdefault((event.service, event.account), []).append(event)
    return [_account(service, name, rows, by_event) for (service, name), rows in sorted(found.items())]


def _account(service: str, name: str, rows: Sequence[Event], by_event: Mapping[int, Match]) -> Account:
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in rows:
        groups.setdefault(("in" if event.kind == "deposit" else "out", event.symbol), []).append(event)
    flows = tuple(_flow(*key, found, by_event) for key, found in sorted(groups.items()))
    came, went = ([f for f in flows if f.direction == side] for side in ("in", "out"))
    state: State = "not bridged"
    if not went:
        why = "money goes in and no withdrawal is recorded: ask for withdrawals, trades and the balance"
    elif not came:
        why = "money comes out and no deposit is recorded: ask for deposits, trades and fiat payments"
    elif any(f.matched_records for f in came) and any(f.matched_records for f in went):
        state, why = "bridged", "the record names both sides, and the ledger holds transfers of both"
    else:
        state = "bridged by the record only"
        side = "deposit" if not any(f.matched_records for f in came) else "withdrawal"
        why = f"the record names both sides, but no {side} was found on a ledger of the case"
    return Account(service, name, flows, state, why)


def _flow(side: str, symbol: str, rows: Sequence[Event], by_event: Mapping[int, Match]) -> Flow:
    counted = [e for e in rows if not by_event[e.id].same_as]
    joined = [e for e in counted if by_event[e.id].outcome == "matched" and _AGREES & set(by_event[e.id].by)]
    outcomes = [by_event[e.id].outcome for e in counted]
    times = [e.time for e in counted if e.time is not None]
    return Flow(
        "in" if side == "in" else "out", symbol, amount_of(counted), amount_of(joined), len(counted), len(joined),
        outcomes.count("matched") - len(joined), outcomes.count("ambiguous"), outcomes.count("unmatched"), sum(off_chain(e) for e in counted),
        min(times, default=None), max(times, default=None),
    )  # fmt: skip


def amount_of(events: Sequence[Event]) -> str:
    """The exact sum of the stated amounts, shortest form."""
    return plain(*total(number(e.amount_text) for e in events if e.amount_text))
