"""Owns the dialog that asks how to trace: methods with their meaning, direction, amount, stops and limits.

What an answer means is decided by the command alone: the dialog asks it (``check``) and shows its objection beside the
field. Must not trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import text
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain

_MOST_STOPS = 300


def _nothing_refused(_answers: Mapping[str, str]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the dialog offers.

    Attributes:
        source: the start, in words. methods: id, name, one sentence. assets: value and shown text.
        stops: labelled services with their reason. direction: forward or backward, chosen at first.
        one: whether there is one source. check: why the command refuses answers, or an empty text.
    """

    source: str
    methods: Sequence[tuple[str, str, str]]
    assets: Sequence[tuple[str, str]]
    stops: Sequence[tuple[str, str]]
    direction: str
    one: bool
    check: Callable[[Mapping[str, str]], str] = _nothing_refused


@guard
class TraceDialog(AskDialog):
    """Asks how to trace."""

    def __init__(self, parent: QWidget | None, offered: Choices) -> None:
        super().__init__(parent, tr("Trace {start}", start=offered.source), "", tr("Trace"))
        self._check = offered.check
        self.boxes: dict[str, QCheckBox] = {}
        self.wrongs: dict[str, QLabel] = {}
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 10, 0)
        self._column.setSpacing(8)
        self._column.addWidget(
            plain(
                tr("Methods: each is a rule for sharing out mixed money. What several agree on is stronger."), wrap=True
            )
        )
        self._column.addWidget(self._method_list(offered.methods))
        self._wrong_line("methods", self._column)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(14)
        self._column.addLayout(form)
        self._column.addStretch(1)
        self._money(form, offered)
        self._limits(form)
        self._stops(form, offered.stops)
        self._doubts(form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName(tr("How to trace"))
        scroll.setWidget(inner)
        self.body.addWidget(scroll, 1)
        self._scroll = scroll
        self.setMinimumWidth(800)
        wanted = self._column.heightForWidth(760) if self._column.hasHeightForWidth() else inner.sizeHint().height()
        self.resize(800, min(wanted + 140, round(self.screen().availableGeometry().height() * 0.92)))
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

    # --- the fields -------------------------------------------------------------------------------------------

    def _money(self, form: QFormLayout, offered: Choices) -> None:
        self.direction = QComboBox()
        self.direction.addItem(tr("Forward: where did it go?"), "forward")
        self.direction.addItem(tr("Backward: where did it come from?"), "backward")
        self.direction.setCurrentIndex(int(offered.direction == "backward"))
        self.row(form, tr("Direction"), self.direction)
        self.label = QLineEdit()
        self.label.setPlaceholderText(
            tr("what the marked money is called, such as “ransom”; empty = its identifier")
            if offered.one
            else tr("one name, or one for each source with ; between them; empty = identifiers")
        )
        self._ask(form, "label", tr("Label"), self.label, self.label)
        self.amount = QLineEdit()
        self.amount.setPlaceholderText(tr("all of it") if offered.one else tr("all of it (several sources)"))
        self.amount.setEnabled(offered.one)
        self.asset = QComboBox()
        for value, shown in offered.assets:
            self.asset.addItem(text.cell(shown), value)
        self.asset.setAccessibleName(tr("Asset"))
        self._ask(form, "amount", tr("Amount"), _line(self.amount, self.asset), self.amount)

    def _limits(self, form: QFormLayout) -> None:
        self.until = QLineEdit()
        self.until.setPlaceholderText(tr("any time, or 2026-01-31"))
        self.hops = QSpinBox()
        self.hops.setRange(0, 999)
        self.hops.setSpecialValueText(tr("any"))
        self.hops.setAccessibleName(tr("Most payments away"))
        line = _line(self.until, plain(tr("Most payments away")), self.hops)
        self._ask(
            form, "until", tr("Until"), line, self.until,
            tr("Nothing later is followed. Backward: nothing earlier. A day counts to its end, in UTC."),
        )  # fmt: skip
        self.share = QLineEdit()
        self.share.setPlaceholderText(tr("none, or 1%"))
        self.dust = QLineEdit()
        self.dust.setPlaceholderText(tr("none, or 0.001 coins"))
        self._ask(
            form, "share", tr("Smallest share"), _line(self.share, plain(tr("Smallest amount")), self.dust), self.share,
            tr("An address that gets less than this share of the marked money of an asset is not followed further."),
            ("dust",),
        )  # fmt: skip
        self._about(
            "dust", tr("Smallest amount"), self.dust,
            tr("An address that gets fewer coins than this of every asset is not followed further."),
        )  # fmt: skip

    def _stops(self, form: QFormLayout, stops: Sequence[tuple[str, str]]) -> None:
        self.row(form, tr("Stops at"), self._stop_list(stops))
        self.stop = QLineEdit()
        self.stop.setPlaceholderText(tr("more addresses, with commas between them"))
        self._ask(form, "stop", tr("Stops also at"), self.stop, self.stop)
        self.through = QCheckBox(tr("Go on through services"))
        self.through.setAccessibleName(tr("Go on through services"))
        self.why = QLineEdit()
        self.why.setPlaceholderText(tr("written reason; it is printed with every result and in the report"))
        self.why.setEnabled(False)
        self.through.toggled.connect(self.why.setEnabled)
        self._ask(form, "through", "", _line(self.through, self.why), self.why)
        self.why.setAccessibleName(tr("Reason for going on through services"))

    def _doubts(self, form: QFormLayout) -> None:
        self.shortfall = QComboBox()
        self.shortfall.addItem(tr("is taken as unmarked money of unknown origin"), "clean_injection")
        self.shortfall.addItem(tr("is a debt, repaid by what comes in next"), "debt")
        self.row(
            form, tr("Paid beyond balance"), self.shortfall,
            tr("The case rarely holds every receipt. This says what a payment beyond the known balance is."),
        )  # fmt: skip
        self.precision = QComboBox()
        self.precision.addItem(tr("exact; approximate only on a very long ledger, which the run says"), "auto")
        self.precision.addItem(tr("exact always (can be slow)"), "exact")
        self.precision.addItem(tr("approximate (float): parts of 1/2^64 of the smallest unit"), "float")
        self.row(
            form, tr("Fractions"), self.precision,
            tr("Methods that mix make fractions of the smallest unit. Methods that keep the order of money never do."),
        )  # fmt: skip

    def _ask(
        self, form: QFormLayout, name: str, words: str, holder: QWidget, field: QLineEdit, hint: str = "",
        more: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """A row whose answers the command can refuse: the objections stand under it. ``more``: further fields of it."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(holder)
        for each in (name, *more):
            self._wrong_line(each, column)
        self.row(form, words, made)
        label = form.labelForField(made)
        if isinstance(label, QLabel):
            label.setBuddy(field)
        self._about(name, words, field, hint)

    def _about(self, name: str, words: str, field: QLineEdit, hint: str) -> None:
        field.setAccessibleName(words)
        if hint:
            text.set_tip(field, hint)
            field.setAccessibleDescription(hint)
        field.textEdited.connect(lambda _: self._say(name, ""))

    def _wrong_line(self, name: str, column: QVBoxLayout) -> None:
        line = plain("", small=True, strong=True, wrap=True)
        line.hide()
        column.addWidget(line)
        self.wrongs[name] = line

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
        made.setFixedHeight(made.sizeHintForRow(0) * min(3, made.count()) + 2 * made.frameWidth())
        return made

    # --- the answers ------------------------------------------------------------------------------------------

    def _chosen(self) -> list[str]:
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def _say(self, name: str, words: str) -> None:
        self.wrongs[name].setText(words)
        self.wrongs[name].setVisible(bool(words))

    def _objections(self) -> dict[str, str]:
        """Field -> why its answer cannot be used."""
        found: dict[str, str] = {}
        if not self._chosen():
            found["methods"] = tr("Choose a method.")
        answers = self.values()
        if answers["amount"] and not answers["asset"] and self.asset.count() > 2:
            found["amount"] = tr("Name the asset of the amount.")
        if self.through.isChecked() and not answers["through"]:
            found["through"] = tr("Write why it is right to go on through services.")
        for name in self.wrongs:
            if name not in found and answers[name]:
                words = self._check({name: answers[name], "asset": answers["asset"], "direction": answers["direction"]})
                if words:
                    found[name] = words
        return found

    def wrong(self) -> str:
        """What is missing or cannot be used; each objection stands under its field, and the first has the keyboard."""
        found = self._objections()
        for name in self.wrongs:
            self._say(name, found.get(name, ""))
        if not found:
            return ""
        first = next(name for name in self.wrongs if name in found)
        fields = {"methods": next(iter(self.boxes.values()), self.label), "through": self.why}
        field: QWidget = fields.get(first) or getattr(self, first)
        field.setFocus()
        self._scroll.ensureWidgetVisible(self.wrongs[first])
        return count(len(found), tr("answer cannot be used"), tr("answers cannot be used")) + "."

    def values(self) -> Mapping[str, str]:
        """The arguments of ``trace.run``."""
        return {
            "methods": ",".join(self._chosen()),
            "direction": str(self.direction.currentData()),
            "label": self.label.text().strip(),
            "amount": self.amount.text().strip(),
            "asset": str(self.asset.currentData() or ""),
            "stop": self.stop.text().strip(),
            "through": self.why.text().strip() if self.through.isChecked() else "",
            "until": self.until.text().strip(),
            "hops": str(self.hops.value() or ""),
            "share": self.share.text().strip(),
            "dust": self.dust.text().strip(),
            "shortfall": str(self.shortfall.currentData()),
            "precision": str(self.precision.currentData()),
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
