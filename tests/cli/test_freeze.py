"""Requests from the command line: the written pack stands in the tracker, days are marked, renewals listed; refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from workstation.app import demo
from workstation.app.places import bundled_plugins


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """The romance demo."""
    path = tmp_path / "demo.wcase"
    demo.build(demo.ROMANCE, path, bundled_plugins(), tmp_path / "home").close()
    return path


def test_a_pack_is_written_noted_marked_and_due(call: Call, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    code, told = call("freeze", case, out, "--service", "Exchange A", "--set", "date=2026-03-21", "--language", "it")
    assert (code, told["request"], told["complete"]) == (0, "R-001", False)
    assert "letter.it.pdf" in told["files"]
    assert {m["field"] for m in told["missing"] if m["needed"]} >= {"agency", "legal_basis"}
    (listed,) = call("requests", case)[1]["requests"]
    assert (listed["status"], listed["pack"], listed["days"]) == (
        "exported",
        told["sha256"],
        [["exported", "2026-03-21"]],
    )
    key = told["key"]
    mark = ("run", case, "freeze.mark", f"request={key}")
    assert call(*mark, "status=frozen", "day=2026-03-25", "expiry=2026-04-24", "frozen=41000 USDT")[0] == 0
    assert call("requests", case, "--on", "2026-04-01")[1]["requests"][0]["due"] is False
    assert call("requests", case, "--on", "2026-04-20")[1]["requests"][0]["due"] is True
    assert call("run", case, "freeze.renew", f"request={key}", "day=2026-04-20", "expiry=2026-05-24")[0] == 0
    assert call("requests", case, "--on", "2026-04-20")[1]["requests"][0]["days_left"] == 34
    assert call("case", "verify", case)[0] == 0


def test_what_cannot_be_written_is_not_noted_either(call: Call, case: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "there").write_text("x")
    for arguments, code in (
        ((case, full, "--service", "Exchange A"), "WS-FRZ-005"),
        ((case, tmp_path / "a", "--service", "Nobody"), "WS-FRZ-003"),
        ((case, tmp_path / "a", "--service", "Exchange A", "--profile", "none"), "WS-FRZ-002"),
        ((case, tmp_path / "a", "--service", "Exchange A", "--set", "colour=red"), "WS-FRZ-004"),
    ):
        exit_code, told = call("freeze", *arguments)
        assert exit_code == 2
        assert told["error"]["code"] == code
    assert call("requests", case)[1]["requests"] == []
    assert not (tmp_path / "a").exists()
    assert call("requests", case, "--on", "soon")[1]["error"]["code"] == "WS-CLI-006"


def test_a_payment_can_be_left_out(call: Call, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "pack"
    call("freeze", case, out, "--service", "Exchange A")
    whole = json.loads((out / "request.json").read_text("utf-8"))
    number = whole["transfers"][0]["id"]
    call("freeze", case, tmp_path / "less", "--service", "Exchange A", "--without", str(number))
    less = json.loads((tmp_path / "less" / "request.json").read_text("utf-8"))
    assert [t["id"] for t in less["transfers"]] == [t["id"] for t in whole["transfers"]][1:]
    assert less["payments_left_out"] == 1
