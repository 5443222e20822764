"""The palette limits of notes/ux.md 2.9: no two roles may look alike, also without one kind of cone."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from workstation.analysis.shapes import ROLES
from workstation.domain.errors import WorkstationError
from workstation.ui import theme as themes

# Machado, Oliveira and Fernandes 2009, severity 1.0.
CONES = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour: str, cones: np.ndarray) -> tuple[float, float, float]:
    rgb = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(cones @ linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return float(116 * f[1] - 16), float(500 * (f[0] - f[1])), float(200 * (f[1] - f[2]))


def ciede2000(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, two
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    dl, dc = l2 - l1, c2 - c1
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (1 - 0.17 * math.cos(math.radians(hm - 30)) + 0.24 * math.cos(math.radians(2 * hm))
         + 0.32 * math.cos(math.radians(3 * hm + 6)) - 0.20 * math.cos(math.radians(4 * hm - 63)))  # fmt: skip
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * math.sqrt(cm**7 / (cm**7 + 25**7)) * math.sin(math.radians(60 * math.exp(-(((hm - 275) / 25) ** 2))))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh)


def test_ciede2000_agrees_with_published_pairs() -> None:
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)


@pytest.mark.parametrize("cones", CONES)
@pytest.mark.parametrize("name", themes.THEMES)
def test_no_two_roles_look_alike(name: str, cones: str) -> None:
    colours = themes.load(name).roles
    seen = [lab(colours[role], CONES[cones]) for role in ROLES]
    assert min(ciede2000(a, b) for a, b in itertools.combinations(seen, 2)) >= 14


@pytest.mark.parametrize("name", themes.THEMES)
def test_contrast_limits(name: str) -> None:
    theme = themes.load(name)
    assert min(themes.contrast(colour, theme.canvas) for colour in theme.roles.values()) >= theme.minimum_contrast
    assert min(themes.contrast(themes.readable_on(fill), fill) for fill in theme.roles.values()) >= 4.5
    for ground in (theme.canvas, theme.panel, theme.field):
        assert themes.contrast(theme.text, ground) >= 7
        assert themes.contrast(theme.dim, ground) >= 4.5
        assert themes.contrast(theme.accent, ground) >= 4.5
    assert themes.contrast(theme.on_accent, theme.accent) >= 4.5


def test_applying_a_theme_sets_palette_and_text_scale(qapp: QApplication) -> None:
    theme = themes.apply(qapp, "dark", 200)
    assert qapp.palette().window().color().name() == theme.panel
    assert qapp.font().pixelSize() == 25
    themes.apply(qapp, "light")
    assert qapp.font().pixelSize() == 12


def test_an_unknown_theme_is_named() -> None:
    with pytest.raises(WorkstationError, match="WS-UI-010"):
        themes.load("neon")
