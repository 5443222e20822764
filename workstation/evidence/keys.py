"""Owns the signing key of this laptop: an Ed25519 SSH key in a folder the caller names, and SSHSIG signatures.

Must not know what is signed, nor check signatures: ``resources/verify_package.py`` does, and ``ssh-keygen -Y verify``,
which every current system has. Signatures are deterministic (Ed25519): the same seal gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from workstation.domain.errors import WorkstationError

#: Namespace of the signature: an SSH signature made for anything else never counts as one of a package.
NAMESPACE = "evidence-package@fundflow-workstation"
KEY_NAME = "evidence_ed25519"
_TYPE = b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_IDENTITY = re.compile(r"[A-Za-z0-9._@+-]{1,80}\Z")


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that can sign. ``identity`` is the name in ``allowed_signers``; the key itself never prints."""

    identity: str
    key: ed25519.Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """The 32 raw bytes of the public key."""
        return self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        """``SHA256:…`` as ``ssh-keygen -l`` prints it."""
        return fingerprint(self.public)

    @property
    def allowed_line(self) -> str:
        """The line the receiver puts into ``allowed_signers``."""
        return allowed_line(self.identity, self.public)

    def sign(self, message: bytes) -> bytes:
        """The armoured SSHSIG signature of a message."""
        digest = hashlib.sha512(message).digest()
        signed = b"SSHSIG" + _string(NAMESPACE.encode()) + _string(b"") + _string(b"sha512") + _string(digest)
        signature = _string(_TYPE) + _string(self.key.sign(signed))
        raw = (
            b"SSHSIG"
            + struct.pack(">I", 1)
            + _string(_blob(self.public))
            + _string(NAMESPACE.encode())
            + _string(b"")
            + _string(b"sha512")
            + _string(signature)
        )
        text = base64.b64encode(raw).decode("ascii")
        lines = [text[i : i + 70] for i in range(0, len(text), 70)]
        return "\n".join([_BEGIN, *lines, _END, ""]).encode("ascii")


def load_or_create(folder: Path, *, identity: str, passphrase: bytes | None = None) -> Signer:
    """The signer in ``folder``, made at first use (private file 0600, OpenSSH format, bcrypt when a passphrase is given).

    Raises:
        WorkstationError: WS-KEY-001 wrong passphrase or unreadable key, WS-KEY-002 not an Ed25519 key,
            WS-KEY-003 identity with other characters than ``A-Z a-z 0-9 . _ @ + -``, WS-KEY-004 a passphrase needs bcrypt.
    """
    if not _IDENTITY.match(identity):
        raise WorkstationError(
            "WS-KEY-003",
            "the signer name holds characters that a signer list cannot hold",
            "no key was made",
            "use letters, digits and . _ @ + - only",
        )
    path = folder / KEY_NAME
    if not path.exists():
        _create(path, identity, passphrase)
    try:
        key = serialization.load_ssh_private_key(path.read_bytes(), passphrase)
    except UnsupportedAlgorithm as problem:
        raise _no_bcrypt() from problem
    except (ValueError, TypeError, OSError) as problem:
        raise WorkstationError(
            "WS-KEY-001",
            "the signing key cannot be opened (wrong or missing passphrase, or damaged file)",
            "nothing was signed",
            "give the passphrase of the key, or restore the key file from its backup",
        ) from problem
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise WorkstationError(
            "WS-KEY-002", "the signing key is not an Ed25519 key", "nothing was signed", "use the key this program made"
        )
    return Signer(identity, key)


def fingerprint(public: bytes) -> str:
    """``SHA256:…`` of a raw Ed25519 public key."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_blob(public)).digest()).decode("ascii").rstrip("=")


def allowed_line(identity: str, public: bytes) -> str:
    """One line of an ``allowed_signers`` file, bound to our namespace."""
    return f'{identity} namespaces="{NAMESPACE}" ssh-ed25519 {base64.b64encode(_blob(public)).decode("ascii")}'


def _create(path: Path, identity: str, passphrase: bytes | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ed25519.Ed25519PrivateKey.generate()
    how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    try:
        data = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, how)
    except UnsupportedAlgorithm as problem:
        raise _no_bcrypt() from problem
    # Written whole under a second name: a cut write must not leave half a key that blocks every later export.
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public + b" " + identity.encode("ascii") + b"\n")
    os.replace(fresh, path)


def _no_bcrypt() -> WorkstationError:
    return WorkstationError(
        "WS-KEY-004",
        "this installation cannot protect a signing key with a passphrase (the package bcrypt is missing)",
        "no key was made or changed",
        "install bcrypt, or keep the key without a passphrase on an encrypted disk",
    )


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _blob(public: bytes) -> bytes:
    return _string(_TYPE) + _string(public)
