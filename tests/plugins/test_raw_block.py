"""Raw Bitcoin blocks: the same facts as the node's JSON, and nothing from bytes that were changed."""

from __future__ import annotations

import bz2
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.domain.records import BadRow, Remark, TransactionRecord, TransferRecord
from workstation.sdk import blocks
from workstation.sdk.reader import Refusal
from workstation.sdk.scripts import describe

RAW, BLOCK = "bitcoin.raw", "bitcoincore.block"
# BIP 143, first example transaction: one witness input beside an old one, and its known id.
SEGWIT = (
    "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9cb"
    "62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed"
    "01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9"
    "148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac00"
    "0247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f5"
    "1928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee635711000000"
)


def facts(records):
    """What a source says about every leg, without places and without what only one form can know."""
    return {
        (r.tx, r.block, r.position, r.time, r.kind, r.index, r.receiver, r.previous_tx, r.previous_index,
         r.amount if r.kind == "output" else None, r.script.split(" ")[0] if r.kind == "output" else "")
        for r in records if isinstance(r, TransferRecord)
    }  # fmt: skip


def bad(records):
    return [r for r in records if isinstance(r, BadRow)]


@pytest.fixture(scope="module")
def first(data):
    """255 blocks with magic and length."""
    return bz2.decompress((data / "bitcoin-first-blocks-2009" / "blocks_1_255_raw.bz2").read_bytes())


@pytest.fixture(scope="module")
def block(data):
    """One bare block."""
    return (data / "bitcoin-block-300025" / "block300025.raw").read_bytes()


def test_a_block_file_says_what_the_node_says(data, direct, first):
    node = direct(BLOCK, (data / "bitcoin-first-blocks-2009" / "blocks_1_255_getblock_v3.jsonl").read_bytes())
    raw = direct(RAW, first)
    assert {f[:2] + f[3:] for f in facts(raw)} == {f[:2] + f[3:] for f in facts(node)}
    assert {r.block for r in raw if isinstance(r, TransactionRecord)} == set(range(1, 256))
    rows = [r.place.row for r in raw if isinstance(r, TransactionRecord)]
    assert rows == list(range(1, 263))


def test_a_bare_block_says_what_the_node_says(data, direct, block):
    node = direct(BLOCK, (data / "bitcoin-block-300025" / "block_300025_getblock_v3.json").read_bytes())
    raw = direct(RAW, block)
    assert facts(raw) == facts(node)
    assert {r.block for r in raw if isinstance(r, TransactionRecord)} == {300025}
    assert {(r.amount, r.absent, r.sender) for r in raw if getattr(r, "kind", "") == "input"} == {
        (None, "unknown", None)
    }
    assert [r for r in raw if isinstance(r, Remark) and "spend" in r.text]


def test_a_raw_block_goes_through_the_worker(data, read):
    records = read(data / "bitcoin-block-300025" / "block300025.raw")
    assert len([r for r in records if isinstance(r, TransactionRecord)]) == 461


def test_the_place_of_a_transaction_holds_its_bytes(direct, block):
    for record in direct(RAW, block):
        if isinstance(record, TransactionRecord):
            data = block[record.place.offset : record.place.offset + record.place.length]
            # this block is older than segwit: the whole serialisation is what is hashed
            assert hashlib.sha256(hashlib.sha256(data).digest()).digest()[::-1].hex() == record.tx


def test_a_changed_block_is_quarantined_whole_and_the_others_stay(direct, first):
    spans = list(blocks.spans(first, len(first)))
    start, end, _ = spans[99]
    changed = bytearray(first)
    changed[end - 20] ^= 1
    records = direct(RAW, bytes(changed))
    (row,) = bad(records)
    assert "merkle root" in row.reason
    assert (row.place.offset, row.place.length) == (start, end - start)
    assert 100 not in {r.block for r in records if isinstance(r, TransactionRecord)}
    # block 101 does not follow a known block any more, and version 1 blocks do not say their height
    assert {r.block for r in records if isinstance(r, TransactionRecord)} == {*range(1, 100), None}


def test_a_cut_file_keeps_its_whole_blocks(direct, first):
    start, end, _ = list(blocks.spans(first, len(first)))[10]
    records = direct(RAW, first[: end - 1])
    assert len([r for r in records if isinstance(r, TransactionRecord)]) == 10
    assert [(r.place.offset, "ends in the middle" in r.reason) for r in bad(records)] == [(start - 8, True)]


def test_filling_and_rubbish_between_blocks(direct, first):
    spans = list(blocks.spans(first, len(first)))[:3]
    one, two, three = (first[start - 8 : end] for start, end, _ in spans)
    records = direct(RAW, one + bytes(500) + two + b"rubbish" + three + bytes(1000))
    assert len([r for r in records if isinstance(r, TransactionRecord)]) == 3
    assert [r.raw for r in bad(records)] == ["rubbish"]


@pytest.mark.parametrize(
    ("make", "name", "word"),
    [
        (lambda raw: bytes(b ^ k for b, k in zip(raw, b"\x17\x2a\x93\x01\xfe\x44\x08\xaa" * 100, strict=False)), "blk00004.dat", "xor.dat"),
        (lambda raw: blocks.MAGIC + raw[4:8] + bytes(100) + raw[108:], "rev00004.dat", "undo"),
        (lambda raw: b"\x0b\x11\x09\x07" + raw[4:], "blk00000.dat", "test network"),
        (lambda raw: b"\x01" + raw[8:300], "block.raw", "no Bitcoin block"),
        (lambda raw: raw[8:12] + b"\xff" * 4 + raw[16:], "block.raw", "no Bitcoin block"),
    ],
    ids=["obfuscated", "undo", "test network", "shifted", "no proof of work"],
)  # fmt: skip
def test_other_binary_files_are_refused_by_name(modules, direct, first, make, name, word):
    raw = make(first[:800])
    with pytest.raises(Refusal, match=word):
        direct(RAW, raw, name)
    sniff = modules[RAW].sniff(raw, name)
    assert word in sniff.refusal or (word.startswith("no") and not sniff.score)


def test_undo_data_alone_is_no_block(data, direct):
    with pytest.raises(Refusal, match="undo data"):
        direct(RAW, (data / "bitcoin-block-300025" / "block300025-undo.raw").read_bytes(), "block300025-undo.raw")


def test_the_chain_may_be_a_fork_of_bitcoin_only(direct, block):
    records = direct(RAW, block, chain="bitcoin-cash")
    owners = {r.receiver for r in records if isinstance(r, TransferRecord)} - {None}
    assert all(owner.startswith("bitcoincash:") for owner in owners)
    for chain in ("litecoin", "ethereum", "nothing"):
        with pytest.raises(Refusal):
            direct(RAW, block, chain=chain)


def test_the_id_of_a_segwit_transaction_leaves_the_witness_out():
    raw = bytes.fromhex(SEGWIT)
    tx = blocks._transaction(blocks._Cursor(raw, 0))
    assert tx.txid == "e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609"
    assert (tx.end, len(tx.inputs), [value for value, _ in tx.outputs]) == (len(raw), 2, [112340000, 223450000])


@pytest.mark.parametrize(
    ("script", "kind", "address"),
    [
        ("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac", "pubkeyhash", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"),
        ("a914748284390f9e263a4b766a75d0633c50426eb87587", "scripthash", "3CK4fEwbMP7heJarmU4eqA3sMbVJyEnU3V"),
        ("0014751e76e8199196d454941c45d1b3a323f1433bd6", "witness_v0_keyhash", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        ("00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262", "witness_v0_scripthash",
         "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3"),
        ("512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", "witness_v1_taproot",
         "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
        ("5210751e76e8199196d454941c45d1b3a323", "witness_unknown", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs"),
        ("21" + "02" * 33 + "ac", "pubkey", None),
        ("6a0474657374", "nulldata", None),
        ("51" + "21" + "02" * 33 + "21" + "03" * 33 + "52ae", "multisig", None),
        ("", "nonstandard", None),
        ("51", "nonstandard", None),
    ],
)  # fmt: skip
def test_scripts_have_the_types_and_addresses_of_the_bips(script, kind, address):
    assert describe(bytes.fromhex(script)) == (kind, address)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(0, 283_000), change=st.binary(min_size=1, max_size=40))
def test_any_change_is_refused_or_quarantined(direct, block, where, change):
    changed = block[:where] + change + block[where + len(change) :]
    try:
        records = direct(RAW, changed)
    except Refusal:
        return
    assert changed == block or bad(records)
