"""Plays thousands of random steps on a case and checks the promises of issue 5 after every one.

``python -m tests.ui.machine --steps 5000 --seed 1 [--window]``; with ``--window`` the canvas and the Outline of a real
window follow, and must show what the session draws. Ends with 1 at the first broken promise, and says the steps before.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.app.canvas_checks import Played
from tests.app.canvas_steps import WEIGHTED
from workstation.app.demo import ROMANCE, build
from workstation.app.session import Session
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import discover

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def same_on_canvas(window: MainWindow) -> None:
    """What the canvas and the Outline show is what the session draws; the selection is shared."""
    from workstation.ui.outline import OutlinePanel

    session = window.desk.session
    assert session is not None
    picture = session.graphs.picture(session.graph)
    view = window.canvas.view if window.canvas is not None else None
    if view is None:
        return
    data = view.item.data_
    assert data.picture == picture, "the canvas shows another picture than the session draws"
    assert [tuple(at) for at in data.pos.tolist()] == [(node.x, node.y) for node in picture.nodes]
    chosen = {s.key for s in session.selection}
    shown = {node.key for node in picture.nodes}
    assert set(view.selected_keys()) == chosen & shown, "the canvas marks something else than is selected"
    outline = window.docks["outline"].widget()
    assert isinstance(outline, OutlinePanel)
    if outline.isVisible() and outline.model.outline is not None:
        marked = {outline.model.outline.picture.nodes[number].key for number in outline.marked()}
        assert marked == chosen & shown, "the Outline marks something else than is selected"
    lens = session.lens
    assert lens.open or data.seen_nodes is not None, "the canvas does not look through the lens"


def play(played: Played, steps: int, seed: int, after: Any = None, budget: float = 1e9) -> int:
    """Play so many steps, or until the seconds of the budget are over; gives how many were played."""
    pick, start = random.Random(seed), time.monotonic()
    for number in range(steps):
        if time.monotonic() - start > budget:
            return number
        if number % 50 == 49 and after is None:
            played.log.append("reopen")
            played.reopen()
            continue
        played.take(pick.choice(WEIGHTED), pick.randrange)
        if after is not None:
            after()
    return steps


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=1e9, help="stop after so many seconds")
    parser.add_argument("--window", action="store_true", help="let a real window follow")
    asked = parser.parse_args(arguments)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fundflow-machine-") as top:
        folder = Path(top)
        session = build(ROMANCE, folder / "case.wcase", discover([plugins_folder()]), folder)
        played = Played(session, folder)
        after = _window(session) if asked.window else None
        try:
            done = play(played, asked.steps, asked.seed, after, asked.budget)
            played.verify()
        except AssertionError as broken:
            sys.stdout.write(f"seed {asked.seed}, step {len(played.log)}: {broken}\nbefore: {played.log[-12:]}\n")
            raise
        finally:
            sys.stdout.flush()
        took = time.monotonic() - start
        counts = ", ".join(f"{name} {n}" for name, n in sorted(collections.Counter(played.log).items()))
        sys.stdout.write(
            f"{done} steps, {played.refused} refused with a reason, {len(played.session.history.entries())} steps of "
            f"history, {took:.0f} s, the case verifies\n{counts}\n"
        )
        sys.stdout.flush()
    return 0


def _window(session: Session) -> Any:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.ui.watching import Faults
    from workstation.ui import snapshot

    window = snapshot.window_for(session, theme="light", size=(1366, 768))
    window.show_dock("outline")
    assert window.canvas is not None
    assert window.canvas.view is not None
    window.canvas.view.reduced_motion = True

    faults = Faults()
    faults.__enter__()  # until the process ends

    def after() -> None:
        snapshot.settle(1)
        assert not faults.found, faults.found[0]
        same_on_canvas(window)

    return after


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except AssertionError:
        import traceback

        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
