"""Setting a page: refused pages say why, and nothing of a page stays in the process of the open case."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workstation.evidence.typesetting import NotSet, typeset
from workstation.paths import resources_folder

_PAGE = "#set page(width: 100pt, height: 50pt)\nHello"


def _page(folder: Path, text: str) -> Path:
    page = folder / "page.typ"
    page.write_text(text, encoding="utf-8")
    return page


def test_a_page_becomes_a_pdf_or_pictures_in_another_process(tmp_path: Path) -> None:
    loaded = "typst" in sys.modules
    page = _page(tmp_path, _PAGE + "\n#pagebreak()\nagain")
    typeset(page, tmp_path / "out.pdf", "pdf", moment=0, resources=resources_folder())
    typeset(page, tmp_path / "out-{0p}.png", "png", moment=0, resources=resources_folder(), dpi=72.0)
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
    pictures = sorted(tmp_path.glob("out-*.png"))
    assert [p.name for p in pictures] == ["out-1.png", "out-2.png"]
    assert pictures[0].read_bytes()[16:24] == (100).to_bytes(4, "big") + (50).to_bytes(4, "big")
    assert ("typst" in sys.modules) == loaded


def test_a_refused_page_says_why_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotSet, match="unknown variable: nothing"):
        typeset(_page(tmp_path, "#nothing"), tmp_path / "out.pdf", "pdf", moment=0, resources=resources_folder())
    assert not (tmp_path / "out.pdf").exists()


def test_a_page_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("canary", encoding="ascii")
    page = _page(inside, '#read("../secret.txt")')
    with pytest.raises(NotSet):
        typeset(page, tmp_path / "out.pdf", "pdf", moment=0, resources=resources_folder())


def test_a_process_that_cannot_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(NotSet, match="did not run"):
        typeset(_page(tmp_path, _PAGE), tmp_path / "out.pdf", "pdf", moment=0, resources=resources_folder())
