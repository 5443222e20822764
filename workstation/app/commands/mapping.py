"""Owns the commands that keep mapping profiles in the case, so that the next file of a service needs no wizard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app import mapping, profiles
from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, rows_where, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.domain.changes import ChangeSet

if TYPE_CHECKING:
    from workstation.app.session import Session


def _save(session: Session, arguments: Arguments) -> Change:
    name = needed(arguments, "name")
    if bool(arguments["text"].strip()) == bool(arguments["file"]):
        raise bad_argument("text", "give either the text of a profile or its file", "write text=… or file=…")
    text = mapping.read_file(arguments["file"]) if arguments["file"] else profiles.checked(arguments["text"])
    kept = rows_where(session, "mapping", name=name)
    for key in kept:
        edits = change(session, "mapping", key, text=text, note=arguments["note"])
        return Change(ChangeSet(f"Change profile {quoted(name)}", tuple(edits)), key)
    key = Keys(session).new("mapping")
    row = add("mapping", key, name=name, text=text, note=arguments["note"])
    return Change(ChangeSet(f"Keep profile {quoted(name)}", (row,)), key)


def _remove(session: Session, arguments: Arguments) -> Change:
    name = stored(session, "mapping", arguments["profile"])["name"]
    return Change(ChangeSet(f"Remove profile {quoted(name)}", tuple(drop(session, "mapping", [arguments["profile"]]))))


def has_profiles(session: Session) -> str:
    """On when the case holds a profile."""
    return "" if session.store.rows("mapping") else "the case holds no mapping profile"


def commands() -> list[Command]:
    """Keep and remove mapping profiles."""
    return [
        Command(
            "mapping.save",
            "Keep mapping profile",
            "Case",
            "Keep a mapping profile in the case. A profile of the same name is replaced.",
            _save,
            parameters=(
                Parameter("name", "text", "name of the profile, such as the service and the sheet"),
                Parameter("text", "paragraph", "the profile (TOML)", default=""),
                Parameter("file", "file", "or the file that holds it", default=""),
                Parameter("note", "text", "what it is for", default=""),
            ),
        ),
        Command(
            "mapping.remove",
            "Remove mapping profile",
            "Case",
            "Take a mapping profile out of the case. What was imported with it stays.",
            _remove,
            parameters=(Parameter("profile", "text", "key of the profile"),),
            enabled=has_profiles,
        ),
    ]
