"""Owns strict reading of the small texts in source files: numbers, times, ids, addresses. Must not guess.

Every function raises :class:`RowProblem` with a code and a plain reason. No float is ever made.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from workstation.domain import addresses
from workstation.domain.amounts import MAX_AMOUNT, parse_decimal
from workstation.domain.chains import CHAINS, Chain
from workstation.sdk.reader import ADDRESS, AMOUNT, NETWORK, TIME, TRANSACTION, RowProblem

_PLAIN = re.compile(r"[0-9]{1,78}(?:\.[0-9]{0,78})?\Z", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{0,78})?\Z", re.ASCII)
_TINY = re.compile(r"([0-9])(?:\.([0-9]{1,78}))?[eE]-([0-9]{1,2})\Z", re.ASCII)
_EVM_TX = re.compile(r"0x[0-9a-f]{64}\Z", re.ASCII)
_TX = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_EVM_LOWER = re.compile(r"0x[0-9a-f]{40}\Z", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,11}\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253402300800  # the year 10000
_MEMO = 200_000
ZERO_EVM = "0x" + "0" * 40
#: Network and coin names of other programs, lower-case, and the chain they mean. A token's name says no chain.
NETWORKS = {
    "btc": "bitcoin", "xbt": "bitcoin", "bch": "bitcoin-cash", "bsv": "bitcoin-sv", "btg": "bitcoin-gold",
    "ltc": "litecoin", "doge": "dogecoin", "dash": "dash", "zec": "zcash", "xvg": "verge", "xmr": "monero",
    "eth": "ethereum", "etc": "ethereum-classic", "bsc": "bsc", "bnb": "bsc", "bep20": "bsc", "matic": "polygon",
    "pol": "polygon", "arb": "arbitrum", "arbitrum": "arbitrum", "op": "optimism", "base": "base", "avax": "avalanche",
    "ftm": "fantom", "xdai": "gnosis", "trx": "tron", "trc20": "tron", "sol": "solana", "xrp": "ripple",
    "erc20": "ethereum",
}  # fmt: skip


def known_chain(text: str) -> Chain:
    """The chain behind a key or a usual short name (``ethereum``, ``ETH``)."""
    name = text.strip().lower()
    found = CHAINS.get(name) or CHAINS.get(NETWORKS.get(name, ""))
    if found is None:
        raise RowProblem(NETWORK, f"unknown chain {text[:40]!r}")
    return found


def number_text(text: str) -> str:
    """A plain decimal text from a cell: ``25,500,000`` and ``6.0E-7`` are written out, anything else is refused.

    A positive exponent (``8.38E+18``) is refused: a spreadsheet has rounded the number away.
    """
    text = text.strip()
    if _PLAIN.match(text):
        return text
    if _GROUPED.match(text):
        return text.replace(",", "")
    tiny = _TINY.match(text)
    if tiny:
        digits, zeros = tiny.group(1) + (tiny.group(2) or ""), int(tiny.group(3))
        return ("0." + "0" * (zeros - 1) + digits) if zeros else text
    if "e+" in text.lower():
        raise RowProblem(AMOUNT, "the number was rounded by a spreadsheet (it has an exponent)")
    raise RowProblem(AMOUNT, f"not a plain decimal number: {text[:60]!r}")


def amount(text: str, decimals: int) -> int:
    """Base units of a decimal cell."""
    try:
        return parse_decimal(number_text(text), decimals)
    except RowProblem:
        raise
    except ValueError as problem:
        raise RowProblem(AMOUNT, f"amount: {problem}") from problem


def units(text: object, what: str = "amount") -> int:
    """Base units of a whole number, as JSON number or as digits in a text; never a float or a negative number."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 78:
        value = int(text)
    elif isinstance(text, int) and not isinstance(text, bool):
        value = text
    else:
        raise RowProblem(AMOUNT, f"{what} is not a whole number")
    if not 0 <= value <= MAX_AMOUNT:
        raise RowProblem(AMOUNT, f"{what} is negative or larger than 2^256 - 1")
    return value


def count(text: object, what: str) -> int:
    """A block number, index or the like: a whole number up to 2^62, the most that a record may hold."""
    value = units(text, what)
    if value > 1 << 62:
        raise RowProblem(AMOUNT, f"{what} is too large")
    return value


def seconds(text: object) -> int:
    """Unix seconds; milliseconds (13 digits) are refused, not guessed."""
    shown = str(text).strip() if isinstance(text, str | int) and not isinstance(text, bool) else ""
    if not _SECONDS.match(shown) or int(shown) >= _LAST:
        raise RowProblem(TIME, f"not a time in Unix seconds: {str(text)[:40]!r}")
    return int(shown)


def moment(text: str, zone: tzinfo | None) -> int:
    """Seconds UTC of Unix seconds or ISO 8601 text with a zone; ``zone`` is used for a text without one."""
    text = text.strip()
    if _SECONDS.match(text) and len(text) >= 9:
        return seconds(text)
    try:
        if not text.isascii() or len(text) < 10 or text[4] != "-" or text[10:11] not in ("", "T", "t", " "):
            raise ValueError
        made = datetime.fromisoformat(text)
    except ValueError as problem:
        raise RowProblem(TIME, f"not a time: {text[:40]!r} (ISO 8601 with zone, or Unix seconds)") from problem
    if made.tzinfo is None:
        if zone is None:
            raise RowProblem(
                TIME, f"time without zone: {text[:40]!r} (write Z or +01:00, or state the zone of the file)"
            )
        made = made.replace(tzinfo=zone)
    value = (made - _EPOCH) // timedelta(seconds=1)
    if not 0 <= value < _LAST:
        raise RowProblem(TIME, f"time before 1970: {text[:40]!r}")
    return value


def transaction(text: object, form: Literal["evm", "utxo"]) -> str:
    """A transaction id in canonical lower-case form."""
    value = text.strip().lower() if isinstance(text, str) else ""
    if not (_EVM_TX if form == "evm" else _TX).match(value):
        raise RowProblem(TRANSACTION, f"not a transaction id: {str(text)[:80]!r}")
    return value


class Checker:
    """Checks addresses of one run and remembers the answers, because a file repeats few addresses many times."""

    def __init__(self) -> None:
        self._memo: dict[tuple[str, str], str] = {}

    def __call__(self, chain: str, text: str) -> str:
        """The canonical address; ``RowProblem`` when it is none of this chain."""
        key = (chain, text)
        known = self._memo.get(key)
        if known is None:
            if CHAINS[chain].form == "evm" and _EVM_LOWER.match(text):
                known = text
            else:
                try:
                    known = addresses.check(chain, text)
                except ValueError as problem:
                    raise RowProblem(ADDRESS, f"not a valid {chain} address: {text[:100]!r} ({problem})") from problem
            if len(self._memo) >= _MEMO:
                self._memo.clear()
            self._memo[key] = known
        return known
