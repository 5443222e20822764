"""Owns the menu of the filter bar: every filter that can be set, with what the case offers. It decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMenu

from workstation.analysis.shapes import ROLES
from workstation.app import filters
from workstation.app.commands.annotate import CONFIDENCES
from workstation.app.names import ROLE_NAMES
from workstation.ui.text import cell
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.session import Session

#: So many tags and findings a menu lists; more are typed.
_MOST = 30
Ask = Callable[..., object]
Write = Callable[[str, str], object]


def fill(menu: QMenu, session: Session, run: Ask, write: Write) -> None:
    """Put every filter into the menu.

    Args:
        run: runs ``lens.set`` with arguments. write: asks for a text in the bar: which argument, and its asset.
    """
    menu.clear()
    lens = session.lens

    def add(into: QMenu, words: str, act: Callable[[], object], on: bool | None = None, why: str = "") -> None:
        action = into.addAction(cell(words).replace("&", "&&") + (f"  ({why})" if why else ""))
        action.setEnabled(not why)
        if on is not None:
            action.setCheckable(True)
            action.setChecked(on)
        action.triggered.connect(lambda _=False: act())

    def many(words: str, name: str, choices: list[tuple[str, str]]) -> None:
        inner = menu.addMenu(words)
        inner.setEnabled(bool(choices))
        now: tuple[str, ...] = getattr(lens, name)
        for value, shown in choices:
            left = tuple(each for each in now if each != value)
            after = left if value in now else (*now, value)
            add(inner, shown, lambda after=after: session.look(replace(session.lens, **{name: after})), value in now)  # type: ignore[misc]

    add(menu, tr("Part of a name or identifier"), lambda: write("text", ""))
    many(tr("Role"), "roles", [(role, tr(ROLE_NAMES[role])) for role in ROLES])
    many(tr("Tag"), "tags", [(tag, tag) for tag in filters.tags_of(session.graphs)[:_MOST]])
    sure = [(each, tr(each.capitalize())) for each in CONFIDENCES]
    many(tr("Confidence of the tag"), "confidence", [*sure, ("", tr("Not stated"))])
    keys = filters.assets_on(session.graphs, session.graph)
    symbols = [(key, f"{key.split(':')[1]} · {key.split(':')[0]}") for key in keys]
    many(tr("Asset"), "assets", symbols)
    inner = menu.addMenu(tr("Amount of one transfer"))
    inner.setEnabled(bool(symbols))
    for key, words in symbols:
        add(inner, words, lambda key=key: write("amount", key))  # type: ignore[misc]
    menu.addSeparator()
    why = "" if session.selection else tr("select something first")
    add(menu, tr("Only the selection"), lambda: run(only="selection"), None, why)
    add(menu, tr("What the selection receives"), lambda: run(direction="in"), None, why)
    add(menu, tr("What the selection pays"), lambda: run(direction="out"), None, why)
    add(menu, tr("What the selection receives or pays"), lambda: run(direction="both"), None, why)
    menu.addSeparator()
    inner = menu.addMenu(tr("Finding"))
    rows = sorted(session.store.rows("finding").items(), key=lambda item: item[1]["number"])
    inner.setEnabled(bool(rows))
    for key, row in rows[:_MOST]:
        words = f"F-{row['number']:03d} {_cut(row['claim'])}"
        add(inner, words, lambda key=key: run(finding=key), key == lens.finding)  # type: ignore[misc]
    inner = menu.addMenu(tr("Trace run"))
    kept = session.store.kept_traces()
    inner.setEnabled(bool(kept))
    for each in kept[-_MOST:]:
        words = tr("Run {n}", n=each.number) + f" · {_method(each.record)}"
        add(inner, words, lambda number=each.number: run(run=number), each.number == lens.run)  # type: ignore[misc]
    add(menu, tr("Numbers of transfers"), lambda: write("transfers", ""))
    add(menu, tr("Facts only"), lambda: run(facts="no" if lens.facts else "yes"), lens.facts)
    menu.addSeparator()
    add(menu, tr("Look at the rest"), lambda: session.run("lens.invert"), None, "" if not lens.open else tr("nothing is filtered"))  # fmt: skip


def _cut(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"


def _method(record: str) -> str:
    import json

    made: Any = json.loads(record)
    return f"{made['method']}, {tr(made['parameters']['direction'])}"
