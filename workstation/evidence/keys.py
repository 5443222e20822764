"""Owns the signing key of this laptop: an Ed25519 SSH key in a folder the caller names, and SSHSIG signatures.

Must not know what is signed. A package's signature is checked by ``resources/verify_package.py`` and by ``ssh-keygen -Y
verify``, which every current system has; ``signed_by`` is for what stays in the case. Signatures are deterministic (Ed25519): the same seal gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from workstation.domain.errors import WorkstationError

#: Namespace of the signature: an SSH signature made for anything else never counts as one of a package.
NAMESPACE = "evidence-package@fundflow-workstation"
#: Namespace of signatures under heads of the custody log.
CHECKPOINT = "custody-checkpoint@fundflow-workstation"
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

    def sign(self, message: bytes, namespace: str = NAMESPACE) -> bytes:
        """The armoured SSHSIG signature of a message."""
        signature = _string(_TYPE) + _string(self.key.sign(_signed(message, namespace)))
        raw = _head(self.public, namespace) + _string(signature)
        text = base64.b64encode(raw).decode("ascii")
        lines = [text[i : i + 70] for i in range(0, len(text), 70)]
        return "\n".join([_BEGIN, *lines, _END, ""]).encode("ascii")


def load_or_create(folder: Path, *, identity: str, passphrase: bytes | None = None) -> Signer:
    """The signer in ``folder``, made at first use (private file 0600, OpenSSH format, bcrypt when a passphrase is given).

    Raises:
        WorkstationError: WS-KEY-001 wrong passphrase or unreadable key, WS-KEY-002 not an Ed25519 key,
            WS-KEY-003 identity with other characters than ``A-Z a-z 0-9 . _ @ + -``.
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
        _write(path, ed25519.Ed25519PrivateKey.generate(), identity, passphrase)
    try:
        key = serialization.load_ssh_private_key(path.read_bytes(), passphrase)
    except (ValueError, TypeError, OSError, UnsupportedAlgorithm) as problem:
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


def signed_by(public_line: str, message: bytes, signature: str, namespace: str) -> bool:
    """Whether an armoured SSHSIG signature of a message was made with the key of an ``allowed_signers`` line."""
    try:
        public = base64.b64decode(public_line.split()[-1], validate=True)[-32:]
        raw = base64.b64decode("".join(signature.split("\n")[1:-2]), validate=True)
        head = _head(public, namespace)
        if not raw.startswith(head):
            return False
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(raw[-64:], _signed(message, namespace))
    except (InvalidSignature, ValueError, IndexError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """``SHA256:…`` of a raw Ed25519 public key."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_blob(public)).digest()).decode("ascii").rstrip("=")


def allowed_line(identity: str, public: bytes) -> str:
    """One line of an ``allowed_signers`` file, bound to our namespace."""
    return f'{identity} namespaces="{NAMESPACE}" ssh-ed25519 {base64.b64encode(_blob(public)).decode("ascii")}'


def is_protected(folder: Path) -> bool:
    """Whether the key in ``folder`` opens only with a passphrase."""
    try:
        serialization.load_ssh_private_key((folder / KEY_NAME).read_bytes(), None)
    except TypeError:  # so the library says that a passphrase is wanted
        return True
    except (ValueError, UnsupportedAlgorithm, OSError):
        return False
    return False


def protect(folder: Path, passphrase: bytes) -> None:
    """Write the key of ``folder`` again, now with a passphrase.

    Raises:
        WorkstationError: WS-KEY-005 the key has a passphrase; nothing changed.
    """
    if is_protected(folder):
        raise WorkstationError(
            "WS-KEY-005", "the signing key has a passphrase already", "the key was not changed", "go on using it"
        )
    identity, _ = public_part(folder)
    _write(folder / KEY_NAME, load_or_create(folder, identity=identity).key, identity, passphrase)


def public_part(folder: Path) -> tuple[str, bytes]:
    """Identity and raw public key from the ``.pub`` file beside the key; the key itself stays closed.

    Raises:
        WorkstationError: WS-KEY-006 the file is missing or not what this program wrote.
    """
    try:
        kind, blob, identity = (folder / f"{KEY_NAME}.pub").read_text("ascii").split()
        raw = base64.b64decode(blob, validate=True)
    except (OSError, ValueError) as problem:
        raise _no_public() from problem
    if kind != _TYPE.decode() or raw[:-32] != _blob(b"\0" * 32)[:-32] or not _IDENTITY.match(identity):
        raise _no_public()
    return identity, raw[-32:]


def _no_public() -> WorkstationError:
    return WorkstationError(
        "WS-KEY-006", "the public part of the signing key is missing or damaged", "nothing was changed",
        "restore the .pub file from its backup, or write it with: ssh-keygen -y",
    )  # fmt: skip


def _write(path: Path, key: ed25519.Ed25519PrivateKey, identity: str, passphrase: bytes | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    data = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, how)
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


def _signed(message: bytes, namespace: str) -> bytes:
    digest = hashlib.sha512(message).digest()
    return b"SSHSIG" + _string(namespace.encode()) + _string(b"") + _string(b"sha512") + _string(digest)


def _head(public: bytes, namespace: str) -> bytes:
    parts = (_blob(public), namespace.encode(), b"", b"sha512")
    return b"SSHSIG" + struct.pack(">I", 1) + b"".join(map(_string, parts))


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _blob(public: bytes) -> bytes:
    return _string(_TYPE) + _string(public)
