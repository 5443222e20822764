"""Owns what a session does for the custody log: signed checkpoints, the first seal key, hand-overs, the whole check.

The log itself is written by ``casefile``; signatures are made by ``evidence.keys``. Must not change work product.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.casefile.store import Store
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Check, CustodyEntry, HandOver

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.evidence.keys import Signer

#: Entries after which the log is signed again.
EVERY = 500
_HEX = frozenset("0123456789abcdef")


def sign_head(store: Store, signer: Signer, sequence: int | None = None) -> None:
    """Sign the log up to an entry (default: the last), unless that is done already."""
    from workstation.evidence.keys import CHECKPOINT

    at = store.head()[0] if sequence is None else sequence
    store.checkpoint(at, lambda message: (signer.allowed_line, signer.sign(message, CHECKPOINT).decode()))


def sign_if_due(session: Session, *, closing: bool = False) -> bool:
    """Sign the head of the log when enough entries came since the last time, or at closing when any came.

    Only with a key that exists and opens without a question; gives whether it was signed.
    """
    if session.store.unsigned() < (1 if closing else EVERY):
        return False
    from workstation.app import signing  # slow to load, and few sessions sign

    if not signing.ready(session):
        return False
    sign_head(session.store, signing.signer(session))
    return True


def verify(store: Store, *, first_key: str = "", witnesses: Sequence[str] = ()) -> list[Check]:
    """Every check of the case, the signatures of its checkpoints, and what was kept outside of it.

    Args:
        first_key: the first seal key as it was written down; empty: the seals are not checked, and the check says so.
        witnesses: witness lines from papers and packages (``case entry head``).
    """
    from workstation.app.handover import otherlog

    checks = [*verify_case(store), _signatures(store), *otherlog.checks(store)]
    if first_key:
        checks.append(_seals(store, first_key))
    return checks + [_witness(store, line) for line in witnesses]


def _signatures(store: Store) -> Check:
    from workstation.evidence.keys import CHECKPOINT, signed_by

    kept = store.checkpoints()
    bad = [
        c.sequence for c in kept if not signed_by(c.signer, c.message.encode(), c.signature, CHECKPOINT)
    ]  # fmt: skip
    if bad:
        return Check("checkpoint signatures", False, f"the signature at entry {bad[0]} does not hold")
    if not kept:
        return Check("checkpoint signatures", True, "no entry of the log is signed yet")
    names = sorted({c.signer.split(maxsplit=1)[0] for c in kept})
    return Check("checkpoint signatures", True, f"every checkpoint is signed, by {', '.join(names)}")


def _seals(store: Store, first_key: str) -> Check:
    key = "".join(first_key.split()).lower()
    if len(key) != 64 or not _HEX.issuperset(key):
        raise WorkstationError(
            "WS-CUST-010", "the first seal key is not 64 hexadecimal digits", "nothing was checked",
            "type it as it stands on the seal sheet",
        )  # fmt: skip
    found = store.seal_problems(key)
    return Check("custody seals", not found, found[0] if found else "every entry was sealed when it was written")


def _witness(store: Store, line: str) -> Check:
    """A witness line ends with entry and head: ``… · entry 41 · 3fa9…``."""
    parts = line.replace("·", " ").split()
    number, head = (parts[-2], parts[-1].lower()) if len(parts) >= 2 else ("", "")
    if not number.isascii() or not number.isdigit() or not head or not _HEX.issuperset(head):
        raise WorkstationError(
            "WS-CUST-011", "this is not a witness line", "nothing was checked",
            "type the line as it stands at the foot of the paper",
        )  # fmt: skip
    there = next((e.digest for e in store.custody() if e.sequence == int(number)), None)
    if there is None:
        return Check("witness", False, f"entry {number}, which a paper names, is missing from the log")
    same = there.startswith(head)
    what = f"entry {number} is the one the paper names" if same else f"entry {number} is not the one the paper names"
    return Check("witness", same, what)


# --- first key --------------------------------------------------------------------------------------------------------


def release_first_key(store: Store, *, actor: str) -> str:
    """The first seal key, which leaves the case now: write it down, the case forgets it.

    Raises:
        WorkstationError: it has left the case before, or the case is older than seals.
    """
    key = store.first_seal_key()
    if key is None:
        raise WorkstationError(
            "WS-CUST-012", "the first seal key is not in this case (it was written down before)", "nothing was changed",
            "look for the seal sheet or the note with the key",
        )  # fmt: skip
    store.forget_first_seal_key(actor=actor)
    return key


def save_first_key(store: Store, out: Path, *, actor: str) -> Path:
    """Write the first seal key to a new file outside of the case (a stick for the safe), then forget it.

    Raises:
        WorkstationError: the file exists or cannot be written, or the key has left the case before.
    """
    key = store.first_seal_key()
    if key is not None:
        try:
            with out.open("x", encoding="ascii") as file:
                file.write(f"{key}\n")
        except OSError as problem:
            raise WorkstationError(
                "WS-CUST-013", f"the key could not be written ({problem.strerror})", "the case still holds it",
                "choose a new file in a folder you can write to",
            ) from problem  # fmt: skip
    release_first_key(store, actor=actor)
    return out


# --- hand-overs -------------------------------------------------------------------------------------------------------


def hand_overs(entries: Sequence[CustodyEntry]) -> list[HandOver]:
    """The register of hand-overs, oldest first: what was written down, cases that were merged, parts that were written."""
    found = []
    for e in entries:
        body = e.body if isinstance(e.body, dict) else {}
        if e.kind == "custody.handover" and body:
            found.append(HandOver(e.sequence, e.time, **{name: body[name] for name in _FIELDS}))
        elif e.kind == "case.merge" and body:
            item = f"{body['file']} ({body['title']}, entry {body['entry']})"
            found.append(
                HandOver(e.sequence, e.time, "in", body["examiner"], e.actor, item, "merge", body["head"], checked=True)
            )
        elif e.kind == "case.part.written" and body:
            item, seal = f"{body['file']} (graph {body['graph']})", str(body["case_id"])
            found.append(HandOver(e.sequence, e.time, "out", e.actor, "", item, "part of the case", seal, checked=False))
    return found


_FIELDS = ("direction", "giver", "taker", "item", "purpose", "seal", "checked")


def hand_over(session: Session, **said: object) -> CustodyEntry:
    """Write a hand-over into the log. It cannot be undone: a wrong line is followed by one that says so."""
    return session.store.log("custody.handover", {name: said[name] for name in _FIELDS}, actor=session.actor)
