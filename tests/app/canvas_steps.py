"""Owns the steps a person can take on a graph, as plain functions of a session, for the state machines.

A step draws every choice through ``pick(n)`` (a number below n), so that hypothesis can shrink it and a seed can repeat
it. :func:`take` runs one and gives what it may have moved. Must not know Qt, and must not check anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from workstation.app import bus, fans
from workstation.app.lens import Lens
from workstation.app.session import Session
from workstation.casefile.values import NOT_STATED
from workstation.domain.subjects import Subject, parse

Pick = Callable[[int], int]
#: Gives the keys of nodes that a step may move on the active graph; None = any of them.
Moved = frozenset[str] | None
Step = Callable[[Session, Pick], Moved]

TEXTS = (
    "Exchange", "<b>bold</b> & <img src=x>", "\u202eevil\u202c", "a\u200bb\u2060c", "=HYPERLINK(\"x\")", "👩‍👩‍👧 family",
    "محفظة", "x" * 10_000, "line\nbreak\ttab", "0" * 64,
)  # fmt: skip
COLOURS = ("#1f4fd8", "#cc0000", "")
ROLES = ("victim", "exchange", "suspect", "mixer")
LAYOUTS = (
    "graph.layout", "layout.time", "layout.organic", "layout.radial", "layout.time_entity", "layout.time_asset",
    "layout.time_exchange",
)  # fmt: skip
ALIGNS = (
    "layout.align_left", "layout.align_centre", "layout.align_right", "layout.align_top", "layout.align_middle",
    "layout.align_bottom", "layout.distribute_horizontally", "layout.distribute_vertically", "layout.snap",
)  # fmt: skip
_NONE: frozenset[str] = frozenset()


def _run(session: Session, name: str, /, **given: Any) -> Any:
    result = session.run(name, **given)
    if result.job is not None:
        session.wait(result.job)
    return result


def _text(pick: Pick) -> str:
    return TEXTS[pick(len(TEXTS))]


def _one_of(rows: dict[str, Any], pick: Pick) -> str:
    keys = sorted(rows)
    return keys[pick(len(keys))] if keys else ""


def nodes(session: Session) -> list[str]:
    """Keys of what the active graph shows, in order."""
    picture = session.graphs.picture(session.graph)
    return sorted(node.key for node in picture.nodes if node.kind in ("address", "entity", "transaction", "stub"))


def _some(session: Session, pick: Pick, most: int = 4, kinds: tuple[str, ...] = ()) -> list[str]:
    known = [key for key in nodes(session) if not kinds or parse(key).kind in kinds]
    return list(dict.fromkeys(known[pick(len(known))] for _ in range(1 + pick(most)))) if known else []


def _address(session: Session, pick: Pick) -> Subject:
    ledger = session.graphs.ledger
    return ledger.address(1 + pick(len(ledger.address_ids)))


def _tag(session: Session, pick: Pick) -> Moved:
    _run(session, "tag.add", subjects=_some(session, pick), label=_text(pick), category=ROLES[pick(len(ROLES))])
    return _NONE


def _untag(session: Session, pick: Pick) -> Moved:
    _run(session, "tag.remove", tag=_one_of(session.store.rows("tag"), pick))
    return _NONE


def _note(session: Session, pick: Pick) -> Moved:
    if pick(3):
        _run(session, "note.add", subjects=_some(session, pick), body=_text(pick))
    else:
        _run(session, "note.edit", note=_one_of(session.store.rows("note"), pick), body=_text(pick))
    return _NONE


def _mark(session: Session, pick: Pick) -> Moved:
    if pick(2):
        _run(session, "mark.colour", subjects=_some(session, pick), colour=COLOURS[pick(len(COLOURS))])
    else:
        _run(session, "mark.role", subjects=_some(session, pick), role=ROLES[pick(len(ROLES))])
    return _NONE


def _entity(session: Session, pick: Pick) -> Moved:
    rows, kind = session.store.rows("entity"), pick(6)
    some = _some(session, pick, kinds=("address",))
    if kind < 2 or not rows:
        _run(session, "entity.new", subjects=some, name=_text(pick))
    elif kind == 2:
        _run(session, "entity.rename", entity=_one_of(rows, pick), name=_text(pick))
    elif kind == 3:
        _run(session, "entity.remove", entity=_one_of(rows, pick))
    elif kind == 4:
        _run(session, "entity.merge", entity=_one_of(rows, pick), other=_one_of(rows, pick), reason="the same")
    else:
        which = _one_of(rows, pick)
        inside = session.graphs.names.members.get(which, [])
        _run(session, "entity.split", entity=which, subjects=list(inside)[:1], name=_text(pick), reason="not the same")
    return _NONE


def _hide(session: Session, pick: Pick) -> Moved:
    if pick(3):
        _run(session, "graph.hide", subjects=_some(session, pick, 2))
    else:
        _run(session, "graph.show_hidden")
    return _NONE


def _pin(session: Session, pick: Pick) -> Moved:
    _run(session, "graph.pin" if pick(2) else "graph.unpin", subjects=_some(session, pick))
    return _NONE


def _move(session: Session, pick: Pick) -> Moved:
    some = _some(session, pick)
    where = {key: [float(pick(4000) - 2000) + 0.3, float(pick(4000) - 2000)] for key in some}
    _run(session, "graph.move", positions=where, pin="yes" if pick(2) else "no")
    return frozenset(some)


def _add(session: Session, pick: Pick) -> Moved:
    _run(session, "graph.add", subjects=[_address(session, pick)])
    return _NONE


def _expand(session: Session, pick: Pick) -> Moved:
    name = ("graph.expand", "graph.expand_forward", "graph.expand_back")[pick(3)]
    some = _some(session, pick, 1)
    if some:
        _run(session, name, subject=some[0], limit=("1", "3", "all")[pick(3)])
    return _NONE


def _remove(session: Session, pick: Pick) -> Moved:
    _run(session, "graph.remove", subjects=_some(session, pick, 2))
    return _NONE


def _layout(session: Session, pick: Pick) -> Moved:
    placed = session.graphs.placed(session.graph)
    chosen = _some(session, pick, 5) if pick(2) else []
    _run(session, LAYOUTS[pick(len(LAYOUTS))], subjects=chosen)
    # one node is no part of a graph that could be ordered: the whole is laid out; pins stay in every case
    free = frozenset(key for key, place in placed.items() if not place.pinned)
    return free & frozenset(chosen) if len(chosen) > 1 else free


def _align(session: Session, pick: Pick) -> Moved:
    some = _some(session, pick, 5)
    _run(session, ALIGNS[pick(len(ALIGNS))], subjects=some)
    return frozenset(some)


def _frame(session: Session, pick: Pick) -> Moved:
    rows, kind = session.store.rows("frame"), pick(4)
    if kind < 2 or not rows:
        _run(session, "frame.add", subjects=_some(session, pick), name=_text(pick), colour=COLOURS[pick(2)])
    elif kind == 2:
        _run(session, "frame.leave", subjects=_some(session, pick))
    else:
        _run(session, "frame.remove", frame=_one_of(rows, pick))
    return _NONE


def _graph(session: Session, pick: Pick) -> Moved:
    kind, keys = pick(5), session.graphs.graph_keys()
    if kind == 0 and len(keys) < 4:
        _run(session, "graph.new", name=_text(pick))
    elif kind == 1 and len(keys) > 1:
        _run(session, "graph.delete", graph=keys[pick(len(keys))])
    elif keys:
        session.show_graph(keys[pick(len(keys))])
    return _NONE


def _scene(session: Session, pick: Pick) -> Moved:
    rows, kind = session.store.rows("scene"), pick(7)
    which = _one_of(rows, pick)
    if kind < 2 or not rows:
        _run(session, "scene.save", name=_text(pick), caption=_text(pick), notes=_text(pick), camera="1,2,0.5")
    elif kind == 2:
        _run(session, "scene.show", scene=which)
    elif kind == 3:
        _run(session, "scene.replace", scene=which)
    elif kind == 4:
        _run(session, "scene.move", scene=which, place=str(1 + pick(5)))
    elif kind == 5:
        _run(session, "scene.rename", scene=which, name=_text(pick))
    else:
        _run(session, "scene.remove", scene=which)
    return _NONE


def _lens(session: Session, pick: Pick) -> Moved:
    ledger, kind, now = session.graphs.ledger, pick(6), session.lens
    if kind == 0:
        session.look(Lens())
    elif kind == 1:
        times = sorted(int(t) for t in ledger.columns.time.tolist() if t != NOT_STATED)
        since, until = sorted((times[pick(len(times))], times[pick(len(times))]))
        session.look(replace(now, since=since, until=until))
    elif kind == 2:
        session.look(replace(now, text=_text(pick)[:20].casefold()))
    elif kind == 3:
        session.look(replace(now, only=tuple(sorted(_some(session, pick)))))
    elif kind == 4:
        edges = session.graphs.picture(session.graph).edges
        assets = tuple(sorted({edge.asset for edge in edges}))
        one = (assets[pick(len(assets))],) if assets else ()
        session.look(replace(now, assets=one, least=10 ** pick(9) if one else None))
    else:
        session.look(replace(now, outside="hide" if now.outside == "dim" else "dim", facts=bool(pick(2))))
    return _NONE


def _select(session: Session, pick: Pick) -> Moved:
    session.select(parse(key) for key in (_some(session, pick) if pick(4) else ()))
    return _NONE


def _fan(session: Session, pick: Pick) -> Moved:
    picture = session.graphs.picture(session.graph)
    if picture.edges:
        line = fans.line(picture, pick(len(picture.edges)))
        session.graphs.fan(session.graph, session.graphs.fans(session.graph) ^ {line})
        session.bus.publish(bus.GraphChanged(session.graph))
    return _NONE


def _trace(session: Session, pick: Pick) -> Moved:
    runs = session.store.kept_traces()
    if runs and pick(2):
        _run(session, "trace.show", run=str(runs[pick(len(runs))].number))
    elif runs and not pick(3):
        _run(session, "trace.hide")
    elif len(runs) < 8:
        way = "trace.forward" if pick(2) else "trace.backward"
        _run(
            session, way, subjects=_some(session, pick, 1, ("address",)), methods=("fifo", "haircut", "poison")[pick(3)]
        )
    return _NONE


def _finding(session: Session, pick: Pick) -> Moved:
    rows = session.store.rows("finding")
    if pick(3) or not rows:
        _run(session, "finding.new", claim=_text(pick), subjects=_some(session, pick))
    else:
        _run(session, "finding.remove", finding=_one_of(rows, pick))
    return _NONE


def _undo(session: Session, pick: Pick) -> Moved:
    for _ in range(1 + pick(3)):
        session.undo()
    return None


def _redo(session: Session, pick: Pick) -> Moved:
    for _ in range(1 + pick(3)):
        session.redo()
    return None


def _jump(session: Session, pick: Pick) -> Moved:
    steps = [0, *(entry.id for entry in session.history.entries())]
    _run(session, "history.go", step=str(steps[-1 - pick(min(40, len(steps)))]))
    return None


def _name(session: Session, pick: Pick) -> Moved:
    if session.history.current():
        _run(session, "history.name", name=_text(pick))
    return _NONE


#: Every step by name; the ones a person does often stand for more than one draw in :data:`WEIGHTED`.
STEPS: MappingProxyType[str, Step] = MappingProxyType(
    {
        "tag": _tag, "untag": _untag, "note": _note, "mark": _mark, "entity": _entity, "hide": _hide, "pin": _pin,
        "move": _move, "add": _add, "expand": _expand, "remove": _remove, "layout": _layout, "align": _align,
        "frame": _frame, "graph": _graph, "scene": _scene, "lens": _lens, "select": _select, "fan": _fan,
        "trace": _trace, "finding": _finding, "undo": _undo, "redo": _redo, "jump": _jump, "name": _name,
    }
)  # fmt: skip
#: Steps that only look: the case must be the same bytes of rows after them.
LOOKING = frozenset({"lens", "select", "fan"})
WEIGHTED = (*STEPS, "add", "expand", "expand", "move", "undo", "undo", "redo", "lens")
