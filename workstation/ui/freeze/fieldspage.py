"""Owns the pages of the wizard that ask for words: who asks, what is asked, what happened. Must not compute anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import text
from workstation.ui.freeze import words
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import FlowLayout, plain

#: Fields that take several lines.
_LONG = ("legal_basis", "narrative", "ownership", "urgency", "scope")


@guard
class FieldsPage(QScrollArea):
    """A form of free texts; nothing in it is ever filled in by the program but what an earlier request of the case said."""

    def __init__(
        self, title: str, fields: Sequence[str], given: Mapping[str, str], changed: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 12, 0)
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.form.setVerticalSpacing(7)
        self.form.setHorizontalSpacing(14)
        self.column.addLayout(self.form)
        self.column.addStretch(1)
        self.inputs: dict[str, QLineEdit | QPlainTextEdit] = {}
        self._labels: dict[str, text.Label] = {}
        self._names = words.names()
        for name in fields:
            self._field(name, given.get(name, ""), changed)
        self.setWidget(inner)

    def _field(self, name: str, value: str, changed: Callable[[], object]) -> None:
        made: QLineEdit | QPlainTextEdit
        if name in _LONG:
            made = QPlainTextEdit(value)
            made.setTabChangesFocus(True)
            made.setFixedHeight(made.fontMetrics().lineSpacing() * (5 if name == "narrative" else 2) + 16)
            made.textChanged.connect(lambda: changed())
        else:
            made = QLineEdit(value)
            made.textChanged.connect(lambda _: changed())
        hint = tr(words.HINTS.get(name, ""))
        made.setPlaceholderText(hint)
        made.setAccessibleName(self._names[name])
        made.setAccessibleDescription(hint)
        label = text.label(self._names[name])
        label.setBuddy(made)
        self.form.addRow(label, made)
        self.inputs[name], self._labels[name] = made, label

    def mark(self, needed: Sequence[str]) -> None:
        """Put a star beside what the profile asks for."""
        for name, label in self._labels.items():
            label.setText(self._names[name] + (" *" if name in needed else ""))

    def values(self) -> dict[str, str]:
        """What was typed, by field; empty ones are left out."""
        found = {n: i.text() if isinstance(i, QLineEdit) else i.toPlainText() for n, i in self.inputs.items()}
        return {name: value.strip() for name, value in found.items() if value.strip()}

    def show_field(self, name: str) -> None:
        """Give the keyboard to a field and bring it into view."""
        self.inputs[name].setFocus()
        self.ensureWidgetVisible(self.inputs[name])


@guard
class AskPage(FieldsPage):
    """What is asked: each action on its own, the data wanted, the length, and the terms."""

    def __init__(
        self, title: str, fields: Sequence[str], given: Mapping[str, str], changed: Callable[[], object],
        actions: Sequence[tuple[str, str]], data: Sequence[tuple[str, str]],
    ) -> None:  # fmt: skip
        super().__init__(title, fields, given, changed)
        self.action_boxes = {name: QCheckBox(shown) for name, shown in actions}
        self.data_boxes = {name: QCheckBox(shown) for name, shown in data}
        self.days = QLineEdit()
        self.days.setAccessibleName(tr("Length of the freeze in days"))
        self.days.setPlaceholderText(tr(words.HINTS["freeze_days"]))
        self.days.setMaximumWidth(160)
        self.days.textChanged.connect(lambda _: changed())
        for row, (label, boxes) in enumerate(
            ((tr("We ask you to"), self.action_boxes), (tr("Data wanted"), self.data_boxes))
        ):
            holder = QWidget()
            holder.setAccessibleName(label)
            flow = FlowLayout(holder, 14)
            for box in boxes.values():
                box.toggled.connect(lambda _: changed())
                flow.addWidget(box)
            self.form.insertRow(row, plain(label), holder)
        days = plain(tr("Length in days"))
        days.setBuddy(self.days)
        self.form.insertRow(2, days, self.days)

    def choose(self, actions: Sequence[str], data: Sequence[str], days: str) -> None:
        """Tick what a profile, or an earlier draft, asks."""
        for boxes, wanted in ((self.action_boxes, actions), (self.data_boxes, data)):
            for name, box in boxes.items():
                box.setChecked(name in wanted)
        self.days.setText(days)

    def values(self) -> dict[str, str]:
        """What was typed and ticked; what is not ticked is not asked."""
        return {
            **super().values(),
            "actions": ",".join(name for name, box in self.action_boxes.items() if box.isChecked()),
            "data_wanted": ",".join(name for name, box in self.data_boxes.items() if box.isChecked()),
            "freeze_days": self.days.text().strip() or "0",
        }

    def show_field(self, name: str) -> None:
        """Give the keyboard to a field, or to the first of the boxes."""
        boxes = {"actions": self.action_boxes, "data_wanted": self.data_boxes}.get(name)
        if boxes is not None:
            next(iter(boxes.values())).setFocus()
        elif name == "freeze_days":
            self.days.setFocus()
        else:
            super().show_field(name)
