"""Set-up and packaging: ``run.py``, the leak checks of ``conftest.py``, and the wheel."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.floors.source import ROOT, imports
from workstation import paths


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """A fresh copy of ``run.py`` as a module, with its ``.venv`` in a temporary folder."""
    spec = importlib.util.spec_from_file_location("run_under_test", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp.json")
    return module


def test_it_needs_only_the_standard_library_and_parses_on_old_pythons() -> None:
    text = (ROOT / "run.py").read_text("utf-8")
    ast.parse(text, feature_version=(3, 7))
    assert all(m.split(".")[0] in sys.stdlib_module_names for m in imports(ROOT / "run.py"))
    assert len(text.splitlines()) <= 400


def test_an_old_python_is_told_so(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert run.main(["demo"]) == 2
    assert "needs Python 3.11 or newer" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["dance"], 2), (["--help"], 0)])
def test_usage(run: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int) -> None:
    assert run.main(arguments) == code
    assert "run.py VERB" in capsys.readouterr().out


def test_every_verb_is_in_the_usage(run: ModuleType) -> None:
    assert [line.split()[0] for line in run.USAGE.splitlines()[2:]] == list(run.VERBS)


def test_nothing_of_the_users_python_leaks_in(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "elsewhere")
    made = run.clean_environment(QT_QPA_PLATFORM="offscreen")
    assert "PYTHONPATH" not in made
    assert "VIRTUAL_ENV" not in made
    assert (made["PYTHONNOUSERSITE"], made["QT_QPA_PLATFORM"]) == ("1", "offscreen")


def test_a_damaged_stamp_means_set_up_again(run: ModuleType) -> None:
    run.VENV.mkdir()
    assert run.stamps() == {}
    run.STAMP.write_text("{broken", "utf-8")
    assert run.stamps() == {}
    run.STAMP.write_text('{"test": "abc"}', "utf-8")
    assert run.stamps() == {"test": "abc"}
    assert run.lock_hash("test") != run.lock_hash("runtime")


def test_a_python_without_pip_gets_one_command(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "works", lambda *arguments: False)
    monkeypatch.setattr(run, "is_root", lambda: False)
    assert run.main(["test"]) == 2
    assert "sudo apt-get install -y python3." in capsys.readouterr().out


def test_missing_libraries_are_named_with_their_packages(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LINUX", True)
    monkeypatch.setattr(run, "is_root", lambda: False)
    monkeypatch.setattr(run, "ask", lambda command, **named: (0, '["libEGL.so.1", "libGL.so.1"]', ""))
    problem = run.qt_problem(screen=False)
    assert problem.startswith("missing libEGL.so.1, libGL.so.1")
    assert problem.endswith("sudo apt-get install -y libegl1 libgl1")


def test_root_installs_what_is_missing(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def ask(command: list[str], **named: object) -> tuple[int, str, str]:
        calls.append(command)
        return (100 if command[:2] == ["apt-cache", "show"] else 0), "", ""

    monkeypatch.setattr(run, "ask", ask)
    monkeypatch.setattr(run, "is_root", lambda: True)
    monkeypatch.setattr(run.shutil, "which", lambda name: name)
    assert run.apt_install(["libegl1"])
    assert "update" in calls[0]
    assert calls[-1][-1] == "libegl1"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "python3 run.py test --require-gui" in text
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_way_in_shows_its_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "workstation", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "usage" in done.stdout.lower()) == (0, True), done.stderr


def test_resources_and_plugins_are_found() -> None:
    assert paths.resources_folder().is_dir()
    assert paths.plugins_folder().is_dir()


def test_the_wheel_holds_program_resources_and_plugins(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("fundflow_workstation-*.whl"))) as wheel:
        names = set(wheel.namelist())
        command = next(n for n in names if n.endswith("entry_points.txt"))
        assert "workstation = workstation.__main__:main" in wheel.read(command).decode("ascii")
    for folder, inside in ((paths.resources_folder(), "resources"), (paths.plugins_folder(), "plugins")):
        files = [p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        assert {f"workstation/_data/{inside}/{p.relative_to(folder).as_posix()}" for p in files} <= names
    assert "workstation/py.typed" in names
    assert not [n for n in names if "__pycache__" in n or n.startswith("tests/")]


LEAKS = '''
"""Tests that leave something behind."""
import logging, socket, subprocess, sys, threading
import pytest

def test_thread():
    threading.Thread(target=threading.Event().wait, daemon=True, name="left-thread").start()
    assert True

def test_process():
    test_process.kept = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert True

def test_after():
    test_process.kept.communicate(b"\\n")
    assert True

def test_log():
    logging.getLogger("x").warning("left warning")
    assert True

def test_expected_log(caplog):
    logging.getLogger("x").warning("wanted")
    assert caplog.records

def test_network():
    with pytest.raises(RuntimeError, match="offline"):
        socket.create_connection(("127.0.0.1", 9))

def test_home(home):
    import os
    assert os.environ["FUNDFLOW_HOME"] == str(home)
'''
GUI_LEAKS = """
def test_window(qapp):
    from PySide6 import QtWidgets
    test_window.kept = QtWidgets.QWidget()
    test_window.kept.setObjectName("left-window")
    assert test_window.kept

def test_timer(qapp):
    from PySide6 import QtCore
    test_timer.kept = QtCore.QTimer()
    test_timer.kept.setObjectName("left-timer")
    test_timer.kept.start(100000)
    assert test_timer.kept.isActive()

def test_clean(qtbot):
    from PySide6 import QtWidgets
    widget = QtWidgets.QWidget()
    qtbot.addWidget(widget)
    assert widget
"""


def _pytest(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-q", *arguments]
    given = {**os.environ, "FUNDFLOW_TEST_PATIENCE": "0.2", "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=given, check=False)


def test_a_test_that_leaves_something_behind_fails(tmp_path: Path) -> None:
    file = tmp_path / "test_leaks.py"
    file.write_text(LEAKS, "utf-8")
    done = _pytest("-p", "tests.conftest", "-p", "no:pytest-qt", str(file))
    assert "7 passed, 3 errors" in done.stdout, done.stdout
    for left in ("thread left-thread", "child process", "left warning"):
        assert left in done.stdout


@pytest.mark.gui
def test_a_test_that_leaves_windows_or_timers_fails(tmp_path: Path) -> None:
    file = tmp_path / "test_gui_leaks.py"
    file.write_text(GUI_LEAKS, "utf-8")
    done = _pytest("-p", "tests.conftest", str(file))
    assert "3 passed, 2 errors" in done.stdout, done.stdout
    assert "left-window" in done.stdout
    assert "left-timer" in done.stdout


def test_without_qt_gui_tests_are_skipped_by_name_or_fail_when_required() -> None:
    canary = "tests/test_qt_canary.py"
    skipped = _pytest("-p", "no:pytest-qt", canary, FUNDFLOW_NO_GUI="missing libEGL.so.1")
    assert "missing libEGL.so.1" in skipped.stdout
    assert "1 skipped" in skipped.stdout
    failed = _pytest("-p", "no:pytest-qt", "--require-gui", canary, FUNDFLOW_NO_GUI="missing libEGL.so.1")
    assert failed.returncode not in (0, 5)
    assert "missing libEGL.so.1" in failed.stdout
