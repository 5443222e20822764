"""Owns what reading or unpacking one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost.

    Attributes:
        bytes: largest file, and most bytes that come out of a container. rows: most records.
        seconds: longest wait for the worker. memory_mb: memory of the worker beside the mapped file.
        depth: deepest JSON nesting (readers hold 64). members: most files of one container.
        ratio: most bytes out of a container for one byte in. nesting: how deep archives may stand in archives.
    """

    bytes: int = 2 << 30
    rows: int = 20_000_000
    seconds: int = 600
    memory_mb: int = 2048
    depth: int = 64
    members: int = 1000
    ratio: int = 200
    nesting: int = 2


DEFAULT_LIMITS = Limits()
