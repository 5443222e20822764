"""Owns the start-up ratios: the real window against an empty Qt window, whole processes in turn.

Imports nothing at its top that the program does not: it runs inside the processes that are measured.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

_EMPTY_WINDOW = (
    "from PySide6.QtWidgets import QApplication, QWidget\n"
    "a = QApplication([]); w = QWidget(); w.show(); a.processEvents()"
)


def run(turns: int = 5) -> list[dict[str, Any]]:
    """The real window until its shell is shown and until its canvas is ready, against an empty Qt window.

    Each in a process of its own, in turn, with the bytecode of an installed program: the first turn writes it and does
    not count.
    """
    import statistics
    import subprocess
    import tempfile

    codes = {
        "bare": _EMPTY_WINDOW,
        "shell": "from tests.benchmarks.startup import window_once\nwindow_once(False)",
        "canvas": "from tests.benchmarks.startup import window_once\nwindow_once(True)",
    }
    spent: dict[str, list[float]] = {name: [] for name in codes}
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as bytecode:
        environment["PYTHONPYCACHEPREFIX"] = bytecode
        for turn in range(turns + 1):
            for name, code in codes.items():
                started = time.perf_counter()
                subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True)
                if turn:
                    spent[name].append((time.perf_counter() - started) * 1000)
    middle = {name: statistics.median(values) for name, values in spent.items()}
    found = []
    for name, title, limit in (("shell", "S1 window shown", 2), ("canvas", "S1 window with canvas", 5)):
        ratio = middle[name] / middle["bare"]
        target = f"<= {limit} x"
        found.append({
            "name": title, "value": round(middle[name], 1), "unit": "ms", "peer": "empty Qt window",
            "ratio": round(ratio, 2), "target": target, "holds": ratio <= limit,
        })  # fmt: skip
    return found


def window_once(canvas: bool) -> None:
    """Show the window once and end the process; what the start-up figures measure."""
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from workstation.ui.app import bundled_plugins
    from workstation.ui.settings import Settings
    from workstation.ui.window import MainWindow

    app = QApplication([])
    window = MainWindow(Settings(None), Path.cwd(), bundled_plugins)
    window.show()
    app.processEvents()
    if canvas:
        window.load_canvas()
        app.processEvents()
    sys.stdout.flush()
    os._exit(0)
