"""Manifests: what is read, and that each mistake is named with its file and key."""

from __future__ import annotations

import pytest

from workstation.paths import plugins_folder
from workstation.plugin_host import discovery
from workstation.sdk import manifest

GOOD = """
[plugin]
id = "org.example.mine"
name = "Mine"
version = "1.2.0"
api = "1.0"
license = "MIT"
authors = ["A. Author"]

[[reader]]
id = "my.format"
title = "My format"
entry = "mine"
extensions = ["csv"]
limits = { seconds = 10, memory_mb = 100 }

[[reader.params]]
name = "chain"
type = "chain"
label = "Chain"
"""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mine"
    made.mkdir()
    (made / "mine.py").write_text("")
    return made


def test_a_manifest_is_read_without_importing(folder):
    (folder / "mine.py").write_text("raise SystemExit")
    (folder / "plugin.toml").write_text(GOOD)
    made = manifest.load(folder)
    (reader,) = made.readers
    assert (made.id, made.version, reader.id, reader.entry) == ("org.example.mine", "1.2.0", "my.format", "mine")
    assert (reader.seconds, reader.memory_mb, reader.parameters[0].name) == (10, 100, "chain")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('id = "org.example.mine"', 'id = "No Good"', "id must be"),
        ('version = "1.2.0"', 'version = "one"', "version must"),
        ('api = "1.0"', 'api = "2.0"', "API 2.0"),
        ('api = "1.0"', 'api = "1.9"', "API 1.9"),
        ('name = "Mine"', "", "name must be a text"),
        ('entry = "mine"', 'entry = "../../evil"', "entry names"),
        ('entry = "mine"', 'entry = "other"', "other.py"),
        ("seconds = 10", 'seconds = "x"', "limits.seconds"),
        ('type = "chain"', 'type = "float"', "type must be one of"),
        ('license = "MIT"', 'license = "MIT"\nnetwork = true', "unknown key network"),
        ("[[reader]]", "[reader]", "[[reader]]"),
        ("[plugin]", "[plugin", "not valid TOML"),
    ],
)
def test_mistakes_are_named(folder, old, new, word):
    (folder / "plugin.toml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(manifest.ManifestError) as raised:
        manifest.load(folder)
    assert word in str(raised.value)
    assert "mine/plugin.toml" in str(raised.value)


def test_bundled_plugins_are_all_usable_and_ids_are_unique():
    found = discovery.discover([plugins_folder()])
    assert [p.problem for p in found] == [""] * len(found)
    ids = [r.id for p in found if p.manifest for r in p.manifest.readers]
    assert sorted(ids) == sorted(set(ids))
    assert set(ids) >= {
        "etherscan.csv",
        "etherscan.api",
        "esplora.transactions",
        "bitcoincore.block",
        "graphsense.tagpack",
        "address.list",
        "ledger.csv",
    }


def test_a_second_plugin_cannot_take_over_a_reader(folder, tmp_path):
    other = tmp_path / "second"
    other.mkdir()
    (other / "mine.py").write_text("")
    for path in (folder, other):
        (path / "plugin.toml").write_text(GOOD)
    first, second = discovery.discover([tmp_path])
    assert first.problem == ""
    assert "already" in second.problem
    assert second.manifest is None


@pytest.mark.parametrize(
    ("opens", "first", "may"),
    [("{[", "{", True), ("{[", "d", False), ("^{[", "d", True), ("^{[", "[", False), ("{[", "", True), ("", "x", True)],
)
def test_a_reader_says_how_its_texts_may_begin(folder, opens, first, may):
    (folder / "plugin.toml").write_text(GOOD.replace('entry = "mine"', f'entry = "mine"\nopens = "{opens}"', 1))
    (reader,) = manifest.load(folder).readers
    assert reader.may_open(first) is may
