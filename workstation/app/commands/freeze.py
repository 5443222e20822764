"""Owns the commands about requests to services: write one down, mark what became of it, take it off. Writes no letter."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, next_position, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.domain.changes import ChangeSet

if TYPE_CHECKING:
    from workstation.app.session import Session

STATUSES = ("drafted", "exported", "sent", "acknowledged", "frozen", "refused", "closed")
_DAYS = ("sent", "acknowledged", "expiry")
_TEXTS = (*_DAYS, "frozen", "reply", "note")


def _draft(session: Session, arguments: Arguments) -> Change:
    service = needed(arguments, "service")
    fields: dict[str, str] = {}
    for line in filter(str.strip, arguments["fields"].splitlines()):
        name, equals, value = line.partition("=")
        if not equals:
            raise bad_argument("fields", f"{line[:80]!r} is not field=value", "write one field=value on each line")
        fields[name.strip()] = value.strip()
    number = next_position(session.store.rows("request").values(), "number")
    key = Keys(session).new("request")
    edit = add(
        "request", key, number=number, service=service, profile=arguments["profile"], language=arguments["language"],
        status="drafted", fields=json.dumps(fields, ensure_ascii=False, sort_keys=True), sent="", acknowledged="",
        frozen="", expiry="", reply="", note=arguments["note"], author=session.actor, at=session.now(),
    )  # fmt: skip
    return Change(ChangeSet(f"New request R-{number:03d} to {quoted(service)}", (edit,)), key)


def _mark(session: Session, arguments: Arguments) -> Change:
    key = arguments["request"]
    row = stored(session, "request", key)
    given = {name: arguments[name].strip() for name in _TEXTS if arguments[name].strip()}
    for name in _DAYS:
        if name in given:
            _day(name, given[name])
    if "reply" in given:
        _exhibit(session, given["reply"])
    if arguments["status"]:
        given["status"] = arguments["status"]
    edits = change(session, "request", key, **given)
    return Change(ChangeSet(f"Mark request R-{row['number']:03d} {given.get('status', '')}".strip(), tuple(edits)), key)


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
    return Change(
        ChangeSet(f"Remove request R-{row['number']:03d}", tuple(drop(session, "request", [arguments["request"]])))
    )


def needs_request(session: Session) -> str:
    """On when a request is written down."""
    return "" if session.store.rows("request") else "no request is written down"


def commands() -> list[Command]:
    """Draft, mark and remove a request."""
    which = Parameter("request", "text", "key of the request")
    return [
        Command(
            "freeze.draft", "New freeze request", "Findings", "Write down a request to a service, to follow what becomes of it.",
            _draft, "",
            (
                Parameter("service", "text", "address, entity, label or token contract"),
                Parameter("profile", "text", "provider profile", default="generic"),
                Parameter("language", "choice", "language of the letter", ("en", "it", "ru", "kk"), "en"),
                Parameter("fields", "paragraph", "what the officer says, one field=value on each line", default=""),
                Parameter("note", "text", "note", default=""),
            ),
        ),
        Command(
            "freeze.mark", "Mark request", "Findings", "Say what became of a request; what is left empty stays.", _mark, "",
            (
                which,
                Parameter("status", "choice", "how far it is", ("", *STATUSES), ""),
                Parameter("sent", "text", "day it was sent, YYYY-MM-DD", default=""),
                Parameter("acknowledged", "text", "day it was acknowledged, YYYY-MM-DD", default=""),
                Parameter("frozen", "text", "amount that was frozen, as the service states it", default=""),
                Parameter("expiry", "text", "last day of the freeze, YYYY-MM-DD", default=""),
                Parameter("reply", "text", "exhibit with the reply, such as E-0003", default=""),
                Parameter("note", "text", "note", default=""),
            ),
            needs_request,
        ),
        Command("freeze.remove", "Remove request", "Findings", "Take a request off the list.", _remove, "", (which,),
                needs_request),
    ]  # fmt: skip
