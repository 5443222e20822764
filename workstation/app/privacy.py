"""Owns the privacy mask: a picture in which persons are numbers, for showing a real case to people outside it.

Masked are names and identifiers of everything whose role is a person of the case: its subject and its victims. Services,
amounts and times stay. The mask cannot know what a caption says; whoever writes captions keeps names out of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from workstation.analysis.picture import Node, Picture, Role

#: Roles that stand for a person, and what each is called on stage.
PERSONS: Mapping[Role, str] = MappingProxyType({"subject": "Subject", "victim": "Victim"})


def masked(picture: Picture) -> Picture:
    """The same picture with persons numbered in the order of their keys; nodes and edges keep their numbers."""
    numbers: dict[str, str] = {}
    for role, word in PERSONS.items():
        of_role = sorted(node.key for node in picture.nodes if node.role == role and node.kind in ("address", "entity"))
        numbers.update({key: f"{word} {number}" for number, key in enumerate(of_role, 1)})
    return replace(picture, nodes=tuple(_masked(node, numbers.get(node.key, "")) for node in picture.nodes))


def _masked(node: Node, name: str) -> Node:
    return replace(node, name=name, full=name) if name else node
