"""Owns the verbs ``trace``, ``runs``, ``conversions``, ``exposure``, ``paths``, ``flow``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from workstation.app.session import Session
from workstation.app.times import moment
from workstation.app.tracing import compare, conversions, exposures, questions, records, sources
from workstation.app.tracing.figures import amount
from workstation.app.tracing.question import LIST_HOLDERS, PRECISIONS, Question, dust, share
from workstation.cli import opening
from workstation.cli.answer import Answer, table
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject

#: Steps that are printed for people; ``--json`` gives all that are kept.
_STEPS = 10
_UNKNOWN = "unknown place"


def trace(options: Namespace) -> Answer:
    """Trace by named methods; every run is kept in the case unless ``--no-keep``."""
    with opening.session(options) as session:
        ledger = session.graphs.ledger
        asked = Question(
            sources=tuple(sources.read(ledger, text) for text in options.sources),
            methods=_methods(options.method),
            direction=options.direction,
            stop=tuple(_address(session, text) for text in options.stop),
            through=options.through or "",
            until=moment(options.until, end=options.direction == "forward") if options.until else None,
            hops=options.hops,
            share=share(options.min_share) if options.min_share else None,
            asset=options.asset or "",
            shortfall=options.shortfall,
            arithmetic=PRECISIONS[options.precision],
            dust=dust(options.dust) if options.dust else None,
            list_holders=_listed(options.holders),
        )
        if options.through is not None and not options.through.strip():
            raise _usage("going on through services needs a written reason", "write it behind --through")
        made = records.trace(session, asked)
        numbers: list[int] = [] if options.no_keep else records.keep(session, made)
    told = [run.record for run in made]
    sides = [compare.side_json(side) for side in compare.side_by_side(told)]
    data = {
        "runs": [{"run": n, **record} for n, record in zip_longest(numbers, told)],
        "holders": sides,
    }
    return Answer(data, _trace_lines(told, sides, numbers))


def _methods(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in given for name in text.split(",") if name))


def _listed(text: str | None) -> int | None:
    """How many holders are listed one by one, None = all."""
    if text is None:
        return LIST_HOLDERS
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise _usage(f"{text[:20]!r} is no number of holders", "write --holders 5000, or --holders all")
    return int(text[:9])


def _address(session: Session, text: str) -> Subject:
    found = sources.subject(session.graphs.ledger, text)
    if found.kind != "address":
        raise _usage(f"{text[:80]} is not an address", "name an address of the case")
    return found


def _usage(what: str, todo: str) -> WorkstationError:
    return WorkstationError("WS-TRC-107", what, "nothing was traced", todo)


def _trace_lines(
    told: Sequence[Mapping[str, Any]], sides: Sequence[Mapping[str, Any]], numbers: Sequence[int]
) -> list[str]:  # fmt: skip
    first = told[0]
    lines = [f"{first['parameters']['direction']} · ledger {first['ledger_hash']}"]
    if first["parameters"]["through"]:
        lines.append(f"goes on through services because: {first['parameters']['through']}")
    if any(record["unlisted"] for record in told):
        lines.append(f"at most {first['parameters']['list_holders']:,} holders of each method are listed one by one")
    for chain, about in first["ledgers"].items():
        for entry in about["left_out"]:
            word = "used with a doubt" if entry["used"] else "left out"
            lines.append(f"{chain}: {word} {entry['count']:,}: {entry['reason']}")
    for one in first["conversions"]:
        lines.append(
            f"declared {one['kind']}: {one['paid']} ({one['paid_display']}) became {one['received']}"
            f" ({one['received_display']}), because: {one['reason']}"
        )
    methods = [record["method"] for record in told]
    rows = [
        (s["label"], s["asset"], s["subject"].partition(":")[2], f"{s['held']} of {s['methods']}",
         *(s["display"].get(name, "not listed" if name in s["unlisted"] else "-") for name in methods), s["stopped"] or "")
        for s in sides
    ]  # fmt: skip
    lines += table(("label", "asset", "holder", "holds under", *methods, "stopped because"), rows)
    for record in told:
        lines += ["", f"{record['method']}: {_sum('marked', record['injected'])}"]
        rest = (*record["remainder"], *record["unlisted"])
        lines += [f"  {part['label']}: {part['display']} {part['reason']}" for part in rest]
        lines += [
            f"  {short['count']:,} payments went beyond the known balance, by {short['amount']} units of {short['asset']}"
            for short in record["shortfalls_total"]
        ]
        lines += [f"  stopped at {b['subject']}: {b['reason']}" for b in record["barriers"] if b["reached"]]
        lines += [f"  passed through {s['subject']}: {s['label']}" for s in record["services_passed"]]
        for step in record["steps"][:_STEPS]:
            lines += [f"  {step['number']}. {step['lines'][0]}", *(f"     {line}" for line in step["lines"][1:])]
        if record["steps_total"] > _STEPS:
            lines.append(f"  … {record['steps_total'] - _STEPS:,} more steps")
    if numbers:
        lines.append(f"kept as run {', '.join(map(str, numbers))}")
    return lines


def _sum(word: str, sums: Mapping[str, Mapping[str, str]]) -> str:
    said = [
        f"{_whole(units)} units of {asset} as {label}"
        for asset, parts in sums.items()
        for label, units in parts.items()
    ]
    return f"{word} {', '.join(said)}" if said else "tells what was touched, not how much"


def _whole(written: str) -> str:
    """A figure for people: a part of a unit is told and not written out."""
    above, slash, below = written.partition("/")
    return f"{compare.number(above) // compare.number(below)} and a part" if slash else written


def runs(options: Namespace) -> Answer:
    """Kept runs: list them, run one again, or compare two."""
    with opening.session(options) as session:
        if options.again is not None:
            return _again(records.again(session, options.again))
        if options.compare is not None:
            left, right = (records.one(session, number) for number in options.compare)
            found = compare.differences(left.record, right.record)
            data = {"left": left.number, "right": right.number, "differences": found}
            return Answer(data, _differing(found))
        kept = records.kept(session)
    told = [
        {
            "run": k.number, "at": k.at, "actor": k.actor, "sha256": k.sha256, "stale": k.stale,
            "method": k.record["method"], "version": k.record["version"], "parameters": k.record["parameters"],
            "ledger_hash": k.record["ledger_hash"], "results_hash": k.record["results_hash"],
        }
        for k in kept
    ]  # fmt: skip
    rows = [
        (str(t["run"]), t["at"], t["method"], t["parameters"]["direction"],
         " ".join(s["subject"] for s in t["parameters"]["sources"]), "the ledger has changed since" if t["stale"] else "")
        for t in told
    ]  # fmt: skip
    return Answer({"runs": told}, table(("run", "kept at", "method", "direction", "from", "stale"), rows))


def _again(found: records.Again) -> Answer:
    data = {
        "run": found.kept.number, "identical": found.identical, "stale": found.kept.stale,
        "differences": found.differences,
    }  # fmt: skip
    word = "the same, byte for byte" if found.identical else "NOT the same"
    lines = [f"run {found.kept.number}: {word}"]
    if found.kept.stale:
        lines.append("the ledger has changed since it was kept")
    if not found.identical:
        lines += _differing(found.differences)
    return Answer(data, lines, 0 if found.identical else 1)


def _differing(found: Iterable[Mapping[str, str]]) -> list[str]:
    rows = [(d["subject"], d["asset"], d["label"], d["left"], d["right"], d["difference"]) for d in found]
    if not rows:
        return ["every holder has the same"]
    return table(("holder", "asset", "label", "left", "right", "difference"), rows)


def list_conversions(options: Namespace) -> Answer:
    """Declared conversions, or what looks like one."""
    with opening.session(options) as session:
        if options.propose:
            found = [
                {
                    "kind": p.kind, "paid": p.paid.number, "received": p.received.number, "why": p.why,
                    "from": amount(p.paid.units, p.paid.asset), "to": amount(p.received.units, p.received.asset),
                }
                for p in conversions.proposals(session)
            ]  # fmt: skip
            columns = ("paid", "received", "kind", "from", "to", "why")
            rows = [tuple(str(f[name]) for name in columns) for f in found]
            lines = table(columns, rows) if found else ["nothing looks like one"]
            return Answer({"proposals": found}, lines)
        known = conversions.declared(session.store)
        held = conversions.with_legs(session.graphs.ledger, known)
    told = [
        {
            "key": d.key, "kind": d.kind, "paid": d.paid, "received": d.received, "reason": d.reason,
            "author": d.author, "at": d.at, "used": d in held,
        }
        for d in known
    ]  # fmt: skip
    listed = [
        (str(d.paid), str(d.received), d.kind, d.author, d.reason, "" if d in held else "a transfer is gone: not used")
        for d in known
    ]
    lines = table(("paid", "received", "kind", "by", "reason", ""), listed) if told else ["no conversion is declared"]
    return Answer({"conversions": told}, lines)


def exposure(options: Namespace) -> Answer:
    """Direct, indirect and unattributed exposure of an address or an entity, both ways, with the services behind it."""
    with opening.session(options) as session:
        target = _account(session, options.address)
        found = exposures.exposure(records.books(session), session.graphs.names, target, options.asset or "")
    rows = []
    for entry in found["exposure"]:
        shown = entry["display"]
        for way, rest in (("incoming", ("unattributed",)), ("outgoing", ("returned", "unresolved"))):
            for how in ("direct", "indirect"):
                for category, text in shown[way][how].items():
                    rows.append((way, how, category, text, ""))
                    behind = [s for s in entry["services"][way] if (s["how"], s["category"]) == (how, category)]
                    rows += [("", "", "", "", _service(s)) for s in behind]
            rows += [(way, name, "", shown[way][name], "") for name in (*rest, "total")]
    return Answer(found, table(("way", "how", "category", "amount", "service, label, source, date"), rows))


def _account(session: Session, text: str) -> Subject:
    """An address as every verb reads it, or an entity by ``entity:KEY``."""
    kind, _, key = text.strip().partition(":")
    return Subject("entity", "", key.strip(":")) if kind == "entity" else _address(session, text)


def _service(told: Mapping[str, str]) -> str:
    stated = ", ".join((told["label"], told["source"] or "no source stated", told["date"] or "no date stated"))
    return f"{told['address']}: {stated}"


def paths(options: Namespace) -> Answer:
    """The best ways in time from one address to another."""
    with opening.session(options) as session:
        found = questions.paths(
            records.books(session), session.graphs.names, _between(session, options), _methods(options.method)
        )
    lines = []
    for entry in found["paths"]:
        lines.append(
            f"{entry['asset']}: {entry['count']:,} ways, fewest hops {entry['fewest_hops']}, "
            f"at most {entry['max_flow']} units can have gone, greedy figure {entry['greedy_flow']}"
        )
        lines += [f"  {method} attributes {units} units" for method, units in entry["attributed"].items()]
        for number, way in enumerate(entry["best"], 1):
            lines.append(f"  {number}. arrives {way['utc'] or 'at a time not stated'}, {way['hops']} hops")
            lines += [
                f"     {move['display']}  {move['from'] or _UNKNOWN} -> {move['to'] or _UNKNOWN}"
                for move in way["events"]
            ]
    return Answer(found, lines or ["there is no way"])


def flow(options: Namespace) -> Answer:
    """How much can have gone from one address to another: upper bound and greedy figure; neither attributes."""
    with opening.session(options) as session:
        found = questions.flow(
            records.books(session), session.graphs.names, _between(session, options), _methods(options.method)
        )
    rows = [
        (f["asset"], f["display"]["max_flow"], f["display"]["greedy_flow"],
         ", ".join(f"{method} {units}" for method, units in f["attributed"].items()) or "name a method")
        for f in found["flow"]
    ]  # fmt: skip
    return Answer(
        found,
        table(("asset", "at most", "greedy", "attributed (base units)"), rows)
        if rows
        else ["nothing can have gone this way"],
    )


def _between(session: Session, options: Namespace) -> questions.Between:
    return questions.Between(
        _address(session, options.start),
        _address(session, options.end),
        options.asset or "",
        moment(options.since) if options.since else None,
        moment(options.until, end=True) if options.until else None,
        options.budget,
        getattr(options, "max_hops", 8),
        getattr(options, "best", 5),
    )
