"""Owns the way from files to a finished import in the window: dialog, mapping wizard, job, summary.

Plain functions of the window. Must not hold state and must not read files itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from workstation.domain.errors import WorkstationError
from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.ui.importdialog import ImportDialog
    from workstation.ui.window import MainWindow


def import_without_case(window: MainWindow, paths: Sequence[Path] = ()) -> None:
    """Importing starts with a case: make one, then import."""
    from workstation.ui.casefiles import new_case

    new_case(window, lambda: import_files(window, {"files": list(paths)}))


def import_files(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask which files, who handed them over, and import them as a job."""
    from workstation.domain.chains import CHAINS
    from workstation.plugin_host.readers import list_readers
    from workstation.ui.importdialog import ImportDialog

    session = window.desk.session
    assert session is not None
    formats = [(info.id, info.title) for info in list_readers(session.plugins)]
    dialog = ImportDialog(
        window, formats, list(CHAINS), lambda path: _look(window, dialog, path),
        lambda path: map_columns(window, path, dialog),
    )  # fmt: skip

    def start() -> None:
        options = dialog.options()
        more = [f"{name}={options.pop(name).replace(',', ' ')}" for name in ("label", "direction") if name in options]
        if more:
            options["options"] = ",".join(more)
        window.run_now("case.import", files=list(dialog.files), **options)

    dialog.accepted.connect(start)
    window.show_dialog(dialog)
    dialog.add([Path(p) for p in given.get("files") or []])


def _look(window: MainWindow, dialog: ImportDialog, path: Path) -> None:
    """Find out what a file is, as a job; a folder and a container are opened at import."""
    from shiboken6 import Shiboken

    from workstation.app.importing import CONTAINERS
    from workstation.plugin_host import containers
    from workstation.plugin_host.magic import unknown
    from workstation.plugin_host.readers import detect

    session = window.desk.session
    assert session is not None
    if path.is_dir():
        dialog.detected(path, tr("folder"), tr("every file below it is imported with its relative path"))
        return

    def work(_job: Job) -> tuple[str, str, tuple[str, ...]]:
        with path.open("rb") as file:
            head = file.read(1 << 16)
        kind = containers.kind(head, path.name)
        if kind:
            return tr(CONTAINERS[kind]), tr("its files or sheets are read one by one"), ()
        found = detect(path, session.plugins)
        if not found:
            plainly = unknown(head)
            return tr("not recognised"), f"{plainly.what}; {plainly.todo}", ()
        best = found[0]
        if not best.automatic:
            why = tr("fits only in part: {why}; choose it above, or map the columns", why=best.why)
            return tr("not recognised"), why, ()
        if best.score < 1.0 and len(found) > 1:
            others = ", ".join(d.title for d in found[1:4])
            return best.title, tr("{why} (or: {others})", why=best.why, others=others), best.questions
        return best.title, best.why, best.questions

    def done(job: Job) -> None:
        if not Shiboken.isValid(dialog):  # closed while the file was looked at
            return
        if job.error is not None:
            what = job.error.what if isinstance(job.error, WorkstationError) else str(job.error)
            dialog.detected(path, tr("cannot be imported"), what)
        else:
            dialog.detected(path, *job.result)

    window.watch(session.jobs.submit(tr("Look at {name}", name=path.name), work), done)


def choose_and_map(window: MainWindow) -> None:
    """Ask for a table or workbook and open the mapping wizard."""
    found = QFileDialog.getOpenFileName(window, tr("Table or workbook to map"))[0]
    if found:
        map_columns(window, Path(found))


def choose_and_scan(window: MainWindow) -> None:
    """Ask for files and find the addresses in them; the hits become proposals."""
    found = QFileDialog.getOpenFileNames(window, tr("Files to scan for addresses"))[0]
    if found:
        window.run_now("case.import", files=[Path(p) for p in found], reader="text.scan")
        window.show_dock("found")


def map_columns(window: MainWindow, path: Path, dialog: ImportDialog | None = None) -> None:
    """Open the mapping wizard for a table or a workbook; its import runs with the profile made there."""
    from workstation.app import mapping

    session = window.desk.session
    assert session is not None
    folder = tempfile.TemporaryDirectory(prefix="fundflow-map-")  # sheets live as long as the wizard

    def work(_job: Job) -> Any:
        return mapping.sheets(session, path, Path(folder.name))

    def done(job: Job) -> None:
        if job.error is not None:
            folder.cleanup()
            if isinstance(job.error, WorkstationError):
                window.tell(job.error)
            return
        _open_wizard(window, path, job.result, folder, dialog)

    window.watch(session.jobs.submit(tr("Look at {name}", name=path.name), work), done)


def _open_wizard(
    window: MainWindow, path: Path, sheets: Any, folder: tempfile.TemporaryDirectory[str], dialog: ImportDialog | None
) -> None:
    from workstation.app import mapping
    from workstation.ui.mapping.wizard import MappingWizard, Work

    session = window.desk.session
    assert session is not None

    def job(
        title: str, work: Callable[[Job], Any], done: Callable[[Any], object], failed: Callable[[str], object]
    ) -> None:
        def ended(run: Job) -> None:
            if run.error is None:
                done(run.result)
            elif isinstance(run.error, WorkstationError):
                failed(f"{run.error.what}; {run.error.todo}")
            else:
                failed(str(run.error))

        window.watch(session.jobs.submit(title, work), ended)

    kept = [(name, body) for _, name, body in mapping.profiles(session)]
    wizard = MappingWizard(window, path.name, sheets, Work(
        lambda table, done, failed: job(
            tr("Look at {name}", name=table.name), lambda _: mapping.preview(session, table), done, failed
        ),
        lambda table, body, done, failed: job(
            tr("Check {name}", name=table.name),
            lambda run: mapping.check(session, table, body, {}, cancelled=run.cancelled), done, failed,
        ),
        kept,
    ))  # fmt: skip

    def start() -> None:
        texts, names = wizard.texts(), wizard.names()
        if wizard.keep.isChecked():
            for sheet, body in texts.items():
                window.desk.run("mapping.save", name=names[sheet] or path.name, text=body)
        received = dialog.received.text().strip() if dialog is not None else ""
        window.run_now(
            "case.import", files=[path], profile=mapping.join(list(texts.values())), received_from=received or "unknown"
        )
        if dialog is not None:
            dialog.take_out(path)
            if not dialog.files:
                dialog.reject()

    wizard.accepted.connect(start)
    wizard.finished.connect(lambda _: folder.cleanup())
    window.show_dialog(wizard)


def import_done(window: MainWindow, job: Job) -> None:
    """Show the summary; bring the first addresses onto an empty graph only when the user asks."""
    from workstation.ui.importreport import import_summary

    results = list(job.result or [])
    new = sum(r.accepted for r in results)
    window.say(tr("import finished: {n}", n=count(new, "new record", "new records")))
    if job.error is not None and isinstance(job.error, WorkstationError):
        window.tell(job.error)
    if results:
        window.show_dialog(
            import_summary(
                window, results, lambda: window.show_dock("problems"), lambda number: show_report(window, number)
            )
        )


def show_report(window: MainWindow, exhibit: int) -> None:
    """Show the import report of an exhibit."""
    from workstation.app import report
    from workstation.ui.importreport import ReportDialog

    session = window.desk.session
    if session is not None:
        window.show_dialog(ReportDialog(window, report.lines(session, exhibit), report.title(session, exhibit)))


def dropped(window: MainWindow, paths: list[Path]) -> None:
    """Files were dropped on the window: a case is opened, anything else is imported."""
    cases = [path for path in paths if path.suffix == ".wcase"]
    if cases:
        window.open_path(cases[0])
    elif window.desk.session is None:
        import_without_case(window, paths)
    else:
        import_files(window, {"files": paths})
