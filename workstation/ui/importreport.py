"""Owns what is shown after an import: the summary of all files, and the import report of one exhibit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem, QWidget

from workstation.domain.evidence import ImportResult
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.results import ResultDialog
from workstation.ui.translate import tr
from workstation.ui.widgets import button, copy_text, list_icon

_EXHIBIT = Qt.ItemDataRole.UserRole + 1
_ICONS = (("accepted", "ok"), ("partial", "warn"))


def import_summary(
    parent: QWidget | None,
    results: Sequence[ImportResult],
    show_problems: Callable[[], object],
    show_report: Callable[[int], object],
) -> ResultDialog:
    """What happened to each file: read, new, known, left out, not usable; with the way to problems and reports.

    The members of an archive or workbook stand below it. A double click, or the button, opens the report of a file.
    """
    good = sum(1 for r in results if r.outcome in ("accepted", "partial"))
    words = tr(
        "{n} of {m} files are in the case. A file can be retracted with a reason; it is never silently changed.",
        n=good,
        m=len(results),
    )
    heads = [
        tr("File"), tr("Outcome"), tr("Rows"), tr("New"), tr("Already there"), tr("Left out"), tr("Not usable"),
        tr("Format"), tr("Remarks"),
    ]  # fmt: skip
    made = ResultDialog(parent, tr("Import finished"), words, heads)
    made.table.setRootIsDecorated(any(r.members for r in results))
    for result in results:
        top = _row(result)
        made.table.addTopLevelItem(top)
        for member in result.members:
            top.addChild(_row(member))
        top.setExpanded(True)

    def report() -> None:
        row = made.table.currentItem() or made.table.topLevelItem(0)
        number = int(row.data(0, _EXHIBIT) or 0) if row is not None else 0
        if number:
            show_report(number)

    made.table.itemActivated.connect(lambda _row, _column: report())
    made.foot.insertWidget(0, button(tr("Import report"), report, tip=tr("The full report of the marked file")))
    if any(r.quarantined or r.warnings or r.outcome == "rejected" for r in results):

        def problems() -> None:
            made.accept()
            show_problems()

        made.foot.insertWidget(1, button(tr("Show problems"), problems))
    return made


def _row(result: ImportResult) -> QTreeWidgetItem:
    told = " · ".join(
        part
        for part in (
            f"{result.code}: {result.message}" if result.message else "",
            *result.warnings,
            *result.assumptions,
        )
        if part
    )
    left_out = sum(n for _, n in result.skipped)
    cells = [
        Path(result.path).name.rpartition(" › ")[2], tr(result.outcome), f"{max(result.rows, result.read):,}", f"{result.accepted:,}",
        f"{result.duplicates:,}", f"{left_out:,}", f"{result.quarantined:,}", result.reader, told,
    ]  # fmt: skip
    row = text.tree_row(cells)
    row.setIcon(0, list_icon(dict(_ICONS).get(result.outcome, "no")))
    for column, words in enumerate(cells):
        row.setToolTip(column, text.tip_text(words))
    row.setData(0, _EXHIBIT, result.exhibit or 0)
    return row


@guard
class ReportDialog(ResultDialog):
    """The import report of one exhibit: every figure, assumption and warning in plain lines, to read or to copy."""

    def __init__(self, parent: QWidget | None, lines: Sequence[tuple[str, str]], title: str) -> None:
        super().__init__(parent, tr("Import report"), title, [tr("What"), tr("Value")])
        for what, value in lines:
            row = text.tree_row([what[:1].upper() + what[1:], value])
            row.setToolTip(1, text.tip_text(value))
            self.table.addTopLevelItem(row)
        whole = "\n".join([title, *(f"{what}: {value}" for what, value in lines)])
        self.foot.insertWidget(0, button(tr("Copy report"), lambda: copy_text(whole)))
        self.resize(860, 520)
