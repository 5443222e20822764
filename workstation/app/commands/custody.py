"""Owns the commands about the custody log itself: hand-overs, the first seal key, the checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app import custody
from workstation.app.commands.registry import Arguments, Command, Parameter, Result, bad_argument

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.app.session import Session


def _hand_over(session: Session, arguments: Arguments) -> Result:
    for name in ("giver", "taker", "item"):
        if not arguments[name].strip():
            raise bad_argument(name, "is empty", "write unknown where it is not known")
    entry = custody.hand_over(session, **arguments)
    return Result("Hand-over", (f"custody:{entry.sequence}",))


def _save_key(session: Session, arguments: Arguments) -> Result:
    out = custody.save_first_key(session.store, arguments["out"], actor=session.actor)
    return Result("Write down the first seal key", value=out)


def _checklist(session: Session, arguments: Arguments) -> Result:
    from workstation.app import checklist  # typesetting is slow to load

    out: Path = arguments["out"]
    return Result(
        "Checklist of evidence",
        job=session.jobs.submit("Print the checklist", lambda _job: checklist.write_pdf(session, out), lane="case"),
    )


def _key_is_here(session: Session) -> str:
    return "" if session.store.first_seal_key() is not None else "the first seal key was written down before"


def commands() -> list[Command]:
    """Hand-over, first seal key, checklist."""
    return [
        Command(
            "custody.handover",
            "Write a hand-over",
            "Case",
            "Say in the custody log who gave what to whom. It cannot be undone.",
            _hand_over,
            "",
            (
                Parameter("direction", "choice", "leaves this office, or comes back", ("out", "in"), "out"),
                Parameter("giver", "text", "who hands it over: name, office"),
                Parameter("taker", "text", "who takes it: name, office"),
                Parameter("item", "text", "what: exhibits, package, laptop"),
                Parameter("purpose", "text", "what for", default="unknown"),
                Parameter("seal", "text", "number of the seal or bag", default="none"),
                Parameter("checked", "flag", "its hash was compared at the hand-over", default="no"),
            ),
        ),
        Command(
            "custody.save_key",
            "Write down the first seal key",
            "Case",
            "Keep the key that proves when entries were sealed, outside of the case; the case then forgets it.",
            _save_key,
            "",
            (Parameter("out", "save", "new text file, on a stick for the safe"),),
            _key_is_here,
        ),
        Command(
            "custody.checklist",
            "Checklist of evidence",
            "Case",
            "Print what courts and standards ask, and where this case meets it.",
            _checklist,
            "",
            (Parameter("out", "save", "where to write the PDF"),),
        ),
    ]
