"""Owns what requests of a case are due on a given day. Never asks a clock: the day is given. Must not change a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workstation.app.session import Session

#: A renewal is due this many days before the freeze ends.
AHEAD = 7


@dataclass(frozen=True, slots=True)
class Tracked:
    """One request. ``left``: days until the freeze ends, None without day or expiry."""

    key: str
    row: dict[str, Any]
    left: int | None

    @property
    def due(self) -> bool:
        """Whether the freeze must be renewed now, or has ended already."""
        return self.left is not None and self.left <= AHEAD and self.row["status"] not in ("refused", "closed")


def requests(session: Session, on: str = "") -> list[Tracked]:
    """All requests by number; ``on`` is the day as YYYY-MM-DD, empty = none is due."""
    rows = session.store.rows("request")
    made = []
    for key in sorted(rows, key=lambda k: (rows[k]["number"], k)):
        expiry = rows[key]["expiry"]
        left = (date.fromisoformat(expiry) - date.fromisoformat(on)).days if on and expiry else None
        made.append(Tracked(key, dict(rows[key]), left))
    return made
