"""Owns how a plugin is told in plain words: its state, what it will see and may do, its crashes. Makes no decision."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.app import plugintrust
from workstation.plugin_host.approval import State
from workstation.sdk.manifest import Manifest
from workstation.ui.translate import tr

#: A heading and its lines.
Part = tuple[str, Sequence[str]]


def about(state: State, made: Manifest | None) -> list[Part]:
    """Everything a person should read about a plugin, the most important first."""
    found: list[Part] = [(tr("State"), [tr(state.word), tr(plugintrust.ADVICE[state.word])])]
    if state.reason and (state.word != "needs approval" or "(" in state.reason):  # else the advice says it already
        found.append((tr("Why"), [state.reason]))
    if told := noted(state):
        found.append((tr("Its crashes"), told))
    if made is not None:
        found.append((tr("What it will see and may do"), permissions(made)))
        found.append((tr("Name and kind"), [f"{made.name} · {', '.join(map(tr, plugintrust.kinds(made)))}"]))
        found.append(
            (
                tr("Version, author, licence"),
                [f"{made.version} · {', '.join(made.authors)} · {made.license} · API {made.api}"],
            )
        )
    if state.by:
        found.append((tr("Approved by"), [f"{state.by} {state.at}".strip()]))
    found.append((tr("Hash of its bytes (SHA-256)"), [state.tree or tr("its bytes cannot be read")]))
    found.append((tr("Folder"), [str(state.folder)]))
    return found


def permissions(made: Manifest) -> list[str]:
    """One line for each part of a plugin, then what holds for all of them."""
    lines = []
    for each in plugintrust.asks(made):
        sees = ", ".join(map(tr, each.sees)) or tr("nothing of the case")
        line = tr("{title} ({kind}). Sees: {sees}.", title=each.title, kind=tr(each.kind), sees=sees)
        if each.suggests:
            line += " " + tr("May suggest: {what}.", what=", ".join(map(tr, each.suggests)))
        lines.append(line)
    lines.append(tr("It works on a copy and cannot change the case: you decide about everything it suggests."))
    return lines


def noted(state: State) -> list[str]:
    """Its crashes and who let it out, oldest first."""
    found = []
    for each in plugintrust.notes(state):
        if each.kind == "crash":
            found.append(tr("{at}  crash, {code}: {what}", at=each.at, code=each.by, what=each.words))
        else:
            found.append(tr("{at}  let out by {who}: {why}", at=each.at, who=each.by or tr("somebody"), why=each.words))
    return found


def grouped(tree: str) -> str:
    """A hash in groups of eight, so that two people can compare it aloud."""
    return " ".join(tree[i : i + 8] for i in range(0, len(tree), 8))
