"""Owns the plates of lines: what they say, longest form first, and where they stand on paper so that none covers another.

A plate never says more money than is looked at, and what finds no room on paper is told, never left out in silence.
Plain numbers only; must not draw and must not know the case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workstation.analysis import notecards, shapes
from workstation.analysis.curves import Curve
from workstation.analysis.picture import Edge, Picture, plate

#: Height of a row of a plate in world units, and how far above or below its line a plate may stand.
ROW = 16.0
_NEAR, _FAR = 14.0, 28.0
#: Shares of a line at which its plate may stand, the middle first.
ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
#: A plate on a line must leave more than this share of its length to be seen; else it stands above the line.
_HIDDEN = 0.6
_CELL = 96.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """What of a line passes a lens: how many of its transfers, and their sum, short and exact."""

    count: int
    label: str
    exact: str


#: Gives the part of a line that passes, by its number; None when all of it does.
Parts = Callable[[int], Part | None]


def forms(edge: Edge, part: Part | None = None) -> tuple[str, ...]:
    """What the plate of a line may say, from all of it to the shortest; empty when it says nothing."""
    if part is not None:
        return f"{part.count:,} of {edge.count:,} · {part.label}", f"{part.count:,} of {edge.count:,}"
    words = plate(edge)
    if not edge.crossing:
        return tuple(dict.fromkeys(text for text in (words, edge.label) if text))
    own = plate(replace(edge, crossing=""))
    if ", of these " in words:
        return words, f"{own}, of these …"
    return words, f"… → {edge.label}" if words.endswith(f" → {edge.label}") else f"{edge.label} → …"


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate on paper: its middle, half its width, and its rows."""

    x: float
    y: float
    half: float
    rows: tuple[str, ...]

    @property
    def box(self) -> Box:
        """Left, top, right, bottom."""
        tall = ROW * len(self.rows) / 2
        return self.x - self.half, self.y - tall, self.x + self.half, self.y + tall


@dataclass(frozen=True, slots=True)
class Plates:
    """The plates of a picture by line; ``notes`` are the texts of numbered ones, ``left_out`` counts those without room."""

    placed: Mapping[int, Plate] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: int = 0


class Room:
    """Boxes of which none may touch another, found by the cells they lie in."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def take(self, box: Box) -> None:
        """Use a box."""
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def is_free(self, box: Box) -> bool:
        """Whether a box touches none that is used."""
        left, top, right, bottom = box
        return not any(
            left < far and right > near and top < low and bottom > high
            for cell in _cells(box)
            for near, high, far, low in self._cells.get(cell, ())
        )


def _cells(box: Box) -> Iterable[tuple[int, int]]:
    left, top, right, bottom = (int(side // _CELL) for side in box)
    return ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))


def place(
    picture: Picture,
    lines: Sequence[Curve],
    numbers: Iterable[int],
    nodes: Iterable[int],
    width: Callable[[str], float],
    *,
    parts: Parts | None = None,
    shares: Sequence[float] = (),
    inside: Box | None = None,
) -> Plates:
    """Find a free place for the plate of each line: over no node, no name, no note card and no other plate.

    Marked lines first, then heavy ones. A plate moves along its line, then beside it, then says less. A crossing without
    room gets a number, and its words stand below the picture.

    Args:
        numbers, nodes: the lines that have a plate, and the nodes that are drawn. width: how wide a text is.
        shares: marked shares of the lines. inside: where plates may stand at all.
    """
    room = Room()
    for number in nodes:
        for box in _bodies(picture, number, width):
            room.take(box)
    for card in picture.cards:
        room.take(notecards.box(card, None, picture))
    placed: dict[int, Plate] = {}
    notes: list[str] = []
    left_out = 0
    weights = [edge.weight for edge in picture.edges]
    for number in sorted(numbers, key=lambda n: (not (shares and shares[n]), -weights[n], n)):
        edge, line = picture.edges[number], lines[number]
        part = parts(number) if parts is not None else None
        if inside is not None and not (
            inside[0] < line.middle[0] < inside[2] and inside[1] < line.middle[1] < inside[3]
        ):
            continue
        said = forms(edge, part)
        if not said:
            continue
        texts = _crossing_rows(said[0]) if edge.crossing and part is None else [(text,) for text in said]
        found = _first(room, line, texts, width, inside)
        if found is None and edge.crossing and part is None:
            names = (picture.nodes[end].name for end in (edge.source, edge.target))
            notes.append(f"[{len(notes) + 1}] {' to '.join(names)}: {said[0]}")
            found = _first(room, line, [(f"[{len(notes)}]",)], width, inside)
            found = found or Plate(*line.middle, width(f"[{len(notes)}]") / 2 + 4, (f"[{len(notes)}]",))
        if found is None:
            left_out += 1
            continue
        room.take(found.box)
        placed[number] = found
    return Plates(dict(sorted(placed.items())), tuple(notes), left_out)


def _crossing_rows(text: str) -> list[tuple[str, ...]]:
    """A sum and what of it crosses stand one below the other; where there is less room, the two amounts do too."""
    rows = tuple(text.split(", "))
    paid, arrow, received = rows[-1].partition(" → ")
    return [rows, (*rows[:-1], paid + arrow.rstrip(), received)] if arrow else [rows]


def _first(
    room: Room, line: Curve, texts: Iterable[tuple[str, ...]], width: Callable[[str], float], inside: Box | None
) -> Plate | None:
    for rows in texts:
        half = max(width(row) for row in rows) / 2 + 4
        tall = ROW * len(rows) / 2 - ROW / 2
        long = abs(line.end[0] - line.start[0]) + abs(line.end[1] - line.start[1])
        near, far = tall + _NEAR, tall + _FAR
        ways = (0.0, -near, near) if 2 * half < _HIDDEN * long else (-near, near, 0.0)
        for beside in (*ways, -far, far):
            for share in ALONG if beside else ALONG[:5]:
                x, y = _point(line, share)
                found = Plate(x, y + beside, half, rows)
                box = found.box
                whole = inside is None or (
                    inside[0] <= box[0] and inside[1] <= box[1] and box[2] <= inside[2] and box[3] <= inside[3]
                )
                if whole and room.is_free(box):
                    return found
    return None


def _point(line: Curve, t: float) -> tuple[float, float]:
    u = 1 - t
    w = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    four = (line.start, line.first, line.second, line.end)
    return sum(a * p[0] for a, p in zip(w, four, strict=True)), sum(a * p[1] for a, p in zip(w, four, strict=True))


def _bodies(picture: Picture, number: int, width: Callable[[str], float]) -> Iterable[Box]:
    """What a node and its two lines of words cover on paper."""
    node = picture.nodes[number]
    reach = shapes.extent(node)
    half = width(node.name) / 2 + 10 if node.kind == "stub" else reach
    yield node.x - half, node.y - reach, node.x + half, node.y + reach
    below = node.y + reach + 2
    if node.worded and node.kind != "stub" and node.name:
        half = width(node.name) * 0.57 + 2
        yield node.x - half, below, node.x + half, below + 17
    if node.worded and node.detail:
        half = width(node.detail) / 2 + 2
        yield node.x - half, below + 14, node.x + half, below + 32
