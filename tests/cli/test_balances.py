"""The verbs statement and balance: figures as text, lots behind payments, balances at a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call

A, B, C, D = (f"0x{digit * 40}" for digit in "1234")
ETH = 10**18
LEDGER = "time,from,to,asset,amount,transaction,chain\n" + "".join(
    f"2021-01-0{day}T00:00:00Z,{sender},{receiver},ETH,{amount},0x{str(day) * 64},ethereum\n"
    for day, (sender, receiver, amount) in enumerate(((A, B, "2.5"), (D, B, "30"), (B, C, "3"), (B, D, "40")), 1)
)


@pytest.fixture
def filled(call: Call, case: Path, tmp_path: Path) -> Path:
    """A case in which an account receives twice and pays twice, once beyond what it has."""
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(LEDGER)
    assert call("import", case, ledger)[0] == 0
    return case


def test_a_payment_is_told_by_the_receipts_it_is_made_of(call: Call, filled: Path) -> None:
    code, told = call("statement", filled, B)
    assert code == 0
    kinds = [row["kind"] for row in told["rows"]]
    assert kinds == ["opening", "in", "in", "out", "shortfall", "out"]
    paid = told["rows"][3]
    assert [(lot["row"], lot["amount"]) for lot in paid["lots"]] == [(1, str(5 * ETH // 2)), (2, str(ETH // 2))]
    assert paid["citations"][0]["exhibit"] == 1
    assert any("2.5 ETH + 0.5 ETH = 3 ETH" in line for line in paid["words"])
    sums = {name: int(units) for name, units in told["sums"].items()}
    assert sums["shortfalls"] == 21 * ETH // 2
    assert sums["closing"] == sums["opening"] + sums["in"] + sums["shortfalls"] - sums["out"] - sums["fees"] == 0


def test_earlier_rows_are_brought_forward(call: Call, filled: Path) -> None:
    _, told = call("statement", filled, B, "--since", "2021-01-03", "--until", "2021-01-03")
    assert [row["kind"] for row in told["rows"]] == ["opening", "out"]
    assert told["sums"]["opening"] == str(65 * ETH // 2)


def test_a_run_tells_the_marked_part(call: Call, filled: Path) -> None:
    assert call("trace", filled, "--from", f"{A}:theft", "--method", "haircut")[0] == 0
    _, told = call("statement", filled, B, "--run", "1")
    assert told["rows"][1]["tainted"] == {"theft": str(5 * ETH // 2)}
    assert told["rows"][3]["labels"] == {"theft": "3000000000000000000/13"}
    assert any("÷ 32.5 ETH" in line for line in told["rows"][3]["words"])


def test_the_second_of_a_moment_counts(call: Call, filled: Path) -> None:
    for at, units in (("2021-01-01T23:59:59", 5 * ETH // 2), ("2021-01-02T00:00:00", 65 * ETH // 2)):
        _, told = call("balance", filled, B, "--at", at)
        assert [entry["balance"] for entry in told["balances"]] == [str(units)]


def test_an_asset_that_was_never_moved_is_refused(call: Call, filled: Path) -> None:
    code, told = call("statement", filled, B, "--asset", "BTC")
    assert code != 0
    assert told["error"]["code"] == "WS-TRC-110"
