"""Owns the main window: shell first, panels when needed, one list of docks, and how a command is asked for.

Heavy libraries (case file, canvas) are imported only after the shell is on screen. Must not hold logic of a case.
"""

from __future__ import annotations

import gc
import threading
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from workstation.app.commands.registry import Command, Registry, Result
from workstation.domain.errors import WorkstationError
from workstation.ui import actions, docks, motion, text
from workstation.ui.bridge import Bridge
from workstation.ui.chrome import LoopStrip, Stage, StatusLine, TopBar
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.settings import SCALES, THEMES, Settings
from workstation.ui.start import StartPage
from workstation.ui.translate import count, tr
from workstation.ui.turns import Turns
from workstation.ui.wardrobe import Wardrobe
from workstation.ui.widgets import copy_text, repaint_icons

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.ui.canvas_area import CanvasArea
    from workstation.ui.history import HistoryPanel
    from workstation.ui.navigator import Navigator
    from workstation.ui.panels import FindingsPanel, JobsPanel, ProblemsPanel
    from workstation.ui.present.stage import Presentation
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
        super().__init__()
        self.settings = settings
        self.folder = folder
        self._plugins = plugins
        self.desk = Desk(self)
        self.bridge = Bridge(self)
        self.turns = Turns(self)
        self.wardrobe = Wardrobe(self)
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
        self.watched: dict[int, Callable[[Job], None]] = {}
        self._owns_session = False
        self._opening = False
        self.verified = -1
        self.dialogs: list[QWidget] = []
        self.docks: dict[str, QDockWidget] = {}
        self.canvas: CanvasArea | None = None
        self.transfers: TransfersPanel | None = None
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
        self.top = TopBar(self.ask)
        self.strip = LoopStrip()
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.strip)
        bar = QToolBar(tr("Top bar"))
        bar.setObjectName("headBar")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.toggleViewAction().setVisible(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(head)
        self.addToolBar(bar)
        self.head_bar = bar
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
        self.strip.asked.connect(self._stage)
        self.status.zone_asked.connect(self.desk.display.toggle_zone)
        self.status.exact_asked.connect(self.desk.display.toggle_exact)
        self.status.verify_asked.connect(lambda: self.ask("case.verify"))
        self.status.jobs_asked.connect(lambda: self.show_dock("jobs"))
        self.status.cancel_asked.connect(self._cancel_running)
        self._able = QTimer(self)
        self._able.setSingleShot(True)
        self._able.timeout.connect(self._enable)
        self.desk.display.changed.connect(self._status)
        self.desk.case_changed.connect(lambda _: self._later())
        self.desk.case_changed.connect(lambda _: self._undoable())
        self.desk.graph_changed.connect(lambda _: self._later())
        self.desk.selection_changed.connect(self._able.start)
        self.desk.jobs_changed.connect(self._job)
        self.desk.problems_changed.connect(self._later)
        self.top.search_typed.connect(self._search_typed)
        self.top.search_entered.connect(self._search_entered)
        self.top.search_left.connect(self.focus_canvas)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._status)
        self.search_list: Any = None
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
        self._choices: list[tuple[QAction, str | int]] = []
        self._add_choices()
        self._enable()

    def _add_choices(self) -> None:
        bar = self.menuBar()
        view = next((a.menu() for a in bar.actions() if a.text().replace("&", "") == tr("View")), None)
        if not isinstance(view, QMenu):
            return
        view.addSeparator()
        themes = view.addMenu(tr("Theme"))
        for name in THEMES:
            made = QAction(tr(name.capitalize()), themes)
            made.setCheckable(True)
            self._choices.append((made, name))
            made.triggered.connect(lambda _=False, theme=name: self.set_theme(theme))
            themes.addAction(made)
        sizes = view.addMenu(tr("Text size"))
        for percent in SCALES:
            made = QAction(f"{percent} %", sizes)
            made.setCheckable(True)
            self._choices.append((made, percent))
            made.triggered.connect(lambda _=False, value=percent: self.set_scale(value))
            sizes.addAction(made)
        self._mark_choices()

    def _mark_choices(self) -> None:
        for action, value in self._choices:
            action.setChecked(value in (self.settings.theme, self.settings.scale))

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
        self._later()  # the bars are measured anew at the new size of type

    def set_theme(self, name: str) -> None:
        """Switch the theme and remember it."""
        self.settings.theme = name
        self.restyle()
        self._mark_choices()

    def set_scale(self, percent: int) -> None:
        """Set the text scale and remember it."""
        self.settings.scale = percent
        self.restyle()
        self._mark_choices()
        if self.transfers is not None:
            self.transfers.show_ledger(self.desk.ledger())

    # --- panels -----------------------------------------------------------------------------------------------

    def _canvas(self) -> CanvasArea:
        """The middle of the window, made when it is first needed; it needs no library of the case file."""
        if self.canvas is None:
            from workstation.ui.canvas_area import CanvasArea

            self.canvas = CanvasArea(self.desk, self._canvas_key)
            self.canvas.context_asked.connect(self._context)
            self.pages.addWidget(self.canvas)
        return self.canvas

    def load_panels(self) -> None:
        """Make canvas and panels; their libraries are imported here."""
        if self.docks:
            return
        from workstation.ui import records
        from workstation.ui.cards.parties import PartiesPanel
        from workstation.ui.flowviews import FlowsPanel
        from workstation.ui.freeze.dock import requests_panel
        from workstation.ui.history import HistoryPanel
        from workstation.ui.inspector import Inspector
        from workstation.ui.navigator import Navigator
        from workstation.ui.panels import FindingsPanel, JobsPanel, ProblemsPanel
        from workstation.ui.plugins.answers import answers_panel
        from workstation.ui.scenes.panel import ScenesPanel
        from workstation.ui.stylepanel import StylesPanel
        from workstation.ui.timeline.panel import TimelinePanel
        from workstation.ui.transfers import TransfersPanel
        from workstation.ui.workbench import flows as workbench
        from workstation.ui.workbench.statementpanel import StatementPanel

        canvas = self._canvas()
        self.transfers = TransfersPanel(self.desk.display, self.desk.name, lambda: self.ask("case.import"))
        self.transfers.picked.connect(self._rows_picked)
        self.desk.selection_changed.connect(self._table_follow)
        self.desk.case_changed.connect(self._table_changed)
        self.problems, self.navigator = ProblemsPanel(self.desk), Navigator(self.desk)
        self.findings, self.jobs_panel, self.history = (
            FindingsPanel(self.desk),
            JobsPanel(self.desk),
            HistoryPanel(self.desk),
        )
        self.inspector = Inspector(self.desk)
        made: dict[str, QWidget] = {
            "case": self.navigator, "inspector": self.inspector, "findings": self.findings, "transfers": self.transfers,
            "problems": self.problems, "jobs": self.jobs_panel, "history": self.history,
            "events": records.events_panel(self.desk), "returns": records.returns_panel(self.desk),
            "found": records.found_panel(self.desk), "answers": answers_panel(self.desk), "trace": workbench.panel(self), "outline": self._outline(),
            "flows": FlowsPanel(self.desk), "timeline": TimelinePanel(self.desk),
            "statement": StatementPanel(self.desk), "counterparties": PartiesPanel(self.desk), "styles": StylesPanel(self.desk), "scenes": ScenesPanel(self.desk),
            "requests": requests_panel(self.desk),
        }  # fmt: skip
        self.docks = docks.make(self, made)
        self.reset_workspace(show=False)
        repaint_icons(self)
        if canvas.view is not None:
            canvas.view.set_theme(self.colours)

    def _outline(self) -> QWidget:
        from workstation.ui.outline import OutlinePanel

        made = OutlinePanel(self.desk, self._canvas_key)
        made.context_asked.connect(self._context)
        return made

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
        dock = self.docks.get(name)
        if dock is None or self.desk.session is None:
            return
        focus = QApplication.focusWidget()
        if toggle and dock.isVisible() and focus is not None and dock.isAncestorOf(focus):
            dock.hide()
            self.focus_canvas()
            return
        dock.show()
        dock.raise_()
        inner = dock.widget()
        for later in inner.findChildren(Later):
            later.catch_up()
        target = next(
            (
                w
                for w in inner.findChildren(QWidget)
                if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisibleTo(inner)
            ),
            inner,
        )
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def panes(self) -> list[QWidget]:
        """The panes F6 walks through."""
        shown = [d.widget() for d in self.docks.values() if d.isVisible() and not d.visibleRegion().isEmpty()]
        return [self.pages, *shown]

    def next_pane(self, by: int) -> None:
        """Move the keyboard to the next or previous pane."""
        panes = self.panes()
        focus = QApplication.focusWidget()
        here = next((i for i, p in enumerate(panes) if focus is not None and (p is focus or p.isAncestorOf(focus))), 0)
        there = panes[(here + by) % len(panes)]
        if there is self.pages:
            self.focus_canvas()
            return
        name = next(n for n, d in self.docks.items() if d.widget() is there)
        self.show_dock(name)

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
        self.watched.clear()
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

    def plugins_changed(self) -> None:
        """A plugin was installed, approved or let go: the open case knows it from now on."""
        if self.desk.session is not None:
            self.desk.session.plugins = tuple(self._plugins())
            self._enable()

    def session_for(self, store: Any) -> Session:
        """A session of this window over an open case."""
        from workstation.app.session import Session as Made
        from workstation.ui.snapshot import graph_png

        return Made(
            store, self._plugins(), self.folder, post=self.bridge.post, png=graph_png, give_way=self.turns.give_way
        )

    def in_background(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[WorkstationError], object] | None = None,
    ) -> None:
        """Run work that has no session yet (opening a case) beside the window, then ``done`` in the window."""
        if self._opening:
            return
        self._opening = True
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)

        def finish(result: Any, problem: BaseException | None) -> None:
            self._opening = False
            QApplication.restoreOverrideCursor()
            if problem is None:
                done(result)
            elif isinstance(problem, WorkstationError):
                (failed or self.tell)(problem)
            else:
                self.crashed("".join(traceback.format_exception(problem)))

        def body() -> None:
            try:
                result = work()
            except BaseException as problem:  # noqa: BLE001 - shown in the window
                kept = problem
                self.bridge.post(lambda: finish(None, kept))
            else:
                self.bridge.post(lambda: finish(result, None))

        threading.Thread(target=body, name="open case", daemon=True).start()

    def open_path(self, path: Path, passphrase: str | None = None) -> None:
        """Open a case file; an encrypted one asks for its passphrase."""

        def work() -> Any:
            from workstation.analysis.trace.undisturbed import undisturbed
            from workstation.app.ledger import Ledger
            from workstation.casefile.store import open_case
            from workstation.ui.panelparts import import_parts

            import_parts()
            store = open_case(path, passphrase=passphrase)
            with undisturbed():
                return store, Ledger(store).warm()  # a large case is indexed here, not in the window

        def done(made: Any) -> None:
            store, ledger = made
            self.settings.remember(path)
            session = self.session_for(store)
            session.graphs.take(ledger)
            self.open_session(session)

        def failed(problem: WorkstationError) -> None:
            # encrypted and no passphrase given, or the one that was given does not fit
            if problem.code == "WS-CASE-003" or (passphrase is not None and problem.code == "WS-CASE-010"):
                self._ask_passphrase(path, str(problem) if passphrase is not None else "")
            else:
                self.tell(problem)

        self.in_background(work, done, failed)

    def _ask_passphrase(self, path: Path, problem: str) -> None:
        from workstation.ui.dialogs import PassphraseDialog

        dialog = PassphraseDialog(self, str(path.name), problem)
        dialog.accepted.connect(lambda: self.open_path(path, dialog.field.text()))
        self.show_dialog(dialog)

    def open_demo(self, name: str = "romance") -> None:
        """Make (or open again) a demo case in the settings folder."""

        def work() -> Any:
            from workstation.app.demo import COLONIAL, ROMANCE, build
            from workstation.casefile.store import open_case

            which = COLONIAL if name == "colonial" else ROMANCE
            path = self.folder / "demo" / f"{which.name}.wcase"
            if not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                build(which, path, self._plugins(), self.folder).close()
            return open_case(path)

        def done(store: Any) -> None:
            self.open_session(self.session_for(store))

        self.in_background(work, done)

    # --- commands ---------------------------------------------------------------------------------------------

    def ask(self, name: str, /, **given: Any) -> Result | None:
        """Run a command; the ones with a dialog of their own open it, others ask for missing arguments in a form."""
        from workstation.ui import flows, importing

        session = self.desk.session
        if name in ("view.go", "view.finding"):
            going = self.view_go if name == "view.go" else self.view_finding
            going(**given)
            return Result()
        command = self.registry.commands.get(name)
        if command is None:
            return None
        if name.startswith("view."):
            command.run(session, given)  # type: ignore[arg-type]
            return Result()
        if session is None:
            importing.import_without_case(self)
            return None
        reason = session.why_off(command)
        if reason and not given:
            self.say(f"{tr(command.title)}: {reason}")
            return None
        flow = flows.FLOWS.get(name)
        if flow is not None:
            flow(self, given)
            return None
        missing = [
            p
            for p in command.parameters
            if p.name not in given and p.default is None and p.kind not in ("subjects", "subject", "graph", "positions")
        ]
        if missing:
            flows.form(self, command, given)
            return None
        return self.run_now(name, **given)

    def run_now(self, name: str, /, **given: Any) -> Result | None:
        """Run a command with the arguments given; shows what came out."""
        from workstation.ui import flows

        result = self.desk.run(name, **given)
        if result is not None:
            flows.after(self, name, result)
        return result

    def watch(self, job: Job, done: Callable[[Job], None]) -> None:
        """Call ``done`` when a job has ended."""
        if job.active:
            self.watched[job.number] = done
        else:
            done(job)

    def view_go(self, to: str) -> None:
        """Go to a thing of the case by its key."""
        from workstation.ui import going

        going.go(self, to)

    def view_finding(self, finding: str) -> None:
        """Open a finding in its editor."""
        from workstation.ui import citing

        citing.edit_finding(self, finding)

    def show_dialog(self, dialog: Any) -> None:
        """Show a dialog without blocking; it is kept until it closes."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self.wardrobe.dress(dialog)  # before it is measured
        self.dialogs.append(dialog)
        dialog.destroyed.connect(lambda: None)
        dialog.finished.connect(lambda _code, d=dialog: self.dialogs.remove(d) if d in self.dialogs else None)
        repaint_icons(dialog)
        room = self.size()
        dialog.resize(dialog.sizeHint().expandedTo(dialog.size()).boundedTo(room * 0.96))
        dialog.open()

    def close_dialogs(self) -> None:
        """Close every dialog that is still on screen."""
        from shiboken6 import Shiboken

        for dialog in list(self.dialogs):
            if Shiboken.isValid(dialog):
                dialog.close()
        self.dialogs.clear()

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

    def _later(self) -> None:
        self._soon.start()

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
        self.strip.show_stages(self._stages(counts, shown))
        self._enable()

    def _stages(self, counts: Any, shown: int) -> list[Stage]:
        session = self.desk.session
        assert session is not None
        problems = [p for p in session.problems() if p.severity != "note"]
        bad_rows = sum(1 for p in problems if p.code != "WS-FND-001")
        unsupported = sum(1 for p in problems if p.code == "WS-FND-001")
        notes = len(session.store.rows("note")) + len(session.store.rows("tag")) + len(session.store.rows("mark"))
        from workstation.ui.freeze import commands as freezing

        steps = (
            (
                "import",
                tr("Import"),
                str(counts.exhibits) if counts.exhibits else "",
                tr("{n} to look at", n=f"{bad_rows:,}") if bad_rows else "",
                not counts.exhibits,
            ),
            ("orient", tr("Orient"), f"{shown:,}" if shown else "", "", bool(counts.exhibits) and not shown),
            ("annotate", tr("Annotate"), f"{notes:,}" if notes else "", "", bool(shown) and not notes),
            (
                "findings",
                tr("Findings"),
                f"{counts.findings:,}" if counts.findings else "",
                tr("{n} without evidence", n=unsupported) if unsupported else "",
                bool(notes) and not counts.findings,
            ),
            (
                "scenes",
                tr("Scenes"),
                f"{len(session.store.rows('scene')):,}" if session.store.rows("scene") else "",
                "",
                False,
            ),
            ("freeze", tr("Freeze"), *freezing.stage(session), False),
            ("export", tr("Export"), "", "", bool(counts.findings) and not unsupported),
        )
        return [Stage(*step) for step in steps]

    def _stage(self, key: str) -> None:
        if key == "import":
            self.ask("case.import")
        elif key == "orient":
            self.desk.select()
            self.show_dock("inspector")
        elif key == "annotate":
            self.ask("tag.add")
        elif key == "findings":
            self.show_dock("findings")
        elif key == "scenes":
            self.ask("scene.save")
        elif key == "freeze":
            self.show_dock("requests")
        else:
            self.ask("case.export")

    def _job(self, number: int) -> None:
        session = self.desk.session
        if session is None:
            return
        job = session.jobs.job(number)
        running = next((j for j in session.jobs.all() if j.active), None)
        self.status.show_job(
            running.title if running else "", running.done if running else 0, running.total if running else 0
        )
        if not job.active and number in self.watched:
            self.watched.pop(number)(job)
        if not job.active:
            self._later()

    def _cancel_running(self) -> None:
        session = self.desk.session
        for job in session.jobs.all() if session is not None else ():
            if job.active:
                job.cancel()
                return

    def _table_follow(self) -> None:
        session = self.desk.session
        if session is not None and self.transfers is not None:
            self.transfers.show_selection(session.selection)

    def _table_changed(self, tables: tuple[str, ...]) -> None:
        if self.transfers is None:
            return
        if "evidence" in tables:
            self.transfers.show_ledger(self.desk.ledger())
        elif {"tag", "entity", "entity_member"} & set(tables):
            self.transfers.model.redraw()

    def _rows_picked(self, subjects: list[Any], transfers: list[int]) -> None:
        self.desk.picked_transfers = tuple(transfers)
        self.desk.select(*subjects)

    def _canvas_key(self, key: str) -> bool:
        if key in ("Return", "Enter"):
            self.show_dock("inspector")
            return True
        name = actions.canvas_keys(self.registry).get(key)
        if name is None:
            return False
        self.ask(name)
        return True

    def _context(self, key: str, point: QPoint) -> None:
        session = self.desk.session
        if session is None:
            return
        from workstation.domain.subjects import parse

        kind = "canvas"
        if key:
            subject = parse(key)
            if subject not in session.selection:
                session.select([subject])
            single = subject.kind if subject.kind in ("stub", "group") else "address"
            kind = single if len(session.selection) == 1 or single == "stub" else "selection"
        elif self.desk.selected_edges:
            kind = "edge"
        menu = actions.context_menu(self, kind, self.registry, self.ask, self.why_off)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(point)

    # --- search -----------------------------------------------------------------------------------------------

    def _search_typed(self, words: str) -> None:
        from workstation.ui.searchlist import SearchList

        session = self.desk.session
        if session is None:
            return
        if self.search_list is None:
            self.search_list = SearchList(self, self._search_chosen)
            self.top.search.installEventFilter(self.search_list)
        self.search_list.show_hits(self._hits(words), self.top.search)

    def _hits(self, words: str) -> list[Any]:
        session = self.desk.session
        if session is None or len(words.strip()) < 2:
            return []
        from workstation.app.search import find

        return list(find(session, words.strip()))[:40]

    def _search_entered(self, words: str) -> None:
        chosen = self.search_list.current() if self.search_list is not None and self.search_list.isVisible() else None
        hits = [chosen] if chosen is not None else self._hits(words)
        if not hits:
            self.say(tr("Nothing in the case matches “{words}”", words=words[:60]))
            return
        self._search_chosen(hits[0])

    def _search_chosen(self, hit: Any) -> None:
        from workstation.ui import going

        if self.search_list is not None:
            self.search_list.hide()
        going.go_hit(self, hit)

    # --- files ------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from workstation.ui import importing

        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        cases = [p for p in paths if p.suffix == ".wcase"]
        if cases:
            self.open_path(cases[0])
        elif self.desk.session is None:
            importing.import_without_case(self, paths)
        else:
            importing.import_files(self, {"files": paths})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later()

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
