"""Reads answers of the Blockscout API, version 2: transactions, token transfers and internal transactions.

Owns these shapes: ``items`` with ``next_page_params``. Values are whole wei or base units, times ISO 8601. Names and
public tags that stand beside an address come out as labels of Blockscout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record, TagRecord, TransactionStatus
from workstation.sdk import evm, jsonrows
from workstation.sdk.account import Head, token_decimals
from workstation.sdk.jsonrows import list_in, part, text_in
from workstation.sdk.reader import MISSING, NO, SHAPE, RowProblem, Run, Sniff, Source
from workstation.sdk.text import Checker, count, moment, transaction, units

_LISTS = ("items",)
STREAMS = jsonrows.streams(_LISTS)
_NFT = ("ERC-721", "ERC-1155", "ERC-404")
_MOST_TAGS = 100_000


def sniff(head: bytes, name: str) -> Sniff:
    """By ``items`` or one object whose ``from`` is an object with ``hash`` and ``is_contract``."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"{":
        return NO
    party = re.search(rb'"(?:from|to)"\s*:\s*\{', head) and b'"is_contract"' in head
    if party and (b'"items"' in head or b'"gas_used"' in head):
        score = 0.99 if b'"next_page_params"' in head or b'"items"' in head else 0.9
        return Sniff(
            score, "JSON with items whose parties are objects with hash and is_contract, as Blockscout answers"
        )
    if b'"next_page_params"' in head and re.search(rb'"items"\s*:\s*\[\s*\]', head):
        return Sniff(0.8, "the envelope of a Blockscout answer with an empty list")
    return NO


class _Reader:
    """Turns rows into records. The labels of an address come once per file."""

    def __init__(self, chain: Chain, run: Run) -> None:
        self.chain, self.run = chain, run
        self._checker = Checker()
        self._told: set[tuple[str, str]] = set()

    def _party(self, row: Mapping[str, Any], key: str, place: Place, made: list[Record]) -> str | None:
        """The address of a party; its labels are added to ``made``."""
        party = part(row, key)
        text = text_in(party, "hash")
        if not text:
            return None
        address = self._checker(self.chain.key, text)
        labels = [(text_in(party, "name"), "contract name" if party.get("is_contract") is True else "name")]
        for kind in ("public_tags", "watchlist_names"):
            labels += [
                (text_in(tag, "display_name") or text_in(tag, "label"), kind.replace("_", " ").rstrip("s"))
                for tag in list_in(party, kind)
                if isinstance(tag, dict)
            ]
        for label, category in labels:
            if label and (address, label) not in self._told and len(self._told) < _MOST_TAGS:
                self._told.add((address, label))
                made.append(
                    TagRecord(
                        place, self.chain.key, "address", address, label[:4000], category, "", "", "Blockscout", ""
                    )
                )
        return address

    def records(self, row: Any, place: Place) -> list[Record]:
        """The records of one row."""
        if not isinstance(row, dict):
            raise RowProblem(SHAPE, "not an object")
        shown = text_in(row, "timestamp")
        time = moment(shown, None) if shown else None
        block = next((row[key] for key in ("block_number", "block") if isinstance(row.get(key), int | str)), None)
        given = text_in(row, "transaction_hash") or text_in(row, "tx_hash") or text_in(row, "hash")
        if not given or not ("value" in row or "token" in row):
            raise RowProblem(SHAPE, "not a transaction, token transfer or internal transaction of Blockscout")
        internal, token = "success" in row and "index" in row, isinstance(row.get("token"), dict) and "total" in row
        position = None
        if not internal and not token and row.get("position") is not None:
            position = count(row["position"], "position")
        head = Head(
            self.chain, transaction(given, "evm"), None if block is None else count(block, "block number"), position,
            time, shown[:100],
        )  # fmt: skip
        made: list[Record] = []
        sender, receiver = self._party(row, "from", place, made), self._party(row, "to", place, made)
        receiver = receiver or self._party(row, "created_contract", place, made)
        if sender is None:
            raise RowProblem(MISSING, "the sender is missing")
        if token:
            return [*self._token(row, place, head, sender, receiver), *made]
        value = units(row.get("value"))
        if internal:
            return [*self._internal(row, place, head, sender, receiver, value), *made]
        return [*self._transaction(row, place, head, sender, receiver, value), *made]

    def _transaction(
        self, row: Mapping[str, Any], place: Place, head: Head, sender: str, receiver: str | None, value: int
    ) -> Iterator[Record]:
        states: dict[str, TransactionStatus] = {"ok": "ok", "error": "failed", "": "pending"}
        status = states.get(text_in(row, "status"))
        if status is None:
            raise RowProblem(SHAPE, "the status is neither ok nor error")
        yield head.transaction(place, status)
        if value and status != "failed":
            if receiver is None:
                raise RowProblem(MISSING, "the receiver is missing")
            yield head.coin(place, "native", 0, sender, receiver, value)
        fee = part(row, "fee")
        if text_in(fee, "type") == "actual":
            yield head.fee(place, sender, units(fee.get("value"), "fee"))
        elif status != "pending":
            self.run.remark("warning", "Some transactions state no actual fee; it stays unknown.")

    def _internal(
        self, row: Mapping[str, Any], place: Place, head: Head, sender: str, receiver: str | None, value: int
    ) -> Iterator[Record]:
        if row.get("success") is not True:
            self.run.skipped("internal calls that failed")
        elif text_in(row, "type") in ("delegatecall", "callcode", "staticcall"):
            self.run.skipped("calls that move no coin by their nature (delegatecall, callcode, staticcall)")
        elif not value:
            self.run.skipped("calls without value")
        elif receiver is None:
            raise RowProblem(MISSING, "the receiver is missing")
        else:
            yield head.coin(place, "internal", None, sender, receiver, value)

    def _token(
        self, row: Mapping[str, Any], place: Place, head: Head, sender: str, receiver: str | None
    ) -> Iterator[Record]:
        token, total = part(row, "token"), part(row, "total")
        text = text_in(token, "address") or text_in(token, "address_hash")
        if not text or receiver is None:
            raise RowProblem(MISSING, "the receiver or the token contract is missing")
        contract, symbol = self._checker(self.chain.key, text), text_in(token, "symbol")[:4000]
        index = None if row.get("log_index") is None else count(row["log_index"], "log index")
        if text_in(token, "type") in _NFT:
            quantity = units(total["value"], "quantity") if total.get("value") is not None else 1
            # one ERC-1155 log may move several tokens, so its index alone does not tell them apart
            known = index if text_in(token, "type") == "ERC-721" else None
            number = units(total.get("token_id"), "number of the token")
            yield head.nft(place, known, sender, receiver, contract, number, quantity, symbol)
            return
        stated = total.get("decimals") if total.get("decimals") not in (None, "") else token.get("decimals")
        decimals = token_decimals(stated)
        yield head.token(place, index, sender, receiver, contract, units(total.get("value")), symbol, decimals)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the answer; rows that cannot be used come out as bad rows."""
    outside: dict[str, Any] = {}
    reader = _Reader(evm.chosen(parameters, run, "an answer of Blockscout"), run)
    yield from jsonrows.records(source, run, _LISTS, reader.records, outside)
    if outside.get("next_page_params"):
        run.remark("warning", "The answer is one page of several: more rows exist behind it.")
