"""Owns comparing alerts with labels: precision, recall and F1 by kind. Exact fractions; must not know how either was made.

An alert matches a planted instance of the same kind when the Jaccard index of their sets of transfers is at least one
half (semantics 9.9). An instance makes only one alert right: several alerts on one instance do not raise the precision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from workstation.analysis.measuring.sets import Instance
from workstation.analysis.typologies.alerts import alike

#: Kind and transfers of an alert.
Found = tuple[str, Collection[int]]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one kind.

    Attributes:
        found: alerts. right: alerts that match an instance. planted: instances. met: instances that an alert matches.
    """

    kind: str
    found: int
    right: int
    planted: int
    met: int

    @property
    def precision(self) -> Fraction | None:
        """Part of the alerts that are right; None without alerts."""
        return Fraction(self.right, self.found) if self.found else None

    @property
    def recall(self) -> Fraction | None:
        """Part of the instances that are met; None when none was planted."""
        return Fraction(self.met, self.planted) if self.planted else None

    @property
    def f1(self) -> Fraction:
        """Harmonic mean of both; 0 when nothing is right."""
        p, r = self.precision or Fraction(), self.recall or Fraction()
        return 2 * p * r / (p + r) if p + r else Fraction()


def score(alerts: Iterable[Found], instances: Sequence[Instance]) -> dict[str, Score]:
    """The score of each kind that was planted or found, in alphabetical order."""
    planted: dict[str, list[frozenset[int]]] = {}
    for one in instances:
        planted.setdefault(one.kind, []).append(frozenset(one.transfers))
    found: dict[str, list[frozenset[int]]] = {}
    for kind, transfers in alerts:
        found.setdefault(kind, []).append(frozenset(transfers))
    made: dict[str, Score] = {}
    for kind in sorted({*planted, *found}):
        there, said = planted.get(kind, []).copy(), found.get(kind, [])
        met = 0
        for transfers in said:  # an instance makes one alert right; a second alert on it is found, and not right
            claimed = next((n for n, instance in enumerate(there) if alike(transfers, instance)), None)
            if claimed is not None:
                del there[claimed]
                met += 1
        made[kind] = Score(kind, len(said), met, len(planted.get(kind, ())), met)
    return made


def added(scores: Iterable[dict[str, Score]]) -> dict[str, Score]:
    """Scores of several sets as one."""
    made: dict[str, Score] = {}
    for each in scores:
        for kind, one in each.items():
            old = made.get(kind, Score(kind, 0, 0, 0, 0))
            made[kind] = Score(
                kind, old.found + one.found, old.right + one.right, old.planted + one.planted, old.met + one.met
            )
    return dict(sorted(made.items()))


def overall(scores: dict[str, Score]) -> Score:
    """All kinds as one."""
    every = scores.values()
    return Score(
        "all", sum(s.found for s in every), sum(s.right for s in every), sum(s.planted for s in every),
        sum(s.met for s in every),
    )  # fmt: skip


def by_transfer(alerts: Iterable[Found], labels: dict[int, str]) -> dict[str, Score]:
    """The same counted in transfers: a transfer is right when it carries the label of the kind that was found."""
    said: dict[str, set[int]] = {}
    for kind, transfers in alerts:
        said.setdefault(kind, set()).update(transfers)
    there: dict[str, set[int]] = {}
    for number, kind in labels.items():
        there.setdefault(kind, set()).add(number)
    made: dict[str, Score] = {}
    for kind in sorted({*said, *there}):
        found, planted = said.get(kind, set()), there.get(kind, set())
        right = len(found & planted)
        made[kind] = Score(kind, len(found), right, len(planted), right)
    return made
