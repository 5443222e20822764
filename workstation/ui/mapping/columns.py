"""Owns the preview table of the wizard: the first rows as they are, and above each column the choice of its role."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QTableWidget, QWidget

from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.mapping import words
from workstation.ui.style import dim_colour
from workstation.ui.translate import tr

_WIDEST = 260
_NARROWEST = 116


@guard
class ColumnTable(QTableWidget):
    """The first rows of a file. Row 0 holds one choice per column; ``changed`` is called after each choice."""

    def __init__(self, changed: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changed = changed
        self._filling = False
        self._roles: tuple[str, ...] = ()
        self.boxes: list[QComboBox] = []
        self.setAccessibleName(tr("First rows of the file, with the meaning of each column above"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().hide()

    def show_rows(self, rows: Sequence[Sequence[str]], header_row: int, roles: Sequence[str]) -> None:
        """List the rows; ``header_row`` counts from 1 (0: none) and is drawn strong, rows above it are dim."""
        self._filling = True
        self._roles = tuple(roles)
        self.boxes = []
        self.clear()
        self.setColumnCount(max((len(row) for row in rows), default=0))
        self.setRowCount(len(rows) + 1)
        self.setVerticalHeaderLabels([tr("means"), *(str(n) for n in range(1, len(rows) + 1))])
        strong = QFont(self.font())
        strong.setBold(True)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                item = text.table_cell(cell)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if len(cell) > 24:
                    item.setToolTip(text.tip_text(cell))
                if number == header_row:
                    item.setFont(strong)
                elif number < header_row:
                    item.setForeground(dim_colour(self.palette()))
                self.setItem(number, column, item)
        for column in range(self.columnCount()):
            self._add_box(column, rows, header_row)
        self._fit()
        self._filling = False

    def _add_box(self, column: int, rows: Sequence[Sequence[str]], header_row: int) -> None:
        box = QComboBox()
        box.addItem(tr("kept as it is"), "")
        for name in self._roles:
            box.addItem(words.role(name), name)
        header = rows[header_row - 1] if 0 < header_row <= len(rows) else ()
        named = header[column] if column < len(header) else ""
        box.setAccessibleName(tr("Meaning of column {n} {name}", n=column + 1, name=text.cell(named[:60])))
        box.currentIndexChanged.connect(lambda _: self._chosen(column))
        self.boxes.append(box)
        self.setCellWidget(0, column, box)

    def _fit(self) -> None:
        self.resizeColumnsToContents()
        for column in range(self.columnCount()):
            hint = self.boxes[column].sizeHint().width() + 4
            wide = min(max(self.columnWidth(column), _NARROWEST, hint), max(_WIDEST, hint))
            self.setColumnWidth(column, wide)
        self.setRowHeight(0, self.boxes[0].sizeHint().height() + 6 if self.boxes else 30)

    def set_columns(self, columns: Mapping[str, int]) -> None:
        """Show which role each column has; the numbers count from 1."""
        self._filling = True
        by_column = {number: name for name, number in columns.items()}
        for number, box in enumerate(self.boxes, 1):
            index = box.findData(by_column.get(number, ""))
            box.setCurrentIndex(max(0, index))
            box.setProperty("strong", bool(by_column.get(number)))
        self._filling = False

    def columns(self) -> dict[str, int]:
        """Role to column number, as chosen."""
        found: dict[str, int] = {}
        for number, box in enumerate(self.boxes, 1):
            name = str(box.currentData() or "")
            if name:
                found.setdefault(name, number)
        return found

    def _chosen(self, column: int) -> None:
        if self._filling:
            return
        name = self.boxes[column].currentData()
        self._filling = True
        for other, box in enumerate(self.boxes):
            if other != column and name and box.currentData() == name:
                box.setCurrentIndex(0)  # a role stands over one column
        self._filling = False
        self._changed()
