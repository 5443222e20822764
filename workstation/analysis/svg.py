"""Owns the SVG of a picture, for reports, packages and the command line: plain text in, one deterministic file out.

Every label is text from outside and is escaped; the file holds no script, link, font or clock. Shapes and lines come
from ``analysis.shapes`` and ``analysis.curves``, so paper and screen agree.
"""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from workstation.analysis import curves, notecards, plates, shapes, svgnotes
from workstation.analysis.palette import resolved
from workstation.analysis.picture import Edge, Node, Picture, Role, Tint, frame_box
from workstation.domain.visible import visible
from workstation.paths import resources_folder

_ROLE_TITLES: dict[Role, str] = {
    "subject": "Subject of the case", "victim": "Victim or lawful source", "service": "Service", "obfuscation": "Obfuscation",
    "infrastructure": "Infrastructure", "illicit": "Illicit service or actor", "unattributed": "Unattributed",
}  # fmt: skip
_DASH = {"solid": "", "dashed": ' stroke-dasharray="7 4"', "dotted": ' stroke-dasharray="1.5 4" stroke-linecap="round"',
         "double": "", **svgnotes.DASHES}  # fmt: skip
_FAINT = 0.25
_MARGIN = 70.0
#: How far the words of a node may reach from its middle.
_WORDS = 90.0
_LINE = 19.0


def theme_colours(name: str = "light") -> dict[str, str]:
    """Colours of a shipped theme: chrome names and role names to ``#rrggbb``."""
    read = tomllib.loads((resources_folder() / "themes" / f"{name}.toml").read_text("utf-8"))
    return {**read["colours"], **read["roles"]}


@dataclass(frozen=True, slots=True)
class Focus:
    """What of a picture is looked at, one flag for each node and edge. The rest is faint and has no words, or is gone.

    Attributes:
        hide: the rest is not drawn at all. parts: what of a line is looked at, when that is not all of it.
    """

    nodes: Sequence[bool] = ()
    edges: Sequence[bool] = ()
    hide: bool = False
    parts: plates.Parts | None = None

    def node(self, number: int) -> bool:
        """Whether a node is in focus."""
        return not len(self.nodes) or bool(self.nodes[number])

    def edge(self, number: int) -> bool:
        """Whether an edge is in focus."""
        return not len(self.edges) or bool(self.edges[number])

    def laid(self, parts: Iterable[str], seen: bool) -> Iterable[str]:
        """The parts of one thing as they are drawn."""
        if seen:
            yield from parts
        elif not self.hide:
            yield f'<g opacity="{_FAINT}">'
            yield from parts
            yield "</g>"


def _near(node: Node, part: tuple[float, float, float, float] | None) -> bool:
    """Whether a node or its words can be seen in the drawn part."""
    if part is None:
        return True
    left, top, right, bottom = part
    return left - _WORDS <= node.x <= right + _WORDS and top - _WORDS <= node.y <= bottom + _WORDS


def picture_svg(
    picture: Picture,
    theme_colours_: Mapping[str, str] | None = None,
    title: str = "",
    tint: Tint | None = None,
    *,
    head: Sequence[str] = (),
    focus: Focus | None = None,
    part: tuple[float, float, float, float] | None = None,
) -> str:
    """The picture as one SVG document with title, scope line and the legend of the roles that are in it.

    Args:
        tint: marked money, drawn as rings and shades; its method and run stand in the legend.
        head: lines under the title instead of the scope line (case, custody, filters, times).
        focus: what is looked at. part: left, top, right, bottom of the piece that is drawn; None = all of it.
    """
    tint, focus = tint or Tint(), focus or Focus()
    head = tuple(head) or ((picture.scope,) if picture.scope else ())
    colours = dict(theme_colours_) if theme_colours_ is not None else theme_colours()
    left, top, right, bottom = part or _bounds(picture, focus)
    above = (_LINE * 1.6 if title else 0.0) + _LINE * len(head)
    entries = legend_entries(picture, _roles(picture, focus, part))
    rows = (len(entries) + bool(tint.legend) + 2) // 3
    wide = max(right - left, 560.0, 3 * _step(entries) + 20, *(text_width(line, 12) + 32 for line in (*head, title)))
    if part is None:  # a small graph stands in the middle of a wide head
        left, right = left - (wide - right + left) / 2, right + (wide - right + left) / 2
    tall = (
        bottom - top + above + rows * 26.0 + svgnotes.height(picture.looks) + (18.0 if rows or picture.looks else 0.0)
    )
    shares = tint.nodes or (0.0,) * len(picture.nodes)
    worded = _placed(picture, tint, focus, part)
    foot = svgnotes.foot(worded)
    tall += svgnotes.foot_height(foot)
    drawn = [
        *_backdrop(picture, left, right, colours),
        *_edges(picture, colours, tint, focus),
        *(
            mark
            for n, share in enumerate(shares)
            if _near(picture.nodes[n], part)  # a figure of a part must not carry the names of the rest unseen
            for mark in _whole_node(picture.nodes[n], colours, share, n, focus)
        ),
        *_plates(worded, colours),
        *svgnotes.cards(picture, colours, _gone(picture, focus)),
    ]
    if part is not None:  # what is outside lies under the head and the legend, or outside the paper
        box = f'x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}"'
        drawn = [f'<clipPath id="part"><rect {box}/></clipPath><g clip-path="url(#part)">', *drawn, "</g>"]
    body = [
        f'<rect x="{_n(left)}" y="{_n(top - above)}" width="{_n(wide)}" height="{_n(tall)}" fill="{colours["canvas"]}"/>',
        *drawn,
        *_head(title, head, left, top - above, colours),
        *_legend(entries, left, bottom, colours, tint),
        *svgnotes.legend(picture.looks, left, bottom + rows * 26.0, colours),
        *svgnotes.foot_lines(foot, left, bottom + rows * 26.0 + svgnotes.height(picture.looks), colours),
    ]
    name = _text(title or "Fund flow")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_n(left)} {_n(top - above)} {_n(wide)} {_n(tall)}" '
        f'width="{_n(wide)}" height="{_n(tall)}" role="img" font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="12">\n'
        f"<title>{name}</title>\n" + "\n".join(body) + "\n</svg>\n"
    )


def legend_entries(picture: Picture, roles: Iterable[Role] | None = None) -> list[tuple[Role, str]]:
    """The roles a legend must explain: those of the picture, or its own list cut to what is drawn.

    Args:
        roles: what is drawn, when that is not all of the picture.
    """
    used = {node.role for node in picture.nodes if node.kind in ("address", "entity")} if roles is None else set(roles)
    if picture.legend:
        return [(role, text) for role, text in picture.legend if role in used]
    return [(role, _ROLE_TITLES[role]) for role in shapes.ROLES if role in used]


def _gone(picture: Picture, focus: Focus) -> Iterable[int]:
    """Nodes that are not drawn at all."""
    return (n for n in range(len(picture.nodes)) if focus.hide and not focus.node(n))


def _roles(picture: Picture, focus: Focus, part: tuple[float, float, float, float] | None) -> set[Role]:
    """The roles that are drawn."""
    return {
        node.role
        for number, node in enumerate(picture.nodes)
        if node.kind in ("address", "entity")
        and not (focus.hide and not focus.node(number))
        and (part is None or (part[0] <= node.x <= part[2] and part[1] <= node.y <= part[3]))
    }


def _whole_node(node: Node, colours: Mapping[str, str], share: float, number: int, focus: Focus) -> Iterable[str]:
    seen = focus.node(number)
    return focus.laid((*_ring(node, share, colours), *_node(node, colours, share, worded=seen)), seen)


def _bounds(picture: Picture, focus: Focus) -> tuple[float, float, float, float]:
    nodes = [n for number, n in enumerate(picture.nodes) if focus.node(number) or not focus.hide]
    if not nodes:
        return 0.0, 0.0, 560.0, 120.0
    side = max(_MARGIN, max(max(text_width(n.name, 12), text_width(n.detail, 10.5)) for n in nodes) / 2 + 16)
    xs, ys = [n.x for n in nodes], [n.y for n in nodes]
    lanes = [y for top, bottom, _ in picture.lanes for y in (top - 30, bottom)]
    low, high = min([min(ys) - _MARGIN, *lanes]), max([max(ys) + _MARGIN + 20, *lanes])
    boxes = [notecards.box(card, None, picture) for card in picture.cards]
    return (
        min([min(xs) - side, *(box[0] - 16 for box in boxes)]), min([low, *(box[1] - 16 for box in boxes)]),
        max([max(xs) + side, *(box[2] + 16 for box in boxes)]), max([high, *(box[3] + 16 for box in boxes)]),
    )  # fmt: skip


def _backdrop(picture: Picture, left: float, right: float, colours: Mapping[str, str]) -> Iterable[str]:
    """What stands behind the nodes: lanes and ticks of a time axis, then named frames."""
    several = len(picture.lanes) > 1
    for number, (top, bottom, name) in enumerate(picture.lanes):
        if several and number % 2 == 0:
            yield (
                f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}" '
                f'fill="{colours["dim"]}" fill-opacity="0.06"/>'
            )
        if several:
            yield _label(left + 10, top + 16, name or "–", colours["dim"])
    first, last = min((t for t, _, _ in picture.lanes), default=0.0), max((b for _, b, _ in picture.lanes), default=0.0)
    for x, words in picture.ticks:
        yield (
            f'<line x1="{_n(x)}" y1="{_n(first)}" x2="{_n(x)}" y2="{_n(last)}" stroke="{colours["dim"]}" '
            f'stroke-opacity="0.4" stroke-dasharray="1.5 4"/>'
        )
        yield _label(x, first - 8, words, colours["dim"], ' text-anchor="middle" font-size="11"')
    for frame in picture.frames:
        points = [(picture.nodes[n].x, picture.nodes[n].y) for n in frame.members]
        x, y, far, low = frame_box(points)
        line = frame.colour or colours["accent"]
        yield (
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(far - x)}" height="{_n(low - y)}" rx="12" fill="{line}" '
            f'fill-opacity="0.06" stroke="{line}" stroke-width="1.2" stroke-dasharray="6 4"/>'
        )
        yield _label(x + 14, y + 15, frame.name, colours["text"], ' font-size="11" font-weight="600"')


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


def _head(title: str, lines: Sequence[str], left: float, top: float, colours: Mapping[str, str]) -> Iterable[str]:
    y = top + 24
    if title:
        yield _label(left + 16, y, title, colours["text"], ' font-size="16" font-weight="600"')
        y += _LINE * 1.2
    for line in lines:
        yield _label(left + 16, y, line, colours["dim"])
        y += _LINE


def _edges(picture: Picture, colours: Mapping[str, str], tint: Tint, focus: Focus) -> Iterable[str]:
    for number, drawn in enumerate(_lines(picture, colours, tint, focus)):
        yield from focus.laid(drawn, focus.edge(number))


def _lines(picture: Picture, colours: Mapping[str, str], tint: Tint, focus: Focus) -> Iterable[tuple[str, str]]:
    widths = curves.line_widths(picture)
    shares = tint.edges or (0.0,) * len(picture.edges)
    lines = zip(picture.edges, curves.curves(picture), widths, shares, strict=True)
    for number, (edge, line, width, share) in enumerate(lines):
        some = focus.parts(number) if focus.parts is not None and focus.edge(number) else None
        strength = 0.65 if share < 0 else 0.3 + 0.7 * min(share, 1.0) if share else 0.0
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in (line.first, line.second, line.end))
        own = resolved(edge.colour, colours)
        way = f'd="M{_n(line.start[0])},{_n(line.start[1])} C{points}" fill="none"'
        double = edge.style == "double"
        path = (
            f'<path {way} stroke="{_mixed(own or colours["edge"], colours["taint"], strength)}" '
            f'stroke-width="{_n(width + 3 if double else width)}"{_DASH[edge.style]}><title>{_text(_tip(picture, edge, some))}</title></path>'
        )
        if double:  # the ground between two lines
            path += f'<path {way} stroke="{colours["canvas"]}" stroke-width="{_n(max(1.8, width * 0.5 + 1.2))}"/>'
        tip = _mixed(own or colours["arrow"], _mixed("#000000", colours["taint"], 0.78), strength)
        yield path, f'<polygon points="{_points(line.arrow)}" fill="{tip}"/>'


def _mixed(first: str, second: str, strength: float) -> str:
    if not strength:
        return first
    pairs = ((int(first[k : k + 2], 16), int(second[k : k + 2], 16)) for k in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * strength):02x}" for a, b in pairs)


def _ring(node: Node, share: float, colours: Mapping[str, str], *, reach: float = 0.0) -> Iterable[str]:
    """The ring of marked money: an arc clockwise from twelve o'clock; broken when there is no share."""
    if not share:
        return
    r = reach or shapes.extent(node) + 2.9
    wide = 3.4 if not reach else 3.0
    circle = f'<circle cx="{_n(node.x)}" cy="{_n(node.y)}" r="{_n(r)}" fill="none"'
    if share < 0:
        yield f'{circle} stroke="{colours["taint"]}" stroke-width="2.7" stroke-dasharray="4 3.4"/>'
        return
    yield f'{circle} stroke="{colours["dim"]}" stroke-width="0.9"/>'
    if share >= 1:
        yield f'{circle} stroke="{colours["taint"]}" stroke-width="{wide}"/>'
        return
    turn = max(share, 0.02) * 2 * math.pi
    x, y = node.x + r * math.sin(turn), node.y - r * math.cos(turn)
    large = int(turn > math.pi)
    yield (
        f'<path d="M{_n(node.x)},{_n(node.y - r)} A{_n(r)},{_n(r)} 0 {large} 1 {_n(x)},{_n(y)}" fill="none" '
        f'stroke="{colours["taint"]}" stroke-width="{wide}"/>'
    )


def _tip(picture: Picture, edge: Edge, some: plates.Part | None) -> str:
    a, b = picture.nodes[edge.source], picture.nodes[edge.target]
    ends = f"{a.full or a.name} to {b.full or b.name}"
    if some is not None:
        return f"{ends}: {some.exact} ({some.count} of {edge.count} transfers)"
    return f"{ends}: {edge.exact} ({edge.count} transfers)"


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _moved(points: Sequence[tuple[float, float]], x: float, y: float, scale: float) -> str:
    return _points((x + px * scale, y + py * scale) for px, py in points)


def _node(node: Node, colours: Mapping[str, str], share: float, *, worded: bool = True) -> Iterable[str]:
    fill = resolved(node.colour, colours) or colours[node.role]
    grown = shapes.RADIUS * node.size
    worded = worded and node.worded
    dash = ' stroke-dasharray="4 3"' if node.doubtful else ""
    yield f"<g><title>{_text(node.full or node.name)}</title>"
    if node.kind == "transaction":
        shape = _moved(shapes.transaction_outline(), node.x, node.y, shapes.TRANSACTION_RADIUS)
        yield f'<polygon points="{shape}" fill="{colours["panel"]}" stroke="{colours["text"]}" stroke-width="1.4"{dash}/>'
        below = shapes.TRANSACTION_RADIUS
    elif node.kind == "group":
        line = resolved(node.colour, colours) or colours["dim"]
        for outline in shapes.group_outlines():
            yield (
                f'<polygon points="{_moved(outline, node.x, node.y, 1)}" fill="{colours["panel"]}" stroke="{line}"'
                ' stroke-width="1.8"/>'
            )
        inside = f"{node.stub_count:,}"
        yield _label(node.x, node.y + 4.5, inside, colours["text"], ' text-anchor="middle" font-weight="700"')
        below = shapes.RADIUS
    elif node.kind == "stub":
        count = f"+{node.stub_count:,}" if node.stub_count else node.name
        shape = _points(
            (node.x + x, node.y + y) for x, y in shapes.pill(text_width(count, 12) / 2 + 10, shapes.STUB_HALF_HEIGHT)
        )
        yield f'<polygon points="{shape}" fill="{colours["panel"]}" stroke="{colours["dim"]}" stroke-dasharray="4 3"/>'
        yield _label(node.x, node.y + 4, count, colours["text"], ' text-anchor="middle" font-weight="600"')
        below = shapes.STUB_HALF_HEIGHT
    else:
        shape = _moved(shapes.outline(node.role), node.x, node.y, grown)
        if node.ringed:
            yield (
                f'<circle cx="{_n(node.x)}" cy="{_n(node.y)}" r="{_n(shapes.extent(node))}" fill="none" '
                f'stroke="{colours["text"]}" stroke-width="1.6"/>'
            )
        edge = colours["text"] if node.doubtful else colours["panel"]
        yield f'<polygon points="{shape}" fill="{fill}" stroke="{edge}" stroke-width="1.6" stroke-linejoin="round"{dash}/>'
        size, down = shapes.badge_place(node.role)
        if node.badge:
            extra = f' text-anchor="middle" font-weight="700" font-size="{_n(size * grown)}"'
            yield _label(node.x, node.y + (down + size * 0.36) * grown, node.badge, _readable(fill), extra)
        if node.pinned:
            yield f'<circle cx="{_n(node.x + 15 * node.size)}" cy="{_n(node.y - 15 * node.size)}" r="3.5" fill="{colours["accent"]}" stroke="{colours["panel"]}"/>'
        below = shapes.extent(node) - 1 if node.ringed else grown * 1.05
    if worded and not (node.kind == "stub" and node.stub_count and not node.detail):
        yield from _captions(node, shapes.extent(node) + 4 if share else below, colours)
    yield "</g>"


def _captions(node: Node, below: float, colours: Mapping[str, str]) -> Iterable[str]:
    halo = f' text-anchor="middle" paint-order="stroke" stroke="{colours["canvas"]}" stroke-width="3" stroke-linejoin="round"'
    if node.name:
        yield _label(node.x, node.y + below + 14, node.name, colours["text"], halo)
    if node.detail:
        yield _label(node.x, node.y + below + 28, node.detail, colours["dim"], halo + ' font-size="10.5"')


def _placed(
    picture: Picture, tint: Tint, focus: Focus, part: tuple[float, float, float, float] | None
) -> plates.Plates:
    """Where the plates of what is looked at stand."""
    return plates.place(
        picture, curves.curves(picture),
        [number for number in range(len(picture.edges)) if focus.edge(number)],
        [number for number in range(len(picture.nodes)) if focus.node(number) or not focus.hide],
        lambda text: text_width(text, 10.5), parts=focus.parts, shares=tint.edges, inside=part,
    )  # fmt: skip


def _plates(worded: plates.Plates, colours: Mapping[str, str]) -> Iterable[str]:
    for found in worded.placed.values():
        left, top, right, bottom = found.box
        yield (
            f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}" rx="4" '
            f'fill="{colours["canvas"]}"/>'
        )
        for place, row in enumerate(found.rows):
            y = top + 12 + plates.ROW * place
            yield _label(found.x, y, row, colours["text"], ' text-anchor="middle" font-size="10.5"')


def _legend(
    entries: Sequence[tuple[Role, str]], left: float, top: float, colours: Mapping[str, str], tint: Tint
) -> Iterable[str]:
    step = _step(entries)
    for number, (role, text) in enumerate(entries):
        x, y = left + 30 + number % 3 * step, top + 14 + number // 3 * 26
        yield f'<polygon points="{_moved(shapes.outline(role), x, y, 8)}" fill="{colours[role]}"/>'
        yield _label(x + 16, y + 4, text, colours["dim"])
    if tint.legend:
        x, y = left + 30 + len(entries) % 3 * step, top + 14 + len(entries) // 3 * 26
        sign = Node("", "address", x, y, "unattributed", "", "", "", "")
        share = 0.0 if tint.stale else -1.0 if tint.touched else 0.35
        yield from _ring(sign, share, colours, reach=7.5)
        yield _label(x + 16, y + 4, tint.legend, colours["dim"])


def _step(entries: Sequence[tuple[Role, str]]) -> float:
    """Room for one entry of the legend; other languages than English need more."""
    longest = max((text_width(text, 12) for _, text in entries), default=0.0)
    return 180.0 if longest <= 182 else longest + 34


def _readable(fill: str) -> str:
    parts = [int(fill[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"
