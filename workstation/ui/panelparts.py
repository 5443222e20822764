"""Owns the import of what an open case needs in the window. Must not make a widget: it is called beside the window.

Importing is a second of work, which the window does not have while it opens its first case.
"""

from __future__ import annotations

from importlib import import_module

_PARTS = (
    "app.session", "ui.snapshot", "ui.records", "ui.canvas_area", "ui.cards.parties", "ui.flowviews",
    "ui.freeze.dock", "ui.history", "ui.inspector", "ui.panels", "ui.scenes.panel", "ui.stylepanel", "ui.timeline.panel", "ui.transfers",
    "ui.workbench.flows", "ui.workbench.panel", "ui.workbench.statementpanel", "ui.outline",
)  # fmt: skip
#: What the first export, report or request needs: wanted soon, and not for the first picture.
_SOON = ("app.export", "ui.freeze.wizard", "ui.exportdialog", "ui.importdialog", "ui.reporting.builder", "ui.citing")


def import_parts() -> None:
    """Import every part."""
    for name in _PARTS:
        import_module(f"workstation.{name}")


def import_soon() -> None:
    """Import what would make the window wait when it is first asked for."""
    for name in _SOON:
        import_module(f"workstation.{name}")
