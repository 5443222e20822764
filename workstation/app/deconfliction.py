"""Owns deconfliction: two offices learn which addresses both their cases hold, without showing each other the rest.

One office writes keyed hashes (HMAC-SHA-256, RFC 2104) of its addresses into a file; the other computes the same of its
own addresses with the passphrase both agreed on, and compares. Must not write an address, a label or an amount into the
file. What the file cannot hide: how many addresses there are, and, from whoever has the passphrase too, whether any given
address is among them; so the passphrase goes only to the office that may ask.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from argon2.low_level import Type, hash_secret_raw

from workstation.app import outfiles
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, address

if TYPE_CHECKING:
    from workstation.app.session import Session

KIND = "fundflow-deconfliction-1"
#: A passphrase of fewer characters could be guessed from the file alone.
SHORTEST = 16
#: Limits of a file that somebody else wrote.
LARGEST_FILE, MOST = 80 << 20, 1_000_000
#: Argon2id (RFC 9106, second recommended choice); they belong to the version of the format.
_MEMORY_KIB, _ROUNDS, _LANES = 64 * 1024, 3, 4
_DIGEST = 64
_SALT = 32


@dataclass(frozen=True, slots=True)
class Shared:
    """What a comparison found.

    Attributes:
        theirs, mine: how many addresses the file and this case hold. shared: those that are in both, in order.
    """

    theirs: int
    mine: int
    shared: tuple[Subject, ...]


def own(session: Session, *, services: bool = False) -> list[Subject]:
    """The addresses of a case in order; without those of known services, which every second case holds."""
    ledger, names = session.graphs.ledger, session.graphs.names
    found = (address(chain, ref) for chain, ref in ledger.address_ids if ref)
    return sorted((a for a in found if services or names.face(a).role != "service"), key=lambda subject: subject.key)


def write(session: Session, out: Path, passphrase: str, *, services: bool = False, salt: bytes = b"") -> int:
    """Write the keyed hashes of this case's addresses and log it; gives how many.

    Args:
        services: addresses labelled as exchanges and other services, too. salt: 16 bytes; empty = new ones.

    Raises:
        WorkstationError: WS-DCF-001 the passphrase is short, WS-DCF-002 no or too many addresses, WS-EXP-006 the disk
            refused.
    """
    addresses = own(session, services=services)
    if not 0 < len(addresses) <= MOST:
        what = "the case holds no address" if not addresses else f"{len(addresses):,} addresses are too many"
        raise WorkstationError(
            "WS-DCF-002", what, "nothing was written", f"compare a case of one to {MOST:,} addresses"
        )
    salt = salt or secrets.token_bytes(_SALT // 2)
    marks = sorted(mark for mark, _ in _marked(addresses, _key(passphrase, salt)))
    document = {"kind": KIND, "salt": salt.hex(), "count": len(marks), "hashes": marks}
    data = (json.dumps(document, indent=1, sort_keys=True) + "\n").encode("ascii")
    outfiles.put(data, out)
    body = {
        "deconfliction": "written",
        "file": out.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "hashes": len(marks),
    }
    session.store.log("export", body, actor=session.actor)
    return len(marks)


def compare(session: Session, file: Path, passphrase: str, *, check: Callable[[], object] = lambda: None) -> Shared:
    """Which addresses of this case are in a file of another office; both numbers are logged, no address is.

    Args:
        check: called from time to time; it may raise to stop.

    Raises:
        WorkstationError: WS-DCF-001 the passphrase is short, WS-DCF-003 not such a file.
    """
    data = _read(file)
    theirs = frozenset(data["hashes"])
    addresses = own(session, services=True)
    shared = []
    for number, (mark, subject) in enumerate(_marked(addresses, _key(passphrase, bytes.fromhex(data["salt"])))):
        if number % 4096 == 0:
            check()
        if mark in theirs:
            shared.append(subject)
    made = Shared(len(theirs), len(addresses), tuple(shared))
    body = {
        "deconfliction": "compared",
        "file": file.name,
        "theirs": made.theirs,
        "mine": made.mine,
        "shared": len(shared),
    }
    session.store.log("view", body, actor=session.actor)
    return made


def _key(passphrase: str, salt: bytes) -> bytes:
    if len(passphrase) < SHORTEST:
        raise WorkstationError(
            "WS-DCF-001", "the passphrase is too short: it could be guessed from the file", "nothing was written",
            f"agree on one of at least {SHORTEST} characters",
        )  # fmt: skip
    return hash_secret_raw(passphrase.encode("utf-8"), salt, _ROUNDS, _MEMORY_KIB, _LANES, 32, Type.ID)


def _marked(addresses: list[Subject], key: bytes) -> Iterator[tuple[str, Subject]]:
    """Each address with its keyed hash; a case holds an address in its canonical form only."""
    for subject in addresses:
        yield hmac.digest(key, f"{subject.chain}\n{subject.ref}".encode(), "sha256").hex(), subject


def _read(file: Path) -> dict[str, Any]:
    """The document of a file, every part of it checked."""

    def refuse(why: str) -> WorkstationError:
        return WorkstationError(
            "WS-DCF-003", f"{file.name} is no file of keyed hashes ({why})", "nothing was compared",
            "ask for the file again, written by this program",
        )  # fmt: skip

    try:
        if file.stat().st_size > LARGEST_FILE:
            raise refuse("it is too large")
        data = json.loads(file.read_bytes().decode("ascii"))
    except OSError as problem:
        raise refuse(str(problem.strerror)) from problem
    except (ValueError, RecursionError) as problem:
        raise refuse("it cannot be read") from problem
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise refuse("another kind of file")
    hashes, salt = data.get("hashes"), data.get("salt")
    if not _hex(salt, _SALT):
        raise refuse("its salt is damaged")
    if not isinstance(hashes, list) or len(hashes) != data.get("count") or len(hashes) > MOST:
        raise refuse("it is not whole")
    if not all(_hex(mark, _DIGEST) for mark in hashes):
        raise refuse("a hash is damaged")
    return data


def _hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and set(value) <= set("0123456789abcdef")
