"""Owns the way from the selection to the statement of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow

#: Least share of the window's height for the dock.
_HIGH = 0.42


def needs_account(session: Any) -> str:
    """On while an address or entity is selected."""
    if session is not None and any(s.kind in ("address", "entity") for s in session.selection):
        return ""
    return tr("select an address or an entity first")


def show(window: MainWindow) -> None:
    """Show the statement of the selected account."""
    from workstation.ui.workbench.statementpanel import StatementPanel

    session = window.desk.session
    if session is None:
        return
    reason = needs_account(session)
    if reason:
        window.say(f"{tr('Statement')}: {reason}")
        return
    subject = next(s for s in session.selection if s.kind in ("address", "entity"))
    window.show_dock("statement")
    _roomy(window)
    inner = window.docks["statement"].widget()
    if isinstance(inner, StatementPanel):
        inner.show_subject(subject)


def _roomy(window: MainWindow) -> None:
    """Let the lower docks take the whole width and enough height; “Reset workspace” takes it back."""
    dock = window.docks["statement"]
    if dock.isFloating():
        return
    for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
        window.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
    least = round(window.height() * _HIGH)
    if dock.height() < least:
        window.resizeDocks([dock], [least], Qt.Orientation.Vertical)
