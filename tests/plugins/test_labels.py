"""Ransomwhere, label dumps and Chainabuse: exact counts, lowest confidence, and what is not claimed."""

from __future__ import annotations

import json

import pytest

from workstation.app.session import Session
from workstation.casefile import store
from workstation.domain.records import BadRow, EventRecord, Remark, TagRecord, TransferRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

A = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
EVM = "0xdd4c48c0b24039969fc16d1cdf626eab821d3384"


def of(records, kind):
    return [r for r in records if isinstance(r, kind)]


def test_wannacry_sums(read, data, plugins):
    path = data / "case-wannacry-2017" / "ransomwhere_wannacry.json"
    assert readers.detect(path, plugins)[0].reader == "ransomwhere.json"
    sums, counts = {}, {}
    for transfer in of(read(path), TransferRecord):
        sums[transfer.receiver] = sums.get(transfer.receiver, 0) + transfer.amount
        counts[transfer.receiver] = counts.get(transfer.receiver, 0) + 1
    assert sums == {
        "115p7UMMngoj1pMvkpHijcRdfJNXj6LrLn": 1487769994, "13AM4VW2dhxYgXeQepoHkHSQuy6NgaEb94": 2007353352,
        A: 1968150144, "1QAc9S5EmycqjzzWDc1yiWzr9jJLC8sLiY": 325249956,
        "15zGqZCTcys6eCjDkE3DypCjXi6QWRV6V1": 171956125,
    }  # fmt: skip
    assert sorted(counts.values()) == [12, 15, 122, 141, 234]


def test_ransomwhere_sample(read, data):
    records = read(data / "ransomwhere-sample" / "ransomwhere_sample.json")
    assert (len(of(records, TagRecord)), len(of(records, TransferRecord)), of(records, BadRow)) == (191, 5375, [])
    assert {(t.kind, t.index, t.sender, t.chain) for t in of(records, TransferRecord)} == {
        ("output", None, None, "bitcoin")
    }
    assert any("For 3 addresses" in r.text for r in of(records, Remark))
    assert {t.category for t in of(records, TagRecord)} == {"ransomware"}


def test_ransomwhere_times_are_not_block_times(read, data):
    records = read(data / "case-colonial-pipeline-2021" / "ransomwhere_darkside.json")
    block = {t["txid"]: t["status"]["block_time"]
             for t in json.loads((data / "case-colonial-pipeline-2021" / "esplora_ransom_txs.json").read_text())}  # fmt: skip
    shared = [t for t in of(records, TransferRecord) if t.tx in block]
    assert shared
    assert all(t.time_basis == "seen" and t.time < block[t.tx] for t in shared)


def test_a_payment_meets_the_output_of_the_explorer(data, tmp_path, plugins):
    folder = data / "case-colonial-pipeline-2021"
    files = (("ransomwhere_darkside.json", "ransomwhere.json"), ("esplora_ransom_txs.json", "esplora.transactions"))
    for number, order in enumerate((files, files[::-1])):
        case = store.create(tmp_path / f"{number}.wcase", title="T", examiner="Ann")
        with Session(case, plugins, tmp_path / "settings") as session:
            for name, reader in order:
                job = session.run("case.import", files=str(folder / name), reader=reader).job
                (result,) = session.wait(job)
                assert not [text for text in result.warnings if "differ" in text]
            here = [
                t
                for t in session.store.transfers()
                if str(t.receiver).endswith("q7eqww9dmm9p48hx5yz5gcvmncu65w43wfytpsf")
            ]
            assert sorted(t.amount for t in here) == [1693, 7499998307]


def ransom(**more):
    item = {"hash": "a" * 64, "time": 1600000000, "amount": 5}
    return {"address": A, "balance": 5, "blockchain": "bitcoin", "family": "F", "transactions": [item], **more}


@pytest.mark.parametrize(
    "more",
    [
        {"address": A[:-1] + "X"},
        {"blockchain": "ethereum"},
        {"transactions": [{"hash": "a" * 64, "amount": -1}]},
        {"transactions": [{"hash": "a" * 64, "amount": 1.5}]},
        {"transactions": [{"hash": "z" * 64, "amount": 1}]},
        {"transactions": [{"hash": "a" * 64, "amount": 1, "time": 1600000000000}]},
        {"transactions": {}},
        {"balance": "much"},
    ],
)
def test_a_ransom_address_that_cannot_be_used_is_quarantined_whole(direct, more):
    raw = json.dumps({"result": [ransom(), ransom(**more)]}).encode()
    records = direct("ransomwhere.json", raw)
    assert len(of(records, TagRecord)) == len(of(records, TransferRecord)) == len(of(records, BadRow)) == 1
    assert raw[of(records, BadRow)[0].place.offset :].startswith(b'{"address"')


DUMPS = {
    "arbiscan__exploit.json": ("arbitrum", 7, 0), "arbiscan__phish-hack.json": ("arbitrum", 18, 0),
    "avalanche__heist.json": ("avalanche", 3, 0), "avalanche__tornado-cash.json": ("avalanche", 3, 0),
    "bscscan__exchange.json": ("bsc", 48, 0), "bscscan__heist.json": ("bsc", 57, 0),
    "etherscan__binance.json": ("ethereum", 57, 0), "etherscan__blocked.json": ("ethereum", 482, 1),
    "etherscan__tornado-cash.json": ("ethereum", 63, 0),
}  # fmt: skip


def test_every_label_dump_of_the_folder(read, data, plugins):
    folder = data / "explorer-labels"
    assert {p.name for p in folder.glob("*.json")} == set(DUMPS)
    for name, (chain, tagged, broken) in DUMPS.items():
        assert readers.detect(folder / name, plugins)[0].reader == "labels.json"
        records = read(folder / name, date="2023-06-01")
        tags = of(records, TagRecord)
        assert ({t.chain for t in tags}, len(tags), len(of(records, BadRow))) == ({chain}, tagged, broken)
        assert {t.source_date for t in tags} == {"2023-06-01"}
    blocked = of(read(folder / "etherscan__blocked.json"), TagRecord)
    assert sum(t.label == "listed as blocked" for t in blocked) == 408


def test_label_dump_forms(direct):
    raw = json.dumps({EVM: {"name": "A", "labels": ["b", "c"]}, A: "Ransom", "": "Sum of 2 Accounts", "x": "y",
                      "0x" + "1" * 40: 5}).encode()  # fmt: skip
    records = direct("labels.json", raw)
    assert [(t.chain, t.label, t.category) for t in of(records, TagRecord)] == [
        ("ethereum", "A", "b, c"), ("bitcoin", "Ransom", "file.dat"),
    ]  # fmt: skip
    assert len(of(records, BadRow)) == 2
    first = of(records, TagRecord)[0].place
    assert raw[first.offset :].startswith(b'"' + EVM.encode())


@pytest.mark.parametrize("raw", [b"{}\n", b"{ }", b"{}"])
def test_an_empty_dump_is_a_warning(direct, modules, raw):
    assert modules["labels.json"].sniff(raw, "etherscan__x.json").score > 0
    assert modules["labels.json"].sniff(raw, "x.json").score == 0
    assert any("no labels" in r.text for r in of(direct("labels.json", raw, "etherscan__x.json"), Remark))


REPORT = {
    "id": "r1", "trusted": True, "checked": False, "scamCategory": "PIGBUTCHERING", "createdAt": "2023-01-02T03:04:05Z",
    "description": "I lost all", "addresses": [{"address": EVM, "chain": "ETH"}, {"address": None, "domain": "x.org"}],
    "losses": [{"amount": 12.5, "asset": "ETH"}],
}  # fmt: skip


def test_reports_are_claims_of_the_lowest_confidence(direct):
    records = direct("chainabuse.reports", json.dumps({"reports": [REPORT], "count": 80}).encode())
    (tag,) = of(records, TagRecord)
    assert (tag.chain, tag.ref, tag.confidence, tag.category) == ("ethereum", EVM, "unknown", "pigbutchering")
    (event,) = of(records, EventRecord)
    assert (event.service, event.address, event.time) == ("Chainabuse", EVM, 1672628645)
    assert ("description", "I lost all") in event.details
    assert ("losses", '[{"amount": "12.5", "asset": "ETH"}]') in event.details
    assert any("1 reports of 80" in r.text for r in of(records, Remark))


def test_reports_with_unknown_chains_are_quarantined(direct):
    other = {**REPORT, "addresses": [{"address": "addr1qxyz0123456789", "chain": "CARDANO"}]}
    records = direct("chainabuse.reports", json.dumps([other]).encode())
    assert [r.code for r in of(records, BadRow)] == ["WS-ROW-013"]


@pytest.mark.parametrize("reader", ["ransomwhere.json", "labels.json", "chainabuse.reports"])
def test_other_json_is_refused(direct, reader):
    for raw in (b"", b'{"a": 1}', b"5"):
        with pytest.raises(Refusal):
            direct(reader, raw)
