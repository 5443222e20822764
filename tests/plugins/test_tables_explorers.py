"""Explorer layouts without a real sample: invented rows under the exact headers of the catalogue of formats."""

from __future__ import annotations

import pytest

from tests.plugins.table_tools import ETH, EVM_TX, LAYOUTS, TABLES, TRON, Answer, table
from workstation.sdk.layouts import dump

TX = "c" * 64
BASE58 = "5tzFkiKscXHK5ZXCGbXZxdw7gTjjD1mBwuoFbhUvuAi9"
SIGNATURE = "5vwF267YiYngfWBscpx975UM7xsNzEDhqycEsUKmfHtc8CGH5XXqLoYVrGhTyJ4VPCPaQT1XjWghmrH2NAjQ3eTh"
#: Layout, header, one row, and (chain, kind, amount, amount text, symbol) of its first transfer.
SAMPLES = {
    "tronscan.transactions": (
        "Txn Hash,Block,Time (UTC),Transaction Type,Method Name,Method ID,From,To,Amount,Token Symbol,Status,Result",
        f"{TX},5,2023-01-02 03:04:05,Transfer,,,{TRON},{TRON},1.5,TRX,CONFIRMED,SUCCESS",
        ("tron", "native", 1_500_000, "", "TRX"),
    ),
    "tronscan.raw": (
        "transaction_id,block,block_ts,from_address,to_address,confirmed,contractRet,quant",
        f"{TX},5,1600000000000,{TRON},{TRON},true,SUCCESS,77",
        ("stated", "stated", None, "77", "unnamed token (base units)"),
    ),
    "arkham.transfers": (
        "transactionHash,fromAddress,fromLabel,fromIsContract,toAddress,toLabel,toIsContract,tokenAddress,type,"
        "blockTimestamp,blockNumber,blockHash,tokenName,tokenSymbol,tokenDecimals,unitValue,tokenId,historicalUSD,chain",
        f"{EVM_TX},{ETH},Thief,false,{ETH},,false,{ETH},token,2024-03-08T13:15:42Z,5,0x,Tether,USDT,6,2.5,,2.5,ethereum",
        ("ethereum", "token", 2_500_000, "", "USDT"),
    ),
    "blockscout.internal": (
        "TxHash,Index,BlockNumber,BlockHash,TxIndex,BlockIndex,UnixTimestamp,FromAddress,ToAddress,ContractAddress,Type,"
        "CallType,Gas,GasUsed,Value,Input,Output,ErrCode,Fee",
        f"{EVM_TX},1,5,0x,0,0,2022-03-23 13:54:53.000000Z,{ETH},{ETH},,call,call,1,1,7,0x,0x,,1",
        ("ethereum", "internal", 7, "", "ETH"),
    ),
    "blockscout.tokens": (
        "TxHash,BlockNumber,UnixTimestamp,FromAddress,ToAddress,TokenContractAddress,Type,TokenDecimals,TokenSymbol,"
        "TokenDecimals,TokensTransferred,TransactionFee,Status,ErrCode",
        f"{EVM_TX},5,2022-03-23 13:54:53.000000Z,{ETH},{ETH},{ETH},OUT,6,USDC,6,1500000,Max of 5,ok,",
        ("ethereum", "token", 1_500_000, "", "USDC"),
    ),
    "blockscout.advanced": (
        "TxHash,Type,MethodId,UtcTimestamp,FromAddress,ToAddress,CreatedContractAddress,Value,TokenContractAddressHash,"
        "TokenDecimals,TokenSymbol,TokenValue,TokenID,BlockNumber,Fee,CurrentPrice,TxDateOpeningPrice,TxDateClosingPrice",
        f"{EVM_TX},ERC-20,0x,2022-03-23 13:54:53.000000Z,{ETH},{ETH},,0,{ETH},6,USDC,1.5,,5,9,,,",
        ("ethereum", "token", 1_500_000, "", "USDC"),
    ),
    "routescan.tokens": (
        "chain_id,tx_hash,block_number,block_unix_timestamp,block_datetime,from,to,token_value,token_address,token_name,"
        "token_symbol",
        f"43114,{EVM_TX},5,1700000000,x,{ETH},{ETH},1.5,{ETH},Joe,JOE",
        ("avalanche", "token", None, "1.5", "JOE"),
    ),
    "subscan.transfers": (
        "Extrinsic ID,Date,Block,Hash,Symbol,From,To,Value,Result",
        "5-1,2022-01-02 03:04:05,5,0xabc,DOT,1abc,1def,2.5,true",
        ("stated", "stated", None, "2.5", "DOT"),
    ),
    "aptoscan.transfers": (
        "Version,Block,Time,Coin_Type,From,To,Amount,Fee,Success",
        "9,5,2023-01-02 03:04:05,APT,0x1,0x2,2.5,0.001,true",
        ("stated", "stated", None, "2.5", "APT"),
    ),
}


def read(name: str, rows: str) -> Answer:
    """Read rows under the header of a sample; the layout must be the one that matches best."""
    raw = SAMPLES[name][0] + "\n" + rows + "\n"
    found = TABLES.sniff_layouts(raw.encode(), "file.csv", LAYOUTS)
    assert found[0][0] == name
    assert found[0][1].score == 1.0
    layout = next(layout for layout in LAYOUTS if layout.id == name)
    asked = {"chain": "ethereum"} if "chain" in found[0][1].questions else {}
    return table(raw, dump(layout), **asked)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_row_under_the_exact_header(name):
    _, row, wanted = SAMPLES[name]
    got = read(name, row)
    assert not got.bad, got.bad[0].reason
    first = got.transfers[0]
    assert (first.chain, first.kind, first.amount, first.amount_text, first.symbol) == wanted


def test_arkham_labels_are_tags_of_arkham():
    got = read("arkham.transfers", SAMPLES["arkham.transfers"][1])
    assert [(t.ref, t.label, t.source) for t in got.tags] == [(ETH, "Thief", "Arkham")]


def test_failed_internal_calls_and_native_rows_are_left_out_with_a_reason():
    failed = SAMPLES["blockscout.internal"][1].replace("0x,0x,,1", "0x,0x,reverted,1")
    assert list(read("blockscout.internal", failed).skipped.values()) == [1]
    native = f"{EVM_TX},coin_transfer,,2022-03-23 13:54:53.000000Z,{ETH},{ETH},,5,,,,,,5,9,1,1,1"
    assert list(read("blockscout.advanced", native).skipped.values()) == [1]


def test_a_failed_subscan_row_moves_nothing():
    got = read("subscan.transfers", SAMPLES["subscan.transfers"][1].replace("true", "false"))
    assert not got.transfers
    assert [t.status for t in got.transactions] == ["failed"]


def test_a_solscan_swap_is_a_trade_about_its_address():
    head = (
        "Signature,Block Time,Human Time,Action,From,Token1,Amount1,TokenDecimals1,Token2,Amount2,TokenDecimals2,Value,"
        "Platforms,Sources\n"
    )
    row = f"{SIGNATURE},1700000000,x,SWAP,{BASE58},AAA,1500,3,BBB,25,1,9,Jupiter,x\n"
    several = row.replace("AAA,1500,3", "AAA|CCC,1500|2,3|3")
    layout = next(layout for layout in LAYOUTS if layout.id == "solscan.defi")
    got = table(head + row + several, dump(layout))
    (event,) = got.events
    assert (event.kind, event.account, event.address, event.symbol, event.amount_text) == (
        "trade", "", BASE58, "BBB", "2.5",
    )  # fmt: skip
    assert {("Token1", "AAA"), ("Amount1", "1500")} <= set(event.details)
    assert len(got.bad) == 1
    assert not got.transfers


def test_label_lists_with_a_chain_number():
    raw = f"address,chainId,label,nameTag\n{ETH},56,exchange,Binance 1\n{ETH},424242,exchange,x\n"
    assert TABLES.sniff_layouts(raw.encode(), "x.csv", LAYOUTS)[0][0] == "labels.ethlabels"
    layout = next(layout for layout in LAYOUTS if layout.id == "labels.ethlabels")
    got = table(raw, dump(layout))
    assert [(t.chain, t.label, t.category) for t in got.tags] == [("bsc", "Binance 1", "exchange")]
    assert [b.code for b in got.bad] == ["WS-ROW-013"]
