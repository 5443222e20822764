"""Owns the list of claims that contradict each other. Must not choose between them: both stay in the case.

* A transfer: same transaction, kind and index, other content.
* A transaction: another block, another block time, or ok against failed.
* An event: same service, kind, asset and time, and the same number of the service or the same transaction, but
  amounts that another exhibit does not have while it has others (parts of an order are no contradiction).
* A price: another rate from the same source for the same day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from workstation.casefile import queries, statement_queries
from workstation.casefile.exhibits import Bytes, citations, place
from workstation.casefile.visible import Visible
from workstation.domain.amounts import plain
from workstation.domain.evidence import Citation, Conflict, Event, Transfer

#: Columns in which services number their events, in small letters without anything else.
_NUMBERS = frozenset((
    "providerid", "orderid", "orderno", "ordernumber", "orderuuid", "refid", "referenceid", "transactionid",
    "transactionno", "txnid", "tradeid", "withdrawalid", "depositid", "withdrawid", "paymentid", "id",
))  # fmt: skip


def conflicts(conn: Connection) -> list[Conflict]:
    """All contradictions: transfers, transactions, events, prices; each kind in the order the case took them in."""
    return [*_transfers(conn), *_transactions(conn), *_events(conn), *_prices(conn)]


# --- transfers ------------------------------------------------------------------------------------------------------


def _transfers(conn: Connection) -> Iterator[Conflict]:
    visible = Visible(conn)
    doubled = (
        "SELECT tx_id, kind, idx FROM transfer WHERE idx IS NOT NULL AND tx_id IS NOT NULL GROUP BY tx_id, kind, idx"
    )
    ids = conn.execute(
        text(
            f"SELECT t.id FROM ({doubled} HAVING count(*) > 1) d JOIN transfer t"
            f" ON t.tx_id = d.tx_id AND t.kind = d.kind AND t.idx = d.idx WHERE {visible.transfer()}"
        )
    ).scalars().all()  # fmt: skip
    if not ids:
        return
    found = sorted(queries.transfers(conn, queries.Wanted(ids=tuple(ids))), key=lambda t: t.id)
    groups: dict[tuple[Any, ...], list[Transfer]] = {}
    for transfer in found:
        groups.setdefault((transfer.chain, transfer.tx, transfer.kind, transfer.index), []).append(transfer)
    cited = citations(conn, "transfer", sorted(t.id for t in found))
    for (chain, tx, kind, index), stated in groups.items():
        first = stated[0]
        for other in stated[1:]:
            if _moved(first) != _moved(other):
                words = f"{kind} {index}: {_moved(first)}, and {_moved(other)}"
                yield Conflict("transfer", f"transaction:{chain}:{tx}", cited[first.id][0], cited[other.id][0], words)


def _moved(transfer: Transfer) -> str:
    asset = transfer.asset
    amount = "unknown" if transfer.amount is None else plain(transfer.amount, asset.decimals)
    what = " ".join(part for part in (amount, asset.symbol, asset.contract) if part)
    return f"{what} from {transfer.sender or 'nobody'} to {transfer.receiver or 'nobody'}"


# --- transactions ---------------------------------------------------------------------------------------------------


def _transactions(conn: Connection) -> Iterator[Conflict]:
    visible = Visible(conn)
    columns = "{0}.block, {0}.time, {0}.time_basis, {0}.status, {0}.import_id, {0}.stream, {0}.row, {0}.sub, {0}.offset"
    rows = conn.execute(
        text(
            f"SELECT x.id, 0 AS later, x.id AS cid, c.name, x.hash, {columns.format('x')}, x.length FROM tx x"
            " JOIN chain c ON c.id = x.chain_id WHERE x.id IN (SELECT of_id FROM tx_claim)"
            f" AND {visible.stated('tx', 'x')}"
            f" UNION ALL SELECT x.id, 1, k.id, c.name, x.hash, {columns.format('k')}, k.length FROM tx_claim k"
            f" JOIN tx x ON x.id = k.of_id JOIN chain c ON c.id = x.chain_id WHERE {visible.own('k')}"
            " ORDER BY 1, 2, 3"
        )
    ).all()
    source = Bytes(conn)
    for _, claims in groupby(rows, key=lambda row: row[0]):
        yield from _claims(conn, source, list(claims))


def _claims(conn: Connection, source: Bytes, rows: Sequence[Any]) -> Iterator[Conflict]:
    what = f"transaction:{rows[0][3]}:{rows[0][4]}"
    for name in ("block", "time", "status"):
        first: Any = None
        said: set[Any] = set()
        for row in rows:
            value = {
                "block": row[5], "time": row[6] if row[7] == "block" else None,
                "status": row[8] if row[8] in ("ok", "failed") else None,
            }[name]  # fmt: skip
            if value is None or value in said:
                continue
            said.add(value)
            if first is None:
                first = (value, row)
            else:
                left, right = (place(conn, source, *r[9:]) for r in (first[1], row))
                yield Conflict("transaction", what, left, right, f"{name} {first[0]}, and {value}")


# --- events and prices ----------------------------------------------------------------------------------------------


def _events(conn: Connection) -> Iterator[Conflict]:
    groups: dict[tuple[Any, ...], list[Event]] = {}
    for event in statement_queries.events(conn):
        if event.amount_text:
            head = (event.service, event.kind, event.symbol, event.time)
            for number in _numbers(event):
                groups.setdefault((*head, *number), []).append(event)
    told: set[tuple[int, int]] = set()
    several = [found for found in groups.values() if len({e.amount_text for e in found}) > 1]
    cited = citations(conn, "event", sorted({e.id for found in several for e in found}))
    for found in several:
        amounts: dict[int, Counter[str]] = {}
        for event in found:
            for exhibit in {c.exhibit for c in cited[event.id]}:
                amounts.setdefault(exhibit, Counter())[event.amount_text] += 1
        for left, right in _pairs(found, amounts, cited):
            if (left.id, right.id) not in told:
                told.add((left.id, right.id))
                words = f"{left.amount_text} {left.symbol}, and {right.amount_text} {right.symbol}"
                yield Conflict("event", _named(left), left.citation, right.citation, words)


def _numbers(event: Event) -> Iterator[tuple[str, ...]]:
    if event.tx:
        yield ("tx", event.chain, event.tx, event.address)
    for name, value in event.details:
        bare = "".join(c for c in name.lower() if c.isalnum())
        if bare in _NUMBERS and value:
            yield (bare, value)


def _pairs(
    found: Sequence[Event], amounts: dict[int, Counter[str]], cited: dict[int, list[Citation]]
) -> Iterator[tuple[Event, Event]]:
    """The first event only one exhibit has and the first only the other has, per pair of exhibits."""
    exhibits = sorted(amounts)
    for number, one in enumerate(exhibits):
        for other in exhibits[number + 1 :]:
            mine, theirs = amounts[one] - amounts[other], amounts[other] - amounts[one]
            if mine and theirs:
                yield (
                    next(e for e in found if e.amount_text in mine and one in {c.exhibit for c in cited[e.id]}),
                    next(e for e in found if e.amount_text in theirs and other in {c.exhibit for c in cited[e.id]}),
                )


def _named(event: Event) -> str:
    number = next((value for name, value in event.details
                   if "".join(c for c in name.lower() if c.isalnum()) in _NUMBERS and value), event.tx)  # fmt: skip
    return f"{event.service} {event.kind} {number}"


def _prices(conn: Connection) -> Iterator[Conflict]:
    doubled = conn.execute(
        text(
            "SELECT 1 FROM price GROUP BY date, asset, currency, source HAVING min(rate) <> max(rate) LIMIT 1"
        )
    ).first()  # fmt: skip
    if doubled is None:
        return
    firsts: dict[tuple[str, ...], Any] = {}
    for price in sorted(statement_queries.prices(conn), key=lambda p: p.id):
        first = firsts.setdefault((price.date, price.asset, price.currency, price.source), price)
        if first.rate != price.rate:
            what = f"{price.asset} in {price.currency} on {price.date} ({price.source})"
            yield Conflict("price", what, first.citation, price.citation, f"{first.rate}, and {price.rate}")
