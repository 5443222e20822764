"""Owns the verbs ``detect``, ``cluster`` and ``redflags``: the bundled analyses on a case, through the plugin host. Changes no case."""

from __future__ import annotations

import hashlib
import json
from argparse import Namespace
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workstation.analysis.redflags.profile import ProfileError, parse
from workstation.app import analyses
from workstation.app.analyses import Analysis
from workstation.app.places import bundled_plugins
from workstation.casefile import store
from workstation.cli.answer import Answer, pairs
from workstation.cli.opening import passphrase
from workstation.cli.plugins import answer_of
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import analyses as host
from workstation.sdk.api import Finding, Proposal

_CLUSTERS = ("clustering/co-spend", "clustering/deposit-reuse", "clustering/exchange-deposit")
#: Other names of the detectors: those of semantics 9 and of AMLworld.
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "temporal-cycle": "cycle", "relay-chain": "relay", "peel-chain": "peel", "random": "random-walk",
        "structuring": "structuring-out",
    }
)  # fmt: skip
#: Names of parameters as semantics 9 writes them.
_SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "W": "window", "Lmin": "shortest", "Lmax": "longest", "rho": "share", "f": "share", "T": "threshold",
        "A": "amount", "D": "silence", "L": "length",
    }
)  # fmt: skip


def detect(options: Namespace) -> Answer:
    """Look for patterns: for all together, or for the named ones one by one."""
    known = {each.entry.id: each for each in analyses.known(bundled_plugins()) if each.manifest.id == "typologies"}
    wanted = [_named(known, name) for name in options.typology] or _by_settings(known, _given(options))
    return _answer(options, list(dict.fromkeys(each.key for each in wanted)))


def _by_settings(known: Mapping[str, Analysis], given: Mapping[str, str]) -> list[Analysis]:
    """All patterns together; with settings that only single detectors have, each detector that lacks none."""
    if set(given) <= {setting.name for setting in known["all"].entry.settings}:
        return [known["all"]]
    single = [each for name, each in known.items() if name != "all"]
    return [each for each in single if all(s.default is not None or s.name in given for s in each.entry.settings)]


def _given(options: Namespace) -> dict[str, str]:
    return {_SYMBOLS.get(name, name): value for name, value in pairs(options.set).items()}


def _named(known: Mapping[str, Analysis], name: str) -> Analysis:
    plain = name.lower().replace("_", "-")
    found = known.get(_NAMES.get(plain, plain))
    if found is None:
        todo = f"name one of {', '.join(known)}"
        raise WorkstationError("WS-DET-001", f"there is no typology {name[:60]!r}", "nothing was run", todo)
    return found


def cluster(options: Namespace) -> Answer:
    """Which addresses are in one hand: by common spending, and by deposit addresses they share."""
    return _answer(options, _CLUSTERS)


def redflags(options: Namespace) -> Answer:
    """All red-flag indicators: hits, or what is missing to compute them."""
    given = {"profile": _file(options.profile)} if options.profile is not None else {}
    made = _answer(options, ("redflags/fatf",), given)
    states = [note.partition(": ") for note in made.data["runs"][0]["notes"][1:]]
    indicators = [{"id": name, "state": state} for name, _, state in states]
    return Answer({**made.data, "indicators": indicators}, made.lines)


def _file(path: Path) -> str:
    try:
        text = path.read_text("utf-8")
        parse(text)
        return text
    except ProfileError as problem:
        raise WorkstationError(
            "WS-DET-004", f"{path.name}: {problem}", "nothing was run", "mend the profile; plugins/redflags/generic.toml shows the form"
        ) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise WorkstationError(
            "WS-DET-003", f"the profile {path.name} cannot be read", "nothing was run", "name a readable text file"
        ) from problem


def _answer(options: Namespace, keys: Iterable[str], given: Mapping[str, str] | None = None) -> Answer:
    plugins = bundled_plugins()
    asked = [analyses.named(plugins, key) for key in keys]
    given = _given(options) if given is None else given
    settings = {setting.name for each in asked for setting in each.entry.settings}
    unknown = sorted(set(given) - settings)
    if unknown:
        todo = f"the settings are {', '.join(sorted(settings))}"
        raise WorkstationError("WS-DET-002", f"there is no setting {unknown[0][:60]!r}", "nothing was run", todo)
    runs: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    with (
        store.open_case(options.case, passphrase=passphrase(options), actor=options.actor or "") as opened,
        analyses.snapshot_of(opened) as path,
    ):
        for each in asked:
            mine = {name: value for name, value in given.items() if any(s.name == name for s in each.entry.settings)}
            values = analyses.asked(each, mine)
            outcome = host.run(each.manifest, each.entry, path, values, strict=not options.unprotected)
            findings += [_finding(each, answer) for answer in outcome.answers]
            runs.append(
                {
                    "analysis": each.key, "version": each.manifest.version, "settings": values, "notes": outcome.notes,
                    "refused": outcome.refused, "digest": outcome.digest, "answers": len(outcome.answers),
                }
            )  # fmt: skip
        revision = opened.revision
    lines = [line for found in findings for line in _lines(found)]
    for run in runs:
        lines += [f"{run['analysis']}: {note}" for note in (*run["notes"], *run["refused"])]
        lines.append(f"{run['analysis']}: {run['answers']} findings, digest {run['digest'][:16]}")
    return Answer({"findings": findings, "runs": runs, "revision": revision}, lines)


def _finding(analysis: Analysis, given: Finding | Proposal) -> dict[str, Any]:
    plain = answer_of(given)
    text = json.dumps([analysis.key, plain], sort_keys=True, ensure_ascii=True, default=str)
    made = {"id": hashlib.sha256(text.encode("ascii")).hexdigest()[:16], **plain}
    if analysis.manifest.id == "typologies":
        made["typology"] = plain["measures"]["pattern"]
    return made


def _lines(found: Mapping[str, Any]) -> list[str]:
    lines = [f"{found['id']}  {found['title']}  ({found['confidence']})", f"  {found['explanation']}"]
    if "proposal" in found:
        said = found["proposal"]
        lines.append(f"  Suggests: {said.get('label') or said.get('name')}")
    lines.append(f"  On: {', '.join(found['subjects'][:5])}{' …' if len(found['subjects']) > 5 else ''}")
    lines += [f"  {name.replace('_', ' ')}: {value}" for name, value in found["measures"].items()]
    lines += [f"  What would disprove it: {found['disproof']}"] if found["disproof"] else []
    return [*lines, f"  {len(found['transfers'])} transfers, {len(found['citations'])} citations", ""]
