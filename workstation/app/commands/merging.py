"""Owns merging and splitting of entities, each with a reason that stays in the case. Must not touch evidence.

Two parties that sources name as different owners are not merged: one of the sources would have to be wrong, and that is
a finding, not a click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, rows_where, stored
from workstation.app.commands.entities import entity_subject
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.graph import SCALE
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.session import Session

#: How far beside the old node a split-off party is put, in canvas units.
_BESIDE = 160


def has_two(session: Session) -> str:
    """On when the case has two entities."""
    return "" if len(session.store.rows("entity")) > 1 else "make two entities first"


def has_one(session: Session) -> str:
    """On when the case has an entity."""
    return "" if session.store.rows("entity") else "make an entity first"


def owners(session: Session, entity: str) -> dict[str, str]:
    """Who owns a member of the entity by a tag that stands as fact or by a source: name in small letters -> name."""
    found: dict[str, str] = {}
    for member in rows_where(session, "entity_member", entity=entity).values():
        subject = parse(str(member["subject"]))
        for tag in session.store.source_tags(subject):
            if tag.actor.strip():
                found.setdefault(tag.actor.strip().casefold(), tag.actor.strip())
        for row in rows_where(session, "tag", subject=subject.key, basis="fact", confidence="high").values():
            found.setdefault(str(row["label"]).strip().casefold(), str(row["label"]).strip())
    return found


def _refuse_different(session: Session, kept: str, other: str) -> None:
    ours, theirs = owners(session, kept), owners(session, other)
    if ours and theirs and not ours.keys() & theirs.keys():
        one, two = (", ".join(quoted(found[k]) for k in sorted(found)) for found in (ours, theirs))
        raise WorkstationError(
            "WS-ENT-001", f"the two have different owners by their tags: {one} and {two}", "nothing was changed",
            "correct the tag that is wrong, or keep the parties apart",
        )  # fmt: skip


def _merge(session: Session, arguments: Arguments) -> Change:
    kept, other, reason = arguments["entity"], arguments["other"], needed(arguments, "reason")
    if kept == other:
        raise bad_argument("other", "is the same entity", "pick another one")
    ours, theirs = stored(session, "entity", kept), stored(session, "entity", other)
    _refuse_different(session, kept, other)
    old, new = entity_subject(other).key, entity_subject(kept).key
    edits: list[Edit] = []
    for key, row in rows_where(session, "entity_member", entity=other).items():
        rule = f"{row['rule']}; merged: {reason}"
        edits += change(session, "entity_member", key, entity=kept, rule=rule)
    for table in ("tag", "note", "finding_link", "card"):  # what was said about the other party stays said
        for key in rows_where(session, table, subject=old):
            edits += change(session, table, key, subject=new)
    for key, row in rows_where(session, "placement", subject=old).items():
        edits += drop(session, "placement", [key])
        place = f"{row['graph']}|{new}"
        if session.store.row("placement", place) is None:
            edits.append(add("placement", place, **_without_key(row) | {"subject": new}))
    mark = session.store.row("mark", old)
    if mark is not None:
        edits += drop(session, "mark", [old])
        if session.store.row("mark", new) is None:
            edits.append(add("mark", new, **_without_key(mark)))
    note = "\n".join(filter(None, (ours["note"], theirs["note"], f"Merged with {quoted(theirs['name'])}: {reason}")))
    edits += change(session, "entity", kept, note=note)
    edits += drop(session, "entity", [other])
    label = f"Merge {quoted(theirs['name'])} into {quoted(ours['name'])}"
    return Change(ChangeSet(label, tuple(edits)), kept)


def _without_key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "key"}


def _split(session: Session, arguments: Arguments) -> Change:
    key, name, reason = arguments["entity"], needed(arguments, "name"), needed(arguments, "reason")
    whole = stored(session, "entity", key)
    wanted = {subject.key for subject in arguments["subjects"]}
    members = rows_where(session, "entity_member", entity=key)
    going = [member for member, row in members.items() if row["subject"] in wanted]
    if not going:
        raise bad_argument("subjects", "holds no member of the entity", "select members of the entity")
    if len(going) == len(members):
        raise bad_argument("subjects", "holds every member", "leave at least one member, or rename the entity")
    made = Keys(session).new("entity")
    edits = [add("entity", made, name=name, role=whole["role"], note=f"Split from {quoted(whole['name'])}: {reason}")]
    for member in going:
        edits += change(session, "entity_member", member, entity=made, rule=f"split: {reason}")
    subject = entity_subject(made).key
    for row in rows_where(session, "placement", subject=entity_subject(key).key).values():
        place = _without_key(row) | {"subject": subject, "y": row["y"] + _BESIDE * SCALE, "pinned": 0}
        edits.append(add("placement", f"{row['graph']}|{subject}", **place))
    here = session.store.row("placement", f"{session.graph}|{entity_subject(key).key}") is not None
    number = f"{len(going)} address" if len(going) == 1 else f"{len(going)} addresses"
    label = f"Split {quoted(name)} from {quoted(whole['name'])} ({number})"
    return Change(ChangeSet(label, tuple(edits)), made, (subject,) if here else ())


def commands() -> list[Command]:
    """Merge and split."""
    reason = Parameter("reason", "paragraph", "why; it stays in the case")
    return [
        Command(
            "entity.merge",
            "Merge entities",
            "Annotate",
            "Make one party of two. What was said about either stays; parties with different owners are refused.",
            _merge,
            parameters=(
                Parameter("entity", "entity", "the party that stays"),
                Parameter("other", "entity", "the party that goes into it"),
                reason,
            ),
            enabled=has_two,
        ),
        Command(
            "entity.split",
            "Split entity",
            "Annotate",
            "Take members out of a party as a party of their own.",
            _split,
            parameters=(
                Parameter("entity", "entity", "the party to split"),
                Parameter("subjects", "subjects", "the members that go; left out = the selection"),
                Parameter("name", "text", "name of the new party"),
                reason,
            ),
            enabled=has_one,
        ),
    ]
