"""Owns the names of time zones one can choose from. Must not convert times."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1)  # some hundred files are looked for on disk
def zones() -> tuple[str, ...]:
    """UTC, and every zone that is named by its place, in order."""
    from zoneinfo import available_timezones  # here only: the window starts without it

    names = (z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "posix/", "right/")))
    return ("UTC", *sorted(names))
