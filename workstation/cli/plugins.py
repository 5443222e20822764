"""Owns the verbs ``plugin list``, ``plugin run`` and ``plugin report``. Must not run plugin code itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workstation.app import analyses, pluginreports
from workstation.app.analyses import Analysis
from workstation.app.outfiles import put_beside
from workstation.app.places import bundled_plugins, plugins_with, settings_folder
from workstation.casefile import store
from workstation.cli.answer import Answer
from workstation.cli.opening import passphrase, session
from workstation.domain.errors import WorkstationError
from workstation.plugin_host.approval import running
from workstation.plugin_host.discovery import Plugin
from workstation.sdk.api import Absent, Finding, Proposal, SuggestedTag
from workstation.sdk.settings import Setting


def _plugins(options: Namespace) -> list[Plugin]:
    """The plugins that come with the program, and those in a folder the user names."""
    return plugins_with(options.folder) if options.folder else bundled_plugins()


def listed(options: Namespace) -> Answer:
    """List the analyses; with a name, its settings too."""
    plugins = _plugins(options)
    problems = [f"{p.folder.name}: {p.problem}" for p in plugins if p.problem]
    every = (*analyses.known(plugins), *analyses.reports(plugins))
    found = [each for each in every if options.name in ("", None, each.key, each.entry.id)]
    if options.name and len(found) != 1:
        found = [analyses.named(plugins, options.name)]
    lines: list[str] = []
    for each in found:
        lines.append(f"{each.key}  {each.entry.title}")
        if options.name:
            lines += ["", each.entry.help, "", *map(_setting, each.entry.settings)]
    lines += [f"not usable: {problem}" for problem in problems]
    return Answer({"analyses": [_plain(each) for each in found], "problems": problems}, lines)


def _plain(each: Analysis) -> dict[str, Any]:
    return {
        "key": each.key, "title": each.entry.title, "help": each.entry.help, "version": each.manifest.version,
        "applies_to": each.entry.applies_to, "reads": each.entry.reads, "proposes": each.entry.proposes,
        "settings": [
            {"name": s.name, "type": s.type, "label": s.label, "default": _value(s), "help": s.help}
            for s in each.entry.settings
        ],
    }  # fmt: skip


def _value(of: Setting) -> str | None:
    if of.default is None:
        return None
    if isinstance(of.default, tuple):
        return "/".join(map(str, of.default))
    return {True: "yes", False: "no"}[of.default] if isinstance(of.default, bool) else str(of.default)


def _setting(of: Setting) -> str:
    default = _value(of)
    stated = "must be stated" if default is None else f"default {default}"
    return f"  {of.name} ({of.type}, {stated})  {of.label}{f' [{of.unit}]' if of.unit else ''}"


def run(options: Namespace) -> Answer:
    """Run an analysis on a case and show what it found; the case is not changed."""
    given = _settings(options.set)
    analysis = analyses.named(_plugins(options), options.name)
    with (
        running(analysis.manifest, settings_folder()) as standing,
        store.open_case(options.case, passphrase=passphrase(options), actor=options.actor or "") as opened,
    ):
        outcome = analyses.run(
            opened, analysis, given, selection=options.subject, seed=options.seed, strict=not options.unprotected
        )
        revision = opened.revision
    files: list[Path] = []
    if options.files is not None:
        files = put_beside(outcome.files, options.files)
    answers = [answer_of(each) for each in outcome.answers]
    data = {
        "analysis": analysis.key, "version": analysis.manifest.version, "revision": revision, "seed": options.seed,
        "settings": given, "answers": answers, "refused": outcome.refused, "notes": outcome.notes,
        "layers": dict(outcome.layers), "digest": outcome.digest, "files": sorted(outcome.files),
        "written": list(map(str, files)), "development": standing.development,
    }  # fmt: skip
    lines = [line for each in answers for line in _lines(each)]
    lines += [f"note: {note}" for note in outcome.notes]
    lines += [f"not counted: {why}" for why in outcome.refused]
    lines += [f"wrote {path}" for path in files] or [f"file: {name}" for name in sorted(outcome.files)]
    if standing.development:
        lines.append("DEV: these bytes were approved by nobody; what they say is for their author")
    lines.append(f"{len(answers)} answers, {len(outcome.refused)} not counted; digest {outcome.digest[:16]}")
    return Answer(data, lines)


def report(options: Namespace) -> Answer:
    """Have a report of a plugin written into a folder."""
    found = analyses.named(_plugins(options), options.name, report=True)
    with session(options) as opened:
        written = pluginreports.write(
            opened, found, _settings(options.set), options.out, subjects=options.subject, strict=not options.unprotected
        )
    files = [str(path) for path in written.files]
    lines = [*(f"wrote {name}" for name in files), *(f"note: {note}" for note in written.notes)]
    return Answer({"report": found.key, "files": files, "notes": written.notes}, lines)


def _settings(texts: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise WorkstationError("WS-PLG-003", f"{text[:60]} is no setting", "nothing was run", "write name=value")
        given[name] = value
    return given


def answer_of(given: Finding | Proposal) -> dict[str, Any]:
    """A finding or proposal as plain values."""
    if isinstance(given, Proposal):
        change = given.change
        said: dict[str, Any] = (
            {"what": "tag", "subject": change.subject, "label": change.label, "category": change.category}
            if isinstance(change, SuggestedTag)
            else {"what": "entity", "name": change.name, "members": change.members}
        )
        return {"proposal": said, **answer_of(given.because)}
    return {
        "kind": given.kind, "title": given.title, "explanation": given.explanation, "confidence": given.confidence,
        "subjects": given.subjects, "transfers": given.transfers, "disproof": given.disproof,
        "measures": {n: {"absent": m.reason} if isinstance(m, Absent) else m for n, m in given.measures.items()},
        "citations": [{"exhibit": c.exhibit, "locator": c.locator, "of": c.of} for c in given.citations],
    }  # fmt: skip


def _lines(given: dict[str, Any]) -> list[str]:
    lines = [f"{given['title']}  ({given['confidence']})", f"  {given['explanation']}"]
    if "proposal" in given:
        said = given["proposal"]
        lines.insert(
            0, f"suggests: {said.get('label') or said.get('name')} for {said.get('subject') or len(said['members'])}"
        )
    if given["disproof"]:
        lines.append(f"  What would disprove it: {given['disproof']}")
    return [*lines, f"  {len(given['transfers'])} transfers, {len(given['citations'])} citations", ""]
