"""Somebody changes the custody log inside a package after it was signed: how far they get with which keys (evidence.md 2.1)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from tests.evidence.test_package import _rehash, failed
from tests.evidence.test_stranger import _unpacked
from workstation.app import demo
from workstation.app.export import export
from workstation.evidence.keys import CHECKPOINT, load_or_create
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import discover


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package and the keys it was signed with."""
    folder = tmp_path_factory.mktemp("again")
    with demo.build(demo.ROMANCE, folder / "c.wcase", discover([plugins_folder()]), folder / "settings") as session:
        export(session, folder / "case-evidence.zip")
    return folder


@pytest.fixture
def bag(place: Path, tmp_path: Path) -> Path:
    """The package unpacked, to be changed."""
    return _unpacked(place / "case-evidence.zip", tmp_path / "x")


def log_of(bag: Path) -> list[dict[str, Any]]:
    """The entries of the log in a package."""
    return [json.loads(line) for line in (bag / "data/custody/audit.jsonl").read_text("utf-8").splitlines()]


def put(bag: Path, entries: list[dict[str, Any]], *, whole: bool) -> None:
    """Write the log with a false second entry; ``whole``: every commitment, hash and the witness line are made to fit."""
    entries[1]["body"] = {**entries[1]["body"], "forged": "yes"}
    previous = entries[0]["hash"]
    for entry in entries[1:] if whole else ():
        salted = bytes.fromhex(entry["salt"]) + rfc8785.dumps(entry["body"])
        entry["header"] |= {"prev": previous, "body": hashlib.sha256(salted).hexdigest()}
        previous = entry["hash"] = hashlib.sha256(rfc8785.dumps(entry["header"])).hexdigest()
    (bag / "data/custody/audit.jsonl").write_text("".join(json.dumps(e) + "\n" for e in entries), "utf-8")
    if whole:
        file = bag / "data/custody/witness.json"
        told = json.loads(file.read_text("utf-8"))
        told["line"] = told["line"].replace(told["head"], previous)
        file.write_text(json.dumps(told | {"head": previous}), "utf-8")


def sign_again(bag: Path, place: Path) -> None:
    """The seal anew with the key of the examiner."""
    _rehash(bag)
    seal = (bag / "tagmanifest-sha256.txt").read_bytes()
    signer = load_or_create(place / "settings" / "keys", identity="Demo.examiner")
    (bag / "signatures" / "tagmanifest-sha256.txt.sshsig").write_bytes(signer.sign(seal))


def test_an_edited_entry_breaks_the_chain_though_the_package_is_signed_again(place: Path, bag: Path) -> None:
    put(bag, log_of(bag), whole=False)
    sign_again(bag, place)
    assert failed(bag) == ["custody chain"]


def test_a_cut_tail_is_found_by_the_checkpoints_and_the_witness(place: Path, bag: Path) -> None:
    entries = log_of(bag)[:-1]
    (bag / "data/custody/audit.jsonl").write_text("".join(json.dumps(e) + "\n" for e in entries), "utf-8")
    sign_again(bag, place)
    assert {"witness line", "custody checkpoints"} <= set(failed(bag))


def test_a_recomputed_chain_is_found_by_the_checkpoints(place: Path, bag: Path) -> None:
    put(bag, log_of(bag), whole=True)
    sign_again(bag, place)
    assert failed(bag) == ["custody checkpoints"]


def test_with_the_key_for_checkpoints_too_only_the_printed_line_tells(place: Path, bag: Path) -> None:
    """The manual says so: whoever holds the key can tell another story, but not the one on the seal sheet and the report."""
    printed = json.loads((bag / "data/custody/witness.json").read_text("utf-8"))["line"]
    put(bag, log_of(bag), whole=True)
    heads = {entry["header"]["seq"]: entry["hash"] for entry in log_of(bag)}
    file = bag / "data/custody/checkpoints.json"
    told, previous = json.loads(file.read_text("utf-8")), "0" * 64
    signer = load_or_create(place / "settings" / "keys", identity="Demo.examiner")
    for each in told["checkpoints"]:
        said = {**each["said"], "head": heads[each["said"]["seq"]], "prev": previous}
        each["said"], each["message"] = said, rfc8785.dumps(said).decode()
        each["signature"] = signer.sign(each["message"].encode(), CHECKPOINT).decode()
        previous = hashlib.sha256(each["message"].encode()).hexdigest()
    file.write_text(json.dumps(told), "utf-8")
    sign_again(bag, place)
    assert failed(bag) == []
    assert json.loads((bag / "data/custody/witness.json").read_text("utf-8"))["line"] != printed
