"""The freeze pack of the romance-scam demo: every field that services ask for is in it, or is named as missing.

The list is that of ``notes/field.md`` 6.1, block by block. A field stands in the letter with its value, or the letter says
who must give it; nothing is left out in silence.
"""

from __future__ import annotations

import csv
import io

import pypdf
import pytest

from workstation.app.freeze import letter, pack, profiles, request, tracker
from workstation.app.freeze.fields import ALL, OFFICER
from workstation.app.freeze.phrases import phrases
from workstation.app.freeze.request import Request
from workstation.app.session import Session

#: What each block of the list asks, by the names of our fields.
BLOCKS = {
    "authority": ("agency", "country", "authority", "legal_basis", "order", "mlat"),
    "officer": ("officer", "rank", "badge", "email", "phone", "second_officer"),
    "reference": ("case_number", "request_type", "date", "urgency"),
    "addressee": ("addressee", "channel"),
    "action": ("actions", "scope", "period"),
    "targets": ("targets", "transactions", "user_ids", "ownership", "confidence"),
    "per transfer": ("txid", "index", "amount", "fiat", "time", "block"),
    "totals": ("totals",),
    "fund flow": ("path", "chart", "method"),
    "narrative": ("narrative", "offence", "victim", "suspect"),
    "freeze terms": ("freeze_days", "renewal", "disclosable"),
    "data wanted": ("data_wanted",),
    "custody note": ("custody",),
    "issuer": ("contract", "balance", "key_txid", "police_report", "jurisdiction"),
}
#: The block of tracking: columns of the tracker.
TRACKING = ("sent", "acknowledged", "frozen", "expiry", "reply")
CONTRACT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
TARGET = "TVnHNtgV63gXmyg82Mu79476M58V5bzVPe"
#: What the demo's export does not state: no log index, block or price, no kept run, no label that says how sure it is.
NOT_IN_THE_DATA = {"index", "block", "fiat", "method", "confidence"}


def given(without: tuple[str, ...] = ()) -> dict[str, str]:
    """Every field of the officer, as typed."""
    return {name: f"typed {name}" for name in OFFICER if name not in without}


def text(session: Session, made: Request) -> str:
    """The letter as it is printed."""
    pages = pypdf.PdfReader(io.BytesIO(pack.files(session, made)["letter.en.pdf"])).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def shown(made: Request) -> dict[str, list[str]]:
    """What must be read in the letter for each field that is there."""
    data = made.data
    moved, (total, *_) = data["transfers"], data["totals"]
    return {
        **{name: [f"typed {name}"] for name in OFFICER},
        "actions": ["Preserve:", "Freeze:", "Disclose:"],
        "data_wanted": ["Customer file (KYC)", "IP log", "Chats with support"],
        "freeze_days": [f"Length of the freeze, in days {data['fields']['freeze_days']}"],
        "targets": [t["address"] for t in data["targets"]],
        "transactions": ["Payment 1", "Payment 3"],
        "txid": [t["txid"] for t in moved],
        "amount": [f"{t['amount']} USDT = {t['units']} base units" for t in moved],
        "time": [t["utc"] for t in moved],
        "totals": [f"{total['amount']} USDT = {total['units']} base units; payments: 3"],
        "contract": [moved[0]["contract"]],
        "path": ["Written path from the source to you", "Step 2"],
        "chart": ["Chart that ends at this provider"],
        "custody": [data["custody"]["witness"], *(e["sha256"] for e in data["custody"]["exhibits"])],
        "balance": ["Balance as of data"],
        "key_txid": [data["key_txid"]],
    }


def test_the_list_is_whole() -> None:
    """Every field of the program stands in a block, and every block in the program."""
    assert sorted(name for names in BLOCKS.values() for name in names) == sorted(ALL)


@pytest.mark.parametrize("profile", ["generic", "chart_mandatory", "two_officers", "portal_documents", "portal_shared"])
def test_each_field_stands_in_the_letter_or_is_named(romance: Session, profile: str) -> None:
    """With all that an officer can say, what is missing is exactly what the demo's data cannot give."""
    said = given(("ownership",))  # with a reason of the officer, a label without confidence is enough
    made = request.build(romance, "Exchange A", profiles.profile(profile), said)
    read, words, fields = text(romance, made), shown(made), phrases("en")["fields"]
    missing, told = {m.field for m in made.missing}, "\n".join(letter.missing_lines(made))
    assert missing - {"ownership"} == NOT_IN_THE_DATA
    for name in (name for names in BLOCKS.values() for name in names):
        if name in missing:
            assert f"{fields[name]}: " in told, name
            assert name == "ownership" or f"{fields[name]}:" in read, name  # the service is told what the data lack
        else:
            for each in words[name]:
                assert each in read, name
    assert made.complete == (not missing & set(profiles.profile(profile).required))


def test_what_the_officer_does_not_say_is_never_made_up(romance: Session) -> None:
    """A field that is left out has no value anywhere in the record, and is named as the officer's."""
    profile = profiles.profile("token_issuer")
    for name in OFFICER:
        made = request.build(romance, f"contract:tron:{CONTRACT}", profile, given((name,)), only=[TARGET])
        assert made.data["fields"][name] == ""
        assert (name, "officer") in {(m.field, m.who) for m in made.missing}


def test_identifiers_can_be_copied_and_tracking_is_kept(romance: Session) -> None:
    """Addresses and transactions stand as text and table too; the block of tracking has its columns."""
    made = request.build(romance, "Exchange A", profiles.profile("generic"), given())
    files = pack.files(romance, made)
    rows = list(csv.DictReader(io.StringIO(files["targets.csv"].decode())))
    assert {r["txid"] for r in rows if r["role"] == "payment"} == {t["txid"] for t in made.data["transfers"]}
    assert [r["to"] for r in rows if r["role"] == "target"] == [TARGET]
    assert {"units", "amount", "utc", "index", "block", "contract", "fiat"} <= set(rows[0])
    assert files["targets.txt"].decode().split()[:2] == ["tron", TARGET]
    romance.run("freeze.draft", service="Exchange A")
    (one,) = tracker.requests(romance)
    assert set(TRACKING) <= set(one.row)
