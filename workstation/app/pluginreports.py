"""Owns writing a report of a plugin: what it is told of the case, and where its files go. Must not import plugin code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.app import analyses, plugins
from workstation.app.analyses import Analysis
from workstation.app.outfiles import put
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import analyses as host
from workstation.plugin_host.approval import running

if TYPE_CHECKING:
    from workstation.app.session import Session


@dataclass(frozen=True, slots=True)
class Written:
    """Files of a report, in order, and the lines of its log."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def write(
    session: Session, report: Analysis, given: Mapping[str, str], folder: Path, *, subjects: Sequence[str] = (),
    strict: bool = True,
) -> Written:  # fmt: skip
    """Run a report on the case and put its files into a folder; the custody log says which.

    Args:
        given: settings as texts. subjects: keys of what it is about; empty = the whole case.

    Raises:
        WorkstationError: a setting is wrong (exit 2), the run failed (3, 4, 5), it wrote nothing, or a file is there
            already; nothing is written then.
    """
    values, made = analyses.asked(report, given), report.manifest
    with running(made, session.settings_folder) as standing, session.snapshots.now() as taken:
        outcome = host.run(
            made, report.entry, taken.path, values, selection=tuple(subjects), now=int(session.clock()), strict=strict,
            bundle=_told(session), opened=taken.opened,
        )  # fmt: skip
    if not outcome.files:
        raise WorkstationError(
            "WS-PLG-080", f"the report {report.key} wrote no file", "nothing was written", "choose other settings"
        )
    mark = "DEV-" if standing.development else ""  # what unapproved code wrote says so, wherever it goes
    files = {folder / (mark + name): data for name, data in sorted(outcome.files.items())}
    there = [path.name for path in files if path.exists()]
    if there:
        raise WorkstationError(
            "WS-PLG-081", f"{there[0]} is there already", "nothing was written", "choose an empty folder"
        )
    for path, data in files.items():
        put(data, path)
    body = {
        "report": report.key,
        "version": made.version,
        "tree": standing.tree,
        "files": [path.name for path in files],
    }
    session.store.log("plugin.report", body, actor=session.actor)
    return Written(tuple(files), outcome.notes)


def _told(session: Session) -> dict[str, Any]:
    """Head and findings of the case as plain values (``sdk.api.ReportBundle`` without its case)."""
    from workstation.app import export  # slow to load

    store = session.store
    head = export.head(session, export.changes(store))
    links: dict[str, list[str]] = {}
    for row in sorted(store.rows("finding_link").values(), key=lambda r: (r["position"], r["key"])):
        links.setdefault(row["finding"], []).append(row["subject"])
    texts = ("claim", "status", "confidence", "basis", "reasons", "alternatives", "disproof")
    rows = sorted(store.rows("finding").items(), key=lambda item: int(item[1]["number"]))
    unapproved = plugins.from_development(store)
    return {
        "reference": head.reference, "title": head.title, "examiner": head.examiner, "zone": head.zone,
        "witness": head.witness,
        "findings": [
            {
                "label": f"F-{int(row['number']):03d}", "subjects": links.get(key, []),
                **{name: row[name] or "" for name in texts},
                **({"claim": plugins.marked(row["claim"])} if key in unapproved else {}),
            }
            for key, row in rows
        ],
    }  # fmt: skip
