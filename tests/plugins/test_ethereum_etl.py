"""ethereum-etl: every real file with its exact counts, one transfer per fact whatever the file, odd rows kept aside."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from workstation.app import intake
from workstation.app.session import Session
from workstation.casefile import store
from workstation.domain.errors import WorkstationError
from workstation.domain.records import BadRow, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

READER = "ethereum.etl"
A, B, C = ("0x" + letter * 40 for letter in "abc")
TX = "0x" + "1" * 64
#: File (without "test_" and "_job", groups by "/") -> what it comes to: transactions, kinds of transfers, bad rows.
#: "refused" = no transfers in it. The sums of each group must agree between the exports and the node answers.
TABLE = """
export_blocks__block_with_logs__expected_blocks.csv refused
export_blocks__block_with_logs__expected_transactions.csv tx=4 native=2
export_blocks__block_with_logs__web3_response.eth_getBlockByNumber_0x76250_true.json tx=4 native=2
export_blocks__blocks_with_transactions__expected_blocks.csv refused
export_blocks__blocks_with_transactions__expected_transactions.csv tx=4 native=4
export_blocks__blocks_with_transactions__web3_response.eth_getBlockByNumber_0xb872_true.json tx=2 native=2
export_blocks__blocks_with_transactions__web3_response.eth_getBlockByNumber_0xb873_true.json tx=2 native=2
export_blocks__blocks_with_transactions_and_withdrawals__expected_blocks.csv mint=32
export_blocks__blocks_with_transactions_and_withdrawals__expected_blocks.json mint=32
export_blocks__blocks_with_transactions_and_withdrawals__expected_transactions.csv tx=298 native=135
export_receipts__receipts_with_logs__expected_logs.csv token=2
export_receipts__receipts_with_logs__expected_logs.json token=2
export_receipts__receipts_with_logs__expected_receipts.csv tx=4 fee=4
export_receipts__receipts_with_logs__expected_receipts.json tx=4 fee=4
export_receipts__receipts_with_logs__web3_response.eth_getTransactionReceipt_0x04cbcb23 tx=1 fee=1 token=1
export_receipts__receipts_with_logs__web3_response.eth_getTransactionReceipt_0x05287a56 tx=1 fee=1
export_receipts__receipts_with_logs__web3_response.eth_getTransactionReceipt_0x463d53f0 tx=1 fee=1
export_receipts__receipts_with_logs__web3_response.eth_getTransactionReceipt_0xcea6f897 tx=1 fee=1 token=1
export_token_transfers__block_with_transfers__expected_token_transfers.csv token=2
export_traces__block_with_create__expected_traces.csv tx=2 native=1 mint=1
export_traces__block_with_create__web3_response.trace_block_0xf44f2.json tx=2 native=1 mint=1
export_traces__block_with_error__expected_traces.csv tx=2 native=1 mint=1
export_traces__block_with_error__web3_response.trace_block_0xf45bf.json tx=2 native=1 mint=1
export_traces__block_with_subtraces__expected_traces.csv tx=2 native=2 mint=1
export_traces__block_with_subtraces__web3_response.trace_block_0xf4240.json tx=2 native=2 mint=1
export_traces__block_with_suicide__expected_traces.csv tx=1 internal=1 mint=1
export_traces__block_with_suicide__web3_response.trace_block_0xf7105.json tx=1 internal=1 mint=1
export_traces__block_without_transactions__web3_response.trace_block_0x0.json
extract_geth_traces__block_with_create__expected_traces.csv bad=2
extract_geth_traces__block_with_create__geth_traces.json bad=1
extract_geth_traces__block_with_create__web3_response.debug_traceBlockByNumber_0xf44f2_tracer_calltracer.json bad=2
extract_geth_traces__block_with_error__expected_traces.csv bad=2
extract_geth_traces__block_with_error__geth_traces.json bad=1
extract_geth_traces__block_with_error__web3_response.debug_traceBlockByNumber_0xf45bf_tracer_calltracer.json bad=2
extract_geth_traces__block_with_subtraces__expected_traces.csv bad=3
extract_geth_traces__block_with_subtraces__geth_traces.json bad=1
extract_geth_traces__block_with_subtraces__web3_response.debug_traceBlockByNumber_0xf4240_tracer_calltracer.json bad=2
extract_geth_traces__block_with_suicide__expected_traces.csv bad=2
extract_geth_traces__block_with_suicide__geth_traces.json bad=1
extract_geth_traces__block_with_suicide__web3_response.debug_traceBlockByNumber_0xf7105_tracer_calltracer.json bad=1
extract_geth_traces__block_without_transactions__geth_traces.json
extract_geth_traces__block_without_transactions__web3_response.debug_traceBlockByNumber_0x1_tracer_calltracer.json
extract_token_transfers__logs__expected_token_transfers.csv token=2
extract_token_transfers__logs__logs.csv token=2
test_stream__blocks_1755634_1755635__expected_blocks.json refused
test_stream__blocks_1755634_1755635__expected_logs.json token=1
test_stream__blocks_1755634_1755635__expected_token_transfers.json token=1
test_stream__blocks_1755634_1755635__expected_transactions.json tx=2 native=1 fee=2
test_stream__blocks_1755634_1755635__web3_response.eth_getBlockByNumber_0x1ac9f2_true.json
test_stream__blocks_1755634_1755635__web3_response.eth_getBlockByNumber_0x1ac9f3_true.json tx=2 native=1
test_stream__blocks_1755634_1755635__web3_response.eth_getBlockByNumber_latest_false.json
test_stream__blocks_1755634_1755635__web3_response.eth_getTransactionReceipt_0x2e3dcd05 tx=1 fee=1 token=1
test_stream__blocks_1755634_1755635__web3_response.eth_getTransactionReceipt_0x9a5437ec tx=1 fee=1
test_stream__blocks_2112234_2112234__expected_contracts.json refused
test_stream__blocks_2112234_2112234__expected_tokens.json refused
test_stream__blocks_2112234_2112234__expected_traces.json tx=1 mint=1
test_stream__blocks_2112234_2112234__web3_response.eth_getBlockByNumber_0x203aea_false.json tx=1
test_stream__blocks_2112234_2112234__web3_response.eth_getBlockByNumber_latest_false.json
test_stream__blocks_2112234_2112234__web3_response.trace_block_0x203aea.json tx=1 mint=1
"""


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def content(records):
    """The facts of the transfers without their order and place."""
    return Counter(
        (t.tx, t.kind, t.index, t.sender, t.receiver, t.contract, t.amount, t.decimals) for t in transfers(records)
    )


def full(name):
    """The real beginning of a file name of the table."""
    head, _, rest = name.partition("__")
    return f"{head}__{rest}" if head == "test_stream" else f"test_{head}_job__{rest}"


def table(*rows):
    names = list(rows[0])
    lines = [",".join(names), *(",".join(str(row.get(name, "")) for name in names) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def test_every_real_file_comes_to_its_exact_counts(read, data):
    folder = data / "ethereum-etl"
    lines = [line.split() for line in TABLE.strip().splitlines()]
    seen = []
    for name, *wanted in lines:
        (path,) = folder.glob(full(name) + "*")
        seen.append(path.name)
        if wanted == ["refused"]:
            with pytest.raises(WorkstationError, match="ethereum-etl"):
                read(path)
            continue
        records = read(path)
        counts = Counter(t.kind for t in transfers(records))
        counts["tx"] = sum(isinstance(r, TransactionRecord) for r in records)
        counts["bad"] = sum(isinstance(r, BadRow) for r in records)
        assert +counts == {part.split("=")[0]: int(part.split("=")[1]) for part in wanted}, name
    assert sorted(seen) == sorted(p.name for p in folder.iterdir() if p.suffix in (".csv", ".json"))


@pytest.mark.parametrize(
    ("exported", "answered"),
    [
        ("export_blocks_job__block_with_logs__expected_transactions.csv", ("*block_with_logs__*eth_getBlock*",)),
        (
            "export_blocks_job__blocks_with_transactions__expected_transactions.csv",
            ("*_with_transactions__*getBlock*",),
        ),
        ("export_traces_job__block_with_create__expected_traces.csv", ("*traces*trace_block_0xf44f2*",)),
        ("export_traces_job__block_with_error__expected_traces.csv", ("*traces*trace_block_0xf45bf*",)),
        ("export_traces_job__block_with_subtraces__expected_traces.csv", ("*traces*trace_block_0xf4240*",)),
        ("export_traces_job__block_with_suicide__expected_traces.csv", ("*traces*trace_block_0xf7105*",)),
        ("stream__blocks_2112234_2112234__expected_traces.json", ("*stream*trace_block*",)),
    ],
)
def test_an_export_says_what_the_node_answered(read, data, exported, answered):
    folder = data / "ethereum-etl"
    nodes = Counter()
    for pattern in answered:
        for path in sorted(folder.glob(pattern)):
            nodes += content(read(path))
    assert content(read(folder / f"test_{exported}")) == nodes != Counter()


def test_csv_and_json_lines_say_the_same(read, data):
    folder = data / "ethereum-etl"
    for stem in ("test_export_blocks_job__blocks_with_transactions_and_withdrawals__expected_blocks",
                 "test_export_receipts_job__receipts_with_logs__expected_receipts",
                 "test_export_receipts_job__receipts_with_logs__expected_logs"):  # fmt: skip
        assert content(read(folder / f"{stem}.csv")) == content(read(folder / f"{stem}.json")) != Counter()


def test_logs_and_token_transfers_say_the_same(read, data):
    folder = data / "ethereum-etl"
    logs = read(folder / "test_extract_token_transfers_job__logs__logs.csv")
    told = read(folder / "test_extract_token_transfers_job__logs__expected_token_transfers.csv")
    assert content(logs) == content(told)


def test_one_fact_of_many_files_is_one_transfer_with_many_citations(data, plugins, tmp_path):
    folder = data / "ethereum-etl"
    patterns = ("*block_with_logs__expected_transactions.csv", "*eth_getBlockByNumber_0x76250_true.json",
                "*receipts_with_logs__*", "*export_token_transfers*", "*export_traces_job__*")  # fmt: skip
    paths = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    made = store.create(tmp_path / "a.wcase", title="Case", examiner="Examiner")
    session = Session(made, plugins, tmp_path / "settings")
    try:
        results = intake.import_files(session, paths, intake.Options())
        assert not [w for r in results for w in r.warnings if "differ" in w]
        found = list(session.store.transfers())
        cited = session.store.citations_many([t.id for t in found])
        counts = Counter((t.chain, t.kind, len(cited[t.id])) for t in found)
    finally:
        session.close()
    # native: two of the block of the transactions, four of traced blocks; fees and tokens of the receipts and logs
    assert counts == {
        ("ethereum", "native", 2): 6, ("ethereum", "internal", 2): 1, ("ethereum", "mint", 2): 4,
        ("ethereum", "fee", 3): 4, ("ethereum", "token", 4): 2,
    }  # fmt: skip


def sent(**more):
    return {"hash": TX, "nonce": 1, "block_number": 5, "transaction_index": 0, "from_address": A, "to_address": B,
            "value": 7, "gas": 21000, "gas_price": 3, "input": "0x", "block_timestamp": 1600000000, **more}  # fmt: skip


def traced(path="", value=7, **more):
    return {"block_number": 5, "transaction_hash": TX, "transaction_index": 0, "from_address": A, "to_address": B,
            "value": value, "trace_type": "call", "call_type": "call", "subtraces": 0, "trace_address": path,
            "error": "", "status": 1, **more}  # fmt: skip


def test_the_call_of_a_transaction_is_its_native_transfer(direct):
    native = transfers(direct(READER, table(sent())))
    traces = transfers(direct(READER, table(traced(subtraces=1), traced("0", 2))))
    identity = [(t.chain, t.tx, t.kind, t.index, t.sender, t.receiver, t.amount) for t in native]
    assert identity == [(t.chain, t.tx, t.kind, t.index, t.sender, t.receiver, t.amount) for t in traces[:1]]
    assert [(t.kind, t.index) for t in traces[1:]] == [("internal", 0)]


def test_the_status_of_a_trace_voids_it(direct):
    found = direct(READER, table(traced(subtraces=2, status=1), traced("0", 2, status=0), traced("1", 3)))
    assert [(t.kind, t.amount) for t in transfers(found)] == [("native", 7), ("internal", 3)]


def test_a_failed_transaction_pays_only_its_fee(direct):
    row = sent(receipt_status=0, receipt_gas_used=21000, receipt_effective_gas_price=4)
    found = direct(READER, table(row))
    assert [(t.kind, t.amount) for t in transfers(found)] == [("fee", 84000)]
    assert [r.status for r in found if isinstance(r, TransactionRecord)] == ["failed"]


def test_values_stay_exact_and_times_of_bigquery_are_read(direct):
    big = 2**256 - 1
    row = {"token_address": C, "from_address": A, "to_address": B, "value": big, "transaction_hash": TX, "log_index": 3,
           "block_number": 5, "block_timestamp": "2020-09-13 12:26:40 UTC"}  # fmt: skip
    for raw in (table(row), json.dumps({"type": "token_transfer", **row}).encode()):
        (token,) = transfers(direct(READER, raw))
        assert (token.amount, token.decimals, token.amount_text, token.time) == (big, None, "", 1600000000)
        assert token.time_text == "2020-09-13 12:26:40 UTC"
    found = direct(READER, table({**row, "value": "1.0E+18"}, {**row, "value": "0x10"}, {**row, "value": big + 1}))
    assert [r.code for r in found if isinstance(r, BadRow)] == ["WS-ROW-004"] * 3


@pytest.mark.parametrize(
    ("change", "code"),
    [({"hash": "0x12"}, "WS-ROW-007"), ({"from_address": "x"}, "WS-ROW-005"), ({"from_address": ""}, "WS-ROW-015"),
     ({"block_timestamp": "yesterday"}, "WS-ROW-006"), ({"value": "-1"}, "WS-ROW-004")],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_kept_aside_whole(direct, change, code):
    found = direct(READER, table(sent(), sent(**change)))
    assert [r.code for r in found if isinstance(r, BadRow)] == [code]
    assert {r.place.row for r in transfers(found)} == {2}


def test_a_foreign_table_is_refused(direct):
    with pytest.raises(Refusal, match="column names"):
        direct(READER, b"a,b\n1,2\n")
