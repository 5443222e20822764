"""Owns the files of the custody folder: the log, its signed heads, the register of hand-overs, the witness line.

Must not sign or check anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path

from workstation.domain.evidence import CustodyEntry, HandOver
from workstation.evidence.bundle import Bundle
from workstation.evidence.keys import CHECKPOINT
from workstation.evidence.tables import Sheet, dump, text_file


def write(bundle: Bundle, folder: Path) -> int:
    """Write every file of the folder; gives how many text cells were guarded."""
    guarded = write_custody(bundle.custody, bundle.case.case_id, folder / "custody.csv", folder / "audit.jsonl")
    with text_file(folder / "handovers.csv") as out:
        sheet = Sheet(out, tuple(field.name for field in fields(HandOver)))
        for line in bundle.hand_overs:
            sheet.row((*astuple(line)[:-1], "yes" if line.checked else "no"))
    case = bundle.case
    witness = {
        "case": case.reference, "case_id": case.case_id, "sequence": case.sequence, "head": case.head,
        "line": case.witness, "exported": bundle.exported,
    }  # fmt: skip
    signed = {
        "namespace": CHECKPOINT,
        "checkpoints": [
            {"said": json.loads(c.message), "message": c.message, "signer": c.signer, "signature": c.signature}
            for c in bundle.checkpoints
        ],
    }
    for name, document in (("witness.json", witness), ("checkpoints.json", signed)):
        (folder / name).write_text(dump(document) + "\n", encoding="utf-8", newline="\n")
    return guarded + sheet.guarded


def write_custody(entries: Iterable[CustodyEntry], case_id: str, table: Path, lines: Path) -> int:
    """Write ``custody.csv`` (for people) and ``audit.jsonl`` (the chain itself, checkable line by line)."""
    with text_file(table) as rows, text_file(lines) as out:
        sheet = Sheet(rows, ("sequence", "time", "actor", "kind", "body", "digest"))
        for e in entries:
            body = "(withheld)" if e.body is None else dump(e.body, indent=None)
            sheet.row((e.sequence, e.time, e.actor, e.kind, body, e.digest))
            header = {
                "v": 1, "case": case_id, "seq": e.sequence, "time": e.time, "actor": e.actor, "kind": e.kind,
                "body": e.commitment, "prev": e.previous,
            }  # fmt: skip
            out.write(dump({"header": header, "hash": e.digest, "salt": e.salt, "body": e.body}, indent=None) + "\n")
    return sheet.guarded
