"""Owns the dialog that asks an analysis: which one, and its settings as a form made from ``plugin.toml``. Runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workstation.app import analyses, plugintrust
from workstation.app.analyses import Analysis
from workstation.domain.errors import WorkstationError
from workstation.sdk.settings import Setting
from workstation.ui import text
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, clear, plain

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow

Read = Callable[[], str]


def ask(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Choose an analysis, fill in its settings, and run it; its answers are shown in their panel."""
    from workstation.app.plugins import known_plugins

    session = window.desk.session
    assert session is not None
    dialog = AnalysisDialog(
        window, session, known_plugins(session), str(given.get("analysis", "")), str(given.get("settings", ""))
    )
    dialog.accepted.connect(
        lambda: window.run_now("plugin.run", analysis=dialog.chosen().key, settings=dialog.settings())
    )
    window.show_dialog(dialog)


@guard
class AnalysisDialog(AskDialog):
    """A list of analyses with a filter, and the form of the marked one."""

    def __init__(
        self, parent: QWidget | None, session: Session, found: Sequence[Analysis], start: str = "", settings: str = ""
    ) -> None:
        selected = count(len(session.selection), tr("thing selected"), tr("things selected"))
        super().__init__(
            parent, tr("Run an analysis"),
            tr("It looks at a read-only copy of the case ({selected}). What it finds waits for your decision.",
               selected=selected), tr("Run"),
        )  # fmt: skip
        self._found = list(found)
        self._session = session
        self._afresh = False
        self._start = start
        self._given = dict(line.split("=", 1) for line in settings.splitlines() if "=" in line)
        self._kinds = {subject.kind for subject in session.selection}
        self._reads: list[tuple[Setting, Read]] = []
        across = QHBoxLayout()
        self.body.addLayout(across, 1)
        left = QVBoxLayout()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter analyses"))
        self.filter.textChanged.connect(self._list)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Analyses"))
        self.list.currentRowChanged.connect(lambda _: self._form())
        left.addWidget(self.filter)
        left.addWidget(self.list, 1)
        across.addLayout(left, 2)
        self._page = QWidget()
        self._lines = QVBoxLayout(self._page)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._page)
        area.setAccessibleName(tr("The analysis and its settings"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        across.addWidget(area, 3)
        self._shown: list[Analysis] = []
        self._list()
        self.list.setCurrentRow(next((n for n, each in enumerate(self._shown) if each.key == start), 0))
        self.resize(860, 520)
        self.filter.setFocus()

    def _list(self) -> None:
        words = self.filter.text().casefold().split()
        self._shown = [
            each for each in self._found
            if all(w in f"{each.entry.title} {each.entry.help} {each.key}".casefold() for w in words)
        ]  # fmt: skip
        self.list.clear()
        for each in self._shown:
            self.list.addItem(text.list_row(each.entry.title))
        self.list.setCurrentRow(0 if self._shown else -1)
        self._form()

    def chosen(self) -> Analysis:
        """The marked analysis; ask only while one is marked."""
        return self._shown[max(0, self.list.currentRow())]

    def _form(self) -> None:
        clear(self._lines)
        self._reads = []
        row = self.list.currentRow()
        self.ok.setEnabled(0 <= row < len(self._shown))
        if not 0 <= row < len(self._shown):
            self._lines.addWidget(plain(tr("No analysis has these words."), dim=True))
            self._lines.addStretch(1)
            return
        entry, key = self._shown[row].entry, self._shown[row].key
        self._lines.addWidget(plain(entry.title, strong=True, wrap=True))
        self._lines.addWidget(plain(entry.help, wrap=True))
        reads = ", ".join(tr(plugintrust.SEES[name]) for name in entry.reads) or tr("nothing of the case")
        proposes = ", ".join(tr(plugintrust.SUGGESTS[name]) for name in entry.proposes) or tr("nothing")
        self._lines.addWidget(
            plain(tr("{key}. Sees: {reads}. May suggest: {proposes}.", key=key, reads=reads, proposes=proposes),
                  dim=True, small=True, wrap=True)
        )  # fmt: skip
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 8, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        last = {} if self._afresh else _last(self._session, key)
        if self._given and key == self._start and not self._afresh:
            last = self._typed(entry.settings)
        fields: list[QWidget] = []
        for each in entry.settings:
            field, read = _field(each, last.get(each.name, each.default))
            fields.append(field)
            self._reads.append((each, read))
            self.row(form, each.label + (f" ({each.unit})" if each.unit else ""), field, each.help)
        self._lines.addWidget(holder)
        for before, field in zip((self._area, *fields), (*fields, self.cancel), strict=True):
            self.setTabOrder(before, field)  # the fields are made anew: Tab would pass them by
        if any(last.get(each.name, each.default) != each.default for each in entry.settings):
            line = QHBoxLayout()
            line.addWidget(plain(tr("As it was last asked in this case."), dim=True, small=True))
            line.addWidget(button(tr("Back to defaults"), self._forget, link=True))
            line.addStretch(1)
            self._lines.addLayout(line)
        self._lines.addStretch(1)

    def _typed(self, wanted: Sequence[Setting]) -> Mapping[str, Any]:
        """The settings this dialog was opened with, as values."""
        return {
            each.name: self._given[each.name] == "yes" if each.type == "bool" else self._given[each.name]
            for each in wanted
            if each.name in self._given
        }

    def _forget(self) -> None:
        self._afresh = True
        self._form()
        self._afresh = False

    def settings(self) -> str:
        """The filled-in settings, one ``name=value`` a line; what is left empty has its default."""
        return "\n".join(f"{setting.name}={value}" for setting, read in self._reads if (value := read()))

    def wrong(self) -> str:
        """Which setting cannot be used, or what must be selected first."""
        if not self._shown:
            return tr("No analysis has these words.")
        entry = self.chosen().entry
        if "case" not in entry.applies_to and not self._kinds & set(entry.applies_to):
            return tr("Select {what} first: this analysis starts from there.", what=tr(" or ").join(entry.applies_to))
        try:
            analyses.asked(self.chosen(), dict(line.split("=", 1) for line in self.settings().splitlines()))
        except WorkstationError as problem:
            return problem.what
        return ""


def _last(session: Session, key: str) -> Mapping[str, Any]:
    """What an analysis was asked with last in this case, by the record of that run."""
    from workstation.app.plugins import kept_runs

    runs = [run.record["parameters"] for run in kept_runs(session.store) if run.analysis == key]
    return (
        {name: tuple(value) if isinstance(value, list) else value for name, value in runs[-1].items()} if runs else {}
    )


def _field(setting: Setting, value: Any) -> tuple[QWidget, Read]:
    """The input of a setting, filled with a value, and how its text is read."""
    if setting.type == "bool":
        box = QCheckBox()
        box.setChecked(value is True)
        return box, lambda: "yes" if box.isChecked() else "no"
    if setting.type == "choice":
        choice = QComboBox()
        choice.addItems([text.cell(each) for each in setting.choices])
        choice.setCurrentIndex(max(0, setting.choices.index(value) if value in setting.choices else 0))
        return choice, lambda: setting.choices[choice.currentIndex()]
    line = QLineEdit()
    if value is not None:
        line.setText("/".join(map(str, value)) if isinstance(value, tuple) else str(value))
    bounds = (setting.least, setting.most)
    if bounds != (None, None):
        low, high = ("…" if bound is None else str(bound) for bound in bounds)
        line.setPlaceholderText(tr("{low} to {high}", low=low, high=high))
    elif setting.type == "date":
        line.setPlaceholderText(tr("YYYY-MM-DD"))
    return line, lambda: " ".join(line.text().split())
