"""Owns the colours a person may give to nodes and lines: the tested palette of the roles, by plain names.

The names stand in the case; what they look like depends on the theme. Nobody can choose a colour outside the palette, so
the contrasts and colour-blind distances of ``notes/ux.md`` 2.9 hold for every style. Must not know Qt or a theme file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workstation.analysis.picture import Role

#: Name of each colour and the role whose colour it is; the shape of a node goes on telling its role.
PALETTE: Mapping[str, Role] = MappingProxyType(
    {
        "black or white": "subject", "green": "victim", "blue": "service", "violet": "obfuscation",
        "yellow": "infrastructure", "red": "illicit", "grey": "unattributed",
    }
)  # fmt: skip
NAMES: tuple[str, ...] = tuple(PALETTE)


def resolved(colour: str, colours: Mapping[str, str] | Mapping[Role, str]) -> str:
    """``#rrggbb`` of a name of the palette in the colours of a theme; anything else stays as it is."""
    role = PALETTE.get(colour)
    return colour if role is None else colours[role]
