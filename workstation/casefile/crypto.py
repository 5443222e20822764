"""Owns the way from a passphrase to the key of a case file. Must not keep a passphrase.

The salt is the first 16 bytes of the file, where SQLCipher keeps it: no side file, and the parameters below belong
to the format version.
"""

from __future__ import annotations

from pathlib import Path

from argon2.low_level import Type, hash_secret_raw

from workstation.domain.errors import WorkstationError

SALT_BYTES = 16
_PLAIN = b"SQLite format 3\0"
_MEMORY_KIB, _ROUNDS, _LANES, _KEY_BYTES = 256 * 1024, 3, 4, 32


def new_key(passphrase: str, salt: bytes) -> bytes:
    """Key (32 bytes) and salt (16 bytes) as SQLCipher takes them.

    Raises:
        WorkstationError: empty passphrase.
    """
    if not passphrase:
        raise WorkstationError("WS-CASE-004", "the passphrase is empty", "nothing was changed", "enter a passphrase")
    secret = passphrase.encode("utf-8", "surrogatepass")
    return hash_secret_raw(secret, salt, _ROUNDS, _MEMORY_KIB, _LANES, _KEY_BYTES, Type.ID) + salt


def key_for(path: Path, passphrase: str | None) -> bytes | None:
    """The key of an existing file, None for a plain one.

    Raises:
        WorkstationError: not a case file, passphrase missing, or given for a plain case.
    """
    with path.open("rb") as file:
        salt = file.read(SALT_BYTES)
    if len(salt) < SALT_BYTES:
        raise WorkstationError(
            "WS-CASE-002", f"{path.name} is not a case file", "nothing was changed", "choose a .wcase file"
        )
    if salt == _PLAIN:
        if passphrase is not None:
            raise WorkstationError(
                "WS-CASE-005", "this case is not encrypted", "nothing was changed", "open it without a passphrase"
            )
        return None
    if passphrase is None:
        raise WorkstationError(
            "WS-CASE-003", f"{path.name} is encrypted or not a case file", "nothing was changed",
            "give the passphrase",
        )  # fmt: skip
    return new_key(passphrase, salt)
