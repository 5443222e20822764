"""Owns the blocklist as CSV and as plain text for a compliance system. Must not choose addresses."""

from __future__ import annotations

import io

from workstation.evidence.bundle import Bundle
from workstation.evidence.interop.indicators import RULE, Chosen, Marking
from workstation.evidence.tables import Sheet, moment
from workstation.evidence.text import visible

COLUMNS = (
    "chain", "address", "label", "first_seen_utc", "last_seen_utc", "reason", "confidence", "case", "tlp",
    "classification",
)  # fmt: skip


def table(bundle: Bundle, found: Chosen, marked: Marking) -> str:
    """CSV: one line an address; every line carries its marking, because lines get copied."""
    return _table(bundle, found, marked)[0]


def guarded_cells(bundle: Bundle, found: Chosen, marked: Marking) -> int:
    """How many cells of the CSV the formula rule had to change."""
    return _table(bundle, found, marked)[1]


def lines(bundle: Bundle, found: Chosen, marked: Marking) -> str:
    """Plain text: a head in ``#`` lines, then ``chain address`` line by line."""
    head = [
        f"TLP:{marked.tlp.upper()}", f"Classification: {marked.classification or 'none stated'}",
        f"Case {bundle.case.reference}, as of {bundle.exported}", RULE,
        f"{len(found.indicators)} addresses; {found.left_out} cited addresses left out by this rule",
    ]  # fmt: skip
    rows = [f"# {visible(' '.join(line.split()))}" for line in head]
    return "\n".join([*rows, *(f"{i.chain} {i.address}" for i in found.indicators), ""])


def _table(bundle: Bundle, found: Chosen, marked: Marking) -> tuple[str, int]:
    out = io.StringIO(newline="")
    sheet = Sheet(out, COLUMNS)
    for i in found.indicators:
        sheet.row((
            i.chain, i.address, " ".join(i.label.split()), moment(i.first), moment(i.last), " ".join(i.reasons),
            i.confidence, bundle.case.reference, f"TLP:{marked.tlp.upper()}", marked.classification,
        ))  # fmt: skip
    return out.getvalue(), sheet.guarded
