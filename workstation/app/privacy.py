"""Owns the privacy mask: a picture in which persons are numbers, for showing a real case to people outside it.

Masked are names and identifiers of everything whose role is a person of the case: its subject and its victims, and every
text that people of the office wrote: note cards, names of groups and frames, and captions of styles. Services, amounts and
times stay. The mask cannot know what the caption of a scene says; whoever writes captions keeps names out of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from workstation.analysis.picture import Look, Node, Picture, Role
from workstation.app.folding import as_rule
from workstation.domain.subjects import parse

#: Roles that stand for a person, and what each is called on stage.
PERSONS: Mapping[Role, str] = MappingProxyType({"subject": "Subject", "victim": "Victim"})


def masked(picture: Picture) -> Picture:
    """The same picture with persons numbered in the order of their keys; nodes and edges keep their numbers."""
    numbers: dict[str, str] = {}
    for role, word in PERSONS.items():
        of_role = sorted(node.key for node in picture.nodes if node.role == role and node.kind in ("address", "entity"))
        numbers.update({key: f"{word} {number}" for number, key in enumerate(of_role, 1)})
    groups = sorted(node.key for node in picture.nodes if node.kind == "group" and as_rule(parse(node.key)) is None)
    numbers.update({key: f"Group {number}" for number, key in enumerate(groups, 1)})  # a rule is named by its limits
    told = {node.name: numbers[node.key] for node in picture.nodes if node.key in numbers}
    return replace(
        picture,
        nodes=tuple(_masked(node, numbers.get(node.key, "")) for node in picture.nodes),
        frames=tuple(replace(each, name=f"Frame {number}") for number, each in enumerate(picture.frames, 1)),
        cards=tuple(replace(each, text=f"Note {number}") for number, each in enumerate(picture.cards, 1)),
        looks=tuple(_unnamed(look, number) for number, look in enumerate(picture.looks, 1)),
        lanes=tuple((top, bottom, told.get(name, name)) for top, bottom, name in picture.lanes),
    )


def _unnamed(look: Look, number: int) -> Look:
    """A style rule has a name that someone wrote; what is drawn double or dashed by hand has fixed words."""
    return replace(look, text=f"Style {number}") if look.style == "solid" else look


def _masked(node: Node, name: str) -> Node:
    return replace(node, name=name, full=name) if name else node
