"""Owns the question whether Qt can start here, asked in a child process: without a screen Qt ends its process."""

from __future__ import annotations

import subprocess
import sys

_TRY = "from PySide6.QtWidgets import QApplication; QApplication([]); print('ok')"


def missing(seconds: float = 30.0) -> str:
    """Empty when Qt starts here, else one sentence with the remedy."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TRY], capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "Qt did not start within half a minute; use the command line (workstation --help)."
    if done.returncode == 0 and "ok" in done.stdout:
        return ""
    said = (done.stderr or "").lower()
    if "no module named" in said:
        return "PySide6 is not installed; run: python3 run.py demo (it installs it), or use the command line."
    if "cannot open shared object file" in said or "libegl" in said or "libgl" in said:
        return (
            "a system library of Qt is missing; as root run: apt-get install "
            "libglib2.0-0 libegl1 libgl1 libfontconfig1 "
            "libfreetype6 libxkbcommon0 libdbus-1-3 libx11-6 libxcb-cursor0 libxcb-icccm4 libxcb-image0 "
            "libxcb-keysyms1 "
            "libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1"
        )
    return (
        "there is no screen here; set DISPLAY or WAYLAND_DISPLAY, or set QT_QPA_PLATFORM=offscreen to draw without one."
    )
