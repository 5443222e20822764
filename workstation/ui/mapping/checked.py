"""Owns the lower part of the wizard: what would come in, which rows would not, and a sample. Must not run anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QScrollArea, QTabWidget, QTreeWidget, QVBoxLayout, QWidget

from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import clear, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.app.mapping import Check


@guard
class CheckView(QTabWidget):
    """The live check of the mapping: result, rows not used, sample."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setAccessibleName(tr("Live check"))
        self.result = QWidget()
        self.lines = QVBoxLayout(self.result)
        self.lines.setContentsMargins(10, 8, 10, 8)
        self.lines.setSpacing(4)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self.result)
        self.unused = _list([tr("Row"), tr("Why"), tr("Text of the row")], tr("Rows not used"))
        self.sample = _list([tr("Row"), tr("What it says")], tr("Sample"))
        self.addTab(area, tr("What comes in"))
        self.addTab(self.unused, tr("Rows not used"))
        self.addTab(self.sample, tr("Sample"))
        self.said: tuple[str, ...] = ()

    def ask(self, open_questions: Sequence[str]) -> None:
        """Show what must be answered before anything can be checked."""
        self._say([(words, True) for words in open_questions])
        self.unused.clear()
        self.sample.clear()
        self.setTabText(1, tr("Rows not used"))

    def busy(self) -> None:
        """Say that the check runs."""
        self._say([(tr("checking …"), False)])

    def failed(self, words: str) -> None:
        """Say why the file could not be read this way."""
        self._say([(words, True)])

    def show_check(self, check: Check) -> None:
        """List the outcome of a check."""
        skipped = sum(n for _, n in check.skipped)
        head = tr(
            "{rows}: {good} would come in, {skipped} left out as understood, {bad} not usable.",
            rows=count(check.rows, "row", "rows"), good=f"{check.accepted:,}", skipped=f"{skipped:,}",
            bad=f"{len(check.bad):,}",
        )  # fmt: skip
        lines = [(head, True)]
        lines += [(warning, True) for warning in check.warnings]
        if check.first or check.last:
            lines.append((tr("From {first} to {last} (UTC)", first=check.first, last=check.last), False))
        lines += [(line, False) for line in check.sums]
        lines += [(f"{why}: {n:,}", False) for why, n in check.skipped]
        lines += [(words, False) for words in check.assumptions]
        self._say(lines)
        self.unused.clear()
        for locator, code, reason, raw in check.bad[:500]:
            _row(self.unused, [locator, f"{reason} ({code})", raw.replace("\n", " ⏎ ")[:500]])
        self.setTabText(1, tr("Rows not used  {n}", n=len(check.bad)) if check.bad else tr("Rows not used"))
        self.sample.clear()
        for locator, words in check.sample:
            _row(self.sample, [locator, words])

    def _say(self, lines: Sequence[tuple[str, bool]]) -> None:
        clear(self.lines)
        self.said = tuple(words for words, _ in lines)
        for words, strong in lines:
            self.lines.addWidget(plain(words, strong=strong, wrap=True, select=True))
        self.lines.addStretch(1)


def _list(heads: list[str], name: str) -> QTreeWidget:
    made = QTreeWidget()
    made.setHeaderLabels(heads)
    made.setRootIsDecorated(False)
    made.setAccessibleName(name)
    made.setUniformRowHeights(True)
    made.setColumnWidth(0, 110)
    made.setColumnWidth(1, 420)
    return made


def _row(tree: QTreeWidget, cells: list[str]) -> None:
    item = text.tree_row(cells)
    for column, words in enumerate(cells):
        item.setToolTip(column, text.tip_text(words))
    tree.addTopLevelItem(item)
