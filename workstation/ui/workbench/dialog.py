"""Owns the dialog that asks how to trace: methods with their meaning, direction, amount, stops and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from workstation.ui import text
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain

_MOST_STOPS = 300


@dataclass(frozen=True, slots=True)
class Choices:
    """What the dialog offers.

    Attributes:
        source: the start, in words. methods: id, name, one sentence. assets: value and shown text.
        stops: labelled services with their reason. direction: forward or backward, chosen at first.
    """

    source: str
    methods: Sequence[tuple[str, str, str]]
    assets: Sequence[tuple[str, str]]
    stops: Sequence[tuple[str, str]]
    direction: str
    one: bool


@guard
class TraceDialog(AskDialog):
    """Asks how to trace."""

    def __init__(self, parent: QWidget | None, offered: Choices) -> None:
        super().__init__(parent, tr("Trace {start}", start=offered.source), "", tr("Trace"))
        self.body.addWidget(
            plain(
                tr("Methods: each is a rule for sharing out mixed money. What several agree on is stronger."), wrap=True
            )
        )
        self.boxes: dict[str, QCheckBox] = {}
        self.body.addWidget(self._method_list(offered.methods))
        form = self.form()
        self.direction = QComboBox()
        self.direction.addItem(tr("Forward: where did it go?"), "forward")
        self.direction.addItem(tr("Backward: where did it come from?"), "backward")
        self.direction.setCurrentIndex(int(offered.direction == "backward"))
        self.label = QLineEdit()
        self.label.setPlaceholderText(tr("what the marked money is called, such as “ransom”; empty = its identifier"))
        self.row(form, tr("Direction"), self.direction)
        self.row(form, tr("Label"), self.label)
        self.amount = QLineEdit()
        self.amount.setPlaceholderText(tr("all of it") if offered.one else tr("all of it (several sources)"))
        self.amount.setEnabled(offered.one)
        self.asset = QComboBox()
        for value, shown in offered.assets:
            self.asset.addItem(shown, value)
        self.asset.setAccessibleName(tr("Asset"))
        self.row(form, tr("Amount"), _line(self.amount, self.asset))
        self.amount.setAccessibleName(tr("Amount"))
        self.until = QLineEdit()
        self.until.setPlaceholderText(tr("any time, or 2026-01-31"))
        self.hops = QSpinBox()
        self.hops.setRange(0, 999)
        self.hops.setSpecialValueText(tr("any"))
        self.hops.setAccessibleName(tr("Most payments away"))
        self.share = QLineEdit()
        self.share.setPlaceholderText(tr("none, or 1%"))
        self.share.setAccessibleName(tr("Smallest share"))
        self.row(
            form, tr("Until"),
            _line(self.until, plain(tr("Most payments away")), self.hops, plain(tr("Smallest share")), self.share),
        )  # fmt: skip
        self.until.setAccessibleName(tr("Until"))
        self.row(form, tr("Stops at"), self._stop_list(offered.stops))
        self.through = QCheckBox(tr("Go on through services"))
        self.why = QLineEdit()
        self.why.setPlaceholderText(tr("written reason; it is printed with every result"))
        self.why.setEnabled(False)
        self.through.toggled.connect(self.why.setEnabled)
        self.row(form, "", _line(self.through, self.why))
        self.through.setAccessibleName(tr("Go on through services"))
        self.why.setAccessibleName(tr("Reason for going on through services"))
        self.setMinimumWidth(780)
        next(iter(self.boxes.values()), self.label).setFocus()

    def _method_list(self, methods: Sequence[tuple[str, str, str]]) -> QWidget:
        made = QWidget()
        made.setAccessibleName(tr("Methods"))
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (name, title, sentence) in enumerate(methods):
            box = QCheckBox(text.cell(f"{title} ({name})" if title.lower() != name else title))
            box.setChecked(True)
            box.setAccessibleDescription(text.cell(sentence))
            grid.addWidget(box, row, 0)
            grid.addWidget(plain(sentence, dim=True, wrap=True), row, 1)
            self.boxes[name] = box
        return made

    def _stop_list(self, stops: Sequence[tuple[str, str]]) -> QWidget:
        if not stops:
            return plain(tr("The case labels no service. Tracing stops nowhere by itself."), dim=True, wrap=True)
        made = QListWidget()
        made.setTextElideMode(Qt.TextElideMode.ElideNone)
        made.setWordWrap(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name, reason in stops[:_MOST_STOPS]:
            made.addItem(text.list_row(f"{name}: {reason}"))
        if len(stops) > _MOST_STOPS:
            made.addItem(text.list_row(tr("and {n}", n=count(len(stops) - _MOST_STOPS, "more", "more"))))
        made.setFixedHeight(made.fontMetrics().lineSpacing() * 3 + 24)
        return made

    def _chosen(self) -> list[str]:
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def wrong(self) -> str:
        """What is missing."""
        if not self._chosen():
            return tr("Choose a method.")
        if self.through.isChecked() and not self.why.text().strip():
            return tr("Write why it is right to go on through services.")
        if self.amount.text().strip() and not self.asset.currentData() and self.asset.count() > 2:
            return tr("Name the asset of the amount.")
        return ""

    def values(self) -> Mapping[str, str]:
        """The arguments of ``trace.run``."""
        return {
            "methods": ",".join(self._chosen()),
            "direction": str(self.direction.currentData()),
            "label": self.label.text().strip(),
            "amount": self.amount.text().strip(),
            "asset": str(self.asset.currentData() or ""),
            "through": self.why.text().strip() if self.through.isChecked() else "",
            "until": self.until.text().strip(),
            "hops": str(self.hops.value() or ""),
            "share": self.share.text().strip(),
        }


def _line(*parts: QWidget) -> QWidget:
    holder = QWidget()
    holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for part in parts:
        line.addWidget(part, 1 if isinstance(part, QLineEdit) else 0)
    return holder
