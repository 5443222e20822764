"""Reads the CSV exports of Etherscan and its sister explorers: transactions, internal, ERC-20 and NFT transfers.

Owns the columns of both header generations and their quirks. Values are decimal coins, not wei; a failed transaction
moves no value but pays its fee; the direction is the column that is filled. Files of all these explorers look alike:
the chain follows from a chain number, the coin of the value columns, or the height of the blocks at their time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record, Status, TransactionRecord, TransferRecord
from workstation.sdk.reader import AMOUNT, FIELDS, MISSING, NETWORK, NO, Refusal, RowProblem, Run, Sniff, Source, bad
from workstation.sdk.table import Row, Table, ends_without_line_end, header_name
from workstation.sdk.text import Checker, amount, count, known_chain, number_text, seconds, transaction, units

STREAMS = ("row {row}",)
_VALUE_IN = re.compile(r"value_in\((\w+)\)")
_FULL_DOWNLOAD = 5000
#: The explorer writes one of these in the header; ETH stands on several chains, so it is an assumption.
_SYMBOLS = {"eth": "ethereum", "ether": "ethereum", "bnb": "bsc", "matic": "polygon", "pol": "polygon",
            "avax": "avalanche", "ftm": "fantom", "xdai": "gnosis", "etc": "ethereum-classic"}  # fmt: skip
_CHAIN_IDS = {
    "1": "ethereum",
    "10": "optimism",
    "56": "bsc",
    "61": "ethereum-classic",
    "100": "gnosis",
    "137": "polygon",
    "250": "fantom",
    "8453": "base",
    "42161": "arbitrum",
    "43114": "avalanche",
}
_ETHER = 18
_WHAT = {"normal": "transactions", "internal": "internal transactions", "token": "ERC-20 transfers",
         "nft": "NFT transfers"}  # fmt: skip
#: Time and height of blocks of the Ethereum main network; between them a straight line is less than 3 % off.
_MAINNET = (
    (1438269988, 1), (1455404053, 1_000_000), (1469020840, 1_920_000), (1484475035, 3_000_000),
    (1499633567, 4_000_000), (1508131331, 4_370_000), (1517319693, 5_000_000), (1532118564, 6_000_000),
    (1546466952, 7_000_000), (1551383524, 7_280_000), (1561100149, 8_000_000), (1574706444, 9_000_000),
    (1588598533, 10_000_000), (1601957824, 11_000_000), (1615234816, 12_000_000), (1628632419, 13_000_000),
    (1642114795, 14_000_000), (1655778535, 15_000_000), (1663224179, 15_537_394), (1681338455, 17_034_870),
    (1710338135, 19_426_587), (1746612311, 22_431_084),
)  # fmt: skip
_CHOOSE = "Choose the chain of the explorer (parameter chain) and read the file again"


@dataclass(slots=True)
class _Layout:
    """Where the columns are. ``kind`` is normal, internal, token or nft."""

    kind: str
    width: int
    symbol: str
    at: dict[str, int]


def _layout(cells: list[str]) -> _Layout | None:
    """The layout of a header; None when it is not of this family."""
    names = [header_name(cell) for cell in cells]
    at: dict[str, int] = {}
    symbol = ""
    for index, name in enumerate(names):
        incoming = _VALUE_IN.fullmatch(name)
        if incoming:
            symbol, name = incoming.group(1).upper(), "value_in"
        elif name.startswith("value_out("):
            name = "value_out"
        elif name.startswith("txnfee(") and name != "txnfee(usd)":
            name = "txnfee"
        elif name == "transaction hash":
            name = "txhash"
        elif name == "token id":
            name = "tokenid"
        at.setdefault(name, index)
    if not {"txhash", "unixtimestamp", "from"} <= at.keys():
        return None
    token = {"contractaddress", "tokensymbol"} <= at.keys()
    if "tokenid" in at:
        return _Layout("nft", len(cells), "", at) if token and "to" in at else None
    if token and ("tokenvalue" in at or "value" in at) and "to" in at:
        at.setdefault("tokenvalue", at.get("value", 0))
        return _Layout("token", len(cells), "", at)
    if {"blockno", "value_in", "value_out"} <= at.keys():
        if {"parenttxfrom", "txto"} <= at.keys():
            return _Layout("internal", len(cells), symbol, at)
        if {"to", "txnfee"} <= at.keys():
            return _Layout("normal", len(cells), symbol, at)
    return None


def sniff(head: bytes, name: str) -> Sniff:
    """Certain when a line of the first ten is one of the known headers."""
    rows = Table(Source(name, head), ",").rows()
    for row, _ in zip(rows, range(10), strict=False):
        found = _layout(row.cells)
        if found is None:
            continue
        _, why = _named_chain(found, next(rows, None))
        return Sniff(
            1.0,
            f"the header has the columns of an Etherscan export of {_WHAT[found.kind]}",
            "",
            ("chain",) if why else (),
        )
    return NO


def _named_chain(layout: _Layout, first: Row | None) -> tuple[str, str]:
    """The key of the chain that the file itself names or leaves likely, or why it must be asked."""
    index = layout.at.get("chainid")
    if index is not None and first is not None and len(first.cells) > index:
        number = first.cells[index].strip()
        if number:
            known = _CHAIN_IDS.get(number, "")
            return known, "" if known else f"The column ChainId says {number[:20]}, a chain this program does not know."
    key = _SYMBOLS.get(layout.symbol.lower(), "") if layout.symbol else "ethereum"
    if not key:
        return "", f"The value columns are in {layout.symbol}, the coin of no chain this program knows."
    if key == "ethereum" and first is not None and _off_mainnet(layout, first):
        return (
            "",
            "The block heights at their times are not those of the Ethereum main network: a sister explorer wrote it.",
        )
    return key, ""


def _off_mainnet(layout: _Layout, row: Row) -> bool:
    """Whether the height of a block is far from that of the main network at the same time."""
    try:
        height = count(number_text(row.cells[layout.at["blockno"]]), "block number")
        time = seconds(row.cells[layout.at["unixtimestamp"]])
    except (KeyError, IndexError, RowProblem):
        return False
    (start, low), (end, high) = _MAINNET[0], _MAINNET[1]
    for before, after in pairwise(_MAINNET):
        (start, low), (end, high) = before, after
        if time <= end:
            break
    expected = low + (time - start) * (high - low) // (end - start)
    return abs(height - expected) > expected * 3 // 100 + 20_000


class _Reader:
    """Turns rows of one file into records."""

    def __init__(self, layout: _Layout, chain: Chain, run: Run) -> None:
        self.run = run
        self.layout = layout
        self.chain = chain
        self.at = layout.at
        self.check = Checker()
        self.silent = 0

    def _cell(self, cells: list[str], name: str) -> str:
        index = self.at.get(name)
        return cells[index].strip() if index is not None else ""

    def _address(self, cells: list[str], name: str) -> str | None:
        text = self._cell(cells, name)
        return self.check(self.chain.key, text) if text else None

    def records(self, row: Row) -> list[Record]:
        """The records of one row; ``RowProblem`` when it cannot be used."""
        cells = row.cells
        layout = self.layout
        # Some files close every row with one field that the header does not have; it must be empty.
        if len(cells) != layout.width and (len(cells) != layout.width + 1 or cells[-1].strip()):
            raise RowProblem(FIELDS, f"{len(cells)} fields instead of {layout.width}")
        place = Place(0, row.number, None, row.offset, row.length)
        tx = transaction(self._cell(cells, "txhash"), "evm")
        time = seconds(self._cell(cells, "unixtimestamp"))
        number = self._cell(cells, "blockno")
        block = count(number_text(number), "block number") if number else None
        text = (
            self._cell(cells, "datetime (utc)") or self._cell(cells, "datetime") or self._cell(cells, "unixtimestamp")
        )
        self._same_chain(cells)
        if layout.kind in ("token", "nft"):
            return [self._token(cells, place, tx, block, time, text)]
        sender = self._address(cells, "from")
        if sender is None:
            raise RowProblem(MISSING, "the sender is missing")
        contract = self._address(cells, "contractaddress")
        receiver = self._address(cells, "to" if layout.kind == "normal" else "txto") or contract
        value = self._value(cells)
        failed = self._failed(cells)
        if failed and layout.kind == "internal":
            self.run.skipped("failed internal call, it moved nothing")
            self.silent += 1
            return []
        status: Status = "failed" if failed else "ok"
        made: list[Record] = [TransactionRecord(place, self.chain.key, tx, block, None, time, "block", text, status)]
        if value and not failed:
            if receiver is None:
                raise RowProblem(MISSING, "the receiver is missing")
            kind = "native" if layout.kind == "normal" else "internal"
            made.append(TransferRecord(
                place, self.chain.key, tx, block, None, time, "block", text, kind, None, sender, receiver, "",  # type: ignore[arg-type]
                self.chain.symbol, _ETHER, value, "", None, "", None, "", None,
            ))  # fmt: skip
        if layout.kind == "normal":
            fee = self._cell(cells, "txnfee")
            paid = amount(fee, _ETHER) if fee else None
            made.append(TransferRecord(
                place, self.chain.key, tx, block, None, time, "block", text, "fee", 0, sender, None, "",
                self.chain.symbol, _ETHER, paid, "", None if fee else "unknown", "", None, "", None,
            ))  # fmt: skip
        return made

    def _value(self, cells: list[str]) -> int:
        incoming, outgoing = self._cell(cells, "value_in"), self._cell(cells, "value_out")
        if not incoming and not outgoing:
            raise RowProblem(AMOUNT, "both value columns are empty")
        entered = amount(incoming, _ETHER) if incoming else 0
        left = amount(outgoing, _ETHER) if outgoing else 0
        if entered and left and entered != left:  # a self-transfer fills both sides, with the same value
            raise RowProblem(AMOUNT, "the value columns contradict each other")
        return entered or left

    def _failed(self, cells: list[str]) -> bool:
        status = self._cell(cells, "status").lower()
        if self.layout.kind == "internal":
            return status not in ("", "0", "ok", "success")
        return status not in ("", "1", "ok", "success")

    def _same_chain(self, cells: list[str]) -> None:
        """A file may hold rows of several chains where it has a column for them: each must be the file's chain."""
        number = self._cell(cells, "chainid")
        if number and _CHAIN_IDS.get(number, self.chain.key) != self.chain.key:
            raise RowProblem(NETWORK, f"the row belongs to another chain (ChainId {number[:20]})")

    def _token(self, cells: list[str], place: Place, tx: str, block: int | None, time: int, text: str) -> Record:
        sender, receiver = self._address(cells, "from"), self._address(cells, "to")
        contract = self._address(cells, "contractaddress")
        if sender is None or receiver is None or contract is None:
            raise RowProblem(MISSING, "sender, receiver or token contract is missing")
        if self.layout.kind == "nft":
            number = units(number_text(self._cell(cells, "tokenid")), "token id")
            quantity = units(number_text(self._cell(cells, "quantity") or "1"), "quantity")
            return TransferRecord(
                place, self.chain.key, tx, block, None, time, "block", text, "nft", None, sender, receiver,
                f"{contract}/{number}", self._cell(cells, "tokensymbol"), 0, quantity, "", None, "", None, "", None,
            )  # fmt: skip
        value = number_text(self._cell(cells, "tokenvalue"))
        return TransferRecord(
            place, self.chain.key, tx, block, None, time, "block", text, "token", None, sender, receiver, contract,
            self._cell(cells, "tokensymbol"), None, None, value, None, "", None, "", None,
        )  # fmt: skip


def _chain(layout: _Layout, first: Row | None, parameters: Mapping[str, str], run: Run) -> Chain:
    stated = parameters.get("chain", "")
    if stated:
        try:
            chosen = known_chain(stated)
        except RowProblem as problem:
            raise Refusal(f"The parameter chain: {problem}.") from problem
        if chosen.form != "evm":
            raise Refusal(f"The parameter chain: {chosen.key} is no chain of this family of explorers.")
        return chosen
    key, why = _named_chain(layout, first)
    if not key:
        raise Refusal(f"{why} {_CHOOSE}; map the table by hand if its chain is not in the list.")
    symbol = layout.symbol
    if layout.at.get("chainid") is not None and not symbol:
        return known_chain(key)
    if key == "ethereum":
        basis = f"the column {symbol} stands on several chains" if symbol else "a token file does not name its chain"
        run.remark(
            "assumption", f"The chain is ethereum: {basis}. Choose another chain if the file is from a sister explorer."
        )
    elif "chainid" in layout.at:
        run.remark("assumption", f"The chain is {key}, because the column ChainId says so.")
    else:
        run.remark("assumption", f"The chain is {key}, because the value column is in {symbol}.")
    return known_chain(key)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; rows that cannot be used come out as bad rows."""
    table = Table(source, ",")
    rows = table.rows()
    layout: _Layout | None = None
    for row in rows:
        found = _layout(row.cells)
        if found is not None:
            layout = found
            break
        if row.number >= 10:
            break
    if layout is None:
        raise Refusal("No line of the first ten is a header of an Etherscan export.")
    table.width = layout.width
    reader: _Reader | None = None
    read_rows = 0
    last = 0
    for row in rows:
        last = row.number
        if reader is None:
            reader = _Reader(layout, _chain(layout, row, parameters, run), run)
        if row.cells and row.cells[0][:2] != "0x" and _layout(row.cells) is not None:
            run.skipped("header repeated")  # where several downloads were joined
            continue
        read_rows += 1
        place = Place(0, row.number, None, row.offset, row.length)
        if row.code:
            yield bad(place, row.code, row.problem, row.raw)
            continue
        try:
            yield from reader.records(row)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), row.raw)
    run.rows(read_rows)
    if reader is None:
        run.remark(
            "warning", "The file has a header and no rows: the explorer had nothing to list, or the export failed."
        )
        return
    if read_rows == _FULL_DOWNLOAD:
        run.remark(
            "warning", "The file has exactly 5,000 rows, the most that one download holds: it is probably cut short."
        )
    if reader.silent:
        run.remark("warning", f"{reader.silent} failed internal calls moved no value and give no transfer.")
    if ends_without_line_end(source):
        run.remark("warning", f"The file does not end with a line end: its last row ({last}) may be cut short.")
