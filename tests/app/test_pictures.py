"""A picture for paper says where it comes from, repeats byte by byte, and leaves out what is hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.app.tracing.test_drawn import flows, start
from workstation.app import pictures
from workstation.app.lens import Lens
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError

SVG = "{http://www.w3.org/2000/svg}"


def texts(session: Session, **wishes: object) -> list[str]:
    """Every text of the SVG."""
    root = ElementTree.fromstring(pictures.picture_bytes(session, "svg", **wishes))  # type: ignore[arg-type]
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("form", pictures.FORMS)
def test_the_same_case_gives_the_same_bytes(romance: Session, form: str) -> None:
    first = pictures.picture_bytes(romance, form)
    romance.store.log("view", {"what": "looked"}, actor="Tester")
    assert pictures.picture_bytes(romance, form) == first
    assert first[:5] in (b"\x89PNG\r", b"<?xml", b"%PDF-")


def test_the_head_names_case_scope_filters_times_and_custody(romance: Session) -> None:
    last = next(entry for entry in reversed(list(romance.store.custody())) if entry.kind not in ("view", "export"))
    romance.look(Lens(roles=("victim",), since=1_700_000_000, text="<b>&"))
    words = "\n".join(texts(romance))
    for part in (
        romance.store.info().title, romance.graphs.picture(romance.graph).scope, "outside the filters and faint",
        "roles Victim or lawful source", "text “<b>&”", "Time window: 2023-11-14 22:13 to open",
        f"Time zone of the case: {romance.store.info().zone}", f"entry {last.sequence}, {last.digest[:16]}", last.time[:10],
    ):  # fmt: skip
        assert part in words


def test_what_is_hidden_is_not_drawn_and_what_is_faint_has_no_words(romance: Session) -> None:
    picture = romance.graphs.picture(romance.graph)
    gone = next(node for node in picture.nodes if node.role == "service" and node.kind != "stub")
    assert gone.name in texts(romance)
    lens = Lens(roles=("victim", "illicit"))
    romance.look(lens)
    faint = pictures.picture_bytes(romance, "svg").decode()
    assert gone.name not in texts(romance)
    assert 'opacity="0.25"' in faint
    romance.look(replace(lens, outside="hide"))
    hidden = pictures.picture_bytes(romance, "svg").decode()
    assert 'opacity="0.25"' not in hidden
    assert gone.full not in hidden
    assert "Service that can answer" not in hidden


def test_a_part_is_cut_and_says_so(romance: Session) -> None:
    node = romance.graphs.picture(romance.graph).nodes[0]
    made = pictures.picture_bytes(romance, "svg", part=(node.x - 50, node.y - 50, node.x + 50, node.y + 50)).decode()
    assert "a part of the graph" in made
    assert 'clip-path="url(#part)"' in made


def test_a_shown_run_is_named(romance: Session) -> None:
    every = flows(romance, start(romance), "forward")
    job = romance.run("trace.show", run=str(every["haircut"].run.number)).job
    if job is not None:
        romance.wait(job)
    said = [word for word in texts(romance) if word.startswith("Taint: haircut, run ")]
    assert len(said) == 2  # in the head and in the legend
    assert not [word for word in texts(romance, marked=False) if word.startswith("Taint")]


def test_files_are_written_whole_or_not_at_all(romance: Session, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "graph.png"
    assert pictures.export(romance, out, dpi=300) == out.stat().st_size
    wide, tall = (int.from_bytes(out.read_bytes()[at : at + 4], "big") for at in (16, 20))
    size = re.search(r' width="([0-9.]+)" height="([0-9.]+)"', pictures.picture_bytes(romance, "svg").decode())
    assert size is not None
    assert wide == pytest.approx(float(size[1]) * 300 / 96, abs=2)
    assert tall == pytest.approx(float(size[2]) * 300 / 96, abs=2)
    assert [path.name for path in out.parent.iterdir()] == ["graph.png"]
    with pytest.raises(WorkstationError, match="WS-EXP-005"):
        pictures.export(romance, tmp_path / "graph.gif")
    with pytest.raises(WorkstationError, match="WS-EXP-004"):
        pictures.export(romance, tmp_path / "huge.png", dpi=9600)
    assert not (tmp_path / "huge.png").exists()


def test_no_clock_and_no_path_is_in_a_pdf(romance: Session, tmp_path: Path) -> None:
    made = pictures.picture_bytes(romance, "pdf")
    moment = re.search(rb"CreationDate \(D:(\d{8})", made)
    change = [entry for entry in romance.store.custody() if entry.kind not in ("view", "export", "verify")][-1]
    assert moment is None or moment[1].decode() == change.time[:10].replace("-", "")
    assert b"/tmp/" not in made
