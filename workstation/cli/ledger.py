"""Owns the verb ``transfers``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice
from typing import Any

from workstation.app.prices import fiat_json
from workstation.app.times import moment
from workstation.casefile.values import utc
from workstation.cli import opening
from workstation.cli.answer import Answer, table
from workstation.domain import amounts
from workstation.domain.evidence import Citation, Transfer

#: Transfers whose citations are looked up together.
_BLOCK = 1000


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
            for transfer in block:
                then = session.prices.of(transfer, options.currency or "", options.price_source or "")
                told.append({**_transfer(transfer, cited[transfer.id]), "fiat": fiat_json(then)})
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
        "from_chain": transfer.sender_chain or None,
        "to_chain": transfer.receiver_chain or None,
        "asset": asset.symbol,
        "contract": asset.contract,
        "decimals": asset.decimals,
        "amount": None if amount is None else str(amount),
        "absent": transfer.absent,
        "display": display,
        "status": transfer.status,
        "citations": [{"exhibit": c.exhibit, "locator": c.locator, "sha256": c.sha256} for c in citations],
    }
