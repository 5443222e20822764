"""Owns the question which characters our fonts can draw. Must not load any font of the system."""

from __future__ import annotations

import struct
from pathlib import Path


def covered(folder: Path) -> frozenset[int]:
    """Code points that at least one text font of the folder (``NotoSans*.ttf``) holds."""
    found: set[int] = set()
    for path in sorted(folder.rglob("NotoSans*-Regular.ttf")):
        found |= code_points(path.read_bytes())
    return frozenset(found)


def code_points(font: bytes) -> set[int]:
    """Code points of the Unicode character map of a TrueType font (formats 4 and 12)."""
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == b"cmap":
            return _character_map(font, offset)
    return set()


def _character_map(font: bytes, start: int) -> set[int]:
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * index)
        at = start + offset
        kind = struct.unpack_from(">H", font, at)[0]
        if platform not in (0, 3):
            continue
        if kind == 12:
            for group in range(struct.unpack_from(">I", font, at + 12)[0]):
                first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
                found.update(range(first + (glyph == 0), last + 1))
        elif kind == 4:
            found |= _format_four(font, at)
    return found


def _format_four(font: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    found: set[int] = set()
    for i in range(count):
        for code in range(starts[i], ends[i] + 1):
            if ranges[i]:
                place = ranges_at + 2 * i + ranges[i] + 2 * (code - starts[i])
                glyph = struct.unpack_from(">H", font, place)[0] if place + 2 <= len(font) else 0
            else:
                glyph = (code + deltas[i]) & 0xFFFF
            if glyph and code != 0xFFFF:
                found.add(code)
    return found
