"""Reads daily dumps of Blockchair: the tables outputs, inputs and transactions, separated by TAB.

Owns those tables. Amounts are satoshi, times are UTC without a mark. A row of ``inputs`` states two things: the
output that is spent (with its own block and time) and the input that spends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC

from workstation.domain.chains import CHAINS, Chain
from workstation.domain.records import Place, Record, TransferRecord
from workstation.sdk import utxo
from workstation.sdk.answers import utxo_chain
from workstation.sdk.reader import FIELDS, NO, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.scripts import Owners
from workstation.sdk.table import Row, Table, header_name
from workstation.sdk.text import count, moment, transaction, units

STREAMS = ("row {row}",)
_TABLES = (
    ("inputs", ("block_id", "transaction_hash", "index", "time", "value", "recipient", "spending_block_id",
                "spending_transaction_hash", "spending_index", "spending_time")),
    ("outputs", ("block_id", "transaction_hash", "index", "time", "value", "recipient", "is_from_coinbase")),
    ("transactions", ("block_id", "hash", "time", "input_total", "output_total", "fee")),
    ("blocks", ("id", "hash", "merkle_root", "guessed_miner")),
)  # fmt: skip
_NAME = re.compile(r"blockchair_([a-z-]+)_(?:outputs|inputs|transactions|blocks)", re.IGNORECASE)
_BLOCKS = "This is a Blockchair list of blocks without transactions: it holds no transfers."


def _table(cells: list[str]) -> str:
    names = {header_name(cell) for cell in cells}
    return next((table for table, must in _TABLES if names >= set(must)), "")


def sniff(head: bytes, name: str) -> Sniff:
    """By the column names of the first line."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("latin-1")
    table = _table(line.split("\t"))
    if table == "blocks":
        return Sniff(0.98, _BLOCKS, _BLOCKS)
    return Sniff(0.99, f"TAB-separated columns of a Blockchair dump of {table}") if table else NO


def _chain(parameters: Mapping[str, str], name: str, run: Run) -> Chain:
    found = _NAME.search(name)
    key = found.group(1).lower() if found else ""
    if parameters.get("chain") or key not in CHAINS:
        return utxo_chain(parameters, run, "", "a Blockchair dump")
    if CHAINS[key].model != "utxo":
        raise Refusal(f"This dump is of {key}, which has no inputs and outputs.")
    run.remark("assumption", f"The chain is {key}, because the file name says so.")
    return CHAINS[key]


class _Reader:
    """Turns rows into records; ``columns`` is name → place in the row."""

    def __init__(self, chain: Chain, run: Run, columns: Mapping[str, int]) -> None:
        self.chain = chain
        self.columns = columns
        self.owners = Owners(chain.key, run)

    def _head(self, cells: list[str], prefix: str, name: str) -> utxo.Head:
        block, text = cells[self.columns[f"{prefix}block_id"]], cells[self.columns[f"{prefix}time"]]
        done = block != "-1"
        return utxo.Head(
            self.chain, transaction(cells[self.columns[name]], "utxo"), count(block, "block_id") if done else None,
            None, moment(text, UTC), "ok" if done else "pending", "block" if done else "seen", text,
        )  # fmt: skip

    def _output(self, cells: list[str], place: Place) -> tuple[utxo.Head, int, str | None, str, int, list[Record]]:
        def cell(name: str) -> str:
            return cells[self.columns[name]] if name in self.columns else ""

        told = self._head(cells, "", "transaction_hash")
        owner, script = self.owners(cell("recipient"), cell("script_hex"), cell("type"))
        index, worth = count(cell("index"), "index"), units(cell("value"))
        made: list[Record] = [told.paid(place, index, owner, worth, script)]
        if cell("is_from_coinbase") == "1" and index == 0:
            made.insert(0, told.coinbase(place, 0))
        return told, index, owner, script, worth, made

    def outputs(self, cells: list[str], place: Place) -> list[Record]:
        """An output, and for the first one of a coinbase transaction the input that made the coins."""
        return self._output(cells, place)[-1]

    def inputs(self, cells: list[str], place: Place) -> list[Record]:
        """The output that is spent, and the input that spends it."""
        told, index, owner, script, worth, made = self._output(cells, place)
        spending = self._head(cells, "spending_", "spending_transaction_hash")
        at = count(cells[self.columns["spending_index"]], "spending_index")
        return [*made, spending.spent(place, at, owner, worth, script, told.tx, index)]

    def transactions(self, cells: list[str], place: Place) -> list[Record]:
        """The transaction and its fee; nobody is named as payer, because the inputs are not in this table."""
        told = self._head(cells, "", "hash")
        fee = units(cells[self.columns["fee"]], "fee")
        made: list[Record] = [told.transaction(place)]
        if fee:
            made.append(TransferRecord(
                place=place, chain=self.chain.key, tx=told.tx, block=told.block, position=None, time=told.time,
                time_basis=told.basis, time_text=told.shown, kind="fee", index=None, sender=None, receiver=None,
                contract="", symbol=self.chain.symbol, decimals=self.chain.decimals, amount=fee, amount_text="",
                absent=None, previous_tx="", previous_index=None, script="", sequence=None,
            ))  # fmt: skip
        return made


def _row(row: Row, width: int) -> list[str]:
    if row.problem:
        raise RowProblem(row.code, row.problem)
    if len(row.cells) != width:
        raise RowProblem(FIELDS, f"{len(row.cells)} fields instead of {width}")
    return row.cells


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; rows that cannot be used come out as bad rows."""
    table = Table(source, "\t")
    rows = table.rows()
    header = next(rows, None)
    kind = _table(header.cells) if header is not None else ""
    if header is None or not kind:
        raise Refusal("The first line holds no column names of a Blockchair dump.")
    if kind == "blocks":
        raise Refusal(_BLOCKS)
    table.width = len(header.cells)
    columns = {header_name(cell): number for number, cell in enumerate(header.cells)}
    reader = _Reader(_chain(parameters, source.name, run), run, columns)
    take = {"outputs": reader.outputs, "inputs": reader.inputs, "transactions": reader.transactions}[kind]
    read_rows = 0
    for row in rows:
        read_rows += 1
        place = Place(0, row.number, None, row.offset, row.length)
        try:
            yield from take(_row(row, table.width), place)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
        if not read_rows % 1000:
            run.progress(row.offset, source.size)
    run.rows(read_rows)
    if kind == "transactions":
        run.remark("warning", "A dump of transactions names no addresses: import its outputs and inputs too.")
    if read_rows == 0:
        run.remark("warning", "The file has column names and no rows.")
