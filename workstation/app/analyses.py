"""Owns running analyses of plugins on an open case: finding them, the snapshot of a state, the run itself.

Must not import plugin code, and changes nothing: what a run gives is shown; a person takes it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from workstation.app.snapshots import Snapshots
from workstation.casefile.store import Store
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import analyses
from workstation.plugin_host.analyses import Outcome
from workstation.plugin_host.discovery import Plugin
from workstation.sdk import settings
from workstation.sdk.manifest import AnalysisEntry, Manifest


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis that can be run. ``key`` is ``plugin id/analysis id``."""

    key: str
    manifest: Manifest
    entry: AnalysisEntry


def known(plugins: Sequence[Plugin]) -> tuple[Analysis, ...]:
    """The analyses of the found plugins, in their order."""
    return tuple(
        Analysis(f"{plugin.manifest.id}/{entry.id}", plugin.manifest, entry)
        for plugin in plugins
        if plugin.manifest is not None and not plugin.problem
        for entry in plugin.manifest.analyses
    )


def reports(plugins: Sequence[Plugin]) -> tuple[Analysis, ...]:
    """The reports of the found plugins, in their order."""
    return tuple(
        Analysis(f"{plugin.manifest.id}/{entry.id}", plugin.manifest, entry)
        for plugin in plugins
        if plugin.manifest is not None and not plugin.problem
        for entry in plugin.manifest.reports
    )


def named(plugins: Sequence[Plugin], key: str, *, report: bool = False) -> Analysis:
    """The analysis (or report) with a key, or with an id that only one plugin has.

    Raises:
        WorkstationError: there is none, or there are several.
    """
    every = reports(plugins) if report else known(plugins)
    found = [each for each in every if key in (each.key, each.entry.id)]
    if len(found) != 1:
        unusable = [p.problem for p in plugins if p.problem and p.folder.name == key.partition("/")[0]]
        if not found and unusable:
            raise WorkstationError(
                "WS-PLG-006", f"the plugin cannot be used: {unusable[0]}", "nothing was run", "mend that first"
            )
        what = f"no analysis is called {key[:80]}" if not found else f"several plugins have an analysis {key[:80]}"
        raise WorkstationError(
            "WS-PLG-001", what, "nothing was run", "see 'workstation plugin list'; write plugin/analysis"
        )
    return found[0]


@contextmanager
def snapshot_of(store: Store) -> Iterator[Path]:
    """A snapshot of the current state in a private folder, which goes at the end; for one run or several."""
    with closing(Snapshots(store)) as snapshots, snapshots.now() as taken:
        yield taken.path


def run(
    store: Store,
    analysis: Analysis,
    given: Mapping[str, str],
    *,
    selection: Sequence[str] = (),
    seed: int = 0,
    now: int = 0,
    strict: bool = True,
    progress: Callable[[int, int | None, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Outcome:
    """Run an analysis on the current state of a case.

    Args:
        given: settings as texts; what is not given has its default. selection: subject keys to start from.

    Raises:
        WorkstationError: a setting is wrong (exit 2), or the run failed (3, 4, 5).
    """
    values = asked(analysis, given)
    with closing(Snapshots(store)) as snapshots, snapshots.now() as taken:
        return analyses.run(
            analysis.manifest, analysis.entry, taken.path, values, selection=tuple(selection), seed=seed, now=now,
            strict=strict, progress=progress, cancelled=cancelled, opened=taken.opened,
        )  # fmt: skip


def asked(analysis: Analysis, given: Mapping[str, str]) -> dict[str, settings.Value]:
    """The values of the settings of an analysis from texts; what is not given has its default.

    Raises:
        WorkstationError: a setting is wrong (exit 2).
    """
    try:
        return settings.values(analysis.entry.settings, given)
    except ValueError as problem:
        raise WorkstationError(
            "WS-PLG-002", str(problem), "nothing was run", f"see 'workstation plugin list {analysis.key}'"
        ) from problem
