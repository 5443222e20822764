"""From files to an answer: Binance deposits, Tronscan transfers, an OFAC list and prices end in one checked case."""

from __future__ import annotations

from pathlib import Path

from tests.app.statements import DEPOSIT_ADDRESS, TX
from workstation.app import facts, intake, report
from workstation.app.returns import returns
from workstation.app.session import Session
from workstation.domain.categories import badge_of
from workstation.domain.subjects import Subject

LISTED = "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW"
TRONSCAN = (
    "Txn Hash,Block,Time(UTC),From,To,Token,Token Symbol,Amount/TokenID,Result,Status\n"
    f"{TX},46640422,2024-03-08 23:58:00,{LISTED},{DEPOSIT_ADDRESS},TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t,USDT,2500,"
    "SUCCESS,CONFIRMED\n"
)
BINANCE = (
    "Date(UTC+0),Coin,Network,Amount,Address,TXID,Status\n"
    f"24-03-09 00:00:01,USDT,TRX,2500,{DEPOSIT_ADDRESS},{TX},Completed\n"
    f"24-03-09 00:05:10,USDT,TRX,7,{DEPOSIT_ADDRESS},Off-chain transfer 123456789,Completed\n"
)
PRICES = "date,asset,currency,rate,source\n2024-03-08,USDT,USD,1.0001,CoinGecko close\n"


def test_the_deposit_is_recognised_joined_and_its_sender_flagged(empty: Session, tmp_path: Path) -> None:
    files = {
        "tronscan.csv": TRONSCAN, "deposits.csv": BINANCE, "sanctioned_addresses_TRX.txt": LISTED + "\n",
        "prices.csv": PRICES,
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    paths = [tmp_path / name for name in files]
    results = intake.import_files(empty, paths, intake.Options(more={"date": "2024-03-20"}))
    assert [r.outcome for r in results] == ["accepted"] * 4, results

    found = returns(empty)
    joined = found.of("matched")
    assert [(e.amount_text, m.by) for e, m in joined] == [("2500", ("transaction", "address", "amount"))]
    assert [m.reason for _, m in found.of("unmatched")] == ["off-chain"]
    place = next(p for p in found.addresses if p.subject.ref == DEPOSIT_ADDRESS)
    assert (place.missing_total, place.bridged) == (0, "covered by the answer of the service")

    address = Subject("address", "tron", DEPOSIT_ADDRESS)
    tags = facts.subject_facts(empty, address).source_tags
    assert [(t.label, badge_of(t.category)) for t in tags] == [("Binance deposit address", "EX")]
    hit = next(p for p in empty.problems() if p.code == "WS-SAN-001")
    assert hit.subject == f"address:tron:{LISTED}"
    assert "list of 2024-03-20, E-0003 line 1" in hit.text
    transaction = facts.transaction_facts(empty, Subject("transaction", "tron", TX))
    assert transaction.fiat_then == "~ 2,500.25 USD of 1 transfer (CoinGecko close)"
    assert all(report.succeeded(one) for one in report.every(empty))
