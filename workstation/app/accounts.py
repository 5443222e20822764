"""Owns what services state about one account: its card, log-ins, devices, and what went in and out. Never ledger money.

Must not change anything. The ledger side of the same account is in ``facts``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.analysis.gap import Flow, accounts
from workstation.analysis.provider import KINDS, Match
from workstation.app import cells
from workstation.domain.evidence import Citation, Event
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

_IP = re.compile(r".*(\bip\b|айпи).*", re.I)
_DEVICE = re.compile(r".*(device|agent|browser|client|устройств|браузер|dispositivo).*", re.I)
_PLACE = re.compile(r".*(geo|location|country|city|место|страна|город|luogo|paese).*", re.I)
#: Most different values that are named.
_NAMED = 50


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Facts on an account of a service.

    Attributes:
        card: (attribute, text) of the latest account card, with its place; ``cards`` counts all cards.
        logins: how many; first_login, last_login: seconds UTC. ips, devices, places: (text, how often), most first.
        flows: stated deposits and withdrawals with status ok, by direction and asset, exact.
        kinds: how many events of each kind, also those that do not count.
    """

    subject: Subject
    services: tuple[str, ...]
    card: tuple[tuple[str, str], ...]
    card_citation: Citation | None
    cards: int
    logins: int
    first_login: int | None
    last_login: int | None
    ips: tuple[tuple[str, int], ...]
    devices: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    flows: tuple[Flow, ...]
    kinds: tuple[tuple[str, int], ...]


def account_facts(session: Session, subject: Subject) -> AccountFacts | None:
    """Facts on an account (an address of the chain ``stated``), None when no event speaks of it."""
    if subject.kind != "address" or subject.chain != "stated":
        return None
    return summary(subject, session.store.events(account=subject.ref))


def summary(subject: Subject, events: Sequence[Event]) -> AccountFacts | None:
    """The same from a list of events in time order."""
    if not events:
        return None
    cards = [e for e in events if e.kind == "account"]
    logins = [e for e in events if e.kind == "login"]
    times = [e.time for e in logins if e.time is not None]
    latest = max(cards, key=lambda e: (e.time is not None, e.time or 0, e.id), default=None)
    ips = Counter(t for e in events for n, t in e.details if _IP.match(n) and cells.is_ip(t))
    moved = [e for e in events if e.kind in KINDS and e.status == "ok"]
    # sums only: whether the ledger holds them is told by ``returns``
    stated = accounts(moved, [Match(e.id, "unmatched") for e in moved])
    kinds = Counter(e.kind for e in events)
    return AccountFacts(
        subject, tuple(dict.fromkeys(e.service for e in events)), () if latest is None else _attributes(latest),
        None if latest is None else latest.citation, len(cards), len(logins), min(times, default=None),
        max(times, default=None), _most(ips), _most(_values(logins, _DEVICE)), _most(_values(logins, _PLACE)),
        tuple(flow for account in stated for flow in account.flows), tuple(sorted(kinds.items())),
    )  # fmt: skip


def _attributes(card: Event) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in card.details if text.strip())


def _values(events: Iterable[Event], wanted: re.Pattern[str]) -> Counter[str]:
    return Counter(t.strip() for e in events for n, t in e.details if wanted.match(n) and t.strip())


def _most(found: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))[:_NAMED]
