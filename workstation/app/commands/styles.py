"""Owns the commands of styles: by hand on nodes and lines, and the ordered rules of the case. Hand beats rule.

A style is work product of the case, the same on every graph. Colours come from the tested palette only.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workstation.analysis.palette import NAMES
from workstation.app import fans
from workstation.app.commands.annotate import needed, needs_selection, quoted, said
from workstation.app.commands.edits import Keys, add, change, drop, next_position, put, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.styles import SORTS, Rule, base_units, line_key, rules
from workstation.app.styles import said as looks_for
from workstation.app.times import moment
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.app.session import Session

_COLUMNS = ("colour", "size", "ring", "label", "width", "dashed")
_KEEP = "as it is"
_RULE = "by rule"


def needs_styles(session: Session) -> str:
    """On when something is styled by hand."""
    return "" if session.store.rows("style") else "nothing is styled by hand"


def needs_rules(session: Session) -> str:
    """On when the case has a style rule."""
    return "" if session.store.rows("style_rule") else "the case has no style rule"


# --- by hand ----------------------------------------------------------------------------------------------------------


def _given(arguments: Arguments, *names: str) -> dict[str, str]:
    """What was chosen; ``as it is`` changes nothing, ``by rule`` leaves it to the rules again."""
    return {n: "" if arguments[n] == _RULE else arguments[n] for n in names if arguments[n] != _KEEP}


def _put(session: Session, key: str, subject: str, values: dict[str, str]) -> list[Edit]:
    row = session.store.row("style", key)
    wanted = {**dict.fromkeys(_COLUMNS, ""), **(row or {}), **values, "subject": subject}
    if any(wanted[name] for name in _COLUMNS):
        return put(session, "style", key, **{k: v for k, v in wanted.items() if k != "key"})
    return drop(session, "style", [key]) if row is not None else []


def _nodes(session: Session, arguments: Arguments) -> Change:
    values = _given(arguments, "colour", "size", "ring", "label")
    subjects = [s for s in arguments["subjects"] if s.kind in ("address", "entity", "transaction", "group")]
    if not subjects:
        raise bad_argument("subjects", "holds no node", "select addresses, transactions or entities")
    edits = [edit for s in subjects for edit in _put(session, s.key, s.key, values)]
    return Change(ChangeSet(f"Style {said(session, subjects)}", tuple(edits)))


def _lines(session: Session, arguments: Arguments) -> Change:
    values = _given(arguments, "colour", "width", "dashed", "label")
    found = _line_keys(session, arguments)
    edits = [edit for key in found for edit in _put(session, key, "", values)]
    what = "1 line" if len(found) == 1 else f"{len(found)} lines"
    return Change(ChangeSet(f"Style {what}", tuple(edits)))


def _line_keys(session: Session, arguments: Arguments) -> list[str]:
    """The lines that hold the given transfers; without any, all lines between the given nodes."""
    picture = session.graphs.picture(arguments["graph"])
    moved = {int(s.ref) for s in arguments["subjects"] if s.kind == "transfer" and s.ref.isdigit()}
    keys = {s.key for s in arguments["subjects"]}
    found = []
    for number, edge in enumerate(picture.edges):
        payer, payee, asset = fans.line(picture, number)
        if (not moved.isdisjoint(edge.transfers)) if moved else (payer in keys and payee in keys):
            found.append(line_key(payer, payee, asset))
    if not found:
        raise bad_argument("subjects", "holds no line of this graph", "select a line, or the nodes at both its ends")
    return list(dict.fromkeys(found))


def _clear(session: Session, arguments: Arguments) -> Change:
    """Without a selection everything; else the selected nodes and the lines between them."""
    there, subjects = session.store.rows("style"), arguments["subjects"]
    if not subjects:
        return Change(ChangeSet("Clear all styles by hand", tuple(drop(session, "style", sorted(there)))))
    wanted = {s.key for s in subjects}
    with suppress(WorkstationError):  # nodes without a line between them
        wanted |= set(_line_keys(session, arguments))
    label = f"Clear the style of {said(session, subjects)}"
    return Change(ChangeSet(label, tuple(drop(session, "style", sorted(wanted & set(there))))))


# --- by rule ----------------------------------------------------------------------------------------------------------


def _values(session: Session, arguments: Arguments) -> dict[str, Any]:
    sort, value = arguments["sort"], needed(arguments, "value")
    asset = arguments["asset"].strip() if sort == "amount" else ""
    if sort == "since":
        moment(value)
    if sort == "amount":
        asset = _asset(session, asset)
        if base_units(value, 18) is None:
            raise bad_argument("value", f"{value[:40]!r} is no amount", "write digits with a dot, such as 2500.5")
    values = {
        "colour": arguments["colour"],
        "size": arguments["size"],
        "ring": arguments["ring"],
        "width": arguments["width"],
    }
    if not any(values.values()):
        raise bad_argument("colour", "the rule changes nothing", "choose a colour, a size, a ring or a width")
    return {"sort": sort, "value": value, "asset": asset, **values}


def _asset(session: Session, given: str) -> str:
    """The key of an asset from its key or from a symbol that only one asset of the graph has."""
    known = sorted({edge.asset for edge in session.graphs.picture(session.graph).edges if edge.asset})
    if given in known:
        return given
    same = [key for key in known if key.count(":") and key.split(":")[1].casefold() == given.casefold()]
    if len(same) != 1:
        raise bad_argument(
            "asset", f"{given[:40]!r} is not one asset of this graph", "write one of: " + ", ".join(known[:8])
        )
    return same[0]


def _named(arguments: Arguments, values: dict[str, Any]) -> str:
    """The name of a rule: as given, else what it looks for."""
    name = str(arguments["name"]).strip()
    made = Rule("", "", True, values["sort"], values["value"], values["asset"], "", "", False, "")
    return name or looks_for(made)


def _rule_add(session: Session, arguments: Arguments) -> Change:
    values = _values(session, arguments)
    name = _named(arguments, values)
    row = add(
        "style_rule", Keys(session).new("rule"), name=name, active="yes",
        position=next_position(session.store.rows("style_rule").values()), **values,
    )  # fmt: skip
    return Change(ChangeSet(f"Style rule {quoted(name)}", (row,)), row.key)


def _rule_edit(session: Session, arguments: Arguments) -> Change:
    key, values = arguments["rule"], _values(session, arguments)
    name = _named(arguments, values)
    edits = change(session, "style_rule", key, name=name, **values)
    return Change(ChangeSet(f"Change style rule {quoted(name)}", tuple(edits)), key)


def _rule_switch(session: Session, arguments: Arguments) -> Change:
    key = arguments["rule"]
    row = stored(session, "style_rule", key)
    on = row["active"] != "yes"
    edits = change(session, "style_rule", key, active="yes" if on else "")
    return Change(ChangeSet(f"Style rule {quoted(row['name'])} {'on' if on else 'off'}", tuple(edits)), key)


def _rule_move(session: Session, arguments: Arguments) -> Change:
    key = arguments["rule"]
    row = stored(session, "style_rule", key)
    order = [rule.key for rule in rules(session.store.rows("style_rule")) if rule.key != key]
    at = max(1, min(len(order) + 1, int(arguments["place"])))
    order.insert(at - 1, key)
    edits = [
        edit for place, each in enumerate(order, 1) for edit in change(session, "style_rule", each, position=place)
    ]
    return Change(ChangeSet(f"Move style rule {quoted(row['name'])} to place {at}", tuple(edits)), key)


def _rule_remove(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "style_rule", arguments["rule"])
    edits = drop(session, "style_rule", [row["key"]])
    return Change(ChangeSet(f"Remove style rule {quoted(row['name'])}", tuple(edits)))


def commands() -> list[Command]:
    """Styles by hand and by rule."""
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    subjects = Parameter("subjects", "subjects", "what is styled; left out = the selection")
    colour = Parameter("colour", "choice", "a colour of the tested palette", (_KEEP, _RULE, *NAMES), _KEEP)
    label = Parameter("label", "choice", "whether its words are written", (_KEEP, "yes", "no"), _KEEP)
    size = Parameter("size", "choice", "how large it is drawn", (_KEEP, _RULE, "normal", "small", "large"), _KEEP)
    ring = Parameter("ring", "choice", "a ring around it", (_KEEP, _RULE, "yes", "no"), _KEEP)
    width = Parameter("width", "choice", "how wide it is drawn", (_KEEP, _RULE, "normal", "thin", "wide"), _KEEP)
    dashed = Parameter(
        "dashed", "choice", "dash and dot, so that it is not taken for a heuristic", (_KEEP, "yes", "no"), _KEEP
    )
    which = Parameter("subjects", "subjects", "nodes at both ends, or transfers; left out = the selection")
    cleared = Parameter("subjects", "subjects", "whose style; nothing selected = every style", default="selection")
    return [
        Command(
            "style.node", "Style nodes", "Annotate",
            "Give the selected nodes a colour, a size, a ring, or take their words away. The shape goes on telling the role.",
            _nodes, "Y", (subjects, colour, size, ring, label), needs_selection,
        ),
        Command(
            "style.line", "Style lines", "Annotate",
            "Give the lines between the selected nodes a colour, a width or dashes.",
            _lines, "", (which, colour, width, dashed, label, there), needs_selection,
        ),
        Command(
            "style.clear", "Clear styles by hand", "Annotate",
            "The selected nodes and their lines, or with nothing selected all of them, look as rules and roles say.",
            _clear, "", (cleared, there), needs_styles,
        ),
        *_rule_commands(),
    ]  # fmt: skip


def _rule_commands() -> list[Command]:
    rule = Parameter("rule", "rule", "the rule")
    shape = (
        Parameter("sort", "choice", "category of a tag, amount of a line, or first seen since a day", SORTS),
        Parameter("value", "text", "the category, the least amount (2500.5) or the day (2026-01-31)"),
        Parameter("asset", "text", "of an amount: the asset, such as USDT", default=""),
        Parameter("colour", "choice", "a colour of the tested palette", ("", *NAMES), ""),
        Parameter("size", "choice", "of nodes: how large", ("", "small", "large"), ""),
        Parameter("ring", "choice", "of nodes: a ring around it", ("", "yes"), ""),
        Parameter("width", "choice", "of lines: how wide", ("", "thin", "wide"), ""),
        Parameter("name", "text", "its line in the legend; empty = what it looks for", default=""),
    )
    return [
        Command(
            "rule.add", "Add style rule", "Annotate",
            "Whatever fits looks like this, on every graph; the rule stands in the legend.", _rule_add, "", shape,
        ),
        Command("rule.edit", "Change style rule", "Annotate", "What a rule looks for, and what that looks like.",
                _rule_edit, "", (rule, *shape), needs_rules),
        Command("rule.switch", "Style rule on or off", "Annotate", "A rule that is off stays in the list.",
                _rule_switch, "", (rule,), needs_rules),
        Command("rule.move", "Move style rule", "Annotate", "Where several rules fit, the upper one counts.",
                _rule_move, "", (rule, Parameter("place", "integer", "its place from the top, 1 = first")), needs_rules),
        Command("rule.remove", "Remove style rule", "Annotate", "Take a rule away; nothing else changes.",
                _rule_remove, "", (rule,), needs_rules),
    ]  # fmt: skip
