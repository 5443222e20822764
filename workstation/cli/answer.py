"""Owns how a verb answers: one JSON document or plain lines, and an exit code. Must not know any verb."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from workstation.domain.errors import WorkstationError
from workstation.domain.visible import visible

#: Most characters of one cell and of one line on a terminal; ``--json`` gives everything.
_CELL, _LINE = 400, 8000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb found: ``data`` for machines, ``lines`` for people, and the exit code of design section 6."""

    data: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    code: int = 0


def show(answer: Answer, as_json: bool, out: TextIO) -> None:
    """Print the answer: exactly one JSON document, or its lines made safe for a terminal."""
    if as_json:
        out.write(json.dumps(answer.data, ensure_ascii=True, indent=1) + "\n")
    else:
        out.writelines(_fitting(safe(line), out) + "\n" for line in answer.lines)
    out.flush()


def show_error(problem: WorkstationError, as_json: bool) -> None:
    """Print an error: one line on standard error, and with ``--json`` also one document on standard output."""
    if as_json:
        document = {
            "error": {"code": problem.code, "what": problem.what, "unchanged": problem.unchanged, "todo": problem.todo}
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=True, indent=1) + "\n")
    sys.stderr.write(_fitting(safe(str(problem)), sys.stderr) + "\n")


def pairs(words: Iterable[str]) -> dict[str, str]:
    """``name=value`` words as a dictionary.

    Raises:
        WorkstationError: a word has no ``=``.
    """
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            what = f"{word!r} is not name=value"
            raise WorkstationError("WS-CLI-006", what, "nothing was changed", "write each argument as name=value")
        found[name] = value
    return found


def safe(text: str) -> str:
    """Text for a terminal: control and direction characters from foreign files become visible marks."""
    return visible(text, _LINE)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows in columns of their own width; the last column is not padded."""
    shown = [[visible(cell, _CELL) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[n]) for row in shown) for n in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]


def _fitting(line: str, out: TextIO) -> str:
    """The line as the encoding of the terminal can hold it: an old code page must not end in an error."""
    encoding = out.encoding or "utf-8"
    return line.encode(encoding, "backslashreplace").decode(encoding)
