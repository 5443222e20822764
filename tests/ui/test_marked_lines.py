"""A marked line stays the same payments whatever is drawn next, and ends with the next selection: findings cite it."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.subjects import parse
from workstation.ui.citing import evidence_of_selection
from workstation.ui.window import MainWindow


def _mark(window: MainWindow, session: Session) -> tuple[int, tuple[int, ...]]:
    """Mark the last line with payments, by the canvas; gives its number and its payments."""
    edges = session.graphs.picture(session.graph).edges
    number = max(n for n, edge in enumerate(edges) if edge.transfers)
    assert window.canvas is not None
    assert window.canvas.view is not None
    window.canvas.view.choose(frozenset(), frozenset({number}))
    return number, edges[number].transfers


def _cited(window: MainWindow) -> list[int]:
    return sorted(int(s.ref) for s in evidence_of_selection(window) if s.kind == "transfer")


def test_a_new_picture_keeps_the_marked_payments(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    number, payments = _mark(window, demo)
    picture = demo.graphs.picture(demo.graph)
    ends = {picture.nodes[picture.edges[number].source].key, picture.nodes[picture.edges[number].target].key}
    assert _cited(window) == sorted(payments)
    first = next(
        node.key
        for node in picture.nodes
        if node.key not in ends and any(picture.nodes[e.source].key == node.key for e in picture.edges[:number])
    )
    demo.run("graph.hide", subjects=[parse(first)])
    after = demo.graphs.picture(demo.graph)
    assert len(after.edges) < len(picture.edges)
    assert [after.edges[e].transfers for e in window.desk.selected_edges] == [payments]
    assert _cited(window) == sorted(payments)
    assert window.canvas is not None
    qtbot.waitUntil(lambda: window.canvas.view.selected_edges() == list(window.desk.selected_edges))


def test_a_line_that_went_is_no_longer_marked(window: MainWindow, demo: Session) -> None:
    number, _payments = _mark(window, demo)
    picture = demo.graphs.picture(demo.graph)
    demo.run("graph.hide", subjects=[parse(picture.nodes[picture.edges[number].target].key)])
    assert window.desk.selected_edges == ()
    window.ask("view.walk")  # asked about whatever is selected now, never about another line


def test_another_selection_ends_the_mark(window: MainWindow, demo: Session) -> None:
    _mark(window, demo)
    other = demo.graphs.picture(demo.graph).nodes[0].key
    window.desk.select(parse(other))
    assert window.desk.selected_edges == ()
    assert evidence_of_selection(window) == [parse(other)]


def test_another_order_of_lines_keeps_the_payments(window: MainWindow, demo: Session) -> None:
    """A scene on stage draws the lines in its own order; what is marked there is not what has the same number."""
    number, payments = _mark(window, demo)
    picture = demo.graphs.picture(demo.graph)
    other = replace(picture, edges=picture.edges[::-1])
    assert [other.edges[e].transfers for e in window.desk.lines_in(other)] == [payments]
    assert window.desk.lines_in(other) != (number,)
    assert window.desk.selected_edges == (number,)
