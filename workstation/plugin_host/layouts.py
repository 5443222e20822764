"""Owns finding table layouts on disk and choosing among them. A layout that is wrong is reported, never a crash.

The grammar of layouts is loaded when the first layout is needed: the list of plugins is made at every start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.sdk.layouts import Layout

_LARGEST = 1 << 20
_UNCHANGED = "nothing was imported"


@dataclass(slots=True)
class LayoutFiles:
    """The ``*.toml`` files of a folder of layouts, read when they are first needed.

    Attributes:
        problems: (file name, what is wrong) after :meth:`all` was asked.
    """

    folder: Path
    problems: list[tuple[str, str]] = field(default_factory=list)
    _found: tuple[Layout, ...] | None = None

    def all(self) -> tuple[Layout, ...]:
        """Every usable layout, in order of file names."""
        if self._found is None:
            self._found = tuple(self._read())
        return self._found

    def _read(self) -> Iterable[Layout]:
        from workstation.sdk.layouts import LayoutError, load

        try:
            files = sorted(self.folder.glob("*.toml"))
        except OSError:
            return
        for path in files:
            try:
                if path.stat().st_size > _LARGEST:
                    raise LayoutError(f"{path.name}: larger than 1 MiB")
                yield from load(path.read_bytes().decode("utf-8"), path.name)
            except (LayoutError, UnicodeDecodeError, RecursionError) as problem:
                self.problems.append((path.name, str(problem)))
            except OSError as problem:
                self.problems.append((path.name, f"cannot be read ({problem.strerror})"))


def unique(files: Iterable[LayoutFiles], taken: Iterable[str]) -> tuple[list[Layout], list[tuple[str, str]]]:
    """All layouts with an id of their own, and the problems; an id that is taken is never silently replaced."""
    known = set(taken)
    found: list[Layout] = []
    problems: list[tuple[str, str]] = []
    for one in files:
        layouts = one.all()
        problems += one.problems
        for layout in layouts:
            if layout.id in known:
                problems.append((layout.id, f"the id {layout.id} is taken by another reader or layout"))
                continue
            known.add(layout.id)
            found.append(layout)
    return found, problems


def read_profile(path: Path) -> str:
    """The text of a mapping profile file.

    Raises:
        WorkstationError: it cannot be read.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            raise ValueError
        return raw.decode("utf-8")
    except (OSError, ValueError) as problem:
        what = f"the mapping profile {path.name} cannot be read ({type(problem).__name__})"
        raise WorkstationError("WS-IMP-041", what, _UNCHANGED, "name a TOML file of a profile") from problem


def profile(text: str, sheet: str | None = None) -> str | None:
    """The text of the one layout a mapping profile has for a file.

    Args:
        sheet: name of the sheet of a workbook; None for a plain table, where the profile must hold one layout.

    Returns:
        None when the profile has no layout for this sheet.

    Raises:
        WorkstationError: the profile is not usable.
    """
    from workstation.sdk.layouts import LayoutError, dump, load

    try:
        layouts = load(text, "mapping profile")
    except (LayoutError, RecursionError) as problem:
        raise WorkstationError("WS-IMP-041", str(problem), _UNCHANGED, "mend the mapping profile") from problem
    chosen = _of_sheet(layouts, sheet) if sheet is not None else list(layouts)
    if not chosen and sheet is not None:
        return None
    if len(chosen) != 1:
        what = f"the mapping profile holds {len(chosen)} layouts for this table, not one"
        raise WorkstationError("WS-IMP-041", what, _UNCHANGED, "write one profile for each table")
    return dump(chosen[0])


def _of_sheet(layouts: Sequence[Layout], sheet: str) -> list[Layout]:
    named = [layout for layout in layouts if layout.sheet.casefold() == sheet.casefold()]
    return named or ([layouts[0]] if len(layouts) == 1 and not layouts[0].sheet else [])
