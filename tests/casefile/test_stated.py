"""Stated transfers: an account and a ledger address are two ends of one dotted line, found from both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casefile.casefile_tools import TRON, bring, event, new_case, stated, transfer
from workstation.app.graph import GraphModel, Placed
from workstation.app.ledger import Ledger
from workstation.casefile.known import stated_party
from workstation.casefile.verify import verify_case
from workstation.domain.subjects import Subject

ACCOUNT = Subject("address", "stated", "Exchange account 1")
DEPOSIT = Subject("address", "tron", TRON)
BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


@pytest.mark.parametrize(
    ("text", "party"),
    [
        (f"tron:{TRON}", ("tron", TRON)),
        ("tron:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6x", ("stated", "tron:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6x")),
        (f"ethereum:0x{'AB' * 20}", ("ethereum", "0x" + "ab" * 20)),
        ("ripple:just a nickname", ("stated", "ripple:just a nickname")),
        ("solana:nickname", ("stated", "solana:nickname")),
        ("stated:x", ("stated", "stated:x")),
        ("Binance P2P: tron:fan", ("stated", "Binance P2P: tron:fan")),
        (f"Tron:{TRON}", ("stated", f"Tron:{TRON}")),
        ("tron:", ("stated", "tron:")),
        ("", ("stated", "")),
    ],
)
def test_a_party_is_a_ledger_address_only_when_its_form_holds(text: str, party: tuple[str, str]) -> None:
    assert stated_party(text) == party


def test_both_ends_are_found_with_the_chain_of_each(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        own = transfer(3, chain="tron", tx="ff", sender="TXwallet", receiver=TRON, kind="token", contract=TRON,
                       symbol="USDT", decimals=6, amount=250_500_000)  # fmt: skip
        bring(store, tmp_path, "chain.csv", [own])
        bring(store, tmp_path, "account.csv", [event(1), stated(1)])
        ledger_row, stated_row = sorted(store.transfers(), key=lambda t: t.id)
        assert stated_row.chain == "stated"
        assert stated_row.parties == (("tron", TRON), ("stated", "Exchange account 1"))
        assert ledger_row.parties == (("tron", "TXwallet"), ("tron", TRON))
        # one address row, whoever names it
        assert store.addresses_matching(TRON) == [("tron", TRON)]
        assert [t.id for t in store.transfers(address=TRON, chain="tron")] == [t.id for t in store.transfers()]
        assert [t.id for t in store.transfers(address=TRON, chain="stated")] == [stated_row.id]
        assert [t.id for t in store.transfers(chain="tron")] == [ledger_row.id]
        assert store.transfers(address=TRON, chain="bitcoin").__next__  # an iterator
        assert list(store.transfers(address=TRON, chain="bitcoin")) == []
        assert [check for check in verify_case(store) if not check.ok] == []


@pytest.mark.parametrize(("chain", "ref"), [("tron", TRON), ("bitcoin", BITCOIN)])
def test_the_graph_draws_the_deposit_address_to_the_account(tmp_path: Path, chain: str, ref: str) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [stated(1, sender=f"{chain}:{ref}"), stated(2, sender=f"{chain}:{ref}",
                                         amount_text="1")])  # fmt: skip
        deposit = Subject("address", chain, ref)
        ledger = Ledger(store)
        rows = ledger.side(deposit, "out")
        assert [ledger.address(int(n)) for n in ledger.far_ends(deposit, rows, "out")] == [ACCOUNT, ACCOUNT]
        rows = ledger.side(ACCOUNT, "in")
        assert [ledger.address(int(n)) for n in ledger.far_ends(ACCOUNT, rows, "in")] == [deposit, deposit]
        graphs = GraphModel(store)
        (found,) = graphs.neighbours("", deposit, "out").candidates
        assert found.subject == ACCOUNT
        picture = graphs.draw({s.key: Placed(s, 0, 0, False, False) for s in (deposit, ACCOUNT)})
        (edge,) = picture.edges
        ends = (picture.nodes[edge.source].key, picture.nodes[edge.target].key)
        assert (ends, edge.style, edge.count) == ((deposit.key, ACCOUNT.key), "dotted", 2)
        assert "251.5" in edge.exact


def test_a_bitcoin_address_has_its_transactions_and_its_account_as_neighbours(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        out = transfer(1, chain="bitcoin", tx="aa", symbol="BTC", decimals=8, kind="output", index=0, sender=None,
                       receiver=BITCOIN)  # fmt: skip
        bring(store, tmp_path, "a.csv", [out])
        bring(store, tmp_path, "b.csv", [stated(1, sender=f"bitcoin:{BITCOIN}", symbol="BTC", amount_text="0.5")])
        graphs = GraphModel(store)
        deposit = Subject("address", "bitcoin", BITCOIN)
        assert [c.subject for c in graphs.neighbours("", deposit, "out").candidates] == [ACCOUNT]
        assert [c.subject for c in graphs.neighbours("", deposit, "in").candidates] == [
            Subject("transaction", "bitcoin", "aa")
        ]
