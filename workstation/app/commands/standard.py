"""Owns which commands every session has. Must not hold any command itself."""

from __future__ import annotations

from workstation.app.commands import (
    annotate,
    case,
    conversions,
    custody,
    deconfliction,
    entities,
    expansions,
    findings,
    freeze,
    graphs,
    graphtabs,
    groups,
    handover,
    history,
    layouts,
    lens,
    mapping,
    mentions,
    merging,
    notecards,
    paper,
    people,
    plugins,
    scenes,
    styles,
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
        custody,
        deconfliction,
        handover,
        history,
        mapping,
        graphs,
        graphtabs,
        expansions,
        groups,
        layouts,
        lens,
        annotate,
        styles,
        notecards,
        entities,
        merging,
        mentions,
        findings,
        freeze,
        people,
        paper,
        scenes,
        tracing,
        conversions,
        tracedraw,
        tracefindings,
        plugins,
    ):
        for command in module.commands():
            registry.add(command)
    return registry
