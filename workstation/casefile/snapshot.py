"""Owns filling the copy of a case that analyses look at (``sdk.snapshot``). Must not put work notes or findings in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text

from workstation.casefile.database import Database
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS, NOT_STATED, LedgerColumns
from workstation.domain.amounts import Asset
from workstation.domain.evidence import Price
from workstation.domain.subjects import address
from workstation.domain.tokens import price_names
from workstation.sdk.snapshot import extended, written

_Add = Callable[[str, Iterable[tuple[Any, ...]]], None]


def write_ledger(store: Store, path: Path) -> None:
    """Write the part of a snapshot that only imports change into a new file that only this user can read."""
    with written(path) as add:
        _transfers(store, add)


def write_work(store: Store, path: Path) -> None:
    """Add the rest of the current state to a copy of that part."""
    with extended(path) as add:
        add("info", [("revision", str(store.revision))])
        _exhibits(store.database, add)
        _tags(store, add)
        _entities(store, add)


def ledger_state(store: Store) -> tuple[tuple[int, str], ...]:
    """What the first part depends on: which imports there are, and which of them count."""
    with store.database.read() as conn:
        runs = conn.execute(text("SELECT id, state FROM import_run WHERE state != 'loading' ORDER BY id"))
        return tuple((int(number), str(state)) for number, state in runs)


def _exhibits(database: Database, add: _Add) -> None:
    with database.read() as conn:
        kept = conn.execute(text("SELECT sha256, name, size FROM exhibit WHERE state = 'kept'")).all()
        templates = conn.execute(
            text(
                "SELECT s.import_id, s.stream, s.template, e.sha256 FROM import_stream s"
                " JOIN import_run i ON i.id = s.import_id JOIN exhibit e ON e.id = i.exhibit_id"
            )
        ).all()
    add("exhibit", map(tuple, kept))
    add("template", map(tuple, templates))


def _transfers(store: Store, add: _Add) -> None:
    columns = store.columns()
    # Numbers run from 0 without gaps, so that arrays of names can be looked up by them.
    assets = {number: place for place, number in enumerate(sorted(columns.assets))}
    add("asset", _assets(columns, assets))
    add("party", ((n - 1, address(chain, ref).key) for n, (chain, ref) in enumerate(columns.addresses) if n))
    add("tx", ((n - 1, *place) for n, place in enumerate(columns.txs) if n))
    with store.database.read() as conn:
        found = conn.execute(text("SELECT id, import_id, stream, row, sub FROM transfer"))
        places = {row[0]: tuple(row[1:]) for row in found}
        coins = conn.execute(
            text("SELECT id, idx, prev_tx, prev_idx FROM transfer WHERE kind IN ('input', 'output', 'coinbase')")
        ).all()
    add("coin", map(tuple, coins))
    add("transfer", _rows(columns, assets, places))
    add("price", _prices(store, ((place, columns.assets[number]) for number, place in assets.items())))


def _assets(columns: LedgerColumns, assets: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    taken: set[str] = set()
    for number, place in assets.items():
        asset = columns.assets[number]
        key = f"{asset.chain}:{asset.contract or asset.symbol}"
        if key in taken:  # the same name with other decimals, as another source states it
            key += f":{number}"
        taken.add(key)
        yield place, key, asset.chain, asset.contract, asset.symbol, asset.decimals


def _prices(store: Store, assets: Iterable[tuple[int, Asset]]) -> Iterator[tuple[Any, ...]]:
    """The rates of each asset, of a day those under the most exact name only; the same said twice counts once."""
    named: dict[str, list[Price]] = {}
    for price in store.prices():
        named.setdefault(price.asset.strip().lower(), []).append(price)
    for place, asset in assets:
        taken: set[tuple[str, str]] = set()
        for name in price_names(asset):
            mine = [p for p in named.get(name, ()) if (p.currency.upper(), p.date) not in taken]
            yield from dict.fromkeys((place, p.date, p.currency.upper(), p.rate, p.source) for p in mine)
            taken.update((p.currency.upper(), p.date) for p in mine)


def _rows(
    columns: LedgerColumns, assets: dict[int, int], places: dict[int, tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    lists = (
        columns.id, columns.kind, columns.tx_id, columns.time, columns.from_id, columns.to_id, columns.asset_id,
        columns.hi, columns.lo, columns.absent,
    )  # fmt: skip
    for n, (number, kind, tx, time, sender, receiver, asset, hi, lo, absent) in enumerate(
        zip(*(array.tolist() for array in lists), strict=True)
    ):
        big = columns.big[n].to_bytes(32, "big") if hi < 0 and not absent else None
        yield (
            n, number, KINDS[kind], tx - 1 if tx else None, None if time == NOT_STATED else time,
            sender - 1 if sender else None, receiver - 1 if receiver else None, assets[asset],
            None if absent else hi, None if absent else lo, big, *places[number],
        )  # fmt: skip


def _tags(store: Store, add: _Add) -> None:
    digests = {exhibit.number: exhibit.sha256 for exhibit in store.exhibits()}
    rows: list[tuple[Any, ...]] = [
        (f"{tag.subject}:{tag.chain}:{tag.ref}", tag.label, tag.category, tag.source, tag.confidence, tag.source_date,
         digests[tag.citation.exhibit], tag.citation.locator)
        for tag in store.source_tags()
    ]  # fmt: skip
    said = ("subject", "label", "category", "source", "confidence", "source_date")
    rows += [(*(row[name] or "" for name in said), None, None) for row in store.rows("tag").values()]
    add("tag", ((number, *row) for number, row in enumerate(rows, 1)))


def _entities(store: Store, add: _Add) -> None:
    entities = store.rows("entity")
    add("entity", ((key, row["name"] or "", row["role"] or "") for key, row in entities.items()))
    members = {row["subject"]: row["entity"] for row in store.rows("entity_member").values()}
    add("member", members.items())
