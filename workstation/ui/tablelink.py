"""Owns how the table of transfers and the selection of the case follow each other. Must not draw the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workstation.ui.transfers import TransfersPanel
    from workstation.ui.window import MainWindow


class TableLink:
    """Joins a panel to the desk of a window."""

    def __init__(self, window: MainWindow, panel: TransfersPanel) -> None:
        self._window, self._panel = window, panel
        panel.picked.connect(self.picked)
        window.desk.selection_changed.connect(self.follow)
        window.desk.case_changed.connect(self.changed)

    def follow(self) -> None:
        """Mark the rows of what is selected."""
        session = self._window.desk.session
        if session is not None:
            self._panel.show_selection(session.selection)

    def changed(self, tables: tuple[str, ...]) -> None:
        """The table reads again what a change has touched."""
        if "evidence" in tables:
            self._panel.show_ledger(self._window.desk.ledger())
        elif {"tag", "entity", "entity_member"} & set(tables):
            self._panel.model.redraw()

    def picked(self, subjects: list[Any], transfers: list[int]) -> None:
        """Rows were picked in the table: select what they stand for."""
        self._window.desk.picked_transfers = tuple(transfers)
        self._window.desk.select(*subjects)
