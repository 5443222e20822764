"""Reads our own ``ledger.csv``: time, from, to, asset, amount, and what else its author states. See ``FORMAT.md``.

Owns that format. Each row is one stated transfer; nothing is filled in but the chain, and that is said aloud.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from workstation.domain import addresses
from workstation.domain.chains import CHAINS
from workstation.domain.records import Place, Record, TransactionRecord, TransferRecord
from workstation.sdk.reader import (
    ADDRESS,
    AMOUNT,
    FIELDS,
    MISSING,
    NO,
    SHAPE,
    Refusal,
    RowProblem,
    Run,
    Sniff,
    Source,
    bad,
)
from workstation.sdk.table import Row, Table, ends_without_line_end, header_name
from workstation.sdk.text import Checker, amount, count, known_chain, moment, number_text, transaction

STREAMS = ("row {row}",)
_MUST = ("time", "from", "to", "asset", "amount")
_MAY = ("transaction", "sequence", "chain", "block", "fee", "note")
_MEMO = 50_000


def _columns(cells: list[str]) -> dict[str, int] | None:
    at: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = header_name(cell)
        if name in _MUST or name in _MAY:
            if name in at:
                return None
            at[name] = index
    return at if all(name in at for name in _MUST) else None


def _delimiter(head: bytes) -> str:
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    return max((",", ";", "\t"), key=lambda sign: line.count(sign.encode("ascii")))


def sniff(head: bytes, name: str) -> Sniff:
    """By the five columns that must be there."""
    for row in Table(Source(name, head), _delimiter(head)).rows():
        if _columns(row.cells) is not None:
            return Sniff(0.95, "the header has the columns time, from, to, asset and amount")
        return NO
    return NO


class _Reader:
    """Turns rows of one file into records."""

    def __init__(self, at: Mapping[str, int], width: int, parameters: Mapping[str, str], run: Run) -> None:
        self.at, self.width, self.run = at, width, run
        self.check = Checker()
        self.zone: tzinfo | None = None
        self.fallback = ""
        try:
            if parameters.get("chain"):
                self.fallback = known_chain(parameters["chain"]).key
        except RowProblem as problem:
            raise Refusal(f"The parameter chain: {problem}.") from problem
        if parameters.get("zone"):
            try:
                self.zone = ZoneInfo(parameters["zone"])
            except (ValueError, OSError, LookupError) as problem:
                raise Refusal(f"The parameter zone: {parameters['zone'][:40]!r} is no time zone.") from problem
            run.remark("assumption", f"Times without zone are read as {parameters['zone']}.")
        self._chains: dict[tuple[str, str, str, str], str] = {}
        # A file repeats few chains and assets in many rows: their answers are remembered.
        self._named: dict[str, str] = {}
        self._fits: dict[str, frozenset[str]] = {}
        self._assets: dict[tuple[str, str], tuple[str, str, int | None]] = {}
        self._extra = tuple((name, at[name]) for name in _MAY if name in at and name != "note")

    def _forms(self, text: str) -> frozenset[str]:
        known = self._fits.get(text)
        if known is None:
            known = frozenset(addresses.recognise(text))
            if len(self._fits) >= _MEMO:
                self._fits.clear()
            self._fits[text] = known
        return known

    def _chain(self, stated: str, sender: str, receiver: str, asset: str) -> str:
        if stated:
            if stated not in self._named:
                self._named[stated] = known_chain(stated).key
            return self._named[stated]
        if self.fallback:
            return self.fallback
        parts = asset.split(":")
        key = (sender, receiver, parts[0], parts[1] if len(parts) > 1 else "")
        known = self._chains.get(key)
        if known is None:
            fits = [self._forms(t) for t in (sender, receiver, key[3]) if t]
            both = frozenset.intersection(*fits) if fits else frozenset()
            chosen = [name for name in CHAINS if name in both]
            if not chosen:
                raise RowProblem(ADDRESS, "the chain is not stated, and the form of the addresses does not tell it")
            native = [name for name in chosen if CHAINS[name].symbol.upper() == key[2].upper() and not key[3]]
            known = (native or chosen)[0]
            self.run.remark("assumption", f"Rows without a chain belong to {known}, by the form of their addresses.")
            if len(self._chains) >= _MEMO:
                self._chains.clear()
            self._chains[key] = known
        return known

    def _asset(self, text: str, chain: str) -> tuple[str, str, int | None]:
        """Contract, symbol and decimals of an asset cell."""
        known = self._assets.get((text, chain))
        if known is None:
            known = self._read_asset(text, chain)
            if len(self._assets) >= _MEMO:
                self._assets.clear()
            self._assets[(text, chain)] = known
        return known

    def _read_asset(self, text: str, chain: str) -> tuple[str, str, int | None]:
        symbol, colon, rest = text.partition(":")
        native = CHAINS[chain]
        if not symbol or len(symbol) > 100:
            raise RowProblem(SHAPE, "the asset has no symbol")
        if not colon:
            if chain == "stated":
                return symbol, symbol, None
            if symbol.upper() != native.symbol.upper():
                raise RowProblem(SHAPE, f"{symbol[:40]} is not the coin of {chain}: write SYMBOL:contract")
            return "", native.symbol, native.decimals
        contract, colon, decimals = rest.partition(":")
        if colon and not (decimals.isascii() and decimals.isdigit() and len(decimals) <= 3 and int(decimals) <= 255):
            raise RowProblem(SHAPE, "the decimals of the asset are not a small whole number")
        if not contract:
            raise RowProblem(SHAPE, "the asset has no contract behind its colon")
        return self.check(chain, contract), symbol, int(decimals) if colon else None

    def records(self, row: Row) -> list[Record]:
        """The records of one row; ``RowProblem`` when it cannot be used."""
        cells, at = row.cells, self.at
        if len(cells) != self.width:
            raise RowProblem(FIELDS, f"{len(cells)} fields instead of {self.width}")
        sender_text, receiver_text = cells[at["from"]].strip(), cells[at["to"]].strip()
        if not sender_text and not receiver_text:
            raise RowProblem(MISSING, "the row names neither a sender nor a receiver")
        shown, asset = cells[at["time"]].strip(), cells[at["asset"]].strip()
        extra = {name: cells[index].strip() for name, index in self._extra}
        chain = self._chain(extra.get("chain", ""), sender_text, receiver_text, asset)
        time = moment(shown, self.zone)
        sender = self.check(chain, sender_text) if sender_text else None
        receiver = self.check(chain, receiver_text) if receiver_text else None
        contract, symbol, decimals = self._asset(asset, chain)
        units, text = None, ""
        if decimals is not None:
            units = amount(cells[at["amount"]], decimals)
        else:
            text = number_text(cells[at["amount"]])
        native = CHAINS[chain]
        tx = self._transaction(extra.get("transaction", ""), chain)
        block = count(extra["block"], "block number") if extra.get("block") else None
        order = count(extra["sequence"], "sequence") if extra.get("sequence") else None
        place = Place(0, row.number, None, row.offset, row.length)
        made: list[Record] = []
        if tx:
            made.append(TransactionRecord(place, chain, tx, block, None, time, "stated", shown[:100], "ok"))
        made.append(
            TransferRecord(
                place,
                chain,
                tx,
                block,
                None,
                time,
                "stated",
                shown[:100],
                "stated",
                None,
                sender,
                receiver,
                contract,
                symbol,
                decimals,
                units,
                text,
                None,
                "",
                None,
                "",
                order,
            )
        )
        if extra.get("fee"):
            if sender is None:
                raise RowProblem(MISSING, "a fee needs a sender who paid it")
            if chain == "stated":
                raise RowProblem(AMOUNT, "on the chain stated a fee has no coin: write it as a row of its own")
            made.append(TransferRecord(
                place, chain, tx, block, None, time, "stated", shown[:100], "fee", 0 if tx else None, sender, None, "",
                native.symbol, native.decimals, amount(extra["fee"], native.decimals), "", None, "", None, "", order,
            ))  # fmt: skip
        return made

    def _transaction(self, text: str, chain: str) -> str:
        if not text:
            return ""
        form = CHAINS[chain].form
        if form == "evm":
            return transaction(text, "evm")
        if chain in ("stated", "solana", "ripple") or (CHAINS[chain].model == "account" and form != "tron"):
            if len(text) > 128 or not text.isprintable():
                raise RowProblem(SHAPE, "the transaction id is longer than 128 characters or not printable")
            return text
        return transaction(text.removeprefix("0x"), "utxo")


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; rows that cannot be used come out as bad rows."""
    table = Table(source, _delimiter(bytes(source.data[:65536])))
    rows = table.rows()
    first = next(rows, None)
    at = _columns(first.cells) if first is not None else None
    if first is None or at is None:
        raise Refusal("The first line does not name the columns time, from, to, asset and amount, each once.")
    table.width = len(first.cells)
    reader = _Reader(at, table.width, parameters, run)
    total, last = 0, 1
    for row in rows:
        total, last = total + 1, row.number
        if row.code:
            yield bad(Place(0, row.number, None, row.offset, row.length), row.code, row.problem, row.raw)
            continue
        try:
            yield from reader.records(row)
        except RowProblem as problem:
            yield bad(Place(0, row.number, None, row.offset, row.length), problem.code, str(problem), row.raw)
    run.rows(total)
    if total == 0:
        run.remark("warning", "The file has a header and no rows.")
    elif ends_without_line_end(source):
        run.remark("warning", f"The file does not end with a line end: its last row ({last}) may be cut short.")
