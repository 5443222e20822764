"""Makes events, transfers and prices for tests of the rules that work on plain lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workstation.casefile import intake
from workstation.domain.amounts import Asset
from workstation.domain.evidence import Citation, Event, Price, Transfer
from workstation.domain.records import EventRecord, Place, TransferRecord

TRON_USDT = Asset("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "USDT", 6)
BTC = Asset("bitcoin", "", "BTC", 8)
HOUR = 3600
NOON = 1_709_899_200  # 2024-03-08 12:00 UTC
DEPOSIT_ADDRESS = "TLLM21wteSPs4hKjbxgmH1L6poyMjeTbHm"
OTHER = "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW"
TX = "7cb9e8b44ee63b47e615f77ef26406e0d11c95943faa328ab67b62987f752176"


def event(number: int = 1, kind: str = "deposit", **more: Any) -> Event:
    """A deposit of 2,500 USDT on Tron, or what ``more`` says."""
    values: dict[str, Any] = {
        "id": number, "kind": kind, "service": "Binance", "account": "Binance account 1", "time": NOON + HOUR,
        "time_basis": "exchange", "time_text": "", "direction": "", "symbol": "USDT", "amount_text": "2500",
        "fee_symbol": "", "fee_text": "", "chain": "tron", "tx": "", "address": DEPOSIT_ADDRESS, "counterparty": "",
        "status": "ok", "details": (), "citation": Citation(3, f"row {number + 1}", "0" * 64),
    }  # fmt: skip
    return Event(**{**values, **more})


def transfer(number: int = 1, amount: int | None = 2_500_000_000, **more: Any) -> Transfer:
    """A transfer of 2,500 USDT to the deposit address at noon, or what ``more`` says."""
    values: dict[str, Any] = {
        "id": number, "chain": "tron", "tx": TX, "kind": "token", "index": 0, "block": 1, "time": NOON,
        "sender": OTHER, "receiver": DEPOSIT_ADDRESS, "asset": TRON_USDT, "amount": amount, "absent": None,
        "previous_tx": "", "previous_index": None, "script": "", "status": "ok",
    }  # fmt: skip
    return Transfer(**{**values, **more})


def price(
    rate: str, asset: str = "USDT", date: str = "2024-03-08", currency: str = "USD", source: str = "ECB"
) -> Price:
    """A rate of one day."""
    return Price(1, date, asset, currency, rate, source, Citation(5, "row 2", "0" * 64))


def load(session: Any, path: Path, text: str, records: Sequence[Any], **more: Any) -> int:
    """Keep a text as an exhibit and load records into the case as if a reader had given them; gives its number."""
    path.write_text(text, "utf-8")
    number = intake.keep(session.store, path, media_type="text/plain", received_from="a test", actor="Tester")
    intake.load(
        session.store, number, reader_id="test.reader", reader_version="1", templates=("row {row}",), parameters={},
        records=records, actor="Tester", **more,
    )  # fmt: skip
    session.evidence_changed()
    return number


def place(row: int) -> Place:
    """A place in the first bytes of an exhibit."""
    return Place(0, row, None, 0, 1)


def event_record(row: int = 2, **more: Any) -> EventRecord:
    """The record of :func:`event`."""
    given = event(**more)
    return EventRecord(
        place(row), given.kind, given.service, given.account, given.time, "exchange", given.time_text,  # type: ignore[arg-type]
        given.direction, given.symbol, given.amount_text, given.fee_symbol, given.fee_text, given.chain, given.tx,  # type: ignore[arg-type]
        given.address, given.counterparty, given.status, given.details,  # type: ignore[arg-type]
    )  # fmt: skip


def transfer_record(row: int = 2, **more: Any) -> TransferRecord:
    """The record of :func:`transfer`."""
    t = transfer(**more)
    return TransferRecord(
        place(row), t.chain, t.tx, t.block, None, t.time, "block", "", t.kind, t.index, t.sender, t.receiver,  # type: ignore[arg-type]
        t.asset.contract, t.asset.symbol, t.asset.decimals, t.amount, "", None, "", None, "", None,
    )  # fmt: skip
