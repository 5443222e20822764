"""A package holds the runs of plugins, what they wrote and the code that ran; all of it is checked, and run again."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.test_plugins import CODE, write
from tests.evidence.test_package import alone, failed
from tests.evidence.test_signed_again import sign_again
from tests.evidence.test_stranger import _unpacked
from workstation.app import demo, export
from workstation.app.reproduce import reproduce
from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import Plugin, discover
from workstation.plugin_host.packing import install
from workstation.plugin_host.trees import tree_hash

WRITES = """
    with run.artifact("list.csv", "text/csv") as file:
        file.write(b"a,b")
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugin and the package of a case in which it ran, and a person decided about its answers."""
    folder = tmp_path_factory.mktemp("runs")
    write(folder / "plugins" / "sample", CODE + WRITES)
    with demo.build(demo.ROMANCE, folder / "case.wcase", plugins(folder), folder / "settings") as session:
        job = session.run("plugin.run", analysis="sample/find", settings="label=sender").job
        assert job is not None
        session.wait(job)
        session.run("plugin.accept", run=1, number=2)
        session.run("plugin.keep", run=1, number=1)
        session.run("note.add", subjects=[next(iter(session.graphs.picture(session.graph).nodes)).key], body="after it")
        export.export(session, folder / "case-evidence.zip")
    return folder


@pytest.fixture
def bag(place: Path, tmp_path: Path) -> Path:
    """The package unpacked."""
    return _unpacked(place / "case-evidence.zip", tmp_path / "x")


def plugins(folder: Path) -> list[Plugin]:
    """The bundled plugins and the one in the folder."""
    return discover([plugins_folder(), folder / "plugins"])


def test_a_stranger_finds_question_answer_files_and_code(place: Path, bag: Path, tmp_path: Path) -> None:
    """The step names parameters, record, and the code by hash; the packed code is a plugin with that very hash."""
    told = json.loads((bag / "data/reproduce/steps.json").read_text("utf-8"))
    assert [step["number"] for step in told["steps"]] == list(range(1, len(told["steps"]) + 1))
    (step,) = [step for step in told["steps"] if step["action"] == "plugin"]
    record = json.loads((bag / step["output"]).read_text("utf-8"))
    assert (step["tool"], step["version"], step["tree"]) == ("sample/find", "1.2.0", record["tree"])
    assert step["parameters"]["parameters"] == {"label": "sender"}
    assert hashlib.sha256((bag / step["output"]).read_bytes()).hexdigest() == step["output_sha256"]
    assert (bag / f"data/plugins/files/{record['files']['list.csv']}.bin").read_bytes() == b"a,b"
    (code,) = [each for each in told["plugins"] if each["tree"] == record["tree"]]
    assert (code["id"], code["use"]) == ("sample", "analysis")
    made = install(bag / code["file"], tmp_path / "home")
    assert tree_hash(made.folder) == tree_hash(place / "plugins" / "sample") == record["tree"]
    assert {each["use"] for each in told["plugins"]} == {"analysis", "reader"}
    assert failed(bag) == []
    assert alone(bag) == 0


def test_every_file_has_one_class_of_determinism(bag: Path) -> None:
    classes = json.loads((bag / "data/reproduce/classes.json").read_text("utf-8"))
    assert "data/plugins/run-0001.json" in classes["A"]["files"]
    assert "data/report/report.en.pdf" in classes["B"]["files"]
    assert "data/sources/0001.bin" in classes["kept"]["files"]


def _record(bag: Path) -> None:
    file = bag / "data/plugins/run-0001.json"
    file.write_bytes(file.read_bytes().replace(b"It paid out", b"It stole it"))


def _run_gone(bag: Path) -> None:
    (bag / "data/plugins/run-0001.json").unlink()


def _file(bag: Path) -> None:
    next((bag / "data/plugins/files").iterdir()).write_bytes(b"x,y")


def _run_added(bag: Path) -> None:
    shutil.copyfile(bag / "data/plugins/run-0001.json", bag / "data/plugins/run-0002.json")


def _code(bag: Path) -> None:
    """Other code under its own right name, and ``steps.json`` made to fit: only its tree tells."""
    told = bag / "data/reproduce/steps.json"
    document = json.loads(told.read_text("utf-8"))
    one = next(each for each in document["plugins"] if each["id"] == "sample")
    with zipfile.ZipFile(bag / one["file"], "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("more.py", "evil = 1")
    digest = hashlib.sha256((bag / one["file"]).read_bytes()).hexdigest()
    (bag / one["file"]).rename(bag / f"data/reproduce/plugins/{digest}.zip")
    one["file"] = f"data/reproduce/plugins/{digest}.zip"
    told.write_text(json.dumps(document), "utf-8")


def _class(bag: Path) -> None:
    """A result is called one that need not come out the same."""
    file = bag / "data/reproduce/classes.json"
    classes = json.loads(file.read_text("utf-8"))
    classes["B"]["files"].append(classes["A"]["files"].pop())
    file.write_text(json.dumps(classes), "utf-8")


@pytest.mark.parametrize(("change", "name"), [
    (_record, "every plugin run is as sealed, with its code"), (_run_gone, "every plugin run is as sealed, with its code"),
    (_file, "every plugin run is as sealed, with its code"), (_run_added, "every plugin run is as sealed, with its code"),
    (_code, "every plugin run is as sealed, with its code"), (_class, "classes of determinism"),
], ids=lambda value: value.__name__.strip("_") if callable(value) else "")  # fmt: skip
def test_a_change_that_was_signed_again_is_named(
    place: Path, bag: Path, change: Callable[[Path], None], name: str
) -> None:
    """Somebody with the key of the examiner changes the package after it was signed, and signs it again."""
    change(bag)
    assert failed(bag)
    sign_again(bag, place)
    assert name in failed(bag)
    assert alone(bag) == 1


def test_the_run_is_done_again_and_all_is_the_same(place: Path) -> None:
    found = reproduce(place / "case-evidence.zip", plugins(place))
    assert (found.differing, found.not_done) == ({}, ())
    assert "data/plugins/run-0001.json" in found.same
    assert "plugin run 1: sample/find" in found.steps


def test_other_code_is_not_run_in_its_place(place: Path, tmp_path: Path) -> None:
    """Without the very code the run is said to be not done; what rests on it is compared all the same."""
    write(tmp_path / "plugins" / "sample", CODE.replace("It paid out", "It paid much"))
    found = reproduce(place / "case-evidence.zip", plugins(tmp_path))
    assert not found.identical
    (said,) = found.not_done
    assert said.startswith("plugin run 1: sample/find was not run")
    assert found.differing == {}


def test_code_that_cannot_travel_is_named_with_the_reason(place: Path, tmp_path: Path) -> None:
    """The plugin was changed after the run: the package says so and still verifies."""
    write(tmp_path / "plugins" / "sample", CODE)
    shutil.copyfile(place / "case.wcase", tmp_path / "case.wcase")
    with Session(open_case(tmp_path / "case.wcase"), plugins(tmp_path), place / "settings") as session:
        made = export.bundle(session)
    (code,) = [each for each in made.plugins if each.id == "sample"]
    assert (code.archive, code.absent) == (
        b"",
        "the code installed on the computer of the export is not the code that ran",
    )


def test_a_run_that_names_a_protected_person_is_withheld_whole(place: Path, tmp_path: Path) -> None:
    """Record, file and the entry of the log go together; the register names the hash, and the package verifies."""
    shutil.copyfile(place / "case.wcase", tmp_path / "case.wcase")
    with Session(open_case(tmp_path / "case.wcase"), plugins(place), place / "settings") as session:
        session.run("person.add", name="It paid out")
        asked = export.Redaction(("victim",), "law", "prosecutor")
        made = export.export(session, tmp_path / "r-evidence.zip", redaction=asked)
    assert not [name for name in made.files if "data/plugins/" in name]
    assert failed(made.path) == []
    with zipfile.ZipFile(made.path) as archive:
        register = archive.read(next(name for name in archive.namelist() if name.endswith("redaction.csv"))).decode()
    assert "plugin run 1" in register
    assert "code of a plugin" in register
