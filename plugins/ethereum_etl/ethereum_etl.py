"""Reads the exports of ethereum-etl (also of BigQuery): CSV or JSON lines, each file with one kind of row.

Owns the column names of these files. Values are whole wei or base units, addresses are in small letters, an empty
cell or null means "not stated". Both forms give the same records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record, TransactionStatus
from workstation.sdk import evm, jsonrows
from workstation.sdk.account import Head
from workstation.sdk.evm import Call
from workstation.sdk.jsonscan import value_at
from workstation.sdk.reader import (
    FIELDS,
    MISSING,
    NO,
    SHAPE,
    TRANSACTION,
    Refusal,
    RowProblem,
    Run,
    Sniff,
    Source,
    bad,
    raw_at,
)
from workstation.sdk.table import Table, header_name
from workstation.sdk.text import Checker, count, moment, transaction, units

STREAMS = (*jsonrows.streams(()), "row {row}")
_TABLE = len(STREAMS) - 1
_GWEI = 10**9
#: Kind of file and the columns that must be there, most telling first.
_KINDS = (
    ("traces", ("trace_type", "from_address", "to_address", "trace_address")),
    ("geth traces", ("block_number", "transaction_traces")),
    ("receipts", ("transaction_hash", "cumulative_gas_used", "gas_used")),
    ("logs", ("topics", "data", "log_index", "transaction_hash")),
    ("token transfers", ("token_address", "from_address", "to_address", "log_index", "transaction_hash")),
    ("transactions", ("hash", "from_address", "to_address", "value", "gas_price")),
    ("blocks", ("number", "parent_hash", "miner", "timestamp")),
    ("contracts", ("address", "bytecode", "function_sighashes")),
    ("tokens", ("address", "symbol", "decimals", "total_supply")),
)
_REFUSED = {
    "contracts": "This is a contracts file of ethereum-etl: it holds program code, no transfers.",
    "tokens": "This is a tokens file of ethereum-etl: it holds names and decimals of tokens, no transfers.",
}
_NO_WITHDRAWALS = "This is a blocks file of ethereum-etl without withdrawals: it holds no transfers."


def _kind(columns: Iterable[str]) -> str:
    names = set(columns)
    return next((kind for kind, needed in _KINDS if names.issuperset(needed)), "")


def _first(head: bytes) -> set[str]:
    """Column names of the first line or the keys of the first object (of a cut one, the words that look like keys)."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    line = text.partition("\n")[0]
    if text[:1] == "{":
        return {word.strip().strip('"') for word in line[:200_000].replace("{", ",").replace(":", ",").split(",")}
    return {header_name(cell) for cell in line.rstrip("\r").split(",")}


def sniff(head: bytes, name: str) -> Sniff:
    """By the column names, which other exports do not have in this spelling."""
    if head.lstrip()[:1] == b"[":
        return NO
    kind = _kind(_first(head))
    if not kind:
        return NO
    if kind in _REFUSED:
        return Sniff(0.97, _REFUSED[kind], _REFUSED[kind])
    return Sniff(1.0, f"the columns of a {kind} file of ethereum-etl")


class _Reader:
    """Turns rows, given as column -> text, number, list or None, into records."""

    def __init__(self, source: Source, chain: Chain, run: Run) -> None:
        self.source, self.chain, self.run = source, chain, run
        self._checker = Checker()
        self.calls = evm.Gathered(source, run)

    def records(self, kind: str, row: Mapping[str, Any], place: Place) -> Iterable[Record]:
        """The records of one row; ``RowProblem`` when it cannot be used."""
        if kind == "transactions":
            return self._transaction(row, place)
        if kind == "token transfers":
            return self._token(row, place)
        if kind == "receipts":
            return self._receipt(row, place)
        if kind == "logs":
            return self._log(row, place)
        if kind == "blocks":
            return self._block(row, place)
        return self._trace(row, place)

    # --- cells ------------------------------------------------------------------------------------------------

    def _address(self, row: Mapping[str, Any], column: str) -> str | None:
        text = jsonrows.text_in(row, column)
        return self._checker(self.chain.key, text) if text else None

    def _needed(self, row: Mapping[str, Any], column: str, what: str) -> str:
        found = self._address(row, column)
        if found is None:
            raise RowProblem(MISSING, f"{what} is missing")
        return found

    def _count(self, row: Mapping[str, Any], column: str) -> int | None:
        value = row.get(column)
        return None if value in (None, "") else count(value, column)

    def _head(self, row: Mapping[str, Any], hash_column: str, index_column: str = "transaction_index") -> Head:
        stamp = row.get("block_timestamp")
        shown = "" if stamp is None else str(stamp)
        # BigQuery writes the zone as a word
        time = moment(shown.removesuffix(" UTC") + ("Z" if shown.endswith(" UTC") else ""), None) if shown else None
        return Head(
            self.chain, transaction(row.get(hash_column), "evm") if hash_column else "",
            self._count(row, "block_number"), self._count(row, index_column), time, shown[:100],
        )  # fmt: skip

    def _status(self, row: Mapping[str, Any], column: str) -> TransactionStatus:
        value = self._count(row, column)
        if value not in (None, 0, 1):
            raise RowProblem(SHAPE, f"{column} is neither 0 nor 1")
        return "" if value is None else "ok" if value else "failed"

    # --- rows -------------------------------------------------------------------------------------------------

    def _transaction(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        head = self._head(row, "hash")
        sender, receiver = self._needed(row, "from_address", "the sender"), self._address(row, "to_address")
        value, status = units(row.get("value")), self._status(row, "receipt_status")
        yield head.transaction(place, status)
        if value and status != "failed":
            if receiver is None:
                if row.get("input") in ("", "0x", None):
                    raise RowProblem(MISSING, "the receiver is missing, and no contract is made")
                receiver = self._address(row, "receipt_contract_address") or evm.created(
                    sender, count(row.get("nonce"), "nonce")
                )
            yield head.coin(place, "native", 0, sender, receiver, value)
        fee = self._fee(row, "receipt_", row.get("gas_price"))
        if fee is not None:
            yield head.fee(place, sender, fee)
        elif not status:
            self.run.remark(
                "warning",
                "Transactions without receipts do not say whether they failed, and a failed one moves no value:"
                " import the receipts too.",
            )

    def _fee(self, row: Mapping[str, Any], prefix: str, fallback: object) -> int | None:
        used, price = row.get(f"{prefix}gas_used"), row.get(f"{prefix}effective_gas_price")
        if price in (None, ""):
            price = fallback
        if used in (None, "") or price in (None, ""):
            return None
        fee = evm.product(units(used, "gas used"), units(price, "gas price"))
        first_layer = row.get(f"{prefix}l1_fee")
        return fee if first_layer in (None, "") else fee + units(first_layer, "fee of the first layer")

    def _receipt(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        head = self._head(row, "transaction_hash")
        yield head.transaction(place, self._status(row, "status"))
        fee = self._fee(row, "", None)
        if fee is None:
            self.run.remark("warning", "Some receipts do not state the gas price, so their fee stays unknown.")
        else:
            payer = self._address(row, "from_address")
            if payer is None:
                self.run.remark("warning", "The receipts do not name who paid the fees.")
            yield head.fee(place, payer, fee)

    def _token(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        head = self._head(row, "transaction_hash")
        yield head.token(
            place, self._count(row, "log_index"), self._needed(row, "from_address", "the sender"),
            self._needed(row, "to_address", "the receiver"), self._needed(row, "token_address", "the token contract"),
            units(row.get("value")),
        )  # fmt: skip
        self.run.remark(
            "warning",
            "Token transfers name no decimals, and for an NFT the value is its number: whole numbers are kept as stated.",
        )

    def _log(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        topics = row.get("topics")
        if isinstance(topics, str):
            topics = [
                topic.strip(" '\"") for topic in topics.strip("[]").replace("\n", ",").split(",") if topic.strip()
            ]
        if not isinstance(topics, list | None):
            raise RowProblem(SHAPE, "topics is not a list")
        head = self._head(row, "transaction_hash")
        made = evm.of_log(
            head, place, self._needed(row, "address", "the contract"), topics or [], jsonrows.text_in(row, "data"),
            self._count(row, "log_index"),
        )  # fmt: skip
        if not made:
            self.run.skipped("logs that are no transfer of a token")
        return iter(made)

    def _block(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        """Withdrawals of validators: coins that come into the ledger of accounts, stated in Gwei."""
        listed = row.get("withdrawals")
        if isinstance(listed, str):
            # the CSV form leaves the brackets of the list out
            piece = value_at(listed if listed.startswith("[") else f"[{listed}]", 0)
            if piece.code:
                raise RowProblem(piece.code, f"withdrawals: {piece.problem}")
            listed = piece.value
        if not isinstance(listed, list | None) or not all(isinstance(item, dict) for item in listed or []):
            raise RowProblem(SHAPE, "withdrawals is not a list of objects")
        if not listed:
            self.run.skipped("blocks without withdrawals")
            return
        shown = str(row.get("timestamp"))
        time = moment(shown, None)
        head = Head(self.chain, "", count(row.get("number"), "number"), None, time, shown)
        for item in listed:
            yield head.coin(
                place, "mint", self._count(item, "index"), None, self._needed(item, "address", "the receiver"),
                units(item.get("amount"), "amount of a withdrawal") * _GWEI,
            )  # fmt: skip

    # --- traces -----------------------------------------------------------------------------------------------

    def _trace(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        """One trace; the calls of a transaction come one after the other and are kept together."""
        kind, value = jsonrows.text_in(row, "trace_type"), row.get("value")
        if kind in ("reward", "genesis", "daofork"):
            yield from self.calls.flush()
            head = self._head(row, "")
            sender = self._address(row, "from_address") if kind == "daofork" else None
            yield head.coin(
                place, "mint" if sender is None else "internal", None, sender,
                self._needed(row, "to_address", "the receiver"), units(value),
            )  # fmt: skip
            return
        if kind not in ("call", "create", "suicide"):
            raise RowProblem(SHAPE, f"a trace of unknown type {kind[:40]!r}")
        if row.get("transaction_hash") in (None, ""):
            raise RowProblem(TRANSACTION, "the trace names no transaction (traces of geth leave the hash out)")
        head = self._head(row, "transaction_hash")
        path = row.get("trace_address") or []
        if isinstance(path, str):
            path = [step.strip() for step in path.strip("[]").split(",")]
        if not isinstance(path, list):
            raise RowProblem(SHAPE, "trace_address is not a list")
        status = self._status(row, "status")
        call = Call(
            place, kind, jsonrows.text_in(row, "call_type"), self._address(row, "from_address"),
            self._address(row, "to_address"), 0 if value in (None, "") else units(value),
            tuple(count(step, "trace_address") for step in path), self._count(row, "subtraces"),
            bool(row.get("error")), None if status == "" else status == "failed",
        )  # fmt: skip
        yield from self.calls.add(head, call)


def _table(source: Source, reader: _Reader, run: Run) -> Iterator[Record]:
    table = Table(source, ",")
    names: list[str] = []
    kind, rows = "", 0
    for row in table.rows():
        if not names and not row.problem:
            names = [header_name(cell) for cell in row.cells]
            kind, table.width = _kind(names), len(names)
            if not kind or len(set(names)) != len(names):
                raise Refusal("This is no table of ethereum-etl: the column names are others.")
            if kind in _REFUSED:
                raise Refusal(_REFUSED[kind])
            if kind == "blocks" and "withdrawals" not in names:
                raise Refusal(_NO_WITHDRAWALS)
            continue
        rows += 1
        place = Place(_TABLE, row.number, None, row.offset, row.length)
        if row.problem or len(row.cells) != len(names):
            reason = row.problem or f"{len(row.cells)} cells under {len(names)} columns"
            yield bad(place, row.code or FIELDS, reason, raw_at(source, place))
            continue
        cells = {name: cell.strip() or None for name, cell in zip(names, row.cells, strict=True)}
        try:
            yield from list(reader.records(kind, cells, place))
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    if not names:
        raise Refusal("This is no table of ethereum-etl: it has no row with column names.")
    run.rows(rows)
    if rows == 0:
        run.remark("warning", "The file holds no rows.")


def _objects(source: Source, reader: _Reader, run: Run) -> Iterator[Record]:
    def make(value: Any, place: Place) -> Iterable[Record]:
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "not an object")
        kind = _kind(value)
        if kind in _REFUSED:
            raise Refusal(_REFUSED[kind])
        if not kind:
            raise RowProblem(SHAPE, "not a row of ethereum-etl: the names are others")
        if kind == "geth traces":
            if not jsonrows.list_in(value, "transaction_traces"):
                run.skipped("blocks without transactions")
                return []
            raise RowProblem(TRANSACTION, "the traces name no transactions (traces of geth leave the hash out)")
        return reader.records(kind, value, place)

    return jsonrows.records(source, run, (), make)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; rows that cannot be used come out as bad rows."""
    reader = _Reader(source, evm.chosen(parameters, run, "a file of ethereum-etl"), run)
    first = bytes(source.data[:64]).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    given = False
    for record in _objects(source, reader, run) if first in (b"{", b"[") else _table(source, reader, run):
        given = True
        yield record
    for record in reader.calls.flush():
        given = True
        yield record
    if not given and run.left_out.keys() == {"blocks without withdrawals"}:
        raise Refusal(_NO_WITHDRAWALS)
