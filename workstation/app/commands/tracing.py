"""Owns the commands that trace: a question about the selection, run as a job; its runs are kept and never undone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.app import bus
from workstation.app.commands.registry import Arguments, Command, Parameter, Result, bad_argument
from workstation.app.jobs import Job
from workstation.app.times import moment
from workstation.app.tracing import records, runs
from workstation.app.tracing.question import METHODS, PRECISIONS, Direction, Question, dust, share
from workstation.app.tracing.sources import Source
from workstation.domain.amounts import Asset, parse_decimal
from workstation.domain.chains import CHAINS
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

_KINDS = ("address", "transaction", "transfer")


def traceable(subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The subjects that can be a source of a trace."""
    return tuple(s for s in subjects if s.kind in _KINDS)


def needs_source(session: Session) -> str:
    """On when an address, a transaction or a transfer is selected."""
    return "" if traceable(session.selection) else "select an address, a transaction or a transfer first"


def methods_for(subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Every method that all ledgers of the subjects allow."""
    kinds = {s.chain in CHAINS and CHAINS[s.chain].model == "utxo" for s in subjects}
    allowed = [set(UTXO_METHODS if coins else ACCOUNT_METHODS) for coins in kinds]
    return tuple(name for name in METHODS if all(name in names for names in allowed))


def assets_for(session: Session, subjects: Sequence[Subject]) -> list[Asset]:
    """The assets of the chains of the subjects, in order of chain and symbol."""
    chains = {s.chain for s in subjects}
    listed = session.graphs.ledger.columns.assets.values()
    return sorted((a for a in listed if a.chain in chains), key=lambda a: (a.chain, a.symbol, a.contract))


def _units(session: Session, subjects: Sequence[Subject], text: str, asset: str) -> int | None:
    """Base units of an amount that is written in coins of an asset."""
    if not text.strip():
        return None
    wanted = asset.strip().lower()
    fits = [a for a in assets_for(session, subjects) if not wanted or wanted in (a.symbol.lower(), a.contract.lower())]
    if len({a.decimals for a in fits}) != 1:
        raise bad_argument(
            "amount", "several assets fit" if fits else "no asset fits", "name the asset by its contract"
        )
    try:
        units = parse_decimal(text.strip(), fits[0].decimals)
    except ValueError as problem:
        raise bad_argument("amount", f"{text[:40]!r}: {problem}", "write it like 12.5") from problem
    if units == 0:
        raise bad_argument("amount", "nothing would be traced", "write more than 0, or leave it out")
    return units


def asked(session: Session, arguments: Arguments, direction: Direction) -> Question:
    """The question behind the arguments.

    Raises:
        WorkstationError: an argument cannot be used.
    """
    subjects = traceable(arguments["subjects"])
    if not subjects:
        raise bad_argument("subjects", "holds no address, transaction or transfer", "select one")
    units = _units(session, subjects, arguments["amount"], arguments["asset"])
    if units is not None and len(subjects) > 1:
        raise bad_argument("amount", "belongs to one source", "select one source, or leave the amount out")
    if any(s.kind != "address" for s in arguments["stop"]):
        raise bad_argument("stop", "names something that is no address", "name addresses, with commas between them")
    labels = _labels(arguments["label"], len(subjects))
    names = tuple(dict.fromkeys(name.strip() for name in arguments["methods"].split(",") if name.strip()))
    hops = arguments["hops"].strip()
    if hops and not (hops.isascii() and hops.isdigit() and len(hops) < 7):
        raise bad_argument("hops", f"{hops[:20]!r} is not a whole number", "write digits only")
    until = arguments["until"].strip()
    return Question(
        sources=tuple(Source(s, label or _own_label(s), units) for s, label in zip(subjects, labels, strict=True)),
        methods=names or methods_for(subjects),
        direction=direction,
        stop=tuple(arguments["stop"]),
        through=arguments["through"].strip(),
        until=moment(until, end=direction == "forward") if until else None,
        hops=int(hops) if hops else None,
        share=share(arguments["share"]) if arguments["share"].strip() else None,
        asset=arguments["asset"].strip(),
        shortfall=arguments["shortfall"],
        arithmetic=PRECISIONS[arguments["precision"]],
        dust=dust(arguments["dust"]) if arguments["dust"].strip() else None,
    )


def _labels(text: str, sources: int) -> list[str]:
    """One label for all sources, or one for each with semicolons between them; empty = the identifier."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) == 1:
        return parts * sources
    if len(parts) != sources:
        raise bad_argument("label", f"names {len(parts)} labels for {sources} sources", "write one, or one for each")
    return parts


def _own_label(subject: Subject) -> str:
    """A source without a label is called by its identifier: a label of the case could change and with it the run."""
    return f"transfer {subject.ref}" if subject.kind == "transfer" else subject.ref


def _run(direction: Direction | None, session: Session, arguments: Arguments) -> Result:
    question = asked(session, arguments, direction or arguments["direction"])
    ledgers, names = records.books(session), session.graphs.names

    def work(job: Job) -> list[int]:
        made = runs.run(ledgers, names, question, watch=job.progress)
        job.progress(0)
        return records.keep(session, made)

    def finished(job: Job) -> None:
        if job.state == "done":
            session.bus.publish(bus.CaseChanged(session.store.revision, ("trace_run",)))

    word = "forward" if question.direction == "forward" else "backward"
    title = f"Trace {word} from {_said(session, question)}"
    return Result("Trace", job=session.jobs.submit(title, work, lane="case", finished=finished))


def _said(session: Session, question: Question) -> str:
    first = session.graphs.label(question.sources[0].subject)
    return first if len(question.sources) == 1 else f"{first} and {len(question.sources) - 1} more"


def commands() -> list[Command]:
    """Trace with everything said, and forward or backward at once."""
    more = (
        Parameter("subjects", "subjects", "addresses, transactions or transfers; left out = the selection"),
        Parameter("methods", "text", "methods with commas between them; empty = all the ledger allows", default=""),
        Parameter(
            "label",
            "text",
            "what the marked money is called, one name or one for each with ; between them; empty = its identifier",
            default="",
        ),
        Parameter("amount", "text", "only so much of the source, like 12.5; empty = all of it", default=""),
        Parameter("asset", "text", "symbol or contract; empty = all", default=""),
        Parameter("stop", "subjects", "more addresses at which tracing stops", default=""),
        Parameter("through", "paragraph", "why tracing goes on through services; empty = it stops there", default=""),
        Parameter("until", "text", "nothing later (backward: earlier) is followed, like 2026-01-31", default=""),
        Parameter("hops", "text", "most payments away from the source; empty = any", default=""),
        Parameter("share", "text", "stop at addresses that get less than this share, like 1%", default=""),
        Parameter(
            "dust", "text", "stop at addresses that get fewer coins than this of every asset, like 0.001", default=""
        ),
        Parameter(
            "shortfall",
            "choice",
            "what is paid beyond the known balance: unmarked money, or a debt",
            ("clean_injection", "debt"),
            "clean_injection",
        ),
        Parameter(
            "precision",
            "choice",
            "exact fractions, or approximate (float); auto = exact where the ledger is not long",
            tuple(PRECISIONS),
            "auto",
        ),
    )
    way = Parameter("direction", "choice", "where it went, or where it came from", ("forward", "backward"), "forward")
    return [
        Command(
            "trace.run", "Trace by methods", "Trace",
            "Follow money by named methods. It stops at services unless a reason is written. The runs are kept.",
            partial(_run, None), "", (more[0], way, *more[1:]), needs_source,
        ),
        Command(
            "trace.forward", "Trace forward", "Trace",
            "Where did it go? Every method the ledger allows, side by side; it stops at services.",
            partial(_run, "forward"), "F", more, needs_source,
        ),
        Command(
            "trace.backward", "Trace backward", "Trace",
            "Where did it come from? Every method the ledger allows, side by side; it stops at services.",
            partial(_run, "backward"), "B", more, needs_source,
        ),
    ]  # fmt: skip
