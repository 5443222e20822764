"""Owns how moments are written and read. Must not read a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from workstation.domain.errors import WorkstationError


def day(seconds: int | None) -> str:
    """The UTC day, ``2026-01-02``; empty when not stated."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def moment(text: str, *, end: bool = False) -> int:
    """Seconds UTC of a date, a date with time (UTC unless it names an offset), or plain seconds.

    Args:
        end: a date alone means its last second instead of its first.

    Raises:
        WorkstationError: WS-TIME-001 the text is none of these.
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) > 4:
        return int(text)
    try:
        if len(text) == 10:
            when = datetime.combine(date.fromisoformat(text), time(23, 59, 59) if end else time(), UTC)
        else:
            when = datetime.fromisoformat(text)
    except ValueError as problem:
        raise WorkstationError(
            "WS-TIME-001", f"{text!r} is not a date", "nothing was done", "write 2026-01-31 or 2026-01-31T12:00:00Z"
        ) from problem
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
