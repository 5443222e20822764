"""Owns the choice of what the report of a case shows, as the case keeps it.

The choice is work product, so it can be undone and the custody log tells it. Must not write a report (``paperfile``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workstation.domain.errors import WorkstationError
from workstation.evidence.bundle import SECTIONS, Chosen

if TYPE_CHECKING:
    from workstation.app.session import Session

#: The one row of the work table ``paper``.
KEY = "paper"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the examiner chose. ``scenes`` and ``findings`` are keys in print order; None = all, also those made later."""

    sections: tuple[str, ...] = tuple(SECTIONS)
    scenes: tuple[str, ...] | None = None
    findings: tuple[str, ...] | None = None
    captions: Mapping[str, str] = field(default_factory=dict)
    classification: str = ""


def choice(session: Session) -> Choice:
    """The choice of the case; everything in the usual order until one was made."""
    row = session.store.row("paper", KEY)
    if row is None:
        return Choice()
    return Choice(
        _known_sections(json.loads(row["sections"])), _keys(row["scenes"]), _keys(row["findings"]),
        json.loads(row["captions"]), row["classification"] or "",
    )  # fmt: skip


def columns(made: Choice) -> dict[str, str | None]:
    """The choice as the columns of its row."""
    return {
        "sections": json.dumps(list(made.sections)),
        "scenes": None if made.scenes is None else json.dumps(list(made.scenes)),
        "findings": None if made.findings is None else json.dumps(list(made.findings)),
        "captions": json.dumps(dict(made.captions), sort_keys=True, ensure_ascii=False),
        "classification": made.classification,
    }


def chosen(session: Session, made: Choice) -> Chosen:
    """The choice as the report takes it: numbers instead of keys; what is no longer in the case is passed over."""
    scenes = session.store.rows("scene")
    numbers = {key: int(row["number"]) for key, row in session.store.rows("finding").items()}
    out = 0 if made.scenes is None else len(set(scenes) - set(made.scenes))
    found = None if made.findings is None else tuple(numbers[key] for key in made.findings if key in numbers)
    return Chosen(made.sections, found, out)


def sections(given: Sequence[str]) -> tuple[str, ...]:
    """Names of sections in print order, each once.

    Raises:
        WorkstationError: WS-RPT-001 there is no such section, or none is named.
    """
    found = tuple(dict.fromkeys(filter(None, (name.strip() for name in given))))
    wrong = [name for name in found if name not in SECTIONS]
    if wrong or not found:
        what = f"there is no section {wrong[0][:40]!r}" if wrong else "the report would have no section"
        raise WorkstationError("WS-RPT-001", what, "nothing was changed", "choose among " + ", ".join(SECTIONS))
    return found


def _known_sections(names: list[Any]) -> tuple[str, ...]:
    return tuple(name for name in names if name in SECTIONS)  # another version may know others


def _keys(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(json.loads(text))
