"""Every plugin that comes with the program, and every example, passes the checks an outside author is asked to pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workstation.paths import plugins_folder, resources_folder
from workstation.plugin_host.conformance import check, trial_cases
from workstation.sdk.rehearsal import samples
from workstation.sdk.testing import environment

EXAMPLES = sorted(path for path in (resources_folder() / "plugin_examples").iterdir() if path.is_dir())
BUNDLED = sorted(path.parent for path in plugins_folder().glob("*/plugin.toml"))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trial cases, made once."""
    folder = tmp_path_factory.mktemp("trials")
    trial_cases(folder)
    return folder


@pytest.mark.parametrize("plugin", [*BUNDLED, *EXAMPLES], ids=lambda path: path.name)
def test_it_passes_every_check(plugin: Path, work: Path) -> None:
    failed = [f"{each.name}: {each.detail}" for each in check(plugin, work) if each.state == "failed"]
    assert not failed


def test_every_bundled_reader_has_a_sample_so_that_its_checks_run() -> None:
    """Small invented files; the kit fails a reader that makes no record out of any of them."""
    readers = [path for path in BUNDLED if "[[reader]]" in (path / "plugin.toml").read_text("utf-8")]
    without = [path.name for path in readers if not samples(path)]
    assert without == []
    assert max(sample.stat().st_size for path in readers for sample in samples(path)) < 10_000


def test_the_own_tests_of_the_examples_pass() -> None:
    """As an author runs them, in one pytest of its own, which leaves nothing behind in the folders."""
    folder = resources_folder() / "plugin_examples"
    before = sorted(folder.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert [path for path in sorted(folder.rglob("*")) if path not in before and "__pycache__" not in path.parts] == []


def test_the_examples_grow_from_ten_lines() -> None:
    """Eight of them, numbered; the first is short enough for a page."""
    assert [path.name[:2] for path in EXAMPLES] == [f"{number:02d}" for number in range(1, len(EXAMPLES) + 1)]
    assert len((EXAMPLES[0] / "hello.py").read_text("utf-8").splitlines()) <= 15
    assert all((path / "README.md").is_file() for path in EXAMPLES)
