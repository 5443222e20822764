"""Owns the commands that draw many nodes as one: groups, entities, and rules that fold dust and poisoning.

A group is a shut frame (``app.folding``): shutting it places one node in the middle of its members, opening it takes that
node away and brings the members back around its place. Nothing else on the graph moves.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from workstation.app import folding
from workstation.app.backdrop import members_of
from workstation.app.commands.annotate import quoted, said
from workstation.app.commands.edits import Keys, add, change, drop, put
from workstation.app.commands.graphs import needs_graph, place
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.folding import WHATS, Rule, group_of, rule_of
from workstation.app.graph import SCALE, Placed
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject, parse
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.app.session import Session

_STEP = 56 * SCALE
Spot = tuple[int, int]


def needs_group(session: Session) -> str:
    """On when a group, an entity or a folded rule is selected."""
    fits = any(subject.kind in ("group", "entity") for subject in session.selection)
    return needs_graph(session) or ("" if fits else "select a group or an entity first")


def needs_rule(session: Session) -> str:
    """On when the active graph folds dust or poisoning."""
    return needs_graph(session) or ("" if _rules(session, session.graph) else "nothing is folded by a rule")


# --- shutting ---------------------------------------------------------------------------------------------------------


def _collapse(session: Session, arguments: Arguments) -> Change:
    graph = arguments["graph"]
    placed = session.graphs.placed(graph)
    if arguments["frame"]:
        return _shut(session, graph, arguments["frame"])
    chosen = [s for s in arguments["subjects"] if s.key in placed and not placed[s.key].hidden]
    entity = _common_entity(session, chosen)
    if entity is not None:
        return _into_entity(session, graph, entity)
    frame = _frame_of(session, graph, chosen)
    if frame and not arguments["name"].strip():
        return _shut(session, graph, frame)
    if len([s for s in chosen if s.kind != "stub"]) < 2:
        raise bad_argument(
            "subjects", "is less than two nodes, in no frame and no address of an entity",
            "select two nodes or more, or a node in a frame",
        )  # fmt: skip
    made = Keys(session).new("frame")
    name = arguments["name"].strip() or f"Group {_next_number(session, graph)}"
    members = sorted(s.key for s in chosen)
    row = add("frame", made, graph=graph, name=name, colour="", members=_json(members))
    edits = [row, *_put_node(session, graph, group_of(made), _middle(placed[key] for key in members))]
    return Change(ChangeSet(f"Collapse {said(session, chosen)} into {quoted(name)}", tuple(edits)), graph, _keys(edits))


def _shut(session: Session, graph: str, frame: str) -> Change:
    row = session.graphs.frames()[frame]
    placed = session.graphs.placed(graph)
    members = [placed[key] for key in members_of(row) if key in placed]
    if row["graph"] != graph or not members:
        raise bad_argument("frame", "has no member on this graph", "choose a frame of this graph")
    if group_of(frame).key in placed:
        raise bad_argument("frame", "is collapsed already", "open the group first")
    edits = _put_node(session, graph, group_of(frame), _middle(members))
    return Change(ChangeSet(f"Collapse {quoted(row['name'])}", tuple(edits)), graph, _keys(edits))


def _into_entity(session: Session, graph: str, entity: Subject) -> Change:
    placed = session.graphs.placed(graph)
    members = [placed[key] for key in session.graphs.names.members[entity.ref] if key in placed]
    edits = _put_node(session, graph, entity, _mean([p for p in members if not p.hidden]))
    return Change(ChangeSet(f"Collapse {said(session, [entity])}", tuple(edits)), graph, _keys(edits))


def _common_entity(session: Session, chosen: Sequence[Subject]) -> Subject | None:
    """The entity all chosen addresses belong to, while it does not stand on the graph itself."""
    found = {session.graphs.names.entity_of.get(s.key, "") for s in chosen}
    if len(found) != 1 or not (key := found.pop()):
        return None
    return Subject("entity", "", key)


def _frame_of(session: Session, graph: str, chosen: Sequence[Subject]) -> str:
    """The smallest open frame that holds everything chosen, unless the choice is only a part of several of its nodes."""
    wanted, placed = {s.key for s in chosen}, session.graphs.placed(graph)
    fits = []
    for key, row in session.graphs.frames().items():
        members = {m for m in members_of(row) if m in placed and not placed[m].hidden}
        whole = wanted == members or (len(wanted) == 1 and wanted <= members)
        if row["graph"] == graph and wanted and whole and group_of(key).key not in placed:
            fits.append((len(members), key))
    return min(fits)[1] if fits else ""


def _put_node(session: Session, graph: str, subject: Subject, spot: Spot) -> list[Edit]:
    """The edits that place a node at a spot; one that is hidden or was left there comes back at the spot."""
    placed = session.graphs.placed(graph)
    if subject.key in placed:
        return put(session, "placement", f"{graph}|{subject.key}", x=spot[0], y=spot[1], hidden=0)
    return place(session, graph, {subject.key: spot}, [subject])


def _next_number(session: Session, graph: str) -> int:
    return 1 + len([row for row in session.graphs.frames().values() if row["graph"] == graph])


# --- opening ----------------------------------------------------------------------------------------------------------


def _open(session: Session, arguments: Arguments) -> Change:
    graph = arguments["graph"]
    placed = session.graphs.placed(graph)
    chosen = [s for s in arguments["subjects"] if s.kind in ("group", "entity") and s.key in placed]
    if not chosen:
        raise bad_argument("subjects", "is no group and no entity on this graph", "select a group or an entity")
    edits: list[Edit] = []
    for subject in chosen:
        edits += _opened(session, graph, subject)
    label = f"Open {said(session, chosen)}"
    return Change(ChangeSet(label, tuple(edits)), graph, _keys(edits))


def opened(session: Session, graph: str, subject: Subject) -> Change:
    """The change that brings back what stands behind a group or a rule."""
    edits = _opened(session, graph, subject)
    return Change(ChangeSet(f"Open {said(session, [subject])}", tuple(edits)), graph, _keys(edits))


def _opened(session: Session, graph: str, subject: Subject) -> list[Edit]:
    """The node goes; its members stand around its place as they stood to one another."""
    placed = session.graphs.placed(graph)
    edits = drop(session, "placement", [f"{graph}|{subject.key}"])
    if subject.kind == "entity":
        keys: Sequence[str] = session.graphs.names.members.get(subject.ref, [])
        if not keys:
            raise bad_argument("subjects", "is an entity without addresses", "add addresses to it first")
    else:
        row = session.graphs.frames().get(subject.ref)
        keys = members_of(row) if row is not None else ()
    there = [placed[key] for key in keys if key in placed]
    here = _spot(placed[subject.key])
    if there:
        visible = [p for p in there if not p.hidden] or there
        before = _mean(visible) if subject.kind == "entity" else _middle(there)
        dx, dy = here[0] - before[0], here[1] - before[1]
        for each in there if dx or dy else ():
            x, y = _spot(each)
            edits += change(session, "placement", f"{graph}|{each.subject.key}", x=x + dx, y=y + dy)
    if subject.kind == "entity":
        edits += _members_on(session, graph, [parse(key) for key in keys if key not in placed], here, bool(there))
    return edits


def _members_on(session: Session, graph: str, fresh: Sequence[Subject], at: Spot, beside: bool) -> list[Edit]:
    """Addresses of an entity that were never placed come as a block, in the middle or below those that were."""
    across = max(1, round(len(fresh) ** 0.5))
    rows = -(-len(fresh) // across)
    down = 3 * _STEP // 2 if beside else -(rows - 1) * _STEP // 2
    spots = {
        s.key: (at[0] + (2 * (n % across) - across + 1) * _STEP // 2, at[1] + n // across * _STEP + down)
        for n, s in enumerate(fresh)
    }
    return place(session, graph, spots, fresh)


# --- rules ------------------------------------------------------------------------------------------------------------


def _fold(session: Session, arguments: Arguments) -> Change:
    graph, wanted = arguments["graph"], arguments["what"]
    least = _amounts(arguments["least"]) if arguments["least"].strip() else _profile(session)
    whats = [what for what in WHATS if wanted in (what, "both")]
    old = {rule.what: key for key, rule in _rules(session, graph).items()}
    placed = session.graphs.placed(graph)
    edits: list[Edit] = []
    for number, what in enumerate(WHATS):
        if what not in whats:
            continue
        subject = rule_of(Rule(what, least))
        if old.get(what, "") == subject.key:
            edits += change(session, "placement", f"{graph}|{subject.key}", hidden=0)
            continue
        spot = _spot(placed[old[what]]) if what in old else _below(placed, number)
        edits += drop(session, "placement", [f"{graph}|{old[what]}"] if what in old else [])
        edits += place(session, graph, {subject.key: spot}, [subject])
    words = {"both": "dust and poisoning", "dust": "dust", "poison": "poisoning"}[wanted]
    return Change(ChangeSet(f"Fold {words}", tuple(edits)), graph, _keys(edits))


def _unfold(session: Session, arguments: Arguments) -> Change:
    graph = arguments["graph"]
    gone = [f"{graph}|{key}" for key in _rules(session, graph)]
    return Change(ChangeSet("Show what rules folded", tuple(drop(session, "placement", gone))), graph)


def _rules(session: Session, graph: str) -> dict[str, Rule]:
    return dict(session.graphs.folding(graph).rules) if graph else {}


def _amounts(text: str) -> tuple[tuple[str, str], ...]:
    """``0.0001 BTC; 1 USDT`` as pairs of symbol and amount, in order of symbols."""
    found: dict[str, str] = {}
    for part in text.replace(",", ";").split(";"):
        words = part.split()
        if not words:
            continue
        if len(words) != 2 or not folding.is_amount(words[0]) or any(c in words[1] for c in "=;/:,"):
            raise bad_argument(
                "least", f"{part.strip()[:60]!r} is no amount with its asset", "write 0.0001 BTC; 1 USDT"
            )
        found[words[1]] = words[0]
    return tuple(sorted(found.items()))


def _profile(session: Session) -> tuple[tuple[str, str], ...]:
    """The amounts of the user's own ``dust.toml``, or of the one that comes with the program."""
    own = session.settings_folder / "dust.toml"
    path = own if own.is_file() else resources_folder() / "dust.toml"
    try:
        least = tomllib.loads(path.read_text("utf-8"))["least"]
        return _amounts("; ".join(f"{amount} {symbol}" for symbol, amount in least.items()))
    except (OSError, ValueError, KeyError, AttributeError) as problem:
        raise bad_argument("least", f"{path.name} cannot be read", "give the amounts, such as 0.0001 BTC") from problem


def _below(placed: Any, number: int) -> Spot:
    """A free place under the left end of the graph, one row for each rule."""
    spots = [_spot(p) for p in placed.values()]
    left, low = min((x for x, _ in spots), default=0), max((y for _, y in spots), default=0)
    return left, low + (2 + 2 * number) * _STEP


# --- places -----------------------------------------------------------------------------------------------------------


def _spot(place_: Placed) -> Spot:
    return round(place_.x * SCALE), round(place_.y * SCALE)


def _middle(places: Iterable[Placed]) -> Spot:
    """Where the node of a group stands: at the member nearest to the middle of all, where nothing else stands."""
    spots = [_spot(p) for p in places]
    many, across, down = len(spots), sum(x for x, _ in spots), sum(y for _, y in spots)
    return min(spots, key=lambda s: ((many * s[0] - across) ** 2 + (many * s[1] - down) ** 2, s))


def _mean(places: Sequence[Placed]) -> Spot:
    """Where the node of an entity stands: in the middle of its members, as when it was made."""
    many = len(places)
    return round(sum(p.x for p in places) / many * SCALE), round(sum(p.y for p in places) / many * SCALE)


def _json(keys: Sequence[str]) -> str:
    return json.dumps(keys, ensure_ascii=False, separators=(",", ":"))


def _keys(edits: Iterable[Edit]) -> tuple[str, ...]:
    return tuple(str(e.after["subject"]) for e in edits if e.table == "placement" and e.after and e.before is None)


def commands() -> list[Command]:
    """Groups and rules."""
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    subjects = Parameter("subjects", "subjects", "what to collapse or open; left out = the selection")
    return [
        Command(
            "group.collapse", "Collapse into group", "Layout",
            "Draw the selection, the frame around it or the entity it belongs to as one node with exact sums.",
            _collapse, "J",
            (
                Parameter("subjects", "subjects", "what to collapse; left out = the selection", default="selection"),
                Parameter("name", "text", "name of a new group; empty = a number", default=""),
                Parameter("frame", "frame", "a frame to collapse, instead of a selection", default=""),
                there,
            ),
            needs_graph,
        ),
        Command(
            "group.open", "Open group", "Layout",
            "Bring back what stands behind a group, an entity or a rule, as it stood.", _open, "Shift+J",
            (subjects, there), needs_group,
        ),
        Command(
            "fold.rule", "Fold dust and poisoning", "Layout",
            "Draw transfers below an amount, and those of look-alike addresses, as one node with count and exact sums.",
            _fold, "",
            (
                Parameter("what", "choice", "what to fold", ("both", *WHATS), "both"),
                Parameter("least", "text", "below which amounts, such as 0.0001 BTC; 1 USDT; empty = dust.toml", default=""),
                there,
            ),
            needs_graph,
        ),
        Command(
            "fold.off", "Show dust and poisoning", "Layout", "Bring back everything that rules folded.", _unfold, "",
            (there,), needs_rule,
        ),
    ]  # fmt: skip
