"""Owns how a command is asked for: which have a dialog of their own, which need a form, and the menu of the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt

from workstation.app.commands.registry import Result
from workstation.ui import actions
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def ask(window: MainWindow, name: str, given: dict[str, Any]) -> Result | None:
    """Run a command; the ones with a dialog of their own open it, others ask for missing arguments in a form."""
    from workstation.ui import citing, flows, going, importing

    session = window.desk.session
    if name in ("view.go", "view.finding"):
        if name == "view.go":
            going.go(window, given["to"])
        else:
            citing.edit_finding(window, given["finding"])
        return Result()
    command = window.registry.commands.get(name)
    if command is None:
        return None
    if name.startswith("view."):
        command.run(session, given)  # type: ignore[arg-type]
        return Result()
    if session is None:
        importing.import_without_case(window)
        return None
    reason = session.why_off(command)
    if reason and not given:
        window.say(f"{tr(command.title)}: {reason}")
        return None
    flow = flows.FLOWS.get(name)
    if flow is not None:
        flow(window, given)
        return None
    missing = [
        p
        for p in command.parameters
        if p.name not in given and p.default is None and p.kind not in ("subjects", "subject", "graph", "positions")
    ]
    if missing:
        flows.form(window, command, given)
        return None
    return window.run_now(name, **given)


def show_menu(window: MainWindow, key: str, point: QPoint) -> None:
    """The menu for what is selected, or for the canvas without a ``key``."""
    session = window.desk.session
    if session is None:
        return
    from workstation.domain.subjects import parse

    kind = "canvas"
    if key:
        subject = parse(key)
        if subject not in session.selection:
            session.select([subject])
        single = subject.kind if subject.kind in ("stub", "group") else "address"
        kind = single if len(session.selection) == 1 or single == "stub" else "selection"
    elif window.desk.selected_edges:
        kind = "edge"
    menu = actions.context_menu(window, kind, window.registry, window.ask, window.why_off)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(point)
