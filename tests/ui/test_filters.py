"""The filter bar and find next: chips say what is filtered, figures are exact, all of it by keyboard, gone when cleared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from workstation.app.lens import Lens, keys, looked
from workstation.app.session import Session
from workstation.ui.canvas.overlays import LegendPlan, draw_small_graph
from workstation.ui.filters.bar import FilterBar
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
KEY = Qt.Key


@pytest.fixture
def session(window: MainWindow, open_demo: Callable[[], Session]) -> Session:
    """The open demo case."""
    return open_demo()


def _bar(window: MainWindow) -> FilterBar:
    assert window.canvas is not None
    return window.canvas.filters


def _seen(session: Session) -> set[str]:
    picture = session.graphs.picture(session.graph)
    return set(keys(picture, looked(session.graphs, picture, session.lens)))


def test_the_bar_is_not_there_until_it_is_needed(window: MainWindow, session: Session) -> None:
    bar = _bar(window)
    assert bar.isHidden()
    session.look(Lens(text="victim"))
    assert not bar.isHidden()
    session.run("lens.clear")
    assert bar.isHidden()


def test_filtering_by_keyboard_alone(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    bar = _bar(window)
    window.ask("view.filters")
    qtbot.waitUntil(bar.entry.hasFocus)
    assert "Nothing is filtered" in bar.words.text()
    qtbot.keyClicks(bar.entry, "collector")
    QTest.keyClick(bar.entry, KEY.Key_Return)
    assert session.lens == Lens(text="collector")
    assert len(bar.chips) == 1
    shown, picture = _seen(session), session.graphs.picture(session.graph)
    assert f"{len(shown)} of {len(picture.nodes)} " in bar.words.text()
    assert window.canvas is not None
    assert window.canvas.view is not None
    flags = window.canvas.view.item.data_.seen_nodes
    assert flags is not None
    assert {node.key for node, on in zip(picture.nodes, flags, strict=True) if on} == shown
    chip = bar.chips[0]
    assert "collector" in chip.accessibleName()
    chip.setFocus()
    QTest.keyClick(chip, KEY.Key_Delete)
    assert session.lens.open
    qtbot.waitUntil(bar.entry.hasFocus)
    QTest.keyClick(bar.entry, KEY.Key_Escape)
    assert bar.isHidden()


def test_figures_are_the_exact_sums_of_what_is_seen(window: MainWindow, session: Session) -> None:
    session.run("lens.set", finding="finding-19")
    picture = session.graphs.picture(session.graph)
    found = looked(session.graphs, picture, session.lens)
    words = _bar(window).words.text()
    for each in session.graphs.ledger.sums(found.rows):
        assert each.exact in words
    assert f"{len(found.rows)} of " in words


def test_an_empty_result_says_so_and_clears_with_one_press(window: MainWindow, session: Session) -> None:
    session.run("lens.set", text="nobody at all", outside="hide")
    bar = _bar(window)
    assert bar.words.text().startswith("Nothing on this graph fits")
    assert bar.outside.isChecked()
    bar.clear_all.click()
    assert session.lens == Lens(outside="hide")
    assert bar.isHidden()


def test_the_menu_offers_what_the_case_holds(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    bar = _bar(window)
    window.ask("view.filters")
    menu = bar.menu()
    menus = {each.title(): each for each in menu.findChildren(QMenu)}
    assert {"Role", "Tag", "Asset", "Finding", "Trace run"} <= set(menus)
    scam = next(action for action in menus["Tag"].actions() if action.text() == "scam")
    scam.trigger()
    assert session.lens.tags == ("scam",)
    menu.deleteLater()
    again = bar.menu()
    inner = next(each for each in again.findChildren(QMenu) if each.title() == "Amount of one transfer")
    next(action for action in inner.actions() if action.text().startswith("USDT")).trigger()
    again.deleteLater()
    qtbot.keyClicks(bar.entry, "100-20000")
    QTest.keyClick(bar.entry, KEY.Key_Return)
    assert (session.lens.least, session.lens.most) == (100_000_000, 20_000_000_000)
    assert [chip.accessibleName() for chip in bar.chips] == [
        "Take off: assets USDT", "Take off: 100 USDT to 20,000 USDT", "Take off: tags scam",
    ]  # fmt: skip


def test_everything_in_the_bar_has_a_name(window: MainWindow, session: Session) -> None:
    session.run("lens.set", roles="victim", text="1")
    for each in _bar(window).findChildren(QPushButton):
        assert each.accessibleName()
    assert _bar(window).entry.accessibleName()


def test_f3_goes_from_place_to_place_and_back(window: MainWindow, session: Session) -> None:
    said: list[str] = []
    window.message_shown.connect(said.append)
    window.top.search.setText("collector 1")
    window.ask("view.find_next")
    first = session.selection
    assert first
    total = int(said[-1].split(" of ")[1].split()[0])
    for _ in range(total):
        window.ask("view.find_next")
    assert session.selection == first
    window.ask("view.find_previous")
    assert said[-1].startswith(f"{total} of {total}")
    window.top.search.setText("nothing like this")
    window.ask("view.find_next")
    assert said[-1].startswith("Nothing on this graph")


def test_the_legend_and_the_small_map_leave_out_what_is_hidden(window: MainWindow, session: Session) -> None:
    assert window.canvas is not None
    view = window.canvas.view
    assert view is not None
    box, theme = QRectF(0, 0, 196, 124), view.theme

    def small() -> QImage:
        image = QImage(196, 124, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        draw_small_graph(painter, box, view.item.data_, theme)
        painter.end()
        return image

    whole, roles = small(), {text for _, text in LegendPlan(view.item.data_, theme).entries}
    session.run("lens.set", roles="victim")
    dimmed = small()
    session.run("lens.set", outside="hide")
    hidden = small()
    assert whole != dimmed
    assert dimmed != hidden
    left = {text for _, text in LegendPlan(view.item.data_, theme).entries}
    assert left < roles
    assert "Victim or lawful source" in left
    session.run("lens.clear")
    assert small() == whole
