"""Owns the files of the requests to services in a package, and what the report shows of them. Must not judge any."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workstation.evidence.bundle import Bundle
from workstation.evidence.tables import Sheet, dump, text_file

#: Days that have a column of their own.
_DAYS = ("exported", "sent", "acknowledged", "frozen", "renewed", "refused", "closed")
COLUMNS = (
    "id", "service", "asked", "profile", "language", "status", *(f"{word}_on" for word in _DAYS), "frozen", "last_day",
    "reply", "reply_sha256", "pack_sha256", "targets", "note", "author", "at",
)  # fmt: skip
#: Fields of a letter that the report names; all stand in ``requests.json``.
_SHOWN = (
    ("Case number", "case_number"), ("Legal basis", "legal_basis"), ("Addressed to", "addressee"),
    ("Length in days", "freeze_days"),
)  # fmt: skip
_TOLD = (("Frozen", "frozen"), ("Last day", "expiry"), ("Reply", "reply"), ("Note", "note"))


def write_requests(bundle: Bundle, folder: Path) -> int:
    """Write ``requests.csv`` and ``requests.json``; gives how many text cells were guarded."""
    with text_file(folder / "requests.csv") as out:
        sheet = Sheet(out, COLUMNS)
        for r in bundle.requests:
            days = {each["what"]: each["day"] for each in r["days"]}
            sheet.row((
                r["label"], r["service"], r["asked"], r["profile"], r["language"], r["status"],
                *(days.get(word, "") for word in _DAYS), r["frozen"], r["expiry"], r["reply"], r["reply_sha256"],
                r["pack_sha256"], "; ".join(r["targets"]), r["note"], r["author"], r["at"],
            ))  # fmt: skip
    document = {"case": bundle.case.reference, "requests": [dict(r) for r in bundle.requests]}
    (folder / "requests.json").write_text(dump(document) + "\n", encoding="utf-8", newline="\n")
    return sheet.guarded


def request_data(bundle: Bundle) -> list[dict[str, Any]]:
    """The requests as the report shows them: what was asked, day by day what became of it, hashes of pack and reply.

    Names of facts, days and actions are the English words that the languages of the report know.
    """
    return [_shown(r) for r in bundle.requests]


def _shown(r: Mapping[str, Any]) -> dict[str, Any]:
    said = r["fields"]
    facts = [[name, said[field]] for name, field in _SHOWN if said.get(field)]
    hashes = (("Reply", r["reply_sha256"]), ("Pack", r["pack_sha256"]))
    return {
        "label": r["label"], "service": r["service"], "status": r["status"], "targets": r["targets"],
        "facts": [*facts, *([name, r[key]] for name, key in _TOLD if r[key])],
        "actions": [word for word in said.get("actions", "").split(",") if word],
        "days": [[each["day"], each["what"]] for each in r["days"]],
        "hashes": [[name, value] for name, value in hashes if value],
        "author": r["author"], "at": r["at"],
    }  # fmt: skip
