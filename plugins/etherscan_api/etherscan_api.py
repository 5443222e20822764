"""Reads answers of the Etherscan API, of Etherscan and its sister services.

Owns the envelope ``{status, message, result}`` and the keys of its rows: txlist, txlistinternal, tokentx, tokennfttx,
token1155tx, getminedblocks and balances. Values are whole base units in texts. Errors are refused with what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workstation.domain.amounts import plain
from workstation.domain.chains import Chain
from workstation.domain.records import EventRecord, Place, Record
from workstation.sdk import evm
from workstation.sdk.account import Head
from workstation.sdk.jsonrows import of_pieces, text_in
from workstation.sdk.jsonscan import blank, elements, members, text_of
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
)
from workstation.sdk.text import Checker, count, seconds, transaction, units

STREAMS = ("/result/{row}", "/{row}", "/")
_ENVELOPE, _BARE, _WHOLE = 0, 1, 2
_FULL = 10_000
_SUBJECT = ("subject",)
_ROW = re.compile(rb'"(?:timeStamp|blockNumber)"\s*:')
_TEXT_RESULT = re.compile(rb'"result"\s*:\s*"([^"]{0,300})"')
_ROWS_RESULT = re.compile(rb'"result"\s*:\s*\[')
_GENESIS = re.compile(r"genesis_(?:0x)?([0-9a-f]{40})\Z", re.ASCII)
_ADDRESS = re.compile(r"(?<![0-9a-zA-Z])0x[0-9a-fA-F]{40}(?![0-9a-zA-Z])", re.ASCII)
_HASH = re.compile(r"(?<![0-9a-zA-Z])0x[0-9a-fA-F]{64}(?![0-9a-zA-Z])", re.ASCII)
_WHAT = {
    "nft": "NFT transfers", "token": "token transfers", "internal": "internal transactions", "mined": "mined blocks",
    "normal": "transactions", "balance": "balances",
}  # fmt: skip


def _text_answer(text: str) -> str:
    """What an answer with a text as result is, in plain words."""
    low = text.lower()
    if "rate limit" in low:
        return "This is an error answer of Etherscan (rate limit reached), not data. Ask the service again."
    if "api key" in low:
        return "This is an error answer of Etherscan (API key refused), not data. Ask the service again."
    return f"This is an error or text answer of Etherscan ({text[:100]!r}), not a list of transfers."


def _kind(keys: Iterable[str]) -> str:
    """What kind of row has these keys; empty for an unknown one."""
    row = set(keys)
    if {"tokenID", "tokenValue"} & row:
        return "nft"
    if {"tokenDecimal", "tokenSymbol"} & row:
        return "token"
    if "blockReward" in row:
        return "mined"
    if "traceId" in row or row.issuperset(("errCode", "type")):
        return "internal"
    if row.issuperset(("nonce", "gasPrice")):
        return "normal"
    return "balance" if row.issuperset(("account", "balance")) else ""


def sniff(head: bytes, name: str) -> Sniff:
    """By the envelope ``status, message, result`` and the keys of the first row."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"["):
        return NO
    envelope = b'"status"' in head and b'"message"' in head and b'"result"' in head
    asked = () if _ADDRESS.search(name) else _SUBJECT
    if envelope:
        text = _TEXT_RESULT.search(head)
        if text:
            shown = text.group(1).decode("utf-8", "replace")
            if shown.isascii() and shown.isdigit():
                return Sniff(0.97, "the envelope of an Etherscan answer with one number: a balance", "", asked)
            return Sniff(0.97, _text_answer(shown), _text_answer(shown))
        if not _ROWS_RESULT.search(head):
            return NO
    elif start == b"{":
        return NO
    if not _ROW.search(head):
        if envelope and re.search(rb'"result"\s*:\s*\[\s*\]', head):
            return Sniff(0.9, "the envelope of an Etherscan answer with an empty list")
        if envelope and b'"account"' in head and b'"balance"' in head:
            return Sniff(0.95, "the envelope of an Etherscan answer with balances")
        return NO
    kind = _kind({key.decode("latin-1") for key in re.findall(rb'"([A-Za-z_]{1,40})"\s*:', head)})
    if not kind or (kind != "mined" and b'"from"' not in head):
        return NO
    questions = asked if kind == "mined" else ()
    if kind == "internal" and b'"hash"' not in head and not _HASH.search(name):
        questions = _SUBJECT
    return Sniff(
        0.99 if envelope else 0.8, f"JSON with the keys of an Etherscan answer with {_WHAT[kind]}", "", questions
    )


class _Reader:
    """Turns rows of one answer into records. ``subject``: the address or transaction that was asked for."""

    def __init__(self, chain: Chain, subject: str, run: Run) -> None:
        self.chain, self.subject, self.run = chain, subject, run
        self._checker = Checker()
        self.silent = 0

    def _address(self, row: Mapping[str, Any], key: str) -> str | None:
        text = text_in(row, key)
        return self._checker(self.chain.key, text) if text else None

    def _asked_address(self) -> str:
        if not self.subject:
            raise Refusal("The answer does not name its address: state it as the parameter subject.")
        try:
            return self._checker(self.chain.key, self.subject)
        except RowProblem as problem:
            raise Refusal(f"The parameter subject: {problem}.") from problem

    def records(self, row: Any, place: Place) -> list[Record]:
        """The records of one row; ``RowProblem`` when it cannot be used."""
        if not isinstance(row, dict):
            raise RowProblem(SHAPE, "not an object")
        kind = _kind(row)
        if not kind:
            raise RowProblem(SHAPE, "the row has not the keys of a transaction")
        if kind == "balance":
            holder = self._address(row, "account")
            if holder is None:
                raise RowProblem(MISSING, "the account is missing")
            return [self.balance(place, holder, units(row.get("balance"), "balance"))]
        time = seconds(row.get("timeStamp"))
        block = count(row.get("blockNumber"), "block number")
        shown = str(row.get("timeStamp"))
        given = row.get("hash")
        if kind == "mined":
            reward = units(row.get("blockReward"), "block reward")
            head = Head(self.chain, "", block, None, time, shown)
            return [head.coin(place, "mint", None, None, self._asked_address(), reward)]
        if isinstance(given, str) and given.lower().startswith("genesis_"):
            return self._genesis(row, place, given.lower(), Head(self.chain, "", block, None, time, shown))
        position = None
        if kind != "internal" and row.get("transactionIndex", "") != "":
            position = count(row["transactionIndex"], "transaction index")
        head = Head(self.chain, self._tx(row, kind), block, position, time, shown)
        contract = self._address(row, "contractAddress")
        sender, receiver = self._address(row, "from"), self._address(row, "to")
        if sender is None:
            raise RowProblem(MISSING, "the sender is missing")
        if kind in ("token", "nft"):
            if contract is None or receiver is None:
                raise RowProblem(MISSING, "the receiver or the token contract is missing")
            return [self._token(row, place, kind, head, sender, receiver, contract)]
        return self._coin(row, place, kind, head, sender, receiver or contract)

    def _tx(self, row: Mapping[str, Any], kind: str) -> str:
        if "hash" in row:
            return transaction(row["hash"], "evm")
        if kind == "internal" and self.subject:
            try:
                return transaction(self.subject, "evm")
            except RowProblem:
                pass
        raise RowProblem(
            TRANSACTION,
            "the row names no transaction (an answer by transaction hash leaves it out: state it as subject)",
        )

    def _coin(
        self, row: Mapping[str, Any], place: Place, kind: str, head: Head, sender: str, receiver: str | None
    ) -> list[Record]:
        value = units(row.get("value"))
        failed = str(row.get("isError", "0")) not in ("0", "") or str(row.get("txreceipt_status", "1")) == "0"
        if failed and kind == "internal":
            self.silent += 1
            return []
        made: list[Record] = [head.transaction(place, "failed" if failed else "ok")]
        if value and not failed:
            if receiver is None:
                raise RowProblem(MISSING, "the receiver is missing")
            made.append(head.coin(place, "native" if kind == "normal" else "internal", None, sender, receiver, value))
        if kind == "normal":
            fee = evm.product(units(row.get("gasUsed"), "gas used"), units(row.get("gasPrice"), "gas price"))
            made.append(head.fee(place, sender, fee))
        return made

    def _genesis(self, row: Mapping[str, Any], place: Place, given: str, head: Head) -> list[Record]:
        """An allocation of the first block: minted, sent by nobody, in no transaction."""
        if not _GENESIS.match(given):
            raise RowProblem(TRANSACTION, f"not a transaction id: {given[:80]!r}")
        receiver = self._address(row, "to")
        if receiver is None:
            raise RowProblem(MISSING, "the receiver is missing")
        return [head.coin(place, "mint", None, None, receiver, units(row.get("value")))]

    def _token(
        self, row: Mapping[str, Any], place: Place, kind: str, head: Head, sender: str, receiver: str, contract: str
    ) -> Record:
        symbol = text_in(row, "tokenSymbol")[:4000]
        if kind == "nft":
            # only ERC-1155 states how many; of an ERC-721 number there is one
            quantity = units(row["tokenValue"], "quantity") if row.get("tokenValue", "") != "" else 1
            number = units(row.get("tokenID"), "number of the token")
            return head.nft(place, None, sender, receiver, contract, number, quantity, symbol)
        stated = str(row.get("tokenDecimal", ""))
        if stated and not (stated.isascii() and stated.isdigit() and len(stated) <= 3 and int(stated) <= 255):
            raise RowProblem(AMOUNT, "the decimals of the token are not a small whole number")
        return head.token(
            place, None, sender, receiver, contract, units(row.get("value")), symbol, int(stated) if stated else None
        )

    def balance(self, place: Place, holder: str, amount: int) -> EventRecord:
        """What the service states an address to hold."""
        return EventRecord(
            place=place, kind="balance", service="Etherscan", account="", time=None, time_basis="stated", time_text="",
            direction="", symbol=self.chain.symbol, amount_text=plain(amount, self.chain.decimals), fee_symbol="",
            fee_text="", chain=self.chain.key, tx="", address=holder, counterparty="", status="ok", details=(),
        )  # fmt: skip

    def one_balance(self, text: str, amount: str) -> EventRecord:
        """The balance that is the whole answer."""
        self.run.remark(
            "assumption", f"The number is the balance in base units of {self.chain.symbol}, not of a token."
        )
        start = blank(text, 0)
        place = Place(_WHOLE, 0, None, start, len(text.rstrip()) - start)
        return self.balance(place, self._asked_address(), units(amount, "balance"))


def _rows(text: str) -> tuple[int, int, str]:
    """(stream, position of the list with the rows, balance); ``Refusal`` when the answer has none of both."""
    start = blank(text, 0)
    if text[start : start + 1] == "[":
        return _BARE, start, ""
    walk = members(text, start, frozenset({"result"}))
    message = ""
    for key, piece in walk:
        if key == "result":
            if piece.start == piece.end:
                return _ENVELOPE, piece.start, ""
            if isinstance(piece.value, str) and piece.value.isascii() and piece.value.isdigit():
                return _WHOLE, piece.start, piece.value
            if isinstance(piece.value, str):
                raise Refusal(_text_answer(piece.value))
            raise Refusal(f"This is an Etherscan answer without a list of rows ({message[:100]}).")
        if key == "message" and isinstance(piece.value, str):
            message = piece.value
    raise Refusal("This is no Etherscan answer: it has no list named result.")


def _subject(parameters: Mapping[str, str], name: str) -> str:
    """What was asked for: the parameter ``subject``, else the address or transaction in the file name."""
    given = parameters.get("subject", "").strip()
    found = _HASH.search(name) or _ADDRESS.search(name)
    if given or found is None:
        return given
    return found.group()


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the answer; rows that cannot be used come out as bad rows."""
    chain = evm.chosen(parameters, run, "an API answer")
    text = text_of(source)
    stream, position, balance = _rows(text)
    reader = _Reader(chain, _subject(parameters, source.name), run)
    if stream == _WHOLE:
        run.rows(1)
        try:
            yield reader.one_balance(text, balance)
        except RowProblem as problem:
            raise Refusal(f"This is an Etherscan balance answer that is not usable: {problem}.") from problem
        return
    yield from of_pieces(source, run, ((stream, piece) for piece in elements(text, position)), reader.records)
    if run.rows_read == _FULL:
        run.remark(
            "warning", "The answer has exactly 10,000 rows, the most that one answer holds: it is probably cut short."
        )
    if reader.silent:
        run.skipped("failed internal calls, which moved no value", reader.silent)
        run.remark("warning", f"{reader.silent} failed internal calls moved no value and give no transfer.")
