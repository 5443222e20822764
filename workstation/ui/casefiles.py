"""Owns new and opened case files, and packages: asking where they go, writing, verifying, doing them again.

Each is a plain function of the window. Must not hold state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from workstation.domain.errors import WorkstationError
from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.ui.window import MainWindow


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

        window.opening.beside(work, done)

    dialog.accepted.connect(make)
    window.show_dialog(dialog)


def open_case(window: MainWindow) -> None:
    """Ask for a case file and open it."""
    found = QFileDialog.getOpenFileName(
        window, tr("Open case"), window.settings.text("case_folder"), tr("Cases (*.wcase)")
    )[0]
    if found:
        window.open_path(Path(found))


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

    window.opening.beside(
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

    window.opening.beside(work, done)


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
