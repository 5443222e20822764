"""Owns the two digests that address forms need and Python does not promise: Keccak-256 and RIPEMD-160.

Pure Python, so that an address is checked the same way on every machine (OpenSSL 3 may lack RIPEMD-160, and
``hashlib.sha3_256`` is not Keccak-256). Must not be used to hash files: ``hashlib`` does that.
"""

from __future__ import annotations

import hashlib

_M64 = (1 << 64) - 1
_M32 = (1 << 32) - 1
_RATE = 136


def _round_constants() -> tuple[int, ...]:
    made, state = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if state & 1:
                constant |= 1 << ((1 << power) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)
        made.append(constant)
    return tuple(made)


def _rotations() -> tuple[tuple[int, int, int], ...]:
    """(from, to, left rotation) of the combined rho and pi steps, in the order the lanes are visited."""
    steps, x, y, current = [], 1, 0, 1
    for turn in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        steps.append((current, x + 5 * y, (turn + 1) * (turn + 2) // 2 % 64))
        current = x + 5 * y
    return tuple(steps)


_ROUNDS = _round_constants()
_MOVES = _rotations()


def _permute(a: list[int]) -> None:
    b = [0] * 25
    for constant in _ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & _M64) for x in range(5)]
        b[0] = a[0] ^ d[0]
        for source, target, turn in _MOVES:
            lane = a[source] ^ d[source % 5]
            b[target] = (lane << turn | lane >> (64 - turn)) & _M64
        for y in (0, 5, 10, 15, 20):
            p, q, r, s, t = b[y : y + 5]
            a[y] = p ^ (~q & r)
            a[y + 1] = q ^ (~r & s)
            a[y + 2] = r ^ (~s & t)
            a[y + 3] = s ^ (~t & p)
            a[y + 4] = t ^ (~p & q)
        a[0] ^= constant


def keccak256(message: bytes) -> bytes:
    """Keccak-256 with the original padding, as Ethereum uses it (not SHA3-256)."""
    padded = bytearray(message)
    padded += b"\x01" + b"\x00" * (-(len(message) + 1) % _RATE)
    padded[-1] |= 0x80
    state = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        _permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


# Word order, shifts and constants of the two lines of RIPEMD-160, from its specification (Dobbertin, Bosselaers,
# Preneel 1996, appendix A).
_LEFT_ORDER = (
    *range(16), 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8, 3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5,
    12, 1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2, 4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
)  # fmt: skip
_RIGHT_ORDER = (
    5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2, 15, 5,
    1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14, 12, 15, 10, 4,
    1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
)  # fmt: skip
_LEFT_TURNS = (
    11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12, 11,
    13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12, 9, 15,
    5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
)  # fmt: skip
_RIGHT_TURNS = (
    8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11, 9,
    7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8, 8, 5,
    12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
)  # fmt: skip
_LEFT_CONSTANTS = (0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT_CONSTANTS = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0)


def _mix(turn: int, x: int, y: int, z: int) -> int:
    kind = turn // 16
    if kind == 0:
        return x ^ y ^ z
    if kind == 1:
        return (x & y) | (~x & z)
    if kind == 2:
        return (x | ~y & _M32) ^ z
    if kind == 3:
        return (x & z) | (y & ~z)
    return x ^ (y | ~z & _M32)


def ripemd160(message: bytes) -> bytes:
    """RIPEMD-160 of a short message (a public key)."""
    padded = message + b"\x80" + b"\x00" * (-(len(message) + 9) % 64) + (8 * len(message)).to_bytes(8, "little")
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0]
    for start in range(0, len(padded), 64):
        words = [int.from_bytes(padded[at : at + 4], "little") for at in range(start, start + 64, 4)]
        lines = []
        for order, turns, constants, mirrored in (
            (_LEFT_ORDER, _LEFT_TURNS, _LEFT_CONSTANTS, False),
            (_RIGHT_ORDER, _RIGHT_TURNS, _RIGHT_CONSTANTS, True),
        ):
            a, b, c, d, e = state
            for turn in range(80):
                mixed = _mix(79 - turn if mirrored else turn, b, c, d)
                total = (a + mixed + words[order[turn]] + constants[turn // 16]) & _M32
                rotated = (total << turns[turn] | total >> (32 - turns[turn])) + e & _M32
                a, e, d, c, b = e, d, (c << 10 | c >> 22) & _M32, b, rotated
            lines.append((a, b, c, d, e))
        left, right = lines
        state = [(state[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5]) & _M32 for i in range(5)]
    return b"".join(word.to_bytes(4, "little") for word in state)


def hash160(message: bytes) -> bytes:
    """RIPEMD-160 of SHA-256: the digest inside a pay-to-public-key-hash address."""
    return ripemd160(hashlib.sha256(message).digest())


def double_sha256(message: bytes) -> bytes:
    """SHA-256 twice: the checksum of Base58Check."""
    return hashlib.sha256(hashlib.sha256(message).digest()).digest()
