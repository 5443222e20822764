"""Owns the line below the filters: how much of the graph is in sight, exactly. Must not know any widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.app.lens import Lens, Seen
    from workstation.app.session import Session
    from workstation.ui.times import Display

_SUMS = 4


def window(lens: Lens, display: Display) -> str:
    """The time window in words, in the zone of the window; empty when there is none."""
    if lens.since is None and lens.until is None:
        return ""
    ends = [tr("open") if end is None else display.time(end) for end in (lens.since, lens.until)]
    return tr("{since} to {until}", since=ends[0], until=ends[1])


def empty(found: Seen) -> bool:
    """Whether nothing is in sight."""
    return not found.nodes.any()


def counted(session: Session, found: Seen | None, display: Display) -> str:
    """How many nodes and transfers are in sight, of how many, and the exact sum of each asset."""
    picture = session.graphs.picture(session.graph)
    addresses = all(node.kind == "address" for node in picture.nodes)
    one, many = ("address", "addresses") if addresses else ("node", "nodes")
    transfers = len({number for edge in picture.edges for number in edge.transfers})
    if found is None:
        here = f"{count(len(picture.nodes), one, many)}, {count(transfers, 'transfer', 'transfers')}"
        return tr("Nothing is filtered: {here}", here=here)
    nodes = tr("{n} of {all}", n=f"{int(found.nodes.sum()):,}", all=count(len(picture.nodes), one, many))
    moved = tr("{n} of {all}", n=f"{len(found.rows):,}", all=count(transfers, "transfer", "transfers"))
    sums = session.graphs.ledger.sums(found.rows)
    said = [each.exact for each in sums[:_SUMS]]
    more = [tr("{n} more assets", n=len(sums) - _SUMS)] if len(sums) > _SUMS else []
    return "  ·  ".join((f"{nodes}, {moved}", *said, *more))


def hidden(session: Session) -> str:
    """How many nodes were hidden by hand; no filter brings them back."""
    number = sum(place.hidden for place in session.graphs.placed(session.graph).values())
    return "  ·  " + tr("{n} hidden by hand", n=f"{number:,}") if number else ""
