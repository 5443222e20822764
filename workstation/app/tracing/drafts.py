"""Owns how a result of a trace becomes the draft of a finding: claim, what it rests on, what it cites, what it leaves open.

A draft is only words and keys; a person reads it in the finding editor, changes it, and decides how sure it is. Every
figure comes from kept records or from an answer that is handed in. Must not store anything and must not trace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.app.chooser import clean
from workstation.app.tracing import board, cards
from workstation.domain import subjects
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.board import Asked, Line

#: Transactions and transfers that one finding cites; more are counted in its text.
_CITED = 60
_NAME = 80
#: Labels that an exposure finding names.
_SERVICES = 12
#: How the reasons of a finding name the methods they rest on.
CARDS = "Method cards: "


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding that nobody has stated yet. ``subjects``: what it cites, runs among them."""

    claim: str
    basis: str
    reasons: str
    alternatives: str
    disproof: str
    subjects: tuple[Subject, ...]

    def arguments(self) -> dict[str, str]:
        """The arguments of ``finding.new``; how sure it is stays with the person."""
        return {
            "claim": self.claim, "basis": self.basis, "reasons": self.reasons, "alternatives": self.alternatives,
            "disproof": self.disproof, "subjects": ",".join(s.key for s in self.subjects),
        }  # fmt: skip


def of_holder(session: Session, asked: Asked, line: Line) -> Draft:
    """The draft of a row of the board: what stands at a holder, under which methods, between which figures."""
    told = asked.parameters
    back = told["direction"] == "backward"
    name = _name(session, line.subject) if line.subject else clean(line.what, 200)
    start = _sources(session, told)
    held = [m for m in asked.methods if m in line.cells]
    figures = [m for m in held if m != "poison"]
    n, m = len(held), len(asked.methods)
    if line.smallest is not None and line.largest is not None and figures:
        span = _span(line.smallest.words, line.largest.words)
        claim = (
            f"{span} of what {name} gave came to {start}" if back else f"{span} of what left {start} stands at {name}"
        )
        claim += f"; it holds under {n} of {m} methods."
    elif line.cells:
        amounts = ", ".join(f"{cell.words} under {method}" for method, cell in line.cells.items())
        claim = f"Of what was traced {'back ' if back else ''}from {start}: {name}: {amounts}."
    else:
        claim = f"Tracing from {start} stopped at {name}." if line.subject else f"{name}."
    reasons = [_runs(asked)]
    if held:
        reasons.append(agree(line, asked.methods))
    if line.reason:
        reasons.append(f"Why it stands there: {line.reason}." if line.cells else f"Reason: {line.reason}.")
    reasons += open_rest(asked)
    chosen = next(iter(figures or held), asked.methods[0])
    steps = [s for s in asked.run(chosen).record["steps"] if _names(s, line.subject)]
    cited = _moves(steps) or _moves(asked.run(chosen).record["steps"])
    reasons += _more(len(cited))
    holder = (parse(line.subject),) if line.subject and parse(line.subject).kind in ("address", "transaction") else ()
    return Draft(
        claim, "heuristic", "\n".join(reasons), _others(asked.methods), _disproof(held or asked.methods),
        (*(subjects.run(number) for number in asked.numbers), *holder, *cited[:_CITED]),
    )  # fmt: skip


def of_step(session: Session, asked: Asked, method: str, told: Mapping[str, Any]) -> Draft:
    """The draft of one step: what a method does with one payment, with its arithmetic."""
    run = asked.run(method)
    first, *arithmetic = told["lines"]
    said = f"{first.rstrip('.')}: {arithmetic[0]}" if arithmetic else first
    reasons = [
        f"Step {told['number']} of trace run {run.number}: method {method}, version {run.record['version']}, ledger "
        f"{run.record['ledger_hash']}.",
        *arithmetic, *open_rest(asked, (method,)),
    ]  # fmt: skip
    account = (Subject("address", parse(told["subject"]).chain, told["account"]),) if told["account"] else ()
    return Draft(
        f"Under {cards.card(method).title} ({method}): {said}", "heuristic", "\n".join(reasons), _others((method,)),
        _disproof((method,)), (subjects.run(run.number), parse(told["subject"]), *account),
    )  # fmt: skip


def of_exposure(
    target: Subject, sentence: str, amounts: Sequence[str], services: Sequence[str], ledger_hash: str,
    rows: Sequence[Subject],
) -> Draft:  # fmt: skip
    """The draft of an exposure row. ``amounts``: the whole sum it is part of; ``services``: labels that decide it."""
    reasons = [
        "Exposure (semantics version 1, section 4): pro rata (haircut), every labelled service is a barrier; all "
        f"payments of the chain, no window of time. Ledger {ledger_hash}.",
        *amounts,
        *(f"Decided by the label of {name}." for name in services[:_SERVICES]),
        *([f"… and {len(services) - _SERVICES:,} more labels."] if len(services) > _SERVICES else []),
        *_more(len(rows)),
        _cards(("exposure", "haircut")),
    ]  # fmt: skip
    return Draft(
        sentence, "heuristic", "\n".join(reasons), _others(("exposure",)), _disproof(("exposure",)),
        (target, *rows[:_CITED]),
    )  # fmt: skip


def of_path(
    start: Subject, end: Subject, sentence: str, figures: Sequence[str], parameters: str, ledger_hash: str,
    rows: Sequence[Subject], methods: Sequence[str] = (),
) -> Draft:  # fmt: skip
    """The draft of a path: that money can have gone so, beside the figures that say how much and their ``methods``."""
    reasons = [
        f"Paths in time (semantics version 1, section 8): {parameters}. Ledger {ledger_hash}.",
        "A path shows that money can have gone this way, not that it did. How much is attributed needs a method:",
        *figures,
        *_more(len(rows)),
        _cards(("paths", "max_flow", "greedy_flow", *methods)),
    ]  # fmt: skip
    return Draft(
        sentence, "heuristic", "\n".join(reasons), _others(("paths",)), _disproof(("paths", "max_flow")),
        (start, end, *rows[:_CITED]),
    )  # fmt: skip


def _cards(methods: Sequence[str]) -> str:
    return CARDS + ", ".join(methods) + "."


def cards_named(reasons: str) -> list[str]:
    """The methods whose cards a finding names in its reasons; a report prints these cards."""
    lines = [line.removeprefix(CARDS).rstrip(".") for line in reasons.split("\n") if line.startswith(CARDS)]
    return [name.strip() for line in lines for name in line.split(",")]


# --- words ------------------------------------------------------------------------------------------------------------


def agree(line: Line, methods: Sequence[str]) -> str:
    """``Holds under 5 of 7 methods: …; not under …. Smallest …, largest …``."""
    held = [m for m in methods if m in line.cells]
    parts = [f"Holds under {len(held)} of {len(methods)} methods: " + ", ".join(held)]
    other = [m for m in methods if m not in line.cells]
    if other:
        parts.append("not under " + ", ".join(other))
    words = "; ".join(parts) + "."
    if line.smallest is not None and line.largest is not None:
        words += f" Smallest {line.smallest.words}, largest {line.largest.words}."
    if "poison" in held:
        words += " Poison says only that it was touched and gives no amount."
    return words


def open_rest(asked: Asked, methods: Sequence[str] = ()) -> list[str]:
    """What could not be traced, for each method of the question; said also when it is nothing."""
    made = []
    made_of = tuple(methods) or asked.methods
    for method in made_of:
        record = asked.run(method).record
        parts = record["remainder"]
        said = "; ".join(f"{p['display']} {p['reason']}".strip() for p in parts)
        made.append(f"Not with a holder under {method}: {said or 'nothing'}.")
        made += [
            f"Not listed one by one under {method}: {p['display']} {p['reason']}." for p in record.get("unlisted", ())
        ]
    short = sum(s["count"] for s in asked.run(made_of[0]).record["shortfalls_total"])
    if short:
        made.append(f"Payments of more than the case knows the payer had (money of unknown origin): {short:,}.")
    if any(run.stale for run in asked.runs):
        made.append("Stale: the ledger of the case has changed since this was traced.")
    return made


def _runs(asked: Asked) -> str:
    numbers = ", ".join(f"{run.number} ({run.record['method']})" for run in asked.runs)
    first = asked.runs[0].record
    return f"Trace runs {numbers}; version {first['version']}, ledger {first['ledger_hash']}."


def _sources(session: Session, told: Mapping[str, Any]) -> str:
    names = [_name(session, source["subject"]) for source in told["sources"]]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _name(session: Session, key: str) -> str:
    """The label with the whole identifier behind it: a claim must be readable without the case."""
    subject = parse(key)
    label = clean(session.graphs.label(subject), _NAME)
    whole = subject.kind in ("address", "transaction") and "…" not in label and label != subject.ref
    return f"{label} ({subject.ref})" if whole else subject.ref if subject.kind == "address" else label


def _span(smallest: str, largest: str) -> str:
    return f"Exactly {smallest}" if smallest == largest else f"Between {smallest} and {largest}"


def _names(step: Mapping[str, Any], key: str) -> bool:
    if not key:
        return False
    ref = parse(key).ref
    return ref == step["account"] or any(output["to"] == ref for output in step["outputs"])


def _moves(steps: Sequence[Mapping[str, Any]]) -> list[Subject]:
    return list(dict.fromkeys(parse(step["subject"]) for step in steps))


def _more(count: int) -> list[str]:
    return [f"It cites the first {_CITED} of {count:,} movements; the record holds all."] if count > _CITED else []


def _others(methods: Sequence[str]) -> str:
    return _points(methods, cards.ERRORS)


def _disproof(methods: Sequence[str]) -> str:
    return _points(methods, cards.DISPROOF)


def _points(methods: Sequence[str], heading: str) -> str:
    """The first points of each card, each with the methods that name it."""
    named: dict[str, list[str]] = {}
    for method in dict.fromkeys(methods):
        for point in cards.points(method, heading)[: 1 if len(methods) > 1 else 3]:
            named.setdefault(point, []).append(method)
    return "\n".join(f"{', '.join(names)}: {point}" for point, names in named.items())


def line_of(session: Session, asked: Asked, subject: str, asset: str = "", label: str = "") -> Line | None:
    """The row of a holder on the board of a question; the first that fits."""
    made = board.board(asked, board.assets_of(session))
    for section in made.sections:
        for line in section.lines:
            if line.subject == subject and asset in ("", line.asset) and label in ("", line.label):
                return line
    return None
