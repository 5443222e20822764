"""Owns what report and package tell of kept trace runs: questions in words, methods side by side, stops, first steps.

Everything comes from the kept records; nothing is traced or rounded here. Must not write a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workstation.app.tracing import board, cards, drafts
from workstation.casefile.values import utc
from workstation.evidence.bundle import MethodCard, TraceRun

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.board import Asked, Line

#: Steps and rows that are printed; the records in the package hold all that are kept.
STEPS = 6
ROWS = 25


def runs(session: Session) -> tuple[TraceRun, ...]:
    """Every kept run with its record as it was sealed."""
    return tuple(TraceRun(row.number, row.sha256, row.record) for row in session.store.kept_traces())


def cards_of(session: Session, asked: Sequence[Asked]) -> tuple[MethodCard, ...]:
    """The cards of every method that a kept run used, or that a finding says it rests on."""
    used = {m for each in asked for m in each.methods}
    for row in session.store.rows("finding").values():
        used.update(drafts.cards_named(row["reasons"] or ""))
    known = {path.stem for path in cards.folder().glob("*.md")} - {"README"}
    return tuple(MethodCard(m, cards.text(m)) for m in sorted(used & known))


def asked(session: Session) -> tuple[Asked, ...]:
    """Every question with its runs, the oldest first; the ledgers are built here, so ask once for an export."""
    if not session.store.kept_traces():
        return ()
    return tuple(sorted(board.questions(session), key=lambda a: min(a.numbers)))


def traces(session: Session, questions: Sequence[Asked]) -> tuple[dict[str, Any], ...]:
    """Every question with its runs as JSON-ready values."""
    cited = {row["subject"] for row in session.store.rows("finding_link").values()}
    return tuple(_question(session, one, cited) for one in questions)


def _question(session: Session, asked: Asked, cited: set[Any]) -> dict[str, Any]:
    told = asked.parameters
    made = board.board(asked, board.assets_of(session))
    first = asked.runs[0].record
    figures = next((m for m in asked.methods if m != "poison"), asked.methods[0])
    steps = asked.run(figures).record
    return {
        "title": _title(session, told),
        "asked": question(told),
        "runs": [
            {"number": r.number, "method": r.record["method"], "title": cards.card(r.record["method"]).title,
             "version": r.record["version"], "at": r.at, "actor": r.actor, "sha256": r.sha256,
             "cited": f"run::{r.number}" in cited}
            for r in asked.runs
        ],
        "ledger_hash": first["ledger_hash"],
        "stale": asked.stale,
        "parameters": _parameters(told),
        "through": told["through"],
        "sections": [
            {"title": s.title, "total": len(s.lines), "lines": [_line(session, x, asked) for x in s.lines[:ROWS]]}
            for s in made.sections
        ],
        "remainder": drafts.open_rest(asked),
        "step_method": figures,
        "step_file": f"data/traces/run-{asked.run(figures).number:04d}.json",
        "steps": [{"number": s["number"], "lines": list(s["lines"])} for s in steps["steps"][:STEPS]],
        "steps_total": steps["steps_total"],
        "rows": [
            {"run": r.number, "method": r.record["method"], "holder": h["subject"], "asset": h["asset"],
             "contract": h["contract"], "label": h["label"], "units": h["amount"],
             "amount": "touched" if r.record["method"] == "poison" else h["display"], "stopped": h["stopped"] or ""}
            for r in asked.runs for h in r.record["holders"]
        ],
    }  # fmt: skip


def question(told: Mapping[str, Any]) -> str:
    """What was asked, in one sentence."""
    back = told["direction"] == "backward"
    words = "Where did the money come from" if back else "Where did the money go"
    words += "; tracing goes on through services" if told["through"] else "; tracing stops at labelled services"
    if told["until"] is not None:
        words += f"; nothing {'earlier' if back else 'later'} than {utc(told['until'])}"
    if told["hops"] is not None:
        words += f"; at most {told['hops']} payments away"
    if told["share"] is not None:
        words += f"; shares of {told['share']} and more"
    return words + "."


def _title(session: Session, told: Mapping[str, Any]) -> str:
    refs = ", ".join(s["subject"].partition(":")[2] for s in told["sources"][:3])
    more = len(told["sources"]) - 3
    whole = refs + (f" and {more} more" if more > 0 else "")
    return f"To {whole}, backward" if told["direction"] == "backward" else f"From {whole}"


def _line(session: Session, line: Line, asked: Asked) -> dict[str, Any]:
    groups: dict[str, list[str]] = {}
    for method in asked.methods:
        if method in line.cells:
            groups.setdefault(line.cells[method].words, []).append(method)
    return {
        "what": line.subject.partition(":")[2] if line.subject else line.what,
        "held": "" if not line.cells or line.held is None else drafts.agree(line, asked.methods),
        "cells": [f"{', '.join(methods)}: {words}" for words, methods in groups.items()],
        "reason": line.reason,
    }  # fmt: skip


def _parameters(told: Mapping[str, Any]) -> list[str]:
    """What was set, one line each, then what was left open in one line; the reason to go on stands by itself."""
    words = {name.replace("_", " "): _plain(value) for name, value in sorted(told.items()) if name != "through"}
    left = [name for name, value in words.items() if value == "none"]
    return [f"{name}: {value}" for name, value in words.items() if value != "none"] + (
        [f"not set: {', '.join(left)}"] if left else []
    )


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_plain(item) for item in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items())
    return "none" if value in (None, "") else str(value)
