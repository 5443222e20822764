"""Owns the dialog before an evidence package is written: where to, what is printed on it, who signs. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QWidget

from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.keyfields import KeyFields
from workstation.ui.reporting.commands import LANGUAGES
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, card, plain

if TYPE_CHECKING:
    from workstation.app.session import Session


@guard
class ExportDialog(AskDialog):
    """Where the evidence package goes, its classification and language, and who signs it."""

    def __init__(
        self, parent: QWidget | None, out: Path, facts: str, languages: Sequence[str], session: Session
    ) -> None:
        super().__init__(
            parent,
            tr("Export evidence package"),
            tr(
                "One signed ZIP: report, graph, transfers, findings, sources, custody log. "
                "Anyone can check it without this program."
            ),
            tr("Export"),
        )
        frame, inner = card()
        inner.addWidget(plain(facts, wrap=True))
        self.body.addWidget(frame)
        form = self.form()
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        self.out = QLineEdit(str(out))
        line.addWidget(self.out, 1)
        line.addWidget(button(tr("Choose …"), self._choose, name=tr("Choose where to export")))
        self.classification = QLineEdit()
        self.classification.setPlaceholderText(tr("printed on every page, for example “Law enforcement only”"))
        self.language = QComboBox()
        for name in languages:
            self.language.addItem(LANGUAGES.get(name, name), name)
        self.row(form, tr("Package"), holder)
        self.out.setAccessibleName(tr("Package file"))
        self.row(form, tr("Classification"), self.classification)
        self.row(form, tr("Language of the report"), self.language)
        self.redact = QCheckBox(tr("Name no protected person"), self)
        self.redact.setAccessibleName(tr("Redact"))
        self.basis, self.approver = QLineEdit(self), QLineEdit(self)
        self.basis.setPlaceholderText(tr("law or order"))
        self.basis.setAccessibleName(tr("Legal basis of the redaction"))
        self.approver.setAccessibleName(tr("Decided by"))
        persons = len(session.store.rows("person"))
        if persons:  # else there is nobody to leave out
            form.addRow(plain(count(persons, "person on the list", "persons on the list"), dim=True), self.redact)
            self.row(form, tr("Legal basis of the redaction"), self.basis)
            self.row(form, tr("Decided by"), self.approver)
        for part in (self.redact, self.basis, self.approver):
            part.setVisible(bool(persons))
        for field in (self.basis, self.approver):
            field.setEnabled(False)
            self.redact.toggled.connect(field.setEnabled)
        self.key = KeyFields(self, form, session)
        self.setMinimumWidth(600)

    def _choose(self) -> None:
        found = QFileDialog.getSaveFileName(
            self, tr("Where to export"), self.out.text(), tr("Evidence packages (*-evidence.zip)")
        )[0]
        if found:
            self.out.setText(found)

    def wrong(self) -> str:
        """What is missing."""
        if not self.out.text().strip().endswith(".zip"):
            return tr("The package file must end with -evidence.zip.")
        if self.redact.isChecked() and not (self.basis.text().strip() and self.approver.text().strip()):
            return tr("Say on what legal basis names are left out, and who decided it.")
        return self.key.wrong()
