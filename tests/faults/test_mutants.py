"""Mutants of every sample: no exception, no record the host would refuse, no value changed in silence.

The full run is ``python -m tests.faults.mutants --count 100000 --jobs 4``; here a few of each sample are tried, and
some dozens go through the real worker and its containers.
"""

from __future__ import annotations

import bz2
import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from tests.faults import checks, mutants, mutators
from workstation.domain.errors import WorkstationError
from workstation.domain.records import TransferRecord
from workstation.paths import plugins_folder
from workstation.plugin_host import containers, readers
from workstation.plugin_host.discovery import Plugin, discover
from workstation.plugin_host.limits import DEFAULT_LIMITS

COUNT = 2400
#: Readers that no small sample can stand for: they are chosen by hand, with a layout.
WITHOUT = ("table.mapped",)


@pytest.fixture(scope="module")
def plugins() -> list[Plugin]:
    """The bundled plugins."""
    return discover([plugins_folder()])


def test_mutants_of_every_sample() -> None:
    tally = mutants.run(COUNT, 0, 1, "", mutants.DATA, lambda done: None)
    assert not tally.faults, "\n".join(tally.faults[:20])
    figures = [sum(counts[name] for counts in tally.figures.values()) for name in ("mutants", "compared", "rows")]
    assert figures[0] == COUNT
    assert figures[1] > COUNT // 2, "most mutants must keep rows that can be compared"
    assert figures[2] > COUNT


def test_every_reader_has_a_sample(data: Path) -> None:
    known, found, _ = mutants._prepared(mutants.DATA)
    assert set(known.modules) - {sample.reader for sample in found} == set(WITHOUT)


def test_a_mutant_is_the_same_everywhere() -> None:
    for text in (b"a,b\n1,2\n", b'{"a":[1,2,{"b":"c"}]}', b""):
        assert [mutators.mutant(text, f"0/x/{n}") for n in range(60)] == [
            mutators.mutant(text, f"0/x/{n}") for n in range(60)
        ]
    made = {mutators.mutant(b"time,amount\n2020-01-01,1.5\n" * 3, f"0/x/{n}")[1] for n in range(400)}
    assert len(made) > 300


def test_the_checks_see_a_changed_value() -> None:
    """A check that can find nothing would pass always."""
    readers_, found, known = mutants._prepared(mutants.DATA)
    sample = next(s for s in found if s.title == "own: ledger")
    reading = mutants.reading.read(readers_, sample.reader, sample.raw, sample.name, sample.parameters)
    assert not list(checks.problems(known[sample.title], sample.raw, reading))
    first = next(r for r in reading.records if isinstance(r, TransferRecord))
    for name, value in (("amount", 7), ("sender", "0x" + "9" * 40), ("time", 1500000000), ("symbol", "DOGE")):
        kept = object.__getattribute__(first, name)
        object.__setattr__(first, name, value)
        assert list(checks.problems(known[sample.title], sample.raw, reading)), name
        object.__setattr__(first, name, kept)


def _through_worker(path: Path, plugins: list[Plugin], folder: Path) -> int:
    """Records of a file through the real worker; a refusal is an answer, a crash is not."""
    count = 0
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
        if containers.kind(head, path.name):
            folder.mkdir()
            members = [
                member.path for member in containers.unpack(path, folder, limits=DEFAULT_LIMITS, name=path.name).members
            ]
        else:
            members = [path]
        for member in members:
            for found in readers.detect(member, plugins, name=path.name.removesuffix(".gz"))[:1]:
                given = {question: mutants.ANSWERS[question] for question in found.questions}
                with readers.parse(member, found.reader, given, plugins) as parse:
                    count += sum(1 for _ in parse)
    except WorkstationError as problem:
        if problem.code.startswith("WS-RDR-04"):
            pytest.fail(f"{path.name}: {problem}")
    return count


@pytest.mark.parametrize("number", range(12))
def test_mutants_through_the_worker(plugins: list[Plugin], tmp_path: Path, number: int) -> None:
    _, found, _ = mutants._prepared(mutants.DATA)
    rng = random.Random(number)
    counts = []
    for turn in range(3):
        sample = rng.choice(found)
        raw = mutators.mutant(sample.raw, f"worker/{number}/{turn}")[1]
        path = tmp_path / f"{turn}-{sample.name}"
        path.write_bytes(raw)
        counts.append(_through_worker(path, plugins, tmp_path / f"{turn}"))
    assert len(counts) == 3


def _packed(kind: str, name: str, raw: bytes) -> bytes:
    if kind == "gz":
        return gzip.compress(raw, mtime=0)
    if kind == "bz2":
        return bz2.compress(raw)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), raw)
        archive.writestr(zipfile.ZipInfo("folder/copy.csv"), raw)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["gz", "bz2", "zip"])
def test_damaged_archives_are_refused_or_read(plugins: list[Plugin], tmp_path: Path, kind: str) -> None:
    _, found, _ = mutants._prepared(mutants.DATA)
    sample = next(s for s in found if s.title == "own: ledger")
    whole = _packed(kind, sample.name, sample.raw)
    path = tmp_path / f"whole.csv.{kind}"
    path.write_bytes(whole)
    assert _through_worker(path, plugins, tmp_path / "whole") >= 3
    for number in range(6):
        rng = random.Random(f"{kind}{number}")
        raw = rng.choice((mutators.flip, mutators.delete, mutators.insert, mutators.cut))(whole, rng)
        path = tmp_path / f"{number}.csv.{kind}"
        path.write_bytes(raw)
        _through_worker(path, plugins, tmp_path / f"{number}")
    inside = _packed(kind, sample.name, mutators.mutant(sample.raw, f"inside/{kind}")[1])
    path = tmp_path / f"inside.csv.{kind}"
    path.write_bytes(inside)
    _through_worker(path, plugins, tmp_path / "inside")


def test_damaged_workbooks_are_refused_or_read(plugins: list[Plugin], tmp_path: Path, data: Path) -> None:
    raw = (data / "exchange-samples" / "binance_TradeHistory.xlsx").read_bytes()
    parts = {
        entry.filename: zipfile.ZipFile(io.BytesIO(raw)).read(entry)
        for entry in zipfile.ZipFile(io.BytesIO(raw)).infolist()
    }
    whole = tmp_path / "whole.xlsx"
    whole.write_bytes(raw)
    assert _through_worker(whole, plugins, tmp_path / "whole") >= 11, "the book itself, undamaged, gives its trades"
    sheet = next(name for name in parts if "worksheets/sheet" in name)
    for number in range(12):
        rng = random.Random(number)
        if number % 2:
            made = rng.choice((mutators.flip, mutators.delete, mutators.cut))(raw, rng)
        else:
            part = rng.choice((sheet, sheet, "xl/workbook.xml", *(n for n in parts if "sharedStrings" in n)))
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                for name, content in parts.items():
                    damaged = mutators.mutant(content, f"xlsx/{number}")[1] if name == part else content
                    archive.writestr(zipfile.ZipInfo(name), damaged)
            made = packed.getvalue()
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(made)
        _through_worker(path, plugins, tmp_path / f"{number}")
