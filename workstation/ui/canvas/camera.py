"""Owns the camera: which part of the world is on screen, as plain numbers. Must not know Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.shapes import RADIUS

#: A node is never drawn larger than this, however near the camera is.
LARGEST_RADIUS = 28.0


@dataclass(frozen=True, slots=True)
class Camera:
    """Centre in world units, pixels per world unit, size in pixels, device pixels per pixel."""

    x: float
    y: float
    scale: float
    width: int
    height: int
    ratio: float = 1.0

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """World points as pixels of the view."""
        found: NDArray[np.float64] = (points - (self.x, self.y)) * self.scale + (self.width / 2, self.height / 2)
        return found

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """One world point as pixels of the view."""
        return (x - self.x) * self.scale + self.width / 2, (y - self.y) * self.scale + self.height / 2

    def world(self, x: float, y: float) -> tuple[float, float]:
        """The world point under a pixel of the view."""
        return self.x + (x - self.width / 2) / self.scale, self.y + (y - self.height / 2) / self.scale

    def area_of(self, seen: Camera) -> tuple[float, float, float, float]:
        """Left, top, width and height, in pixels of this view, of what another camera saw."""
        grow = self.scale / seen.scale
        x = (seen.x - self.x) * self.scale + self.width / 2 - seen.width / 2 * grow
        y = (seen.y - self.y) * self.scale + self.height / 2 - seen.height / 2 * grow
        return x, y, seen.width * grow, seen.height * grow

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return max(1, round(self.width * self.ratio)), max(1, round(self.height * self.ratio))

    @property
    def node_radius(self) -> float:
        """The drawn radius of an address node in pixels."""
        return min(RADIUS * self.scale, LARGEST_RADIUS)

    @property
    def node_scale(self) -> float:
        """Pixels per world unit of things drawn at a node; smaller than ``scale`` when the camera is very near."""
        return self.node_radius / RADIUS
