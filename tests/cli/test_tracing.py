"""The tracing verbs as a script sees them: the fields of design section 6, figures as text, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call

A, B, C, D = (f"0x{digit * 40}" for digit in "1234")
LEDGER = "time,from,to,asset,amount,transaction,chain\n" + "".join(
    f"2021-01-0{day}T00:00:00Z,{sender},{receiver},ETH,{amount},0x{str(day) * 64},ethereum\n"
    for day, (sender, receiver, amount) in enumerate(((A, B, "1"), (D, B, "2"), (B, C, "1"), (C, D, "0.5")), 1)
)
ETH = 10**18


@pytest.fixture
def filled(call: Call, case: Path, tmp_path: Path) -> Path:
    """A case in which 1 and 2 ether meet, and 1 goes on."""
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(LEDGER)
    assert call("import", case, ledger)[0] == 0
    return case


def test_trace_tells_every_figure_as_text(call: Call, filled: Path) -> None:
    code, told = call("trace", filled, "--from", f"{A}:theft", "--method", "fifo", "lifo", "haircut", "--stop", C)
    assert code == 0
    assert [run["run"] for run in told["runs"]] == [1, 2, 3]
    for run in told["runs"]:
        assert {
            "method", "version", "parameters", "ledger_hash", "injected", "final", "fees", "absorbed", "shortfalls",
            "holders", "steps", "remainder",
        } <= run.keys()  # fmt: skip
        assert run["injected"] == {"ETH": {"theft": str(ETH)}}
        assert run["barriers"][0] == {
            "subject": f"address:ethereum:{C}",
            "reason": "named as a stop",
            "reached": True,
        } or (run["method"] == "lifo")
        assert [s["account"] for s in run["shortfalls"]] == [A]
    fifo, lifo, haircut = told["runs"]
    assert fifo["absorbed"] == {"ETH": {"theft": str(ETH)}}
    assert lifo["final"] == {"ETH": {"theft": str(ETH)}}
    assert haircut["absorbed"] == {"ETH": {"theft": f"{ETH}/3"}}
    (holder,) = fifo["holders"]
    assert (holder["subject"], holder["asset"], holder["label"], holder["amount"]) == (
        f"address:ethereum:{C}", "ETH", "theft", str(ETH),
    )  # fmt: skip
    (at_c,) = [side for side in told["holders"] if side["subject"].endswith(C)]
    assert (at_c["held"], at_c["methods"], at_c["smallest"], at_c["largest"]) == (2, 3, "0", str(ETH))
    assert any("1 ETH of “theft”, then 2 ETH not marked" in line for s in fifo["steps"] for line in s["lines"])


def test_runs_are_listed_repeated_and_compared(call: Call, filled: Path, tmp_path: Path) -> None:
    words = ("trace", filled, "--from", f"{A}:theft", "--method", "fifo,haircut")
    first, second = call(*words)[1], call(*words)[1]
    assert first == second
    code, told = call("runs", filled)
    assert (code, [(r["run"], r["method"], r["stale"]) for r in told["runs"]]) == (
        0, [(1, "fifo", False), (2, "haircut", False)],
    )  # fmt: skip
    assert call("runs", filled, "--again", "1") == (
        0, {"run": 1, "identical": True, "stale": False, "differences": []},
    )  # fmt: skip
    differing = call("runs", filled, "--compare", "1", "2")[1]["differences"]
    assert {d["difference"].startswith("-") for d in differing} == {True, False}
    assert call("case", "verify", filled)[0] == 0

    more = tmp_path / "more.csv"
    more.write_text(LEDGER.splitlines()[0] + f"\n2021-02-01T00:00:00Z,{C},{A},ETH,0.25,0x{'9' * 64},ethereum\n")
    assert call("import", filled, more)[0] == 0
    assert [r["stale"] for r in call("runs", filled)[1]["runs"]] == [True, True]
    code, again = call("runs", filled, "--again", "1")
    assert (code, again["identical"], again["stale"]) == (1, False, True)


def test_backward_reaches_both_payers(call: Call, filled: Path) -> None:
    told = call("trace", filled, "--from", C, "--method", "haircut", "--direction", "backward", "--no-keep")[1]
    assert {h["address"]: h["amount"] for h in told["runs"][0]["holders"]} == {
        A: f"{ETH}/3", D: f"{2 * ETH}/3",
    }  # fmt: skip
    assert told["runs"][0]["run"] is None
    assert call("runs", filled)[1]["runs"] == []


def test_a_labelled_service_stops_unless_a_reason_is_written(call: Call, filled: Path) -> None:
    call("run", filled, "tag.add", f"subjects=address:ethereum:{B}", "label=Swap house", "category=exchange")
    words = ("trace", filled, "--from", f"{A}:theft", "--method", "fifo")
    (holder,) = call(*words)[1]["runs"][0]["holders"]
    assert (holder["address"], holder["stopped"]) == (B, "labelled exchange: Swap house")
    told = call(*words, "--through", "the exchange named its customer")[1]["runs"][0]
    assert {h["address"] for h in told["holders"]} == {C, D}
    assert told["services_passed"] == [{"subject": f"address:ethereum:{B}", "label": "labelled exchange: Swap house"}]
    assert call(*words, "--through", " ")[0] == 2
    exposed = call("exposure", filled, C)[1]
    assert exposed["exposure"][0]["incoming"] == {
        "total": str(ETH), "direct": {"exchange": str(ETH)}, "indirect": {}, "unattributed": "0",
    }  # fmt: skip
    finding = exposed["findings"][0]
    assert (finding["kind"], finding["transfers"], finding["citations"]) == (
        "exposure", [3], [{"exhibit": 1, "locator": "row 4"}],
    )  # fmt: skip
    assert exposed["exposure"][0]["outgoing"]["unresolved"] == str(ETH // 2)


def test_paths_and_flow_stand_beside_what_a_method_attributes(call: Call, filled: Path) -> None:
    found = call("paths", filled, A, D, "--method", "fifo", "haircut")[1]
    (asset,) = found["paths"]
    assert (asset["count"], asset["fewest_hops"], asset["max_flow"], asset["greedy_flow"]) == (
        1, 3, str(ETH // 2), str(ETH // 2),
    )  # fmt: skip
    assert asset["attributed"] == {"fifo": str(ETH // 2), "haircut": f"{ETH // 2}/3"}
    assert asset["best"][0]["transfers"] == [1, 3, 4]
    assert [c["locator"] for c in found["findings"][0]["citations"]] == ["row 2", "row 4", "row 5"]
    flow = call("flow", filled, A, D, "--budget", "7")[1]
    assert flow["flow"][0]["max_flow"] == "7"
    assert call("flow", filled, D, A)[1]["flow"] == []
    assert call("flow", filled, A, A)[1]["flow"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "nobody", "--method", "fifo"), "WS-TRC-102"),
        (("--from", f"{A}:x:0", "--method", "fifo"), "WS-TRC-102"),
        (("--from", A, "--method", "magic"), "WS-TRC-103"),
        (("--from", A, "--method", "tiho"), "WS-TRC-104"),
        (("--from", A, "--method", "fifo", "--min-share", "two"), "WS-TRC-103"),
        (("--from", A, "--method", "fifo", "--hops", "0"), "WS-TRC-103"),
        (("--from", A, "--method", "fifo", "--stop", "0x"), "WS-TRC-102"),
    ],
)
def test_questions_that_cannot_be_asked_leave_the_case_as_it_was(
    call: Call, filled: Path, words: tuple[str, ...], code: str
) -> None:
    before = call("case", "info", filled)[1]["head"]
    exit_code, told = call("trace", filled, *words)
    assert (exit_code, told["error"]["code"]) == (2, code)
    assert call("case", "info", filled)[1]["head"] == before


def test_swaps_are_proposed_declared_listed_and_change_the_trace(call: Call, case: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "swap.csv"
    token = "USDT:0xdac17f958d2ee523a2206206994597c13d831ec7"
    rows = [(1, A, B, "ETH", "3", "1"), (2, B, C, "ETH", "3", "2"), (2, C, B, token, "9000", "2")]
    ledger.write_text(
        "time,from,to,asset,amount,transaction,chain\n"
        + "".join(f"2021-01-0{d}T00:00:00Z,{s},{r},{a},{n},0x{t * 64},ethereum\n" for d, s, r, a, n, t in rows)
    )
    assert call("import", case, ledger)[0] == 0
    (proposal,) = call("conversions", case, "--propose")[1]["proposals"]
    assert (proposal["kind"], proposal["paid"], proposal["received"]) == ("swap", 2, 3)
    assert call("conversions", case)[1]["conversions"] == []
    assert call("run", case, "conversion.accept", "paid=transfer:ethereum:2", "reason=router")[0] == 0
    assert call("conversions", case, "--propose")[1]["proposals"] == []
    (known,) = call("conversions", case)[1]["conversions"]
    assert (known["paid"], known["received"], known["used"]) == (2, 3, True)
    run = call("trace", case, "--from", f"{A}:theft", "--method", "haircut", "--precision", "exact", "--dust", "0.001")[
        1
    ]
    (holder,) = run["runs"][0]["holders"]
    assert (holder["address"], holder["asset"]) == (B, "USDT")
    assert run["runs"][0]["conversions"][0]["received"] == "transfer:ethereum:3"


def test_exposure_of_an_entity_is_asked_by_its_key(call: Call, filled: Path) -> None:
    """An entity is told from an address; an unknown key is refused and nothing is asked."""
    code, told = call("exposure", filled, "entity:nobody")
    assert (code, told["error"]["code"]) == (2, "WS-TRC-102")
