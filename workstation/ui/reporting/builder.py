"""Owns the report builder: sections, scenes and findings of the report, their order, captions, language, and a preview.

Keeping the choice is a command (``paper.choose``); setting and writing pages are jobs. Must not set a page itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from workstation.app.paper import Choice
from workstation.ui import text
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.paperpages import PaperPages
from workstation.ui.translate import tr
from workstation.ui.widgets import Scrolled, button, plain

_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Offered:
    """What can stand in a report: keys with shown texts, in their usual order; captions of scenes as the case has them."""

    sections: Sequence[tuple[str, str]]
    scenes: Sequence[tuple[str, str]]
    findings: Sequence[tuple[str, str]]
    captions: Mapping[str, str]
    languages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What the builder asks for. Each is called with the choice and the language as they stand in the form.

    Attributes:
        preview: sets the pages; then calls its first function with them, or its second with the reason why not.
        write: keeps the choice and writes the report into a file.
    """

    preview: Callable[[Choice, str, Callable[[Sequence[bytes]], object], Callable[[str], object]], object]
    write: Callable[[Choice, str, Path], object]


@guard
class Ordered(QWidget):
    """A list whose lines are ticked and moved: Space ticks, Alt+Up and Alt+Down move the marked line."""

    def __init__(self, name: str, rows: Sequence[tuple[str, str]], chosen: Sequence[str] | None) -> None:
        super().__init__()
        words = dict(rows)
        first = [key for key in (words if chosen is None else chosen) if key in words]
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setAccessibleDescription(tr("Space ticks a line, Alt and the arrow keys move it."))
        for key in [*first, *(key for key in words if key not in first)]:
            made = text.list_row(words[key])
            made.setData(_KEY, key)
            made.setFlags(made.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            made.setCheckState(Qt.CheckState.Checked if key in first else Qt.CheckState.Unchecked)
            self.list.addItem(made)
        self.list.setCurrentRow(0)
        self._line = line = QHBoxLayout()
        line.addWidget(button(tr("Up"), lambda: self.move_by(-1), tip=tr("Alt+Up")))
        line.addWidget(button(tr("Down"), lambda: self.move_by(1), tip=tr("Alt+Down")))
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        self.list.setMinimumHeight(3 * self.list.fontMetrics().height())
        column.addWidget(self.list, 1)
        column.addLayout(line)
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            made_key = QShortcut(QKeySequence(keys), self.list)
            made_key.setContext(Qt.ShortcutContext.WidgetShortcut)
            made_key.activated.connect(lambda by=by: self.move_by(by))

    def minimumSizeHint(self) -> QSize:
        """Room for some lines and for the buttons as a whole; a style's least height would squeeze them."""
        high = self.list.minimumHeight() + 2 * self._line.spacing() + self._line.sizeHint().height()
        return super().minimumSizeHint().expandedTo(QSize(0, high))

    def move_by(self, by: int) -> None:
        """Move the marked line up or down."""
        here = self.list.currentRow()
        if 0 <= here < self.list.count() and 0 <= here + by < self.list.count():
            self.list.insertItem(here + by, self.list.takeItem(here))
            self.list.setCurrentRow(here + by)

    def ticked(self) -> tuple[str, ...]:
        """Keys of the ticked lines, in order."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(str(item.data(_KEY)) for item in items if item.checkState() is Qt.CheckState.Checked)

    def as_chosen(self, usual: Sequence[tuple[str, str]]) -> tuple[str, ...] | None:
        """None when everything is ticked in its usual order, so that what is made later is shown, too."""
        found = self.ticked()
        return None if list(found) == [key for key, _ in usual] else found


@guard
class ReportBuilder(AskDialog):
    """Chooses what the report shows, beside a preview of its pages."""

    def __init__(self, parent: QWidget | None, offered: Offered, choice: Choice, work: Work, out: Path) -> None:
        super().__init__(
            parent, tr("Report"),
            tr("What the report shows, and in which order. The evidence package holds everything anyway."),
            tr("Keep this choice"),
        )  # fmt: skip
        self._offered, self._work, self._out = offered, work, out
        self._captions = {key: choice.captions.get(key, "") for key, _ in offered.scenes}
        self.sections = Ordered(tr("Sections of the report"), offered.sections, choice.sections)
        self.scenes = Ordered(tr("Scenes in the report"), offered.scenes, choice.scenes)
        self.findings = Ordered(tr("Findings in the report"), offered.findings, choice.findings)
        tabs = QTabWidget()
        for words, page in (
            (tr("Sections"), self.sections),
            (tr("Scenes"), self.scenes),
            (tr("Findings"), self.findings),
        ):
            tabs.addTab(page, words)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(tabs, 1)
        self.caption, self.classification, self.language = QLineEdit(), QLineEdit(choice.classification), QComboBox()
        self.classification.setPlaceholderText(tr("printed on every page"))
        for code, name in offered.languages.items():
            self.language.addItem(name, code)
        for words, field in (
            (tr("Caption of the marked scene"), self.caption), (tr("Classification"), self.classification),
            (tr("Language"), self.language),
        ):  # fmt: skip
            said = plain(words, small=True, dim=True)
            said.setBuddy(field)
            field.setAccessibleName(words)
            column.addWidget(said)
            column.addWidget(field)
        self.preview = PaperPages(tr("Preview of the report"), tr("The report is being set …"))
        self.preview.words.setText(tr("Preview shows the pages as they will be printed."))
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(Scrolled(left))
        across.addWidget(self.preview)
        across.setSizes([320, 660])
        across.setChildrenCollapsible(False)
        self.body.addWidget(across, 1)
        self.foot.insertWidget(0, button(tr("Preview"), self.show_preview))
        self.foot.insertWidget(1, button(tr("Write the report …"), self._write))
        self.scenes.list.currentRowChanged.connect(lambda _: self._show_caption())
        self.caption.textEdited.connect(self._caption_typed)
        self._show_caption()
        self.resize(1040, 680)
        self.sections.list.setFocus()

    def _scene(self) -> str:
        item = self.scenes.list.currentItem()
        return "" if item is None else str(item.data(_KEY))

    def _show_caption(self) -> None:
        key = self._scene()
        self.caption.setEnabled(bool(key))
        self.caption.setText(self._captions.get(key, ""))
        self.caption.setPlaceholderText(text.cell(self._offered.captions.get(key, "")))

    def _caption_typed(self, words: str) -> None:
        self._captions[self._scene()] = words.strip()

    def wrong(self) -> str:
        """A report has at least one section."""
        return "" if self.sections.ticked() else tr("Tick at least one section.")

    def choice(self) -> Choice:
        """The form as a choice."""
        return Choice(
            self.sections.ticked(), self.scenes.as_chosen(self._offered.scenes),
            self.findings.as_chosen(self._offered.findings), {k: v for k, v in self._captions.items() if v},
            self.classification.text().strip(),
        )  # fmt: skip

    def cleared(self) -> tuple[str, ...]:
        """Scenes whose caption of the report was emptied: they show their own again."""
        return tuple(key for key, words in self._captions.items() if not words)

    def show_preview(self) -> None:
        """Set the pages beside the window and show them."""
        if self._may():
            self.preview.busy()
            self._work.preview(self.choice(), str(self.language.currentData()), self._shown, self._failed)

    def _shown(self, pages: Sequence[bytes]) -> None:
        if Shiboken.isValid(self):  # it may be closed while the pages are set
            self.preview.show_pages(pages, "", tr("The report as it will be printed."))

    def _failed(self, why: str) -> None:
        if Shiboken.isValid(self):
            self.preview.failed(why)

    def _may(self) -> bool:
        found = self.wrong()
        self.problem.setText(found)
        self.problem.setVisible(bool(found))
        return not found

    def _write(self) -> None:
        if self._may():
            kinds = tr("PDF/A (*.pdf);;Editable document (*.docx)")
            found = QFileDialog.getSaveFileName(self, tr("Where the report goes"), str(self._out), kinds)[0]
            if found:
                self._work.write(self.choice(), str(self.language.currentData()), Path(found))
