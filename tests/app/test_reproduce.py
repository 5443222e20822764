"""A package is reproduced byte for byte elsewhere: another time zone, locale, hash seed, core count, path, umask, user."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from workstation.app import demo, export
from workstation.app.reproduce import reproduce
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.evidence.package import SAME_EVERYWHERE
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import Plugin, discover

ENVIRONMENTS: tuple[Mapping[str, str], ...] = (
    {}, {"TZ": "Asia/Almaty"}, {"TZ": "America/New_York", "PYTHONHASHSEED": "1"}, {"LC_ALL": "C", "PYTHONHASHSEED": "99"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, {"CORES": "1"}, {"UMASK": "077", "USER": "somebody"},
    {"TZ": "Pacific/Kiritimati", "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "DAYS": "4000"},
)  # fmt: skip
_RUN = """
import os, sys, time
clock, later = time.time, 86400 * int(os.environ.get("DAYS", "0"))
time.time = lambda: clock() + later  # the one clock of the program
os.umask(int(os.environ.get("UMASK", "022"), 8))
if "CORES" in os.environ and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from workstation.__main__ import main
sys.argv = ["workstation", "reproduce", sys.argv[1], "--json"]
sys.exit(main())
"""


@pytest.fixture(scope="module")
def plugins() -> list[Plugin]:
    """The bundled plugins."""
    return discover([plugins_folder()])


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, plugins: list[Plugin]) -> Path:
    """A demo case in which more was done: traced, noted, taken back, done again another way."""
    folder = tmp_path_factory.mktemp("made")
    with demo.build(demo.ROMANCE, folder / "case.wcase", plugins, folder / "settings") as session:
        _work(session)
        return export.export(session, folder / "case-evidence.zip").path


def _work(session: Session) -> None:
    subject = next(node.key for node in session.graphs.picture(session.graph).nodes if node.key.startswith("address:"))
    paid = next(session.store.transfers(address=subject.rpartition(":")[2]))
    traced = session.run("trace.run", subjects=[f"transfer:{paid.chain}:{paid.id}"], methods="fifo,haircut")
    if traced.job is not None:
        session.wait(traced.job)
    session.run("note.add", subjects=[subject], body="first")
    session.run("note.add", subjects=[subject], body="second, \u202e turned")
    session.undo()
    session.run("tag.add", subjects=[subject], label="=cmd()", category="scam")
    session.run("layout.time")
    asked = session.run("freeze.draft", service="Exchange A", fields="agency==cmd()\nlegal_basis=Art. 1").made
    session.run("freeze.mark", request=asked, status="sent", day="2026-03-21", reply="E-0001")


def test_it_is_the_same_byte_for_byte(package: Path, plugins: list[Plugin]) -> None:
    found = reproduce(package, plugins)
    assert (found.differing, found.not_done) == ({}, ())
    assert found.identical
    runs = {f"data/traces/run-{number:04d}.json" for number in (1, 2)}
    assert set(found.same) == {*SAME_EVERYWHERE, *runs}
    assert any(step.startswith("trace run") for step in found.steps)


def test_it_is_the_same_in_eight_environments(package: Path, tmp_path: Path) -> None:
    root = plugins_folder().parent
    running = []
    for number, more in enumerate(ENVIRONMENTS):
        place = tmp_path / f"p{number} ü" / "deep"
        place.mkdir(parents=True)
        shutil.copyfile(package, place / f"other{number}.zip")
        known = {k: v for k, v in os.environ.items() if k not in ("TZ", "LC_ALL", "LANG", "PYTHONHASHSEED")}
        environment = {**known, "PYTHONPATH": str(root), "FUNDFLOW_HOME": str(place / "home"), **more}
        call = [sys.executable, "-c", _RUN, str(place / f"other{number}.zip")]
        running.append(
            subprocess.Popen(call, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        )
    for more, process in zip(ENVIRONMENTS, running, strict=True):
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, (more, out[-2000:], err[-2000:])
        assert json.loads(out)["identical"] is True, more


def test_a_changed_result_is_named(package: Path, plugins: list[Plugin], tmp_path: Path) -> None:
    """Somebody with the key who changes a result and all hashes of it and signs again: only reproduction tells."""
    from tests.evidence.test_package import _rehash
    from workstation.evidence.keys import load_or_create

    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    bag = next(path for path in tmp_path.iterdir() if path.is_dir())
    findings = bag / "data" / "findings" / "findings.csv"
    findings.write_bytes(findings.read_bytes().replace(b"high", b"low", 1))
    expected = bag / "data" / "reproduce" / "expected.sha256"
    digest = hashlib.sha256(findings.read_bytes()).hexdigest()
    expected.write_text(re.sub(r"\w{64}(?=  data/findings/findings.csv)", digest, expected.read_text()))
    _rehash(bag)
    signer = load_or_create(package.parent / "settings" / "keys", identity="Demo.examiner")
    signature = signer.sign((bag / "tagmanifest-sha256.txt").read_bytes())
    (bag / "signatures" / "tagmanifest-sha256.txt.sshsig").write_bytes(signature)
    found = reproduce(bag, plugins)
    assert not found.identical
    assert list(found.differing) == ["data/findings/findings.csv"]


def test_what_does_not_verify_is_not_built(package: Path, plugins: list[Plugin], tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    bag = next(path for path in tmp_path.iterdir() if path.is_dir())
    (bag / "data" / "extra.txt").write_text("planted")
    with pytest.raises(WorkstationError, match="WS-RPR-001"):
        reproduce(bag, plugins)


def test_a_redacted_package_says_that_it_cannot_be_reproduced(plugins: list[Plugin], tmp_path: Path) -> None:
    with demo.build(demo.ROMANCE, tmp_path / "case.wcase", plugins, tmp_path / "settings") as session:
        session.run("person.add", name="Anna Karenina")
        asked = export.Redaction(("victim",), "law", "prosecutor")
        package = export.export(session, tmp_path / "r-evidence.zip", redaction=asked).path
    with pytest.raises(WorkstationError, match="WS-RPR-002"):
        reproduce(package, plugins)
