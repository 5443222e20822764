"""Owns measuring red flags: false alarms on harmless traffic, and hits on planted patterns. Must not know a law.

The amounts of the profile are those of the made sets, and a party is dormant after a month, since the sets last two;
all else is the profile that is given. Rules that repeat what a tag says are not measured: they are as right as the tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from workstation.analysis.measuring.scoring import Score, added, score
from workstation.analysis.measuring.sets import DAY, DIFFICULTIES, LARGE, THRESHOLD, Difficulty, LabelledSet, make
from workstation.analysis.redflags import rules
from workstation.analysis.redflags.profile import Amounts, Profile

#: Rule -> the planted pattern it is meant for.
MEANT: Mapping[str, str] = MappingProxyType({"split": "structuring", "awake": "dormant_wake", "many_payers": "fan_in"})
#: Rules that the sets can set off: those of one asset that need no tag of crime.
RULES = ("split", "many_large", "series", "awake", "spread", "many_payers", "accumulation")


def profile_of_sets(given: Profile) -> Profile:
    """A profile with the amounts of the made sets."""
    amounts = {"UNIT": Amounts(Decimal(LARGE), Decimal(THRESHOLD))}
    times = {**given.times, "dormant": 30 * DAY}
    return replace(given, amounts=MappingProxyType(amounts), times=MappingProxyType(times))


def _hits(one: LabelledSet, profile: Profile) -> dict[str, tuple[rules.Hit, ...]]:
    tagged = {"service": frozenset(one.services)}
    found = rules.compute(rules.Known(one.columns(), {"unit": ("UNIT", 0)}, tagged, profile))
    return {rule: found[rule] for rule in RULES}


def labelled(
    seeds: Sequence[int], profile: Profile, difficulties: Iterable[Difficulty]
) -> Iterator[tuple[str, dict[str, Score]]]:
    """Hits against planted patterns: name of the difficulty, scores by rule."""
    asked = profile_of_sets(profile)
    for difficulty in difficulties:
        every = []
        for seed in seeds:
            one = make(difficulty, seed)
            hits = _hits(one, asked)
            found = [(kind, hit.rows) for rule, kind in MEANT.items() for hit in hits[rule]]
            planted = [instance for instance in one.instances if instance.kind in MEANT.values()]
            scores = score(found, planted)
            every.append({rule: replace(scores[kind], kind=rule) for rule, kind in MEANT.items() if kind in scores})
        yield difficulty.name, added(every)


def alarms(seeds: Sequence[int], profile: Profile) -> tuple[dict[str, Score], int]:
    """Hits by rule on traffic in which nothing is planted, and how many addresses were looked at.

    The traffic is that of the hard sets with all its harmless look-alikes.
    """
    asked = profile_of_sets(profile)
    every, addresses = [], 0
    for seed in seeds:
        one = make(replace(DIFFICULTIES["hard"], instances=0), seed)
        every.append({rule: Score(rule, len(found), 0, 0, 0) for rule, found in _hits(one, asked).items()})
        addresses += len(one.columns().parties)
    return added(every), addresses
