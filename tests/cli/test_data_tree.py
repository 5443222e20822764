"""Every file under ``../shared/data`` and what becomes of it: the table beside this file is the promise.

``data_tree.tsv`` was written from the README of each folder and the catalogue of formats: reader or layout, outcome,
rows read, accepted, already known, quarantined, and the transfers, events and labels that are new in a case which
takes the folder in order of names. ``answers`` is what a file leaves open: without it the file is refused with a plain
question, with it it is read. A new file that is not in the table fails the test.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import inside
from workstation.app import intake
from workstation.app.importing import Options
from workstation.app.session import Session
from workstation.casefile import store
from workstation.domain.evidence import ImportResult
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import Plugin, discover

TABLE = Path(__file__).with_name("data_tree.tsv")
ASKED = "WS-IMP-040"
#: Codes of files that are no data: what they are is said in plain words, and nothing of them is kept.
NO_DATA = ("WS-RDR-113", "WS-RDR-114", "WS-RDR-120", "WS-IMP-001", "WS-IMP-042")
COUNTS = ("read", "accepted", "known", "quarantined", "transfers", "events", "labels")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    file: str
    answers: dict[str, str]
    reader: str
    outcome: str
    code: str
    counts: tuple[int, ...]


def table() -> dict[str, Row]:
    """The table by file."""
    found = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter="\t"):
            answers = dict(part.split("=", 1) for part in line["answers"].split())
            counts = tuple(int(line[name]) for name in COUNTS)
            found[line["file"]] = Row(line["file"], answers, line["reader"], line["outcome"], line["code"], counts)
    return found


ROWS = table()
FOLDERS = sorted({name.partition("/")[0] for name in ROWS})


@pytest.fixture(scope="module")
def plugins() -> list[Plugin]:
    """The bundled plugins."""
    return discover([plugins_folder()])


@pytest.fixture
def session(plugins: list[Plugin], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:  # type: ignore[misc]
    """A new case whose readers run in this process."""
    inside.install(monkeypatch)
    made = store.create(tmp_path / "tree.wcase", title="Tree", examiner="Tester")
    with Session(made, plugins, tmp_path / "settings") as opened:
        yield opened


def options(answers: dict[str, str]) -> Options:
    """The answers of a line as import options."""
    named = {name: answers[name] for name in ("zone", "chain", "subject") if name in answers}
    return Options(**named, more={name: text for name, text in answers.items() if name not in named})


def leaf(result: ImportResult) -> ImportResult:
    """The result of the only file in a container, else the result itself."""
    while len(result.members) == 1:
        result = result.members[0]
    return result


def came_out(session: Session, row: Row, result: ImportResult) -> Row:
    """What happened, as a line of the table."""
    one = leaf(result)
    added = (0, 0, 0)
    if one.exhibit is not None and one.code != "WS-IMP-010":
        report = session.store.import_report(one.exhibit)
        added = (report.transfers, report.events, report.tags)
    counts = (one.read, one.accepted, one.duplicates, one.quarantined, *added)
    return Row(row.file, row.answers, one.reader, result.outcome, result.code, counts)


def test_the_table_names_every_file(data: Path) -> None:
    files = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    assert files == set(ROWS), "new or missing files: read their README and write down what must come of them"


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_file_comes_to_what_the_table_says(session: Session, data: Path, folder: str) -> None:
    results = {
        Path(result.path).relative_to(data).as_posix(): result
        for result in intake.import_files(session, [data / folder])
    }
    rows = [row for name, row in ROWS.items() if name.partition("/")[0] == folder]
    assert sorted(results) == sorted(row.file for row in rows)
    wrong = []
    for row in rows:
        result = results[row.file]
        if row.answers:
            assert (result.outcome, result.code) == ("rejected", ASKED), f"{row.file} was not asked about"
            assert result.message.rstrip().endswith(tuple("?)ESRTUNKM:0123456789abcdefghijklmnopqrstuvwxyz"))
            result = intake.import_files(session, [data / row.file], options(row.answers))[0]
        found = came_out(session, row, result)
        if found != row:
            wrong.append((row, found, result.message, [(q.locator, q.code, q.reason) for q in result.quarantine[:3]]))
        if row.outcome == "rejected":
            assert len(result.message) > 30, row.file
        if row.code in NO_DATA:
            assert result.exhibit is None, f"{row.file} is no data and was kept"
        if row.outcome != "rejected" and not row.counts[0] and row.code != "WS-IMP-010":
            assert result.warnings or result.message, f"{row.file}: zero rows without a word"
    assert not wrong, "\n".join(f"{was}\n  is {now}\n  {said} {bad}" for was, now, said, bad in wrong)


def test_every_quarantined_row_has_its_reason(session: Session, data: Path) -> None:
    intake.import_files(session, [data / "tagpacks-graphsense" / "ofac.yaml", data / "sanctions-ofac"])
    for row in session.store.quarantined():
        assert row.code.startswith("WS-ROW-")
        assert len(row.reason) > 10
        assert row.raw


def test_a_list_is_dated_when_its_date_is_given(session: Session, data: Path) -> None:
    path = data / "sanctions-ofac" / "sanctioned_addresses_XRP.txt"
    (first,) = intake.import_files(session, [path.with_name("sanctioned_addresses_XVG.txt")])
    assert any("date" in text for text in first.warnings)
    (second,) = intake.import_files(session, [path], options({"date": "2024-09-27"}))
    assert not any("states no date" in text for text in second.warnings)
    assert {tag.source_date for tag in session.store.source_tags() if tag.chain == "ripple"} == {"2024-09-27"}
