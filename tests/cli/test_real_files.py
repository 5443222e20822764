"""What the first issue promises about the real files in ``../shared/data``, through the command line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.cli.conftest import Call

THIEF = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
RANSOM = "15JFh88FcE4WL6qeMLgX5VEAFCbRXjc9fr"
ANCHOR = "bc1qq2euq8pw950klpjcawuy4uj39ym43hs6cfsegq"
SEIZED = "bc1qpx7vyv5tp7dm0g475ev527krg764t73dh77gls"


def total(transfers: list[dict[str, Any]], side: str, who: str, kinds: set[str]) -> int:
    return sum(int(t["amount"]) for t in transfers if t[side] == who and t["kind"] in kinds and t["amount"] is not None)


def test_ronin_is_exact_to_the_last_wei_and_csv_adds_no_second_copy(call: Call, case: Path, data: Path) -> None:
    folder = data / "case-ronin-bridge-2022"
    facts = json.loads((folder / "expected_facts.json").read_text())
    answers = [folder / f"etherscan_api_{kind}.json" for kind in ("txlist", "txlistinternal", "tokentx")]
    code, told = call("import", case, *answers)
    assert code == 0
    assert [e["accepted"] for e in told["exhibits"]] == [402, 1, 6]
    first = told["case"]["transfers"]
    code, told = call("import", case, *sorted(folder.glob("*.csv")))
    assert code == 0
    assert [(e["accepted"], e["duplicates"], e["quarantined"]) for e in told["exhibits"]] == [
        (0, 402, 0),
        (0, 1, 0),
        (0, 6, 0),
    ]
    assert told["case"]["transfers"] == first
    _, listed = call("transfers", case)
    transfers = listed["transfers"]
    assert {len({c["exhibit"] for c in t["citations"]}) for t in transfers} == {2}
    assert total(transfers, "to", THIEF, {"native"}) == int(facts["txlist_in_wei"])
    assert total(transfers, "from", THIEF, {"native"}) == int(facts["txlist_out_wei"])
    assert total(transfers, "to", THIEF, {"internal"}) == int(facts["internal_in_wei"])
    tokens = [
        [t["asset"], str(t["decimals"]), t["from"], t["to"], t["amount"]] for t in transfers if t["kind"] == "token"
    ]
    assert tokens == facts["tokens"]
    fees = [t for t in transfers if t["kind"] == "fee"]
    assert len(fees) == 402
    assert all(t["to"] is None and int(t["amount"]) > 0 for t in fees)


def test_a_failed_transaction_moves_no_value_but_pays_its_fee(
    call: Call, case: Path, data: Path, tmp_path: Path
) -> None:
    """The recording has no failed row, so one of its rows is marked failed as the explorer marks them."""
    answer = json.loads((data / "case-ronin-bridge-2022" / "etherscan_api_txlist.json").read_text())
    row = next(row for row in answer["result"] if int(row["value"]) > 0 and row["from"] == THIEF)
    row["isError"], row["txreceipt_status"] = "1", "0"
    (tmp_path / "failed.json").write_text(json.dumps(answer))
    assert call("import", case, tmp_path / "failed.json")[0] == 0
    _, listed = call("transfers", case)
    of = [t for t in listed["transfers"] if t["tx"] == row["hash"]]
    assert [(t["kind"], t["status"]) for t in of] == [("fee", "failed")]
    assert int(of[0]["amount"]) == int(row["gasUsed"]) * int(row["gasPrice"])


def test_colonial_is_exact_to_the_satoshi(call: Call, case: Path, data: Path) -> None:
    folder = data / "case-colonial-pipeline-2021"
    stated = json.loads((folder / "esplora_ransom_address.json").read_text())["chain_stats"]
    code, told = call("import", case, *(folder / f"esplora_{name}_txs.json" for name in ("ransom", "anchor", "fbi")))
    assert code == 0
    assert sum(e["accepted"] for e in told["exhibits"]) == 10  # one of the 11 stands in two files
    _, listed = call("transfers", case, "--address", RANSOM)
    assert total(listed["transfers"], "to", RANSOM, {"output"}) == stated["funded_txo_sum"]
    assert total(listed["transfers"], "from", RANSOM, {"input"}) == stated["spent_txo_sum"]
    facts = json.loads((folder / "expected_facts.json").read_text())["addresses"]
    for name, address in (("anchor", ANCHOR), ("fbi", SEIZED)):
        _, listed = call("transfers", case, "--address", address)
        assert total(listed["transfers"], "to", address, {"output"}) >= facts[name]["received_sat_in_file"]
        assert total(listed["transfers"], "from", address, {"input"}) >= facts[name]["sent_sat_in_file"]


def test_the_graph_leads_to_the_seizing_address_and_invents_no_bridge(call: Call, case: Path, data: Path) -> None:
    folder = data / "case-colonial-pipeline-2021"
    call("import", case, *(folder / f"esplora_{name}_txs.json" for name in ("ransom", "anchor", "fbi")))
    from workstation.cli import opening
    from workstation.cli.main import grammar
    from workstation.domain.subjects import address

    with opening.session(grammar().parse_args(["case", "info", str(case)])) as session:
        for key in (ANCHOR, RANSOM):
            session.run("graph.add", subjects=address("bitcoin", key).key)
            session.run("graph.expand", subject=address("bitcoin", key).key, direction="out", limit="50")
        for node in session.graphs.picture(session.graph).nodes:
            if node.kind == "transaction":
                session.run("graph.expand", subject=node.key, direction="out", limit="50")
        picture = session.graphs.picture(session.graph)
    keys = [node.key for node in picture.nodes]
    ways: dict[int, set[int]] = {}
    for edge in picture.edges:
        ways.setdefault(edge.source, set()).add(edge.target)

    def reached(start: str) -> set[str]:
        seen, stack = set(), [keys.index(address("bitcoin", start).key)]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack += ways.get(node, ())
        return {keys[node] for node in seen}

    assert address("bitcoin", SEIZED).key in reached(ANCHOR)
    assert address("bitcoin", SEIZED).key not in reached(RANSOM)


def test_block_300025_and_the_first_blocks(call: Call, case: Path, data: Path) -> None:
    code, told = call("import", case, data / "bitcoin-block-300025" / "block_300025_getblock_v3.json")
    assert code == 0
    assert told["case"]["transactions"] == 461
    _, listed = call("transfers", case)
    sums = Counter({"input": 0, "output": 0})
    for transfer in listed["transfers"]:
        sums[transfer["kind"]] += int(transfer["amount"] or 0)
    assert sums["input"] == 510_593_575_772
    assert sums["output"] == 513_093_575_772
    assert sums["output"] - sums["input"] == 25 * 10**8  # fees go to the coinbase, so only the subsidy is new


def test_first_blocks_keep_outputs_without_address(call: Call, case: Path, data: Path) -> None:
    code, told = call("import", case, data / "bitcoin-first-blocks-2009" / "blocks_1_255_getblock_v3.jsonl")
    assert code == 0
    assert told["exhibits"][0]["read"] == 255
    assert told["case"]["transactions"] == 262
    assert told["case"]["quarantined"] == 0
    _, listed = call("transfers", case)
    coinbase_outputs = [t for t in listed["transfers"] if t["kind"] == "output"]
    assert all(t["to"] is None for t in coinbase_outputs), "a pubkey output names no address"
    assert told["case"]["addresses"] == 0


def test_unresolved_inputs_stay_unknown(call: Call, case: Path, data: Path) -> None:
    code, _ = call("import", case, data / "bitcoin-block-300025" / "block_169482_getblock_v2.json")
    assert code == 0
    _, listed = call("transfers", case)
    inputs = [t for t in listed["transfers"] if t["kind"] == "input"]
    assert inputs
    assert all(t["amount"] is None and t["absent"] == "unknown" and t["from"] is None for t in inputs)


def test_tagpacks_import_and_everything_else_is_refused_with_a_reason(call: Call, case: Path, data: Path) -> None:
    code, told = call("import", case, data / "tagpacks-graphsense")
    assert code == 0
    outcomes = {Path(e["path"]).name: e for e in told["exhibits"]}
    assert outcomes["demo.yaml"]["outcome"] == "accepted"
    assert outcomes["hacks.yaml"]["accepted"] > 500
    for name, exhibit in outcomes.items():
        if exhibit["outcome"] == "rejected":
            assert exhibit["code"].startswith("WS-"), name
            assert exhibit["message"], name
    assert outcomes["LICENSE"]["outcome"] == "rejected"
    assert told["case"]["tags"] > 1000


def test_sanction_lists_become_tags_with_date_and_source(call: Call, case: Path, data: Path) -> None:
    folder = data / "sanctions-ofac"
    code, told = call(
        "import",
        case,
        folder / "sanctioned_addresses_XBT.txt",
        folder / "sanctioned_addresses_USDT.txt",
        folder / "sanctioned_addresses_ETH.json",
    )
    assert code == 0
    assert [e["reader"] for e in told["exhibits"]] == ["address.list"] * 3
    assert told["case"]["tags"] > 400
    from workstation.cli import opening
    from workstation.cli.main import grammar

    with opening.session(grammar().parse_args(["case", "info", str(case)])) as session:
        tags = session.store.source_tags()
    assert all(tag.source for tag in tags)
    assert {tag.chain for tag in tags} >= {"bitcoin", "ethereum", "tron"}, "the ticker does not name the chain"
