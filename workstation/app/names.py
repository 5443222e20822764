"""Owns what subjects are called and what role they play: user tags before entities before tags of sources.

Plain look-ups over one state of the work product. Must not know graphs. Labels come from files and people: they are
text, never markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from workstation.analysis.picture import Role
from workstation.app.chooser import clean
from workstation.casefile.store import Store
from workstation.domain.categories import badge_of
from workstation.domain.evidence import SourceTag
from workstation.domain.subjects import Subject
from workstation.domain.visible import visible

ROLES: tuple[Role, ...] = (
    "subject", "victim", "service", "obfuscation", "infrastructure", "illicit", "unattributed",
)  # fmt: skip
#: Names of the roles in legends.
ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        "subject": "Subject of the case",
        "victim": "Victim or lawful source",
        "service": "Service that can answer",
        "obfuscation": "Obfuscation",
        "infrastructure": "Infrastructure",
        "illicit": "Illicit service or actor",
        "unattributed": "Not attributed",
    }
)
#: Badges with their role and meaning (notes/ux.md 2.9).
BADGES: Mapping[str, tuple[Role, str]] = MappingProxyType(
    {
        "SU": ("subject", "subject"), "VI": ("victim", "victim"), "LS": ("victim", "lawful source"),
        "EX": ("service", "exchange"), "PS": ("service", "payment service"), "CU": ("service", "custody"),
        "OT": ("service", "over the counter"), "GA": ("service", "gambling"), "MX": ("obfuscation", "mixer"),
        "CJ": ("obfuscation", "CoinJoin"), "PV": ("obfuscation", "privacy tool"), "DX": ("infrastructure", "DEX"),
        "BR": ("infrastructure", "bridge"), "CT": ("infrastructure", "contract"), "MP": ("infrastructure", "mining"),
        "RW": ("illicit", "ransomware"), "SC": ("illicit", "scam"), "DM": ("illicit", "darknet market"),
        "TF": ("illicit", "terrorist financing"), "HK": ("illicit", "hack or theft"), "SN": ("illicit", "sanctioned"),
    }
)  # fmt: skip
_DEFAULTS: Mapping[str, str] = MappingProxyType({"subject": "SU", "victim": "VI"})


def short_form(ref: str) -> str:
    """First six and last four characters of an identifier; a name of a file may hide some of them."""
    return visible(ref if len(ref) <= 12 else f"{ref[:6]}…{ref[-4:]}")


@dataclass(frozen=True, slots=True)
class Face:
    """How a subject looks: name, category behind it, role and badge, and how far that can be trusted."""

    name: str
    category: str
    role: Role
    badge: str
    colour: str = ""
    doubtful: bool = False
    noted: bool = False


@dataclass(slots=True)
class Names:
    """Tags, entities, marks and notes of one state of the case, by subject key."""

    tags: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sources: dict[str, list[SourceTag]] = field(default_factory=dict)
    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    entity_of: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)
    noted: set[str] = field(default_factory=set)

    def face(self, subject: Subject) -> Face:
        """The face of a subject; a mark of the user decides the role before any tag."""
        key = subject.key
        name, category, doubtful = self._named(subject)
        badge = badge_of(category)
        role: Role = BADGES[badge][0] if badge else "unattributed"
        if category in ROLES:  # entities may name a role instead of a category
            role, badge = category, _DEFAULTS.get(category, "")
        mark = self.marks.get(key, {})
        if mark.get("role") in ROLES:
            role = mark["role"]
            wanted = _flag(mark.get("flags") or "", "badge")
            if wanted or not badge or BADGES[badge][0] != role:
                badge = wanted or _DEFAULTS.get(role, "")
        return Face(name, category, role, badge, mark.get("colour") or "", doubtful, key in self.noted)

    def _named(self, subject: Subject) -> tuple[str, str, bool]:
        """Name, category, and whether the name rests on less than a fact."""
        if subject.kind == "entity":
            row = self.entities.get(subject.ref, {})
            return clean(row.get("name") or subject.ref, 40), row.get("role") or "", False
        tags = self.tags.get(subject.key)
        if tags:
            last = tags[-1]
            return clean(last["label"], 40), last["category"] or "", last["basis"] != "fact"
        entity = self.entity_of.get(subject.key)
        sources = self.sources.get(subject.key)
        category = sources[0].category if sources else ""
        if entity is not None and entity in self.entities:
            row = self.entities[entity]
            return clean(row["name"], 40), row["role"] or category, False
        if sources:
            return (
                clean(sources[0].label or sources[0].actor or category, 40) or short_form(subject.ref),
                category,
                False,
            )
        # on the chain "stated" the reference is a name in words, which a cut in its middle would make unreadable
        return clean(subject.ref, 40) if subject.chain == "stated" else short_form(subject.ref), "", False


def copied(names: Names) -> Names:
    """A copy for another thread: what is read there does not change when the case does. Rows are never changed."""
    return Names(
        {key: list(rows) for key, rows in names.tags.items()},
        {key: list(tags) for key, tags in names.sources.items()},
        dict(names.entities), dict(names.entity_of),
        {key: list(keys) for key, keys in names.members.items()},
        dict(names.marks), set(names.noted),
    )  # fmt: skip


def _flag(flags: str, name: str) -> str:
    for part in flags.split(","):
        key, _, value = part.partition(":")
        if key == name:
            return value
    return ""


def read_names(store: Store) -> Names:
    """The names of a case as it is now."""
    made = Names(entities=store.rows("entity"), marks=store.rows("mark"))
    for row in sorted(store.rows("tag").values(), key=lambda r: (r["at"] or "", len(r["key"]), r["key"])):
        made.tags.setdefault(row["subject"], []).append(row)
    for tag in sorted(store.source_tags(), key=lambda t: (t.source_date == "", t.id)):
        made.sources.setdefault(Subject(tag.subject, tag.chain, tag.ref).key, []).append(tag)  # type: ignore[arg-type]
    for row in store.rows("entity_member").values():
        made.entity_of.setdefault(row["subject"], row["entity"])
        made.members.setdefault(row["entity"], []).append(row["subject"])
    made.noted = {row["subject"] for row in store.rows("note").values()}
    return made
