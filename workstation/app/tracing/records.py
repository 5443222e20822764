"""Owns kept trace runs: keeping, listing, running again, comparing, and saying when the ledger has changed since.

A kept run is never changed; it is evidence of what was asked and answered. The record holds no time and no name (its
row does), so that the same question on the same ledger gives the same bytes. Must not trace by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.app.tracing import compare, conversions, question, runs
from workstation.app.tracing.books import Books
from workstation.app.tracing.fingerprint import canonical
from workstation.app.tracing.runs import Run, Watch
from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.question import Question


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept run. ``stale``: the ledger is another one now, so the run may have another answer today."""

    number: int
    at: str
    actor: str
    sha256: str
    record: dict[str, Any]
    stale: bool


def books(session: Session) -> Books:
    """The ledgers of the case as it is now."""
    return Books(session.store, session.graphs.ledger, conversions.declared(session.store))


def trace(
    session: Session, asked: Question, *, watch: Watch | None = None, ledgers: Books | None = None
) -> tuple[Run, ...]:
    """Run a question on the case as it is now; nothing is kept."""
    return runs.run(ledgers or books(session), session.graphs.names, asked, watch=watch)


def keep(session: Session, made: Sequence[Run]) -> list[int]:
    """Keep runs; gives their numbers. A run that is kept already, byte for byte, keeps its number."""
    kept = []
    for run in made:
        number, _ = session.store.keep_trace(canonical(run.record), run.record["ledger_hash"], actor=session.actor)
        kept.append(number)
    return kept


def kept(session: Session, watch: Watch | None = None) -> list[Kept]:
    """All kept runs by number."""
    ledgers = books(session)
    return [
        _kept(row.number, row.at, row.actor, row.sha256, row.record, ledgers, watch)
        for row in session.store.kept_traces()
    ]


def one(session: Session, number: int, watch: Watch | None = None) -> Kept:
    """One kept run.

    Raises:
        WorkstationError: WS-TRC-106 there is no such run.
    """
    row = session.store.kept_trace(number)
    if row is None:
        raise WorkstationError(
            "WS-TRC-106", f"there is no trace run {number}", "nothing was changed", "see the list of runs"
        )
    return _kept(row.number, row.at, row.actor, row.sha256, row.record, books(session), watch)


def _kept(number: int, at: str, actor: str, sha256: str, text: str, ledgers: Books, watch: Watch | None) -> Kept:
    record = json.loads(text)
    return Kept(number, at, actor, sha256, record, ledgers.digest(record["ledgers"], watch) != record["ledger_hash"])


@dataclass(frozen=True, slots=True)
class Again:
    """A kept run, run again. ``identical``: byte for byte; else what differs by holder."""

    kept: Kept
    run: Run
    identical: bool
    differences: list[dict[str, Any]]


def again(session: Session, number: int, *, watch: Watch | None = None) -> Again:
    """Ask the question of a kept run again on the case as it is now; the kept run stays as it is.

    Barriers come from the labels of today: a new label can change the answer although the ledger is the same.
    """
    was = one(session, number)
    asked = question.question(was.record["parameters"], (was.record["method"],))
    (now,) = trace(session, asked, watch=watch)
    same = canonical(now.record) == canonical(was.record)
    return Again(was, now, same, compare.differences(was.record, now.record))
