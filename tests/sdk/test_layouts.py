"""The grammar of table layouts: it reads back what it writes, and its errors say what an officer has to change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.paths import plugins_folder
from workstation.sdk.layout import pack, unpack
from workstation.sdk.layouts import ROLES, LayoutError, dump, load, match, normal

SMALL = """
[[layout]]
id = "some.deposits"
title = "Some deposits"
gives = "events"
service = "Some"
[layout.header]
must = ["date(utc+0)", "coin", "/date ?\\\\(utc[^)]*\\\\)/"]
not = ["fee"]
[layout.columns]
time = ["date(utc+0)", "/date.*/"]
asset = { column = "coin", take = "/^([A-Z]+)/" }
[layout.constants]
kind = "deposit"
[layout.words.status]
"completed" = "ok"
"*" = "failed"
[layout.read]
time = ["%y-%m-%d %H:%M:%S", "unix-ms"]
zone = "+08:00"
[[layout.skip]]
column = "coin"
match = "/^$/"
why = "empty"
"""


def bundled() -> list[Path]:
    """Every layout file that comes with the program."""
    return sorted((plugins_folder() / "tables" / "layouts").glob("*.toml"))


def test_every_bundled_layout_is_valid_unique_and_reads_back():
    seen: dict[str, str] = {}
    assert len(bundled()) > 10
    for path in bundled():
        for layout in load(path.read_text(encoding="utf-8"), path.name):
            assert layout.id not in seen, f"{layout.id} in {path.name} and {seen[layout.id]}"
            seen[layout.id] = path.name
            assert layout.must, layout.id
            assert layout.notes, layout.id
            assert load(dump(layout), "dump") == (layout,)
            assert dump(load(dump(layout), "dump")[0]) == dump(layout)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('gives = "events"', 'gives = "money"', "gives must be one of"),
        ('gives = "events"', "", "gives must be one of"),
        ('id = "some.deposits"', 'id = "Some Deposits"', "id must be lower-case"),
        ('id = "some.deposits"', "", "id must be a text"),
        ('service = "Some"', 'servise = "Some"', "unknown key servise"),
        ('kind = "deposit"', 'kind = "deposits"', "'deposits' is none of them"),
        ('kind = "deposit"', 'colour = "red"', "is no role of events"),
        ('"completed" = "ok"', '"completed" = "fine"', "words.status.completed may be ok"),
        ('zone = "+08:00"', 'zone = "Berlin"', 'must be "UTC"'),
        ('"unix-ms"', '"milliseconds"', "a time format is iso, unix"),
        ('"unix-ms"', '"%Q"', "not a strptime format"),
        ('match = "/^$/"', 'match = "^$"', "skip.match must be a /pattern/"),
        ('match = "/^$/"', 'match = "/(/"', "a pattern that is not valid"),
        ("take = ", "takes = ", "unknown key takes"),
        ('take = "/^([A-Z]+)/"', 'take = "/^[A-Z]+/"', "with a group"),
        ("[layout.columns]", "[layout.colums]", "unknown key colums"),
        ("[[layout]]", "[layout]", "at least one"),
        ("[[layout]]", "[[layout", "not valid TOML"),
    ],
)
def test_an_error_names_file_layout_key_and_what_is_expected(old, new, says):
    with pytest.raises(LayoutError) as raised:
        load(SMALL.replace(old, new, 1), "mine.toml")
    assert str(raised.value).startswith("mine.toml")
    assert says in str(raised.value)


def test_two_layouts_of_one_id_are_an_error():
    with pytest.raises(LayoutError, match=r"two layouts have the id some\.deposits"):
        load(SMALL + SMALL, "mine.toml")


def test_match_is_the_share_of_the_columns_that_are_there():
    layout = load(SMALL, "mine.toml")[0]
    assert match(layout, ["Date(UTC+0)", "\ufeffCoin"], [], "x.csv") == 1.0
    assert match(layout, ["Date(UTC+8)", "Coin"], [], "x.csv") == pytest.approx(2 / 3)
    assert match(layout, ["Date(UTC+0)", "Coin", "Fee"], [], "x.csv") == 0.0
    assert match(layout, ["something", "else"], [], "x.csv") == 0.0


def test_before_and_file_must_hold():
    text = SMALL.replace('not = ["fee"]', 'before = "UID:"\nfile = "Deposit"')
    layout = load(text, "mine.toml")[0]
    cells = ["Date(UTC+0)", "Coin"]
    assert match(layout, cells, ["uid: 5, x"], "my_deposits.csv") == 1.0
    assert match(layout, cells, [], "my_deposits.csv") == 0.0
    assert match(layout, cells, ["uid: 5"], "other.csv") == 0.0


def test_a_profile_without_must_never_matches_by_itself():
    text = SMALL[: SMALL.index("[layout.header]")] + SMALL[SMALL.index("[layout.columns]") :]
    assert match(load(text, "p")[0], ["date(utc+0)", "coin"], [], "x.csv") == 0.0


def test_normal_takes_off_marks_quotes_and_blanks():
    assert normal('\ufeff "Date  (UTC)\t"') == "date (utc)"


@given(st.text(max_size=200))
def test_text_that_is_no_layout_is_a_layout_error(text):
    with pytest.raises(LayoutError, match=r"^any"):
        load(text, "any")


@given(
    st.sampled_from(sorted(ROLES["events"])),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=10), st.just("x"), max_size=4),
)
def test_dump_and_load_keep_every_text(role, text, words):
    layout = load(SMALL, "mine")[0]
    from dataclasses import replace

    odd = replace(layout, title=text, notes=text[::-1], service=text, words=(("asset", tuple(words.items())),))
    back = load(dump(odd), "back")[0]
    assert (back.title, back.notes, back.service) == (odd.title, odd.notes, odd.service)
    assert {value for _, value in back.words[0][1]} == set(words.values())


def test_a_packed_layout_comes_back_from_json_unchanged():
    for path in sorted((plugins_folder() / "tables" / "layouts").glob("*.toml")):
        for layout in load(path.read_text(encoding="utf-8"), path.name):
            assert unpack(json.loads(json.dumps(pack(layout)))) == layout


def test_the_example_of_the_manual_is_a_valid_layout():
    manual = (plugins_folder() / "tables" / "LAYOUTS.md").read_text(encoding="utf-8")
    example = manual.split("```toml\n", 1)[1].split("```", 1)[0]
    (layout,) = load(example, "LAYOUTS.md")
    assert layout.id == "some.withdrawals"
    named = [role for roles in ROLES.values() for role in roles if f"`{role}`" not in manual]
    assert named == []
