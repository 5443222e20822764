"""Owns the commands of facts on demand: card, QR code, source row. None of them changes the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from workstation.app.commands.registry import Command, Result
from workstation.domain.subjects import Subject, parse
from workstation.ui.actions import needs_selection, own
from workstation.ui.text import set_tip
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow

#: Transfers whose places are listed at once.
_MOST = 200


def needs_identifier(session: Any) -> str:
    """On while exactly one address or transaction is selected."""
    chosen: Sequence[Subject] = session.selection if session is not None else []
    fits = [subject.kind in ("address", "transaction") for subject in chosen] == [True]
    return "" if fits else tr("select one address or transaction")


def commands(window: MainWindow) -> list[Command]:
    """Facts on demand."""

    def given(name: str, title: str, help_text: str, run: Any, key: str, enabled: Any) -> Command:
        def call(_session: Any, arguments: Mapping[str, Any]) -> Result:
            run(window, arguments)
            return Result()

        return Command(name, title, "View", help_text, call, key, (), enabled)

    return [
        own(
            "view.card", "Facts card", "View", "Show the exact facts of the selected node or line beside it.",
            lambda: card(window), "I", needs_selection,
        ),
        given(
            "view.qr", "QR code and exact identifier",
            "Show the whole identifier large, in groups, and as QR code.", qr, "", needs_identifier,
        ),
        given(
            "view.source_row", "Show source row",
            "Show the line of the exhibit a transfer, a label or an event comes from.", source_row, "Ctrl+Shift+R",
            needs_selection,
        ),
        given(
            "view.transfers_of", "Show transfers in the table",
            "List the transfers of the selected line in the table.", in_table, "", needs_selection,
        ),
    ]  # fmt: skip


def card(window: MainWindow) -> None:
    """Open the card of what is selected on the canvas."""
    if window.canvas is None or not window.canvas.cards.open_selected():
        window.say(tr("Select one node or line on the graph first"))


def qr(window: MainWindow, given: Mapping[str, Any]) -> None:
    """The dialog with the exact identifier of the selection, or of a named subject."""
    from workstation.domain.errors import WorkstationError
    from workstation.ui.cards.qrdialog import QrDialog

    session = window.desk.session
    if session is None or _on_stage(window):
        return
    subject = parse(str(given["subject"])) if given.get("subject") else next(iter(session.selection), None)
    if subject is None or subject.kind not in ("address", "transaction"):
        window.say(tr("Select one address or transaction first"))
        return
    try:
        window.show_dialog(QrDialog(window, subject, window.desk.name(subject)))
    except WorkstationError as problem:
        window.tell(problem)


def source_row(window: MainWindow, given: Mapping[str, Any]) -> None:
    """The source row of the given transfers, event, subject or finding; else of marked rows, line or selection."""
    from workstation.app import sourcerow
    from workstation.ui.sourceview import SourceDialog

    session = window.desk.session
    if session is None or _on_stage(window):
        return
    if given.get("transfers"):
        places = sourcerow.of_transfers(session, list(given["transfers"])[:_MOST])
    elif given.get("event"):
        places = sourcerow.of_event(session, int(given["event"]), given.get("words", ()))
    elif given.get("finding"):
        places = sourcerow.of_finding(session, str(given["finding"]))
    elif given.get("subject"):
        places = sourcerow.of_subject(session, parse(str(given["subject"])))
    else:
        ids = _marked(window)
        places = sourcerow.of_transfers(session, ids[:_MOST]) if ids else _of_selection(session)
    if not places:
        window.say(tr("No exhibit states this"))
        return
    window.show_dialog(SourceDialog(window, session, places))


def cited_rows(window: MainWindow, evidence: QListWidget, subjects: Mapping[str, str]) -> None:
    """Enter on cited evidence shows the row of the exhibit behind it; ``subjects``: subject key by key of a citation."""

    def show(item: QListWidgetItem) -> None:
        key = str(item.data(Qt.ItemDataRole.UserRole))
        window.ask("view.source_row", subject=subjects.get(key, key))

    evidence.itemActivated.connect(show)
    set_tip(evidence, tr("Enter shows the source row of what is cited"))


def in_table(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Show the transfers of a line in the table, and mark them."""
    from PySide6.QtCore import QItemSelectionModel

    ids = set(given.get("transfers") or _edge_transfers(window))
    panel = window.transfers
    if panel is None or not ids:
        return
    window.show_dock("transfers")
    panel.filter.clear()
    panel.refilter()
    chosen = panel.table.selectionModel()
    chosen.clearSelection()
    both = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    places = [row for row in range(panel.model.rowCount()) if panel.model.transfer_id(row) in ids]
    for row in places[:500]:
        chosen.select(panel.model.index(row, 0), both)
    if places:
        panel.table.scrollTo(panel.model.index(places[0], 0))


def _on_stage(window: MainWindow) -> bool:
    """While persons are masked nothing opens that could name them."""
    return window.canvas is not None and window.canvas.cards.on_stage


def _of_selection(session: Any) -> tuple[Any, ...]:
    from workstation.app import sourcerow

    chosen: tuple[Subject, ...] = tuple(session.selection)[:20]
    return tuple(place for subject in chosen for place in sourcerow.of_subject(session, subject))


def _marked(window: MainWindow) -> list[int]:
    """Transfers of the marked rows when the table has the keyboard, else those of the selected line."""
    focus, panel = window.focusWidget(), window.transfers  # of the window: the palette may have the keyboard now
    if panel is not None and focus is not None and panel.isAncestorOf(focus):
        return panel.picked_ids()
    return _edge_transfers(window)


def _edge_transfers(window: MainWindow) -> list[int]:
    session = window.desk.session
    if session is None:
        return []
    lines = session.graphs.picture(session.graph).edges
    return [number for edge in window.desk.selected_edges for number in lines[edge].transfers]
