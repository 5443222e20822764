"""Hostile and damaged input for the readers of node and explorer answers: a clean outcome, nothing invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.domain.records import (
    BadRow,
    EventRecord,
    Remark,
    TagRecord,
    TransactionRecord,
    TransferRecord,
    pack,
)
from workstation.plugin_host import readers
from workstation.plugin_host.protocol import Decoder
from workstation.sdk.reader import Refusal

READERS = ("etherscan.api", "evm.rpc", "ethereum.etl", "blockscout.json", "trongrid.transactions", "graphsense.trx",
           "tronscan.json", "solana.rpc")  # fmt: skip
REAL = {
    "evm.rpc": "ethereum-etl/test_export_traces_job__block_with_create__web3_response.trace_block_0xf44f2.json",
    "ethereum.etl": "ethereum-etl/test_export_blocks_job__block_with_logs__expected_transactions.csv",
    "trongrid.transactions": "tron-samples/trongrid_account_transactions.json",
    "graphsense.trx": "tron-samples/graphsense_trx_transactions_0_10000.jsonl",
    "etherscan.api": "etherscan-exports/api_tokennfttx_0x6975be45.json",
}
KEYS = (
    "jsonrpc",
    "result",
    "res",
    "module",
    "data",
    "items",
    "error",
    "transactions",
    "parentHash",
    "number",
    "timestamp",
    "logs",
    "topics",
    "transactionHash",
    "hash",
    "value",
    "from",
    "to",
    "action",
    "traceAddress",
    "type",
    "callType",
    "subtraces",
    "calls",
    "input",
    "gasPrice",
    "blockNumber",
    "transactionIndex",
    "token",
    "total",
    "success",
    "index",
    "status",
    "fee",
    "is_contract",
    "next_page_params",
    "txID",
    "raw_data",
    "ret",
    "contractRet",
    "contract",
    "parameter",
    "token_info",
    "transaction_id",
    "block_timestamp",
    "quant",
    "token_transfers",
    "ownerAddress",
    "contractType",
    "txHash",
    "blockId",
    "fromAddress",
    "meta",
    "slot",
    "preBalances",
    "signatures",
    "accountKeys",
    "instructions",
    "message",
    "transaction",
    "parsed",
    "program",
    "trace_type",
    "from_address",
    "to_address",
    "trace_address",
    "transaction_hash",
    "cumulative_gas_used",
    "gas_used",
    "gas_price",
    "log_index",
    "token_address",
    "timeStamp",
    "tokenID",
    "blockReward",
    "account",
    "balance",
    "miner",
    "parent_hash",
    "withdrawals",
)
SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**260), 2**260), st.floats(allow_nan=True), st.text(max_size=6),
    st.sampled_from(["0x1", "0x" + "1" * 64, "0x" + "a" * 40, "41" + "a" * 40, "call", "SUCCESS", "ok", "\ud800", "a\0b",
                     "1_000", "1e400", "\u0661", "x" * 10_000, "=1+1"]),
)  # fmt: skip
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=30,
)
KNOWN = BadRow | Remark | TransferRecord | TransactionRecord | TagRecord | EventRecord


def outcome(direct, reader, raw, name="file.dat"):
    """Records or None when refused; any other exception is a failure of the test."""
    try:
        return direct(reader, raw, name)
    except Refusal:
        return None


def wired(found, size):
    """The records as the host gets them from the worker; it ends the import when one is not as agreed."""
    line = json.dumps(["batch", [pack(record) for record in found]]).encode()
    return list(Decoder(1000, size).records(line))


def spans(records, kinds):
    return {(r.place.offset, r.place.length) for r in records if isinstance(r, kinds)}


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUE, wrap=st.sampled_from(["{}", '{{"jsonrpc":"2.0","result":{}}}', '{{"data":[{}]}}', '{{"items":[{}]}}',
                                          '{{"token_transfers":[{}]}}', '{{"status":"1","message":"","result":[{}]}}']))  # fmt: skip
def test_any_json_has_a_clean_outcome(direct, modules, reader, value, wrap):
    raw = wrap.format(json.dumps(value)).encode()
    modules[reader].sniff(raw, "x")
    found = outcome(direct, reader, raw)
    assert found is None or all(isinstance(r, KNOWN) for r in found)
    assert found is None or wired(found, len(raw)) == found


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=300))
def test_any_bytes_have_a_clean_outcome(direct, modules, reader, raw):
    modules[reader].sniff(raw, "x")
    found = outcome(direct, reader, raw)
    assert found is None or not [r for r in found if isinstance(r, TransferRecord | TransactionRecord)]


@pytest.mark.parametrize("reader", READERS)
def test_deep_and_broken_files_have_a_clean_outcome(direct, reader):
    for raw in (b"[" * 100_000, b'{"result":' * 50_000, b'{"result":[NaN,1e999999999999]}', b'{"data":[{"a":1,"a":2}]}',
                b"\0" * 1000, b'{"items":[{}', b'["\\ud800"]', b"\xef\xbb\xbf", b"a" * 1_000_000):  # fmt: skip
        found = outcome(direct, reader, raw)
        assert found is None or not [r for r in found if isinstance(r, TransferRecord | TransactionRecord)]


@pytest.mark.parametrize("reader", sorted(REAL))
def test_a_file_cut_anywhere_keeps_its_whole_rows(direct, data, reader):
    path = data / REAL[reader]
    raw = path.read_bytes()[:100_000]
    good = TransferRecord | TransactionRecord
    whole = spans(direct(reader, raw, path.name), good)
    assert whole
    for step in range(1, 20):
        cut = len(raw) * step // 20
        found = outcome(direct, reader, raw[:cut], path.name)
        expected = {span for span in whole if span[0] + span[1] < cut}
        if found is None:
            assert not expected
            continue
        assert expected <= spans(found, good)
        assert not spans(found, good) - whole


@pytest.mark.parametrize("reader", sorted(REAL))
def test_each_reader_alone_claims_its_file(data, plugins, reader):
    first, *rest = readers.detect(data / REAL[reader], plugins)
    assert first.reader == reader
    assert all(other.score < first.score for other in rest)


HUGE = st.sampled_from([0, 1, 2**62, 2**62 + 1, 2**63, 2**255, 2**256 - 1, 2**256, 10**90])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(HUGE, min_size=8, max_size=8))
def test_huge_numbers_reach_the_host_exact_or_not_at_all(direct, numbers):
    """Rows with every number replaced: what comes out is what the host takes, and no amount is changed."""
    block, position, value, gas, price, index, drawn, first = numbers
    one, other, tx = "0x" + "a" * 40, "0x" + "b" * 40, "0x" + "1" * 64
    receipt = {"transactionHash": tx, "blockNumber": hex(block), "transactionIndex": hex(position), "from": one,
               "gasUsed": hex(gas), "effectiveGasPrice": hex(price), "l1Fee": hex(first), "logs": [], "status": "0x1"}  # fmt: skip
    node = {"number": hex(block), "timestamp": "0x5", "parentHash": tx, "withdrawals": [
                {"index": hex(index), "address": one, "amount": hex(drawn)}],
            "transactions": [{"hash": tx, "blockNumber": hex(block), "transactionIndex": hex(position), "from": one,
                              "to": other, "value": hex(value), "gasPrice": hex(price)}]}  # fmt: skip
    grid = {"txID": "1" * 64, "block_timestamp": 1600000000000, "blockNumber": block, "ret": [{"fee": gas}, {"fee": price}],
            "raw_data": {"contract": [{"type": "TransferContract", "parameter": {"value": {
                "amount": value, "owner_address": "41" + "a" * 40, "to_address": "41" + "b" * 40}}}]}}  # fmt: skip
    for reader, raw in (("evm.rpc", {"jsonrpc": "2.0", "result": receipt}), ("evm.rpc", {"jsonrpc": "2.0", "result": node}),
                        ("trongrid.transactions", {"data": [grid]})):  # fmt: skip
        text = json.dumps(raw).encode()
        found = outcome(direct, reader, text)
        assert wired(found, len(text)) == found
        right = {value, drawn * 10**9, gas * price + first, gas + price}
        assert {r.amount for r in found if isinstance(r, TransferRecord)} <= right


ONE, OTHER, HASH = "0x" + "a" * 40, "0x" + "b" * 40, "0x" + "1" * 64
T_ONE, T_OTHER = "41" + "a" * 40, "41" + "b" * 40
KEY, SIGN = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi", "1" * 64
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
WORD = "0x" + "0" * 24 + "a" * 40
#: One good row of each kind that a reader takes, in its envelope.
GOOD = (
    ("evm.rpc", {"jsonrpc": "2.0", "result": {
        "transactionHash": HASH, "blockNumber": "0x5", "transactionIndex": "0x0", "from": ONE, "status": "0x1",
        "gasUsed": "0x5", "effectiveGasPrice": "0x2",
        "logs": [{"address": OTHER, "topics": [TRANSFER, WORD, WORD], "data": WORD, "logIndex": "0x1"}]}}),
    ("evm.rpc", {"jsonrpc": "2.0", "result": [{
        "action": {"callType": "call", "from": ONE, "to": OTHER, "value": "0x7"}, "blockNumber": 5, "subtraces": 0,
        "traceAddress": [], "transactionHash": HASH, "transactionPosition": 0, "type": "call"}]}),
    ("evm.rpc", {"jsonrpc": "2.0", "result": [{"txHash": HASH, "result": {
        "type": "CALL", "from": ONE, "to": OTHER, "value": "0x7",
        "calls": [{"type": "CALL", "from": ONE, "to": OTHER, "value": "0x1"}]}}]}),
    ("ethereum.etl", {"hash": HASH, "nonce": 1, "block_number": 5, "transaction_index": 0, "from_address": ONE,
                      "to_address": OTHER, "value": 7, "gas_price": 3, "block_timestamp": 1600000000,
                      "receipt_status": 1, "receipt_gas_used": 5}),
    ("ethereum.etl", {"trace_type": "call", "call_type": "call", "from_address": ONE, "to_address": OTHER, "value": 7,
                      "trace_address": [], "subtraces": 0, "status": 1, "transaction_hash": HASH, "block_number": 5}),
    ("ethereum.etl", {"log_index": 1, "transaction_hash": HASH, "address": OTHER, "data": WORD, "block_number": 5,
                      "topics": [TRANSFER, WORD, WORD]}),
    ("blockscout.json", {"next_page_params": None, "items": [{
        "hash": HASH, "timestamp": "2023-05-02T12:19:59Z", "from": {"hash": ONE, "name": "x", "public_tags": []},
        "to": {"hash": OTHER}, "value": "7", "fee": {"type": "actual", "value": "2"}, "status": "ok", "block": 5}]}),
    ("trongrid.transactions", {"data": [{
        "txID": "1" * 64, "block_timestamp": 1600000000000, "blockNumber": 5, "ret": [{"contractRet": "SUCCESS", "fee": 2}],
        "raw_data": {"contract": [{"type": "TriggerSmartContract", "parameter": {"value": {
            "call_value": 3, "owner_address": T_ONE, "contract_address": T_OTHER,
            "data": "a9059cbb" + WORD[2:] + WORD[2:]}}}]}}]}),
    ("tronscan.json", {"total": 1, "token_transfers": [{
        "transaction_id": "1" * 64, "block_ts": 1600000000000, "block": 5, "from_address": T_ONE, "to_address": T_OTHER,
        "from_address_tag": {"from_address_tag": "x"}, "contract_address": T_ONE, "quant": "7", "confirmed": True,
        "contractRet": "SUCCESS", "tokenInfo": {"tokenAbbr": "X", "tokenDecimal": 6}}]}),
    ("solana.rpc", {"jsonrpc": "2.0", "result": {
        "slot": 5, "blockTime": 1600000000, "meta": {
            "err": None, "fee": 5, "innerInstructions": [], "preBalances": [9], "postBalances": [4],
            "preTokenBalances": [{"accountIndex": 0, "mint": KEY, "owner": KEY, "uiTokenAmount": {"decimals": 6}}]},
        "transaction": {"signatures": [SIGN], "message": {"accountKeys": [{"pubkey": KEY}], "instructions": [
            {"program": "system", "parsed": {"type": "transfer", "info": {
                "source": KEY, "destination": KEY, "lamports": 3}}},
            {"program": "spl-token", "parsed": {"type": "transfer", "info": {
                "source": KEY, "destination": KEY, "amount": "3"}}}]}}}}),
)  # fmt: skip


def leaves(value, path=()):
    """The paths of every value inside a value."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))


def replaced(value, path, new):
    """The value with another one at a path."""
    if not path:
        return new
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = replaced(made[path[0]], path[1:], new)
    return made


@pytest.mark.parametrize("number", range(len(GOOD)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data())
def test_a_good_row_with_one_wrong_value_has_a_clean_outcome(direct, number, choice):
    reader, good = GOOD[number]
    raw = json.dumps(good).encode()
    whole = [r for r in direct(reader, raw) if isinstance(r, TransferRecord)]
    assert whole
    path = choice.draw(st.sampled_from(list(leaves(good))))
    raw = json.dumps(replaced(good, path, choice.draw(SCALAR))).encode()
    found = outcome(direct, reader, raw)
    assert found is None or wired(found, len(raw)) == found
