"""Owns what every test gets: isolation, leak checks, the shared sample files, and honest skips where Qt is missing.

A test that leaves a thread, timer, window, child process or unexpected log warning behind fails by itself, so the leak
is found where it was made and not in some later test.
"""

from __future__ import annotations

import ast
import gc
import inspect
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent
GUI_FOLDERS = ("tests/ui", "tests/stories")
GUI_MODULES = ("PySide6", "pyqtgraph", "pytestqt", "workstation.ui")
# Seconds a finished test may take to wind down its threads and processes.
PATIENCE = float(os.environ.get("FUNDFLOW_TEST_PATIENCE", "5"))

hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=60, database=None, print_blob=True
)
hypothesis.settings.load_profile("steady")


def _refuse_network(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise RuntimeError(f"{event}: the program works offline, no test may use a socket")


sys.addaudithook(_refuse_network)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The option of CI, and the settings of pytest-qt for the case that it cannot be loaded."""
    parser.addoption("--require-gui", action="store_true", help="a GUI test that cannot run is a failure, not a skip")
    if not pluginmanager.hasplugin("pytest-qt"):
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "unused here: pytest-qt is off", type="linelist")


def _needs_gui(file: Path) -> bool:
    """Whether a test file cannot even be imported without Qt: by its folder or by an import at its top."""
    if not file.is_relative_to(ROOT):
        return False
    if file.relative_to(ROOT).as_posix().startswith(GUI_FOLDERS):
        return True
    top = ast.parse(file.read_text("utf-8")).body
    modules = [alias.name for node in top if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in top if isinstance(node, ast.ImportFrom)]
    return any(module.startswith(GUI_MODULES) for module in modules)


class _MissingGui(pytest.Module):
    """A test file that cannot even be imported here."""

    def collect(self) -> Iterator[pytest.Item]:
        """Skips the file, or fails it under ``--require-gui``; the reason names the missing library."""
        reason = os.environ["FUNDFLOW_NO_GUI"]
        if self.config.getoption("--require-gui"):
            raise self.CollectError(f"GUI tests are required here but cannot run: {reason}")
        raise pytest.skip.Exception(reason, allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Replaces GUI test files by a named skip when ``run.py`` found that Qt does not start."""
    if os.environ.get("FUNDFLOW_NO_GUI") and _needs_gui(module_path):
        module: pytest.Module = _MissingGui.from_parent(parent, path=module_path)
        return module
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that needs Qt, so that ``-m 'not gui'`` leaves them out."""
    known = {path: _needs_gui(path) for path in dict.fromkeys(item.path for item in items)}
    for item in items:
        if known[item.path] or {"qtbot", "qapp"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("gui")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a single GUI test of a file that can be imported, or fails it under ``--require-gui``."""
    reason = os.environ.get("FUNDFLOW_NO_GUI")
    if reason and item.get_closest_marker("gui"):
        if item.config.getoption("--require-gui"):
            pytest.fail(f"GUI tests are required here but cannot run: {reason}")
        pytest.skip(reason)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real sample files beside the repository; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the sample files are not here (expected in ../shared/data beside the repository)")
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for settings and keys, so that no test reads or changes those of the user."""
    folder = tmp_path / "home"
    monkeypatch.setenv("FUNDFLOW_HOME", str(folder))
    return folder


def _until_empty(find: Callable[[], list[str]]) -> list[str]:
    """What is still found after a short wait; polls, because threads and processes end in their own time."""
    end = time.monotonic() + PATIENCE
    while (left := find()) and time.monotonic() < end:
        time.sleep(0.01)
    return left


def _children() -> set[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            pids = [int(pid) for pid in task.read_text("ascii").split()]
            found |= {pid for pid in pids if ") Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")}
        except OSError:
            continue  # it ended while we looked
    return found


def _describe(pid: int) -> str:
    try:
        return f"child process {pid}: " + Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace").replace("\0", " ")
    except OSError:
        return f"child process {pid}"


@pytest.fixture(autouse=True)
def _no_leaked_threads_or_processes() -> Iterator[None]:
    threads, children = set(threading.enumerate()), _children()
    yield
    left = _until_empty(
        lambda: (
            [
                f"thread {t.name}"
                for t in threading.enumerate()
                if t not in threads and not isinstance(t, threading._DummyThread)
            ]
            + [_describe(pid) for pid in _children() - children]
        )
    )
    assert not left, f"the test left behind: {', '.join(left)}"


def _windows() -> dict[int, str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return {}
    from shiboken6 import Shiboken

    return {
        Shiboken.getCppPointer(w)[0]: f"window {type(w).__name__} {w.objectName()}".rstrip()
        for w in widgets.QApplication.topLevelWidgets()
    }


def _timers() -> dict[int, str]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return {}
    from shiboken6 import Shiboken

    alive = (o for o in gc.get_objects() if isinstance(o, core.QTimer) and Shiboken.isValid(o))
    return {Shiboken.getCppPointer(t)[0]: f"running timer {t.objectName()}".rstrip() for t in alive if t.isActive()}


@pytest.fixture(autouse=True)
def _no_leaked_windows_or_timers(request: pytest.FixtureRequest) -> Iterator[None]:
    if not any(name in request.fixturenames for name in ("qtbot", "qapp")):
        yield
        return
    from workstation.ui.memory import search_here

    usual, search = gc.get_threshold(), search_here(request.getfixturevalue("qapp"))  # as the program does
    windows, timers = _windows(), _timers()
    yield
    core = sys.modules["PySide6.QtCore"]
    search.stop()
    search.deleteLater()
    gc.set_threshold(*usual)

    def left() -> list[str]:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
        found = [text for key, text in _windows().items() if key not in windows]
        found += [text for key, text in _timers().items() if key not in timers]
        if found:
            gc.collect()
            core.QCoreApplication.processEvents()
        return found

    remaining = _until_empty(left)
    assert not remaining, f"the test left behind: {', '.join(remaining)}"


@pytest.fixture(autouse=True)
def _no_unexpected_log_warning(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    if "caplog" in inspect.signature(request.function).parameters:
        return  # the test looks at the log itself
    loud = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not loud, f"unexpected log warnings: {loud}"
