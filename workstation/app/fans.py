"""Owns fanning out: a line that bundles several transfers, drawn as one line for each transfer while someone looks.

It changes what is drawn, never the case: bundled or not, the same transfers stand behind the same two nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from workstation.analysis.picture import Edge, Picture

#: Keys of payer and payee, and the asset: a line by what it is, so that it stays open when other things are added.
Line = tuple[str, str, str]
#: Lines with more transfers stay bundled: so many lanes cannot be told apart. The table lists them.
MOST = 40


def line(picture: Picture, number: int) -> Line:
    """What an edge of a picture is called here."""
    edge = picture.edges[number]
    return picture.nodes[edge.source].key, picture.nodes[edge.target].key, edge.asset


def can_fan(picture: Picture, number: int) -> bool:
    """Whether an edge bundles several transfers, and not too many."""
    edge = picture.edges[number]
    ends = {picture.nodes[edge.source].kind, picture.nodes[edge.target].kind}
    return 1 < len(edge.transfers) <= MOST and "stub" not in ends


def fanned(picture: Picture, opened: frozenset[Line], single: Callable[[Edge, int], Edge]) -> Picture:
    """The picture with some lines fanned out.

    Args:
        single: the edge of one transfer (by number) of an edge.
    """
    if not opened:
        return picture
    edges: list[Edge] = []
    for number, edge in enumerate(picture.edges):
        if can_fan(picture, number) and line(picture, number) in opened:
            edges += [single(edge, transfer) for transfer in edge.transfers]
        else:
            edges.append(edge)
    return replace(picture, edges=tuple(edges))
