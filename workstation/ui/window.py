"""Owns the main window: shell first, panels when needed, one list of docks, and how a command is asked for.

Heavy libraries (case file, canvas) are imported only after the shell is on screen. Must not hold logic of a case.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from workstation.app.commands.registry import Command, Registry, Result
from workstation.domain.errors import WorkstationError
from workstation.ui import actions, asking, choices, docks, motion, panes, showing, stages, text
from workstation.ui.bridge import Bridge
from workstation.ui.chrome import StatusLine
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.headbar import HeadBar
from workstation.ui.jobwatch import JobWatch
from workstation.ui.later import Later
from workstation.ui.memory import give_back
from workstation.ui.opening import Opening
from workstation.ui.searching import Searching
from workstation.ui.settings import Settings
from workstation.ui.start import StartPage
from workstation.ui.translate import count, tr
from workstation.ui.turns import Turns
from workstation.ui.wardrobe import Wardrobe, thin_lines_between_docks
from workstation.ui.widgets import copy_text, repaint_icons

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.ui.canvas_area import CanvasArea
    from workstation.ui.history import HistoryPanel
    from workstation.ui.navigator import Navigator
    from workstation.ui.panels import FindingsPanel, JobsPanel, ProblemsPanel
    from workstation.ui.present.stage import Presentation
    from workstation.ui.tablelink import TableLink
    from workstation.ui.transfers import TransfersPanel


@guard
class MainWindow(QMainWindow):
    """The window.

    Args:
        settings: what is remembered. folder: where the signing key of this user lies. plugins: finds the readers.
    """

    case_open = Signal()
    message_shown = Signal(str)

    def __init__(self, settings: Settings, folder: Path, plugins: Callable[[], Sequence[Any]]) -> None:
        with thin_lines_between_docks():
            super().__init__()
        self.settings = settings
        self.folder = folder
        self.plugins = plugins
        self.desk = Desk(self)
        self.bridge = Bridge(self.desk.queue, self)
        self.turns = Turns(self)
        self.wardrobe = Wardrobe(self, lambda: not self.desk.queue.idle)
        self.desk.queue.hurried = lambda: self.wardrobe.hurried
        self.desk.ask = self.ask
        self.desk.told = self.tell
        self.setWindowTitle(tr("Fundflow Workstation"))
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )
        self.setTabPosition(docks.BOTTOM, QTabWidget.TabPosition.North)
        self.setCorner(Qt.Corner.BottomLeftCorner, docks.LEFT)
        self.setCorner(Qt.Corner.BottomRightCorner, docks.RIGHT)
        self.jobs = JobWatch(self)
        self._owns_session = False
        self.opening, self.searching = Opening(self), Searching(self)
        self.verified = -1
        self.dialogs: list[QWidget] = []
        self.docks: dict[str, QDockWidget] = {}
        self.canvas: CanvasArea | None = None
        self.transfers: TransfersPanel | None = None
        self.table_link: TableLink | None = None
        self.problems: ProblemsPanel | None = None
        self.navigator: Navigator | None = None
        self.findings: FindingsPanel | None = None
        self.jobs_panel: JobsPanel | None = None
        self.history: HistoryPanel | None = None
        self.inspector: QWidget | None = None
        self.stage: Presentation | None = None
        self.colours: Any = None
        from workstation.ui.viewcommands import view_commands

        self.shell_commands = Registry()
        for command in view_commands(self):
            self.shell_commands.add(command)
        self._shell_only = Command(
            "case.import",
            "Import evidence",
            "Case",
            "Keep files byte for byte and read them. Nothing leaves this computer.",
            lambda _s, _a: Result(),
            "Ctrl+I",
        )
        self.shell_commands.add(self._shell_only)
        self._shell()
        self._menus()
        self.restyle()
        motion.apply(self)

    # --- shell ------------------------------------------------------------------------------------------------

    def _shell(self) -> None:
        self.head_bar = HeadBar(self.ask)
        self.top, self.strip = self.head_bar.top, self.head_bar.strip
        self.addToolBar(self.head_bar)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self.pages = QStackedWidget()
        self.start = StartPage()
        self.pages.addWidget(self.start)
        self.setCentralWidget(self.pages)
        self.start.demo_asked.connect(self.open_demo)
        self.start.import_asked.connect(lambda: self.ask("case.import"))
        self.start.new_asked.connect(lambda: self.ask("view.new_case"))
        self.start.open_asked.connect(lambda: self.ask("view.open_case"))
        self.start.recent_asked.connect(lambda path: self.open_path(Path(path)))
        self.start.show_recent(self.settings.recent())
        self.start.setFocus()
        self.strip.asked.connect(lambda key: stages.go(self, key))
        self.status.zone_asked.connect(self.desk.display.toggle_zone)
        self.status.exact_asked.connect(self.desk.display.toggle_exact)
        self.status.verify_asked.connect(lambda: self.ask("case.verify"))
        self.status.jobs_asked.connect(lambda: self.show_dock("jobs"))
        self.status.cancel_asked.connect(self.jobs.cancel)
        self._able = Later(self.desk.queue, self, self._enable)
        self._soon = Later(self.desk.queue, self, self._status)
        self.desk.display.changed.connect(self._status)
        self.desk.case_changed.connect(lambda _: self.refresh_later())
        self.desk.case_changed.connect(lambda _: self._undoable())
        self.desk.graph_changed.connect(lambda _: self.refresh_later())
        self.desk.selection_changed.connect(self._able.ask)
        self.desk.jobs_changed.connect(self.jobs.changed)
        self.desk.problems_changed.connect(self.refresh_later)
        self.top.search_typed.connect(self.searching.typed)
        self.top.search_entered.connect(self.searching.entered)
        self.top.search_left.connect(self.focus_canvas)
        self._show_shell()

    def _show_shell(self) -> None:
        is_open = self.desk.session is not None
        for each in (self.strip, self.status.zone, self.status.exact, self.status.custody, self.status.shown):
            each.setVisible(is_open)
        self._status()

    @property
    def registry(self) -> Registry:
        """The commands that exist now."""
        return self.desk.session.commands if self.desk.session is not None else self.shell_commands

    def _menus(self) -> None:
        self.menu_actions = actions.fill_menu_bar(self, self.registry, self.ask, self.why_off)
        self.choices = choices.add(self)
        choices.mark(self)
        self._enable()

    def why_off(self, command: Command) -> str:
        """Why a command is off now, empty when it is on."""
        session = self.desk.session
        if session is not None:
            return session.why_off(command)
        return "" if command.id in self.shell_commands.commands else tr("open a case first")

    def _enable(self) -> None:
        actions.refresh(self.menu_actions, self.registry, self.why_off)
        self._undoable()

    def _undoable(self) -> None:
        session = self.desk.session
        self.top.undo.setEnabled(session is not None and bool(session.history.next_undo()))
        self.top.redo.setEnabled(session is not None and bool(session.history.next_redo()))

    # --- look -------------------------------------------------------------------------------------------------

    def restyle(self) -> None:
        """Apply theme and text scale to everything but the stage."""
        from workstation.ui.styling import apply

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.colours = apply(app, self.wardrobe, self.settings.theme, self.settings.scale)
        self.desk.roles = dict(self.colours.roles)
        if self.stage is None and self.canvas is not None and self.canvas.view is not None:
            self.canvas.view.set_theme(self.colours)
        repaint_icons(self)
        QApplication.sendEvent(self.status, QEvent(QEvent.Type.LayoutRequest))  # or it stays as high as it was
        self.desk.restyled.emit()
        self.refresh_later()  # the bars are measured anew at the new size of type

    def set_theme(self, name: str) -> None:
        """Switch the theme and remember it."""
        self.settings.theme = name
        self.restyle()
        choices.mark(self)

    def set_scale(self, percent: int) -> None:
        """Set the text scale and remember it."""
        self.settings.scale = percent
        self.restyle()
        choices.mark(self)
        if self.transfers is not None:
            self.transfers.fit()

    # --- panels -----------------------------------------------------------------------------------------------

    def _canvas(self) -> CanvasArea:
        """The middle of the window, made when it is first needed; it needs no library of the case file."""
        if self.canvas is None:
            from workstation.ui.canvas_area import CanvasArea

            self.canvas = CanvasArea(self.desk, self.canvas_key)
            self.canvas.context_asked.connect(self.context)
            self.pages.addWidget(self.canvas)
        return self.canvas

    def load_panels(self) -> None:
        """Make canvas and panels; their libraries are imported here."""
        if self.docks:
            return
        from workstation.ui import everypanel

        canvas = self._canvas()
        made = everypanel.make(self)
        self.docks = docks.make(self, made)
        self.reset_workspace(show=False)
        repaint_icons(self)
        if canvas.view is not None:
            canvas.view.set_theme(self.colours)

    def load_canvas(self) -> None:
        """Import the drawing libraries while the user looks at the shell; the panels come with the first case."""
        canvas = self._canvas()
        canvas.load()
        if canvas.view is not None:
            canvas.view.set_theme(self.colours)

    def reset_workspace(self, *, show: bool = True) -> None:
        """Put every dock back to its place and size."""
        docks.reset(self, self.docks, show=show)

    def show_dock(self, name: str, *, toggle: bool = False) -> None:
        """Show a dock and give it the keyboard; with ``toggle`` hide it when it has the keyboard already."""
        panes.show_dock(self, name, toggle=toggle)

    def next_pane(self, by: int) -> None:
        """Move the keyboard to the next or previous pane."""
        panes.next_pane(self, by)

    def focus_canvas(self) -> None:
        """Give the keyboard to the graph."""
        if self.canvas is not None and self.pages.currentWidget() is self.canvas:
            self.canvas.focus_canvas()
        else:
            self.start.setFocus()

    # --- session ----------------------------------------------------------------------------------------------

    def open_session(self, session: Session, *, own: bool = True) -> None:
        """Show a session. With ``own`` the window closes it when another one is opened or the window goes."""
        self.close_session()
        for command in self.shell_commands.all():
            if command is not self._shell_only and command.id not in session.commands.commands:
                session.commands.add(command)
        self.load_panels()
        assert self.canvas is not None
        assert self.transfers is not None
        self._owns_session = own
        self.desk.open(session)
        self.transfers.show_ledger(self.desk.ledger())
        self.pages.setCurrentWidget(self.canvas)
        for name, dock in self.docks.items():
            dock.setVisible(name not in docks.QUIET)
        state = self.settings.bytes("layout")
        if state.isEmpty() or not self.restoreState(state, 1):
            self.reset_workspace()
        self.setWindowTitle(f"{text.cell(session.store.info().title)} – {tr('Fundflow Workstation')}")
        self._show_shell()
        self._menus()
        self.restyle()
        self.focus_canvas()
        self.case_open.emit()

    def close_session(self) -> None:
        """Close the case and go back to the start page."""
        session = self.desk.session
        if session is None:
            return
        if self.stage is not None:
            self.stage.leave()
        self.settings.set_bytes("layout", self.saveState(1))
        self.jobs.watched.clear()
        self.verified = -1
        self.close_dialogs()
        self.desk.open(None)
        if self.transfers is not None:
            self.transfers.show_ledger(None)
        if self._owns_session:
            session.close()
        for dock in self.docks.values():
            dock.hide()
        self.pages.setCurrentWidget(self.start)
        self.start.show_recent(self.settings.recent())
        self.setWindowTitle(tr("Fundflow Workstation"))
        self._show_shell()
        self._menus()
        del session
        gc.collect()  # now, before what the next case freezes (``undisturbed``) takes the remains of this one along
        give_back()

    def plugins_changed(self) -> None:
        """A plugin was installed, approved or let go: the open case knows it from now on."""
        if self.desk.session is not None:
            self.desk.session.plugins = tuple(self.plugins())
            self._enable()

    def session_for(self, store: Any) -> Session:
        """A session of this window over an open case."""
        from workstation.app.session import Session as Made
        from workstation.ui.snapshot import graph_png

        return Made(
            store, self.plugins(), self.folder, post=self.bridge.post, png=graph_png, give_way=self.turns.give_way
        )

    def open_path(self, path: Path, passphrase: str | None = None) -> None:
        """Open a case file; an encrypted one asks for its passphrase."""
        self.opening.path(path, passphrase)

    def open_demo(self, name: str = "romance") -> None:
        """Make (or open again) a demo case in the settings folder."""
        self.opening.demo(name)

    # --- commands ---------------------------------------------------------------------------------------------

    def ask(self, name: str, /, **given: Any) -> Result | None:
        """Run a command; the ones with a dialog of their own open it, others ask for missing arguments in a form."""
        return asking.ask(self, name, given)

    def context(self, key: str, point: QPoint) -> None:
        """Show the menu for what is selected."""
        asking.show_menu(self, key, point)

    def watch(self, job: Job, done: Callable[[Job], None]) -> None:
        """Call ``done`` when a job has ended."""
        self.jobs.watch(job, done)

    def run_now(self, name: str, /, **given: Any) -> Result | None:
        """Run a command with the arguments given; shows what came out."""
        from workstation.ui import flows

        result = self.desk.run(name, **given)
        if result is not None:
            flows.after(self, name, result)
        return result

    def show_dialog(self, dialog: Any) -> None:
        """Show a dialog without blocking; it is kept until it closes."""
        showing.show(self, dialog)

    def close_dialogs(self) -> None:
        """Close every dialog that is still on screen."""
        showing.close_all(self)

    # --- telling ----------------------------------------------------------------------------------------------

    def say(self, words: str) -> None:
        """A short line in the status bar."""
        self.status.message.setText(words)
        text.set_tip(self.status.message, words)
        self.message_shown.emit(words)

    def tell(self, problem: WorkstationError) -> None:
        """Show an error: what happened, what was left unchanged, what to do, and the code."""
        head = f"{problem.what[:1].upper()}{problem.what[1:]}."
        words = f"{head}\n\n{tr('Left unchanged')}: {problem.unchanged}.\n{tr('What to do')}: {problem.todo}."
        box = text.message_box(problem.code, words, parent=self)
        self.say(str(problem))
        self.show_dialog(box)

    def crashed(self, details: str) -> None:
        """Show an error the program did not expect."""
        from workstation.ui.results import CrashDialog

        self.show_dialog(CrashDialog(self, details))

    # --- events -----------------------------------------------------------------------------------------------

    def refresh_later(self) -> None:
        """Show counts and steps anew on a turn to come; once for any number of changes."""
        self._soon.ask()

    def _status(self) -> None:
        session = self.desk.session
        self.status.zone.setText(self.desk.display.zone_name)
        self.status.exact.setText(tr("exact") if self.desk.display.exact else tr("short"))
        if session is None:
            self.top.show_case(tr("Fundflow Workstation"), "", is_open=False)
            return
        info, counts = session.store.info(), session.store.counts()
        sequence, _ = session.store.head()
        self.top.show_case(info.title, tr("saved"), is_open=True)
        picture = session.graphs.picture(session.graph)
        shown = sum(1 for node in picture.nodes if node.kind == "address")
        nothing = tr("{n} of {m} addresses shown", n=shown, m=f"{counts.addresses:,}")
        self.status.shown.setText(picture.scope or nothing)
        words = tr("custody {n} verified") if self.verified == sequence else tr("custody {n}")
        self.status.custody.setText(words.replace("{n}", f"{sequence:,}"))
        self.status.custody.setAccessibleName(tr("Custody log, {n} entries; check now", n=sequence))
        self.strip.show_stages(stages.stages(session, counts, shown))
        self._able.ask()

    def canvas_key(self, key: str) -> bool:
        """A key pressed on the canvas or in the outline; false when it means nothing."""
        if key in ("Return", "Enter"):
            self.show_dock("inspector")
            return True
        name = actions.canvas_keys(self.registry).get(key)
        if name is None:
            return False
        self.ask(name)
        return True

    # --- files ------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from workstation.ui import importing

        event.acceptProposedAction()
        importing.dropped(self, [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh_later()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.set_bytes("geometry", self.saveGeometry())
        self.close_session()
        if self.canvas is not None and self.canvas.view is not None:
            self.canvas.view.close_canvas()  # a child is told nothing when its window closes; its threads would stay
        self.settings.sync()
        super().closeEvent(event)

    # --- small commands ---------------------------------------------------------------------------------------

    def copy_ids(self) -> None:
        """Copy the exact identifiers of the selection, one per line."""
        session = self.desk.session
        if session is not None and session.selection:
            copy_text("\n".join(s.ref for s in session.selection))
            self.say(tr("{n} copied", n=count(len(session.selection), "identifier", "identifiers")))

    def ask_partial(self, name: str) -> Callable[[], object]:
        """``ask`` as a callable without arguments."""
        return partial(self.ask, name)
