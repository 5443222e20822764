"""What an author's own tests are made of: small cases in readable lines, running an analysis, reading a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.domain.records import TransferRecord
from workstation.paths import resources_folder
from workstation.sdk import checks, testing, trialcases
from workstation.sdk.snapshot import SnapshotView
from workstation.sdk.testing import Case

ALL = ("transfers", "tags", "entities", "exhibits", "prices")
TEMPLATE = resources_folder() / "plugin_templates"


def _view(case: Case, path: Path, order: list[int] | None = None) -> SnapshotView:
    case.write(path, order)
    return SnapshotView(path, ALL)


def test_a_case_in_a_few_lines_is_what_it_says(tmp_path: Path) -> None:
    case = Case.of(
        """
        2026-03-01 10:00  alice -> bob   1000.5 USDT
        ?                 bob   -> ?     ? TRX
        """,
        chain="tron",
        tokens={"USDT": 6},
    )
    view = _view(case.tag("bob", "Exchange X", "exchange").entity("Both", "alice", "bob"), tmp_path / "case")
    first, second = view.transfers()
    assert (first.sender, first.receiver, first.amount) == (case.key("alice"), case.key("bob"), 1_000_500_000)
    assert (second.time, second.receiver, second.amount) == (None, None, None)
    assert view.asset(first.asset).symbol == "USDT"
    [tag] = view.tags(case.key("bob"))
    assert all(map(view.holds, (*view.cite(first, second), *view.cite_tag(tag))))
    entity = view.entity_of(case.key("alice"))
    assert entity is not None
    assert entity.members == (case.key("alice"), case.key("bob"))
    assert len(view.exhibits()) == 1
    view.close()


def test_another_order_gives_other_numbers_and_the_same_rows(tmp_path: Path) -> None:
    case = trialcases.usual()
    views = [_view(case, tmp_path / "a"), _view(case, tmp_path / "b", list(reversed(range(len(case)))))]
    here, there = ([(t.place, t.time, t.sender, t.receiver, t.amount) for t in view.transfers()] for view in views)
    numbers = [[t.id for t in view.transfers()] for view in views]
    assert here == there
    assert numbers[0] != numbers[1]
    for view in views:
        view.close()


def test_inputs_and_outputs_know_their_place(tmp_path: Path) -> None:
    case = Case("bitcoin").pay(5, "in", None, 10, tx="t", spends=("before", 1)).pay(5, None, "out", 9, tx="t")
    case.pay(5, None, "back", 1, tx="t")
    view = _view(case, tmp_path / "case")
    assert [(t.kind, t.index, t.spends) for t in view.transfers()] == [
        ("input", 0, ("before", 1)), ("output", 0, None), ("output", 1, None)
    ]  # fmt: skip
    view.close()


@pytest.mark.parametrize("line", ["2026-03-01 alice bob 5 ETH", "soon alice -> bob 5 ETH", "2026-03-01 a -> b five"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"write TIME|plain decimal"):
        Case.of(line)


def test_an_asset_nobody_stated_is_asked_for() -> None:
    with pytest.raises(ValueError, match="state the asset first"):
        Case("tron").pay(None, "a", "b", "1 USDT")


def test_the_templates_run_as_their_tests_say() -> None:
    case = Case.of("2026-03-01  alice -> bob  12000 ETH")
    assert len(testing.run(TEMPLATE / "analysis", case).proposals) == 1
    assert not testing.run(TEMPLATE / "analysis", case, least="12001").proposals
    sample = (TEMPLATE / "reader" / "samples" / "payments.csv").read_bytes()
    assert all(isinstance(record, TransferRecord) for record in testing.read(TEMPLATE / "reader", sample))
    with pytest.raises(ValueError, match="name one of: find"):
        testing.run(TEMPLATE / "analysis", case, analysis="nothing")


@testing.conformance(TEMPLATE / "analysis")
def test_the_decorator_makes_a_test_of_each_check(check: testing.NamedCheck) -> None:
    """One question to the program answers all of them; those of other kinds are skipped."""
    assert check.name in checks.CHECKS
    check.verify()
