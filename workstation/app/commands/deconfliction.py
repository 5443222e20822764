"""Owns the commands that compare a case with that of another office by keyed hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app import deconfliction
from workstation.app.commands.case import has_evidence
from workstation.app.commands.registry import Arguments, Command, Parameter, Result
from workstation.app.secretfile import first_line

if TYPE_CHECKING:
    from workstation.app.session import Session

_SECRET = Parameter("secret", "file", "text file with the passphrase both offices agreed on, in its first line")


def _write(session: Session, arguments: Arguments) -> Result:
    secret, out = first_line(arguments["secret"], "nothing was written"), arguments["out"]
    count = deconfliction.write(session, out, secret, services=arguments["services"])
    return Result(f"{count:,} keyed hashes", value=count)


def _compare(session: Session, arguments: Arguments) -> Result:
    secret = first_line(arguments["secret"], "nothing was compared")
    found = deconfliction.compare(session, arguments["file"], secret)
    session.select(found.shared)
    return Result(
        f"{len(found.shared):,} of {found.mine:,} addresses are also in the other case ({found.theirs:,})", value=found
    )


def commands() -> list[Command]:
    """Write keyed hashes, compare with those of another office."""
    return [
        Command(
            "case.deconflict_write",
            "Write keyed hashes of addresses",
            "Case",
            "For another office: it learns which of its own addresses this case holds too, and how many there are.",
            _write,
            "",
            (
                Parameter("out", "save", "where to write the file (.json)"),
                _SECRET,
                Parameter("services", "flag", "addresses labelled as services, too", default="no"),
            ),
            has_evidence,
        ),
        Command(
            "case.deconflict_compare",
            "Compare with keyed hashes of another office",
            "Case",
            "Select the addresses that both cases hold. Nothing else is shown to either side.",
            _compare,
            "",
            (Parameter("file", "file", "the file of the other office"), _SECRET),
            has_evidence,
        ),
    ]
