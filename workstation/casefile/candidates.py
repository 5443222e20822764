"""Owns the transfers of the case that a record may state again, found by identity and by content. Must not write.

Looked up for each batch, so memory does not grow with the case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from workstation.casefile.assets import MOST_DECIMALS, Chosen
from workstation.casefile.known import Names
from workstation.casefile.visible import Visible
from workstation.domain.amounts import from_limbs
from workstation.domain.records import Record, TransferRecord


@dataclass(slots=True)
class Candidate:
    """A stored transfer that a record may state. ``value`` is its amount in 10^-80 units, None when absent.

    ``units`` is the amount in base units: all that can be compared when the decimals of either side are only assumed
    to show it (``shown``). ``previous``: the transaction whose output an input spends, empty when not stated.
    """

    id: int
    index: int | None
    sender: int | None
    receiver: int | None
    family: int
    value: int | None
    cited: bool
    counts: bool
    superseded: bool = False
    units: int | None = None
    shown: bool = False
    previous: str = ""

    def same_amount(self, other: Candidate) -> bool:
        """Whether both state the same amount."""
        if self.shown or other.shown:
            return self.units == other.units
        return self.value == other.value

    def equals(self, other: Candidate) -> bool:
        """Same content."""
        return (
            self.same_amount(other)
            and self.sender == other.sender
            and self.receiver == other.receiver
            and self.family == other.family
        )

    def covers(self, other: Candidate) -> bool:
        """Whether everything the other states is stated here the same way, and more."""
        return (
            self.family == other.family
            and (other.value is None or self.same_amount(other))
            and other.sender in (None, self.sender)
            and other.receiver in (None, self.receiver)
        )


def _key(tx: Any, kind: str, found: Candidate, sender: int | None, amount: Any) -> tuple[Any, ...]:
    return (tx, kind, sender, found.receiver, found.family, amount)


def _amounts(found: Candidate) -> tuple[Any, ...]:
    """What the amount is looked up by: its value, and its base units for rows that state nothing else."""
    if found.value is None:
        return (None,)
    by_units = ("units", found.units)
    return (by_units,) if found.shown else (found.value, by_units)


class Candidates:
    """The transfers a batch may state again, by identity and by content."""

    def __init__(self) -> None:
        self._identity: dict[tuple[Any, ...], list[Candidate]] = {}
        self._content: dict[tuple[Any, ...], list[Candidate]] = {}

    def add(self, tx: Any, kind: str, found: Candidate) -> None:
        """One more transfer of the case.

        One that this import cites already can only be stated again by its identity.
        """
        if found.index is not None:
            self._identity.setdefault((tx, kind, found.index), []).append(found)
        if not found.cited:
            senders = {found.sender, None} if kind == "fee" else {found.sender}
            for sender in senders:
                for amount in _amounts(found):
                    self._content.setdefault(_key(tx, kind, found, sender, amount), []).append(found)

    def may_have(self, index: int | None) -> bool:
        """Whether a transfer with this index may be stored already, so that it must be looked for."""
        return index is not None or bool(self._content)

    def same_identity(self, tx: Any, kind: str, index: int) -> list[Candidate]:
        """Transfers with this identity, oldest first."""
        return self._identity.get((tx, kind, index), [])

    def same_content(self, tx: Any, kind: str, mine: Candidate) -> list[Candidate]:
        """Transfers with this content, oldest first."""
        return [found for found in self._alike(tx, kind, mine, mine.sender) if found.sender == mine.sender]

    def other_payer(self, tx: Any, kind: str, mine: Candidate) -> list[Candidate]:
        """Fees of the same amount where one side does not say who paid, oldest first."""
        if kind != "fee":
            return []
        alike = self._alike(tx, kind, mine, None)
        return [found for found in alike if found.sender != mine.sender and None in (found.sender, mine.sender)]

    def _alike(self, tx: Any, kind: str, mine: Candidate, sender: int | None) -> list[Candidate]:
        """Transfers of the same amount, oldest first."""
        value, *units = (self._content.get(_key(tx, kind, mine, sender, a), []) for a in _amounts(mine))
        shown = [found for found in units[0] if found.shown] if units else []
        return sorted([*value, *shown], key=lambda found: found.id) if shown else value

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
                f" t.chain_id, t.time, t.block, t.time_text, t.prev_tx, {mine}, {visible.stated('transfer', 't')},"
                " EXISTS (SELECT 1 FROM transfer n WHERE n.supersedes = t.id)"
                f" FROM transfer t WHERE {where} ORDER BY t.id"
            ),
            {"ids": ids},
        )
        for (number, tx, kind, index, sender, receiver, asset_id, hi, lo, big, absent, chain, time, block, original,
             previous, cited, counts, superseded) in rows:  # fmt: skip
            asset = assets[asset_id]
            units = None if absent is not None else from_limbs(hi, lo, big)
            value = None if units is None else units * 10 ** (MOST_DECIMALS - asset.decimals)
            found = Candidate(
                number, index, sender, receiver, asset.family, value, bool(cited), bool(counts), bool(superseded),
                units, asset.shown, previous,
            )  # fmt: skip
            self.add(tx if tx is not None else (chain, time, block, original), kind, found)
