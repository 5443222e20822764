"""Owns the commands that hand a case from one officer to another: write a part, merge a colleague's case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app.commands.case import has_evidence
from workstation.app.commands.registry import Arguments, Command, Parameter, Result
from workstation.app.secretfile import first_line

if TYPE_CHECKING:
    from workstation.app.session import Session


def _part(session: Session, arguments: Arguments) -> Result:
    from workstation.app.handover import part  # loads what reads and signs; few sessions hand over

    secret = arguments["passphrase"]
    made = part.write(
        session, part.belonging(session, arguments["graph"]), arguments["out"],
        passphrase=None if secret is None else first_line(secret, "no file was written"),
    )  # fmt: skip
    return Result(
        f"{made.path.name}: {made.exhibits} exhibits, {made.rows:,} rows, {made.findings} findings", value=made
    )


def _merge(session: Session, arguments: Arguments) -> Result:
    from workstation.app.handover import evidence, merging, planning, theirs
    from workstation.app.handover.threeway import named

    secret = arguments["passphrase"]
    passphrase = None if secret is None else first_line(secret, "nothing was merged")
    with theirs.opened(arguments["file"], session.plugins, passphrase=passphrase) as other:
        evidence.take(session, other, evidence.wanted(session.store, other))
        chosen = named(arguments["theirs"], planning.plan(session, other).conflicts)
        made = merging.apply(session, other, chosen)
        told = merging.finish(session, other, made, merging.trace_again(session, other, made), chosen)
    return Result(f"{told['rows']:,} rows came in, {len(told['conflicts'])} conflicts", value=told)


def _compare(session: Session, arguments: Arguments) -> Result:
    from workstation.app.difference import difference
    from workstation.app.handover import theirs

    secret = arguments["passphrase"]
    passphrase = None if secret is None else first_line(secret, "nothing was compared")
    with theirs.opened(arguments["file"], session.plugins, passphrase=passphrase) as other:
        found = difference(session.store, other.store)
    many = len(found.rows) + len(found.added) + len(found.removed)
    return Result("the cases hold the same" if found.equal else f"{many:,} differences", value=found)


def commands() -> list[Command]:
    """Write a part of the case; merge a colleague's case; compare with one."""
    secret = Parameter(
        "passphrase", "file", "text file with the passphrase of that case in its first line", default=None
    )
    return [
        Command(
            "case.part", "Write a part of this case", "Case",
            "A new case with one graph, its evidence and its findings, for a colleague to go on with.", _part, "",
            (
                Parameter("out", "save", "where to write the new case (.wcase)"),
                Parameter("graph", "graph", "which graph", default=""),
                secret,
            ),
            has_evidence,
        ),
        Command(
            "case.merge", "Merge a colleague's case", "Case",
            "Take over exhibits and work from a case file or an evidence package. What both changed is a conflict you decide.",
            _merge, "",
            (
                Parameter("file", "file", "the case file or evidence package"),
                Parameter("theirs", "text", "conflicts in which that case counts, with blanks; all = every one", default=""),
                secret,
            ),
        ),
        Command(
            "case.difference", "Compare with another case", "Case",
            "List what differs from a copy, a backup or a package: exhibits, every row of work, where the logs part.",
            _compare, "", (Parameter("file", "file", "the case file or evidence package"), secret),
        ),
    ]  # fmt: skip
