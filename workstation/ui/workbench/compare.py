"""Owns the windows that put two runs beside each other: two kept ones, or a kept one and the same run again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from workstation.domain.subjects import Subject, parse
from workstation.ui.guard import guard
from workstation.ui.results import ResultDialog
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain

if TYPE_CHECKING:
    from workstation.app.tracing.board import Difference
    from workstation.app.tracing.records import Again, Kept

Name = Callable[[Subject], str]


def _heads(left: str, right: str) -> list[str]:
    return [tr("Holder"), tr("Asset"), left, right, tr("Difference"), tr("Identifier")]


def _fill(dialog: ResultDialog, found: Sequence[Difference], name: Name) -> None:
    dialog.table.clear()
    for entry in found:
        subject = parse(entry.subject)
        dialog.add(
            [name(subject), entry.asset, entry.left.shown, entry.right.shown, entry.difference.shown, subject.ref],
            "no",
        )


def again_dialog(parent: QWidget | None, found: Again, differing: Sequence[Difference], name: Name) -> ResultDialog:
    """The verdict of a second run: the same byte for byte, or what differs."""
    number, method = found.kept.number, found.kept.record["method"]
    if found.identical:
        words = tr("The same, byte for byte. SHA-256 of the record: {sha}", sha=found.kept.sha256)
    else:
        words = tr("NOT the same: {n}.", n=count(len(differing), "holder differs", "holders differ"))
        if not differing:
            words = tr("NOT the same byte for byte; every holder has the same amount.")
        words += " " + (
            tr("The ledger has changed since the run was kept.")
            if found.kept.stale
            else tr("The ledger is the same: labels that stop a trace have changed since.")
        )
    made = ResultDialog(
        parent, tr("Run {n} ({method}) again", n=number, method=method), words, _heads(tr("Kept"), tr("Now"))
    )
    _fill(made, differing, name)
    made.table.setVisible(bool(differing))
    made.resize(900 if differing else 620, 420 if differing else 160)
    return made


@guard
class CompareDialog(ResultDialog):
    """Two kept runs to choose, what they were asked differently, and the holders they differ by."""

    def __init__(
        self, parent: QWidget | None, runs: Sequence[tuple[Kept, str]], first: int,
        differences: Callable[[Kept, Kept], Sequence[Difference]],
        asked_differently: Callable[[Kept, Kept], Sequence[str]], name: Name,
    ) -> None:  # fmt: skip
        super().__init__(parent, tr("Compare two runs"), "", _heads(tr("Left"), tr("Right")))
        self._runs = [run for run, _ in runs]
        self._differences, self._asked, self._name = differences, asked_differently, name
        self.left, self.right = QComboBox(), QComboBox()
        form = QFormLayout()
        for box, words in ((self.left, tr("Left")), (self.right, tr("Right"))):
            box.addItems([said for _, said in runs])
            box.setAccessibleName(words)
            form.addRow(plain(words), box)
        at = next((n for n, run in enumerate(self._runs) if run.number == first), 0)
        self.left.setCurrentIndex(at)
        self.right.setCurrentIndex(at + 1 if at + 1 < len(runs) else max(0, at - 1))
        self.column.insertLayout(1, form)
        for box in (self.left, self.right):
            box.currentIndexChanged.connect(lambda _: self._show())
        self._show()

    def _show(self) -> None:
        left, right = self._runs[self.left.currentIndex()], self._runs[self.right.currentIndex()]
        found = self._differences(left, right)
        asked = self._asked(left, right)
        same = tr("Every holder has the same amount.")
        words = count(len(found), tr("holder differs"), tr("holders differ")) if found else same
        if asked:
            words = tr("Asked differently: {names}.", names=", ".join(asked)) + " " + words
        self.words.setText(words)
        _fill(self, found, self._name)
