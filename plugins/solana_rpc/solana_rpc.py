"""Reads getTransaction answers of Solana nodes in the form jsonParsed: transfers of SOL and of SPL tokens, and the fee.

Owns this shape. Amounts are lamports or base units. A token account stands for its owner when the balances of the
answer name one. The balances before and after are compared with what the instructions moved; a difference is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workstation.domain.chains import chain
from workstation.domain.encodings import base58_decode
from workstation.domain.records import Kind, Place, Record, TransferRecord
from workstation.sdk import jsonrows
from workstation.sdk.account import Head, token_decimals
from workstation.sdk.jsonrows import list_in, part, text_in
from workstation.sdk.reader import ADDRESS, MISSING, NO, SHAPE, TRANSACTION, Refusal, RowProblem, Run, Sniff, Source
from workstation.sdk.text import count, seconds, units

_LISTS = ("result",)
STREAMS = jsonrows.streams(_LISTS)
_TOKENS = ("spl-token", "spl-token-2022")
#: Instructions of the system program that move lamports, with the names of the two sides.
_SYSTEM = {
    "transfer": ("source", "destination"), "transferWithSeed": ("source", "destination"),
    "createAccount": ("source", "newAccount"), "createAccountWithSeed": ("source", "newAccount"),
    "withdrawFromNonce": ("nonceAccount", "destination"),
}  # fmt: skip


def sniff(head: bytes, name: str) -> Sniff:
    """By ``signatures``, ``slot`` and ``preBalances``, which only Solana nodes write."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"preBalances"' in head and b'"slot"' in head:
        return Sniff(0.99, "JSON with slot, signatures and preBalances, as a Solana node answers getTransaction")
    if b'"jsonrpc"' in head and b'"signatures"' in head and b'"accountKeys"' in head:
        return Sniff(0.95, "JSON with signatures and accountKeys, as a Solana node answers getTransaction")
    return NO


def _key(text: str, what: str, size: int = 32, code: str = ADDRESS) -> str:
    """A Base58 text of ``size`` bytes."""
    try:
        good = len(text) <= 90 and len(base58_decode(text)) == size
    except ValueError:
        good = False
    if not good:
        raise RowProblem(code, f"{what} is not valid on Solana: {text[:100]!r}")
    return text


@dataclass(slots=True)
class _Accounts:
    """The accounts of one transaction: keys in order, and owner, mint and decimals of the token accounts."""

    keys: list[str]
    tokens: dict[str, tuple[str, str, int | None]] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)

    def move(self, sender: str, receiver: str, lamports: int) -> None:
        """Keep a movement of lamports for the check against the balances."""
        self.moved[sender] = self.moved.get(sender, 0) - lamports
        self.moved[receiver] = self.moved.get(receiver, 0) + lamports


def _accounts(meta: Mapping[str, Any], message: Mapping[str, Any]) -> _Accounts:
    keys = [
        _key(text_in(entry, "pubkey") if isinstance(entry, dict) else str(entry), "an account key")
        for entry in list_in(message, "accountKeys")
    ]
    loaded = part(meta, "loadedAddresses")
    if not any(isinstance(entry, dict) for entry in list_in(message, "accountKeys")):
        keys += [
            _key(str(entry), "an account key") for side in ("writable", "readonly") for entry in list_in(loaded, side)
        ]
    if not keys:
        raise RowProblem(MISSING, "the transaction names no accounts")
    made = _Accounts(keys)
    for side in ("preTokenBalances", "postTokenBalances"):
        for entry in list_in(meta, side):
            if not isinstance(entry, dict):
                raise RowProblem(SHAPE, f"{side} holds something else than objects")
            at = count(entry.get("accountIndex"), "account index")
            if at >= len(keys):
                raise RowProblem(SHAPE, "a token balance is of an account that is not there")
            owner, mint = text_in(entry, "owner"), _key(text_in(entry, "mint"), "a mint")
            decimals = token_decimals(part(entry, "uiTokenAmount").get("decimals"))
            made.tokens[keys[at]] = (_key(owner, "an owner") if owner else keys[at], mint, decimals)
    return made


class _Reader:
    """Turns transactions into records."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.chain = chain("solana")

    def records(self, row: Any, place: Place) -> list[Record]:
        """The records of one answer or of one element of its list."""
        if isinstance(row, dict) and "jsonrpc" in row:
            if row.get("result") is None:
                what = "an error answer" if "error" in row else "an answer without data"
                if place.stream == len(STREAMS) - 1:
                    raise Refusal(f"This is {what} of a Solana node ({str(row.get('error', ''))[:200]}).")
                raise RowProblem(SHAPE, what)
            row = row["result"]
        if not isinstance(row, dict) or not isinstance(row.get("transaction"), dict):
            raise RowProblem(SHAPE, "not a transaction in the form jsonParsed")
        return list(self._transaction(row, place))

    def _transaction(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        meta, message = part(row, "meta"), part(part(row, "transaction"), "message")
        signatures = list_in(part(row, "transaction"), "signatures")
        if not signatures or not isinstance(signatures[0], str):
            raise RowProblem(TRANSACTION, "the transaction has no signature")
        if not meta:
            raise RowProblem(SHAPE, "the answer has no meta: it does not say what the transaction did")
        stamp = row.get("blockTime")
        head = Head(
            self.chain, _key(signatures[0], "the signature", 64, TRANSACTION),
            None if row.get("slot") is None else count(row["slot"], "slot"), None,
            None if stamp is None else seconds(stamp), "" if stamp is None else str(stamp),
        )  # fmt: skip
        accounts, failed = _accounts(meta, message), meta.get("err") is not None
        yield head.transaction(place, "failed" if failed else "ok")
        if not failed:
            yield from self._instructions(head, place, meta, message, accounts)
        fee = units(meta.get("fee"), "fee")
        accounts.moved[accounts.keys[0]] = accounts.moved.get(accounts.keys[0], 0) - fee
        yield head.fee(place, accounts.keys[0], fee)
        self._compare(meta, accounts)

    def _instructions(
        self, head: Head, place: Place, meta: Mapping[str, Any], message: Mapping[str, Any], accounts: _Accounts
    ) -> Iterator[TransferRecord]:
        """All instructions in the order of execution: each one, then those it called."""
        inner: dict[int, list[Any]] = {}
        for group in list_in(meta, "innerInstructions"):
            if not isinstance(group, dict):
                raise RowProblem(SHAPE, "a group of inner instructions is not an object")
            inner.setdefault(count(group.get("index"), "index"), []).extend(list_in(group, "instructions"))
        order = 0
        for index, instruction in enumerate(list_in(message, "instructions")):
            for item in (instruction, *inner.get(index, [])):
                if not isinstance(item, dict):
                    raise RowProblem(SHAPE, "an instruction is not an object")
                parsed = item.get("parsed")
                if "programIdIndex" in item:
                    self.run.remark(
                        "warning", "Some instructions are not parsed: ask the node for the form jsonParsed."
                    )
                if isinstance(parsed, dict):
                    kind, info = text_in(parsed, "type"), part(parsed, "info")
                    if text_in(item, "program") == "system" and kind in _SYSTEM:
                        yield from self._coin(head, place, order, kind, info, accounts)
                    elif text_in(item, "program") in _TOKENS:
                        yield from self._token(head, place, order, kind, info, accounts)
                order += 1

    def _coin(
        self, head: Head, place: Place, order: int, kind: str, info: Mapping[str, Any], accounts: _Accounts
    ) -> Iterator[TransferRecord]:
        sender, receiver = (_key(text_in(info, name), name) for name in _SYSTEM[kind])
        lamports = units(info.get("lamports"), "lamports")
        accounts.move(sender, receiver, lamports)
        if lamports:
            yield head.coin(place, "native", order, sender, receiver, lamports)

    def _token(
        self, head: Head, place: Place, order: int, kind: str, info: Mapping[str, Any], accounts: _Accounts
    ) -> Iterator[TransferRecord]:
        """A movement of an SPL token; its mint comes from the instruction or from the balances of the accounts."""
        names = {
            "transfer": ("source", "destination"), "transferChecked": ("source", "destination"),
            "transferCheckedWithFee": ("source", "destination"), "mintTo": ("", "account"),
            "mintToChecked": ("", "account"), "burn": ("account", ""), "burnChecked": ("account", ""),
        }.get(kind)  # fmt: skip
        if names is None:
            return
        sides = [_key(text_in(info, name), name) if name else None for name in names]
        known = next((accounts.tokens[side] for side in sides if side in accounts.tokens), None)
        given = part(info, "tokenAmount")
        mint = text_in(info, "mint") or (known[1] if known else "")
        if not mint:
            raise RowProblem(MISSING, "a token transfer names no mint, and the balances do not either")
        decimals = token_decimals(given.get("decimals"))
        if decimals is None and known is not None:
            decimals = known[2]
        amount = units(given["amount"] if given else info.get("amount"))
        owners = [None if side is None else accounts.tokens.get(side, (side, "", None))[0] for side in sides]
        if any(side is not None and side not in accounts.tokens for side in sides):
            self.run.remark("warning", "For some token accounts the answer names no owner: they stand for themselves.")
        said: Kind = "mint" if owners[0] is None else "burn" if owners[1] is None else "token"
        if amount:
            yield head.token(place, order, owners[0], owners[1], _key(mint, "mint"), amount, "", decimals, said)

    def _compare(self, meta: Mapping[str, Any], accounts: _Accounts) -> None:
        """Compare the balances before and after with the movements; what does not agree is told."""
        before, after = list_in(meta, "preBalances"), list_in(meta, "postBalances")
        if len(before) != len(accounts.keys) or len(after) != len(accounts.keys):
            self.run.remark("warning", "The balances before and after are missing, so the transfers were not checked.")
            return
        for account, was, now in zip(accounts.keys, before, after, strict=True):
            if units(now, "balance") - units(was, "balance") != accounts.moved.get(account, 0):
                self.run.remark(
                    "warning",
                    "In some transactions balances changed by more than the parsed instructions say (closed accounts,"
                    " staking or programs): completeness is not given.",
                )
                return


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the answer; transactions that cannot be used come out as bad rows."""
    yield from jsonrows.records(source, run, _LISTS, _Reader(run).records)
