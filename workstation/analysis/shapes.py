"""Owns the outline of each role and the size of each node, for every front end (canvas, SVG, icons).

Plain numbers only: an outline is a closed polygon around (0, 0) in units of the node radius. Must not know colours.
"""

from __future__ import annotations

import math

from workstation.analysis.picture import Node, Role

Point = tuple[float, float]

#: World radius of an address or entity node, of a transaction node and half the height of a stub.
RADIUS = 18.0
TRANSACTION_RADIUS = 7.0
STUB_HALF_HEIGHT = 11.0
#: How far the ring that emphasises a node stands off its shape.
RING_ROOM = 4.0
ROLES: tuple[Role, ...] = (
    "subject", "victim", "service", "obfuscation", "infrastructure", "illicit", "unattributed",
)  # fmt: skip


def outline(role: Role) -> tuple[Point, ...]:
    """The closed polygon of a role: star, circle, rounded box, hexagon, diamond, triangle or small circle."""
    if role == "subject":
        return tuple(_polar(1.2 if k % 2 == 0 else 0.62, k * math.pi / 5 - math.pi / 2) for k in range(10))
    if role == "service":
        return _rounded_box(0.94, 0.94, 0.34)
    if role == "obfuscation":
        return tuple(_polar(1.08, k * math.pi / 3) for k in range(6))
    if role == "infrastructure":
        return tuple(_polar(1.16, k * math.pi / 2 - math.pi / 2) for k in range(4))
    if role == "illicit":
        return tuple((x, y + 0.18) for x, y in (_polar(1.3, k * 2 * math.pi / 3 - math.pi / 2) for k in range(3)))
    return tuple(_polar(0.7 if role == "unattributed" else 1.0, k * math.pi / 24) for k in range(48))


def badge_place(role: Role) -> tuple[float, float]:
    """Height of the badge letters and how far below the centre they stand, in node radii."""
    return {"subject": (0.56, 0.03), "illicit": (0.6, 0.3), "infrastructure": (0.62, 0.0)}.get(role, (0.76, 0.0))


def radius(node: Node) -> float:
    """The world radius that edges of a node keep clear of."""
    if node.kind == "transaction":
        return TRANSACTION_RADIUS
    if node.kind in ("stub", "group"):
        return 23.0  # edges meet a pill at its side
    return RADIUS * node.size * (0.7 if node.role == "unattributed" else 1.0) + (RING_ROOM if node.ringed else 0.0)


def extent(node: Node) -> float:
    """How far the shape of a node reaches from its centre, in world units."""
    if node.kind == "transaction":
        return TRANSACTION_RADIUS * 1.12
    if node.kind in ("stub", "group"):
        return radius(node)
    reach = RADIUS * node.size * max(math.hypot(x, y) for x, y in outline(node.role))
    return reach + (RING_ROOM if node.ringed else 0.0)


def transaction_outline() -> tuple[Point, ...]:
    """The small square of a transaction node, in units of its own radius."""
    return _rounded_box(0.92, 0.92, 0.3)


def pill(half_width: float, half_height: float) -> tuple[Point, ...]:
    """The outline of a stub, in the units of its arguments."""
    return _rounded_box(half_width, half_height, half_height)


def group_outlines() -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The two boxes of a group, the one behind first: several things on top of each other."""
    box = _rounded_box(21.0, 14.0, 6.0)
    return tuple((x + 4.0, y - 4.0) for x, y in box), box


def _polar(reach: float, angle: float) -> Point:
    return reach * math.cos(angle), reach * math.sin(angle)


def _rounded_box(half_width: float, half_height: float, corner: float) -> tuple[Point, ...]:
    points = []
    for quarter, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        for step in range(9):
            angle = (quarter + step / 8) * math.pi / 2
            points.append((
                sx * (half_width - corner) + corner * math.cos(angle),
                sy * (half_height - corner) + corner * math.sin(angle),
            ))  # fmt: skip
    return tuple(points)
