"""Owns the Flows dock: a selection as a Sankey view (hops) and as a matrix (who pays whom), with sums that reconcile.

It shows what ``app/flowviews`` tells and computes nothing but places of pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from workstation.analysis.sankey import Bar, Ribbon, Sankey, sankey
from workstation.domain.subjects import parse
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain

if TYPE_CHECKING:
    from workstation.app.flowviews import Figures

_WIDE = 14.0
#: Width of a column that a name can be read in; more columns than fit are scrolled.
_COLUMN = 132
#: More rows and columns than this cannot be read as a matrix; the line above says so, and the sums count all.
_MOST = 60


@guard
class SankeyView(QWidget):
    """Bars in columns of hops, ribbons between them. A click selects a bar, or both ends of a ribbon."""

    def __init__(self, desk: Desk, pick: Callable[[list[int]], object]) -> None:
        super().__init__()
        self.desk = desk
        self._pick = pick
        self.figures: Figures | None = None
        self.view: Sankey | None = None
        self._under: Bar | Ribbon | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        self.setAccessibleName(tr("Sankey view"))
        self.setAccessibleDescription(tr("The Matrix tab tells the same sums as a table."))

    def show_figures(self, figures: Figures | None) -> None:
        """Draw other flows."""
        self.figures = figures
        self.view = sankey(len(figures.nodes), figures.flows) if figures is not None else None
        columns = self.view.columns if self.view is not None else 1
        self.setMinimumWidth(round(columns * _COLUMN * self.fontMetrics().height() / 16))
        self._under = None
        self.update()

    def _place(self, column: int) -> float:
        columns = self.view.columns if self.view is not None else 1
        left, right = 12.0, min(190.0, self.width() * 0.22)
        return left + (self.width() - left - right - _WIDE) * column / max(1, columns - 1)

    def _down(self, share: float) -> float:
        return 10 + share * (self.height() - 20)

    def bar_box(self, bar: Bar) -> QRectF:
        """Where a bar is drawn."""
        top, bottom = self._down(bar.top), self._down(bar.bottom)
        return QRectF(self._place(bar.column), top, _WIDE, max(2.0, bottom - top))

    def _path(self, ribbon: Ribbon, bars: dict[int, Bar]) -> QPainterPath:
        a, b = bars[ribbon.flow.source], bars[ribbon.flow.target]
        x, far = self._place(a.column) + _WIDE, self._place(b.column)
        bend = max(30.0, abs(far - x) / 2)
        ends = (ribbon.source_top, ribbon.source_bottom, ribbon.target_top, ribbon.target_bottom)
        top, bottom, far_top, far_bottom = (self._down(share) for share in ends)
        bottom, far_bottom = max(bottom, top + 1.2), max(far_bottom, far_top + 1.2)
        path = QPainterPath(QPointF(x, top))
        path.cubicTo(x + bend, top, far - bend, far_top, far, far_top)
        path.lineTo(far, far_bottom)
        path.cubicTo(far - bend, far_bottom, x + bend, bottom, x, bottom)
        path.closeSubpath()
        return path

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter)
        finally:
            painter.end()

    def _draw(self, painter: QPainter) -> None:
        if self.view is None or self.figures is None:
            return
        palette = self.palette()
        accent, words = palette.highlight().color(), palette.windowText().color()
        bars = {bar.node: bar for bar in self.view.bars}
        for ribbon in self.view.ribbons:
            colour = QColor(accent if ribbon is self._under else words)
            colour.setAlpha(150 if ribbon is self._under else 48)
            style = Qt.PenStyle.DashLine if ribbon.back else Qt.PenStyle.NoPen
            painter.setPen(QPen(words, 1, style) if ribbon.back else QPen(style))
            painter.setBrush(colour)
            painter.drawPath(self._path(ribbon, bars))
        for bar in self.view.bars:
            painter.setPen(QPen(accent, 2) if bar is self._under else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(self.desk.role_colour(self.figures.nodes[bar.node].role))
            painter.drawRect(self.bar_box(bar))
        metrics = QFontMetricsF(self.font())
        taken = [self.bar_box(bar).adjusted(-2, 0, 2, 0) for bar in self.view.bars]
        known = self.figures.nodes
        for bar in sorted(
            self.view.bars, key=lambda b: (known[b.node].role == "unattributed", -max(b.reached, b.left), b.node)
        ):
            self._label(painter, metrics, bar, words, taken)

    def _label(self, painter: QPainter, metrics: QFontMetricsF, bar: Bar, words: QColor, taken: list[QRectF]) -> None:
        """Name and sum beside the bar where neither covers a bar or another text; otherwise the pointer tells it."""
        assert self.figures is not None
        name = text.cell(self.figures.nodes[bar.node].name)
        sums = self.figures.written(max(bar.reached, bar.left))
        for lines in ((name, sums), (name,)):
            wide = max(metrics.horizontalAdvance(line) for line in lines) + 6
            place = self._room(self.bar_box(bar), wide, len(lines) * metrics.height(), taken)
            if place is None:
                continue
            taken.append(place)
            plate = self.palette().window().color()
            plate.setAlpha(200)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(plate)
            painter.drawRoundedRect(place, 3, 3)
            for number, line in enumerate(lines):
                pen = QColor(words)
                pen.setAlpha(215 if number else 255)
                painter.setPen(pen)
                at = place.top() + number * metrics.height() + metrics.ascent()
                painter.drawText(QPointF(place.left() + 3, at), line)
            return

    def _room(self, box: QRectF, wide: float, tall: float, taken: list[QRectF]) -> QRectF | None:
        """A free place right or left of a bar: at its middle, its upper or its lower end."""
        for left in (box.right() + 5, box.left() - 5 - wide):
            for top in (box.center().y() - tall / 2, box.top(), box.bottom() - tall):
                place = QRectF(left, min(max(top, 0.0), self.height() - tall), wide, tall)
                inside = place.left() >= 0 and place.right() <= self.width()
                if inside and not any(place.intersects(other) for other in taken):
                    return place
        return None

    def under(self, at: QPointF) -> Bar | Ribbon | None:
        """The bar or ribbon at a point."""
        if self.view is None:
            return None
        bars = {bar.node: bar for bar in self.view.bars}
        for bar in self.view.bars:
            if self.bar_box(bar).adjusted(-3, -2, 3, 2).contains(at):
                return bar
        return next((r for r in reversed(self.view.ribbons) if self._path(r, bars).contains(at)), None)

    def told(self, found: Bar | Ribbon) -> str:
        """What a bar or ribbon is, with exact sums."""
        assert self.figures is not None
        nodes, written = self.figures.nodes, self.figures.written
        if isinstance(found, Bar):
            sums = tr("in {a}\nout {b}", a=written(found.reached), b=written(found.left))
            return f"{nodes[found.node].name}\n{nodes[found.node].full}\n{sums}"
        flow = found.flow
        words = f"{nodes[flow.source].name} → {nodes[flow.target].name}\n{written(flow.units)}\n"
        return words + count(flow.count, tr("transfer"), tr("transfers"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.under(event.position())
        if found is not self._under:
            self._under = found
            text.set_tip(self, self.told(found) if found is not None else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._under = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.under(event.position())
        if isinstance(found, Bar):
            self._pick([found.node])
        elif found is not None:
            self._pick([found.flow.source, found.flow.target])


@guard
class FlowsPanel(QWidget):
    """The dock: which asset, the line that reconciles, and the two views."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._quiet = False
        self.figures: Figures | None = None
        self.asset = QComboBox()
        self.asset.setAccessibleName(tr("Asset of the flows"))
        self.asset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.asset.currentIndexChanged.connect(lambda _: self._show())
        self.words = plain("", dim=True, small=True, wrap=True)
        self.sankey = SankeyView(desk, self._pick)
        self.matrix = QTableWidget()
        self.matrix.setAccessibleName(tr("Matrix: rows pay columns"))
        self.matrix.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.matrix.cellActivated.connect(self._cell)
        self.matrix.cellClicked.connect(self._cell)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        around = QScrollArea()
        around.setWidget(self.sankey)
        around.setWidgetResizable(True)
        around.setFrameShape(QFrame.Shape.NoFrame)
        around.setAccessibleName(tr("Sankey view"))
        self.tabs.addTab(around, tr("Sankey"))
        self.tabs.addTab(self.matrix, tr("Matrix"))
        head = QHBoxLayout()
        head.addWidget(self.asset)
        head.addWidget(self.words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)
        self._later = Later(desk.queue, self, self.refresh)
        self._later.due = True
        for signal in (desk.opened, desk.graph_changed, desk.case_changed, desk.selection_changed):
            signal.connect(lambda *_: self._outdated())
        desk.restyled.connect(self.sankey.update)

    def _outdated(self) -> None:
        if not self._quiet:
            self._later.ask()

    def refresh(self) -> None:
        """Read the selection of the active graph again; the asset stays when it still flows."""
        from workstation.app import flowviews

        self._later.due = False
        session = self.desk.session
        was = self.asset.currentData()
        found: tuple[flowviews.Choice, ...] = ()
        if session is not None:
            picture = session.graphs.picture(session.graph)
            numbers = flowviews.chosen(picture, {s.key for s in session.selection})
            found = flowviews.choices(session.graphs.ledger, picture, numbers)
        self.asset.blockSignals(True)
        self.asset.clear()
        for choice in found:
            self.asset.addItem(text.cell(f"{choice.total.asset.name} · {choice.total.asset.chain}"), choice.key)
        self.asset.setCurrentIndex(max(0, self.asset.findData(was)) if found else -1)
        self.asset.blockSignals(False)
        self.asset.setEnabled(len(found) > 1)
        self._show()

    def _show(self) -> None:
        from workstation.app import flowviews

        session, key = self.desk.session, self.asset.currentData()
        self.figures = None
        if session is not None and key is not None:
            picture = session.graphs.picture(session.graph)
            numbers = flowviews.chosen(picture, {s.key for s in session.selection})
            self.figures = flowviews.figures(session.graphs.ledger, picture, numbers, str(key))
        self.sankey.show_figures(self.figures)
        self._fill()
        self.words.setText(self._summary())

    def _summary(self) -> str:
        found = self.figures
        if found is None:
            return tr("Nothing is paid between the selected nodes. Select two or more, or none for the whole graph.")
        words = tr(
            "{nodes} · {sum} in {transfers} on the graph (the same money counts once at each hop)",
            nodes=count(len(found.nodes), tr("node"), tr("nodes")), sum=found.written(found.total),
            transfers=count(found.transfers, tr("transfer"), tr("transfers")),
        )  # fmt: skip
        hidden = max(len({f.source for f in found.flows}), len({f.target for f in found.flows})) - _MOST
        words += tr(" · the matrix shows the first {n} of each side", n=_MOST) if hidden > 0 else ""
        unknown = count(found.unknown, tr("transfer"), tr("transfers"))
        return words + (tr(" · {n} of unknown amount are in no sum", n=unknown) if found.unknown else "")

    def _ends(self) -> tuple[list[int], list[int]]:
        """Who pays (rows of the matrix) and who receives (columns), as many as can be read."""
        flows = self.figures.flows if self.figures is not None else ()
        return sorted({f.source for f in flows})[:_MOST], sorted({f.target for f in flows})[:_MOST]

    def _fill(self) -> None:
        found, table = self.figures, self.matrix
        table.clear()
        payers, receivers = self._ends()
        table.setRowCount(len(payers) + bool(payers))
        table.setColumnCount(len(receivers) + bool(receivers))
        if found is None or not payers:
            return
        for row, payer in enumerate(payers):
            table.setVerticalHeaderItem(row, text.table_cell(found.nodes[payer].name))
            self._put(row, len(receivers), found.written(sum(f.units for f in found.flows if f.source == payer)))
        for column, receiver in enumerate(receivers):
            table.setHorizontalHeaderItem(column, text.table_cell(found.nodes[receiver].name))
            self._put(len(payers), column, found.written(sum(f.units for f in found.flows if f.target == receiver)))
        table.setVerticalHeaderItem(len(payers), text.table_cell(tr("received in all")))
        table.setHorizontalHeaderItem(len(receivers), text.table_cell(tr("paid in all")))
        sums = {(f.source, f.target): f for f in found.flows}
        for row, payer in enumerate(payers):
            for column, receiver in enumerate(receivers):
                flow = sums.get((payer, receiver))
                self._put(row, column, found.written(flow.units) if flow is not None else "")
        self._put(len(payers), len(receivers), found.written(found.total))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _put(self, row: int, column: int, words: str) -> None:
        made = text.table_cell(words)
        made.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.matrix.setItem(row, column, made)

    def _cell(self, row: int, column: int) -> None:
        payers, receivers = self._ends()
        self._pick(payers[row : row + 1] + receivers[column : column + 1])

    def _pick(self, numbers: list[int]) -> None:
        """Select on the graph what was picked here; the views stay, so that one can pick on."""
        found = self.figures
        if found is None:
            return
        self._quiet = True
        try:
            self.desk.select(*(parse(found.nodes[number].key) for number in dict.fromkeys(numbers)))
        finally:
            self._quiet = False
