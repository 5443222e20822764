"""The verbs of a plugin author, typed as an author types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workstation.app.developing import Difference, Step
from workstation.cli.main import main
from workstation.cli.pluginauthor import told
from workstation.domain.errors import WorkstationError

Call = Callable[..., tuple[int, Any]]


def test_new_check_and_dev(call: Call, tmp_path: Path) -> None:
    code, made = call("plugin", "new", "night-shift", "--folder", tmp_path)
    folder = tmp_path / "night-shift"
    assert code == 0
    assert sorted(Path(file).name for file in made["files"]) == [
        "README.md", "night_shift.py", "plugin.toml", "test_night_shift.py"
    ]  # fmt: skip
    code, checked = call("plugin", "check", folder)
    assert (code, checked["ok"]) == (0, True)
    assert {each["state"] for each in checked["checks"]} == {"ok", "not applicable"}
    code, ran = call("plugin", "dev", folder, "--set", "least=100000")
    assert code == 0
    assert len(ran["answers"]) == 1


def test_a_failing_check_gives_exit_code_1_and_says_what_to_do(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("plugin", "new", "bad", "--folder", tmp_path, "--kind", "reader")
    code_file = tmp_path / "bad" / "bad.py"
    code_file.write_text(code_file.read_text("utf-8").replace("STREAMS =", "import socket\n\nSTREAMS ="), "utf-8")
    assert main(["plugin", "check", str(tmp_path / "bad")], None) == 1  # type: ignore[arg-type]
    printed = capsys.readouterr().out
    assert "FAILED  imports only what it may" in printed
    assert "what to do: " in printed
    assert "1 failed" in printed


def test_test_runs_the_own_tests_too(call: Call, tmp_path: Path) -> None:
    call("plugin", "new", "own", "--folder", tmp_path, "--kind", "reader")
    assert call("plugin", "test", tmp_path / "own")[1]["own_tests"] == "its own tests pass"
    test_file = tmp_path / "own" / "test_own.py"
    test_file.write_text(test_file.read_text("utf-8").replace("10**18", "10**17"), "utf-8")
    code, told_ = call("plugin", "test", tmp_path / "own")
    assert (code, told_["own_tests"]) == (1, "its own tests fail")
    assert not list((tmp_path / "own").rglob("__pycache__"))


@pytest.mark.parametrize("words", [("Bad Name",), ("9lives",), ("a" * 41,)])
def test_a_name_that_is_none_is_refused(call: Call, tmp_path: Path, words: tuple[str, ...]) -> None:
    code, said = call("plugin", "new", *words, "--folder", tmp_path)
    assert code == 2
    assert "name for a plugin" in said["error"]["what"]
    assert not list(tmp_path.glob("*/plugin.toml"))


def test_nothing_is_written_over(call: Call, tmp_path: Path) -> None:
    assert call("plugin", "new", "twice", "--folder", tmp_path)[0] == 0
    assert "is there already" in call("plugin", "new", "twice", "--folder", tmp_path)[1]["error"]["what"]


def test_a_folder_without_manifest_is_named(call: Call, tmp_path: Path) -> None:
    assert "no plugin.toml" in call("plugin", "check", tmp_path)[1]["error"]["what"]


def test_a_failed_run_is_told_and_the_last_answers_stand() -> None:
    problem = WorkstationError("WS-PLG-040", "the analysis failed (SyntaxError)", "nothing", "tell its author", 4)
    step = Step(3, (), (), (), Difference((), (), (), 0), problem, 0.0)
    assert list(told(step)) == [
        "run 3 failed: the analysis failed (SyntaxError)", "  mend it and save; the last 0 answers still stand"
    ]  # fmt: skip


def test_the_reference_is_printed(call: Call) -> None:
    assert call("plugin", "api")[1]["text"].startswith("# Reference of the plugin API")
    assert "class workstation.sdk.api.CaseView(Protocol)" in call("plugin", "api", "--names")[1]["text"]


def test_what_waits_for_approval_says_so_when_it_is_run(call: Call, tmp_path: Path) -> None:
    """A newcomer who forgets to approve is told that, not that there is no such analysis."""
    case = tmp_path / "demo.wcase"
    assert call("demo", "--save", case)[0] == 0
    call("plugin", "new", "own-rule", "--folder", tmp_path)
    assert call("plugin", "pack", tmp_path / "own-rule", tmp_path / "own.wsplugin")[0] == 0
    installed = call("plugin", "install", tmp_path / "own.wsplugin")[1]
    code, said = call("plugin", "run", case, "own-rule/find")
    assert code == 2
    assert "needs approval" in said["error"]["what"]
    assert call("plugin", "approve", "own-rule")[1]["tree"] == installed["tree"]
    assert len(call("plugin", "run", case, "own-rule/find")[1]["answers"]) == 9
    assert call("plugin", "answers", case)[1] == {"answers": [], "waiting": 0}
    assert call("plugin", "approve", "nobody")[0] == 2


def test_files_of_a_run_never_replace_others(call: Call, tmp_path: Path) -> None:
    """A name that is taken gets a number; what was there stays as it was."""
    case, home, out = tmp_path / "demo.wcase", tmp_path / "plugins" / "own-rule", tmp_path / "out"
    assert call("demo", "--save", case)[0] == 0
    call("plugin", "new", "own-rule", "--folder", home.parent)
    writes = 'def find(case, params, run):\n    run.artifact("list.csv", "text/csv").close()\n    return ()\n'
    (home / "own_rule.py").write_text(writes, "utf-8")
    out.mkdir()
    (out / "list.csv").write_text("mine", "utf-8")
    for name in ("list-2.csv", "list-3.csv"):
        told = call("plugin", "run", case, "own-rule/find", "--folder", home.parent, "--files", out)[1]
        assert (told["written"], told["development"]) == ([str(out / name)], True)
        assert (out / name).read_bytes() == b""
    assert (out / "list.csv").read_text("utf-8") == "mine"
