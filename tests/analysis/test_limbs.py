"""Sums over limbs equal Python integers, whatever the amounts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.analysis.limbs import group_sums, total
from workstation.domain.amounts import MAX_AMOUNT, to_limbs

AMOUNTS = st.one_of(
    st.integers(0, MAX_AMOUNT), st.integers(0, 2**64), st.sampled_from([2**63 - 1, 2**63, 2**126 - 1, 2**126])
)


@given(st.lists(st.tuples(st.integers(0, 4), AMOUNTS, st.booleans()), max_size=60))
def test_group_sums_equal_python_integers(rows: list[tuple[int, int, bool]]) -> None:
    limbs = [to_limbs(amount) for _, amount, _ in rows]
    big = {row: int.from_bytes(raw, "big") for row, (_, _, raw) in enumerate(limbs) if raw is not None}
    found = group_sums(
        np.array([g for g, _, _ in rows], np.int64), np.array([x[0] for x in limbs], np.int64),
        np.array([x[1] for x in limbs], np.int64), 5, big, np.array([a for _, _, a in rows], bool),
    )  # fmt: skip
    assert found == [sum(amount for g, amount, absent in rows if g == group and not absent) for group in range(5)]


def test_many_largest_limbs_do_not_wrap() -> None:
    hi, lo, _ = to_limbs(2**126 - 1)
    assert total(np.full(100_000, hi), np.full(100_000, lo)) == (2**126 - 1) * 100_000


def test_an_escaped_row_without_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="row 0"):
        total(np.array([-1]), np.array([-1]))
