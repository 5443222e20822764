"""``python -m tests.manual.gallery FOLDER [--nodes 34] [--theme light] [--size 1366x768] [--view sankey] [--best]``: every view, to look at.

Opens a generated case of that many nodes in the real window, without a screen, and keeps a PNG of each view in each theme
and size. A person looks at them beside the mock-ups; nothing is asserted here and nothing of it is committed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTabWidget, QWidget

from tests.manual import network
from workstation.app.lens import Lens
from workstation.casefile.store import open_case
from workstation.domain.subjects import parse
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.settings import THEMES, Settings
from workstation.ui.window import MainWindow

SIZES = (34, 500, 5_000, 50_000)
SCREENS = ("1366x768", "1920x1080")
_LONG = 180_000


def until(done: Callable[[], bool]) -> None:
    """Turn the event loop until something holds."""
    clock = QElapsedTimer()
    clock.start()
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if clock.elapsed() > _LONG:
            raise RuntimeError("the window did not get there")
    snapshot.settle()


class Shown:
    """The window with one generated case in it."""

    def __init__(self, case: Path, folder: Path) -> None:
        self.window = MainWindow(Settings(None), folder, bundled_plugins)
        self.window.show()
        self.window.open_session(self.window.session_for(open_case(case)))
        until(lambda: self.window.desk.queue.idle)
        session = self.window.desk.session
        assert session is not None
        self.session = session
        assert self.window.canvas is not None
        assert self.window.canvas.view is not None
        self.canvas, self.view = self.window.canvas, self.window.canvas.view
        self.view.item.deterministic = True  # a picture has all its labels, however slow the computer is
        self.names = {node.name: node.key for node in session.graphs.picture(session.graph).nodes}

    def wait(self) -> None:
        """Until nothing runs any more and everything is drawn."""
        until(lambda: not any(job.active for job in self.session.jobs.all()) and self.window.desk.queue.idle)
        for _ in range(12):
            snapshot.settle(2)

    def do(self, name: str, /, **given: object) -> None:
        """Run a command to its end."""
        self.window.run_now(name, **given)
        self.wait()

    def select(self, *names: str) -> None:
        """Select nodes by name."""
        self.session.select([parse(self.names[name]) for name in names])

    def dock(self, name: str, tall: int = 0) -> None:
        """Show a dock, this tall."""
        self.window.show_dock(name)
        if tall:
            self.window.resizeDocks([self.window.docks[name]], [tall], Qt.Orientation.Vertical)
        self.wait()

    def reset(self) -> None:
        """As a case is opened: everything in its place, nothing selected, the whole graph in sight."""
        self.window.close_dialogs()
        if self.window.stage is not None:
            self.window.stage.leave()
        self.canvas.cards.clear()
        self.session.look(Lens())
        self.session.select(())
        self.window.reset_workspace()
        runs = self.session.store.kept_traces()
        if runs:
            job = self.session.run("trace.show", run=str(runs[-1].number)).job
            until(lambda: job is None or not job.active)
            self.window.reset_workspace()
        self.wait()
        self.canvas.view_key("Home")
        self.wait()


def _layout(name: str) -> Callable[[Shown], QWidget | None]:
    def show(shown: Shown) -> None:
        chosen = [parse(shown.names["LockVault payout"])] if name == "layout.radial" else []
        shown.do(name, subjects=chosen)
        shown.session.select(())
        shown.canvas.view_key("Home")

    return show


def _near(shown: Shown) -> None:
    shown.select("LockVault payout")
    node = shown.view.item.data_.number[shown.names["LockVault payout"]]
    x, y = shown.view.item.data_.pos[node].tolist()
    shown.view.set_camera(x + 260, y, 0.9)


def _inspector(shown: Shown) -> None:
    shown.select("LockVault payout")


def _timeline(shown: Shown) -> None:
    shown.dock("timeline", 220)
    panel = shown.window.docks["timeline"].widget()
    first, last = panel.bars.histogram.span
    panel._brushed((first + (last - first) // 3, first + (last - first) * 2 // 3))


def _tab(dock: str, number: int, tall: int = 320) -> Callable[[Shown], None]:
    def show(shown: Shown) -> None:
        shown.dock(dock, tall)
        tabs = shown.window.docks[dock].findChildren(QTabWidget)
        if tabs:
            tabs[0].setCurrentIndex(number)

    return show


def _story_flows(number: int) -> Callable[[Shown], None]:
    def show(shown: Shown) -> None:
        made = network.network(network.STORY)
        shown.session.select([parse(f"address:tron:{each}") for each in made.addresses])
        _tab("flows", number, 380)(shown)

    return show


def _dock(name: str, tall: int = 300, select: str = "LockVault payout") -> Callable[[Shown], None]:
    def show(shown: Shown) -> None:
        if select:
            shown.select(select)
        shown.dock(name, tall)

    return show


def _statement(shown: Shown) -> None:
    shown.select("LockVault payout")
    shown.window.ask("view.statement")
    shown.dock("statement", 330)


def _node_card(shown: Shown) -> None:
    _near(shown)
    shown.wait()
    shown.canvas.cards.pin(shown.names["LockVault payout"], None)


def _edge_card(shown: Shown) -> None:
    _near(shown)
    shown.wait()
    key = shown.names["Threadbridge"]
    picture = shown.session.graphs.picture(shown.session.graph)
    edge = next(n for n, e in enumerate(picture.edges) if picture.nodes[e.target].key == key)
    shown.session.select(())
    shown.canvas.cards.pin(None, edge)


def _chooser(shown: Shown) -> None:
    picture = shown.session.graphs.picture(shown.session.graph)
    counted: dict[int, int] = {}
    for edge in picture.edges:
        counted[edge.target] = counted.get(edge.target, 0) + 1
    hub = parse(picture.nodes[max(counted, key=lambda n: (counted[n], -n))].key)
    shown.do("graph.new", name="Hub")
    shown.do("graph.add", subjects=[hub])
    shown.session.select([hub])
    shown.window.ask("graph.expand", subject=hub)


def _present(shown: Shown) -> QWidget | None:
    shown.window.ask("view.present")
    stage = shown.window.stage
    assert stage is not None
    stage.screen.showNormal()  # the display that draws without a screen is smaller than one
    stage.screen.resize(shown.window.size())
    shown.wait()
    return stage.screen


def _notes(shown: Shown) -> QWidget | None:
    _present(shown)
    assert shown.window.stage is not None
    shown.window.stage.show_notes()
    return shown.window.stage.notes


def _dialog(command: str, select: str = "LockVault payout") -> Callable[[Shown], None]:
    def show(shown: Shown) -> None:
        shown.select(select)
        shown.window.ask(command)

    return show


def _focus(shown: Shown) -> None:
    shown.session.run("lens.set", text="meridian")
    shown.window.ask("filter.show")


#: Every view by name: what brings it on screen; what it gives is kept instead of the window.
VIEWS: MappingProxyType[str, Callable[[Shown], QWidget | None]] = MappingProxyType(
    {
        "flow": lambda shown: None, "near": _near, "inspector": _inspector, "timeline": _timeline,
        "sankey": _story_flows(0), "matrix": _story_flows(1), "outline": _dock("outline"), "scenes": _dock("scenes"),
        "history": _dock("history"), "counterparties": _dock("counterparties"), "styles": _dock("styles"),
        "trace": _dock("trace", 330), "statement": _statement, "card-node": _node_card,
        "card-edge": _edge_card, "source-row": _dialog("view.source_row"), "qr": _dialog("view.qr"),
        "filter": _focus, "present": _present, "notes": _notes, "time": _layout("layout.time"),
        "lanes": _layout("layout.time_asset"), "organic": _layout("layout.organic"),
        "radial": _layout("layout.radial"), "chooser": _chooser,
    }
)  # fmt: skip


#: Name in the manual: nodes, view, theme, size of the window.
BEST: MappingProxyType[str, tuple[int, str, str, str]] = MappingProxyType(
    {
        "view-network.png": (5_000, "flow", "dark", "1366x768"),
        "view-timeline.png": (500, "timeline", "light", "1366x768"),
        "view-sankey.png": (34, "sankey", "light", "1366x768"),
        "view-chooser.png": (500, "chooser", "light", "1366x768"),
        "view-present.png": (34, "present", "light", "1366x768"),
    }
)


def keep(widget: QWidget, out: Path) -> None:
    """What a widget shows, as a file."""
    snapshot.settle()
    image = snapshot.grab(widget).convertToFormat(QImage.Format.Format_RGB888)
    if not image.save(str(out), "PNG"):  # type: ignore[call-overload]
        raise SystemExit(f"{out.name} could not be written")
    sys.stdout.write(f"{out.name}\n")
    sys.stdout.flush()


def draw(
    case: Path, out: Path, nodes: int, themes: Sequence[str], screens: Sequence[str], views: Sequence[str]
) -> None:
    """All views of one case; each begins with a copy of it, so that none sees what another did."""
    with tempfile.TemporaryDirectory(prefix="fundflow-gallery-") as name:
        folder = Path(name)
        for screen in screens:
            wide, tall = (int(each) for each in screen.split("x"))
            for theme in themes:
                copy = folder / f"{theme}-{screen}.wcase"
                shutil.copyfile(case, copy)
                shown = Shown(copy, folder)
                shown.window.resize(wide, tall)
                shown.window.set_theme(theme)
                for view in views:
                    shown.reset()
                    widget = VIEWS[view](shown)
                    shown.wait()
                    target: QWidget = widget or shown.window
                    if widget is None and shown.window.dialogs:
                        _over(shown.window, shown.window.dialogs[-1], out / f"{nodes}-{view}-{theme}-{screen}.png")
                    else:
                        keep(target, out / f"{nodes}-{view}-{theme}-{screen}.png")
                shown.reset()
                snapshot.discard(shown.window)


def _over(window: QWidget, dialog: QWidget, out: Path) -> None:
    """A window with its dialog over it, as on a screen."""
    from PySide6.QtGui import QPainter

    image = snapshot.grab(window)
    painter = QPainter(image)
    at = window.rect().center() - dialog.rect().center()  # where a window manager puts it
    painter.drawImage(at, snapshot.grab(dialog))
    painter.drawRect(dialog.rect().translated(at))
    painter.end()
    image.save(str(out), "PNG")  # type: ignore[call-overload]
    sys.stdout.write(f"{out.name}\n")


def best(out: Path) -> None:
    """The few pictures that README and manual show, each from a case of its own."""
    with tempfile.TemporaryDirectory(prefix="fundflow-best-") as name:
        folder = Path(name)
        for title, (nodes, view, theme, screen) in BEST.items():
            case = folder / f"{nodes}.wcase"
            if not case.exists():
                network.build(nodes, case, bundled_plugins(), folder).close()
            draw(case, folder, nodes, [theme], [screen], [view])
            image = QImage(str(folder / f"{nodes}-{view}-{theme}-{screen}.png"))
            image.convertToFormat(QImage.Format.Format_RGB888).save(str(out / title), "PNG", 0)  # type: ignore[call-overload]


def main(arguments: Sequence[str]) -> int:
    """Draw what was asked for; everything when nothing was named."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    asked = argparse.ArgumentParser(prog="python -m tests.manual.gallery", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument(
        "--best", action="store_true", help="only the pictures of README and manual, by their names there"
    )
    asked.add_argument("--nodes", type=int, action="append", help="nodes of the generated case; may be repeated")
    asked.add_argument("--theme", action="append", choices=THEMES)
    asked.add_argument("--size", action="append", help="of the window, as 1366x768")
    asked.add_argument("--view", action="append", choices=tuple(VIEWS))
    given = asked.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    snapshot.application()
    if given.best:
        best(given.folder)
        return 0
    for nodes in given.nodes or SIZES:
        case = given.folder / f"{nodes}.wcase"
        if not case.exists():
            network.build(nodes, case, bundled_plugins(), given.folder).close()
        draw(case, given.folder, nodes, given.theme or THEMES, given.size or SCREENS, given.view or tuple(VIEWS))
    return 0


if __name__ == "__main__":
    code = 1
    try:
        code = main(sys.argv[1:])
    except Exception:  # noqa: BLE001 - said, and then the process ends: the threads of the canvas would keep it alive
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)
