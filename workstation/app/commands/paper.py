"""Owns the commands that choose what the report of a case shows. Must not write a report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.app import paper
from workstation.app.commands.annotate import needed
from workstation.app.commands.edits import drop, put, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter
from workstation.domain.changes import ChangeSet, Edit
from workstation.evidence.bundle import SECTIONS

if TYPE_CHECKING:
    from workstation.app.session import Session

_ALL = "all"


def _choose(session: Session, arguments: Arguments) -> Change:
    made = replace(
        paper.choice(session),
        sections=paper.sections(needed(arguments, "sections").split(",")),
        scenes=_named(session, "scene", arguments["scenes"]),
        findings=_named(session, "finding", arguments["findings"]),
        classification=arguments["classification"].strip(),
    )
    if arguments["captions"].strip():
        lines = (line.partition("=") for line in arguments["captions"].splitlines() if line.strip())
        said = {key.strip(): text.strip() for key, _, text in lines}
        for key in said:
            stored(session, "scene", key)
        made = replace(made, captions={key: text for key, text in {**made.captions, **said}.items() if text})
    return Change(ChangeSet("Choose what the report shows", tuple(_edits(session, made))), paper.KEY)


def _caption(session: Session, arguments: Arguments) -> Change:
    key, text = arguments["scene"], arguments["caption"].strip()
    row, made = stored(session, "scene", key), paper.choice(session)
    captions = {name: said for name, said in made.captions.items() if name != key} | ({key: text} if text else {})
    edits = _edits(session, replace(made, captions=captions))
    return Change(ChangeSet(f"Caption of {row['name']} in the report", tuple(edits)), paper.KEY)


def _everything(session: Session, _arguments: Arguments) -> Change:
    return Change(ChangeSet("Report shows everything", tuple(drop(session, "paper", [paper.KEY]))))


def _edits(session: Session, made: paper.Choice) -> list[Edit]:
    if made == paper.choice(session):
        return []
    return put(session, "paper", paper.KEY, **paper.columns(made), author=session.actor, at=session.now())


def _named(session: Session, table: str, text: str) -> tuple[str, ...] | None:
    if text.strip() == _ALL:
        return None
    keys = tuple(dict.fromkeys(filter(None, (key.strip() for key in text.split(",")))))
    for key in keys:
        stored(session, table, key)
    return keys


def _was_chosen(session: Session) -> str:
    return "" if session.store.row("paper", paper.KEY) else "the report shows everything already"


def _has_scene(session: Session) -> str:
    return "" if session.store.rows("scene") else "save a scene first"


def commands() -> list[Command]:
    """Choose sections, scenes, findings and captions of the report."""
    return [
        Command(
            "paper.choose", "Choose what the report shows", "Case",
            "Sections, scenes and findings of the report, in print order. The package holds everything anyway.",
            _choose, "",
            (
                Parameter("sections", "text", "sections in print order, with commas", default=",".join(SECTIONS)),
                Parameter("scenes", "text", "keys of scenes in print order, with commas; all = every scene", default=_ALL),
                Parameter("findings", "text", "keys of findings in print order; all = every finding", default=_ALL),
                Parameter("classification", "text", "line on every page", default=""),
                Parameter("captions", "paragraph", "captions of scenes in the report, SCENE=text, one a line", default=""),
            ),
        ),
        Command(
            "paper.caption", "Caption in the report", "Case",
            "What stands under a scene in the report; the scene keeps its own caption.", _caption, "",
            (
                Parameter("scene", "scene", "which scene"),
                Parameter("caption", "paragraph", "what it shows; empty = the caption of the scene", default=""),
            ),
            _has_scene,
        ),
        Command(
            "paper.everything", "Report shows everything", "Case",
            "Forget the choice: every section, scene and finding in the usual order.", _everything, "", (), _was_chosen,
        ),
    ]  # fmt: skip
