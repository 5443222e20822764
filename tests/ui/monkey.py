"""A seeded monkey at the real window: clicks, drags, wheel, keys, commands, dialogs, docks, themes, playback, the stage.

``python -m tests.ui.monkey --actions 20000 --seed 1 [--budget 500]``. Fails on an exception, a Qt warning, or memory that
grows by more than 5 % after the first fifth; prints the longest gaps of the event loop by action. The case starts anew
from its file every few hundred actions, so that memory is compared between like states.
"""

from __future__ import annotations

import argparse
import collections
import gc
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from tests.ui.hostile_case import HOSTILE, build_hostile
from tests.ui.watching import Faults
from workstation.ui.app import bundled_plugins
from workstation.ui.settings import SCALES, THEMES, Settings
from workstation.ui.window import MainWindow

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier
MODIFIERS = (NONE, NONE, NONE, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
KEYS = tuple(
    getattr(Qt.Key, f"Key_{name}")
    for name in (
        *"ABCDEFGHIKLMNPRSWX", "Tab", "Delete", "Home", "Escape", "Return", "Left", "Right", "Up", "Down", "Plus",
        "Minus", "1", "Period", "Comma", "Space", "PageDown", "PageUp", "Menu", "F6", "F7",
    )
)  # fmt: skip
#: Quitting ends the monkey; opening other cases and writing packages are for other tests.
NEVER = frozenset(
    {"view.quit", "view.new_case", "view.demo_romance", "view.demo_colonial", "view.close_case", "case.import"}
)
FRESH_EVERY = 400


def memory() -> float:
    """Resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Monkey:
    """The monkey. ``case`` is copied into ``folder`` each time it starts anew."""

    def __init__(self, case: Path, folder: Path, seed: int) -> None:
        self.case, self.folder = case, folder
        self.pick = random.Random(seed)
        self.faults = Faults()
        self.gaps: dict[str, float] = collections.defaultdict(float)
        self.slow: list[tuple[float, float, str]] = []
        self.counts: collections.Counter[str] = collections.Counter()
        self.sizes: list[float] = []
        self.copies = 0
        self.window = MainWindow(Settings(None), folder / "home", bundled_plugins)
        self.window.resize(1366, 768)
        self.window.show()
        # a file dialog runs its own event loop inside the action: nobody else could close it
        self._closer = QTimer(self.window)
        self._closer.setInterval(30)
        self._closer.timeout.connect(self._close_file_dialog)
        self._closer.start()
        self.actions: tuple[tuple[int, Callable[[], None]], ...] = (
            (14, self.canvas_click), (8, self.canvas_drag), (6, self.canvas_wheel), (14, self.canvas_key),
            (4, self.canvas_menu), (10, self.command), (4, self.palette), (5, self.show_dock), (14, self.in_dock),
            (3, self.tab), (1, self.theme), (1, self.scale), (3, self.time_line), (3, self.search), (2, self.stage),
            (1, self.resize), (6, self.undo), (3, self.select_nodes),
        )  # fmt: skip

    # --- running --------------------------------------------------------------------------------------------------

    def _close_file_dialog(self) -> None:
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QFileDialog):
            modal.reject()

    def timed(self, name: str, run: Callable[[], object]) -> None:
        """Run something of one turn of the event loop and remember how long the loop stood still for it."""
        wall, used = time.perf_counter(), time.thread_time()
        run()
        wall, used = time.perf_counter() - wall, time.thread_time() - used
        # what the processor did counts: other programs on this machine are no fault of the window
        self.gaps[name] = max(self.gaps[name], used)
        if used > 0.1:
            self.slow.append((used, wall, name))

    def settle(self, name: str, turns: int = 3) -> None:
        """Let the window answer."""
        for _ in range(turns):
            self.timed(f"{name}, after", QCoreApplication.processEvents)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def until(self, there: Callable[[], bool], seconds: float = 30) -> None:
        """Wait for a condition with the event loop running."""
        end = time.monotonic() + seconds
        while not there() and time.monotonic() < end:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)

    def fresh(self) -> None:
        """Close the case, open a fresh copy, and note the memory."""
        window = self.window
        if window.stage is not None:
            window.stage.leave()
        self.close_popups()
        window.close_dialogs()
        window.close_session()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        old = self.folder / f"case{self.copies}.wcase"
        self.copies += 1
        path = self.folder / f"case{self.copies}.wcase"
        shutil.copyfile(self.case, path)
        window.settings.scale = 100
        window.set_theme("light")
        window.resize(1366, 768)
        window.open_path(path)
        self.until(lambda: window.desk.session is not None and window.desk.session.store.path == path)
        assert window.desk.session is not None, "the case did not open"
        window.reset_workspace()
        window.load_canvas()
        self.settle("open", 10)
        old.unlink(missing_ok=True)
        gc.collect()
        self.settle("open", 3)
        self.sizes.append(memory())

    def play(self, actions: int, budget: float = 1e9) -> int:
        """Do so many actions, or until the budget of seconds is over; gives how many were done."""
        start = time.monotonic()
        weighted = [act for weight, act in self.actions for _ in range(weight)]
        with self.faults:
            for number in range(actions):
                if number % FRESH_EVERY == 0:
                    self.faults.action = f"{number} open"
                    self.fresh()
                act = self.pick.choice(weighted)
                if any(d.isVisible() for d in self.dialogs()) and self.pick.random() < 0.7:
                    act = self.dialog
                name = act.__name__
                self.faults.action = f"{number} {name}"
                self.counts[name] += 1
                self.timed(name, act)
                self.settle(name)
                self.close_popups()
                if len(self.dialogs()) > 4:
                    self.window.close_dialogs()
                if time.monotonic() - start > budget:
                    return number + 1
            self.faults.action = "end"
            self.fresh()
        return actions

    def end(self) -> None:
        """Let the window go."""
        from workstation.ui import snapshot

        self._closer.stop()
        if self.window.stage is not None:
            self.window.stage.leave()
        self.window.close_dialogs()
        snapshot.discard(self.window)

    def growth(self) -> float:
        """How much memory grew after the first fifth, 0.05 = 5 %: the median of the last fifth against that."""
        if len(self.sizes) < 10:
            return 0.0
        fifth = len(self.sizes) // 5
        first, last = sorted(self.sizes[fifth : 2 * fifth]), sorted(self.sizes[-fifth:])
        return last[len(last) // 2] / first[len(first) // 2] - 1

    # --- choosing -------------------------------------------------------------------------------------------------

    def words(self) -> str:
        """A hostile text."""
        return self.pick.choice(HOSTILE)

    def point(self, widget: QWidget) -> QPoint:
        """A point on a widget."""
        return QPoint(self.pick.randrange(max(1, widget.width())), self.pick.randrange(max(1, widget.height())))

    def dialogs(self) -> list[QWidget]:
        """Dialogs on screen."""
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]

    def surface(self) -> QWidget | None:
        """The canvas as it takes the mouse, while it can be seen."""
        view = self.window.canvas.view if self.window.canvas is not None else None
        found = view.viewport() if view is not None and view.isVisible() else None
        return found if isinstance(found, QWidget) else None

    def on_node(self) -> QPoint | None:
        """Where a random node is drawn."""
        view = self.window.canvas.view if self.window.canvas is not None else None
        if view is None or not view.item.data_.nodes:
            return None
        at = view.item.data_.pos[self.pick.randrange(view.item.data_.nodes)].tolist()
        x, y = view.item.camera().pixel(*at)
        return QPoint(int(x), int(y)) if abs(x) < 9999 and abs(y) < 9999 else None

    def some_point(self, surface: QWidget) -> QPoint:
        """A node mostly, else any point."""
        at = self.on_node() if self.pick.random() < 0.7 else None
        return at if at is not None and surface.rect().contains(at) else self.point(surface)

    # --- canvas ---------------------------------------------------------------------------------------------------

    def canvas_click(self) -> None:
        """Click or double click."""
        surface = self.surface()
        if surface is not None:
            click = QTest.mouseDClick if self.pick.random() < 0.1 else QTest.mouseClick
            click(surface, LEFT, self.pick.choice(MODIFIERS), self.some_point(surface))

    def canvas_drag(self) -> None:
        """Drag a node, a band or the ground."""
        surface = self.surface()
        if surface is None:
            return
        button = self.pick.choice((LEFT, LEFT, MIDDLE))
        start, end = self.some_point(surface), self.point(surface)
        QTest.mousePress(surface, button, self.pick.choice(MODIFIERS), start)
        for part in (0.3, 0.7, 1.0):
            QTest.mouseMove(surface, start + (end - start) * part)
            QCoreApplication.processEvents()
        QTest.mouseRelease(surface, button, NONE, end)

    def canvas_wheel(self) -> None:
        """Zoom or scroll."""
        surface = self.surface()
        if surface is None:
            return
        at = QPointF(self.point(surface))
        turn = QPoint(0, self.pick.choice((120, -120, 240, -360)))
        event = QWheelEvent(
            at, QPointF(surface.mapToGlobal(at.toPoint())), QPoint(), turn, Qt.MouseButton.NoButton,
            self.pick.choice(MODIFIERS), Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(surface, event)

    def canvas_key(self) -> None:
        """A key on the canvas."""
        view = self.window.canvas.view if self.window.canvas is not None else None
        if view is not None and view.isVisible():
            view.setFocus()
            QTest.keyClick(view, self.pick.choice(KEYS), self.pick.choice(MODIFIERS[:4]))

    def canvas_menu(self) -> None:
        """The context menu, and one of its entries."""
        surface = self.surface()
        if surface is not None:
            at = self.some_point(surface)
            QTest.mouseClick(surface, RIGHT, NONE, at)
            QCoreApplication.processEvents()
            self.choose_in_popup()

    def choose_in_popup(self) -> None:
        """An entry of the menu that is open."""
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            offered = [
                a for a in popup.actions() if a.isEnabled() and not a.isSeparator() and str(a.data()) not in NEVER
            ]
            chosen = self.pick.choice(offered) if offered else None
            popup.close()
            if chosen is not None:
                self.faults.action += f" {chosen.data()}"
                chosen.trigger()

    def close_popups(self) -> None:
        """Close whatever popped up."""
        for _ in range(5):
            popup = QApplication.activePopupWidget()
            if popup is None:
                return
            popup.close()
            QCoreApplication.processEvents()

    def select_nodes(self) -> None:
        """Select some nodes the way a list does."""
        from workstation.domain.subjects import parse

        session = self.window.desk.session
        if session is not None:
            found = [node.key for node in session.graphs.picture(session.graph).nodes if node.kind != "note"]
            session.select(parse(key) for key in self.pick.sample(found, min(len(found), self.pick.randrange(4))))

    # --- commands -------------------------------------------------------------------------------------------------

    def command(self) -> None:
        """Any command of the menus."""
        offered = [a for a in self.window.menu_actions if a.isEnabled() and str(a.data()) not in NEVER]
        if offered:
            chosen = self.pick.choice(offered)
            self.faults.action += f" {chosen.data()}"
            chosen.trigger()

    def undo(self) -> None:
        """Undo or redo by the top bar."""
        top = self.window.top
        QTest.mouseClick(self.pick.choice((top.undo, top.undo, top.redo)), LEFT)

    def palette(self) -> None:
        """The palette: type, look, leave or run."""
        self.window.ask("view.palette")
        QCoreApplication.processEvents()
        found = next((d for d in self.dialogs() if type(d).__name__ == "Palette"), None)
        field = found.findChild(QLineEdit) if found is not None else None
        if found is not None and field is not None:
            field.setText(self.pick.choice((self.words()[:40], "scene", "@exch", "/T", "#", "> layout")))
            QCoreApplication.processEvents()
            if self.pick.random() < 0.3 and "quit" not in field.text():
                QTest.keyClick(field, Qt.Key.Key_Down)
            QTest.keyClick(field, Qt.Key.Key_Escape)

    # --- dialogs and docks ------------------------------------------------------------------------------------------

    def fill(self, root: QWidget) -> None:
        """Put something into some inputs."""
        for field in self.some(root.findChildren(QLineEdit)):
            if field.isEnabled() and not field.isReadOnly():
                field.setText(self.words()[:200])
        for area in self.some(root.findChildren(QPlainTextEdit)):
            if not area.isReadOnly():
                area.setPlainText(self.words())
        for box in self.some(root.findChildren(QCheckBox)):
            box.click()
        for combo in self.some(root.findChildren(QComboBox)):
            if combo.count() and combo.isEnabled():
                combo.setCurrentIndex(self.pick.randrange(combo.count()))

    def some(self, things: Iterable[Any]) -> list[Any]:
        """About half of the things that can be seen."""
        return [each for each in things if each.isVisible() and self.pick.random() < 0.5]

    def dialog(self) -> None:
        """Answer the dialog on top."""
        found = self.dialogs()
        if not found:
            return
        top = found[-1]
        self.faults.action += f" {type(top).__name__}"
        assert isinstance(top, QDialog)
        if isinstance(top, QFileDialog) or self.pick.random() < 0.3:
            top.reject()
            return
        self.fill(top)
        QCoreApplication.processEvents()
        buttons = [b for b in top.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
        if buttons and self.pick.random() < 0.7:
            QTest.mouseClick(self.pick.choice(buttons), LEFT)
        else:
            QTest.keyClick(top, self.pick.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))

    def show_dock(self) -> None:
        """Show or hide a dock."""
        name = self.pick.choice(sorted(self.window.docks))
        self.faults.action += f" {name}"
        if self.pick.random() < 0.8:
            self.window.show_dock(name, toggle=self.pick.random() < 0.3)
        else:
            self.window.docks[name].setVisible(self.pick.random() < 0.5)

    def in_dock(self) -> None:
        """Do something in a dock that can be seen."""
        shown = [n for n, d in self.window.docks.items() if d.isVisible() and not d.visibleRegion().isEmpty()]
        if not shown:
            return
        name = self.pick.choice(shown)
        root = self.window.docks[name].widget()
        inputs = [
            w for w in root.findChildren(QWidget)
            if w.isVisible() and w.isEnabled() and isinstance(w, QAbstractItemView | QAbstractButton | QLineEdit | QComboBox)
        ]  # fmt: skip
        if not inputs:
            return
        widget = self.pick.choice(inputs)
        self.faults.action += f" {name}: {widget.accessibleName()[:40]}"
        if isinstance(widget, QAbstractItemView):
            self._in_list(widget)
        elif isinstance(widget, QLineEdit):
            widget.setText(self.words()[:60] if self.pick.random() < 0.5 else "")
        elif isinstance(widget, QComboBox):
            widget.setCurrentIndex(self.pick.randrange(max(1, widget.count())))
        else:
            QTest.mouseClick(widget, LEFT)

    def _in_list(self, view: QAbstractItemView) -> None:
        rows = view.model().rowCount() if view.model() is not None else 0
        if rows:
            index = view.model().index(self.pick.randrange(rows), 0)
            view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
            spot = view.visualRect(index).center()
            click = QTest.mouseDClick if self.pick.random() < 0.2 else QTest.mouseClick
            click(view.viewport(), RIGHT if self.pick.random() < 0.1 else LEFT, self.pick.choice(MODIFIERS), spot)
        if self.pick.random() < 0.3:
            QTest.keyClick(view, self.pick.choice(KEYS))

    def tab(self) -> None:
        """A tab of the graphs or of the docks."""
        bars = [bar for bar in self.window.findChildren(QTabBar) if bar.isVisible() and bar.count()]
        if bars:
            bar = self.pick.choice(bars)
            bar.setCurrentIndex(self.pick.randrange(bar.count()))

    # --- the whole window -------------------------------------------------------------------------------------------

    def theme(self) -> None:
        """Another theme."""
        if self.window.stage is None:
            self.window.set_theme(self.pick.choice(THEMES))

    def scale(self) -> None:
        """Another text size."""
        if self.window.stage is None:
            self.window.set_scale(self.pick.choice(SCALES))

    def resize(self) -> None:
        """Another size of the window."""
        self.window.resize(self.pick.randrange(700, 1920), self.pick.randrange(500, 1080))

    def time_line(self) -> None:
        """Step, play, brush, clear."""
        panel: Any = self.window.docks["timeline"].widget()
        self.window.show_dock("timeline")
        QCoreApplication.processEvents()
        kind = self.pick.randrange(4)
        if kind == 0:
            panel.step(self.pick.choice((1, -1)))
        elif kind == 1:
            panel.toggle()
        elif kind == 2:
            bars = panel.bars
            start = self.point(bars)
            QTest.mousePress(bars, LEFT, NONE, start)
            QTest.mouseMove(bars, self.point(bars))
            QTest.mouseRelease(bars, LEFT, NONE, self.point(bars))
        else:
            panel.clear()

    def search(self) -> None:
        """Type into the search box, sometimes press Enter."""
        field = self.window.top.search
        if field.isVisible():
            field.setText(self.pick.choice((self.words()[:80], "T", "Victim", "exchange", "")))
            field.textEdited.emit(field.text())
            QCoreApplication.processEvents()
            QTest.keyClick(field, self.pick.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down)))

    def stage(self) -> None:
        """Present, click through some scenes, mostly leave."""
        if self.window.stage is None:
            self.window.ask("view.present")
            QCoreApplication.processEvents()
        view = self.window.canvas.view if self.window.canvas is not None else None
        names = ("PageDown", "PageDown", "PageUp", "Period", "S", "M", "N", "Home", "End")
        for _ in range(3):
            if view is not None and self.window.stage is not None:
                QTest.keyClick(view, getattr(Qt.Key, f"Key_{self.pick.choice(names)}"))
                QCoreApplication.processEvents()
        if self.window.stage is not None and self.pick.random() < 0.9:
            self.window.stage.leave()


def report(monkey: Monkey, done: int, seconds: float) -> str:
    """What was seen, in words."""
    lines = [f"{done} actions in {seconds:.0f} s, {len(monkey.faults.found)} faults"]
    once: collections.Counter[str] = collections.Counter()
    for fault in monkey.faults.found:
        once[fault.splitlines()[-1].split("] ")[-1]] += 1
    lines += [f"  {many} × {words}" for words, many in once.most_common(20)]
    sizes = ", ".join(f"{size:.0f}" for size in monkey.sizes[:: max(1, len(monkey.sizes) // 12)])
    lines.append(f"memory {sizes} MiB; growth after the first fifth {monkey.growth():+.1%}")
    worst = sorted(monkey.gaps.items(), key=lambda item: -item[1])[:12]
    lines.append("longest gaps (processor): " + ", ".join(f"{name} {1000 * gap:.0f} ms" for name, gap in worst))
    lines.append(f"gaps over 100 ms: {len(monkey.slow)}")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """The command line; 1 when something must not have happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=1e9, help="stop after so many seconds")
    asked = parser.parse_args(arguments)
    app = QApplication.instance() or QApplication([])
    assert app is not None
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fundflow-monkey-") as top:
        folder = Path(top)
        case = build_hostile(folder)
        (folder / "played").mkdir()
        os.chdir(folder / "played")  # a hostile text typed as a file name stays in here
        monkey = Monkey(case, folder / "played", asked.seed)
        done = monkey.play(asked.actions, asked.budget)
        sys.stdout.write(report(monkey, done, time.monotonic() - start) + "\n")
        for fault in list(dict.fromkeys(f.split("] ", 1)[-1] for f in monkey.faults.found))[:6]:
            sys.stdout.write(f"--- {fault}\n")
        where = [f.split("]")[0] + "]" for f in monkey.faults.found[:20]]
        sys.stdout.write(f"{where}\n" if where else "")
        sys.stdout.flush()
        os.chdir("/")
    return 1 if monkey.faults.found or monkey.growth() > 0.05 else 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
