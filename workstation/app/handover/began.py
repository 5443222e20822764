"""Owns where two cases last held the same, by what their custody logs tell of copies, parts and earlier merges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from workstation.app.handover.theirs import Theirs
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import CustodyEntry

if TYPE_CHECKING:
    from workstation.app.session import Session


def began(session: Session, theirs: Theirs) -> tuple[int, dict[tuple[str, str], str]]:
    """The last entry of their log at which this case held what they had, and the names of it here."""
    own, log = session.store.info().case_id, list(session.store.custody())
    began = 0
    keys: dict[tuple[str, str], str] = {}
    if own == theirs.case_id:
        began = _common(log, theirs.entries)
        if began == len(theirs.entries):
            raise WorkstationError(
                "WS-HND-005", "this case has all of that case already", "nothing was changed",
                "merge a case that somebody went on with",
            )  # fmt: skip
    if any(e.kind == "case.part" and e.body and e.body["case_id"] == theirs.case_id for e in log):
        raise WorkstationError(
            "WS-HND-004",
            "this case is a part of that case",
            "nothing was changed",
            "open the whole, and merge the part",
        )
    for entry in theirs.entries:  # a part of this case that somebody went on with
        body = entry.body if entry.kind == "case.part" and isinstance(entry.body, dict) else {}
        if body.get("case_id") == own:
            began = max(began, entry.sequence)
            keys |= {(table, there): here for (table, here), there in _pairs(body.get("keys")).items()}
    done = {e.id for e in session.history.entries() if e.state == "done"}
    for entry in log:
        body = entry.body
        if entry.kind != "case.merge" or not isinstance(body, dict) or body["case_id"] != theirs.case_id:
            continue
        at = int(body["entry"])
        same = at <= len(theirs.entries) and theirs.entries[at - 1].digest == body["head"]
        if same and (
            not body["rows"] or body["step"] in done
        ):  # else it is another branch of that case, or was taken back
            began = max(began, at)
            keys |= _pairs(body["keys"])
    return began, keys


def _common(mine: Sequence[CustodyEntry], theirs: Sequence[CustodyEntry]) -> int:
    both = zip(mine, theirs, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].digest == pair[1].digest, both))


def _pairs(told: object) -> dict[tuple[str, str], str]:
    """``table:key -> key`` of a log entry; what somebody else's log holds may be anything."""
    pairs = told.items() if isinstance(told, dict) else ()
    return {
        (place.partition(":")[0], place.partition(":")[2]): here
        for place, here in pairs
        if isinstance(place, str) and isinstance(here, str)
    }
