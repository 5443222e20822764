"""Owns the chart of a request: the payments of the written ways, column by column, that end at the provider. No files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.analysis.picture import Edge, Node, Picture
from workstation.analysis.svg import picture_svg, theme_colours
from workstation.app.freeze.phrases import legend
from workstation.app.freeze.request import Request
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

_COLUMN, _ROW = 300.0, 120.0


def svg(session: Session, request: Request) -> str:
    """The chart as SVG; empty when there is no way."""
    if not request.ways:
        return ""
    names = session.graphs.names
    longest = max(map(len, request.ways))
    column: dict[tuple[str, str], int] = {}
    for way in request.ways:
        for place, t in enumerate(way):
            # the provider stands in the last column, whatever the length of the way
            first = longest - len(way) + place
            for step, (chain, ref) in zip((first, first + 1), t.parties, strict=False):
                column[chain, ref] = max(column.get((chain, ref), 0), step)
    order = sorted(column, key=lambda end: (column[end], end))
    count = [sum(column[e] == c for e in order) for c in range(longest + 1)]
    seen = [0] * (longest + 1)
    nodes: list[Node] = []
    place_of: dict[tuple[str, str], int] = {}
    for chain, ref in order:
        at, face = column[chain, ref], names.face(Subject("address", chain, ref))
        y = (seen[at] - (count[at] - 1) / 2) * _ROW
        seen[at] += 1
        place_of[chain, ref] = len(nodes)
        nodes.append(
            Node(f"address:{chain}:{ref}", "address", at * _COLUMN, y, face.role, face.badge, face.name, ref, ref)
        )
    moved = {t.id: t for way in request.ways for t in way}
    groups: dict[tuple[int, int, str, str], list[int]] = {}
    for number in sorted(moved):
        t = moved[number]
        ends = t.parties
        if len(ends) == 2:
            groups.setdefault((place_of[ends[0]], place_of[ends[1]], t.asset.contract, t.asset.symbol), []).append(
                number
            )
    edges = []
    for (start, end, _, symbol), rows in sorted(groups.items()):
        units = sum(moved[n].amount or 0 for n in rows)
        text = f"{moved[rows[0]].asset.written(units)} {symbol}"
        edges.append(Edge(start, end, text, text, len(rows), 1.0, tuple(rows), asset=symbol, units=units))
    scope = f"{request.data['service']} · {request.data['custody']['witness']}"
    drawn = Picture(tuple(nodes), tuple(edges), scope, legend=legend(request.language))
    return picture_svg(drawn, theme_colours("light"))
