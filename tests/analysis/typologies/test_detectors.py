"""Each detector finds a small pattern made by hand, and not its harmless neighbour; order and size of input do not matter."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.analysis import columns
from workstation.analysis.columns import Columns
from workstation.analysis.typologies import detect
from workstation.analysis.typologies.parameters import (
    Chain,
    Cycle,
    Dormant,
    Fan,
    Parameters,
    Rapid,
    Structuring,
)

HUGE = 10**30
ASKED: dict[str, Parameters] = {
    "fan_out": Fan(3, 100), "fan_in": Fan(3, 100), "gather_scatter": Fan(3, 100), "scatter_gather": Fan(3, 100),
    "temporal_cycle": Cycle(2, 5, 100), "round_trip": Cycle(2, 5, 100, (9, 10)),
    "structuring_out": Structuring(1000, (9, 10), 3, 100), "structuring_in": Structuring(1000, (9, 10), 3, 100),
    "rapid_movement": Rapid(500, (9, 10), 50), "dormant_wake": Dormant(500, 1000, 100),
    "relay_chain": Chain(3, (9, 10), 50), "peel_chain": Chain(3, (8, 10), 50),
}  # fmt: skip
Row = tuple[int, str, str, int]
#: Pattern, harmless neighbour (time, payer, payee, amount).
SAMPLES: dict[str, tuple[list[Row], list[Row]]] = {
    "fan_out": ([(n, "a", f"b{n}", 9) for n in range(3)], [(n * 101, "a", f"b{n}", 9) for n in range(3)]),
    "fan_in": ([(n, f"b{n}", "a", 9) for n in range(3)], [(n, "b", "a", 9) for n in range(9)]),
    "gather_scatter": (
        [(n, f"b{n}", "a", 9) for n in range(3)] + [(10 + n, "a", f"c{n}", 9) for n in range(3)],
        [(n, "a", f"c{n}", 9) for n in range(3)] + [(10 + n, f"b{n}", "a", 9) for n in range(3)],
    ),
    "scatter_gather": (
        [(n, "a", f"b{n}", 9) for n in range(3)] + [(10 + n, f"b{n}", "c", 9) for n in range(3)],
        [(n, f"b{n}", "c", 9) for n in range(3)] + [(10 + n, "a", f"b{n}", 9) for n in range(3)],
    ),
    "temporal_cycle": (
        [(1, "a", "b", 9), (2, "b", "c", 8), (3, "c", "a", 7)], [(3, "a", "b", 9), (2, "b", "c", 8), (1, "c", "d", 7)],
    ),
    "round_trip": ([(1, "a", "b", 100), (2, "b", "a", 95)], [(1, "a", "b", 100), (2, "b", "a", 50)]),
    "structuring_out": ([(n, "a", "b", 950) for n in range(3)], [(n, "a", "b", 1000) for n in range(9)]),
    "structuring_in": ([(n, f"b{n}", "a", 999) for n in range(3)], [(n, "b", "a", 899) for n in range(9)]),
    "rapid_movement": ([(1, "a", "b", 1000), (2, "b", "c", 950)], [(1, "b", "c", 950), (2, "a", "b", 1000)]),
    "dormant_wake": ([(1, "a", "b", 5), (2000, "a", "c", 900)], [(1, "a", "b", 5), (900, "a", "c", 900)]),
    "relay_chain": (
        [(1, "a", "b", 100), (2, "b", "c", 98), (3, "c", "d", 97)],
        [(1, "a", "b", 100), (99, "b", "c", 98), (199, "c", "d", 97)],
    ),
    "peel_chain": (
        [(1, "a", "b", 100), (2, "b", "c", 90), (3, "b", "x", 9), (4, "c", "d", 80), (5, "c", "y", 9)],
        [(1, "a", "b", 100), (2, "b", "c", 90), (4, "c", "d", 80)],
    ),
}  # fmt: skip


def made(rows: Sequence[Row], asset: str = "unit", scale: int = 1) -> Columns:
    """Columns of rows, in order of time."""
    ordered = sorted(rows, key=lambda row: row[0])
    return columns.of((n, t, a, b, asset, units * scale) for n, (t, a, b, units) in enumerate(ordered, 1))


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_it_finds_the_pattern_and_not_its_neighbour(kind: str) -> None:
    """The whole pattern is named by its transfers, with their exact sum."""
    pattern, neighbour = SAMPLES[kind]
    found = detect(kind, made(pattern), ASKED[kind])
    assert found
    amounts = {n: row[3] for n, row in enumerate(sorted(pattern, key=lambda row: row[0]), 1)}
    for alert in found:
        assert alert.total == sum(amounts[number] for number in alert.transfers)
        assert list(alert.transfers) == sorted(set(alert.transfers))
    assert not detect(kind, made(neighbour), ASKED[kind])


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_amounts_beyond_63_bits_stay_exact(kind: str) -> None:
    """A ledger in wei of a very rich chain: the same alerts, sums to the unit."""
    asked = ASKED[kind]
    if isinstance(asked, Structuring):
        asked = Structuring(asked.threshold * HUGE, asked.share, asked.k, asked.window)
    if isinstance(asked, Rapid):
        asked = Rapid(asked.amount * HUGE, asked.share, asked.window)
    if isinstance(asked, Dormant):
        asked = Dormant(asked.amount * HUGE, asked.silence, asked.window)
    small = detect(kind, made(SAMPLES[kind][0]), ASKED[kind])
    large = detect(kind, made(SAMPLES[kind][0], scale=HUGE), asked)
    assert [(a.transfers, a.total * HUGE) for a in small] == [(a.transfers, a.total) for a in large]
    assert not detect(kind, made(SAMPLES[kind][1], scale=HUGE), asked)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_nothing_comes_of_nothing(kind: str) -> None:
    """No transfers; only payments to oneself, of nothing, of unknown amount or time, or with one side."""
    assert not detect(kind, columns.of([]), ASKED[kind])
    odd = [(1, 1, "a", "a", "u", 900), (2, 2, "a", "b", "u", 0), (3, 3, "a", "b", "u", None), (4, None, "a", "b", "u", 900),
           (5, 5, None, "b", "u", 900), (6, 6, "a", None, "u", 900)]  # fmt: skip
    assert not detect(kind, columns.of(odd), ASKED[kind])


@given(st.integers(0, 2**32), st.sampled_from(sorted(SAMPLES)))
def test_names_and_other_assets_change_nothing(seed: int, kind: str) -> None:
    """Other names in another order of first appearance, and an asset beside it: the same transfers are found."""
    dice = random.Random(seed)
    rows = [
        (dice.randrange(300), f"p{dice.randrange(8)}", f"p{dice.randrange(8)}", dice.choice((5, 90, 95, 950, 999)))
        for _ in range(60)
    ]
    rows.sort(key=lambda row: row[0])
    plain = columns.of((n, t, a, b, "one", units) for n, (t, a, b, units) in enumerate(rows))
    other = [(1000 + n, t, b, a, "two", units) for n, (t, a, b, units) in enumerate(rows)]
    renamed = [
        (n, t, f"z{9 - int(a[1])}", f"z{9 - int(b[1])}", "one", units) for n, (t, a, b, units) in enumerate(rows)
    ]
    mixed = columns.of(sorted([*other, *renamed], key=lambda row: (row[1], row[0])))
    first = {(a.transfers, a.total) for a in detect(kind, plain, ASKED[kind])}
    assert {(a.transfers, a.total) for a in detect(kind, mixed, ASKED[kind], asset="one")} == first


def test_no_cycle_passes_a_service() -> None:
    """A barrier takes away the cycles through it and only those."""
    rows = [(1, "a", "s", 9), (2, "s", "a", 9), (3, "b", "c", 9), (4, "c", "b", 9)]
    found = detect("temporal_cycle", made(rows), Cycle(2, 4, 100), services=["s"])
    assert [alert.transfers for alert in found] == [(3, 4)]


def test_parameters_of_another_detector_are_refused() -> None:
    """A mistake of the caller is no empty result."""
    with pytest.raises(TypeError, match="Fan"):
        detect("fan_out", made([]), Chain())


@pytest.mark.parametrize("kind", ["structuring_out", "rapid_movement", "relay_chain"])
def test_a_fine_share_is_compared_exactly(kind: str) -> None:
    """A share in many digits times a large amount does not fit 64 bits; the answer is right all the same."""
    units, share = 2 * 10**15, (999_999_999_998, 999_999_999_999)
    rows = [(1, "a", "b", units), (2, "b", "c", units), (3, "c", "d", units)]
    asked: dict[str, Parameters] = {
        "structuring_out": Structuring(units + 1, share, 1, 100), "rapid_movement": Rapid(units, share, 50),
        "relay_chain": Chain(3, share, 50),
    }  # fmt: skip
    assert (
        len(detect(kind, made(rows), asked[kind]))
        == {"structuring_out": 3, "rapid_movement": 2, "relay_chain": 1}[kind]
    )
    short = [(t, a, b, amount - (t - 1) * 10**12) for t, a, b, amount in rows]
    found = detect(kind, made(short), asked[kind])
    assert len(found) == {"structuring_out": 1, "rapid_movement": 0, "relay_chain": 0}[kind]
