"""Owns the view of a source row: the record an exhibit states, its cells, the rows around it, and which exhibit it is.

Everything shown comes from strangers and goes through ``ui.text``: hidden characters are marks. Must not read a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QFont, QFontDatabase, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.app.chooser import clean
from workstation.app.sourcerow import Place, SourceRow, look
from workstation.domain.errors import WorkstationError
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.style import mix
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, copy_text, plain, tool

if TYPE_CHECKING:
    from workstation.app.session import Session

_FORMS = {
    "table": "Row of a table", "json": "JSON, laid out; every value as written", "text": "Text",
    "hex": "Bytes (this is no text)", "none": "Its place in the file is not known",
}  # fmt: skip


@guard
class SourceDialog(QDialog):
    """The places that state something, one at a time.

    Args:
        places: at least one.
    """

    def __init__(self, parent: QWidget | None, session: Session, places: Sequence[Place]) -> None:
        super().__init__(parent)
        self.session = session
        self.places = tuple(places)
        self.shown: SourceRow | None = None
        self.setWindowTitle(tr("Source row"))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.setSpacing(8)
        self.head = plain("", head=True, wrap=True)
        column.addWidget(self.head)
        self.under = plain("", dim=True, small=True, wrap=True)
        column.addWidget(self.under)
        self.sha = plain("", mono=True, dim=True, wrap=True, select=True, breaks=True)
        column.addWidget(self.sha)
        column.addWidget(self._chooser())
        self.cells = _tree(tr("Cells of the row"), (tr("Column"), tr("Value"), tr("Is")))
        self.lines = _tree(
            tr("The row and the rows around it"), ("", tr("Place"), tr("As it stands in the exhibit"), tr("Is"))
        )
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.cells)
        split.addWidget(self.lines)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        column.addWidget(split, 1)
        self.words = plain("", dim=True, small=True, wrap=True)
        column.addWidget(self.words)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.copy = button(tr("Copy citation"), self._copy, tip=tr("Exhibit, SHA-256, place and SHA-256 of the row"))
        foot.addWidget(self.copy)
        close = button(tr("Close"), self.accept, primary=True)
        close.setDefault(True)
        foot.addWidget(close)
        column.addLayout(foot)
        self.resize(940, 600)
        self.show_place(0)

    def _chooser(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Place"))
        for place in self.places:
            cite = place.citation
            self.choice.addItem(text.cell(f"{clean(place.title, 60)}   E-{cite.exhibit:04d}  {cite.locator}"))
        self.choice.currentIndexChanged.connect(self.show_place)
        for icon, name, by in (("step_back", tr("Place before"), -1), ("step_forward", tr("Next place"), 1)):
            line.addWidget(tool(icon, name, partial(self._step, by)))
        line.addWidget(self.choice, 1)
        self.of = plain(count(len(self.places), "place", "places"), dim=True, small=True)
        line.addWidget(self.of)
        holder.setVisible(len(self.places) > 1)
        return holder

    def _step(self, by: int) -> None:
        self.choice.setCurrentIndex((self.choice.currentIndex() + by) % len(self.places))

    def show_place(self, number: int) -> None:
        """Show one of the places."""
        if not 0 <= number < len(self.places):
            return
        place = self.places[number]
        for tree in (self.cells, self.lines):
            tree.clear()
        try:
            self.shown = found = look(self.session, place)
        except WorkstationError as problem:
            self.shown = None
            self.head.setText(f"E-{place.citation.exhibit:04d}")
            self.words.setText(str(problem))
            return
        cite, exhibit = place.citation, found.exhibit
        self.head.setText(f"E-{exhibit.number:04d}  {exhibit.name}")
        inside = "".join(f"{tr('in')} E-{each.number:04d} {each.name}  ·  " for each in reversed(found.holders))
        bytes_ = (
            tr("bytes {a} to {b}", a=f"{cite.offset:,}", b=f"{cite.offset + cite.length:,}") if cite.length >= 0 else ""
        )
        self.under.setText(
            "  ·  ".join(
                part for part in (inside.removesuffix("  ·  "), cite.locator, bytes_, tr(_FORMS[found.form])) if part
            )
        )
        self.sha.setText(f"SHA-256 {exhibit.sha256}")
        self.sha.setAccessibleName(f"SHA-256 {exhibit.sha256}")
        self._fill(found)
        self.words.setText(self._said(found))

    def _said(self, found: SourceRow) -> str:
        whole = found.place.citation.length
        marked = [cell.what for cell in found.cells if cell.what] + [line.what for line in found.lines if line.what]
        said = []
        if 0 <= found.read < whole:
            said.append(tr("The first {n} of {m} bytes of this record are shown.", n=f"{found.read:,}", m=f"{whole:,}"))
        if marked:
            names = ", ".join(dict.fromkeys(tr(what) for what in marked))
            said.append(tr("Marked: {names}.", names=names))
        elif found.form != "none" and found.place.wanted:
            said.append(tr("No cell holds a value of the statement as written; the reader converted it."))
        return " ".join(said)

    def _fill(self, found: SourceRow) -> None:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        palette = QApplication.palette()
        soft = QBrush(mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Highlight), 0.22))
        bold = QFont(self.font())
        bold.setBold(True)
        for cell in found.cells:
            row = text.tree_row((cell.name, cell.text, tr(cell.what)))
            row.setToolTip(1, text.tip_text(cell.text))
            if cell.what:
                _paint(row, 3, soft, bold)
            self.cells.addTopLevelItem(row)
        self.cells.setVisible(bool(found.cells))
        first: QTreeWidgetItem | None = None
        for line in found.lines:
            row = text.tree_row(("▸" if line.here else "", line.at, line.text, tr(line.what)))
            # blanks at the start carry the layout of JSON; ``tree_row`` keeps them, the view must too
            row.setFont(2, fixed)
            row.setFont(1, fixed)
            if line.here and (line.what or found.form in ("table", "text", "hex")):
                _paint(row, 4, soft, None)
            if line.here and first is None:
                first = row
            self.lines.addTopLevelItem(row)
        for tree, last in ((self.cells, 1), (self.lines, 2)):
            for at in range(tree.columnCount()):
                tree.resizeColumnToContents(at)
            limit = QFontMetrics(self.font()).averageCharWidth() * (90 if tree is self.cells else 140)
            tree.setColumnWidth(last, min(tree.columnWidth(last), limit))
        self.lines.setColumnHidden(1, found.form != "hex")
        self.lines.setColumnHidden(3, found.form != "json")
        if first is not None:
            self.lines.setCurrentItem(first)
            self.lines.scrollToItem(first, QTreeWidget.ScrollHint.PositionAtCenter)

    def _copy(self) -> None:
        if self.shown is not None:
            cite, exhibit = self.shown.place.citation, self.shown.exhibit
            copy_text(
                f"E-{exhibit.number:04d}\t{text.cell(exhibit.name)}\tSHA-256 {exhibit.sha256}\t{cite.locator}"
                f"\tbytes {cite.offset}+{cite.length}\tSHA-256 {cite.sha256}"
            )


@guard
class MarkedRows(QStyledItemDelegate):
    """Paints the background of a marked row; the style sheet of the window would leave it out."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        brush = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(brush, QBrush):
            painter.fillRect(option.rect, brush)
        super().paint(painter, option, index)


def _tree(name: str, heads: Sequence[str]) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels([text.cell(head) for head in heads])
    tree.setRootIsDecorated(False)
    tree.setItemDelegate(MarkedRows(tree))
    tree.setUniformRowHeights(True)
    tree.setHorizontalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
    tree.setTextElideMode(Qt.TextElideMode.ElideNone)
    tree.setAccessibleName(text.cell(name))
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    tree.header().setStretchLastSection(True)
    return tree


def _paint(row: QTreeWidgetItem, columns: int, brush: QBrush, font: QFont | None) -> None:
    for at in range(columns):
        row.setBackground(at, brush)
        if font is not None:
            row.setFont(at, font)
