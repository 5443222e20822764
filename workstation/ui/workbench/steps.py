"""Owns how a step and a question of a record are written in the dock, and which things of the case a step names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workstation.domain.subjects import Subject, parse
from workstation.ui.translate import tr


def words(told: Mapping[str, Any]) -> str:
    """One step with its arithmetic, a line for each sentence."""
    first, *rest = told["lines"]
    return "\n".join([f"{told['number']}.  {first}", *rest])


def subjects(told: Mapping[str, Any]) -> list[Subject]:
    """The transaction or transfer of a step, who paid, and who got it."""
    step = parse(told["subject"])
    refs = [told["account"], *(output["to"] for output in told["outputs"])]
    found = [step, *(Subject("address", step.chain, ref) for ref in refs if ref)]
    return list(dict.fromkeys(found))


def question(told: Mapping[str, Any]) -> str:
    """What was asked, in one line: only what differs from the plain question is said."""
    parts = [tr("backward: where it came from") if told["direction"] == "backward" else tr("forward: where it went")]
    amounts = [source for source in told["sources"] if source["amount"] is not None]
    if amounts:
        parts.append(tr("only {n} base units of the source", n=amounts[0]["amount"]))
    if told["asset"]:
        parts.append(told["asset"])
    parts.append(
        tr("goes on through services: {why}", why=told["through"]) if told["through"] else tr("stops at services")
    )
    if told["until"] is not None:
        when = datetime.fromtimestamp(told["until"], UTC).strftime("%Y-%m-%d %H:%M:%S Z")
        parts.append(
            tr("not before {when}", when=when) if told["direction"] == "backward" else tr("until {when}", when=when)
        )
    if told["hops"] is not None:
        parts.append(tr("at most {n} payments away", n=told["hops"]))
    if told["share"] is not None:
        parts.append(tr("shares of {share} and more", share=told["share"]))
    if told["stop"]:
        parts.append(tr("{n} more stops named", n=len(told["stop"])))
    return " · ".join(parts)
