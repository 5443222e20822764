"""Owns the words around screening: which addresses of the case a list or tag names, and since when.

Counting: ``workstation.analysis.heuristics.screening``. A tag is what its source says; whether it is right is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from workstation.analysis.heuristics import screening
from workstation.analysis.heuristics.hits import Listed
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Run, Tag

#: Words in the category of a tag that mean something illicit, or something that hides where money goes.
ILLICIT = (
    "sanction", "sdn", "ransom", "terror", "darknet", "darkweb", "scam", "fraud", "phish", "ponzi", "extortion", "hack",
    "theft", "thief", "heist", "exploit", "perpetrator", "abuse", "malware", "mixer", "mixing", "tumbler", "coinjoin", "privacy",
)  # fmt: skip
_DISCLAIMED = (
    "A tag states what its source says; how often it is wrong only the source can tell. Screening itself compares keys "
    "letter by letter."
)


def tags(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """One finding for each tag in the wanted categories whose address takes part in a transfer."""
    words = tuple(w.strip().lower() for w in given["categories"].split(",") if w.strip()) or ILLICIT
    named: dict[Listed, list[Tag]] = {}
    for tag in case.tags():
        low = tag.category.lower()
        if any(word in low for word in words) and telling.touching(case, (tag.subject,)):
            one = Listed(tag.subject, tag.source or "a tag of this case", tag.label, tag.category, _day(tag.date))
            named.setdefault(one, []).append(tag)
    run.progress(0, None, "comparing with lists")
    hits = []
    for one, said in sorted(
        named.items(), key=lambda each: (each[0].subject, each[0].list, each[0].label, each[0].since or -1)
    ):
        hits += [(hit, one, said) for hit in screening.screen(case.columns(), [one])]
    for hit, one, said in hits[: telling.listed(run, len(hits), "entries of lists")]:
        citations = tuple(dict.fromkeys(c for tag in said for c in case.cite_tag(tag)))
        made = telling.finding(
            case, "screening", f"Named by {one.list}: {one.label or one.category}"[:400], hit.why, hit.disproof,
            subjects=hit.subjects, transfers=hit.rows,
            measures={**hit.figures, "category": one.category, "date": said[0].date or "the list gives none"},
            innocent="a mistake of the list, or another holder at that time", rates=_DISCLAIMED, card="screening", citations=citations,
        )  # fmt: skip
        if made is not None:
            yield made


def _day(date: str) -> int | None:
    """The beginning of a day, ``YYYY-MM-DD``, in seconds UTC."""
    try:
        return int(datetime.strptime(date[:10], "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
