"""Owns the mapping wizard: a table no reader knows, its columns, the open questions and the live check.

It asks and shows; reading files runs in workers through the callables it is given. It changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.mapping.checked import CheckView
from workstation.ui.mapping.columns import ColumnTable
from workstation.ui.mapping.form import MappingForm
from workstation.ui.text import cell, list_row
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, section

if TYPE_CHECKING:
    from workstation.app.mapping import Check, Choices, Preview

_PAUSE_MS = 350


@dataclass(slots=True)
class Sheet:
    """One table of the file: where its rows are, what was chosen, and the last check."""

    name: str
    path: Path
    preview: Preview | None = None
    choices: Choices | None = None
    check: Check | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What the wizard asks others to do; each answers through its last argument, later, on the window's thread.

    Attributes:
        preview: first rows of a table. check: read the table with a profile without keeping anything.
        profiles: names and texts of the profiles of the case.
    """

    preview: Callable[[Path, Callable[[Any], object], Callable[[str], object]], object]
    check: Callable[[Path, str, Callable[[Any], object], Callable[[str], object]], object]
    profiles: Sequence[tuple[str, str]]


@guard
class MappingWizard(AskDialog):
    """Columns, questions and live check of one file; ``texts()`` gives the finished profiles by sheet."""

    def __init__(self, parent: QWidget | None, name: str, sheets: Sequence[tuple[str, Path]], work: Work) -> None:
        super().__init__(
            parent,
            tr("Map the columns of {name}", name=name),
            tr("Say what each column means. Nothing is kept until you import; cells you do not name stay as they are."),
            tr("Import"),
        )
        self._work = work
        self._asked = 0
        self.sheets = [Sheet(title, path) for title, path in sheets]
        self.current = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._check)
        self._build()
        self.setMinimumSize(900, 560)
        self.resize(1240, 700)
        self._show_sheet(0)

    def _build(self) -> None:
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(6)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Sheets"))
        for sheet in self.sheets:
            item = list_row(sheet.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.addItem(item)
        self.list.setFixedHeight(8 + max(22, self.list.sizeHintForRow(0)) * min(6, len(self.sheets)))
        self.list.currentRowChanged.connect(self._show_sheet)
        self.list.itemChanged.connect(lambda _: self._state())
        head = section(tr("Sheets to import"))
        for widget in (head, self.list):
            widget.setVisible(len(self.sheets) > 1)
            left.addWidget(widget)
        self.saved = QComboBox()
        self.saved.addItem(tr("as recognised"), "")
        for name, body in self._work.profiles:
            self.saved.addItem(cell(name), body)
        self.saved.setAccessibleName(tr("Start from a saved profile"))
        self.saved.activated.connect(lambda _: self._start_from(str(self.saved.currentData() or "")))
        left.addWidget(section(tr("Start from")))
        line = QHBoxLayout()
        line.addWidget(self.saved, 1)
        line.addWidget(button(tr("File …"), self._open_profile, name=tr("Open a profile from a file")))
        left.addLayout(line)
        self.questions = MappingForm(self._answered)
        left.addWidget(self.questions, 1)
        self.table = ColumnTable(self._answered)
        self.view = CheckView()
        lower = QSplitter(Qt.Orientation.Vertical)
        lower.addWidget(self.table)
        lower.addWidget(self.view)
        lower.setStretchFactor(0, 3)
        lower.setStretchFactor(1, 2)
        lower.setChildrenCollapsible(False)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(side)
        split.addWidget(lower)
        split.setStretchFactor(1, 1)
        split.setSizes([330, 900])
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)
        self.keep = QCheckBox(tr("Keep the profile in the case"))
        self.keep.setChecked(True)
        self.foot.insertWidget(0, self.keep)
        self.foot.insertWidget(1, button(tr("Save profile as file …"), self._save_profile))

    @property
    def sheet(self) -> Sheet:
        """The sheet on screen."""
        return self.sheets[self.current]

    def _show_sheet(self, row: int) -> None:
        if not 0 <= row < len(self.sheets):
            return
        self.current = row
        if self.list.currentRow() != row:
            self.list.setCurrentRow(row)
            return
        sheet = self.sheet
        if sheet.preview is not None:
            self._fill()
            return
        self.view.busy()
        self.table.show_rows((), 0, ())
        self._work.preview(
            sheet.path, lambda found: self._previewed(sheet, found), lambda why: self._failed(sheet, why)
        )

    def _previewed(self, sheet: Sheet, found: Preview) -> None:
        from workstation.app.mapping import guess

        sheet.preview = found
        told = next((s.choices.service for s in self.sheets if s.choices is not None and s.choices.service), "")
        made = guess(found)
        sheet.choices = replace(made, sheet=sheet.name if len(self.sheets) > 1 else "", service=made.service or told)
        if sheet is self.sheet:
            self._fill()

    def _failed(self, sheet: Sheet, why: str) -> None:
        sheet.problem, sheet.check = why, None
        if sheet is self.sheet:
            self.view.failed(why)
        self._state()

    def _fill(self) -> None:
        """Show the choices of the sheet on screen and check them."""
        from workstation.sdk.layouts import ROLES

        sheet = self.sheet
        assert sheet.preview is not None
        assert sheet.choices is not None
        self.table.show_rows(sheet.preview.rows, sheet.choices.header_row, ROLES[sheet.choices.gives])
        self.table.set_columns(sheet.choices.columns)
        self.questions.show_choices(sheet.choices, self._cells)
        self._timer.start(0)

    def _cells(self, role: str) -> tuple[str, ...]:
        from workstation.app.mapping import words_of

        sheet = self.sheet
        assert sheet.preview is not None
        assert sheet.choices is not None
        column = sheet.choices.columns.get(role)
        return words_of(sheet.preview, column, sheet.choices.header_row) if column else ()

    def _answered(self) -> None:
        sheet = self.sheet
        if sheet.choices is None:
            return
        before = sheet.choices
        after = self.questions.answers(replace(before, columns=self.table.columns()))
        sheet.choices = after
        if after.service != before.service:
            self._share(before.service, after.service)
        if (after.gives, after.header_row) != (before.gives, before.header_row):
            self._fill()
            return
        if after.columns != before.columns or after.kind != before.kind:
            self.questions.show_choices(after, self._cells)
        sheet.check = None
        self._state()
        self._timer.start()

    def _share(self, before: str, service: str) -> None:
        """One service answers with all sheets: those that had the same name take the new one."""
        for other in self.sheets:
            if other is not self.sheet and other.choices is not None and other.choices.service == before:
                other.choices = replace(other.choices, service=service)
                other.check = None

    def _start_from(self, body: str) -> None:
        from workstation.app.mapping import guess, read_choices
        from workstation.domain.errors import WorkstationError

        sheet = self.sheet
        if sheet.preview is None:
            return
        try:
            found = read_choices(body, sheet.preview) if body else guess(sheet.preview)
        except (WorkstationError, ValueError) as problem:
            self.view.failed(str(problem))
            return
        sheet.choices = replace(found, sheet=sheet.name if len(self.sheets) > 1 else "")
        self._fill()

    def _open_profile(self) -> None:
        from workstation.app.mapping import read_file
        from workstation.domain.errors import WorkstationError

        found = QFileDialog.getOpenFileName(self, tr("Open a profile"), "", tr("Mapping profiles (*.toml)"))[0]
        if found:
            try:
                self._start_from(read_file(Path(found)))
            except WorkstationError as problem:
                self.view.failed(str(problem))

    def _save_profile(self) -> None:
        from workstation.app.mapping import compose, write_file
        from workstation.domain.errors import WorkstationError

        sheet = self.sheet
        if sheet.preview is None or sheet.choices is None:
            return
        where = QFileDialog.getSaveFileName(self, tr("Save profile"), "profile.toml", tr("Mapping profiles (*.toml)"))[
            0
        ]
        if where:
            try:
                write_file(Path(where), compose(sheet.choices, sheet.preview))
            except WorkstationError as problem:
                self.view.failed(str(problem))

    def _check(self) -> None:
        from workstation.app.mapping import compose, missing

        sheet = self.sheet
        if sheet.preview is None or sheet.choices is None:
            return
        open_questions = missing(sheet.choices, sheet.preview)
        if open_questions:
            sheet.check, sheet.problem = None, open_questions[0]
            self.view.ask(open_questions)
            self._state()
            return
        self._asked += 1
        ticket, chosen = self._asked, sheet.choices
        self.view.busy()

        def done(found: Check) -> None:
            if sheet.choices is chosen and ticket == self._asked:
                sheet.check, sheet.problem = found, ""
                if sheet is self.sheet:
                    self.view.show_check(found)
                self._state()

        def failed(why: str) -> None:
            if sheet.choices is chosen and ticket == self._asked:
                self._failed(sheet, why)

        self._work.check(sheet.path, compose(sheet.choices, sheet.preview), done, failed)

    def chosen(self) -> list[Sheet]:
        """The sheets that shall be imported."""
        marked = Qt.CheckState.Checked
        return [s for n, s in enumerate(self.sheets) if self.list.item(n).checkState() == marked]

    def _state(self) -> None:
        self.list.blockSignals(True)
        for number, sheet in enumerate(self.sheets):
            state = ""
            if sheet.check is not None:
                state = count(sheet.check.accepted, tr("row"), tr("rows"))
            elif sheet.problem:
                state = tr("a question is open")
            self.list.item(number).setText(cell(f"{sheet.name}  ·  {state}" if state else sheet.name))
        self.list.blockSignals(False)
        self.problem.hide()

    def wrong(self) -> str:
        """What stands in the way of the import."""
        chosen = self.chosen()
        if not chosen:
            return tr("Mark at least one sheet.")
        for number, sheet in enumerate(self.sheets):
            if sheet not in chosen:
                continue
            if sheet.check is None or not sheet.check.accepted:
                self.list.setCurrentRow(number)
                name = sheet.name if len(self.sheets) > 1 else tr("the table")
                if sheet.check is not None:
                    return tr("No row of {name} would come in. Change the columns, or leave the sheet out.", name=name)
                return sheet.problem or tr("{name} is not checked yet; look at it first.", name=name)
        return ""

    def texts(self) -> dict[str, str]:
        """The finished profiles: sheet name (empty for a plain table) to layout text."""
        from workstation.app.mapping import compose

        return {
            s.name if len(self.sheets) > 1 else "": compose(s.choices, s.preview)
            for s in self.chosen()
            if s.choices is not None and s.preview is not None
        }

    def names(self) -> dict[str, str]:
        """Title of each finished profile by sheet, for keeping it in the case."""
        return {s.name if len(self.sheets) > 1 else "": s.choices.name for s in self.chosen() if s.choices is not None}
