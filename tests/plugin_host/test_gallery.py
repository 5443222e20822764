"""The list of a folder of packed plugins says what they are, and a list that lies is noticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from workstation.paths import resources_folder
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
    assert gallery.differs(shelf) == []


def test_a_list_that_lies_is_noticed(shelf: Path) -> None:
    assert gallery.differs(shelf) == ["broken.wsplugin", "my-rule-1.wsplugin"]
    index = gallery.write_index(shelf)
    told = json.loads(index.read_text("utf-8"))
    told["plugins"][1]["reads"] = []
    index.write_text(json.dumps(told), "utf-8")
    assert gallery.differs(shelf) == ["my-rule-1.wsplugin"]
    (shelf / "broken.wsplugin").unlink()
    assert gallery.differs(shelf) == ["broken.wsplugin", "my-rule-1.wsplugin"]
