"""Owns what a command is, the registry that feeds menus, keys, palette and command line, and reading of arguments.

Must not know what any command does. There is no global registry: ``standard.standard_commands()`` fills a new one, and
a front end adds its own ``view.`` commands to the registry of its session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from workstation.domain.changes import ChangeSet
from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.app.chooser import Chooser
    from workstation.app.jobs import Job
    from workstation.app.session import Session

#: What an argument is; a front end picks its input field and its completion by it. All have a text form.
#: ``subjects``: subject keys, comma separated; left out = the selection. ``positions``: JSON {subject key: [x, y]}.
Kind = Literal[
    "text", "paragraph", "choice", "integer", "flag", "colour", "date",
    "subject", "subjects", "graph", "frame", "scene", "finding", "entity", "tag", "note", "link", "card", "rule", "person", "request",
    "files", "folder", "file", "save", "positions", "camera",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a command.

    Attributes:
        default: used when the argument is left out; None = the argument is required (``subjects`` and ``graph`` fall
            back to the selection and the active graph first). ``selection`` = the selection, which may be empty.
    """

    name: str
    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What running a command led to.

    Attributes:
        label: readable name of what was done (the undo step), empty when nothing was.
        changed: ``table:key`` of every row that changed, in order.
        made: key of the row the command was about (new tag, note, finding, entity, graph, scene), or empty.
        chooser: the command needs a choice first; run it again with ``choose`` or ``limit``.
        job: the command goes on in this job. value: anything else (verification checks, a path).
    """

    label: str = ""
    changed: tuple[str, ...] = ()
    made: str = ""
    added: tuple[str, ...] = ()
    chooser: Chooser | None = None
    job: Job | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change-set a command wants applied, with the key of its main row and the node keys it adds to the graph.

    ``show`` is the graph to make active after it.
    """

    change: ChangeSet
    made: str = ""
    added: tuple[str, ...] = ()
    show: str = ""


Arguments = Mapping[str, Any]
Run = Callable[["Session", Arguments], "Change | Result"]
Enabled = Callable[["Session"], str]


def always(_session: Session) -> str:
    """Enabled in every state."""
    return ""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a user can do.

    Attributes:
        id: stable name (``tag.add``). title: menu text. category: menu it stands in. key: default key sequence
            (``Ctrl+Z``; a single letter acts on the canvas only), may be empty. help: one or two plain sentences.
        run: does it, from checked arguments. enabled: empty text, or the reason why it is off.
    """

    id: str
    title: str
    category: str
    help: str
    run: Run
    key: str = ""
    parameters: tuple[Parameter, ...] = ()
    enabled: Enabled = always


@dataclass(slots=True)
class Registry:
    """Commands by id, in the order they were added."""

    commands: dict[str, Command] = field(default_factory=dict)

    def add(self, command: Command) -> None:
        """Add a command; ``ValueError`` when its id is taken."""
        if command.id in self.commands:
            raise ValueError(f"there are two commands {command.id}")
        self.commands[command.id] = command

    def get(self, name: str) -> Command:
        """The command with this id.

        Raises:
            WorkstationError: WS-CMD-001 there is none.
        """
        found = self.commands.get(name)
        if found is None:
            raise WorkstationError(
                "WS-CMD-001", f"there is no command {name!r}", "nothing was changed", "see the list of commands"
            )
        return found

    def all(self) -> tuple[Command, ...]:
        """Every command, in the order they were added."""
        return tuple(self.commands.values())


def off(reason: str, command: Command) -> WorkstationError:
    """The error for running a command that is off."""
    return WorkstationError("WS-CMD-002", f"{command.title} is off: {reason}", "nothing was changed", "see its help")


def bad_argument(name: str, what: str, todo: str) -> WorkstationError:
    """The error for an argument that cannot be used."""
    return WorkstationError("WS-CMD-003", f"{name}: {what}", "nothing was changed", todo)
