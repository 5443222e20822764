"""Owns which addresses are services, by their labels: tracing stops there unless a reason is written down.

Inside a service money of many customers is one pool; who owns what there only the service can say.
"""

from __future__ import annotations

from workstation.app.names import BADGES, Names, badge_of
from workstation.domain import subjects
from workstation.domain.visible import visible

#: Badges of services at which a trace stops.
_STOPS = frozenset(("EX", "PS", "CU", "OT", "GA", "MX", "CJ", "PV", "DX", "BR"))
#: Badges that are no category of exposure.
_NO_CATEGORY = frozenset(("SU", "CT", "VI"))


def labels(names: Names, chain: str) -> dict[str, list[tuple[str, str]]]:
    """Address -> (badge, label with its source) of everything that names it, in a fixed order."""
    found: dict[str, list[tuple[str, str]]] = {}
    prefix = f"address:{chain}:"
    for key in sorted({*names.tags, *names.sources, *names.entity_of}):
        if not key.startswith(prefix):
            continue
        said = [(badge_of(t["category"] or ""), t["label"] or "", t["source"] or "") for t in names.tags.get(key, ())]
        said += [(badge_of(t.category), t.label or t.actor, t.source) for t in names.sources.get(key, ())]
        entity = names.entities.get(names.entity_of.get(key, ""))
        if entity is not None:
            said.append((badge_of(entity["role"] or ""), entity["name"] or "", "entity of the case"))
        mine = [
            (badge, visible(f"{label} ({source})" if source else label, 200)) for badge, label, source in said if badge
        ]
        if mine:
            found[subjects.parse(key).ref] = mine
    return found


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
    found: dict[str, str] = {}
    for ref, said in labels(names, chain).items():
        for badge, _ in said:
            if badge not in _NO_CATEGORY:
                found.setdefault(ref, BADGES[badge][1])
    return found
