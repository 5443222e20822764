"""Owns the SVG of a picture, for reports, packages and the command line: plain text in, one deterministic file out.

Every label is text from outside and is escaped; the file holds no script, link, font or clock. Shapes and lines come
from ``analysis.shapes`` and ``analysis.curves``, so paper and screen agree.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from workstation.analysis import curves, shapes
from workstation.analysis.picture import Edge, Node, Picture, Role
from workstation.domain.visible import visible
from workstation.paths import resources_folder

_ROLE_TITLES: dict[Role, str] = {
    "subject": "Subject of the case", "victim": "Victim or lawful source", "service": "Service", "obfuscation": "Obfuscation",
    "infrastructure": "Infrastructure", "illicit": "Illicit service or actor", "unattributed": "Unattributed",
}  # fmt: skip
_DASH = {"solid": "", "dashed": ' stroke-dasharray="7 4"', "dotted": ' stroke-dasharray="1.5 4" stroke-linecap="round"'}
_MARGIN = 70.0
_LINE = 19.0


def theme_colours(name: str = "light") -> dict[str, str]:
    """Colours of a shipped theme: chrome names and role names to ``#rrggbb``."""
    read = tomllib.loads((resources_folder() / "themes" / f"{name}.toml").read_text("utf-8"))
    return {**read["colours"], **read["roles"]}


def picture_svg(picture: Picture, theme_colours_: Mapping[str, str] | None = None, title: str = "") -> str:
    """The picture as one SVG document with title, scope line and the legend of the roles that are in it."""
    colours = dict(theme_colours_) if theme_colours_ is not None else theme_colours()
    left, top, right, bottom = _bounds(picture)
    head = (_LINE * 1.6 if title else 0.0) + (_LINE if picture.scope else 0.0)
    entries = legend_entries(picture)
    rows = (len(entries) + 2) // 3
    wide = max(right - left, 560.0)
    tall = bottom - top + head + rows * 26.0 + (18.0 if entries else 0.0)
    body = [
        f'<rect x="{_n(left)}" y="{_n(top - head)}" width="{_n(wide)}" height="{_n(tall)}" fill="{colours["canvas"]}"/>',
        *_head(title, picture.scope, left, top - head, colours),
        *_edges(picture, colours),
        *(part for node in picture.nodes for part in _node(node, colours)),
        *_plates(picture, colours),
        *_legend(entries, left, bottom, colours),
    ]
    name = _text(title or "Fund flow")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_n(left)} {_n(top - head)} {_n(wide)} {_n(tall)}" '
        f'width="{_n(wide)}" height="{_n(tall)}" role="img" font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="12">\n'
        f"<title>{name}</title>\n" + "\n".join(body) + "\n</svg>\n"
    )


def legend_entries(picture: Picture) -> list[tuple[Role, str]]:
    """The roles a legend must explain: those of the picture, or its own list cut to what is drawn."""
    used = {node.role for node in picture.nodes if node.kind in ("address", "entity")}
    if picture.legend:
        return [(role, text) for role, text in picture.legend if role in used]
    return [(role, _ROLE_TITLES[role]) for role in shapes.ROLES if role in used]


def _bounds(picture: Picture) -> tuple[float, float, float, float]:
    if not picture.nodes:
        return 0.0, 0.0, 560.0, 120.0
    side = max(_MARGIN, max(max(text_width(n.name, 12), text_width(n.detail, 10.5)) for n in picture.nodes) / 2 + 16)
    xs, ys = [n.x for n in picture.nodes], [n.y for n in picture.nodes]
    return min(xs) - side, min(ys) - _MARGIN, max(xs) + side, max(ys) + _MARGIN + 20


def text_width(text: str, size: float) -> float:
    """A safe estimate of how wide a text is drawn; plates and margins use it, figures never do."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.62 for c in text) * size


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return "0" if text in ("-0.0", "0.0") else text.removesuffix(".0")


def _text(text: str) -> str:
    """Escaped text; what hides, deceives or is forbidden in XML is a visible mark."""
    return escape(visible(text, 1000, unassigned=False))


def _label(x: float, y: float, text: str, colour: str, extra: str = "") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="{colour}"{extra}>{_text(text)}</text>'


def _head(title: str, scope: str, left: float, top: float, colours: Mapping[str, str]) -> Iterable[str]:
    y = top + 24
    if title:
        yield _label(left + 16, y, title, colours["text"], ' font-size="16" font-weight="600"')
        y += _LINE * 1.2
    if scope:
        yield _label(left + 16, y, scope, colours["dim"])


def _edges(picture: Picture, colours: Mapping[str, str]) -> Iterable[str]:
    widths = curves.widths([edge.weight for edge in picture.edges])
    for edge, line, width in zip(picture.edges, curves.curves(picture), widths, strict=True):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in (line.first, line.second, line.end))
        yield (
            f'<path d="M{_n(line.start[0])},{_n(line.start[1])} C{points}" fill="none" stroke="{colours["edge"]}" '
            f'stroke-width="{_n(width)}"{_DASH[edge.style]}><title>{_text(_tip(picture, edge))}</title></path>'
        )
        yield f'<polygon points="{_points(line.arrow)}" fill="{colours["arrow"]}"/>'


def _tip(picture: Picture, edge: Edge) -> str:
    a, b = picture.nodes[edge.source], picture.nodes[edge.target]
    return f"{a.full or a.name} to {b.full or b.name}: {edge.exact} ({edge.count} transfers)"


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _moved(points: Sequence[tuple[float, float]], x: float, y: float, scale: float) -> str:
    return _points((x + px * scale, y + py * scale) for px, py in points)


def _node(node: Node, colours: Mapping[str, str]) -> Iterable[str]:
    fill = node.colour or colours[node.role]
    dash = ' stroke-dasharray="4 3"' if node.doubtful else ""
    yield f"<g><title>{_text(node.full or node.name)}</title>"
    if node.kind == "transaction":
        shape = _moved(shapes.transaction_outline(), node.x, node.y, shapes.TRANSACTION_RADIUS)
        yield f'<polygon points="{shape}" fill="{colours["panel"]}" stroke="{colours["text"]}" stroke-width="1.4"{dash}/>'
        below = shapes.TRANSACTION_RADIUS
    elif node.kind == "stub":
        count = f"+{node.stub_count}" if node.stub_count else node.name
        shape = _points(
            (node.x + x, node.y + y) for x, y in shapes.pill(text_width(count, 12) / 2 + 10, shapes.STUB_HALF_HEIGHT)
        )
        yield f'<polygon points="{shape}" fill="{colours["panel"]}" stroke="{colours["dim"]}" stroke-dasharray="4 3"/>'
        yield _label(node.x, node.y + 4, count, colours["text"], ' text-anchor="middle" font-weight="600"')
        below = shapes.STUB_HALF_HEIGHT
    else:
        shape = _moved(shapes.outline(node.role), node.x, node.y, shapes.RADIUS)
        edge = colours["text"] if node.doubtful else colours["panel"]
        yield f'<polygon points="{shape}" fill="{fill}" stroke="{edge}" stroke-width="1.6" stroke-linejoin="round"{dash}/>'
        size, down = shapes.badge_place(node.role)
        if node.badge:
            extra = f' text-anchor="middle" font-weight="700" font-size="{_n(size * shapes.RADIUS)}"'
            yield _label(node.x, node.y + (down + size * 0.36) * shapes.RADIUS, node.badge, _readable(fill), extra)
        if node.pinned:
            yield f'<circle cx="{_n(node.x + 15)}" cy="{_n(node.y - 15)}" r="3.5" fill="{colours["accent"]}" stroke="{colours["panel"]}"/>'
        below = shapes.RADIUS * 1.05
    if not (node.kind == "stub" and node.stub_count and node.name.lstrip("+").startswith(str(node.stub_count))):
        yield from _captions(node, below, colours)
    yield "</g>"


def _captions(node: Node, below: float, colours: Mapping[str, str]) -> Iterable[str]:
    halo = f' text-anchor="middle" paint-order="stroke" stroke="{colours["canvas"]}" stroke-width="3" stroke-linejoin="round"'
    if node.name:
        yield _label(node.x, node.y + below + 14, node.name, colours["text"], halo)
    if node.detail:
        yield _label(node.x, node.y + below + 28, node.detail, colours["dim"], halo + ' font-size="10.5"')


def _plates(picture: Picture, colours: Mapping[str, str]) -> Iterable[str]:
    for edge, line in zip(picture.edges, curves.curves(picture), strict=True):
        if not edge.label:
            continue
        x, y = line.middle
        half = text_width(edge.label, 10.5) / 2 + 4
        yield f'<rect x="{_n(x - half)}" y="{_n(y - 8)}" width="{_n(2 * half)}" height="16" rx="4" fill="{colours["canvas"]}"/>'
        yield _label(x, y + 4, edge.label, colours["text"], ' text-anchor="middle" font-size="10.5"')


def _legend(entries: Sequence[tuple[Role, str]], left: float, top: float, colours: Mapping[str, str]) -> Iterable[str]:
    for number, (role, text) in enumerate(entries):
        x, y = left + 30 + number % 3 * 180, top + 14 + number // 3 * 26
        yield f'<polygon points="{_moved(shapes.outline(role), x, y, 8)}" fill="{colours[role]}"/>'
        yield _label(x + 16, y + 4, text, colours["dim"])


def _readable(fill: str) -> str:
    parts = [int(fill[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"
