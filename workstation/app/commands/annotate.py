"""Owns the commands that say something about a subject: tags, notes, roles, colours. Must not touch evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.app.commands.edits import Keys, add, change, drop, put, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.names import BADGES, ROLES
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

CONFIDENCES = ("low", "moderate", "high")
BASES = ("fact", "heuristic", "assumption")


def needs_selection(session: Session) -> str:
    """On when anything is selected."""
    return "" if session.selection else "select something first"


def said(session: Session, subjects: Sequence[Subject]) -> str:
    """Subjects in the name of a step: the label of one, or how many."""
    return session.graphs.label(subjects[0]) if len(subjects) == 1 else f"{len(subjects)} items"


def quoted(text: str, limit: int = 40) -> str:
    """Text inside the name of a step."""
    line = " ".join(text.split())
    return "“" + (line if len(line) <= limit else line[: limit - 1] + "…") + "”"


def needed(arguments: Arguments, name: str) -> str:
    """A text that must not be empty."""
    text = str(arguments[name]).strip()
    if not text:
        raise bad_argument(name, "is empty", "write something")
    return text


def _tag_add(session: Session, arguments: Arguments) -> Change:
    keys, subjects, label = Keys(session), arguments["subjects"], needed(arguments, "label")
    edits: list[Edit] = []
    made = ""
    for subject in subjects:
        made = keys.new("tag")
        edits.append(
            add(
                "tag",
                made,
                subject=subject.key,
                label=label,
                category=arguments["category"],
                confidence=arguments["confidence"],
                source=arguments["source"],
                source_date=arguments["source_date"],
                basis=arguments["basis"],
                author=session.actor,
                at=session.now(),
            )
        )
    return Change(ChangeSet(f"Tag {said(session, subjects)} as {quoted(label)}", tuple(edits)), made)


def _tag_remove(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "tag", arguments["tag"])
    return Change(ChangeSet(f"Remove tag {quoted(row['label'])}", tuple(drop(session, "tag", [arguments["tag"]]))))


def _note_add(session: Session, arguments: Arguments) -> Change:
    keys, body = Keys(session), needed(arguments, "body")
    subjects = arguments["subjects"]
    edits = tuple(
        add("note", keys.new("note"), subject=s.key, body=body, author=session.actor, at=session.now())
        for s in subjects
    )
    return Change(ChangeSet(f"Note on {said(session, subjects)}", edits), edits[-1].key)


def _note_edit(session: Session, arguments: Arguments) -> Change:
    key = arguments["note"]
    edits = change(session, "note", key, body=arguments["body"], author=session.actor, at=session.now())
    return Change(ChangeSet("Edit note", tuple(edits), merge=f"note {key}"), key)


def _note_remove(session: Session, arguments: Arguments) -> Change:
    return Change(ChangeSet("Remove note", tuple(drop(session, "note", [arguments["note"]]))))


def _mark(session: Session, subjects: Sequence[Subject], label: str, **values: str) -> Change:
    edits: list[Edit] = []
    for subject in subjects:
        row = session.store.row("mark", subject.key)
        wanted = {"role": "", "colour": "", "flags": "", **(row or {}), **values}
        if any(wanted[name] for name in ("role", "colour", "flags")):
            edits += put(session, "mark", subject.key, **{k: v for k, v in wanted.items() if k != "key"})
        elif row is not None:
            edits += drop(session, "mark", [subject.key])
    return Change(ChangeSet(label, tuple(edits)))


def _mark_role(session: Session, arguments: Arguments) -> Change:
    subjects, role, badge = arguments["subjects"], arguments["role"], arguments["badge"]
    if badge and BADGES[badge][0] != role:
        raise bad_argument("badge", f"{badge} is not a badge of {role}", "choose a badge of that role or none")
    what = f"Mark {said(session, subjects)} as {role}" if role else f"Clear the role of {said(session, subjects)}"
    return _mark(session, subjects, what, role=role, flags=f"badge:{badge}" if badge else "")


def _mark_colour(session: Session, arguments: Arguments) -> Change:
    colour = arguments["colour"].lower()
    what = "Colour" if colour else "Clear the colour of"
    return _mark(session, arguments["subjects"], f"{what} {said(session, arguments['subjects'])}", colour=colour)


_SUBJECTS = Parameter("subjects", "subjects", "what it is about; left out = the selection")


def commands() -> list[Command]:
    """Tags, notes, marks."""
    return [
        Command(
            "tag.add",
            "Add tag",
            "Annotate",
            "Put a label on what is selected, with its source and how sure it is.",
            _tag_add,
            "L",
            (
                _SUBJECTS,
                Parameter("label", "text", "the label, such as “Exchange A deposit”"),
                Parameter("category", "text", "what kind of party it is, such as exchange or scam", default=""),
                Parameter("confidence", "choice", "how sure it is", CONFIDENCES, "moderate"),
                Parameter("source", "text", "where the label comes from", default=""),
                Parameter("source_date", "date", "date of the source", default=""),
                Parameter("basis", "choice", "what the label rests on", BASES, "fact"),
            ),
            needs_selection,
        ),
        Command(
            "tag.remove",
            "Remove tag",
            "Annotate",
            "Take a tag of yours away. Tags from exhibits stay.",
            _tag_remove,
            parameters=(Parameter("tag", "tag", "key of the tag"),),
        ),
        Command(
            "note.add",
            "Add note",
            "Annotate",
            "Write a note on what is selected.",
            _note_add,
            "N",
            (_SUBJECTS, Parameter("body", "paragraph", "the note")),
            needs_selection,
        ),
        Command(
            "note.edit",
            "Edit note",
            "Annotate",
            "Change the text of a note; typing is one undo step.",
            _note_edit,
            parameters=(Parameter("note", "note", "key of the note"), Parameter("body", "paragraph", "the new text")),
        ),
        Command(
            "note.remove",
            "Remove note",
            "Annotate",
            "Take a note away.",
            _note_remove,
            parameters=(Parameter("note", "note", "key of the note"),),
        ),
        Command(
            "mark.role",
            "Set role",
            "Annotate",
            "Say what part the selection plays; decides its shape and colour.",
            _mark_role,
            "R",
            (
                _SUBJECTS,
                Parameter("role", "choice", "the role; empty = as the tags say", ("", *ROLES)),
                Parameter("badge", "choice", "exact kind, shown as two letters", ("", *BADGES), ""),
            ),
            needs_selection,
        ),
        Command(
            "mark.colour",
            "Set colour",
            "Annotate",
            "Give the selection a colour of your own.",
            _mark_colour,
            parameters=(_SUBJECTS, Parameter("colour", "colour", "the colour, or empty for none")),
            enabled=needs_selection,
        ),
    ]
