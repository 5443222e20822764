"""Owns the look-ups in evidence: head, counts, transfers in total order, transactions, quarantine. Must not write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, text

from workstation.casefile.exhibits import locator
from workstation.casefile.tables import META
from workstation.casefile.values import KIND_RANK, KINDS, CaseInfo, Counts
from workstation.casefile.visible import Assets, Visible
from workstation.domain.amounts import from_limbs
from workstation.domain.evidence import QuarantinedRow, Transaction, Transfer

#: SQL for the place of a kind among the transfers of one transaction.
KIND_ORDER = "CASE t.kind " + " ".join(f"WHEN '{k}' THEN {r}" for k, r in zip(KINDS, KIND_RANK, strict=True)) + " END"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of :func:`transfers`; None leaves a filter out."""

    address: str | None = None
    chain: str | None = None
    asset: str | None = None
    tx: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int | None = None
    ids: tuple[int, ...] | None = None


def info(conn: Connection, *, encrypted: bool) -> CaseInfo:
    """Head data of the case."""
    meta = {row.key: row.value for row in conn.execute(select(META))}
    version = int(conn.exec_driver_sql("PRAGMA user_version").scalar_one())
    return CaseInfo(meta["case_id"], meta["title"], meta["examiner"], meta["zone"], meta["created"], encrypted, version)


def evidence_state(conn: Connection) -> tuple[int, ...]:
    """Changes whenever what counts as evidence does: an exhibit is kept, an import ends or is retracted."""
    found = conn.execute(
        text(
            "SELECT (SELECT count(*) FROM exhibit WHERE state = 'kept'), count(*), coalesce(sum(state = 'done'), 0),"
            " coalesce(sum(state = 'void'), 0) FROM import_run"
        )
    ).one()
    return tuple(map(int, found))


def with_work(conn: Connection, evidence: Counts) -> Counts:
    """The counts of the evidence with those of the work product, which take no time."""
    return replace(
        evidence, entities=_count(conn, "entity"), tags=evidence.tags + _count(conn, "tag"),
        findings=_count(conn, "finding"),
    )  # fmt: skip


def _count(conn: Connection, source: str) -> int:
    return int(conn.execute(text(f"SELECT count(*) FROM {source}")).scalar_one())


def evidence_counts(conn: Connection) -> Counts:
    """How much evidence the case holds; of the work product nothing. Takes seconds with millions of rows."""
    visible, count = Visible(conn), partial(_count, conn)
    tx = visible.stated("tx", "x")
    address = _address_counts(visible)
    tags = f"source_tag g WHERE {visible.stated('source_tag', 'g')}"
    chains = conn.execute(
        text(
            "SELECT c.name FROM chain c WHERE"
            f" EXISTS (SELECT 1 FROM address a WHERE a.chain_id = c.id AND {address})"
            f" OR EXISTS (SELECT 1 FROM tx x WHERE x.chain_id = c.id AND {tx})"
            f" OR EXISTS (SELECT 1 FROM transfer t WHERE t.chain_id = c.id AND {visible.transfer()}) ORDER BY c.name"
        )
    ).scalars()
    return Counts(
        exhibits=count("exhibit WHERE state = 'kept'"),
        transactions=count(f"tx x WHERE {tx}"),
        transfers=count(f"transfer t WHERE {visible.transfer()}"),
        addresses=count(f"address a WHERE {address}"),
        entities=0,
        tags=count(tags),
        findings=0,
        quarantined=count(f"quarantine q WHERE {visible.own('q')}"),
        chains=tuple(chains),
        events=count(f"event s WHERE {visible.stated('event', 's')}"),
        mentions=count(f"mention s WHERE {visible.stated('mention', 's')}"),
        prices=count(f"price s WHERE {visible.stated('price', 's')}"),
    )


def _address_counts(visible: Visible) -> str:
    """Whether address ``a`` is stated by an import that is done."""
    if not visible.hidden:
        return "1"
    used = visible.transfer()
    return (
        f"({visible.own('a')} OR EXISTS (SELECT 1 FROM transfer t WHERE t.from_id = a.id AND {used})"
        f" OR EXISTS (SELECT 1 FROM transfer t WHERE t.to_id = a.id AND {used}))"
    )


def transfers(conn: Connection, wanted: Wanted) -> Iterator[Transfer]:
    """Transfers in total order; see :meth:`workstation.casefile.store.Store.transfers`."""
    visible = Visible(conn)
    assets = Assets(conn, visible)
    time = visible.tx_value("time", "coalesce(t.time, x.time)")
    block = visible.tx_value("block", "coalesce(t.block, x.block)")
    position = visible.tx_value("position", "coalesce(t.position, x.position)")
    where, values = _where(wanted, visible, time)
    query = (
        f"SELECT t.id, c.name, x.hash, t.kind, t.idx, {block} AS o_block, {time} AS o_time, f.addr, r.addr,"
        f" t.asset_id, t.hi, t.lo, t.big, t.absent, t.prev_tx, t.prev_idx, t.script, {visible.tx_status()},"
        f" f.chain_id, r.chain_id, {position} AS o_position"
        " FROM transfer t JOIN chain c ON c.id = t.chain_id LEFT JOIN tx x ON x.id = t.tx_id"
        " LEFT JOIN address f ON f.id = t.from_id LEFT JOIN address r ON r.id = t.to_id"
        f" WHERE {where} ORDER BY o_time IS NULL, o_time, o_block IS NULL, o_block, o_position IS NULL, o_position,"
        f" t.sequence IS NULL, t.sequence, {KIND_ORDER}, t.idx IS NULL, t.idx, t.id"
    )
    if wanted.limit is not None:
        query += " LIMIT :limit"
        values["limit"] = max(0, wanted.limit)
    names = {int(number): str(name) for number, name in conn.execute(text("SELECT id, name FROM chain"))}
    for row in conn.execute(text(query), values):
        (number, chain, tx, kind, index, o_block, o_time, sender, receiver, asset_id, hi, lo, big, absent, prev_tx,
         prev_index, script, status, from_chain, to_chain, _) = row  # fmt: skip
        asset_id, amount = assets.value(asset_id, None if absent is not None else from_limbs(hi, lo, big))
        yield Transfer(
            number, chain, tx or "", kind, index, o_block, o_time, sender, receiver, assets.by_id[asset_id], amount,
            absent, prev_tx, prev_index, script, status or "ok", names.get(from_chain, ""), names.get(to_chain, ""),
        )  # fmt: skip


def _where(wanted: Wanted, visible: Visible, time: str) -> tuple[str, dict[str, Any]]:
    parts, values = [visible.transfer(also_filled=wanted.ids is not None)], {}

    def add(condition: str, name: str, value: Any) -> None:
        parts.append(condition)
        values[name] = value

    if wanted.ids is not None:
        add("t.id IN (SELECT value FROM json_each(:ids))", "ids", json.dumps(list(wanted.ids)))
    if wanted.address is not None:
        mine = "(SELECT id FROM address WHERE addr = :address)"
        add(
            f"t.id IN (SELECT id FROM transfer WHERE from_id IN {mine}"
            f" UNION SELECT id FROM transfer WHERE to_id IN {mine})",
            "address", wanted.address,
        )  # fmt: skip
    if wanted.chain is not None and wanted.address is None:
        add("c.name = :chain", "chain", wanted.chain)
    elif wanted.chain is not None:  # a stated transfer names addresses of other ledgers
        its = "SELECT a.id FROM address a JOIN chain ac ON ac.id = a.chain_id WHERE a.addr = :address AND ac.name = :chain"
        add(f"(c.name = :chain OR t.from_id IN ({its}) OR t.to_id IN ({its}))", "chain", wanted.chain)
    if wanted.asset is not None:
        add(
            "t.asset_id IN (SELECT id FROM asset WHERE (contract <> '' AND contract = :asset)"
            " OR lower(symbol) = lower(:asset))",
            "asset", wanted.asset,
        )  # fmt: skip
    if wanted.tx is not None:
        add("t.tx_id IN (SELECT id FROM tx WHERE hash = :tx)", "tx", wanted.tx)
    if wanted.since is not None:
        add(f"{time} >= :since", "since", wanted.since)
    if wanted.until is not None:
        add(f"{time} <= :until", "until", wanted.until)
    return " AND ".join(parts), values


def transaction(conn: Connection, chain: str, tx: str) -> Transaction | None:
    """One transaction, with what later sources add to it."""
    visible = Visible(conn)
    found = conn.execute(
        text(
            f"SELECT x.id, {visible.tx_value('block', 'x.block')}, {visible.tx_value('position', 'x.position')},"
            f" {visible.tx_value('time', 'x.time')}, x.time, x.time_basis, x.time_text, {visible.tx_status()} FROM tx x"
            " JOIN chain c ON c.id = x.chain_id WHERE x.hash = :tx AND c.name = :chain"
            f" AND {visible.stated('tx', 'x')}"
        ),
        {"tx": tx, "chain": chain},
    ).first()
    if found is None:
        return None
    number, block, position, time, first_time, basis, original, status = found
    if first_time is None and time is not None:
        basis, original = conn.execute(
            text(
                "SELECT k.time_basis, k.time_text FROM tx_claim k WHERE k.of_id = :id AND k.time IS NOT NULL"
                f" AND {visible.own('k')} ORDER BY k.id LIMIT 1"
            ),
            {"id": number},
        ).one()
    return Transaction(number, chain, tx, block, position, time, basis, original, status or "ok")


def quarantined(conn: Connection, exhibit: int | None) -> list[QuarantinedRow]:
    """Records that were not used, in the order of their exhibits."""
    visible = Visible(conn)
    query = (
        "SELECT r.exhibit_id, s.template, q.row, q.sub, q.code, q.reason, q.raw FROM quarantine q"
        " JOIN import_run r ON r.id = q.import_id"
        " LEFT JOIN import_stream s ON s.import_id = q.import_id AND s.stream = q.stream"
        f" WHERE {visible.own('q')} AND (:exhibit IS NULL OR r.exhibit_id = :exhibit)"
        " ORDER BY r.exhibit_id, q.offset, q.id"
    )
    return [
        QuarantinedRow(number, locator(template, row, sub), code, reason, raw.decode("latin-1"))
        for number, template, row, sub, code, reason, raw in conn.execute(text(query), {"exhibit": exhibit})
    ]


def known_decimals(conn: Connection, chain: str, contract: str) -> int | None:
    """Decimals a source of this case states for an asset; the first statement when they differ."""
    found = conn.execute(
        text(
            "SELECT a.decimals FROM asset a JOIN chain c ON c.id = a.chain_id WHERE c.name = :chain"
            f" AND a.contract = :contract AND a.ident = '' AND a.assumed = 0 AND {Visible(conn).own('a')}"
            " ORDER BY a.id LIMIT 1"
        ),
        {"chain": chain, "contract": contract},
    ).scalar_one_or_none()
    return None if found is None else int(found)
