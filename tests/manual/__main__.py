"""``python -m tests.manual [FOLDER]``: draws the pictures of the chapters on tracing and on requests anew.

The real window is shown without a screen and parts of it are kept as PNG. Must not change the demo cases.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSplitter, QWidget

from tests.manual import freeze
from workstation.app.demo import COLONIAL, build
from workstation.casefile.store import open_case
from workstation.domain.subjects import Subject
from workstation.paths import resources_folder
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow
from workstation.ui.workbench.panel import TracePanel

_LONG = 60_000
#: The transaction that gathers the coins, and what of its output is taken as the ransom in the chapter.
_GATHERED = "daf38c7b38eb0a587cf843f47000d5c294affb4f56017370ad48c5147f5e69d9"
_SEIZED = "address:bitcoin:bc1qpx7vyv5tp7dm0g475ev527krg764t73dh77gls"
_RANSOM = "63.75"


def _until(done: Callable[[], bool]) -> None:
    clock = QElapsedTimer()
    clock.start()
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if clock.elapsed() > _LONG:
            raise SystemExit("the window did not get there")
    snapshot.settle()


def _keep(widget: QWidget | None, out: Path) -> None:
    assert widget is not None
    snapshot.settle()
    image = snapshot.grab(widget).convertToFormat(QImage.Format.Format_RGB888)
    if not image.save(str(out), "PNG", 0):  # type: ignore[call-overload]  # 0: as small as PNG can be
        raise SystemExit(f"{out.name} could not be written")
    sys.stdout.write(f"{out.name}: {image.width()} x {image.height()}, {out.stat().st_size // 1024} kB\n")


def _case(folder: Path) -> tuple[Path, Subject]:
    """The Colonial demo with the traces of the chapter, and what they start from."""
    path = folder / "colonial.wcase"
    with build(COLONIAL, path, bundled_plugins(), folder) as session:
        gathered = next(t for t in session.store.transfers() if t.tx == _GATHERED and t.receiver)
        source = Subject("transfer", "bitcoin", str(gathered.id))
        asked = session.run(
            "trace.forward", subjects=[source], label="ransom", amount=_RANSOM, asset="BTC", stop=_SEIZED
        )
        assert asked.job is not None
        session.wait(asked.job)
    return path, source


def _draw(window: MainWindow, source: Subject, folder: Path) -> None:
    session = window.desk.session
    assert session is not None
    session.select([source])
    window.show_dock("trace")
    panel = window.docks["trace"].widget()
    assert isinstance(panel, TracePanel)
    _until(lambda: panel.shown is not None and bool(panel.table.board.rows))
    panel.method.setCurrentIndex(panel.method.findData("fifo"))
    across = next(s for s in panel.findChildren(QSplitter) if s.indexOf(panel.list) >= 0)
    across.setSizes([190, 1260, 380])  # wide enough for every method
    row = next(n for n, r in enumerate(panel.table.board.rows) if r.key == _SEIZED)
    panel.table.selectRow(row)
    panel.method.setCurrentIndex(panel.method.findData("fifo"))
    window.resizeDocks([window.docks["trace"]], [380], Qt.Orientation.Vertical)
    _keep(across.widget(1), folder / "trace-methods.png")
    window.resizeDocks([window.docks["trace"]], [480], Qt.Orientation.Vertical)
    across.setSizes([190, 880, 760])
    _keep(across.widget(2), folder / "trace-steps.png")
    panel.on_graph.setChecked(True)
    _until(lambda: not any(job.active for job in session.jobs.all()))
    assert window.canvas is not None
    assert window.canvas.view is not None
    window.canvas.view.item.deterministic = True  # a picture has all its labels, however slow the computer is
    for dock in window.docks.values():
        dock.setVisible(window.dockWidgetArea(dock) != Qt.DockWidgetArea.BottomDockWidgetArea)
    window.resize(1450, 700)
    snapshot.settle()
    window.canvas.view_key("Home")
    _keep(window.canvas, folder / "trace-graph.png")
    window.ask("view.trace_ask")
    dialog = window.dialogs[-1]
    _keep(dialog, folder / "trace-dialog.png")
    window.close_dialogs()


def main(arguments: list[str]) -> int:
    """Draw all pictures into a folder; without one, into the manual."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    out = Path(arguments[0]) if arguments else resources_folder() / "help" / "pictures"
    snapshot.application()
    with tempfile.TemporaryDirectory(prefix="fundflow-manual-") as name:
        folder = Path(name)
        path, source = _case(folder)
        window = MainWindow(Settings(None), folder, bundled_plugins)
        window.resize(1850, 1000)
        window.show()
        try:
            window.open_session(window.session_for(open_case(path)))
            window.set_theme("light")
            _draw(window, source, out)
            freeze.draw(window, folder, out, _keep, _until)
        finally:
            snapshot.discard(window)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
