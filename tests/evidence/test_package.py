"""The package as a stranger meets it: same bytes, standard tools agree, and every kind of tampering is seen."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evidence.evidence_sample import empty, sample
from workstation.evidence.keys import NAMESPACE, load_or_create
from workstation.evidence.package import Sealed, write_package
from workstation.evidence.verify import verify_package
from workstation.paths import resources_folder


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """One package with hostile labels, made once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("sealed")
    signer = load_or_create(folder / "keys", identity="officer")
    return write_package(sample(hostile=True), folder / "CASE-1-evidence.zip", signer=signer)


@pytest.fixture
def bag(sealed: Sealed, tmp_path: Path) -> Path:
    """The package unpacked, to be damaged."""
    with zipfile.ZipFile(sealed.path) as archive:
        archive.extractall(tmp_path)
    return next(p for p in tmp_path.iterdir() if p.is_dir())


def failed(path: Path, allowed: Path | None = None) -> list[str]:
    return [check.name for check in verify_package(path, allowed_signers=allowed) if not check.ok]


def alone(path: Path) -> int:
    """The stand-alone verifier, without the program and without site packages."""
    call = [sys.executable, "-I", "-S", str(resources_folder() / "verify_package.py"), str(path)]
    return subprocess.run(call, capture_output=True, check=False).returncode


def test_a_fresh_package_verifies_in_every_way(sealed: Sealed, bag: Path, tmp_path: Path) -> None:
    assert failed(sealed.path) == []
    assert alone(sealed.path) == 0
    assert failed(bag) == []
    import bagit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert bagit.Bag(str(bag)).is_valid()
    if shutil.which("sha256sum"):
        call = ["sha256sum", "-c", "--quiet", "tagmanifest-sha256.txt", "manifest-sha256.txt"]
        assert subprocess.run(call, cwd=bag, check=False).returncode == 0


def test_ssh_keygen_accepts_the_signature(sealed: Sealed, bag: Path, tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not on this machine")
    signer = load_or_create(sealed.path.parent / "keys", identity="officer")
    allowed = tmp_path / "allowed"
    allowed.write_text(signer.allowed_line + "\n")
    call = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        str(allowed),
        "-I",
        "officer",
        "-n",
        NAMESPACE,
        "-s",
        "signatures/tagmanifest-sha256.txt.sshsig",
    ]
    with (bag / "tagmanifest-sha256.txt").open("rb") as seal:
        assert subprocess.run(call, stdin=seal, cwd=bag, check=False, capture_output=True).returncode == 0
    assert failed(sealed.path, allowed) == []
    other = load_or_create(tmp_path / "other", identity="stranger")
    allowed.write_text(other.allowed_line + "\n")
    assert failed(sealed.path, allowed) == ["signer"]


def test_the_same_bundle_gives_the_same_bytes_in_another_process(sealed: Sealed, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.evidence.evidence_sample import sample;"
        "from workstation.evidence.keys import load_or_create; from workstation.evidence.package import write_package;"
        "print(write_package(sample(hostile=True), Path(sys.argv[1]), signer=load_or_create(Path(sys.argv[2]),"
        "identity='officer')).zip_sha256)"
    )
    root = resources_folder().parent
    other = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Almaty", "LC_ALL": "C", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "CASE-1-evidence.zip"), str(sealed.path.parent / "keys")],
        env=other, cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split()[-1] == sealed.zip_sha256 == hashlib.sha256(sealed.path.read_bytes()).hexdigest()


def _rehash(bag: Path) -> None:
    """What someone does who changes a file and everything that speaks of it, but has no key."""
    names = sorted(p.relative_to(bag).as_posix() for p in (bag / "data").rglob("*") if p.is_file())
    for kind in ("sha256", "sha512"):
        lines = (f"{hashlib.new(kind, (bag / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
        (bag / f"manifest-{kind}.txt").write_text("".join(lines))
    octets = sum((bag / name).stat().st_size for name in names)
    info = [line for line in (bag / "bag-info.txt").read_text("utf-8").splitlines() if "Payload-Oxum" not in line]
    (bag / "bag-info.txt").write_text("\n".join([*info, f"Payload-Oxum: {octets}.{len(names)}", ""]), "utf-8")
    tags = [line.split("  ")[1] for line in (bag / "tagmanifest-sha256.txt").read_text().splitlines()]
    lines = (f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n" for name in tags)
    (bag / "tagmanifest-sha256.txt").write_text("".join(lines))


def _change_payload(bag: Path) -> None:
    with (bag / "data" / "transfers" / "transfers.csv").open("ab") as file:
        file.write(b"one more row\n")


def _change_everything(bag: Path) -> None:
    _change_payload(bag)
    _rehash(bag)


def _delete(bag: Path) -> None:
    (bag / "data" / "findings" / "findings.csv").unlink()


def _add_payload(bag: Path) -> None:
    (bag / "data" / "extra.txt").write_text("planted")


def _add_root(bag: Path) -> None:
    (bag / "extra.txt").write_text("planted")


def _add_signature(bag: Path) -> None:
    (bag / "signatures" / "second.sig").write_text("planted")


def _no_signature(bag: Path) -> None:
    (bag / "signatures" / "tagmanifest-sha256.txt.sshsig").unlink()


def _broken_signature(bag: Path) -> None:
    file = bag / "signatures" / "tagmanifest-sha256.txt.sshsig"
    lines = file.read_text().split("\n")
    lines[3] = ("A" if lines[3][0] != "A" else "B") + lines[3][1:]
    file.write_text("\n".join(lines))


def _edit_custody(bag: Path) -> None:
    file = bag / "data" / "custody" / "audit.jsonl"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:1], *lines[2:], ""]))
    _rehash(bag)


@pytest.mark.parametrize(
    "tamper",
    [_change_payload, _change_everything, _delete, _add_payload, _add_root, _add_signature, _no_signature,
     _broken_signature, _edit_custody],
)  # fmt: skip
def test_every_kind_of_tampering_is_seen(bag: Path, tamper: Callable[[Path], None]) -> None:
    tamper(bag)
    assert failed(bag) != []
    assert alone(bag) == 1


def test_a_source_that_does_not_hold_the_cited_row_is_seen(bag: Path) -> None:
    source = bag / "data" / "sources" / "0001.bin"
    data = bytearray(source.read_bytes())
    for place in range(len(data)):
        data[place] ^= 1
    source.write_bytes(data)
    assert "every citation stands in its source" in failed(bag)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_refused_in_plain_words(sealed: Sealed, tmp_path: Path, cut: float) -> None:
    data = sealed.path.read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[: int(len(data) * cut)])
    assert failed(tmp_path / "cut.zip") == ["readable"]
    assert alone(tmp_path / "cut.zip") == 1


def test_a_zip_with_a_name_that_climbs_out_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("bag/../../outside.txt", "planted")
    assert failed(tmp_path / "bad.zip") == ["readable"]


def test_hostile_labels_stay_text(sealed: Sealed, bag: Path) -> None:
    page = (bag / "data" / "report" / "graph.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert page.lower().count("<script") == page.lower().count("</script>") <= 2
    assert "<img" not in page.lower()
    table = (bag / "data" / "findings" / "findings.csv").read_text("utf-8")
    assert not any(cell.lstrip('"').startswith(("=", "+", "@")) for cell in table.split(","))
    assert "‮" not in (bag / "data" / "report" / "graph.svg").read_text("utf-8")


def test_an_empty_case_makes_a_package_too(tmp_path: Path) -> None:
    made = write_package(empty(), tmp_path / "EMPTY-evidence.zip", signer=load_or_create(tmp_path / "k", identity="o"))
    assert failed(made.path) == []


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    def stop(part: str) -> None:
        if part == "report":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_package(
            sample(), tmp_path / "X-evidence.zip", signer=load_or_create(tmp_path / "k", identity="o"), progress=stop
        )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k"]


def test_statements_stand_apart_from_transfers_and_every_row_of_them_is_cited(tmp_path: Path) -> None:
    signer = load_or_create(tmp_path / "keys", identity="officer")
    bundle = sample()
    made = write_package(bundle, tmp_path / "CASE-1-evidence.zip", signer=signer)
    with zipfile.ZipFile(made.path) as archive:
        top = archive.namelist()[0].split("/")[0]
        files = {name: archive.read(f"{top}/data/{name}").decode() for name in (
            "statements/events.csv", "statements/events.jsonl", "statements/mentions.jsonl", "prices/prices.csv",
            "transfers/transfers.csv", "transfers/transfers.jsonl",
        )}  # fmt: skip
    (event,) = [json.loads(line) for line in files["statements/events.jsonl"].splitlines()]
    assert (event["amount_text"], event["time_utc"]) == ("79.190001", "2026-01-01T00:00:00Z")
    assert event["details"] == [["Order No", "77"], ["Note", "=1+1"]]
    assert event["citations"][0]["locator"] == "row 2"
    assert "Order No: 77; Note: =1+1" in files["statements/events.csv"]
    assert json.loads(files["statements/mentions.jsonl"])["context"] == "send it to this address"
    assert "0.8512" in files["prices/prices.csv"]
    assert not [name for name in files if name.startswith("transfers/") and "EUR" in files[name]]
    first = json.loads(files["transfers/transfers.jsonl"].splitlines()[0])
    assert (first["from_chain"], first["to_chain"]) == ("tron", "tron")
    (said,) = bundle.prices
    wrong = replace(said, sources=(replace(said.sources[0], offset=said.sources[0].offset + 1),))
    made = write_package(replace(bundle, prices=(wrong,)), tmp_path / "CASE-2-evidence.zip", signer=signer)
    assert failed(made.path) == ["every citation stands in its source"]
    assert alone(made.path) == 1
