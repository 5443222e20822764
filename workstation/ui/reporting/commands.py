"""Owns what the window does about the report: opens the builder, runs its jobs, keeps the choice, writes the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workstation.domain.errors import WorkstationError
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.paper import Choice
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow

#: Each by its own name, as in every list of languages.
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "it": "Italiano", "ru": "Русский", "kk": "Қазақша"})


def build(window: MainWindow, _given: Mapping[str, Any]) -> None:
    """Open the report builder."""
    from workstation.app import paper
    from workstation.app.commands.scenes import ordered
    from workstation.evidence.bundle import SECTIONS
    from workstation.ui.reporting.builder import Offered, ReportBuilder, Work

    session = window.desk.session
    assert session is not None
    scenes = ordered(session)
    findings = sorted(session.store.rows("finding").items(), key=lambda pair: int(pair[1]["number"]))
    offered = Offered(
        [(key, tr(words)) for key, words in SECTIONS.items()],
        [(key, str(row["name"])) for key, row in scenes],
        [(key, f"F-{int(row['number']):03d}  {row['claim']}") for key, row in findings],
        {key: str(row["caption"] or "") for key, row in scenes},
        LANGUAGES,
    )

    def keep(made: Choice) -> bool:
        said = dialog.cleared()
        captions = [f"{key}={made.captions.get(key, '')}" for key in {**made.captions, **dict.fromkeys(said)}]
        result = window.run_now(
            "paper.choose", sections=",".join(made.sections), scenes=_named(made.scenes), findings=_named(made.findings),
            classification=made.classification, captions="\n".join(captions),
        )  # fmt: skip
        return result is not None

    def write(made: Choice, language: str, out: Path) -> None:
        from workstation.app import paperfile

        if not keep(made):
            return
        try:
            job = paperfile.start(session, out, language=language)
        except WorkstationError as problem:
            window.tell(problem)
            return
        window.watch(job, lambda ended: _written(window, ended, out))

    dialog = ReportBuilder(
        window, offered, paper.choice(session), Work(_previewer(window, session), write),
        session.store.path.with_name(f"{session.store.path.stem}-report.pdf"),
    )  # fmt: skip
    dialog.accepted.connect(lambda: keep(dialog.choice()))
    window.show_dialog(dialog)


def _named(keys: tuple[str, ...] | None) -> str:
    return "all" if keys is None else ",".join(keys)


def _previewer(
    window: MainWindow, session: Session
) -> Callable[[Choice, str, Callable[[Sequence[bytes]], object], Callable[[str], object]], None]:
    def preview(
        made: Choice, language: str, done: Callable[[Sequence[bytes]], object], failed: Callable[[str], object]
    ) -> None:
        from workstation.app import paperfile

        try:
            job = paperfile.preview(session, made, language)
        except WorkstationError as problem:
            failed(problem.what)
            return

        def ended(job: Job) -> None:
            if job.state == "done":
                done(job.result)
            else:
                failed(_why(job))

        window.watch(job, ended)

    return preview


def _why(job: Job) -> str:
    return job.error.what if isinstance(job.error, WorkstationError) else tr("The pages could not be set.")


def _written(window: MainWindow, job: Job, out: Path) -> None:
    if isinstance(job.error, WorkstationError):
        window.tell(job.error)
    elif job.state == "done":
        window.say(tr("Written: {name}", name=out.name))


FLOWS: Mapping[str, Callable[[MainWindow, Mapping[str, Any]], None]] = MappingProxyType({"paper.choose": build})
