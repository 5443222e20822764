"""Owns the machine files of a package: CSV, JSON lines, JSON and XLSX with exact figures and full identifiers.

Must not choose what goes into a package (``package``) nor draw anything. Amounts are text, never numbers: a spreadsheet
rounds numbers. Row order is the order of the bundle; JSON is sorted by key and ASCII, so equal data give equal bytes.
"""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import xlsxwriter

from workstation.analysis.picture import Picture
from workstation.evidence.bundle import Bundle, CitedTransfer, Finding, Source
from workstation.evidence.text import guarded, visible

_CELL_LIMIT = 32_000
TRANSFER_COLUMNS = (
    "id", "time_utc", "chain", "transaction", "kind", "index", "status", "block", "from", "to", "from_chain", "to_chain",
    "asset", "contract", "amount", "base_units", "decimals", "decimals_assumed", "absent", "previous_transaction", "previous_index",
    "script", "fiat_then", "citations", "row_sha256",
)  # fmt: skip
ENTITY_COLUMNS = (
    "type", "subject", "name", "role_or_category", "rule", "confidence", "basis", "source", "source_date", "author",
    "at", "exhibit", "locator", "row_sha256", "note",
)  # fmt: skip
FINDING_COLUMNS = (
    "id", "claim", "basis", "status", "confidence", "reasons", "alternatives", "what_would_disprove_it", "evidence",
    "author", "at",
)  # fmt: skip


class Sheet:
    """A CSV file being written, that counts the cells the formula rule had to change."""

    def __init__(self, out: TextIO, columns: Sequence[str]) -> None:
        self._rows = csv.writer(out, lineterminator="\r\n")
        self._rows.writerow(columns)
        self.guarded = 0

    def row(self, cells: Iterable[str | int | None]) -> None:
        """Write one row; None is an empty cell."""
        safe: list[str] = []
        for cell in cells:
            text, changed = guarded("" if cell is None else str(cell))
            self.guarded += changed
            safe.append(text)
        self._rows.writerow(safe)


def dump(value: Any, *, indent: int | None = 1) -> str:
    """JSON text: sorted keys, ASCII, no float by construction of our data."""
    separators = (",", ": ") if indent is not None else (",", ":")
    return json.dumps(value, sort_keys=True, ensure_ascii=True, indent=indent, separators=separators, allow_nan=False)


def moment(seconds: int | None) -> str:
    """``2021-05-08T14:33:01Z``, or empty when the time is absent; seconds outside the calendar stay a number."""
    if seconds is None:
        return ""
    try:
        when = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return f"@{seconds}"
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when.year >= 1000 else when.isoformat() + "Z"


def cite(source: Source) -> str:
    """``E-0001 row 17``."""
    return f"E-{source.exhibit:04d} {source.locator}"


def source_json(source: Source) -> dict[str, Any]:
    """A citation as JSON, with the byte range a checker needs."""
    return {
        "exhibit": source.exhibit,
        "locator": source.locator,
        "row_sha256": source.sha256,
        "offset": source.offset,
        "length": source.length,
        "reference": source.reference,
    }


def transfer_json(item: CitedTransfer) -> dict[str, Any]:
    """One transfer as JSON: amounts as text, absent values as null."""
    t = item.transfer
    return {
        "id": t.id,
        "time": moment(t.time) or None,
        "time_seconds": t.time,
        "chain": t.chain,
        "transaction": t.tx,
        "kind": t.kind,
        "index": t.index,
        "status": t.status,
        "block": t.block,
        "from": t.sender,
        "to": t.receiver,
        "from_chain": _chain(t.chain, t.sender_chain, t.sender),
        "to_chain": _chain(t.chain, t.receiver_chain, t.receiver),
        "asset": t.asset.symbol,
        "contract": t.asset.contract,
        "decimals": t.asset.decimals,
        "decimals_assumed": t.asset.assumed,
        "amount": None if t.amount is None else t.asset.written(t.amount),
        "base_units": None if t.amount is None else str(t.amount),
        "absent": t.absent,
        "previous_transaction": t.previous_tx,
        "previous_index": t.previous_index,
        "script": t.script,
        "fiat_then": item.fiat or None,
        "citations": [source_json(s) for s in item.sources],
    }


def write_transfers(items: Iterable[CitedTransfer], table: Path, lines: Path) -> tuple[int, int]:
    """Write ``transfers.csv`` and ``transfers.jsonl`` in one pass; how many rows, and how many guarded cells."""
    count = 0
    with text_file(table) as rows, text_file(lines) as out:
        sheet = Sheet(rows, TRANSFER_COLUMNS)
        for item in items:
            t, count = item.transfer, count + 1
            amount = None if t.amount is None else t.asset.written(t.amount)
            sheet.row((
                t.id, moment(t.time), t.chain, t.tx, t.kind, t.index, t.status, t.block, t.sender, t.receiver,
                _chain(t.chain, t.sender_chain, t.sender), _chain(t.chain, t.receiver_chain, t.receiver), t.asset.symbol, t.asset.contract, amount, t.amount, t.asset.decimals,
                "yes" if t.asset.assumed else "no", t.absent, t.previous_tx, t.previous_index, t.script,
                item.fiat, "; ".join(cite(s) for s in item.sources), "; ".join(s.sha256 for s in item.sources),
            ))  # fmt: skip
            out.write(dump(transfer_json(item), indent=None) + "\n")
    return count, sheet.guarded


def write_entities(bundle: Bundle, path: Path) -> int:
    """Write ``entities.csv`` (entities with members, tags of the investigator, tags of sources); guarded cells."""
    with text_file(path) as out:
        sheet = Sheet(out, ENTITY_COLUMNS)
        for e in bundle.entities:
            sheet.row(("entity", f"entity::{e.key}", e.name, e.role, *[""] * 10, _flat(e.note)))
            for m in e.members:
                sheet.row(("member", m.subject, e.name, e.role, m.rule, m.confidence, *[""] * 9))
        for t in bundle.tags:
            sheet.row((
                "tag", t.subject, t.label, t.category, "", t.confidence, t.basis, t.source, t.source_date, t.author,
                t.at, "", "", "", "",
            ))  # fmt: skip
        for c in bundle.source_tags:
            s = c.tag
            sheet.row((
                "source tag", f"{s.subject}:{s.chain}:{s.ref}", s.label, s.category, "", s.confidence, "", s.source,
                s.source_date, s.actor, "", f"E-{c.source.exhibit:04d}", c.source.locator, c.source.sha256, "",
            ))  # fmt: skip
    return sheet.guarded


def write_findings(bundle: Bundle, folder: Path) -> int:
    """Write ``findings.csv``, ``findings.json`` and ``findings.xlsx``; guarded cells of the CSV."""
    rows = [_finding_row(f) for f in bundle.findings]
    with text_file(folder / "findings.csv") as out:
        sheet = Sheet(out, FINDING_COLUMNS)
        for row in rows:
            sheet.row(row)
    document = {
        "case": bundle.case.reference,
        "exported": bundle.exported,
        "findings": [_finding_json(f) for f in bundle.findings],
        "notes": [{"subject": n.subject, "body": n.body, "author": n.author, "at": n.at} for n in bundle.notes],
    }
    (folder / "findings.json").write_text(dump(document) + "\n", encoding="ascii", newline="\n")
    _workbook(folder / "findings.xlsx", bundle, rows)
    return sheet.guarded


def write_sources(bundle: Bundle, hashes: Sequence[str], index: Path, quarantine: Path) -> int:
    """Write ``sources/index.csv`` and ``sources/quarantine.csv``; ``hashes`` are the SHA-512 in exhibit order."""
    with text_file(index) as out:
        sheet = Sheet(out, (
            "exhibit", "file", "original_name", "bytes", "sha256", "sha512", "media_type", "received_from",
            "received_at", "reader", "outcome", "read", "accepted", "duplicates", "quarantined", "unpacked_from", "path",
        ))  # fmt: skip
        for e, sha512 in zip(bundle.exhibits, hashes, strict=True):
            sheet.row((
                e.label, "withheld" if e.number in bundle.withheld else f"{e.number:04d}.bin", e.name, e.size, e.sha256, sha512, e.media_type, e.received_from,
                e.received_at, e.reader, e.outcome, e.read, e.accepted, e.duplicates, e.quarantined,
                "" if e.parent is None else f"E-{e.parent:04d}", e.path,
            ))  # fmt: skip
    with text_file(quarantine) as out:
        bad = Sheet(out, ("exhibit", "locator", "code", "reason", "text"))
        for q in bundle.quarantine:
            bad.row((f"E-{q.exhibit:04d}", q.locator, q.code, q.reason, q.raw))
    return sheet.guarded + bad.guarded


def layout_json(picture: Picture) -> str:
    """Positions in sixteenths of a world unit, as integers, so that no float text differs between machines."""
    nodes = [{"key": n.key, "x": round(n.x * 16), "y": round(n.y * 16), "pinned": n.pinned} for n in picture.nodes]
    return dump({"unit": "1/16 world unit", "scope": picture.scope, "nodes": nodes}) + "\n"


def graphml(picture: Picture, marking: str = "") -> str:
    """The picture as GraphML (yEd, Gephi, networkx), with a marking as data of the graph."""
    keys = (
        ("kind", "node"), ("role", "node"), ("name", "node"), ("full", "node"), ("x16", "node"), ("y16", "node"),
        ("asset", "edge"), ("exact", "edge"), ("count", "edge"), ("first", "edge"), ("last", "edge"),
        ("basis", "edge"), ("transfers", "edge"),
    )  # fmt: skip
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [f'<key id="{k}" for="{of}" attr.name="{k}" attr.type="string"/>' for k, of in keys]
    if marking:
        lines.append('<key id="marking" for="graph" attr.name="marking" attr.type="string"/>')
    lines.append('<graph id="G" edgedefault="directed">')
    lines += [_data((("marking", marking),))] if marking else []
    for i, n in enumerate(picture.nodes):
        cells = ("kind", n.kind), ("role", n.role), ("name", n.name), ("full", n.full)
        where = ("x16", str(round(n.x * 16))), ("y16", str(round(n.y * 16)))
        lines.append(f'<node id="n{i}">{_data(cells + where)}</node>')
    basis = {"solid": "ledger", "dashed": "heuristic", "dotted": "stated"}
    for i, e in enumerate(picture.edges):
        found = (
            ("asset", e.asset), ("exact", e.exact), ("count", str(e.count)), ("first", moment(e.first)),
            ("last", moment(e.last)), ("basis", basis[e.style]), ("transfers", " ".join(map(str, e.transfers))),
        )  # fmt: skip
        lines.append(f'<edge id="e{i}" source="n{e.source}" target="n{e.target}">{_data(found)}</edge>')
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def text_file(path: Path) -> TextIO:
    """A text file of a package, to be written."""
    # Lone surrogates cannot be UTF-8; ``visible`` has already turned them into marks.
    return path.open("w", encoding="utf-8", newline="")


def _chain(chain: str, own: str, address: str | None) -> str | None:
    """The ledger an address is of: a stated transfer names addresses of other ledgers than its own."""
    return None if address is None else own or chain


def _flat(text: str) -> str:
    return " ".join(text.split())


def _data(cells: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<data key="{key}">{xml_text(value)}</data>' for key, value in cells if value)


def xml_text(text: str) -> str:
    """Text for XML: hidden characters are marked, because XML cannot hold them all."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _all_sources(finding: Finding) -> Iterator[Source]:
    for link in finding.links:
        yield from link.sources


def _finding_row(f: Finding) -> tuple[str, ...]:
    evidence = "; ".join(cite(s) for s in _all_sources(f))
    texts = _flat(f.reasons), _flat(f.alternatives), _flat(f.disproof)
    return (f.label, _flat(f.claim), f.basis, f.status, f.confidence, *texts, evidence, f.author, f.at)


def _finding_json(f: Finding) -> dict[str, Any]:
    return {
        "id": f.label, "claim": f.claim, "basis": f.basis, "status": f.status, "confidence": f.confidence,
        "reasons": f.reasons, "alternatives": f.alternatives, "disproof": f.disproof, "author": f.author, "at": f.at,
        "evidence": [
            {"subject": k.subject, "note": k.note, "citations": [source_json(s) for s in k.sources]} for k in f.links
        ],
    }  # fmt: skip


def _workbook(path: Path, bundle: Bundle, rows: Sequence[Sequence[str]]) -> None:
    # write_string never makes a formula, a link or a number of a text; the fixed date keeps the bytes equal.
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    created = datetime.datetime.strptime(bundle.exported[:19], "%Y-%m-%dT%H:%M:%S")
    book.set_properties({"title": visible(bundle.case.title)[:200], "created": created})
    head = book.add_format({"bold": True, "bg_color": "#E6EAF0", "border": 1, "text_wrap": True, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C8CDD4"})
    sheet = book.add_worksheet("Findings")
    for column, (name, width) in enumerate(
        zip(FINDING_COLUMNS, (8, 50, 11, 11, 11, 45, 35, 35, 40, 16, 21), strict=True)
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name.replace("_", " "), head)
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            shown = visible(text)
            if len(shown) > _CELL_LIMIT:
                shown = shown[:_CELL_LIMIT] + " … (cut here; whole text in findings.json)"
            sheet.write_string(number, column, shown, cell)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()


def write_redaction(bundle: Bundle, path: Path) -> int:
    """Write ``redaction.csv``: signs and what was withheld, why, on which basis, by whose decision. It names nobody."""
    with text_file(path) as out:
        sheet = Sheet(out, ("what", "kind", "times", "sha256", "reason", "legal_basis", "decided_by"))
        for line in bundle.redaction:
            sheet.row((*line, *bundle.decision))
    return sheet.guarded
