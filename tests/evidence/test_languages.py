"""The report and the seal sheet in every language: no text without a translation, every place filled, letters readable."""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from tests.evidence.evidence_sample import sample
from workstation.domain.errors import WorkstationError
from workstation.evidence import docxpage, report, reportdocx
from workstation.paths import resources_folder

OTHERS = tuple(name for name in report.LANGUAGES if name != "en")
_TEXT = r'"((?:[^"\\]|\\.)+)"'
_TEMPLATES = ("report", "seal", "style")


def _asked() -> set[str]:
    """Every text that a template looks up."""
    found: set[str] = set()
    for name in _TEMPLATES:
        text = (resources_folder() / "report" / f"{name}.typ").read_text("utf-8")
        found |= set(re.findall(rf"\b(?:w|tell|th)\(\s*{_TEXT}", text))
        found |= {each for pair in re.findall(rf"counted\([^,]+, {_TEXT}, {_TEXT}", text) for each in pair}
        found |= set(re.findall(rf"#fact\({_TEXT}", text)) | set(re.findall(rf"tile\([^,]+, {_TEXT}", text))
    return found


def _asked_by_document() -> set[str]:
    """Every text that the editable report looks up."""
    source = "".join(Path(module.__file__).read_text("utf-8") for module in (reportdocx, docxpage))
    found = set(re.findall(rf"\b(?:w|tell)\(\s*{_TEXT}", source))
    found |= {x for pair in re.findall(rf"_counted\(\s*page, [^,]+,\s*{_TEXT},\s*{_TEXT}", source) for x in pair}
    for head in re.findall(r"\.table\(\s*\(([^()]*)\),", source):
        found |= set(re.findall(_TEXT, head))
    return (found | set(re.findall(r'^\s*\(?"([A-Z][^"]{2,40})", ', source, re.MULTILINE))) - {", "}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_editable_report_is_translated(language: str) -> None:
    asked = _asked_by_document()
    assert len(asked) > 100
    assert asked - set(report.words(language, resources_folder())) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_the_editable_report_is_in_its_language(language: str) -> None:
    made = docx.Document(
        io.BytesIO(reportdocx.report_docx(replace(sample(6), language=language), (), resources=resources_folder()))
    )
    texts = [p.text for p in made.paragraphs] + [c.text for t in made.tables for row in t.rows for c in row.cells]
    words = report.words(language, resources_folder())
    # names of checks stay as the program writes them
    names = {check.name for check in sample(6).checks} | set(words.values())
    english = [text for text in texts if text in words and text not in names]
    assert english == []
    assert words["Glossary"] in texts
    assert not [text for text in texts if re.search(r"\{\w+\}", text)]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_templates_is_translated_with_its_places(language: str) -> None:
    words = report.words(language, resources_folder())
    assert _asked() - set(words) == set()
    for english, text in words.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english)), english
        assert text.strip()


def test_the_languages_have_the_same_texts() -> None:
    folder = resources_folder() / "report" / "languages"
    known = [set(tomllib.loads((folder / f"report.{name}.toml").read_text("utf-8"))["words"]) for name in OTHERS]
    assert known[0] == known[1] == known[2]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "Come leggere i segni."), ("ru", "Как читать пометки."), ("kk", "Белгілерді қалай оқу керек."),
    ],
)  # fmt: skip
def test_a_report_is_set_in_its_language(language: str, said: str, tmp_path: Path) -> None:
    out, work = tmp_path / "report.pdf", tmp_path / "work"
    work.mkdir()
    report.write_report(replace(sample(6), language=language), (), out, resources=resources_folder(), work=work)
    pdf = PdfReader(out)
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert said in text
    assert "How to read" not in text
    assert not re.search(r"\{\w+\}", text)
    assert pdf.trailer["/Root"]["/Lang"] == language


def test_another_language_is_refused_by_name(tmp_path: Path) -> None:
    for name in ("xx", "../freeze.it", ""):
        with pytest.raises(WorkstationError, match="WS-EXP-005"):
            report.words(name, tmp_path)
