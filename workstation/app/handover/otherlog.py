"""Owns custody logs of other cases, kept as exhibits: writing, keeping, reading and checking them.

A line is an entry (header, digest, salt, body) or a signed head. A body may be withheld; the chain holds without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from workstation.app.privatefolder import private_folder
from workstation.casefile import custody
from workstation.casefile.intake import AlreadyInCase, keep
from workstation.casefile.store import Store
from workstation.domain.evidence import Check, CustodyEntry
from workstation.evidence.tables import dump

if TYPE_CHECKING:
    from workstation.app.handover.theirs import Theirs
    from workstation.app.session import Session


def log_lines(theirs: Theirs, tells: Callable[[CustodyEntry], bool] = lambda _: True) -> Iterator[str]:
    """The log and its signed heads, one JSON line each; bodies that are not told are withheld, the chain still holds."""
    for e in theirs.entries:
        header = custody.entry_header(theirs.case_id, e)
        told = tells(e)
        line = {"header": header, "hash": e.digest, "salt": e.salt if told else None, "body": e.body if told else None}
        yield dump(line, indent=None) + "\n"
    for c in theirs.checkpoints:
        yield dump({"message": c.message, "signer": c.signer, "signature": c.signature}, indent=None) + "\n"


def keep_log(session: Session, theirs: Theirs, lines: Iterable[str]) -> int:
    """Keep the custody log of the other case as an exhibit; gives its number."""
    with private_folder() as folder:
        path = folder / f"custody-{theirs.case_id[:8]}-{theirs.entries[-1].sequence}.jsonl"
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
        source = f"{theirs.examiner}, case {theirs.case_id[:8]}"
        try:
            return keep(session.store, path, media_type=custody.MEDIA_TYPE, received_from=source, actor=session.actor)
        except AlreadyInCase as known:
            return known.exhibit


def log_problems(lines: Iterable[str]) -> tuple[int, list[str]]:
    """How many entries a kept log has, and what is wrong with its chain, its bodies and its signatures."""
    from workstation.evidence.keys import CHECKPOINT, signed_by

    previous, count, wrong = custody.GENESIS, 0, []
    heads: dict[int, str] = {}
    for line in lines:
        found = json.loads(line)
        if "header" not in found:
            if not signed_by(found["signer"], found["message"].encode(), found["signature"], CHECKPOINT):
                wrong.append("a signature does not hold")
            said = json.loads(found["message"])
            if heads.get(int(said["seq"])) != said["head"]:
                wrong.append(f"the signed head of entry {said['seq']} is not in the log")
            continue
        header, count = found["header"], count + 1
        if header["seq"] != count or header["prev"] != previous or custody.digest(header) != found["hash"]:
            wrong.append(f"entry {count} was changed or does not follow the entry before it")
        if found["body"] is not None and custody.commit(found["body"], found["salt"] or "") != header["body"]:
            wrong.append(f"the body of entry {count} was changed")
        previous = heads[count] = found["hash"]
    return count, wrong


def checks(store: Store) -> list[Check]:
    """One line for each log of another case that this case keeps."""
    found = []
    for exhibit in store.exhibits():
        if exhibit.media_type == custody.MEDIA_TYPE:
            name = f"log of another case {exhibit.label}"
            try:
                count, wrong = log_problems(b"".join(store.exhibit_bytes(exhibit.number)).decode().splitlines())
            except (ValueError, LookupError, TypeError):
                found.append(Check(name, False, "it cannot be read"))
                continue
            good = f"its {count:,} entries hold together, and so do the signatures on it"
            found.append(Check(name, not wrong, wrong[0] if wrong else good))
    return found
