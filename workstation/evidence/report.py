"""Owns the papers of a package: the report (PDF/A-2b) and the seal sheet, set by Typst from our own templates.

Must not hold a sentence of a finding nor any layout: data go in as JSON strings, never as markup, and the templates in
``resources/report`` decide how they look. Works without a network: no template imports a package, fonts come from our
folder only, the time stamp is the frozen one of the export, so equal bundles give equal bytes.
"""

from __future__ import annotations

import calendar
import json
import re
import shutil
import time
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workstation.domain import subjects
from workstation.domain.errors import WorkstationError
from workstation.evidence import requests, traces
from workstation.evidence.bundle import Bundle, CitedTransfer, Figure, Finding, Source
from workstation.evidence.chosen import chronology, left_out, shown_findings
from workstation.evidence.fonts import covered
from workstation.evidence.tables import cite, moment
from workstation.evidence.text import printable, visible
from workstation.evidence.typesetting import NotSet, typeset

#: The languages a report can be written in.
LANGUAGES = ("en", "it", "ru", "kk")
#: Above this the report shows a sample and points to the CSV (``notes/evidence.md`` section 3).
TABLE_LIMIT = 2000
_SAMPLE = 200
_QUARANTINE_LIMIT = 100
_CUSTODY_LIMIT = 400
_TAG_LIMIT = 400
_WIDE = 1000.0
_WIDTH = re.compile(r'viewBox="[-0-9.]+ [-0-9.]+ ([0-9.]+) ([0-9.]+)"')
_RUN = re.compile(r"[^\s\u200b]{41,}")


def write_report(
    bundle: Bundle, figures: tuple[Figure, ...], out: Path, *, resources: Path, work: Path, picture: bool = False
) -> None:
    """Write the report PDF; ``work`` is an empty folder that becomes the only place Typst may read.

    Args:
        picture: a PNG for each page instead; ``out`` then holds ``{0p}`` where the number of the page goes.
    """
    data = report_data(bundle, words(bundle.language, resources))
    known = covered(resources / "fonts")
    data["figures"] = []
    for number, figure in enumerate(figures, 1):
        name = f"figure-{number}.svg"
        (work / name).write_text(drawable(figure.svg, known), encoding="utf-8", newline="\n")
        data["figures"].append(
            {
                "file": name,
                "name": figure.name,
                "caption": figure.caption,
                "wide": _wide(figure.svg),
                "details": list(figure.details),
            }
        )
    _compile("report.typ", data, out, bundle.exported, resources=resources, work=work, known=known, picture=picture)


def write_seal_sheet(data: Mapping[str, Any], exported: str, out: Path, *, resources: Path, work: Path) -> None:
    """Write the sheet that leaves by another way than the package: hashes, key print, witness line, ink signatures."""
    known = covered(resources / "fonts")
    _compile("seal.typ", dict(data), out, exported, resources=resources, work=work, known=known)


def write_checklist(data: Mapping[str, Any], exported: str, out: Path, *, resources: Path, work: Path) -> None:
    """Write the checklist of what courts ask, with where the case meets it and room for a hand to sign."""
    known = covered(resources / "fonts")
    _compile("checklist.typ", dict(data), out, exported, resources=resources, work=work, known=known)


def set_letter(
    data: dict[str, Any], svg: str, out: Path, exported: str, *, resources: Path, work: Path, picture: bool = False
) -> None:
    """Write the letter of a freeze or data request with its chart (``svg`` may be empty); ``picture``: a PNG a page."""
    known = covered(resources / "fonts")
    if svg:
        # a drawing finds no second face for the brackets of a mark, and PDF/A refuses a character without one
        drawn = drawable(svg, known).replace("⟦", "[").replace("⟧", "]")
        (work / "figure.svg").write_text(drawn, encoding="utf-8", newline="\n")
    _compile("freeze.typ", data, out, exported, resources=resources, work=work, known=known, picture=picture)


def draw_png(svg: str, out: Path, exported: str, *, resources: Path, work: Path) -> None:
    """Write an SVG drawing as PNG, for programs that read nothing else."""
    known = covered(resources / "fonts")
    (work / "figure.svg").write_text(drawable(svg, known), encoding="utf-8", newline="\n")
    _compile("png.typ", {}, out, exported, resources=resources, work=work, known=known, picture=True)


def words(language: str, resources: Path) -> dict[str, str]:
    """The texts of report and seal sheet in a language, by their English text; empty for English.

    Raises:
        WorkstationError: WS-EXP-005 no report in this language.
    """
    if language == "en":
        return {}
    file = resources / "report" / "languages" / f"report.{language}.toml"
    if not (language.isalpha() and language.isascii() and file.is_file()):
        raise WorkstationError(
            "WS-EXP-005", f"there is no report in the language {visible(language)!r}", "no package was written",
            f"choose one of {', '.join(LANGUAGES)}", 2,
        )  # fmt: skip
    found: dict[str, str] = tomllib.loads(file.read_text("utf-8"))["words"]
    return found


def report_data(bundle: Bundle, words: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Everything the report shows, as JSON-ready values; amounts are exact decimal texts.

    Args:
        words: of the language (:func:`words`).
    """
    rows, summary, cited = _transfers(bundle)
    head = bundle.case
    told = shown_findings(bundle)
    hashes = {str(run.number): run.sha256 for run in bundle.runs}
    return {
        "language": bundle.language,
        "words": dict(words),
        "reference": head.reference,
        "case_id": head.case_id,
        "title": head.title or head.reference,
        "examiner": head.examiner or "not stated",
        "zone": head.zone,
        "created": head.created,
        "exported": bundle.exported,
        "classification": bundle.classification,
        "sequence": head.sequence,
        "head": head.head,
        "witness": head.witness,
        "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in bundle.checks],
        "failed": [{"name": c.name, "detail": c.detail} for c in bundle.checks if not c.ok],
        "scope": bundle.picture.scope,
        "summary": summary,
        "requests": requests.request_data(bundle),
        "sections": list(bundle.chosen.sections),
        "left_out": left_out(bundle, words),
        "findings": [_finding(f, cited, hashes) for f in told],
        "chronology": chronology(told, cited),
        "traces": [dict(asked) for asked in bundle.traces],
        "cards": traces.card_data(bundle),
        "transfers": rows,
        "tags": _tags(bundle),
        "stated": [
            [f"{len(items):,}", name]
            for items, name in ((bundle.events, "events"), (bundle.mentions, "mentions"), (bundle.prices, "prices"))
            if items
        ],
        "tags_total": len(bundle.tags) + len(bundle.source_tags),
        "undated": sum(not c.tag.source_date for c in bundle.source_tags) + sum(not t.source_date for t in bundle.tags),
        "one_sided": sum(not f.alternatives.strip() for f in told),
        "entities": [
            {
                "name": e.name, "role": e.role, "note": e.note,
                "members": [{"subject": _subject(m.subject), "rule": m.rule} for m in e.members],
            }
            for e in bundle.entities
        ],
        "notes": [
            {"subject": _subject(n.subject), "body": n.body, "author": n.author, "at": n.at} for n in bundle.notes
        ],
        "steps": [
            {
                "number": s.number, "action": s.action, "tool": s.tool, "version": s.version, "at": s.at,
                "parameters": [f"{k} = {v}" for k, v in sorted(s.parameters.items())], "exhibit": f"E-{s.exhibit:04d}",
                "outcome": s.outcome, "read": s.read, "accepted": s.accepted, "duplicates": s.duplicates,
                "quarantined": s.quarantined, "remarks": [*s.assumptions, *s.warnings],
            }
            for s in bundle.steps
            if s.exhibit
        ],
        "exhibits": [
            {
                "label": e.label, "name": e.name, "size": f"{e.size:,}".replace(",", "\u202f"), "sha256": e.sha256,
                "media_type": e.media_type, "received_from": e.received_from or "unknown", "received_at": e.received_at,
                "reader": e.reader, "outcome": e.outcome, "read": e.read, "accepted": e.accepted,
                "duplicates": e.duplicates, "quarantined": e.quarantined,
            }
            for e in bundle.exhibits
        ],
        "quarantine": [
            {"place": f"E-{q.exhibit:04d} {q.locator}", "code": q.code, "reason": q.reason, "text": q.raw[:300]}
            for q in bundle.quarantine[:_QUARANTINE_LIMIT]
        ],
        "quarantine_total": len(bundle.quarantine),
        "custody": [
            {"sequence": c.sequence, "time": c.time, "actor": c.actor, "kind": c.kind, "body": _body(c.body),
             "digest": c.digest}
            for c in bundle.custody[-_CUSTODY_LIMIT:]
        ],
        "custody_total": len(bundle.custody),
        "hand_overs": [
            {**asdict(line), "checked": "yes" if line.checked else "no"} for line in bundle.hand_overs
        ],
        "environment": [[k, v] for k, v in sorted(bundle.environment.items())],
    }  # fmt: skip


def _transfers(bundle: Bundle) -> tuple[dict[str, Any], dict[str, Any], dict[str, dict[str, Any]]]:
    """Rows for the table, figures of the summary, and the transfers that findings point to, by subject key."""
    rows: list[dict[str, Any]] = []
    wanted = {link.subject for finding in bundle.findings for link in finding.links}
    cited: dict[str, dict[str, Any]] = {}
    total, absent, assumed = 0, 0, 0
    first: int | None = None
    last: int | None = None
    chains: Counter[str] = Counter()
    for item in bundle.transfers():
        t = item.transfer
        total += 1
        chains[t.chain] += 1
        absent += t.amount is None
        assumed += t.asset.assumed
        if t.time is not None:
            first = t.time if first is None else min(first, t.time)
            last = t.time if last is None else max(last, t.time)
        if total <= TABLE_LIMIT:
            rows.append(_transfer(item))
        key = subjects.Subject("transfer", t.chain, str(t.id)).key
        if key in wanted:
            cited[key] = _transfer(item)
    sampled = total > TABLE_LIMIT
    status = Counter(f.status for f in bundle.findings)
    summary = {
        "exhibits": len(bundle.exhibits), "transfers": total, "findings": len(bundle.findings),
        "quarantined": len(bundle.quarantine), "absent": absent, "assumed": assumed,
        "first": moment(first) or "no time stated", "last": moment(last) or "no time stated",
        "chains": [f"{name}: {count}" for name, count in sorted(chains.items())],
        "status": [[count, name] for name, count in sorted(status.items())],
        "addresses_shown": sum(n.kind == "address" for n in bundle.picture.nodes),
    }  # fmt: skip
    return {"rows": rows[:_SAMPLE] if sampled else rows, "total": total, "sampled": sampled}, summary, cited


def _transfer(item: CitedTransfer) -> dict[str, Any]:
    t = item.transfer
    amount = "not stated (" + (t.absent or "unknown") + ")" if t.amount is None else t.asset.written(t.amount)
    return {
        "id": t.id, "time": moment(t.time) or "no time stated", "chain": t.chain, "kind": t.kind, "status": t.status,
        "amount": amount, "asset": t.asset.symbol or t.chain, "contract": t.asset.contract, "assumed": t.asset.assumed,
        "from": t.sender or ("" if t.kind != "coinbase" else "newly issued"), "to": t.receiver or "",
        "tx": t.tx or "no transaction id stated", "index": t.index,
        "sources": [_source(s) for s in item.sources],
    }  # fmt: skip


def _finding(f: Finding, cited: Mapping[str, dict[str, Any]], runs: Mapping[str, str]) -> dict[str, Any]:
    links = []
    for link in f.links:
        # A transfer or transaction names its id once; for an address the reference would only repeat the subject.
        moved = cited.get(link.subject)
        sources = [_source(s) for s in link.sources]
        if link.subject.startswith("run:"):
            sources = [
                {
                    "place": traces.place(link.subject),
                    "sha256": runs.get(link.subject.rpartition(":")[2], ""),
                    "reference": "",
                }
            ]
        if moved is not None or link.subject.startswith(("address:", "entity:", "transaction:")):
            sources = [{**s, "reference": ""} for s in sources]
        links.append({"subject": _subject(link.subject), "note": link.note, "moved": moved, "sources": sources})
    return {
        "label": f.label, "claim": f.claim, "status": f.status, "confidence": f.confidence, "basis": f.basis,
        "reasons": f.reasons, "alternatives": f.alternatives, "disproof": f.disproof, "author": f.author, "at": f.at,
        "links": links,
    }  # fmt: skip


def _source(source: Source) -> dict[str, str]:
    return {"place": cite(source), "sha256": source.sha256, "reference": source.reference}


def _tags(bundle: Bundle) -> list[dict[str, str]]:
    mine = [
        {
            "subject": _subject(t.subject), "label": t.label, "category": t.category, "basis": t.basis or "fact",
            "confidence": t.confidence, "source": t.source or f"investigator {t.author}".strip(),
            "date": t.source_date or t.at[:10], "place": "",
        }
        for t in bundle.tags
    ]  # fmt: skip
    theirs = [
        {
            "subject": f"{c.tag.chain} {c.tag.ref}", "label": c.tag.label, "category": c.tag.category,
            "basis": "source", "confidence": c.tag.confidence, "source": c.tag.source or "not stated",
            "date": c.tag.source_date or "no date stated", "place": cite(c.source),
        }
        for c in bundle.source_tags[: max(0, _TAG_LIMIT - len(mine))]
    ]  # fmt: skip
    return mine + theirs


def _subject(key: str) -> str:
    try:
        found = subjects.parse(key)
    except ValueError:
        return key
    if found.kind in ("address", "transaction"):
        return f"{found.chain} {found.ref}"
    return f"{found.kind} {found.ref}" + (f" ({found.chain})" if found.chain else "")


def _body(body: Any) -> str:
    """A custody entry in a line people can read; the whole body stands in ``audit.jsonl``."""
    if body is None:
        return "(withheld)"
    if isinstance(body, dict):
        edits = body.get("edits")
        if isinstance(edits, list) and "label" in body:
            return f"{body['label']} ({len(edits)} {'row' if len(edits) == 1 else 'rows'})"
        said = sorted((key, value) for key, value in body.items() if value not in ("", [], {}))
        text = "; ".join(f"{key.replace('_', ' ')}: {_plain(value)}" for key, value in said)
    else:
        text = _plain(body)
    return text if len(text) <= 300 else text[:300] + " … (whole text in data/custody/audit.jsonl)"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _wide(svg: str) -> bool:
    """Whether a drawing needs a page on its side, so that its labels stay readable."""
    found = _WIDTH.search(svg)
    return found is not None and float(found.group(1)) > _WIDE and float(found.group(1)) > 1.15 * float(found.group(2))


def drawable(svg: str, known: frozenset[int]) -> str:
    """The drawing with every character that no font of ours holds as a mark."""
    return printable(svg.replace("\t", " ").replace("\r", ""), known)


def _clean(value: Any, known: frozenset[int]) -> Any:
    if isinstance(value, str):
        # A run without a blank would leave the page: it may break after every 40 characters, invisibly. Identifiers
        # up to 130 characters are set whole by the template in a smaller face and stay unbroken.
        shown = printable(value, known)
        return _RUN.sub(lambda m: m.group() if _identifier(m.group()) else _breakable(m.group()), shown)
    if isinstance(value, Mapping):
        return {key: _clean(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, known) for item in value]
    return value


def _identifier(text: str) -> bool:
    return len(text) <= 70 and text.isascii()


def _breakable(text: str) -> str:
    return "\u200b".join(text[i : i + 40] for i in range(0, len(text), 40))


def _compile(
    template: str,
    data: dict[str, Any],
    out: Path,
    exported: str,
    *,
    resources: Path,
    work: Path,
    known: frozenset[int],
    picture: bool = False,
) -> None:
    for part in sorted((resources / "report").glob("*.typ")):
        shutil.copyfile(part, work / part.name)
    (work / "data.json").write_text(json.dumps(_clean(data, known)), encoding="ascii", newline="\n")
    frozen = calendar.timegm(time.strptime(exported[:19], "%Y-%m-%dT%H:%M:%S"))
    try:
        typeset(work / template, out, "png" if picture else "pdf", moment=frozen, resources=resources)
    except NotSet as problem:
        raise WorkstationError(
            "WS-EXP-003",
            f"the paper {template} could not be set ({problem})",
            "no package was written",
            "report this with the case reference; the machine files can still be exported from the tables",
            1,
        ) from problem
