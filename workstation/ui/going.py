"""Owns going somewhere: to a thing of the case, to what was found, back and forward, to the next problem, to rows.

Each is a plain function of the window. Must not hold state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workstation.domain.subjects import Subject, parse
from workstation.ui import importing
from workstation.ui.citing import edit_finding
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow


def go(window: MainWindow, key: str) -> None:
    """Go to a thing by key: a subject, ``finding:``, ``scene:``, ``graph:`` or ``exhibit:``."""
    session = window.desk.session
    if session is None:
        return
    kind, _, rest = key.partition(":")
    if kind == "finding":
        edit_finding(window, rest)
    elif kind == "scene":
        window.run_now("scene.show", scene=rest)
    elif kind == "graph":
        session.show_graph(rest)
    elif kind == "exhibit":
        show_exhibit(window, int(rest))
    else:
        try:
            show_subject(window, parse(key))
        except ValueError:
            window.say(tr("This is no longer in the case"))


def show_subject(window: MainWindow, subject: Subject, *, place: bool = False) -> None:
    """Select a subject and bring it into view; with ``place`` put it onto the graph first."""
    session = window.desk.session
    assert session is not None
    session.views.leave(_here(session))
    session.select([subject])
    on_graph = window.desk.node(subject.key) is not None
    if place and not on_graph and subject.kind in ("address", "transaction", "entity"):
        window.run_now("graph.add", subjects=[subject])
        on_graph = window.desk.node(subject.key) is not None
    if on_graph and window.canvas is not None and window.canvas.view is not None:
        window.canvas.view.focus_on(subject.key)


def _here(session: Session) -> Any:
    from workstation.app.session import View

    return View(session.graph, session.camera)


def go_hit(window: MainWindow, hit: Any) -> None:
    """Go to something found: subjects come onto the graph."""
    if hit.subject is not None:
        show_subject(window, hit.subject, place=True)
        window.focus_canvas()
    elif hit.kind in ("finding", "scene"):
        go(window, f"{hit.kind}:{hit.row}")


def show_exhibit(window: MainWindow, number: int) -> None:
    """Show what is known about a source file, with its skipped rows."""
    from workstation.ui.results import ResultDialog

    session = window.desk.session
    assert session is not None
    exhibit = session.store.exhibit(number)
    rows = session.store.quarantined(number)
    words = "\n".join(
        (
            tr(
                "{outcome}; {size} bytes; format {reader}",
                outcome=tr(exhibit.outcome),
                size=f"{exhibit.size:,}",
                reader=exhibit.reader or "–",
            ),
            f"SHA-256 {exhibit.sha256}",
            tr("received from {who} at {when}", who=exhibit.received_from or "–", when=exhibit.received_at),
            tr(
                "read {a}, new {b}, already there {c}, skipped {d}",
                a=f"{exhibit.read:,}",
                b=f"{exhibit.accepted:,}",
                c=f"{exhibit.duplicates:,}",
                d=f"{exhibit.quarantined:,}",
            ),
        )
    )
    dialog = ResultDialog(
        window,
        f"{exhibit.label}  {exhibit.name}",
        words,
        [tr("Place"), tr("Code"), tr("Why it was skipped"), tr("Text of the row")],
    )
    for row in rows[:1000]:
        dialog.add([row.locator, row.code, row.reason, row.raw[:200]], "warn")
    dialog.table.setVisible(bool(rows))
    dialog.foot.insertWidget(0, button(tr("Import report"), lambda: importing.show_report(window, number)))
    window.show_dialog(dialog)


def back(window: MainWindow, by: int) -> None:
    """Alt+Left and Alt+Right."""
    session = window.desk.session
    if session is not None:
        moved = session.back() if by < 0 else session.forward()
        if not moved:
            window.say(tr("There is no view before this one") if by < 0 else tr("There is no view after this one"))


def search(window: MainWindow) -> None:
    """Put the keyboard into the search box."""
    window.top.search.setFocus()
    window.top.search.selectAll()


def problem(window: MainWindow, by: int) -> None:
    """F7 and F8."""
    if window.problems is not None:
        window.show_dock("problems")
        window.problems.step(by)


def show_rows(window: MainWindow) -> None:
    """List the transfers of the selection."""
    if window.transfers is not None:
        window.show_dock("transfers")
        window.transfers.selected_only.setChecked(True)


def copy_rows(window: MainWindow) -> None:
    """Copy the marked rows of the table."""
    if window.transfers is not None:
        window.transfers.copy_rows()
        window.say(tr("{n} copied", n=count(len(window.transfers.picked_ids()), "row", "rows")))
