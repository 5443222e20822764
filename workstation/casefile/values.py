"""Owns the plain values a case hands out besides those of ``domain``: counts, head data, undo steps, arrays.

Must not know SQL. Values here are frozen; the arrays of :class:`LedgerColumns` are set read-only by their maker.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.domain.amounts import Asset

#: Gives the time in seconds UTC. Injected, so that a demo case has the same bytes every time.
Clock = Callable[[], float]
#: Gives that many random bytes (salts, case id). Injected for the same reason.
Entropy = Callable[[int], bytes]
#: Told how many records an import has done.
Progress = Callable[[int], None]
#: Asked between batches whether the work was cancelled.
Cancelled = Callable[[], bool]

#: Value in an integer column of :class:`LedgerColumns` for "not stated" (sorts last).
NOT_STATED = (1 << 63) - 1
#: Storage number of each transfer kind; part of the file format, so the order never changes.
KINDS: tuple[str, ...] = (
    "native", "internal", "token", "fee", "mint", "burn", "input", "output", "coinbase", "stated", "nft",
)  # fmt: skip
#: Place of each kind (by storage number) among the transfers of one transaction in the total order.
KIND_RANK: tuple[int, ...] = (3, 4, 5, 9, 2, 7, 1, 8, 0, 10, 6)


def system_clock() -> float:
    """The clock of the machine."""
    return time.time()


def system_entropy(count: int) -> bytes:
    """Random bytes of the operating system."""
    return secrets.token_bytes(count)


def utc(seconds: float) -> str:
    """Seconds UTC as ``2026-01-02T03:04:05Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds)))


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """Head data of a case."""

    case_id: str
    title: str
    examiner: str
    zone: str
    created: str
    encrypted: bool
    schema: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a case holds. ``tags`` counts tags of sources and of the user."""

    exhibits: int
    transactions: int
    transfers: int
    addresses: int
    entities: int
    tags: int
    findings: int
    quarantined: int
    chains: tuple[str, ...]
    events: int = 0
    mentions: int = 0
    prices: int = 0


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """One step of the undo history, oldest first.

    Attributes:
        state: ``done`` (on the way to the current state), ``undone`` (redo leads there) or ``branch`` (on another
            branch). The current state is the last step that is done.
        parent: the step it was done on, 0 = the beginning. actor: who made it, empty in cases of older programs.
        name: what a person called the state after it, or empty.
    """

    id: int
    label: str
    at: str
    state: str
    parent: int = 0
    actor: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LedgerColumns:
    """All transfers of the case as arrays, in total order.

    Amount of row i: ``None`` when ``absent[i]``; ``big[i]`` when ``hi[i] == -1``; else ``hi[i] * 2**63 + lo[i]``.
    ``from_id`` and ``to_id`` are 0 where there is no address, ``tx_id`` is 0 where there is no transaction,
    ``time`` and ``block`` are ``NOT_STATED`` where no source states them. ``kind`` holds positions in ``KINDS``.
    ``addresses``, ``txs`` and ``assets`` are looked up by id (entry 0 and unused ids hold empty values).
    """

    id: NDArray[np.int64]
    tx_id: NDArray[np.int64]
    kind: NDArray[np.uint8]
    from_id: NDArray[np.int64]
    to_id: NDArray[np.int64]
    asset_id: NDArray[np.int64]
    hi: NDArray[np.int64]
    lo: NDArray[np.int64]
    time: NDArray[np.int64]
    block: NDArray[np.int64]
    absent: NDArray[np.bool_]
    big: dict[int, int]
    addresses: list[tuple[str, str]]
    txs: list[tuple[str, str]]
    assets: dict[int, Asset] = field(default_factory=dict)

    def amount(self, row: int) -> int | None:
        """Exact amount of one row in base units, or None when it is absent."""
        if self.absent[row]:
            return None
        if self.hi[row] < 0:
            return self.big[row]
        return (int(self.hi[row]) << 63) + int(self.lo[row])


#: Anything JSON can hold (bodies of custody entries).
Json = Any
