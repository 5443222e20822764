"""Owns the Requests panel: every request with its days, what is frozen, and which freezes must be renewed. It lists;
commands do. The day it counts from stands in the panel and can be typed.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from workstation.ui.desk import Desk
from workstation.ui.rowspanel import Row, Rows, RowsPanel
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button, plain

if TYPE_CHECKING:
    from workstation.app.freeze.tracker import Tracked
    from workstation.app.session import Session


def requests_panel(desk: Desk) -> RowsPanel:
    """The requests of the case and what can be done with the marked one."""
    on = QLineEdit()
    on.setAccessibleName(tr("Day from which renewals are counted"))
    on.setPlaceholderText(tr("YYYY-MM-DD"))
    on.setFixedWidth(on.fontMetrics().horizontalAdvance("0000-00-00") + 28)
    panel: list[RowsPanel] = []

    def load(session: Session) -> Rows:
        from workstation.app.freeze import tracker

        if not on.isModified():
            on.setText(session.now()[:10])
        day = on.text().strip()
        try:
            day = date.fromisoformat(day).isoformat() if day else ""
            wrong = ""
        except ValueError:
            day, wrong = "", tr("Type the day as YYYY-MM-DD to see what is due.")
        found = tracker.requests(session, day)
        due = [one for one in found if one.due]
        told = count(len(found), tr("request"), tr("requests"))
        if due:
            told = tr("RENEW {which}", which=", ".join(one.label for one in due))
        names = {one.key: _name(session, one) for one in found}
        ordered = sorted(found, key=lambda one: (not one.due, one.row["number"]))
        for words in (each.words for each in panel):
            words.setProperty("strong", bool(due))
            words.style().polish(words)
        return Rows([_row(session, one, names[one.key]) for one in ordered], wrong or told)

    def run(command: str) -> None:
        from workstation.app.freeze import tracker

        session = desk.session
        for row in panel[0].marked()[:1] or panel[0].model.rows[:1]:
            found = tracker.requests(session) if session is not None else []
            key = next((one.key for one in found if int(one.row["number"]) == row.number), "")
            desk.ask_later(command, request=key)

    buttons = (
        button(tr("New …"), partial(desk.ask_later, "freeze.draft"), name=tr("New request"),
               tip=tr("Ask the service behind the selection; nothing selected: choose one")),
        button(tr("Mark …"), partial(run, "freeze.mark"), name=tr("What became of the request"),
               tip=tr("Sent, acknowledged, frozen, renewed, refused, closed: with the day you type")),
        button(tr("Open"), partial(run, "freeze.edit"), name=tr("Open the request"),
               tip=tr("Go on with it, or write its pack again; one that was sent opens as a new one")),
        button(tr("Remove"), partial(run, "freeze.remove"), name=tr("Remove the request"), tip=tr("Undo brings it back")),
        plain(tr("Due on"), dim=True),
        on,
    )  # fmt: skip
    empty = EmptyState(
        tr("A request asks an exchange or an issuer to freeze or disclose. Select a deposit address and press A: what"
           " becomes of the request is followed here."),
        tr("Freeze or data request"), "A", partial(desk.ask_later, "freeze.draft"),
    )  # fmt: skip
    heads = (
        tr("No."), tr("Service"), tr("State"), tr("Renewal"), tr("Last day"), tr("Since"), tr("Frozen"), tr("Reply"),
        tr("Note"),
    )  # fmt: skip
    panel.append(RowsPanel(desk, tr("Requests"), heads, load, empty, buttons=buttons))
    on.textEdited.connect(lambda _: panel[0].refresh())
    desk.opened.connect(lambda: on.setModified(False))
    return panel[0]


def _name(session: Session, one: Tracked) -> str:
    from workstation.app.freeze import targets

    return targets.name_of(session, one.row["service"])


def _row(session: Session, one: Tracked, name: str) -> Row:
    row, days = one.row, one.days
    since = days[-1][1] if days else ""
    cells = (
        one.label, name, tr(row["status"]), _renewal(one), row["expiry"], since, row["frozen"], row["reply"], row["note"],
    )  # fmt: skip
    hashes = {exhibit.label: exhibit.sha256 for exhibit in session.store.exhibits()}
    from workstation.app.freeze import ask

    kept = ask.of_row(row)
    details = (
        (tr("Request"), f"{one.label}, {name}"), *((tr(word).capitalize(), day) for word, day in days),
        (tr("Last day of the freeze"), row["expiry"]), (tr("Renewal"), _renewal(one)), (tr("Amount frozen"), row["frozen"]),
        (tr("Reply"), row["reply"]), (tr("SHA-256 of the reply"), hashes.get(row["reply"], "")),
        (tr("Profile"), row["profile"]), (tr("Language"), row["language"]),
        (tr("Targets"), "\n".join(key.rpartition(":")[2] for key in kept.targets)),
        (tr("Pack, SHA-256 of its hash list"), row["pack"]), (tr("Note"), row["note"]),
        (tr("Written down"), tr("{time}, {who}", time=row["at"], who=row["author"])),
    )  # fmt: skip
    key = kept.targets[0] if kept.targets else kept.service if kept.service.startswith(("entity:", "address:")) else ""
    return Row(cells, key, tuple((head, words) for head, words in details if words), int(row["number"]))


def _renewal(one: Tracked) -> str:
    """When the freeze must be renewed, in words."""
    if one.left is None or one.row["status"] in ("refused", "closed"):
        return ""
    if one.left < 0:
        return tr("ENDED {n} ago", n=count(-one.left, tr("day"), tr("days")))
    left = count(one.left, tr("day"), tr("days"))
    return tr("RENEW NOW, {n} left", n=left) if one.due else tr("{n} left", n=left)
