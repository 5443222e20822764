"""Owns the verbs ``freeze`` and ``requests``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from workstation.app.freeze import letter, pack, profiles, request, tracker, writing
from workstation.app.freeze.ask import Ask
from workstation.app.places import settings_folder
from workstation.cli import opening
from workstation.cli.answer import Answer, pairs, table
from workstation.domain.errors import WorkstationError


def made(options: Namespace) -> Answer:
    """Write a request to one service, and write down in the case that it was exported."""
    with opening.session(options) as session:
        asked = Ask(options.service, options.profile, options.language, pairs(options.set), tuple(options.target),
                    tuple(options.without))  # fmt: skip
        pack.refuse_full(options.out)
        found = profiles.profiles(settings_folder())
        request.asked(session, asked, found)  # what cannot be asked is not written down either
        key = writing.note(session, asked)
        written = writing.write(session, asked, found, options.out)
        writing.exported(session, key, written)
        number = tracker.label(session.store.rows("request")[key])
    built = written.request
    data = {
        "out": str(options.out), "files": list(written.files), "service": built.data["service"],
        "complete": built.complete, "targets": built.data["targets"], "missing": built.data["missing"],
        "request": number, "key": key, "sha256": written.sha256,
    }  # fmt: skip
    more = built.data["more_reached"]
    state = "complete" if built.complete else "DRAFT - INCOMPLETE"
    return Answer(
        data,
        [f"wrote {options.out} ({len(written.files)} files): {state}", f"request {number}, pack {written.sha256}",
         *([f"{more} more addresses are reached; choose by --target"] if more else []), *letter.missing_lines(built)],
    )  # fmt: skip


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
        (t.label, t.key, t.row["service"], t.row["status"], t.row["sent"], t.row["frozen"], t.row["expiry"],
         "due" if t.due else "", t.row["reply"])
        for t in found
    ]  # fmt: skip
    names = ("no.", "key", "service", "status", "sent", "frozen", "expiry", "renewal", "reply")
    data = {
        "on": on or None,
        "requests": [
            {**t.row, "key": t.key, "days_left": t.left, "due": t.due, "days": [list(d) for d in t.days]} for t in found
        ],
    }
    return Answer(data, table(names, rows) if rows else ["no request is written down"])
