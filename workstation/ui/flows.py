"""Owns what happens between asking for a command and its result: dialogs, jobs, and where to look afterwards.

Each flow is a plain function of the window. Must not hold state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from workstation.app.commands.registry import Command, Result
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse
from workstation.ui import actions, editing, graphtabs, importing
from workstation.ui.cards import commands as cards
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button
from workstation.ui.workbench import cite, conversions
from workstation.ui.workbench import flows as workbench

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.ui.palette import Entry
    from workstation.ui.window import MainWindow


# --- cases ------------------------------------------------------------------------------------------------------------


def new_case(window: MainWindow, then: Callable[[], object] | None = None) -> None:
    """Ask for the head data and make a case."""
    from workstation.ui.dialogs import NewCaseDialog

    folder = Path(window.settings.text("case_folder", str(Path.home())))
    dialog = NewCaseDialog(window, window.settings.text("examiner"), folder)

    def make() -> None:
        path, title, examiner = Path(dialog.place.text()), dialog.title.text().strip(), dialog.examiner.text().strip()
        zone, passphrase = dialog.zone.currentText(), dialog.passphrase()
        window.settings.set_text("examiner", examiner)
        window.settings.set_text("case_folder", str(path.parent))

        def work() -> Any:
            from workstation.casefile.store import create

            return create(path, title=title, examiner=examiner, zone=zone, passphrase=passphrase)

        def done(store: Any) -> None:
            window.settings.remember(path)
            window.open_session(window.session_for(store))
            if then is not None:
                then()

        window.in_background(work, done)

    dialog.accepted.connect(make)
    window.show_dialog(dialog)


def open_case(window: MainWindow) -> None:
    """Ask for a case file and open it."""
    found = QFileDialog.getOpenFileName(
        window, tr("Open case"), window.settings.text("case_folder"), tr("Cases (*.wcase)")
    )[0]
    if found:
        window.open_path(Path(found))


# --- export, verify ---------------------------------------------------------------------------------------------------


def export_case(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask where the package goes and write it as a job."""
    from workstation.ui.exportdialog import ExportDialog

    session = window.desk.session
    assert session is not None
    counts, path = session.store.counts(), session.store.path
    words = " · ".join(
        (
            count(counts.exhibits, "source file", "source files"),
            count(counts.transfers, "transfer", "transfers"),
            count(counts.findings, "finding", "findings"),
        )
    )
    unsupported = sum(1 for p in session.problems() if p.code == "WS-FND-001")
    if unsupported:
        words += "\n" + tr("{n} cite no evidence; they go out as drafts.", n=count(unsupported, "finding", "findings"))
    command = session.commands.get("case.export")
    languages = next((p.choices for p in command.parameters if p.name == "language"), ("en",))
    out = Path(str(given.get("out") or path.with_name(f"{path.stem}-evidence.zip")))
    dialog = ExportDialog(window, out, words, languages, session)
    dialog.accepted.connect(
        lambda: window.run_now(
            "case.export",
            out=dialog.out.text().strip(),
            language=str(dialog.language.currentData()),
            classification=dialog.classification.text().strip(),
            redact=dialog.redact.isChecked(),
            basis=dialog.basis.text().strip(),
            approver=dialog.approver.text().strip(),
        )
    )
    window.show_dialog(dialog)


def export_done(window: MainWindow, job: Job) -> None:
    """Show the seal and the way to check it."""
    from workstation.ui.results import SealDialog

    if job.result is None:
        if isinstance(job.error, WorkstationError):
            window.tell(job.error)
        return
    sealed = job.result
    dialog = SealDialog(
        window,
        sealed.path,
        sealed.seal,
        sealed.zip_sha256,
        len(sealed.files),
        lambda: check_package(window, sealed.path),
    )
    window.show_dialog(dialog)


def verify_package(window: MainWindow) -> None:
    """Ask for a package and check it."""
    found = QFileDialog.getOpenFileName(window, tr("Verify a package"), "", tr("Evidence packages (*.zip)"))[0]
    if found:
        check_package(window, Path(found))


def check_package(window: MainWindow, path: Path) -> None:
    """Check a package beside the window and show every check."""
    from workstation.ui.results import verify_result

    def work() -> Any:
        from workstation.evidence.verify import verify_package as verify

        return verify(path, allowed_signers=None)

    window.in_background(
        work, lambda checks: window.show_dialog(verify_result(window, tr("Package {name}", name=path.name), checks))
    )


def reproduce_package(window: MainWindow) -> None:
    """Ask for a package, build its case again beside the window, and say plainly whether every result is the same."""
    found = QFileDialog.getOpenFileName(window, tr("Reproduce a package"), "", tr("Evidence packages (*.zip)"))[0]
    if found:
        reproduce_path(window, Path(found))


def reproduce_path(window: MainWindow, path: Path) -> None:
    """Build the case of a package again and show what is the same and what is not."""
    from workstation.domain.evidence import Check
    from workstation.ui.results import verify_result

    def work() -> Any:
        from workstation.app.places import bundled_plugins
        from workstation.app.reproduce import reproduce

        return reproduce(path, bundled_plugins())

    def done(made: Any) -> None:
        checks = [Check(name, True, tr("the same, byte for byte")) for name in made.same]
        checks += [Check(name, False, what) for name, what in made.differing.items()]
        checks += [Check(tr("not done again"), False, what) for what in made.not_done]
        window.show_dialog(verify_result(window, tr("Package {name}, done again", name=path.name), checks))

    window.in_background(work, done)


def verify_done(window: MainWindow, job: Job) -> None:
    """Show the checks of the case."""
    from workstation.ui.results import verify_result

    if job.result is not None:
        window.show_dialog(verify_result(window, tr("The case and its custody log"), job.result))
        bad = sum(1 for check in job.result if not check.ok)
        session = window.desk.session
        window.verified = session.store.head()[0] if session is not None and not bad else -1
        window.say(tr("case verified: everything holds") if not bad else tr("case check: {n} failed", n=bad))
    elif isinstance(job.error, WorkstationError):
        window.tell(job.error)


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
    "case.import": importing.import_done, "case.export": export_done, "case.verify": verify_done,
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


# --- findings ---------------------------------------------------------------------------------------------------------


def evidence_of_selection(window: MainWindow) -> list[Subject]:
    """What a finding would cite: marked table rows, else the transfers behind selected edges, else the selection."""
    session = window.desk.session
    assert session is not None
    numbers = list(window.desk.picked_transfers)
    if not numbers and window.desk.selected_edges:
        numbers = session.graphs.edge_transfers(session.graph, window.desk.selected_edges)
    if numbers:
        return [Subject("transfer", t.chain, str(t.id)) for t in session.store.transfers(ids=numbers[:500])]
    if any(s.kind == "group" for s in session.selection):  # what is cited is what stands behind it
        from workstation.app.folding import under

        behind = under([s.key for s in session.selection], session.graphs.folding(session.graph))
        return [s for s in map(parse, behind) if s.kind not in ("stub", "group")]
    return [s for s in session.selection if s.kind != "stub"]


def said(session: Session, subject: Subject) -> str:
    """A subject as one line of evidence; a transfer with its exact amount, time and parties."""
    if subject.kind == "transfer":
        for t in session.store.transfers(ids=[int(subject.ref)]):
            amount = t.asset.written(t.amount, group=",") if t.amount is not None else tr(t.absent or "unknown")
            from datetime import UTC, datetime

            when = (
                datetime.fromtimestamp(t.time, UTC).strftime("%Y-%m-%d %H:%M:%S Z")
                if t.time is not None
                else tr("time not stated")
            )
            return f"{when}   {amount} {t.asset.name}   {t.sender or '–'} → {t.receiver or '–'}"
    if subject.kind == "run":
        return tr("trace run {n}", n=subject.ref)
    return f"{session.graphs.label(subject)}   {subject.ref}"


def new_finding(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Open the finding editor with the evidence of the selection."""
    from workstation.ui.dialogs import FindingDialog

    session = window.desk.session
    assert session is not None
    named = [parse(key) for key in str(given.get("subjects") or "").split(",") if key]
    cited = [(s.key, said(session, s)) for s in named or evidence_of_selection(window)]
    dialog = FindingDialog(window, tr("New finding"), given, cited, _choices(session, "finding.new"))
    cards.cited_rows(window, dialog.list, {})
    dialog.accepted.connect(
        lambda: window.run_now(
            "finding.new", subjects=",".join(dialog.cited()), **{k: v for k, v in dialog.values().items() if v}
        )
    )
    window.show_dialog(dialog)


def edit_finding(window: MainWindow, key: str) -> None:
    """Open a finding in its editor; evidence that is unchecked is taken out."""
    from workstation.ui.dialogs import FindingDialog

    session = window.desk.session
    assert session is not None
    row = session.store.row("finding", key)
    if row is None:
        return
    links = {k: r for k, r in session.store.rows("finding_link").items() if r["finding"] == key}
    ordered = sorted(links.items(), key=lambda p: (int(p[1]["position"] or 0), p[0]))
    cited = [(k, said(session, parse(r["subject"]))) for k, r in ordered]
    dialog = FindingDialog(
        window, tr("Finding F-{n}", n=f"{row['number']:02d}"), row, cited, _choices(session, "finding.edit")
    )

    cards.cited_rows(window, dialog.list, {k: str(r["subject"]) for k, r in ordered})

    def save() -> None:
        changed = {name: value for name, value in dialog.values().items() if value != str(row.get(name) or "")}
        if changed:
            window.run_now("finding.edit", finding=key, **changed)
        kept = set(dialog.cited())
        for link in links:
            if link not in kept:
                window.run_now("finding.unlink", link=link)

    dialog.accepted.connect(save)
    shown = [parse(r["subject"]) for _, r in ordered]
    session.select([s for s in shown if s.kind not in ("transfer", "run")])
    window.show_dialog(dialog)


def _choices(session: Session, command: str) -> dict[str, tuple[str, ...]]:
    found = {p.name: tuple(c for c in p.choices if c and c != "=") for p in session.commands.get(command).parameters}
    return {name: values for name, values in found.items() if values}


# --- going somewhere --------------------------------------------------------------------------------------------------


def go(window: MainWindow, key: str) -> None:
    """Go to a thing by key: a subject, ``finding:``, ``scene:``, ``graph:`` or ``exhibit:``."""
    session = window.desk.session
    if session is None:
        return
    kind, _, rest = key.partition(":")
    if kind == "finding":
        edit_finding(window, rest)
    elif kind == "scene":
        window.run_now("scene.show", scene=rest)
    elif kind == "graph":
        session.show_graph(rest)
    elif kind == "exhibit":
        show_exhibit(window, int(rest))
    else:
        try:
            show_subject(window, parse(key))
        except ValueError:
            window.say(tr("This is no longer in the case"))


def show_subject(window: MainWindow, subject: Subject, *, place: bool = False) -> None:
    """Select a subject and bring it into view; with ``place`` put it onto the graph first."""
    session = window.desk.session
    assert session is not None
    session.views.leave(_here(session))
    session.select([subject])
    on_graph = window.desk.node(subject.key) is not None
    if place and not on_graph and subject.kind in ("address", "transaction", "entity"):
        window.run_now("graph.add", subjects=[subject])
        on_graph = window.desk.node(subject.key) is not None
    if on_graph and window.canvas is not None and window.canvas.view is not None:
        window.canvas.view.focus_on(subject.key)


def _here(session: Session) -> Any:
    from workstation.app.session import View

    return View(session.graph, session.camera)


def go_hit(window: MainWindow, hit: Any) -> None:
    """Go to something found: subjects come onto the graph."""
    if hit.subject is not None:
        show_subject(window, hit.subject, place=True)
        window.focus_canvas()
    elif hit.kind in ("finding", "scene"):
        go(window, f"{hit.kind}:{hit.row}")


def show_exhibit(window: MainWindow, number: int) -> None:
    """Show what is known about a source file, with its skipped rows."""
    from workstation.ui.results import ResultDialog

    session = window.desk.session
    assert session is not None
    exhibit = session.store.exhibit(number)
    rows = session.store.quarantined(number)
    words = "\n".join(
        (
            tr(
                "{outcome}; {size} bytes; format {reader}",
                outcome=tr(exhibit.outcome),
                size=f"{exhibit.size:,}",
                reader=exhibit.reader or "–",
            ),
            f"SHA-256 {exhibit.sha256}",
            tr("received from {who} at {when}", who=exhibit.received_from or "–", when=exhibit.received_at),
            tr(
                "read {a}, new {b}, already there {c}, skipped {d}",
                a=f"{exhibit.read:,}",
                b=f"{exhibit.accepted:,}",
                c=f"{exhibit.duplicates:,}",
                d=f"{exhibit.quarantined:,}",
            ),
        )
    )
    dialog = ResultDialog(
        window,
        f"{exhibit.label}  {exhibit.name}",
        words,
        [tr("Place"), tr("Code"), tr("Why it was skipped"), tr("Text of the row")],
    )
    for row in rows[:1000]:
        dialog.add([row.locator, row.code, row.reason, row.raw[:200]], "warn")
    dialog.table.setVisible(bool(rows))
    dialog.foot.insertWidget(0, button(tr("Import report"), lambda: importing.show_report(window, number)))
    window.show_dialog(dialog)


def back(window: MainWindow, by: int) -> None:
    """Alt+Left and Alt+Right."""
    session = window.desk.session
    if session is not None:
        moved = session.back() if by < 0 else session.forward()
        if not moved:
            window.say(tr("There is no view before this one") if by < 0 else tr("There is no view after this one"))


def search(window: MainWindow) -> None:
    """Put the keyboard into the search box."""
    window.top.search.setFocus()
    window.top.search.selectAll()


def problem(window: MainWindow, by: int) -> None:
    """F7 and F8."""
    if window.problems is not None:
        window.show_dock("problems")
        window.problems.step(by)


def show_rows(window: MainWindow) -> None:
    """List the transfers of the selection."""
    if window.transfers is not None:
        window.show_dock("transfers")
        window.transfers.selected_only.setChecked(True)


def copy_rows(window: MainWindow) -> None:
    """Copy the marked rows of the table."""
    if window.transfers is not None:
        window.transfers.copy_rows()
        window.say(tr("{n} copied", n=count(len(window.transfers.picked_ids()), "row", "rows")))


# --- palette and help -------------------------------------------------------------------------------------------------


def palette(window: MainWindow) -> None:
    """Every command and everything of the case, by name."""
    from workstation.ui.palette import Entry, Palette

    session = window.desk.session
    entries = []
    for command in window.registry.all():
        keys = ", ".join(k for k in (command.key, *actions.ALIASES.get(command.id, ())) if k)
        ask = window.ask_partial(command.id)
        entries.append(
            Entry(
                tr(command.title),
                tr(command.category),
                ask,
                keys,
                window.why_off(command),
                ">",
                20 if not command.id.startswith("view.") else 0,
            )
        )
    if session is not None:
        for table, prefix, category in (
            ("entity", "@", tr("Entity")),
            ("finding", "#", tr("Finding")),
            ("scene", ">", tr("Scene")),
        ):
            for key, row in session.store.rows(table).items():
                title = f"F-{row['number']:02d}  {row['claim']}" if table == "finding" else str(row["name"])
                target = f"entity::{key}" if table == "entity" else f"{table}:{key}"
                entries.append(Entry(title, category, _going(window, target), prefix=prefix, boost=-10))
        seen = set()
        for row in session.store.rows("tag").values():
            if (row["label"], row["subject"]) not in seen:
                seen.add((row["label"], row["subject"]))
                entries.append(
                    Entry(str(row["label"]), tr("Label"), _going(window, str(row["subject"])), prefix="@", boost=-10)
                )
    window.show_dialog(Palette(window, entries, lambda typed: _found(window, typed)))


def _going(window: MainWindow, key: str) -> Callable[[], object]:
    return lambda: go(window, key)


def _found(window: MainWindow, typed: str) -> list[Entry]:
    from workstation.app.search import find
    from workstation.ui.palette import Entry

    session = window.desk.session
    if session is None:
        return []
    made = []
    prefixes = {"address": "/", "transaction": "/", "label": "@", "entity": "@"}
    for hit in find(session, typed.lstrip("/@#? ").strip(), limit=30):
        if hit.kind in ("address", "transaction", "label", "note") and hit.subject is not None:

            def run(found: Any = hit) -> None:
                go_hit(window, found)

            made.append(Entry(hit.title, tr(hit.kind.capitalize()), run, prefix=prefixes.get(hit.kind, "@"), boost=-30))
    return made


def help_page(window: MainWindow, page: str = "") -> None:
    """The help pages."""
    from workstation.paths import resources_folder
    from workstation.ui.results import HelpWindow

    window.show_dialog(HelpWindow(window, resources_folder() / "help", page))


def keys(window: MainWindow) -> None:
    """The key sheet, made from the registry."""
    from workstation.ui.results import key_sheet

    window.show_dialog(key_sheet(window, actions.key_rows(window.registry)))


def about(window: MainWindow) -> None:
    """Version, licence, and the offline promise."""
    from workstation import __version__
    from workstation.ui.text import message_box

    words = tr(
        "Fundflow Workstation {version}\n\nLicence: Apache-2.0.\nWorks offline; nothing leaves this computer.",
        version=__version__,
    )
    window.show_dialog(message_box(tr("About"), words, parent=window))


#: Commands with a dialog of their own.
FLOWS: Mapping[str, Callable[[MainWindow, Mapping[str, Any]], None]] = {
    "case.import": importing.import_files,
    "case.export": export_case,
    "finding.new": new_finding,
    "graph.rename": graphtabs.rename,
    "style.node": editing.ask_nodes,
    "style.line": editing.ask_lines,
    "rule.edit": editing.ask_rule,
    "card.add": editing.ask_card,
    "trace.finding": cite.newest,
    "plugin.run": ask_analysis,
    "conversion.declare": conversions.declare,
    "conversion.accept": conversions.declare,
}
