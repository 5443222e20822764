"""Owns what lists everything: the palette with every command and thing of the case, help pages, key sheet, about.

Each is a plain function of the window. Must not hold state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workstation.ui import actions
from workstation.ui.going import go, go_hit
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.palette import Entry
    from workstation.ui.window import MainWindow


def palette(window: MainWindow) -> None:
    """Every command and everything of the case, by name."""
    from workstation.ui.palette import Entry, Palette

    session = window.desk.session
    entries = []
    for command in window.registry.all():
        keys = ", ".join(k for k in (command.key, *actions.ALIASES.get(command.id, ())) if k)
        ask = window.ask_partial(command.id)
        entries.append(
            Entry(
                tr(command.title),
                tr(command.category),
                ask,
                keys,
                window.why_off(command),
                ">",
                20 if not command.id.startswith("view.") else 0,
            )
        )
    if session is not None:
        for table, prefix, category in (
            ("entity", "@", tr("Entity")),
            ("finding", "#", tr("Finding")),
            ("scene", ">", tr("Scene")),
        ):
            for key, row in session.store.rows(table).items():
                title = f"F-{row['number']:02d}  {row['claim']}" if table == "finding" else str(row["name"])
                target = f"entity::{key}" if table == "entity" else f"{table}:{key}"
                entries.append(Entry(title, category, _going(window, target), prefix=prefix, boost=-10))
        seen = set()
        for row in session.store.rows("tag").values():
            if (row["label"], row["subject"]) not in seen:
                seen.add((row["label"], row["subject"]))
                entries.append(
                    Entry(str(row["label"]), tr("Label"), _going(window, str(row["subject"])), prefix="@", boost=-10)
                )
    window.show_dialog(Palette(window, entries, lambda typed: _found(window, typed)))


def _going(window: MainWindow, key: str) -> Callable[[], object]:
    return lambda: go(window, key)


def _found(window: MainWindow, typed: str) -> list[Entry]:
    from workstation.app.search import find
    from workstation.ui.palette import Entry

    session = window.desk.session
    if session is None:
        return []
    made = []
    prefixes = {"address": "/", "transaction": "/", "label": "@", "entity": "@"}
    for hit in find(session, typed.lstrip("/@#? ").strip(), limit=30):
        if hit.kind in ("address", "transaction", "label", "note") and hit.subject is not None:

            def run(found: Any = hit) -> None:
                go_hit(window, found)

            made.append(Entry(hit.title, tr(hit.kind.capitalize()), run, prefix=prefixes.get(hit.kind, "@"), boost=-30))
    return made


def help_page(window: MainWindow, page: str = "") -> None:
    """The help pages."""
    from workstation.paths import resources_folder
    from workstation.ui.results import HelpWindow

    window.show_dialog(HelpWindow(window, resources_folder() / "help", page))


def keys(window: MainWindow) -> None:
    """The key sheet, made from the registry."""
    from workstation.ui.results import key_sheet

    window.show_dialog(key_sheet(window, actions.key_rows(window.registry)))


def about(window: MainWindow) -> None:
    """Version, licence, and the offline promise."""
    from workstation import __version__
    from workstation.ui.text import message_box

    words = tr(
        "Fundflow Workstation {version}\n\nLicence: Apache-2.0.\nWorks offline; nothing leaves this computer.",
        version=__version__,
    )
    window.show_dialog(message_box(tr("About"), words, parent=window))
