"""What the monkey does in dialogs, docks and tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from tests.ui.monkey.base import KEYS, LEFT, MODIFIERS, RIGHT, Monkey


def fill(monkey: Monkey, root: QWidget) -> None:
    """Put something into some inputs."""
    for field in monkey.some(root.findChildren(QLineEdit)):
        if field.isEnabled() and not field.isReadOnly():
            field.setText(monkey.words()[:200])
    for area in monkey.some(root.findChildren(QPlainTextEdit)):
        if not area.isReadOnly():
            area.setPlainText(monkey.words())
    for box in monkey.some(root.findChildren(QCheckBox)):
        box.click()
    for combo in monkey.some(root.findChildren(QComboBox)):
        if combo.count() and combo.isEnabled():
            combo.setCurrentIndex(monkey.pick.randrange(combo.count()))


def dialog(monkey: Monkey) -> None:
    """Answer the dialog on top."""
    found = monkey.dialogs()
    if not found:
        return
    top = found[-1]
    monkey.faults.action += f" {type(top).__name__}"
    assert isinstance(top, QDialog)
    if isinstance(top, QFileDialog) or monkey.pick.random() < 0.3:
        top.reject()
        return
    fill(monkey, top)
    monkey.settle("dialog", 1)
    buttons = [b for b in top.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
    if buttons and monkey.pick.random() < 0.7:
        QTest.mouseClick(monkey.pick.choice(buttons), LEFT)
    else:
        QTest.keyClick(top, monkey.pick.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))


def show_dock(monkey: Monkey) -> None:
    """Show or hide a dock."""
    name = monkey.pick.choice(sorted(monkey.window.docks))
    monkey.faults.action += f" {name}"
    if monkey.pick.random() < 0.8:
        monkey.window.show_dock(name, toggle=monkey.pick.random() < 0.3)
    else:
        monkey.window.docks[name].setVisible(monkey.pick.random() < 0.5)


def in_dock(monkey: Monkey) -> None:
    """Do something in a dock that can be seen."""
    shown = [n for n, d in monkey.window.docks.items() if d.isVisible() and not d.visibleRegion().isEmpty()]
    if not shown:
        return
    name = monkey.pick.choice(shown)
    root = monkey.window.docks[name].widget()
    inputs = [
        w for w in root.findChildren(QWidget)
        if w.isVisible() and w.isEnabled() and isinstance(w, QAbstractItemView | QAbstractButton | QLineEdit | QComboBox)
    ]  # fmt: skip
    if not inputs:
        return
    widget = monkey.pick.choice(inputs)
    monkey.faults.action += f" {name}: {widget.accessibleName()[:40]}"
    if isinstance(widget, QAbstractItemView):
        _in_list(monkey, widget)
    elif isinstance(widget, QLineEdit):
        widget.setText(monkey.words()[:60] if monkey.pick.random() < 0.5 else "")
    elif isinstance(widget, QComboBox):
        widget.setCurrentIndex(monkey.pick.randrange(max(1, widget.count())))
    else:
        QTest.mouseClick(widget, LEFT)


def _in_list(monkey: Monkey, view: QAbstractItemView) -> None:
    rows = view.model().rowCount() if view.model() is not None else 0
    if rows:
        index = view.model().index(monkey.pick.randrange(rows), 0)
        view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        spot = view.visualRect(index).center()
        click = QTest.mouseDClick if monkey.pick.random() < 0.2 else QTest.mouseClick
        click(view.viewport(), RIGHT if monkey.pick.random() < 0.1 else LEFT, monkey.pick.choice(MODIFIERS), spot)
    if monkey.pick.random() < 0.3:
        QTest.keyClick(view, monkey.pick.choice(KEYS))


def tab(monkey: Monkey) -> None:
    """A tab of the graphs or of the docks."""
    bars = [bar for bar in monkey.window.findChildren(QTabBar) if bar.isVisible() and bar.count()]
    if bars:
        bar = monkey.pick.choice(bars)
        bar.setCurrentIndex(monkey.pick.randrange(bar.count()))
