"""Owns the form of a note card: its lines and its size in world units, the same on screen and on paper.

Plain text only: what hides or deceives in it becomes a visible mark. Must not draw and must not know the case.
"""

from __future__ import annotations

from workstation.analysis.picture import Card, Picture
from workstation.domain.visible import visible

#: Letters in a line and lines on a card; the rest is counted on its last line.
LETTERS = 34
LINES = 14
#: Size of the letters, height of a line and room around the text, in world units.
LETTER_SIZE = 12.0
LINE_HEIGHT = 16.0
PADDING = 8.0
_LETTER_WIDTH = 0.56
_WIDE = 1.0


def lines(text: str) -> tuple[str, ...]:
    """The lines of a card: words are kept whole where they fit, and nothing runs out of it."""
    made: list[str] = []
    for paragraph in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        made += _wrapped(visible(paragraph, 4000))
    if len(made) > LINES:
        left = len(made) - LINES + 1
        made = [*made[: LINES - 1], f"… {left} more lines"]
    return tuple(made) or ("",)


def _wrapped(paragraph: str) -> list[str]:
    found, line = [], ""
    for word in paragraph.split(" "):
        if line and width(line + " " + word) > LETTERS:
            found.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
        while width(line) > LETTERS:
            cut = max(1, next(n for n in range(len(line), 0, -1) if width(line[:n]) <= LETTERS))
            found.append(line[:cut])
            line = line[cut:]
    return [*found, line]


def width(line: str) -> float:
    """How many usual letters wide a line is; letters of East Asia are as wide as two."""
    return sum(_WIDE if c.isascii() or len(c.encode()) < 3 else 2.0 for c in line)


def size(text: str) -> tuple[float, float]:
    """Width and height of the card of a text, in world units."""
    shown = lines(text)
    wide = max(width(line) for line in shown) * LETTER_SIZE * _LETTER_WIDTH
    return max(72.0, wide + 2 * PADDING + 6), len(shown) * LINE_HEIGHT + 2 * PADDING


def corner(card: Card, places: object, picture: Picture) -> tuple[float, float]:
    """The upper left corner of a card; one at a node goes where the node goes.

    Args:
        places: positions of now by node number (any indexable); None = those of the picture.
    """
    if card.node < 0:
        return card.x, card.y
    if places is None:
        node = picture.nodes[card.node]
        return node.x + card.x, node.y + card.y
    x, y = places[card.node]  # type: ignore[index]
    return float(x) + card.x, float(y) + card.y


def box(card: Card, places: object, picture: Picture) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a card."""
    x, y = corner(card, places, picture)
    wide, tall = size(card.text)
    return x, y, x + wide, y + tall


def leader(at: tuple[float, float], area: tuple[float, float, float, float]) -> tuple[float, float]:
    """Where the leader line from a node meets the rim of a card."""
    left, top, right, bottom = area
    return min(max(at[0], left), right), min(max(at[1], top), bottom)
