"""Owns where to look so that a whole graph is seen: nodes, the names below them, and no card over them.

Plain numbers; must not know Qt or move the camera itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

from workstation.analysis import notecards
from workstation.analysis.shapes import RADIUS, ROLES
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.labels import DETAILS_FROM, NAMES_FROM, strong

Box = tuple[float, float, float, float]
#: A point of the world, the zoom, and the pixel where the point stands.
_Look = tuple[float, float, float, float, float]
Floats = NDArray[np.float64]

_MARGIN = 14.0
_LARGEST = 1.25
#: Labels of larger graphs are not thought of: fitted, they are too small to be written.
_LABELLED = 3000
_LETTER = 6.4
_LINE = 17.0


def fitted(
    data: GraphData, width: float, height: float, cards: list[Box], largest: float = _LARGEST, words: float = 1.0
) -> Camera:
    """The nearest camera that shows everything, with no node or name under a card (left, top, right, bottom).

    When cards leave too little room, they are looked past: a graph half as large is worse than a covered name.

    Args:
        words: how much larger than usual names are written.
    """
    width, height = max(200.0, width), max(150.0, height)
    reach = _Reach(data, words)
    best = _look(reach, (_MARGIN, _MARGIN, width - _MARGIN, height - _MARGIN), largest)
    found = []
    for ways in product(range(3), repeat=len(cards)):
        room = [_MARGIN, _MARGIN, width - _MARGIN, height - _MARGIN]
        for way, card in zip(ways, cards, strict=True):
            _make_room(room, card, way, width, height)
        if room[2] - room[0] > width * 0.4 and room[3] - room[1] > height * 0.4:
            found.append((_look(reach, (room[0], room[1], room[2], room[3]), largest), sum(map(bool, ways))))
    for look, _ in sorted(found, key=lambda one: (-one[0][2], one[1])):
        if look[2] < best[2] * 0.5:
            break
        for moved in _nearer_the_middle(reach, look, width, height):
            camera = Camera(*_centre(moved, width, height), look[2], round(width), round(height))
            if not any(_meets(reach, camera, card) for card in cards):
                return camera
    return Camera(*_centre(best, width, height), best[2], round(width), round(height))


class _Reach:
    """Places and how far a node with its name reaches, in pixels, at a zoom."""

    def __init__(self, data: GraphData, words: float) -> None:
        there = data.there()[0]
        which = np.arange(data.nodes) if there is None or not there.any() else np.flatnonzero(there)
        self.pos: Floats = data.pos[which]
        self.radius: Floats = data.radius[which]
        self.wide: Floats = np.zeros(len(which))
        self.lines = np.zeros(len(which))
        self.strong = np.zeros(len(which), bool)
        self.line = _LINE * words
        if len(which) > _LABELLED:  # from afar the subject of the case is named, and little else
            self.strong = data.role[which] == ROLES.index("subject")
            for row in np.flatnonzero(self.strong).tolist():
                self.wide[row] = _width(data.picture.nodes[int(which[row])].name) * words / 2 + 6
                self.lines[row] = 1.0
        else:
            nodes = [data.picture.nodes[n] for n in which.tolist()]
            self.strong = strong(data)[which]
            self.wide = np.array([max(_width(n.name), _width(n.detail) * 0.9) * words / 2 + 6 for n in nodes])
            self.lines = np.array([bool(n.name) + bool(n.detail) for n in nodes], float)
        spots = [spot for card in data.picture.cards for spot in _spots(notecards.box(card, data.pos, data.picture))]
        if spots:  # a note card is seen whole: nine points of it count as nodes without a name
            self.pos = np.vstack([self.pos, spots])
            self.radius = np.append(self.radius, np.full(len(spots), 2.0))
            self.wide, self.lines = (np.append(part, np.zeros(len(spots))) for part in (self.wide, self.lines))
            self.strong = np.append(self.strong, np.zeros(len(spots), bool))
        left, top, right, bottom = data.bounds()
        self.world: Box = (left, top, right, bottom)
        self.backdrop = bool(data.picture.lanes or data.picture.frames)

    def sides(self, scale: float) -> tuple[Floats, Floats, Floats]:
        """Half the width, the reach above and below the middle of each node."""
        drawn = min(RADIUS * scale, 28.0)
        body = self.radius * drawn / RADIUS + 4
        written = self.strong | (drawn >= NAMES_FROM)
        lines = np.where(drawn >= DETAILS_FROM, self.lines, np.minimum(self.lines, 1.0)) * written
        return np.maximum(body, self.wide * (lines > 0)), body, body + lines * self.line

    def box(self, scale: float) -> Box:
        """Everything, in pixels around the world's origin."""
        if not len(self.pos):
            left, top, right, bottom = self.world
            return left * scale, top * scale, right * scale, bottom * scale
        half, above, below = self.sides(scale)
        x, y = self.pos[:, 0] * scale, self.pos[:, 1] * scale
        found = float((x - half).min()), float((y - above).min()), float((x + half).max()), float((y + below).max())
        if not self.backdrop:
            return found
        left, top, right, bottom = (side * scale for side in self.world)
        return min(found[0], left), min(found[1], top), max(found[2], right), max(found[3], bottom)


def _spots(box: Box) -> list[tuple[float, float]]:
    left, top, right, bottom = box
    return [(x, y) for x in (left, (left + right) / 2, right) for y in (top, (top + bottom) / 2, bottom)]


def _width(text: str) -> float:
    if text.isascii():
        return len(text) * _LETTER
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text) * _LETTER


def _make_room(room: list[float], card: Box, way: int, width: float, height: float) -> None:
    """Shrink the room past a card: not at all (0), at its side (1), above or below it (2)."""
    left, top, right, bottom = card
    if way == 1:
        if left + right < width:
            room[0] = max(room[0], right + 8)
        else:
            room[2] = min(room[2], left - 8)
    elif way == 2:
        if top + bottom < height:
            room[1] = max(room[1], bottom + 6)
        else:
            room[3] = min(room[3], top - 6)


def _nearer_the_middle(reach: _Reach, look: _Look, width: float, height: float) -> Iterator[_Look]:
    """The same look in the middle of the canvas, above, below or beside what stands there, and last where it was."""
    x, y, scale, at_x, at_y = look
    _, top, _, bottom = reach.box(scale)
    half = (bottom - top) / 2 + _MARGIN
    for there in (
        (width / 2, height / 2),
        (width / 2, at_y),
        (width / 2, half),
        (width / 2, height - half),
        (at_x, height / 2),
        (at_x, at_y),
    ):
        yield x, y, scale, *there


def _look(reach: _Reach, room: Box, largest: float) -> _Look:
    """The look with which everything fills the room."""
    wide, tall = room[2] - room[0], room[3] - room[1]
    left, top, right, bottom = reach.world
    scale = min(wide / max(right - left, 1.0), tall / max(bottom - top, 1.0), largest)
    for _ in range(6):  # names do not shrink with the zoom, so the zoom is found by trying
        left, top, right, bottom = reach.box(scale)
        grow = min(wide / max(right - left, 1.0), tall / max(bottom - top, 1.0))
        nearer = min(scale * grow, largest)
        if abs(nearer / scale - 1) < 1e-3:
            break
        scale = nearer
    left, top, right, bottom = reach.box(scale)
    x, y = (left + right) / 2 / scale, (top + bottom) / 2 / scale
    return x, y, scale, (room[0] + room[2]) / 2, (room[1] + room[3]) / 2


def _centre(look: _Look, width: float, height: float) -> tuple[float, float]:
    x, y, scale, at_x, at_y = look
    return x + (width / 2 - at_x) / scale, y + (height / 2 - at_y) / scale


def _meets(reach: _Reach, camera: Camera, card: Box) -> bool:
    """Whether a node or its name lies under a card."""
    if not len(reach.pos):
        return False
    at = camera.pixels(reach.pos)
    half, above, below = reach.sides(camera.scale)
    left, top, right, bottom = card
    inside = (at[:, 0] + half > left) & (at[:, 0] - half < right)
    return bool((inside & (at[:, 1] + below > top) & (at[:, 1] - above < bottom)).any())
