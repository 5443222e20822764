"""Owns the verbs ``import``, ``scan`` and ``readers``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from workstation.app import intake, manual
from workstation.app.places import bundled_plugins
from workstation.cli import opening
from workstation.cli.answer import Answer, pairs, table
from workstation.cli.cases import counts
from workstation.domain.evidence import ImportResult
from workstation.plugin_host.readers import ReaderInfo, list_readers, problems

_SCAN = "text.scan"
_ROWS_TOLD = 20


def import_files(options: Namespace) -> Answer:
    """Import files one after the other; one that fails does not stop the others."""
    return _imported(
        options,
        intake.Options(
            reader=options.reader or "",
            chain=options.chain or "",
            zone=options.zone or "",
            subject=options.subject or "",
            profile=intake.profile_text(options.mapping) if options.mapping else "",
            received_from=options.received_from or "unknown",
            more=pairs(options.set),
        ),
    )


def scan(options: Namespace) -> Answer:
    """Import files as running text: every address and transaction id in them becomes a mention."""
    return _imported(options, intake.Options(reader=_SCAN, received_from=options.received_from or "unknown"))


def _imported(options: Namespace, wanted: intake.Options) -> Answer:
    with opening.session(options) as session:
        results = intake.import_files(session, options.files, wanted)
        data = {"exhibits": [_told(result) for result in results], "case": counts(session.store)}
    lines = [line for result in results for line in _lines(result, "")]
    usable = any(result.outcome != "rejected" for result in results)
    return Answer(data, lines, 0 if usable else max((_exit(result) for result in results), default=2))


def _lines(result: ImportResult, indent: str) -> list[str]:
    read = f"rows {result.rows}, " if result.rows else ""
    found = [
        f"{indent}{result.outcome:<9} {result.path}  {read}read {result.read}, accepted {result.accepted}, duplicates "
        f"{result.duplicates}, quarantined {result.quarantined}  {result.reader}"
    ]
    inner = indent + "          "
    found += [inner + text for text in (result.message, *result.assumptions, *result.warnings) if text]
    if result.why and result.outcome != "rejected":
        found.append(f"{inner}taken because: {result.why}")
    found += [f"{inner}left out {count:,}: {reason}" for reason, count in result.skipped]
    found += [f"{inner}{row.locator}: {row.code} {row.reason}" for row in result.quarantine[:_ROWS_TOLD]]
    return found + [line for member in result.members for line in _lines(member, indent + "  ")]


def _exit(result: ImportResult) -> int:
    return {"WS-RDR-03": 3, "WS-RDR-04": 4}.get(result.code[:9], 3 if result.code == "WS-RDR-133" else 2)


def _told(result: ImportResult) -> dict[str, Any]:
    told = asdict(result)
    told["quarantine"] = [
        {"locator": row.locator, "code": row.code, "reason": row.reason, "text": row.raw} for row in result.quarantine
    ]
    told["skipped"] = [{"reason": reason, "count": count} for reason, count in result.skipped]
    told["members"] = [_told(member) for member in result.members]
    return told


def readers(options: Namespace) -> Answer:
    """The formats the program reads, with what each asks; plugins and layouts that cannot be used are named."""
    plugins = bundled_plugins()
    infos = list_readers(plugins)
    found = [_reader(info) for info in infos]
    wrong = [{"name": name, "problem": why} for name, why in problems(plugins)]
    rows = [(info["id"], " ".join(info["extensions"]), info["title"]) for info in found]
    lines = table(("reader", "files", "what it reads"), rows)
    if options.manual:
        lines = manual.formats_page(infos).splitlines()
    elif options.long:
        lines = [line for info in found for line in _long(info)]
    lines += [f"NOT USABLE {one['name']}: {one['problem']}" for one in wrong]
    return Answer({"readers": found, "problems": wrong}, lines)


def _reader(info: ReaderInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "extensions": list(info.extensions),
        "gives": info.gives,
        "notes": info.notes,
        "questions": list(info.questions),
        "version": info.version,
        "parameters": [asdict(parameter) for parameter in info.parameters],
    }


def _long(info: dict[str, Any]) -> list[str]:
    names = ", ".join(f"{p['name']} ({p['label']})" for p in info["parameters"])
    told = (
        ("files", " ".join(info["extensions"])), ("gives", info["gives"]), ("asks for", ", ".join(info["questions"])),
        ("options", names), ("notes", info["notes"]),
    )  # fmt: skip
    return [f"{info['id']}: {info['title']}", *(f"  {what:<9} {text}" for what, text in told if text), ""]
