"""Owns the page of the wizard that shows the letter as it will be printed, and asks where the pack goes. Writes nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit

from workstation.ui.guard import guard
from workstation.ui.paperpages import PaperPages
from workstation.ui.translate import tr
from workstation.ui.widgets import button, plain


@guard
class LetterPage(PaperPages):
    """The pages of the letter, one below the other, and the file of the pack."""

    def __init__(self, out: Path) -> None:
        super().__init__(tr("The letter"), tr("The letter is being set …"))
        line = QHBoxLayout()
        name = plain(tr("Pack"))
        self.out = QLineEdit(str(out))
        self.out.setAccessibleName(tr("File of the pack"))
        self.out.setAccessibleDescription(tr("A file that ends in .zip, or a new folder"))
        name.setBuddy(self.out)
        line.addWidget(name)
        line.addWidget(self.out, 1)
        line.addWidget(button(tr("Choose …"), self._choose, name=tr("Choose where the pack goes")))
        self.column.addLayout(line)

    def _choose(self) -> None:
        found = QFileDialog.getSaveFileName(self, tr("Where the pack goes"), self.out.text(), tr("Packs (*.zip)"))[0]
        if found:
            self.out.setText(found)
