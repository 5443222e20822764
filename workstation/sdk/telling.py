"""Owns making a finding of what a heuristic or detector found: citations, figures, limits. Standard library only.

Used by the bundled analyses so that all of them say the same things in the same places; any author may use it. Must not
know a heuristic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from workstation.sdk.api import Asset, CaseView, Citation, Confidence, Finding, Measure, Run

#: A finding names and cites at most so many transfers and subjects; the others are said as a number.
MOST = 1000
#: Findings of one run; the rest is said as a number.
LISTED = 2000


class Hit(Protocol):
    """What ``workstation.analysis.heuristics`` answers."""

    @property
    def kind(self) -> str:
        """Name of the heuristic."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Keys it is about."""

    @property
    def rows(self) -> tuple[int, ...]:
        """Numbers of the transfers it rests on."""

    @property
    def figures(self) -> Mapping[str, int | str]:
        """What was counted."""

    @property
    def why(self) -> str:
        """What led to it."""

    @property
    def disproof(self) -> str:
        """What would disprove it."""


def finding(
    case: CaseView,
    kind: str,
    title: str,
    why: str,
    disproof: str,
    *,
    subjects: Sequence[str],
    transfers: Sequence[int],
    measures: Mapping[str, Measure],
    innocent: str = "",
    rates: str = "",
    card: str = "",
    confidence: Confidence = "heuristic",
    citations: Sequence[Citation] = (),
) -> Finding | None:
    """A finding that cites its transfers; None when there is nothing to cite.

    Args:
        innocent: an innocent reading, a part of a sentence. rates: how often the rule is right, a sentence.
        card: the method card of the rule (``resources/methods``); reports print it.
        citations: further ones, such as those of tags.
    """
    shown = list(transfers[:MOST])
    every = [*citations, *case.cite(*shown)]
    if not every:
        return None
    figures: dict[str, Measure] = dict(measures)
    if len(transfers) > MOST:
        figures["transfers_not_cited"] = len(transfers) - MOST
    if len(subjects) > MOST:
        figures["subjects_not_named"] = len(subjects) - MOST
    if rates:
        figures["error_rate"] = rates
    if card:
        figures["method_card"] = card
    text = f"{why} It may be innocent: {innocent}." if innocent else why
    named = tuple(subjects[:MOST])
    return Finding(kind, title, text[:8000], confidence, named, tuple(every), figures, disproof, tuple(shown))


def of_hit(
    case: CaseView, hit: Hit, title: str, *, innocent: str, rates: str, card: str, citations: Sequence[Citation] = ()
) -> Finding | None:
    """A finding of a heuristic; None when it rests on nothing that can be cited."""
    return finding(
        case, hit.kind, title, hit.why, hit.disproof, subjects=hit.subjects, transfers=hit.rows,
        measures=hit.figures, innocent=innocent, rates=rates, card=card, citations=citations,
    )  # fmt: skip


def touching(case: CaseView, subjects: Iterable[str]) -> bool:
    """Whether something is about what the user started from; always when that is the whole case."""
    chosen = case.selection()
    return not chosen or not set(chosen).isdisjoint(subjects)


def listed(run: Run, count: int, what: str) -> int:
    """How many of so many findings are listed; the rest is said in the log of the run."""
    if count > LISTED:
        run.note(f"{count - LISTED} more {what} are not listed: start from one address, or narrow the settings")
    return min(count, LISTED)


def amount(units: int, of: Asset) -> str:
    """Base units as a person reads them, exactly."""
    if of.decimals is None:
        return f"{units} base units of {of.symbol}"
    whole, part = divmod(units, 10**of.decimals)
    return f"{whole}{f'.{part:0{of.decimals}d}'.rstrip('0').rstrip('.') if part else ''} {of.symbol}"


def seconds(value: int) -> str:
    """A length of time in words."""
    days, rest = divmod(value, 86_400)
    return f"{days} days" if days > 1 and not rest else f"{value // 3600} h" if value >= 3600 else f"{value} s"
