"""Owns the steps of a case as the log tells them (read, retracted, traced, run by a plugin) and the code behind them.

Must not run anything. Code is packed for a package only when its bytes are those that ran; otherwise it is said why not.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import CustodyEntry
from workstation.evidence.bundle import Plugin, PluginRun, Step
from workstation.plugin_host.discovery import Plugin as Installed
from workstation.plugin_host.packing import SUMS, pack
from workstation.plugin_host.trees import digest_of, tree_hash

if TYPE_CHECKING:
    from workstation.app.session import Session

_IMPORTS = ("import", "import.rejected", "import.retracted")
#: Work that came from another case, with what the step is called.
_TAKEN: Mapping[str, str] = MappingProxyType({"case.merge": "merge", "case.part": "part"})


def steps(session: Session, log: Sequence[CustodyEntry]) -> tuple[Step, ...]:
    """Every step in the order of the log."""
    hashes = {exhibit.number: exhibit.sha256 for exhibit in session.store.exhibits()}
    traced = {run.number: json.loads(run.record) for run in session.store.kept_traces()}
    ran = {run.number: json.loads(run.record) for run in session.store.kept_plugin_runs()}
    made: list[Step] = []
    for entry in log:
        body = entry.body
        if not isinstance(body, dict):
            continue
        if entry.kind in _IMPORTS:
            made.append(_reading(entry, body, hashes))
        elif entry.kind == "trace.keep" and body["run"] in traced:
            made.append(_trace(entry, body, traced[body["run"]]))
        elif entry.kind == "plugin.keep" and body["run"] in ran:
            made.append(_plugin(entry, body, ran[body["run"]]))
        elif entry.kind in _TAKEN:
            made.append(_taken(entry, body, hashes))
    return tuple(replace(step, number=number) for number, step in enumerate(made, 1))


def plugin_runs(session: Session) -> tuple[PluginRun, ...]:
    """Every kept run of a plugin with its record as it was sealed."""
    return tuple(PluginRun(row.number, row.sha256, row.record) for row in session.store.kept_plugin_runs())


def plugin_files(session: Session) -> tuple[bytes, ...]:
    """What kept runs wrote, equal bytes once, by hash; what the case no longer holds is missing, and the check says so."""
    named = {
        sha for row in session.store.kept_plugin_runs() for sha in json.loads(row.record).get("files", {}).values()
    }
    found = (session.store.plugin_file(sha256) for sha256 in sorted(named))
    return tuple(data for data in found if data is not None)


def code(session: Session, done: Sequence[Step]) -> tuple[Plugin, ...]:
    """The code of every plugin that read or ran in these steps: analyses as they ran, then readers as they are installed."""
    here = {each.manifest.id: each for each in session.plugins if each.manifest is not None}
    asked = {(s.tool.partition("/")[0], s.version, s.tree) for s in done if s.action == "plugin"}
    found = [_packed(here.get(name), name, version, "analysis", tree) for name, version, tree in sorted(asked)]
    read = {s.tool for s in done if s.action == "import" and s.tool}
    for name, each in sorted(here.items()):
        if each.manifest is not None and any(reader.id in read for reader in each.manifest.readers):
            found.append(_packed(each, name, each.manifest.version, "reader"))
    return tuple(found)


def _packed(each: Installed | None, name: str, version: str, use: str, tree: str = "") -> Plugin:
    told = Plugin(name, version, tree, use)
    if each is None:
        return replace(told, absent="it is not installed on the computer of the export")
    try:
        now = tree_hash(each.folder)
        if tree and now != tree:
            return replace(told, absent="the code installed on the computer of the export is not the code that ran")
        with tempfile.TemporaryDirectory(prefix="fundflow-pack-") as place:
            out = Path(place) / "code.zip"
            pack(each.folder, out)
            data = out.read_bytes()
            with ZipFile(out) as packed:
                inside = [(n, packed.read(n)) for n in sorted(packed.namelist()) if n != SUMS]
    except (OSError, ValueError, WorkstationError) as problem:
        return replace(told, absent=f"it cannot be packed ({type(problem).__name__})")
    if digest_of(inside) != now:
        return replace(told, tree=now, absent="it holds files that are not packed")
    return replace(told, tree=now, archive=data, sha256=hashlib.sha256(data).hexdigest())


def _reading(entry: CustodyEntry, body: Mapping[str, Any], hashes: Mapping[int, str]) -> Step:
    gone = entry.kind == "import.retracted"
    parameters = body.get("parameters") or ({"reason": body.get("reason", "")} if gone else {})
    return Step(
        0,
        "retract" if gone else "import",
        str(body.get("reader", "")),
        str(body.get("version", "")),
        {str(k): str(v) for k, v in sorted(parameters.items())},
        int(body["exhibit"]),
        hashes.get(int(body["exhibit"]), ""),
        "retracted" if gone else str(body.get("outcome", "rejected")),
        entry.time,
        read=int(body.get("n_read", 0)),
        accepted=int(body.get("n_accepted", 0)),
        duplicates=int(body.get("n_duplicates", 0)),
        quarantined=int(body.get("n_quarantined", 0)),
        assumptions=tuple(body.get("assumptions", ())),
        warnings=tuple(body.get("warnings", ())),
        sequence=entry.sequence,
    )


def _taken(entry: CustodyEntry, body: Mapping[str, Any], hashes: Mapping[int, str]) -> Step:
    """Rows of another case: its log is the exhibit, its last entry and head say which state it was."""
    told = {name: body[name] for name in ("case_id", "entry", "head", "rows", "same", "conflicts", "left_out", "runs")}
    log = int(body["log"])
    return Step(
        0, _TAKEN[entry.kind], str(body["examiner"]), "", told, log, hashes.get(log, ""), "accepted", entry.time,
        sequence=entry.sequence,
    )  # fmt: skip


def _trace(entry: CustodyEntry, body: Mapping[str, Any], record: Mapping[str, Any]) -> Step:
    return Step(
        0, "trace", str(record["method"]), str(record["version"]), record["parameters"], 0, str(record["ledger_hash"]),
        "kept", entry.time, sequence=entry.sequence, run=int(body["run"]),
        output=f"data/traces/run-{int(body['run']):04d}.json", output_sha256=str(body["sha256"]),
    )  # fmt: skip


def _plugin(entry: CustodyEntry, body: Mapping[str, Any], record: Mapping[str, Any]) -> Step:
    parameters = {name: record[name] for name in ("parameters", "selection", "seed", "now", "revision")}
    return Step(
        0, "plugin", str(body["analysis"]), str(record["version"]), parameters, 0, str(record["snapshot"]),
        "kept, code under development" if record["development"] else "kept", entry.time, sequence=entry.sequence,
        run=int(body["run"]), output=f"data/plugins/run-{int(body['run']):04d}.json",
        output_sha256=str(body["sha256"]), tree=str(record["tree"]),
    )  # fmt: skip
