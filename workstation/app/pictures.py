"""Owns exporting the active graph as a picture for paper: what stands in its head, and the file in three formats.

A picture on its own must say where it comes from: case, head of custody, what is shown and what is left out, times, method.
It holds no clock: its time is that of the last change of the case. Must not draw.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from workstation.analysis.picture import Picture
from workstation.analysis.svg import Focus, picture_svg, theme_colours
from workstation.app.filters import filters
from workstation.app.lens import Lens, Seen, behind, looked
from workstation.app.outfiles import put
from workstation.app.passing import parts
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.app.graph import GraphModel
    from workstation.app.session import Session
    from workstation.domain.evidence import CustodyEntry

Form = Literal["png", "svg", "pdf"]
FORMS: tuple[Form, ...] = ("png", "svg", "pdf")
Part = tuple[float, float, float, float]
#: Log entries that tell of looking, not of changing.
_LOOKING = ("view", "export", "verify")


def export(
    session: Session, out: Path, *, theme: str = "light", dpi: int = 96, part: Part | None = None, marked: bool = True
) -> int:
    """Write the active graph into a file; its name ends in ``.png``, ``.svg`` or ``.pdf``. Gives its size in bytes.

    Raises:
        WorkstationError: WS-EXP-005 another ending, WS-EXP-006 an empty graph or the file cannot be written.
    """
    form = out.suffix.lower().removeprefix(".")
    if not session.graphs.picture(session.graph).nodes:
        raise WorkstationError(
            "WS-EXP-006", "the graph is empty", "nothing was written", "put something on the graph first"
        )
    if form not in FORMS:
        raise WorkstationError(
            "WS-EXP-005", f"{out.name!r} is no picture", "nothing was written", "end the name in .png, .svg or .pdf"
        )
    made = picture_bytes(session, form, theme=theme, dpi=dpi, part=part, marked=marked)
    put(made, out)
    return len(made)


def picture_bytes(
    session: Session, form: str, *, theme: str = "light", dpi: int = 96, part: Part | None = None, marked: bool = True
) -> bytes:
    """The active graph as it is looked at, as a file.

    Args:
        part: left, top, right, bottom in world units; None = the whole graph. marked: with the run that is shown.
    """
    graphs, lens = session.graphs, session.lens
    picture = graphs.picture(session.graph)
    of = None if lens.open else behind(graphs.ledger, picture)
    found = None if of is None else looked(graphs, picture, lens, of)
    drawn = session.traces.drawn(graphs, session.graph) if marked else None
    tint = None if drawn is None else drawn.tint
    focus = Focus()
    if found is not None and of is not None:
        some = parts(graphs.ledger, of, found)
        focus = Focus(found.nodes.tolist(), found.edges.tolist(), lens.outside == "hide", some)
    change = _last_change(session)
    lines = head(session, picture, found, "" if tint is None else tint.legend, change, part=part is not None)
    svg = picture_svg(
        picture, theme_colours(theme), session.store.info().title, tint, head=lines, focus=focus, part=part
    )
    if form == "svg":
        return svg.encode()
    from workstation.evidence.drawing import drawing  # slow to load

    return drawing(
        svg, "pdf" if form == "pdf" else "png", moment=_seconds(change.time), resources=resources_folder(), dpi=dpi
    )


def head(
    session: Session, picture: Picture, found: Seen | None, method: str, change: CustodyEntry, *, part: bool = False
) -> tuple[str, ...]:
    """The lines under the title: graph, scope, filters, times, method, custody."""
    info, lens = session.store.info(), session.lens
    scope = picture.scope or f"{len(picture.nodes):,} nodes shown"
    if found is not None and any(found.left_out):
        nodes, edges = found.left_out
        how = "hidden" if lens.outside == "hide" else "faint"
        scope += f"; outside the filters and {how}: {nodes:,} nodes, {edges:,} lines"
    if part:
        scope += "; a part of the graph"
    first = f"Graph: {session.graphs.name(session.graph)}  ·  {scope}"
    second = f"Filters: {told(lens, session.graphs)}  ·  Time window: {window(lens, info.zone)}  ·  Time zone of the case: {info.zone}"
    last = f"State of the data: {change.time[:19].replace('T', ' ')} UTC  ·  Custody: entry {change.sequence}, {change.digest[:16]}"
    return tuple(line for line in (first, second, method, last) if line)


def told(lens: Lens, graphs: GraphModel | None = None) -> str:
    """The filters in words, without the time window; ``none`` when there are none."""
    return ", ".join(each.words for each in filters(lens, graphs)) or "none"


def window(lens: Lens, zone: str) -> str:
    """The time window of a lens in words; ``all`` when it is open."""
    if lens.since is None and lens.until is None:
        return "all"
    ends = [_local(end, zone) if end is not None else "open" for end in (lens.since, lens.until)]
    return " to ".join(ends)


def _local(seconds: int, zone: str) -> str:
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text[:19]).replace(tzinfo=UTC).timestamp())


def _last_change(session: Session) -> CustodyEntry:
    """The last log entry that changed something: looking at a case does not change its pictures."""
    found: CustodyEntry | None = None
    for entry in session.store.custody():
        if found is None or entry.kind not in _LOOKING:
            found = entry
    assert found is not None, "a case begins with an entry"
    return found
