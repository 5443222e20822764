"""Reasons for caution: explained, in one order, the same for the same case; a profile that cannot be used is refused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from workstation.app import risk
from workstation.app.session import Session
from workstation.app.tracing import records, views
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse


def _collector(session: Session) -> Subject:
    names = session.graphs.names
    return parse(
        next(key for key, rows in sorted(names.tags.items()) if any(r["label"] == "Collector 1" for r in rows))
    )


def _found(session: Session, subject: Subject) -> tuple[risk.Reason, ...]:
    exposed = views.exposed(records.books(session), session.graphs.names, subject)
    return risk.reasons(session, subject, risk.weights(), exposed)


def test_every_reason_says_source_confidence_and_what_removes_it(romance: Session) -> None:
    found = _found(romance, _collector(romance))
    assert found
    assert any("Collector 1" in reason.what for reason in found)
    assert all(reason.what and reason.confidence and reason.removed_by for reason in found)
    assert [r.weight for r in found] == sorted((r.weight for r in found), reverse=True)


def test_the_same_case_gives_the_same_list_in_whatever_order_it_was_written(romance: Session) -> None:
    subject = _collector(romance)
    labels = [("Sanctions list", "sanction"), ("Mixer", "mixer"), ("Shop", "merchant"), ("Old scam", "scam")]
    lists = set()
    for seed in range(3):
        random.Random(seed).shuffle(labels)
        for label, category in labels:
            romance.run("tag.add", subjects=[subject], label=label, category=category, source="S")
        lists.add(tuple((r.what, r.source, r.weight) for r in _found(romance, subject)))
        for _ in labels:
            romance.undo()
    assert len(lists) == 1
    (made,) = lists
    assert "Sanctions list" in made[0][0]
    assert not any("Shop" in what for what, _, _ in made)


def test_money_from_a_labelled_party_is_a_reason_with_its_sum(romance: Session) -> None:
    subject = _collector(romance)
    payer = next(
        t.sender for t in romance.store.transfers(address=subject.ref) if t.receiver == subject.ref and t.sender
    )
    before = _found(romance, subject)
    romance.run("tag.add", subjects=[f"address:{subject.chain}:{payer}"], label="Stolen", category="theft")
    more = set(_found(romance, subject)) - set(before)
    assert any("straight from hack or theft" in reason.what and "TRX" in reason.what for reason in more)
    assert all(reason.confidence in ("fact", "heuristic") for reason in more)


def test_an_address_without_reasons_has_none(romance: Session) -> None:
    shop = next(key for key, tags in romance.graphs.names.sources.items() if tags[0].label == "Online shop")
    assert risk.reasons(romance, parse(shop), risk.weights()) == ()


@pytest.mark.parametrize(("change", "why"), [
    (("title =", "titel ="), "unknown key titel"), (("sanction = 100", "sanction = 101"), "1 to 100"),
    (("sanction = 100", 'sanction = "high"'), "1 to 100"), (("indirect = 40", "around = 40"), "direct and indirect"),
    (("[kinds]", "[kinds"), "cannot be used"),
])  # fmt: skip
def test_a_profile_that_cannot_be_used_is_refused(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    text = (risk.resources_folder() / "profiles" / "risk" / "generic.toml").read_text("utf-8")
    assert change[0] in text
    (tmp_path / "own.toml").write_text(text.replace(*change), "utf-8")
    with pytest.raises(WorkstationError, match=why):
        risk.weights(tmp_path / "own.toml")
