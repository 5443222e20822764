"""Owns what EVM ledgers write in every source alike: hex numbers, Transfer logs, call traces, new contract addresses.

For readers of node answers and of ethereum-etl. Must not know the shape of any file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from workstation.domain.amounts import MAX_AMOUNT
from workstation.domain.chains import Chain
from workstation.domain.hashes import keccak256
from workstation.domain.records import Place, Record, TransactionStatus, TransferRecord
from workstation.sdk.account import Head
from workstation.sdk.reader import (
    ADDRESS,
    AMOUNT,
    MISSING,
    SHAPE,
    Refusal,
    RowProblem,
    Run,
    Source,
    bad,
    raw_at,
)  # fmt: skip
from workstation.sdk.text import known_chain

#: First topic of ``Transfer(address,address,uint256)`` of ERC-20 and ERC-721, and of the two events of ERC-1155.
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
SINGLE = "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"
BATCH = "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb"
#: Chain numbers of EIP-155, as ``chainId`` states them.
CHAIN_IDS: Mapping[int, str] = MappingProxyType({
    1: "ethereum", 61: "ethereum-classic", 56: "bsc", 137: "polygon", 42161: "arbitrum", 10: "optimism", 8453: "base",
    43114: "avalanche", 250: "fantom", 100: "gnosis",
})  # fmt: skip
_HEX = re.compile(r"0x[0-9a-fA-F]{1,64}\Z", re.ASCII)
_WORD = re.compile(r"0x[0-9a-fA-F]{64}\Z", re.ASCII)
_BYTES = re.compile(r"0x(?:[0-9a-fA-F]{2})*\Z", re.ASCII)
_NO_VALUE = ("delegatecall", "callcode", "staticcall")
_LONGEST_BATCH = 1000


def chosen(parameters: Mapping[str, str], run: Run, what: str, stated: int | None = None) -> Chain:
    """The EVM chain of a file: the parameter ``chain``, else the number the file states, else Ethereum, said."""
    named = CHAIN_IDS.get(stated) if stated is not None else None
    if stated is not None and named is None:
        raise Refusal(f"The file is of the chain with number {stated}, which is not known here.")
    given = parameters.get("chain", "")
    try:
        chain = known_chain(given or named or "ethereum")
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    if chain.form != "evm":
        raise Refusal(f"The parameter chain: {chain.key} is no EVM chain, which {what} is about.")
    if named is not None and chain.key != named:
        raise Refusal(f"The parameter chain: {chain.key}, but the file states chain number {stated}, which is {named}.")
    if not given and named is None:
        run.remark("assumption", f"The chain is ethereum: {what} does not name its chain.")
    return chain


def number(text: object, what: str) -> int:
    """A number as JSON-RPC writes it: ``0x`` and 1 to 64 hexadecimal digits, nothing else."""
    if not isinstance(text, str) or not _HEX.match(text):
        raise RowProblem(AMOUNT, f"{what} is not a hexadecimal number with 0x: {str(text)[:40]!r}")
    return int(text, 16)


def _address(word: str, what: str) -> str:
    """The address in a 32-byte word."""
    if not _WORD.match(word) or int(word[2:26], 16):
        raise RowProblem(ADDRESS, f"{what} of a Transfer log is no address: {word[:80]!r}")
    return "0x" + word[26:].lower()


def _words(data: str) -> list[int]:
    if not _BYTES.match(data) or (len(data) - 2) % 64:
        raise RowProblem(SHAPE, "the data of a Transfer log is not made of 32-byte words")
    return [int(data[at : at + 64], 16) for at in range(2, len(data), 64)]


def _batch(words: list[int]) -> list[tuple[int, int]]:
    """(token id, quantity) of a TransferBatch log."""
    lists = []
    for start in words[:2]:
        at, odd = divmod(start, 32)
        size = words[at] if not odd and 2 <= at < len(words) else _LONGEST_BATCH + 1
        if size > _LONGEST_BATCH or at + 1 + size > len(words):
            raise RowProblem(SHAPE, "the lists of a TransferBatch log do not fit its data")
        lists.append(words[at + 1 : at + 1 + size])
    if len(lists) != 2 or len(lists[0]) != len(lists[1]):
        raise RowProblem(SHAPE, "a TransferBatch log has not as many quantities as tokens")
    return list(zip(*lists, strict=True))


def of_log(
    head: Head, place: Place, contract: str, topics: Sequence[object], data: str, index: int | None
) -> list[TransferRecord]:
    """What one event log moves; empty for logs that are no transfer of a token.

    ERC-20: three topics and the amount as data, or everything as data (a few old tokens). ERC-721: four topics.
    A log never names the decimals, so the amount stays the whole number it is.
    """
    if not topics or not all(isinstance(topic, str) for topic in topics):
        if topics:
            raise RowProblem(SHAPE, "a topic of a log is not text")
        return []
    first, rest = str(topics[0]).lower(), [str(topic) for topic in topics[1:]]
    if first == TRANSFER:
        words = _words(data) if data else []
        everything = rest + [f"0x{word:064x}" for word in words]
        if len(everything) != 3 or len(rest) not in (0, 2, 3):
            raise RowProblem(SHAPE, "a Transfer log has not sender, receiver and amount")
        sender, receiver = _address(everything[0], "the sender"), _address(everything[1], "the receiver")
        if not _WORD.match(everything[2]):
            raise RowProblem(SHAPE, "a topic of a Transfer log is not a 32-byte word")
        value = int(everything[2], 16)
        if len(rest) == 3:
            return [head.nft(place, index, sender, receiver, contract, value)]
        return [head.token(place, index, sender, receiver, contract, value)]
    if first in (SINGLE, BATCH) and len(rest) == 3:
        sender, receiver = _address(rest[1], "the sender"), _address(rest[2], "the receiver")
        words = _words(data)
        if first == SINGLE:
            if len(words) != 2:
                raise RowProblem(SHAPE, "a TransferSingle log has not token and quantity")
            return [head.nft(place, index, sender, receiver, contract, words[0], words[1])]
        # one log, several tokens: the log index alone does not tell them apart, so they are known by their content
        return [head.nft(place, None, sender, receiver, contract, token, count) for token, count in _batch(words)]
    return []


def created(sender: str, nonce: int) -> str:
    """The address of the contract that the ``nonce``-th transaction of ``sender`` creates (a rule of the ledger)."""
    count = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    coded = count if nonce and nonce < 0x80 else bytes([0x80 + len(count)]) + count
    body = b"\x94" + bytes.fromhex(sender[2:]) + coded
    return "0x" + keccak256(bytes([0xC0 + len(body)]) + body)[12:].hex()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a trace, as its source states it.

    Attributes:
        kind: call, create, suicide. way: of a call: call, delegatecall, callcode, staticcall.
        path: where it stands in the tree of calls; the call of the transaction itself is ``()``.
        below: calls directly below it, None when the source does not count them.
        failed: it has an error of its own. void: the source says that it or a call above it failed (None: unsaid).
    """

    place: Place
    kind: str
    way: str
    sender: str | None
    receiver: str | None
    value: int
    path: tuple[int, ...]
    below: int | None
    failed: bool
    void: bool | None


def of_calls(head: Head, calls: Sequence[Call], run: Run) -> list[Record]:
    """What the calls of one transaction moved. The call of the transaction itself is its native transfer.

    A failed call voids itself and every call below it. When the whole tree is there, internal transfers are numbered
    in the order of execution; a part of a tree leaves them without a number.
    """
    made: list[Record] = []
    whole = len(calls) == 1 + sum(call.below or 0 for call in calls) and any(not call.path for call in calls)
    failed: set[tuple[int, ...]] = {call.path for call in calls if call.failed}
    order = 0
    for call in calls:
        above = any(call.path[:depth] in failed for depth in range(len(call.path) + 1))
        void = above if call.void is None else call.void or above
        if not call.path:
            status: TransactionStatus = "failed" if void else "ok"
            made.append(head.transaction(call.place, status))
        if call.kind == "call" and call.way in _NO_VALUE:
            run.skipped("calls that move no coin by their nature (delegatecall, callcode, staticcall)")
        elif void:
            run.skipped("calls that failed, or stand below one that failed")
        elif call.value == 0:
            run.skipped("calls without value")
        elif call.sender is None or call.receiver is None:
            raise RowProblem(MISSING, "a call with value has no sender or receiver")
        elif call.path:
            made.append(
                head.coin(call.place, "internal", order if whole else None, call.sender, call.receiver, call.value)
            )
            order += 1
        else:
            made.append(head.coin(call.place, "native", 0, call.sender, call.receiver, call.value))
    if not whole and any(call.void is None for call in calls):
        run.remark("warning", "Of some transactions not all calls are here, so a failed call above may be missing.")
    return made


class Gathered:
    """Gathers calls that come one by one, and gives the records of a transaction when the next one begins."""

    def __init__(self, source: Source, run: Run) -> None:
        self._source = source
        self._run = run
        self._of: Head | None = None
        self._calls: list[Call] = []

    def add(self, head: Head, call: Call) -> list[Record]:
        """Take one call; the records of the transaction before, when this call belongs to another."""
        made = self.flush() if self._of is not None and self._of.tx != head.tx else []
        self._of = head
        self._calls.append(call)
        return made

    def flush(self) -> list[Record]:
        """The records of the calls kept so far; a tree that cannot be read puts each of its calls aside."""
        calls, head = self._calls, self._of
        self._calls, self._of = [], None
        if head is None:
            return []
        try:
            return of_calls(head, calls, self._run)
        except RowProblem as problem:
            return [bad(c.place, problem.code, str(problem), raw_at(self._source, c.place)) for c in calls]


def product(used: int, price: int) -> int:
    """Fee of gas used and its price; ``RowProblem`` when it is no amount."""
    if used * price > MAX_AMOUNT:
        raise RowProblem(AMOUNT, "the fee is larger than 2^256 - 1")
    return used * price


#: Checks an address of the chain: ``sdk.text.Checker`` with the chain filled in.
Check = Callable[[str], str]
