"""Owns the list of runs of plugins in a case: who asked what when, with which code, what came of it, failed ones too.

It reads kept runs and the custody log; it runs and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workstation.app.plugins import Item, PluginRun, answers, kept_runs, typed
from workstation.casefile.store import Store
from workstation.sdk.api import Proposal


@dataclass(frozen=True, slots=True)
class Asked:
    """One run.

    Attributes:
        number: of a kept run; 0 of one that failed and kept nothing. version, tree: of its code. settings: as a person
            types them. subjects: keys where it started. problem: why it failed, empty when it was kept.
        findings, proposals: how many it gave. open: proposals that wait for a decision.
    """

    number: int
    at: str
    actor: str
    analysis: str
    version: str
    tree: str
    settings: Mapping[str, str]
    subjects: tuple[str, ...]
    seed: int
    problem: str = ""
    findings: int = 0
    proposals: int = 0
    open: int = 0
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    digest: str = ""
    development: bool = False

    @property
    def lines(self) -> str:
        """The settings as the command ``plugin.run`` takes them."""
        return "\n".join(f"{name}={value}" for name, value in sorted(self.settings.items()))


def runs(store: Store) -> list[Asked]:
    """Every run of a plugin on this case, the latest first."""
    given: dict[int, list[Item]] = {}
    for item in answers(store):
        given.setdefault(item.run, []).append(item)
    found = [_kept(run, given.get(run.number, ())) for run in kept_runs(store)]
    found += [
        _failed(entry.time, entry.actor, entry.body)
        for entry in store.custody("plugin.failed")
        if isinstance(entry.body, dict)
    ]
    return sorted(found, key=lambda asked: (asked.at, asked.number), reverse=True)


def _kept(run: PluginRun, items: Sequence[Item]) -> Asked:
    record = run.record
    offered = [item for item in items if isinstance(item.answer, Proposal)]
    return Asked(
        run.number, run.at, run.actor, run.analysis, str(record["version"]), str(record["tree"]),
        {str(name): typed(value) for name, value in record["parameters"].items()}, tuple(map(str, record["selection"])),
        int(record["seed"]), "", len(items) - len(offered), len(offered), sum(not item.word for item in offered),
        tuple(sorted(record.get("files", {}))), tuple(map(str, record["notes"])), tuple(map(str, record["refused"])),
        str(record["digest"]), run.development,
    )  # fmt: skip


def _failed(at: str, actor: str, body: Mapping[str, Any]) -> Asked:
    settings = body.get("settings", {})
    return Asked(
        0, at, actor, str(body.get("analysis", "")), str(body.get("version", "")), str(body.get("tree", "")),
        {str(name): str(value) for name, value in settings.items()}, tuple(map(str, body.get("selection", ()))),
        int(body.get("seed", 0)), f"{body.get('code', '')} {body.get('what', '')}".strip(),
    )  # fmt: skip
