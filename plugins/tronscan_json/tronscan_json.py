"""Reads answers of Tronscan: TRC-20 transfers with the tags of their parties, and lists of transactions.

Owns these two shapes. Amounts are sun or base units of the token, times are milliseconds. A transaction that failed
moves nothing and still pays its fee.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import chain
from workstation.domain.records import Place, Record, TagRecord
from workstation.sdk import jsonrows
from workstation.sdk.account import Head, milliseconds, token_decimals
from workstation.sdk.jsonrows import part, text_in
from workstation.sdk.reader import MISSING, NO, SHAPE, RowProblem, Run, Sniff, Source
from workstation.sdk.text import Checker, count, transaction, units

_LISTS = ("token_transfers", "data")
STREAMS = jsonrows.streams(_LISTS)
_COIN, _TRC10, _CALL = 1, 2, 31
_MOST_TAGS = 100_000


def sniff(head: bytes, name: str) -> Sniff:
    """By ``token_transfers`` with ``quant``, or rows with ``ownerAddress`` and ``contractType``."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"quant"' in head and b'"transaction_id"' in head and b'"from_address"' in head:
        return Sniff(0.99, "JSON with transaction_id, from_address and quant, as Tronscan answers for TRC-20 transfers")
    if b'"ownerAddress"' in head and b'"contractType"' in head:
        return Sniff(0.99, "JSON with ownerAddress and contractType, as Tronscan answers for transactions")
    if b'"rangeTotal"' in head and re.search(rb'"(?:data|token_transfers)"\s*:\s*\[\s*\]', head):
        return Sniff(0.7, "the envelope of a Tronscan answer with an empty list")
    return NO


class _Reader:
    """Turns rows into records. The tag of an address comes once per file."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.chain = chain("tron")
        self._checker = Checker()
        self._told: set[tuple[str, str]] = set()

    def _address(self, row: Mapping[str, Any], key: str) -> str | None:
        text = text_in(row, key)
        return self._checker("tron", text) if text else None

    def _needed(self, row: Mapping[str, Any], key: str) -> str:
        found = self._address(row, key)
        if found is None:
            raise RowProblem(MISSING, f"{key} is missing")
        return found

    def records(self, row: Any, place: Place) -> list[Record]:
        """The records of one row."""
        if not isinstance(row, dict):
            raise RowProblem(SHAPE, "not an object")
        if "quant" in row:
            return list(self._token(row, place))
        if "ownerAddress" in row:
            return list(self._transaction(row, place))
        raise RowProblem(SHAPE, "not a TRC-20 transfer or a transaction of Tronscan")

    def _failed(self, row: Mapping[str, Any]) -> bool:
        states = [text_in(row, key) for key in ("contractRet", "finalResult")]
        return row.get("revert") is True or any(state not in ("SUCCESS", "DEFAULT", "") for state in states)

    def _head(self, row: Mapping[str, Any], key: str, time_key: str) -> Head:
        time, shown = milliseconds(row.get(time_key))
        block = None if row.get("block") is None else count(row["block"], "block")
        return Head(self.chain, transaction(row.get(key), "utxo"), block, None, time, shown)

    def _tag(self, row: Mapping[str, Any], key: str, address: str, place: Place) -> Iterator[Record]:
        """The tag beside an address: a text, or an object that holds the text under the same name."""
        given = row.get(key)
        label = text_in(given, key) if isinstance(given, dict) else text_in(row, key)
        if label and (address, label) not in self._told and len(self._told) < _MOST_TAGS:
            self._told.add((address, label))
            yield TagRecord(place, "tron", "address", address, label[:4000], "", "", "", "Tronscan", "")

    def _token(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        head = self._head(row, "transaction_id", "block_ts")
        sender, receiver = self._needed(row, "from_address"), self._needed(row, "to_address")
        contract, info = self._needed(row, "contract_address"), part(row, "tokenInfo")
        failed = self._failed(row)
        yield head.transaction(place, "failed" if failed else "ok" if row.get("confirmed") is not False else "pending")
        if text_in(row, "event_type") not in ("Transfer", ""):
            self.run.skipped("TRC-20 events that move nothing")
        elif not failed:
            stated = token_decimals(info.get("tokenDecimal"))
            symbol = text_in(info, "tokenAbbr")[:4000]
            if text_in(info, "tokenType").lower() in ("trc721", "trc1155"):
                self.run.skipped("transfers of NFTs, whose number the answer does not name")
            else:
                yield head.token(place, None, sender, receiver, contract, units(row.get("quant")), symbol, stated)
        yield from self._tag(row, "from_address_tag", sender, place)
        yield from self._tag(row, "to_address_tag", receiver, place)

    def _transaction(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        head = self._head(row, "hash", "timestamp")
        sender, receiver = self._needed(row, "ownerAddress"), self._address(row, "toAddress")
        failed, data = self._failed(row), part(row, "contractData")
        yield head.transaction(place, "failed" if failed else "ok" if row.get("confirmed") is not False else "pending")
        kind = count(row.get("contractType"), "contract type")
        if failed:
            pass
        elif kind == _COIN:
            amount = units(data.get("amount", row.get("amount")))
            if receiver is None:
                raise RowProblem(MISSING, "toAddress is missing")
            yield head.coin(place, "native", 0, sender, receiver, amount)
        elif kind == _TRC10:
            yield from self._trc10(row, place, head, sender, receiver, data)
        elif kind == _CALL:
            paid = units(data.get("call_value", 0) or 0, "call value")
            if paid:
                yield head.coin(place, "native", 0, sender, self._address(data, "contract_address") or receiver, paid)
            self.run.skipped("contract calls (their token transfers stand in the TRC-20 list)")
        else:
            self.run.skipped("contracts that move no coin between accounts (votes, resources, settings)")
        fee = part(row, "cost").get("fee", row.get("fee"))
        if fee not in (None, "") and units(fee, "fee"):
            yield head.fee(place, sender, units(fee, "fee"))
        yield from self._tag(row, "ownerAddressTag", sender, place)
        if receiver is not None:
            yield from self._tag(row, "toAddressTag", receiver, place)

    def _trc10(
        self, row: Mapping[str, Any], place: Place, head: Head, sender: str, receiver: str | None,
        data: Mapping[str, Any],
    ) -> Iterator[Record]:  # fmt: skip
        info = part(row, "tokenInfo")
        name = text_in(info, "tokenId") or text_in(data, "asset_name")
        if receiver is None or not name or not (name.isascii() and name.isprintable() and len(name) <= 100):
            raise RowProblem(MISSING, "the receiver or the number of the TRC-10 token is missing")
        stated = token_decimals(info.get("tokenDecimal"))
        yield head.token(
            place, None, sender, receiver, f"trc10:{name}", units(data.get("amount", row.get("amount"))),
            text_in(info, "tokenAbbr")[:4000], stated,
        )  # fmt: skip


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the answer; rows that cannot be used come out as bad rows."""
    outside: dict[str, Any] = {}
    yield from jsonrows.records(source, run, _LISTS, _Reader(run).records, outside)
    total = outside.get("rangeTotal", outside.get("total"))
    if isinstance(total, int) and not isinstance(total, bool) and total > run.rows_read:
        run.remark("warning", f"The answer has {run.rows_read} of {total} rows: it is one page of several.")
