"""Owns a document that can be edited (DOCX) while it is written: headings, tables, drawings, opening, what every page bears.

It holds no field, macro or link: foreign text is text only. Must not know the sections of a report.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import docx
from docx.shared import Inches, Pt, RGBColor

from workstation.evidence.bundle import Figure
from workstation.evidence.letters import repacked
from workstation.evidence.text import printable

Rows = Sequence[Sequence[Any]]
_RED = RGBColor(0xA1, 0x1F, 0x00)


class Page:
    """A document under way. Fixed texts are looked up with :meth:`w` and :meth:`tell`; every text is made printable."""

    def __init__(self, texts: Mapping[str, str], known: frozenset[int]) -> None:
        self._texts, self._known = texts, known
        self.made = docx.Document()
        self.made.styles["Normal"].font.name, self.made.styles["Normal"].font.size = "Noto Sans", Pt(9.5)

    def w(self, text: Any) -> str:
        """A text in the language of the report; one that has no translation (a name, a hash) stays."""
        return self._texts.get(str(text), str(text))

    def tell(self, text: str, **values: Any) -> str:
        """A text with places, filled."""
        found = self.w(text)
        for name, value in values.items():
            found = found.replace(f"{{{name}}}", str(value))
        return found

    def shown(self, text: Any) -> str:
        """A text with what cannot be drawn as visible marks."""
        return printable(str(text), self._known)

    def heading(self, text: str, level: int) -> None:
        """A heading."""
        self.made.add_heading(self.shown(text), level)

    def say(self, text: str, *, red: bool = False, bold: bool = False) -> None:
        """A paragraph."""
        run = self.made.add_paragraph().add_run(self.shown(text))
        run.bold = bold or red
        if red:
            run.font.color.rgb = _RED

    def point(self, text: str) -> None:
        """A line of a list."""
        self.made.add_paragraph(self.shown(text), style="List Bullet")

    def table(self, head: Sequence[str], rows: Rows) -> None:
        """A table; its head is looked up."""
        if not rows:
            self.say("–")
            return
        made = self.made.add_table(rows=1, cols=len(head), style="Table Grid")
        made.autofit = False
        for cell, text in zip(made.rows[0].cells, head, strict=True):
            cell.paragraphs[0].add_run(self.shown(self.w(text))).bold = True
        for row in rows:
            for cell, text in zip(made.add_row().cells, row, strict=True):
                cell.paragraphs[0].add_run(self.shown(text)).font.size = Pt(8)

    def facts(self, rows: Rows) -> None:
        """Names, which are looked up, and values."""
        self.table(("", ""), [(self.w(name), value) for name, value in rows])

    def figures(self, pictures: Sequence[tuple[Figure, bytes]]) -> None:
        """Drawings with captions."""
        for number, (figure, png) in enumerate(pictures, 1):
            self.made.add_picture(io.BytesIO(png), width=Inches(6))
            name = self.w(figure.name)
            self.say(
                f"{self.w('Figure')} {number}. {name}" + (f": {figure.caption}" if figure.caption else ""), bold=True
            )
            for line in figure.details:
                self.say(line)
        if not pictures:
            self.say(self.w("No graph was drawn in this case."))

    def opening(self, data: Mapping[str, Any]) -> None:
        """Title, failed checks in red, facts of the case, what was left out."""
        self.heading(data["title"], 0)
        if data["classification"]:
            self.say(data["classification"], bold=True)
        if data["failed"]:
            self.say(
                self.w("A check of this case failed. Do not rely on this report before it is explained."), red=True
            )
            for check in data["failed"]:
                self.say(f"{check['name']}: {check['detail']}", red=True)
        elif data["checks"]:
            self.say(
                self.tell(
                    "All {n} checks of the case held immediately before this export. They are listed in the custody section.",
                    n=len(data["checks"]),
                )
            )
        else:
            self.say(self.w("No check of the case was recorded with this export."))
        self.facts(
            [
                ("Reference", data["reference"]), ("Examiner", data["examiner"]), ("Case opened", data["created"]),
                ("Exported", data["exported"]),
                ("Zone of the case", self.tell("{zone}; every time in this report is UTC", zone=data["zone"])),
                ("Case identifier", data["case_id"]), ("Custody entries", data["sequence"]),
                ("Custody head", data["head"]),
            ],
        )  # fmt: skip
        self.say(
            self.w(
                "This document can be edited, so it proves nothing by itself: the sealed package and the PDF made from the same data are what can be checked."
            )
        )
        if data["left_out"]:
            self.say(self.w("Left out by choice of the examiner:") + " " + "; ".join(data["left_out"]))

    def saved(self, data: Mapping[str, Any]) -> bytes:
        """The file."""
        core, when = self.made.core_properties, datetime.fromisoformat(data["exported"][:19])
        core.author, core.title, core.comments = self.shown(data["examiner"]), self.shown(data["title"]), ""
        core.created, core.modified, core.language = when, when, data["language"]
        section = self.made.sections[0]
        section.header.paragraphs[0].text = self.shown(
            "    ".join(filter(None, (data["reference"], data["classification"])))
        )
        section.footer.paragraphs[0].text = self.shown(data["witness"])
        raw = io.BytesIO()
        self.made.save(raw)
        return repacked(raw.getvalue())
