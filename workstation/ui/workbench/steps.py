"""Owns how a step and a question of a record are written in the dock, and which things of the case a step names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from workstation.domain.subjects import Subject, parse
from workstation.ui.translate import tr

#: A shorter identifier, such as an account number, could be any figure of a sentence; it stays as it is.
_SHORTEST = 12


def named(steps: Sequence[Mapping[str, Any]], name: Callable[[Subject], str]) -> dict[str, str]:
    """Identifier -> what it is called, for every address of some steps that has a name."""
    from workstation.app.names import short_form

    found = {}
    for subject in dict.fromkeys(subject for told in steps for subject in subjects(told) if subject.kind == "address"):
        called = name(subject)
        if len(subject.ref) >= _SHORTEST and called not in (subject.ref, short_form(subject.ref)):
            found[subject.ref] = f"{called} ({short_form(subject.ref)})"
    return found


def words(told: Mapping[str, Any], called: Mapping[str, str]) -> str:
    """One step with its arithmetic, a line for each sentence; who has a name (:func:`named`) is called by it.

    The record itself holds identifiers only, because a name can change after the run.
    """
    first, *rest = told["lines"]
    found = "\n".join([f"{told['number']}.  {first}", *rest])
    if not called:
        return found
    whole = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, called))})(?!\w)")
    return whole.sub(lambda ref: called[ref.group()], found)


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
