"""Owns the histogram of the time line: bars by asset, the brush, the play head. Must not know the session.

Every move of the mouse has a key: arrows move the window by one bar, Shift+arrows make it longer or shorter at its end,
Home and End go to the ends, Escape looks at all of time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workstation.app.timeline import Bin, Histogram
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr

_SIDE, _AXIS, _GRIP = 10.0, 18.0, 5.0
#: How strong each series is drawn; texture and place in the stack tell them apart too, and the tip names them.
_SHARES = (255, 150, 95, 60, 35)

Window = tuple[int, int] | None


@guard
class TimeBars(QWidget):
    """The histogram. ``window_changed`` carries ``(since, until)``, both inside, or None for all of time.

    Args:
        written: writes seconds as a time for ticks and tips.
    """

    window_changed = Signal(object)

    def __init__(self, written: Callable[[int], str]) -> None:
        super().__init__()
        self._written = written
        self.histogram = Histogram()
        self.chosen: Window = None
        self.head: int | None = None
        self.marks: tuple[int, ...] = ()
        self._drag: tuple[str, int, Window] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Time line"))
        self.setAccessibleDescription(
            tr("Arrows move the window, Shift and arrows change its length, Escape clears it.")
        )

    def sizeHint(self) -> QSize:
        return QSize(600, 96)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 64)

    def show_histogram(self, histogram: Histogram) -> None:
        """Draw other bars."""
        self.histogram = histogram
        self.update()

    def show_window(self, window: Window, head: int | None = None) -> None:
        """Mark a window and a play head, without a signal."""
        self.chosen, self.head = window, head
        self.update()

    # --- places -----------------------------------------------------------------------------------------------

    def show_marks(self, times: Sequence[int]) -> None:
        """Mark moments: the transfers that an answer, a finding or a filter picks."""
        marks = tuple(times)
        if marks != self.marks:
            self.marks = marks
            self.update()

    def pixel(self, time: float) -> float:
        """The pixel of a second."""
        first, last = self.histogram.span
        return _SIDE + (time - first) / max(1, last + 1 - first) * (self.width() - 2 * _SIDE)

    def time(self, x: float) -> int:
        """The second of a pixel, inside the span."""
        first, last = self.histogram.span
        share = (x - _SIDE) / max(1.0, self.width() - 2 * _SIDE)
        return min(last, max(first, first + int(share * (last + 1 - first))))

    def bin_at(self, time: int) -> Bin | None:
        """The bar that covers a second."""
        bins = self.histogram.bins
        if not bins:
            return None
        width = bins[0].until - bins[0].since + 1
        return bins[min(len(bins) - 1, max(0, (time - bins[0].since) // width))]

    # --- drawing ----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._draw(painter)
        finally:
            painter.end()

    def _draw(self, painter: QPainter) -> None:
        palette = self.palette()
        accent, words, ground = palette.highlight().color(), palette.windowText().color(), palette.base().color()
        painter.fillRect(self.rect(), ground)
        bins, tall = self.histogram.bins, self.height() - _AXIS
        if not bins:
            painter.setPen(words)
            painter.drawText(
                self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("No transfer on this graph has a time.")
            )
            return
        since, until = self.chosen or self.histogram.span
        unit = (tall - 6) / max(1, self.histogram.tallest)
        for each in bins:
            inside = each.until >= since and each.since <= until
            self._bar(painter, each, tall, unit, accent if inside else words, inside=inside)
        if self.chosen is not None:
            left, right = self.pixel(since), self.pixel(until + 1)
            veil = QColor(accent)
            veil.setAlpha(34)
            painter.fillRect(QRectF(left, 0, max(1.0, right - left), tall), veil)
            painter.setPen(QPen(accent, 2))
            for edge in (left, right):
                painter.drawLine(round(edge), 0, round(edge), round(tall))
        if self.head is not None:
            painter.setPen(QPen(words, 1.6))
            painter.drawLine(round(self.pixel(self.head + 0.5)), 0, round(self.pixel(self.head + 0.5)), round(tall))
        self._draw_marks(painter, accent)
        self._axis(painter, words, tall)
        if self.hasFocus():
            painter.setPen(QPen(accent, 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(0.7, 0.7, self.width() - 1.4, self.height() - 1.4))

    def _draw_marks(self, painter: QPainter, accent: QColor) -> None:
        """A small arrow above each marked moment; many of one pixel are one."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        for x in sorted({round(self.pixel(time + 0.5)) for time in self.marks}):
            painter.drawPolygon([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 7)])

    def _bar(self, painter: QPainter, each: Bin, tall: float, unit: float, colour: QColor, *, inside: bool) -> None:
        left, right = self.pixel(each.since), self.pixel(each.until + 1)
        y = tall
        for number, many in enumerate(each.counts):
            if not many:
                continue
            shade = QColor(colour)
            shade.setAlpha(_SHARES[min(number, len(_SHARES) - 1)] if inside else 46)
            high = max(2.0, many * unit)
            painter.fillRect(QRectF(left, y - high, max(1.5, right - left - 1), high), shade)
            y -= high

    def _axis(self, painter: QPainter, words: QColor, tall: float) -> None:
        metrics = QFontMetricsF(self.font())
        dim = QColor(words)
        dim.setAlpha(190)
        painter.setPen(dim)
        first, last = self.histogram.span
        wide = metrics.horizontalAdvance(self._written(last)) + 24
        ticks = max(2, int((self.width() - 2 * _SIDE) // wide))
        taken: list[tuple[float, float]] = []
        for number in sorted(range(ticks), key=lambda n: (n not in (0, ticks - 1), n)):  # both ends before the middle
            time = first + (last - first) * number // (ticks - 1)
            label = self._written(time)
            long = metrics.horizontalAdvance(label)
            x = min(max(_SIDE, self.pixel(time) - long / 2), self.width() - _SIDE - long)
            if all(x > right + 10 or x + long + 10 < left for left, right in taken):
                taken.append((x, x + long))
                painter.drawText(QRectF(x, tall + 1, long + 2, _AXIS), int(Qt.AlignmentFlag.AlignLeft), label)

    # --- a person's hand --------------------------------------------------------------------------------------

    def _choose(self, window: Window) -> None:
        if window is not None:
            first, last = self.histogram.span
            since, until = sorted(window)
            window = max(first, since), min(last, until)
            if window == (first, last):
                window = None
        if window != self.chosen:
            self.chosen = window
            self.update()
            self.window_changed.emit(window)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.histogram.bins:
            return
        x, time = event.position().x(), self.time(event.position().x())
        what = "new"
        if self.chosen is not None:
            left, right = self.pixel(self.chosen[0]), self.pixel(self.chosen[1] + 1)
            if abs(x - left) <= _GRIP:
                what = "since"
            elif abs(x - right) <= _GRIP:
                what = "until"
            elif left < x < right:
                what = "move"
        self._drag = (what, time, self.chosen)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        time = self.time(event.position().x())
        if self._drag is None:
            self._tell(time)
            return
        what, began, was = self._drag
        if what == "new" or was is None:
            self._choose((began, time))
        elif what == "move":
            first, last = self.histogram.span
            by = max(first - was[0], min(time - began, last - was[1]))
            self._choose((was[0] + by, was[1] + by))
        else:
            self._choose((time, was[1]) if what == "since" else (was[0], time))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._drag = self._drag, None
        if dragged is not None and dragged[0] == "new" and self.chosen == dragged[2]:
            found = self.bin_at(self.time(event.position().x()))
            if found is not None and any(found.counts):
                self._choose((found.since, found.until))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._choose(None)

    def _tell(self, time: int) -> None:
        found = self.bin_at(time)
        if found is None:
            return
        named = zip(self.histogram.series, found.counts, strict=True)
        lines = [f"{name}: {count(many, tr('transfer'), tr('transfers'))}" for name, many in named if many]
        ends = f"{self._written(found.since)} – {self._written(found.until)}"
        text.set_tip(self, "\n".join([ends, *(lines or [tr("nothing moved")])]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bins, key = self.histogram.bins, event.key()
        if not bins:
            super().keyPressEvent(event)
            return
        step = bins[0].until - bins[0].since + 1
        first, last = self.histogram.span
        since, until = self.chosen or (first, min(last, first + step - 1))
        by = {Qt.Key.Key_Left: -step, Qt.Key.Key_Right: step}.get(Qt.Key(key))
        if key == Qt.Key.Key_Escape and self.chosen is not None:
            self._choose(None)
        elif by is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._choose((since, max(since, until + by)))
        elif by is not None and self.chosen is not None:
            by = max(first - since, min(by, last - until))
            self._choose((since + by, until + by))
        elif by is not None:
            self._choose((since, until))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            by = first - since if key == Qt.Key.Key_Home else last - until
            self._choose((since + by, until + by))
        else:
            super().keyPressEvent(event)
