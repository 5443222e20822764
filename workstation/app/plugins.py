"""Owns what stays of plugins in a case: kept runs, their answers, and which proposals wait for a person's decision.

A run that fails keeps nothing but a line in the custody log. Must not import plugin code and must not change work
product: commands do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workstation.app import analyses
from workstation.app.analyses import Analysis
from workstation.app.tracing.fingerprint import canonical
from workstation.casefile.plugin_runs import KeptPluginRun
from workstation.casefile.store import Store
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject
from workstation.plugin_host import analyses as host
from workstation.plugin_host.analyses import Outcome
from workstation.plugin_host.approval import running
from workstation.sdk.api import Finding, Proposal
from workstation.sdk.runner import packed, packed_proposal

if TYPE_CHECKING:
    from workstation.app.session import Session


#: What stands before anything that came out of code nobody approved.
DEV = "DEV: "


@dataclass(frozen=True, slots=True)
class PluginRun:
    """A kept run. ``record`` holds all that is needed to run it again, and its answers; ``analysis`` its key."""

    number: int
    at: str
    actor: str
    analysis: str
    sha256: str
    record: Mapping[str, Any]

    @property
    def development(self) -> bool:
        """Whether its code was under development, approved by nobody."""
        return self.record.get("development") is True

    @property
    def source(self) -> str:
        """What tags, entities and findings name as their source: ``plugin ID VERSION``, with DEV where it applies."""
        named = f"plugin {self.record['plugin']} {self.record['version']}"
        return f"{named} {DEV.strip(': ')}" if self.development else named


@dataclass(frozen=True, slots=True)
class Item:
    """One answer of a kept run.

    Attributes:
        run, number: the run, and the place of the answer in it, from 1. source: as :attr:`PluginRun.source`.
        answer: the finding or proposal. word: empty = open, else ``accept``, ``reject`` or ``keep``, with the reason.
        content: equal for equal answers of the same plugin, whichever run gave them. development: see PluginRun.
    """

    run: int
    number: int
    at: str
    analysis: str
    source: str
    answer: Finding | Proposal
    word: str
    reason: str
    content: str
    development: bool = False

    @property
    def key(self) -> str:
        """Key of its decision."""
        return f"{self.run}.{self.number}"

    @property
    def finding(self) -> Finding:
        """The finding, or the one a proposal rests on."""
        return self.answer.because if isinstance(self.answer, Proposal) else self.answer


def known_plugins(session: Session) -> tuple[Analysis, ...]:
    """The analyses that can be run in this session."""
    return analyses.known(session.plugins)


def run_analysis(
    session: Session,
    analysis: Analysis,
    given: Mapping[str, str],
    subjects: Sequence[Subject] = (),
    *,
    seed: int = 0,
    strict: bool = True,
    progress: Callable[[int, int | None, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[PluginRun, Outcome]:
    """Run an analysis on the case as it is now and keep what it answered. Nothing of the work product changes.

    Args:
        given: settings as texts. subjects: where it starts; empty = the whole case.

    Raises:
        WorkstationError: a setting is wrong (exit 2), or the run failed (3, 4, 5); the custody log says so then.
    """
    record, outcome = asked(
        session, analysis, given, tuple(s.key for s in subjects), seed=seed, strict=strict, progress=progress,
        cancelled=cancelled,
    )  # fmt: skip
    return _kept(session, analysis.key, record, outcome), outcome


def asked(
    session: Session,
    analysis: Analysis,
    given: Mapping[str, str],
    selection: tuple[str, ...],
    *,
    seed: int = 0,
    now: int | None = None,
    strict: bool = True,
    progress: Callable[[int, int | None, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[str, Outcome]:
    """Run an analysis; gives its record, canonical, and what came out. Nothing is kept; a failure is logged.

    Args:
        given: settings as texts. selection: keys where it starts. now: seconds it is told as the time; None = now.

    Raises:
        WorkstationError: as :func:`run_analysis`.
    """
    values = analyses.asked(analysis, given)
    now, manifest = int(session.clock()) if now is None else now, analysis.manifest
    standing = None
    try:
        with running(manifest, session.settings_folder) as standing, session.snapshots.now() as taken:
            outcome = host.run(
                manifest, analysis.entry, taken.path, values, selection=selection, seed=seed, now=now, strict=strict,
                progress=progress, cancelled=cancelled, opened=taken.opened,
            )  # fmt: skip
    except WorkstationError as problem:
        body = {
            "analysis": analysis.key, "version": manifest.version, "code": problem.code, "what": problem.what[:300],
            "settings": {name: typed(value) for name, value in values.items()}, "selection": list(selection), "seed": seed,
        }  # fmt: skip
        if standing is not None:
            body["tree"] = standing.tree
        session.store.log("plugin.failed", body, actor=session.actor)
        raise
    question = {
        "plugin": manifest.id, "version": manifest.version, "api": manifest.api, "tree": standing.tree,
        "analysis": analysis.entry.id, "title": analysis.entry.title, "parameters": values, "selection": selection,
        "seed": seed, "now": now, "revision": taken.revision, "snapshot": taken.sha256,
        "development": standing.development,
    }  # fmt: skip
    answered = {
        "answers": [packed_proposal(a) if isinstance(a, Proposal) else packed(a) for a in outcome.answers],
        "refused": outcome.refused, "notes": outcome.notes, "layers": dict(outcome.layers), "digest": outcome.digest,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in outcome.files.items()},
    }  # fmt: skip
    return canonical({**question, **answered}), outcome


def _kept(session: Session, key: str, record: str, outcome: Outcome) -> PluginRun:
    """Keep a record; one that differs from a kept run in its clock only is that run."""
    told = json.loads(record)
    for run in kept_runs(session.store):
        if run.analysis == key and {**run.record, "now": 0} == {**told, "now": 0}:
            return run
    number, _ = session.store.keep_plugin_run(key, record, outcome.files.values(), actor=session.actor)
    return next(run for run in kept_runs(session.store) if run.number == number)


def typed(value: Any) -> str:
    """A value of a setting as a person types it."""
    if isinstance(value, (list, tuple)):
        return "/".join(map(str, value))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def kept_runs(store: Store) -> list[PluginRun]:
    """All kept runs by number."""
    return [
        PluginRun(row.number, row.at, row.actor, row.analysis, row.sha256, _record(store, row))
        for row in store.kept_plugin_runs()
    ]


def _record(store: Store, row: KeptPluginRun) -> Mapping[str, Any]:
    known: Mapping[str, Any] | None = store.derived.get(("plugin record", row.sha256))
    if known is None:
        known = store.derived["plugin record", row.sha256] = MappingProxyType(json.loads(row.record))
    return known


def answers(store: Store) -> list[Item]:
    """Every answer of every kept run, in their order. Equal answers of a plugin share their decision."""
    verdicts = store.rows("verdict")
    found = []
    for run in kept_runs(store):
        for item in _given(store, run):
            row = verdicts.get(item.key)
            found.append(item if row is None else replace(item, word=row["word"] or "", reason=row["reason"] or ""))
    decided = {item.content: item for item in found if item.word}
    return [_as(item, decided.get(item.content, item)) for item in found]


def _given(store: Store, run: PluginRun) -> list[Item]:
    """The answers of a run without any decision; a kept run never changes, so they are unpacked once."""
    known: list[Item] | None = store.derived.get(("plugin answers", f"{run.number} {run.sha256}"))
    if known is None:
        known = []
        for number, given in enumerate(run.record["answers"], 1):
            # Unapproved code never speaks for approved code, also where both say the same.
            asked = [run.record["plugin"], given, *([DEV] if run.development else [])]
            content = hashlib.sha256(canonical(asked).encode()).hexdigest()
            known.append(
                Item(
                    run.number, number, run.at, run.analysis, run.source, host.unpacked(given), "", "", content,
                    run.development,
                )
            )  # fmt: skip
        store.derived["plugin answers", f"{run.number} {run.sha256}"] = known
    return known


def _as(item: Item, decided: Item) -> Item:
    if item.word or not decided.word:
        return item
    return replace(item, word=decided.word, reason=decided.reason)


def from_development(store: Store) -> frozenset[str]:
    """Keys of the tags, entities and findings that a person took over from code under development."""
    runs = {str(run.number) for run in kept_runs(store) if run.development}
    rows = store.rows("verdict").values() if runs else ()
    return frozenset(row["made"] for row in rows if row["run"] in runs and row["made"])


def marked(text: str) -> str:
    """A text with the mark of code under development before it, once."""
    return text if text.startswith(DEV) else DEV + text


def inbox(store: Store, *, open_only: bool = True) -> list[Item]:
    """The proposals that wait for a decision (or all), each once: the first run that made it speaks for later ones."""
    seen: dict[str, Item] = {}
    for item in answers(store):
        if isinstance(item.answer, Proposal) and not (open_only and item.word):
            seen.setdefault(item.content, item)
    return list(seen.values())


def some(store: Store, wanted: Iterable[tuple[int, int]]) -> list[Item]:
    """Answers of kept runs by run and number, in the order asked for, each once.

    Raises:
        WorkstationError: WS-PLG-005 there is none.
    """
    known = {(item.run, item.number): item for item in answers(store)}
    found = []
    for place in dict.fromkeys(wanted):
        if place not in known:
            what = f"run {place[0]} has no answer {place[1]}"
            raise WorkstationError("WS-PLG-005", what, "nothing was changed", "see the list of answers")
        found.append(known[place])
    return found


def one(store: Store, run: int, number: int) -> Item:
    """One answer of a kept run; raises as :func:`some`."""
    return some(store, [(run, number)])[0]
