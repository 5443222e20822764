"""Owns what an evidence package tells of the requests of a case: plain values, as of the log. Must not write a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workstation.app.freeze import targets, tracker
from workstation.app.freeze.ask import of_row

if TYPE_CHECKING:
    from workstation.app.session import Session


def requests(session: Session) -> tuple[Mapping[str, Any], ...]:
    """Every request by number, with what it says, its days, and the hash of the reply."""
    hashes = {exhibit.label: exhibit.sha256 for exhibit in session.store.exhibits()}
    made = []
    for one in tracker.requests(session):
        row, ask = one.row, of_row(one.row)
        made.append(
            {"label": one.label, "service": targets.name_of(session, ask.service), "asked": ask.service,
             "profile": ask.profile, "language": ask.language, "status": row["status"],
             "targets": [key.partition(":")[2].replace(":", " ", 1) for key in ask.targets],
             "payments_left_out": list(ask.without), "fields": dict(sorted(ask.fields.items())),
             "days": [{"what": word, "day": day} for word, day in one.days], "frozen": row["frozen"],
             "expiry": row["expiry"], "reply": row["reply"], "reply_sha256": hashes.get(row["reply"], ""),
             "pack_sha256": row["pack"], "note": row["note"], "author": row["author"], "at": row["at"]}
        )  # fmt: skip
    return tuple(made)
