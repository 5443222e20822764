"""Undo and redo: unlimited, through closing, and always back to exactly the same rows."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.casefile.casefile_tools import clock, new_case
from workstation.casefile.store import Store, open_case
from workstation.domain.changes import ChangeSet, Edit

TABLES = ("note", "tag", "placement")
KEYS = st.sampled_from(("a", "b", "c"))


def _state(store: Store) -> dict[str, Any]:
    return {table: store.rows(table) for table in TABLES}


class UndoMachine(RuleBasedStateMachine):
    """Random edits, undo, redo and reopening against a plain list of states."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = new_case(Path(self.folder.name))
        self.states = [_state(self.store)]
        self.at = 0

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
            del self.states[self.at + 1 :]
            self.states.append(_state(self.store))
            self.at += 1

    @rule()
    def undo(self) -> None:
        assert (self.store.undo_step("E") is None) == (self.at == 0)
        self.at = max(0, self.at - 1)

    @rule()
    def redo(self) -> None:
        assert (self.store.redo_step("E") is None) == (self.at == len(self.states) - 1)
        self.at = min(len(self.states) - 1, self.at + 1)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_case(Path(self.folder.name) / "a.wcase", clock=clock)

    @invariant()
    def same_rows(self) -> None:
        assert _state(self.store) == self.states[self.at]
        assert self.store.undo_position() == self.at
        assert len(self.store.undo_entries()) == len(self.states) - 1

    def teardown(self) -> None:
        while self.store.undo_step("E") is not None:
            pass
        assert _state(self.store) == self.states[0]
        while self.store.redo_step("E") is not None:
            pass
        assert _state(self.store) == self.states[-1]
        self.store.close()
        self.folder.cleanup()


TestUndo = UndoMachine.TestCase
TestUndo.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)


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
        assert [e.state for e in store.undo_entries()] == ["done"]
