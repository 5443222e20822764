"""The report of a case: what is chosen stands in it in that order, what was left out is named, and both forms hold the same."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import docx
import pypdf
import pytest

from tests.casefile.casefile_tools import new_case
from workstation.app import paper, paperfile
from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError
from workstation.evidence.bundle import SECTIONS

HOSTILE = '=HYPERLINK("http://x","y") <w:fldSimple w:instr="DDE"/> #let x = 1'


def pdf_text(session: Session) -> str:
    data = paperfile.report_bytes(paperfile.gathered(session), "pdf")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def headings(session: Session) -> list[str]:
    made = docx.Document(io.BytesIO(paperfile.report_bytes(paperfile.gathered(session), "docx")))
    return [p.text for p in made.paragraphs if p.style is not None and p.style.name == "Heading 1"]


def test_sections_stand_in_the_chosen_order_and_undo_brings_all_back(romance: Session) -> None:
    """The choice is one step of work product; the report names what it leaves out."""
    romance.run("paper.choose", sections="custody, findings")
    assert headings(romance) == ["Custody", "Findings"]
    text = pdf_text(romance)
    assert text.index("1 Custody") < text.index("2 Findings")
    assert "Left out by choice of the examiner" in text
    romance.undo()
    assert paper.choice(romance) == paper.Choice()
    assert len(headings(romance)) == len(SECTIONS)


def test_a_finding_left_out_of_the_report_is_named_and_stays_in_the_machine_files(romance: Session) -> None:
    """Leaving out concerns paper: the bundle that the package is written from still holds every finding."""
    key = romance.run("finding.new", claim="A claim that is not printed").made
    romance.run("paper.choose", sections="findings", findings="")
    made = paperfile.gathered(romance)
    assert made.findings
    label = f"F-{int(romance.store.rows('finding')[key]['number']):03d}"
    text = pdf_text(romance)
    assert label in text[text.index("Left out by choice") :].split("Contents")[0]
    assert "A claim that is not printed" not in text


def test_captions_and_scenes_of_the_report_follow_the_choice(romance: Session) -> None:
    """A caption for the report leaves that of the scene alone; one step later the report shows everything again."""
    keys = list(romance.store.rows("scene"))
    romance.run("paper.caption", scene=keys[-1], caption="For the court")
    romance.run("paper.choose", scenes=keys[-1])
    made = paperfile.gathered(romance)
    assert [figure.caption for figure in made.figures] == ["For the court"]
    assert made.chosen.scenes_out == len(keys) - 1
    assert romance.store.rows("scene")[keys[-1]]["caption"] != "For the court"
    romance.run("paper.everything")
    assert len(paperfile.gathered(romance).figures) == len(keys)


def test_the_document_holds_no_field_macro_or_outside_link(romance: Session) -> None:
    """Hostile text of a case is text in the document, and nothing in it reaches out of it."""
    romance.run("finding.new", claim=HOSTILE, reasons=HOSTILE)
    data = paperfile.report_bytes(paperfile.gathered(romance), "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        body = archive.read("word/document.xml")
        links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert b"<w:fldSimple" not in body
    assert b"<w:instrText" not in body
    assert b"<w:hyperlink" not in body
    assert b'TargetMode="External"' not in links
    assert not [name for name in names if "vba" in name.lower() or "embed" in name.lower()]
    made = docx.Document(io.BytesIO(data))
    assert HOSTILE in "\n".join(p.text for p in made.paragraphs)


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_same_case_gives_the_same_bytes(romance: Session, form: str) -> None:
    made = paperfile.gathered(romance)
    assert paperfile.report_bytes(made, form) == paperfile.report_bytes(made, form)


def test_a_wrong_section_or_ending_changes_nothing(romance: Session, tmp_path: Path) -> None:
    before = romance.store.head()
    with pytest.raises(WorkstationError, match="there is no section"):
        romance.run("paper.choose", sections="findings,gossip")
    with pytest.raises(WorkstationError, match="is no report"):
        paperfile.write(romance, tmp_path / "report.txt")
    assert romance.store.head() == before
    assert not list(tmp_path.glob("report*"))


def test_the_chronology_cites_each_transfer_once_in_total_order(romance: Session) -> None:
    """Two findings that cite the same transfers: each transfer stands once, with both labels."""
    ids = [t.id for t in romance.store.transfers()][:3]
    subjects = [f"transfer:tron:{number}" for number in reversed(ids)]
    for claim in ("First", "Second"):
        romance.run("finding.new", claim=claim, subjects=subjects)
    from workstation.evidence.report import report_data

    rows = report_data(paperfile.gathered(romance))["chronology"]
    assert [r["id"] for r in rows if len(r["labels"]) > 1] == [str(number) for number in ids]


def test_a_case_made_before_reports_could_be_chosen_still_opens(tmp_path: Path) -> None:
    """Version 5 had no table for the choice: such a file is upgraded, not called tampered with."""
    with new_case(tmp_path, "old.wcase") as made:
        path = made.path
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TABLE paper")
        raw.execute("PRAGMA user_version=5")
        raw.commit()
    with open_case(path, actor="E") as opened:
        assert opened.rows("paper") == {}
        assert all(check.ok for check in verify_case(opened))
