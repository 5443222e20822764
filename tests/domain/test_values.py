"""The other values of the lowest floor: change-sets, records, subjects, chains, errors, exhibits."""

from __future__ import annotations

import json
from dataclasses import astuple, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain import records, subjects
from workstation.domain.chains import CHAINS, chain
from workstation.domain.changes import WORK_TABLES, ChangeSet, Edit, inverse
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Exhibit

ROW = st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.integers(), st.text(max_size=5)), max_size=3)
EDITS = st.builds(
    Edit,
    st.sampled_from(WORK_TABLES),
    st.text(max_size=8),
    st.one_of(st.none(), ROW),
    ROW,
)
TEXT = st.text(max_size=20)
NUMBER = st.integers(0, 1 << 62)
MAYBE = st.one_of(st.none(), NUMBER)
PLACE = st.builds(records.Place, NUMBER, NUMBER, MAYBE, NUMBER, NUMBER)


def test_an_edit_of_evidence_cannot_be_written_down() -> None:
    with pytest.raises(ValueError, match="work-product"):
        Edit("transfer", "1", None, {"a": 1})
    with pytest.raises(ValueError, match="before or after"):
        Edit("tag", "1", None, None)


@given(st.lists(EDITS, max_size=6), TEXT)
def test_the_inverse_of_the_inverse_is_the_change(edits: list[Edit], label: str) -> None:
    change = ChangeSet(label, tuple(edits))
    assert inverse(inverse(change)) == change
    assert [e.key for e in inverse(change).edits] == [e.key for e in reversed(edits)]


@given(st.lists(EDITS, max_size=8))
def test_a_change_and_its_inverse_restore_every_row(edits: list[Edit]) -> None:
    rows: dict[tuple[str, str], object] = {}
    chained = []
    for edit in edits:
        made = Edit(edit.table, edit.key, rows.get((edit.table, edit.key)), edit.after)  # type: ignore[arg-type]
        rows[(edit.table, edit.key)] = made.after
        chained.append(made)
    for edit in inverse(ChangeSet("x", tuple(chained))).edits:
        assert rows[(edit.table, edit.key)] == edit.before
        rows[(edit.table, edit.key)] = edit.after
    assert not any(rows.values())


RECORDS = st.one_of(
    st.builds(records.TransactionRecord, PLACE, TEXT, TEXT, MAYBE, MAYBE, MAYBE, st.just("block"), TEXT, st.just("ok")),
    st.builds(
        records.TransferRecord,
        PLACE, TEXT, TEXT, MAYBE, MAYBE, MAYBE, st.just("block"), TEXT, st.just("token"), MAYBE, st.none() | TEXT,
        st.none() | TEXT, TEXT, TEXT, MAYBE, st.none() | st.integers(0, (1 << 256) - 1), TEXT, st.none(), TEXT, MAYBE,
        TEXT, MAYBE,
    ),
    st.builds(records.TagRecord, PLACE, TEXT, st.just("address"), TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT),
    st.builds(records.BadRow, PLACE, TEXT, TEXT, TEXT),
    st.builds(records.Remark, st.just("warning"), TEXT),
)  # fmt: skip


@given(RECORDS)
def test_a_record_survives_the_way_through_json(record: records.Record) -> None:
    packed = records.pack(record)
    assert records.unpack(json.loads(json.dumps(packed))) == record
    assert packed[1:] == [list(v) if isinstance(v, tuple) else v for v in astuple(record)]


def test_place_is_the_first_field_of_every_record() -> None:
    """``pack`` and ``unpack`` rely on it."""
    for kind in (records.TransactionRecord, records.TransferRecord, records.TagRecord, records.BadRow):
        assert fields(kind)[0].name == "place"


@pytest.mark.parametrize("data", [[], [99, 1], [3, [1, 2, 3, 4, 5]], [4], ["x"], [3, None, "a", "b", "c"]])
def test_what_is_no_record_is_refused(data: list[object]) -> None:
    with pytest.raises(ValueError, match="not a packed record"):
        records.unpack(data)


@given(
    st.sampled_from(["address", "transaction", "transfer", "entity", "stub"]),
    st.sampled_from(["", *CHAINS]),
    st.text(min_size=1, max_size=30),
)
def test_a_subject_comes_back_from_its_key(kind: str, chain_key: str, ref: str) -> None:
    subject = subjects.Subject(kind, chain_key, ref)  # type: ignore[arg-type]
    assert subjects.parse(subject.key) == subject


@pytest.mark.parametrize("key", ["", "address", "address:bitcoin", "address:bitcoin:", "person:x:y"])
def test_what_is_no_subject_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a subject"):
        subjects.parse(key)


def test_subjects_by_name() -> None:
    assert subjects.address("bitcoin", "1A").key == "address:bitcoin:1A"
    assert subjects.transaction("bitcoin", "ff").key == "transaction:bitcoin:ff"


def test_chains_keep_their_order_and_keys() -> None:
    assert next(iter(CHAINS)) == "bitcoin"
    assert all(chain(key).key == key for key in CHAINS)
    with pytest.raises(KeyError):
        chain("unknown")
    with pytest.raises(TypeError):
        CHAINS["new"] = chain("bitcoin")  # type: ignore[index]


def test_an_error_says_three_things_under_its_code() -> None:
    problem = WorkstationError("WS-IMP-014", "no reader knows this file", "the case is unchanged", "try another", 3)
    assert str(problem) == "WS-IMP-014: no reader knows this file; the case is unchanged; try another"
    assert (problem.code, problem.exit_code, problem.todo) == ("WS-IMP-014", 3, "try another")


def test_exhibits_print_with_four_digits() -> None:
    exhibit = Exhibit(7, "a.csv", 1, "00", "text/csv", "unknown", "unknown", "", "accepted", 0, 0, 0, 0)
    assert exhibit.label == "E-0007"
