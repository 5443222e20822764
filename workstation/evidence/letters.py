"""Owns the letter of a request as PDF/A and as DOCX, from one list of parts. Must not hold a sentence of its own.

The DOCX is packed again in a fixed order with fixed dates, so that the same letter gives the same bytes. It holds no field,
macro or link: foreign text is text only.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.shared import Inches, Pt, RGBColor

from workstation.evidence.fonts import covered
from workstation.evidence.report import set_letter
from workstation.evidence.text import printable

_FIXED = (1980, 1, 1, 0, 0, 0)


def letter_pdf(data: Mapping[str, Any], svg: str, exported: str, *, resources: Path) -> bytes:
    """The letter as PDF/A-2b; ``svg`` is the chart, or empty."""
    with tempfile.TemporaryDirectory() as folder:
        work, out = Path(folder) / "work", Path(folder) / "letter.pdf"
        work.mkdir()
        set_letter(dict(data), svg, out, exported, resources=resources, work=work)
        return out.read_bytes()


def letter_pictures(data: Mapping[str, Any], svg: str, exported: str, *, resources: Path) -> list[bytes]:
    """Each page of the letter as PNG, as it comes out of the printer."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        set_letter(dict(data), svg, work / "page-{0p}.png", exported, resources=resources, work=work, picture=True)
        return [page.read_bytes() for page in sorted(work.glob("page-*.png"))]


def letter_docx(data: Mapping[str, Any], png: bytes, exported: str, *, resources: Path) -> bytes:
    """The letter as a document that can be edited; ``png`` is the chart, or empty."""
    known = covered(resources / "fonts")

    def shown(text: Any) -> str:
        return printable(str(text), known)

    made = docx.Document()
    made.styles["Normal"].font.name = "Noto Sans"
    made.styles["Normal"].font.size = Pt(10)
    core, when = made.core_properties, datetime.fromisoformat(exported[:19])
    core.author, core.title, core.created, core.modified = shown(data["examiner"]), shown(data["title"]), when, when
    core.language, core.comments = str(data["language"]), ""
    if data["draft"]:
        red = RGBColor(0xA1, 0x1F, 0x00)
        for where in (made.sections[0].header.paragraphs[0], made.add_paragraph()):
            run = where.add_run(shown(f"{data['draft']}. {data['draft_note']}"))
            run.bold, run.font.color.rgb = True, red
    made.add_heading(shown(data["title"]), 1)
    for part in data["parts"]:
        if part["head"]:
            made.add_heading(shown(part["head"]), 2)
        if part["note"]:
            made.add_paragraph().add_run(shown(part["note"])).italic = True
        if part["kind"] == "figure" and png:
            made.add_picture(io.BytesIO(png), width=Inches(6))
        _rows(made, part["rows"], shown)
        for item in part["items"]:
            made.add_paragraph(shown(item), style="List Bullet")
        for record in part["records"]:
            made.add_paragraph().add_run(shown(record["title"])).bold = True
            _rows(made, record["rows"], shown)
    made.add_paragraph("\n\n" + shown(data["signature"]))
    made.sections[0].footer.paragraphs[0].text = shown(data["witness"])
    raw = io.BytesIO()
    made.save(raw)
    return repacked(raw.getvalue())


def repacked(data: bytes) -> bytes:
    """A ZIP file with the same members in fixed order and with fixed dates."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return zipped({name: old.read(name) for name in old.namelist()}, first="[Content_Types].xml")


def zipped(files: Mapping[str, bytes], *, first: str = "") -> bytes:
    """A ZIP file of these files; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files, key=lambda n: (n != first, n)):
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            made.writestr(entry, files[name])
    return out.getvalue()


def _rows(made: Any, rows: list[list[str]], shown: Any) -> None:
    if not rows:
        return
    table = made.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = shown(label), shown(value)
        cells[0].width, cells[1].width = Inches(1.8), Inches(4.4)
