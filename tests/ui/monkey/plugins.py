"""What the monkey does with plugins: their dialogs, a quick analysis, accepting, rejecting and showing what it gave."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.ui.monkey.base import LEFT, Monkey
from workstation.ui.rowspanel import RowsPanel

#: Bundled analyses that are quick on a small case, with settings that find something.
QUICK = (
    ("typologies/fan-in", "k=2"),
    ("typologies/fan-out", "k=2"),
    ("clustering/co-spend", ""),
    ("poisoning/dust", ""),
)


def dialogs(monkey: Monkey) -> None:
    """Open the plugins, their runs, or the form of an analysis."""
    monkey.window.ask(monkey.pick.choice(("view.plugins", "view.plugin_runs", "plugin.run")))


def analyse(monkey: Monkey) -> None:
    """Run a quick analysis, when none runs; its answers come some actions later."""
    session = monkey.window.desk.session
    if session is not None and not any(job.active for job in session.jobs.all()):
        analysis, settings = monkey.pick.choice(QUICK)
        monkey.window.run_now("plugin.run", analysis=analysis, settings=settings)


def decide(monkey: Monkey) -> None:
    """Mark some answers and press one of the buttons over them."""
    monkey.window.show_dock("answers")
    monkey.settle("decide", 2)
    panel = monkey.window.docks["answers"].widget()
    assert isinstance(panel, RowsPanel)
    rows = len(panel.model.rows)
    for _ in range(monkey.pick.randrange(1, 4) if rows else 0):
        index = panel.model.index(monkey.pick.randrange(rows), 0)
        mark = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        panel.table.selectionModel().setCurrentIndex(index, mark)
    offered = [b for b in panel.findChildren(QPushButton) if b.isVisible() and "…" not in b.text()]
    offered += [
        b for b in panel.findChildren(QPushButton) if b.isVisible() and b.text().startswith(("Accept", "Reject"))
    ]
    if offered:
        QTest.mouseClick(monkey.pick.choice(offered), LEFT)
