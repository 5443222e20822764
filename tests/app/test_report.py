"""The import report: every figure from the case, zero rows never a success, the same in the evidence package."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.app.statements import event_record, load, place, transfer_record
from workstation.app import export, report
from workstation.app.session import Session
from workstation.casefile.intake import Told
from workstation.domain.evidence import Exhibit, ImportReport
from workstation.domain.records import BadRow, PriceRecord, Remark


def test_rows_reasons_and_examples(empty: Session, tmp_path: Path) -> None:
    bad = [BadRow(place(n), "WS-ROW-004", "the amount is not a number", "a;b;c") for n in range(5, 10)]
    records = [Remark("assumption", "times are UTC"), event_record(2), event_record(3, amount_text="1"), *bad]
    load(empty, tmp_path / "a.csv", "answer", records, why="header fits",
         told=lambda: Told(9, (("cancelled order", 2),)))  # fmt: skip
    found = report.report(empty, 1)
    assert report.outcome(found) == "partly: 2 rows came in, 5 could not be used"
    data = report.as_data(found)
    assert json.loads(json.dumps(data)) == data
    assert (data["success"], data["rows"], data["read"], data["accepted"], data["quarantined"]) == (True, 9, 7, 2, 5)
    assert data["skipped"] == [{"reason": "cancelled order", "rows": 2}]
    assert [(c["code"], c["rows"], len(c["examples"])) for c in data["not_used"]] == [("WS-ROW-004", 5, 3)]
    told = dict(report.lines(empty, 1))
    assert told["left out: cancelled order"] == "2"
    assert told["why this format"] == "header fits"
    assert told["assumed"] == "times are UTC"
    assert told["not used WS-ROW-004"] == "5: the amount is not a number"
    assert report.title(empty, 1) == "E-0001 a.csv: partly: 2 rows came in, 5 could not be used"


def test_zero_rows_are_no_success(empty: Session, tmp_path: Path) -> None:
    load(empty, tmp_path / "none.csv", "head only", [], told=lambda: Told(3, (("total row", 3),)))
    found = report.report(empty, 1)
    assert report.outcome(found) == "nothing came in: the file holds no usable row; 3 rows were left out as understood"
    assert not report.succeeded(found)
    assert report.as_data(found)["success"] is False
    assert any(p.code == "WS-IMP-032" for p in empty.problems())


def test_only_known_rows_are_said_to_be_known(empty: Session, tmp_path: Path) -> None:
    load(empty, tmp_path / "a.csv", "one", [transfer_record(2)])
    load(empty, tmp_path / "b.csv", "two", [transfer_record(2)])
    found = report.report(empty, 2)
    assert report.outcome(found) == "nothing new: all 1 rows are in the case already, and now have a further source"
    assert report.succeeded(found)


def test_the_zone_of_a_profile_is_told() -> None:
    profile = '[[layout]]\nid = "a"\ngives = "tags"\n[layout.read]\nzone = "Asia/Almaty"\nunit = "coin"\n'
    exhibit = Exhibit(1, "a", 1, "0" * 64, "", "", "", "table.mapped", "accepted", 1, 1, 0, 0)
    found = ImportReport(exhibit, parameters=(("chain", "tron"), ("layout", profile)))
    assert report.told(found) == {"zone": "Asia/Almaty", "unit": "coin", "chain": "tron"}
    assert ("stated: zone", "Asia/Almaty") in report.lines_of(found)
    assert report.told(ImportReport(exhibit, parameters=(("layout", "nonsense = ["),))) == {}


def test_a_retracted_exhibit_says_why(empty: Session, tmp_path: Path) -> None:
    load(empty, tmp_path / "a.csv", "one", [transfer_record(2)])
    empty.run("case.retract", exhibit=1, reason="another customer")
    assert report.outcome(report.report(empty, 1)) == "retracted: another customer"


def test_the_package_holds_reports_and_values_in_money(empty: Session, tmp_path: Path) -> None:
    price = PriceRecord(place(9), "2024-03-08", "USDT", "USD", "0.9998", "ECB")
    load(empty, tmp_path / "a.csv", "one", [transfer_record(2), transfer_record(3, tx="b" * 64, time=None), price])
    made = export.export(empty, tmp_path / "x-evidence.zip")
    with zipfile.ZipFile(made.path) as archive:
        names = {name.split("/", 1)[1]: name for name in archive.namelist()}
        reports = json.loads(archive.read(names["data/reports/import-reports.json"]))
        lines = archive.read(names["data/transfers/transfers.jsonl"]).decode().splitlines()
        table = archive.read(names["data/transfers/transfers.csv"]).decode()
    assert [r["exhibit"] for r in reports["exhibits"]] == ["E-0001"]
    assert reports["exhibits"][0]["accepted"] == 3
    assert [json.loads(line)["fiat_then"] for line in lines] == ["~ 2499.50 USD (2024-03-08, ECB)", None]
    assert "fiat_then" in table.splitlines()[0]
