"""Freeze requests: every field the data give is in the pack, every other is named; one service; the same bytes; no formula."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest

from workstation.app import romance as romance_demo
from workstation.app.freeze import ask, letter, pack, profiles, request, tracker, writing
from workstation.app.freeze import targets as finding
from workstation.app.freeze.ask import Ask
from workstation.app.freeze.fields import ALL, LANGUAGES, OFFICER
from workstation.app.freeze.phrases import phrases
from workstation.app.intake import Options, import_files
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
HOSTILE = '=HYPERLINK("http://x","y")\u202e#let x = 1 <w:fldSimple/>'


def given() -> dict[str, str]:
    """Every field of the officer, as typed."""
    return {name: f"typed {name}" for name in OFFICER}


def test_the_pack_names_every_field(romance: Session) -> None:
    """Without an officer's word and without a kept run the pack is a draft that says what is missing, and from whom."""
    made = request.build(romance, "Exchange A", profiles.profile("generic"), {})
    who = {m.field: m.who for m in made.missing}
    assert not made.complete
    assert {"agency", "legal_basis", "case_number"} <= {f for f, w in who.items() if w == "officer"}
    assert {f for f, w in who.items() if w == "data"} == {"index", "block", "fiat", "method", "confidence"}
    assert set(who) <= set(ALL)
    text = _text(pack.files(romance, made)["letter.en.pdf"])
    assert "DRAFT" in text
    assert "Log or output index: The data of the case do not give it" in text


def test_only_the_deposit_that_the_money_reaches_is_a_target(romance: Session) -> None:
    """Another customer of the same exchange, and its hot wallet, are nobody's target."""
    made = request.build(romance, "Exchange A", profiles.profile("generic"), given())
    assert made.complete
    assert [t["said"][0]["label"] for t in made.data["targets"]] == ["Exchange A deposit"]
    assert made.data["left_out"] == 2
    (total,) = made.data["totals"]
    assert (total["count"], total["units"]) == (3, str(sum(int(t["units"]) for t in made.data["transfers"])))
    deposit = made.data["targets"][0]["address"]
    assert made.data["paths"]
    assert all(way["to"] == deposit for way in made.data["paths"])
    files = pack.files(romance, made)
    text = _text(files["letter.en.pdf"])
    assert "DRAFT" not in text
    for t in made.data["transfers"]:
        assert t["units"] in text
        assert t["utc"] in text
        assert t["txid"] in files["targets.txt"].decode()
    assert f"typed {OFFICER[0]}" in text


def test_an_issuer_gets_only_chosen_targets(romance: Session) -> None:
    """A token contract is an issuer's lane: nobody is a target until chosen; the balance is as of the data."""
    profile = profiles.profile("token_issuer")
    nobody = request.build(romance, USDT, profile, given())
    assert {m.field for m in nobody.missing if m.needed} >= {"targets", "transactions", "balance"}
    deposit = request.build(romance, "Exchange A", profile, {}).targets[0]
    chosen = request.build(romance, USDT, profile, given(), only=[deposit.ref])
    assert chosen.data["contract"] == USDT
    assert chosen.data["balances"][0]["units"] == "0"
    assert chosen.data["key_txid"] in {t["txid"] for t in chosen.data["transfers"]}
    assert {m.field for m in chosen.missing if m.needed} == {"block", "balance"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_phrase(romance: Session, language: str) -> None:
    """No phrase is missing, and all its letters are in our fonts."""
    told, english = phrases(language), phrases("en")
    assert {k: list(v) for k, v in told.items()} == {k: list(v) for k, v in english.items()}
    made = request.build(romance, "Exchange A", profiles.profile("generic"), {}, language)
    text = _text(pack.files(romance, made)[f"letter.{language}.pdf"])
    assert "⟦" not in text
    assert " ".join(told["letter"]["chart"].split()) in text


def test_the_same_request_gives_the_same_bytes(romance: Session, tmp_path: Path) -> None:
    """Folder and ZIP: twice the same."""
    for name in ("a.zip", "b.zip"):
        made = request.build(romance, "Exchange A", profiles.profile("chart_mandatory"), given())
        pack.write(romance, made, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_hostile_words_stay_words(romance: Session) -> None:
    """A label that is a formula, markup or turns the text round is shown as text, with its hidden marks."""
    deposit = request.build(romance, "Exchange A", profiles.profile("generic"), {}).targets[0]
    romance.run("entity.new", subjects=[deposit], name=HOSTILE, role="exchange")
    made = request.build(romance, deposit.ref, profiles.profile("generic"), {**given(), "agency": HOSTILE})
    files = pack.files(romance, made)
    assert "⟦U+202E⟧" in _text(files["letter.en.pdf"])
    for row in csv.reader(io.StringIO(files["targets.csv"].decode())):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)
    with zipfile.ZipFile(io.BytesIO(files["letter.en.docx"])) as document:
        body = document.read("word/document.xml").decode()
    assert "<w:fldSimple" not in body
    assert "w:instrText" not in body
    assert "⟦U+202E⟧" in body
    assert json.loads(files["request.json"])["fields"]["agency"] == HOSTILE


def test_requests_are_followed_and_undone(romance: Session) -> None:
    """Draft, sent, frozen with its last day: due by a given day only; every step goes back."""
    key = romance.run("freeze.draft", service="Exchange A", fields="agency=Police").made
    romance.run("freeze.mark", request=key, status="sent", sent="2026-03-21")
    romance.run(
        "freeze.mark",
        request=key,
        status="frozen",
        day="2026-03-30",
        frozen="41000 USDT",
        expiry="2026-04-20",
        reply="E-0001",
    )
    assert [t.due for t in tracker.requests(romance)] == [False]
    assert [t.due for t in tracker.requests(romance, "2026-04-12")] == [False]
    assert [(t.due, t.left) for t in tracker.requests(romance, "2026-04-13")] == [(True, 7)]
    for arguments in ({"sent": "tomorrow"}, {"reply": "E-9999"}):
        with pytest.raises(WorkstationError):
            romance.run("freeze.mark", request=key, **arguments)
    romance.undo()
    assert tracker.requests(romance)[0].row["status"] == "sent"
    romance.undo()
    romance.undo()
    assert tracker.requests(romance) == []


def test_own_profiles_are_read_strictly(tmp_path: Path) -> None:
    """All bundled profiles are good; a key nobody knows is an error that names the file."""
    assert "generic" in profiles.profiles(tmp_path)
    assert len(profiles.profiles()) == 7
    own = tmp_path / "providers"
    own.mkdir()
    (own / "mine.toml").write_text('name = "Mine"\nfreze_days = 3\n')
    with pytest.raises(WorkstationError, match=r"mine\.toml.*freze_days"):
        profiles.profiles(tmp_path)


def _text(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_a_kept_run_gives_method_and_remainder(romance: Session) -> None:
    """With a kept trace run the letter names method, amount at the target and what stays open."""
    profile = profiles.profile("generic")
    start = request.build(romance, "Exchange A", profile, {}).ways[0][0].sender
    from workstation.app.tracing import question, records, sources
    from workstation.domain.subjects import Subject

    source = sources.Source(Subject("address", "tron", start or ""), start or "")
    records.keep(romance, records.trace(romance, question.Question((source,), ("fifo",))))
    made = request.build(romance, "Exchange A", profile, {})
    assert "method" not in {m.field for m in made.missing}
    assert made.data["methods"][0]["method"] == "fifo"
    assert "fifo" in _text(pack.files(romance, made)["letter.en.pdf"])


def test_a_written_pack_stands_in_the_tracker(romance: Session, tmp_path: Path) -> None:
    """Drafted before the pack is written, exported on the day of the letter; asked again it stays the same request."""
    found = profiles.profiles()
    asked = Ask("Exchange A", fields={**given(), "date": "2026-03-21"})
    for name in ("a", "b"):
        key = writing.note(romance, asked)
        written = writing.write(romance, asked, found, tmp_path / name)
        writing.exported(romance, key, written)
    (one,) = tracker.requests(romance)
    assert (one.label, one.row["status"], one.days) == ("R-001", "exported", [("exported", "2026-03-21")])
    listed = (tmp_path / "b" / "sha256.txt").read_bytes()
    assert one.row["pack"] == hashlib.sha256(listed).hexdigest() == written.sha256
    assert f"· {written.request.data['custody']['sequence']} ·" in _text(
        (tmp_path / "b" / "letter.en.pdf").read_bytes()
    )
    romance.run("freeze.mark", request=key, status="sent", day="2026-03-22")
    with pytest.raises(WorkstationError, match="was sent"):
        romance.run("freeze.edit", request=key, **asked.arguments())
    assert writing.note(romance, asked) != key
    for _ in range(len(romance.store.undo_entries())):
        if not tracker.requests(romance):
            break
        romance.undo()
    assert tracker.requests(romance) == []


def test_a_freeze_is_renewed_with_typed_days_only(romance: Session) -> None:
    """No day, no mark; a renewal names its day and a later last day, and takes the due mark away."""
    key = romance.run("freeze.draft", service="Exchange A").made
    for arguments, match in (
        ({"status": "sent"}, "day on which it was sent"),
        ({"day": "2026-03-01"}, "belongs to a status"),
        ({"status": "sent", "day": "1 March"}, "no day"),
        ({"pack": "abc"}, "SHA-256"),
    ):
        with pytest.raises(WorkstationError, match=match):
            romance.run("freeze.mark", request=key, **arguments)
    with pytest.raises(WorkstationError, match="no last day"):
        romance.run("freeze.renew", request=key, day="2026-04-18", expiry="2026-05-20")
    romance.run("freeze.mark", request=key, status="frozen", day="2026-03-25", frozen="1 USDT", expiry="2026-04-20")
    assert tracker.requests(romance, "2026-04-15")[0].due
    with pytest.raises(WorkstationError, match="not after"):
        romance.run("freeze.renew", request=key, day="2026-04-18", expiry="2026-04-20")
    romance.run("freeze.renew", request=key, day="2026-04-18", expiry="2026-05-20")
    (one,) = tracker.requests(romance, "2026-04-15")
    assert (one.due, one.left, one.days) == (False, 35, [("frozen", "2026-03-25"), ("renewed", "2026-04-18")])
    romance.run("freeze.mark", request=key, status="closed", day="2026-05-01")
    assert not tracker.requests(romance, "2026-05-19")[0].due
    assert tracker.requests(romance)[0].days[-1] == ("closed", "2026-05-01")


def test_the_next_request_remembers_who_asks(romance: Session) -> None:
    """Authority and events stay from one request of a case to the next; what is of one service does not."""
    romance.run("freeze.draft", **Ask("Exchange A", fields=given()).arguments())
    deposit = request.build(romance, "Exchange A", profiles.profile("generic"), {}).targets[0]
    begun = ask.begin(romance, [deposit])
    assert begun.service.startswith("entity::")
    assert begun.targets == (deposit.key,)
    assert begun.fields["agency"] == "typed agency"
    assert begun.fields["narrative"] == "typed narrative"
    assert {"date", "addressee", "ownership", "user_ids"} & set(begun.fields) == set()
    assert ask.of_row(next(iter(romance.store.rows("request").values()))) == Ask("Exchange A", fields=given())


def test_a_payment_left_out_is_counted_nowhere(romance: Session) -> None:
    """The officer can leave a payment out: totals, list and files are without it, and the record says so."""
    profile = profiles.profile("generic")
    whole = request.build(romance, "Exchange A", profile, {})
    left = whole.data["transfers"][0]
    less = request.build(romance, "Exchange A", profile, {}, without=[left["id"]])
    assert (less.data["totals"][0]["count"], less.data["payments_left_out"]) == (2, 1)
    assert left["txid"] not in pack.files(romance, less)["targets.txt"].decode()


def test_an_issuer_that_can_freeze_is_offered_by_its_genuine_contract(romance: Session) -> None:
    """USDT on TRON stands among the issuers; asked in its lane, the letter names contract and key transaction."""
    assert finding.issuers(romance) == [(f"contract:tron:{USDT}", "USDT (tron)")]
    deposit = request.build(romance, "Exchange A", profiles.profile("generic"), {}).targets[0]
    made = request.build(
        romance, f"contract:tron:{USDT}", profiles.profile("token_issuer"), given(), only=[deposit.key]
    )
    facts = [row for part in letter.document(made)["parts"] if part["kind"] == "facts" for row in part["rows"]]
    assert ["Token contract", USDT] in facts
    assert ["Key transaction", made.data["key_txid"]] in facts
    assert ["User id, e-mail or phone of the account", "typed user_ids"] in facts
    assert made.data["paths"]


@pytest.mark.parametrize(
    ("language", "typed"),
    [("kk", "ӘәҒғҚқҢңӨөҰұҮүҺһІі"), ("ru", "ЁёЩщЪъЫыЭэ"), ("it", "È già così: perché, più"), ("en", "naïve – “quoted”")],
)
def test_letters_of_each_language_come_out_as_typed(romance: Session, language: str, typed: str) -> None:
    """What was typed in Kazakh, Russian or Italian stands in PDF and DOCX letter by letter, and no legend overlaps."""
    made = request.build(romance, "Exchange A", profiles.profile("generic"), {**given(), "narrative": typed}, language)
    files = pack.files(romance, made)
    assert typed in _text(files[f"letter.{language}.pdf"])
    with zipfile.ZipFile(io.BytesIO(files[f"letter.{language}.docx"])) as document:
        assert typed in document.read("word/document.xml").decode()
    told, drawn = phrases(language)["roles"], files["chart.svg"].decode()
    places = {
        float(y): sorted((float(x), words) for x, found, words in re.findall(LABEL, drawn) if found == y)
        for _, y, words in re.findall(LABEL, drawn)
        if words in told.values()
    }
    (row,) = places.values()
    assert len(row) == 3
    for (x, words), (after, _) in pairwise(row):
        assert x + 0.55 * 12 * len(words) + 8 < after


def test_a_complete_letter_asks_nothing_of_its_reader(romance: Session) -> None:
    """What an officer left open is no business of the service; what the data lack is, and an issuer holds no account."""
    profile = profiles.profile("generic")
    said = {name: value for name, value in given().items() if name != "mlat"}
    text = letter.plain(letter.document(request.build(romance, "Exchange A", profile, said)))
    assert "The officer must fill in" not in text
    assert "What the data of the case do not give" in text
    deposit = request.build(romance, "Exchange A", profile, {}).targets[0]
    issuer = letter.plain(
        letter.document(request.build(romance, USDT, profiles.profile("token_issuer"), said, only=[deposit.key]))
    )
    assert "Why this address is yours" in text
    assert "Why this address is yours" not in issuer
    assert "Request to the issuer of a token" in issuer
    assert "The officer must fill in" in issuer  # a draft says it to the officer


#: x, y and words of a label in a drawing.
LABEL = r'<text x="([-0-9.]+)" y="([-0-9.]+)"[^>]*>([^<]*)<'


def test_of_very_many_deposits_those_with_the_largest_payments_are_asked_about(empty: Session, tmp_path: Path) -> None:
    """The rule chooses fifty and says how many more are reached; whom a person chooses is asked about all the same."""
    places = [romance_demo.tron_address(3, f"deposit {n}") for n in range(60)]
    victim = romance_demo.tron_address(3, "victim")
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "time,from,to,asset,amount,chain\n"
        + "".join(f"2026-03-02T10:00:{n:02d}Z,{victim},{a},USDT:{USDT}:6,{n + 1},tron\n" for n, a in enumerate(places)),
        "utf-8",
    )
    labels = tmp_path / "labels.csv"
    rows = [f"{a},Exchange B deposit {n},exchange\n" for n, a in enumerate(places)]
    labels.write_text("address,label,category\n" + "".join(rows) + f"{victim},Victim,victim\n", "utf-8")
    for file, options in ((ledger, Options("ledger.csv")), (labels, Options("address.list", chain="tron"))):
        assert [r.outcome for r in import_files(empty, [file], options)] == ["accepted"]
    empty.run("entity.new", subjects=[f"address:tron:{places[0]}"], name="Exchange B", role="exchange")
    made = request.build(empty, "Exchange B", profiles.profile("generic"), {})
    assert (len(made.targets), made.data["more_reached"], made.data["left_out"]) == (50, 10, 10)
    assert {t.ref for t in made.targets} == set(places[10:])
    every = request.build(empty, "Exchange B", profiles.profile("generic"), {}, only=places)
    assert (len(every.targets), every.data["more_reached"]) == (60, 0)


def test_who_is_asked_follows_from_what_is_picked(romance: Session) -> None:
    """A deposit: its exchange. A collector: the issuer of what it held. A victim, or nothing: nobody yet."""
    nodes = {n.name: parse(n.key) for n in romance.graphs.picture(romance.graph).nodes}
    collectors = [nodes["Collector 1"], nodes["Collector 2"]]
    begun = ask.begin(romance, [*collectors, nodes["Victim 1"]])
    assert begun.service == f"contract:tron:{USDT}"
    assert begun.targets == tuple(c.key for c in collectors)
    assert ask.begin(romance, [nodes["Victim 1"]]).service == ""
    assert ask.begin(romance).service == ""
    (exchange,) = (f"entity::{key}" for key in romance.store.rows("entity"))
    assert ask.begin(romance, [nodes["Exchange A deposit"]]).service == exchange
    assert ask.begin(romance, [parse(exchange)]) == Ask(exchange)
    contract = ask.begin(romance, [parse(f"address:tron:{USDT}")])
    assert (contract.service, contract.targets) == (f"contract:tron:{USDT}", ())
    made = request.asked(romance, replace(begun, profile="token_issuer"), profiles.profiles())
    assert {t.ref for t in made.targets} == {c.ref for c in collectors}
