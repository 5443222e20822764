"""Owns turning given arguments (typed values or text) into what a command expects. Must not know any command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.app.commands.registry import Command, Parameter, bad_argument
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_ROWS = {
    "scene": "scene",
    "frame": "frame",
    "finding": "finding",
    "entity": "entity",
    "tag": "tag",
    "note": "note",
    "person": "person",
    "request": "request",
    "link": "finding_link",
    "card": "card",
    "rule": "style_rule",
}


def names_its_subject(command: Command, given: Mapping[str, Any]) -> bool:
    """Whether arguments stand in for the selection, so that a command that needs one runs without it."""
    return any(p.kind in ("subject", "subjects") and given.get(p.name) for p in command.parameters)


def bind(session: Session, command: Command, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of a command with a checked value.

    Raises:
        WorkstationError: WS-CMD-003 an argument is unknown, missing or unusable.
    """
    known = {parameter.name for parameter in command.parameters}
    for name in given:
        if name not in known:
            todo = "use " + ", ".join(p.name for p in command.parameters) if known else "leave it out"
            raise bad_argument(name, f"{command.id} has no such argument", todo)
    return {p.name: _value(session, p, given.get(p.name)) for p in command.parameters}


def _value(session: Session, parameter: Parameter, given: Any) -> Any:
    kind = parameter.kind
    if given is None or (given == "" and kind in ("subjects", "subject", "graph")):
        if kind == "subjects" and parameter.default in (None, "selection"):
            given = session.selection
        elif kind == "subject" and parameter.default is None:
            given = session.selection[0] if session.selection else None
        elif kind == "graph" and session.graph:
            given = session.graph
        else:
            given = parameter.default
    if given is None or (kind == "subjects" and not given and parameter.default is None):
        raise bad_argument(parameter.name, "is needed", parameter.help)
    return _typed(session, parameter, given)


def _typed(session: Session, parameter: Parameter, given: Any) -> Any:
    name, kind = parameter.name, parameter.kind
    if kind == "subjects":
        return subjects(session, given, name)
    if kind == "subject":
        return subject(session, given, name) if given else None
    if kind == "positions":
        return _positions(given, name)
    if kind == "camera":
        return _camera(given, name)
    if kind == "files":
        return [Path(p) for p in (given.split(",") if isinstance(given, str) else given) if str(p)]
    if kind in ("folder", "file", "save"):
        return Path(given) if given else None
    if kind == "flag":
        return given if isinstance(given, bool) else str(given).lower() in ("1", "true", "yes", "on")
    if kind == "integer":
        return _integer(given, name)
    text = str(given)
    if parameter.choices and text not in parameter.choices:
        raise bad_argument(
            name, f"{text!r} is not a choice", "choose one of: " + ", ".join(c or "(empty)" for c in parameter.choices)
        )
    if kind == "colour" and text and not _COLOUR.match(text):
        raise bad_argument(name, f"{text!r} is not a colour", "write #rrggbb")
    if kind == "date" and text and not _DATE.match(text):
        raise bad_argument(name, f"{text!r} is not a date", "write 2026-01-31")
    if kind in _ROWS and text and session.store.row(_ROWS[kind], text) is None:
        raise bad_argument(name, f"there is no {kind} {text!r}", "pick one from the list")
    if kind == "graph" and text and text not in session.graphs.graph_keys():
        raise bad_argument(name, f"there is no graph {text!r}", "pick one from the list")
    return text


def subject(session: Session, given: Any, name: str = "subject") -> Subject:
    """The subject behind a subject, its key, or an address or transaction of the case."""
    if isinstance(given, Subject):
        return given
    text = str(given).strip()
    try:
        return parse(text)
    except ValueError:
        pass
    chain, colon, ref = text.rpartition(":")
    for kind, places in (
        ("address", session.store.addresses_matching(ref, 10)),
        ("transaction", session.store.transactions_matching(ref, 10)),
    ):
        same = [p for p in places if p[1].lower() == ref.lower() and (not colon or p[0] == chain)]
        if len(same) == 1:
            return Subject(kind, *same[0])  # type: ignore[arg-type]
        if len(same) > 1:
            raise bad_argument(
                name, f"{text!r} is on several chains", "write " + " or ".join(f"{c}:{ref}" for c, _ in same)
            )
    raise bad_argument(name, f"{text[:120]!r} is not in the case", "write an address, a transaction or a subject key")


def subjects(session: Session, given: Any, name: str = "subjects") -> tuple[Subject, ...]:
    """Several subjects: a sequence, or text with commas between them."""
    parts: Iterable[Any] = [p for p in given.split(",") if p.strip()] if isinstance(given, str) else given
    return tuple(dict.fromkeys(subject(session, part, name) for part in parts))


def _integer(given: Any, name: str) -> int:
    text = str(given)
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise bad_argument(name, f"{text[:40]!r} is not a whole number", "write digits only")
    return int(text)


def _positions(given: Any, name: str) -> dict[str, tuple[float, float]]:
    try:
        data = json.loads(given) if isinstance(given, str) else given
        return {parse(str(key)).key: (float(x), float(y)) for key, (x, y) in dict(data).items()}
    except (ValueError, TypeError) as problem:
        raise bad_argument(name, "is not a list of positions", 'write {"subject key": [x, y]}') from problem


def _camera(given: Any, name: str) -> tuple[float, float, float] | None:
    if not given:
        return None
    try:
        x, y, scale = (float(part) for part in (given.split(",") if isinstance(given, str) else given))
    except (ValueError, TypeError) as problem:
        raise bad_argument(name, "is not a camera", "write x,y,scale") from problem
    return x, y, scale
