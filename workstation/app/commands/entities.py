"""Owns the commands around entities: a named party that addresses belong to. Must not touch evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.app.commands.annotate import CONFIDENCES, needed, quoted, said
from workstation.app.commands.edits import Keys, add, change, drop, put, rows_where, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.graph import SCALE
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session


def entity_subject(key: str) -> Subject:
    """The subject of an entity row."""
    return Subject("entity", "", key)


def needs_addresses(session: Session) -> str:
    """On when at least one address is selected."""
    chosen = any(subject.kind == "address" for subject in session.selection)
    return "" if chosen else "select one or more addresses first"


def _addresses(subjects: Sequence[Subject]) -> list[Subject]:
    found = [subject for subject in subjects if subject.kind == "address"]
    if not found:
        raise bad_argument("subjects", "holds no address", "select one or more addresses")
    return found


def _join(session: Session, keys: Keys, entity: str, addresses: Sequence[Subject], arguments: Arguments) -> list[Edit]:
    """Make addresses members; one that belongs to another entity moves over."""
    edits: list[Edit] = []
    for subject in addresses:
        for key, row in rows_where(session, "entity_member", subject=subject.key).items():
            if row["entity"] == entity:
                break
            edits += drop(session, "entity_member", [key])
        else:
            edits.append(
                add(
                    "entity_member",
                    keys.new("member"),
                    entity=entity,
                    subject=subject.key,
                    rule=arguments["rule"],
                    confidence=arguments["confidence"],
                )
            )
    return edits


def _entity_new(session: Session, arguments: Arguments) -> Change:
    keys, addresses, name = Keys(session), _addresses(arguments["subjects"]), needed(arguments, "name")
    entity = keys.new("entity")
    subject = entity_subject(entity)
    edits = [add("entity", entity, name=name, role=arguments["role"], note=arguments["note"])]
    edits += _join(session, keys, entity, addresses, arguments)
    graph = session.graph
    placed = session.graphs.placed(graph) if graph else {}
    here = [placed[a.key] for a in addresses if a.key in placed and not placed[a.key].hidden]
    added: tuple[str, ...] = ()
    if here:  # the entity takes the middle of its members, which fold into it
        x = round(sum(p.x for p in here) / len(here) * SCALE)
        y = round(sum(p.y for p in here) / len(here) * SCALE)
        edits += put(
            session,
            "placement",
            f"{graph}|{subject.key}",
            graph=graph,
            subject=subject.key,
            x=x,
            y=y,
            pinned=0,
            hidden=0,
        )
        added = (subject.key,)
    return Change(ChangeSet(f"New entity {quoted(name)} from {said(session, addresses)}", tuple(edits)), entity, added)


def _entity_rename(session: Session, arguments: Arguments) -> Change:
    key, name = arguments["entity"], needed(arguments, "name")
    edits = change(session, "entity", key, name=name)
    if arguments["role"] != "=":
        edits = change(session, "entity", key, name=name, role=arguments["role"])
    return Change(ChangeSet(f"Rename entity to {quoted(name)}", tuple(edits)), key)


def _entity_add(session: Session, arguments: Arguments) -> Change:
    key, addresses = arguments["entity"], _addresses(arguments["subjects"])
    name = stored(session, "entity", key)["name"]
    edits = _join(session, Keys(session), key, addresses, arguments)
    return Change(ChangeSet(f"Add {said(session, addresses)} to {quoted(name)}", tuple(edits)), key)


def _entity_remove(session: Session, arguments: Arguments) -> Change:
    key = arguments["entity"]
    name = stored(session, "entity", key)["name"]
    wanted = {subject.key for subject in arguments["subjects"]}
    members = rows_where(session, "entity_member", entity=key)
    if wanted:
        gone = [member for member, row in members.items() if row["subject"] in wanted]
        return Change(
            ChangeSet(f"Take {len(gone)} addresses out of {quoted(name)}", tuple(drop(session, "entity_member", gone)))
        )
    subject = entity_subject(key).key
    edits = drop(session, "entity_member", members)
    for table in ("placement", "tag", "note"):
        edits += drop(session, table, rows_where(session, table, subject=subject))
    edits += drop(session, "mark", [subject]) if session.store.row("mark", subject) else []
    edits += drop(session, "entity", [key])
    return Change(ChangeSet(f"Remove entity {quoted(name)}", tuple(edits)))


def commands() -> list[Command]:
    """Entities."""
    subjects = Parameter("subjects", "subjects", "addresses; left out = the selection")
    rule = Parameter("rule", "text", "why the addresses belong together", default="set by the investigator")
    sure = Parameter("confidence", "choice", "how sure that is", CONFIDENCES, "moderate")
    entity = Parameter("entity", "entity", "key of the entity")
    return [
        Command(
            "entity.new",
            "New entity from selection",
            "Annotate",
            "Make one named party of the selected addresses; on the graph they fold into one node.",
            _entity_new,
            "M",
            (
                subjects,
                Parameter("name", "text", "name of the party"),
                Parameter("role", "text", "what kind of party: exchange, scam, victim …", default=""),
                Parameter("note", "paragraph", "anything to remember", default=""),
                rule,
                sure,
            ),
            needs_addresses,
        ),
        Command(
            "entity.rename",
            "Rename entity",
            "Annotate",
            "Give an entity another name.",
            _entity_rename,
            parameters=(
                entity,
                Parameter("name", "text", "the new name"),
                Parameter("role", "text", "a new kind of party; = keeps the old one", default="="),
            ),
        ),
        Command(
            "entity.add",
            "Add to entity",
            "Annotate",
            "Make the selected addresses members of an entity.",
            _entity_add,
            parameters=(entity, subjects, rule, sure),
            enabled=needs_addresses,
        ),
        Command(
            "entity.remove",
            "Remove entity or members",
            "Annotate",
            "Take addresses out of an entity, or the whole entity away. The addresses themselves stay.",
            _entity_remove,
            parameters=(
                entity,
                Parameter("subjects", "subjects", "members to take out; empty = the whole entity", default=""),
            ),
        ),
    ]
