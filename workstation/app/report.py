"""Owns telling how an exhibit was read: rows, what came in, what was left out and why, what was assumed.

The figures come from the case (``Store.import_report``), so the report is the same after reopening. Zero rows is never
told as a success. Must not read the exhibit again.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

from workstation.app.chooser import clean
from workstation.domain.evidence import ImportReport

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Examples of quarantined rows per code.
EXAMPLES = 3
_RAW = 300
#: What decides how cells are read.
_TOLD = ("zone", "unit", "decimal", "chain", "direction")
_COUNTS = ("transfers", "events", "mentions", "prices", "tags")


def report(session: Session, exhibit: int) -> ImportReport:
    """The report of one exhibit; ``WorkstationError`` when the case has no such number."""
    return session.store.import_report(exhibit)


def outcome(found: ImportReport) -> str:
    """What happened, in one sentence that never calls nothing a success."""
    shown = found.outcome or found.exhibit.outcome
    if shown == "retracted":
        return f"retracted: {found.reason or 'no reason stated'}"
    if shown == "rejected":
        why = found.message or "no row could be used"
        return f"rejected: {why}" + (f" ({found.code})" if found.code else "")
    if shown == "kept":
        return "kept byte for byte; nothing was read from it"
    usable = found.accepted + found.duplicates
    if not usable:
        left = sum(count for _, count in found.skipped)
        return "nothing came in: the file holds no usable row" + (
            f"; {left:,} rows were left out as understood" if left else ""
        )
    if not found.accepted:
        return f"nothing new: all {found.duplicates:,} rows are in the case already, and now have a further source"
    if shown == "partial" or found.quarantined:
        return f"partly: {found.accepted:,} rows came in, {found.quarantined:,} could not be used"
    return f"complete: {found.accepted:,} rows came in"


def succeeded(found: ImportReport) -> bool:
    """Whether anything of the exhibit is in use."""
    return found.outcome in ("accepted", "partial") and found.accepted + found.duplicates > 0


def by_code(found: ImportReport) -> list[tuple[str, str, int, tuple[tuple[str, str, str], ...]]]:
    """(code, first reason, count, examples as (place, reason, text)) of rows that could not be used."""
    counts = Counter(row.code for row in found.quarantine)
    made = []
    for code in sorted(counts):
        rows = [row for row in found.quarantine if row.code == code]
        examples = tuple((row.locator, row.reason, row.raw[:_RAW]) for row in rows[:EXAMPLES])
        made.append((code, rows[0].reason, counts[code], examples))
    return made


def told(found: ImportReport) -> dict[str, str]:
    """Zone, unit, decimal sign and chain the reader was told: options of the user, and what a mapping profile says."""
    given = dict(found.parameters)
    made: dict[str, str] = {}
    try:
        layout = tomllib.loads(given.get("layout", ""))["layout"][0]
        read = {**layout.get("constants", {}), **layout.get("read", {})}
        made = {name: str(read[name]) for name in _TOLD if read.get(name)}
    except (tomllib.TOMLDecodeError, KeyError, IndexError, TypeError, AttributeError):
        pass  # no profile, or one that another version wrote
    return {**made, **{name: given[name] for name in _TOLD if given.get(name)}}


# --- telling ----------------------------------------------------------------------------------------------------------


def title(session: Session, exhibit: int) -> str:
    """``E-0004 deposits.csv: complete: 12 rows came in``."""
    found = report(session, exhibit)
    return f"{found.exhibit.label} {clean(found.exhibit.name, 80)}: {outcome(found)}"


def lines(session: Session, exhibit: int) -> list[tuple[str, str]]:
    """The report as (what, value), for the window and for text."""
    return lines_of(report(session, exhibit))


def lines_of(found: ImportReport) -> list[tuple[str, str]]:
    """The same of a report at hand; members of a container follow, each under its path."""
    exhibit = found.exhibit
    rows = [
        ("outcome", outcome(found)),
        ("exhibit", f"{exhibit.label} {exhibit.name}"),
        ("sha-256", exhibit.sha256),
        ("bytes", f"{exhibit.size:,}"),
        ("received from", f"{exhibit.received_from} ({exhibit.received_at})"),
        ("unpacked from", "" if exhibit.parent is None else f"E-{exhibit.parent:04d}"),
        ("path", exhibit.path),
        ("format", f"{found.reader} {found.version}".strip() or "none"),
        ("why this format", found.why),
        ("read at", found.at),
        ("rows in the file", f"{found.rows:,}" if found.rows else "the reader does not count them"),
        ("records read", f"{found.read:,}"),
        ("came in", f"{found.accepted:,}"),
        ("already in the case", f"{found.duplicates:,}"),
        ("could not be used", f"{found.quarantined:,}"),
    ]
    rows += [("new " + name, f"{getattr(found, name):,}") for name in _COUNTS if getattr(found, name)]
    rows += [(f"left out: {reason}", f"{count:,}") for reason, count in found.skipped]
    shown = {**{name: value for name, value in found.parameters if name != "layout"}, **told(found)}
    rows += [(f"stated: {name}", clean(value, 200)) for name, value in sorted(shown.items())]
    rows += [("assumed", text) for text in found.assumptions]
    rows += [("warning", text) for text in found.warnings]
    for code, reason, count, examples in by_code(found):
        rows.append((f"not used {code}", f"{count:,}: {reason}"))
        rows += [(f"  {place}", f"{why}: {clean(raw, 160)}") for place, why, raw in examples]
    kept = [(what, value) for what, value in rows if value]
    for member in found.members:
        kept += [("", ""), *lines_of(member)]
    return kept


def text_lines(found: ImportReport) -> list[str]:
    """The same as plain lines."""
    return [f"{what}: {value}" if what.strip() else "" for what, value in lines_of(found)]


def as_data(found: ImportReport) -> dict[str, Any]:
    """The report as JSON-ready values; keys are stable."""
    exhibit = found.exhibit
    return {
        "exhibit": exhibit.label,
        "name": exhibit.name,
        "sha256": exhibit.sha256,
        "size": exhibit.size,
        "parent": None if exhibit.parent is None else f"E-{exhibit.parent:04d}",
        "path": exhibit.path,
        "received_from": exhibit.received_from,
        "received_at": exhibit.received_at,
        "outcome": found.outcome or exhibit.outcome,
        "success": succeeded(found),
        "text": outcome(found),
        "code": found.code,
        "message": found.message,
        "reader": found.reader,
        "reader_version": found.version,
        "why": found.why,
        "at": found.at,
        "parameters": dict(found.parameters),
        "zone": told(found).get("zone"),
        "unit": told(found).get("unit"),
        "rows": found.rows,
        "read": found.read,
        "accepted": found.accepted,
        "duplicates": found.duplicates,
        "quarantined": found.quarantined,
        "added": {name: getattr(found, name) for name in _COUNTS},
        "skipped": [{"reason": reason, "rows": count} for reason, count in found.skipped],
        "assumptions": list(found.assumptions),
        "warnings": list(found.warnings),
        "not_used": [
            {
                "code": code, "rows": count, "reason": reason,
                "examples": [{"locator": p, "reason": why, "text": raw} for p, why, raw in examples],
            }
            for code, reason, count, examples in by_code(found)
        ],
        "members": [as_data(member) for member in found.members],
    }  # fmt: skip


def every(session: Session) -> list[ImportReport]:
    """Reports of all exhibits that stand on their own; members are inside their containers."""
    return [session.store.import_report(e.number) for e in session.store.exhibits() if e.parent is None]
