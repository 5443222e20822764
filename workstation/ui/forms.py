"""Owns the generic form that asks for the arguments of any command, generated from its parameters.

Must not know any single command. A form gives text arguments; the registry checks and converts them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from workstation.app.commands.registry import Parameter
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import Scrolled, button, plain

#: Offers (value, shown text) for a parameter kind such as ``finding`` or ``entity``; empty when it has none.
Offers = Callable[[str], Sequence[tuple[str, str]]]


def title_of(parameter: Parameter) -> str:
    """A parameter name as a form label: ``received_from`` becomes ``Received from``."""
    return parameter.name.replace("_", " ").capitalize()


@guard
class Field(QWidget):
    """One input for one parameter."""

    def __init__(self, parameter: Parameter, start: str, offers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.parameter = parameter
        self._read: Callable[[], str]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        name = title_of(parameter)
        self.input: QWidget
        if parameter.kind == "flag":
            box = QCheckBox(tr("Yes"))
            box.setChecked(start.lower() in ("1", "true", "yes"))
            self._read = lambda: "yes" if box.isChecked() else "no"
            self.input = box
        elif parameter.kind == "paragraph":
            area = QPlainTextEdit(start)
            area.setTabChangesFocus(True)
            area.setMinimumHeight(90)
            self._read = lambda: area.toPlainText().strip()
            self.input = area
        elif parameter.choices or (offers and parameter.kind in _PICKED):
            combo = QComboBox()
            pairs = list(offers) or [(c, c) for c in parameter.choices]
            if parameter.default == "" and not any(value == "" for value, _ in pairs):
                pairs.insert(0, ("", tr("(none)")))
            for value, shown in pairs:
                combo.addItem(text.cell(shown) or tr("(none)"), value)
            combo.setCurrentIndex(max(0, combo.findData(start)))
            combo.setEditable(not parameter.choices)
            combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)

            def picked() -> str:
                typed = combo.currentText()
                return str(combo.currentData()) if combo.findText(typed) >= 0 else typed.strip()

            self._read = picked
            self.input = combo
        else:
            line = QLineEdit(start)
            if offers:
                done = QCompleter([value for value, _ in offers], line)
                done.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
                done.setFilterMode(Qt.MatchFlag.MatchContains)
                line.setCompleter(done)
            if parameter.kind == "date":
                line.setPlaceholderText(tr("YYYY-MM-DD"))
            if parameter.kind == "colour":
                line.setPlaceholderText("#1f4fd8")
            self._read = lambda: line.text().strip()
            self.input = line
        self.input.setAccessibleName(name)
        self.input.setAccessibleDescription(parameter.help)
        text.set_tip(self.input, parameter.help)
        layout.addWidget(self.input, 1)
        if isinstance(self.input, QLineEdit) and parameter.kind in ("file", "files", "folder", "save"):
            layout.addWidget(button(tr("Choose …"), self._choose, name=tr("Choose {name}", name=name)))

    def value(self) -> str:
        """The argument as text; empty when nothing was given."""
        return self._read()

    def _choose(self) -> None:
        line = self.input
        assert isinstance(line, QLineEdit)
        kind = self.parameter.kind
        if kind == "folder":
            found = QFileDialog.getExistingDirectory(self, title_of(self.parameter))
        elif kind == "save":
            found = QFileDialog.getSaveFileName(self, title_of(self.parameter), line.text())[0]
        elif kind == "files":
            found = ",".join(QFileDialog.getOpenFileNames(self, title_of(self.parameter))[0])
        else:
            found = QFileDialog.getOpenFileName(self, title_of(self.parameter))[0]
        if found:
            line.setText(found)


#: Kinds whose value is picked from a list of things of the case.
_PICKED = ("finding", "entity", "graph", "frame", "scene", "tag", "note", "link", "card", "rule", "person", "request")


@guard
class CommandForm(QDialog):
    """Asks for the arguments of a command.

    Args:
        start: arguments already known, by name. offers: completions by parameter kind.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        help_text: str,
        parameters: Sequence[Parameter],
        start: Mapping[str, str],
        offers: Offers,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(plain(title, head=True))
        if help_text:
            layout.addWidget(plain(help_text, dim=True, wrap=True))
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(8)
        layout.addWidget(Scrolled(inside), 1)
        self.fields: dict[str, Field] = {}
        for parameter in parameters:
            known = start.get(parameter.name, parameter.default or "")
            field = Field(parameter, known, offers(parameter.kind))
            words = plain(title_of(parameter) + ("" if parameter.default is not None else " *"))
            words.setBuddy(field.input)
            form.addRow(words, field)
            self.fields[parameter.name] = field
        self.problem = plain("", strong=True, wrap=True)
        self.problem.hide()
        layout.addWidget(self.problem)
        foot = QHBoxLayout()
        if any(p.default is None for p in parameters):
            foot.addWidget(plain(tr("* is needed"), dim=True, small=True))
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        self.ok = button(tr("OK"), self._try, primary=True)
        self.ok.setDefault(True)
        foot.addWidget(self.ok)
        layout.addLayout(foot)
        self.setMinimumWidth(440)
        first = next((f for f in self.fields.values() if not f.value()), None) or next(iter(self.fields.values()), None)
        if first is not None:
            first.input.setFocus()

    def _try(self) -> None:
        for name, field in self.fields.items():
            if (
                field.parameter.default is None
                and not field.value()
                and field.parameter.kind not in ("subjects", "graph")
            ):
                self.problem.setText(tr("“{name}” is needed.", name=title_of(field.parameter)))
                self.problem.show()
                field.input.setFocus()
                self.fields[name] = field
                return
        self.accept()

    def arguments(self) -> dict[str, str]:
        """What was entered; empty optional fields are left out so their defaults hold."""
        return {
            name: field.value()
            for name, field in self.fields.items()
            if field.value() or (field.parameter.default not in (None, ""))
        }
