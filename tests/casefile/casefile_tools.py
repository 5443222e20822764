"""Owns what the tests of a case file share: a fixed clock, records in short form, loading a list of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from workstation.casefile import intake
from workstation.casefile.store import Store, create
from workstation.domain.evidence import ImportResult
from workstation.domain.records import (
    BadRow,
    EventRecord,
    MentionRecord,
    Place,
    PriceRecord,
    Record,
    TransactionRecord,
    TransferRecord,
)

ROW_BYTES = 16
#: A valid address of the TRON ledger.
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


class Counter:
    """Random bytes that are the same in every run."""

    def __init__(self) -> None:
        self._calls = 0

    def __call__(self, count: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(str(self._calls).encode()).digest(count)


def clock() -> float:
    """Always the same second."""
    return 1_700_000_000.0


def new_case(folder: Path, name: str = "a.wcase", **more: Any) -> Store:
    """A new case with fixed clock and salts."""
    return create(folder / name, title="Test", examiner="Examiner", clock=clock, entropy=Counter(), **more)


def place(row: int, sub: int | None = None) -> Place:
    """The place of a row whose record has 16 bytes."""
    return Place(0 if sub is None else 1, row, sub, row * ROW_BYTES, ROW_BYTES)


def transfer(row: int, **changes: Any) -> TransferRecord:
    """A transfer of an account chain; ``changes`` replaces fields."""
    values: dict[str, Any] = {
        "place": place(row), "chain": "ethereum", "tx": "0x" + "ab" * 32, "block": 100, "position": None,
        "time": 1_600_000_000, "time_basis": "block", "time_text": "1600000000", "kind": "native", "index": None,
        "sender": "0x" + "11" * 20, "receiver": "0x" + "22" * 20, "contract": "", "symbol": "ETH", "decimals": 18,
        "amount": 5, "amount_text": "", "absent": None, "previous_tx": "", "previous_index": None, "script": "",
        "sequence": None,
    }  # fmt: skip
    return TransferRecord(**{**values, **changes})


def transaction(row: int, **changes: Any) -> TransactionRecord:
    """A transaction; ``changes`` replaces fields."""
    values: dict[str, Any] = {
        "place": place(row), "chain": "ethereum", "tx": "0x" + "ab" * 32, "block": 100, "position": None,
        "time": 1_600_000_000, "time_basis": "block", "time_text": "1600000000", "status": "ok",
    }  # fmt: skip
    return TransactionRecord(**{**values, **changes})


def event(row: int, **changes: Any) -> EventRecord:
    """A deposit on an account; ``changes`` replaces fields."""
    values: dict[str, Any] = {
        "place": place(row), "kind": "deposit", "service": "Exchange", "account": "Exchange account 1",
        "time": 1_600_000_000, "time_basis": "exchange", "time_text": "2020-09-13 12:26:40", "direction": "in",
        "symbol": "USDT", "amount_text": "250.5", "fee_symbol": "", "fee_text": "", "chain": "tron",
        "tx": "ab" * 32, "address": TRON, "counterparty": "", "status": "ok",
        "details": (("Order No", "77"), ("Note", "a,b")),
    }  # fmt: skip
    return EventRecord(**{**values, **changes})


def stated(row: int, **changes: Any) -> TransferRecord:
    """The stated transfer of :func:`event`: from the deposit address to the account."""
    values: dict[str, Any] = {
        "chain": "stated", "tx": "", "block": None, "time_basis": "exchange", "time_text": "2020-09-13 12:26:40",
        "kind": "stated", "sender": f"tron:{TRON}", "receiver": "Exchange account 1", "symbol": "USDT",
        "decimals": None, "amount": None, "amount_text": "250.5",
    }  # fmt: skip
    return transfer(row, **{**values, **changes})


def mention(row: int, **changes: Any) -> MentionRecord:
    """An address found in running text; ``changes`` replaces fields."""
    values: dict[str, Any] = {
        "place": place(row), "subject": "address", "ref": TRON, "chains": ("tron",), "context": f"send to {TRON} now",
    }  # fmt: skip
    return MentionRecord(**{**values, **changes})


def price(row: int, **changes: Any) -> PriceRecord:
    """A rate of one day; ``changes`` replaces fields."""
    values: dict[str, Any] = {
        "place": place(row), "date": "2020-09-13", "asset": "BTC", "currency": "EUR", "rate": "8712.25",
        "source": "ECB",
    }  # fmt: skip
    return PriceRecord(**{**values, **changes})


def bad(row: int) -> BadRow:
    """A row that could not be read."""
    return BadRow(place(row), "WS-READ-001", "not a row", "raw text")


def keep(store: Store, folder: Path, name: str, rows: int = 64) -> int:
    """Keep a made-up source file whose rows have 16 bytes each."""
    path = folder / name
    path.write_bytes(b"".join(f"{name[:8]:8}{row:7}\n".encode() for row in range(rows)))
    return intake.keep(store, path, media_type="text/csv", received_from="desk", actor="Examiner")


def load(store: Store, exhibit: int, records: Iterable[Record], **more: Any) -> ImportResult:
    """Load records of a kept exhibit."""
    templates: Sequence[str] = ("row {row}", "row {row} part {sub}")
    return intake.load(
        store, exhibit, reader_id="test", reader_version="1", templates=templates, parameters={}, records=records,
        actor="Examiner", **more,
    )  # fmt: skip


def bring(store: Store, folder: Path, name: str, records: Sequence[Record]) -> ImportResult:
    """Keep a made-up file and load records as its content."""
    return load(store, keep(store, folder, name), records)
