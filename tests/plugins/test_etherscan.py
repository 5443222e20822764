"""Etherscan CSV and API: the Ronin facts to the last wei, both header generations, and every known quirk."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from workstation.domain.amounts import parse_decimal
from workstation.domain.errors import WorkstationError
from workstation.domain.records import BadRow, EventRecord, Remark, TransactionRecord, TransferRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

A, B, C = ("0x" + letter * 40 for letter in "abc")
TX = "0x" + "1" * 64
NORMAL = (
    '"Txhash","Blockno","UnixTimestamp","DateTime","From","To","ContractAddress","Value_IN({0})","Value_OUT({0})",'
    '"CurrentValue @ $1.5/{0}","TxnFee({0})","TxnFee(USD)","Historical $Price/{0}","Status","ErrCode"\n'
)
ERC20 = "Txhash,UnixTimestamp,DateTime,From,To,Value,ContractAddress,TokenName,TokenSymbol\n"


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def normal(sender=A, to=B, contract="", incoming="0", outgoing="1", fee="0.001", status="", symbol="ETH", tail=""):
    cells = [TX, "10853000", "1600000000", "d", sender, to, contract, incoming, outgoing, "", fee, "", "", status, ""]
    row = ",".join(f'"{cell}"' for cell in cells)
    return (NORMAL.format(symbol) + row + tail + "\n").encode()


def test_ronin_totals_equal_the_facts_in_both_forms(read, data):
    folder = data / "case-ronin-bridge-2022"
    facts = json.loads((folder / "expected_facts.json").read_text())
    thief = facts["address"]
    names = {
        "txlist": ("etherscan_api_txlist.json", "derived_export-0x098b716b-normal.csv"),
        "txlistinternal": ("etherscan_api_txlistinternal.json", "derived_export-internal-0x098b716b.csv"),
        "tokentx": ("etherscan_api_tokentx.json", "derived_export-token-0x098b716b.csv"),
    }
    seen = {}
    for action, pair in names.items():
        for form, name in enumerate(pair):
            records = read(folder / name)
            assert not [r for r in records if isinstance(r, BadRow)]
            rows = {r.place.row for r in records if not isinstance(r, Remark)}
            assert len(rows) == facts["rows"][action]
            seen[action, form] = transfers(records)
    for form in (0, 1):
        native = [t for t in seen["txlist", form] if t.kind == "native"]
        assert sum(t.amount for t in native if t.receiver == thief) == int(facts["txlist_in_wei"])
        assert sum(t.amount for t in native if t.sender == thief) == int(facts["txlist_out_wei"])
        assert sum(t.amount for t in seen["txlistinternal", form]) == int(facts["internal_in_wei"])
        assert sum(1 for t in seen["txlist", form] if t.kind == "fee") == 402
    tokens = [[t.symbol, str(t.decimals), t.sender, t.receiver, str(t.amount)] for t in seen["tokentx", 0]]
    assert tokens == facts["tokens"]


def test_csv_and_api_state_the_same_transfers(read, data):
    folder = data / "case-ronin-bridge-2022"

    def content(name):
        return Counter(
            (t.chain, t.tx, t.kind, t.index, t.sender, t.receiver, t.contract,
             t.amount if t.amount is not None else parse_decimal(t.amount_text, 6))
            for t in transfers(read(folder / name))
        )  # fmt: skip

    assert content("etherscan_api_txlist.json") == content("derived_export-0x098b716b-normal.csv")
    assert content("etherscan_api_txlistinternal.json") == content("derived_export-internal-0x098b716b.csv")
    assert content("etherscan_api_tokentx.json") == content("derived_export-token-0x098b716b.csv")


def test_a_place_holds_exactly_the_row(read, data):
    path = data / "case-ronin-bridge-2022" / "derived_export-token-0x098b716b.csv"
    raw = path.read_bytes()
    first = transfers(read(path))[0]
    row = raw[first.place.offset : first.place.offset + first.place.length]
    assert first.place.row == 2
    assert row == raw.splitlines()[1]
    assert first.amount_text == "25500000"
    path = path.with_name("etherscan_api_tokentx.json")
    first = transfers(read(path))[0]
    element = path.read_bytes()[first.place.offset : first.place.offset + first.place.length]
    assert json.loads(element) == json.loads(path.read_bytes())["result"][0]


def test_real_exports_of_2023(read, data):
    folder = data / "etherscan-exports"
    for kind, count in (("etherscan", 9), ("etherscan-erc20", 8), ("etherscan-internal", 0)):
        records = read(folder / f"export-0xf98c96b5d10faafc2324847c82305bd5fd7e5ad3-{kind}.csv")
        assert not [r for r in records if isinstance(r, BadRow)]
        assert len({r.place.row for r in records if not isinstance(r, Remark)}) == count
    assert [r.text for r in records if isinstance(r, Remark) and "no rows" in r.text]


def test_failed_transaction_moves_nothing_and_pays(direct):
    records = direct("etherscan.csv", normal(status="Error(0)"))
    assert [t.kind for t in transfers(records)] == ["fee"]
    assert [r.status for r in records if isinstance(r, TransactionRecord)] == ["failed"]


def test_contract_creation_goes_to_the_contract(direct):
    native = transfers(direct("etherscan.csv", normal(to="", contract=C)))[0]
    assert (native.sender, native.receiver, native.amount) == (A, C, 10**18)


def test_zero_value_call_is_a_transaction_and_a_fee(direct):
    records = direct("etherscan.csv", normal(outgoing="0"))
    assert [t.kind for t in transfers(records)] == ["fee"]
    assert [r.status for r in records if isinstance(r, TransactionRecord)] == ["ok"]


def test_self_transfer_filling_both_sides_is_one_transfer(direct):
    found = transfers(direct("etherscan.csv", normal(to=A, incoming="1", outgoing="1")))
    assert [(t.kind, t.amount) for t in found] == [("native", 10**18), ("fee", 10**15)]


@pytest.mark.parametrize(
    ("symbol", "chain"), [("ETH", "ethereum"), ("BNB", "bsc"), ("MATIC", "polygon"), ("AVAX", "avalanche")]
)
def test_symbol_decides_the_chain_and_says_so(direct, symbol, chain):
    records = direct("etherscan.csv", normal(symbol=symbol))
    assert {t.chain for t in transfers(records)} == {chain}
    assert [r for r in records if isinstance(r, Remark) and r.kind == "assumption" and chain in r.text]


def test_chain_parameter_wins_without_assumption(direct):
    records = direct("etherscan.csv", normal(), chain="arbitrum")
    assert {t.chain for t in transfers(records)} == {"arbitrum"}
    assert not [r for r in records if isinstance(r, Remark)]
    with pytest.raises(Refusal):
        direct("etherscan.csv", normal(), chain="bitcoin")


def test_extra_trailing_field_bom_in_cells_and_crlf(direct):
    raw = b"\xef\xbb\xbf" + normal(tail=',""').replace(b"\n", b"\r\n").replace(b'"Txhash"', b'"\xef\xbb\xbfTxhash"')
    records = direct("etherscan.csv", raw)
    assert len(transfers(records)) == 2
    assert not [r for r in records if isinstance(r, BadRow)]


def test_old_token_header_without_block(direct):
    raw = (ERC20 + f'{TX},1600000000,d,{A},{B},"1,234.5",{C},"=HYPERLINK(""x"")",=EVIL\n').encode()
    (token,) = transfers(direct("etherscan.csv", raw))
    assert (token.block, token.amount, token.amount_text, token.symbol) == (None, None, "1234.5", "=EVIL")


@pytest.mark.parametrize("value", ["1.0E+18", "1_000", "-1", "NaN", "1,23", "0x10", "\u0661", "1e400"])
def test_values_that_lie_are_quarantined(direct, value):
    records = direct("etherscan.csv", normal(outgoing=value))
    assert [r.code for r in records if isinstance(r, BadRow)] == ["WS-ROW-004"]
    assert not transfers(records)


def test_five_thousand_rows_warn(direct):
    head, row = normal().split(b"\n")[:2]
    records = direct("etherscan.csv", head + b"\n" + (row + b"\n") * 5000)
    assert [r for r in records if isinstance(r, Remark) and "5,000" in r.text]


def test_api_quirks(direct):
    def api(**fields):
        row = {
            "blockNumber": "5",
            "timeStamp": "1600000000",
            "hash": TX,
            "nonce": "1",
            "from": A,
            "to": B,
            "value": "7",
            "gasPrice": "3",
            "gasUsed": "21000",
            "isError": "0",
            "txreceipt_status": "1",
            "contractAddress": "",
        }
        return transfers(direct("etherscan.api", json.dumps({"status": "1", "result": [{**row, **fields}]}).encode()))

    assert [(t.kind, t.amount, t.index) for t in api()] == [("native", 7, None), ("fee", 63000, 0)]
    assert [t.kind for t in api(txreceipt_status="0")] == ["fee"]
    assert [t.kind for t in api(isError="1", txreceipt_status="")] == ["fee"]
    assert api(to="", contractAddress=C)[0].receiver == C
    genesis = api(hash=f"GENESIS_{B[2:]}", **{"from": "GENESIS"})
    assert [(t.kind, t.sender, t.receiver, t.tx) for t in genesis] == [("mint", None, B, "")]
    top = str(2**256 - 1)
    assert api(value=top)[0].amount == 2**256 - 1
    assert api(value=str(2**256)) == []


def test_a_balance_is_what_the_service_states_of_the_subject(read, data, plugins):
    path = data / "case-ronin-bridge-2022" / "etherscan_api_balance.json"
    assert readers.detect(path, plugins)[0].questions == ("subject",)
    thief = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
    (event,) = [r for r in read(path, subject=thief) if isinstance(r, EventRecord)]
    assert (event.kind, event.service, event.account, event.address) == ("balance", "Etherscan", "", thief.lower())
    assert (event.chain, event.symbol, event.amount_text) == ("ethereum", "ETH", "101.80247578376705535")
    with pytest.raises(WorkstationError, match="subject"):
        read(path)


def test_balances_of_several_addresses(direct):
    answer = {
        "status": "1",
        "message": "OK",
        "result": [{"account": A, "balance": "5"}, {"account": "x", "balance": "1"}],
    }
    records = direct("etherscan.api", json.dumps(answer).encode())
    assert [(r.address, r.amount_text) for r in records if isinstance(r, EventRecord)] == [(A, "0.000000000000000005")]
    assert [r.code for r in records if isinstance(r, BadRow)] == ["WS-ROW-005"]


def test_mined_blocks_are_minted_to_the_subject(read, data, plugins):
    path = data / "etherscan-exports" / "api_getminedblocks_0x9dd134d1.json"
    assert readers.detect(path, plugins)[0].questions == ("subject",)
    miner = "0x9dd134d14d1e65f84b706d6f205cd5b1cd03a46b"
    found = transfers(read(path, subject=miner))
    facts = json.loads(path.read_text())["result"]
    assert [(t.block, str(t.amount)) for t in found] == [(int(f["blockNumber"]), f["blockReward"]) for f in facts]
    assert {(t.kind, t.tx, t.sender, t.receiver) for t in found} == {("mint", "", None, miner)}


def test_a_file_name_may_name_the_subject(direct):
    row = {"blockNumber": "5", "timeStamp": "1600000000", "blockReward": "7"}
    raw = json.dumps({"status": "1", "message": "OK", "result": [row]}).encode()
    (mint,) = transfers(direct("etherscan.api", raw, f"mined-{A}.json"))
    assert mint.receiver == A
    with pytest.raises(Refusal, match="subject"):
        direct("etherscan.api", raw, "mined.json")
    with pytest.raises(Refusal, match="subject"):
        direct("etherscan.api", raw, "mined.json", subject="nobody")


def test_each_nft_is_an_asset_of_its_own(read, data):
    path = data / "etherscan-exports" / "api_tokennfttx_0x6975be45.json"
    found = transfers(read(path))
    facts = json.loads(path.read_text())["result"]
    kitties = "0x06012c8cf97bead5deae237070f9587f8e7a266d"
    assert [t.contract for t in found] == [f"{kitties}/{fact['tokenID']}" for fact in facts]
    assert {(t.kind, t.amount, t.decimals, t.symbol) for t in found} == {("nft", 1, 0, "CK")}


def test_erc1155_states_a_quantity(direct):
    row = {"blockNumber": "5", "timeStamp": "1600000000", "hash": TX, "from": A, "to": B, "contractAddress": C,
           "tokenID": str(2**256 - 1), "tokenValue": "12", "tokenName": "x", "tokenSymbol": "X"}  # fmt: skip
    raw = json.dumps({"status": "1", "message": "OK", "result": [row, {**row, "tokenID": "1e5"}]}).encode()
    records = direct("etherscan.api", raw)
    assert [(t.contract, t.amount) for t in transfers(records)] == [(f"{C}/{2**256 - 1}", 12)]
    assert [r.code for r in records if isinstance(r, BadRow)] == ["WS-ROW-004"]


def test_proxy_answers(read, data):
    folder = data / "etherscan-exports"
    told = read(folder / "get_proxy_transaction_by_hash.json") + read(folder / "get_proxy_transaction_receipt.json")
    stated = [r for r in told if isinstance(r, TransactionRecord)]
    tx = "0x1e2910a262b1008d0616a0beb24c1a491d78771baa54a33e66065e03b1f46bc1"
    assert [(r.tx, r.block, r.position, r.status) for r in stated] == [(tx, 460857, 0, "")] * 2
    assert not transfers(told)


def test_rate_limit_answer_is_refused_in_plain_words(tmp_path, plugins):
    path = tmp_path / "txs.json"
    path.write_text('{"status":"0","message":"NOTOK","result":"Max rate limit reached"}')
    with pytest.raises(WorkstationError, match="rate limit reached"):
        readers.detect(path, plugins)


def test_internal_answers(read, data):
    records = read(data / "etherscan-exports" / "api_txlistinternal_0x2c1ba59d.json")
    assert {t.kind for t in transfers(records)} == {"internal"}
    assert [r for r in records if isinstance(r, Remark) and "22 failed" in r.text]
    bad = read(data / "etherscan-exports" / "api_txlistinternal_by_hash_0x40eb9083.json")
    assert [r.code for r in bad if isinstance(r, BadRow)] == ["WS-ROW-007"]
    assert not transfers(bad)
    tx = "0x40eb908387324f2b575b4879cd9d7188f69c8fc9d87c901b9e2daaea4b442170"
    path = data / "etherscan-exports" / "api_txlistinternal_by_hash_0x40eb9083.json"
    (known,) = transfers(read(path, subject=tx))
    assert (known.tx, known.kind, known.amount) == (tx, "internal", 7106740000000000)


def test_genesis_rows_of_a_real_answer(read, data):
    found = transfers(read(data / "etherscan-exports" / "api_txlist_genesis_0xddbd2b93.json"))
    assert [t.amount for t in found if t.kind == "mint"] == [10**22]
