"""Owns the signatures of a package besides the SSH one: a time-stamp request, a CMS signature, and what is attached later.

All of them speak of the seal (``tagmanifest-sha256.txt``) and lie outside the manifests, so none of them changes it. Must
not talk to anybody: a request is sent, and an answer fetched, by the user's own means.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509 import Certificate

from workstation.domain.errors import WorkstationError
from workstation.evidence import bag

FOLDER = "signatures"
REQUEST, CMS, SIGNER = f"{FOLDER}/{bag.SEAL}.tsq", f"{FOLDER}/{bag.SEAL}.p7s", f"{FOLDER}/signer.pem"
#: What may be attached later, by the ending of the file: a closed list.
LATER = ("tsr", "p7s", "ots", "asc", "pem")
_LARGEST = 1 << 20
#: RFC 3161, 2.4.1 in DER: version 1, SHA-256 imprint …, and "send your certificate with it".
_ASK = bytes.fromhex("3039020101 3031300d060960864801650304020105000420".replace(" ", ""))
_CERTIFICATE = bytes.fromhex("0101ff")


@dataclass(frozen=True, slots=True)
class CmsSigner:
    """A certificate with its key; the key never prints."""

    certificate: Certificate
    key: Any = field(repr=False)


def timestamp_request(seal: bytes) -> bytes:
    """The request for a time stamp over the seal (RFC 3161); the same seal gives the same request."""
    return _ASK + hashlib.sha256(seal).digest() + _CERTIFICATE


def load_certificate(path: Path, passphrase: str | None) -> CmsSigner:
    """A certificate and its key from a PKCS #12 file.

    Raises:
        WorkstationError: WS-KEY-010 unreadable or wrong passphrase, WS-KEY-011 a kind of key that CMS cannot use here.
    """
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(
            path.read_bytes(), None if passphrase is None else passphrase.encode()
        )
    except (OSError, ValueError, UnsupportedAlgorithm) as problem:
        raise WorkstationError(
            "WS-KEY-010", "the certificate cannot be opened (wrong passphrase, or no PKCS #12 file)", "nothing was signed",
            "name the .p12 file of your unit and its passphrase",
        ) from problem  # fmt: skip
    if certificate is None or not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise WorkstationError(
            "WS-KEY-011", "the file holds no certificate with an RSA or elliptic-curve key", "nothing was signed",
            "ask your unit for a certificate to sign with",
        )  # fmt: skip
    return CmsSigner(certificate, key)


def cms(seal: bytes, signer: CmsSigner) -> tuple[bytes, bytes]:
    """A detached CMS signature over the seal (DER), and the certificate (PEM). It holds the time of signing."""
    made = (
        pkcs7.PKCS7SignatureBuilder().set_data(seal).add_signer(signer.certificate, signer.key, hashes.SHA256())
    ).sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    return made, signer.certificate.public_bytes(serialization.Encoding.PEM)


def name_for(file: Path) -> str:
    """The name an attached file gets, by its ending.

    Raises:
        WorkstationError: WS-EXP-020, an ending that is not in the closed list.
    """
    ending = file.suffix.lower().removeprefix(".")
    if ending not in LATER:
        raise WorkstationError(
            "WS-EXP-020", f"a file ending in .{ending} cannot be attached", "the package was not changed",
            "attach .tsr (time stamp), .p7s (CMS), .ots, .asc (GPG) or .pem (certificate of the signer)",
        )  # fmt: skip
    return SIGNER if ending == "pem" else f"{FOLDER}/{bag.SEAL}.{ending}"


def attach(package: Path, file: Path) -> str:
    """Put a signature made elsewhere into a package; gives its name there. The seal stays, the ZIP hash changes.

    Raises:
        WorkstationError: WS-EXP-020 not in the closed list, WS-EXP-021 it is there already, too large or not readable, or
            speaks of another seal, WS-EXP-002 the disk refused; the package is as it was.
    """
    name = name_for(file)
    try:
        data = file.read_bytes() if file.stat().st_size <= _LARGEST else b""
        with zipfile.ZipFile(package) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise _refused("this is no package of this program: its files are compressed")
            names = {entry.partition("/")[2] for entry in archive.namelist()}
            top = archive.namelist()[0].partition("/")[0]
            seal = archive.read(f"{top}/{bag.SEAL}")
    except (OSError, zipfile.BadZipFile, KeyError, IndexError) as problem:
        raise _refused("the package or the file cannot be read") from problem
    if not data:
        raise _refused("the file is empty or larger than a signature can be")
    if name in names:
        raise _refused(f"the package holds {name} already")
    if name.endswith((".tsr", ".p7s", ".ots")) and hashlib.sha256(seal).digest() not in data:
        raise _refused("the file does not speak of the seal of this package")
    place = Path(tempfile.mkdtemp(prefix=".attach-", dir=package.parent))
    try:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(place)
        (place / name.replace(FOLDER, f"{top}/{FOLDER}", 1)).write_bytes(data)
        bag.pack(place / top, place / "package.zip")
        os.replace(place / "package.zip", package)
        bag.sync_folder(package.parent)
    except OSError as problem:
        raise WorkstationError(
            "WS-EXP-002", f"the package could not be written ({problem.strerror})", "it is as it was",
            "free space, then attach again", 1,
        ) from problem  # fmt: skip
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return name


def _refused(what: str) -> WorkstationError:
    return WorkstationError("WS-EXP-021", what, "the package was not changed", "check both files")
