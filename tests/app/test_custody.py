"""What the custody log withstands: each attack of ``notes/evidence.md`` 2.1 by somebody who can write the case file.

The attacker opens the file with the same driver, takes the triggers away, rewrites what he likes and puts them back.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from workstation.app import custody, signing
from workstation.app.export import export
from workstation.app.session import Session
from workstation.casefile import custody as log
from workstation.casefile import sealing
from workstation.casefile.database import SQLITE
from workstation.casefile.store import create, open_case
from workstation.domain.errors import WorkstationError
from workstation.evidence.keys import CHECKPOINT, NAMESPACE
from workstation.evidence.verify import verify_package

Rows = list[dict[str, Any]]
_COLUMNS = ("seq", "time", "actor", "kind", "body", "salt", "commitment", "previous", "digest", "seal")


class Scene:
    """A case with thirty entries, signed up to the twentieth, and what its examiner keeps outside of it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "a.wcase"
        self.settings = folder / "settings"
        with self.open(create(self.path, title="A", examiner="D. Rossi")) as session:
            for number in range(19):
                session.store.log("view", {"page": number}, actor="D. Rossi")
            self.signer = signing.signer(session)
            custody.sign_head(session.store, self.signer)
            for number in range(9):
                session.store.log("view", {"page": 100 + number}, actor="D. Rossi")
            key = session.store.first_seal_key()
            assert key is not None
            self.first_key = key
            custody.release_first_key(session.store, actor="D. Rossi")
            sequence, head = session.store.head()
            self.witness = f"A · {sequence} · {head}"
            shutil.rmtree(self.settings)  # nothing is signed at closing
        self.signers_line = self.signer.allowed_line

    def open(self, store: Any) -> Session:
        """The case as its examiner opens it."""
        return Session(store, (), self.settings)

    def failed(self, *, first_key: bool = False, witness: bool = False) -> set[str]:
        """The names of the checks that fail, by what the checker holds."""
        with open_case(self.path) as store:
            checks = custody.verify(
                store, first_key=self.first_key if first_key else "", witnesses=[self.witness] if witness else []
            )
        return {check.name for check in checks if not check.ok}

    def attack(self, change: Callable[[Rows, Any], None]) -> None:
        """Rewrite the log: ``change`` gets its rows, and the raw connection for the rest of the file."""
        raw = SQLITE.connect(str(self.path), isolation_level=None)
        triggers = list(raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"))
        raw.execute("BEGIN IMMEDIATE")
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in raw.execute("SELECT * FROM custody ORDER BY seq")]
        change(rows, raw)
        raw.execute("DELETE FROM custody")
        marks = ", ".join("?" * len(_COLUMNS))
        raw.executemany(f"INSERT INTO custody VALUES ({marks})", [tuple(row.values()) for row in rows])
        for _, sql in triggers:
            raw.execute(sql)
        raw.execute("COMMIT")
        raw.close()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A case to be attacked; sound before the attack, for whoever holds whatever."""
    made = Scene(tmp_path)
    assert made.failed(first_key=True, witness=True) == set()
    return made


def _lie(rows: Rows) -> None:
    """Entry 5 tells another story, with a commitment that fits."""
    rows[4]["body"] = '{"page":999}'
    rows[4]["commitment"] = log.commit(json.loads(rows[4]["body"]), rows[4]["salt"])


def _chain(rows: Rows, raw: Any) -> None:
    """Compute the whole chain again."""
    case = raw.execute("SELECT value FROM meta WHERE key = 'case_id'").fetchone()[0]
    previous = log.GENESIS
    for row in rows:
        row["previous"] = previous
        header = {
            "v": 1, "case": case, "seq": row["seq"], "time": row["time"], "actor": row["actor"], "kind": row["kind"],
            "body": row["commitment"], "prev": previous,
        }  # fmt: skip
        previous = row["digest"] = log.digest(header)


def _sign(scene: Scene, rows: Rows, raw: Any) -> None:
    """Sign the false log with the stolen key of the examiner."""
    raw.execute("DELETE FROM checkpoint")
    case = raw.execute("SELECT value FROM meta WHERE key = 'case_id'").fetchone()[0]
    row = rows[-1]
    said = {"v": 1, "case": case, "seq": row["seq"], "head": row["digest"], "time": row["time"], "prev": "0" * 64}
    message = rfc8785.dumps(said)
    values = (row["seq"], message.decode(), scene.signers_line, scene.signer.sign(message, CHECKPOINT).decode())
    raw.execute("INSERT INTO checkpoint VALUES (?, ?, ?, ?)", values)


def _seal(scene: Scene, rows: Rows, raw: Any) -> None:
    """Seal every entry again with the stolen first key."""
    key = scene.first_key
    for row in rows:
        row["seal"] = sealing._code(key, row["digest"])
        key = sealing._next(key)
    raw.execute("UPDATE meta SET value = ? WHERE key = 'seal_key'", (key,))


def test_an_edited_body_is_found_in_the_case_alone(scene: Scene) -> None:
    scene.attack(lambda rows, _: rows[4].update(body='{"page":999}'))
    assert "custody bodies" in scene.failed()


@pytest.mark.parametrize("what", ["delete", "swap"])
def test_a_deleted_or_moved_entry_is_found_in_the_case_alone(scene: Scene, what: str) -> None:
    def change(rows: Rows, _: Any) -> None:
        if what == "delete":
            del rows[4]
        else:
            rows[4]["seq"], rows[5]["seq"] = rows[5]["seq"], rows[4]["seq"]

    scene.attack(change)
    assert "custody chain" in scene.failed()


def test_a_tail_cut_off_below_a_checkpoint_is_found_in_the_case_alone(scene: Scene) -> None:
    def change(rows: Rows, _: Any) -> None:
        del rows[15:]

    scene.attack(change)
    assert scene.failed() == {"checkpoints"}


def test_a_tail_cut_off_after_the_last_checkpoint_is_found_by_the_first_key(scene: Scene) -> None:
    def change(rows: Rows, _: Any) -> None:
        del rows[-5:]

    scene.attack(change)
    assert scene.failed() == set()
    assert scene.failed(first_key=True) == {"custody seals"}
    assert scene.failed(witness=True) == {"witness"}


def test_a_recomputed_chain_is_found_by_the_checkpoint(scene: Scene) -> None:
    def change(rows: Rows, raw: Any) -> None:
        _lie(rows)
        _chain(rows, raw)

    scene.attack(change)
    assert scene.failed() == {"checkpoints"}
    assert scene.failed(first_key=True) == {"checkpoints", "custody seals"}


def test_with_the_signing_key_it_is_found_by_seals_and_witness(scene: Scene) -> None:
    def change(rows: Rows, raw: Any) -> None:
        _lie(rows)
        _chain(rows, raw)
        _sign(scene, rows, raw)

    scene.attack(change)
    assert scene.failed() == set()
    assert scene.failed(first_key=True) == {"custody seals"}
    assert scene.failed(witness=True) == {"witness"}


def test_with_both_keys_only_a_witness_finds_it(scene: Scene) -> None:
    def change(rows: Rows, raw: Any) -> None:
        _lie(rows)
        _chain(rows, raw)
        _sign(scene, rows, raw)
        _seal(scene, rows, raw)

    scene.attack(change)
    assert scene.failed(first_key=True) == set()
    assert scene.failed(first_key=True, witness=True) == {"witness"}


def test_what_was_edited_after_the_last_witness_is_not_found(scene: Scene) -> None:
    """The manual says so: an old image of the laptop, or an insider with both keys, is bounded only from outside."""
    with scene.open(open_case(scene.path)) as session:
        session.store.log("view", {"page": 200}, actor="D. Rossi")

    def change(rows: Rows, raw: Any) -> None:
        rows[-1]["body"] = '{"page":999}'
        rows[-1]["commitment"] = log.commit({"page": 999}, rows[-1]["salt"])
        _chain(rows, raw)
        _seal(scene, rows, raw)

    scene.attack(change)
    assert scene.failed(first_key=True, witness=True) == set()


def test_a_signature_by_another_key_does_not_count(scene: Scene) -> None:
    def change(_rows: Rows, raw: Any) -> None:
        raw.execute("UPDATE checkpoint SET signature = replace(signature, 'U1NIU0lH', 'U1NIU0lI')")

    scene.attack(change)
    assert scene.failed() == {"checkpoint signatures"}


def test_the_first_key_leaves_the_case_once(tmp_path: Path) -> None:
    with create(tmp_path / "a.wcase", title="A", examiner="D. Rossi") as store:
        out = custody.save_first_key(store, tmp_path / "key.txt", actor="D. Rossi")
        key = out.read_text("ascii").strip()
        assert store.first_seal_key() is None
        assert custody.verify(store, first_key=f" {key[:32].upper()} {key[32:]}")[-1].ok
        assert not custody.verify(store, first_key=hashlib.sha256(b"guess").hexdigest())[-1].ok
        with pytest.raises(WorkstationError, match="WS-CUST-012"):
            custody.release_first_key(store, actor="D. Rossi")
        for wrong in ("", "12", "z" * 64):
            if wrong:
                with pytest.raises(WorkstationError, match="WS-CUST-010"):
                    custody.verify(store, first_key=wrong)


def test_a_key_that_cannot_be_written_stays_in_the_case(tmp_path: Path) -> None:
    with create(tmp_path / "a.wcase", title="A", examiner="D. Rossi") as store:
        (tmp_path / "there").write_text("x")
        with pytest.raises(WorkstationError, match="WS-CUST-013"):
            custody.save_first_key(store, tmp_path / "there", actor="D. Rossi")
        assert store.first_seal_key() is not None


@pytest.mark.parametrize("line", ["", "A · 3", "A · x · 12ab", "A · 3 · wxyz"])
def test_what_is_no_witness_line_is_refused(tmp_path: Path, line: str) -> None:
    with (
        create(tmp_path / "a.wcase", title="A", examiner="D. Rossi") as store,
        pytest.raises(WorkstationError, match="WS-CUST-011"),
    ):
        custody.verify(store, witnesses=[line])


def test_the_log_is_signed_at_closing_and_every_so_many_entries(tmp_path: Path) -> None:
    path, settings = tmp_path / "a.wcase", tmp_path / "settings"
    with Session(create(path, title="A", examiner="D. Rossi"), (), settings) as session:
        assert not custody.sign_if_due(session, closing=True)  # nobody has a key yet
        signing.signer(session)
    with Session(open_case(path), (), settings) as session:
        assert session.store.unsigned() == 0
        for number in range(custody.EVERY - 1):
            session.store.log("view", {"page": number}, actor="D. Rossi")
        assert not custody.sign_if_due(session)
        session.store.log("view", {}, actor="D. Rossi")
        assert custody.sign_if_due(session)
        assert [c.sequence for c in session.store.checkpoints()] == [1, custody.EVERY + 1]
        assert all(check.ok for check in custody.verify(session.store))


def test_a_protected_key_is_not_used_without_its_passphrase(tmp_path: Path) -> None:
    path, settings = tmp_path / "a.wcase", tmp_path / "settings"
    with Session(create(path, title="A", examiner="D. Rossi"), (), settings) as session:
        signing.protect_key(signing.folder(session), "D. Rossi", "correct horse")
        assert not signing.ready(session)
    with Session(open_case(path), (), settings) as session:
        assert signing.protected(session)
        assert not signing.ready(session)
        with pytest.raises(WorkstationError, match="WS-KEY-001"):
            signing.signer(session)
        session.key_passphrase = "correct horse"
        custody.sign_head(session.store, signing.signer(session))
        with pytest.raises(WorkstationError, match="WS-KEY-005"):
            signing.protect_key(signing.folder(session), "D. Rossi", "another one")
        shown = signing.public(signing.folder(session), "D. Rossi")
        assert (shown.identity, shown.protected) == ("D.Rossi", True)
        assert shown.line == signing.signer(session).allowed_line


def test_hand_overs_stand_in_the_register_and_cannot_be_undone(tmp_path: Path) -> None:
    with Session(create(tmp_path / "a.wcase", title="A", examiner="D. Rossi"), (), tmp_path / "s") as session:
        session.run(
            "custody.handover", direction="out", giver="D. Rossi", taker="Lab 3", item="E-0001, stick", purpose="examination",
            seal="S-77", checked="yes",
        )  # fmt: skip
        (line,) = custody.hand_overs(list(session.store.custody()))
        assert (line.direction, line.giver, line.taker, line.seal, line.checked) == (
            "out", "D. Rossi", "Lab 3", "S-77", True,
        )  # fmt: skip
        assert session.history.next_undo() == ""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exported package of a case with a hand-over."""
    folder = tmp_path_factory.mktemp("custody")
    with Session(create(folder / "a.wcase", title="A", examiner="D. Rossi"), (), folder / "s") as session:
        session.run("custody.handover", giver="D. Rossi", taker="=1+1", item="E-0001")
        export(session, folder / "a-evidence.zip")
        assert session.store.unsigned() == 0  # what the export wrote is signed as well
    return folder / "a-evidence.zip"


def _of(package: Path, name: str) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read(f"{package.stem}/data/custody/{name}")


def test_a_package_carries_the_signed_heads_and_the_register(package: Path) -> None:
    assert all(check.ok for check in verify_package(package))
    assert "custody checkpoints" in [check.name for check in verify_package(package)]
    (signed,) = json.loads(_of(package, "checkpoints.json"))["checkpoints"]
    witness = json.loads(_of(package, "witness.json"))
    assert (signed["said"]["seq"], signed["said"]["head"]) == (witness["sequence"], witness["head"])
    register = list(csv.DictReader(_of(package, "handovers.csv").decode().splitlines()))
    assert [(line["giver"], line["taker"], line["checked"]) for line in register] == [("D. Rossi", "'=1+1", "no")]


def test_ssh_keygen_accepts_a_signed_head(package: Path, tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not on this machine")
    (signed,) = json.loads(_of(package, "checkpoints.json"))["checkpoints"]
    (tmp_path / "allowed").write_text(signed["signer"].replace(NAMESPACE, CHECKPOINT) + "\n")
    (tmp_path / "sig").write_text(signed["signature"])
    call = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "D.Rossi", "-n", CHECKPOINT, "-s", "sig"]
    for message, code in ((signed["message"], 0), (signed["message"] + " ", 255)):
        done = subprocess.run(call, input=message.encode(), cwd=tmp_path, check=False, capture_output=True)
        assert done.returncode == code


def test_a_false_head_in_a_package_is_named(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    path = tmp_path / package.stem / "data" / "custody" / "checkpoints.json"
    document = json.loads(path.read_bytes())
    document["checkpoints"][0]["message"] = document["checkpoints"][0]["message"].replace('"seq":2', '"seq":1')
    path.write_text(json.dumps(document))
    assert "custody checkpoints" in [c.name for c in verify_package(tmp_path / package.stem) if not c.ok]
