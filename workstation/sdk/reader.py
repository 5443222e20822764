"""Owns the reader contract: what a reader is given and what it may answer. Must not know the case or the host.

A reader plugin module defines three names::

    STREAMS: tuple[str, ...]                                   # locator templates, for instance ("row {row}",)
    def sniff(head: bytes, name: str) -> Sniff: ...            # how sure, and why, in one sentence
    def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]: ...

It runs in a sandboxed worker process: no file, no network, no other program. What it cannot use it hands back as a
``BadRow`` with the raw text; a file that is no data at all is refused with :class:`Refusal`.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from workstation.domain.records import BadRow, Place, Remark, TransferRecord

API_VERSION = (1, 0)
#: Bytes of a file that ``sniff`` gets to see.
HEAD = 64 * 1024
#: Most characters of raw text a bad row carries.
RAW_LIMIT = 64 * 1024
#: Most reasons for leaving rows out that a run tells, and most characters of each.
REASONS = 100
#: Most characters of a remark: a text out of the file inside it may be of any length.
REMARK_LENGTH = 1000
REASON_LENGTH = 200


class Refusal(Exception):
    """The file is understood, and is nothing this reader can take: the text says what it is, in plain words."""


@dataclass(frozen=True, slots=True)
class Sniff:
    """How sure a reader is that a file is its own.

    Attributes:
        score: 0 (no) to 1 (certain).
        why: the reason in one sentence, shown to the user.
        refusal: when not empty, the file is recognised as something that cannot be read, and this says what it is.
        questions: names of parameters that the file leaves open and that nobody may assume (``zone``, ``subject``,
            ``chain``, ``direction``); the user is asked before anything is read.
    """

    score: float
    why: str
    refusal: str = ""
    questions: tuple[str, ...] = ()


NO = Sniff(0.0, "")


@dataclass(frozen=True, slots=True)
class Source:
    """The file: its name (text from outside) and its bytes, mapped read-only."""

    name: str
    data: mmap.mmap | bytes

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.data)


class Run:
    """The channel of a running reader to the user: progress, remarks, source rows read and rows left out."""

    def __init__(self, sink: Callable[[Remark], None], progress: Callable[[int, int], None]) -> None:
        self._sink = sink
        self._progress = progress
        self._said: set[tuple[str, str]] = set()
        self.rows_read = 0
        self.left_out: dict[str, int] = {}

    def progress(self, done: int, total: int) -> None:
        """Say how far the reader is, in bytes of the file."""
        self._progress(done, total)

    def remark(self, kind: Literal["assumption", "warning"], text: str) -> None:
        """Tell the user something, once: an assumption the reader made, or a warning."""
        text = text if len(text) <= REMARK_LENGTH else text[: REMARK_LENGTH - 1] + "\u2026"
        if (kind, text) not in self._said and len(self._said) < 200:
            self._said.add((kind, text))
            self._sink(Remark(kind, text))

    def rows(self, count: int) -> None:
        """State how many source rows were read (also those that moved nothing)."""
        self.rows_read = count

    def skipped(self, reason: str, count: int = 1) -> None:
        """Count rows that are understood and rightly give nothing (cancelled orders, repeated headers, totals)."""
        reason = reason[:REASON_LENGTH]
        if reason not in self.left_out and len(self.left_out) >= REASONS - 1:
            reason = "other reasons"
        self.left_out[reason] = self.left_out.get(reason, 0) + count


def bad(place: Place, code: str, reason: str, raw: bytes) -> BadRow:
    """A bad row with its raw text (latin-1 of the bytes, cut at 64 KiB)."""
    return BadRow(place, code, reason, raw[:RAW_LIMIT].decode("latin-1"))


def payment(
    place: Place, *, chain: str, time: int | None, sender: str | None, receiver: str | None, amount: int,
    symbol: str, decimals: int, contract: str = "", tx: str = "",
) -> TransferRecord:  # fmt: skip
    """A payment as a simple list states it: who, whom, when, how much; all else is left open.

    Args:
        time: seconds UTC. amount: base units. contract: of a token; empty for the coin of the chain.
    """
    return TransferRecord(
        place, chain, tx, None, None, time, "stated", "" if time is None else str(time), "stated", None, sender,
        receiver, contract, symbol, decimals, amount, "", None, "", None, "", None,
    )  # fmt: skip


def raw_at(source: Source, place: Place) -> bytes:
    """The raw bytes a place stands for, cut at 64 KiB."""
    return bytes(source.data[place.offset : place.offset + min(place.length, RAW_LIMIT)])


#: Codes of quarantined rows. Stable: they are stored in cases and printed in reports.
CUT_OFF = "WS-ROW-001"
FIELDS = "WS-ROW-002"
ENCODING = "WS-ROW-003"
AMOUNT = "WS-ROW-004"
ADDRESS = "WS-ROW-005"
TIME = "WS-ROW-006"
TRANSACTION = "WS-ROW-007"
DUPLICATE_KEY = "WS-ROW-008"
DEPTH = "WS-ROW-009"
SHAPE = "WS-ROW-010"
TOO_LONG = "WS-ROW-011"
ZERO_ADDRESS = "WS-ROW-012"
NETWORK = "WS-ROW-013"
NOT_JSON = "WS-ROW-014"
MISSING = "WS-ROW-015"


class RowProblem(ValueError):
    """A row cannot be used: ``code`` is one of the codes above, the text is the reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
