"""Owns the left side of the wizard: what the rows are, who states them, zone, decimal sign, words that count.

It shows :class:`~workstation.app.mapping.Choices` and gives them back changed. Must not read files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workstation.domain.chains import CHAINS
from workstation.ui import text
from workstation.ui.dialogs import zone_box
from workstation.ui.guard import guard
from workstation.ui.mapping import words
from workstation.ui.translate import tr
from workstation.ui.widgets import plain, section

if TYPE_CHECKING:
    from workstation.app.mapping import Choices


_WORD = Qt.ItemDataRole.UserRole + 1


@guard
class MappingForm(QScrollArea):
    """The questions beside the preview. ``changed`` is called after every answer."""

    def __init__(self, changed: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tell = changed
        self._filling = True
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        body = QWidget()
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(0, 0, 10, 0)
        self.column.setSpacing(8)
        self._make_fields()
        self._add_groups()
        self.column.addStretch(1)
        self.setWidget(body)
        self._word_boxes: dict[tuple[str, str], QComboBox] = {}
        self._filling = False

    def _make_fields(self) -> None:
        self.rows = QComboBox()
        for shown, gives, kind in words.row_types():
            self.rows.addItem(shown, (gives, kind))
        self.service = QLineEdit()
        self.service.setPlaceholderText(tr("who states it, for instance Binance"))
        self.header = QSpinBox()
        self.header.setRange(0, 60)
        self.header.setSpecialValueText(tr("none"))
        self.account = QLineEdit()
        self.account.setPlaceholderText(tr("when no column names it"))
        self.asset = QLineEdit()
        self.asset.setPlaceholderText(tr("when no column names it"))
        self.chain = QComboBox()
        self.chain.addItem(tr("as the rows say"), "")
        for name in CHAINS:
            if name != "stated":
                self.chain.addItem(name, name)
        self.zone = zone_box("")
        self.zone.setCurrentText("")
        line = self.zone.lineEdit()
        if line is not None:
            line.setPlaceholderText(tr("choose; it is never assumed"))
        self.time_format = QComboBox()
        for shown, value in words.time_formats():
            self.time_format.addItem(shown, value)
        self.decimal = QComboBox()
        for shown, value in ((tr("recognise"), "auto"), ("1,234.56", "."), ("1.234,56", ",")):
            self.decimal.addItem(shown, value)
        self.unit = QComboBox()
        for shown, value in ((tr("coins (0.5 BTC)"), "coin"), (tr("smallest units (50000000 satoshi)"), "base")):
            self.unit.addItem(shown, value)
        self.direction = QComboBox()
        for shown, value in (
            (tr("as the rows say"), ""), (tr("into the account"), "in"), (tr("out of the account"), "out"),
            (tr("by the sign of the amount"), "sign"),
        ):  # fmt: skip
            self.direction.addItem(shown, value)
        self.status = QListWidget()
        self.status.setAccessibleName(tr("Status words that count"))
        self.status.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        self.status.setMaximumHeight(120)
        self.status.itemChanged.connect(self._ticked)
        for box in (self.rows, self.chain, self.time_format, self.decimal, self.unit, self.direction):
            box.currentIndexChanged.connect(lambda _: self._changed())
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(14)
        self.zone.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.zone.setMinimumContentsLength(14)
        self.zone.currentTextChanged.connect(lambda _: self._changed())
        for field in (self.service, self.account, self.asset):
            field.textChanged.connect(lambda _: self._changed())
        self.header.valueChanged.connect(lambda _: self._changed())

    def _add_groups(self) -> None:
        for head, fields in (
            (tr("Rows"), (
                (tr("The rows are"), self.rows, tr("What one row of this sheet stands for")),
                (tr("Stated by"), self.service, tr("The service that gave the table; it stands on every record")),
                (tr("Header in row"), self.header, tr("The row that names the columns")),
            )),
            (tr("Time"), (
                (tr("Time zone"), self.zone, tr("The zone the times of this file are written in")),
                (tr("Written like"), self.time_format, tr("How a time is written in this file")),
            )),
            (tr("Amounts"), (
                (tr("Decimal sign"), self.decimal, tr("What stands before the decimals")),
                (tr("Amounts in"), self.unit, tr("Coins, or the smallest unit of the coin")),
                (tr("Direction"), self.direction, tr("Seen from the account")),
                (tr("Asset"), self.asset, tr("The asset of every row")),
            )),
            (tr("Whose"), (
                (tr("Account"), self.account, tr("Name of the account, as it shall stand on the graph")),
                (tr("Chain"), self.chain, tr("The ledger of addresses and transaction ids")),
            )),
        ):  # fmt: skip
            self.column.addWidget(section(head))
            form = QFormLayout()
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            form.setVerticalSpacing(6)
            form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
            for shown, field, hint in fields:
                label = plain(shown)
                label.setMinimumWidth(96)
                label.setBuddy(field)
                field.setAccessibleName(shown)
                field.setAccessibleDescription(hint)
                text.set_tip(field, hint)
                form.addRow(label, field)
            self.column.addLayout(form)
            if head == tr("Time"):
                self.status_head = section(tr("Status words that count"))
                self.column.addWidget(self.status_head)
                self.column.addWidget(self.status)
        self.kinds_head = section(tr("What the words mean"))
        self.column.addWidget(self.kinds_head)
        self.kinds = QFormLayout()
        self.column.addLayout(self.kinds)

    def _ticked(self, item: QListWidgetItem) -> None:
        if self._filling:
            return
        self._filling = True
        item.setText(_counted(item))
        self._filling = False
        self._changed()

    def _changed(self) -> None:
        if not self._filling:
            self._tell()

    def show_choices(self, choices: Choices, cells: Callable[[str], Sequence[str]]) -> None:
        """Show the answers; ``cells(role)`` gives the distinct cells of the column that has the role."""
        self._filling = True
        for index in range(self.rows.count()):
            gives, kind = self.rows.itemData(index)
            if gives == choices.gives and (kind == choices.kind or gives != "events"):
                self.rows.setCurrentIndex(index)
                break
        constants = choices.constants
        for line, value in (
            (self.service, choices.service),
            (self.account, constants.get("account", "")),
            (self.asset, constants.get("asset", "")),
        ):
            if line.text() != value:
                line.setText(value)
        self.header.setValue(choices.header_row)
        if self.zone.currentText() != choices.zone:
            self.zone.setCurrentText(choices.zone)
        sign = "sign" if choices.sign == "direction" else constants.get("direction", "")
        for box, value in (
            (self.time_format, choices.time_format), (self.decimal, choices.decimal), (self.unit, choices.unit),
            (self.chain, constants.get("chain", "")), (self.direction, sign),
        ):  # fmt: skip
            box.setCurrentIndex(max(0, box.findData(value)))
        self._show_status(choices.words.get("status", {}), cells("status"))
        self._show_kinds(choices.words.get("kind", {}), cells("kind") if not choices.kind else ())
        events = choices.gives == "events"
        for field in (self.service, self.account, self.direction):
            field.setEnabled(events)
        self._filling = False

    def _show_status(self, known: Mapping[str, str], found: Sequence[str]) -> None:
        self.status.clear()
        for word in found:
            item = text.list_row(word)
            item.setData(_WORD, word)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            said = known.get(word.strip().lower(), "")
            state = Qt.CheckState.Checked if said == "ok" else Qt.CheckState.Unchecked
            item.setCheckState(state if said else Qt.CheckState.PartiallyChecked)  # half: nobody has said it yet
            item.setText(_counted(item))
            self.status.addItem(item)
        for widget in (self.status, self.status_head):
            widget.setVisible(bool(found))

    def _show_kinds(self, known: Mapping[str, str], found: Sequence[str]) -> None:
        while self.kinds.rowCount():
            self.kinds.removeRow(0)
        self._word_boxes = {}
        for word in found:
            box = QComboBox()
            for shown, value in words.kinds():
                box.addItem(shown, value)
            box.setCurrentIndex(max(0, box.findData(known.get(word.strip().lower(), "other"))))
            box.setAccessibleName(tr("Meaning of {word}", word=text.cell(word)[:60]))
            box.currentIndexChanged.connect(lambda _: self._changed())
            self._word_boxes["kind", word] = box
            self.kinds.addRow(plain(word[:40] or tr("(empty)"), wrap=True), box)
        self.kinds_head.setVisible(bool(found))

    def answers(self, before: Choices) -> Choices:
        """The choices with what the form says now."""
        gives, kind = self.rows.currentData()
        constants = {k: v for k, v in before.constants.items() if k not in ("account", "asset", "chain", "direction")}
        sign = str(self.direction.currentData() or "")
        for name, value in (
            ("account", self.account.text().strip()), ("asset", self.asset.text().strip()),
            ("chain", str(self.chain.currentData() or "")), ("direction", sign if sign != "sign" else ""),
        ):  # fmt: skip
            if value:
                constants[name] = value
        meanings = {name: dict(found) for name, found in before.words.items()}
        if self.status.count():
            rows = [self.status.item(n) for n in range(self.status.count())]
            meanings["status"] = {
                str(row.data(_WORD)).strip().lower(): "ok" if row.checkState() == Qt.CheckState.Checked else "failed"
                for row in rows
                if row.checkState() != Qt.CheckState.PartiallyChecked
            }
        if self._word_boxes:
            meanings["kind"] = {
                word.strip().lower(): str(box.currentData()) for (_, word), box in self._word_boxes.items()
            }
        return replace(
            before, gives=gives, kind=kind, service=self.service.text().strip(), header_row=self.header.value(),
            constants=constants, zone=self.zone.currentText().strip(), time_format=str(self.time_format.currentData()),
            decimal=str(self.decimal.currentData()), unit=str(self.unit.currentData()),
            sign="direction" if sign == "sign" else "none", words=meanings,
        )  # fmt: skip


def _counted(item: QListWidgetItem) -> str:
    state = {
        Qt.CheckState.Checked: tr("counts"),
        Qt.CheckState.Unchecked: tr("does not count"),
        Qt.CheckState.PartiallyChecked: tr("counts? mark it or not"),
    }[item.checkState()]
    return text.cell(f"{item.data(_WORD)}  ·  {state}")
