"""Two offices compare their cases by keyed hashes: both learn what is shared, and the file tells nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workstation.app import deconfliction, demo
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import discover

SECRET = "correct horse battery staple"


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The demo case of one office."""
    folder = tmp_path_factory.mktemp("mine")
    with demo.build(demo.ROMANCE, folder / "a.wcase", discover([plugins_folder()]), folder / "settings") as made:
        yield made


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The same sources in the case of another office, and a case of another story."""
    folder = tmp_path_factory.mktemp("theirs")
    with demo.build(demo.COLONIAL, folder / "b.wcase", discover([plugins_folder()]), folder / "settings") as made:
        yield made


def test_all_of_an_equal_case_is_shared_and_nothing_of_another(mine: Session, theirs: Session, tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    count = deconfliction.write(mine, file, SECRET, services=True)
    again = deconfliction.compare(mine, file, SECRET)
    assert (again.theirs, again.mine, len(again.shared)) == (count, count, count)
    assert deconfliction.compare(theirs, file, SECRET).shared == ()
    assert deconfliction.compare(mine, file, SECRET + "!").shared == ()


def test_services_stay_out_unless_asked_for(mine: Session, tmp_path: Path) -> None:
    few = deconfliction.write(mine, tmp_path / "few.json", SECRET)
    every = deconfliction.write(mine, tmp_path / "all.json", SECRET, services=True)
    exchange = [a for a in deconfliction.own(mine, services=True) if mine.graphs.names.face(a).role == "service"]
    assert every - few == len(exchange) > 0
    assert not set(exchange) & set(deconfliction.compare(mine, tmp_path / "few.json", SECRET).shared)


def test_the_file_holds_no_address_label_or_amount(mine: Session, tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    deconfliction.write(mine, file, SECRET, services=True)
    text = file.read_text("ascii")
    for subject in deconfliction.own(mine, services=True):
        assert subject.ref not in text
    assert set(json.loads(text)) == {"kind", "salt", "count", "hashes"}
    other = tmp_path / "again.json"
    deconfliction.write(mine, other, SECRET, services=True)
    assert not set(json.loads(text)["hashes"]) & set(json.loads(other.read_text("ascii"))["hashes"])  # a new salt


def test_the_same_salt_gives_the_same_bytes(mine: Session, tmp_path: Path) -> None:
    for name in ("a", "b"):
        deconfliction.write(mine, tmp_path / name, SECRET, salt=bytes(16))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_short_passphrase_is_refused(mine: Session, tmp_path: Path) -> None:
    with pytest.raises(WorkstationError, match="WS-DCF-001"):
        deconfliction.write(mine, tmp_path / "marks.json", "short")
    assert not (tmp_path / "marks.json").exists()


_DAMAGE: dict[str, Callable[[dict[str, object]], object]] = {
    "another kind": lambda d: d.update(kind="x"),
    "salt of another length": lambda d: d.update(salt="00"),
    "salt that is a number": lambda d: d.update(salt=7),
    "a hash cut off": lambda d: d["hashes"].__setitem__(0, "ab"),  # type: ignore[attr-defined]
    "hashes that are no list": lambda d: d.update(hashes="ab" * 32),
    "a wrong count": lambda d: d.update(count=1),
}


@pytest.mark.parametrize("damage", list(_DAMAGE))
def test_a_damaged_file_is_refused(damage: str, mine: Session, tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    deconfliction.write(mine, file, SECRET)
    document = json.loads(file.read_text("ascii"))
    _DAMAGE[damage](document)
    file.write_text(json.dumps(document), "ascii")
    before = mine.store.head()
    with pytest.raises(WorkstationError, match="WS-DCF-003"):
        deconfliction.compare(mine, file, SECRET)
    assert mine.store.head() == before


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 200_000, b"{}", b'{"kind": NaN}'])
def test_a_hostile_file_is_refused(data: bytes, mine: Session, tmp_path: Path) -> None:
    (tmp_path / "marks.json").write_bytes(data)
    with pytest.raises(WorkstationError, match="WS-DCF-003"):
        deconfliction.compare(mine, tmp_path / "marks.json", SECRET)


def test_the_command_selects_what_is_shared_and_the_log_names_no_address(mine: Session, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET + "\n", "utf-8")
    mine.run("case.deconflict_write", out=tmp_path / "marks.json", secret=tmp_path / "secret.txt")
    made = mine.run("case.deconflict_compare", file=tmp_path / "marks.json", secret=tmp_path / "secret.txt")
    assert mine.selection == made.value.shared != ()
    last = list(mine.store.custody())[-1]
    assert last.kind == "view"
    assert last.body == {
        "deconfliction": "compared", "file": "marks.json", "theirs": made.value.theirs, "mine": made.value.mine,
        "shared": len(made.value.shared),
    }  # fmt: skip
