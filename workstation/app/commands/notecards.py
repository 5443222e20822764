"""Owns the commands of note cards: plain text on the canvas, at a place or at a node. Notes on a subject: ``annotate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.analysis.notecards import box, size
from workstation.analysis.picture import Node
from workstation.analysis.shapes import extent
from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, stored
from workstation.app.commands.graphs import needs_graph
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.notecards import SCALE
from workstation.domain.changes import ChangeSet
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

_FAR = 10_000_000
_MOST = 4000
#: How far a new card stands off its node at first, and the steps in which it looks for free ground farther away.
_ASIDE, _FARTHER, _TRIES = 40, 24, 40
#: Half of how wide the words of a node are, and how far they reach below its shape.
_WORDS, _UNDER = 62.0, 40.0


def needs_card(session: Session) -> str:
    """On when the active graph has a note card."""
    found = any(row["graph"] == session.graph for row in session.store.rows("card").values())
    return needs_graph(session) or ("" if found else "put a note card on the graph first")


def _text(arguments: Arguments) -> str:
    text = needed(arguments, "text")
    if len(text) > _MOST:
        raise bad_argument("text", f"has {len(text):,} letters, {_MOST:,} fit", "make several cards of it")
    return text


def _add(session: Session, arguments: Arguments) -> Change:
    graph, text = arguments["graph"], _text(arguments)
    at: Subject | None = arguments["subject"]
    placed = session.graphs.placed(graph)
    if at is not None and at.key not in placed:
        raise bad_argument("subject", "is not on this graph", "leave it out, or choose a node of the graph")
    if at is not None:
        x, y = _beside(session, graph, at, size(text))
    elif arguments["place"]:
        x, y = (round(part) for part in arguments["place"][:2])
    else:  # below everything, so that nothing lies under it
        shown = [place for place in placed.values() if not place.hidden]
        x = round(min((place.x for place in shown), default=0.0))
        y = round(max((place.y for place in shown), default=0.0)) + 90
    row = add(
        "card", Keys(session).new("card"), graph=graph, subject="" if at is None else at.key, text=text,
        x=_limited(x * SCALE), y=_limited(y * SCALE), author=session.actor, at=session.now(),
    )  # fmt: skip
    return Change(ChangeSet(f"Note card {quoted(text)}", (row,)), row.key)


def _beside(session: Session, graph: str, at: Subject, wide_tall: tuple[float, float]) -> tuple[int, int]:
    """Where a new card stands from its node: the nearest ground that no node and no other card covers."""
    picture = session.graphs.picture(graph)
    here = next(((node.x, node.y) for node in picture.nodes if node.key == at.key), None)
    if here is None:  # inside an entity or a group
        return _ASIDE, -_ASIDE - round(wide_tall[1])
    taken = [_covered(node) for node in picture.nodes]
    taken += [box(card, None, picture) for card in picture.cards]
    wide, tall = wide_tall
    for step in range(_TRIES):
        off = _ASIDE + step * _FARTHER
        for x, y in ((_ASIDE, -off - tall), (-_ASIDE - wide, -off - tall), (_ASIDE, off), (-_ASIDE - wide, off)):
            left, top = here[0] + x, here[1] + y
            if not any(a < left + wide and left < c and b < top + tall and top < d for a, b, c, d in taken):
                return round(x), round(y)
    return _ASIDE, -_ASIDE - round(tall)


def _covered(node: Node) -> tuple[float, float, float, float]:
    """What a node with its words covers: left, top, right, bottom."""
    reach = extent(node) + 4
    side = max(_WORDS, reach)
    return node.x - side, node.y - reach, node.x + side, node.y + reach + _UNDER


def _limited(value: int) -> int:
    return max(-_FAR, min(_FAR, value))


def _edit(session: Session, arguments: Arguments) -> Change:
    key, text = arguments["card"], _text(arguments)
    edits = change(session, "card", key, text=text, author=session.actor, at=session.now())
    same = stored(session, "card", key)["text"] == text
    return Change(ChangeSet(f"Change note card {quoted(text)}", () if same else tuple(edits)), key)


def _move(session: Session, arguments: Arguments) -> Change:
    key = arguments["card"]
    row = stored(session, "card", key)
    x, y = (_limited(round(part * SCALE)) for part in arguments["place"][:2])
    edits = change(session, "card", key, x=x, y=y)
    return Change(ChangeSet(f"Move note card {quoted(row['text'])}", tuple(edits), merge=arguments["merge"]), key)


def _remove(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "card", arguments["card"])
    return Change(ChangeSet(f"Remove note card {quoted(row['text'])}", tuple(drop(session, "card", [row["key"]]))))


def commands() -> list[Command]:
    """Note cards."""
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    card = Parameter("card", "card", "the note card")
    text = Parameter("text", "paragraph", "what stands on the card, plain text")
    place = Parameter(
        "place", "camera", "upper left corner as x,y,0 in world units; empty = below the graph", default=""
    )
    moved = Parameter("place", "camera", "upper left corner as x,y,0; of a card at a node how far from its middle")
    merge = Parameter("merge", "text", "moves with the same word after one another are one step", default="")
    return [
        Command(
            "card.add", "Add note card", "Annotate",
            "Put a card with plain text on the graph; with an address or transaction it goes along with that node.",
            _add, "Shift+N", (text, Parameter("subject", "subject", "the node it belongs to; empty = none", default=""),
                              place, there), needs_graph,
        ),
        Command("card.edit", "Change note card", "Annotate", "Give a note card another text.", _edit, "", (card, text),
                needs_card),
        Command("card.move", "Move note card", "Annotate", "Put a note card somewhere else.", _move, "",
                (card, moved, merge), needs_card),
        Command("card.remove", "Remove note card", "Annotate", "Take a note card away.", _remove, "", (card,),
                needs_card),
    ]  # fmt: skip
