"""Owns the commands about requests to services: write one down, change it, mark what became of it, take it off.

Each day is typed by the user: the program does not know when a letter was sent. Writes no letter.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, next_position, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.freeze.tracker import DAY_OF, STATUSES, label
from workstation.domain.changes import ChangeSet

if TYPE_CHECKING:
    from workstation.app.session import Session

_DAYS = ("sent", "acknowledged", "expiry")
_TEXTS = (*_DAYS, "frozen", "reply", "note", "pack")
#: Columns of a request that nothing is known of yet.
_OPEN = ("sent", "acknowledged", "frozen", "expiry", "reply", "exported", "pack", "frozen_on", "renewed", "ended")
_HASH = re.compile(r"[0-9a-f]{64}")


def _draft(session: Session, arguments: Arguments) -> Change:
    number = next_position(session.store.rows("request").values(), "number")
    key = Keys(session).new("request")
    edit = add(
        "request", key, number=number, status="drafted", note=arguments["note"], author=session.actor,
        at=session.now(), **dict.fromkeys(_OPEN, ""), **_said(arguments),
    )  # fmt: skip
    return Change(ChangeSet(f"New request R-{number:03d} to {quoted(_service_name(session, arguments))}", (edit,)), key)


def _edit(session: Session, arguments: Arguments) -> Change:
    key = arguments["request"]
    row = stored(session, "request", key)
    if row["status"] not in ("drafted", "exported"):
        raise bad_argument(
            "request", f"{label(row)} was sent: what it says stays as it was", "write a new request to the service"
        )
    edits = change(session, "request", key, **_said(arguments))
    return Change(ChangeSet(f"Edit request {label(row)}", tuple(edits)), key)


def _said(arguments: Arguments) -> dict[str, str]:
    """The columns that say what is asked, checked."""
    numbers = arguments["without"].split()
    if not all(n.isascii() and n.isdigit() for n in numbers):
        raise bad_argument("without", "is not a list of numbers of transfers", "write numbers with blanks between them")
    return {
        "service": needed(arguments, "service"), "profile": arguments["profile"], "language": arguments["language"],
        "fields": _fields(arguments["fields"]), "targets": " ".join(arguments["targets"].split()),
        "without": " ".join(numbers),
    }  # fmt: skip


def _fields(text: str) -> str:
    """Fields from lines ``field=value``, or from the JSON that the window gives (a value there may have several lines)."""
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except ValueError as problem:
            raise bad_argument("fields", "is not JSON", "write one field=value on each line") from problem
        fields = {str(name): str(value) for name, value in found.items() if str(value).strip()}
    else:
        fields = {}
        for line in filter(str.strip, text.splitlines()):
            name, equals, value = line.partition("=")
            if not equals:
                raise bad_argument("fields", f"{line[:80]!r} is not field=value", "write one field=value on each line")
            fields[name.strip()] = value.strip()
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def _service_name(session: Session, arguments: Arguments) -> str:
    from workstation.app.freeze.targets import name_of

    return name_of(session, needed(arguments, "service"))


def _mark(session: Session, arguments: Arguments) -> Change:
    key = arguments["request"]
    row = stored(session, "request", key)
    given = {name: arguments[name].strip() for name in _TEXTS if arguments[name].strip()}
    status, day = arguments["status"], arguments["day"].strip()
    if day and status not in DAY_OF:
        raise bad_argument("day", "belongs to a status", "choose what happened on that day")
    if status:
        given["status"] = status
        column = DAY_OF.get(status, "")
        if column:
            given[column] = day or given.get(column, "")
            if not given[column]:
                raise bad_argument("day", f"the day on which it was {status} is needed", "write it as YYYY-MM-DD")
            _day("day", given[column])
    for name in _DAYS:
        if name in given:
            _day(name, given[name])
    if "reply" in given:
        _exhibit(session, given["reply"])
    if "pack" in given and not _HASH.fullmatch(given["pack"]):
        raise bad_argument("pack", "is no SHA-256", "give the 64 digits of sha256.txt")
    edits = change(session, "request", key, **given)
    return Change(ChangeSet(f"Mark request {label(row)} {status}".strip(), tuple(edits)), key)


def _renew(session: Session, arguments: Arguments) -> Change:
    key = arguments["request"]
    row = stored(session, "request", key)
    day, expiry = needed(arguments, "day"), needed(arguments, "expiry")
    for name, text in (("day", day), ("expiry", expiry)):
        _day(name, text)
    if not row["expiry"]:
        raise bad_argument("request", f"{label(row)} names no last day", "mark it frozen with its last day first")
    if expiry <= row["expiry"]:
        raise bad_argument("expiry", f"{expiry} is not after {row['expiry']}", "give the new last day")
    edits = change(session, "request", key, renewed=day, expiry=expiry)
    return Change(ChangeSet(f"Renew the freeze of {label(row)} until {expiry}", tuple(edits)), key)


def _day(name: str, text: str) -> None:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return
    except ValueError:
        pass
    raise bad_argument(name, f"{text[:40]!r} is no day", "write it as YYYY-MM-DD")


def _exhibit(session: Session, text: str) -> None:
    if text not in {exhibit.label for exhibit in session.store.exhibits()}:
        raise bad_argument(
            "reply",
            f"{text[:40]!r} is no exhibit of the case",
            "import the reply, then give its number, such as E-0003",
        )


def _remove(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "request", arguments["request"])
    return Change(ChangeSet(f"Remove request {label(row)}", tuple(drop(session, "request", [arguments["request"]]))))


def needs_request(session: Session) -> str:
    """On when a request is written down."""
    return "" if session.store.rows("request") else "no request is written down"


def commands() -> list[Command]:
    """Draft, change, mark, renew and remove a request."""
    which = Parameter("request", "request", "key of the request")
    said = (
        Parameter("service", "text", "address, entity, label or token contract"),
        Parameter("profile", "text", "provider profile", default="generic"),
        Parameter("language", "choice", "language of the letter; empty = that of the profile", ("", "en", "it", "ru", "kk"), ""),
        Parameter("fields", "paragraph", "what the officer says, one field=value on each line", default=""),
        Parameter("targets", "text", "addresses as address:chain:address; empty = those that the money reaches", default=""),
        Parameter("without", "text", "numbers of payments that are not asked about", default=""),
    )  # fmt: skip
    return [
        Command(
            "freeze.draft", "Freeze or data request", "Findings", "Ask the exchange or issuer behind the selection to freeze or disclose; the request is followed from then on.",
            _draft, "A", (*said, Parameter("note", "text", "note", default="")),
        ),
        Command(
            "freeze.edit", "Edit request", "Findings", "Change what a request says, as long as it was not sent.", _edit, "",
            (which, *said), needs_request,
        ),
        Command(
            "freeze.mark", "Mark request", "Findings",
            "Say what became of a request, and on what day; what is left empty stays.", _mark, "",
            (
                which,
                Parameter("status", "choice", "how far it is", ("", *STATUSES), ""),
                Parameter("day", "text", "day on which that happened, YYYY-MM-DD", default=""),
                Parameter("sent", "text", "day it was sent, YYYY-MM-DD", default=""),
                Parameter("acknowledged", "text", "day it was acknowledged, YYYY-MM-DD", default=""),
                Parameter("frozen", "text", "amount that was frozen, as the service states it", default=""),
                Parameter("expiry", "text", "last day of the freeze, YYYY-MM-DD", default=""),
                Parameter("reply", "text", "exhibit with the reply, such as E-0003", default=""),
                Parameter("note", "text", "note", default=""),
                Parameter("pack", "text", "SHA-256 of the hash list of its pack", default=""),
            ),
            needs_request,
        ),
        Command(
            "freeze.renew", "Renew freeze", "Findings", "The service holds the assets for longer: the day of that, and the new last day.",
            _renew, "",
            (which, Parameter("day", "text", "day on which it was renewed, YYYY-MM-DD"),
             Parameter("expiry", "text", "new last day of the freeze, YYYY-MM-DD")),
            needs_request,
        ),
        Command("freeze.remove", "Remove request", "Findings", "Take a request off the list.", _remove, "", (which,),
                needs_request),
    ]  # fmt: skip
