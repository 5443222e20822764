"""Owns the windows that show what came out: import summary, export seal, verification, key sheet, help, crash.

Must not run anything except through callables it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.domain.evidence import Check, ImportResult
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import breakable, button, card, copy_text, list_icon, plain


@guard
class ResultDialog(QDialog):
    """A heading, one sentence, a table and a row of buttons."""

    def __init__(self, parent: QWidget | None, title: str, words: str, heads: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 14)
        self.column.setSpacing(10)
        self.column.addWidget(plain(title, head=True))
        self.words = plain(words, wrap=True)
        self.column.addWidget(self.words)
        self.table = QTreeWidget()
        self.table.setHeaderLabels(list(heads))
        self.table.setRootIsDecorated(False)
        self.table.setHorizontalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.table.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.table.setAccessibleName(title)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.header().setStretchLastSection(False)
        self.column.addWidget(self.table, 1)
        self.foot = QHBoxLayout()
        self.foot.addStretch(1)
        self.close_button = button(tr("Close"), self.accept, primary=True)
        self.close_button.setDefault(True)
        self.foot.addWidget(self.close_button)
        self.column.addLayout(self.foot)
        self.resize(980, 440)

    def add(self, cells: Sequence[str], icon: str) -> None:
        """One row with an icon before it."""
        row = QTreeWidgetItem(list(cells))
        row.setIcon(0, list_icon(icon))
        for column, words in enumerate(cells):
            row.setToolTip(column, text.tip_text(words))
        self.table.addTopLevelItem(row)


def import_summary(
    parent: QWidget | None, results: Sequence[ImportResult], show_problems: Callable[[], object]
) -> ResultDialog:
    """What happened to each file: read, accepted, duplicates, skipped; with the way to the problems."""
    good = sum(1 for r in results if r.outcome in ("accepted", "partial"))
    words = tr(
        "{n} of {m} files are in the case. A file can be retracted with a reason; it is never silently changed.",
        n=good,
        m=len(results),
    )
    heads = [
        tr("File"),
        tr("Outcome"),
        tr("Read"),
        tr("New"),
        tr("Already there"),
        tr("Skipped"),
        tr("Format"),
        tr("Remarks"),
    ]
    made = ResultDialog(parent, tr("Import finished"), words, heads)
    for result in results:
        told = " · ".join(
            part
            for part in (
                f"{result.code}: {result.message}" if result.message else "",
                *result.warnings,
                *result.assumptions,
            )
            if part
        )
        cells = [
            Path(result.path).name,
            tr(result.outcome),
            f"{result.read:,}",
            f"{result.accepted:,}",
            f"{result.duplicates:,}",
            f"{result.quarantined:,}",
            result.reader,
            told,
        ]
        made.add(cells, {"accepted": "ok", "partial": "warn"}.get(result.outcome, "no"))
    if any(r.quarantined or r.warnings or r.outcome == "rejected" for r in results):

        def problems() -> None:
            made.accept()
            show_problems()

        made.foot.insertWidget(1, button(tr("Show problems"), problems))
    return made


def verify_result(parent: QWidget | None, title: str, checks: Sequence[Check]) -> ResultDialog:
    """The checks of a case or a package, each with what it means."""
    bad = [c for c in checks if not c.ok]
    words = (
        tr("Everything that was checked holds.")
        if not bad
        else tr("{n} of {m} checks failed. Do not rely on this until they are explained.", n=len(bad), m=len(checks))
    )
    made = ResultDialog(parent, title, words, [tr("Check"), tr("Result"), tr("Meaning")])
    made.words.setProperty("strong", True)
    for check in checks:
        made.add([check.name, tr("holds") if check.ok else tr("FAILED"), check.detail], "ok" if check.ok else "no")
    return made


@guard
class SealDialog(QDialog):
    """The seal of a finished package, to be read aloud or printed, and the way to check it."""

    def __init__(
        self, parent: QWidget | None, path: Path, seal: str, zip_sha256: str, files: int, verify: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Package sealed"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addWidget(plain(tr("The evidence package is sealed"), head=True))
        column.addWidget(plain(tr("{n} files in {name}", n=files, name=path.name), wrap=True))
        frame, inner = card()
        for words, value in ((tr("Seal"), seal), (tr("SHA-256 of the ZIP"), zip_sha256), (tr("Place"), str(path))):
            inner.addWidget(plain(words, dim=True, small=True))
            line = plain(breakable(value), mono=True, wrap=True, select=True)
            line.setAccessibleName(f"{words} {value}")
            inner.addWidget(line)
        column.addWidget(frame)
        column.addWidget(
            plain(
                tr(
                    "Note the seal by hand or print the seal sheet beside the package. "
                    "Whoever receives it compares the seal and runs the check."
                ),
                dim=True,
                wrap=True,
            )
        )
        foot = QHBoxLayout()
        foot.addWidget(button(tr("Copy seal"), lambda: copy_text(seal)))
        foot.addStretch(1)
        self.verify = button(tr("Verify now"), verify, primary=True)
        foot.addWidget(self.verify)
        foot.addWidget(button(tr("Close"), self.accept))
        column.addLayout(foot)
        self.setMinimumWidth(620)


def key_sheet(parent: QWidget | None, rows: Sequence[tuple[str, str, str]]) -> ResultDialog:
    """Every key by menu, from the registry: ``(menu, command, keys)``."""
    made = ResultDialog(
        parent,
        tr("Keys"),
        tr("Single letters act only while the graph has the focus."),
        [tr("Key"), tr("Command"), tr("Menu")],
    )
    for menu, title, keys in rows:
        made.add([keys, title, menu], "command")
    made.resize(640, 560)
    return made


@guard
class HelpWindow(QDialog):
    """The help pages of the program: our own trusted Markdown, shown as text runs; nothing is fetched, nothing runs."""

    def __init__(self, parent: QWidget | None, folder: Path, page: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        split = QSplitter(Qt.Orientation.Horizontal)
        column.addWidget(split)
        self._pages = sorted(folder.glob("*.md"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Help pages"))
        self.view = QScrollArea()
        self.view.setWidgetResizable(True)
        self.view.setAccessibleName(tr("Help page"))
        self.view.setFrameShape(QScrollArea.Shape.NoFrame)
        split.addWidget(self.list)
        split.addWidget(self.view)
        split.setStretchFactor(1, 1)
        for path in self._pages:
            self.list.addItem(_title(path))
        self.list.currentRowChanged.connect(self._show)
        names = [path.stem.partition("-")[2] or path.stem for path in self._pages]
        self.list.setCurrentRow(names.index(page) if page in names else 0)
        self.resize(860, 560)
        split.setSizes([230, 630])

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._pages):
            return
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(18, 6, 18, 12)
        column.setSpacing(7)
        for words, level in blocks(self._pages[row].read_text("utf-8")):
            line = plain(words, head=level == 2, wrap=True, select=True)
            if level == 1:
                line.setProperty("pageTitle", True)
            if level:
                column.addSpacing(6)
            column.addWidget(line)
        column.addStretch(1)
        self.view.setWidget(page)


def _title(path: Path) -> str:
    first = path.read_text("utf-8").split("\n", 1)[0]
    return first.removeprefix("#").strip() or path.stem


def blocks(words: str) -> list[tuple[str, int]]:
    """The paragraphs, list lines and headings of a Markdown page as plain texts with their heading level (0 = none)."""
    found: list[tuple[str, int]] = []
    for block in re.split(r"\n\s*\n", words.strip()):
        lines = block.split("\n")
        listed = re.match(r"- |\d+\. |#", lines[0])
        for part in lines if listed else [" ".join(lines)]:
            level = len(part) - len(part.lstrip("#"))
            shown = part.lstrip("#").strip() if level else part
            shown = re.sub(r"\*\*(.+?)\*\*|`(.+?)`", lambda m: m.group(1) or m.group(2), shown)
            found.append(("   •  " + shown[2:] if shown.startswith("- ") else shown, level))
    return found


@guard
class CrashDialog(QDialog):
    """An error the program did not expect: what is safe, the details as plain text, and a copy button."""

    def __init__(self, parent: QWidget | None, details: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addWidget(plain(tr("An unexpected error happened"), head=True))
        words = tr(
            "WS-UI-001: the last action may not have finished. What was saved before is on disk "
            "and in the custody log. Copy the details for whoever maintains the program, then go on or reopen the case."
        )
        column.addWidget(plain(words, wrap=True))
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(tr("Details"))
        column.addWidget(self.details, 1)
        foot = QHBoxLayout()
        foot.addWidget(button(tr("Copy details"), lambda: copy_text(details)))
        foot.addStretch(1)
        close = button(tr("Go on"), self.accept, primary=True)
        foot.addWidget(close)
        column.addLayout(foot)
        self.resize(640, 360)
