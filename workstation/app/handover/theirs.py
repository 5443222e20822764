"""Owns opening the case of somebody else, from its case file or from an evidence package, without ever writing to either.

A package is verified first and its case is built again from the sources inside; a case file is opened as a private copy
and every check of it must hold.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workstation.app import custody
from workstation.app.privatefolder import private_folder
from workstation.app.reproduce import rebuilt
from workstation.casefile import store as casefile
from workstation.casefile.store import Store
from workstation.casefile.tables import WORK
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Checkpoint, CustodyEntry
from workstation.plugin_host.discovery import Plugin

#: By table: rows by key.
Rows = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A kept trace run: its record, and the SHA-256 of the record's text."""

    sha256: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Theirs:
    """Another case, open for reading.

    Attributes:
        case_id, title, examiner: what it calls itself. entries, checkpoints: its custody log. store: what it holds; of
            a package, the case that was built again. runs: its kept trace runs. name, sha256: the file it came from.
        chosen: the rows of work product that count; None = all.
    """

    case_id: str
    title: str
    examiner: str
    entries: tuple[CustodyEntry, ...]
    checkpoints: tuple[Checkpoint, ...]
    store: Store
    runs: Mapping[int, KeptRun]
    name: str = ""
    sha256: str = ""
    chosen: Rows | None = None

    def rows(self) -> Rows:
        """Its work product, by every table."""
        return self.chosen or {table: self.store.rows(table) for table in sorted(WORK)}


def of_store(store: Store) -> Theirs:
    """An open case as the other one."""
    info = store.info()
    runs = {run.number: KeptRun(run.sha256, json.loads(run.record)) for run in store.kept_traces()}
    return Theirs(
        info.case_id, info.title, info.examiner, tuple(store.custody()), tuple(store.checkpoints()), store, runs
    )  # fmt: skip


@contextmanager
def opened(
    path: Path, plugins: Sequence[Plugin], *, passphrase: str | None = None, told: Callable[[str], None] | None = None
) -> Iterator[Theirs]:
    """The case in a case file or an evidence package (ZIP or folder).

    Args:
        passphrase: opens a case file that has one. told: hears what is being done.

    Raises:
        WorkstationError: WS-HND-001 a check of the case file does not hold; what opening a case or building it again raises.
    """
    if not path.exists():
        raise WorkstationError(
            "WS-HND-002",
            f"there is no {path.name!r}",
            "nothing was changed",
            "choose a case file or an evidence package",
        )
    with private_folder() as place:
        if path.is_dir() or zipfile.is_zipfile(path):
            with rebuilt(path, place, plugins, told=told, runs=False) as (session, root, _):
                yield _of_package(session.store, root, path)
            return
        store = _copy(path, place, passphrase)
        try:
            bad = [check for check in custody.verify(store) if not check.ok]
            if bad:
                raise WorkstationError(
                    "WS-HND-001", f"the other case does not verify ({bad[0].name}: {bad[0].detail})",
                    "nothing was changed", "ask for the case again, or for an evidence package", 1,
                )  # fmt: skip
            yield replace(of_store(store), name=path.name, sha256=_digest(path))
        finally:
            store.close()


def state_at(entries: Sequence[CustodyEntry], sequence: int) -> Rows:
    """The work product as it was after an entry of a log, from the edits that the log holds."""
    found: Rows = {table: {} for table in sorted(WORK)}
    for entry in entries:
        if entry.sequence > sequence:
            break
        for table, key, after in _edits(entry.body):
            if after is None:
                found[table].pop(key, None)
            else:
                found[table][key] = {**dict.fromkeys(WORK[table].columns.keys()), **after}
    return found


def _edits(body: Any) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Table, key and new row of every edit in the body of an entry; what no program of ours writes is passed over."""
    for edit in body.get("edits", ()) if isinstance(body, dict) else ():
        table, key, after = (edit.get(name) for name in ("table", "key", "after"))
        if table in WORK and isinstance(key, str) and (after is None or isinstance(after, dict)):
            yield table, key, after


def _copy(path: Path, place: Path, passphrase: str | None) -> Store:
    copy = place / "their.wcase"
    try:
        shutil.copyfile(path, copy)
        beside = path.with_name(f"{path.name}-wal")  # the other program was killed: its last changes are in there
        if beside.exists():
            shutil.copyfile(beside, place / f"{copy.name}-wal")
    except OSError as problem:
        raise WorkstationError(
            "WS-HND-002", f"{path.name} cannot be read ({problem.strerror})", "nothing was changed",
            "choose a case file or an evidence package",
        ) from problem  # fmt: skip
    return casefile.open_case(copy, passphrase=passphrase)


def _of_package(store: Store, root: Path, path: Path) -> Theirs:
    lines = (root / "data/custody/audit.jsonl").read_text("utf-8").splitlines()
    entries = tuple(_entry(json.loads(line)) for line in lines)
    signed = json.loads((root / "data/custody/checkpoints.json").read_text("utf-8"))["checkpoints"]
    checkpoints = tuple(Checkpoint(c["said"]["seq"], c["message"], c["signer"], c["signature"]) for c in signed)
    kept = [e.body for e in entries if e.kind == "trace.keep"]
    record = "data/traces/run-{:04d}.json"
    runs = {
        int(e["run"]): KeptRun(e["sha256"], json.loads((root / record.format(int(e["run"]))).read_text("utf-8")))
        for e in kept
    }
    made = entries[0].body
    case_id = json.loads(lines[0])["header"]["case"]
    return Theirs(
        case_id, made["title"], made["examiner"], entries, checkpoints, store, runs, path.name,
        "" if path.is_dir() else _digest(path),
    )  # fmt: skip


def _entry(line: Mapping[str, Any]) -> CustodyEntry:
    header = line["header"]
    return CustodyEntry(
        header["seq"], header["time"], header["actor"], header["kind"], line["body"], line["salt"] or "", header["body"],
        header["prev"], line["hash"],
    )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
