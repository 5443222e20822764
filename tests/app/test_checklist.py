"""The checklist tells what is met and what is missing from what the case holds, and can be printed."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from workstation.app import checklist
from workstation.app.session import Session
from workstation.casefile.store import create
from workstation.domain.errors import WorkstationError


def _states(session: Session) -> dict[int, str]:
    return {line.number: line.state for line in checklist.lines(session)}


def test_an_empty_case_meets_nothing_that_needs_evidence(tmp_path: Path) -> None:
    with Session(create(tmp_path / "a.wcase", title="A", examiner="D. Rossi"), (), tmp_path / "s") as session:
        states = _states(session)
        assert len(states) == 18
        assert {states[n] for n in (1, 2, 3, 9, 10, 12)} == {"open"}
        assert states[4] == "by hand"
        session.run("custody.handover", giver="D. Rossi", taker="Lab 3", item="laptop")
        assert _states(session)[4] == "met"


def test_a_finding_without_its_doubts_is_named(romance: Session) -> None:
    assert _states(romance)[1] == "met"
    finding = sorted(romance.store.rows("finding"))[0]
    romance.run("finding.edit", finding=finding, disproof="")
    line = next(line for line in checklist.lines(romance) if line.number == 9)
    assert line.state == "open"
    assert line.where.startswith("finding 1 ")


def test_it_is_printed_whole(romance: Session, tmp_path: Path) -> None:
    out = checklist.write_pdf(romance, tmp_path / "checklist.pdf")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(out).pages)
    for line in checklist.lines(romance):
        assert line.requirement.split(";")[0] in " ".join(text.split())
    assert checklist.write_pdf(romance, tmp_path / "again.pdf").read_bytes() == out.read_bytes()
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkstationError, match="WS-EXP-006"):
        checklist.write_pdf(romance, tmp_path / "file" / "x.pdf")
