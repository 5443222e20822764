"""Owns what happens between asking for a command and its result: forms, jobs, and what is said afterwards.

Each flow is a plain function of the window. Cases and packages are in ``casefiles``, findings in ``citing``, where to look
in ``going``, palette and help in ``everything``. Must not hold state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workstation.app.commands.registry import Command, Result
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse
from workstation.ui import casefiles, citing, editing, graphtabs, importing
from workstation.ui.freeze import commands as freezing
from workstation.ui.handover import commands as handing
from workstation.ui.reporting import commands as reporting
from workstation.ui.translate import count, tr
from workstation.ui.workbench import cite, conversions
from workstation.ui.workbench import flows as workbench

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow


def ask_analysis(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Choose an analysis and its settings."""
    from workstation.ui.plugins.ask import ask

    ask(window, given)


def analysed(window: MainWindow, job: Job) -> None:
    """Show what an analysis found, or why it failed."""
    if isinstance(job.error, WorkstationError):
        window.tell(job.error)
    elif job.result is not None:
        window.show_dock("answers")
        found = len(job.result.record["answers"])
        window.say(tr("{title}: {n}", title=job.title, n=count(found, tr("answer"), tr("answers"))))


_JOB_DONE = {
    "case.import": importing.import_done, "case.export": casefiles.export_done, "case.verify": casefiles.verify_done,
    "plugin.run": analysed, "trace.run": workbench.traced, "trace.forward": workbench.traced, "trace.backward": workbench.traced,
}  # fmt: skip


def after(window: MainWindow, name: str, result: Result) -> None:
    """What follows a command: a chooser, a job to watch, or a word in the status bar."""
    if result.chooser is not None:
        choose(window, name, result.chooser)
    elif result.job is not None:
        then = _JOB_DONE.get(name)
        if then is not None:
            window.watch(result.job, lambda job: then(window, job))
        window.say(tr("{job} runs", job=result.job.title))
    elif result.label:
        done = {"edit.undo": tr("Undone"), "edit.redo": tr("Done again")}.get(name)
        window.say(f"{done}: {result.label}" if done else result.label)
    elif name == "graph.expand":
        window.say(tr("Every neighbour in this case is on the graph already"))


# --- asking for arguments ---------------------------------------------------------------------------------------------


def offers(session: Session, kind: str) -> list[tuple[str, str]]:
    """Things of the case that can fill a parameter of a kind: ``(value, shown text)``."""
    rows = session.store.rows
    if kind == "finding":
        return [
            (k, f"F-{r['number']:02d}  {r['claim']}")
            for k, r in sorted(rows("finding").items(), key=lambda p: int(p[1]["number"]))
        ]
    if kind in ("entity", "scene", "frame"):
        return [(k, str(r["name"])) for k, r in sorted(rows(kind).items(), key=lambda p: str(p[1]["name"]))]
    if kind == "graph":
        return [(k, session.graphs.name(k)) for k in session.graphs.graph_keys()]
    if kind == "tag":
        chosen = {s.key for s in session.selection}
        return [
            (k, f"{r['label']}  {r['subject']}") for k, r in rows("tag").items() if not chosen or r["subject"] in chosen
        ]
    if kind == "note":
        return [(k, str(r["body"])[:60]) for k, r in rows("note").items()]
    if kind == "card":
        mine = {k: r for k, r in rows("card").items() if r["graph"] == session.graph}
        return [(k, str(r["text"])[:60]) for k, r in mine.items()]
    if kind == "rule":
        return [(k, str(r["name"])) for k, r in sorted(rows("style_rule").items(), key=lambda p: p[1]["position"] or 0)]
    if kind == "request":
        found = sorted(rows(kind).items(), key=lambda p: int(p[1]["number"]))
        return [(k, f"R-{int(r['number']):03d}  {r['service']}  {r['status']}") for k, r in found]
    if kind == "link":
        return [(k, str(r["subject"])) for k, r in rows("finding_link").items()]
    return []


def form(
    window: MainWindow, command: Command, given: Mapping[str, Any], start: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Ask for the arguments of a command in a form made from its parameters."""
    from workstation.ui.forms import CommandForm

    session = window.desk.session
    assert session is not None
    asked = [
        p
        for p in command.parameters
        if p.kind not in ("subjects", "subject", "graph", "camera", "positions") and p.name not in given
    ]
    about = ""
    if any(p.kind in ("subjects", "subject") for p in command.parameters) and session.selection:
        names = [session.graphs.label(s) for s in session.selection[:3]]
        more = len(session.selection) - len(names)
        about = "  ·  " + ", ".join(names) + (f" +{more}" if more else "")
    dialog = CommandForm(
        window, tr(command.title), tr(command.help) + about, asked, start, lambda kind: offers(session, kind)
    )
    dialog.accepted.connect(lambda: window.run_now(command.id, **{**given, **dialog.arguments()}))
    window.show_dialog(dialog)


def choose(window: MainWindow, name: str, chooser: Any) -> None:
    """The supernode guard: which neighbours of many."""
    from workstation.ui.chooser import ChooserDialog

    session = window.desk.session
    assert session is not None
    dialog = ChooserDialog(window, session.graphs.label(chooser.subject), chooser.crowd, window.desk.display)

    def run() -> None:
        keys = dialog.chosen()
        if keys:
            extra = {"direction": chooser.direction} if name == "graph.expand" else {}
            window.run_now(name, subject=chooser.subject, choose=[parse(k) for k in keys], graph=chooser.graph, **extra)

    dialog.accepted.connect(run)
    window.show_dialog(dialog)


def accept_answer(window: MainWindow, given: Mapping[str, Any]) -> None:
    """How sure a person is and why, before a proposal is taken over; only the panel of answers accepts without asking."""
    form(window, window.registry.get("plugin.accept"), given)


#: Commands with a dialog of their own.
FLOWS: Mapping[str, Callable[[MainWindow, Mapping[str, Any]], None]] = {
    "case.import": importing.import_files,
    "case.export": casefiles.export_case,
    "finding.new": citing.new_finding,
    "graph.rename": graphtabs.rename,
    "style.node": editing.ask_nodes,
    "style.line": editing.ask_lines,
    "rule.edit": editing.ask_rule,
    "card.add": editing.ask_card,
    "trace.finding": cite.newest,
    "plugin.run": ask_analysis,
    "plugin.accept": accept_answer,
    **freezing.FLOWS,
    **reporting.FLOWS,
    **handing.FLOWS,
    "conversion.declare": conversions.declare,
    "conversion.accept": conversions.declare,
}
