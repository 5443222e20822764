"""Owns which commands every session has. Must not hold any command itself."""

from __future__ import annotations

from workstation.app.commands import annotate, case, entities, findings, graphs, mapping, mentions, scenes, tracing
from workstation.app.commands.registry import Registry


def standard_commands() -> Registry:
    """A new registry with every command that needs no window."""
    registry = Registry()
    for module in (case, mapping, graphs, annotate, entities, mentions, findings, scenes, tracing):
        for command in module.commands():
            registry.add(command)
    return registry
