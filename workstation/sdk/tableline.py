"""Owns one row of a table under a layout: what its cells say for the roles. Must not walk tables or make records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from workstation.domain.records import Place
from workstation.sdk.cells import LONGEST, evidence, moment_of, number
from workstation.sdk.layout import SKIP, normal, pattern
from workstation.sdk.reader import AMOUNT, SHAPE, TOO_LONG, RowProblem
from workstation.sdk.tablestart import find_column

if TYPE_CHECKING:
    from workstation.sdk.tabular import Sheet

_SYMBOL, _CELL, _NAME = 100, 4000, 200
_STATUS: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(("completed", "complete", "success", "successful", "confirmed", "done", "finished", "ok", "true",
                     "1", "yes", "paid", "credited", "executed", "filled"), "ok"),
    **dict.fromkeys(("pending", "processing", "unconfirmed", "in progress", "new", "open", "waiting"), "pending"),
    **dict.fromkeys(("failed", "fail", "cancelled", "canceled", "rejected", "error", "false", "0", "expired", "no",
                     "refunded", "reverted"), "failed"),
})  # fmt: skip
_DIRECTION: Mapping[str, str] = MappingProxyType({"in": "in", "out": "out", "deposit": "in", "withdrawal": "out", "withdraw": "out", "buy": "in",
              "sell": "out", "received": "in", "sent": "out", "receive": "in", "send": "out", "credit": "in",
              "debit": "out"})  # fmt: skip


class Leave(Exception):
    """The row is understood and rightly gives nothing; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One resolved source of a role: columns (joined), a pattern for a part, or a text fixed for the whole file."""

    columns: tuple[int, ...]
    take: re.Pattern[str] | None
    fixed: str

    def text(self, cells: Sequence[str]) -> str:
        """The text in a row of bare cells (no byte order mark, no outer blanks)."""
        if not self.columns:
            return self.fixed
        if len(self.columns) == 1:
            at = self.columns[0]
            text = cells[at] if at < len(cells) else ""
        else:
            text = " ".join(cells[i] for i in self.columns if i < len(cells)).strip()
        if self.take is not None:
            found = self.take.search(text) if len(text) <= LONGEST else None
            return (found.group(1) or "").strip() if found else ""
        return text


def bare(cells: Sequence[str]) -> list[str]:
    """Cells without byte order marks before or behind them and without outer blanks; inside, a mark is foreign."""
    return [cell.strip("\ufeff").strip() for cell in cells]


def cut(text: str, limit: int) -> str:
    """A text that fits a record; where it was cut stands a mark, and the whole text is in the file."""
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


def whole_symbol(text: str) -> str:
    """A symbol as it is; a cut one could be taken for that of another asset.

    Raises:
        RowProblem: it is longer than any symbol.
    """
    if len(text) > _SYMBOL:
        raise RowProblem(TOO_LONG, f"the symbol has {len(text):,} characters")
    return text


class Line:
    """One row: what its cells say for the roles of the layout."""

    __slots__ = ("cells", "place", "raw", "sheet")

    def __init__(self, sheet: Sheet, place: Place, raw: bytes, cells: list[str]) -> None:
        self.sheet, self.place, self.raw = sheet, place, raw
        self.cells = bare(cells)

    def cell(self, role: str) -> str:
        """The text of the role's column in this row, empty when there is none."""
        at = self.sheet.direct.get(role)
        if at is not None:
            return self.cells[at] if at < len(self.cells) else ""
        for source in self.sheet.roles.get(role, ()):
            text = source.text(self.cells)
            if text:
                return text
        return ""

    def column(self, role: str) -> int | None:
        """The column that :meth:`cell` reads in this row, when it is one whole column."""
        for source in self.sheet.roles.get(role, ()):
            if source.text(self.cells):
                return source.columns[0] if len(source.columns) == 1 else None
        return None

    def text(self, role: str) -> str:
        """The role's text after its words, or its constant; an unlisted word stays as it is."""
        cell = self.cell(role)
        if role in self.sheet.words and (cell or self.sheet.roles.get(role)):
            meant = self.word(role, cell)
            if meant is not None:
                if meant == SKIP:
                    raise Leave(f"{role}: {cell[:60]}")
                return meant
        return cell or self.sheet.constants.get(role, "")

    def word(self, role: str, cell: str) -> str | None:
        """What the layout says a cell of the role means; None when it is not listed."""
        key = (role, cell)
        memo = self.sheet.memo
        if key not in memo:
            if len(memo) > 10_000:
                memo.clear()
            memo[key] = _meaning(self.sheet.words[role], " ".join(cell.split()))
        return memo[key]

    def meaning(self, role: str, allowed: Sequence[str]) -> str:
        """A word out of a closed list (kind, direction, status); empty when the row says nothing."""
        cell = self.cell(role)
        if role in self.sheet.words and self.sheet.roles.get(role):
            found = self.word(role, cell)
            if found == SKIP:
                raise Leave(f"{role}: {cell[:60] or '(empty)'}")
            if found is None and cell:
                raise RowProblem(SHAPE, f"the word {cell[:60]!r} for {role} is not known to the layout")
            return found if found is not None else ""
        if not cell:
            return self.sheet.constants.get(role, "")
        word = cell.lower()
        known = {"status": _STATUS, "direction": _DIRECTION}.get(role, {})
        found = known.get(word, word)
        if found not in allowed:
            raise RowProblem(SHAPE, f"the word {cell[:60]!r} for {role} is not known")
        return found

    def number(self, role: str) -> tuple[int, str] | None:
        """Sign and plain decimal of a numeric role; None when the row states none."""
        sheet = self.sheet
        for source in sheet.roles.get(role, ()):
            text = source.text(self.cells)
            if not text:
                continue
            decimal = sheet.decimals.get(source.columns[0], ".") if source.columns else "."
            if decimal not in (".", ","):
                decimal = self._undecided(text, decimal)
            found = number(text, decimal, sheet.prefix, sheet.layout.empty)
            if found is not None:
                return found
        constant = sheet.constants.get(role, "")
        return number(constant) if constant else None

    def _undecided(self, text: str, state: str) -> str:
        said = evidence(text, self.sheet.prefix)
        if said == "?" or (said and state == "?"):
            raise RowProblem(
                AMOUNT, f"{text[:40]!r} can be read with thousands or with decimals: state the decimal sign of the file"
            )
        return said or "."

    def time(self, role: str = "time") -> tuple[int | None, str]:
        """Seconds UTC and the original text."""
        shown = self.cell(role)
        if not shown:
            return None, self.sheet.constants.get(role, "")
        text = self.text(role) if role in self.sheet.words else shown
        if not text:
            return None, cut(shown, 100)
        sheet = self.sheet
        return (
            moment_of(text, sheet.layout.times, sheet.zone, lambda said: sheet.run.remark("assumption", said)),
            cut(shown, 100),
        )

    def details(self, spent: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Every filled cell that no role in ``spent`` has used whole in this row, under its header text."""
        direct = self.sheet.direct
        done = {direct[role] if role in direct else self._used(role) for role in spent}
        shown = self.sheet.shown
        return tuple(
            (cut(shown[i], _NAME) or f"column {i + 1}", cut(text, _CELL))
            for i, text in enumerate(self.cells)
            if text and i not in done
        )

    def _used(self, role: str) -> int | None:
        """The one column whose whole cell the role was read from in this row."""
        at = self.sheet.direct.get(role)
        if at is not None:
            return at if at < len(self.cells) and self.cells[at] else None
        for source in self.sheet.roles.get(role, ()):
            if source.text(self.cells):
                return source.columns[0] if len(source.columns) == 1 and source.take is None else None
        return None

    def named(self, role: str, text: str, default: str) -> str:
        """A name on the chain ``stated`` by the layout's pattern, or by the default one."""
        form = dict(self.sheet.layout.names).get(role, default)

        def put(found: re.Match[str]) -> str:
            if not found.group(1):
                return text
            column = find_column(normal(found.group(1)), self.sheet.names)
            return self.cells[column] if column is not None and column < len(self.cells) else ""

        return re.sub(r"\{([^{}]*)\}", put, form)


def _meaning(words: Sequence[tuple[str, str]], cell: str) -> str | None:
    """The meaning of a cell: the text itself, then patterns in order, then ``*``; None when it is not listed."""
    low = cell.lower()
    fallback: str | None = None
    for word, value in words:
        if word == low:
            return value
    for word, value in words:
        if word == "*":
            fallback = value
            continue
        known = pattern(word)
        if known is not None and len(cell) <= LONGEST and (known.fullmatch(low) or known.fullmatch(cell)):
            return value
    return fallback
