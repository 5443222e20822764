"""Owns the commands of the undo history: go to a state, name it, compare two. Must not know what a step is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app.commands.registry import Arguments, Command, Parameter, Result, bad_argument
from workstation.app.comparing import differences

if TYPE_CHECKING:
    from workstation.app.session import Session


def has_steps(session: Session) -> str:
    """On when something was ever changed."""
    before, ahead = session.history.next_undo(), session.history.next_redo()
    return "" if before or ahead or session.history.entries() else "nothing was changed yet"


def _go(session: Session, arguments: Arguments) -> Result:
    return session.go(arguments["step"])


def _name(session: Session, arguments: Arguments) -> Result:
    step, words = arguments["step"] or session.history.current(), " ".join(arguments["name"].split())
    if not step:
        raise bad_argument("step", "the beginning has its name already", "change something first")
    session.history.name(step, words)
    session.history_changed()
    return Result(f"Name this state “{words}”" if words else "Take the name of a state away", made=str(step))


def _compare(session: Session, arguments: Arguments) -> Result:
    found = differences(session.history.difference(arguments["first"], arguments["second"]))
    label = f"Compare {session.history.title(arguments['first'])} with {session.history.title(arguments['second'])}"
    return Result(label, value=found)


def commands() -> list[Command]:
    """Go to a state, name it, compare two states."""
    return [
        Command(
            "history.go",
            "Go to a state",
            "Edit",
            "Make a state of the history the current one, on any branch. Nothing is lost: every branch stays.",
            _go,
            parameters=(Parameter("step", "integer", "number of the step; 0 = the beginning"),),
            enabled=has_steps,
        ),
        Command(
            "history.name",
            "Name this state",
            "Edit",
            "Give a state of the history a name, so that you find it again: Hypothesis A.",
            _name,
            parameters=(
                Parameter("name", "text", "the name; empty takes it away"),
                Parameter("step", "integer", "number of the step; 0 = the current state", default="0"),
            ),
            enabled=has_steps,
        ),
        Command(
            "history.compare",
            "Compare two states",
            "Edit",
            "List what one state of the history has, lacks or says otherwise than another.",
            _compare,
            parameters=(
                Parameter("first", "integer", "number of a step; 0 = the beginning"),
                Parameter("second", "integer", "number of the other step"),
            ),
            enabled=has_steps,
        ),
    ]
