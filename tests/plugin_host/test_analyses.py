"""An analysis of a plugin runs on a copy of the case, tells only what stands there, and harms nothing when it is hostile."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from workstation.app import analyses
from workstation.app.demo import ROMANCE, build
from workstation.app.places import bundled_plugins
from workstation.casefile import store
from workstation.domain.errors import WorkstationError
from workstation.plugin_host.analyses import Outcome
from workstation.plugin_host.discovery import discover
from workstation.sdk.api import Finding, Proposal

HEAD = """
[plugin]
id = "sample"
name = "Sample"
version = "1.0.0"
api = "1.0"
license = "Apache-2.0"
authors = ["A. Author"]

[[analysis]]
id = "find"
title = "Sample"
help = "A sample."
entry = "code:find"
applies_to = ["case"]
reads = [{reads}]
proposes = ["tag"]
limits = {{ seconds = {seconds}, memory_mb = 512 }}

[analysis.params.least]
type = "int"
default = 1
"""
IMPORTS = "from workstation.sdk.api import *\n"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo case of the romance scam."""
    folder = tmp_path_factory.mktemp("case")
    build(ROMANCE, folder / "romance.wcase", bundled_plugins(), folder).close()
    return folder / "romance.wcase"


def run(
    case: Path, tmp_path: Path, code: str, *, reads: str = '"transfers"', seconds: int = 20, seed: int = 0
) -> Outcome:
    """Run a plugin of one function on the case, which must be the same to the byte afterwards."""
    folder = tmp_path / "plugins" / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.toml").write_text(HEAD.format(reads=reads, seconds=seconds), "utf-8")
    (folder / "code.py").write_text(IMPORTS + code, "utf-8")
    before = hashlib.sha256(case.read_bytes()).hexdigest()
    try:
        with store.open_case(case) as opened:
            [found] = analyses.known(discover([folder.parent]))
            return analyses.run(opened, found, {}, seed=seed)
    finally:
        with store.open_case(case) as opened:
            assert opened.counts().transfers > 0
        assert hashlib.sha256(case.read_bytes()).hexdigest() == before


def failed(case: Path, tmp_path: Path, code: str, *, seconds: int = 20) -> WorkstationError:
    """The error of a run that must not end well."""
    with pytest.raises(WorkstationError) as caught:
        run(case, tmp_path, code, seconds=seconds)
    assert "nothing of the run was kept" in caught.value.unchanged
    return caught.value


ROUND = """
def find(case, params, run):
    for transfer in case.transfers():
        if transfer.amount and transfer.amount % 1000 == 0 and transfer.amount >= params["least"]:
            because = Finding("round", "Round", f"{transfer.amount}", "heuristic", (transfer.sender,),
                case.cite(transfer), {"amount": transfer.amount, "huge": 2**200, "when": Absent("no time")}, "…", (transfer.id,))
            yield because
            yield Proposal(SuggestedTag(transfer.sender, f"round {run.random.randrange(1000)}"), because)
"""


def test_findings_and_proposals_come_back_whole_and_the_same(case: Path, tmp_path: Path) -> None:
    """Amounts of any size, absent values, the seed, and the same digest for the same run."""
    first, again = run(case, tmp_path, ROUND, seed=4), run(case, tmp_path, ROUND, seed=4)
    other = run(case, tmp_path, ROUND, seed=5)
    assert first.answers
    assert not first.refused
    finding, proposal = first.answers[:2]
    assert isinstance(finding, Finding)
    assert isinstance(proposal, Proposal)
    assert finding.measures["huge"] == 2**200
    assert proposal.because == finding
    assert first.digest == again.digest
    assert first.answers == again.answers
    assert other.digest != first.digest


def test_a_citation_that_says_something_else_is_refused(case: Path, tmp_path: Path) -> None:
    """A liar: another digest, another row, a transfer that does not exist, one that is not cited."""
    code = """
def find(case, params, run):
    first, second, *_ = case.transfers()
    good, = case.cite(first)
    for c in (
        Citation(good.exhibit, good.locator, "0" * 64, good.of), Citation(good.exhibit, "row 9999", good.digest, good.of),
        Citation(good.exhibit, good.locator, good.digest, "transfer:999999999"), Citation("", "", "", "nothing"),
        Citation(good.exhibit, good.locator, good.digest, f"transfer:{second.id}"),
    ):
        yield Finding("lie", "A lie", "", "fact", (), (c,))
    yield Finding("lie", "Half a lie", "", "fact", (), (good,), {}, "", (first.id, second.id))
    yield Finding("true", "True", "", "fact", (), (good,), {}, "", (first.id,))
"""
    outcome = run(case, tmp_path, code)
    assert [a.kind for a in outcome.answers if isinstance(a, Finding)] == ["true"]
    assert len(outcome.refused) == 6


def test_what_the_manifest_does_not_say_is_refused(case: Path, tmp_path: Path) -> None:
    """Reading tags without saying so ends the run; proposing an entity without saying so does not count."""
    problem = failed(case, tmp_path, "def find(case, params, run):\n    case.tags()\n")
    assert "reads" in problem.what
    code = """
def find(case, params, run):
    t = next(case.transfers())
    yield Proposal(SuggestedEntity("One", (t.sender or t.receiver,)), Finding("x", "x", "", "fact", (), case.cite(t)))
"""
    outcome = run(case, tmp_path, code)
    assert not outcome.answers
    assert "entity" in outcome.refused[0]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("'a text'", "not a Finding"),
        ("Finding('x', 'x', '', 'fact', (), ())", "at least one citation"),
        ("Finding('x', 'x', '', 'sure', (), case.cite(t))", "confidence"),
        ("Finding('x', 'x', '', 'fact', (), case.cite(t), {'share': 0.5})", "not float"),
        ("Finding('x', 'x', '', 'fact', 'text', case.cite(t))", "subjects"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_told_to_its_author(case: Path, tmp_path: Path, answer: str, told: str) -> None:
    """The text names what is wrong and the line of the plugin."""
    problem = failed(
        case, tmp_path, f"def find(case, params, run):\n    t = next(case.transfers())\n    yield {answer}\n"
    )
    assert told in problem.what


def test_an_endless_loop_is_ended(case: Path, tmp_path: Path) -> None:
    """At the time limit of the manifest."""
    problem = failed(case, tmp_path, "def find(case, params, run):\n    while True:\n        pass\n", seconds=1)
    assert problem.exit_code == 3


def test_cancelling_ends_the_process(case: Path, tmp_path: Path) -> None:
    """Also a plugin that never asks."""
    folder = tmp_path / "plugins" / "sample"
    folder.mkdir(parents=True)
    (folder / "plugin.toml").write_text(HEAD.format(reads='"transfers"', seconds=60), "utf-8")
    (folder / "code.py").write_text(IMPORTS + "def find(case, params, run):\n    while True:\n        pass\n", "utf-8")
    [found] = analyses.known(discover([folder.parent]))
    with store.open_case(case) as opened, pytest.raises(WorkstationError) as caught:
        analyses.run(opened, found, {}, cancelled=lambda: True)
    assert caught.value.exit_code == 5


@LINUX
def test_memory_has_an_end(case: Path, tmp_path: Path) -> None:
    """A memory hog gets no more than its manifest allows."""
    problem = failed(case, tmp_path, "def find(case, params, run):\n    b'x' * (4 << 30)\n")
    assert problem.exit_code == 3


def test_a_crash_of_the_process_is_only_a_failed_run(case: Path, tmp_path: Path) -> None:
    """A null pointer in C code."""
    problem = failed(case, tmp_path, "import ctypes\ndef find(case, params, run):\n    ctypes.string_at(0)\n")
    assert problem.exit_code == 4


def test_a_flood_of_prints_goes_nowhere(case: Path, tmp_path: Path) -> None:
    """Prints are no answers, however many, also those that look like one."""
    code = """
def find(case, params, run):
    for n in range(50_000):
        print('["done", 0]' * 20)
    yield Finding("x", "x", "", "fact", (), case.cite(next(case.transfers())))
"""
    assert len(run(case, tmp_path, code).answers) == 1


def test_a_flood_of_answers_is_ended(case: Path, tmp_path: Path) -> None:
    """More answers than anybody reads."""
    code = """
def find(case, params, run):
    cited = case.cite(next(case.transfers()))
    while True:
        yield Finding("x", "x", "", "fact", (), cited)
"""
    assert failed(case, tmp_path, code).exit_code == 3


@LINUX
@pytest.mark.parametrize(
    "code",
    [
        "open('{place}/written', 'w').write('x')",
        "import os\n    os.unlink('{case}')",
        "open('{case}', 'rb').read()",
        "import sqlite3\n    sqlite3.connect('{case}').execute('SELECT * FROM meta').fetchall()",
        "case._sql.execute('ATTACH ? AS other', ('{case}',))",
        "case._sql.execute('DELETE FROM transfer')",
        "import socket\n    socket.create_connection(('127.0.0.1', 9), 1)",
        "import subprocess\n    subprocess.run(['/bin/true'])",
        "import os\n    os.fork()",
        "import ctypes\n    assert ctypes.CDLL(None).creat(b'{place}/written', 0o600) >= 0",
        "open('/etc/passwd').read()",
    ],
)
def test_writers_readers_of_other_files_and_callers_are_stopped(case: Path, tmp_path: Path, code: str) -> None:
    """The kernel refuses, the run fails, and nothing is written, read or called."""
    place = tmp_path / "place"
    place.mkdir()
    filled = code.format(place=place, case=case)
    problem = failed(case, tmp_path, f"def find(case, params, run):\n    {filled}\n    run.note('done it')\n")
    assert problem.exit_code == 4
    assert not list(place.iterdir())


def test_files_leave_through_the_run_only(case: Path, tmp_path: Path) -> None:
    """What an analysis writes comes back by name; a name with a path is refused."""
    code = """
def find(case, params, run):
    with run.artifact("list.csv", "text/csv") as file:
        file.write(b"a,b")
    return ()
"""
    assert run(case, tmp_path, code).files == {"list.csv": b"a,b"}
    bad = code.replace("list.csv", "../list.csv")
    assert "name of a file" in failed(case, tmp_path, bad).what


def test_the_view_tells_the_case_exactly(case: Path, tmp_path: Path) -> None:
    """Transfers, sums over arrays, the graph of a neighbourhood: the same as the case itself says."""
    code = """
def find(case, params, run):
    transfers = list(case.transfers())
    columns = case.columns()
    graph = case.graph()
    assert columns.row.tolist() == [t.id for t in transfers]
    assert [columns.parties[n] if n >= 0 else None for n in columns.sender.tolist()] == [t.sender for t in transfers]
    one = next(t for t in transfers if t.sender and t.receiver)
    near = case.graph(one.sender, 1)
    assert near.has_edge(one.sender, one.receiver)
    assert {t.id for t in case.outgoing(one.sender)} | {t.id for t in case.incoming(one.sender)} == {t.id for t in case.transfers(touching=one.sender)}
    run.note(f"{len(transfers)} {sum(t.amount or 0 for t in transfers)} {graph.number_of_edges()}")
    return ()
"""
    outcome = run(case, tmp_path, code)
    with store.open_case(case) as opened:
        transfers = list(opened.transfers())
    edges = sum(t.sender is not None and t.receiver is not None for t in transfers)
    assert outcome.notes == (f"{len(transfers)} {sum(t.amount or 0 for t in transfers)} {edges}",)


def test_bytecode_beside_the_sources_is_never_run(case: Path, tmp_path: Path) -> None:
    """A planted ``.pyc`` with the time and size of the source it stands beside, in the plugin and in its own package."""
    import py_compile

    code = """
import code_of_it
def find(case, params, run):
    run.note(code_of_it.SAID)
    return ()
"""
    folder = tmp_path / "plugins" / "sample"
    folder.mkdir(parents=True)
    own = folder / "code_of_it.py"
    own.write_text("SAID = 'planted'\n", "utf-8")
    stamp = own.stat().st_mtime_ns
    py_compile.compile(str(own), doraise=True)
    own.write_text("SAID = 'as read'\n", "utf-8")
    os.utime(own, ns=(stamp, stamp))
    assert list(folder.rglob("*.pyc"))
    assert run(case, tmp_path, code).notes == ("as read",)
