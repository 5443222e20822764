"""Owns the dialog before an import: the files, what each was recognised as, and what they do not say themselves.

It collects answers and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from workstation.ui import text
from workstation.ui.dialogs import AskDialog, zone_box
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import FlowLayout, button, plain


@guard
class ImportDialog(AskDialog):
    """Files with the detected format and why; who handed them over; what the files do not say themselves.

    Args:
        formats: ``(reader id, title)`` of all readers. look: asks for the detection of a file; the answer comes back
            through :meth:`detected`, since it runs as a job. map_columns: opens the mapping wizard for a file.
    """

    def __init__(
        self,
        parent: QWidget | None,
        formats: Sequence[tuple[str, str]],
        chains: Sequence[str],
        look: Callable[[Path], object],
        map_columns: Callable[[Path], object],
    ) -> None:
        super().__init__(
            parent,
            tr("Import evidence"),
            tr(
                "Each file is hashed and kept byte for byte before it is read, in a separate process "
                "without network or file access."
            ),
            tr("Import"),
        )
        self._look = look
        self._map = map_columns
        self.files: dict[Path, QTreeWidgetItem] = {}
        self.questions: dict[Path, tuple[str, ...]] = {}
        self._make_list()
        self._make_form(formats, chains)
        self.setMinimumSize(760, 540)
        self.resize(1080, 580)

    def _make_list(self) -> None:
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Files to import"))
        self.list.setHeaderLabels([tr("File"), tr("Detected format"), tr("Asks for"), tr("Why")])
        self.list.setRootIsDecorated(False)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.list.setMinimumHeight(150)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.list.itemSelectionChanged.connect(self._marked)
        self.body.addWidget(self.list, 1)
        line = FlowLayout()
        line.addWidget(button(tr("Add files …"), self._choose))
        line.addWidget(button(tr("Add folder …"), self._choose_folder))
        line.addWidget(button(tr("Remove"), self._remove, name=tr("Remove the marked file")))
        self.map_button = button(
            tr("Map columns …"), self._map_marked,
            tip=tr("For tables no reader knows: say what each column means"),
        )  # fmt: skip
        self.map_button.setEnabled(False)
        line.addWidget(self.map_button)
        line.addWidget(plain(tr("You can also drop files on the window."), dim=True, small=True))
        self.body.addLayout(line)

    def _make_form(self, formats: Sequence[tuple[str, str]], chains: Sequence[str]) -> None:
        form = self.form()
        self.received = QLineEdit()
        self.received.setPlaceholderText(tr("who handed the files over; “unknown” is an answer"))
        self.reader = QComboBox()
        self.reader.addItem(tr("as detected"), "")
        for key, title in formats:
            self.reader.addItem(text.cell(title), key)
        self.chain = QComboBox()
        self.chain.addItem(tr("as the file says"), "")
        for name in chains:
            self.chain.addItem(name, name)
        self.zone = zone_box("")
        self.zone.setCurrentText("")
        line_edit = self.zone.lineEdit()
        if line_edit is not None:
            line_edit.setPlaceholderText(tr("only when the file states times without a zone"))
            line_edit.setAccessibleName(tr("Time zone"))
        self.subject = QLineEdit()
        self.subject.setPlaceholderText(tr("address, wallet or account the file is about, when it does not say"))
        self.direction = QComboBox()
        for shown, value in (
            (tr("as the file says"), ""), (tr("into the account"), "in"), (tr("out of the account"), "out"),
        ):  # fmt: skip
            self.direction.addItem(shown, value)
        self.label = QLineEdit()
        self.label.setPlaceholderText(tr("only for plain address lists: the label they get"))
        self.row(form, tr("Received from"), self.received, tr("Stands in the custody log and in the evidence package"))
        self.row(form, tr("Format"), self.reader)
        pair = QHBoxLayout()
        for words, field in ((tr("Chain"), self.chain), (tr("Direction"), self.direction)):
            label = plain(words)
            label.setBuddy(field)
            field.setAccessibleName(words)
            if field is self.direction:
                pair.addSpacing(14)
                pair.addWidget(label)
                pair.addSpacing(8)
            pair.addWidget(field, 1)
        form.addRow(plain(tr("Chain")), pair)
        self.row(form, tr("Time zone"), self.zone)
        self.row(form, tr("About"), self.subject, tr("Whose history this is: an address, a wallet or an account"))
        self.row(form, tr("Label"), self.label)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)

    def add(self, paths: Sequence[Path]) -> None:
        """Add files to the list and ask for their format."""
        for path in paths:
            if path in self.files:
                continue
            row = text.tree_row([path.name, tr("looking …"), "", ""])
            row.setToolTip(0, text.tip_text(str(path)))
            self.list.addTopLevelItem(row)
            self.files[path] = row
            self._look(path)
        self.ok.setText(tr("Import {n}", n=count(len(self.files), "file", "files")) if self.files else tr("Import"))

    def detected(self, path: Path, title: str, why: str, questions: Sequence[str] = ()) -> None:
        """Show what a file was recognised as, and what it leaves open."""
        row = self.files.get(path)
        if row is None:
            return
        self.questions[path] = tuple(questions)
        row.setText(1, text.cell(title))
        row.setText(2, ", ".join(question_words(q) for q in questions))
        row.setText(3, text.cell(why))
        row.setToolTip(3, text.tip_text(why))
        if self.list.currentItem() is None:
            self.list.setCurrentItem(row)
        self._marked()

    def take_out(self, path: Path) -> None:
        """Remove a file from the list (it was imported another way)."""
        row = self.files.pop(path, None)
        if row is not None:
            self.list.takeTopLevelItem(self.list.indexOfTopLevelItem(row))
        self.add([])

    def _marked(self) -> None:
        self.map_button.setEnabled(bool(self.list.selectedItems()))

    def _map_marked(self) -> None:
        marked = [p for p, row in self.files.items() if row.isSelected()]
        if marked:
            self._map(marked[0])

    def _choose(self) -> None:
        self.add([Path(p) for p in QFileDialog.getOpenFileNames(self, tr("Files to import"))[0]])

    def _choose_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Folder to import"))
        if found:
            self.add([Path(found)])

    def _remove(self) -> None:
        for path in [p for p, row in self.files.items() if row.isSelected()]:
            self.take_out(path)

    def wrong(self) -> str:
        """What is missing."""
        if not self.files:
            return tr("Add at least one file.")
        if not self.received.text().strip():
            return tr("Say who handed the files over. “unknown” is an answer.")
        zone = self.zone.currentText().strip()
        if zone and self.zone.findText(zone) < 0:
            return tr("Pick a time zone from the list, or leave it empty.")
        given = self.options()
        for path, questions in self.questions.items():
            if path not in self.files:
                continue
            for question in questions:
                if {"subject": "address"}.get(question, question) not in given and question in _FIELDS:
                    return tr("{name} does not say: {what}.", name=path.name, what=question_words(question))
        return ""

    def options(self) -> dict[str, str]:
        """The answers by name of the command's parameter, without the empty ones."""
        given = {
            "received_from": self.received.text().strip(),
            "reader": str(self.reader.currentData()),
            "chain": str(self.chain.currentData()),
            "zone": self.zone.currentText().strip(),
            "address": self.subject.text().strip(),
            "direction": str(self.direction.currentData()),
            "label": self.label.text().strip(),
        }
        return {name: value for name, value in given.items() if value}


_FIELDS = ("chain", "zone", "subject", "direction")


def question_words(name: str) -> str:
    """What a reader asks for, in plain words."""
    return {
        "zone": tr("time zone"),
        "subject": tr("whose history it is"),
        "chain": tr("chain"),
        "direction": tr("in or out"),
        "decimal": tr("decimal sign"),
    }.get(name, name)
