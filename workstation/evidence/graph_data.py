"""Owns what the graph page of a package knows: nodes, lines, transfers with citations, times, paths, note cards, frames.

Must not write HTML or script. Every text is passed through :func:`visible`; numbers are whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from workstation.analysis import notecards
from workstation.analysis.palette import resolved
from workstation.analysis.picture import frame_box
from workstation.analysis.svg import theme_colours
from workstation.domain.subjects import parse
from workstation.evidence.bundle import Bundle, CitedTransfer
from workstation.evidence.tables import cite, moment
from workstation.evidence.text import visible

#: Transfers carried in the page; the CSV holds all.
TRANSFER_LIMIT = 5000
ROLES = {
    "subject": "Subject of the case",
    "victim": "Victim or lawful source",
    "service": "Service that can answer a request",
    "obfuscation": "Obfuscation",
    "infrastructure": "Infrastructure",
    "illicit": "Illicit service or actor",
    "unattributed": "Not attributed",
}
_NAME = 110
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\Z")


def graph_data(bundle: Bundle) -> dict[str, Any]:
    """The JSON-ready data of the page."""
    picture = bundle.picture
    wanted = {number for edge in picture.edges for number in edge.transfers}
    shown: dict[str, Any] = {}
    times: dict[int, int | None] = {}
    for item in bundle.transfers() if wanted else ():
        number = item.transfer.id
        if number in wanted:
            times[number] = item.transfer.time
            if len(shown) < TRANSFER_LIMIT:
                shown[str(number)] = {"n": len(shown), **_transfer(item)}
    roles = sorted({n.role for n in picture.nodes}, key=list(ROLES).index)
    legend = [[role, visible(text)] for role, text in picture.legend] or [[r, ROLES[r]] for r in roles]
    known = [time for time in times.values() if time is not None]
    return {
        "scope": visible(picture.scope),
        "roles": ROLES,
        "legend": legend,
        "span": [min(known), max(known)] if known else [],
        "nodes": [
            {
                "x": round(n.x), "y": round(n.y), "kind": n.kind, "role": n.role, "badge": visible(n.badge),
                "name": visible(n.name), "detail": visible(n.detail), "full": visible(n.full),
                "doubtful": n.doubtful, "stub": n.stub_count, "colour": _own(n.colour), "ringed": n.ringed,
            }
            for n in picture.nodes
        ],
        "edges": [
            {
                "s": e.source, "t": e.target, "label": visible(e.label), "exact": visible(e.exact), "n": e.count,
                "w": round(e.weight * 1000), "ids": list(e.transfers), "style": e.style if e.style in ("dashed", "dotted") else "solid",
                "when": _span(times.get(number) for number in e.transfers),
            }
            for e in picture.edges
        ],
        "transfers": shown,
        "frames": [
            {
                "box": [round(side) for side in frame_box([(picture.nodes[n].x, picture.nodes[n].y) for n in f.members])],
                "name": visible(f.name), "colour": _own(f.colour),
            }
            for f in picture.frames
            if f.members
        ],
        "cards": [
            {
                "box": [round(side) for side in notecards.box(card, None, picture)], "node": card.node,
                "lines": [visible(line) for line in notecards.lines(card.text)],
            }
            for card in picture.cards
        ],
        "ticks": [[round(x), visible(words)] for x, words in picture.ticks],
        "lanes": [[round(top), round(bottom), visible(name)] for top, bottom, name in picture.lanes],
        "paths": _paths(bundle),
    }  # fmt: skip


def _transfer(item: CitedTransfer) -> dict[str, Any]:
    t = item.transfer
    amount = f"not stated ({t.absent or 'unknown'})" if t.amount is None else t.asset.written(t.amount)
    return {
        "time": moment(t.time) or "no time stated", "at": t.time, "kind": t.kind, "amount": amount,
        "asset": visible(t.asset.symbol or t.chain), "from": visible(t.sender or ""),
        "to": visible(t.receiver or ""), "tx": visible(t.tx), "cite": [visible(cite(s)) for s in item.sources],
    }  # fmt: skip


def _span(times: Iterable[int | None]) -> list[int]:
    """First and last time of some transfers; empty when one of them has none, so that it is never filtered away."""
    found = list(times)
    known = [time for time in found if time is not None]
    return [min(known), max(known)] if found and len(known) == len(found) else []


def _paths(bundle: Bundle) -> list[dict[str, Any]]:
    """What can be lit up: each finding with what it rests on, each kept trace run with what it followed."""
    drawn = {node.key: number for number, node in enumerate(bundle.picture.nodes)}
    for entity in bundle.entities:  # an address that is drawn as its entity
        for member in entity.members:
            if f"entity::{entity.key}" in drawn:
                drawn.setdefault(member.subject, drawn[f"entity::{entity.key}"])
    made = [
        _path(bundle, drawn, f"Finding F-{finding.number}: {finding.claim}", [link.subject for link in finding.links])
        for finding in bundle.findings
    ]
    for run in bundle.runs:
        record = json.loads(run.record)
        made.append(_path(bundle, drawn, f"Trace run {run.number}: {record['method']}", list(_followed(record))))
    return [path for path in made if path["nodes"] or path["edges"]]


def _followed(record: Mapping[str, Any]) -> Iterable[str]:
    """The subjects of a trace record: sources, steps, where the money was put, and who holds it at the end."""
    for source in record.get("parameters", {}).get("sources", ()):
        yield str(source["subject"])
    for step in record.get("steps", ()):
        subject = parse(str(step["subject"]))
        yield subject.key
        if step.get("account"):
            yield f"address:{subject.chain}:{step['account']}"
        for output in step.get("outputs", ()):
            if output.get("to"):
                yield f"address:{subject.chain}:{output['to']}"
    for holder in record.get("holders", ()):
        yield str(holder["subject"])


def _path(bundle: Bundle, drawn: Mapping[str, int], name: str, subjects: list[str]) -> dict[str, Any]:
    shown = visible(name)
    nodes = {drawn[subject] for subject in subjects if subject in drawn}
    moved = {int(ref) for kind, _, ref in (s.split(":", 2) for s in subjects if s.count(":") >= 2)
             if kind == "transfer" and ref.isdigit()}  # fmt: skip
    edges = [
        number
        for number, edge in enumerate(bundle.picture.edges)
        if not moved.isdisjoint(edge.transfers)
        or (  # the inputs and outputs of a transaction that is drawn as a node
            {edge.source, edge.target} <= nodes
            and "transaction" in (bundle.picture.nodes[edge.source].kind, bundle.picture.nodes[edge.target].kind)
        )
    ]
    for number in edges:
        nodes |= {bundle.picture.edges[number].source, bundle.picture.edges[number].target}
    return {"name": shown if len(shown) <= _NAME else shown[:_NAME] + "…", "nodes": sorted(nodes), "edges": edges}


def _own(colour: str) -> str:
    """``#rrggbb`` of a colour by hand, or empty."""
    found = resolved(colour, theme_colours("light"))
    return found if _COLOUR.match(found) else ""
