"""Owns the commands about persons of the case: who must not be named where a redacted package goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.domain.changes import ChangeSet

if TYPE_CHECKING:
    from workstation.app.session import Session

KINDS = ("victim", "witness", "third party", "suspect")
#: A shorter spelling would hit ordinary words.
_SHORTEST = 4


def _spellings(text: str) -> str:
    """One spelling a line, each long enough to be told from ordinary words."""
    found = [" ".join(line.split()) for line in text.splitlines()]
    for spelling in filter(None, found):
        if sum(c.isalnum() for c in spelling) < _SHORTEST:
            raise bad_argument("spellings", f"{spelling!r} is too short", "write spellings of four letters or more")
    return "\n".join(filter(None, dict.fromkeys(found)))


def _add(session: Session, arguments: Arguments) -> Change:
    name, key = needed(arguments, "name"), Keys(session).new("person")
    edit = add(
        "person", key, name=name, kind=arguments["kind"], spellings=_spellings(f"{name}\n{arguments['spellings']}"),
        note=arguments["note"], author=session.actor, at=session.now(),
    )  # fmt: skip
    return Change(ChangeSet(f"Add {arguments['kind']} {quoted(name)}", (edit,)), key)


def _edit(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "person", arguments["person"])
    given = {name: arguments[name] or row[name] for name in ("name", "kind", "note", "spellings")}
    given["spellings"] = _spellings(f"{given['name']}\n{given['spellings']}")
    edits = change(session, "person", arguments["person"], **given)
    return Change(ChangeSet(f"Edit person {quoted(given['name'])}", tuple(edits)), arguments["person"])


def _remove(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "person", arguments["person"])
    return Change(
        ChangeSet(f"Remove person {quoted(row['name'])}", tuple(drop(session, "person", [arguments["person"]])))
    )


def _has_people(session: Session) -> str:
    return "" if session.store.rows("person") else "no person is written down"


def commands() -> list[Command]:
    """Add, edit, remove a person."""
    spellings = "other spellings and identifiers, one a line: other script, phone, e-mail, IBAN, nickname, label"
    which = Parameter("person", "person", "which person")
    return [
        Command(
            "person.add", "Add person", "Annotate", "Write down who must not be named in a redacted package.", _add, "",
            (
                Parameter("name", "text", "full name"),
                Parameter("kind", "choice", "what they are in this case", KINDS, KINDS[0]),
                Parameter("spellings", "paragraph", spellings, default=""),
                Parameter("note", "text", "why this person is protected", default=""),
            ),
        ),
        Command(
            "person.edit", "Edit person", "Annotate", "Change a person of the list; what is left empty stays.", _edit, "",
            (
                which,
                Parameter("name", "text", "full name", default=""),
                Parameter("kind", "choice", "what they are in this case", ("", *KINDS), ""),
                Parameter("spellings", "paragraph", spellings, default=""),
                Parameter("note", "text", "why this person is protected", default=""),
            ),
            _has_people,
        ),
        Command("person.remove", "Remove person", "Annotate", "Take a person off the list.", _remove, "", (which,),
                _has_people),
    ]  # fmt: skip
