"""Owns the windows that show what came out: export seal, verification, key sheet, help, crash.

Must not run anything except through callables it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QScrollArea,
    QSplitter,
    QTableWidget,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)

from workstation.domain.evidence import Check
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import button, card, copy_text, list_icon, plain


@guard
class ResultDialog(QDialog):
    """A heading, one sentence, a table and a row of buttons."""

    def __init__(self, parent: QWidget | None, title: str, words: str, heads: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(text.cell(title))
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
        self.table.setAccessibleName(text.cell(title))
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
        row = text.tree_row(cells)
        row.setIcon(0, list_icon(icon))
        for column, words in enumerate(cells):
            row.setToolTip(column, text.tip_text(words))
        self.table.addTopLevelItem(row)


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
            line = plain(value, mono=True, wrap=True, select=True, breaks=True)
            line.setAccessibleName(text.cell(f"{words} {value}"))
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


#: The level of a picture among the blocks of a page; only pictures that the program brings are shown.
PICTURE = -1
#: The level of what is typed or printed word for word.
CODE = -2
_PICTURE = re.compile(r"!\[([^\]]+)\]\((pictures/[a-z0-9-]+\.png)\)")
_PICTURE_WIDE = 760


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
        self.resize(1090, 640)  # a picture of a page has its whole width
        split.setSizes([230, 836])

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._pages):
            return
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(18, 6, 18, 12)
        column.setSpacing(7)
        whole = self._pages[row].read_text("utf-8")
        for words, level in blocks(whole):
            if level == PICTURE:
                column.addWidget(_help_picture(self._pages[row].parent, words))
                continue
            if level == CODE:
                column.addWidget(plain(words, mono=True, wrap=True, select=True))
                continue
            line = plain(words, head=level == 2, wrap=True, select=True)
            if level == 1:
                line.setProperty("pageTitle", True)
            if level == 3:
                line.setProperty("strong", True)
            if level:
                column.addSpacing(6)
            column.addWidget(line)
        rows = table_rows(whole)
        if rows:
            column.addWidget(_help_table(rows), 1)
        else:
            column.addStretch(1)
        self.view.setWidget(page)


def _help_picture(folder: Path, words: str) -> QWidget:
    """A picture of a help page as wide as the page; its words are read aloud and stand below it."""
    found = _PICTURE.fullmatch(words)
    assert found is not None
    about, name = found.groups()
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 4, 0, 4)
    shown = QPixmap(str(folder / name))
    picture = plain("")
    picture.setPixmap(shown.scaledToWidth(_PICTURE_WIDE, Qt.TransformationMode.SmoothTransformation))
    picture.setAccessibleName(about)
    column.addWidget(picture)
    column.addWidget(plain(about, dim=True, small=True, wrap=True))
    return page


def _title(path: Path) -> str:
    first = path.read_text("utf-8").split("\n", 1)[0]
    return re.sub(r" \([a-z_]+, version \d+\)$", "", first.removeprefix("#").strip()) or path.stem


def table_rows(words: str) -> list[list[str]]:
    """The rows of the table of a Markdown page, header first; empty when it has none."""
    lines = [line.strip() for line in words.splitlines() if line.startswith("|")]
    cells = [[c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line[1:-1])] for line in lines]
    return [row for row in cells if not all(set(cell) <= {"-", ":"} for cell in row)]


def _help_table(rows: Sequence[Sequence[str]]) -> QTableWidget:
    """A table whose last column wraps: what stands there is the longest, and none of it may be cut."""
    made = QTableWidget(len(rows) - 1, len(rows[0]))
    made.setHorizontalHeaderLabels([words.capitalize() for words in rows[0]])
    made.setAccessibleName(rows[0][0])
    made.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    made.setTabKeyNavigation(False)
    made.setMinimumHeight(300)
    for number, row in enumerate(rows[1:]):
        for column, words in enumerate(row):
            item = text.table_cell(words)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            made.setItem(number, column, item)
    made.resizeColumnsToContents()
    for column in range(len(rows[0]) - 1):
        made.setColumnWidth(column, min(made.columnWidth(column), 170))
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    made.horizontalHeader().setSectionResizeMode(len(rows[0]) - 1, QHeaderView.ResizeMode.Stretch)
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.verticalHeader().hide()
    return made


def blocks(words: str) -> list[tuple[str, int]]:
    """The paragraphs, list lines and headings of a Markdown page as plain texts with their heading level (0 = none).

    A line that is a picture of the program's own folder stays as it is, with the level ``PICTURE``; so does what is
    typed or printed (between lines of three backticks), with the level ``CODE``.
    """
    found: list[tuple[str, int]] = []
    prose, *rest = re.split(r"^```\w*\n(.*?)^```$", words.strip(), flags=re.MULTILINE | re.DOTALL)
    found += _prose(prose)
    for typed, prose in zip(rest[::2], rest[1::2], strict=True):
        found += [(typed.rstrip("\n"), CODE), *_prose(prose)]
    return found


def _prose(words: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for block in re.split(r"\n\s*\n", words.strip()):
        if not block:
            continue
        if block.startswith("|"):
            continue  # a table, shown as one
        lines = block.split("\n")
        listed = re.match(r"- |\d+\. |#", lines[0])
        for part in lines if listed else [" ".join(lines)]:
            if _PICTURE.fullmatch(part):
                found.append((part, PICTURE))
                continue
            level = len(part) - len(part.lstrip("#"))
            shown = part.lstrip("#").strip() if level else part
            shown = re.sub(
                r"\*\*(.+?)\*\*|`(.+?)`|\[(.+?)\]\([^)]*\)", lambda m: m.group(1) or m.group(2) or m.group(3), shown
            )
            shown = re.sub(r"(?<!\*)\*([^*\s][^*]*?)\*(?!\*)", r"\1", shown)
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
        self.details = text.PlainTextView(details)
        self.details.setAccessibleName(tr("Details"))
        column.addWidget(self.details, 1)
        foot = QHBoxLayout()
        foot.addWidget(button(tr("Copy details"), lambda: copy_text(details)))
        foot.addStretch(1)
        close = button(tr("Go on"), self.accept, primary=True)
        foot.addWidget(close)
        column.addLayout(foot)
        self.resize(640, 360)
