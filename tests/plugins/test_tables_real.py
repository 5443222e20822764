"""The table engine: ledger transfers, and the real files with the exact counts and sums of their notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.plugins.table_tools import (
    ETH,
    EVM_TX,
    LAYOUTS,
    TABLES,
    TRANSFERS,
    TRON,
    Answer,
    table,
)
from workstation.domain.records import Record, TransferRecord
from workstation.sdk.layouts import dump


def test_a_ledger_transfer_with_its_fee_and_label():
    got = table(
        f"Time,Tx,From,To,Asset,Contract,Amount,Decimals,Fee,Status,Name\n"
        f"1600000000,{EVM_TX},{ETH},{ETH},USDX,{ETH},1.5,6,0.01,ok,Thief\n1600000000,{EVM_TX},{ETH},{ETH},,,2,,0.01,failed,Thief\n",
        TRANSFERS, chain="ethereum",
    )  # fmt: skip
    assert [(t.kind, t.amount, t.decimals, t.symbol) for t in got.transfers] == [
        ("token", 1_500_000, 6, "USDX"), ("fee", 10**16, 18, "ETH"), ("fee", 10**16, 18, "ETH"),
    ]  # fmt: skip
    assert [t.status for t in got.transactions] == ["ok", "failed"]
    assert [(t.ref, t.label, t.source) for t in got.tags] == [(ETH, "Thief", "Explorer")]


def test_a_token_without_contract_is_a_stated_transfer_between_the_addresses():
    got = table(f"Time,Tx,From,To,Asset,Amount\n1600000000,{'a' * 64},{TRON},{TRON},USDT,5\n", TRANSFERS, chain="tron")
    (transfer,) = got.transfers
    assert (transfer.chain, transfer.sender, transfer.symbol, transfer.amount_text) == (
        "stated",
        f"tron:{TRON}",
        "USDT",
        "5",
    )
    assert "a symbol is no identity" in got.said


def test_in_and_out_columns_nfts_and_unknown_chains():
    got = table(
        f"Time,Tx,From,To,Contract,In,Out,Id,Chain,Asset\n"
        f"1600000000,{EVM_TX},{ETH},{ETH},,0,2,,eth,\n1600000000,{EVM_TX},{ETH},{ETH},{ETH},,,77,bsc,PUNK\n"
        f"1600000000,q1,alice,bob,,5,,,cosmoshub,ATOM\n1600000000,{EVM_TX},{ETH},{ETH},,1,2,,eth,\n",
        TRANSFERS,
    )
    native, nft, stated = got.transfers
    assert (native.chain, native.kind, native.amount) == ("ethereum", "native", 2 * 10**18)
    assert (nft.chain, nft.kind, nft.contract, nft.amount, nft.decimals) == ("bsc", "nft", f"{ETH}/77", 1, 0)
    assert (stated.chain, stated.sender, stated.symbol, stated.amount_text) == ("stated", "alice", "ATOM", "5")
    assert "cosmoshub" in got.said
    assert "contradict" in got.bad[0].reason


def test_base_units_stay_whole_numbers():
    layout = TRANSFERS.replace("[layout.read]", '[layout.read]\nunit = "base"')
    big = str(2**256 - 1)
    got = table(
        f"Time,Tx,From,To,Contract,Amount\n1600000000,{EVM_TX},{ETH},{ETH},{ETH},{big}\n1600000000,{EVM_TX},{ETH},{ETH},,0.5\n",
        layout, chain="ethereum",
    )  # fmt: skip
    assert (got.transfers[0].amount, got.transfers[0].decimals) == (2**256 - 1, None)
    assert "whole number" in got.bad[0].reason


def test_a_missing_chain_is_a_problem_of_the_row():
    got = table(f"Time,Tx,From,To,Amount\n1600000000,{EVM_TX},{ETH},{ETH},1\n", TRANSFERS)
    assert [b.code for b in got.bad] == ["WS-ROW-013"]


REAL = {
    "tron-samples/trx_transfers_decoded.csv": ("tron.decoded", 2172),
    "solscan-samples/solscan_transfers_with_multiplier.csv": ("solscan.transfers", 6),
    "solscan-samples/solscan_transfers_with_flow.csv": ("solscan.transfers", 1),
    "case-wannacry-2017/wannacry_payments.csv": ("payments.satoshi", 524),
    "amlsim-sample/tx.csv": ("amlsim.transfers", 45),
    "amlsim-sample/cash_tx.csv": ("amlsim.cash", 88),
    "amlsim-sample/accounts.csv": ("amlsim.accounts", 30),
    "amlsim-sample/alerts.csv": ("amlsim.alerts", 2),
    "exchange-layouts-invented/amlworld_trans.csv": ("amlworld.transactions", 4),
    "exchange-layouts-invented/tronscan_transfers.csv": ("tronscan.transfers", 1),
    "explorer-labels/etherscan__blocked.csv": ("labels.explorer", 661),
    "explorer-labels/arbiscan__phish-hack.csv": ("labels.explorer", 19),
    "explorer-labels/forta__malicious_smart_contracts.csv": ("labels.forta.contracts", 753),
    "explorer-labels/forta__phishing_scams.csv": ("labels.forta.addresses", 6726),
}


@pytest.mark.parametrize("path", sorted(REAL))
def test_real_files_match_one_layout_and_every_row_is_accounted_for(path, data):
    raw = (data / path).read_bytes()
    name, rows = REAL[path]
    found = [(key, sniff) for key, sniff in TABLES.sniff_layouts(raw[:65536], path, LAYOUTS) if sniff.score == 1.0]
    assert found[0][0] == name
    layout = next(layout for layout in LAYOUTS if layout.id == name)
    got = table(raw, dump(layout), name=path.rpartition("/")[2])
    assert got.rows == rows
    seen = {r.place.row for r in got.records}
    assert len(seen) + sum(got.skipped.values()) == rows


def real(data, path: str, name: str, **parameters: str) -> Answer:
    """Read a real file by a bundled layout."""
    layout = next(layout for layout in LAYOUTS if layout.id == name)
    return table((data / path).read_bytes(), dump(layout), name=path.rpartition("/")[2], **parameters)


def test_wannacry_payments_sum_to_the_facts_of_the_readme(data):
    got = real(data, "case-wannacry-2017/wannacry_payments.csv", "payments.satoshi")
    sums: Counter[str] = Counter()
    for transfer in got.transfers:
        sums[transfer.receiver] += transfer.amount
    assert sums == {
        "115p7UMMngoj1pMvkpHijcRdfJNXj6LrLn": 1487769994, "13AM4VW2dhxYgXeQepoHkHSQuy6NgaEb94": 2007353352,
        "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw": 1968150144, "1QAc9S5EmycqjzzWDc1yiWzr9jJLC8sLiY": 325249956,
        "15zGqZCTcys6eCjDkE3DypCjXi6QWRV6V1": 171956125,
    }  # fmt: skip


def test_amlsim_steps_are_an_order_and_no_time(data):
    got = real(data, "amlsim-sample/tx.csv", "amlsim.transfers")
    assert {t.time for t in got.transfers} == {None}
    assert {t.chain for t in got.transfers} == {"stated"}
    first = got.transfers[0]
    assert (first.sender, first.receiver, first.amount_text, first.sequence) == (
        "AMLSim account 15", "AMLSim account 25", "125.05", 1,
    )  # fmt: skip


def test_two_columns_named_account(data):
    got = real(data, "exchange-layouts-invented/amlworld_trans.csv", "amlworld.transactions")
    second = got.transfers[1]
    assert (second.sender, second.receiver, second.symbol, second.amount_text) == (
        "bank 021174 account 800737690", "bank 012 account 80011F990", "Euro", "2848.96",
    )  # fmt: skip


def test_solscan_amounts_are_base_units(data):
    got = real(data, "solscan-samples/solscan_transfers_with_flow.csv", "solscan.transfers")
    (transfer,) = got.transfers
    assert (transfer.amount, transfer.decimals, transfer.kind, transfer.chain) == (24047160221000, 6, "token", "solana")


def test_blockscout_values_are_wei_and_its_chain_is_asked(data):
    path = "exchange-layouts-invented/blockscout_transactions.csv"
    raw = (data / path).read_bytes()
    assert dict(TABLES.sniff_layouts(raw, "x.csv", LAYOUTS))["blockscout.transactions"].questions == ("chain",)
    got = real(data, path, "blockscout.transactions", chain="ethereum")
    assert [(t.kind, t.amount) for t in got.transfers] == [("fee", 1989900000000000)]
    assert not got.bad


def test_label_pages_give_tags_and_balances_on_the_chain_of_the_file_name(data):
    got = real(data, "explorer-labels/arbiscan__exploit.csv", "labels.explorer")
    assert {(t.chain, t.category) for t in got.tags} == {("arbitrum", "exploit")}
    assert (got.events[0].kind, got.events[0].amount_text, got.events[0].symbol) == ("balance", "0.00001177", "ETH")
    assert got.events[0].details == (("tx_count", "8"),)
    assert got.skipped == {"sum of the page": 1}


def test_tron_rows_sum_to_the_file(data):
    got = real(data, "tron-samples/trx_transfers_decoded.csv", "tron.decoded")
    rows = [line.split(",") for line in (data / "tron-samples/trx_transfers_decoded.csv").read_text().splitlines()[1:]]
    assert sum(t.amount for t in got.transfers) == sum(int(r[5]) for r in rows if r[4])
    assert {b.reason for b in got.bad} == {"the receiver is missing"}


def test_the_reader_runs_in_the_worker_with_a_layout(read, data) -> None:
    run: Callable[..., list[Record]] = read
    layout = next(layout for layout in LAYOUTS if layout.id == "payments.satoshi")
    records = run(data / "case-wannacry-2017" / "wannacry_payments.csv", "table.mapped", layout=dump(layout))
    assert sum(isinstance(r, TransferRecord) for r in records) == 524
