"""Owns the window's own commands and everything generated from the registry: menus, keys, context menus, key sheet.

Must not know how a command works.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from workstation.app.commands.registry import Command, Registry, Result
from workstation.ui.text import set_tip
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.session import Session

MENUS = ("Case", "Edit", "View", "Graph", "Layout", "Trace", "Analyse", "Annotate", "Findings", "Scenes", "Help")
#: Second keys that do the same (design: Ctrl+Y is redo for many people).
ALIASES = {
    "edit.redo": ("Ctrl+Y",), "view.palette": ("Ctrl+Shift+P",),
    "view.next_tab": ("Ctrl+Tab",), "view.previous_tab": ("Ctrl+Shift+Tab",),
}  # fmt: skip
#: Context menus by what was clicked: command ids in order, "-" draws a line.
CONTEXT: dict[str, tuple[str, ...]] = {
    "address": (
        "graph.expand", "graph.expand_forward", "graph.expand_back", "graph.collapse_back", "-",
        "trace.forward", "trace.backward", "view.trace_ask", "view.walk", "view.path_mark", "view.statement", "plugin.run", "-", "tag.add", "note.add",
        "mark.role", "mark.colour", "style.node", "card.add",
        "entity.new", "entity.add", "group.collapse", "group.open", "-", "graph.pin", "graph.unpin", "graph.hide", "graph.remove", "-", "finding.new",
        "finding.link", "freeze.draft", "-", "view.copy_id", "view.qr",
        "view.card", "view.panel_counterparties", "view.show_rows", "view.source_row",
    ),
    "stub": ("graph.expand", "-", "view.copy_id"),
    "group": (
        "group.open", "view.card", "-", "graph.pin", "graph.unpin", "graph.hide", "graph.remove", "frame.edit", "-",
        "group.collapse", "fold.rule", "fold.off",
    ),
    "edge": ("view.card", "view.walk", "view.show_rows", "view.transfers_of", "view.source_row", "finding.new", "finding.link", "-", "style.line", "style.clear", "-", "graph.hide"),
    "selection": (
        "view.paths_between", "graph.from_selection", "-", "entity.new", "entity.add", "tag.add", "note.add", "mark.role", "mark.colour", "style.node", "style.line", "style.clear", "-", "graph.pin", "graph.unpin",
        "graph.hide", "graph.remove", "-", "frame.add", "group.collapse", "group.open", "layout.align_left", "layout.align_top",
        "layout.distribute_horizontally", "layout.distribute_vertically", "-", "finding.new", "finding.link", "freeze.draft", "-",
        "view.copy_id", "view.show_rows",
    ),
    "canvas": (
        "view.search", "view.filters", "plugin.run", "graph.layout", "layout.time", "layout.organic", "layout.radial", "graph.show_hidden", "fold.rule", "fold.off", "card.add", "view.panel_styles", "scene.save", "freeze.draft", "-", "graph.new", "graph.duplicate", "view.fit", "case.import",
    ),
}  # fmt: skip


def needs_case(session: Any) -> str:
    """On while a case is open."""
    return "" if session is not None else tr("open a case first")


def needs_selection(session: Any) -> str:
    """On while something is selected."""
    return "" if session is not None and session.selection else tr("select something first")


def own(
    name: str, title: str, category: str, help_text: str, run: Callable[..., object], key: str = "",
    enabled: Callable[[Any], str] | None = None,
) -> Command:  # fmt: skip
    """A command of the window: it changes what is looked at, never the case."""

    def call(_session: Session, _arguments: Any) -> Result:
        run()
        return Result()

    return Command(name, title, category, help_text, call, key, (), enabled or (lambda _session: ""))


def is_canvas_key(key: str) -> bool:
    """Whether a key acts only while the canvas has the focus (single letters, Del, Home …)."""
    return (
        bool(key)
        and not any(part in key for part in ("Ctrl+", "Alt+"))
        and not (key.startswith(("F", "Shift+F")) and key[-1].isdigit())
    )


def canvas_keys(registry: Registry) -> dict[str, str]:
    """Command id by canvas key."""
    return {command.key: command.id for command in registry.all() if is_canvas_key(command.key)}


def key_rows(registry: Registry) -> list[tuple[str, str, str]]:
    """``(menu, title, keys)`` of every command that has a key, in menu order."""
    rows = []
    for menu in MENUS:
        for command in registry.all():
            if command.category == menu and command.key:
                rows.append((tr(menu), tr(command.title), ", ".join((command.key, *ALIASES.get(command.id, ())))))
    return rows


def duplicate_keys(registry: Registry) -> list[str]:
    """Keys that two commands claim; must be empty."""
    seen: dict[str, str] = {}
    found = []
    for command in registry.all():
        for key in (command.key, *ALIASES.get(command.id, ())):
            if not key:
                continue
            normal = QKeySequence(key).toString()
            if normal in seen and seen[normal] != command.id:
                found.append(f"{key}: {seen[normal]} and {command.id}")
            seen[normal] = command.id
    return found


def fill_menu_bar(
    window: QMainWindow, registry: Registry, ask: Callable[[str], object], why_off: Callable[[Command], str]
) -> list[QAction]:
    """Build the menu bar anew; only menus that have commands. Gives all actions (they carry their command id)."""
    bar = window.menuBar()
    for old in list(bar.actions()):
        menu = old.menu()
        bar.removeAction(old)
        if isinstance(menu, QMenu):
            menu.deleteLater()
    made: list[QAction] = []
    taken: set[str] = set()
    for name in MENUS:
        commands = [c for c in registry.all() if c.category == name]
        if not commands:
            continue
        menu = QMenu(_mnemonic(tr(name), taken), bar)
        menu.setToolTipsVisible(True)
        bar.addMenu(menu)
        actions = [action_of(command, menu, ask) for command in commands]
        menu.addActions(actions)
        made += actions
        menu.aboutToShow.connect(partial(refresh, actions, registry, why_off))
    return made


def _mnemonic(title: str, taken: set[str]) -> str:
    """The title with ``&`` before its first letter that no other menu has."""
    for place, letter in enumerate(title):
        if letter.isalpha() and letter.casefold() not in taken:
            taken.add(letter.casefold())
            return f"{title[:place]}&{title[place:]}"
    return title


def action_of(command: Command, parent: QMenu, ask: Callable[[str], object], *, keys: bool = True) -> QAction:
    """A menu action of a command; canvas keys are shown but belong to the canvas."""
    words = tr(command.title) + (
        " …"
        if any(p.default is None and p.kind not in ("subjects", "subject", "graph") for p in command.parameters)
        else ""
    )
    if command.key and is_canvas_key(command.key):
        words += f"\t{command.key}"
    action = QAction(words, parent)
    action.setData(command.id)
    set_tip(action, tr(command.help))
    if keys and command.key and not is_canvas_key(command.key):
        action.setShortcuts([QKeySequence(key) for key in (command.key, *ALIASES.get(command.id, ()))])
    action.triggered.connect(lambda _=False, name=command.id: ask(name))
    return action


def refresh(actions: Sequence[QAction], registry: Registry, why_off: Callable[[Command], str]) -> None:
    """Switch actions on and off; the tip of one that is off says why."""
    for action in actions:
        command = registry.commands.get(str(action.data()))
        if command is None:
            continue
        reason = why_off(command)
        if action.property("off") == reason:  # as it was, and asked after every click
            continue
        action.setProperty("off", reason)
        action.setEnabled(not reason)
        set_tip(action, tr(command.help) + (f"\n{tr('Off')}: {reason}" if reason else ""))


def context_menu(
    parent: QMainWindow, kind: str, registry: Registry, ask: Callable[[str], object], why_off: Callable[[Command], str]
) -> QMenu:
    """The context menu of what was clicked."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    actions: list[QAction] = []
    for name in CONTEXT.get(kind, CONTEXT["selection"]):
        if name == "-":
            menu.addSeparator()
            continue
        command = registry.commands.get(name)
        if command is not None:
            action = action_of(command, menu, ask, keys=False)
            menu.addAction(action)
            actions.append(action)
    refresh(actions, registry, why_off)
    return menu
