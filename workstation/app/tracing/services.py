"""Owns which addresses are services, by their labels: tracing stops there unless a reason is written down.

Inside a service money of many customers is one pool; who owns what there only the service can say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workstation.app.names import BADGES, Names
from workstation.domain import subjects
from workstation.domain.categories import badge_of
from workstation.domain.visible import visible

#: Badges of services at which a trace stops.
_STOPS = frozenset(("EX", "PS", "CU", "OT", "GA", "MX", "CJ", "PV", "DX", "BR"))
#: Badges that are no category of exposure.
_NO_CATEGORY = frozenset(("SU", "CT", "VI"))


@dataclass(frozen=True, slots=True)
class Label:
    """What names an address: badge, label, where it comes from, and of when that is (as it is stated; may be empty)."""

    badge: str
    label: str
    source: str
    date: str


def labels(names: Names, chain: str) -> dict[str, list[tuple[str, str]]]:
    """Address -> (badge, label with its source) of everything that names it, in a fixed order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for ref, label in _stated(names, chain):
        words = visible(f"{label.label} ({label.source})" if label.source else label.label, 200)
        found.setdefault(ref, []).append((label.badge, words))
    return found


def _stated(names: Names, chain: str) -> Iterator[tuple[str, Label]]:
    """Every label that means a badge, by address; of one address the labels of the user first."""
    prefix = f"address:{chain}:"
    for key in sorted({*names.tags, *names.sources, *names.entity_of}):
        if not key.startswith(prefix):
            continue
        said = [
            Label(badge_of(t["category"] or ""), t["label"] or "", t["source"] or "", t["source_date"] or t["at"] or "")
            for t in names.tags.get(key, ())
        ]
        said += [
            Label(badge_of(t.category), t.label or t.actor, t.source, t.source_date) for t in names.sources.get(key, ())
        ]
        entity = names.entities.get(names.entity_of.get(key, ""))
        if entity is not None:
            said.append(Label(badge_of(entity["role"] or ""), entity["name"] or "", "entity of the case", ""))
        ref = subjects.parse(key).ref
        yield from ((ref, label) for label in said if label.badge)


def stops(names: Names, chain: str) -> dict[str, str]:
    """Address -> reason, for every address labelled as a service."""
    found: dict[str, str] = {}
    for ref, said in labels(names, chain).items():
        for badge, label in said:
            if badge in _STOPS:
                found.setdefault(ref, f"labelled {BADGES[badge][1]}: {label}")
    return found


def categories(names: Names, chain: str) -> dict[str, str]:
    """Address -> category of exposure, by its first label that has one."""
    return {ref: BADGES[label.badge][1] for ref, label in deciding(names, chain).items()}


def deciding(names: Names, chain: str) -> dict[str, Label]:
    """Address -> the label that decides its category of exposure: its first that has one."""
    found: dict[str, Label] = {}
    for ref, label in _stated(names, chain):
        if label.badge not in _NO_CATEGORY:
            found.setdefault(ref, label)
    return found
