"""Owns the look of a card over the canvas: head, whole identifier, rows of figures, the transfers behind a line.

Must not decide when it shows (``floating``) nor what it says (``words``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workstation.app.ledger import Rows
from workstation.ui.cards.words import Card
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.text import cell
from workstation.ui.transfers import AMOUNT, ASSET, KIND, RECEIVER, SENDER, TIME, TX, TransferModel
from workstation.ui.translate import tr
from workstation.ui.widgets import FlowLayout, button, plain, tool

_GAP = 18


@guard
class CardFrame(QFrame):
    """A card. It takes the keyboard only when it is pinned.

    Args:
        said: its texts. pin: pins it (a hover card), None when it is pinned. actions: (words, name, action) of its
            buttons. rows: ledger rows of the table of a line.
    """

    left = Signal()
    entered = Signal()
    closed = Signal()

    def __init__(
        self,
        stage: QWidget,
        desk: Desk,
        said: Card,
        *,
        pin: Callable[[], object] | None = None,
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
        rows: Rows | None = None,
    ) -> None:
        super().__init__(stage)
        self.said = said
        self.setObjectName("overlay")
        self.setAccessibleName(cell(said.head))
        self.setAccessibleDescription(cell("; ".join(f"{name} {value}" for name, value in said.rows)))
        column = self.column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 10, 10)
        column.setSpacing(4)
        column.addLayout(self._head(desk, said, pin))
        column.addWidget(plain(said.under, dim=True, small=True, wrap=True))
        if said.whole:
            whole = plain(said.whole, mono=True, wrap=True, select=pin is None, breaks=True)
            whole.setAccessibleName(cell(said.whole))
            column.addWidget(whole)
        self.body = QWidget()
        body = QVBoxLayout(self.body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(14)
        self.grid.setVerticalSpacing(2)
        shown = [
            row for row in said.rows if rows is None or row[0] in (tr("Together"), tr("First"), tr("Last"), tr("Time"))
        ]
        for line, (name, value) in enumerate(shown):
            self.grid.addWidget(plain(name, dim=True, small=True), line, 0, Qt.AlignmentFlag.AlignTop)
            figure = plain(value, small=True, select=pin is None)
            figure.setAccessibleName(cell(f"{name}: {value}"))
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.grid.addWidget(figure, line, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.grid.setColumnStretch(1, 1)
        body.addLayout(self.grid)
        for words in said.lines:
            body.addWidget(plain(words, small=True, wrap=True))
        body.addStretch(1)
        self.area = QScrollArea()  # on a low canvas figures scroll, they are never cut
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(tr("Figures"))
        self.area.setWidget(self.body)
        column.addWidget(self.area)
        self.table: QTableView | None = None
        if rows is not None:
            self.table = self._table(desk, rows)
            column.addWidget(self.table, 1)
        self.buttons = []
        if actions:
            line_of = FlowLayout()
            for words, action in actions:
                made = button(words, action)
                self.buttons.append(made)
                line_of.addWidget(made)
            holder = QWidget()
            holder.setLayout(line_of)
            column.addWidget(holder)
        self.fit()

    def _head(self, desk: Desk, said: Card, pin: Callable[[], object] | None) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        if said.role:
            sign = plain("")
            size = round(QFontMetrics(QApplication.font()).height() * 1.5)
            sign.setPixmap(desk.role_pixmap(said.role, said.badge, size, self.devicePixelRatioF()))
            line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(plain(said.head, strong=True, wrap=True), 1)
        icon, name = ("close", tr("Close the card")) if pin is None else ("pin", tr("Keep this card open"))
        self.corner = tool(icon, name, self.shut if pin is None else pin)
        self.corner.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line.addWidget(self.corner, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _table(self, desk: Desk, rows: Rows) -> QTableView:
        table = QTableView()
        self.model = TransferModel(desk.display, desk.name, self)
        self.model.show_ledger(desk.ledger())
        self.model.show_rows(rows)
        table.setModel(self.model)
        table.setAccessibleName(tr("Transfers behind this line"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideNone)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        metrics = QFontMetrics(QApplication.font())
        table.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.5))
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setHighlightSections(False)
        pad = metrics.averageCharWidth() * 3
        for column in (TIME, AMOUNT, ASSET, TX):
            sample = [self.model.text(int(row), column) for row in rows[:200]]
            table.setColumnWidth(column, max([metrics.horizontalAdvance(each) for each in sample] or [40]) + pad)
        for column in (SENDER, RECEIVER, KIND):  # the head says who and what
            table.setColumnHidden(column, True)
        if len(rows):
            table.setCurrentIndex(self.model.index(0, 0))
        desk.display.changed.connect(self.model.redraw)
        return table

    def marked(self) -> list[int]:
        """Transfer numbers of the marked rows of the table."""
        if self.table is None:
            return []
        return [self.model.transfer_id(index.row()) for index in self.table.selectionModel().selectedRows()]

    def fit(self) -> None:
        """Take the size the texts need, inside the stage."""
        stage = self.parentWidget()
        assert stage is not None
        unit = QFontMetrics(QApplication.font()).averageCharWidth()
        room = stage.size() - QSize(24, 24)
        wide = min(unit * (74 if self.table is not None else 52), room.width())
        self.setFixedWidth(max(120, wide))
        inner = self.width() - 30
        layout = self.body.layout()
        assert layout is not None
        need = layout.totalHeightForWidth(inner) if layout.hasHeightForWidth() else self.body.sizeHint().height()
        self.area.setFixedHeight(need + 2)
        self.column.activate()
        by_width = self.column.hasHeightForWidth()
        high = self.column.totalHeightForWidth(self.width()) if by_width else self.sizeHint().height()
        if self.table is not None:
            rows = min(self.model.rowCount(), 9) + 2
            self.table.setMinimumHeight(0)
            high = high - self.table.sizeHint().height() + rows * self.table.verticalHeader().defaultSectionSize() + 14
        over = high - room.height()
        if over > 0 and self.table is None:
            self.area.setFixedHeight(max(44, need - over))
        self.resize(self.width(), max(60, min(high, room.height())))

    def stand(self, at: QRect) -> None:
        """Stand beside a place of the stage, never on it where there is room, always whole inside the stage."""
        stage = self.parentWidget()
        assert stage is not None
        wide, high = stage.width(), stage.height()
        x = at.right() + _GAP
        if x + self.width() > wide - 8:
            x = at.left() - _GAP - self.width()
        y = at.top()
        if x < 8:  # no room at either side: below or above
            x = at.center().x() - self.width() // 2
            y = (
                at.bottom() + _GAP
                if at.bottom() + _GAP + self.height() <= high - 8
                else at.top() - _GAP - self.height()
            )
        self.move(max(8, min(x, wide - 8 - self.width())), max(8, min(y, high - 8 - self.height())))
        self.show()
        self.raise_()

    def take_focus(self) -> None:
        """Give the keyboard to the table, else to the first button."""
        target: QWidget = self.table or (self.buttons[0] if self.buttons else self.corner)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def shut(self) -> None:
        """Go away; whoever made the card is told."""
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
            event.accept()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.entered.emit()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()
        super().leaveEvent(event)
