"""Owns the problems that follow from the evidence as a whole: contradictions, gaps, sanctions, poisoned addresses.

They change only when exhibits come or go, so a session keeps them until then. Every kind is cut after some lines and
says how many more there are. Must not change anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from workstation.analysis.lookalike import ends_for, look_alikes
from workstation.app.chooser import clean
from workstation.app.completeness import addresses, completeness
from workstation.app.prices import conflicts as price_conflicts
from workstation.app.problems import Problem
from workstation.app.returns import returns, sentence
from workstation.domain.categories import badge_of
from workstation.domain.evidence import Citation, SourceTag
from workstation.domain.subjects import Subject, parse
from workstation.domain.tokens import doubt

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Most lines of one kind, and most addresses whose balance is checked.
MOST = 100
CHECKED = 200
#: More rows of services than this are not held against the ledger on the way to the window.
_ROWS = 20_000


def evidence_problems(session: Session) -> list[Problem]:
    """Everything that is wrong or open in the evidence, the gravest kind first."""
    found: list[Problem] = []
    for kind in (_sanctioned, _contradictions, _prices, _tokens, _look_alikes, _incomplete, _unmatched, _empty):
        found += _cut(kind(session))
    return found


def _cut(problems: Iterator[Problem]) -> list[Problem]:
    shown = list(islice(problems, MOST))
    more = sum(1 for _ in problems)
    if more:
        last = shown[-1]
        shown.append(Problem(last.severity, last.code, f"and {more:,} more of this kind"))
    return shown


def _place(citation: Citation) -> str:
    return f"E-{citation.exhibit:04d} {citation.locator}"


def _sanctioned(session: Session) -> Iterator[Problem]:
    """Addresses on a sanctions list that have transfers in the case."""
    ledger, names = session.graphs.ledger, session.graphs.names
    for key in sorted(names.sources):
        listed = [t for t in names.sources[key] if badge_of(t.category) == "SN"]
        if not listed or parse(key).kind != "address":
            continue
        number = ledger.number(parse(key))
        came, went = (len(ledger.received(number)), len(ledger.sent(number))) if number else (0, 0)
        if came or went:
            yield Problem(
                "warning", "WS-SAN-001", screened(parse(key), listed, came, went), _place(listed[0].citation), key
            )


def screened(subject: Subject, listed: Iterable[SourceTag], came: int, went: int) -> str:
    """A hit on a list in one sentence: who, by which list of which date, and how often it occurs."""
    told = dict.fromkeys(
        f"{clean(t.label or t.actor, 80)} ({t.source or 'list not named'}, "
        + (f"list of {t.source_date}" if t.source_date else "list not dated")
        + f", {_place(t.citation)})"
        for t in listed
    )
    return f"{subject.chain}:{subject.ref} is sanctioned: {'; '.join(told)}; transfers in {came:,}, out {went:,}"


def _contradictions(session: Session) -> Iterator[Problem]:
    for conflict in session.store.conflicts():
        where = f"{_place(conflict.left)} / {_place(conflict.right)}"
        subject = conflict.what if _is_subject(conflict.what) else f"exhibit:{conflict.right.exhibit}"
        yield Problem("warning", "WS-CNF-001", f"two sources differ: {clean(conflict.text, 400)}", where, subject)


def _is_subject(key: str) -> bool:
    try:
        parse(key)
    except ValueError:
        return False
    return True


def _prices(session: Session) -> Iterator[Problem]:
    for prices in price_conflicts(session.prices):
        first = prices[0]
        both = ", ".join(f"{p.rate} ({clean(p.source, 40) or 'source not stated'})" for p in prices)
        text = f"{clean(first.asset, 60)} has differing {first.currency} prices on {first.date}: {both}; none is used"
        yield Problem("warning", "WS-PRC-001", text, _place(first.citation), f"exhibit:{first.citation.exhibit}")


def _tokens(session: Session) -> Iterator[Problem]:
    """Tokens whose symbol is that of another: a name is free to take, only the contract tells what was sent."""
    ledger = session.graphs.ledger
    uses = np.bincount(ledger.asset, minlength=1) if len(ledger) else np.zeros(0, np.int64)
    found: dict[tuple[str, str, str, str], tuple[int, int]] = {}
    for number, asset in sorted(ledger.columns.assets.items()):
        why = doubt(asset.chain, asset.contract, asset.symbol) if number < len(uses) and uses[number] else ""
        if why:
            key = (asset.chain, asset.contract.partition("/")[0], asset.symbol, why)
            first, before = found.get(key, (number, 0))
            found[key] = (first, before + int(uses[number]))
    rows = {key: int(ledger.columns.id[np.argmax(ledger.asset == first)]) for key, (first, _) in found.items()}
    places = session.store.citations_many(sorted(set(rows.values())))
    for key, (_, times) in found.items():
        chain, contract, symbol, why = key
        at = f"contract {clean(contract, 140)}" if contract else "no contract stated"
        text = f"token named {clean(symbol, 40)} on {chain} ({at}; {times:,} transfers) {why}"
        cited = places.get(rows[key], [])
        where, subject = (_place(cited[0]), f"exhibit:{cited[0].exhibit}") if cited else ("", "")
        yield Problem("warning", "WS-TKN-001", text, where, subject)


def _look_alikes(session: Session) -> Iterator[Problem]:
    """Addresses made to be taken for another (address poisoning), the one with fewest transfers is the suspicious one."""
    ledger = session.graphs.ledger
    for group in look_alikes(ledger.address_ids, ends_for(len(ledger))):
        uses = {place: len(ledger.received(n)) + len(ledger.sent(n)) for place in group.members
                if (n := ledger.address_ids.get(place, 0))}  # fmt: skip
        least = min(group.members, key=lambda place: (uses.get(place, 0), place))
        shown = ", ".join(
            f"{chain}:{ref} ({uses.get((chain, ref), 0):,} transfers)" for chain, ref in group.members[:4]
        )
        more = f" and {len(group.members) - 4} more" if len(group.members) > 4 else ""
        text = (
            f"addresses that look alike (first {group.head} and last {group.tail} characters are the same): {shown}{more};"
            " one may be there to be copied by mistake"
        )
        yield Problem("warning", "WS-ADR-001", text, "", Subject("address", *least).key)


def _incomplete(session: Session) -> Iterator[Problem]:
    for subject in addresses(session)[:CHECKED]:
        found = completeness(session, subject)
        if found.verdict == "does not add up":
            why = "; ".join(text for check in found.assets if check.verdict == found.verdict for text in check.why[:2])
            text = f"{subject.chain}:{subject.ref} does not add up: {clean(why, 300)}"
            yield Problem("warning", "WS-CPL-010", text, "", subject.key)
        for sign in found.signs:
            text = f"{subject.chain}:{subject.ref} may be incomplete: {clean(sign, 200)}"
            yield Problem("note", "WS-CPL-011", text, "", subject.key)


def _unmatched(session: Session) -> Iterator[Problem]:
    events = session.store.counts().events
    if events > _ROWS:  # the window must not stand still
        text = f"the case holds {events:,} rows of services; hold them against the ledger with the list of returns"
        yield Problem("note", "WS-RET-004", text)
        return
    found = returns(session)
    for event, match in [*found.of("ambiguous"), *found.of("unmatched")]:
        if match.reason != "off-chain":
            key = Subject("address", event.chain, event.address).key if event.chain and event.address else ""
            yield Problem(
                "note", "WS-RET-001", clean(sentence(event, match), 400), _place(event.citation),
                key or f"exhibit:{event.citation.exhibit}",
            )  # fmt: skip
    for event, match in found.of("matched"):
        if match.differences and any(
            text.startswith(("amount", "address", "asset", "status")) for text in match.differences
        ):
            text = f"{event.kind} {event.amount_text} {event.symbol} differs from the ledger: {'; '.join(match.differences)}"
            yield Problem(
                "warning", "WS-RET-002", clean(text, 400), _place(event.citation), f"exhibit:{event.citation.exhibit}"
            )
    for place in found.addresses:
        if place.services and place.missing_total:
            text = (
                f"{place.subject.chain}:{place.subject.ref}: the answer of {', '.join(place.services)} does not tell "
                f"{place.missing_total:,} of {place.arrivals:,} transfers that reached it"
            )
            yield Problem("note", "WS-RET-003", text, "", place.subject.key)


def _empty(session: Session) -> Iterator[Problem]:
    """Exhibits that were read without error and gave nothing: never a success."""
    for exhibit in session.store.exhibits():
        used = exhibit.accepted + exhibit.duplicates
        if exhibit.reader and exhibit.outcome in ("accepted", "partial") and not used:
            text = f"{exhibit.name} gave no row: nothing of it is in the case"
            yield Problem("warning", "WS-IMP-032", text, exhibit.label, f"exhibit:{exhibit.number}")
