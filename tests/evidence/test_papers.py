"""What people read and load from a package: papers, tables, the graph page, keys and the stand-alone checker's maths."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import shutil
import stat
import struct
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.evidence_sample import CASE_ID, HOSTILE, empty, sample
from workstation.analysis.picture import Node, Picture
from workstation.domain.errors import WorkstationError
from workstation.evidence import graph_page, report, tables, text
from workstation.evidence.fonts import covered
from workstation.evidence.keys import KEY_NAME, Signer, load_or_create
from workstation.evidence.package import Sealed, write_package
from workstation.evidence.verify import verify_package
from workstation.paths import resources_folder


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """One key for all tests."""
    return load_or_create(tmp_path_factory.mktemp("keys"), identity="officer")


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    """The stand-alone verifier as a module."""
    spec = importlib.util.spec_from_file_location("alone", resources_folder() / "verify_package.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def held(package: Sealed, name: str) -> bytes:
    """One file of a package."""
    with zipfile.ZipFile(package.path) as archive:
        return archive.read(next(n for n in archive.namelist() if n.endswith("/" + name)))


def words(pdf: bytes, folder: Path) -> str:
    """The text of a PDF."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not on this machine")
    (folder / "paper.pdf").write_bytes(pdf)
    call = [program, "-layout", str(folder / "paper.pdf"), "-"]
    return subprocess.run(call, capture_output=True, check=True).stdout.decode("utf-8")


# --- papers -----------------------------------------------------------------------------------------------------------


def test_the_report_holds_exact_amounts_and_whole_identifiers(tmp_path: Path, signer: Signer) -> None:
    case = sample(30)
    made = write_package(case, tmp_path / "A-evidence.zip", signer=signer)
    paper = words(held(made, "data/report/report.en.pdf"), tmp_path)
    for item in case.transfers():
        amount = tables.transfer_json(item)["amount"]
        assert (amount or "not stated (withheld)") in paper
        assert item.transfer.tx in paper
        assert item.transfer.sender is not None
        assert item.transfer.sender in paper
    assert case.case.head in paper
    assert "A check of this case failed" not in paper


def test_a_failed_check_stands_on_the_first_page(tmp_path: Path, signer: Signer) -> None:
    made = write_package(sample(5, failed=True), tmp_path / "A-evidence.zip", signer=signer)
    first = words(held(made, "data/report/report.en.pdf"), tmp_path).split("\f")[0]
    assert "A check of this case failed" in first
    assert "exhibit E-0001 differs from its hash" in first


def test_the_report_is_an_archive_pdf_with_a_frozen_date(tmp_path: Path, signer: Signer) -> None:
    made = write_package(empty(), tmp_path / "A-evidence.zip", signer=signer)
    paper = held(made, "data/report/report.en.pdf")
    assert b"<pdfaid:part>2</pdfaid:part>" in paper
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in paper
    assert b"20260304050607" in paper


def test_a_long_case_shows_a_sample_and_points_to_the_table(tmp_path: Path, signer: Signer) -> None:
    made = write_package(sample(5000), tmp_path / "A-evidence.zip", signer=signer)
    rows = list(csv.reader(io.StringIO(held(made, "data/transfers/transfers.csv").decode("utf-8"))))
    assert len(rows) == 5001
    paper = words(held(made, "data/report/report.en.pdf"), tmp_path)
    assert "The case holds 5000 transfers; the first 200 in total order are shown" in " ".join(paper.split())


def test_hostile_labels_become_visible_marks_and_never_markup(tmp_path: Path, signer: Signer) -> None:
    made = write_package(sample(12, hostile=True), tmp_path / "A-evidence.zip", signer=signer)
    paper = words(held(made, "data/report/report.en.pdf"), tmp_path)
    assert '#import "@preview/x": * $x$ *b* @ref' in " ".join(paper.split())
    assert "U+202E" in paper
    assert "U+1F680" in paper
    assert "\u202e" not in paper


@given(st.text(max_size=60))
def test_nothing_our_fonts_lack_reaches_a_paper(label: str) -> None:
    known = frozenset(range(0x20, 0x250)) | {0x27E6, 0x27E7}
    assert all(c == "\n" or ord(c) in known for c in text.printable(label, known))


def test_the_fonts_hold_what_the_papers_need() -> None:
    known = covered(resources_folder() / "fonts")
    assert {ord(c) for c in "AZaz09ҚқҒғӘәІіҢңҰұҮүҺһӨөЖЩёàèéìòù₸₽€⟦⟧·—…אב"} <= known


def test_templates_load_no_package_and_name_no_place_outside() -> None:
    for file in sorted((resources_folder() / "report").glob("*.typ")):
        body = file.read_text("utf-8")
        assert '"@' not in body, file.name
        assert "http" not in body, file.name


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\u00a0="])
def test_a_cell_that_looks_like_a_formula_is_text(start: str) -> None:
    cell, changed = text.guarded(start + "1+1")
    assert changed
    assert cell.startswith("'")


def test_identifiers_and_amounts_are_never_touched() -> None:
    for value in (
        "0x52908400098527886e0f7030069857d2e4169ee7",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "0.000000",
    ):
        assert text.guarded(value) == (value, False)


def test_guarded_cells_are_counted_and_told(tmp_path: Path, signer: Signer) -> None:
    made = write_package(sample(12, hostile=True), tmp_path / "A-evidence.zip", signer=signer)
    assert made.guarded > 0
    assert f"Guarded-Cells: {made.guarded} " in held(made, "bag-info.txt").decode("utf-8")
    book = zipfile.ZipFile(io.BytesIO(held(made, "data/findings/findings.xlsx")))
    assert all(b"<f>" not in book.read(n) and b"hyperlink" not in book.read(n) for n in book.namelist() if "sheet" in n)
    found = json.loads(held(made, "data/findings/findings.json"))
    assert found["findings"][1]["claim"] == HOSTILE[1]


# --- the graph page ---------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Collects the tags and attributes a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.inside = ""
        self.data = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag; the JSON node is remembered."""
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.inside = "data" if ("id", "data") in attrs else ""

    def handle_data(self, data: str) -> None:
        """Keep the JSON text."""
        if self.inside == "data":
            self.data += data
            self.inside = ""


def test_the_graph_page_allows_only_its_own_script_and_holds_labels_as_text() -> None:
    nodes = tuple(
        Node(f"address:tron:{i}", "address", i, i, "unattributed", "", t, t, t) for i, t in enumerate(HOSTILE)
    )
    case = replace(sample(6, hostile=True), picture=Picture(nodes, (), HOSTILE[0]))
    reader = Reader()
    page = graph_page.page(case, resources_folder())
    reader.feed(page)
    assert reader.tags.count("script") == 2
    assert not {"img", "iframe", "link", "object", "a"} & set(reader.tags)
    assert not [name for name in reader.attributes if name.startswith("on") or name in ("src", "style")]
    assert [n["full"] for n in json.loads(reader.data)["nodes"]] == [text.visible(t) for t in HOSTILE]
    assert "unsafe" not in page.split("</head>")[0]
    assert "innerHTML" not in page


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_is_private_and_opens_only_with_its_passphrase(tmp_path: Path) -> None:
    made = load_or_create(tmp_path / "k", identity="officer", passphrase=b"correct horse")
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "k" / KEY_NAME).stat().st_mode) == 0o600
    assert load_or_create(tmp_path / "k", identity="officer", passphrase=b"correct horse").public == made.public
    for wrong in (None, b"wrong"):
        with pytest.raises(WorkstationError, match="WS-KEY-001"):
            load_or_create(tmp_path / "k", identity="officer", passphrase=wrong)
    assert "PRIVATE" not in repr(made)
    assert "key=" not in repr(made)


def test_a_new_key_file_is_private(tmp_path: Path) -> None:
    made = load_or_create(tmp_path / "k", identity="officer")
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "k" / KEY_NAME).stat().st_mode) == 0o600
    assert load_or_create(tmp_path / "k", identity="officer").public == made.public
    assert [p.name for p in sorted((tmp_path / "k").iterdir())] == [KEY_NAME, KEY_NAME + ".pub"]


def test_a_name_that_breaks_a_signer_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkstationError, match="WS-KEY-003"):
        load_or_create(tmp_path / "k", identity='a namespaces="*"')
    assert not (tmp_path / "k").exists()


# --- the stand-alone checker ------------------------------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 63))
def test_its_signature_maths_agree_with_the_library(checker: ModuleType, seed: bytes, message: bytes, at: int) -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert checker.ed25519_holds(public, message, signature)
    wrong = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
    assert not checker.ed25519_holds(public, message, wrong)
    assert not checker.ed25519_holds(public, message + b"x", signature)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_its_canonical_json_agrees_with_the_library(checker: ModuleType, value: object) -> None:
    assert checker.canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_a_key_of_the_list_counts_only_for_packages(checker: ModuleType, tmp_path: Path, signer: Signer) -> None:
    made = write_package(empty(), tmp_path / "A-evidence.zip", signer=signer)
    for line, known in (
        (signer.allowed_line, True),
        (signer.allowed_line.replace("evidence-package@fundflow-workstation", "git"), False),
        ("# " + signer.allowed_line, False),
    ):
        results = {name: ok for name, ok, _ in checker.check(str(made.path), line + "\n")}
        assert results["signer"] is known


@pytest.mark.parametrize("where", ["before", "between", "behind", "comment"])
def test_bytes_hidden_in_the_zip_are_seen(checker: ModuleType, tmp_path: Path, signer: Signer, where: str) -> None:
    made = write_package(empty(), tmp_path / "A-evidence.zip", signer=signer)
    data = made.path.read_bytes()
    with zipfile.ZipFile(made.path) as archive:
        start = archive.start_dir
    end = bytearray(data[-22:])
    if where == "before":
        data = b"hidden" + data
    elif where == "between":
        end[16:20] = struct.pack("<I", start + 6)
        data = data[:start] + b"hidden" + data[start:-22] + bytes(end)
    elif where == "comment":
        end[20:22] = struct.pack("<H", 6)
        data = data[:-22] + bytes(end) + b"hidden"
    else:
        data = data + b"hidden"
    made.path.write_bytes(data)
    assert [name for name, ok, _ in checker.check(str(made.path)) if not ok] == ["readable"]


def test_a_compressed_package_is_refused_before_it_is_opened(checker: ModuleType, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bag/data/zeros.bin", bytes(1 << 20))
    (name, ok, why), *rest = checker.check(str(tmp_path / "bomb.zip"))
    assert (name, ok, rest) == ("readable", False, [])
    assert "compressed" in why


# --- failures ---------------------------------------------------------------------------------------------------------


def test_an_exhibit_that_changed_stops_the_export_and_keeps_the_old_package(tmp_path: Path, signer: Signer) -> None:
    out = tmp_path / "A-evidence.zip"
    before = write_package(sample(4), out, signer=signer).zip_sha256

    def other(number: int) -> Iterator[bytes]:
        yield b"something else"

    with pytest.raises(WorkstationError, match="WS-EXP-001"):
        write_package(replace(sample(4), exhibit_bytes=other), out, signer=signer)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["A-evidence.zip", "A-seal.pdf"]
    assert write_package(sample(4), out, signer=signer).zip_sha256 == before
    assert all(check.ok for check in verify_package(out))


def test_a_language_without_report_is_refused(tmp_path: Path, signer: Signer) -> None:
    with pytest.raises(WorkstationError, match="WS-EXP-005"):
        write_package(replace(empty(), language="tlh"), tmp_path / "A-evidence.zip", signer=signer)
    assert list(tmp_path.iterdir()) == []


def test_the_seal_sheet_says_the_seal(tmp_path: Path, signer: Signer) -> None:
    made = write_package(empty(), tmp_path / "A-evidence.zip", signer=signer)
    sheet = words(made.seal_sheet.read_bytes(), tmp_path)
    for said in (made.seal, made.zip_sha256, signer.fingerprint):
        assert said in sheet
    assert report.report_data(empty())["case_id"] == CASE_ID
