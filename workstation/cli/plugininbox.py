"""Owns the verbs ``plugin answers``, ``runs`` and ``files``: what kept runs of plugins answered, and what was decided about it."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from workstation.app import pluginfiles, pluginruns, plugins
from workstation.casefile import store
from workstation.cli.answer import Answer, table
from workstation.cli.opening import passphrase, session
from workstation.cli.plugins import answer_of
from workstation.sdk.api import Proposal, SuggestedTag

_WORDS = {"": "open", "accept": "accepted", "reject": "rejected", "keep": "kept"}


def answers(options: Namespace) -> Answer:
    """List the proposals that wait for a decision; with ``--all`` every answer of every kept run."""
    with store.open_case(options.case, passphrase=passphrase(options), actor=options.actor or "") as opened:
        found = plugins.answers(opened) if options.all else plugins.inbox(opened)
    lines = []
    for item in found:
        said = ""
        if isinstance(item.answer, Proposal):
            change = item.answer.change
            said = (
                f"{change.label} for {change.subject}"
                if isinstance(change, SuggestedTag)
                else f"{change.name} ({len(change.members)})"
            )
        lines.append(f"run={item.run} number={item.number}  {_WORDS[item.word]}  {said or item.finding.title}")
    waiting = sum(isinstance(item.answer, Proposal) and not item.word for item in found)
    lines.append(f"{waiting} proposals wait for a decision: run CASE plugin.accept or plugin.reject run=N number=N")
    data: list[dict[str, Any]] = [
        {"run": item.run, "number": item.number, "decision": item.word, "reason": item.reason, "source": item.source,
         **answer_of(item.answer)}
        for item in found
    ]  # fmt: skip
    return Answer({"answers": data, "waiting": waiting}, lines)


def runs(options: Namespace) -> Answer:
    """List the runs of plugins on a case, the latest first."""
    with store.open_case(options.case, passphrase=passphrase(options), actor=options.actor or "") as opened:
        found = pluginruns.runs(opened)
    rows = [
        (
            str(each.number or "-"), each.at, each.actor, each.analysis, each.version,
            each.problem or f"{each.findings} findings, {each.proposals} proposals ({each.open} open)",
        )
        for each in found
    ]  # fmt: skip
    data = [{**asdict(each), "settings": dict(each.settings)} for each in found]
    return Answer({"runs": data}, table(("run", "time", "by", "analysis", "version", ""), rows))


def files(options: Namespace) -> Answer:
    """List the files that kept runs wrote; with ``--out`` put those of one run, or of all, into a folder."""
    with session(options) as opened:
        runs = [run for run in plugins.kept_runs(opened.store) if options.number in (None, run.number)]
        found = [(run, file) for run in runs for file in pluginfiles.files(run)]
        if options.out is not None:
            for run, file in found:
                pluginfiles.save(
                    opened, run, file, options.out / (f"run-{run.number}" if len(runs) > 1 else "") / file.name
                )
    data = [
        {"run": run.number, "analysis": run.analysis, "file": file.name, "sha256": file.sha256} for run, file in found
    ]
    lines = [f"run={run.number}  {file.name}  {file.sha256}" for run, file in found]
    lines.append(f"{len(found)} files" + (f" written into {options.out}" if options.out is not None else ""))
    return Answer({"files": data, "out": None if options.out is None else str(options.out)}, lines)
