"""Owns the verbs ``import``, ``readers`` and ``transfers``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from itertools import islice
from typing import Any

from workstation.app import intake
from workstation.app.places import bundled_plugins
from workstation.app.times import moment
from workstation.casefile.values import utc
from workstation.cli import opening
from workstation.cli.answer import Answer, pairs, table
from workstation.cli.cases import counts
from workstation.domain import amounts
from workstation.domain.evidence import Citation, ImportResult, Transfer
from workstation.plugin_host.readers import list_readers

#: Transfers whose citations are looked up together.
_BLOCK = 1000


def import_files(options: Namespace) -> Answer:
    """Import files one after the other; one that fails does not stop the others."""
    wanted = intake.Options(
        reader=options.reader or "",
        chain=options.chain or "",
        zone=options.zone or "",
        subject=options.subject or "",
        received_from=options.received_from or "unknown",
        more=pairs(options.set),
    )
    with opening.session(options) as session:
        results = intake.import_files(session, options.files, wanted)
        data = {"exhibits": [_told(result) for result in results], "case": counts(session.store)}
    lines = []
    for result in results:
        lines.append(
            f"{result.outcome:<9} {result.path}  read {result.read}, accepted {result.accepted}, duplicates "
            f"{result.duplicates}, quarantined {result.quarantined}  {result.reader}"
        )
        lines += [f"          {text}" for text in (result.message, *result.assumptions, *result.warnings) if text]
        lines += [f"          {row.locator}: {row.code} {row.reason}" for row in result.quarantine[:20]]
    usable = any(result.outcome != "rejected" for result in results)
    return Answer(data, lines, 0 if usable else max((_exit(result) for result in results), default=2))


def _exit(result: ImportResult) -> int:
    return {"WS-RDR-03": 3, "WS-RDR-04": 4}.get(result.code[:9], 2)


def _told(result: ImportResult) -> dict[str, Any]:
    told = asdict(result)
    told["quarantine"] = [
        {"locator": row.locator, "code": row.code, "reason": row.reason, "text": row.raw} for row in result.quarantine
    ]
    return told


def readers(_options: Namespace) -> Answer:
    """The formats the program reads and how each is recognised."""
    found: list[dict[str, Any]] = [
        {
            "id": info.id,
            "title": info.title,
            "extensions": list(info.extensions),
            "version": info.version,
            "parameters": [asdict(parameter) for parameter in info.parameters],
        }
        for info in list_readers(bundled_plugins())
    ]
    rows = [(info["id"], " ".join(info["extensions"]), info["title"]) for info in found]
    return Answer({"readers": found}, table(("reader", "files", "what it reads"), rows))


def transfers(options: Namespace) -> Answer:
    """Transfers in total order, each with its citations."""
    since = moment(options.since) if options.since else None
    until = moment(options.until, end=True) if options.until else None
    told: list[dict[str, Any]] = []
    with opening.session(options) as session:
        found = session.store.transfers(
            address=options.address, asset=options.asset, since=since, until=until, limit=options.limit
        )
        while block := list(islice(found, _BLOCK)):
            cited = session.store.citations_many([transfer.id for transfer in block])
            told += [_transfer(transfer, cited[transfer.id]) for transfer in block]
    rows = [
        (
            t["utc"] or "no time",
            t["from"] or "-",
            t["to"] or "-",
            t["display"],
            t["kind"],
            t["tx"] or "-",
            " ".join(f"E-{c['exhibit']:04d}:{c['locator']}" for c in t["citations"]),
        )
        for t in told
    ]
    return Answer(
        {"transfers": told}, table(("time (UTC)", "from", "to", "amount", "kind", "transaction", "source"), rows)
    )


def _transfer(transfer: Transfer, citations: list[Citation]) -> dict[str, Any]:
    asset, amount = transfer.asset, transfer.amount
    display = (
        f"{transfer.absent} {asset.symbol}"
        if amount is None
        else f"{amounts.exact(amount, asset.decimals)} {asset.symbol}"
    )
    return {
        "id": transfer.id,
        "chain": transfer.chain,
        "tx": transfer.tx,
        "kind": transfer.kind,
        "index": transfer.index,
        "time": transfer.time,
        "utc": None if transfer.time is None else utc(transfer.time),
        "block": transfer.block,
        "from": transfer.sender,
        "to": transfer.receiver,
        "asset": asset.symbol,
        "contract": asset.contract,
        "decimals": asset.decimals,
        "amount": None if amount is None else str(amount),
        "absent": transfer.absent,
        "display": display,
        "status": transfer.status,
        "citations": [{"exhibit": c.exhibit, "locator": c.locator, "sha256": c.sha256} for c in citations],
    }
