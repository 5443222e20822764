"""Owns finding look-alike addresses: different addresses with the same beginning and the same end (address poisoning).

A fraudster makes an address whose first and last characters are those of one the victim knows, because programs and
people show only these. Must not know where the addresses come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

#: Characters that must be equal at each end, behind the part that every address of the chain begins with.
ENDS = 4
_SHORTEST = 16
#: In a case with so many transfers, addresses share ``ENDS`` characters at both ends by chance; then more must be equal.
_MANY = 20_000
_PREFIX = re.compile(
    r"0x|(?:bc|ltc|btg)1[a-z]?|bitcoincash:[qp]|(?=T[1-9A-HJ-NP-Za-km-z]{33}\Z)T|(?=[139LMDX])[139LMDX]|t[13]|r"
)


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Different addresses that look alike.

    Attributes:
        head, tail: how many characters all of them share at the beginning (behind the prefix) and at the end.
        members: (chain, address) of each, sorted; the same address on several chains is named once for each chain.
    """

    head: int
    tail: int
    members: tuple[tuple[str, str], ...]


def ends_for(transfers: int) -> int:
    """How many characters must be equal at each end in a case with so many transfers."""
    return ENDS if transfers < _MANY else ENDS + 2


def _body(address: str) -> str:
    """The address without what every address of its chain begins with, in small letters, as the eye compares it."""
    found = _PREFIX.match(address)
    return address[found.end() if found else 0 :].lower()


def _shared(texts: list[str]) -> int:
    """How many characters sorted texts share at their beginning: those that the first and the last share."""
    first, last = texts[0], texts[-1]
    return next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))


def look_alikes(addresses: Iterable[tuple[str, str]], ends: int = ENDS) -> list[LookAlikes]:
    """Groups of different addresses that share both ends, in a fixed order.

    Args:
        addresses: (chain, canonical address); names on the chain ``stated`` are left out.
        ends: characters that must be equal at each end.

    The same address on several chains is one address, never a look-alike of itself. Sorting makes it O(n log n).
    """
    keyed: list[tuple[str, str, str, str]] = []
    for chain, address in set(addresses):
        body = _body(address)
        if chain != "stated" and len(body) >= max(_SHORTEST, 2 * ends + 1):
            keyed.append((body[:ends], body[-ends:], address, chain))
    keyed.sort()
    found: list[LookAlikes] = []
    for _, group in groupby(keyed, key=lambda item: item[:2]):
        members = list(group)
        if members[0][2] == members[-1][2]:
            continue
        bodies = sorted({_body(address) for _, _, address, _ in members})
        if len(bodies) == 1:  # the capitals alone differ: such texts are different addresses in Base58
            head = tail = len(bodies[0])
        else:
            head = _shared(bodies)
            tail = _shared(sorted(body[::-1] for body in bodies))
        found.append(LookAlikes(head, tail, tuple((chain, address) for _, _, address, chain in members)))
    return found
