"""Owns undo, redo and branches of one session. The steps live in the case file, so they survive closing and reopening.

Must not know what a change-set is about. Nothing leaves the history: a new edit after undo starts a branch.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.casefile import steps
from workstation.casefile.store import Store
from workstation.casefile.values import UndoEntry
from workstation.domain.changes import ChangeSet, Edit


@dataclass(slots=True)
class History:
    """The undo history of a store, and the name under which steps are logged."""

    store: Store
    actor: str

    def apply(self, change: ChangeSet) -> int:
        """Write a change-set, its custody entry and its undo step in one transaction; gives the new revision."""
        return self.store.apply(change, actor=self.actor, record=True)

    def undo(self) -> ChangeSet | None:
        """Take back the last step; the change-set that was applied for it, or None."""
        return self.store.undo_step(self.actor)

    def redo(self) -> ChangeSet | None:
        """Do the next step of the current branch again; the change-set that was applied, or None."""
        return self.store.redo_step(self.actor)

    def go(self, step: int) -> ChangeSet | None:
        """Make the state after a step the current one (0 = the beginning); what was applied, or None when it is."""
        return steps.go(self.store, step, f"Go to {self.title(step)}", self.actor)

    def name(self, step: int, words: str) -> None:
        """Call the state after a step something; empty takes the name away."""
        steps.name(self.store, step, words, self.actor)

    def difference(self, first: int, second: int) -> tuple[Edit, ...]:
        """What makes the state after one step that after another, each row once, in order of table and key."""
        return steps.difference(self.store, first, second)

    def entries(self) -> list[UndoEntry]:
        """All steps of all branches, oldest first."""
        return self.store.undo_entries()

    def current(self) -> int:
        """The step of the current state, 0 = the beginning."""
        return steps.current(self.store)

    def title(self, step: int) -> str:
        """How a state is called in a sentence: by its name, or by the step that led to it."""
        entry = next((e for e in self.entries() if e.id == step), None)
        return "the beginning" if entry is None else f"“{entry.name or entry.label}”"

    def next_undo(self) -> str:
        """Name of the step that undo takes back, or empty."""
        return steps.next_labels(self.store)[0]

    def next_redo(self) -> str:
        """Name of the step that redo does again, or empty."""
        return steps.next_labels(self.store)[1]


def depths(entries: list[UndoEntry]) -> dict[int, int]:
    """How far to indent each step: the current line has 0; a branch has one more than the line it leaves.

    Where steps part, the line that is or was walked goes straight on, else the older one.
    """
    straight: dict[int, int] = {}
    for entry in entries:
        if entry.state != "branch":
            straight[entry.parent] = entry.id
    for entry in entries:
        straight.setdefault(entry.parent, entry.id)
    found = {0: 0}
    for entry in entries:
        found[entry.id] = found[entry.parent] + (straight[entry.parent] != entry.id)
    return found
