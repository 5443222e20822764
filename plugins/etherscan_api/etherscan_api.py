"""Reads answers of the Etherscan API: txlist, txlistinternal and tokentx, of Etherscan and its sister services.

Owns the envelope ``{status, message, result}`` and the keys of its rows. Values are whole base units in texts. Errors,
balances and other answers without transfers are refused with what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.amounts import MAX_AMOUNT
from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record, Status, TransactionRecord, TransferRecord
from workstation.sdk.jsonscan import blank, elements, members, quarantine, text_of
from workstation.sdk.reader import (
    AMOUNT,
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
from workstation.sdk.text import Checker, count, known_chain, seconds, transaction, units

STREAMS = ("/result/{row}", "/{row}", "/")
_ENVELOPE, _BARE = 0, 1
_FULL = 10_000
_ROW = re.compile(rb'"(?:timeStamp|blockNumber)"\s*:')
_TEXT_RESULT = re.compile(rb'"result"\s*:\s*"([^"]{0,300})"')
_ROWS_RESULT = re.compile(rb'"result"\s*:\s*\[')
_GENESIS = re.compile(r"genesis_(?:0x)?([0-9a-f]{40})\Z", re.ASCII)
_NFT = "This is an Etherscan answer with NFT transfers. NFTs are not read yet."
_MINED = "This is an Etherscan answer with mined blocks. Block rewards are not read yet."


def _text_answer(text: str) -> str:
    """What an answer with a text as result is, in plain words."""
    if text.isdigit():
        return "This is an Etherscan balance answer: one number without transfers."
    low = text.lower()
    if "rate limit" in low:
        return "This is an error answer of Etherscan (rate limit reached), not data. Ask the service again."
    if "api key" in low:
        return "This is an error answer of Etherscan (API key refused), not data. Ask the service again."
    return f"This is an error or text answer of Etherscan ({text[:100]!r}), not a list of transfers."


def _kind(row: Mapping[str, Any]) -> str:
    """normal, internal or token by the keys of a row; ``Refusal`` for kinds that are not read."""
    if "tokenID" in row or "tokenValue" in row:
        raise Refusal(_NFT)
    if "tokenDecimal" in row or "tokenSymbol" in row:
        return "token"
    if "blockReward" in row:
        raise Refusal(_MINED)
    if "traceId" in row or ("errCode" in row and "type" in row):
        return "internal"
    if "nonce" in row and "gasPrice" in row:
        return "normal"
    return ""


def sniff(head: bytes, name: str) -> Sniff:
    """By the envelope ``status, message, result`` and the keys of the first row."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"["):
        return NO
    envelope = b'"status"' in head and b'"message"' in head and b'"result"' in head
    if envelope:
        text = _TEXT_RESULT.search(head)
        if text:
            what = _text_answer(text.group(1).decode("utf-8", "replace"))
            return Sniff(0.97, what, what)
        if not _ROWS_RESULT.search(head):
            return NO
    elif start == b"{":
        return NO
    rows = [(b'"tokenID"', _NFT), (b'"blockReward"', _MINED)]
    for key, what in rows:
        if key in head and _ROW.search(head):
            return Sniff(0.97, what, what)
    if not _ROW.search(head):
        empty = envelope and re.search(rb'"result"\s*:\s*\[\s*\]', head)
        return Sniff(0.9, "the envelope of an Etherscan answer with an empty list") if empty else NO
    for key, what in ((b'"tokenDecimal"', "token transfers"), (b'"traceId"', "internal transactions"),
                      (b'"errCode"', "internal transactions"), (b'"gasPrice"', "transactions")):  # fmt: skip
        if key in head and b'"from"' in head:
            return Sniff(0.99 if envelope else 0.8, f"JSON with the keys of an Etherscan answer with {what}")
    return NO


class _Reader:
    """Turns rows of one answer into records."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.check = Checker()
        self.silent = 0

    def _address(self, row: Mapping[str, Any], key: str) -> str | None:
        text = row.get(key, "")
        if not isinstance(text, str):
            raise RowProblem(SHAPE, f"{key} is not text")
        return self.check(self.chain.key, text.strip()) if text.strip() else None

    def records(self, row: Any, place: Place) -> list[Record]:
        """The records of one row; ``RowProblem`` when it cannot be used."""
        if not isinstance(row, dict):
            raise RowProblem(SHAPE, "not an object")
        kind = _kind(row)
        if not kind:
            raise RowProblem(SHAPE, "the row has not the keys of a transaction")
        if "hash" not in row:
            raise RowProblem(TRANSACTION, "the row names no transaction (an answer by transaction hash leaves it out)")
        given = row["hash"]
        genesis = isinstance(given, str) and given.lower().startswith("genesis_")
        time = seconds(row.get("timeStamp"))
        block = count(row.get("blockNumber"), "block number")
        shown = str(row.get("timeStamp"))
        if genesis:
            return self._genesis(row, place, str(given).lower(), block, time, shown)
        tx = transaction(given, "evm")
        position = None
        if kind != "internal" and row.get("transactionIndex", "") != "":
            position = count(row["transactionIndex"], "transaction index")
        contract = self._address(row, "contractAddress")
        sender, receiver = self._address(row, "from"), self._address(row, "to")
        value = units(row.get("value"))
        if sender is None:
            raise RowProblem(MISSING, "the sender is missing")
        if kind == "token":
            return [self._token(row, place, tx, block, position, time, shown, sender, receiver, contract, value)]
        failed = str(row.get("isError", "0")) not in ("0", "") or str(row.get("txreceipt_status", "1")) == "0"
        if failed and kind == "internal":
            self.silent += 1
            return []
        status: Status = "failed" if failed else "ok"
        key, symbol, decimals = self.chain.key, self.chain.symbol, self.chain.decimals
        made: list[Record] = [TransactionRecord(place, key, tx, block, position, time, "block", shown, status)]
        receiver = receiver or contract
        if value and not failed:
            if receiver is None:
                raise RowProblem(MISSING, "the receiver is missing")
            made.append(
                TransferRecord(
                    place,
                    key,
                    tx,
                    block,
                    position,
                    time,
                    "block",
                    shown,
                    "native" if kind == "normal" else "internal",
                    None,
                    sender,
                    receiver,
                    "",
                    symbol,
                    decimals,
                    value,
                    "",
                    None,
                    "",
                    None,
                    "",
                    None,
                )
            )
        if kind == "normal":
            fee = units(row.get("gasUsed"), "gas used") * units(row.get("gasPrice"), "gas price")
            if fee > MAX_AMOUNT:
                raise RowProblem(AMOUNT, "the fee is larger than 2^256 - 1")
            made.append(
                TransferRecord(
                    place,
                    key,
                    tx,
                    block,
                    position,
                    time,
                    "block",
                    shown,
                    "fee",
                    0,
                    sender,
                    None,
                    "",
                    symbol,
                    decimals,
                    fee,
                    "",
                    None,
                    "",
                    None,
                    "",
                    None,
                )
            )
        return made

    def _genesis(
        self, row: Mapping[str, Any], place: Place, tx: str, block: int, time: int, shown: str
    ) -> list[Record]:
        """An allocation of the first block: minted, sent by nobody, without a fee."""
        if not _GENESIS.match(tx):
            raise RowProblem(TRANSACTION, f"not a transaction id: {tx[:80]!r}")
        receiver = self._address(row, "to")
        if receiver is None:
            raise RowProblem(MISSING, "the receiver is missing")
        return [
            TransactionRecord(place, self.chain.key, tx, block, None, time, "block", shown, "ok"),
            TransferRecord(
                place,
                self.chain.key,
                tx,
                block,
                None,
                time,
                "block",
                shown,
                "mint",
                None,
                None,
                receiver,
                "",
                self.chain.symbol,
                self.chain.decimals,
                units(row.get("value")),
                "",
                None,
                "",
                None,
                "",
                None,
            ),
        ]

    def _token(
        self,
        row: Mapping[str, Any],
        place: Place,
        tx: str,
        block: int,
        position: int | None,
        time: int,
        shown: str,
        sender: str,
        receiver: str | None,
        contract: str | None,
        value: int,
    ) -> Record:
        if contract is None or receiver is None:
            raise RowProblem(MISSING, "the receiver or the token contract is missing")
        stated, symbol = str(row.get("tokenDecimal", "")), row.get("tokenSymbol", "")
        if stated and not (stated.isascii() and stated.isdigit() and len(stated) <= 3 and int(stated) <= 255):
            raise RowProblem(AMOUNT, "the decimals of the token are not a small whole number")
        if not isinstance(symbol, str):
            raise RowProblem(SHAPE, "the token symbol is not text")
        return TransferRecord(
            place,
            self.chain.key,
            tx,
            block,
            position,
            time,
            "block",
            shown,
            "token",
            None,
            sender,
            receiver,
            contract,
            symbol,
            int(stated) if stated else None,
            value,
            "",
            None,
            "",
            None,
            "",
            None,
        )


def _rows(text: str, run: Run) -> tuple[int, int]:
    """(stream, position of the list with the rows); ``Refusal`` when the answer has none."""
    start = blank(text, 0)
    if text[start : start + 1] == "[":
        return _BARE, start
    walk = members(text, start, frozenset({"result"}))
    message = ""
    for key, piece in walk:
        if key == "result":
            if piece.start == piece.end:
                return _ENVELOPE, piece.start
            if isinstance(piece.value, str):
                raise Refusal(_text_answer(piece.value))
            raise Refusal(f"This is an Etherscan answer without a list of rows ({message[:100]}).")
        if key == "message" and isinstance(piece.value, str):
            message = piece.value
    raise Refusal("This is no Etherscan answer: it has no list named result.")


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the answer; rows that cannot be used come out as bad rows."""
    try:
        chain = known_chain(parameters.get("chain") or "ethereum")
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    if chain.form != "evm":
        raise Refusal(f"The parameter chain: {chain.key} is no chain of this family of services.")
    if not parameters.get("chain"):
        run.remark("assumption", "The chain is ethereum: an API answer does not name its chain.")
    text = text_of(source)
    stream, position = _rows(text, run)
    reader = _Reader(chain)
    read_rows = 0
    for piece in elements(text, position):
        if piece.index < 0:
            if piece.code:
                quarantine(source, piece, stream, run)
            continue
        read_rows += 1
        if piece.code:
            damaged = quarantine(source, piece, stream, run)
            if damaged is not None:
                yield damaged
            continue
        place = Place(stream, piece.index, None, piece.start, piece.end - piece.start)
        try:
            yield from reader.records(piece.value, place)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    run.rows(read_rows)
    if read_rows == 0:
        run.remark("warning", "The answer holds no rows.")
    if read_rows == _FULL:
        run.remark(
            "warning", "The answer has exactly 10,000 rows, the most that one answer holds: it is probably cut short."
        )
    if reader.silent:
        run.remark("warning", f"{reader.silent} failed internal calls moved no value and give no transfer.")
