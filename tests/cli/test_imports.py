"""The verbs import, scan and readers: containers, questions, mapping profiles, layouts of the user."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.plugin_host.container_tools import TABLE, sheet_of, workbook, zipped

PROFILE = """
[[layout]]
id = "mine.deposits"
title = "Deposits of my exchange"
gives = "events"
service = "Mine"
notes = "Times are local."
known = "a test"
ask = ["zone"]
[layout.header]
must = ["when", "coin of mine", "how much"]
[layout.columns]
time = "when"
asset = "coin of mine"
amount = "how much"
[layout.constants]
kind = "deposit"
[layout.read]
time = ["iso"]
zone = "ask"
"""
MINE = b"when,coin of mine,how much\n2024-03-08 13:15:42,BTC,0.5\n"
SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "data"


def test_a_container_is_told_with_its_members(call: Call, case: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"a.csv": TABLE, "note.txt": b"Dear all,\nsee the table.\n", "../up.csv": TABLE}))
    code, data = call("import", case, path)
    (told,) = data["exhibits"]
    assert (code, told["outcome"], told["accepted"]) == (0, "accepted", 1)
    assert [member["outcome"] for member in told["members"]] == ["accepted", "rejected"]
    assert "running text" in told["members"][1]["message"]
    assert any("../up.csv was not unpacked" in text for text in told["warnings"])


def test_a_question_is_asked_in_plain_words_and_answered(call: Call, case: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(PROFILE, "utf-8")
    (tmp_path / "x.csv").write_bytes(MINE)
    words = ("import", case, tmp_path / "x.csv", "--mapping", tmp_path / "mine.toml")
    code, data = call(*words)
    assert (code, data["exhibits"][0]["code"], data["case"]["exhibits"]) == (2, "WS-IMP-040", 0)
    assert "--zone Europe/Rome" in data["exhibits"][0]["message"]
    code, data = call(*words, "--zone", "Asia/Almaty")
    assert (code, data["exhibits"][0]["accepted"], data["case"]["events"]) == (0, 1, 1)


@pytest.mark.parametrize("text", ["nonsense", "", PROFILE.replace("gives", "gifts")])
def test_a_wrong_profile_is_refused(call: Call, case: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    (tmp_path / "x.csv").write_bytes(MINE)
    code, data = call("import", case, tmp_path / "x.csv", "--mapping", tmp_path / "mine.toml")
    assert code == 2
    assert text == "" or data["exhibits"][0]["code"] == "WS-IMP-041"


def test_a_missing_profile_is_refused(call: Call, case: Path, tmp_path: Path) -> None:
    code, data = call("import", case, tmp_path / "x.csv", "--mapping", tmp_path / "none.toml")
    assert (code, data["error"]["code"]) == (2, "WS-IMP-041")


def test_layouts_of_the_user_are_listed_and_wrong_ones_named(
    call: Call, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNDFLOW_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "layouts").mkdir(parents=True)
    (tmp_path / "home" / "layouts" / "mine.toml").write_text(PROFILE, "utf-8")
    (tmp_path / "home" / "layouts" / "wrong.toml").write_text("[[layout]]\nid = 5\n", "utf-8")
    _, data = call("readers", "--long")
    listed = {reader["id"]: reader for reader in data["readers"]}
    assert listed["mine.deposits"]["questions"] == ["zone"]
    assert listed["mine.deposits"]["notes"] == "Times are local."
    assert [problem["name"] for problem in data["problems"]] == ["wrong.toml"]
    (tmp_path / "x.csv").write_bytes(MINE)
    code, data = call("import", case, tmp_path / "x.csv", "--zone", "UTC")
    assert (code, data["exhibits"][0]["reader"], data["exhibits"][0]["why"] != "") == (0, "mine.deposits", True)


def test_scan_finds_addresses_in_running_text_and_inside_containers(call: Call, case: Path, tmp_path: Path) -> None:
    letter = b"Please send it to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa today.\n"
    (tmp_path / "letter.txt.gz").write_bytes(gzip.compress(letter))
    (tmp_path / "Book.xlsx").write_bytes(workbook([("Notes", sheet_of(letter))]))
    code, data = call("scan", case, tmp_path / "letter.txt.gz", tmp_path / "Book.xlsx")
    assert (code, data["case"]["mentions"], data["case"]["transfers"]) == (0, 2, 0)


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("exchange-samples/binance_TradeHistory.xlsx", ""),
        ("bitcoin-first-blocks-2009/blockchair_bitcoin_outputs_20090103.tsv.gz", "blockchair"),
    ],
)
def test_real_containers_come_in(call: Call, case: Path, name: str, reader: str) -> None:
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"{name} is not on this computer")
    code, data = call("import", case, path, "--zone", "UTC")
    (told,) = data["exhibits"]
    assert (code, told["outcome"]) == (0, "accepted")
    assert told["accepted"] > 0
    assert told["members"][0]["reader"].startswith(reader)
