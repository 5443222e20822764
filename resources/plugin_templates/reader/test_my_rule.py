"""What the reader makes of a small file."""

from pathlib import Path

from workstation.domain.records import BadRow, TransferRecord
from workstation.sdk.testing import read

FOLDER = Path(__file__).parent


def test_each_row_is_a_payment_and_a_bad_row_is_handed_back() -> None:
    sample = (FOLDER / "samples" / "payments.csv").read_bytes()
    first = read(FOLDER, sample)[0]
    assert isinstance(first, TransferRecord)
    assert first.amount == 10**18
    assert isinstance(read(FOLDER, sample + b"yesterday,x,y,much\n")[-1], BadRow)
