"""Facts on demand: the source row behind a statement, counterparties, figures of cards, the code of an identifier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from workstation.app import cards, counterparties, facts, intake, qr, sourcerow
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse

FORMULA = "=HYPERLINK(1)"


def addresses(session: Session) -> list[Subject]:
    """Every address of the case."""
    return [Subject("address", chain, ref) for chain, ref in session.graphs.ledger.address_ids]


# --- source rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["romance", "colonial"])
def test_every_transfer_of_the_demos_leads_to_its_row_with_amount_and_parties_marked(
    case: str, request: pytest.FixtureRequest
) -> None:
    """The bytes come from the kept exhibit, and the marked cells hold the values of the transfer."""
    session: Session = request.getfixturevalue(case)
    for transfer in list(session.store.transfers())[:60]:
        places = sourcerow.of_transfers(session, [transfer.id])
        assert places
        for place in places:
            found = sourcerow.look(session, place)
            raw = session.store.read_range(place.citation.exhibit, place.citation.offset, place.citation.length)
            here = [line.text for line in found.lines if line.here]
            if found.form == "json":
                assert json.loads("\n".join(here)) == json.loads(raw)
                marked = {line.what for line in found.lines if line.what}
            else:
                assert found.form == "table"
                assert here == raw.decode().rstrip("\r\n").splitlines()
                marked = {cell.what for cell in found.cells if cell.what}
            assert found.exhibit == session.store.exhibit(place.citation.exhibit)
            assert "transaction" in marked
            assert transfer.amount is None or "amount" in marked


def test_a_row_of_the_romance_demo_is_named_by_its_header_and_stands_among_its_neighbours(romance: Session) -> None:
    """Column names come from the header; up to three rows before and after are shown and not marked as the record."""
    number = [transfer.id for transfer in romance.store.transfers()][5]
    found = sourcerow.look(romance, sourcerow.of_transfers(romance, [number])[0])
    assert [cell.name for cell in found.cells][:5] == ["time", "from", "to", "asset", "amount"]
    here = [line.here for line in found.lines]
    assert here.count(True) == 1
    assert here == [False] * 3 + [True] + [False] * 3
    assert {cell.name: cell.what for cell in found.cells}["amount"] == "amount"


def test_labels_and_findings_lead_to_rows(romance: Session) -> None:
    """A source tag and everything a finding cites have a place."""
    tag = romance.store.source_tags()[0]
    places = sourcerow.of_subject(romance, Subject(tag.subject, tag.chain, tag.ref))  # type: ignore[arg-type]
    found = sourcerow.look(romance, places[0])
    assert tag.label in [cell.text for cell in found.cells]
    assert "label" in [cell.what for cell in found.cells]
    for finding in romance.store.rows("finding"):
        assert sourcerow.of_finding(romance, finding)


def test_a_hostile_table_shows_its_bytes_and_breaks_nothing(empty: Session, tmp_path: Path) -> None:
    """Direction marks, markup, a huge cell and a quoted line break: cells come whole, reading stays bounded."""
    sender, receiver = "T" + "a" * 33, "T" + "b" * 33
    head = "time,from,to,asset,amount,transaction,sequence,chain,note\n"
    notes = ["\u202egnp.exe", "<img src=x>", FORMULA, "x" * 100_000, '"two\nlines"']
    body = "".join(
        f"177244603{number},{sender},{receiver},TRX,4{number}.000000,tx{number},0,stated,{note}\n"
        for number, note in enumerate(notes)
    )
    path = tmp_path / "hostile.csv"
    path.write_text(head + body, encoding="utf-8")
    intake.import_files(empty, [path], intake.Options("ledger.csv", received_from="x"))
    kept = empty.store.exhibits()[0]
    data = path.read_bytes()
    for number, note in enumerate(notes):
        start = data.index(f"177244603{number},".encode())
        end = data.find(b"\n177244603", start) + 1 or len(data)
        citation = sourcerow.Place("row", _cite(kept.number, start, end - start)).citation
        found = sourcerow.look(empty, sourcerow.Place("row", citation))
        assert found.read <= sourcerow.LIMIT
        assert found.read == min(end - start, found.read)
        if len(note) < 1000:
            assert found.cells[-1].text == note.strip('"')
        else:
            assert found.form == "text"
            assert found.read < end - start


def _cite(exhibit: int, offset: int, length: int) -> object:
    from workstation.domain.evidence import Citation

    return Citation(exhibit, "row", "0" * 64, offset, length)


def test_bytes_that_are_no_text_are_shown_as_hex_with_offsets() -> None:
    """Sixteen bytes a row; every byte of the record is there once."""
    record = bytes(range(256))
    lines = sourcerow.hex_lines(b"\xff" * 16, record, b"", 64)
    assert sourcerow.encoding_of(record, record) == ""
    mine = [line for line in lines if line.here]
    assert bytes.fromhex("".join(line.text[:47].replace(" ", "") for line in mine)) == record
    assert [line.at for line in lines][:2] == ["00000030", "00000040"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_laid_out_json_is_the_same_json(value: object) -> None:
    """Laying out changes blanks only."""
    for separators in ((",", ":"), (", ", ": ")):
        written = json.dumps(value, separators=separators, ensure_ascii=False)
        assert json.loads("\n".join(sourcerow.indented(written))) == value


def test_laid_out_json_keeps_numbers_and_repeated_names_as_written() -> None:
    """A float is never turned into another one, and nothing of a repeated name is lost."""
    lines = sourcerow.indented('{"a":1.10000000000000000001,"a":1e400,"b":[],"c":{}}')
    assert lines == ["{", '  "a": 1.10000000000000000001,', '  "a": 1e400,', '  "b": [],', '  "c": {}', "}"]
    assert sourcerow.is_json("[" * 100_000) is False
    assert len(sourcerow.indented("[" * 100_000)) <= 2001


def test_a_table_without_a_header_is_numbered() -> None:
    """The first data row is never taken for names."""
    head = "1772446038,Tabc,40.5\n1772446039,Tdef,41.5\n"
    cells = sourcerow.cells_of("1772446039,Tdef,41.5\n", head, False, ())
    assert [cell.name for cell in cells] == ["column 1", "column 2", "column 3"]


# --- counterparties ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["romance", "colonial"])
def test_counterparties_are_those_of_the_facts_with_the_same_exact_sums(
    case: str, request: pytest.FixtureRequest
) -> None:
    """Two independent ways over the ledger agree, per other side, asset and direction."""
    session: Session = request.getfixturevalue(case)
    ledger = session.graphs.ledger
    for subject in addresses(session)[:40]:
        found = counterparties.of(session, subject)
        known = facts.subject_facts(session, subject, limit=100_000)
        mine = {
            (counterparties.other(ledger, row).key, ledger.asset_of(row.asset)): (row.came, row.went, row.count)
            for row in found.rows
        }
        theirs: dict[object, tuple[int, int, int]] = {}
        for party in known.counterparties:
            for side, sums in enumerate((party.received, party.sent)):
                for each in sums:
                    came, went, number = theirs.get((party.subject.key, each.asset), (0, 0, 0))
                    units = (came + each.units, went) if side == 0 else (came, went + each.units)
                    theirs[(party.subject.key, each.asset)] = (*units, number + each.count)
        assert mine == theirs
        assert found.sides == known.counterparties_total
        for row in found.rows:
            assert row.first is None or (row.last is not None and row.first <= row.last)


# --- cards and codes --------------------------------------------------------------------------------------------------


def test_a_card_of_a_line_is_exact_and_names_the_largest_first(romance: Session) -> None:
    """The sum is that of the drawn line; five transfers at most, the rest is counted."""
    for edge in romance.graphs.picture(romance.graph).edges:
        found = cards.of_edge(romance, edge.transfers)
        assert len(found.rows) == edge.count
        assert [each.exact for each in found.sums] == [edge.exact]
        units = [each.units or 0 for each in found.largest]
        assert units == sorted(units, reverse=True)
        assert found.more == max(0, edge.count - cards.LARGEST)


def test_a_card_of_a_node_holds_the_sums_of_the_facts(romance: Session) -> None:
    """The quick figures are those of the inspector."""
    for node in romance.graphs.picture(romance.graph).nodes:
        subject = parse(node.key)
        if node.kind in ("address", "entity"):
            known, found = facts.subject_facts(romance, subject), cards.of_node(romance, subject)
            assert {s.asset: s.units for s in found.came} == {
                h.asset: h.received.units for h in known.holdings if h.received.count
            }
            assert (found.first, found.last) == (known.first, known.last)


@pytest.mark.parametrize("case", ["romance", "colonial"])
def test_the_code_of_every_identifier_is_the_code_of_its_exact_text(case: str, request: pytest.FixtureRequest) -> None:
    """Same modules as the library makes of the text at the same level, and another text gives another code."""
    session: Session = request.getfixturevalue(case)
    for subject in addresses(session)[:20]:
        made = qr.modules(subject.ref)
        wanted = segno.make(subject.ref, error="m", micro=False, boost_error=False)
        assert made == tuple(tuple(bool(module) for module in row) for row in wanted.matrix)
        assert made != qr.modules(subject.ref.swapcase())
        assert "".join(qr.groups(subject.ref)) == subject.ref


def test_an_identifier_that_fits_no_code_is_refused_with_words() -> None:
    """Nothing is cut silently."""
    with pytest.raises(WorkstationError):
        qr.modules("x" * 3000)
    with pytest.raises(WorkstationError):
        qr.modules("")
    assert len(qr.modules("x" * qr.LONGEST)) == 177
