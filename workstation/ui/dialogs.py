"""Owns the dialogs that ask before a command runs: new case, passphrase, finding.

They collect answers; they change nothing themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

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
    QListWidget,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workstation.app.zones import zones
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import Scrolled, button, plain, section


@guard
class AskDialog(QDialog):
    """A dialog with a heading, one sentence, a body, a problem line and two buttons."""

    def __init__(self, parent: QWidget | None, title: str, words: str, ok: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(text.cell(title))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 14)
        outer.setSpacing(10)
        outer.addWidget(plain(title, head=True))
        if words:
            outer.addWidget(plain(words, dim=True, wrap=True))
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        outer.addWidget(Scrolled(inside), 1)
        self.problem = plain("", strong=True, wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        self.foot = QHBoxLayout()
        self.foot.addStretch(1)
        self.cancel = button(tr("Cancel"), self.reject)
        self.foot.addWidget(self.cancel)
        self.ok = button(ok, self.try_accept, primary=True)
        self.ok.setDefault(True)
        self.foot.addWidget(self.ok)
        outer.addLayout(self.foot)

    def form(self) -> QFormLayout:
        """A form inside the body."""
        made = QFormLayout()
        made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        made.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        made.setVerticalSpacing(8)
        made.setHorizontalSpacing(14)
        self.body.addLayout(made)
        return made

    def row(self, form: QFormLayout, words: str, field: QWidget, hint: str = "") -> None:
        """A labelled field with its accessible name."""
        label = plain(words)
        label.setBuddy(field)
        field.setAccessibleName(words)
        if hint:
            field.setAccessibleDescription(hint)
            text.set_tip(field, hint)
        form.addRow(label, field)

    def wrong(self) -> str:
        """Why it cannot go on, or an empty text."""
        return ""

    def try_accept(self) -> None:
        """Accept unless something is wrong."""
        found = self.wrong()
        self.problem.setText(found)
        self.problem.setVisible(bool(found))
        if not found:
            self.accept()


def zone_box(start: str) -> QComboBox:
    """A choice of time zones with completion."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(zones())
    box.setCurrentText(start)
    done = box.completer()
    if isinstance(done, QCompleter):
        done.setFilterMode(Qt.MatchFlag.MatchContains)
        done.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return box


class Encryption:
    """The rows of a form that ask for the passphrase of a new case, twice, or for none."""

    def __init__(self, dialog: AskDialog, form: QFormLayout) -> None:
        self.encrypt = QCheckBox(tr("Encrypt the case with a passphrase"))
        self.encrypt.setChecked(True)
        self.encrypt.setAccessibleName(tr("Encrypt"))
        self.first, self.second = QLineEdit(), QLineEdit()
        form.addRow(plain(""), self.encrypt)
        for words, field in ((tr("Passphrase"), self.first), (tr("Passphrase again"), self.second)):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            dialog.row(form, words, field)
        self.warning = plain("", dim=True, small=True, wrap=True)
        dialog.body.addWidget(self.warning)
        self.encrypt.toggled.connect(self._toggle)
        self._toggle(True)

    def _toggle(self, on: bool) -> None:
        for field in (self.first, self.second):
            field.setEnabled(on)
        self.warning.setText(
            tr("Nobody can open the case without it. There is no way to recover a lost passphrase.")
            if on
            else tr("Anyone who has the file can read the case.")
        )

    def wrong(self) -> str:
        """Why the passphrase will not do, or empty."""
        if self.encrypt.isChecked():
            if len(self.first.text()) < 8:
                return tr("A passphrase needs at least 8 signs.")
            if self.first.text() != self.second.text():
                return tr("The two passphrases differ.")
        return ""

    def passphrase(self) -> str | None:
        """The passphrase, None for a plain case."""
        return self.first.text() if self.encrypt.isChecked() else None


@guard
class NewCaseDialog(AskDialog):
    """Title, examiner, zone, where, and a passphrase or plain."""

    def __init__(self, parent: QWidget | None, examiner: str, folder: Path) -> None:
        super().__init__(
            parent,
            tr("New case"),
            tr("A case is one file. It holds every source byte for byte and everything you add."),
            tr("Make case"),
        )
        form = self.form()
        self.title = QLineEdit()
        self.title.setPlaceholderText(tr("Romance fraud, complaint of 3 March"))
        self.examiner = QLineEdit(examiner)
        self.zone = zone_box("UTC")
        self.place = QLineEdit(str(folder / "case.wcase"))
        self._typed_place = False
        self.place.textEdited.connect(lambda _: setattr(self, "_typed_place", True))
        self.title.textChanged.connect(self._name)
        self._folder = folder
        place = QWidget()
        line = QHBoxLayout(place)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.place, 1)
        line.addWidget(button(tr("Choose …"), self._choose, name=tr("Choose where to save")))
        self.row(form, tr("Title"), self.title)
        self.row(form, tr("Examiner"), self.examiner, tr("Your name stands in the custody log and on every report"))
        self.row(
            form,
            tr("Time zone of the case"),
            self.zone,
            tr("Times are stored in UTC; this zone can be shown beside it"),
        )
        self.row(form, tr("File"), place)
        self.place.setAccessibleName(tr("Case file"))
        self.secret = Encryption(self, form)
        self.setMinimumWidth(580)
        self.title.setFocus()

    def _name(self, title: str) -> None:
        if not self._typed_place:
            kept = "".join(c if c.isalnum() else "-" for c in title.lower()).strip("-")[:60] or "case"
            while "--" in kept:
                kept = kept.replace("--", "-")
            self.place.setText(str(self._folder / f"{kept}.wcase"))

    def _choose(self) -> None:
        found = QFileDialog.getSaveFileName(
            self, tr("Where to save the case"), self.place.text(), tr("Cases (*.wcase)")
        )[0]
        if found:
            self._typed_place = True
            self.place.setText(found if found.endswith(".wcase") else found + ".wcase")

    def wrong(self) -> str:
        """What is still missing."""
        if not self.title.text().strip():
            return tr("Give the case a title.")
        if not self.examiner.text().strip():
            return tr("Give your name: it stands in the custody log.")
        if self.zone.findText(self.zone.currentText()) < 0:
            return tr("Pick a time zone from the list.")
        if Path(self.place.text()).exists():
            return tr("There is a file with this name already; choose another name.")
        return self.secret.wrong()

    def passphrase(self) -> str | None:
        """The passphrase, None for a plain case."""
        return self.secret.passphrase()


@guard
class PassphraseDialog(AskDialog):
    """Asks for the passphrase of a case."""

    def __init__(self, parent: QWidget | None, name: str, problem: str = "") -> None:
        super().__init__(parent, tr("Open encrypted case"), name, tr("Open"))
        form = self.form()
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.row(form, tr("Passphrase"), self.field)
        if problem:
            self.problem.setText(problem)
            self.problem.show()
        self.setMinimumWidth(440)
        self.field.setFocus()


#: A field of a finding that must be chosen.
OPEN = "?"


@guard
class FindingDialog(AskDialog):
    """One claim, how sure, what it rests on, what speaks against it, and the evidence it cites."""

    TEXTS = (
        ("reasons", "What it rests on"),
        ("alternatives", "Other explanations"),
        ("disproof", "What would disprove it"),
    )

    def __init__(
        self, parent: QWidget | None, title: str, row: Mapping[str, object], cited: Sequence[tuple[str, str]],
        choices: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        super().__init__(
            parent,
            title,
            tr("One sentence that can be true or false, and the transfers that show it."),
            tr("Save finding"),
        )
        form = self.form()
        self.claim = self._area(str(row.get("claim") or ""), 3)
        self.claim.setPlaceholderText(
            tr("Nine payments of the victim reached the deposit address TQ5n… through two collectors.")
        )
        self.row(form, tr("Claim"), self.claim)
        line_holder = QWidget()
        line_holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(line_holder)
        line.setContentsMargins(0, 0, 0, 0)
        self.picks: dict[str, QComboBox] = {}
        for name, words in (("status", tr("Status")), ("confidence", tr("Confidence")), ("basis", tr("Basis"))):
            box = QComboBox()
            for value in choices.get(name, ()):
                if value:
                    box.addItem(tr(value), value)
            given = row.get(name)
            if given == OPEN:  # a draft of the program: how sure it is, only a person says
                box.setPlaceholderText(tr("choose"))
                box.setCurrentIndex(-1)
            else:
                box.setCurrentIndex(max(0, box.findData(str(given or {"confidence": "moderate"}.get(name, "")))))
            box.setAccessibleName(words)
            if name != "status":
                line.addWidget(plain(words))
            line.addWidget(box, 1)
            self.picks[name] = box
        self.row(form, tr("Status"), line_holder)
        self.picks["status"].setAccessibleName(tr("Status"))
        self.areas: dict[str, QPlainTextEdit] = {}
        for name, words in self.TEXTS:
            self.areas[name] = self._area(str(row.get(name) or ""), 2)
            self.row(form, tr(words), self.areas[name])
        self.body.addWidget(section(tr("Evidence it cites  {n}", n=len(cited))))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Cited evidence"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setMinimumHeight(70)
        for key, words in cited:
            made = text.list_row(words)
            made.setData(Qt.ItemDataRole.UserRole, key)
            made.setFlags(made.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            made.setCheckState(Qt.CheckState.Checked)
            self.list.addItem(made)
        self.body.addWidget(self.list, 1)
        if not cited:
            self.body.addWidget(
                plain(
                    tr("Nothing is selected. The finding is saved without evidence and says so until you cite some."),
                    dim=True,
                    small=True,
                    wrap=True,
                )
            )
            self.list.hide()
        self.setMinimumSize(680, 520)
        self.claim.setFocus()

    def _area(self, words: str, lines: int) -> QPlainTextEdit:
        made = QPlainTextEdit(words)
        made.setTabChangesFocus(True)
        made.setFixedHeight(made.fontMetrics().lineSpacing() * lines + 22)
        return made

    def wrong(self) -> str:
        """What is missing."""
        if not self.claim.toPlainText().strip():
            return tr("Write the claim.")
        left = self.picks["confidence"]
        return "" if left.currentIndex() >= 0 or not left.count() else tr("Choose how sure it is.")

    def values(self) -> dict[str, str]:
        """The fields of the finding."""
        found = {"claim": " ".join(self.claim.toPlainText().split())}
        found |= {name: str(box.currentData()) for name, box in self.picks.items() if box.count()}
        found |= {name: area.toPlainText().strip() for name, area in self.areas.items()}
        return found

    def cited(self) -> list[str]:
        """Keys of the evidence that stays checked."""
        rows = [self.list.item(i) for i in range(self.list.count())]
        return [str(r.data(Qt.ItemDataRole.UserRole)) for r in rows if r.checkState() == Qt.CheckState.Checked]
