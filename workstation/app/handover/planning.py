"""Owns the plan of a merge: what comes in from a colleague's case, under which names, and what contradicts what is here.

Changes nothing. What a person decides is a conflict with both sides; this case's side is kept unless told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from workstation.app.commands.edits import Keys
from workstation.app.handover import alike, evidence
from workstation.app.handover.began import began
from workstation.app.handover.naming import NATURAL, PREFIX, Names, Unknown, Unstated
from workstation.app.handover.theirs import Rows, Theirs, state_at
from workstation.app.handover.threeway import Conflict, compare, decided
from workstation.domain.changes import Edit, Row
from workstation.domain.evidence import Exhibit

if TYPE_CHECKING:
    from workstation.app.session import Session

#: What stays behind: decisions on answers of plugins (their runs stay there), what their report shows.
LEFT = frozenset(("verdict", "paper"))
#: Columns that make two rows of a table the same thing said twice.
_SAYING: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "tag": ("subject", "label", "category", "source", "source_date"),
    "note": ("subject", "body"),
    "card": ("graph", "subject", "text"),
    "conversion": ("kind", "paid", "received"),
    "person": ("kind", "spellings"),
    "mapping": ("name", "text"),
    "style_rule": ("sort", "value", "asset"),
    "entity_member": ("entity", "subject"),
    "finding_link": ("finding", "subject"),
})  # fmt: skip
#: Tables in an order in which a row comes after those it names.
_ORDER = ("entity", "entity_member", "graph", "frame", "finding")
_COUNTED = ("finding", "request")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge would do.

    Attributes:
        exhibits: what comes in first. edits: rows that come, change or go. conflicts: what a person decides; this case's
            side is kept unless told. same: rows that both hold already. renumbered: (table, number there, number here).
            left_out: (table, key there, why). later: rows that can be named when the exhibits are here. waiting: (table, their row) that names a trace run to be asked again.
            keys: (table, key there) -> key here of everything that came over, now and before.
    """

    exhibits: tuple[Exhibit, ...]
    edits: tuple[Edit, ...]
    conflicts: tuple[Conflict, ...]
    same: int
    renumbered: tuple[tuple[str, int, int], ...]
    left_out: tuple[tuple[str, str, str], ...]
    later: int
    waiting: tuple[tuple[str, Row], ...]
    keys: Mapping[tuple[str, str], str]

    @property
    def empty(self) -> bool:
        """Whether the other case has nothing that this one lacks."""
        return not (self.exhibits or self.edits or self.conflicts or self.waiting)


@dataclass(slots=True)
class _Found:
    """What is gathered while a plan is made."""

    edits: list[Edit] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    same: int = 0
    renumbered: list[tuple[str, int, int]] = field(default_factory=list)
    left_out: list[tuple[str, str, str]] = field(default_factory=list)
    unstated: list[tuple[str, str, str]] = field(default_factory=list)
    waiting: list[tuple[str, Row]] = field(default_factory=list)


def plan(session: Session, theirs: Theirs, chosen: Collection[str] = ()) -> Plan:
    """What merging the other case would do now; changes nothing.

    Transfers of exhibits that are not here yet cannot be named before their import: what speaks of them is left out of
    the plan until then.

    Args:
        chosen: ids of conflicts in which the row of the other case counts.

    Raises:
        WorkstationError: WS-HND-004 it is the whole that this case is a part of, WS-HND-005 it is this very case.
    """
    start, keys = began(session, theirs)
    base, rows = state_at(theirs.entries, start), theirs.rows()
    mine = {table: session.store.rows(table) for table in rows}
    keys |= alike.same_entities(mine, rows, keys) | alike.same_findings(mine, rows, keys)
    made = Keys(session)
    known = session.store.info().case_id == theirs.case_id
    for table, found in rows.items():
        for key in found:
            if table not in NATURAL and (table, key) not in keys and not (known and key in base[table]):
                keys[table, key] = made.new(PREFIX.get(table, table))
    runs = runs_here(session, theirs)
    names = Names(keys, evidence.Transfers(session.store, theirs.store, {}).number, runs)
    done = _Found()
    for table in (*_ORDER, *(name for name in rows if name not in _ORDER)):
        if table not in LEFT:
            there = _named(names, table, rows[table], done)
            twice = _table(table, _named(names, table, base[table], None), mine[table], there, done)
            keys |= {place: twice[here] for place, here in keys.items() if place[0] == table and here in twice}
    _one_entity(mine, done)
    edits = decided(done.edits, done.conflicts, chosen)
    edits = _numbered(edits, mine, theirs, done)
    exhibits = tuple(evidence.wanted(session.store, theirs))
    left_out, later = (done.left_out, done.unstated) if exhibits else (done.left_out + done.unstated, [])
    return Plan(
        exhibits, tuple(edits), tuple(done.conflicts), done.same, tuple(done.renumbered), tuple(left_out), len(later),
        tuple(done.waiting), MappingProxyType(keys),
    )  # fmt: skip


# --- rows -------------------------------------------------------------------------------------------------------------


def _named(names: Names, table: str, rows: Mapping[str, Row], done: _Found | None) -> dict[str, Row]:
    """Their rows in the names of this case; what cannot be named is told in ``done``."""
    found: dict[str, Row] = {}
    for key, row in rows.items():
        try:
            named = names.row(table, row)
            found[str(named["key"])] = named
        except Waiting:
            if done is not None:
                done.waiting.append((table, row))
        except Unknown as problem:
            if done is not None:
                told = done.unstated if isinstance(problem, Unstated) else done.left_out
                told.append((table, key, f"it speaks of {problem.args[0]}"))
    return found


def _table(
    table: str, base: Mapping[str, Row], mine: Mapping[str, Row], theirs: dict[str, Row], done: _Found
) -> dict[str, str]:
    """Compare one table; gives new keys of rows that say what a row of this case says: that one stands for both."""
    twice: dict[str, str] = {}
    columns = _SAYING.get(table)
    if columns is not None:
        said = {tuple(row[c] for c in columns): key for key, row in mine.items()}
        for key in sorted(theirs.keys() - mine.keys() - base.keys()):
            other = said.get(tuple(theirs[key][c] for c in columns))
            if other is not None:
                twice[key] = other
                del theirs[key]
    done.same += len(twice)
    done.same += sum(1 for key, row in theirs.items() if mine.get(key) == row)
    edits, conflicts = compare(table, base, mine, theirs)
    done.edits += edits
    done.conflicts += conflicts
    return twice


def _one_entity(mine: Rows, done: _Found) -> None:
    """An address that is of one entity here and of another there is a conflict: it cannot be of both."""
    found, kept = alike.contradictions(mine, done.edits)
    done.edits = kept
    done.conflicts += found


def _numbered(edits: Sequence[Edit], mine: Rows, theirs: Theirs, done: _Found) -> list[Edit]:
    """New findings and requests get the next numbers where theirs are taken; graphs and scenes come last."""
    found: list[Edit] = []
    taken = {t: {int(r["number"]) for r in mine[t].values()} for t in _COUNTED}
    last = {
        t: max((int(r["position"] or 0) for r in mine[t].values()), default=0) for t in ("graph", "scene", "style_rule")
    }
    called = {str(row["name"]) for row in mine["graph"].values()}
    for edit in edits:
        if edit.before is None and edit.after is not None:
            row = dict(edit.after)
            if edit.table in taken and int(row["number"]) in taken[edit.table]:
                number = max(taken[edit.table]) + 1
                done.renumbered.append((edit.table, int(row["number"]), number))
                row["number"] = number
            if edit.table in taken:
                taken[edit.table].add(int(row["number"]))
            if edit.table in last:
                last[edit.table] += 1
                row["position"] = last[edit.table]
            if edit.table == "graph" and row["name"] in called:
                row["name"] = f"{row['name']} ({theirs.examiner})"
            edit = Edit(edit.table, edit.key, None, row)
        found.append(edit)
    return found


# --- trace runs -------------------------------------------------------------------------------------------------------


class Waiting(Unknown):
    """A row cites a trace run that is not here yet."""


def runs_here(session: Session, theirs: Theirs) -> Callable[[int], int]:
    """Number there -> number here of runs that both hold byte for byte."""
    here = {run.sha256: run.number for run in session.store.kept_traces()}

    def number(there: int) -> int:
        run = theirs.runs.get(there)
        if run is None:
            raise Unknown(f"trace run {there}, which is not there")
        if run.sha256 not in here:
            raise Waiting(f"trace run {there}")
        return here[run.sha256]

    return number


def cited(table: str, row: Row) -> list[int]:
    """The numbers of the trace runs that a row names."""
    found: list[int] = []

    def note(number: int) -> int:
        found.append(number)
        return number

    Names({}, run=note).row(table, row)
    return found
