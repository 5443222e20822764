"""Three people at the canvas: an investigator counts actions, an instructor holds a clicker, one has only the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.stories.laundering import generate
from tests.stories.player import LONG, Player, press
from workstation.app import demo, intake
from workstation.app.lens import Lens
from workstation.app.session import Session
from workstation.domain.subjects import address, parse
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.dialogs import FindingDialog
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow
from workstation.ui.workbench.panel import TracePanel

pytestmark = pytest.mark.gui

KEY = Qt.Key
CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier,
)  # fmt: skip


# --- the investigator -------------------------------------------------------------------------------------------------


class Counted:
    """Counts what a person does: a click, a key or a typed text is one action each."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def do(self, words: str, act: Callable[[], object]) -> None:
        """Do one thing."""
        self.done.append(words)
        act()


def _board(player: Player) -> TracePanel:
    panel = player.window.docks["trace"].widget()
    assert isinstance(panel, TracePanel)
    player.qtbot.waitUntil(lambda: panel.shown is not None and panel.table.board.rowCount() > 0, timeout=LONG)
    return panel


def test_an_investigator_finds_the_cash_out_of_2000_nodes_in_under_25_actions(
    player: Player, qtbot: QtBot, tmp_path: Path
) -> None:
    case = generate(tmp_path, seed=5)
    assert 1_950 <= len(case.addresses) <= 2_050
    session, window = player.session, player.window
    for file, reader in zip(case.files, ("ledger.csv", "address.list"), strict=True):
        options = intake.Options(reader, received_from="training", more={"date": "2026-03-20"})
        assert [r.outcome for r in intake.import_files(session, [file], options)] == ["accepted"]
    session.run("graph.add", subjects=[address("tron", each) for each in case.addresses])
    assert len(session.graphs.picture(session.graph).nodes) == len(case.addresses)
    session.select(())
    counted = Counted()

    counted.do("type the victim", lambda: player.search("Victim"))
    qtbot.waitUntil(lambda: [s.ref for s in session.selection] == [case.victim], timeout=LONG)
    counted.do("trace forward", lambda: player.key(KEY.Key_F))
    panel = _board(player)
    table = panel.table
    counted.do("go to the board", lambda: QTest.keyClick(table, KEY.Key_Home))

    def cells() -> list[str]:
        return [str(table.board.data(table.board.index(table.currentIndex().row(), c))) for c in range(8)]

    # the board is sorted by what matters; read down to the exchange
    while "Exchange Z deposit" not in cells()[0]:
        counted.do("one row down", lambda: QTest.keyClick(table, KEY.Key_Down))
        assert len(counted.done) < 25
    assert any(f"{case.arrived // 10**6:,}.{case.arrived % 10**6:06d}" in cell for cell in cells())
    counted.do("show it on the graph", lambda: QTest.keyClick(table, KEY.Key_Return))
    qtbot.waitUntil(lambda: [s.ref for s in session.selection] == [case.cash_out], timeout=LONG)
    counted.do("make a finding", lambda: (window.focus_canvas(), player.key(KEY.Key_K)))
    editor = player.dialog(FindingDialog)
    counted.do("write it", lambda: qtbot.keyClicks(editor.claim, "The money was cashed out at Exchange Z."))
    counted.do("save it", lambda: press(editor, "Save finding", qtbot))
    qtbot.waitUntil(lambda: len(session.store.rows("finding_link")) == 1, timeout=LONG)
    link = next(iter(session.store.rows("finding_link").values()))
    assert parse(str(link["subject"])) == address("tron", case.cash_out)
    assert len(counted.done) < 25, counted.done


# --- the instructor ---------------------------------------------------------------------------------------------------


def _demo(tmp_path: Path) -> Session:
    return demo.build(demo.ROMANCE, tmp_path / "demo.wcase", bundled_plugins(), tmp_path / "home")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window on its start page."""
    made = MainWindow(Settings(None), tmp_path / "home", bundled_plugins)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_dialogs()
    snapshot.discard(made)


def _layout(window: MainWindow) -> dict[str, object]:
    """What is on screen: the bars and every dock that is not shut."""
    bars = {"menu": window.menuBar(), "head": window.head_bar, "status": window.statusBar()}
    return {name: widget.isHidden() for name, widget in (*bars.items(), *window.docks.items())}


def test_an_instructor_presents_six_scenes_with_a_clicker(player: Player, qtbot: QtBot, tmp_path: Path) -> None:
    _demo(tmp_path).close()
    window = player.window
    window.open_path(tmp_path / "demo.wcase")
    qtbot.waitUntil(lambda: player.session.store.path == tmp_path / "demo.wcase", timeout=LONG)
    session = player.session
    victims = [n for n in session.graphs.picture(session.graph).nodes if n.role == "victim"]
    session.run("tag.add", subjects=[victims[0].key], label="Jane Doe", category="victim")
    lenses = [Lens(), Lens(text="collector"), Lens(text="exchange"), Lens(outside="hide", roles=("victim",)), Lens()]
    for number, lens in enumerate(lenses, 2):
        session.look(lens)
        session.run(
            "scene.save", name=f"Scene {number}", caption=f"Caption {number}", notes=f"Say {number}", camera="0,0,0.5"
        )
    session.look(Lens(text="deposit"))
    before = (_layout(window), session.graph, session.lens, session.selection, session.store.revision)
    assert window.canvas is not None
    view = window.canvas.view
    assert view is not None

    def click(key: Qt.Key) -> None:
        QTest.keyClick(view, key)  # type: ignore[call-overload]

    window.ask("view.present")
    stage = window.stage
    assert stage is not None
    click(KEY.Key_N)
    assert stage.notes is not None
    places, captions, notes = [stage.place.text()], [stage.caption.text()], [stage.notes.words.text()]
    for _ in range(5):
        click(KEY.Key_PageDown)
        places.append(stage.place.text())
        captions.append(stage.caption.text())
        notes.append(stage.notes.words.text())
        shown = {node.name for node in view.item.data_.picture.nodes}
        assert "Jane Doe" not in shown, "the audience reads the name of a victim"
        assert session.lens == lenses[len(places) - 2]
    assert places == [f"{n} of 6" for n in range(1, 7)]
    assert captions[1:] == [f"Scene {n}. Caption {n}" for n in range(2, 7)]
    assert notes[1:] == [f"Say {n}" for n in range(2, 7)]
    assert not any("Say" in caption for caption in captions)
    click(KEY.Key_Period)
    assert stage.blank.isVisible()
    click(KEY.Key_Period)
    click(KEY.Key_PageUp)
    assert stage.place.text() == "5 of 6"
    click(KEY.Key_Escape)
    assert window.stage is None
    qtbot.waitUntil(lambda: _layout(window) == before[0], timeout=LONG)
    assert (session.graph, session.lens, session.selection, session.store.revision) == before[1:]
    assert "Jane Doe" in {node.name for node in view.item.data_.picture.nodes}
