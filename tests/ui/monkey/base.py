"""The monkey itself: its window, its dice, and what it notices. What it does is in the rooms beside."""

from __future__ import annotations

import collections
import gc
import random
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget

from tests.ui.hostile_case import HOSTILE
from tests.ui.watching import Faults
from workstation.ui.app import bundled_plugins
from workstation.ui.settings import Settings
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


def memory() -> tuple[float, float]:
    """Memory of this process in MiB: its own, and pages of libraries and fonts, which the system takes back at will."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if "Rss" in name}
    return kib["RssAnon"] / 1024, kib["RssFile"] / 1024


class Monkey:
    """The monkey. ``case`` is copied into ``folder`` each time it starts anew."""

    def __init__(self, case: Path, folder: Path, seed: int) -> None:
        self.case, self.folder = case, folder
        self.pick = random.Random(seed)
        self.faults = Faults()
        self.gaps: dict[str, float] = collections.defaultdict(float)
        self.slow: list[tuple[float, float, str]] = []
        self._inside = [0.0, 0.0]
        self.counts: collections.Counter[str] = collections.Counter()
        self.sizes: list[float] = []
        self.file_pages: list[float] = []
        self.copies = 0
        self.window = MainWindow(Settings(None), folder / "home", bundled_plugins)
        self.window.resize(1366, 768)
        self.window.show()
        # a file dialog runs its own event loop inside the action: nobody else could close it
        self._closer = QTimer(self.window)
        self._closer.setInterval(30)
        self._closer.timeout.connect(self._close_file_dialog)
        self._closer.start()

    def _close_file_dialog(self) -> None:
        for widget in QApplication.topLevelWidgets():  # one that says something may stand over it
            if isinstance(widget, QFileDialog) and widget.isVisible():
                widget.reject()

    def timed(self, name: str, run: Callable[[], object]) -> None:
        """Run something of one turn of the event loop and remember how long the loop stood still for it."""
        before, self._inside = self._inside, [0.0, 0.0]
        wall, used = time.perf_counter(), time.thread_time()
        run()
        wall, used = time.perf_counter() - wall, time.thread_time() - used
        before[0] += wall
        before[1] += used
        # an action of several turns counts its own part only: each turn inside it was counted by itself
        wall, used, self._inside = wall - self._inside[0], used - self._inside[1], before
        # what the processor did counts: other programs on this machine are no fault of the window
        self.gaps[name] = max(self.gaps[name], used)
        if used > 0.1:
            self.slow.append((used, wall, f"{name} | {self.faults.action}"))

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
        own, of_files = memory()
        self.sizes.append(own)
        self.file_pages.append(of_files)

    def end(self) -> None:
        """Let the window go."""
        from workstation.ui import snapshot

        self._closer.stop()
        if self.window.stage is not None:
            self.window.stage.leave()
        self.window.close_dialogs()
        snapshot.discard(self.window)

    def growth(self) -> float | None:
        """How much the memory of its own grew after the first fifth, 0.05 = 5 %: the median of the last fifth against that.

        None when it was measured too seldom to say.
        """
        if len(self.sizes) < 10:
            return None
        fifth = len(self.sizes) // 5
        first, last = sorted(self.sizes[fifth : 2 * fifth]), sorted(self.sizes[-fifth:])
        return last[len(last) // 2] / first[len(first) // 2] - 1

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

    def some(self, things: Iterable[Any]) -> list[Any]:
        """About half of the things that can be seen."""
        return [each for each in things if each.isVisible() and self.pick.random() < 0.5]
