"""Owns the verb ``measure``: how often heuristics and detectors are right, written as pages. Must not parse arguments."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from workstation.cli.answer import Answer
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder

#: The goals of the program: difficulty -> F1 by instance in per cent.
GOALS = (("easy", 90), ("hard", 70))


def measure(options: Namespace) -> Answer:
    """Measure, write ``rates.md`` and ``rates.toml``; exit code 1 when a goal is missed."""
    from workstation.analysis.measuring import MEASURING, tables  # takes long to load
    from workstation.analysis.measuring.measured import measure as measured
    from workstation.analysis.measuring.scoring import overall

    seeds = tuple(options.seeds or MEASURING)
    found = measured(seeds, lambda said: print(said, file=sys.stderr))
    folder: Path = options.out or resources_folder() / "methods"
    files = {"rates.md": tables.page(found, seeds), "rates.toml": tables.data(found, seeds)}
    for name, text in files.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        except OSError as problem:
            what = f"{name} cannot be written ({problem.strerror})"
            raise WorkstationError("WS-MEA-001", what, "other files may stand there", "choose another folder") from None
    reached = {one.name: overall(one.scores) for one in found if one.counted == "instances"}
    missed = [name for name, goal in GOALS if reached[name].f1 * 100 < goal]
    lines = [f"{name}: F1 by instance {tables.percent(one.f1)}" for name, one in reached.items()]
    lines += [f"{name}: the goal of {goal} % is missed" for name, goal in GOALS if name in missed]
    said = {
        "seeds": list(seeds), "folder": folder.name, "files": sorted(files), "missed": missed,
        "f1": {name: tables.percent(one.f1) for name, one in reached.items()},
    }  # fmt: skip
    return Answer(said, [*lines, f"written: {', '.join(sorted(files))}"], 1 if missed else 0)
