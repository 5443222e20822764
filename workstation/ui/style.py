"""Owns the style sheet of the window chrome: spacing, cards, chips, buttons. All colours come from the palette.

``ui.theme`` owns the colours; nothing here may name one. Sizes follow the font, so text scale reaches everything.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """A colour ``share`` of the way from ``first`` to ``second``."""
    rest = 1 - share
    return QColor(
        round(first.red() * rest + second.red() * share),
        round(first.green() * rest + second.green() * share),
        round(first.blue() * rest + second.blue() * share),
    )


def line_colour(palette: QPalette) -> QColor:
    """The colour of one-pixel lines between panels."""
    return mix(palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText), 0.13)


def dim_colour(palette: QPalette) -> QColor:
    """The colour of second-rank text."""
    return palette.color(QPalette.ColorRole.PlaceholderText)


def sheet(palette: QPalette, size: int) -> str:
    """The style sheet for a palette and a font of ``size`` pixels."""
    role = QPalette.ColorRole
    panel, text = palette.color(role.Window), palette.color(role.WindowText)
    accent, on_accent = palette.color(role.Highlight), palette.color(role.HighlightedText)
    field = palette.color(role.Base)
    names = {
        "panel": panel.name(),
        "text": text.name(),
        "dim": dim_colour(palette).name(),
        "line": line_colour(palette).name(),
        "edge": mix(panel, text, 0.30).name(),
        "hover": mix(panel, text, 0.06).name(),
        "press": mix(panel, text, 0.13).name(),
        "soft": mix(panel, accent, 0.14).name(),
        "accent": accent.name(),
        "on_accent": on_accent.name(),
        "accent_hover": mix(accent, text, 0.14).name(),
        "field": field.name(),
        "off": mix(dim_colour(palette), panel, 0.35).name(),
        "small": max(9, round(size * 0.83)),
        "tiny": max(8, round(size * 0.80)),
        "head": round(size * 1.25),
        "title": round(size * 1.9),
        "pad": max(3, round(size * 0.34)),
        "wide": max(7, round(size * 0.85)),
        "row": round(size * 1.9),
        "bar": max(9, round(size * 0.75)),
        "half": max(4, round(size * 0.37)),
    }
    text_sheet = _SHEET
    for name, value in names.items():
        text_sheet = text_sheet.replace(f"@{name}@", str(value))
    return text_sheet


#: What a main window itself wears, in any theme and at any size.
WINDOW = """
QMainWindow::separator { background: palette(mid); width: 1px; height: 1px; }
QMainWindow::separator:hover { background: palette(highlight); }
"""

_SHEET = """
QMainWindow > QWidget, QDialog { background: @panel@; color: @text@; }
#headBar { border: none; padding: 0; margin: 0; spacing: 0; }
QMenuBar { background: @panel@; color: @text@; border-bottom: 1px solid @line@; padding: 1px 6px; }
QMenuBar::item { padding: @pad@px @wide@px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @press@; }
QMenu { background: @panel@; color: @text@; border: 1px solid @edge@; padding: 4px; }
QMenu::item { padding: @pad@px 26px @pad@px 22px; border-radius: 4px; }
QMenu::item:selected { background: @accent@; color: @on_accent@; }
QMenu::item:disabled { color: @off@; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 6px; }
QToolTip { background: @panel@; color: @text@; border: 1px solid @edge@; padding: 4px; }
#topBar, #loopStrip { background: @panel@; border: none; border-bottom: 1px solid @line@; }
#caseTitle { font-weight: 600; font-size: @head@px; }
[dim="true"] { color: @dim@; }
[small="true"] { font-size: @small@px; }
[strong="true"] { font-weight: 600; }
[section="true"] { color: @dim@; font-size: @tiny@px; font-weight: 600; letter-spacing: 1px; }
[head="true"] { font-size: @head@px; font-weight: 600; }
[pageTitle="true"] { font-size: @title@px; font-weight: 600; }
[mono="true"] { font-family: "DejaVu Sans Mono", monospace; font-size: @small@px; }
[problem="true"] { font-weight: 600; }
QFrame[card="true"] { background: @panel@; border: 1px solid @line@; border-radius: 8px; }
QFrame[rule="true"] { background: @line@; border: none; max-height: 1px; min-height: 1px; }
QLineEdit, QPlainTextEdit {
  background: @field@; color: @text@; border: 1px solid @edge@; border-radius: 6px; padding: @pad@px @wide@px;
  selection-background-color: @accent@; selection-color: @on_accent@; }
QLineEdit:focus, QPlainTextEdit:focus { border: 1px solid @accent@; }
QLineEdit[bad="true"] { border: 2px solid @text@; }
QComboBox QAbstractItemView { background: @panel@; border: 1px solid @edge@; selection-background-color: @accent@;
  selection-color: @on_accent@; outline: none; }
QPushButton { background: @panel@; color: @text@; border: 1px solid @edge@; border-radius: 6px;
  padding: @pad@px @wide@px; min-height: 16px; outline: none; }
QPushButton:hover { background: @hover@; }
QPushButton:pressed { background: @press@; }
QPushButton:focus { border: 2px solid @accent@; padding: @pad@px @half@px; }
QPushButton:disabled { color: @off@; border-color: @line@; }
QPushButton:checked { background: @soft@; border-color: @accent@; font-weight: 600; }
QPushButton[primary="true"] { background: @accent@; color: @on_accent@; border-color: @accent@; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accent_hover@; }
QPushButton[primary="true"]:focus { border: 2px solid @text@; }
QPushButton[primary="true"]:disabled { background: @press@; color: @off@; border-color: @press@; }
QPushButton[flat="true"], QToolButton { background: transparent; color: @text@; border: 1px solid transparent;
  border-radius: 5px; padding: 3px @half@px; }
QPushButton[flat="true"] { text-align: left; }
QPushButton[flat="true"]:hover, QToolButton:hover { background: @press@; }
QPushButton[flat="true"]:focus, QToolButton:focus { border: 1px solid @accent@; }
QPushButton[link="true"] { background: transparent; border: 1px solid transparent; color: @accent@; text-align: left;
  padding: 2px 2px; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { border: 1px solid @accent@; padding: 2px 2px; }
QPushButton[chip="true"] { border: 1px solid transparent; border-radius: 5px; background: transparent;
  padding: 2px @half@px; color: @text@; }
QPushButton[chip="true"]:hover { background: @press@; }
QPushButton[chip="true"]:focus { border: 1px solid @accent@; padding: 2px @half@px; }
QPushButton[chip="true"][active="true"] { background: @soft@; font-weight: 600; }
QPushButton[tile="true"] { text-align: left; padding: @wide@px; border-radius: 8px; border-color: @line@; }
QPushButton[tile="true"]:hover { border-color: @accent@; background: @hover@; }
QPushButton[status="true"] { border: 1px solid transparent; background: transparent; border-radius: 4px;
  padding: 1px @half@px; font-size: @small@px; min-height: 12px; color: @text@; }
QPushButton[status="true"]:hover { background: @press@; }
QPushButton[status="true"]:focus { border: 1px solid @accent@; }
QTreeView, QTableView, QListView { background: @panel@; color: @text@; border: none; outline: none;
  selection-background-color: @accent@; selection-color: @on_accent@; alternate-background-color: @hover@; }
QTreeView::item, QListView::item { padding: 2px 2px; border-radius: 4px; }
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover { background: @hover@; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected
  { background: @accent@; color: @on_accent@; }
QTreeView::item:selected:!active, QTableView::item:selected:!active, QListView::item:selected:!active
  { background: @soft@; color: @text@; }
QTableView::item { padding: 0 6px; border: none; }
QListView::indicator:unchecked, QTreeView::indicator:unchecked, QTableView::indicator:unchecked,
QCheckBox::indicator:unchecked
  { background: @field@; border: 1px solid @edge@; border-radius: 3px; }
QHeaderView { background: @panel@; border: none; }
QHeaderView::section { background: @panel@; color: @dim@; border: none; border-bottom: 1px solid @line@;
  padding: 3px 6px; font-size: @small@px; }
QTableCornerButton::section { background: @panel@; border: none; }
QTabBar { background: @panel@; border: none; }
QTabBar::tab { background: transparent; color: @dim@; padding: @pad@px @wide@px; border: none;
  border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; border-bottom: 2px solid @accent@; font-weight: 600; }
QTabBar::tab:focus { color: @accent@; }
QTabWidget::pane { border: none; border-top: 1px solid @line@; }
QDockWidget { color: @text@; }
QScrollArea, QScrollArea > QWidget > QWidget { background: @panel@; border: none; }
QScrollBar:vertical { background: transparent; width: @bar@px; margin: 0; }
QScrollBar::handle:vertical { background: @edge@; min-height: 26px; border-radius: 3px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: @bar@px; margin: 0; }
QScrollBar::handle:horizontal { background: @edge@; min-width: 26px; border-radius: 3px; margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @press@; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent@; border-radius: 3px; }
QStatusBar { background: @panel@; border-top: 1px solid @line@; }
QStatusBar::item { border: none; }
#overlay { background: @panel@; border: 1px solid @line@; border-radius: 8px; }
#paletteFrame { background: @panel@; border: 1px solid @edge@; border-radius: 10px; }
#emptyState { background: transparent; }
"""
