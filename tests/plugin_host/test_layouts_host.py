"""Layouts as readers: found in plugins and in the settings folder, listed, detected, passed on; wrong ones reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.domain.errors import WorkstationError
from workstation.domain.records import EventRecord
from workstation.paths import plugins_folder
from workstation.plugin_host import discovery, layouts, readers

MINE = """
[[layout]]
id = "{id}"
title = "My exchange, deposits"
gives = "events"
service = "Mine"
notes = "Times are UTC."
known = "a test"
{more}

[layout.header]
must = ["when", "coin of mine", "how much", "where to"]

[layout.columns]
time = "when"
asset = "coin of mine"
amount = "how much"
address = "where to"

[layout.constants]
kind = "deposit"

[layout.read]
time = ["iso"]
zone = "{zone}"
decimal = "."
unit = "coin"
"""
TABLE = "when,coin of mine,how much,where to\n2024-03-08 13:15:42,BTC,0.5,1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n"


def mine(name: str = "mine.deposits", zone: str = "UTC", more: str = "") -> str:
    return MINE.format(id=name, zone=zone, more=more)


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "layouts"
    folder.mkdir()
    (folder / "mine.toml").write_text(mine(), "utf-8")
    return folder


def plugins_of(home: Path) -> list[discovery.Plugin]:
    return discovery.discover([plugins_folder()], [home])


def test_a_layout_of_the_user_is_a_reader_of_its_own(home, tmp_path):
    plugins = plugins_of(home)
    info = next(info for info in readers.list_readers(plugins) if info.id == "mine.deposits")
    assert (info.title, info.gives, info.notes) == ("My exchange, deposits", "events", "Times are UTC.")
    assert "layout" not in {parameter.name for parameter in info.parameters}
    path = tmp_path / "any name.csv"
    path.write_text(TABLE)
    best = readers.detect(path, plugins)[0]
    assert (best.reader, best.score, best.automatic, best.questions) == ("mine.deposits", 1.0, True, ())
    with readers.parse(path, "mine.deposits", {}, plugins) as parse:
        events = [record for record in parse if isinstance(record, EventRecord)]
    assert [(e.service, e.symbol, e.amount_text, e.time) for e in events] == [("Mine", "BTC", "0.5", 1709903742)]


def test_what_the_file_leaves_open_is_asked(home, tmp_path):
    (home / "mine.toml").write_text(mine(zone="ask", more='ask = ["zone"]'), "utf-8")
    path = tmp_path / "x.csv"
    path.write_text(TABLE)
    plugins = plugins_of(home)
    assert readers.detect(path, plugins)[0].questions == ("zone",)
    assert readers.questions(path, mine(zone="ask", more='ask = ["zone"]'), plugins) == ("zone",)
    assert readers.questions(path, mine(), plugins) == ()


def test_a_layout_that_fits_in_part_is_offered_and_not_automatic(home, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(TABLE.replace("where to", "elsewhere"))
    found = [d for d in readers.detect(path, plugins_of(home)) if d.reader == "mine.deposits"]
    assert [(d.score, d.automatic) for d in found] == [(0.75, False)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("not toml [", "bad.toml"),
        ('[[layout]]\nid = "x"\n', "bad.toml"),
        (mine().replace("how much", "/(/"), "bad.toml"),
        ("\x00\x01", "bad.toml"),
        (mine("ledger.csv"), "taken"),
    ],
)
def test_a_wrong_layout_is_reported_and_spoils_nothing(home, text, word):
    (home / "bad.toml").write_text(text, "utf-8")
    plugins = plugins_of(home)
    assert any(word in f"{name} {why}" for name, why in readers.problems(plugins))
    assert "mine.deposits" in {info.id for info in readers.list_readers(plugins)}


def test_bytes_that_are_no_text_are_reported(home):
    (home / "bad.toml").write_bytes(b"\xff\xfe\x00")
    assert [name for name, _ in readers.problems(plugins_of(home))] == ["bad.toml"]


def test_bundled_layouts_are_all_usable():
    assert readers.problems(discovery.discover([plugins_folder()])) == ()


def test_a_profile_serves_the_sheet_it_names():
    both = mine("a.one", more='sheet = "Deposits"') + mine("b.two", more='sheet = "Other"')
    found = layouts.profile(both, "deposits")
    assert found is not None
    assert 'id = "a.one"' in found
    assert layouts.profile(both, "Third") is None
    single = layouts.profile(mine())
    assert single is not None
    assert 'id = "mine.deposits"' in single
    with pytest.raises(WorkstationError, match="2 layouts"):
        layouts.profile(both)
    with pytest.raises(WorkstationError) as raised:
        layouts.profile("nonsense")
    assert raised.value.code == "WS-IMP-041"
