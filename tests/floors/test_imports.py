"""The table of floors (design section 3), held by reading every import."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.floors.source import FLOORS, ROOT, floor_of, imports, name, python_files

# What a floor may import of the program besides itself. Siblings are absent on purpose.
BELOW: dict[str, set[str]] = {
    "domain": set(),
    "analysis": {"domain"},
    "sdk": {"domain"},
    "casefile": {"domain", "analysis", "sdk"},
    "plugin_host": {"domain", "analysis", "sdk"},
    "evidence": {"domain", "analysis", "sdk"},
    "app": {"domain", "analysis", "sdk", "casefile", "plugin_host", "evidence"},
    "ui": {"domain", "analysis", "sdk", "casefile", "plugin_host", "evidence", "app"},
    "cli": {"domain", "analysis", "sdk", "casefile", "plugin_host", "evidence", "app"},
}
EVERY_FLOOR_MAY_USE = {"paths"}
STANDARD_LIBRARY_ONLY = ("domain", "sdk")
QT = {"PySide6", "shiboken6", "pyqtgraph"}
NETWORK = {
    "socket", "ssl", "http", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "socketserver", "xmlrpc", "asyncio",
    "requests", "urllib3", "aiohttp", "httpx", "urllib.request", "PySide6.QtNetwork", "PySide6.QtWebSockets",
}  # fmt: skip
NEVER = {"igraph", "leidenalg", "PyQt5", "PyQt6", "graph_tool", "pandas", "pickle", "shelve", "marshal"}
PLUGINS_MAY_USE = {"domain", "analysis", "sdk"}

PROGRAM = [p for p in python_files("workstation") if floor_of(p)]


def _floors_used(modules: tuple[str, ...]) -> set[str]:
    return {m.split(".")[1] for m in modules if m.startswith("workstation.")} - EVERY_FLOOR_MAY_USE - {"__version__"}


def _matches(module: str, banned: set[str]) -> bool:
    return any(module == entry or module.startswith(entry + ".") for entry in banned)


def test_every_folder_is_a_floor() -> None:
    folders = {p.name for p in (ROOT / "workstation").iterdir() if p.is_dir() and p.name[0] not in "_."}
    assert folders == set(FLOORS) == set(BELOW)


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_floors_below(floor: str) -> None:
    files = [p for p in PROGRAM if floor_of(p) == floor]
    wrong = [(name(p), up) for p in files for up in sorted(_floors_used(imports(p)) - BELOW[floor] - {floor})]
    assert not wrong


def test_only_the_way_in_joins_the_two_front_ends() -> None:
    """``__main__`` hands the window to the command line; nothing else knows both."""
    both = [name(p) for p in python_files("workstation") if {"ui", "cli"} <= _floors_used(imports(p))]
    assert both == ["workstation/__main__.py"]


@pytest.mark.parametrize("floor", STANDARD_LIBRARY_ONLY)
def test_lowest_floors_need_no_third_party_library(floor: str) -> None:
    allowed = set(sys.stdlib_module_names) | {"workstation"}
    wrong = [
        (name(p), m) for p in PROGRAM if floor_of(p) == floor for m in imports(p) if m.split(".")[0] not in allowed
    ]
    assert not wrong


def test_no_qt_below_the_window() -> None:
    wrong = [(name(p), m) for p in PROGRAM if floor_of(p) != "ui" for m in imports(p) if m.split(".")[0] in QT]
    assert not wrong


def test_plugins_use_only_the_public_floors() -> None:
    wrong = [(name(p), up) for p in python_files("plugins") for up in _floors_used(imports(p)) - PLUGINS_MAY_USE]
    assert not wrong


def test_nothing_imports_a_network_library() -> None:
    files = [*python_files("workstation"), *python_files("plugins"), *python_files("resources"), ROOT / "run.py"]
    assert not [(name(p), m) for p in files for m in imports(p) if _matches(m, NETWORK)]


def test_nothing_imports_a_banned_library() -> None:
    files = [*python_files("workstation"), *python_files("plugins"), *python_files("resources")]
    assert not [(name(p), m) for p in files for m in imports(p) if _matches(m, NEVER)]


def test_plain_sqlite_is_opened_by_the_sdk_only() -> None:
    """A case file is opened by sqlcipher3; the plugin snapshot of ``sdk`` is the one exception (design section 5)."""
    assert not [name(p) for p in PROGRAM if floor_of(p) != "sdk" and "sqlite3" in imports(p)]


def test_sqlalchemy_stays_in_the_case_file() -> None:
    outside = [p for p in PROGRAM if floor_of(p) != "casefile"]
    assert not [name(p) for p in outside if any(m.split(".")[0] == "sqlalchemy" for m in imports(p))]


def test_imports_are_absolute() -> None:
    assert not [(name(p), m) for p in python_files("workstation") for m in imports(p) if m.startswith(".")]


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("workstation.app", sorted(QT)),  # networkx and numpy load stdlib socket modules without using them
        ("workstation.sdk", [*sorted(QT), "sqlalchemy", "numpy", "networkx", "socket", "ssl"]),
        ("workstation.cli.main", [*sorted(QT), "sqlalchemy", "networkx", "scipy", "numba"]),
    ],
)
def test_a_clean_interpreter_loads_nothing_unwanted(module: str, unwanted: list[str]) -> None:
    """Imports every module of the floor (or the one module) in a fresh process and looks at what came with it."""
    program = (
        "import importlib, pkgutil, sys\n"
        f"root = importlib.import_module({module!r})\n"
        "names = [m.name for m in pkgutil.walk_packages(root.__path__, root.__name__ + '.')"
        " if not m.name.endswith('__main__')] if hasattr(root, '__path__') else []\n"
        "[importlib.import_module(n) for n in names]\n"
        f"print(*[m for m in {unwanted!r} if m in sys.modules])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
