"""Owns which commands every session has. Must not hold any command itself."""

from __future__ import annotations

from workstation.app.commands import (
    annotate,
    case,
    conversions,
    entities,
    findings,
    graphs,
    history,
    layouts,
    mapping,
    mentions,
    merging,
    scenes,
    tracedraw,
    tracefindings,
    tracing,
)
from workstation.app.commands.registry import Registry


def standard_commands() -> Registry:
    """A new registry with every command that needs no window."""
    registry = Registry()
    for module in (
        case,
        history,
        mapping,
        graphs,
        layouts,
        annotate,
        entities,
        merging,
        mentions,
        findings,
        scenes,
        tracing,
        conversions,
        tracedraw,
        tracefindings,
    ):
        for command in module.commands():
            registry.add(command)
    return registry
