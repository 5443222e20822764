"""Owns ``steps.json`` (what was done, in order, with what, on which bytes) and ``classes.json`` (which files come out the same).

Must not decide what a step is: the bundle says it. The report prints how exhibits were read; every step stands here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from workstation.evidence.bundle import Bundle, Plugin, Step
from workstation.evidence.tables import dump

#: What each class of determinism promises.
CLASSES: Mapping[str, str] = MappingProxyType({
    "A": "byte for byte the same on every machine with the same program version; expected.sha256 holds their hashes",
    "B": "drawn or set from class A: the same bytes on the same build only",
    "kept": "copied as received or kept, or bound to this export: never computed again",
})  # fmt: skip
_DRAWN = ("data/report/",)


def steps_json(bundle: Bundle) -> str:
    """Every step in order with parameters, inputs and outputs by hash, then the code of plugins behind them."""
    return dump({
        "case_zone": bundle.case.zone,
        "steps": [_step(step) for step in bundle.steps],
        "plugins": [_plugin(plugin) for plugin in bundle.plugins],
    }) + "\n"  # fmt: skip


def classes_json(names: Iterable[str], same: Collection[str]) -> str:
    """The class of every file of the payload. ``same``: those of class A."""
    found: dict[str, list[str]] = {name: [] for name in CLASSES}
    for name in sorted(names):
        found["A" if name in same else "B" if name.startswith(_DRAWN) else "kept"].append(name)
    return dump({name: {"means": CLASSES[name], "files": files} for name, files in found.items()}) + "\n"


def _step(s: Step) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": s.number, "action": s.action, "tool": s.tool, "version": s.version, "at": s.at,
        "parameters": dict(s.parameters), "outcome": s.outcome, "custody_entry": s.sequence,
    }  # fmt: skip
    if s.exhibit:
        return told | {
            "exhibit": s.exhibit, "input": f"data/sources/{s.exhibit:04d}.bin", "input_sha256": s.input_sha256,
            "read": s.read, "accepted": s.accepted, "duplicates": s.duplicates, "quarantined": s.quarantined,
            "assumptions": list(s.assumptions), "warnings": list(s.warnings),
        }  # fmt: skip
    told |= {"run": s.run, "input_sha256": s.input_sha256, "output": s.output, "output_sha256": s.output_sha256}
    return told | ({"tree": s.tree} if s.tree else {})


def _plugin(p: Plugin) -> dict[str, Any]:
    file = f"data/reproduce/plugins/{p.sha256}.zip" if p.archive else None
    told = {"id": p.id, "version": p.version, "tree": p.tree, "file": file, "sha256": p.sha256 or None, "use": p.use}
    return told if p.archive else {**told, "absent": p.absent}
