"""Owns taking over the work of a colleague's case, by a plan: rows as one undo step, cited trace runs asked again, its log.

The evidence comes first, by the ordinary import (``evidence.take``). Then, in this order: :func:`apply`,
:func:`trace_again` (may run beside the window), :func:`finish`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from workstation.app.commands.annotate import quoted
from workstation.app.commands.registry import Change
from workstation.app.handover import evidence, otherlog
from workstation.app.handover.naming import Names, Unknown
from workstation.app.handover.planning import Plan, Waiting, cited, plan, runs_here
from workstation.app.handover.theirs import Theirs
from workstation.app.handover.threeway import Conflict
from workstation.app.tracing import compare as answers
from workstation.app.tracing import question, records
from workstation.domain.changes import ChangeSet, Edit, Row

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.runs import Run


def apply(session: Session, theirs: Theirs, chosen: Collection[str] = ()) -> Plan:
    """Bring in the rows (the evidence is here already) as one undo step; gives what was done. Main thread."""
    made = plan(session, theirs, chosen)
    if made.edits:
        session.apply(Change(ChangeSet(_label(theirs), made.edits, _together(theirs))))
    return made


def trace_again(session: Session, theirs: Theirs, made: Plan) -> list[tuple[int, Run, bool]]:
    """Ask the questions of their cited trace runs on this case: number there, run here, and whether it answers the same.

    Nothing is kept yet.
    """
    here = runs_here(session, theirs)
    names = Names(made.keys, evidence.Transfers(session.store, theirs.store, {}).number)
    found = []
    for number in sorted({n for table, row in made.waiting for n in cited(table, row)}):
        record = theirs.runs[number].record
        try:
            here(number)  # a row may cite several runs, some of which are here
        except Waiting:
            asked = record["parameters"]
            sources = [{**s, "subject": names.subject(s["subject"])} for s in asked["sources"]]
            told = {**asked, "sources": sources, "stop": [names.subject(key) for key in asked["stop"]]}
            (run,) = records.trace(session, question.question(told, (record["method"],)))
            found.append((number, run, not answers.differences(record, run.record)))
    return found


def finish(
    session: Session,
    theirs: Theirs,
    made: Plan,
    runs: Sequence[tuple[int, Run, bool]],
    chosen: Collection[str] = (),
    *,
    lines: Iterable[str] | None = None,
    kind: str = "case.merge",
) -> dict[str, Any]:
    """Keep the runs, bring in what cites them (in the same step), keep the other log, and write the entry; gives its body.

    Args:
        lines: what is kept of the other log, default all of it. kind: of the entry.
    """
    numbers = {number: records.keep(session, [run])[0] for number, run, _ in runs}
    here = runs_here(session, theirs)
    names = Names(
        made.keys,
        evidence.Transfers(session.store, theirs.store, {}).number,
        lambda n: numbers[n] if n in numbers else here(n),
    )
    edits, left = [], list(made.left_out)
    for table, row in made.waiting:
        try:
            named = names.row(table, row)
        except Unknown as problem:
            left.append((table, str(row["key"]), f"it speaks of {problem.args[0]}"))
            continue
        before = session.store.row(table, str(named["key"]))
        if before != named:
            edits.append(Edit(table, str(named["key"]), before, named))
    if edits:
        session.apply(Change(ChangeSet(_label(theirs), tuple(edits), _together(theirs))))
    log = otherlog.keep_log(session, theirs, otherlog.log_lines(theirs) if lines is None else lines)
    body = {
        "case_id": theirs.case_id, "title": theirs.title, "examiner": theirs.examiner, "file": theirs.name,
        "sha256": theirs.sha256, "log": log, "entry": theirs.entries[-1].sequence, "head": theirs.entries[-1].digest,
        "step": session.history.current(), "rows": len(made.edits) + len(edits), "same": made.same,
        "keys": {f"{table}:{key}": here for (table, key), here in sorted(made.keys.items())},
        "conflicts": [_told(conflict, chosen) for conflict in made.conflicts],
        "renumbered": [list(each) for each in made.renumbered], "left_out": [list(each) for each in left],
        "runs": [{"there": there, "here": numbers[there], "same": same} for there, _, same in runs],
    }  # fmt: skip
    session.store.log(kind, body, actor=session.actor)
    session.evidence_changed()
    return body


def merged(session: Session) -> list[dict[str, Any]]:
    """What the log tells of merges, oldest first."""
    return [e.body for e in session.store.custody("case.merge") if isinstance(e.body, dict)]


# --- words ------------------------------------------------------------------------------------------------------------


def _label(theirs: Theirs) -> str:
    return f"Merge {quoted(theirs.title)} of {theirs.examiner}"


def _together(theirs: Theirs) -> str:
    """The second part of a merge joins the first as one step."""
    return f"merge {theirs.case_id} {theirs.entries[-1].sequence}"


def _told(conflict: Conflict, chosen: Collection[str]) -> dict[str, Any]:
    """A conflict as the log keeps it: both sides, and which one counts."""
    return {
        "id": conflict.id, "reason": conflict.reason, "columns": [list(each) for each in conflict.columns],
        "kept": "theirs" if conflict.id in chosen else "mine", "mine": _plain(conflict.mine),
        "theirs": _plain(conflict.theirs),
    }  # fmt: skip


def _plain(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else dict(row)
