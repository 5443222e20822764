"""Reads answers of TronGrid: the transactions of an account, and its TRC-20 transfers.

Owns these two shapes. Amounts are sun or base units of the token, times are milliseconds. A call that failed moves
nothing and still pays its fee. Of a contract call only ``transfer`` and ``transferFrom`` are read, from the call data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workstation.domain.chains import chain
from workstation.domain.records import Place, Record, TransferRecord
from workstation.sdk import jsonrows
from workstation.sdk.account import Head, milliseconds, token_decimals
from workstation.sdk.jsonrows import list_in, part, text_in
from workstation.sdk.reader import MISSING, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source
from workstation.sdk.text import Checker, count, transaction, units

_LISTS = ("data",)
STREAMS = jsonrows.streams(_LISTS)
_LATEST = 200
_TRANSFER = re.compile(r"(?:0x)?a9059cbb0{22}(?:00|41)([0-9a-f]{40})([0-9a-f]{64})\Z", re.ASCII)
_TRANSFER_FROM = re.compile(
    r"(?:0x)?23b872dd0{22}(?:00|41)([0-9a-f]{40})0{22}(?:00|41)([0-9a-f]{40})([0-9a-f]{64})\Z", re.ASCII
)


def sniff(head: bytes, name: str) -> Sniff:
    """By ``raw_data`` with ``txID``, or ``transaction_id`` with ``token_info``."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"raw_data"' in head and b'"txID"' in head:
        return Sniff(0.99, "JSON with txID and raw_data, as TronGrid and TRON nodes answer")
    if b'"token_info"' in head and b'"transaction_id"' in head and b'"block_timestamp"' in head:
        return Sniff(0.99, "JSON with transaction_id and token_info, as TronGrid answers for TRC-20 transfers")
    if b'"success"' in head and b'"meta"' in head and re.search(rb'"data"\s*:\s*\[\s*\]', head):
        return Sniff(0.6, "the envelope of a TronGrid answer with an empty list")
    if re.search(rb'"success"\s*:\s*false', head) and b'"error"' in head:
        what = "This is an error answer of TronGrid, not data."
        return Sniff(0.9, what, what)
    return NO


class _Reader:
    """Turns rows into records."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.chain = chain("tron")
        self._checker = Checker()

    def address(self, row: Mapping[str, Any], key: str) -> str | None:
        """The address in a member, hexadecimal or Base58."""
        text = text_in(row, key)
        return self._checker("tron", text) if text else None

    def records(self, row: Any, place: Place) -> Iterable[Record]:
        """The records of one row."""
        if not isinstance(row, dict):
            raise RowProblem(SHAPE, "not an object")
        if row.get("success") is False and "txID" not in row:
            raise Refusal(f"This is an error answer of TronGrid, not data ({str(row.get('error', ''))[:200]}).")
        if "raw_data" in row:
            return self._transaction(row, place)
        if "token_info" in row:
            return self._token(row, place)
        raise RowProblem(SHAPE, "not a transaction or a TRC-20 transfer of TronGrid")

    def _transaction(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        raw = part(row, "raw_data")
        time, shown = milliseconds(row.get("block_timestamp", raw.get("timestamp")))
        block = count(row["blockNumber"], "block number") if row.get("blockNumber") is not None else None
        head = Head(self.chain, transaction(row.get("txID"), "utxo"), block, None, time, shown)
        results = [item for item in list_in(row, "ret") if isinstance(item, dict)]
        states = [text_in(item, "contractRet") for item in results if item.get("contractRet") is not None]
        failed = any(state not in ("SUCCESS", "DEFAULT", "") for state in states)
        yield head.transaction(place, "failed" if failed else "ok" if states else "")
        payer: str | None = None
        for index, contract in enumerate(list_in(raw, "contract")):
            if not isinstance(contract, dict):
                raise RowProblem(SHAPE, "a contract is not an object")
            value = part(part(contract, "parameter"), "value")
            payer = self.address(value, "owner_address") or payer
            if failed:
                continue
            yield from self._moved(head, place, index, text_in(contract, "type"), value)
        fee = sum(units(item["fee"], "fee") for item in results if item.get("fee") is not None)
        if fee:
            yield head.fee(place, payer, fee)
        if not failed:
            yield from self._internal(head, place, list_in(row, "internal_transactions"))
        if raw.get("data"):
            self.run.remark("warning", "Some transactions carry a memo; it stays in the file and is not in the ledger.")

    def _moved(
        self, head: Head, place: Place, index: int, kind: str, value: Mapping[str, Any]
    ) -> Iterator[TransferRecord]:
        """What one contract of a transaction moves."""
        sender = self.address(value, "owner_address")
        if sender is None:
            raise RowProblem(MISSING, "the sender is missing")
        if kind == "TransferContract":
            yield head.coin(
                place, "native", index, sender, self._needed(value, "to_address"), units(value.get("amount"))
            )
        elif kind == "TransferAssetContract":
            name = text_in(value, "asset_name")
            try:  # nodes write the number of a TRC-10 token as text or as its hexadecimal form
                name = bytes.fromhex(name).decode("ascii") if len(name) > 8 else name
            except ValueError as problem:
                raise RowProblem(SHAPE, "the number of a TRC-10 token is not readable") from problem
            if not name.isascii() or not name.isprintable() or not name:
                raise RowProblem(SHAPE, "the number of a TRC-10 token is not readable")
            yield head.token(
                place, None, sender, self._needed(value, "to_address"), f"trc10:{name}", units(value.get("amount"))
            )
        elif kind == "TriggerSmartContract":
            paid = units(value.get("call_value", 0), "call value")
            contract = self._needed(value, "contract_address")
            if paid:
                yield head.coin(place, "native", index, sender, contract, paid)
            yield from self._called(head, place, sender, contract, text_in(value, "data").lower())
        else:
            self.run.skipped("contracts that move no coin between accounts (votes, resources, settings)")

    def _called(self, head: Head, place: Place, caller: str, contract: str, data: str) -> Iterator[TransferRecord]:
        """A token transfer that the call data orders; the ledger says it succeeded, the decimals stay unknown."""
        direct, ordered = _TRANSFER.match(data), _TRANSFER_FROM.match(data)
        if direct:
            sender, receiver, amount = caller, direct.group(1), int(direct.group(2), 16)
        elif ordered:
            sender = self._checker("tron", "41" + ordered.group(1))
            receiver, amount = ordered.group(2), int(ordered.group(3), 16)
        else:
            if data:
                self.run.skipped(
                    "contract calls other than a token transfer (their transfers stand in the TRC-20 list)"
                )
            return
        self.run.remark(
            "assumption",
            "Token transfers are read from the call data of calls that succeeded: what the contract really did, and the"
            " decimals of the token, stand in its TRC-20 list only.",
        )
        yield head.token(place, None, sender, self._checker("tron", "41" + receiver), contract, amount)

    def _internal(self, head: Head, place: Place, items: list[Any]) -> Iterator[TransferRecord]:
        """Internal transactions, in the form of a node (``callValueInfo``) or of TronGrid (``data.call_value``)."""
        for item in items:
            if not isinstance(item, dict):
                raise RowProblem(SHAPE, "an internal transaction is not an object")
            if item.get("rejected") is True or part(item, "data").get("rejected") is True:
                self.run.skipped("internal transactions that were rejected")
                continue
            sender = self.address(item, "caller_address") or self.address(item, "from_address")
            receiver = self.address(item, "transferTo_address") or self.address(item, "to_address")
            sums = [entry.get("callValue", 0) for entry in list_in(item, "callValueInfo")
                    if isinstance(entry, dict) and not entry.get("tokenId")]  # fmt: skip
            given = part(item, "data").get("call_value")
            sums += list(given.values()) if isinstance(given, dict) and set(given) <= {"_"} else []
            for amount in sums:
                if units(amount):
                    yield head.coin(place, "internal", None, sender, receiver, units(amount))

    def _token(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        if text_in(row, "type") not in ("Transfer", ""):
            self.run.skipped(f"TRC-20 events that move nothing ({text_in(row, 'type')[:40]})")
            return
        time, shown = milliseconds(row.get("block_timestamp"))
        head = Head(self.chain, transaction(row.get("transaction_id"), "utxo"), None, None, time, shown)
        info = part(row, "token_info")
        stated = token_decimals(info.get("decimals"))
        sender: str | None = self._needed(row, "from")
        receiver: str | None = self._needed(row, "to")
        yield head.token(
            place, None, sender, receiver, self._needed(info, "address"), units(row.get("value")),
            text_in(info, "symbol")[:4000], stated,
        )  # fmt: skip

    def _needed(self, row: Mapping[str, Any], key: str) -> str:
        found = self.address(row, key)
        if found is None:
            raise RowProblem(MISSING, f"{key} is missing")
        return found


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the answer; rows that cannot be used come out as bad rows."""
    outside: dict[str, Any] = {}
    yield from jsonrows.records(source, run, _LISTS, _Reader(run).records, outside)
    meta = outside.get("meta")
    links = meta.get("links") if isinstance(meta, dict) else None
    if isinstance(meta, dict) and (meta.get("fingerprint") or (isinstance(links, dict) and links.get("next"))):
        run.remark("warning", "The answer is one page of several: more transactions exist behind it.")
    elif run.rows_read == _LATEST:
        run.remark("warning", "The answer has exactly 200 rows, the most of one page: it is probably cut short.")
