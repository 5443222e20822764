"""Owns the verbs ``freeze`` and ``requests``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from workstation.app.freeze import letter, pack, profiles, request, tracker
from workstation.app.places import settings_folder
from workstation.cli import opening
from workstation.cli.answer import Answer, pairs, table
from workstation.domain.errors import WorkstationError


def made(options: Namespace) -> Answer:
    """Write a request to one service."""
    profile = profiles.profile(options.profile, settings_folder())
    with opening.session(options) as session:
        built = request.build(
            session, options.service, profile, pairs(options.set), options.language, tuple(options.target)
        )
        names = pack.write(session, built, options.out)
        session.store.log(
            "export", {"request": built.data["service"], "file": options.out.name, "complete": built.complete},
            actor=session.actor,
        )  # fmt: skip
    data = {
        "out": str(options.out), "files": names, "service": built.data["service"], "complete": built.complete,
        "targets": built.data["targets"], "missing": built.data["missing"],
    }  # fmt: skip
    state = "complete" if built.complete else "DRAFT - INCOMPLETE"
    return Answer(data, [f"wrote {options.out} ({len(names)} files): {state}", *letter.missing_lines(built)])


def listed(options: Namespace) -> Answer:
    """Requests of the case, and which renewals are due on a day."""
    try:
        on = date.fromisoformat(options.on).isoformat() if options.on else ""
    except ValueError:
        raise WorkstationError(
            "WS-CLI-006", f"{options.on!r} is no day", "nothing was changed", "write it as YYYY-MM-DD"
        ) from None
    with opening.session(options) as session:
        found = tracker.requests(session, on)
    rows = [
        (f"R-{t.row['number']:03d}", t.key, t.row["service"], t.row["status"], t.row["sent"] or "", t.row["frozen"] or "",
         t.row["expiry"] or "", "due" if t.due else "", t.row["reply"] or "")
        for t in found
    ]  # fmt: skip
    names = ("no.", "key", "service", "status", "sent", "frozen", "expiry", "renewal", "reply")
    data = {"on": on or None, "requests": [{**t.row, "key": t.key, "days_left": t.left, "due": t.due} for t in found]}
    return Answer(data, table(names, rows) if rows else ["no request is written down"])
