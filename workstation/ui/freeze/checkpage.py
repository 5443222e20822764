"""Owns the page of the wizard that says what is missing, and leads to each of it. Must not know how a field is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from workstation.app.freeze.request import Missing, Request
from workstation.ui.freeze import words
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, clear, plain, section


@guard
class CheckPage(QScrollArea):
    """What the profile asks for and is not there, then the rest; a button behind each goes to where it can be given.

    Args:
        go: shows a field of the wizard. leave: keeps the draft and runs a command of the window.
        fields: names of fields that have a place in the wizard.
    """

    def __init__(self, go: Callable[[str], object], leave: Callable[[str], object], fields: frozenset[str]) -> None:
        super().__init__()
        self._go, self._leave, self._fields = go, leave, fields
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("What is missing"))
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 12, 0)
        self.column.setSpacing(6)
        self.setWidget(inner)

    def show_request(self, request: Request) -> None:
        """Say what is missing of a request."""
        clear(self.column)
        needed = [m for m in request.missing if m.needed]
        others = [m for m in request.missing if not m.needed]
        if not needed:
            head = tr("Complete: everything is there that “{profile}” asks for.", profile=request.profile.name)
        else:
            asked = count(len(needed), tr("field is missing"), tr("fields are missing"))
            head = tr("Not complete: {n}. Until then the letter is marked as a draft.", n=asked)
        self.column.addWidget(plain(head, strong=True, wrap=True))
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 4, 0, 6)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for title, rows in ((tr("Asked for by this profile"), needed), (tr("Good to have"), others)):
            if rows:
                grid.addWidget(section(title), grid.rowCount(), 0, 1, 3)
                self._rows(grid, rows)
        self.column.addWidget(holder)
        self.column.addStretch(1)

    def _rows(self, grid: QGridLayout, missing: list[Missing]) -> None:
        names = words.names()
        for row, each in enumerate(missing, grid.rowCount()):
            name = names[each.field]
            grid.addWidget(plain(name), row, 0)
            grid.addWidget(plain(_why(each), dim=True, wrap=True), row, 1)
            remedy = words.REMEDIES.get(each.field)
            if remedy is not None:
                made = button(tr(remedy[2]) + " …", partial(self._leave, remedy[1]),
                              name=tr("{do} for: {name}", do=tr(remedy[2]), name=name))  # fmt: skip
            elif each.field in self._fields:
                words_of = tr("Fill in") if each.who == "officer" or each.field == "confidence" else tr("Look")
                made = button(words_of, partial(self._go, each.field), name=f"{words_of}: {name}")
            else:
                continue
            grid.addWidget(made, row, 2, Qt.AlignmentFlag.AlignRight)


def _why(each: Missing) -> str:
    if each.who == "officer":
        return tr("You have to say it.")
    remedy = words.REMEDIES.get(each.field)
    told = tr(remedy[0]) if remedy is not None else tr("The data of the case do not give it.")
    if each.field == "confidence":
        told = tr("No label of a target says how sure it is. Say why the address is theirs.")
    if each.of:
        told += " " + tr("{count} of {of} payments lack it.", count=each.count, of=each.of)
    return told
