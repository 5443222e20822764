"""Vector files: the shared examples agree, a changed figure is found by its path, and hostile files are refused."""

from __future__ import annotations

import gzip
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from workstation.analysis import vectors
from workstation.analysis.trace.coinjoin import classify
from workstation.analysis.trace.exact import digits, whole
from workstation.domain.errors import WorkstationError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def algo() -> Path:
    """The folder of the binding semantics and their examples; skipped where it is absent."""
    folder = ROOT.parent / "shared" / "algo"
    if not folder.is_dir():
        pytest.skip("the algorithm examples are not here (expected in ../shared/algo beside the repository)")
    return folder


def test_the_examples_agree(algo: Path) -> None:
    checked = [vectors.check(case) for case in vectors.read(algo / "examples.json")]
    assert len(checked) == 9
    assert all(case.compared for case in checked)
    assert not [(case.id, case.differences) for case in checked if case.differences]


def test_a_case_without_expect_computes_everything(algo: Path) -> None:
    for case in vectors.read(algo / "examples.json"):
        bare = {key: value for key, value in case.items() if key != "expect"}
        checked = vectors.check(bare)
        assert not checked.compared
        assert checked.result is not None
        assert not vectors.differences(case["expect"], checked.result)


def test_classes_of_real_transactions(algo: Path) -> None:
    known = json.loads(gzip.decompress((algo / "coinjoin_real.json.gz").read_bytes()))["txs"]
    wrong = [
        (tx["txid"], tx["class"], found)
        for tx in known
        if (found := classify([tuple(i) for i in tx["inputs"]], [tuple(o) for o in tx["outputs"]]).name)
        != (tx["class"] or "")
    ]
    assert len(known) == 574
    assert not wrong


ENTROPY: dict[str, Any] = {
    "id": "e", "kind": "entropy", "inputs": [10, 10], "outputs": [8, 2, 7, 3],
    "expect": {"interpretations": 3, "entropy_bits": 1.584963, "links": [["2/3"] * 4] * 2},
}  # fmt: skip


def _file(folder: Path, *cases: Any, name: str = "v.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"format": vectors.FORMAT, "cases": cases}), "utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"interpretations": 4}, "/interpretations"),
        ({"entropy_bits": 1.584964}, "/entropy_bits"),
        ({"links": [["2/3"] * 4, ["2/3", "2/3", "2/3", "1/3"]]}, "/links[1][3]"),
        ({"links": [["2/3"] * 4]}, "/links"),
        ({"more": 1}, "/more"),
    ],
)
def test_a_difference_is_named_by_its_path(tmp_path: Path, change: dict[str, Any], path: str) -> None:
    case = {**ENTROPY, "expect": {**ENTROPY["expect"], **change}}
    (read,) = vectors.read(_file(tmp_path, case))
    assert [d.path for d in vectors.check(read).differences] == [path]


def test_numbers_are_compared_exactly() -> None:
    expected = {"m": {"outputs": {"a:0": {"L": "14/6", "K": "7.0"}}}}
    assert not vectors.differences(expected, {"m": {"outputs": {"a:0": {"L": "7/3", "K": "7"}}, "extra": 1}})
    got = {"m": {"outputs": {"a:0": {"L": "2.3333333333333333", "K": 7, "J": "1"}}}}
    assert [d.path for d in vectors.differences(expected, got)] == [
        "/m/outputs/a:0/L", "/m/outputs/a:0/K", "/m/outputs/a:0/J",
    ]  # fmt: skip
    huge = {"m": {"outputs": {"a:0": {"L": "1e999999999"}}}}
    assert vectors.differences(huge, {"m": {"outputs": {"a:0": {"L": "2e999999999"}}}})


def test_long_numbers_survive() -> None:
    for value in (0, 7, 10**4000, 10**9000 + 1, 3**20000, -(7**30000)):
        assert whole(digits(value)) == value
    assert vectors.plain({"a": 10**5000})["a"] == "1" + "0" * 5000


def test_wei_beyond_any_machine_word(tmp_path: Path) -> None:
    big = 2**200 + 1
    events = [
        {"id": "1", "ts": 1, "asset": "E", "from": "s", "to": "a", "amount": big},
        {"id": "2", "ts": 2, "asset": "E", "from": "a", "to": "t", "amount": big - 3},
    ]
    path = _file(tmp_path, {"id": "f", "kind": "flow", "events": events, "source": "s", "sink": "t"})
    (case,) = vectors.read(path)
    result = vectors.check(case).result
    assert result is not None
    assert (result["max_flow"], result["greedy_flow"]) == (big - 3, big - 3)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no json", b"[]", b"{}", b'{"format":"algo-vectors/2","cases":[]}', b'{"format":"algo-vectors/1"}',
        b'{"format":"algo-vectors/1","cases":[1]}', b'{"format":"algo-vectors/1","cases":[{"id":"a"},{"id":"a"}]}',
        b'{"format":"algo-vectors/1","cases":[{"id":"a","v":NaN}]}',
        b'{"format":"algo-vectors/1","cases":[{"id":"a","v":1e999999999}]}',
        b'{"format":"algo-vectors/1","cases":[{"id":"a","v":1,"v":2}]}',
        b"[" * 100_000, b"\x1f\x8bbroken", b"\xff\xfe\x00", gzip.compress(b'{"format":', mtime=0)[:-6],
    ],
)  # fmt: skip
def test_an_unusable_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v.json"
    path.write_bytes(content)
    with pytest.raises(WorkstationError) as refusal:
        vectors.read(path)
    assert refusal.value.code == "WS-VEC-001"
    assert "\n" not in str(refusal.value)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.json.gz"
    path.write_bytes(gzip.compress(b" " * 3_000_000))
    with pytest.raises(WorkstationError, match="larger"):
        vectors.read(path, most_bytes=1 << 20)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "magic"}, "/kind"),
        ({"kind": 3}, "/kind"),
        ({"inputs": [1, "2"]}, "/inputs"),
        ({"inputs": [1.5]}, "/inputs"),
        ({"inputs": [True]}, "/inputs"),
        ({"outputs": None}, "/outputs"),
        ({"kind": "utxo"}, "/ledger"),
        ({"kind": "account", "events": [{"id": "1", "ts": 1, "asset": "X", "from": None, "to": "a", "amount": -1}]},
         "/events[0]/amount"),
        ({"kind": "account", "events": [{"id": "1", "ts": "1"}]}, "/events[0]/ts"),
        ({"kind": "utxo", "ledger": {"txs": [{"txid": "a", "block": 0, "inputs": [{"txid": "b", "vout": 0}],
                                              "outputs": []}]}}, "/"),
    ],
)  # fmt: skip
def test_a_bad_case_fails_alone_and_says_where(tmp_path: Path, change: dict[str, Any], path: str) -> None:
    bad, good = vectors.read(_file(tmp_path, {**ENTROPY, **change}, {**ENTROPY, "id": "good"}))
    (difference,) = vectors.check(bad).differences
    assert difference.path == path
    assert not vectors.check(good).differences


def test_beyond_eight_nothing_is_guessed() -> None:
    case = {"id": "e", "kind": "entropy", "inputs": [1] * 9, "outputs": [1]}
    result = vectors.check(case).result
    assert result is not None
    assert set(result.values()) == {"not computed"}


@pytest.mark.parametrize(("size", "ways"), [(2, 3), (3, 16), (4, 131), (5, 1496), (8, 9_934_563)])
def test_interpretations_of_equal_values(size: int, ways: int) -> None:
    """The sequence A023998; the notes print its first terms."""
    found = vectors.check({"id": "e", "kind": "entropy", "inputs": [5] * size, "outputs": [5] * size}).result
    assert found is not None
    assert found["interpretations"] == ways
    shares = [Fraction(share) for row in found["links"] for share in row]
    assert len(set(shares)) == 1
