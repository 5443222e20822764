"""Owns the command that turns a result of a trace into a finding. Its words come from ``tracing.drafts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app.commands.annotate import BASES, CONFIDENCES
from workstation.app.commands.findings import STATUSES
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, Result, bad_argument
from workstation.app.tracing import board, drafts

if TYPE_CHECKING:
    from workstation.app.session import Session

_TEXTS = ("claim", "basis", "reasons", "alternatives", "disproof")


def draft(session: Session, arguments: Arguments) -> drafts.Draft:
    """The draft of a holder's row, or of a step, of the question that a kept run belongs to.

    Raises:
        WorkstationError: WS-CMD-003 there is no such run, step or holder.
    """
    number = int(arguments["run"])
    asked = next((a for a in board.questions(session) if number in a.numbers), None)
    if asked is None:
        raise bad_argument("run", f"there is no trace run {number}", "see the list of runs")
    step = arguments["step"].strip()
    if step:
        run = next(kept for kept in asked.runs if kept.number == number)
        told = [s for s in run.record["steps"] if str(s["number"]) == step]
        if not told:
            raise bad_argument("step", f"run {number} keeps no step {step[:20]!r}", "see the steps of the run")
        return drafts.of_step(session, asked, run.record["method"], told[0])
    holder = arguments["holder"]
    if holder is None:
        raise bad_argument("holder", "is needed, or a step", "name the address or transaction of a row")
    line = drafts.line_of(session, asked, holder.key, arguments["asset"], arguments["label"])
    if line is None:
        raise bad_argument("holder", "has no row in this trace", "pick a row of the Trace board")
    return drafts.of_holder(session, asked, line)


def _finding(session: Session, arguments: Arguments) -> Change | Result:
    """State the finding as it is drafted; texts that are given replace those of the draft."""
    made = draft(session, arguments).arguments()
    given = {name: arguments[name] for name in _TEXTS if arguments[name]}
    bound = {**made, **given, "status": arguments["status"], "confidence": arguments["confidence"]}
    command = session.commands.get("finding.new")
    from workstation.app.commands.arguments import bind

    return command.run(session, bind(session, command, bound))


def _needs_runs(session: Session) -> str:
    return "" if session.store.kept_traces() else "trace something first"


def commands() -> list[Command]:
    """A finding from a kept run."""
    return [
        Command(
            "trace.finding", "Finding from a trace", "Findings",
            "Turn a row or a step of a trace into a finding that cites the runs, and says which methods agree and what "
            "could not be traced.",
            _finding, "",
            (
                Parameter("run", "integer", "number of a kept run; all runs of its question are cited"),
                Parameter("holder", "subject", "address or transaction of the row", default=""),
                Parameter("asset", "text", "symbol of the row's asset; empty = its first row", default=""),
                Parameter("label", "text", "label of the row; empty = its first row", default=""),
                Parameter("step", "text", "number of a step of this run, instead of a row", default=""),
                Parameter("claim", "paragraph", "another claim than the drafted one", default=""),
                Parameter("status", "choice", "how far it is", STATUSES, "draft"),
                Parameter("confidence", "choice", "how sure it is; only you can say that", CONFIDENCES),
                Parameter("basis", "choice", "what it rests on", ("", *BASES), ""),
                Parameter("reasons", "paragraph", "why it holds; empty = as drafted", default=""),
                Parameter("alternatives", "paragraph", "other explanations; empty = as drafted", default=""),
                Parameter("disproof", "paragraph", "what would disprove it; empty = as drafted", default=""),
            ),
            _needs_runs,
        ),
    ]  # fmt: skip
