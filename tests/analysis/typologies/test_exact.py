"""The detectors give the reference results of ``../shared/algo/typology_example`` to the letter."""

from __future__ import annotations

import csv
import hashlib
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from workstation.analysis import columns
from workstation.analysis.columns import Columns
from workstation.analysis.typologies import KINDS, Alert, detect
from workstation.analysis.typologies.parameters import Chain, Cycle, Dormant, Fan, Parameters, Rapid, Structuring

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "algo" / "typology_example"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder ../shared/algo is not here")


@pytest.fixture(scope="module")
def ledger() -> Columns:
    """The transfers of the example, numbered from 0."""
    with lzma.open(FOLDER / "transfers.csv.xz", "rt") as file:
        rows = list(csv.DictReader(file))
    return columns.of((n, int(r["ts"]), r["from"], r["to"], "unit", int(r["amount"])) for n, r in enumerate(rows))


@pytest.fixture(scope="module")
def exact() -> dict[str, Any]:
    """What is expected."""
    found: dict[str, Any] = json.loads((FOLDER / "exact.json").read_text("utf-8"))
    return found


def asked(kind: str, given: dict[str, Any]) -> Parameters:
    """The parameters of a detector as the example states them."""
    if KINDS[kind] is Fan:
        return Fan(given["k"], given["W"])
    if KINDS[kind] is Cycle:
        # The round trips are those of the cycles that stand beside them.
        return Cycle(
            given.get("Lmin", 2), given.get("Lmax", 6), given.get("W", 172_800), tuple(given.get("rho", (0, 1)))
        )
    if KINDS[kind] is Structuring:
        return Structuring(given["T"], tuple(given["f"]), given["k"], given["W"])
    if KINDS[kind] is Rapid:
        return Rapid(given["A"], tuple(given["rho"]), given["W"])
    if KINDS[kind] is Dormant:
        return Dormant(given["A"], given["D"], given["W"])
    assert KINDS[kind] is Chain
    return Chain(given["L"], tuple(given["rho"]), given["W"])


def row(found: Alert) -> tuple[int, ...]:
    """A result row as semantics 10 wants it."""
    if found.kind in ("temporal_cycle", "round_trip", "relay_chain", "peel_chain"):
        return found.transfers
    if found.kind == "rapid_movement":
        return found.transfers[:1]
    if found.kind == "dormant_wake":
        return int(found.anchor[0]), found.figures["first"]
    return (*map(int, found.anchor), found.figures["peak"])


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"bipartite", "stack"}))
def test_results_are_the_reference_results(kind: str, ledger: Columns, exact: dict[str, Any]) -> None:
    """Every result row, by its digest; the count; and the ones that are spelled out."""
    expected = exact["results"][kind]
    rows = sorted(row(found) for found in detect(kind, ledger, asked(kind, exact["params"][kind])))
    assert len(rows) == expected.get("flagged", expected.get("count"))
    if "first" in expected:
        shown = [tuple(r) if isinstance(r, list) else (r,) for r in expected["first"]]
        assert rows[: len(shown)] == shown
    text = "".join(",".join(map(str, r)) + "\n" for r in rows)
    assert hashlib.sha256(text.encode("ascii")).hexdigest() == expected["sha256"]
