"""Working on a plugin: each save runs it in a fresh process, and only what changed in the answers is shown."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation.app import developing
from workstation.app.developing import Step, difference, run_once, saves, steps
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder
from workstation.sdk.api import Citation, Finding
from workstation.sdk.testing import Case


def _finding(kind: str, text: str, *transfers: int) -> Finding:
    return Finding(
        kind, "Title", text, "fact", ("address:x:a",), (Citation("e", "row 1", "d", "o"),), transfers=transfers
    )


def test_new_gone_changed_and_the_same() -> None:
    before = [_finding("a", "one", 1), _finding("a", "two", 2), _finding("b", "three", 3)]
    after = [_finding("a", "one", 1), _finding("a", "other words", 2), _finding("c", "four", 4)]
    found = difference(before, after)
    assert [f.kind for f in found.new if isinstance(f, Finding)] == ["c"]
    assert [f.kind for f in found.gone if isinstance(f, Finding)] == ["b"]
    assert [(old.explanation, now.explanation) for old, now in found.changed if isinstance(old, Finding) and isinstance(now, Finding)] == [
        ("two", "other words")
    ]  # fmt: skip
    assert found.same == 1


def test_twice_the_same_answer_counts_twice() -> None:
    one = _finding("a", "one", 1)
    found = difference([one], [one, one])
    assert (len(found.new), found.same, found.gone) == (1, 1, ())


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The template of an analysis."""
    folder = tmp_path / "my-rule"
    shutil.copytree(resources_folder() / "plugin_templates" / "analysis", folder)
    return folder


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """Three payments."""
    case = Case.of("""
        2026-03-01 10:00  alice -> bob    12000 ETH
        2026-03-02 09:30  bob   -> carol  500 ETH
        2026-03-03 09:30  carol -> dave   99000 ETH
    """)
    case.write(tmp_path / "case")
    return tmp_path / "case"


def test_each_save_is_run_anew_and_a_broken_one_keeps_the_last_answers(plugin: Path, snapshot: Path) -> None:
    """Injected saves: a threshold, a syntax error, and its mending."""
    code, toml = plugin / "my_rule.py", plugin / "plugin.toml"
    good = code.read_text("utf-8")

    def changes() -> Iterator[str]:
        toml.write_text(toml.read_text("utf-8").replace("default = 10000", "default = 50000"), "utf-8")
        yield "threshold"
        code.write_text(good.replace("for payment in", "for payment on"), "utf-8")
        yield "broken"
        toml.write_text(toml.read_text("utf-8").replace("title =", "titel ="), "utf-8")
        yield "manifest broken too"
        toml.write_text(toml.read_text("utf-8").replace("titel =", "title =").replace("50000", "100"), "utf-8")
        code.write_text(good.replace("whole coins", "coins"), "utf-8")
        yield "mended"

    seen: list[Step] = list(steps(lambda: run_once(plugin, snapshot, "", {}, False), changes()))
    assert [len(step.answers) for step in seen] == [2, 1, 1, 1, 3]
    assert [len(step.difference.new) for step in seen] == [2, 0, 0, 0, 2]
    assert [len(step.difference.gone) for step in seen] == [0, 1, 0, 0, 0]
    assert len(seen[-1].difference.changed) == 1
    broken, worse = seen[2].problem, seen[3].problem
    assert broken is not None
    assert "SyntaxError" in broken.what
    assert "my_rule.py" in broken.what
    assert worse is not None
    assert "unknown key titel" in worse.what
    assert seen[4].problem is None


def test_parameters_are_given_by_name_and_wrong_ones_are_named(plugin: Path, snapshot: Path) -> None:
    [outcome] = run_once(plugin, snapshot, "find", {"least": "600"}, False)
    assert len(outcome.answers) == 2
    with pytest.raises(WorkstationError, match="there is no setting nothing"):
        run_once(plugin, snapshot, "", {"nothing": "1"}, False)
    with pytest.raises(WorkstationError, match="no analysis or report other"):
        run_once(plugin, snapshot, "other", {}, False)


def test_saves_are_seen_by_their_bytes_and_the_end_is_told(plugin: Path) -> None:
    """Touching a file or writing the same text is no change."""
    code = plugin / "my_rule.py"
    first = code.read_text("utf-8")
    actions = iter(
        [
            lambda: code.touch(),
            lambda: code.write_text(first, "utf-8"),
            lambda: code.write_text(first + "\n", "utf-8"),
            None,
        ]
    )

    def wait() -> bool:
        action = next(actions)
        if action is not None:
            action()
        return action is not None

    assert len(list(saves(plugin, wait))) == 1


def test_a_folder_that_is_just_being_replaced_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert developing.state(tmp_path) == ""


def test_a_report_is_run_too_and_what_it_wrote_is_named(tmp_path: Path, snapshot: Path) -> None:
    folder = shutil.copytree(resources_folder() / "plugin_templates" / "report", tmp_path / "report")
    (step,) = steps(lambda: run_once(folder, snapshot, "", {}, False), [])
    assert step.problem is None
    assert step.files == ("section.md",)
    assert step.answers == ()
