"""Owns what must hold after every step on a graph, whatever it was: the promises of issue 5 about picture and case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.app.canvas_steps import LOOKING, STEPS, Pick
from workstation.app.graph import GraphModel
from workstation.app.lens import behind, seen
from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.casefile.verify import verify_case
from workstation.domain.changes import WORK_TABLES
from workstation.domain.errors import WorkstationError

Work = dict[str, dict[str, dict[str, object]]]
Positions = dict[str, tuple[object, object]]


def work(session: Session) -> Work:
    """Everything the person has added, by table and key."""
    return {table: session.store.rows(table) for table in WORK_TABLES}


def positions(session: Session) -> Positions:
    """Where everything stands, on all graphs."""
    return {key: (row["x"], row["y"]) for key, row in session.store.rows("placement").items()}


@dataclass
class Played:
    """A case while it is played on.

    Attributes:
        states: what the case held after each step of the undo history, to compare with when it comes back.
        refused: how many steps the program refused with an error of its own; they must change nothing.
        log: names of the steps so far.
    """

    session: Session
    folder: Path
    states: dict[int, Work] = field(default_factory=dict)
    refused: int = 0
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states[self.session.history.current()] = work(self.session)

    def take(self, name: str, pick: Pick) -> None:
        """Do a step and check that everything the program promises still holds."""
        self.log.append(name)
        session, before, stood, graph = self.session, work(self.session), positions(self.session), self.session.graph
        steps = len(session.history.entries())
        try:
            moved = STEPS[name](session, pick)
        except WorkstationError:
            self.refused += 1
            moved = frozenset()
            # a step may be several commands (undo three times): only what was refused must have changed nothing
            assert name in ("undo", "redo") or work(session) == before, f"{name} was refused and changed the case"
        self._case(name, before)
        if moved is not None:
            self._places(name, stood, {f"{graph}|{key}" for key in moved})
        assert len(session.history.entries()) >= steps, f"{name} lost a step of the history"
        self.picture()

    def _case(self, name: str, before: Work) -> None:
        now, step = work(self.session), self.session.history.current()
        if name in LOOKING:
            assert now == before, f"{name} changed the case"
        if name in ("undo", "redo", "jump") and step in self.states:
            assert now == self.states[step], f"{name} gives another state of step {step} than it had"
        self.states[step] = now

    def _places(self, name: str, stood: Positions, may: set[str]) -> None:
        now = positions(self.session)
        wrong = [key for key, at in stood.items() if key in now and now[key] != at and key not in may]
        assert not wrong, f"{name} moved what nobody touched: {wrong[:3]}"

    def picture(self) -> None:
        """The picture is the one a fresh look at the same case draws, and the lens fits it."""
        session = self.session
        fresh = GraphModel(session.store)
        for graph in session.graphs.graph_keys():
            fresh.fan(graph, session.graphs.fans(graph))
            assert session.graphs.picture(graph) == fresh.picture(graph), "the picture differs from a fresh one"
        drawn = session.graphs.picture(session.graph)
        found = seen(session.graphs.ledger, drawn, session.lens, behind(session.graphs.ledger, drawn))
        assert (len(found.nodes), len(found.edges)) == (len(drawn.nodes), len(drawn.edges))

    def reopen(self, made: Callable[[Session], Session] | None = None) -> None:
        """Close the case and open its file again: it holds and draws the same, and knows the same history."""
        old = self.session
        before, path, graph = work(old), old.store.path, old.graph
        pictures = {key: GraphModel(old.store).picture(key) for key in old.graphs.graph_keys()}
        entries, here = old.history.entries(), old.history.current()
        old.close()
        self.session = Session(open_case(path, actor="Tester"), (), self.folder)
        if graph in pictures:
            self.session.show_graph(graph, remember=False)
        assert work(self.session) == before
        assert {key: self.session.graphs.picture(key) for key in self.session.graphs.graph_keys()} == pictures
        assert (self.session.history.entries(), self.session.history.current()) == (entries, here)

    def verify(self) -> None:
        """The case verifies, every check of it."""
        bad = [f"{check.name}: {check.detail}" for check in verify_case(self.session.store) if not check.ok]
        assert not bad, bad
