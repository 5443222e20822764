"""Owns the verb ``plugin answers``: what kept runs of plugins answered, and what was decided about it."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from workstation.app import plugins
from workstation.casefile import store
from workstation.cli.answer import Answer
from workstation.cli.opening import passphrase
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
