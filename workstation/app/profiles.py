"""Owns turning the wizard's choices into the text of a layout, and the text of a profile back into choices.

The grammar is that of ``sdk.layouts``. Pure functions over the first rows of a table.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workstation.app import cells
from workstation.app.choices import Choices, Preview, column
from workstation.app.guessing import HEAD, header_row_of
from workstation.domain.errors import WorkstationError
from workstation.sdk import layouts


def compose(choices: Choices, preview: Preview) -> str:
    """The layout text of the choices, in canonical form.

    Raises:
        WorkstationError: WS-MAP-001 the choices do not make a layout; the text says what is wrong.
    """
    return checked(_toml(_table(choices, preview)))


def checked(text: str) -> str:
    """The canonical text of a profile that holds one or several layouts.

    Raises:
        WorkstationError: WS-MAP-001 it is not one.
    """
    try:
        found = layouts.load(text, "the profile")
    except ValueError as problem:
        raise WorkstationError(
            "WS-MAP-001", f"this is not a mapping profile ({problem})", "nothing was changed",
            "correct the profile, or make it again",
        ) from problem  # fmt: skip
    return "\n".join(layouts.dump(layout).strip() + "\n" for layout in found)


def join(texts: Sequence[str]) -> str:
    """One profile text of several (the sheets of a workbook); ids that repeat are numbered."""
    seen: dict[str, int] = {}
    made = []
    for text in texts:
        name = str(tomllib.loads(text)["layout"][0]["id"])
        seen[name] = seen.get(name, 0) + 1
        made.append(text if seen[name] == 1 else text.replace(f'"{name}"', f'"{name}.{seen[name]}"', 1))
    return checked("\n".join(made))


def _table(choices: Choices, preview: Preview) -> dict[str, Any]:
    names = preview.rows[choices.header_row - 1] if 0 < choices.header_row <= len(preview.rows) else ()
    known = [layouts.normal(name) for name in names]
    sources = {role: _source(number, known) for role, number in sorted(choices.columns.items(), key=lambda i: i[1])}
    by_name = [s for s in sources.values() if not s.startswith("#")]
    header: dict[str, Any] = {"must": list(dict.fromkeys(by_name))}
    if not choices.header_row:
        header = {"none": True}
    elif len(by_name) < 2 or len(by_name) < len(sources):
        header["row"] = choices.header_row
    roles = layouts.ROLES[choices.gives]
    constants = {role: value for role, value in choices.constants.items() if value and role in roles}
    if choices.gives == "events" and choices.kind:
        constants["kind"] = choices.kind
    words = {
        role: dict(found)
        for role, found in choices.words.items()
        if found and (role in choices.columns) and role not in constants
    }
    table: dict[str, Any] = {
        "id": _id(choices), "title": choices.name.strip() or "Mapping profile", "gives": choices.gives,
        "service": choices.service.strip() if choices.gives == "events" else "",
        "sheet": choices.sheet, "header": header,
        "columns": {role: source for role, source in sources.items() if role not in constants},
        "constants": constants, "words": words, "read": _read(choices, preview),
    }  # fmt: skip
    return {key: value for key, value in table.items() if value not in ("", {})}


def _source(number: int, known: Sequence[str]) -> str:
    name = known[number - 1] if number <= len(known) else ""
    plain_name = name and known.count(name) == 1 and not name.startswith(("#", "/"))
    return name if plain_name else f"#{number}"


def _read(choices: Choices, preview: Preview) -> dict[str, Any]:
    made: dict[str, Any] = {}
    name = next((r for r in ("time", "date") if r in choices.columns), "")
    if name:
        texts = column(preview, choices.columns[name], choices.header_row)
        formats = [choices.time_format] if choices.time_format else list(cells.time_formats(texts)) or ["iso"]
        made["time"] = formats
        made["zone"] = choices.zone.strip() or ("ask" if cells.naive(texts) else "UTC")
    made["decimal"] = choices.decimal
    made["unit"] = choices.unit
    made["sign"] = choices.sign
    return made


def _id(choices: Choices) -> str:
    words = " ".join((choices.name or f"{choices.service} {choices.kind or choices.gives}", choices.sheet))
    ascii_text = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:60]
    return f"profile.{slug or 'table'}"


def _toml(table: Mapping[str, Any]) -> str:
    lines = ["[[layout]]"]
    lines += [f"{key} = {_value(value)}" for key, value in table.items() if not isinstance(value, Mapping)]
    for key, value in table.items():
        if not isinstance(value, Mapping):
            continue
        inner = {k: v for k, v in value.items() if isinstance(v, Mapping)}
        lines += ["", f"[layout.{key}]"] if len(inner) < len(value) else []
        lines += [f"{_quoted(k)} = {_value(v)}" for k, v in value.items() if k not in inner]
        for name, found in inner.items():
            lines += ["", f"[layout.{key}.{_quoted(name)}]"]
            lines += [f"{_quoted(k)} = {_value(v)}" for k, v in found.items()]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    made = []
    for char in text:
        if char in '"\\':
            made.append("\\" + char)
        elif char.isprintable():
            made.append(char)
        else:
            made.append("�" if 0xD800 <= ord(char) <= 0xDFFF else f"\\U{ord(char):08X}")
    return '"' + "".join(made) + '"'


def read_choices(layout_text: str, preview: Preview) -> Choices:
    """A saved profile back into the form, as far as it fits these headers.

    Raises:
        WorkstationError: WS-MAP-001 it is not a profile.
    """
    checked(layout_text)
    found: list[dict[str, Any]] = tomllib.loads(layout_text)["layout"]
    sheet = preview.sheets[0].lower() if preview.sheets else ""
    layout = next((one for one in found if str(one.get("sheet", "")).lower() == sheet), found[0])
    header, read = layout.get("header", {}), layout.get("read", {})
    row = 0 if header.get("none") else int(header.get("row", 0)) or _row_with(header.get("must", ()), preview)
    names = preview.rows[row - 1] if 0 < row <= len(preview.rows) else ()
    known = [layouts.normal(name) for name in names]
    columns = {role: n for role, source in layout.get("columns", {}).items() if (n := _number(source, known))}
    constants = {role: str(value) for role, value in layout.get("constants", {}).items()}
    formats = read.get("time", [])
    zone = str(read.get("zone", ""))
    made = Choices(
        name=str(layout.get("title", "")), gives=str(layout["gives"]), kind=constants.pop("kind", ""),
        service=str(layout.get("service", "")), header_row=row, columns=columns, constants=constants,
        zone="" if zone == "ask" else zone, time_format=str(formats[0]) if len(formats) == 1 else "",
        decimal=str(read.get("decimal", "auto")), unit=str(read.get("unit", "coin")),
        sign=str(read.get("sign", "none")), words=layout.get("words", {}), sheet=str(layout.get("sheet", "")),
    )  # fmt: skip
    return made if made.unit in ("coin", "base") else replace(made, unit="coin")


def _row_with(must: Sequence[str], preview: Preview) -> int:
    """The first row that has all names of the profile, else the guessed header row."""
    for number, row in enumerate(preview.rows[:HEAD], 1):
        known = [layouts.normal(cell) for cell in row]
        if must and all(_number(name, known) for name in must):
            return number
    return header_row_of(preview)


def _number(source: object, known: Sequence[str]) -> int:
    """Column number of a source (name, expression, ``#3``, or alternatives), 0 when the table has none such."""
    if isinstance(source, list):
        return next((n for one in source if (n := _number(one, known))), 0)
    if isinstance(source, Mapping):
        return _number(source.get("column", ""), known)
    text = str(source)
    if re.fullmatch(r"#\d{1,3}", text):
        return int(text[1:])
    if len(text) > 2 and text[0] == text[-1] == "/":
        try:
            return next((n for n, name in enumerate(known, 1) if re.fullmatch(text[1:-1], name)), 0)
        except re.error:
            return 0
    return known.index(text) + 1 if text and text in known else 0
