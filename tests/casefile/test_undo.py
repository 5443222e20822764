"""Undo, redo and branches: unlimited, through closing and dying, and always back to exactly the same rows."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.casefile.casefile_tools import clock, new_case
from workstation.casefile import steps, work
from workstation.casefile.store import Store, open_case
from workstation.casefile.verify import verify_case
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError

TABLES = ("note", "tag", "placement")
KEYS = st.sampled_from(("a", "b", "c"))


def _state(store: Store) -> dict[str, Any]:
    return {table: store.rows(table) for table in TABLES}


class UndoMachine(RuleBasedStateMachine):
    """Random edits, undo, redo, jumps, names, reopening and dying against a plain tree of states."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "a.wcase"
        self.store = new_case(Path(self.folder.name))
        self.states = {0: _state(self.store)}
        self.parents: dict[int, int] = {}
        self.names: dict[int, str] = {}
        self.at = 0
        self.ahead: list[int] = []

    @initialize()
    def begin(self) -> None:
        assert self.store.undo_step("E") is None

    @rule(table=st.sampled_from(TABLES), keys=st.lists(KEYS, min_size=1, unique=True), value=st.integers(0, 9),
          remove=st.booleans())  # fmt: skip
    def edit(self, table: str, keys: list[str], value: int, remove: bool) -> None:
        edits = []
        for key in keys:
            before = self.store.row(table, key)
            column = {"note": "body", "tag": "label", "placement": "x"}[table]
            content = {column: value if table == "placement" else str(value)}
            if before is not None or not remove:
                edits.append(Edit(table, key, before, None if remove else content))
        if edits:
            self.store.apply(ChangeSet("step", tuple(edits)), actor="E", record=True)
            made = len(self.states)
            self.states[made], self.parents[made] = _state(self.store), self.at
            self.at, self.ahead = made, []

    @rule()
    def undo(self) -> None:
        assert (self.store.undo_step("E") is None) == (self.at == 0)
        if self.at:
            self.ahead.insert(0, self.at)
            self.at = self.parents[self.at]

    @rule()
    def redo(self) -> None:
        assert (self.store.redo_step("E") is None) == (not self.ahead)
        if self.ahead:
            self.at = self.ahead.pop(0)

    @rule(data=st.data())
    def jump(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(sorted(self.states)))
        line = [*self._way(self.at), *self.ahead]
        assert (steps.go(self.store, target, "Go", "E") is None) == (target == self.at)
        if target != self.at:
            inside = target == 0 or target in line
            self.ahead = line[line.index(target) + 1 if target else 0 :] if inside else []
            self.at = target
            while children := [c for c, p in self.parents.items() if p == (self.ahead or [self.at])[-1]]:
                self.ahead.append(max(children))

    @rule(data=st.data(), words=st.sampled_from(("Hypothesis A", "", "<b>B</b>")))
    def name(self, data: st.DataObject, words: str) -> None:
        if self.parents:
            step = data.draw(st.sampled_from(sorted(self.parents)))
            steps.name(self.store, step, words, "E")
            self.names[step] = words

    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        first, second = (data.draw(st.sampled_from(sorted(self.states))) for _ in range(2))
        told = {(e.table, e.key): (_full(e.table, e.key, e.before), _full(e.table, e.key, e.after))
                for e in steps.difference(self.store, first, second)}  # fmt: skip
        one, other = self.states[first], self.states[second]
        assert told == {
            (t, k): (one[t].get(k), other[t].get(k))
            for t in TABLES for k in one[t].keys() | other[t].keys() if one[t].get(k) != other[t].get(k)
        }  # fmt: skip

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_case(self.path, clock=clock)

    @rule()
    def die(self) -> None:
        """What lies on the disk this moment is all that another run finds."""
        copy = Path(self.folder.name) / "copy.wcase"
        for end in ("", "-wal"):
            source = self.path.with_name(self.path.name + end)
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + end))
        with open_case(copy, clock=clock) as found:
            assert _state(found) == self.states[self.at]
            assert found.undo_entries() == self.store.undo_entries()
            assert [check for check in verify_case(found) if not check.ok] == []
        copy.unlink()

    def _way(self, step: int) -> list[int]:
        found: list[int] = []
        while step:
            found.insert(0, step)
            step = self.parents[step]
        return found

    @invariant()
    def same_tree(self) -> None:
        assert _state(self.store) == self.states[self.at]
        found = {e.id: e for e in self.store.undo_entries()}
        assert {e.id: e.parent for e in found.values()} == self.parents
        assert [s for s, e in found.items() if e.state == "done"] == self._way(self.at)
        assert [s for s, e in found.items() if e.state == "undone"] == self.ahead
        assert {s: e.name for s, e in found.items() if e.name} == {s: n for s, n in self.names.items() if n}
        assert steps.current(self.store) == self.at

    def teardown(self) -> None:
        for step, state in self.states.items():  # nothing is lost
            steps.go(self.store, step, "Go", "E")
            assert _state(self.store) == state
        assert [check for check in verify_case(self.store) if not check.ok] == []
        self.store.close()
        self.folder.cleanup()


def _full(table: str, key: str, row: Any) -> Any:
    return work.full(table, key, row)


TestUndo = UndoMachine.TestCase
TestUndo.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)


def _typed(before: str | None, after: str, merge: str = "typing") -> ChangeSet:
    row = None if before is None else {"body": before}
    return ChangeSet("Edit note", (Edit("note", "n", row, {"body": after}),), merge)


def test_typing_is_one_step_until_something_comes_between(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        for before, after in ((None, "h"), ("h", "he"), ("he", "hey")):
            store.apply(_typed(before, after), actor="E", record=True)
        assert [e.label for e in store.undo_entries()] == ["Edit note"]
        store.undo_step("E")
        assert store.rows("note") == {}
        store.redo_step("E")
        store.apply(_typed("hey", "hey!"), actor="E", record=True)
        assert store.undo_position() == 2  # after a redo a new step begins
        assert [e.kind for e in store.custody()].count("edit") == 4


def test_record_step_alone_gives_the_same_stack(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        change = _typed(None, "x", "")
        first = store.apply(change, actor="E")
        store.record_step(change)
        store.undo_step("E")
        assert store.revision == first + 1
        assert [e.state for e in store.undo_entries()] == ["undone"]
        store.apply(change, actor="E", record=True)
        assert [(e.state, e.parent) for e in store.undo_entries()] == [("branch", 0), ("done", 0)]


def test_a_named_state_does_not_change_by_typing_on(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        store.apply(_typed(None, "h"), actor="E", record=True)
        steps.name(store, 1, "Hypothesis A", "E")
        store.apply(_typed("h", "he"), actor="E", record=True)
        steps.go(store, 1, "Go", "E")
        assert store.rows("note")["n"]["body"] == "h"


@pytest.mark.parametrize("step", [-1, 2, 99])
def test_a_step_that_is_not_there_is_refused(tmp_path: Path, step: int) -> None:
    with new_case(tmp_path) as store:
        store.apply(_typed(None, "h"), actor="E", record=True)
        before = store.head()
        for attempt in (
            lambda: steps.go(store, step, "Go", "E"),
            lambda: steps.name(store, step, "x", "E"),
            lambda: steps.difference(store, 0, step),
        ):
            with pytest.raises(WorkstationError, match="WS-EDIT-004"):
                attempt()
        assert store.head() == before
