"""A plugin installed as a Python package is found without being imported, and runs only when its bytes are approved."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path

import pytest

from workstation.app.places import approvals_file, bundled_plugins, found_plugins, plugin_states
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder
from workstation.plugin_host import approval, packages
from workstation.plugin_host.approval import manifest_of, running

TEMPLATE = resources_folder() / "plugin_templates" / "analysis"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path of Python with an installed package; importing it would be noticed."""
    home = tmp_path / "site"
    plugin = home / "rule_package" / "plugin"
    shutil.copytree(TEMPLATE, plugin, ignore=shutil.ignore_patterns("__pycache__"))
    for place in (plugin.parent, plugin):
        (place / "__init__.py").write_text("raise RuntimeError('imported')\n", "utf-8")
    about = home / "rule_package-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: rule-package\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text("[workstation.plugins]\nrule = rule_package.plugin\n", "utf-8")
    monkeypatch.syspath_prepend(home)
    importlib.invalidate_caches()
    return home


def test_it_is_found_waits_for_approval_and_runs_only_as_approved(site: Path) -> None:
    folder = site / "rule_package" / "plugin"
    state = next(each for each in plugin_states() if each.id == "my-rule")
    assert (state.folder, state.word, state.bundled) == (folder, "needs approval", False)
    made = manifest_of(folder)
    assert made is not None
    with pytest.raises(WorkstationError, match="WS-PLG-079"), running(made, approvals_file().parent):
        pass
    found = next(each for each in found_plugins() if each.folder == folder)
    approval.approve(approvals_file(), found, by="D. Rossi", at="2026-01-02T03:04:05Z")
    assert next(each for each in bundled_plugins() if each.folder == folder).manifest is not None
    (folder / "__pycache__").mkdir()  # what an installer leaves: it is never run
    (folder / "__pycache__" / "my_rule.cpython-311.pyc").write_bytes(b"compiled")
    with running(made, approvals_file().parent) as standing:
        assert not standing.development
    (folder / "my_rule.py").write_bytes((folder / "my_rule.py").read_bytes() + b"#")
    with pytest.raises(WorkstationError, match="WS-PLG-079"), running(made, approvals_file().parent):
        pass
    assert not [name for name in sys.modules if name.startswith("rule_package")]


@pytest.mark.parametrize(
    ("value", "told"),
    [("missing_package", "holds no plugin.toml"), ("../../x", "names no package"), ("os:path", "holds no")],
)
def test_an_entry_point_that_leads_nowhere_is_told(site: Path, value: str, told: str) -> None:
    (site / "rule_package-1.0.dist-info" / "entry_points.txt").write_text(
        f"[workstation.plugins]\nrule = {value}\n", "utf-8"
    )
    [found] = packages.packages()
    assert told in found.problem
    state = next(each for each in plugin_states() if each.id == "rule")
    assert (state.word, told in state.reason) == ("invalid", True)


def test_a_package_with_the_id_of_a_bundled_plugin_takes_no_place(site: Path) -> None:
    manifest = site / "rule_package" / "plugin" / "plugin.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('id = "my-rule"', 'id = "typologies"', 1), "utf-8")
    found = next(each for each in bundled_plugins() if each.folder == manifest.parent)
    assert "already that of the plugin" in found.problem
