"""What the reader makes of its sample, and of a row that is none."""

from pathlib import Path

import pytest

from workstation.domain.records import BadRow, TransferRecord
from workstation.sdk.reader import Refusal
from workstation.sdk.testing import read

FOLDER = Path(__file__).parent
SAMPLE = (FOLDER / "samples" / "history.csv").read_bytes()
OWN = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"


def test_in_and_out_are_told_apart() -> None:
    first, second = [r for r in read(FOLDER, SAMPLE, subject=OWN) if isinstance(r, TransferRecord)][:2]
    assert (first.receiver, second.sender) == (OWN, OWN)
    assert (first.amount, second.amount) == (50_000_000, 10_000_000)


def test_a_row_that_cannot_be_used_is_handed_back() -> None:
    records = read(FOLDER, SAMPLE + b"soon,sideways,nobody,much\n", subject=OWN)
    assert sum(isinstance(record, BadRow) for record in records) == 1


def test_without_the_own_address_nothing_is_guessed() -> None:
    with pytest.raises(Refusal, match="address the file is about"):
        read(FOLDER, SAMPLE)
