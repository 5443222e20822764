"""Owns the difference of two case files: exhibits by their hash, every row of work product by its key, custody logs.

Made for a copy that somebody else worked on, a backup, or the case before and after a day. Must not change either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from workstation.app.comparing import Difference, differences, line
from workstation.casefile.store import Store
from workstation.casefile.tables import WORK
from workstation.domain.changes import Edit
from workstation.domain.evidence import CustodyEntry
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.graph import GraphModel


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """What differs between a first and a second case file.

    Attributes:
        same_case: both have the case id, so equal keys mean the same row. common: how many custody entries both logs
            begin with; first_after and second_after: how many each has after them.
        added, removed: exhibits that only the second or only the first holds, ``(name, SHA-256)`` in order.
        rows: every row of work product that differs, by table and key.
    """

    same_case: bool
    common: int
    first_after: int
    second_after: int
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    rows: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing that a report shows differs; the logs may still (looking is logged, too)."""
        return not (self.added or self.removed or self.rows)


def difference(first: Store, second: Store) -> CaseDifference:
    """What the second case has that the first has not, the other way round, and what changed."""
    had, has = ({(e.name, e.sha256) for e in store.exhibits()} for store in (first, second))
    one, other = list(first.custody()), list(second.custody())
    common = sum(1 for _ in takewhile(lambda pair: pair[0].digest == pair[1].digest, zip(one, other, strict=False)))
    both = _made(one[common:]) & _made(other[common:])  # numbers run on in both: one key, two things
    edits = []
    for table in sorted(WORK):
        before, after = first.rows(table), second.rows(table)
        for key in sorted(before.keys() | after.keys()):
            was, now = before.get(key), after.get(key)
            if (table, key) in both and was is not None and now is not None:
                edits += [Edit(table, key, was, None), Edit(table, key, None, now)]
            elif was != now:
                edits.append(Edit(table, key, was, now))
    return CaseDifference(
        first.info().case_id == second.info().case_id, common, len(one) - common, len(other) - common,
        tuple(sorted(has - had)), tuple(sorted(had - has)), tuple(differences(edits)),
    )  # fmt: skip


def words(found: CaseDifference, first: GraphModel, second: GraphModel) -> Iterator[str]:
    """The differences line by line; the graphs of both cases know how a subject is called."""
    if not found.same_case:
        yield "These are two cases: rows made in one are never the same row as in the other."
    for kind, exhibits in (("added", found.added), ("removed", found.removed)):
        yield from (f"{kind}: exhibit {name} {sha256}" for name, sha256 in exhibits)
    for row in found.rows:
        graph = first if row.kind == "removed" else second
        yield line(row, graph.label(parse(row.subject)) if row.subject.count(":") >= 2 else "")
    yield (
        f"the custody logs begin with the same {found.common:,} entries; then the first has {found.first_after:,} more, "
        f"the second {found.second_after:,}"
    )
    many = len(found.added) + len(found.removed) + len(found.rows)
    yield "the cases hold the same" if found.equal else f"{many:,} differences"


def _made(entries: Iterable[CustodyEntry]) -> set[tuple[str, str]]:
    """Table and key of every row that these entries of a log say was made."""
    bodies = (entry.body for entry in entries if isinstance(entry.body, dict))
    edits = [edit for body in bodies for edit in body.get("edits", ())]
    return {(str(edit["table"]), str(edit["key"])) for edit in edits if edit["before"] is None}
