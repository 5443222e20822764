"""Owns the supernode chooser: an address with very many neighbours asks which ones are wanted.

Must not compute sums or ranks: ``app.crowd`` has them as arrays, a row becomes text when it is on screen, so a hub with a
hundred thousand neighbours opens at once. It gives back the chosen keys; the rest becomes one stub with its exact sum.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workstation.app.crowd import Crowd, Narrow
from workstation.app.names import ROLE_NAMES
from workstation.app.times import moment
from workstation.domain.errors import WorkstationError
from workstation.ui.crowdtable import CrowdModel, CrowdTable
from workstation.ui.guard import guard
from workstation.ui.text import cell
from workstation.ui.times import Display
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, plain


@guard
class ChooserDialog(QDialog):
    """Asks which neighbours of a hub to put on the canvas; the rest becomes one stub with the exact sum."""

    def __init__(self, parent: QWidget | None, name: str, crowd: Crowd, display: Display, top: int = 20) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Choose neighbours"))
        self.model = CrowdModel(crowd, display, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(8)
        many = count(len(crowd), "neighbour", "neighbours")
        layout.addWidget(plain(tr("{name} has {n} that are not shown", name=name, n=many), head=True, wrap=True))
        text = tr("Choose which ones to show. The rest stays on the canvas as one “+n more” with its exact sum.")
        layout.addWidget(plain(text, dim=True, wrap=True))
        self._fields(crowd, layout)
        self.pasted = QPlainTextEdit()
        self.pasted.setAccessibleName(tr("Addresses to select"))
        self.pasted.setPlaceholderText(
            tr("Paste addresses or transactions here, with spaces, commas or lines between them")
        )
        self.pasted.setTabChangesFocus(True)
        self.pasted.setFixedHeight(84)
        self.pasted.hide()
        layout.addWidget(self.pasted)
        self.table = CrowdTable(self.model)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._marks(len(crowd), top))
        self.state = plain("", dim=True, wrap=True)
        layout.addWidget(self.state)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        self.add_top = button("", self._add_top)
        foot.addWidget(self.add_top)
        self.ok = button(tr("Show chosen"), self.accept, primary=True)
        self.ok.setDefault(True)
        foot.addWidget(self.ok)
        layout.addLayout(foot)
        self._missing = ""
        self.model.dataChanged.connect(lambda *_: self._count())
        self.top.valueChanged.connect(lambda *_: self._count())
        self.pasted.textChanged.connect(self._paste)
        self.resize(1120, 620)
        self.mark_top()

    def _fields(self, crowd: Crowd, layout: QVBoxLayout) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        self.search = _line(tr("Search name or address"), tr("Search neighbours"))
        self.kind, self.asset, self.way = QComboBox(), QComboBox(), QComboBox()
        self.kind.setAccessibleName(tr("Kind of neighbour"))
        self.kind.addItem(tr("Every kind"), None)
        kinds = crowd.kinds()
        for kind, number in kinds:
            words = tr(ROLE_NAMES[kind]) if kind in ROLE_NAMES else kind  # type: ignore[index]
            self.kind.addItem(cell(f"{words} ({number:,})"), kind)
        if kinds:
            self.kind.addItem(tr("Without a label"), "")
        self.kind.setEnabled(bool(kinds))
        self.asset.setAccessibleName(tr("Asset"))
        self.asset.addItem(tr("Every asset"), -1)
        for number, words in crowd.assets():
            self.asset.addItem(cell(words), number)
        self.way.setAccessibleName(tr("Way of the money"))
        for words, value in ((tr("Both ways"), "both"), (tr("Came from"), "in"), (tr("Went to"), "out")):
            self.way.addItem(words, value)
        self.since = _line(tr("From day, 2026-01-31"), tr("First day"))
        self.until = _line(tr("To day, 2026-02-28"), tr("Last day"))
        for box in (self.kind, self.asset, self.way):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.activated.connect(lambda *_: self._narrow())
        for field in (self.search, self.since, self.until):
            field.textChanged.connect(lambda *_: self._narrow())
        for column, widget in enumerate((self.search, self.kind, self.asset, self.way, self.since, self.until)):
            grid.addWidget(widget, 0, column)
            grid.setColumnStretch(column, 3 if column == 0 else 2)
        layout.addLayout(grid)

    def _marks(self, many: int, top: int) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        self.top = QSpinBox()
        self.top.setRange(1, max(1, many))
        self.top.setValue(min(top, max(1, many)))
        self.top.setAccessibleName(tr("How many of the largest"))
        self.top.setPrefix(tr("Top "))
        line.addWidget(self.top)
        line.addWidget(button(tr("Select top"), self.mark_top, name=tr("Select the largest")))
        line.addWidget(button(tr("Select all listed"), self._mark_listed))
        line.addWidget(button(tr("Select none"), lambda: self.model.choose(())))
        self.paste = button(tr("Paste a list"), self._show_paste)
        self.paste.setCheckable(True)
        line.addWidget(self.paste)
        line.addStretch(1)
        return line

    # --- filters ----------------------------------------------------------------------------------------------

    def _narrow(self) -> None:
        """Show what passes the fields; sums and ranks count only the transfers that pass."""
        model, problem = self.model, ""
        try:
            since, until = self.since.text().strip(), self.until.text().strip()
            first = moment(since) if since else None
            last = moment(until, end=True) if until else None
        except WorkstationError as wrong:
            problem, first, last = f"{wrong.what}: {wrong.todo}", None, None
        wanted = Narrow(int(self.asset.currentData()), first, last, self.way.currentData())
        crowd = model.whole if wanted == Narrow() else model.whole.narrowed(wanted)
        places = crowd.matching(self.search.text())
        kind = self.kind.currentData()
        if kind is not None:
            of_kind = set(crowd.of_kind(kind).tolist())
            places = places[[place in of_kind for place in places.tolist()]] if len(places) else places
        model.show_crowd(crowd, places)
        self._count(problem)

    def _show_paste(self) -> None:
        self.pasted.setVisible(self.paste.isChecked())
        if self.paste.isChecked():
            self.pasted.setFocus()

    def _paste(self) -> None:
        """Check exactly what the pasted list names."""
        places, missing = self.model.whole.listed(self.pasted.toPlainText())
        shown = ", ".join(missing[:2]) + (tr(" and {n} more", n=len(missing) - 2) if len(missing) > 2 else "")
        self._missing = tr("{n} of the list no neighbour here: {which}", n=len(missing), which=shown) if missing else ""
        self.model.choose(self.model.whole.ends[places].tolist())

    # --- what is chosen ---------------------------------------------------------------------------------------

    def mark_top(self) -> None:
        """Check exactly the largest of what is listed."""
        self.model.choose(self._largest())

    def _largest(self) -> list[int]:
        model = self.model
        ranked = model.crowd.sorted(model.places, "rank")[: self.top.value()]
        return cast("list[int]", model.crowd.ends[ranked].tolist())

    def _mark_listed(self) -> None:
        self.model.check(range(len(self.model.places)))

    def _add_top(self) -> None:
        self.mark_top()
        self.accept()

    def _count(self, problem: str = "") -> None:
        model, number = self.model, self.top.value()
        left = len(model.whole) - len(model.chosen)
        words = [tr("{n} chosen, {m} stay in the “+n more” node", n=f"{len(model.chosen):,}", m=f"{left:,}")]
        if len(model.places) < len(model.whole):
            words.append(tr("{n} listed", n=f"{len(model.places):,}"))
        if model.crowd is not model.whole:
            words.append(tr("sums count only the transfers that pass the filter"))
        words += [part for part in (self._missing, problem) if part]
        self.state.setText(cell("  ·  ".join(words)))
        self.add_top.setText(tr("Add top {n}", n=f"{number:,}"))
        self.add_top.setEnabled(bool(len(model.places)))
        self.ok.setEnabled(bool(model.chosen))

    def chosen(self) -> list[str]:
        """Keys of the chosen neighbours, in the order of amount."""
        whole = self.model.whole
        return [whole.subject(place).key for place in sorted(whole.place_of(end) for end in self.model.chosen)]


def _line(words: str, name: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(words)
    made.setAccessibleName(name)
    made.setClearButtonEnabled(True)
    return made
