"""Owns what became of the requests of a case, and what is due on a given day. Never asks a clock. Must not change a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workstation.app.freeze import targets
from workstation.app.freeze.ask import Ask, of_row
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

#: A renewal is due this many days before the freeze ends.
AHEAD = 7
STATUSES = ("drafted", "exported", "sent", "acknowledged", "frozen", "refused", "closed")
#: The column that keeps the day of a status; refused and closed end a request, so they share one.
DAY_OF: Mapping[str, str] = MappingProxyType({
    "exported": "exported", "sent": "sent", "acknowledged": "acknowledged", "frozen": "frozen_on", "refused": "ended",
    "closed": "ended",
})  # fmt: skip
_OVER = ("refused", "closed")


@dataclass(frozen=True, slots=True)
class Tracked:
    """One request. ``left``: days until the freeze ends, None without day or expiry."""

    key: str
    row: dict[str, Any]
    left: int | None

    @property
    def label(self) -> str:
        """The printed id, ``R-001``."""
        return label(self.row)

    @property
    def due(self) -> bool:
        """Whether the freeze must be renewed now, or has ended already."""
        return self.left is not None and self.left <= AHEAD and self.row["status"] not in _OVER

    @property
    def days(self) -> list[tuple[str, str]]:
        """(word, day) of everything that happened, in the order of the steps."""
        found = [(word, self.row[column]) for word, column in DAY_OF.items() if column != "ended"]
        found.append(("renewed", self.row["renewed"]))
        if self.row["status"] in _OVER:
            found.append((self.row["status"], self.row["ended"]))
        return [(word, day) for word, day in found if day]


def label(row: Mapping[str, Any]) -> str:
    """The printed id of a row, ``R-001``."""
    return f"R-{int(row['number']):03d}"


def requests(session: Session, on: str = "") -> list[Tracked]:
    """All requests by number; ``on`` is the day as YYYY-MM-DD, empty = none is due."""
    rows = session.store.rows("request")
    made = []
    for key in sorted(rows, key=lambda k: (rows[k]["number"], k)):
        expiry = rows[key]["expiry"]
        left = (date.fromisoformat(expiry) - date.fromisoformat(on)).days if on and expiry else None
        made.append(Tracked(key, {name: value or "" for name, value in rows[key].items()}, left))
    return made


def about(session: Session, subject: Subject) -> list[Tracked]:
    """The requests about an address, or to a service: those that name it, and those to its whole service."""
    made = []
    for one in requests(session):
        kept = of_row(one.row)
        if subject.key in (kept.service, *kept.targets) or (not kept.targets and _of_service(session, kept, subject)):
            made.append(one)
    return made


def _of_service(session: Session, kept: Ask, subject: Subject) -> bool:
    try:
        found = targets.service(session, kept.service)
    except WorkstationError:
        return False  # the case does not know the service any more
    named = session.graphs.names.entities.get(subject.ref, {}) if subject.kind == "entity" else {}
    return subject in found.members or named.get("name") == found.name


def unsent(session: Session, ask: Ask) -> str:
    """Key of the request to the same service about the same targets that has not left the house; empty when there is none."""
    for one in requests(session):
        kept = of_row(one.row)
        if one.row["status"] in ("drafted", "exported") and (kept.service, kept.targets) == (ask.service, ask.targets):
            return one.key
    return ""
