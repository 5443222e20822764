"""Owns address forms: what is a valid address on a chain, its one canonical text and how it is shown.

Must not know where an address came from. Two texts that name the same address have the same canonical text, so they
meet in one place: EVM and bech32 in small letters, TRON as Base58, Bitcoin Cash as cashaddr with its prefix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from workstation.domain.chains import CHAINS, chain
from workstation.domain.encodings import (
    RIPPLE_ALPHABET,
    base58_decode,
    base58check_decode,
    base58check_encode,
    cashaddr_decode,
    cashaddr_encode,
    monero_decode,
    segwit_decode,
)
from workstation.domain.hashes import hash160, keccak256

_EVM = re.compile(r"0[xX][0-9a-fA-F]{40}\Z", re.ASCII)
_TRON_HEX = re.compile(r"(?:0[xX])?41[0-9a-fA-F]{40}\Z", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_LONGEST_FREE = 128
_SHIELDED = ("zs1", "zc", "u1")


class AddressError(ValueError):
    """The text is not an address of the chain; the message is a plain reason."""


@dataclass(frozen=True, slots=True)
class _Base58:
    """Base58Check forms of a chain: version prefixes before a 20-byte hash, and the segwit prefix if it has one."""

    versions: tuple[bytes, ...]
    segwit: str = ""


_BASE58: Mapping[str, _Base58] = MappingProxyType(
    {
        "bitcoin": _Base58((b"\x00", b"\x05"), "bc"),
        "bitcoin-sv": _Base58((b"\x00", b"\x05")),
        "bitcoin-gold": _Base58((b"\x26", b"\x17"), "btg"),
        "litecoin": _Base58((b"\x30", b"\x32", b"\x05"), "ltc"),
        "dogecoin": _Base58((b"\x1e", b"\x16")),
        "dash": _Base58((b"\x4c", b"\x10")),
        "zcash": _Base58((b"\x1c\xb8", b"\x1c\xbd")),
        "verge": _Base58((b"\x1e", b"\x21")),
        "tron": _Base58((b"\x41",)),
    }
)
_CASH = "bitcoincash"
#: Chains whose address form is distinct enough to recognise an address by it, in the order of ``CHAINS``.
_RECOGNISABLE = tuple(
    key
    for key, known in CHAINS.items()
    if known.form == "evm" or key in (*_BASE58, "bitcoin-cash", "solana", "ripple")
    if key != "verge"  # its addresses look like those of Dogecoin
)


def check(chain_key: str, text: str) -> str:
    """The canonical text of an address.

    Raises:
        AddressError: not an address of this chain, with a plain reason.
        KeyError: the chain is not known.
    """
    form = chain(chain_key).form
    try:
        if form == "evm":
            return _check_evm(text)
        if chain_key == "tron":
            return _check_tron(text)
        if chain_key == "bitcoin-cash":
            return _check_cash(text)
        if chain_key == "ripple":
            return _check_ripple(text)
        if chain_key == "solana":
            return _check_solana(text)
        if chain_key == "monero":
            return _check_monero(text)
        if chain_key == "zcash" and text.startswith(_SHIELDED):
            return _check_free(text, spaces=False)  # no checksum is checked
        if chain_key in _BASE58:
            return _check_base58(_BASE58[chain_key], text)
        return _check_free(text, spaces=chain_key == "stated")
    except AddressError:
        raise
    except ValueError as problem:
        raise AddressError(str(problem)) from problem


def recognise(text: str) -> tuple[str, ...]:
    """The chains on which this text is an address, by form and checksum, the most usual one first."""
    return tuple(key for key in _RECOGNISABLE if _fits(key, text))


def display(chain_key: str, text: str) -> str:
    """How a canonical address is shown: EVM addresses with the capitals of EIP-55, all others as they are."""
    if chain(chain_key).form == "evm" and _EVM.match(text):
        return _checksummed(text[2:].lower())
    return text


def groups4(text: str) -> str:
    """The text in groups of four, for reading aloud and comparing by eye; ``0x`` stays with the first group."""
    head = text[:2] if text.startswith("0x") else ""
    rest = text[len(head) :]
    return head + " ".join(rest[at : at + 4] for at in range(0, len(rest), 4))


def p2pkh_from_pubkey(pubkey: str) -> str:
    """The Bitcoin address of a public key in hex, for outputs that pay to a bare key and so name no address.

    Raises:
        AddressError: not a compressed or uncompressed public key.
    """
    try:
        key = bytes.fromhex(pubkey)
    except ValueError as problem:
        raise AddressError("not a hexadecimal public key") from problem
    if (len(key), key[:1]) not in ((33, b"\x02"), (33, b"\x03"), (65, b"\x04")):
        raise AddressError("not a public key")
    return base58check_encode(b"\x00" + hash160(key))


def _fits(chain_key: str, text: str) -> bool:
    try:
        if chain_key == "zcash" and not text.startswith("t"):
            return False
        check(chain_key, text)
    except ValueError:
        return False
    return True


def _check_evm(text: str) -> str:
    if not _EVM.match(text):
        raise AddressError("not 0x followed by 40 hexadecimal digits")
    digits = text[2:]
    if digits not in (digits.lower(), digits.upper()) and _checksummed(digits.lower())[2:] != digits:
        raise AddressError("the capital letters do not hold as a checksum (EIP-55): a character is wrong")
    return "0x" + digits.lower()


@lru_cache(maxsize=16384)  # tables ask for the same few addresses again and again
def _checksummed(digits: str) -> str:
    digest = keccak256(digits.encode("ascii")).hex()
    return "0x" + "".join(c.upper() if int(d, 16) >= 8 else c for c, d in zip(digits, digest, strict=False))


def _check_tron(text: str) -> str:
    if _TRON_HEX.match(text):
        return base58check_encode(bytes.fromhex(text[-42:]))
    return _check_base58(_BASE58["tron"], text)


def _check_cash(text: str) -> str:
    if ":" in text or len(text) == 42:
        kind, digest = cashaddr_decode(text, _CASH)
        return cashaddr_encode(_CASH, kind, digest)
    payload = base58check_decode(text)
    if len(payload) != 21 or payload[0] not in (0, 5):
        raise AddressError("an address of another chain")
    return cashaddr_encode(_CASH, 1 if payload[0] == 5 else 0, payload[1:])


def _check_base58(form: _Base58, text: str) -> str:
    if form.segwit and text.lower().startswith(form.segwit + "1"):
        segwit_decode(text, form.segwit)
        return text.lower()
    payload = base58check_decode(text)
    if not any(len(payload) == len(v) + 20 and payload.startswith(v) for v in form.versions):
        raise AddressError("an address of another chain")
    return text


def _check_ripple(text: str) -> str:
    payload = base58check_decode(text, RIPPLE_ALPHABET)
    classic, with_tag = len(payload) == 21 and payload[0] == 0, len(payload) == 31 and payload[:2] == b"\x05\x44"
    if not (classic or with_tag):
        raise AddressError("an address of another chain")
    return text


def _check_solana(text: str) -> str:
    if not 32 <= len(text) <= 44 or len(base58_decode(text)) != 32:
        raise AddressError("not 32 bytes in Base58")
    return text


def _check_monero(text: str) -> str:
    if _KEY.match(text):
        return text  # a bare key: sanctions lists hold such entries too
    data = monero_decode(text)
    if len(data) not in (69, 77) or keccak256(data[:-4])[:4] != data[-4:]:
        raise AddressError("the checksum does not hold: a character is wrong, missing or added")
    if data[0] not in (18, 19, 42):
        raise AddressError("an address of another chain")
    return text


def _check_free(text: str, *, spaces: bool) -> str:
    if not 1 <= len(text) <= _LONGEST_FREE:
        raise AddressError(f"empty or longer than {_LONGEST_FREE} characters")
    if not (text.isascii() and text.isprintable()) or text != text.strip() or (" " in text and not spaces):
        raise AddressError("holds characters that no address has")
    return text
