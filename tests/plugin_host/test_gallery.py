"""The list of a folder of packed plugins says what they are, and a list that lies is noticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Call, call  # noqa: F401  (the fixture)
from workstation.app.installing import install_file
from workstation.app.places import plugin_states, user_plugins_folder
from workstation.domain.errors import WorkstationError
from workstation.paths import plugins_folder, resources_folder
from workstation.plugin_host import gallery, packing


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with one good packed plugin and one that is none."""
    plugin, shelf = tmp_path / "my-rule", tmp_path / "stick"
    shutil.copytree(resources_folder() / "plugin_templates" / "analysis", plugin)
    shelf.mkdir()
    packing.pack(plugin, shelf / "my-rule-1.wsplugin")
    (shelf / "broken.wsplugin").write_bytes(b"PK no zip")
    return shelf


def test_the_list_says_what_each_plugin_is(shelf: Path) -> None:
    broken, good = gallery.entries(shelf)
    assert (broken["file"], "no usable packed plugin" in broken["problem"]) == ("broken.wsplugin", True)
    assert (good["id"], good["kinds"], len(good["sha256"])) == ("my-rule", ["analysis"], 64)
    assert good["reads"]
    assert gallery.write_index(shelf).read_bytes() == gallery.write_index(shelf).read_bytes()
    assert gallery.differs(shelf, gallery.entries(shelf)) == []


def test_a_list_that_lies_is_noticed(shelf: Path) -> None:
    assert gallery.differs(shelf, gallery.entries(shelf)) == ["broken.wsplugin", "my-rule-1.wsplugin"]
    index = gallery.write_index(shelf)
    told = json.loads(index.read_text("utf-8"))
    told["plugins"][1]["reads"] = []
    index.write_text(json.dumps(told), "utf-8")
    assert gallery.differs(shelf, gallery.entries(shelf)) == ["my-rule-1.wsplugin"]
    (shelf / "broken.wsplugin").unlink()
    assert gallery.differs(shelf, gallery.entries(shelf)) == ["broken.wsplugin", "my-rule-1.wsplugin"]


def _state(plugin_id: str) -> str:
    return next(each.word for each in plugin_states() if each.id == plugin_id)


def test_a_plugin_is_installed_by_its_id_and_waits_for_approval(shelf: Path, tmp_path: Path, call: Call) -> None:  # noqa: F811
    """The newest version, or the one that is named."""
    manifest = tmp_path / "my-rule" / "plugin.toml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace('version = "0.1.0"', 'version = "0.10.0"'), "utf-8")
    assert manifest.read_text("utf-8") != text
    packing.pack(tmp_path / "my-rule", shelf / "a-later.wsplugin")
    gallery.write_index(shelf)
    code, told = call("plugin", "install", "my-rule", "--from", shelf)
    assert (code, told["plugin"]) == (0, "my-rule")
    assert 'version = "0.10.0"' in (user_plugins_folder() / "my-rule" / "plugin.toml").read_text("utf-8")
    assert _state("my-rule") == "needs approval"
    assert call("plugin", "install", "my-rule@0.1.0", "--from", shelf)[0] == 0
    assert 'version = "0.1.0"' in (user_plugins_folder() / "my-rule" / "plugin.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"sha256": "0" * 64}, "WS-PLG-086"), ({"file": "../stick/my-rule-1.wsplugin"}, "WS-PLG-086"),
        ({"file": "missing.wsplugin"}, "WS-PLG-086"), ({"file": None}, "WS-PLG-086"), ({"id": "other"}, "WS-PLG-085"),
        ({"file": "link.wsplugin"}, "WS-PLG-086"),
    ],
)  # fmt: skip
def test_nothing_is_installed_from_a_list_that_lies(
    shelf: Path,
    call: Call,  # noqa: F811
    lie: dict[str, str],
    code: str,
) -> None:
    (shelf.parent / "link.wsplugin").symlink_to(shelf / "my-rule-1.wsplugin")
    index = gallery.write_index(shelf)
    (shelf / "link.wsplugin").symlink_to(shelf / "my-rule-1.wsplugin")
    told = json.loads(index.read_text("utf-8"))
    told["plugins"][1].update(lie)
    index.write_text(json.dumps(told), "utf-8")
    assert call("plugin", "install", "my-rule", "--from", shelf)[1]["error"]["code"] == code
    assert not user_plugins_folder().exists() or not list(user_plugins_folder().iterdir())


def test_the_id_that_was_asked_for_is_the_one_that_comes(shelf: Path, call: Call) -> None:  # noqa: F811
    """A list that gives another plugin under a wanted id, with the right hash."""
    index = gallery.write_index(shelf)
    told = json.loads(index.read_text("utf-8"))
    told["plugins"][1]["id"] = "good-rule"
    index.write_text(json.dumps(told), "utf-8")
    assert call("plugin", "install", "good-rule", "--from", shelf)[1]["error"]["code"] == "WS-PLG-086"
    assert not user_plugins_folder().exists() or not list(user_plugins_folder().iterdir())


@pytest.mark.parametrize("index", [None, "", "[]", "{", "[" * 100_000, '{"plugins": 5}'])
def test_a_missing_or_damaged_list_is_told(shelf: Path, call: Call, index: str | None) -> None:  # noqa: F811
    if index is not None:
        (shelf / "index.json").write_text(index, "utf-8")
    code, told = call("plugin", "install", "my-rule", "--from", shelf)
    assert (code, told["error"]["code"]) in ((2, "WS-PLG-084"), (2, "WS-PLG-085"))


def test_a_plugin_with_the_id_of_a_bundled_one_is_not_installed(shelf: Path, tmp_path: Path, call: Call) -> None:  # noqa: F811
    manifest = tmp_path / "my-rule" / "plugin.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('id = "my-rule"', 'id = "typologies"', 1), "utf-8")
    packing.pack(tmp_path / "my-rule", shelf / "typologies.wsplugin")
    gallery.write_index(shelf)
    with pytest.raises(WorkstationError, match="WS-PLG-083"):
        install_file(shelf / "typologies.wsplugin")
    assert call("plugin", "install", "typologies", "--from", shelf)[1]["error"]["code"] == "WS-PLG-083"
    assert not list(user_plugins_folder().iterdir())
    assert (plugins_folder() / "typologies" / "plugin.toml").is_file()
