"""Addresses found in running text: proposals with their places, taken up or dismissed as one undo step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.statements import DEPOSIT_ADDRESS, load, place, transfer_record
from workstation.app.proposals import as_data, proposals
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.domain.records import MentionRecord

EVM = "0x" + "ab" * 20


@pytest.fixture
def found(empty: Session, tmp_path: Path) -> Session:
    """A case with a Tron address in two places and an EVM address that fits many chains."""
    records = [
        MentionRecord(place(4), "address", DEPOSIT_ADDRESS, ("tron",), "send to it"),
        MentionRecord(place(9), "address", DEPOSIT_ADDRESS, ("tron",), "once more"),
        MentionRecord(place(12), "address", EVM, ("ethereum", "bsc"), "or here"),
    ]
    load(empty, tmp_path / "chat.txt", "a chat", records)
    return empty


def test_equal_finds_are_one_proposal_with_every_place(found: Session) -> None:
    first, second = proposals(found)
    assert (first.ref, first.where, first.held) == (DEPOSIT_ADDRESS, "E-0001 row 4 and 1 more", ())
    assert [p["locator"] for p in as_data(first)["places"]] == ["row 4", "row 9"]
    assert second.chains == ("ethereum", "bsc")


def test_taking_up_labels_and_places_and_is_undone(found: Session) -> None:
    before = (found.store.rows("tag"), found.store.rows("proposal"), found.store.rows("placement"))
    made = found.run("mention.accept", mention=2)
    row = next(iter(found.store.rows("tag").values()))
    assert (row["subject"], row["label"]) == (f"address:tron:{DEPOSIT_ADDRESS}", "mentioned in E-0001 row 4 and 1 more")
    assert row["source"] == "E-0001 row 4"
    assert f"address:tron:{DEPOSIT_ADDRESS}" in found.graphs.placed(found.graph)
    assert made.added == (f"address:tron:{DEPOSIT_ADDRESS}",)
    assert [p.decision for p in proposals(found)] == ["accepted", ""]
    assert [p.ref for p in proposals(found, open_only=True)] == [EVM]
    found.run("edit.undo")
    assert (found.store.rows("tag"), found.store.rows("proposal"), found.store.rows("placement")) == before
    found.run("edit.redo")
    assert [p.decision for p in proposals(found)] == ["accepted", ""]


def test_a_form_that_fits_several_chains_is_asked_for(found: Session) -> None:
    number = proposals(found)[1].mentions[0].id
    with pytest.raises(WorkstationError, match="fits several chains"):
        found.run("mention.accept", mention=number)
    found.run("mention.accept", mention=number, chain="bsc")
    assert f"address:bsc:{EVM}" in found.graphs.placed(found.graph)


def test_a_chain_of_the_case_decides(found: Session, tmp_path: Path) -> None:
    record = transfer_record(chain="bsc", sender=EVM, receiver="0x" + "cd" * 20, tx="0x" + "1" * 64)
    load(found, tmp_path / "bsc.csv", "ledger", [record])
    proposal = proposals(found)[1]
    assert (proposal.chains, proposal.held) == (("bsc", "ethereum"), ("bsc",))
    found.run("mention.accept", mention=proposal.mentions[0].id)
    assert f"address:bsc:{EVM}" in found.graphs.placed(found.graph)


def test_dismissing_needs_a_reason(found: Session) -> None:
    with pytest.raises(WorkstationError):
        found.run("mention.dismiss", mention=1, reason=" ")
    found.run("mention.dismiss", mention=1, reason="own wallet of the witness")
    first = proposals(found)[0]
    assert (first.decision, first.reason) == ("dismissed", "own wallet of the witness")
    found.run("edit.undo")
    assert proposals(found)[0].decision == ""
    with pytest.raises(WorkstationError, match="there is no mention 77"):
        found.run("mention.dismiss", mention=77, reason="x")
