"""The answer of a service in a case: joined rows, what is missing from it, the account behind it, the problems."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.statements import (
    DEPOSIT_ADDRESS,
    HOUR,
    NOON,
    OTHER,
    TX,
    event_record,
    load,
    place,
    transfer_record,
)
from workstation.app import facts
from workstation.app.completeness import addresses, as_data, completeness, lines
from workstation.app.returns import as_data as returns_data
from workstation.app.returns import lines as returns_lines
from workstation.app.returns import returns
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.domain.records import PriceRecord, TagRecord
from workstation.domain.subjects import Subject

SECOND = "b" * 64
ADDRESS = Subject("address", "tron", DEPOSIT_ADDRESS)
ACCOUNT = Subject("address", "stated", "Binance account 1")


@pytest.fixture
def answered(empty: Session, tmp_path: Path) -> Session:
    """Two chain transfers reach a deposit address, the answer tells one of them; a sanctioned sender; log-ins."""
    ledger = [
        transfer_record(2),
        transfer_record(3, tx=SECOND, time=NOON + 2 * HOUR, amount=10_000_000),
        transfer_record(4, tx="c" * 64, time=NOON + 3 * HOUR, sender=DEPOSIT_ADDRESS, receiver=OTHER, amount=1),
    ]
    load(empty, tmp_path / "tron.csv", "ledger", ledger)
    stated = [
        event_record(2, tx=TX),
        event_record(3, status="pending", tx=SECOND),
        event_record(4, kind="login", symbol="", amount_text="", chain="", address="", status="unknown",
                     details=(("IP address", "192.0.2.10"), ("Device", "Windows"))),
        event_record(5, kind="login", symbol="", amount_text="", chain="", address="", status="unknown", time=NOON,
                     details=(("IP address", "192.0.2.10"), ("Client", "android"))),
        event_record(6, kind="account", symbol="", amount_text="", chain="", address="", status="unknown",
                     details=(("Full name", "INVENTED PERSON"), ("Phone", ""))),
        event_record(7, kind="balance", service="Tronscan", account="", amount_text="2510", time=None),
        TagRecord(place(2), "tron", "address", DEPOSIT_ADDRESS, "Binance deposit address", "exchange", "Binance",
                  "service_data", "Binance: answer.csv", ""),
        TagRecord(place(8), "tron", "address", OTHER, "INVENTED LISTED", "sanction", "", "", "OFAC SDN", "2024-01-02"),
        PriceRecord(place(9), "2024-03-08", "USDT", "USD", "0.9998", "ECB"),
    ]  # fmt: skip
    load(empty, tmp_path / "answer.csv", "answer", stated)
    return empty


def test_the_deposit_is_joined_and_the_missing_arrival_told(answered: Session) -> None:
    found = returns(answered)
    assert [(m.outcome, m.by) for m in found.matches] == [("matched", ("transaction", "address", "amount"))]
    assert found.not_counted == 1
    told = next(place for place in found.addresses if place.subject == ADDRESS)
    assert (told.arrivals, told.covered, told.missing_total, told.tagged) == (2, 1, 1, ("Binance deposit address",))
    assert [s.exact for s in told.missing_sums] == ["10.000000 USDT"]
    assert told.bridged == "partly: 1 arrival has no row in the answer"
    data = returns_data(found)
    assert json.loads(json.dumps(data)) == data
    assert data["records"][0]["citation"] == {"exhibit": 2, "locator": "row 2"}
    assert any("matched by transaction + address + amount" in line for line in returns_lines(found))


def test_only_one_account_when_asked(answered: Session) -> None:
    assert returns(answered, account="nobody").events == ()
    assert len(returns(answered, account="ACCOUNT 1").events) == 1


def test_a_known_exchange_address_without_any_answer_is_not_bridged(empty: Session, tmp_path: Path) -> None:
    tag = TagRecord(place(3), "tron", "address", DEPOSIT_ADDRESS, "Hot", "exchange", "HTX", "", "a list", "")
    load(empty, tmp_path / "tron.csv", "ledger", [transfer_record(2), tag])
    told = returns(empty).addresses
    assert [(p.answered, p.missing_total) for p in told] == [(False, 1)]
    assert told[0].bridged == "not bridged: money reaches this address and no answer of the service covers it"


def test_a_withdrawal_out_of_a_known_exchange_address(empty: Session, tmp_path: Path) -> None:
    tag = TagRecord(place(4), "tron", "address", OTHER, "Hot wallet", "exchange", "HTX", "", "a list", "")
    out = [transfer_record(2), transfer_record(3, tx=SECOND, amount=7)]
    load(empty, tmp_path / "tron.csv", "ledger", [*out, tag])
    assert "money leaves this address" in returns(empty).addresses[0].bridged
    load(empty, tmp_path / "answer.csv", "answer", [event_record(2, kind="withdrawal", tx=TX)])
    told = returns(empty).addresses[0]
    assert (told.departures, told.departures_covered, told.answered) == (2, 1, True)


def test_the_account_shows_card_and_logins(answered: Session) -> None:
    account = facts.subject_facts(answered, ACCOUNT).accounts[0]
    assert account.card == (("Full name", "INVENTED PERSON"),)
    assert account.card_citation is not None
    assert account.card_citation.locator == "row 6"
    assert (account.logins, account.first_login, account.last_login) == (2, NOON, NOON + HOUR)
    assert account.ips == (("192.0.2.10", 2),)
    assert account.devices == (("Windows", 1), ("android", 1))
    assert [(f.direction, f.amount, f.symbol, f.records) for f in account.flows] == [("in", "2500", "USDT", 1)]
    assert dict(account.kinds) == {"account": 1, "deposit": 2, "login": 2}
    assert facts.subject_facts(answered, ADDRESS).accounts == ()
    assert facts.subject_facts(answered, ADDRESS).statements == 3


def test_an_entity_shows_the_accounts_of_its_members(answered: Session, tmp_path: Path) -> None:
    stated = transfer_record(
        2, chain="stated", kind="stated", tx="", index=None, sender=f"tron:{DEPOSIT_ADDRESS}", receiver=ACCOUNT.ref
    )
    load(answered, tmp_path / "stated.csv", "stated", [replace(stated, time_basis="exchange", contract="")])
    made = answered.run("entity.new", subjects=[ACCOUNT, ADDRESS], name="Suspect").made
    found = facts.subject_facts(answered, Subject("entity", "", made))
    assert [a.logins for a in found.accounts] == [2]


def test_values_in_money_name_day_and_source(answered: Session) -> None:
    found = facts.transaction_facts(answered, Subject("transaction", "tron", TX))
    assert found.fiat_then == "~ 2,499.50 USD of 1 transfer (ECB)"
    assert facts.fiat_then(answered, [1, 2, 3]) == "~ 2,509.50 USD of 3 transfers (ECB)"
    assert facts.fiat_then(answered, []) == ""


def test_a_stated_balance_that_differs(answered: Session) -> None:
    assert addresses(answered) == [ADDRESS]
    found = completeness(answered, ADDRESS)
    assert found.verdict == "does not add up"
    check = found.assets[0]
    assert (check.received, check.sent, check.net) == (2_510_000_000, 1, 2_509_999_999)
    assert check.stated[0].gap == "0.000001"
    assert json.loads(json.dumps(as_data(found)))["assets"][0]["net"] == "2509.999999"
    assert "does not add up" in lines(found)[0]
    with pytest.raises(WorkstationError, match="not an address of a ledger"):
        completeness(answered, ACCOUNT)


def test_an_address_that_spends_what_never_came(answered: Session) -> None:
    found = completeness(answered, Subject("address", "tron", OTHER))
    assert (found.verdict, found.assets[0].below) == ("does not add up", 1)


def test_the_problems_name_list_date_and_place(answered: Session) -> None:
    found = {p.code: p for p in answered.problems()}
    hit = found["WS-SAN-001"]
    assert hit.text == (
        f"tron:{OTHER} is sanctioned: INVENTED LISTED (OFAC SDN, list of 2024-01-02, E-0002 row 8);"
        " transfers in 1, out 2"
    )
    assert (hit.where, hit.subject) == ("E-0002 row 8", f"address:tron:{OTHER}")
    assert "the answer of Binance does not tell 1 of 2 transfers" in found["WS-RET-003"].text
    assert "difference 0.000001" in found["WS-CPL-010"].text
    answered.run("tag.add", subjects=[ADDRESS], label="x")
    assert {p.code for p in answered.problems()} >= {"WS-SAN-001"}


def test_differing_prices_are_a_problem(answered: Session, tmp_path: Path) -> None:
    load(answered, tmp_path / "more.csv", "prices", [PriceRecord(place(2), "2024-03-08", "USDT", "USD", "1.01", "X")])
    assert any(p.code == "WS-PRC-001" and "none is used" in p.text for p in answered.problems())
    assert facts.fiat_then(answered, [1]) == "1 with differing prices (choose a source)"


def test_records_that_are_not_on_the_ledger_are_notes(answered: Session, tmp_path: Path) -> None:
    load(
        answered,
        tmp_path / "other.csv",
        "other",
        [event_record(2, tx="f" * 64), event_record(3, tx=TX, amount_text="1")],
    )
    texts = [p.text for p in answered.problems() if p.code.startswith("WS-RET-00")]
    assert any(f"transaction {'f' * 64} is not in the case" in text for text in texts)
    assert any("differs from the ledger: amount" in text for text in texts)


def test_poisoned_addresses_are_warned_of(empty: Session, tmp_path: Path) -> None:
    real, false = "0x" + "ab" * 10 + "cd" * 10, "0x" + "ab" * 2 + "12" * 16 + "cd" * 2
    rows = [
        transfer_record(2, chain="ethereum", sender=real, receiver="0x" + "7" * 40, tx="0x" + "1" * 64),
        transfer_record(3, chain="ethereum", sender=real, receiver="0x" + "7" * 40, tx="0x" + "2" * 64),
        transfer_record(4, chain="ethereum", sender="0x" + "7" * 40, receiver=false, tx="0x" + "3" * 64),
    ]
    load(empty, tmp_path / "eth.csv", "ledger", rows)
    found = [p for p in empty.problems() if p.code == "WS-ADR-001"]
    assert [p.subject for p in found] == [f"address:ethereum:{false}"]
    assert f"ethereum:{real} (2 transfers)" in found[0].text
