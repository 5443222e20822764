"""Signatures besides the SSH one: asked for, made, attached and checked with the tools a stranger has."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.evidence.evidence_sample import empty
from workstation.domain.errors import WorkstationError
from workstation.evidence import signatures
from workstation.evidence.keys import load_or_create
from workstation.evidence.package import Sealed, write_package
from workstation.evidence.signatures import CmsSigner, attach, load_certificate
from workstation.evidence.verify import verify_package

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")


def _certificate(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, *, stamps: bool = False
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Unit 7")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start.replace(year=2090))
    )  # fmt: skip
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True)
    return made.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def _p12(path: Path, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> Path:
    how = serialization.BestAvailableEncryption(b"correct horse")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"unit", key, _certificate(key), None, how))
    return path


def _package(folder: Path, cms: CmsSigner | None = None) -> Sealed:
    signer = load_or_create(folder / "keys", identity="officer")
    return write_package(empty(), folder / "A-evidence.zip", signer=signer, cms=cms)


def _unpacked(package: Path, folder: Path) -> Path:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


def _run(*call: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, call)], cwd=cwd, capture_output=True, text=True, check=False)


@openssl
def test_the_request_asks_for_a_stamp_over_the_seal(tmp_path: Path) -> None:
    root = _unpacked(_package(tmp_path).path, tmp_path / "x")
    told = _run("openssl", "ts", "-query", "-in", signatures.REQUEST, "-text", cwd=root).stdout
    assert "Hash Algorithm: sha256" in told
    assert "Certificate required: yes" in told
    digest = hashlib.sha256((root / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    dumped = "".join(
        line.split("-", 1)[1][:49].replace(" ", "").replace("-", "") for line in told.splitlines() if " - " in line[:12]
    )
    assert digest in dumped


@openssl
def test_a_stamp_of_an_authority_is_attached_and_holds(tmp_path: Path) -> None:
    package = _package(tmp_path).path
    root = _unpacked(package, tmp_path / "x")
    key = ec.generate_private_key(ec.SECP256R1())
    pem = _certificate(key, stamps=True).public_bytes(serialization.Encoding.PEM)
    (tmp_path / "tsa.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "tsa.key").write_bytes(private)
    (tmp_path / "serial").write_text("01")
    (tmp_path / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\nsigner_digest = sha256\n"
        "default_policy = 1.2.3.4\ndigests = sha256\ness_cert_id_alg = sha256\n"
    )
    made = _run(
        "openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", root / signatures.REQUEST,
        "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "answer.tsr", cwd=tmp_path,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    before = {check.name: check.ok for check in verify_package(package)}
    seal = (root / "tagmanifest-sha256.txt").read_bytes()
    assert attach(package, tmp_path / "answer.tsr") == "signatures/tagmanifest-sha256.txt.tsr"
    after = {check.name: check.ok for check in verify_package(package)}
    assert after == {**before, "time stamp (not checked)": True}
    again = _unpacked(package, tmp_path / "y")
    assert (again / "tagmanifest-sha256.txt").read_bytes() == seal
    checked = _run(
        "openssl", "ts", "-verify", "-in", "signatures/tagmanifest-sha256.txt.tsr", "-data", "tagmanifest-sha256.txt",
        "-CAfile", tmp_path / "tsa.pem", cwd=again,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    with pytest.raises(WorkstationError, match="already"):
        attach(package, tmp_path / "answer.tsr")


@openssl
def test_openssl_accepts_the_signature_of_a_certificate(tmp_path: Path) -> None:
    cms = load_certificate(_p12(tmp_path / "unit.p12", ec.generate_private_key(ec.SECP256R1())), "correct horse")
    package = _package(tmp_path, cms).path
    assert all(check.ok for check in verify_package(package))
    root = _unpacked(package, tmp_path / "x")
    call = (
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signatures.CMS, "-content",
        "tagmanifest-sha256.txt", "-CAfile", signatures.SIGNER, "-purpose", "any", "-out", tmp_path / "out",
    )  # fmt: skip
    assert _run(*call, cwd=root).returncode == 0
    (root / "tagmanifest-sha256.txt").write_bytes(b"another seal")
    assert _run(*call, cwd=root).returncode != 0


def test_a_certificate_that_cannot_sign_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkstationError, match="WS-KEY-010"):
        load_certificate(_p12(tmp_path / "a.p12", ec.generate_private_key(ec.SECP256R1())), "wrong")
    with pytest.raises(WorkstationError, match="WS-KEY-011"):
        load_certificate(_p12(tmp_path / "b.p12", ed25519.Ed25519PrivateKey.generate()), "correct horse")
    (tmp_path / "c.p12").write_bytes(b"no certificate")
    with pytest.raises(WorkstationError, match="WS-KEY-010"):
        load_certificate(tmp_path / "c.p12", None)


@pytest.mark.parametrize(("name", "data", "why"), [
    ("note.exe", b"x", "WS-EXP-020"), ("a.tsr", b"a stamp of another seal", "seal"), ("a.asc", b"", "empty"),
    ("a.asc", b"x" * (1 << 20) + b"y", "larger"),
])  # fmt: skip
def test_what_cannot_be_attached_changes_nothing(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    package = _package(tmp_path).path
    before = package.read_bytes()
    (tmp_path / name).write_bytes(data)
    with pytest.raises(WorkstationError, match=why):
        attach(package, tmp_path / name)
    assert package.read_bytes() == before
    assert not list(tmp_path.glob(".attach-*"))


def test_a_stamp_of_another_seal_fails_the_check(tmp_path: Path) -> None:
    root = _unpacked(_package(tmp_path).path, tmp_path / "x")
    (root / "signatures" / "tagmanifest-sha256.txt.tsr").write_bytes(b"a stamp of another seal")
    assert [check.name for check in verify_package(root) if not check.ok] == ["time stamp"]


def test_a_revoked_key_signs_nothing(tmp_path: Path) -> None:
    package = _package(tmp_path).path
    signer = load_or_create(tmp_path / "keys", identity="officer")
    allowed, revoked = tmp_path / "allowed", tmp_path / "revoked"
    allowed.write_text(signer.allowed_line)
    revoked.write_text("SHA256:somebodyelse\n")
    assert all(check.ok for check in verify_package(package, allowed_signers=allowed, revoked=revoked))
    for line in (signer.fingerprint, signer.allowed_line.split('" ', 1)[-1]):
        revoked.write_text(f"# lost on 3 March\n{line}\n")
        assert [c.name for c in verify_package(package, allowed_signers=allowed, revoked=revoked) if not c.ok] == [
            "signer"
        ]
