"""Owns what an import has to know of the case to recognise what it holds: names, transactions, transfers, tags.

Must not write. Only addresses stay in memory for the whole import; transactions and transfers are looked up for each
batch, so memory does not grow with the case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select, text

from workstation.casefile.tables import CHAIN, MARKED, METADATA
from workstation.casefile.visible import Visible
from workstation.domain import addresses as address_forms
from workstation.domain.chains import CHAINS
from workstation.domain.records import EventRecord, Record, TagRecord, TransactionRecord, TransferRecord

_Said = TransactionRecord | TransferRecord


@dataclass(slots=True)
class TxState:
    """A transaction as this batch knows it. ``fresh``: its row is not written yet."""

    id: int
    chain: int
    hash: str
    block: int | None
    position: int | None
    time: int | None
    time_basis: str
    time_text: str
    status: str
    cited: bool
    counts: bool
    fresh: bool
    place: tuple[Any, ...] = ()
    own_place: bool = False
    contradicted: set[tuple[Any, ...]] = field(default_factory=set)

    def says(self, record: _Said) -> bool:
        """Whether a transfer states nothing that is not known (it has no status)."""
        return (
            type(record) is TransferRecord
            and record.time == self.time
            and record.block == self.block
            and record.position in (None, self.position)
        )

    def fill(self, record: _Said) -> None:
        """Take over what the record states and the state does not."""
        if self.time is None and record.time is not None:
            self.time, self.time_basis, self.time_text = record.time, record.time_basis, record.time_text
        self.block = record.block if self.block is None else self.block
        self.position = record.position if self.position is None else self.position
        status = _status(record)
        if status and self.status in ("", "pending"):
            self.status = status

    def claim(self, record: _Said) -> tuple[Any, ...] | None:
        """What a record adds to a written transaction, as columns of ``tx_claim``; fills the state too."""
        before = (self.block, self.position, self.time, self.status)
        self.fill(record)
        if before == (self.block, self.position, self.time, self.status):
            return None
        return (
            self.block if before[0] is None else None, self.position if before[1] is None else None,
            self.time if before[2] is None else None, record.time_basis, record.time_text,
            self.status if self.status != before[3] else "",
        )  # fmt: skip

    def contrary(self, record: _Said) -> tuple[Any, ...] | None:
        """What a record states otherwise, as columns of ``tx_claim`` (times only when both come from the block)."""
        status = _status(record)
        block = record.block if record.block != self.block else None
        timed = record.time not in (None, self.time) and {record.time_basis, self.time_basis} == {"block"}
        if status not in ("ok", "failed") or self.status not in ("ok", "failed") or status == self.status:
            status = ""
        if block is None and not timed and not status:
            return None
        time = (record.time, record.time_basis, record.time_text) if timed else (None, record.time_basis, "")
        return (block, None, *time, status)


def _status(record: _Said) -> str:
    return record.status if type(record) is TransactionRecord else ""


class Names:
    """Ids of chains, addresses and transactions, and the next free ids of every evidence table."""

    def __init__(self, conn: Connection, run: int) -> None:
        self._run = run
        self._next = {name: _highest(conn, name) + 1 for name in MARKED}
        self._chains = {row.name: row.id for row in conn.execute(select(CHAIN.c.name, CHAIN.c.id))}
        self._addresses: dict[int, dict[str, int]] = {}
        self._txs: dict[tuple[int, str], TxState] = {}
        self._new_chains: list[tuple[Any, ...]] = []
        self._new_addresses: list[tuple[Any, ...]] = []
        self._new_txs: list[TxState] = []

    def next_id(self, table: str) -> int:
        """The next free id of a table."""
        number = self._next[table]
        self._next[table] = number + 1
        return number

    def chain(self, key: str) -> int:
        """Id of a chain, made when the case has none yet."""
        number = self._chains.get(key)
        if number is None:
            number = self._chains[key] = max(self._chains.values(), default=0) + 1
            self._new_chains.append((number, key, CHAINS[key].model))
        return number

    def address(self, chain: int, ref: str) -> int:
        """Id of an address, made when the case has none yet; :meth:`look_up` came first."""
        of_chain = self._addresses[chain]
        number = of_chain.get(ref)
        if number is None:
            number = of_chain[ref] = self.next_id("address")
            self._new_addresses.append((number, self._run, chain, ref))
        return number

    def party(self, chain: int, key: str, ref: str) -> int:
        """Id of a side of a transfer. On the chain ``stated`` it may be an address of another ledger."""
        if key == "stated":
            key, ref = stated_party(ref)
            chain = self.chain(key)
        return self._addresses[chain].get(ref) or self.address(chain, ref)

    def tx(self, chain: int, ref: str) -> TxState | None:
        """The transaction, or None when the case has none yet; :meth:`look_up` came first."""
        return self._txs.get((chain, ref))

    def new_tx(self, chain: int, record: _Said, place: tuple[Any, ...]) -> TxState:
        """A transaction the case does not hold yet."""
        made = TxState(
            self.next_id("tx"), chain, record.tx, record.block, record.position, record.time, record.time_basis,
            record.time_text, _status(record), True, True, True, place,
        )  # fmt: skip
        self._txs[chain, record.tx] = made
        self._new_txs.append(made)
        return made

    def written_txs(self) -> list[int]:
        """Ids of the transactions of this batch that the case held before it."""
        return [tx.id for tx in self._txs.values() if not tx.fresh]

    def take_new(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rows of new chains, addresses and transactions since the last call."""
        txs = [
            (t.id, t.chain, t.hash, t.block, t.position, t.time, t.time_basis, t.time_text, t.status, *t.place)
            for t in self._new_txs
        ]
        made = (self._new_chains, self._new_addresses, txs)
        self._new_chains, self._new_addresses, self._new_txs = [], [], []
        return made

    def look_up(self, conn: Connection, records: list[Record]) -> None:
        """Get the ids of everything a batch names."""
        addresses: dict[str, dict[str, None]] = {}
        txs: dict[str, dict[str, None]] = {}
        chain = ""
        refs: dict[str, None] = {}
        hashes: dict[str, None] = {}
        for record in records:
            kind = type(record)
            if kind is TransferRecord:
                if record.chain == "stated":  # type: ignore[union-attr]
                    for party in (record.sender, record.receiver):  # type: ignore[union-attr]
                        if party is not None:
                            key, ref = stated_party(party)
                            addresses.setdefault(key, {})[ref] = None
                    if record.tx:  # type: ignore[union-attr]
                        txs.setdefault("stated", {})[record.tx] = None  # type: ignore[union-attr]
                    continue
                if record.chain != chain:  # type: ignore[union-attr]
                    chain = record.chain  # type: ignore[union-attr]
                    refs, hashes = addresses.setdefault(chain, {}), txs.setdefault(chain, {})
                if record.sender is not None:  # type: ignore[union-attr]
                    refs[record.sender] = None  # type: ignore[union-attr]
                if record.receiver is not None:  # type: ignore[union-attr]
                    refs[record.receiver] = None  # type: ignore[union-attr]
                if record.tx:  # type: ignore[union-attr]
                    hashes[record.tx] = None  # type: ignore[union-attr]
            elif kind is TransactionRecord:
                txs.setdefault(record.chain, {})[record.tx] = None  # type: ignore[union-attr]
            elif kind is TagRecord:
                addresses.setdefault(record.chain, {})[record.ref] = None  # type: ignore[union-attr]
            elif kind is EventRecord and record.address:  # type: ignore[union-attr]
                addresses.setdefault(record.chain, {})[record.address] = None  # type: ignore[union-attr]
        self._txs = {}
        for key, found in addresses.items():
            if key in CHAINS:
                number = self.chain(key)
                known = self._addresses.setdefault(number, {})
                if self._next["address"] > 1:
                    wanted = [ref for ref in found if ref not in known]
                    rows = conn.execute(
                        text(
                            "SELECT a.addr, a.id FROM json_each(:refs) j JOIN address a"
                            " ON a.addr = j.value AND a.chain_id = :chain"
                        ),
                        {"refs": json.dumps(wanted), "chain": number},
                    )
                    known.update((ref, found_id) for ref, found_id in rows)
        if self._next["tx"] > 1:
            for key, found in txs.items():
                if key in CHAINS:
                    self._look_up_txs(conn, self.chain(key), list(found))

    def _look_up_txs(self, conn: Connection, chain: int, refs: list[str]) -> None:
        visible = Visible(conn, counting=self._run)
        mine = (
            f"(x.import_id = {self._run} OR EXISTS (SELECT 1 FROM tx_citation m"
            f" WHERE m.of_id = x.id AND m.import_id = {self._run}))"
        )
        values = ", ".join(visible.tx_value(name, f"x.{name}") for name in ("block", "position", "time"))
        rows = conn.execute(
            text(
                f"SELECT x.id, x.chain_id, x.hash, {values}, x.time_basis, x.time_text, {visible.tx_status()}, {mine},"
                f" {visible.stated('tx', 'x')} FROM json_each(:refs) j JOIN tx x"
                " ON x.hash = j.value AND x.chain_id = :chain"
            ),
            {"refs": json.dumps(refs), "chain": chain},
        )
        for row in rows:
            tx = TxState(*(*row[:9], bool(row[9]), bool(row[10]), False))
            self._txs[chain, tx.hash] = tx


@lru_cache(maxsize=16384)  # a statement names the same account in every row
def stated_party(text: str) -> tuple[str, str]:
    """Whom a party of a stated transfer means: ``tron:T…`` is that address of that ledger, all else is a name."""
    key, colon, ref = text.partition(":")
    if not colon or key not in CHAINS or key == "stated":
        return "stated", text
    try:
        found = address_forms.check(key, ref)
    except ValueError:
        return "stated", text
    # the form of these two is not checked by the line above
    if key in ("solana", "ripple") and key not in address_forms.recognise(ref):
        return "stated", text
    return key, found


def _highest(conn: Connection, table: str) -> int:
    return int(conn.execute(text(f"SELECT coalesce(max(id), 0) FROM {table}")).scalar_one())


def marks(conn: Connection) -> dict[str, int]:
    """The highest id of every evidence table: the high-water marks of an import that begins now."""
    return {name: _highest(conn, name) for name in MARKED if name in METADATA.tables}


def tag_content(record: TagRecord) -> tuple[str, ...]:
    """What a tag says, as columns of ``source_tag``."""
    return (
        record.subject, record.ref, record.label, record.category, record.actor, record.confidence, record.source,
        record.source_date,
    )  # fmt: skip


def tags(conn: Connection, run: int, records: list[Record]) -> dict[tuple[Any, ...], tuple[int, bool]]:
    """Stored tags on what a batch tags: chain key and content -> id and whether it counts."""
    refs = sorted({r.ref for r in records if type(r) is TagRecord})
    if not refs:
        return {}
    counts = Visible(conn, counting=run).stated("source_tag", "g")
    rows = conn.execute(
        text(
            "SELECT c.name, g.subject, g.ref, g.label, g.category, g.actor, g.confidence, g.source, g.source_date,"
            f" g.id, {counts} FROM source_tag g JOIN chain c ON c.id = g.chain_id"
            " WHERE g.ref IN (SELECT value FROM json_each(:refs)) ORDER BY g.id"
        ),
        {"refs": json.dumps(refs)},
    )
    return {tuple(row[:9]): (row[9], bool(row[10])) for row in rows}
