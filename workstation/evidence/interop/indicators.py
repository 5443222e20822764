"""Owns which addresses of a case count as indicators, and the marking they travel under. Must not know any file format.

A list that others block by harms people, so the rule is narrow, fixed, and printed in every file (``RULE``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workstation.domain.categories import uses_of
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse
from workstation.evidence.bundle import Bundle, Finding

RULE = (
    "An address is listed when a supported finding of the case cites it or cites an entity it belongs to, or when the "
    "examiner tagged it as abuse. Never listed: addresses of victims, witnesses and lawful sources; shared addresses of "
    "services and contracts, unless the examiner tagged the address itself as abuse; texts that are no plain address."
)
TLPS = ("clear", "green", "amber", "red")
_PLAIN = re.compile(r"[A-Za-z0-9:._-]{1,128}")
_SURE = ("low", "moderate", "high")


@dataclass(frozen=True, slots=True)
class Marking:
    """How far a file may travel. ``tlp``: one of ``TLPS``. ``classification``: the line of the case, may be empty."""

    tlp: str
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One address that counts.

    Attributes:
        label: what the examiner calls it. reasons: codes such as ``finding:F-001`` and ``tag:scam``, sorted.
        confidence: ``low``, ``moderate`` or ``high``: the highest stated by what lists it, ``low`` when none is.
        first, last: seconds of its first and last transfer in the case, None when no transfer states a time.
    """

    chain: str
    address: str
    label: str
    reasons: tuple[str, ...]
    confidence: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The indicators of a case by chain and address, and how many cited addresses the rule left out."""

    indicators: tuple[Indicator, ...]
    left_out: int


def marking(tlp: str, classification: str = "") -> Marking:
    """A marking that can be written.

    Raises:
        WorkstationError: WS-EXP-040, there is no such TLP level.
    """
    if tlp not in TLPS:
        raise WorkstationError(
            "WS-EXP-040", f"{tlp[:40]!r} is no TLP level", "nothing was written", "choose one of: " + ", ".join(TLPS)
        )
    return Marking(tlp, classification)


def chosen(bundle: Bundle) -> Chosen:
    """The addresses that count by ``RULE``."""
    members = {e.key: [m.subject for m in e.members] for e in bundle.entities}
    kinds: dict[str, set[str]] = {}
    for e in bundle.entities:
        for subject in members[e.key]:
            kinds.setdefault(subject, set()).add(e.role.lower())
    for source in bundle.source_tags:
        kinds.setdefault(f"address:{source.tag.chain}:{source.tag.ref}", set()).add(source.tag.category.lower())
    reasons: dict[str, list[tuple[str, str]]] = {}
    labels: dict[str, str] = {member: e.name for e in bundle.entities for member in members[e.key]}
    accused: set[str] = set()
    for finding in bundle.findings:
        if finding.status == "supported":
            for subject in _cited(finding, members):
                reasons.setdefault(subject, []).append((f"finding:{finding.label}", finding.confidence))
    for tag in bundle.tags:
        for subject in _addresses(tag.subject, members):
            kinds.setdefault(subject, set()).add(tag.category.lower())
            labels[subject] = tag.label
            if "abuse" in uses_of(tag.category):
                accused.add(subject)
                reasons.setdefault(subject, []).append((f"tag:{tag.category.lower()}", tag.confidence))
    kept = {s for s in reasons if _counts(s, kinds.get(s, set()), s in accused)}
    seen = _seen(bundle, kept)
    made = []
    for key in sorted(kept):
        where, found = parse(key), reasons[key]
        sure = max((_SURE.index(c) for _, c in found if c in _SURE), default=0)
        first, last = seen.get(key, (None, None))
        codes = tuple(sorted({code for code, _ in found}))
        made.append(Indicator(where.chain, where.ref, labels.get(key, ""), codes, _SURE[sure], first, last))
    return Chosen(tuple(made), len(reasons) - len(kept))


def stamp(bundle: Bundle) -> str:
    """The frozen time of the export with milliseconds, as STIX and MISP want it."""
    return bundle.exported[:19] + ".000Z"


def _counts(key: str, kinds: set[str], accused: bool) -> bool:
    if not _PLAIN.fullmatch(parse(key).ref) or _has("protected", kinds):
        return False
    return accused or not _has("shared", kinds)


def _has(use: str, kinds: Iterable[str]) -> bool:
    return any(use in uses_of(kind) for kind in kinds)


def _cited(finding: Finding, members: dict[str, list[str]]) -> Iterator[str]:
    for link in finding.links:
        yield from dict.fromkeys(_addresses(link.subject, members))


def _addresses(key: str, members: dict[str, list[str]]) -> Iterator[str]:
    try:
        subject = parse(key)
    except ValueError:
        return
    if subject.kind == "address":
        yield key
    elif subject.kind == "entity":
        yield from (m for m in members.get(subject.ref, ()) if m.startswith("address:"))


def _seen(bundle: Bundle, keys: set[str]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for item in bundle.transfers() if keys else ():
        t = item.transfer
        if t.time is None:
            continue
        for chain, address in ((t.sender_chain or t.chain, t.sender), (t.receiver_chain or t.chain, t.receiver)):
            key = f"address:{chain}:{address}"
            if address is not None and key in keys:
                first, last = found.get(key, (t.time, t.time))
                found[key] = min(first, t.time), max(last, t.time)
    return found
