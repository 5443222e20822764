"""Owns the grammar of table layouts: reading, writing and matching them. Must not read tables.

A layout says in TOML which columns of a table mean what; ``plugins/tables/LAYOUTS.md`` is its manual. A mapping profile
of the wizard is the same grammar. Every error names the file, the layout, the key and what is expected.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from functools import lru_cache

from workstation.sdk.layout import (
    QUESTIONS,
    ROLES,
    SKIP,
    Cell,
    Layout,
    LayoutError,
    Skip,
    match,
    names_cell,
    normal,
    pattern,
    score,
)
from workstation.sdk.layout_parser import ELSEWHERE, LayoutParser

__all__ = (
    "QUESTIONS", "ROLES", "SKIP", "Cell", "Layout", "LayoutError", "Skip", "dump", "load", "match", "names_cell",
    "normal", "pattern", "score",
)  # fmt: skip
_LARGEST = 256 * 1024


@lru_cache(maxsize=128)  # each case that is opened asks for the layouts of the program
def load(text: str, where: str) -> tuple[Layout, ...]:
    """The layouts of a TOML text; ``where`` is the file name for the error.

    Raises:
        LayoutError: the text says file, layout, key and what is expected.
    """
    if len(text) > _LARGEST:
        raise LayoutError(f"{where}: larger than 256 KiB")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        raise LayoutError(f"{where}: not valid TOML ({str(problem)[:200]})") from problem
    for key in data:
        if key != "layout":
            raise LayoutError(f"{where}: unknown key {key}; write every layout as [[layout]]")
    tables = data.get("layout", [])
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise LayoutError(f"{where}: at least one [[layout]] table is expected")
    made = tuple(LayoutParser(table, f"{where}, layout {number}").layout() for number, table in enumerate(tables, 1))
    seen: set[str] = set()
    for layout in made:
        if layout.id in seen:
            raise LayoutError(f"{where}: two layouts have the id {layout.id}")
        seen.add(layout.id)
    return made


def dump(layout: Layout) -> str:
    """The layout as canonical TOML; :func:`load` gives the same layout back."""
    out = ["[[layout]]"]
    for key in ("id", "title", "gives", "service", "notes", "known", "sheet"):
        value = getattr(layout, key)
        if value:
            out.append(f"{key} = {_quoted(value)}")
    if layout.priority:
        out.append(f"priority = {layout.priority}")
    if layout.ask:
        out.append(f"ask = {_list(layout.ask)}")
    if layout.wallet:
        out.append("wallet = true")
    header = [f"{key} = {_list(value)}" for key, value in (("must", layout.must), ("not", layout.must_not)) if value]
    header += [f"{key} = {_quoted(v)}" for key, v in (("before", layout.before), ("file", layout.file)) if v]
    header += ["none = true"] if layout.headless else []
    header += [f"row = {layout.row}"] if layout.row else []
    out += _part("layout.header", header)
    out += _part("layout.columns", [f"{_quoted(k)} = {_cells(v)}" for k, v in layout.columns])
    out += _part("layout.constants", [f"{_quoted(k)} = {_quoted(v)}" for k, v in layout.constants])
    for role, words in layout.words:
        out += [f"[layout.words.{_quoted(role)}]", *(f"{_quoted(k)} = {_quoted(v)}" for k, v in words)]
    out += _part("layout.names", [f"{_quoted(k)} = {_quoted(v)}" for k, v in layout.names])
    out.append("[layout.read]")
    for key, items in (("time", layout.times), ("prefix", layout.prefix), ("empty", layout.empty)):
        if items:
            out.append(f"{key} = {_list(items)}")
    for key in ("zone", "decimal", "unit", "sign", "case", "extra"):
        if getattr(layout, key):
            out.append(f"{key} = {_quoted(getattr(layout, key))}")
    for skip in layout.skips:
        out += ["[[layout.skip]]", f"column = {_quoted(skip.column)}", f"match = {_quoted(skip.match)}",
                f"why = {_quoted(skip.why)}"]  # fmt: skip
    return "\n".join(out) + "\n"


def _part(name: str, lines: list[str]) -> list[str]:
    return [f"[{name}]", *lines] if lines else []


def _cells(cells: tuple[Cell, ...]) -> str:
    shown = [_cell(cell) for cell in cells]
    return shown[0] if len(shown) == 1 else "[" + ", ".join(shown) + "]"


def _cell(cell: Cell) -> str:
    if cell.column and not cell.take:
        return _quoted(cell.column)
    keys = [f"join = {_list(cell.join)}"] if cell.join else []
    for key in ("column", *ELSEWHERE, "take"):
        if getattr(cell, key):
            keys.append(f"{key} = {_quoted(getattr(cell, key))}")
    return "{ " + ", ".join(keys) + " }"


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON escapes are TOML escapes, but for characters beyond U+FFFF and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
