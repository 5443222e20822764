"""Owns how marked money on the canvas is told in words: hover card, inspector, tooltip. Must not compute a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app.tracing.figures import amount
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.drawn import Drawn, Share


def node_lines(session: Session, key: str) -> list[str]:
    """What the run on the active graph says of a node; empty when none is drawn there or nothing is marked."""
    drawn = session.traces.drawn(session.graphs, session.graph)
    if drawn is None:
        return []
    number = next((n for n in drawn.nodes if drawn.picture.nodes[n].key == key), -1)
    shares = drawn.nodes.get(number, ())
    what = tr("that it paid") if drawn.flow.backward else tr("that came in")
    lines = [line for share in shares for line in _lines(drawn, share, what)]
    standing = [h for h in drawn.flow.run.record["holders"] if h["subject"] == key] if shares else []
    if drawn.flow.method != "poison":
        lines += [tr("of it stands here: {amount}", amount=_labelled(h)) for h in standing]
    return lines


def edge_lines(session: Session, number: int) -> list[str]:
    """What the run on the active graph says of a line."""
    drawn = session.traces.drawn(session.graphs, session.graph)
    share = drawn.edges.get(number) if drawn is not None else None
    return [] if drawn is None or share is None else _lines(drawn, share, "")


def _lines(drawn: Drawn, share: Share, what: str) -> list[str]:
    named = {"method": drawn.flow.method, "n": drawn.flow.run.number}
    labels = list(share.parts)
    if drawn.flow.method == "poison":
        said = ", ".join(f"“{label}”" for label in labels)
        return [tr("touched by {labels} under {method} (run {n})", labels=said, **named)]
    first = tr(
        "tainted {part} of {whole} {what} under {method} (run {n})", part=amount(share.units, share.asset),
        whole=amount(share.whole, share.asset), what=what, **named,
    ).replace("  ", " ")  # fmt: skip
    if len(labels) < 2:
        return [first]
    return [first, *(f"  {amount(units, share.asset)}: “{label}”" for label, units in share.parts.items())]


def _labelled(holder: dict[str, str]) -> str:
    return f"{holder['display']} (“{holder['label']}”)"
