"""Owns the text encodings of addresses: Base58Check, bech32, bech32m and cashaddr.

Must not know chains: which version byte or prefix belongs to which chain stands in
:mod:`workstation.domain.addresses`. Every problem is a ``ValueError`` with a plain reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workstation.domain.hashes import double_sha256

BITCOIN_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CONSTANTS = {1: "bech32", 0x2BC830A3: "bech32m"}
#: Letters of a block of a Monero address, and the bytes they stand for.
_MONERO_BLOCKS: Mapping[int, int] = MappingProxyType({2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8})
_LONGEST = 128  # decoding is quadratic in the length, and no address is longer


def base58_decode(text: str, alphabet: str = BITCOIN_ALPHABET) -> bytes:
    """The bytes of a Base58 text, leading zeros kept."""
    if not text or len(text) > _LONGEST:
        raise ValueError("empty or too long")
    value = 0
    for letter in text:
        digit = alphabet.find(letter)
        if digit < 0:
            raise ValueError(f"the character {letter!r} does not occur in such an address")
        value = value * 58 + digit
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def base58_encode(data: bytes, alphabet: str = BITCOIN_ALPHABET) -> str:
    """The Base58 text of bytes, leading zeros kept."""
    value, letters = int.from_bytes(data, "big"), []
    while value:
        value, digit = divmod(value, 58)
        letters.append(alphabet[digit])
    return alphabet[0] * (len(data) - len(data.lstrip(b"\0"))) + "".join(reversed(letters))


def base58check_decode(text: str, alphabet: str = BITCOIN_ALPHABET) -> bytes:
    """The payload (version and hash) of a Base58Check text; the checksum must hold."""
    data = base58_decode(text, alphabet)
    if len(data) < 5:
        raise ValueError("too short")
    payload, checksum = data[:-4], data[-4:]
    if double_sha256(payload)[:4] != checksum:
        raise ValueError("the checksum does not hold: a character is wrong, missing or added")
    return payload


def base58check_encode(payload: bytes, alphabet: str = BITCOIN_ALPHABET) -> str:
    """The Base58Check text of a payload."""
    return base58_encode(payload + double_sha256(payload)[:4], alphabet)


def monero_decode(text: str) -> bytes:
    """The bytes of a Monero address: Base58 in blocks of eight bytes."""
    if not 1 <= len(text) <= _LONGEST:
        raise ValueError("empty or too long")
    made = b""
    for at in range(0, len(text), 11):
        block = text[at : at + 11]
        size = _MONERO_BLOCKS.get(len(block), 0)
        value = 0
        for letter in block:
            digit = BITCOIN_ALPHABET.find(letter)
            if digit < 0:
                raise ValueError(f"the character {letter!r} does not occur in such an address")
            value = value * 58 + digit
        if not size or value >> (8 * size):
            raise ValueError("a character is wrong, missing or added")
        made += value.to_bytes(size, "big")
    return made


def _five_bits(text: str) -> list[int]:
    values = [_BECH32.find(letter) for letter in text]
    if -1 in values:
        raise ValueError(f"the character {text[values.index(-1)]!r} does not occur in such an address")
    return values


def _regroup(values: Sequence[int], width: int, target: int, *, pad: bool) -> list[int]:
    pool, bits, made = 0, 0, []
    for value in values:
        pool = (pool << width) | value
        bits += width
        while bits >= target:
            bits -= target
            made.append(pool >> bits)
            pool &= (1 << bits) - 1
    if pad and bits:
        made.append(pool << (target - bits))
    elif not pad and (bits >= width or pool):
        raise ValueError("wrong padding")
    return made


def _bech32_sum(values: Sequence[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, mask in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= mask if top >> bit & 1 else 0
    return total


def segwit_decode(text: str, prefix: str) -> tuple[int, bytes]:
    """Witness version and program of a segwit address (BIP173, BIP350) with the given prefix.

    Raises:
        ValueError: mixed case, wrong prefix, wrong checksum or a length the witness version does not allow.
    """
    if text not in (text.lower(), text.upper()):
        raise ValueError("capital and small letters are mixed")
    low = text.lower()
    head, _, body = low.rpartition("1")
    if head != prefix:
        raise ValueError(f"does not start with {prefix}1")
    if len(low) > 90 or len(body) < 8:
        raise ValueError("too long or too short")
    values = _five_bits(body)
    spread = [ord(c) >> 5 for c in head] + [0] + [ord(c) & 31 for c in head]
    kind = _BECH32_CONSTANTS.get(_bech32_sum([*spread, *values]))
    if kind is None:
        raise ValueError("the checksum does not hold: a character is wrong, missing or added")
    version, program = values[0], bytes(_regroup(values[1:-6], 5, 8, pad=False))
    if version > 16 or not 2 <= len(program) <= 40 or (version == 0 and len(program) not in (20, 32)):
        raise ValueError("the witness version or the length is not possible")
    if kind != ("bech32" if version == 0 else "bech32m"):
        raise ValueError("the checksum is not of the kind this witness version needs")
    return version, program


def segwit_encode(prefix: str, version: int, program: bytes) -> str:
    """The segwit address (BIP173, BIP350) of a witness program; inverse of :func:`segwit_decode`."""
    values = [version, *_regroup(program, 8, 5, pad=True)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    total = _bech32_sum([*spread, *values, *[0] * 6]) ^ (1 if version == 0 else 0x2BC830A3)
    values += [total >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1" + "".join(_BECH32[value] for value in values)


def _cashaddr_sum(values: Sequence[int]) -> int:
    total = 1
    for value in values:
        top = total >> 35
        total = (total & 0x07FFFFFFFF) << 5 ^ value
        for bit, mask in enumerate((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)):
            total ^= mask if top >> bit & 1 else 0
    return total ^ 1


def cashaddr_decode(text: str, prefix: str) -> tuple[int, bytes]:
    """Kind (0 key hash, 1 script hash) and 20-byte hash of a cashaddr text, with or without its prefix."""
    if text not in (text.lower(), text.upper()):
        raise ValueError("capital and small letters are mixed")
    head, colon, body = text.lower().rpartition(":")
    if colon and head != prefix:
        raise ValueError(f"does not start with {prefix}:")
    if len(body) != 42:
        raise ValueError("wrong length")
    values = _five_bits(body)
    if _cashaddr_sum([*(ord(c) & 31 for c in prefix), 0, *values]):
        raise ValueError("the checksum does not hold: a character is wrong, missing or added")
    version, *digest = _regroup(values[:-8], 5, 8, pad=False)
    if version not in (0, 8):
        raise ValueError("not a key hash or script hash")
    return version >> 3, bytes(digest)


def cashaddr_encode(prefix: str, kind: int, digest: bytes) -> str:
    """The cashaddr text (with prefix) of a 20-byte hash."""
    values = _regroup([kind << 3, *digest], 8, 5, pad=True)
    total = _cashaddr_sum([*(ord(c) & 31 for c in prefix), 0, *values, *[0] * 8])
    values += [total >> 5 * (7 - place) & 31 for place in range(8)]
    return f"{prefix}:" + "".join(_BECH32[value] for value in values)
