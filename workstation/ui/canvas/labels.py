"""Owns labels: what is written, where it finds room, and the small pictures of text that are drawn.

Texts have a constant size on screen, never overlap, and are written whole or not at all. They are placed once for a place
of the camera, a little beyond the screen, and travel along until it rests. Must not know the case.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from workstation.analysis import curves
from workstation.analysis.plates import ALONG, forms
from workstation.analysis.shapes import ROLES, extent
from workstation.ui import theme as themes
from workstation.ui.canvas import brush, frames, notes
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import KINDS, GraphData
from workstation.ui.text import cell as one_line
from workstation.ui.theme import Theme

NAMES_FROM = 5.0
#: From here on what is known by name is written, as far as it finds room; below, only the selection and the subject.
KNOWN_FROM = 1.0
DETAILS_FROM = 9.0
PLATES_FROM = 6.5
_MOST = 320
_MOST_KNOWN = 60
_MOST_FAR = 24
#: A selection of so few is named before everything else.
_SINGLED = 3
_MOST_EDGES = 400
#: Larger pictures are a map from afar: names may lie over its dots.
_MAP = 3000
_KEPT = 4000
#: Share of the screen beyond each side for which labels are placed as well, so that a pan uncovers placed ones.
_BEYOND = 0.2
#: Seconds that new pictures of text may take in one frame; the rest comes with the next frames.
_BUDGET = 0.006
#: New texts that are written whatever the time: on a slow computer none would be, and the picture be drawn for ever.
_AT_LEAST = 12
#: Opacity of the ground below a name, of 255: a line can be followed through it, and does not strike the letters out.
_GROUND = 165
_Box = tuple[float, float, float, float]
#: Which roles are written first when there is not room for all.
_ROLE_ORDER = ("subject", "illicit", "victim", "service", "obfuscation", "infrastructure", "unattributed")


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: share of the base size, weight, colour, and whether it stands on an opaque plate."""

    share: float
    bold: bool
    colour: str
    plate: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A label on screen: its picture, the world point it belongs to, and its corner relative to that point.

    ``node`` is the number of the node it goes along with, -1 for the plate of a line.
    """

    image: QImage
    x: float
    y: float
    dx: float
    dy: float
    node: int = -1

    def box(self, camera: Camera) -> QRectF:
        """The pixels it covers."""
        x, y = camera.pixel(self.x, self.y)
        ratio = self.image.devicePixelRatio()
        return QRectF(x + self.dx, y + self.dy, self.image.width() / ratio, self.image.height() / ratio)


class Board:
    """The labels placed for one camera. ``whole``: there was time for all of them; ``seconds``: how long it took."""

    def __init__(self, placed: list[Placed], camera: Camera, *, whole: bool = True, seconds: float = 0.0) -> None:
        self.placed = placed
        self.camera = camera
        self.whole = whole
        self.seconds = seconds
        self._nodes = np.array([label.node for label in placed], np.int64)
        self._places = np.array([(label.x, label.y) for label in placed], np.float64).reshape(-1, 2)
        self._corners = np.array([(label.dx, label.dy) for label in placed], np.float64).reshape(-1, 2)

    def covers(self, camera: Camera) -> bool:
        """Whether everything on screen has been thought of, at this zoom."""
        mine = self.camera
        same = (camera.width, camera.height, camera.ratio) == (mine.width, mine.height, mine.ratio)
        if not same or abs(camera.scale / mine.scale - 1) > 1e-9:
            return False
        away_x, away_y = abs(camera.x - mine.x) * camera.scale, abs(camera.y - mine.y) * camera.scale
        return away_x <= _BEYOND * camera.width and away_y <= _BEYOND * camera.height

    def draw(self, painter: QPainter, camera: Camera, data: GraphData) -> None:
        """The labels where a camera sees them; those of nodes stand where the nodes are now."""
        if not self.placed:
            return
        places = np.where(self._nodes[:, None] >= 0, data.pos[self._nodes], self._places)
        corners = np.round(camera.pixels(places) + self._corners).astype(int)
        seen = (corners[:, 0] > -300) & (corners[:, 0] < camera.width) & (corners[:, 1] > -40)
        seen &= corners[:, 1] < camera.height
        for number, (x, y) in zip(np.flatnonzero(seen).tolist(), corners[seen].tolist(), strict=True):
            painter.drawImage(x, y, self.placed[number].image)


class Writer:
    """Makes and keeps the pictures of texts for one theme and pixel ratio."""

    def __init__(self, theme: Theme, ratio: float = 1.0) -> None:
        self.theme = theme
        self.ratio = ratio
        self._kept: dict[tuple[str, Style], QImage] = {}
        self._until = math.inf
        self._least = 0
        self.whole = True

    def begin(self, seconds: float) -> None:
        """Write new texts for so long; ``whole`` says whether that was long enough."""
        self._until = time.perf_counter() + seconds
        self._least = _AT_LEAST
        self.whole = True

    def image(self, text: str, style: Style) -> QImage | None:
        """The picture of a text with halo or plate; what is hidden in it is a mark. None = no time to write it now."""
        made = self._kept.get((text, style))
        if made is None:
            if self._least <= 0 and time.perf_counter() > self._until:
                self.whole = False
                return None
            self._least -= 1
            if len(self._kept) > _KEPT:
                self._kept.clear()
            made = self._kept[text, style] = self._write(one_line(text), style)
        return made

    def _write(self, text: str, style: Style) -> QImage:
        font = themes.font(self.theme, style.share, bold=style.bold)
        metrics = QFontMetricsF(font)
        width, height = math.ceil(metrics.horizontalAdvance(text)) + 8, math.ceil(metrics.height()) + 2
        made = QImage(round(width * self.ratio), round(height * self.ratio), QImage.Format.Format_ARGB32_Premultiplied)
        made.setDevicePixelRatio(self.ratio)
        made.fill(0)
        painter = QPainter(made)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font)
            base = metrics.ascent() + 1
            ground = QColor(self.theme.canvas)
            ground.setAlpha(255 if style.plate else _GROUND)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            inset = 0 if style.plate else 2
            painter.drawRoundedRect(QRectF(inset, inset / 2, width - 2 * inset, height - inset), 4, 4)
            if not style.plate:
                halo = QColor(self.theme.canvas)
                halo.setAlpha(215)
                painter.setPen(halo)
                for ox, oy in ((-1.5, 0), (1.5, 0), (0, -1.5), (0, 1.5), (-1, -1), (1, -1), (-1, 1), (1, 1)):
                    painter.drawText(QPointF(4 + ox, base + oy), text)
            painter.setPen(QColor(style.colour))
            painter.drawText(QPointF(4, base), text)
        finally:
            painter.end()
        return made


class Room:
    """Which pixels of the screen are used, in squares of two pixels: a box touches a used one or it does not."""

    def __init__(self, left: float, top: float, right: float, bottom: float) -> None:
        self._left, self._top = left, top
        self._used = np.zeros((int(bottom - top) // 2 + 2, int(right - left) // 2 + 2), bool)

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Use a box."""
        self._part(left, top, right, bottom)[:] = True

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a box touches none that is used."""
        return not self._part(left, top, right, bottom).any()

    def _part(self, left: float, top: float, right: float, bottom: float) -> NDArray[np.bool_]:
        x, y = max(0, int((left - self._left) // 2)), max(0, int((top - self._top) // 2))
        return self._used[
            y : max(0, int((bottom - self._top) // 2) + 1), x : max(0, int((right - self._left) // 2) + 1)
        ]


def place(
    data: GraphData,
    camera: Camera,
    writer: Writer,
    first: frozenset[int] = frozenset(),
    lines: frozenset[int] = frozenset(),
    cards: Sequence[QRectF] = (),
    *,
    hurry: bool = False,
) -> Board:
    """Labels of nodes and lines, the important ones first, none over another, over a node or under a card.

    Args:
        first, lines: selected nodes and edges; they get their label before all others.
        cards: what floats on the canvas, in pixels.
        hurry: leave texts that were never written before for later when there are many of them.
    """
    started = time.perf_counter()
    writer.begin(math.inf)
    near = camera.node_radius >= NAMES_FROM
    aside, above = _BEYOND * camera.width + 60, _BEYOND * camera.height + 60
    room = Room(-aside - 400, -above - 100, camera.width + aside + 400, camera.height + above + 120)
    places = camera.pixels(data.pos)
    inside = (places[:, 0] > -aside) & (places[:, 0] < camera.width + aside)
    inside &= (places[:, 1] > -above) & (places[:, 1] < camera.height + above)
    there = data.there()[0]
    nodes = np.flatnonzero(inside if there is None else inside & there)
    few = camera.node_radius >= KNOWN_FROM and len(nodes) <= _MAP
    for note in data.picture.cards:  # the text of a card lies over everything else
        area = notes.area(data, camera, note)
        room.take(area.left(), area.top(), area.right(), area.bottom())
    for card in [*cards, *frames.plates(data, camera, writer.theme)]:
        room.take(card.left() - 2, card.top() - 2, card.right() + 2, card.bottom() + 2)
    out: list[Placed] = []
    writer.begin(_BUDGET if hurry else math.inf)
    ahead = sorted(first.intersection(nodes.tolist()))[:_SINGLED] if not near and len(first) <= _SINGLED else []
    for number in ahead:  # from afar what is selected is named even where it stands in a crowd
        out += _name(data, camera, writer, room, number, *places[number].tolist())
    drawn = nodes if near or few else nodes[:0]
    reach = data.radius[drawn] * camera.node_scale * 0.9
    for (x, y), r in zip(places[drawn].tolist(), reach.tolist(), strict=True):
        room.take(x - r, y - r, x + r, y + r)
    most = _MOST if near else _MOST_KNOWN if few else _MOST_FAR
    wanted = nodes if near else np.setdiff1d(nodes[_known(data, nodes, first, few=few)], ahead)
    for number in _important(data, wanted, first)[:most]:
        out += _name(data, camera, writer, room, number, *places[number].tolist())
    if camera.node_radius >= PLATES_FROM:
        out += _plates(data, camera, writer, room, places, lines)
    return Board(out, camera, whole=writer.whole, seconds=time.perf_counter() - started)


def strong(data: GraphData) -> NDArray[np.bool_]:
    """Nodes that are known by name: entities, groups, and addresses with a role."""
    address, entity, group = (data.kind == KINDS.index(kind) for kind in ("address", "entity", "group"))
    found: NDArray[np.bool_] = entity | group | (address & (data.role != ROLES.index("unattributed")))
    return found


def _known(data: GraphData, nodes: NDArray[np.int64], first: frozenset[int], *, few: bool) -> NDArray[np.bool_]:
    """Which nodes are written from afar: the selection and the subject of the case, in a small picture all known ones."""
    wanted = strong(data)[nodes] if few else data.role[nodes] == ROLES.index("subject")
    chosen: NDArray[np.bool_] = wanted | np.isin(nodes, np.fromiter(first, np.int64, len(first)))
    return chosen


def _important(data: GraphData, nodes: NDArray[np.int64], first: frozenset[int]) -> list[int]:
    """Nodes in focus in the order they are written: selected, tainted, by role, by amount."""
    if data.seen_nodes is not None:
        nodes = nodes[data.seen_nodes[nodes]]
    chosen = np.isin(nodes, np.fromiter(first, np.int64, len(first)))
    minor = np.isin(data.kind[nodes], (2, 3))
    rank = np.array([_ROLE_ORDER.index(role) for role in ROLES])[data.role[nodes]] + 10 * minor
    order = np.lexsort((nodes, -data.amount()[nodes], rank, -np.abs(data.taint[nodes]), ~chosen))
    found: list[int] = nodes[order].tolist()
    return found


def _name(data: GraphData, camera: Camera, writer: Writer, room: Room, number: int, x: float, y: float) -> list[Placed]:
    node, theme = data.picture.nodes[number], writer.theme
    if not node.worded:
        texts = []
    elif node.kind == "stub" and (not node.detail or node.name == brush.stub_text(node)):
        texts = [(node.detail, Style(0.84, False, theme.dim))] if node.detail else []
    else:
        strong = node.kind in ("entity", "group") or (node.role != "unattributed" and node.kind == "address")
        dim = node.kind == "transaction"
        texts = [(node.name, Style(0.84 if dim else 0.92, strong, theme.dim if dim else theme.text))]
        if node.detail and camera.node_radius >= DETAILS_FROM:
            texts.append((node.detail, Style(0.82, False, theme.dim)))
    reach = float(data.radius[number]) * camera.node_scale
    if node.ringed:
        reach = max(reach, extent(node) * camera.node_scale)
    under = reach * (1.12 if node.role == "illicit" else 1.0) + 1
    images = [image for text, style in texts if text and (image := writer.image(text, style)) is not None]
    found = _stacked(images, y + under, x, writer.ratio, room)
    if not found and images:  # something stands below it: above is better than no name
        high = images[0].height() / writer.ratio
        found = _stacked(images[:1], y - reach - high, x, writer.ratio, room)
    for _, box in found:  # only now: the lines of one label touch each other
        room.take(*box)
    at = float(data.pos[number, 0]), float(data.pos[number, 1])
    return [Placed(image, *at, box[0] - 2 - x, box[1] - 1 - y, number) for image, box in found]


def _stacked(images: list[QImage], top: float, x: float, ratio: float, room: Room) -> list[tuple[QImage, _Box]]:
    """Lines of a label below each other with the pixels they cover, as many as find room from the first on."""
    found: list[tuple[QImage, _Box]] = []
    for image in images:
        width, height = image.width() / ratio, image.height() / ratio
        box = (x - width / 2 + 2, top + 1, x + width / 2 - 2, top + height - 3)
        if not room.is_free(*box):
            break
        found.append((image, box))
        top += height - 3
    return found


def _plates(
    data: GraphData,
    camera: Camera,
    writer: Writer,
    room: Room,
    places: NDArray[np.float64],
    lines: frozenset[int],
) -> list[Placed]:
    """Amounts on the lines on screen: selected, tainted, large ones first; none when there are too many lines."""
    a, b = places[data.source], places[data.target]
    low, high = np.minimum(a, b) - 60, np.maximum(a, b) + 60
    inside = (high[:, 0] > 0) & (low[:, 0] < camera.width) & (high[:, 1] > 0) & (low[:, 1] < camera.height)
    if data.seen_edges is not None:
        inside &= data.seen_edges
    edges = np.flatnonzero(inside)
    if len(edges) > _MOST_EDGES:
        return []
    chosen = np.isin(edges, np.fromiter(lines, np.int64, len(lines)))
    edges = edges[np.lexsort((edges, -data.weight[edges], data.etaint[edges] == 0, ~chosen))]
    grow = camera.node_scale
    stands = curves.along(
        places[data.source[edges]], places[data.target[edges]],
        data.radius[data.source[edges]] * grow, data.radius[data.target[edges]] * grow,
        data.width[edges] * brush.thickness(camera), data.lane[edges] * camera.scale, ALONG,
    )  # fmt: skip
    out, style = [], Style(0.82, False, writer.theme.text, plate=True)
    for number, ways in zip(edges.tolist(), stands.tolist(), strict=True):
        part = data.parts(number) if data.parts is not None else None
        for text in forms(data.picture.edges[number], part):  # it says less when there is no room for all of it
            image = writer.image(text, style)
            placed = None if image is None else _plate(image, ways, camera, writer, room)
            if placed is not None:
                out.append(placed)
                break
    return out


def _plate(image: QImage, ways: Sequence[Sequence[float]], camera: Camera, writer: Writer, room: Room) -> Placed | None:
    """A plate at the first place along its line, else just above or below it, where there is room."""
    width, height = image.width() / writer.ratio, image.height() / writer.ratio
    above = height / 2 + 5
    for x, y in [*ways, *((x, y + beside) for beside in (-above, above) for x, y in ways)]:
        box = (x - width / 2, y - height / 2 + 1, x + width / 2, y + height / 2 - 1)
        whole = box[0] >= 0 and box[1] >= 0 and box[2] <= camera.width and box[3] <= camera.height
        if whole and room.is_free(*box):
            room.take(*box)
            return Placed(image, *camera.world(x, y), -width / 2, -height / 2)
    return None
