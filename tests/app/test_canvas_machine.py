"""Random edits, layouts, lenses, undos, jumps and reopenings: picture and case stay equal, what nobody touched stays.

The bounded run of CI; ``python -m tests.ui.machine --steps 5000 --seed 1`` plays thousands of steps of the same kind.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.app.canvas_checks import Played
from tests.app.canvas_steps import WEIGHTED
from workstation.app.demo import ROMANCE, Demo
from workstation.app.session import Session
from workstation.casefile.store import open_case


def machine(case: Path) -> type[RuleBasedStateMachine]:
    """The state machine over copies of a case."""

    class Machine(RuleBasedStateMachine):
        """One person at one case."""

        def __init__(self) -> None:
            super().__init__()
            self.folder = Path(tempfile.mkdtemp(prefix="fundflow-machine-"))
            copy = self.folder / "case.wcase"
            shutil.copyfile(case, copy)
            self.played = Played(Session(open_case(copy, actor="Tester"), (), self.folder), self.folder)

        @rule(name=st.sampled_from(WEIGHTED), data=st.data())
        def step(self, name: str, data: st.DataObject) -> None:
            """Any step."""
            self.played.take(name, lambda n: data.draw(st.integers(0, n - 1)))

        @precondition(lambda self: len(self.played.log) % 7 == 6)
        @rule()
        def reopen(self) -> None:
            """Close and open the case."""
            self.played.log.append("reopen")
            self.played.reopen()

        def teardown(self) -> None:
            self.played.verify()
            self.played.session.close()
            shutil.rmtree(self.folder)

    return Machine


def test_picture_and_case_stay_equal_whatever_is_done(built: Callable[[Demo], Path]) -> None:
    bounded = settings(max_examples=8, stateful_step_count=40, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine(built(ROMANCE)), settings=bounded)
