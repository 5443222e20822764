"""Small tables and layouts for the tests of the table engine, and what a reading of one gave, sorted by kind."""

from __future__ import annotations

from types import ModuleType

from workstation.domain.records import (
    BadRow,
    EventRecord,
    Record,
    Remark,
    TagRecord,
    TransactionRecord,
    TransferRecord,
)
from workstation.paths import plugins_folder
from workstation.sdk.layouts import Layout, load
from workstation.sdk.reader import Run, Sniff, Source

TRON = "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW"
ETH = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
BTC = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
EVM_TX = "0x" + "ab" * 32

DEPOSITS = """
[[layout]]
id = "t"
gives = "events"
service = "Some"
[layout.header]
must = ["time", "coin", "amount"]
[layout.columns]
time = "/time.*/"
asset = "coin"
amount = "amount"
fee = "fee"
network = "network"
address = "address"
tx = "txid"
status = "status"
account = "uid"
counterparty = "other"
[layout.constants]
kind = "deposit"
[layout.read]
time = ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M"]
zone = "UTC"
"""
TRANSFERS = """
[[layout]]
id = "t"
gives = "transfers"
service = "Explorer"
[layout.header]
must = ["tx", "from", "to"]
[layout.columns]
time = "time"
tx = "tx"
from = "from"
to = "to"
asset = "asset"
contract = "contract"
decimals = "decimals"
amount = "amount"
in = "in"
out = "out"
fee = "fee"
status = "status"
token_id = "id"
chain = "chain"
from_label = "name"
[layout.read]
time = ["unix"]
"""


def module() -> ModuleType:
    """The reader module, loaded as the worker does."""
    import importlib.util
    import sys

    spec = importlib.util.spec_from_file_location("test_plugin_tables", plugins_folder() / "tables" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


TABLES = module()


class Answer:
    """What a reading gave, sorted by kind."""

    def __init__(self, records: list[Record], remarks: list[Remark], run: Run) -> None:
        self.records = records
        self.events = [r for r in records if isinstance(r, EventRecord)]
        self.transfers = [r for r in records if isinstance(r, TransferRecord)]
        self.transactions = [r for r in records if isinstance(r, TransactionRecord)]
        self.tags = [r for r in records if isinstance(r, TagRecord)]
        self.bad = [r for r in records if isinstance(r, BadRow)]
        self.said = " ".join(r.text for r in remarks)
        self.skipped, self.rows = run.left_out, run.rows_read


def table(text: str | bytes, layout: str, name: str = "file.csv", **parameters: str) -> Answer:
    """Read a small table by a layout."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    remarks: list[Remark] = []
    run = Run(remarks.append, lambda done, total: None)
    records = list(TABLES.read(Source(name, raw), {"layout": layout, **parameters}, run))
    for record in records:
        place = record.place
        assert 0 <= place.offset <= place.offset + place.length <= len(raw)
        if isinstance(record, BadRow):
            assert record.raw == raw[place.offset : place.offset + place.length].decode("latin-1")
    return Answer(records, remarks, run)


def sniffed(text: str | bytes, *layouts: str, name: str = "file.csv") -> dict[str, Sniff]:
    """The answers of the layouts."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    made = [layout for each in layouts for layout in load(each, "test")]
    return dict(TABLES.sniff_layouts(raw, name, made))


def bundled() -> list[Layout]:
    """Every layout that comes with the program."""
    folder = plugins_folder() / "tables" / "layouts"
    return [x for path in sorted(folder.glob("*.toml")) for x in load(path.read_text(encoding="utf-8"), path.name)]


LAYOUTS = bundled()
