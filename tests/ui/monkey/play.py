"""One run of the monkey and what it saw, in words."""

from __future__ import annotations

import collections
import time
from collections.abc import Callable
from functools import partial

from tests.ui.monkey import canvas, commands, panels, plugins, whole
from tests.ui.monkey.base import Monkey

FRESH_EVERY = 400
ACTIONS: tuple[tuple[int, Callable[[Monkey], None]], ...] = (
    (14, canvas.canvas_click), (8, canvas.canvas_drag), (6, canvas.canvas_wheel), (14, canvas.canvas_key),
    (4, canvas.canvas_menu), (10, commands.command), (4, commands.palette), (5, panels.show_dock), (14, panels.in_dock),
    (3, panels.tab), (1, whole.theme), (1, whole.scale), (3, whole.time_line), (3, commands.search), (2, whole.stage),
    (1, whole.resize), (6, commands.undo), (3, canvas.select_nodes),
    (2, plugins.dialogs), (1, plugins.analyse), (3, plugins.decide),
)  # fmt: skip


def play(monkey: Monkey, actions: int, budget: float = 1e9) -> int:
    """Do so many actions, or until the budget of seconds is over; gives how many were done."""
    start = time.monotonic()
    weighted = [act for weight, act in ACTIONS for _ in range(weight)]
    with monkey.faults:
        for number in range(actions):
            if number % FRESH_EVERY == 0:
                monkey.faults.action = f"{number} open"
                monkey.fresh()
            act = monkey.pick.choice(weighted)
            if any(d.isVisible() for d in monkey.dialogs()) and monkey.pick.random() < 0.7:
                act = panels.dialog
            name = act.__name__
            monkey.faults.action = f"{number} {name}"
            monkey.counts[name] += 1
            monkey.timed(name, partial(act, monkey))
            monkey.settle(name)
            monkey.close_popups()
            if len(monkey.dialogs()) > 4:
                monkey.window.close_dialogs()
            if time.monotonic() - start > budget:
                return number + 1
        monkey.faults.action = "end"
        monkey.fresh()
    return actions


def report(monkey: Monkey, done: int, seconds: float) -> str:
    """What was seen, in words."""
    lines = [f"{done} actions in {seconds:.0f} s, {len(monkey.faults.found)} faults"]
    once: collections.Counter[str] = collections.Counter()
    for fault in monkey.faults.found:
        once[fault.splitlines()[-1].split("] ")[-1]] += 1
    lines += [f"  {many} × {words}" for words, many in once.most_common(20)]
    sizes = ", ".join(f"{size:.0f}" for size in monkey.sizes[:: max(1, len(monkey.sizes) // 12)])
    grown = monkey.growth()
    words = "not measured (fewer than 10 samples)" if grown is None else f"{grown:+.1%}"
    pages = f"{monkey.file_pages[0]:.0f} to {monkey.file_pages[-1]:.0f}"
    lines.append(f"memory {sizes} MiB, growth after the first fifth {words}; pages of libraries and fonts {pages} MiB")
    worst = sorted(monkey.gaps.items(), key=lambda item: -item[1])[:12]
    lines.append("longest gaps (processor): " + ", ".join(f"{name} {1000 * gap:.0f} ms" for name, gap in worst))
    by_name = collections.Counter(name.split(" | ")[0] for _used, _wall, name in monkey.slow)
    lines.append(f"gaps over 100 ms: {len(monkey.slow)}: " + ", ".join(f"{n} × {k}" for k, n in by_name.most_common()))
    lines += [
        f"  {1000 * used:.0f} ms ({1000 * wall:.0f}) {name}"
        for used, wall, name in sorted(monkey.slow, reverse=True)[:40]
    ]
    return "\n".join(lines)
