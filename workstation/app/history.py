"""Owns undo and redo of one session. The steps live in the case file, so they survive closing and reopening.

Must not know what a change-set is about. History shrinks for the user, never in the custody log.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.casefile.store import Store
from workstation.casefile.values import UndoEntry
from workstation.domain.changes import ChangeSet


@dataclass(slots=True)
class History:
    """The undo stack of a store, and the name under which steps are logged."""

    store: Store
    actor: str

    def apply(self, change: ChangeSet) -> int:
        """Write a change-set, its custody entry and its undo step in one transaction; gives the new revision."""
        return self.store.apply(change, actor=self.actor, record=True)

    def undo(self) -> ChangeSet | None:
        """Take back the last step; the change-set that was applied for it, or None."""
        return self.store.undo_step(self.actor)

    def redo(self) -> ChangeSet | None:
        """Do the last undone step again; the change-set that was applied, or None."""
        return self.store.redo_step(self.actor)

    def entries(self) -> list[UndoEntry]:
        """All steps, oldest first, done and undone."""
        return self.store.undo_entries()

    def next_undo(self) -> str:
        """Name of the step that undo takes back, or empty."""
        done = [entry.label for entry in self.entries() if entry.state == "done"]
        return done[-1] if done else ""

    def next_redo(self) -> str:
        """Name of the step that redo does again, or empty."""
        undone = [entry.label for entry in self.entries() if entry.state == "undone"]
        return undone[0] if undone else ""
