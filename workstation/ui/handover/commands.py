"""Owns what the window does to hand a case over: asks, reads the other case in jobs, merges or compares, says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from workstation.domain.errors import WorkstationError
from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.app.handover.planning import Plan
    from workstation.app.handover.theirs import Theirs
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow

#: Most lines that are listed of what comes in.
_LINES = 500


def write_part(window: MainWindow, _given: Mapping[str, Any]) -> None:
    """Ask which graph and where, and write the part as a job."""
    from workstation.app.handover import part
    from workstation.ui.handover.dialogs import PartDialog

    session = window.desk.session
    assert session is not None
    graphs = [(key, str(row["name"])) for key, row in session.graphs.graphs().items()]
    path = session.store.path
    dialog = PartDialog(window, graphs, session.graph, path.with_name(f"{path.stem}-part.wcase"))

    def write() -> None:
        out, passphrase = Path(dialog.place.text().strip()), dialog.secret.passphrase()
        try:
            found = part.belonging(session, str(dialog.graph.currentData()))
        except WorkstationError as problem:
            window.tell(problem)
            return
        job = session.jobs.submit(
            "Write a part of the case", lambda _: part.write(session, found, out, passphrase=passphrase), lane="case"
        )
        window.watch(job, lambda ended: _part_written(window, ended))

    dialog.accepted.connect(write)
    window.show_dialog(dialog)


def _part_written(window: MainWindow, job: Job) -> None:
    if isinstance(job.error, WorkstationError):
        window.tell(job.error)
    elif job.state == "done":
        made = job.result
        said = tr("{name}: {exhibits}, {findings}", name=made.path.name,
                  exhibits=count(made.exhibits, tr("exhibit"), tr("exhibits")),
                  findings=count(made.findings, tr("finding"), tr("findings")))  # fmt: skip
        window.say(said)


def merge(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask for the other case and show what merging it would do."""

    def start(path: Path) -> None:
        session = window.desk.session
        assert session is not None
        merging = _Merging(window, session, path)
        _read(window, path, merging.read, merging.show, merging.close)

    _choose(window, given, tr("Merge a colleague's case"), start)


def compare(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask for the other case and list what differs."""
    from workstation.ui.results import ResultDialog

    def start(path: Path) -> None:
        session = window.desk.session
        assert session is not None

        def read(passphrase: str | None, _: Job) -> list[str]:
            from workstation.app.handover import theirs

            with theirs.opened(path, session.plugins, passphrase=passphrase) as other:
                return difference_lines(session, other)

        def show(lines: list[str]) -> None:
            dialog = ResultDialog(window, tr("This case and {name}", name=path.name), lines[-1], [tr("Difference")])
            for words in lines[:-1][:_LINES]:
                dialog.add([words], "note")
            window.show_dialog(dialog)

        _read(window, path, read, show, lambda: None)

    _choose(window, given, tr("Compare with another case"), start)


def difference_lines(session: Session, other: Theirs) -> list[str]:
    """What differs, line by line; the last line sums it up."""
    from workstation.app.difference import difference, words
    from workstation.app.graph import GraphModel

    found = difference(session.store, other.store)
    return list(words(found, GraphModel(session.store), GraphModel(other.store)))


def _choose(window: MainWindow, given: Mapping[str, Any], title: str, start: Callable[[Path], None]) -> None:
    named = given.get("file")
    if not named:
        named = QFileDialog.getOpenFileName(window, title, "", tr("Cases and evidence packages (*.wcase *.zip)"))[0]
    if named:
        start(Path(str(named)))


def _read(
    window: MainWindow, path: Path, read: Callable[[str | None, Job], Any], done: Callable[[Any], None],
    failed: Callable[[], None], passphrase: str | None = None,
) -> None:  # fmt: skip
    """Read the other case in a job; a locked one asks for its passphrase until it fits or the person gives up."""
    session = window.desk.session
    assert session is not None

    def ended(job: Job) -> None:
        if job.state == "done":
            done(job.result)
            return
        why = job.error
        # encrypted and no passphrase given, or the one that was given does not fit
        if isinstance(why, WorkstationError) and (
            why.code == "WS-CASE-003" or (passphrase is not None and why.code == "WS-CASE-010")
        ):
            _ask_passphrase(
                window, path, str(why) if passphrase is not None else "",
                lambda typed: _read(window, path, read, done, failed, typed), failed,
            )  # fmt: skip
            return
        failed()
        if isinstance(why, WorkstationError):
            window.tell(why)

    job = session.jobs.submit(f"Read {path.name}", lambda job: read(passphrase, job), lane="case")
    window.watch(job, ended)


def _ask_passphrase(
    window: MainWindow, path: Path, problem: str, then: Callable[[str], None], failed: Callable[[], None]
) -> None:
    from workstation.ui.dialogs import PassphraseDialog

    dialog = PassphraseDialog(window, path.name, problem)
    dialog.accepted.connect(lambda: then(dialog.field.text()))
    dialog.rejected.connect(failed)
    window.show_dialog(dialog)


class _Merging:
    """One merge from reading to the end; the other case stays open between its steps, then its copy is removed."""

    def __init__(self, window: MainWindow, session: Session, path: Path) -> None:
        self._window, self._session, self._path = window, session, path
        self._open = ExitStack()
        self._theirs: Theirs | None = None
        self._chosen: tuple[str, ...] = ()

    def read(self, passphrase: str | None, job: Job) -> Plan:
        """Open the other case and plan (in a job)."""
        from workstation.app.handover import planning, theirs

        self._theirs = self._open.enter_context(
            theirs.opened(
                self._path, self._session.plugins, passphrase=passphrase, told=lambda part: job.progress(0, 0, part)
            )
        )
        return planning.plan(self._session, self._theirs)

    def show(self, plan: Plan) -> None:
        """Show the plan; on from there by the person's decision."""
        from workstation.ui.handover.dialogs import MergeDialog

        assert self._theirs is not None
        if plan.empty:
            self.close()
            self._window.say(tr("That case has nothing that this one lacks"))
            return
        dialog = MergeDialog(self._window, offer(self._session, self._theirs, plan))
        dialog.accepted.connect(lambda: self._take(dialog.chosen()))
        dialog.rejected.connect(self.close)
        self._window.show_dialog(dialog)

    def _take(self, chosen: tuple[str, ...]) -> None:
        from workstation.app.handover import evidence

        session, other = self._session, self._theirs
        assert other is not None
        self._chosen = chosen
        self._then(
            "Import the exhibits of a colleague",
            lambda job: evidence.take(session, other, evidence.wanted(session.store, other), job),
            self._apply,
        )

    def _apply(self, _: Any) -> None:
        from workstation.app.handover import merging

        session, other = self._session, self._theirs
        assert other is not None
        session.evidence_changed()
        made = merging.apply(session, other, self._chosen)
        self._then(
            "Trace again what a colleague traced", lambda _: merging.trace_again(session, other, made),
            lambda runs: self._finish(made, runs),
        )  # fmt: skip

    def _finish(self, made: Plan, runs: Any) -> None:
        from workstation.app.handover import merging

        assert self._theirs is not None
        told = merging.finish(self._session, self._theirs, made, runs, self._chosen)
        self.close()
        words = count(told["rows"], tr("row came in"), tr("rows came in"))
        other = sum(not run["same"] for run in told["runs"])
        if other:
            words += " · " + count(
                other, tr("trace run answers otherwise here"), tr("trace runs answer otherwise here")
            )
        if told["left_out"]:
            words += " · " + tr("{n} stayed behind", n=len(told["left_out"]))
        self._window.say(words)

    def _then(self, title: str, work: Callable[[Job], Any], after: Callable[[Any], None]) -> None:
        """Work in a job, then go on in the window; a problem ends the merge and is told."""

        def ended(job: Job) -> None:
            try:
                if job.state == "done":
                    after(job.result)
                    return
                if isinstance(job.error, WorkstationError):
                    self._window.tell(job.error)
            except WorkstationError as problem:
                self._window.tell(problem)
            self.close()

        self._window.watch(self._session.jobs.submit(title, work, lane="case"), ended)

    def close(self) -> None:
        """Close the other case and remove its copy."""
        self._open.close()


def offer(session: Session, other: Theirs, plan: Plan) -> Any:
    """A plan in the words of the dialog."""
    from workstation.app.handover import telling
    from workstation.ui.handover.dialogs import Offer

    label = telling.labels(session)
    comes = [tr("exhibit: {name}", name=exhibit.name) for exhibit in plan.exhibits]
    comes += islice(telling.listed(plan, label), _LINES)
    if len(comes) >= _LINES:
        comes.append(tr("and more"))
    comes += [
        tr("{what} {there} of that case is {what} {here} here", what=tr(what), there=there, here=here)
        for what, there, here in plan.renumbered
    ]
    if plan.later:
        comes.append(tr("{n} about transfers of these exhibits", n=count(plan.later, tr("row"), tr("rows"))))
    if plan.waiting:
        comes.append(tr("{n} cited with trace runs, which are asked again here", n=len(plan.waiting)))
    comes.append(tr("{n} the same in both", n=f"{plan.same:,}"))
    conflicts = [(c.id, telling.what(c, label), *telling.sides(c)) for c in plan.conflicts]
    left = [f"{table}: {why}" for table, _, why in plan.left_out]
    whose = tr("“{title}” of {examiner}", title=other.title, examiner=other.examiner)
    return Offer(whose, comes, conflicts, left)


FLOWS: Mapping[str, Callable[[MainWindow, Mapping[str, Any]], None]] = MappingProxyType(
    {"case.part": write_part, "case.merge": merge, "case.difference": compare}
)
