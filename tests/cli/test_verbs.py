"""The verbs as a script sees them: fields, exit codes, one-line errors, nothing half done."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Call, NoScreens
from workstation.cli.main import main

LEDGER = (
    "time,from,to,asset,amount,transaction,chain\n"
    "2021-01-01T00:00:00Z,0x1111111111111111111111111111111111111111,0x2222222222222222222222222222222222222222,ETH,"
    "1.5,0x" + "a" * 64 + ",ethereum\n"
    "2021-01-02T00:00:00Z,0x2222222222222222222222222222222222222222,0x3333333333333333333333333333333333333333,ETH,"
    "0.000000000000000001,0x" + "b" * 64 + ",ethereum\n"
    "2021-01-03T00:00:00Z,nobody,0x3333333333333333333333333333333333333333,ETH,1,0x" + "c" * 64 + ",ethereum\n"
)  # fmt: skip
SECOND = "0x2222222222222222222222222222222222222222"


@pytest.fixture
def filled(call: Call, case: Path, tmp_path: Path) -> Path:
    """A case with two transfers and one quarantined row."""
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(LEDGER)
    code, told = call("import", case, ledger, "--received-from", "the bank")
    assert code == 0
    exhibit = told["exhibits"][0]
    assert (exhibit["outcome"], exhibit["accepted"], exhibit["quarantined"]) == ("partial", 2, 1)
    assert exhibit["quarantine"][0]["locator"] == "row 4"
    assert "nobody" in exhibit["quarantine"][0]["text"]
    return case


def test_transfers_tell_exact_amounts_and_their_rows(call: Call, filled: Path) -> None:
    code, told = call("transfers", filled, "--address", SECOND)
    assert code == 0
    assert [(t["amount"], t["display"]) for t in told["transfers"]] == [
        ("1500000000000000000", "1.500000000000000000 ETH"), ("1", "0.000000000000000001 ETH"),
    ]  # fmt: skip
    assert told["transfers"][0]["citations"][0]["locator"] == "row 2"
    assert (
        call("transfers", filled, "--since", "2021-01-02T00:00:00Z", "--limit", "1")[1]["transfers"][0]["amount"] == "1"
    )


def test_info_and_verify_agree(call: Call, filled: Path) -> None:
    code, told = call("case", "info", filled)
    assert (code, told["transfers"], told["quarantined"], told["verified"]) == (0, 2, 1, True)
    assert told["chains"] == ["ethereum"]
    code, checked = call("case", "verify", filled)
    assert (code, checked["ok"], checked["head"]) == (0, True, told["head"])


def test_a_command_runs_and_is_undone(call: Call, filled: Path) -> None:
    code, told = call("run", filled, "tag.add", f"subjects=address:ethereum:{SECOND}", "label=Suspect")
    assert code == 0
    assert len(told["changed"]) == 1
    assert call("case", "info", filled)[1]["tags"] == 1
    assert call("run", filled, "edit.undo")[0] == 0
    assert call("case", "info", filled)[1]["tags"] == 0


def test_export_twice_gives_the_same_seal_and_verifies(call: Call, filled: Path, tmp_path: Path) -> None:
    first = call("export", filled, tmp_path / "one-evidence.zip")[1]
    second = call("export", filled, tmp_path / "two-evidence.zip")[1]
    assert first["seal"] == second["seal"]
    code, told = call("verify", first["package"])
    assert (code, told["ok"]) == (0, True), told["checks"]
    with zipfile.ZipFile(first["package"]) as archive:
        names = archive.namelist()
    assert any(name.endswith("data/report/report.en.pdf") for name in names)
    damaged = bytearray(Path(first["package"]).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged.zip").write_bytes(damaged)
    assert call("verify", tmp_path / "damaged.zip")[0] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("renamed.csv", b"PK\x03\x04" + bytes(60)),
        ("page.csv", b"<!DOCTYPE html><html><body>Please log in</body></html>"),
        ("empty.json", b""),
        ("prose.txt", b"I saw the suspect on Monday.\n"),
    ],
)
def test_files_that_are_no_data_leave_the_case_as_it_was(
    call: Call, filled: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    before = call("case", "info", filled)[1]
    (tmp_path / name).write_bytes(content)
    code, told = call("import", filled, tmp_path / name)
    assert code == 2
    assert told["exhibits"][0]["outcome"] == "rejected"
    assert told["exhibits"][0]["code"].startswith("WS-")
    after = call("case", "info", filled)[1]
    assert {k: v for k, v in after.items() if k not in ("head", "sequence")} == {
        k: v for k, v in before.items() if k not in ("head", "sequence")
    }


def test_half_a_file_keeps_its_whole_rows_and_lists_the_torn_one(
    call: Call, case: Path, data: Path, tmp_path: Path
) -> None:
    for name in ("derived_export-0x098b716b-normal.csv", "etherscan_api_txlist.json"):
        whole = (data / "case-ronin-bridge-2022" / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        code, told = call("import", case, tmp_path / name)
        exhibit = told["exhibits"][0]
        assert (code, exhibit["outcome"]) == (0, "partial")
        assert exhibit["read"] > 150
        assert exhibit["quarantined"] == len(exhibit["quarantine"]) == 1


def test_an_encrypted_case_needs_its_passphrase(call: Call, tmp_path: Path) -> None:
    secret, wrong = tmp_path / "secret.txt", tmp_path / "wrong.txt"
    secret.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    case = tmp_path / "locked.wcase"
    assert call("case", "new", case, "--passphrase-file", secret)[0] == 0
    assert call("case", "info", case, "--passphrase-file", secret)[0] == 0
    for words in (("--passphrase-file", str(wrong)), ()):
        code, told = call("case", "info", case, *words)
        assert code == 2
        assert told["error"]["code"].startswith("WS-CASE-")


def test_errors_are_one_line_without_traceback(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["case", "info", str(filled) + "x"],
        ["run", str(filled), "no.such"],
        ["run", str(filled), "tag.add", "x"],
        ["transfers", str(filled), "--since", "yesterday"],
    ):
        capsys.readouterr()
        assert main(words, NoScreens()) == 2  # type: ignore[arg-type]
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert err.startswith("WS-")
        assert "Traceback" not in err


def test_readers_commands_and_selftest_answer(call: Call) -> None:
    readers = {reader["id"] for reader in call("readers")[1]["readers"]}
    assert readers >= {
        "etherscan.csv",
        "etherscan.api",
        "esplora.transactions",
        "bitcoincore.block",
        "graphsense.tagpack",
        "address.list",
        "ledger.csv",
    }
    commands = call("commands")[1]["commands"]
    assert {"tag.add", "finding.new", "scene.save", "edit.undo"} <= {command["id"] for command in commands}
    assert all(command["help"] for command in commands)
    code, told = call("selftest")
    assert (code, told["ok"]) == (0, True), told["checks"]
