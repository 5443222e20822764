"""Owns one open case as its user sees it: events, jobs, commands, selection, the active graph, the way back.

Everything a front end does goes through :meth:`Session.run`. Must not import Qt; ``post`` is how results of jobs reach
the main thread. Readable without a window: the command line uses the same session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workstation.analysis.trace.undisturbed import thaw
from workstation.app import bus, custody
from workstation.app.commands import arguments
from workstation.app.commands.registry import Change, Command, Registry, Result, off
from workstation.app.commands.standard import standard_commands
from workstation.app.doubts import evidence_problems
from workstation.app.graph import GraphModel
from workstation.app.history import History
from workstation.app.jobs import Inbox, Job, Jobs, Post
from workstation.app.ledger import Ledger
from workstation.app.lens import Lens
from workstation.app.prices import Book, read_book
from workstation.app.privatefolder import sweep
from workstation.app.problems import Problem, case_problems, import_remarks, refusals
from workstation.app.snapshots import Snapshots
from workstation.app.tracing.drawn import Traces
from workstation.casefile.store import Store
from workstation.casefile.values import Clock, system_clock
from workstation.domain.changes import ChangeSet
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import ImportResult
from workstation.domain.subjects import Subject
from workstation.plugin_host.discovery import Plugin

Camera = tuple[float, float, float]
#: A case with more transfers than this has its doubts looked for beside the window.
_LARGE = 50_000


@dataclass(frozen=True, slots=True)
class View:
    """What was looked at: a graph and where the camera stood ``(cx, cy, scale)``, None = not known."""

    graph: str
    camera: Camera | None = None


@dataclass(slots=True)
class ViewHistory:
    """The way back (Alt+Left): views that were left, like a browser; not part of undo."""

    past: list[View] = field(default_factory=list)
    future: list[View] = field(default_factory=list)

    def leave(self, view: View) -> None:
        """Remember a view that is being left; equal neighbours count once."""
        if not self.past or self.past[-1] != view:
            self.past.append(view)
        self.future.clear()

    def back(self, here: View) -> View | None:
        """The view before this one, or None at the beginning."""
        return self._move(self.past, self.future, here)

    def forward(self, here: View) -> View | None:
        """The view that ``back`` came from, or None."""
        return self._move(self.future, self.past, here)

    @staticmethod
    def _move(taken: list[View], kept: list[View], here: View) -> View | None:
        if not taken:
            return None
        kept.append(here)
        return taken.pop()


class Session:
    """One open case.

    Args:
        store: the open case; the session closes it. plugins: found plugins (readers).
        settings_folder: where the signing key of this user lies; made when first needed.
        clock: gives the time that is written into rows. post: brings a call to the main thread (default: an
            :class:`Inbox`, emptied by :meth:`wait`). actor: name in rows and log (default: the examiner of the case).
        png: draws the graph of a session, and gives what makes a PNG of that; of a front end with a window system.
        give_way: called by jobs between two pieces of work, so that a window comes first.

    Attributes:
        bus, jobs, history, commands: the parts. graphs: pictures of graphs. store, plugins, actor, clock.
        selection: selected subjects, in the order they were picked. graph: key of the active graph, or "".
        camera: the canvas keeps it up to date, so that scenes and the way back know it; None without a canvas.
        lens: what of the active graph is looked at (each graph keeps its own while the case is open).
        snapshots: the copies of the case that analyses look at.
        traces: which kept run is drawn on which graph, while the case is open.
        key_passphrase, certificate_passphrase: open the signing key and the certificate of this user while the case is
            open; None: not asked yet, or it has none.
    """

    def __init__(
        self,
        store: Store,
        plugins: Sequence[Plugin],
        settings_folder: Path,
        *,
        clock: Clock = system_clock,
        post: Post | None = None,
        actor: str = "",
        png: Callable[[Session], Callable[[], bytes]] | None = None,
        give_way: Callable[[], None] | None = None,
    ) -> None:
        self.store = store
        self.plugins = tuple(plugins)
        self.settings_folder = settings_folder
        self.clock = clock
        self.png = png
        self.key_passphrase: str | None = None
        self.certificate_passphrase: str | None = None
        self.actor = actor or store.actor or store.info().examiner
        self.bus = bus.Bus()
        self._inbox = Inbox()
        self.post = post or self._inbox
        self.jobs = Jobs(self.post, lambda job: self.bus.publish(bus.JobChanged(job.number)), give_way=give_way)
        self._posts_here = post is None
        self.held = False
        self.history = History(store, self.actor)
        self.commands: Registry = standard_commands()
        self.graphs = GraphModel(store)
        self.views = ViewHistory()
        self.selection: tuple[Subject, ...] = ()
        self.graph = self.graphs.first_graph()
        self.camera: Camera | None = None
        self._lenses: dict[str, Lens] = {}
        self.traces = Traces()
        self.imports: list[ImportResult] = []
        self._problems: tuple[int, list[Problem]] | None = None
        self._remarks: list[Problem] | None = None
        self._doubting: Ledger | None = None
        self._prices: Book | None = None
        self.snapshots = Snapshots(store)
        sweep()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the jobs, have the log signed if there is a key, and close the case."""
        self.jobs.close()
        self.snapshots.close()
        try:
            custody.sign_if_due(self, closing=True)
        except WorkstationError:
            pass  # a lost key or a full disk keeps nobody from closing; the next check says up to where the log is signed
        finally:
            self.store.close()
        thaw()

    # --- commands ---------------------------------------------------------------------------------------------

    def run(self, name: str, /, **given: Any) -> Result:
        """Run a command by id. Arguments may be typed values or their text forms.

        Raises:
            WorkstationError: no such command, it is off, an argument cannot be used, or it failed; nothing changed.
        """
        command = self.commands.get(name)
        reason = command.enabled(self)
        if reason and not arguments.names_its_subject(command, given):
            raise off(reason, command)
        made = command.run(self, arguments.bind(self, command, given))
        if isinstance(made, Result):
            return made
        return self.apply(made)

    def why_off(self, command: Command) -> str:
        """The reason why a command is off now, or empty."""
        return command.enabled(self)

    def wait(self, job: Job) -> Any:
        """Wait for a job and give its result; only without an event loop (``post`` left to the session).

        Raises:
            WorkstationError: the job failed or was cancelled.
        """
        if not self._posts_here:
            raise RuntimeError("this session has an event loop; listen for JobChanged")
        while job.active:
            self._inbox.take(None)
        if job.error is not None:
            raise job.error
        if job.state == "cancelled":
            raise WorkstationError(
                "WS-JOB-001", f"{job.title} was cancelled", "what was finished is kept", "start it again", 5
            )
        return job.result

    def let_jobs_end(self) -> None:
        """Wait until no job runs, whatever its end, and tell who waits for them; an event loop does so by itself."""
        while self._posts_here and any(job.active for job in self.jobs.all()):
            self._inbox.take(None)

    def apply(self, wanted: Change) -> Result:
        """Write a change-set as one undo step and tell everyone (what :meth:`run` does with what a command gives)."""
        change = wanted.change
        if not change.edits:
            return Result(made=wanted.made)
        self._may_change()
        revision = self.history.apply(change)
        custody.sign_if_due(self)
        self._announce(change, revision, wanted.added, wanted.show)
        return Result(change.label, changed_rows(change), wanted.made, wanted.added)

    def apply_again(self, change: ChangeSet) -> None:
        """Write a change-set of another log as it stands there; it is no step to take back (``reproduce``)."""
        revision = self.store.apply(change, actor=self.actor)
        self._announce(change, revision)

    def undo(self) -> Result:
        """Take back the last step (command ``edit.undo``)."""
        self._may_change()
        return self._moved(self.history.undo())

    def redo(self) -> Result:
        """Do the last undone step again (command ``edit.redo``)."""
        self._may_change()
        return self._moved(self.history.redo())

    def go(self, step: int) -> Result:
        """Make a state of the undo history the current one (command ``history.go``)."""
        self._may_change()
        return self._moved(self.history.go(step))

    def _may_change(self) -> None:
        if self.held:
            raise WorkstationError(
                "WS-CMD-005", "the case is being read, and is to stay as it is for that", "nothing was changed",
                "try again in a moment",
            )  # fmt: skip

    def history_changed(self) -> None:
        """Tell everyone that a state of the history was named."""
        self.bus.publish(bus.CaseChanged(self.store.revision, ()))

    def _moved(self, change: ChangeSet | None) -> Result:
        if change is None:
            return Result()
        self._announce(change, self.store.revision)
        return Result(change.label, changed_rows(change))

    def _announce(self, change: ChangeSet, revision: int, added: tuple[str, ...] = (), show: str = "") -> None:
        tables = tuple(dict.fromkeys(edit.table for edit in change.edits))
        subjects: dict[str, None] = {}
        for edit in change.edits:
            row = edit.after or edit.before or {}
            if edit.table == "mark":
                subjects[edit.key] = None
            elif row.get("subject"):
                subjects[str(row["subject"])] = None
        self.graphs.work_changed(tables)
        self._problems = None
        if show and show != self.graph:
            if self.graph:
                self.views.leave(View(self.graph, self.camera))
            self.graph = show
        elif self.graph not in self.graphs.graph_keys():
            self.graph = self.graphs.first_graph()
        self.bus.publish(bus.CaseChanged(revision, tables, tuple(subjects)))
        self.bus.publish(bus.GraphChanged(self.graph, added))
        if "finding" in tables or "finding_link" in tables:
            self.bus.publish(bus.ProblemsChanged())

    def evidence_changed(self, results: Iterable[ImportResult] = ()) -> None:
        """Tell everyone that exhibits came or went (called when an import job ends)."""
        self.imports += results
        self._problems = None
        self._remarks = self._prices = None
        self.graphs.evidence_changed()
        self.traces.forget()
        self.bus.publish(bus.CaseChanged(self.store.revision, ("evidence",)))
        self.bus.publish(bus.GraphChanged(self.graph))
        self.bus.publish(bus.ProblemsChanged())

    # --- what is looked at ------------------------------------------------------------------------------------

    def select(self, subjects: Iterable[Subject]) -> None:
        """Make this the selection; listeners hear of it only when it differs."""
        wanted = tuple(dict.fromkeys(subjects))
        if wanted != self.selection:
            self.selection = wanted
            self.bus.publish(bus.SelectionChanged())

    def show_graph(self, key: str, camera: Camera | None = None, *, remember: bool = True) -> None:
        """Make a graph the active one, and ask the canvas for a camera when one is given."""
        if key not in self.graphs.graph_keys():
            raise WorkstationError(
                "WS-GRF-001", "there is no such graph", "nothing was changed", "pick one from the list"
            )
        if remember and self.graph:
            self.views.leave(View(self.graph, self.camera))
        if key != self.graph:
            self.graph = key
            self.bus.publish(bus.GraphChanged(key))
        if camera is not None:
            self.camera = camera
            self.bus.publish(bus.ViewAsked(key, camera))

    @property
    def lens(self) -> Lens:
        """What of the active graph is looked at."""
        return self.lens_of(self.graph)

    def lens_of(self, graph: str) -> Lens:
        """What of a graph is looked at."""
        return self._lenses.get(graph, Lens())

    def look(self, lens: Lens) -> None:
        """Look at the active graph through a lens; listeners hear of it only when it differs."""
        self.set_lens(self.graph, lens)

    def set_lens(self, graph: str, lens: Lens) -> None:
        """Look at a graph through a lens from now on."""
        if lens != self.lens_of(graph):
            self._lenses[graph] = lens
            if graph == self.graph:
                self.bus.publish(bus.LensChanged())

    def back(self) -> bool:
        """Go to the view before this one (Alt+Left); false at the beginning."""
        return self._go(self.views.back(View(self.graph, self.camera)))

    def forward(self) -> bool:
        """Undo a :meth:`back` (Alt+Right); false when there is nothing ahead."""
        return self._go(self.views.forward(View(self.graph, self.camera)))

    def _go(self, view: View | None) -> bool:
        if view is None or view.graph not in self.graphs.graph_keys():
            return False
        self.show_graph(view.graph, view.camera, remember=False)
        return True

    def problems(self) -> list[Problem]:
        """What needs attention: refused files, quarantined rows, findings without evidence, doubts of the evidence."""
        revision = self.store.revision
        if self._problems is None or self._problems[0] != revision:
            if self._remarks is None and len(self.graphs.ledger) > _LARGE and not self._posts_here:
                self._look_for_doubts()
                return refusals(self.imports) + case_problems(self.store)
            if self._remarks is None:
                self._remarks = evidence_problems(self) + import_remarks(self.store)
            self._problems = (revision, refusals(self.imports) + case_problems(self.store) + self._remarks)
        return list(self._problems[1])

    def _look_for_doubts(self) -> None:
        """Look for doubts of a large case in a job; the list of problems is told anew when it has ended."""
        ledger, _names, _prices = self.graphs.ledger, self.graphs.names, self.prices  # made on their own thread
        if self._doubting is ledger:
            return  # it is under way, was cancelled or failed: asked once for each state of the evidence
        self._doubting = ledger

        def finished(job: Job) -> None:
            if job.state == "done" and self.graphs.ledger is ledger:
                self._remarks = job.result
                self._problems = None
                self.bus.publish(bus.ProblemsChanged())

        self.jobs.submit(
            "Look for doubts in the evidence",
            lambda _job: evidence_problems(self) + import_remarks(self.store),
            finished=finished,
        )

    @property
    def prices(self) -> Book:
        """The rates of the case, for values in money at the time of a transfer."""
        if self._prices is None:
            self._prices = read_book(self.store)
        return self._prices

    def now(self) -> str:
        """The time that is written into rows, ``2026-01-02T03:04:05Z``."""
        return datetime.fromtimestamp(int(self.clock()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def changed_rows(change: ChangeSet) -> tuple[str, ...]:
    """``table:key`` of every row of a change-set, each once, in order."""
    return tuple(dict.fromkeys(f"{edit.table}:{edit.key}" for edit in change.edits))
