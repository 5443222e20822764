"""Owns reading out how often a heuristic or detector is right (``resources/methods/rates.toml``). Must not measure.

The figures come from made sets, never from real cases, and hold for the parameters they were measured with.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.paths import resources_folder

#: How the score of a detector is counted that is asked alone, as an analysis of a plugin is, and with all others.
ALONE = "instances, each detector asked alone"
TOGETHER = "instances"
NOT_MEASURED = "How often this rule is wrong was not measured."


@dataclass(frozen=True, slots=True)
class Rates:
    """The published rates. ``seeds``: of the measured sets. ``rows``, ``alarms``: as the file states them."""

    seeds: tuple[int, ...]
    rows: tuple[Mapping[str, Any], ...]
    alarms: tuple[Mapping[str, Any], ...] = ()

    def said(self, method: str, counted: str = "") -> str:
        """The rates of a method in one sentence.

        Args:
            counted: only rows counted so (``ALONE``, ``TOGETHER``); left out: all of the method.
        """
        mine = [row for row in self.rows if row["method"] == method and counted in ("", row["counted"])]
        if not mine:
            return NOT_MEASURED
        each = "; ".join(f"{row['set']}: precision {row['precision']}, recall {row['recall']}" for row in mine)
        return f"Measured on made sets, not on real cases (seeds {', '.join(map(str, self.seeds))}): {each}."

    def flagged(self, rule: str) -> str:
        """The rates of a red flag in one or two sentences: false alarms, and hits where they were labelled."""
        mine = [row for row in self.alarms if row["method"] == rule]
        if not mine:
            return NOT_MEASURED
        each = "; ".join(
            f"{row['set']}: {row['per_thousand']} false alarms per 1,000 addresses ({row['hits']} on {row['addresses']})"
            for row in mine
        )
        made = f"Measured with the generic profile on made sets, not on real cases (seeds {', '.join(map(str, self.seeds))}): {each}."
        hits = [row for row in self.rows if row["method"] == rule]
        found = "; ".join(f"{row['set']}: precision {row['precision']}, recall {row['recall']}" for row in hits)
        return f"{made} Against planted patterns: {found}." if found else made


def read(path: Path) -> Rates:
    """The rates of a file; none when it cannot be read, and then every method is said not to be measured."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return Rates((), ())
    return Rates(tuple(data["measuring"]), tuple(data["rate"]), tuple(data.get("alarm", ())))


def published() -> Rates:
    """The rates that come with the program."""
    return read(resources_folder() / "methods" / "rates.toml")
