"""The custody log and the signing key from the command line, as an examiner and a checker use them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call


def test_register_key_and_check_with_what_was_kept_outside(call: Call, tmp_path: Path) -> None:
    case, key = tmp_path / "a.wcase", tmp_path / "key.txt"
    assert call("case", "new", case, "--title", "A", "--examiner", "D. Rossi")[0] == 0
    over = ("giver=D. Rossi", "taker=Lab 3", "item=E-0001", "checked=yes")
    assert call("run", case, "custody.handover", *over)[0] == 0
    assert call("run", case, "custody.save_key", f"out={key}")[0] == 0
    code, told = call("custody", case)
    assert code == 0
    assert [line["taker"] for line in told["handovers"]] == ["Lab 3"]
    assert told["first_key_in_case"] is False
    witness = f"A · {told['sequence']} · {told['head']}"
    code, told = call("case", "verify", case, "--seal-key-file", key, "--witness", witness)
    assert (code, told["ok"]) == (0, True)
    assert {"custody seals", "witness"} <= {check["name"] for check in told["checks"]}
    key.write_text("ab" * 32)
    code, told = call("case", "verify", case, "--seal-key-file", key)
    assert (code, [c["name"] for c in told["checks"] if not c["ok"]]) == (1, ["custody seals"])


def test_a_key_gets_a_passphrase_once_and_signs_only_with_it(call: Call, tmp_path: Path) -> None:
    phrase = tmp_path / "phrase.txt"
    phrase.write_text("correct horse\n")
    code, shown = call("key", "--examiner", "D. Rossi")
    assert (code, shown["identity"], shown["protected"]) == (0, "D.Rossi", False)
    code, told = call("key", "--protect", phrase)
    assert (code, told["protected"], told["fingerprint"]) == (0, True, shown["fingerprint"])
    assert call("key", "--protect", phrase)[1]["error"]["code"] == "WS-KEY-005"
    case = tmp_path / "a.wcase"
    call("case", "new", case, "--title", "A", "--examiner", "D. Rossi")
    assert call("export", case, tmp_path / "a-evidence.zip")[1]["error"]["code"] == "WS-KEY-001"
    assert not (tmp_path / "a-evidence.zip").exists()
    code, told = call("export", case, tmp_path / "a-evidence.zip", "--key-passphrase-file", phrase)
    assert code == 0
    assert call("verify", tmp_path / "a-evidence.zip")[0] == 0
    assert [c["sequence"] for c in call("custody", case)[1]["checkpoints"]] != []
