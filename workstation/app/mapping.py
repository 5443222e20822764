"""Owns mapping a table that no reader knows: preview, live check, profiles in the case and as files.

One door for the wizard: what the choices are is in ``choices``, the first guess in ``guessing``, the text of a profile
in ``profiles``, the doubts of the check in ``trial``. Files are read in sandboxed workers only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.choices import Choices, Preview, missing, words_of
from workstation.app.guessing import guess
from workstation.app.profiles import checked, compose, join, read_choices
from workstation.app.trial import Check, Trial
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import containers, readers
from workstation.plugin_host.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from workstation.app.session import Session

__all__ = [
    "Check", "Choices", "Preview", "check", "compose", "guess", "join", "missing", "preview", "profiles", "read_choices",
    "read_file", "sheets", "words_of", "write_file",
]  # fmt: skip
#: Reader that takes a layout as its parameter ``layout``.
READER = "table.mapped"
#: Rows of the preview.
ROWS = 60
_FILE_LIMIT = 1 << 20


def preview(session: Session, path: Path) -> Preview:
    """The first rows of a plain table, read in a worker.

    Raises:
        WorkstationError: the file is no delimited text.
    """
    found = readers.preview(path, rows=ROWS)
    rows = tuple(tuple(row) for row in found.rows)
    return Preview(found.delimiter, found.encoding, found.header_row, (), rows, path.name)


def sheets(session: Session, path: Path, folder: Path) -> tuple[tuple[str, Path], ...]:
    """(sheet name, plain table) of a workbook, unpacked into ``folder``; the file itself when it is no workbook.

    Raises:
        WorkstationError: the workbook is damaged or encrypted, or holds no sheet with content.
    """
    with path.open("rb") as file:
        kind = containers.kind(file.read(1 << 16), path.name)
    if kind not in containers.WORKBOOKS:
        return ((path.name, path),)
    made = []
    for number, member in enumerate(containers.unpack(path, folder, limits=DEFAULT_LIMITS).members, 1):
        name = member.name.rsplit("/", 1)[-1].removesuffix(".csv")
        # the sheet name helps to guess; as part of a file name it may hold no path
        place = folder / str(number) / (re.sub(r"[^\w -]", "_", name)[:60] + ".csv")
        place.parent.mkdir()
        member.path.rename(place)
        made.append((name, place))
    if not made:
        raise WorkstationError(
            "WS-MAP-002", "this workbook holds no sheet with content", "nothing was imported", "look at the file"
        )
    return tuple(made)


def check(
    session: Session,
    path: Path,
    layout_text: str,
    parameters: Mapping[str, str],
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Check:
    """Read a plain table with a profile of one layout and tell what would come in; nothing is kept.

    Raises:
        WorkstationError: WS-MAP-001 no profile; or the file cannot be read this way; or it was cancelled.
    """
    text = checked(layout_text)
    layout = tomllib.loads(text)["layout"][0]
    given = {"layout": text, **{name: value for name, value in parameters.items() if value}}
    trial = Trial(int(session.clock()), fixed=str(layout.get("constants", {}).get("kind", "")))
    with readers.parse(path, READER, given, session.plugins, cancelled=cancelled, name=path.name) as parse:
        whole = trial.take(parse, lambda: parse.templates, lambda: cancelled is not None and cancelled())
        return trial.result(parse.templates, parse.rows_read, parse.skipped, whole=whole)


# --- profiles ---------------------------------------------------------------------------------------------------------


def profiles(session: Session) -> list[tuple[str, str, str]]:
    """(key, name, text) of the profiles kept in the case, by name."""
    rows = session.store.rows("mapping")
    return sorted(
        ((key, row["name"] or key, row["text"] or "") for key, row in rows.items()), key=lambda p: (p[1], p[0])
    )


def read_file(path: Path) -> str:
    """The text of a profile file.

    Raises:
        WorkstationError: it cannot be read, or is no profile.
    """
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise WorkstationError(
                "WS-MAP-003", f"{path.name} is too large for a profile", "nothing was changed", "name the profile file"
            )
        return checked(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise WorkstationError(
            "WS-MAP-003", f"{path.name} cannot be read ({type(problem).__name__})", "nothing was changed",
            "name a readable text file",
        ) from problem  # fmt: skip


def write_file(path: Path, text: str) -> None:
    """Write a profile for colleagues.

    Raises:
        WorkstationError: it is no profile, or the disk refused.
    """
    try:
        path.write_text(checked(text), encoding="utf-8", newline="\n")
    except OSError as problem:
        raise WorkstationError(
            "WS-MAP-004", f"{path.name} cannot be written ({problem.strerror})", "nothing was changed",
            "choose another folder",
        ) from problem  # fmt: skip
