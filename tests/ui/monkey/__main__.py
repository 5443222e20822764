"""The command line of the monkey."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.ui.hostile_case import build_hostile
from tests.ui.monkey import __doc__ as about
from tests.ui.monkey.base import Monkey
from tests.ui.monkey.play import play, report
from workstation.ui.memory import keep_few_pictures, search_here, share_one_arena


def main(arguments: list[str]) -> int:
    """The command line; 1 when something must not have happened."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--actions", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=1e9, help="stop after so many seconds")
    asked = parser.parse_args(arguments)
    share_one_arena()  # as the program does
    app = QApplication.instance() or QApplication([])
    assert app is not None
    keep_few_pictures()
    search_here(app)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fundflow-monkey-") as top:
        folder = Path(top)
        case = build_hostile(folder)
        (folder / "played").mkdir()
        os.environ["FUNDFLOW_HOME"] = str(folder / "played" / "home")  # plugins of the user are not the monkey's
        os.chdir(folder / "played")  # a hostile text typed as a file name stays in here
        monkey = Monkey(case, folder / "played", asked.seed)
        done = play(monkey, asked.actions, asked.budget)
        sys.stdout.write(report(monkey, done, time.monotonic() - start) + "\n")
        for fault in list(dict.fromkeys(f.split("] ", 1)[-1] for f in monkey.faults.found))[:6]:
            sys.stdout.write(f"--- {fault}\n")
        where = [f.split("]")[0] + "]" for f in monkey.faults.found[:20]]
        sys.stdout.write(f"{where}\n" if where else "")
        sys.stdout.flush()
        os.chdir("/")
    return 1 if monkey.faults.found or (monkey.growth() or 0) > 0.05 else 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
