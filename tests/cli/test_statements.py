"""The verbs on answers of services, completeness, prices, events, mentions, reports and mapping profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.statements import DEPOSIT_ADDRESS, TX, event_record, load, place, transfer_record
from tests.cli.conftest import Call
from workstation.app.places import bundled_plugins
from workstation.app.session import Session
from workstation.casefile import store
from workstation.domain.records import BadRow, MentionRecord, PriceRecord

PROFILE = '[[layout]]\nid = "profile.a"\ntitle = "A"\ngives = "tags"\n[layout.columns]\naddress = "#1"\n'


@pytest.fixture
def filled(case: Path, tmp_path: Path) -> Path:
    """A case with a ledger, an answer of a service, a rate and an address in a text."""
    with Session(store.open_case(case, actor="Tester"), bundled_plugins(), tmp_path / "settings") as session:
        load(session, tmp_path / "tron.csv", "ledger", [transfer_record(2)])
        load(session, tmp_path / "answer.csv", "answer", [
            event_record(2, tx=TX),
            event_record(3, kind="login", symbol="", amount_text="", chain="", address="", account="Binance account 2"),
            event_record(4, kind="balance", service="Tronscan", account="", amount_text="2500", time=None),
            PriceRecord(place(5), "2024-03-08", "USDT", "USD", "0.9998", "ECB"),
            MentionRecord(place(6), "address", DEPOSIT_ADDRESS, ("tron",), "pay here"),
            BadRow(place(7), "WS-ROW-004", "no amount", "a;b"),
        ])  # fmt: skip
    return case


def test_returns_and_events(call: Call, filled: Path) -> None:
    code, told = call("returns", filled)
    assert (code, told["summary"]["matched"], told["records"][0]["transfers"]) == (0, 1, [1])
    assert call("returns", filled, "--account", "nobody")[1]["records"] == []
    code, told = call("events", filled)
    assert [e["kind"] for e in told["events"]] == ["deposit", "login", "balance"]
    assert [e["kind"] for e in call("events", filled, "--kind", "login")[1]["events"]] == ["login"]
    assert [e["id"] for e in call("events", filled, "--account", "account 2")[1]["events"]] == [2]


def test_completeness_and_prices(call: Call, filled: Path) -> None:
    code, told = call("completeness", filled)
    assert (code, told["addresses"][0]["verdict"]) == (0, "complete as stated")
    code, told = call("completeness", filled, "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW")
    assert (code, told["addresses"][0]["assets"][0]["below_zero_at"]) == (1, 1)
    told = call("prices", filled)[1]
    assert [(p["rate"], p["source"]) for p in told["prices"]] == [("0.9998", "ECB")]
    assert told["conflicts"] == []


def test_transfers_carry_their_value_in_money(call: Call, filled: Path) -> None:
    fiat = call("transfers", filled)[1]["transfers"][0]["fiat"]
    assert (fiat["value"], fiat["currency"], fiat["day"], fiat["source"]) == ("2499.50", "USD", "2024-03-08", "ECB")
    assert call("transfers", filled, "--currency", "EUR")[1]["transfers"][0]["fiat"] is None


def test_mentions_are_taken_up_by_a_command(call: Call, filled: Path) -> None:
    told = call("mentions", filled)[1]["mentions"][0]
    assert (told["ref"], told["decision"], told["in_case"]) == (DEPOSIT_ADDRESS, "open", ["tron"])
    assert call("run", filled, "mention.accept", f"mention={told['mention']}")[0] == 0
    assert call("mentions", filled)[1]["mentions"][0]["decision"] == "accepted"


def test_reports_of_all_and_of_one(call: Call, filled: Path) -> None:
    code, told = call("report", filled)
    assert (code, [r["exhibit"] for r in told["reports"]]) == (0, ["E-0001", "E-0002"])
    code, told = call("report", filled, "E-0002")
    assert told["reports"][0]["not_used"][0]["code"] == "WS-ROW-004"
    assert call("report", filled, "two")[0] == 2
    assert call("report", filled, "99")[0] == 2


def test_profiles_go_in_and_out(call: Call, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PROFILE, "utf-8")
    code, told = call("mapping", "save", filled, tmp_path / "a.toml", "--name", "Exchange A")
    assert code == 0
    kept = call("mapping", "list", filled)[1]["profiles"]
    assert [(p["key"], p["name"]) for p in kept] == [(told["key"], "Exchange A")]
    assert call("mapping", "export", filled, "Exchange A", tmp_path / "b.toml")[0] == 0
    assert (tmp_path / "b.toml").read_text("utf-8") == kept[0]["text"]
    assert call("mapping", "export", filled, "other", tmp_path / "c.toml")[0] == 2
    (tmp_path / "bad.toml").write_text("nonsense", "utf-8")
    assert call("mapping", "save", filled, tmp_path / "bad.toml")[0] == 2
