"""Etherscan-family CSV: NFT lists, Snowtrace, sister explorers, and the chain that is asked and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workstation.domain.records import BadRow, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

A, B, C = ("0x" + letter * 40 for letter in "abc")
TX = "0x" + "1" * 64
NFT = (
    '"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","ContractAddress","TokenName",'
    '"TokenSymbol","Token ID","Type","Quantity"\n'
)
OLD_NFT = "Txhash,Blockno,UnixTimestamp,DateTime,From,To,ContractAddress,TokenId,TokenName,TokenSymbol\n"
SNOWTRACE = (
    "Transaction Hash,Blockno,UnixTimestamp,DateTime (UTC),From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),"
    "CurrentValue/Eth,TxnFee(ETH),TxnFee(USD),Historical $Price/Eth,Status,ErrCode,Method,ChainId,Chain,Value(ETH)\n"
)
NORMAL = (
    '"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","ContractAddress","Value_IN({0})",'
    '"Value_OUT({0})","CurrentValue @ $1.5/{0}","TxnFee({0})","TxnFee(USD)","Historical $Price/{0}","Status","ErrCode",'
    '"Method"\n'
)
#: Time and height of blocks on the Ethereum main network, and what Arbitrum had at the first of them.
ON_MAINNET = [(1438918233, 46147), (1500000000, 4_020_000), (1600000000, 10_853_000), (1648043693, 14_442_948),
              (1689771371, 17_728_000), (1727000000, 20_806_000)]  # fmt: skip


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def line(block, time, symbol="ETH"):
    cells = [TX, str(block), str(time), "d", A, B, "", "0", "1", "", "0.001", "", "", "", "", "m"]
    return (NORMAL.format(symbol) + ",".join(f'"{cell}"' for cell in cells) + "\n").encode()


def test_an_nft_is_contract_and_token_id_with_its_quantity(direct):
    row = f'"{TX}","10853000","1600000000","d","{A}","{B}","{C}","Apes","APE","{{0}}","{{1}}","{{2}}"\n'
    big = 2**255
    raw = NFT + row.format(5, "ERC-721", 1) + row.format(big, "ERC-1155", "1,000") + row.format("x", "ERC-721", 1)
    records = direct("etherscan.csv", raw.encode(), chain="ethereum")
    assert [(t.kind, t.contract, t.amount, t.decimals, t.symbol) for t in transfers(records)] == [
        ("nft", f"{C}/5", 1, 0, "APE"), ("nft", f"{C}/{big}", 1000, 0, "APE"),
    ]  # fmt: skip
    assert len([r for r in records if isinstance(r, BadRow)]) == 1


def test_old_nft_lists_have_no_quantity(direct):
    raw = OLD_NFT + f"{TX},10853000,1600000000,d,{A},{B},{C},77,Kitties,CK\n"
    assert [(t.contract, t.amount) for t in transfers(direct("etherscan.csv", raw.encode()))] == [(f"{C}/77", 1)]
    without_block = OLD_NFT.replace("Blockno,", "") + f"{TX},1600000000,d,{A},{B},{C},77,Kitties,CK\n"
    assert len(transfers(direct("etherscan.csv", without_block.encode()))) == 1


@pytest.mark.parametrize(("number", "chain", "symbol"), [("43114", "avalanche", "AVAX"), ("8453", "base", "ETH")])
def test_the_chain_number_of_snowtrace_decides_and_not_the_word_eth(direct, number, chain, symbol):
    row = f"{TX},40000000,1700000000,d,{A},{B},,0,2.5,,0.001,,,,,m,{number},name,2.5\n"
    other = row.replace(f",{number},", ",1,")
    records = direct("etherscan.csv", (SNOWTRACE + row + other).encode())
    assert [(t.chain, t.symbol, t.kind) for t in transfers(records)] == [
        (chain, symbol, "native"), (chain, symbol, "fee"),
    ]  # fmt: skip
    assert [r.code for r in records if isinstance(r, BadRow)] == ["WS-ROW-013"]


@pytest.mark.parametrize(
    ("symbol", "chain"),
    [("BNB", "bsc"), ("MATIC", "polygon"), ("POL", "polygon"), ("AVAX", "avalanche"), ("xDAI", "gnosis")],
)
def test_the_coin_of_the_value_columns_names_the_chain(direct, modules, symbol, chain):
    raw = line(5, 1600000000, symbol)
    assert modules["etherscan.csv"].sniff(raw, "x.csv").questions == ()
    assert {t.chain for t in transfers(direct("etherscan.csv", raw))} == {chain}


@pytest.mark.parametrize(
    "raw",
    [line(5, 1600000000, "CELO"), (SNOWTRACE + f"{TX},5,1600000000,d,{A},{B},,0,1,,0,,,,,m,99999,x,1\n").encode()],
)
def test_a_chain_that_is_not_known_is_refused_with_what_to_do(direct, modules, raw):
    assert modules["etherscan.csv"].sniff(raw, "x.csv").questions == ("chain",)
    with pytest.raises(Refusal, match="Choose the chain"):
        direct("etherscan.csv", raw)


@pytest.mark.parametrize(("time", "block"), ON_MAINNET)
def test_blocks_of_the_main_network_are_taken_for_it(direct, modules, time, block):
    raw = line(block, time)
    assert modules["etherscan.csv"].sniff(raw, "x.csv").questions == ()
    assert {t.chain for t in transfers(direct("etherscan.csv", raw))} == {"ethereum"}


@pytest.mark.parametrize(
    ("time", "block"),
    [
        (1689771371, 112_000_000),
        (1727000000, 255_000_000),
        (1727000000, 20_000_000),
        (1600000000, 5),
        (1700000000, 6_600_000),
    ],
)
def test_heights_of_a_sister_chain_are_asked_and_not_assumed(direct, modules, time, block):
    raw = line(block, time)
    assert modules["etherscan.csv"].sniff(raw, "x.csv").questions == ("chain",)
    with pytest.raises(Refusal, match="not those of the Ethereum main network"):
        direct("etherscan.csv", raw)
    records = direct("etherscan.csv", raw, chain="arbitrum")
    assert {t.chain for t in transfers(records)} == {"arbitrum"}


def test_real_exports_need_no_question(modules, data):
    folder = data / "etherscan-exports"
    for path in sorted(folder.glob("*.csv")):
        found = modules["etherscan.csv"].sniff(path.read_bytes()[:65536], path.name)
        assert (found.score, found.questions) == (1.0, ()), path.name


def test_a_repeated_header_is_counted_as_left_out(direct):
    raw = line(10_853_000, 1600000000)
    head = raw.split(b"\n", 1)[0] + b"\n"
    records = direct("etherscan.csv", raw + head + raw.split(b"\n", 1)[1])
    assert len([r for r in records if isinstance(r, TransactionRecord)]) == 2


@given(st.lists(st.text(max_size=30), max_size=13))
@settings(max_examples=100, deadline=None)
def test_no_row_of_an_nft_list_raises(cells):
    raw = (NFT + ",".join(cells) + "\n").encode("utf-8", "surrogatepass")
    run = ETHERSCAN.Run(lambda remark: None, print)
    records = list(ETHERSCAN.read(ETHERSCAN.Source("x.csv", raw), {"chain": "ethereum"}, run))
    assert len({r.place.row for r in records}) + sum(run.left_out.values()) == run.rows_read


def _module():
    import importlib.util
    import sys

    from workstation.paths import plugins_folder

    path = plugins_folder() / "etherscan_csv" / "etherscan_csv.py"
    spec = importlib.util.spec_from_file_location("test_nft_etherscan", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


ETHERSCAN = _module()
