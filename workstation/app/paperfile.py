"""Owns writing the report of a case alone, as PDF/A or as an editable document. Must not decide what it shows (``paper``)."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app import export, paper
from workstation.app.jobs import Job
from workstation.app.outfiles import put
from workstation.app.slices import Slices, in_turn
from workstation.domain.errors import WorkstationError
from workstation.evidence.bundle import Bundle
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.app.session import Session


def write(session: Session, out: Path, *, sections: str = "", language: str = "en", classification: str = "") -> int:
    """Write the report into a file that ends in ``.pdf`` or ``.docx``; gives its size in bytes.

    Args:
        sections: names in print order, with commas, for this once; empty = the choice of the case.

    Raises:
        WorkstationError: WS-RPT-001 no such section, WS-RPT-002 another ending, WS-EXP-003 it could not be set,
            WS-EXP-005 no report in this language, WS-EXP-006 it cannot be written.
    """
    form, made = ending(out), gathered(session, sections, language, classification)
    data = report_bytes(made, form)
    put(data, out)
    _log(session, out, made)
    return len(data)


def start(session: Session, out: Path, *, classification: str = "", language: str = "en") -> Job:
    """Write it in a job; its result is the size. What it shows is gathered on the main thread, in slices."""
    form = ending(out)
    _known(language)

    def work(job: Job) -> int:
        made = in_turn(
            session, job, lambda: export.gathering(session, language=language, classification=classification)
        )
        data = report_bytes(made, form)
        put(data, out)
        _log(session, out, made)
        return len(data)

    return session.jobs.submit("Write the report", work, lane="case")


def gathered(session: Session, sections: str = "", language: str = "en", classification: str = "") -> Bundle:
    """Everything the report is made from, as plain values."""
    _known(language)
    named = paper.sections(sections.split(",")) if sections else ()
    made = export.bundle(session, language=language, classification=classification)
    return replace(made, chosen=replace(made.chosen, sections=named)) if named else made


def preview(session: Session, choice: paper.Choice, language: str) -> Job:
    """Set the pages in a job; its result are PNG pictures, in order. What they show is gathered as by :func:`start`."""
    _known(language)

    def work(job: Job) -> list[bytes]:
        def make() -> Slices[Bundle]:
            return export.gathering(session, language=language, classification=choice.classification, choice=choice)

        return pages(in_turn(session, job, make))

    return session.jobs.submit("Preview of the report", work)


def _known(language: str) -> None:
    """``WorkstationError`` WS-EXP-005 when there is no report in this language, before anything is gathered."""
    from workstation.evidence.report import words  # slow to load

    words(language, resources_folder())


def ending(out: Path) -> str:
    """``pdf`` or ``docx``; ``WorkstationError`` WS-RPT-002 for another ending."""
    form = out.suffix.lower().removeprefix(".")
    if form not in ("pdf", "docx"):
        raise WorkstationError(
            "WS-RPT-002", f"{out.name!r} is no report", "nothing was written", "end the name in .pdf or .docx"
        )
    return form


def report_bytes(made: Bundle, form: str) -> bytes:
    """The report as a file in memory. Needs no session, so a worker thread may do it."""
    from workstation.evidence.chosen import figures_of
    from workstation.evidence.report import write_report  # slow to load
    from workstation.evidence.reportdocx import report_docx

    figures, resources = figures_of(made), resources_folder()
    if form == "docx":
        return report_docx(made, figures, resources=resources)
    with tempfile.TemporaryDirectory() as folder:
        work, out = Path(folder) / "work", Path(folder) / "report.pdf"
        work.mkdir()
        write_report(made, figures, out, resources=resources, work=work)
        return out.read_bytes()


def pages(made: Bundle) -> list[bytes]:
    """The pages of the report as PNG pictures, in order. Needs no session, so a worker thread may do it."""
    from workstation.evidence.chosen import figures_of
    from workstation.evidence.report import write_report

    with tempfile.TemporaryDirectory() as folder:
        work, place = Path(folder) / "work", Path(folder) / "pages"
        work.mkdir()
        place.mkdir()
        out = place / "page-{0p}.png"
        write_report(made, figures_of(made), out, resources=resources_folder(), work=work, picture=True)
        return [page.read_bytes() for page in sorted(place.iterdir())]


def _log(session: Session, out: Path, made: Bundle) -> None:
    body = {"report": out.name, "entry": made.case.sequence, "sections": ",".join(made.chosen.sections)}
    session.store.log("export", body, actor=session.actor)
