"""Owns what an output script says: its type, its address, and who an output belongs to. Must not parse files.

One rule for every reader, so that the same output of two sources is the same: an output that pays to a bare public
key has no address in the ledger. It keeps its script; an address that a source prints beside it is derived.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from workstation.domain.addresses import p2pkh_from_pubkey
from workstation.domain.encodings import base58check_encode, segwit_encode
from workstation.sdk.reader import ADDRESS, SHAPE, RowProblem, Run
from workstation.sdk.text import Checker

#: Most characters of a script that are kept.
LIMIT = 100_000
_BARE_KEY = re.compile(r"(?:41(04[0-9a-f]{128})|21(0[23][0-9a-f]{64}))ac\Z", re.ASCII | re.IGNORECASE)
# What sources print where a script has no address: Blockchair ``d-…``, ``m-…``; bitcoin-etl ``nonstandard…``;
# Blockbook the text of an OP_RETURN.
_NO_ADDRESS = re.compile(r"[a-z]-[0-9a-f]{32}\Z|nonstandard[0-9a-f]{0,64}\Z|OP_RETURN\b", re.ASCII)


def bare_key(script: str) -> str:
    """The public key of a script that pays to it directly, or an empty text."""
    found = _BARE_KEY.match(script)
    return (found.group(1) or found.group(2)).lower() if found else ""


def only_address(many: object) -> object:
    """The address of a list of addresses when it holds exactly one (bare multisig has several, and no address)."""
    if many is None or many == []:
        return None
    if not isinstance(many, list):
        raise RowProblem(SHAPE, "addresses are not a list")
    return many[0] if len(many) == 1 else None


class Owners:
    """Says who owns the outputs of one file: a checked address, or none and the script."""

    def __init__(self, chain: str, run: Run) -> None:
        self._chain = chain
        self._run = run
        self._check = Checker()

    def address(self, text: object) -> str:
        """A checked address."""
        if not isinstance(text, str):
            raise RowProblem(SHAPE, "an address is not text")
        return self._check(self._chain, text)

    def __call__(self, address: object, script: object = None, kind: object = None) -> tuple[str | None, str]:
        """The address of an output, or None and its script as ``type hex``."""
        script, kind = script or "", kind or ""
        if not isinstance(script, str) or not isinstance(kind, str):
            raise RowProblem(SHAPE, "a script is not text")
        if address is not None and not isinstance(address, str):
            raise RowProblem(SHAPE, "an address is not text")
        key = bare_key(script)
        if not address or key or _NO_ADDRESS.match(address):
            if address and key:
                self._derived(address, key)
            return None, f"{kind or ('pubkey' if key else '')} {script}".strip()[:LIMIT]
        return self._check(self._chain, address), ""

    def _derived(self, address: str, key: str) -> None:
        checked = self._check(self._chain, address)
        if self._chain == "bitcoin" and checked != p2pkh_from_pubkey(key):
            raise RowProblem(ADDRESS, f"the address {address[:100]!r} does not belong to the public key of its script")
        self._run.remark(
            "assumption",
            "Outputs that pay to a bare public key keep their script and get no address: the one this file prints beside"
            " them is derived from the key.",
        )


def describe(script: bytes) -> tuple[str, str | None]:
    """Type (in the words of Bitcoin Core) and Bitcoin address of an output script; None where it has none."""
    size = len(script)
    for fits, kind, address in _FORMS:
        if fits(script, size):
            return kind, address(script)
    return "nonstandard", None


def _base58(version: bytes, begin: int) -> Callable[[bytes], str | None]:
    return lambda script: base58check_encode(version + script[begin : begin + 20])


def _segwit(script: bytes) -> str | None:
    return segwit_encode("bc", script[0] and script[0] - 0x50, script[2:])


def _none(script: bytes) -> str | None:
    return None


def _is_multisig(script: bytes, size: int) -> bool:
    if size < 37 or script[-1] != 0xAE or not 0x51 <= script[0] <= script[-2] <= 0x60:
        return False
    at, keys = 1, 0
    while at < size - 2 and script[at] in (33, 65):
        at += 1 + script[at]
        keys += 1
    return at == size - 2 and keys == script[-2] - 0x50


_FORMS: tuple[tuple[Callable[[bytes, int], bool], str, Callable[[bytes], str | None]], ...] = (
    (lambda s, n: n == 25 and s[:3] == b"\x76\xa9\x14" and s[23:] == b"\x88\xac", "pubkeyhash", _base58(b"\x00", 3)),
    (lambda s, n: n == 23 and s[:2] == b"\xa9\x14" and s[22:] == b"\x87", "scripthash", _base58(b"\x05", 2)),
    (lambda s, n: n == 22 and s[:2] == b"\x00\x14", "witness_v0_keyhash", _segwit),
    (lambda s, n: n == 34 and s[:2] == b"\x00\x20", "witness_v0_scripthash", _segwit),
    (lambda s, n: n == 34 and s[:2] == b"\x51\x20", "witness_v1_taproot", _segwit),
    (lambda s, n: 4 <= n <= 42 and 0x51 <= s[0] <= 0x60 and s[1] == n - 2, "witness_unknown", _segwit),
    (lambda s, n: bool(bare_key(s.hex())), "pubkey", _none),
    (lambda s, n: s[:1] == b"\x6a", "nulldata", _none),
    (_is_multisig, "multisig", _none),
)  # fmt: skip
