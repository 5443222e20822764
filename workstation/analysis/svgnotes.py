"""Owns the parts of an SVG beside the graph: note cards, the legend lines of styles, and what plates had no room for.

Texts are escaped and what hides in them is a visible mark. Must not know the case or the rest of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from types import MappingProxyType

from workstation.analysis import notecards, shapes
from workstation.analysis.palette import resolved
from workstation.analysis.picture import Look, Picture
from workstation.analysis.plates import Plates
from workstation.domain.visible import visible

DASHES: Mapping[str, str] = MappingProxyType({"chained": ' stroke-dasharray="8 3 2 3"'})
_LINE = 26.0
_FOOT = 18.0


def cards(picture: Picture, colours: Mapping[str, str], hidden: Iterable[int] = ()) -> Iterable[str]:
    """Every note card with its leader line; those at a node of ``hidden`` are left out."""
    gone = frozenset(hidden)
    for card in picture.cards:
        if card.node in gone:
            continue
        left, top, right, bottom = notecards.box(card, None, picture)
        if card.node >= 0:
            node = picture.nodes[card.node]
            x, y = notecards.leader((node.x, node.y), (left, top, right, bottom))
            away = max(1e-6, ((x - node.x) ** 2 + (y - node.y) ** 2) ** 0.5)
            rim = max(shapes.radius(node), shapes.extent(node) if node.ringed else 0)
            reach = min(away, rim + 2) / away
            start = (node.x + (x - node.x) * reach, node.y + (y - node.y) * reach)
            yield (
                f'<line x1="{_n(start[0])}" y1="{_n(start[1])}" x2="{_n(x)}" y2="{_n(y)}" stroke="{colours["dim"]}" '
                f'stroke-width="1.1"/>'
            )
        size = f'width="{_n(right - left)}" height="{_n(bottom - top)}"'
        yield f'<rect x="{_n(left)}" y="{_n(top)}" {size} rx="4" fill="{colours["panel"]}" stroke="{colours["dim"]}"/>'
        yield (
            f'<rect x="{_n(left)}" y="{_n(top + 1)}" width="3" height="{_n(bottom - top - 2)}" fill="{colours["dim"]}"/>'
        )
        for number, line in enumerate(notecards.lines(card.text)):
            y = top + notecards.PADDING + (number + 0.75) * notecards.LINE_HEIGHT
            yield _label(left + notecards.PADDING + 3, y, line, colours["text"])


def legend(looks: Iterable[Look], left: float, top: float, colours: Mapping[str, str]) -> Iterable[str]:
    """A row for each style that shows: a line or a disc as it looks, and what it stands for."""
    for number, look in enumerate(looks):
        x, y = left + 30, top + 14 + number * _LINE
        if look.line:
            stroke = resolved(look.colour, colours) or colours["edge"]
            for shift in (-2.2, 2.2) if look.style == "double" else (0.0,):
                yield (
                    f'<line x1="{_n(x - 9)}" y1="{_n(y + shift)}" x2="{_n(x + 10)}" y2="{_n(y + shift)}" '
                    f'stroke="{stroke}" stroke-width="{1.4 if look.style == "double" else 2.4}"{DASHES.get(look.style, "")}/>'
                )
        else:
            fill = resolved(look.colour, colours) or colours["panel"]
            yield f'<circle cx="{_n(x)}" cy="{_n(y)}" r="7" fill="{fill}" stroke="{colours["text"]}" stroke-width="1.2"/>'
        yield _label(x + 16, y + 4, look.text, colours["dim"])


def height(looks: Iterable[Look]) -> float:
    """How much room the rows need."""
    return sum(_LINE for _ in looks)


def foot(worded: Plates) -> tuple[str, ...]:
    """The lines below the legend: words of numbered plates, and how many amounts found no room."""
    left = worded.left_out
    told = f"{left:,} {'amount has' if left == 1 else 'amounts have'} no room here; the list of transfers holds {'it' if left == 1 else 'them'}"
    return (*worded.notes, *((told,) if left else ()))


def foot_lines(foot: Iterable[str], left: float, top: float, colours: Mapping[str, str]) -> Iterable[str]:
    """The lines of :func:`foot`."""
    for number, line in enumerate(foot):
        yield _label(left + 16, top + 18 + number * _FOOT, line, colours["dim"])


def foot_height(foot: Iterable[str]) -> float:
    """How much room they need."""
    return sum(_FOOT for _ in foot) + (12.0 if foot else 0.0)


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return "0" if text in ("-0.0", "0.0") else text.removesuffix(".0")


def _label(x: float, y: float, text: str, colour: str) -> str:
    shown = escape(visible(text, 1000, unassigned=False))
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="{colour}">{shown}</text>'
