"""Search finds addresses, transactions, labels, entities, findings, notes and scenes."""

from __future__ import annotations

from workstation.app.search import find
from workstation.app.session import Session


def test_names_come_first(romance: Session) -> None:
    hits = find(romance, "exchange a")
    assert [hit.kind for hit in hits[:2]] == ["entity", "label"]
    assert any(hit.kind == "finding" for hit in hits)


def test_a_prefix_of_an_address_and_of_a_transaction(romance: Session) -> None:
    transfer = next(romance.store.transfers())
    assert transfer.sender
    assert [h.title for h in find(romance, f" {transfer.sender[:8]} ") if h.kind == "address"] == [transfer.sender]
    assert [h.title for h in find(romance, transfer.tx[:10].upper()) if h.kind == "transaction"] == [transfer.tx]


def test_findings_notes_and_scenes(romance: Session) -> None:
    assert next(h for h in find(romance, "f-001") if h.kind == "finding").row
    assert [h.kind for h in find(romance, "freeze request")] == ["note"]
    assert [h.kind for h in find(romance, "where the money")] == ["scene"]


def test_nothing_and_limit(romance: Session) -> None:
    assert find(romance, "   ") == []
    assert find(romance, "there is no such thing") == []
    assert len(find(romance, "T", limit=3)) == 3
