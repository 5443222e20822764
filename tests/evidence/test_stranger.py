"""A stranger with a shell verifies the package of each demo case, and each kind of tampering is caught by the named tool.

``stranger.sh`` uses sha256sum, bagit, ssh-keygen, openssl and find; nothing of the program.
"""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tests.evidence.test_package import _rehash
from workstation.app import demo, signing
from workstation.app.export import export
from workstation.evidence.keys import load_or_create
from workstation.paths import plugins_folder, resources_folder
from workstation.plugin_host.discovery import discover

TOOLS = ("sh", "sha256sum", "ssh-keygen", "openssl", "find", "bagit.py")
SCRIPT = Path(__file__).with_name("stranger.sh")
_PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
pytestmark = pytest.mark.skipif(
    any(shutil.which(tool, path=_PATH) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
)


def _certificate(folder: Path) -> Path:
    """A certificate of the unit in the folder of keys; gives the file a stranger trusts."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Unit 7")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start.replace(year=2090)).sign(key, hashes.SHA256())
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    data = pkcs12.serialize_key_and_certificates(b"unit", key, made, None, serialization.NoEncryption())
    (folder / signing.CERTIFICATE).write_bytes(data)
    pem = folder.parent / "unit-ca.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return pem


@pytest.fixture(scope="module", params=[demo.ROMANCE, demo.COLONIAL], ids=lambda which: str(which.name))
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a demo case with both signatures; the lists of the stranger lie beside it."""
    folder = tmp_path_factory.mktemp("stranger")
    _certificate(folder / "settings" / "keys")
    with demo.build(request.param, folder / "case.wcase", discover([plugins_folder()]), folder / "settings") as session:
        made = export(session, folder / "case-evidence.zip").path
        (folder / "allowed").write_text(signing.signer(session).allowed_line + "\n")
        (folder / "identity").write_text(signing.signer(session).identity)
    return made


def _unpacked(package: Path, folder: Path) -> Path:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


def _stranger(bag: Path, kept: Path) -> tuple[int, set[str]]:
    """Exit code of the script, and the tools that refused."""
    pem = kept / "settings" / "unit-ca.pem"
    done = subprocess.run(
        ["sh", str(SCRIPT), str(bag), str(kept / "allowed"), (kept / "identity").read_text(), str(pem)],
        env={**os.environ, "PATH": _PATH}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, set(done.stdout.split())


def test_the_package_of_each_demo_case_is_verified(package: Path, tmp_path: Path) -> None:
    assert _stranger(_unpacked(package, tmp_path / "x"), package.parent) == (0, set())


def _by_the_words(bag: Path, kept: Path, number: int) -> tuple[int, str]:
    """Run one of the numbered commands of ``VERIFY.txt`` as it stands there."""
    block = (bag / "VERIFY.txt").read_text("utf-8").split(f"   # {number}\n")[1].split("   # ")[0].split("\n\n")[0]
    for name, source in (("allowed_signers", kept / "allowed"), ("unit-ca.pem", kept / "settings" / "unit-ca.pem"),
                         ("verify_package.py", resources_folder() / "verify_package.py")):  # fmt: skip
        shutil.copyfile(source, bag.parent / name)
    done = subprocess.run(
        ["sh", "-c", block], cwd=bag, env={**os.environ, "PATH": _PATH}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_the_commands_that_the_package_names_work_as_written(package: Path, tmp_path: Path) -> None:
    """Each of them holds for the package, leaves it as it was, and refuses one whose report was changed."""
    bag = _unpacked(package, tmp_path / "x")
    found = {number: _by_the_words(bag, package.parent, number) for number in (1, 2, 3, 4, 5, 7)}
    assert {number: code for number, (code, _) in found.items()} == dict.fromkeys(found, 0)
    assert found[4][1] == ""
    assert found[7][1].endswith("everything holds\n")
    (bag / "extra.txt").write_text("planted")
    assert _by_the_words(bag, package.parent, 4)[0] == 1
    (bag / "extra.txt").unlink()
    _everything(bag)
    found = {number: _by_the_words(bag, package.parent, number) for number in (1, 2, 3, 5, 7)}
    assert [number for number, (code, _) in found.items() if code] == [3, 5, 7]


@pytest.mark.parametrize("heading", ["ENGLISH", "ITALIANO", "РУССКИЙ", "ҚАЗАҚША"])
def test_every_language_explains_every_command(package: Path, heading: str) -> None:
    with zipfile.ZipFile(package) as archive:
        text = archive.read(next(n for n in archive.namelist() if n.endswith("/VERIFY.txt"))).decode()
    told = text.split(f"{heading}\n")[1].split("\n\n")[0]
    assert [number for number in range(1, 9) if f" {number}. " in told] == [1, 2, 3, 4, 5, 6, 7]
    assert all(word in told for word in (".p7s", ".tsr", ".sshsig", "allowed_signers", "unit-ca.pem", "data/custody"))


def _payload(bag: Path) -> None:
    with (bag / "data" / "transfers" / "transfers.csv").open("ab") as file:
        file.write(b"one more row\n")


def _deleted(bag: Path) -> None:
    (bag / "data" / "findings" / "findings.csv").unlink()


def _payload_and_manifest(bag: Path) -> None:
    tag = (bag / "tagmanifest-sha256.txt").read_bytes()
    _payload(bag)
    _rehash(bag)
    (bag / "tagmanifest-sha256.txt").write_bytes(tag)


def _everything(bag: Path) -> None:
    _payload(bag)
    _rehash(bag)


def _added_payload(bag: Path) -> None:
    (bag / "data" / "extra.txt").write_text("planted")


def _added_at_root(bag: Path) -> None:
    (bag / "extra.txt").write_text("planted")


def _added_signature(bag: Path) -> None:
    (bag / "signatures" / "second.sig").write_text("planted")


def _unsigned(bag: Path) -> None:
    (bag / "signatures" / "tagmanifest-sha256.txt.sshsig").unlink()


def _signed_by_another(bag: Path) -> None:
    seal = (bag / "tagmanifest-sha256.txt").read_bytes()
    other = load_or_create(bag.parent.parent / "other", identity="stranger")
    (bag / "signatures" / "tagmanifest-sha256.txt.sshsig").write_bytes(other.sign(seal))


@pytest.mark.parametrize(("tamper", "caught_by"), [
    (_payload, {"sha256sum", "bagit"}), (_deleted, {"sha256sum", "bagit"}), (_payload_and_manifest, {"sha256sum", "bagit"}),
    (_everything, {"ssh-keygen", "openssl"}), (_added_payload, {"bagit", "find"}), (_added_at_root, {"find"}),
    (_added_signature, {"find"}), (_unsigned, {"ssh-keygen"}), (_signed_by_another, {"ssh-keygen"}),
], ids=lambda value: value.__name__.strip("_") if callable(value) else None)  # fmt: skip
def test_each_kind_of_tampering_is_caught_by_the_named_tool(
    package: Path, tmp_path: Path, tamper: Callable[[Path], None], caught_by: set[str]
) -> None:
    bag = _unpacked(package, tmp_path / "x")
    tamper(bag)
    assert _stranger(bag, package.parent) == (1, caught_by)
