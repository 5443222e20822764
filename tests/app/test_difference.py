"""The difference of two case files: what a colleague added, changed and took away in a copy, and where the logs part."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.app import demo
from workstation.app.difference import difference
from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import discover


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo case, closed."""
    folder = tmp_path_factory.mktemp("case")
    demo.build(demo.ROMANCE, folder / "a.wcase", discover([plugins_folder()]), folder / "settings").close()
    return folder / "a.wcase"


def _pair(case: Path, folder: Path) -> tuple[Path, Path]:
    """Two copies of a case."""
    first, second = folder / "first.wcase", folder / "second.wcase"
    shutil.copyfile(case, first)
    shutil.copyfile(case, second)
    return first, second


def _work(path: Path, folder: Path, texts: list[str]) -> None:
    with Session(open_case(path, actor="colleague"), (), folder / "settings") as session:
        subject = next(
            node.key for node in session.graphs.picture(session.graph).nodes if node.key.startswith("address")
        )
        for text in texts:
            session.run("note.add", subjects=[subject], body=text)


def test_a_copy_is_equal_and_what_a_colleague_did_is_listed(case: Path, tmp_path: Path) -> None:
    first, second = _pair(case, tmp_path)
    with open_case(first) as one, open_case(second) as other:
        found = difference(one, other)
        assert (found.equal, found.same_case, found.first_after, found.second_after) == (True, True, 0, 0)
    with Session(open_case(second, actor="colleague"), (), tmp_path / "settings") as session:
        tag = next(iter(session.store.rows("tag")))
        session.run("tag.remove", tag=tag)
        finding = next(iter(session.store.rows("finding")))
        session.run("finding.edit", finding=finding, claim="Another claim")
        subject = next(node.key for node in session.graphs.picture(session.graph).nodes)
        session.run("note.add", subjects=[subject], body="seen")
    with open_case(first) as one, open_case(second) as other:
        found, back = difference(one, other), difference(other, one)
    kinds = {(row.kind, row.table) for row in found.rows}
    assert kinds == {("removed", "tag"), ("changed", "finding"), ("added", "note")}
    changed = next(row for row in found.rows if row.kind == "changed")
    assert ("claim", "Another claim") in {(name, after) for name, _, after in changed.columns}
    assert found.common > 10
    assert (found.first_after, found.second_after > 0) == (0, True)
    mirror = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(mirror[row.kind], row.table, row.key) for row in back.rows} == {
        (row.kind, row.table, row.key) for row in found.rows
    }


def test_two_cases_share_no_rows_and_say_so(case: Path, tmp_path: Path) -> None:
    first, _ = _pair(case, tmp_path)
    demo.build(demo.COLONIAL, tmp_path / "b.wcase", discover([plugins_folder()]), tmp_path / "settings").close()
    with open_case(first) as one, open_case(tmp_path / "b.wcase") as other:
        found = difference(one, other)
    assert (found.same_case, found.common) == (False, 0)
    assert found.added
    assert found.removed


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    mine=st.lists(st.text(min_size=1, max_size=8), max_size=3),
    theirs=st.lists(st.text(min_size=1, max_size=8), max_size=3),
)
def test_both_sides_are_counted_whatever_was_written(
    case: Path, tmp_path_factory: pytest.TempPathFactory, mine: list[str], theirs: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("pair")
    first, second = _pair(case, folder)
    mine, theirs = ([text for text in texts if text.strip()] for texts in (mine, theirs))
    _work(first, folder, mine)
    _work(second, folder, theirs)
    with open_case(first) as one, open_case(second) as other:
        found = difference(one, other)
    assert [row.kind for row in found.rows].count("removed") == len(mine)
    assert [row.kind for row in found.rows].count("added") == len(theirs)
