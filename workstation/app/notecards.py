"""Owns which note cards stand on a picture: read from the case, at their places. Must not draw or change anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workstation.analysis.picture import Card, Picture

#: Cards are stored in whole sixteenths of a world unit, like placements.
SCALE = 16


def with_cards(picture: Picture, rows: Mapping[str, Mapping[str, Any]], number: Mapping[str, int]) -> Picture:
    """The picture with the cards of its graph; a card at a node that is not drawn is not there either.

    Args:
        number: node of the picture that stands for a subject key, also for one inside an entity or a group.
    """
    made = []
    for key, row in sorted(rows.items()):
        node = number.get(row["subject"], -1) if row["subject"] else -1
        if node >= 0 or not row["subject"]:
            made.append(Card(key, str(row["text"] or ""), row["x"] / SCALE, row["y"] / SCALE, node))
    return replace(picture, cards=tuple(made)) if made else picture
