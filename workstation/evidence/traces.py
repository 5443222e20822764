"""Owns the trace files of a package: records as the case seals them, the figures by holder, and the method cards used.

Must not change a record: the SHA-256 of each file is the one in the custody log.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from workstation.evidence import tables
from workstation.evidence.bundle import Bundle
from workstation.evidence.text import guarded

#: A link of Markdown; paper keeps its words.
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_COLUMNS = ("run", "method", "holder", "asset", "contract", "label", "units", "amount", "stopped")


def place(subject: str) -> str:
    """Where the record of a cited run stands: its file in ``data/traces``."""
    return f"run-{int(subject.rpartition(':')[2]):04d}.json"


def write_traces(bundle: Bundle, folder: Path, methods: Path) -> int:
    """Write every record, the questions, what each holder has, and the cards; gives how many cells were guarded."""
    for run in bundle.runs:
        (folder / f"run-{run.number:04d}.json").write_bytes(run.record.encode())
    for card in bundle.cards:
        (methods / f"{card.method}.md").write_text(card.text, encoding="utf-8", newline="\n")
    document = {"case": bundle.case.reference, "traces": [dict(asked) for asked in bundle.traces]}
    (folder / "traces.json").write_text(tables.dump(document) + "\n", encoding="utf-8", newline="\n")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    changed = 0
    for asked in bundle.traces:
        for row in asked["rows"]:
            cells = [guarded(str(row[name])) for name in _COLUMNS]
            changed += sum(was for _, was in cells)
            writer.writerow([cell for cell, _ in cells])
    (folder / "holders.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    return changed


def card_data(bundle: Bundle) -> list[dict[str, Any]]:
    """Cards as headings and lines for paper; marks of Markdown are left out, nothing becomes markup."""
    made = []
    for card in bundle.cards:
        title, parts = card.method, [{"head": "", "lines": [""]}][:0]
        for line in card.text.split("\n"):
            words = _LINK.sub(r"\1", line).replace("**", "").replace("`", "").replace("*", "").strip()
            if line.startswith("# "):
                title = line[2:].strip()
            elif line.startswith("## "):
                parts.append({"head": line[3:].strip(), "lines": []})
            elif words and parts:
                lines = parts[-1]["lines"]
                assert isinstance(lines, list)
                lines.append(words)
        made.append({"method": card.method, "title": title, "parts": parts})
    return made
