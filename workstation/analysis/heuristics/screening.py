"""Owns screening addresses against lists and tags, with the dates of the lists. Must not judge who is on a list.

A payment before an address was named and one after it are different matters (FATF red flags, sanctions): both are
counted by the date of the entry. That is the date of the list or label that was imported: an address may have been listed
long before, so an earlier payment is not said to be one at a time when it was not listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import numpy as np

from workstation.analysis.columns import NONE, Columns
from workstation.analysis.heuristics.hits import Hit, Listed, hit


def screen(columns: Columns, listed: Iterable[Listed]) -> Iterator[Hit]:
    """One hit for each entry whose address takes part in a transfer of the case."""
    numbers = {name: number for number, name in enumerate(columns.parties)}
    ends = np.concatenate([columns.sender, columns.receiver])
    order = np.argsort(ends, kind="stable")
    start = np.searchsorted(ends[order], np.arange(len(numbers) + 1))
    for one in sorted(listed, key=lambda e: (e.subject, e.list, e.label, e.category, e.since or NONE)):
        party = numbers.get(one.subject)
        if party is None:
            continue
        at = np.unique(order[start[party] : start[party + 1]] % max(1, len(columns)))
        time = columns.time[at]
        known = time != NONE
        figures: dict[str, int | str] = {"list": one.list, "label": one.label, "transfers": len(at)}
        if one.since is None:
            said = "The entry has no date, so nothing is said about before and after."
        else:
            later, earlier = int((known & (time >= one.since)).sum()), int((known & (time < one.since)).sum())
            figures |= {"dated": one.since, "from_that_day": later, "before_that_day": earlier}
            said = (
                f"The entry is dated {datetime.fromtimestamp(one.since, UTC).date()}: {later} of them are from that day on, "
                f"{earlier} before. Since when the address was listed only the list itself tells."
            )
        if not known.all():
            figures["without_time"] = int((~known).sum())
        yield hit(
            "screening", (one.subject,),
            f"{one.list} names this address ({one.label}); {len(at)} transfers of the case touch it. {said}",
            "A mistake of the list, an entry that was taken off again, or another holder of the address at that time.",
            rows=columns.row[at].tolist(), figures=figures,
        )  # fmt: skip
