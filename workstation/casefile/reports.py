"""Owns the report of an import: what is stored of how one exhibit was read. Must not read the exhibit again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, text

from workstation.casefile import exhibits, queries
from workstation.casefile.tables import EXHIBIT, IMPORT
from workstation.domain.evidence import Exhibit, ImportReport

_SUMS = (
    "rows", "read", "accepted", "duplicates", "quarantined", "transfers", "events", "mentions", "prices", "tags",
)  # fmt: skip


def import_report(conn: Connection, exhibit: int) -> ImportReport:
    """The report of one exhibit, with those of what was unpacked from it."""
    made = _own(conn, exhibits.one(conn, exhibit))
    inside = conn.execute(
        select(EXHIBIT.c.id).where(EXHIBIT.c.parent == exhibit, EXHIBIT.c.state == "kept").order_by(EXHIBIT.c.id)
    ).scalars().all()  # fmt: skip
    if not inside:
        return made
    members = tuple(import_report(conn, number) for number in inside)
    sums: dict[str, Any] = {name: sum(getattr(r, name) for r in (made, *members)) for name in _SUMS}
    skipped: Counter[str] = Counter()
    for report in (made, *members):
        skipped.update(dict(report.skipped))
    outcome = made.outcome if made.at else _outcome([m.outcome for m in members])
    return replace(made, members=members, outcome=outcome, skipped=tuple(skipped.items()), **sums)


def _outcome(members: Sequence[str]) -> str:
    """A container is as its members are together; members nobody could or had to read say nothing."""
    said = set(members) - {"kept", ""}
    if len(said) == 1:
        return said.pop()
    return "partial" if said & {"accepted", "partial"} else "rejected" if said else "kept"


def _own(conn: Connection, exhibit: Exhibit) -> ImportReport:
    run = conn.execute(
        select(IMPORT).where(IMPORT.c.exhibit_id == exhibit.number, IMPORT.c.state != "loading")
        .order_by(IMPORT.c.id.desc()).limit(1)
    ).first()  # fmt: skip
    if run is None:
        return ImportReport(exhibit, outcome=exhibit.outcome)
    remarks = json.loads(run.remarks) or {}
    tags = conn.execute(text("SELECT count(*) FROM source_tag WHERE import_id = :run"), {"run": run.id}).scalar_one()
    parameters = json.loads(run.parameters)
    return ImportReport(
        exhibit, run.at, run.reader, run.reader_version, tuple((k, str(v)) for k, v in sorted(parameters.items())),
        run.why, exhibit.outcome, run.code, run.message, run.reason, run.n_rows, run.n_read, run.n_accepted,
        run.n_duplicates, run.n_quarantined, run.n_transfers, run.n_events, run.n_mentions, run.n_prices, int(tags),
        tuple((reason, count) for reason, count in json.loads(run.skipped)),
        tuple(remarks.get("assumptions", ())), tuple(remarks.get("warnings", ())),
        tuple(queries.quarantined(conn, exhibit.number)),
    )  # fmt: skip
