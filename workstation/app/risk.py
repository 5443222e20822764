"""Owns the reasons for caution about an address or entity: a list in order, each explained; never a number by itself.

The same case and profile give the same list. Weights come from a profile file and only put reasons in order. Must not
judge whether a label is right, and must not change the case.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workstation.app.plugins import answers
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.views import Exposed

_KEYS = frozenset(("title", "source", "categories", "shares", "kinds"))
_LARGEST = 64 << 10


@dataclass(frozen=True, slots=True)
class Weights:
    """A profile. ``categories``: word of a category -> weight; ``shares``: percent for direct and indirect payments;
    ``kinds``: weight of a finding and of an answer of an analysis."""

    title: str
    source: str
    categories: Mapping[str, int]
    shares: Mapping[str, int]
    kinds: Mapping[str, int]

    def of(self, category: str) -> int:
        """The largest weight among the words that stand in a category; 0 when none does."""
        low = category.casefold()
        return max((weight for word, weight in self.categories.items() if word in low), default=0)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``weight``: its place in the order. ``removed_by``: what would take it away."""

    weight: int
    what: str
    source: str
    confidence: str
    removed_by: str


def weights(file: Path | None = None) -> Weights:
    """The weights of a profile file; without one, of the generic example.

    Raises:
        WorkstationError: WS-RSK-001, it cannot be read, or a key is unknown, missing or no whole number from 1 to 100.
    """
    path = file or resources_folder() / "profiles" / "risk" / "generic.toml"
    try:
        raw = path.read_bytes()
        data = tomllib.loads(raw[: _LARGEST + 1].decode("utf-8")) if len(raw) <= _LARGEST else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise _unusable(path, str(problem)) from problem
    unknown = sorted(set(data) - _KEYS)
    if unknown or set(data) != _KEYS:
        raise _unusable(
            path, f"unknown key {unknown[0]}" if unknown else f"it needs {', '.join(sorted(_KEYS - set(data)))}"
        )
    tables = {name: data[name] for name in ("categories", "shares", "kinds")}
    for name, table in tables.items():
        if not isinstance(table, dict) or not all(_fits(value) for value in table.values()):
            raise _unusable(path, f"{name} holds whole numbers from 1 to 100")
    if set(tables["shares"]) != {"direct", "indirect"} or set(tables["kinds"]) != {"finding", "answer"}:
        raise _unusable(path, "shares holds direct and indirect, kinds holds finding and answer")
    made = {name: MappingProxyType({key.casefold(): value for key, value in t.items()}) for name, t in tables.items()}
    return Weights(str(data["title"]), str(data["source"]), made["categories"], made["shares"], made["kinds"])


def _fits(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100


def _unusable(path: Path, why: str) -> WorkstationError:
    return WorkstationError(
        "WS-RSK-001", f"the profile {path.name} cannot be used ({why})", "nothing was computed",
        "mend it; resources/profiles/risk/generic.toml shows the form",
    )  # fmt: skip


def reasons(session: Session, subject: Subject, by: Weights, exposed: Exposed | None = None) -> tuple[Reason, ...]:
    """Every reason for caution the case holds, the weightiest first.

    Args:
        exposed: its exposure to labelled services, where it was computed (``tracing.views``).
    """
    found = {*_labels(session, subject, by), *_findings(session, subject, by), *_answers(session, subject, by)}
    if exposed is not None:
        found |= set(_payments(exposed, by))
    return tuple(sorted(found, key=lambda r: (-r.weight, r.what, r.source, r.confidence, r.removed_by)))


def _labels(session: Session, subject: Subject, by: Weights) -> Iterator[Reason]:
    """Labels of it, of its members, and of the entity it belongs to."""
    names = session.graphs.names
    own = [subject.key, *names.members.get(subject.ref, ())] if subject.kind == "entity" else [subject.key]
    entity = names.entity_of.get(subject.key)
    others = [key for key in names.members.get(entity, ()) if key != subject.key] if entity else []
    for keys, how in ((own, ""), (others, "an address of the same entity is ")):
        for key in keys:
            for row in names.tags.get(key, ()):
                weight = by.of(str(row["category"] or ""))
                if weight:
                    source = f"{row['source'] or 'a label of this case'} {row['source_date'] or ''}".strip()
                    yield Reason(weight, f"{how}labelled “{row['label']}” ({row['category']})", source,
                                 str(row["confidence"] or "not stated"), "the label is withdrawn or shown to be wrong")  # fmt: skip
            for tag in names.sources.get(key, ()):
                weight = by.of(tag.category)
                if weight:
                    source = f"{tag.source or f'E-{tag.citation.exhibit:04d}'} {tag.source_date}".strip()
                    yield Reason(weight, f"{how}labelled “{tag.label}” ({tag.category})", source,
                                 tag.confidence or "not stated", "its source withdraws the label, or it is shown to be wrong")  # fmt: skip


def _findings(session: Session, subject: Subject, by: Weights) -> Iterator[Reason]:
    cited = {row["finding"] for row in session.store.rows("finding_link").values() if row["subject"] == subject.key}
    for key, row in session.store.rows("finding").items():
        if key in cited and row["status"] != "withdrawn":
            yield Reason(by.kinds["finding"], f"finding F-{int(row['number']):03d} ({row['status']}): {row['claim']}",
                         str(row["author"] or ""), str(row["confidence"] or ""), str(row["disproof"] or "not stated"))  # fmt: skip


def _answers(session: Session, subject: Subject, by: Weights) -> Iterator[Reason]:
    if not any(subject.key in run.record for run in session.store.kept_plugin_runs()):
        return  # reading thousands of answers takes its time
    for item in answers(session.store):
        if item.word != "reject" and subject.key in item.finding.subjects:
            yield Reason(by.kinds["answer"], item.finding.title, f"{item.source}, run {item.run}",
                         item.finding.confidence, item.finding.disproof or "not stated")  # fmt: skip


def _payments(exposed: Exposed, by: Weights) -> Iterator[Reason]:
    """Money from and to labelled parties, with the exact sum."""
    for each in exposed.sums:
        for part in each.parts:
            weight = by.of(part.category) * by.shares.get(part.how, 0) // 100
            if weight:
                labels = ", ".join(
                    sorted({f"{s.label} ({s.source} {s.date})".replace(" )", ")") for s in part.services})[:4]
                )
                way = "from" if each.way in ("in", "incoming", "from") else "to"
                straight = "straight" if part.how == "direct" else "through others, pro rata,"
                yield Reason(weight, f"{part.amount} {straight} {way} {part.category} ({len(part.rows)} transfers)", labels,
                             "fact" if part.how == "direct" else "heuristic",
                             "the label of the other side is wrong, or other money explains the payments")  # fmt: skip
