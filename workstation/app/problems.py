"""Owns the list of what needs the user's attention in a case. Must not change anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workstation.casefile.store import Store
from workstation.domain.evidence import ImportResult


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the problems panel.

    Attributes:
        severity: ``error`` (evidence is missing or wrong), ``warning``, ``note`` (an assumption).
        code: stable code of the kind. text: plain sentence; may hold text of a file, so it is never markup.
        where: exhibit and locator, or the finding. subject: subject or row key to go to, may be empty.
    """

    severity: Literal["error", "warning", "note"]
    code: str
    text: str
    where: str = ""
    subject: str = ""


def case_problems(store: Store) -> list[Problem]:
    """Quarantined rows, rejected exhibits and findings that stand on nothing, in a fixed order."""
    found: list[Problem] = []
    for exhibit in store.exhibits():
        if exhibit.outcome == "rejected":
            text = f"{exhibit.name} could not be read"
            found.append(Problem("error", "WS-IMP-020", text, exhibit.label, f"exhibit:{exhibit.number}"))
    for bad in store.quarantined():
        where = f"E-{bad.exhibit:04d} {bad.locator}"
        found.append(Problem("warning", bad.code, bad.reason, where, f"exhibit:{bad.exhibit}"))
    supported = {row["finding"] for row in store.rows("finding_link").values()}
    for key, row in sorted(store.rows("finding").items(), key=lambda item: item[1]["number"]):
        if key not in supported and row["status"] != "withdrawn":
            label = f"F-{row['number']:03d}"
            found.append(Problem("warning", "WS-FND-001", f"{label} cites no evidence", label, f"finding:{key}"))
    return found


def refusals(results: list[ImportResult]) -> list[Problem]:
    """Files of this session that never came into the case; nothing else remembers them."""
    return [
        Problem("error", r.code, r.message, r.path.replace("\\", "/").rsplit("/", 1)[-1])
        for r in results
        if r.outcome == "rejected" and r.exhibit is None
    ]


def import_remarks(store: Store) -> list[Problem]:
    """Warnings (conflicts among them) and assumptions of every import that is in use, from the custody log."""
    used = {exhibit.number: exhibit for exhibit in store.exhibits() if exhibit.outcome in ("accepted", "partial")}
    found: list[Problem] = []
    for number, body in sorted(store.imports().items()):
        if number in used:
            where, subject = f"{used[number].label} {used[number].name}", f"exhibit:{number}"
            found += [Problem("warning", "WS-IMP-030", str(text), where, subject) for text in body.get("warnings", ())]
            found += [Problem("note", "WS-IMP-031", str(text), where, subject) for text in body.get("assumptions", ())]
    return found
