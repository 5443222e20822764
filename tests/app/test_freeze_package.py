"""Requests in the evidence package and its report: what was asked, each day, the reply with its hash; redacted, by sign."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pypdf
import pytest

from workstation.app.export import Redaction, export
from workstation.app.session import Session
from workstation.evidence.verify import verify_package


def asked(session: Session) -> None:
    """A request with every day, a reply, and words that would be a formula."""
    key = session.run(
        "freeze.draft", service="Exchange A", fields="legal_basis=Art. 321\ncase_number==1+1\nvictim=Anna Karenina"
    ).made
    session.run("freeze.mark", request=key, status="exported", day="2026-03-21", pack="ab" * 32)
    session.run("freeze.mark", request=key, status="sent", day="2026-03-22")
    session.run("freeze.mark", request=key, status="acknowledged", day="2026-03-23")
    session.run("freeze.mark", request=key, status="frozen", day="2026-03-25", frozen="41000 USDT", expiry="2026-04-24")
    session.run("freeze.renew", request=key, day="2026-04-20", expiry="2026-05-24")
    session.run("freeze.mark", request=key, reply="E-0002", note="by portal, told Anna Karenina")


def read(package: Path) -> dict[str, bytes]:
    """Files of a package by their name below the root."""
    with zipfile.ZipFile(package) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def report(files: dict[str, bytes]) -> str:
    """The report as it is printed."""
    pages = pypdf.PdfReader(io.BytesIO(files["data/report/report.en.pdf"])).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_package_tells_what_was_asked_and_what_became_of_it(romance: Session, tmp_path: Path) -> None:
    asked(romance)
    made = export(romance, tmp_path / "case-evidence.zip")
    assert all(check.ok for check in verify_package(made.path))
    files = read(made.path)
    (told,) = json.loads(files["data/requests/requests.json"])["requests"]
    assert [(d["what"], d["day"]) for d in told["days"]] == [
        ("exported", "2026-03-21"), ("sent", "2026-03-22"), ("acknowledged", "2026-03-23"), ("frozen", "2026-03-25"),
        ("renewed", "2026-04-20"),
    ]  # fmt: skip
    assert told["fields"]["case_number"] == "=1+1"
    (row,) = csv.DictReader(io.StringIO(files["data/requests/requests.csv"].decode()))
    assert (row["status"], row["frozen"], row["last_day"]) == ("frozen", "41000 USDT", "2026-05-24")
    assert row["reply_sha256"] == romance.store.exhibit(2).sha256
    assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())
    printed = report(files)
    for words in ("Requests to services", "R-001 Exchange A", "2026-04-20 renewed", "Art. 321", row["reply_sha256"]):
        assert words in printed
    assert "Anna Karenina" in printed


def test_a_case_without_requests_says_so_by_an_empty_list(romance: Session, tmp_path: Path) -> None:
    files = read(export(romance, tmp_path / "case-evidence.zip").path)
    assert json.loads(files["data/requests/requests.json"])["requests"] == []
    assert "Requests to services" not in report(files)


def test_redacted_requests_keep_their_days_but_no_name(romance: Session, tmp_path: Path) -> None:
    asked(romance)
    romance.run("person.add", name="Anna Karenina", kind="victim")
    redaction = Redaction(("victim",), "Art. 4 LED", "Prosecutor")
    files = read(export(romance, tmp_path / "case-evidence.zip", redaction=redaction).path)
    told = files["data/requests/requests.json"].decode() + report(files)
    assert "Karenina" not in told
    assert "by portal, told V-01" in told
    assert "2026-04-20 renewed" in told


@pytest.mark.parametrize(
    ("language", "words"),
    [("it", "2026-04-20 prorogato"), ("ru", "2026-04-20 продлено"), ("kk", "2026-04-20 ұзартылған")],
)
def test_the_report_tells_the_days_in_its_language(romance: Session, tmp_path: Path, language: str, words: str) -> None:
    asked(romance)
    files = read(export(romance, tmp_path / "case-evidence.zip", language=language).path)
    pages = pypdf.PdfReader(io.BytesIO(files[f"data/report/report.{language}.pdf"])).pages
    printed = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert words in printed
    assert "2026-03-23 acknowledged" not in printed
