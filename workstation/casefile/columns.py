"""Owns the arrays of all transfers in total order, read from the segments. Must not sum or judge anything."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from workstation.casefile import segments
from workstation.casefile.database import Database
from workstation.casefile.values import KIND_RANK, NOT_STATED, LedgerColumns
from workstation.casefile.visible import Assets, Visible
from workstation.domain.amounts import from_limbs, to_limbs

_Arrays = dict[str, NDArray[Any]]
_PIECE = 5_000


def ledger(database: Database) -> LedgerColumns:
    """All transfers that count, as arrays in total order; lost or damaged segments are rebuilt first."""
    try:
        return _read(database)
    except segments.Damaged:
        broken = damaged(database)
        with database.write() as conn:
            for run in broken:
                segments.rebuild(conn, run)
        return _read(database)


def _read(database: Database) -> LedgerColumns:
    with database.read() as conn:
        parts = [segments.read(conn, run, count) for run, count in segments.runs(conn).items()]
        return _assemble(conn, parts)


def damaged(database: Database) -> list[int]:
    """Imports whose segments are lost or do not hold against their digests."""
    found = []
    with database.read() as conn:
        for run, count in segments.runs(conn).items():
            try:
                segments.read(conn, run, count)
            except segments.Damaged:
                found.append(run)
    return found


def _assemble(conn: Connection, parts: list[_Arrays]) -> LedgerColumns:
    visible = Visible(conn)
    assets = Assets(conn, visible)
    every: _Arrays = {
        name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0, "<i8")
        for name in segments.COLUMNS
    }
    if not visible.plain:
        counting = conn.execute(text(f"SELECT t.id FROM transfer t WHERE {visible.transfer()}")).scalars()
        kept = np.isin(every["id"], np.fromiter(counting, np.int64))
        every = {name: array[kept] for name, array in every.items()}
    if visible.claims:
        _fill_claims(conn, visible, every)
    order = _total_order(every)
    every = {name: array[order] for name, array in every.items()}
    big = _move_assets(assets, every, _escapes(conn, every))
    names = conn.execute(text("SELECT a.id, c.name, a.addr FROM address a JOIN chain c ON c.id = a.chain_id"))
    txs = conn.execute(text("SELECT x.id, c.name, x.hash FROM tx x JOIN chain c ON c.id = x.chain_id"))
    made = LedgerColumns(
        id=every["id"], tx_id=every["tx"], kind=every["kind"].astype(np.uint8), from_id=every["from"],
        to_id=every["to"], asset_id=every["asset"], hi=every["hi"], lo=every["lo"], time=every["time"],
        block=every["block"], absent=every["absent"].astype(np.bool_), big=big, addresses=_by_id(names), txs=_by_id(txs), assets=dict(assets.by_id),
    )  # fmt: skip
    for array in (made.id, made.tx_id, made.kind, made.from_id, made.to_id, made.asset_id, made.hi, made.lo,
                  made.time, made.block, made.absent):  # fmt: skip
        array.flags.writeable = False
    return made


def _total_order(every: _Arrays) -> NDArray[np.int64]:
    rank = np.array(KIND_RANK, np.uint8)[every["kind"].astype(np.intp)]
    keys = (every["id"], every["idx"], rank, every["sequence"], every["position"], every["block"], every["time"])
    return np.lexsort(keys).astype(np.int64)


def _fill_claims(conn: Connection, visible: Visible, every: _Arrays) -> None:
    """Put in what later sources state about a transaction where the first source stated nothing."""
    for name in ("time", "block", "position"):
        found = conn.execute(
            text(
                f"SELECT k.of_id, k.{name} FROM tx_claim k WHERE k.{name} IS NOT NULL AND {visible.own('k')}"
                " ORDER BY k.of_id, k.id"
            )
        ).all()
        first: dict[int, int] = {}
        for of_id, value in found:
            first.setdefault(of_id, value)
        if first:
            ids = np.fromiter(first, np.int64)
            values = np.fromiter(first.values(), np.int64)
            at = np.minimum(np.searchsorted(ids, every["tx"]), len(ids) - 1)
            gap = (every[name] == NOT_STATED) & (ids[at] == every["tx"])
            every[name] = np.where(gap, values[at], every[name])


def _escapes(conn: Connection, every: _Arrays) -> dict[int, int]:
    """Row number -> exact amount of those that do not fit two limbs."""
    rows = np.flatnonzero(every["hi"] < 0).tolist()
    if not rows:
        return {}
    ids = every["id"][rows].tolist()
    found = conn.execute(
        text("SELECT id, big FROM transfer WHERE id IN (SELECT value FROM json_each(:ids))"), {"ids": json.dumps(ids)}
    )
    values = {number: int.from_bytes(big, "big") for number, big in found}
    return {row: values[number] for row, number in zip(rows, ids, strict=True)}


def _move_assets(assets: Assets, every: _Arrays, big: dict[int, int]) -> dict[int, int]:
    """Restate amounts whose decimals were assumed and are stated by now."""
    if not assets.moved:
        return big
    for row in np.flatnonzero(np.isin(every["asset"], np.fromiter(assets.moved, np.int64))).tolist():
        amount = None
        if not every["absent"][row]:
            hi, lo = int(every["hi"][row]), int(every["lo"][row])
            amount = big.pop(row) if hi < 0 else from_limbs(hi, lo, None)
        asset, amount = assets.value(int(every["asset"][row]), amount)
        every["asset"][row] = asset
        if amount is not None:
            every["hi"][row], every["lo"][row], escape = to_limbs(amount)
            if escape is not None:
                big[row] = amount
    return dict(sorted(big.items()))


def _by_id(found: Any) -> list[tuple[str, str]]:
    """``(chain, text)`` at the position of its id; read in pieces, so that the window moves on while it is read."""
    made: list[tuple[str, str]] = [("", "")]
    for piece in found.partitions(_PIECE):
        for number, chain, ref in piece:
            if number >= len(made):
                made += [("", "")] * (number + 1 - len(made))
            made[number] = (chain, ref)
    return made
