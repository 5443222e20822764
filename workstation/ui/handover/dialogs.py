"""Owns the dialogs of a part of a case and of a merge. They show and ask; they change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import text
from workstation.ui.dialogs import AskDialog, Encryption
from workstation.ui.guard import guard
from workstation.ui.ticked import ticked_list
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, plain, section

_KEY = Qt.ItemDataRole.UserRole


@guard
class PartDialog(AskDialog):
    """Asks which graph goes into the part, where the file goes, and for its passphrase."""

    def __init__(self, parent: QWidget | None, graphs: Sequence[tuple[str, str]], active: str, out: Path) -> None:
        super().__init__(
            parent, tr("Write a part of this case"),
            tr("A new case with one graph, its findings and the whole exhibits they rest on. A colleague goes on with it, "
               "and you merge it back. An exhibit comes whole: it may show more than the graph."),
            tr("Write the part"),
        )  # fmt: skip
        form = self.form()
        self.graph = QComboBox()
        for key, name in graphs:
            self.graph.addItem(text.cell(name), key)
        self.graph.setCurrentIndex(max(0, self.graph.findData(active)))
        self.place = QLineEdit(str(out))
        place = QWidget()
        line = QHBoxLayout(place)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.place, 1)
        line.addWidget(button(tr("Choose …"), self._choose, name=tr("Choose where to save")))
        self.row(form, tr("Graph"), self.graph)
        self.row(form, tr("File"), place)
        self.place.setAccessibleName(tr("Case file"))
        self.secret = Encryption(self, form)
        self.setMinimumWidth(580)
        self.graph.setFocus()

    def _choose(self) -> None:
        found = QFileDialog.getSaveFileName(
            self, tr("Where to save the case"), self.place.text(), tr("Cases (*.wcase)")
        )[0]  # fmt: skip
        if found:
            self.place.setText(found if found.endswith(".wcase") else found + ".wcase")

    def wrong(self) -> str:
        """What is still missing."""
        if not self.place.text().strip():
            return tr("Say where the file goes.")
        if Path(self.place.text()).exists():
            return tr("There is a file with this name already; choose another name.")
        return self.secret.wrong()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a merge would do, in words.

    Attributes:
        whose: title and examiner of the other case. comes: lines of what comes in. conflicts: (id, what it is about, this
            case, that case). left: lines of what stays behind.
    """

    whose: str
    comes: Sequence[str]
    conflicts: Sequence[tuple[str, str, str, str]]
    left: Sequence[str]


@guard
class MergeDialog(AskDialog):
    """Shows what a colleague's case would bring in; every conflict is decided by a tick."""

    def __init__(self, parent: QWidget | None, offer: Offer) -> None:
        super().__init__(
            parent, tr("Merge a colleague's case"), offer.whose, tr("Merge"),
        )  # fmt: skip
        self.body.addWidget(section(tr("What comes in")))
        self.comes = _lines(tr("What comes in"), offer.comes)
        self.body.addWidget(self.comes, 2)
        conflicts = (
            count(len(offer.conflicts), tr("conflict"), tr("conflicts")) if offer.conflicts else tr("No conflict")
        )
        self.body.addWidget(section(conflicts))
        self._sides: list[tuple[str, str]] = []
        self.sides = (plain("", wrap=True, select=True), plain("", wrap=True, select=True))
        self.conflicts = ticked_list(
            tr("Conflicts"), (tr("Take theirs"),),
            tr("Space takes the side of the other case; without a tick this case keeps its own."),
        )  # fmt: skip
        for key, what, mine, theirs in offer.conflicts:
            row = text.tree_row((what,))
            row.setCheckState(0, Qt.CheckState.Unchecked)
            row.setData(0, _KEY, key)
            self._sides.append((mine, theirs))
            self.conflicts.addTopLevelItem(row)
        if offer.conflicts:
            self.body.addWidget(
                plain(tr("Ticked: the other case counts. The log keeps both sides."), dim=True, small=True, wrap=True)
            )
            self.body.addWidget(self.conflicts, 2)
            self.body.addLayout(self._both(), 1)
            self.conflicts.currentItemChanged.connect(self._show_sides)
            self.conflicts.setCurrentIndex(self.conflicts.model().index(0, 0))
        else:
            self.conflicts.hide()
        if offer.left:
            self.body.addWidget(section(tr("What stays behind, and why")))
            self.body.addWidget(_lines(tr("What stays behind, and why"), offer.left), 1)
        self.resize(860, 600)
        (self.conflicts if offer.conflicts else self.comes).setFocus()

    def _both(self) -> QHBoxLayout:
        """This case's side and the other's of the marked conflict, next to each other."""
        across = QHBoxLayout()
        across.setSpacing(16)
        for words, side in zip((tr("This case"), tr("That case")), self.sides, strict=True):
            column = QVBoxLayout()
            column.addWidget(section(words))
            side.setAccessibleName(words)
            side.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            column.addWidget(side, 1)
            across.addLayout(column, 1)
        return across

    def _show_sides(self, row: QTreeWidgetItem, _: object) -> None:
        found = self._sides[self.conflicts.indexOfTopLevelItem(row)]
        for side, words in zip(self.sides, found, strict=True):
            side.setText(words)

    def chosen(self) -> tuple[str, ...]:
        """Ids of the conflicts in which the other case counts."""
        rows = (self.conflicts.topLevelItem(n) for n in range(self.conflicts.topLevelItemCount()))
        ticked = (row for row in rows if row is not None and row.checkState(0) is Qt.CheckState.Checked)
        return tuple(str(row.data(0, _KEY)) for row in ticked)


def _lines(name: str, lines: Sequence[str]) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    made.setWordWrap(True)
    for line in lines:
        made.addItem(text.list_row(line))
    made.setCurrentRow(0)
    return made
