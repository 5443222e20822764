"""Exposure of addresses and entities against small ledgers that are added up by hand."""

from __future__ import annotations

from typing import Any

from tests.app.tracing.conftest import bring, bring_payments, coin_address, tron_address, txid
from workstation.app import colonial
from workstation.app.session import Session
from workstation.app.tracing import exposures, records, views
from workstation.domain.subjects import Subject, address

#: 0 exchange → a 10; 1 exchange → middle 6; 2 stranger → middle 6; 3 middle → b 12 (half from the exchange);
#: 4 a → b 10 (internal); 5 b → mixer 4; 6 b → out 8; 7 out → mixer 2; 8 out → a 1 (came back)
LEDGER = [
    ("exchange", "a", "TRX", "10"), ("exchange", "middle", "TRX", "6"), ("stranger", "middle", "TRX", "6"),
    ("middle", "b", "TRX", "12"), ("a", "b", "TRX", "10"), ("b", "mixer", "TRX", "4"), ("b", "out", "TRX", "8"),
    ("out", "mixer", "TRX", "2"), ("out", "a", "TRX", "1"),
]  # fmt: skip


def label(session: Session, subject: Subject, words: str, category: str) -> None:
    """Label a service as a user does, with a source."""
    session.run(
        "tag.add",
        subjects=subject.key,
        label=words,
        category=category,
        source="annual report",
        source_date="2021-03-04",
    )


def filled(session: Session) -> Subject:
    """The hand-made ledger with two labelled services and the entity of a and b."""
    bring_payments(session, LEDGER)
    label(session, address("tron", tron_address("exchange")), "Exchange X", "exchange")
    label(session, address("tron", tron_address("mixer")), "Mixer M", "mixer")
    members = ",".join(address("tron", tron_address(who)).key for who in "ab")
    session.run("entity.new", name="Suspect", subjects=members)
    (key,) = session.store.rows("entity")
    return Subject("entity", "", key)


def asked(session: Session, target: Subject) -> dict[str, Any]:
    """The only asset of the answer."""
    (entry,) = exposures.exposure(records.books(session), session.graphs.names, target)["exposure"]
    return dict(entry)


def places(session: Session, entry: dict[str, Any], way: str) -> dict[tuple[str, str], list[int]]:
    """(how, category) -> lines of the hand-made ledger, from 0."""
    first = min(t.id for t in session.store.transfers())
    return {(r["how"], r["category"]): [n - first for n in r["transfers"]] for r in entry["rows"][way]}


def test_an_entity_is_one_account_and_what_its_addresses_pay_one_another_does_not_count(case: Session) -> None:
    """The figures are those of the ledger added up by hand; each part names exactly its transfers."""
    entry = asked(case, filled(case))
    unit = 10**6
    # 6 of 12 through the middle; and 8/11 of the 1 that came back, because 16 of the 22 it was paid from were exchange's
    assert entry["incoming"] == {
        "total": str(23 * unit), "direct": {"exchange": str(10 * unit)}, "indirect": {"exchange": f"{74 * unit}/11"},
        "unattributed": f"{69 * unit}/11",
    }  # fmt: skip
    assert entry["outgoing"] == {
        "total": str(12 * unit), "direct": {"mixer": str(4 * unit)}, "indirect": {"mixer": str(2 * unit)},
        "returned": str(unit), "unresolved": str(5 * unit),
    }  # fmt: skip
    came, went = places(case, entry, "incoming"), places(case, entry, "outgoing")
    assert came == {("direct", "exchange"): [0], ("indirect", "exchange"): [3, 8], ("unattributed", ""): [3, 8]}
    assert went == {
        ("direct", "mixer"): [5], ("indirect", "mixer"): [7], ("returned", ""): [8], ("unresolved", ""): [6],
    }  # fmt: skip


def test_a_part_tells_the_labels_that_decide_it_with_source_and_date(case: Session) -> None:
    """Which services: the label, where it comes from, and when it was given."""
    target = filled(case)
    found = views.exposed(records.books(case), case.graphs.names, target)
    parts = {(s.way, p.how, p.category): p for s in found.sums for p in s.parts}
    (exchange,) = parts["incoming", "direct", "exchange"].services
    assert (exchange.label, exchange.source) == ("Exchange X", "annual report")
    assert exchange.date == "2021-03-04"
    assert exchange.subject.ref == tron_address("exchange")
    assert [s.label for s in parts["outgoing", "indirect", "mixer"].services] == ["Mixer M"]
    assert not parts["incoming", "unattributed", ""].services


def test_exposure_of_one_member_counts_what_the_other_paid(case: Session) -> None:
    """Asked about one address, the payment of the other is one like any other."""
    filled(case)
    entry = asked(case, address("tron", tron_address("b")))
    assert entry["incoming"]["total"] == str(22 * 10**6)


def test_change_of_an_entity_on_coins_is_internal(case: Session) -> None:
    """It spends 10 of an exchange: 3 to a mixer, 6 back to another of its addresses, 1 fee."""
    rows = [
        ("buy", "input", 0, "exchange", 10, "old"), ("buy", "output", 0, "a", 10, ""), ("pay", "input", 0, "a", 10, "buy"),
        ("pay", "output", 0, "mixer", 3, ""), ("pay", "output", 1, "b", 6, ""),
    ]  # fmt: skip
    lines = ["transaction,block,time,side,index,address,satoshi,previous_transaction,previous_index"]
    for tx, side, index, who, units, spends in rows:
        block, previous = 100 + (tx == "pay"), f"{txid(spends)},0" if spends else ","
        head = f"{txid(tx)},{block},{1_600_000_000 + block},{side},{index}"
        lines.append(f"{head},{coin_address(who)},{units},{previous}")
    bring(case, "coins.json", colonial.esplora_answer("\n".join(lines)), "esplora.transactions")
    label(case, address("bitcoin", coin_address("exchange")), "Exchange X", "exchange")
    label(case, address("bitcoin", coin_address("mixer")), "Mixer M", "mixer")
    case.run("entity.new", name="Suspect", subjects=",".join(address("bitcoin", coin_address(w)).key for w in "ab"))
    (key,) = case.store.rows("entity")
    entry = asked(case, Subject("entity", "", key))
    assert entry["incoming"] == {"total": "10", "direct": {"exchange": "10"}, "indirect": {}, "unattributed": "0"}
    assert entry["outgoing"] == {
        "total": "4", "direct": {"mixer": "3"}, "indirect": {}, "returned": "0", "unresolved": "1",
    }  # fmt: skip
