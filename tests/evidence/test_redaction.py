"""Fifty planted persons leave no trace in any byte of a redacted package, and the package still verifies."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.app import romance
from workstation.app.export import Exported, Redaction, export
from workstation.app.intake import Options
from workstation.app.intake import start as intake
from workstation.app.session import Session
from workstation.casefile.store import create
from workstation.domain.errors import WorkstationError
from workstation.evidence.redaction import Names, Person
from workstation.evidence.verify import verify_package
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import discover

FIRST = ("Aigerim", "Bolat", "Camilla", "Daniyar", "Elvira", "Fausto", "Gulnara", "Hamit", "Ilaria", "Jibek")
LAST = ("Omarova", "Rossini", "Petrenko", "Suleimen", "Vasquezov")
CYRILLIC = ("Омарова", "Россини", "Петренко", "Сулеймен", "Васкезов")
GIVEN = ("Айгерим", "Болат", "Камилла", "Данияр", "Эльвира", "Фаусто", "Гульнара", "Хамит", "Илария", "Жибек")


def planted(number: int) -> tuple[str, ...]:
    """Name in Latin and Cyrillic letters, phone, IBAN, e-mail and wallet label of an invented person."""
    first, last = number % 10, number // 10
    return (
        f"{FIRST[first]} {LAST[last]}", f"{GIVEN[first]} {CYRILLIC[last]}", f"+7 701 {number:03d} 44 {number:02d}",
        f"KZ86 125K ZT50 0410 {number:04d}", f"{FIRST[first].lower()}.{LAST[last].lower()}@mail.example",
        f"{FIRST[first]}Wallet{number:02d}",
    )  # fmt: skip


PEOPLE = [planted(number) for number in range(50)]
_BASIS = Redaction(("victim",), "Art. 4 LED", "Prosecutor")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exported, Path]:
    """A case in which every kind of text names somebody, exported redacted."""
    folder = tmp_path_factory.mktemp("redaction")
    plain = folder / "ledger.csv"
    who = romance.cast(7)
    sender, receiver = who.sender, who.deposit
    plain.write_bytes(romance.ledger_file(7))
    labels = folder / f"labels {PEOPLE[3][0]}.csv"
    labels.write_text("address,label\n" + f"{sender},{PEOPLE[4][5]}\n" * 3, encoding="utf-8")
    with Session(
        create(folder / "case.wcase", title=f"Complaint of {PEOPLE[0][0]}", examiner="D. Rossi"),
        discover([plugins_folder()]), folder / "s",
    ) as session:  # fmt: skip
        session.wait(intake(session, [plain, labels], Options(chain="tron", received_from=PEOPLE[5][1])))
        for number, texts in enumerate(PEOPLE):
            session.run("person.add", name=texts[0], kind="victim", spellings="\n".join(texts[1:]))
            session.run("note.add", subjects=[f"address:tron:{receiver}"], body=f"{number}: " + " / ".join(texts))
        session.run("tag.add", subjects=[f"address:tron:{receiver}"], label=PEOPLE[6][5], category="victim")
        session.run("entity.new", subjects=[f"address:tron:{receiver}"], name=PEOPLE[7][0])
        session.run("graph.new", name=f"Money of {PEOPLE[8][1]}")
        session.run("graph.add", subjects=[f"address:tron:{sender}"])
        session.run("graph.expand", subject=f"address:tron:{sender}", direction="both")
        asked = session.run(
            "freeze.draft", service=f"address:tron:{receiver}", note=PEOPLE[12][2],
            fields=f"victim={PEOPLE[13][1]}\nnarrative={PEOPLE[14][0]} paid. {PEOPLE[15][4]}\nlegal_basis=Art. 4",
        ).made  # fmt: skip
        session.run("freeze.mark", request=asked, status="frozen", day="2026-03-25", frozen=f"1 USDT of {PEOPLE[16][0]}")
        session.run("scene.save", name=PEOPLE[9][0], caption=f"{PEOPLE[10][0].upper()} pays")
        session.run(
            "finding.new", subjects=[f"address:tron:{receiver}"], claim=f"{PEOPLE[11][0]} was robbed", confidence="low",
            basis="fact", reasons=PEOPLE[12][3].replace(" ", ""), alternatives=PEOPLE[13][2], disproof=PEOPLE[14][4],
        )  # fmt: skip
        session.run("custody.handover", giver="D. Rossi", taker=PEOPLE[15][0], item="E-0001")
        exported = export(session, folder / "case-evidence.zip", redaction=_BASIS)
    return exported, folder


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def _texts(path: Path) -> list[tuple[str, str]]:
    """Every file of a package as text in each way it may be read, PDFs inflated; letters and digits only."""
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            parts = [data]
            if name.endswith(".pdf"):
                for piece in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
                    try:
                        parts.append(zlib.decompress(piece))
                    except zlib.error:
                        continue
                pages = pypdf.PdfReader(io.BytesIO(data))
                parts.append("".join(page.extract_text() for page in pages.pages).encode())
                parts.append(str(pages.metadata).encode())
            for part in parts:
                found += [(name, _letters(part.decode(way, "ignore"))) for way in ("utf-8", "utf-16-le", "cp1251")]
            found.append((name, _letters(name)))
    return found


def test_no_byte_of_the_package_names_a_planted_person(made: tuple[Exported, Path]) -> None:
    exported, folder = made
    needles = [_letters(text) for texts in PEOPLE for text in texts]
    sheet = [("seal sheet", _letters("".join(p.extract_text() for p in pypdf.PdfReader(exported.seal_sheet).pages)))]
    hits = {(name, n) for name, text in [*_texts(exported.path), *sheet] for n in needles if n in text}
    assert hits == set()
    assert (folder / "case-evidence.zip").is_file()


def test_the_package_verifies_and_says_what_it_withholds(made: tuple[Exported, Path]) -> None:
    exported, _ = made
    checks = {check.name: check for check in verify_package(exported.path)}
    assert all(check.ok for check in checks.values())
    assert checks["redacted"].detail.startswith("1 sources are withheld")
    with zipfile.ZipFile(exported.path) as archive:
        lines = list(csv.DictReader(io.StringIO(archive.read(f"{exported.path.stem}/data/redaction.csv").decode())))
        notes = archive.read(f"{exported.path.stem}/data/findings/findings.json").decode()
    assert {line["legal_basis"] for line in lines} == {"Art. 4 LED"}
    assert [line["what"] for line in lines[:50]] == [f"V-{n:02d}" for n in range(1, 51)]
    assert "E-0002" in [line["what"] for line in lines]
    assert "V-12 was robbed" in notes
    assert sum(int(line["times"] or 0) for line in lines) > 50


def test_a_package_without_redaction_names_them(made: tuple[Exported, Path], tmp_path: Path) -> None:
    """So the search above can fail."""
    _, folder = made
    from workstation.casefile.store import open_case

    with Session(open_case(folder / "case.wcase"), (), folder / "s") as session:
        exported = export(session, tmp_path / "case-evidence.zip")
    assert any(_letters(PEOPLE[11][0]) in text for _, text in _texts(exported.path))


def test_a_redaction_needs_persons_a_basis_and_somebody_who_decided(tmp_path: Path) -> None:
    with Session(create(tmp_path / "a.wcase", title="A", examiner="D. Rossi"), (), tmp_path / "s") as session:
        for asked in (_BASIS, Redaction(("victim",), "", "x")):
            with pytest.raises(WorkstationError, match="WS-EXP-031"):
                export(session, tmp_path / "a-evidence.zip", redaction=asked)
        session.run("person.add", name="Anna Karenina")
        with pytest.raises(WorkstationError, match="WS-EXP-031"):
            export(session, tmp_path / "a-evidence.zip", redaction=Redaction(("victim",), "law", " "))
        assert not (tmp_path / "a-evidence.zip").exists()


def test_the_examiner_cannot_be_hidden_because_the_log_names_them(tmp_path: Path) -> None:
    with Session(create(tmp_path / "a.wcase", title="A", examiner="Anna Karenina"), (), tmp_path / "s") as session:
        session.run("person.add", name="Anna Karenina")
        with pytest.raises(WorkstationError, match="WS-EXP-030"):
            export(session, tmp_path / "a-evidence.zip", redaction=_BASIS)
        assert not list(tmp_path.glob("*evidence*"))


@given(
    st.text(max_size=30),
    st.text(max_size=30),
    st.sampled_from(PEOPLE[7]),
    st.sampled_from((" ", "  ", "-", ".", "\u200b ")),
)
def test_a_hidden_text_names_nobody_and_hiding_twice_changes_nothing(
    before: str, after: str, spelling: str, gap: str
) -> None:
    names = Names([Person("victim", PEOPLE[7])])
    hidden = names.hide(f"{before} {spelling.replace(' ', gap).upper()} {after}")
    assert not names.names(hidden)
    assert names.hide(hidden) == hidden


@pytest.mark.parametrize(("text", "sign"), [
    ("ROSSINI, Bolat", "V-01"), ("bolat_rossini", "V-01"), ("ＢＯＬＡＴ Rossini", "V-01"), ("Bo\u200blat Ros\u00adsini", "V-01"),
    ("8 (701) 123-45-67 x", "V-01"), ("87011234567", "V-01"), ("by Anna.", "V-01"), ("Hannah", "Hannah"),
    ("The bolat of Rossini", "The bolat of Rossini"), ("Josef Straße", "(withheld)"),
    ("Bolat -------------- Rossini", "(withheld)"),
])  # fmt: skip
def test_spellings(text: str, sign: str) -> None:
    names = Names([Person("victim", ("Bolat Rossini", "8 701 123 45 67", "Anna", "Josef Strasse"))])
    assert sign in names.hide(text)
    assert not names.names(names.hide(text))
