"""Owns the report as a document that can be edited (DOCX), made from the same values as the PDF.

It holds no field, macro or link: foreign text is text only. Must not decide what the report shows (``chosen``).
"""

from __future__ import annotations

import calendar
import io
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import docx
from docx.shared import Inches, Pt, RGBColor

from workstation.evidence.bundle import SECTIONS, Bundle, Figure
from workstation.evidence.drawing import drawing
from workstation.evidence.fonts import covered
from workstation.evidence.letters import repacked
from workstation.evidence.report import drawable, report_data, words
from workstation.evidence.text import printable

Rows = Sequence[Sequence[Any]]
_MARKS = MappingProxyType({"fact": "FACT", "heuristic": "HEURISTIC", "assumption": "ASSUMPTION"})
_RED = RGBColor(0xA1, 0x1F, 0x00)


def report_docx(bundle: Bundle, figures: Sequence[Figure], *, resources: Path) -> bytes:
    """The report of a bundle; the same bundle gives the same bytes."""
    texts, known = words(bundle.language, resources), covered(resources / "fonts")
    data = report_data(bundle, texts)
    moment = calendar.timegm(time.strptime(bundle.exported[:19], "%Y-%m-%dT%H:%M:%S"))
    pictures = [
        (figure, drawing(drawable(figure.svg, known), "png", moment=moment, resources=resources)) for figure in figures
    ]
    page = _Page(lambda text: printable(texts.get(str(text), str(text)), known))
    page.opening(data)
    for name in data["sections"]:
        page.heading(SECTIONS[name], 1)
        if name == "figures":
            page.figures(pictures)
        else:
            _WRITERS[name](page, data)
    return page.saved(data)


class _Page:
    """A document under way; every text goes through ``shown``."""

    def __init__(self, shown: Callable[[Any], str]) -> None:
        self.shown = shown
        self.made = docx.Document()
        self.made.styles["Normal"].font.name, self.made.styles["Normal"].font.size = "Noto Sans", Pt(9.5)

    def heading(self, text: Any, level: int) -> None:
        """A heading."""
        self.made.add_heading(self.shown(text), level)

    def say(self, text: Any, *, red: bool = False, bold: bool = False) -> None:
        """A paragraph."""
        run = self.made.add_paragraph().add_run(self.shown(text))
        run.bold = bold or red
        if red:
            run.font.color.rgb = _RED

    def table(self, head: Sequence[str], rows: Rows) -> None:
        """A table with a head row, or a sentence when it is empty."""
        if not rows:
            self.say("None.")
            return
        made = self.made.add_table(rows=1, cols=len(head), style="Table Grid")
        made.autofit = False
        for cell, text in zip(made.rows[0].cells, head, strict=True):
            cell.paragraphs[0].add_run(self.shown(text)).bold = True
        for row in rows:
            for cell, text in zip(made.add_row().cells, row, strict=True):
                cell.paragraphs[0].add_run(self.shown(text)).font.size = Pt(8)

    def figures(self, pictures: Sequence[tuple[Figure, bytes]]) -> None:
        """Drawings with captions."""
        for number, (figure, png) in enumerate(pictures, 1):
            self.made.add_picture(io.BytesIO(png), width=Inches(6))
            told = f"Figure {number}. {figure.name}" + (f": {figure.caption}" if figure.caption else "")
            self.say(told, bold=True)
            for line in figure.details:
                self.say(line)
        if not pictures:
            self.say("No graph was drawn in this case.")

    def opening(self, data: Mapping[str, Any]) -> None:
        """Title, failed checks in red, facts of the case, what was left out."""
        self.heading(data["title"], 0)
        if data["classification"]:
            self.say(data["classification"], bold=True)
        if data["failed"]:
            self.say("A check of this case failed. Do not rely on this report before it is explained.", red=True)
            for check in data["failed"]:
                self.say(f"{check['name']}: {check['detail']}", red=True)
        elif data["checks"]:
            self.say(f"All {len(data['checks'])} checks of the case held immediately before this export.")
        self.table(
            ("", ""),
            [
                ("Reference", data["reference"]), ("Examiner", data["examiner"]), ("Case opened", data["created"]),
                ("Exported", data["exported"]), ("Zone of the case", f"{data['zone']}; every time here is UTC"),
                ("Case identifier", data["case_id"]), ("Custody entries", data["sequence"]),
                ("Custody head", data["head"]),
            ],
        )  # fmt: skip
        self.say(
            "This document can be edited, so it proves nothing by itself: the sealed package and the PDF made from the "
            "same data are what can be checked."
        )
        if data["left_out"]:
            self.say("Left out by choice of the examiner: " + "; ".join(data["left_out"]))

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


def _summary(page: _Page, data: Mapping[str, Any]) -> None:
    s = data["summary"]
    rows = [
        ("exhibits", s["exhibits"]), ("transfers", s["transfers"]), ("first transfer", s["first"]),
        ("last transfer", s["last"]), ("chains", ", ".join(s["chains"])), ("findings", s["findings"]),
        ("findings by status", ", ".join(f"{page.shown(name)} {many}" for many, name in s["status"])), ("rows not used", s["quarantined"]),
        ("amounts the sources do not state (never counted as zero)", s["absent"]),
        ("transfers with assumed decimals", s["assumed"]),
    ]  # fmt: skip
    page.table(("What", "Value"), rows)
    page.table(
        ("Id", "Claim", "Rests on", "Status"),
        [(f["label"], f["claim"], _MARKS.get(f["basis"], f["basis"]), f["status"]) for f in data["findings"]],
    )
    page.say(
        "FACT: stated by an exhibit and checkable there. HEURISTIC: follows from a rule of thumb that can be wrong. "
        "ASSUMPTION: taken as given by the examiner. An address is not a person."
    )


def _findings(page: _Page, data: Mapping[str, Any]) -> None:
    for f in data["findings"]:
        page.heading(f"{f['label']}  {f['claim']}", 2)
        page.say(
            f"{_MARKS.get(f['basis'], f['basis'])}, {f['status']}, confidence {f['confidence']}. {f['author']}, {f['at']}"
        )
        page.table(
            ("", ""),
            [
                ("Reasons", f["reasons"] or "none stated"), ("Other explanations", f["alternatives"] or "none stated"),
                ("What would disprove it", f["disproof"] or "not stated"),
            ],
        )  # fmt: skip
        if not f["links"]:
            page.say("No evidence is linked to this finding.", red=True)
            continue
        page.table(
            ("Evidence", "Place and SHA-256 of the row"), [(_evidence(k), _places(k["sources"])) for k in f["links"]]
        )
    if not data["findings"]:
        page.say("No finding was recorded.")


def _evidence(link: Mapping[str, Any]) -> str:
    moved = link["moved"]
    told = link["subject"] if moved is None else f"{moved['amount']} {moved['asset']}, {_parties(moved)}"
    return f"{told}\n{link['note']}" if link["note"] else str(told)


def _parties(row: Mapping[str, Any]) -> str:
    return (
        f"{row['time']}, {row['chain']} {row['kind']}\nfrom {row['from'] or '-'}\nto {row['to'] or '-'}\ntx {row['tx']}"
    )


def _places(sources: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"{s['place']} {s['sha256']}" for s in sources) or "no place stated"


def _chronology(page: _Page, data: Mapping[str, Any]) -> None:
    page.table(
        ("Transfer", "Amount", "Place", "Findings"),
        [
            (f"{r['id']}\n{_parties(r)}", f"{r['amount']} {r['asset']}", _places(r["sources"]), ", ".join(r["labels"]))
            for r in data["chronology"]
        ],
    )


def _traces(page: _Page, data: Mapping[str, Any]) -> None:
    for t in data["traces"]:
        page.heading(t["title"], 2)
        page.say(t["asked"])
        if t["stale"]:
            page.say("Stale: the ledger changed since.", red=True)
        page.table(("Run", "Method, version", "SHA-256 of the record"),
                   [(r["number"], f"{r['title']}, {r['version']}", r["sha256"]) for r in t["runs"]])  # fmt: skip
        for part in t["sections"]:
            page.heading(part["title"], 3)
            if part["total"] > len(part["lines"]):
                page.say(
                    f"{part['total']} rows; the first {len(part['lines'])} are shown, all stand in data/traces/holders.csv."
                )
            page.table(("What", "Amounts, reason"),
                       [(x["what"], "\n".join(filter(None, (*x["cells"], x["held"], x["reason"])))) for x in part["lines"]])  # fmt: skip
        for line in t["remainder"]:
            page.say(line)
    if not data["traces"]:
        page.say("No trace was kept.")


def _transfers(page: _Page, data: Mapping[str, Any]) -> None:
    t = data["transfers"]
    if t["sampled"]:
        page.say(
            f"{t['total']} transfers; the first {len(t['rows'])} are shown, all stand in data/transfers/transfers.csv."
        )
    page.table(
        ("No.", "Time, parties, transaction", "Amount", "Place"),
        [
            (r["id"], _parties(r), f"{r['amount']} {r['asset']}" + (" (decimals assumed)" if r["assumed"] else ""),
             "; ".join(s["place"] for s in r["sources"]))
            for r in t["rows"]
        ],
    )  # fmt: skip


def _attributions(page: _Page, data: Mapping[str, Any]) -> None:
    if data["tags_total"] > len(data["tags"]):
        page.say(f"{data['tags_total']} tags; all stand in data/transfers/entities.csv.")
    page.table(("Subject", "Label", "Source and place", "Date, rests on"),
               [(g["subject"], g["label"], f"{g['source']}\n{g['place']}", f"{g['date']}, {g['basis']}") for g in data["tags"]])  # fmt: skip
    for e in data["entities"]:
        page.say(e["name"] + (f" ({e['role']})" if e["role"] else ""), bold=True)
        page.say("\n".join([*filter(None, [e["note"]]), *(m["subject"] for m in e["members"])]))
    for n in data["notes"]:
        page.say(f"{n['subject']}: {n['body']} ({n['author']}, {n['at']})")


def _requests(page: _Page, data: Mapping[str, Any]) -> None:
    for r in data["requests"]:
        page.heading(f"{r['label']}  {r['service']}", 2)
        days = "\n".join(f"{day} {page.shown(what)}" for day, what in r["days"])
        rows = [
            ("Status", page.shown(r["status"])),
            ("Days", days),
            ("Addresses", "\n".join(r["targets"])),
            *r["facts"],
        ]
        rows += [("Asked", ", ".join(page.shown(action) for action in r["actions"]))]
        rows += [(f"{page.shown(name)}, SHA-256", value) for name, value in r["hashes"]]
        page.table(("What", "Value"), [row for row in rows if row[1]])
    if not data["requests"]:
        page.say("No request was written down.")


def _method(page: _Page, data: Mapping[str, Any]) -> None:
    page.table(
        ("No.", "Step", "Reader, parameters, remarks", "Outcome"),
        [
            (p["number"], f"{p['action']} {p['exhibit']}", "\n".join([f"{p['tool']} {p['version']}", p["at"], *p["parameters"], *p["remarks"]]),
             f"{p['outcome']}: read {p['read']}, accepted {p['accepted']}, again seen {p['duplicates']}, not used {p['quarantined']}")
            for p in data["steps"]
        ],
    )  # fmt: skip
    page.heading("Limits", 2)
    for line in (
        "The report is as complete as its exhibits. Whether a source tells the truth or tells all is not checked.",
        "Addresses are not persons. Attributions are as good as their source and date.",
        "Transactions with inputs and outputs do not say which input paid which output; nothing of that kind is a fact here.",
        "Absent amounts keep a reason and never become zero; unusable rows are listed with their text.",
    ):
        page.made.add_paragraph(line, style="List Bullet")


def _exhibits(page: _Page, data: Mapping[str, Any]) -> None:
    page.table(
        ("Exhibit", "SHA-256", "Received", "Read"),
        [
            (f"{e['label']} {e['name']}", f"{e['sha256']}\n{e['size']} bytes", f"{e['received_from']}, {e['received_at']}",
             f"{e['outcome']}: {e['read']} records, {e['accepted']} accepted, {e['duplicates']} seen before, {e['quarantined']} not used")
            for e in data["exhibits"]
        ],
    )  # fmt: skip


def _unused(page: _Page, data: Mapping[str, Any]) -> None:
    if data["quarantine_total"] > len(data["quarantine"]):
        page.say(f"{data['quarantine_total']} rows; all stand in data/sources/quarantine.csv.")
    page.table(
        ("Place", "Reason", "Text"),
        [(q["place"], f"{q['reason']} ({q['code']})", q["text"]) for q in data["quarantine"]],
    )


def _custody(page: _Page, data: Mapping[str, Any]) -> None:
    page.table(("Result", "Check", "Meaning"),
               [("held" if c["ok"] else "FAILED", c["name"], c["detail"]) for c in data["checks"]])  # fmt: skip
    if data["custody_total"] > len(data["custody"]):
        page.say(f"{data['custody_total']} entries; the last are shown, all stand in data/custody/audit.jsonl.")
    page.table(("No.", "Time, actor", "Entry", "Hash"),
               [(c["sequence"], f"{c['time']}\n{c['actor']}", f"{c['kind']} {c['body']}", c["digest"]) for c in data["custody"]])  # fmt: skip


def _glossary(page: _Page, data: Mapping[str, Any]) -> None:
    page.table(("Term", "Meaning"), [
        ("Address", "A name on a ledger that can receive value. Not a person and not an account in a bank."),
        ("Citation", "Exhibit, place inside it and the SHA-256 of exactly those bytes."),
        ("Custody head", "The hash of the newest entry of the custody log. It stands for the whole log."),
        ("Exhibit", "A source file as it was received, kept byte for byte."),
        ("Heuristic", "A rule that is usually right and can be wrong."),
        ("SHA-256", "A fingerprint of data: change one bit and it is another one."),
        ("Transfer", "One movement of one asset. With inputs and outputs, one input or one output of a transaction."),
    ])  # fmt: skip
    page.table(("Program and environment", ""), data["environment"])


def _cards(page: _Page, data: Mapping[str, Any]) -> None:
    for card in data["cards"]:
        page.heading(card["title"], 2)
        for part in card["parts"]:
            page.say(part["head"], bold=True)
            for line in part["lines"]:
                page.say(line)
    if not data["cards"]:
        page.say("No method was used.")


_WRITERS: Mapping[str, Callable[[_Page, Mapping[str, Any]], None]] = MappingProxyType({
    "summary": _summary, "findings": _findings, "chronology": _chronology, "traces": _traces, "transfers": _transfers,
    "attributions": _attributions, "requests": _requests, "method": _method, "exhibits": _exhibits, "unused": _unused, "custody": _custody,
    "glossary": _glossary, "cards": _cards,
})  # fmt: skip
