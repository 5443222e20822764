"""Owns exposure and ways between two addresses as rows a person reads. Figures come from
``exposures`` and ``questions``, never from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workstation.analysis.trace.exact import Number
from workstation.analysis.trace.watching import Watch
from workstation.app.commands.tracing import methods_for
from workstation.app.names import Names
from workstation.app.tracing import compare, exposures, questions
from workstation.app.tracing.books import Books
from workstation.app.tracing.figures import amount
from workstation.casefile.values import utc
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject


@dataclass(frozen=True, slots=True)
class Service:
    """A labelled service behind a part: its address, the label that decides, the source of that and its date."""

    subject: Subject
    label: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an exact sum. ``how``: direct, indirect, or what the open parts are called; ``share`` in words.

    ``rows``: exactly the transfers this part stands on. ``services``: the labels that decide it.
    """

    how: str
    category: str
    amount: str
    share: str
    rows: tuple[int, ...]
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """One asset, one way. The parts add up to the total exactly."""

    asset: str
    chain: str
    way: str
    total: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Exposed:
    """All exposure of an address or entity, and what it was read from."""

    subject: Subject
    ledger_hash: str
    services: int
    sums: tuple[Exposure, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One path: arrival, hops, smallest payment on it, its transfers and the addresses on it in order.

    ``lines``: every payment in words; ``moves``: its time and amount.
    """

    arrival: str
    hops: int
    smallest: str
    transfers: tuple[int, ...]
    lines: tuple[str, ...]
    moves: tuple[tuple[str, str], ...]
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """One asset: figures side by side (name -> amount), methods (id -> amount), how many paths, the best of them."""

    asset: str
    most: str
    greedy: str
    methods: tuple[tuple[str, str], ...]
    count: int
    best: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything between two addresses. ``hops``: the most a path may have; ``best``: how many are told."""

    start: Subject
    end: Subject
    ledger_hash: str
    hops: int
    best: int
    assets: tuple[Ways, ...]


def exposed(books: Books, names: Names, target: Subject, watch: Watch | None = None) -> Exposed:
    """Exposure of an address or entity; an answer without payments has no sums."""
    found = exposures.exposure(books, names, target, watch=watch)
    sums: list[Exposure] = []
    for entry in found["exposure"]:
        for way, rest in exposures.OPEN:
            told, shown = entry[way], entry["display"][way]
            whole = compare.number(told["total"])
            if not whole:
                continue
            rows = {(r["how"], r["category"]): tuple(r["transfers"]) for r in entry["rows"][way]}
            behind: dict[tuple[str, str], list[Service]] = {}
            for s in entry["services"][way]:
                subject = Subject("address", entry["chain"], s["address"])
                known = Service(subject, s["label"], s["source"], s["date"])
                behind.setdefault((s["how"], s["category"]), []).append(known)
            parts = [
                Part(
                    how, category, shown[how][category], _share(compare.number(units), whole),
                    rows.get((how, category), ()), tuple(behind.get((how, category), ())),
                )
                for how in ("direct", "indirect")
                for category, units in told[how].items()
            ]  # fmt: skip
            parts += [
                Part(name, "", shown[name], _share(compare.number(told[name]), whole), rows.get((name, ""), ()), ())
                for name in rest
                if compare.number(told[name]) or not parts
            ]
            sums.append(Exposure(entry["asset"], entry["chain"], way, shown["total"], tuple(parts)))
    return Exposed(target, found["ledger_hash"], found["services"], tuple(sums))


def between(books: Books, names: Names, start: Subject, end: Subject, watch: Watch | None = None) -> Found:
    """Figures and best paths from one address to another, beside what every method attributes."""
    methods = tuple(m for m in methods_for((start,)) if m != "poison")
    asked = questions.Between(start, end)
    found = questions.paths(books, names, asked, methods, watch)
    made = questions.moves(books, start.chain, watch)
    assets = {(a.symbol, a.contract): a for a in made.assets.values()}
    ways = [_ways(entry, assets[entry["asset"], entry["contract"]], methods) for entry in found["paths"]]
    return Found(start, end, found["ledger_hash"], asked.hops, asked.best, tuple(ways))


def _ways(entry: Mapping[str, Any], asset: Asset, methods: tuple[str, ...]) -> Ways:
    def shown(written: str) -> str:
        return amount(compare.number(written), asset)

    best = tuple(
        Way(
            way["utc"] or "at a time not stated", way["hops"], shown(way["smallest"]),
            tuple(n for n in way["transfers"] if n), tuple(_line(e) for e in way["events"]),
            tuple((_when(e), e["display"]) for e in way["events"]),
            tuple(dict.fromkeys(ref for e in way["events"] for ref in (e["from"], e["to"]) if ref)),
        )
        for way in entry["best"]
    )  # fmt: skip
    figures = tuple((m, shown(entry["attributed"].get(m, "0"))) for m in methods)
    return Ways(entry["asset"], shown(entry["max_flow"]), shown(entry["greedy_flow"]), figures, entry["count"], best)


def _when(event: Mapping[str, Any]) -> str:
    return "time not stated" if event["time"] is None else utc(event["time"])


def _line(event: Mapping[str, Any]) -> str:
    return f"{_when(event)}  {event['display']}  {event['from'] or 'unknown place'} → {event['to'] or 'unknown place'}"


def _share(part: Number, whole: Number) -> str:
    """A share in words: hundredths of a percent, rounded down, never a zero for something."""
    hundredths = part * 10000 // whole if whole else 0
    if not hundredths:
        return "nothing" if not part else "below 0.01 %"
    return f"{int(hundredths) // 100}.{int(hundredths) % 100:02d} %"
