"""Owns what an import has to know of the case to recognise what it holds: names, transactions, transfers, tags.

Must not write. Only addresses stay in memory for the whole import; transactions and transfers are looked up for each
batch, so memory does not grow with the case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from workstation.casefile.assets import MOST_DECIMALS, Chosen
from workstation.casefile.tables import CHAIN, MARKED, METADATA
from workstation.casefile.visible import Visible
from workstation.domain.amounts import from_limbs
from workstation.domain.chains import CHAINS
from workstation.domain.records import Record, TagRecord, TransactionRecord, TransferRecord

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

    def differs(self, record: _Said) -> bool:
        """Whether the record contradicts the transaction (times only when both come from the block)."""
        status = _status(record)
        return (
            (record.block is not None and record.block != self.block)
            or (record.time not in (None, self.time) and {record.time_basis, self.time_basis} == {"block"})
            or (status in ("ok", "failed") and self.status in ("ok", "failed") and status != self.status)
        )


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

    def next_transfer(self) -> int:
        """The next free id of a transfer."""
        return self.next_id("transfer")

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
        for record in records:
            kind = type(record)
            if kind is TransferRecord:
                refs = addresses.setdefault(record.chain, {})  # type: ignore[union-attr]
                if record.sender is not None:  # type: ignore[union-attr]
                    refs[record.sender] = None  # type: ignore[union-attr]
                if record.receiver is not None:  # type: ignore[union-attr]
                    refs[record.receiver] = None  # type: ignore[union-attr]
                if record.tx:  # type: ignore[union-attr]
                    txs.setdefault(record.chain, {})[record.tx] = None  # type: ignore[union-attr]
            elif kind is TransactionRecord:
                txs.setdefault(record.chain, {})[record.tx] = None  # type: ignore[union-attr]
            elif kind is TagRecord:
                addresses.setdefault(record.chain, {})[record.ref] = None  # type: ignore[union-attr]
        self._txs = {}
        for key, found in addresses.items():
            if key in CHAINS:
                chain = self.chain(key)
                known = self._addresses.setdefault(chain, {})
                if self._next["address"] > 1:
                    wanted = [ref for ref in found if ref not in known]
                    rows = conn.execute(
                        text(
                            "SELECT a.addr, a.id FROM json_each(:refs) j JOIN address a"
                            " ON a.addr = j.value AND a.chain_id = :chain"
                        ),
                        {"refs": json.dumps(wanted), "chain": chain},
                    )
                    known.update((ref, number) for ref, number in rows)
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


def _highest(conn: Connection, table: str) -> int:
    return int(conn.execute(text(f"SELECT coalesce(max(id), 0) FROM {table}")).scalar_one())


def marks(conn: Connection) -> dict[str, int]:
    """The highest id of every evidence table: the high-water marks of an import that begins now."""
    return {name: _highest(conn, name) for name in MARKED if name in METADATA.tables}


@dataclass(slots=True)
class Candidate:
    """A stored transfer that a record may state. ``value`` is its amount in 10^-80 units, None when absent."""

    id: int
    index: int | None
    sender: int | None
    receiver: int | None
    family: int
    value: int | None
    cited: bool
    counts: bool
    superseded: bool = False

    def equals(self, other: Candidate) -> bool:
        """Same content."""
        return (
            self.value == other.value
            and self.sender == other.sender
            and self.receiver == other.receiver
            and self.family == other.family
        )

    def covers(self, other: Candidate) -> bool:
        """Whether everything the other states is stated here the same way, and more."""
        return (
            self.family == other.family
            and other.value in (None, self.value)
            and other.sender in (None, self.sender)
            and other.receiver in (None, self.receiver)
        )


class Candidates:
    """The transfers a batch may state again, by identity and by content."""

    def __init__(self) -> None:
        self._identity: dict[tuple[Any, ...], list[Candidate]] = {}
        self._content: dict[tuple[Any, ...], list[Candidate]] = {}

    def add(self, tx: Any, kind: str, found: Candidate) -> None:
        """One more transfer of the case."""
        if found.index is not None:
            self._identity.setdefault((tx, kind, found.index), []).append(found)
        content = (tx, kind, found.sender, found.receiver, found.family, found.value)
        self._content.setdefault(content, []).append(found)

    def same_identity(self, tx: Any, kind: str, index: int) -> list[Candidate]:
        """Transfers with this identity, oldest first."""
        return self._identity.get((tx, kind, index), [])

    def same_content(self, tx: Any, kind: str, mine: Candidate) -> list[Candidate]:
        """Transfers with this content, oldest first."""
        return self._content.get((tx, kind, mine.sender, mine.receiver, mine.family, mine.value), [])

    def load(
        self, conn: Connection, run: int, names: Names, records: list[Record], assets: Mapping[int, Chosen]
    ) -> None:
        """Start a batch: the transfers of its transactions, and those without one when it has such records."""
        self._identity, self._content = {}, {}
        written = names.written_txs()
        if written:
            self._read(conn, run, assets, "t.tx_id IN (SELECT value FROM json_each(:ids))", json.dumps(written))
        if any(type(r) is TransferRecord and not r.tx for r in records):
            times = sorted({r.time for r in records if type(r) is TransferRecord and not r.tx and r.time is not None})
            self._read(
                conn, run, assets,
                "t.tx_id IS NULL AND (t.time IS NULL OR t.time IN (SELECT value FROM json_each(:ids)))",
                json.dumps(times),
            )  # fmt: skip

    def _read(self, conn: Connection, run: int, assets: Mapping[int, Chosen], where: str, ids: str) -> None:
        visible = Visible(conn, counting=run)
        mine = (
            f"(t.import_id = {run} OR EXISTS (SELECT 1 FROM transfer_citation m"
            f" WHERE m.of_id = t.id AND m.import_id = {run}))"
        )
        rows = conn.execute(
            text(
                "SELECT t.id, t.tx_id, t.kind, t.idx, t.from_id, t.to_id, t.asset_id, t.hi, t.lo, t.big, t.absent,"
                f" t.chain_id, t.time, t.block, t.time_text, {mine}, {visible.stated('transfer', 't')},"
                " EXISTS (SELECT 1 FROM transfer n WHERE n.supersedes = t.id)"
                f" FROM transfer t WHERE {where} ORDER BY t.id"
            ),
            {"ids": ids},
        )
        for (number, tx, kind, index, sender, receiver, asset_id, hi, lo, big, absent, chain, time, block, original,
             cited, counts, superseded) in rows:  # fmt: skip
            asset = assets[asset_id]
            value = None if absent is not None else from_limbs(hi, lo, big) * 10 ** (MOST_DECIMALS - asset.decimals)
            found = Candidate(
                number, index, sender, receiver, asset.family, value, bool(cited), bool(counts), bool(superseded)
            )
            self.add(tx if tx is not None else (chain, time, block, original), kind, found)


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
