"""Owns which key this user signs with, and whether it can be used without asking. Must not sign anything itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.evidence import keys
from workstation.evidence.keys import Signer

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.evidence.signatures import CmsSigner

#: The file a unit puts its certificate in.
CERTIFICATE = "certificate.p12"


@dataclass(frozen=True, slots=True)
class Public:
    """What others may know of a key. ``line`` belongs into their ``allowed_signers``."""

    identity: str
    fingerprint: str
    line: str
    protected: bool


def folder(session: Session) -> Path:
    """Where the signing key of this user lies."""
    return session.settings_folder / "keys"


def exists(session: Session) -> bool:
    """Whether this user has a signing key."""
    return (folder(session) / keys.KEY_NAME).exists()


def protected(session: Session) -> bool:
    """Whether the key opens only with its passphrase."""
    return exists(session) and keys.is_protected(folder(session))


def ready(session: Session) -> bool:
    """Whether the key is there and opens without a question."""
    return exists(session) and (session.key_passphrase is not None or not protected(session))


def signer(session: Session) -> Signer:
    """The signing key of this user, made at first use, with the passphrase of the session if one is set.

    Raises:
        WorkstationError: WS-KEY-001 to WS-KEY-003 (``evidence.keys``).
    """
    phrase = session.key_passphrase if protected(session) or not exists(session) else None
    return keys.load_or_create(
        folder(session), identity=_identity(session.actor), passphrase=None if phrase is None else phrase.encode()
    )


def has_certificate(session: Session) -> bool:
    """Whether a certificate is configured for this user or unit."""
    return (folder(session) / CERTIFICATE).exists()


def certificate(session: Session) -> CmsSigner | None:
    """The certificate of this user or unit, where one is configured: ``keys/certificate.p12`` in the settings folder.

    Raises:
        WorkstationError: WS-KEY-010 or WS-KEY-011 (``evidence.signatures``).
    """
    if not has_certificate(session):
        return None
    from workstation.evidence import signatures  # slow to load, and few have one

    return signatures.load_certificate(folder(session) / CERTIFICATE, session.certificate_passphrase)


def protect_key(where: Path, name: str, passphrase: str) -> None:
    """Give the key of a folder a passphrase, or make one that has it.

    Raises:
        WorkstationError: WS-KEY-005 it has one already.
    """
    if (where / keys.KEY_NAME).exists():
        keys.protect(where, passphrase.encode())
    else:
        keys.load_or_create(where, identity=_identity(name), passphrase=passphrase.encode())


def public(where: Path, name: str) -> Public:
    """What others may know of the key of a folder; a key without a passphrase is made when there is none."""
    if not (where / keys.KEY_NAME).exists():
        keys.load_or_create(where, identity=_identity(name))
    identity, raw = keys.public_part(where)
    return Public(identity, keys.fingerprint(raw), keys.allowed_line(identity, raw), keys.is_protected(where))


def _identity(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_@+-]+", ".", plain).strip(".")[:80] or "examiner"
