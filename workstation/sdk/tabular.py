"""Owns walking a table by its layout: its rows, what is left out, how its numbers and times are written.

One row is a ``Line``; what lines become is the work of ``tabular_events``, ``tabular_transfers`` and ``tabular_tags``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from workstation.domain.records import BadRow, Place
from workstation.sdk import encoding
from workstation.sdk.cells import LONGEST, evidence, header_zone, zone_of
from workstation.sdk.layout import Cell, Layout, normal, pattern
from workstation.sdk.reader import FIELDS, Refusal, RowProblem, Run, Source, bad
from workstation.sdk.table import Row, Table, ends_without_line_end
from workstation.sdk.tableline import Line, Origin, bare
from workstation.sdk.tablestart import DEPTH, find_column, heads, numbered, start

_TOTAL = re.compile(r"(grand )?(sub)?totals?:?|sum(me)?:?|sum of \d+ .*|totale:?|итого:?|всего:?|gesamt(summe)?:?")
#: Roles without which other rows would be read, or the same rows as something else.
_MEANING = ("asset", "contract", "decimals", "status", "kind", "direction", "token_id", "in_asset", "out_asset")
_NUMERIC = ("amount", "fee", "in", "out", "in_amount", "out_amount", "balance")


class Sheet:
    """A table with a layout applied: gives its lines and counts what is left out."""

    def __init__(self, source: Source, layout: Layout, parameters: Mapping[str, str], run: Run) -> None:
        self.source, self.layout, self.parameters, self.run = source, layout, parameters, run
        found = start(layout, heads(source), source.name)
        if found is None or (layout.must and found.score < 0.5):
            wanted = ", ".join(layout.must or [c.column or "+".join(c.join) for _, cs in layout.columns for c in cs])
            raise Refusal(f"No line of the first {DEPTH} names the columns of {layout.title}: {wanted[:300]}.")
        self.start = found
        said = encoding.remark(encoding.look_through(source.data))
        if said:
            run.remark("assumption", said)
        self.shown = [" ".join(cell.replace("\ufeff", "").strip(' "').split()) for cell in found.cells]
        self.names = numbered(found.cells)
        for index, name in enumerate(self.names):
            if "#" in name and not layout.headless and name != normal(found.cells[index]):
                self.shown[index] += name[name.rindex("#") :]
        self.width = len(found.cells)
        self.below = tuple(
            known for _, cells in layout.columns for cell in cells if (known := pattern(cell.below)) is not None
        )
        if self.below:  # lines below a row stand in one more cell behind it
            self.shown.append("lines below")
        self.roles = {role: self._sources(cells) for role, cells in layout.columns}
        #: Roles that are read from one whole column: nearly all, so their way is short.
        self.direct = {
            role: sources[0].columns[0]
            for role, sources in self.roles.items()
            if len(sources) == 1 and len(sources[0].columns) == 1 and sources[0].take is None
        }
        self._refuse_if_lost()
        self.constants = dict(layout.constants)
        self.words = dict(layout.words)
        self.zone = self._zone()
        self.prefix = tuple(pattern(text) or text for text in layout.prefix)
        self.skips = tuple((find_column(s.column, self.names), pattern(s.match), s.why) for s in layout.skips)
        self.decimals, self.whole = self._survey()
        self.memo: dict[tuple[str, str], str | None] = {}

    def _refuse_if_lost(self) -> None:
        """A file read with a layout that fits in part must not lose what says what its rows mean."""
        lost = [
            cells[0].column
            for role, cells in self.layout.columns
            if role in _MEANING and not self.roles[role] and any(cell.column in self.layout.must for cell in cells)
        ]
        if lost:
            raise Refusal(
                f"The file lacks columns of {self.layout.title} that say what its rows mean: {', '.join(lost)[:200]}."
                " Map its columns instead."
            )

    def _sources(self, cells: Sequence[Cell]) -> tuple[Origin, ...]:
        made = []
        for cell in cells:
            if cell.above or cell.file or cell.header:
                made.append(Origin((), None, self._fixed(cell)))
                continue
            if cell.below:
                made.append(Origin((self.width,), pattern(cell.below), ""))
                continue
            columns = tuple(find_column(name, self.names) for name in (cell.join or (cell.column,)))
            if None not in columns:
                made.append(Origin(tuple(c for c in columns if c is not None), pattern(cell.take), ""))
        return tuple(made)

    def _fixed(self, cell: Cell) -> str:
        """The text that holds for the whole file, from the lines above, the file name or the header."""
        known = pattern(cell.above or cell.file or cell.header)
        if known is None:
            return ""
        texts = ["\n".join(self.start.above)] if cell.above else [self.source.name] if cell.file else self.shown
        for text in texts:
            found = re.search(known.pattern, text, re.IGNORECASE)
            if found:
                return (found.group(1) or "").strip()
        return ""

    def _zone(self) -> tzinfo | None:
        stated = self.parameters.get("zone", "")
        asked = self.layout.zone
        if asked == "header":
            for source in self.roles.get("time", ()):
                for column in source.columns:
                    found = header_zone(self.shown[column])
                    if found is not None:
                        return found
        elif asked != "ask":
            return zone_of(asked)
        if not stated:
            return None
        try:
            zone = zone_of(stated)
        except ValueError as problem:
            raise Refusal(f"The parameter zone: {problem}.") from problem
        self.run.remark("assumption", f"Times without a zone are read as {stated}.")
        return zone

    def _survey(self) -> tuple[dict[int, str], bool]:
        """Decimal sign of every numeric column, and whether all amounts are whole numbers (only where it matters)."""
        layout = self.layout
        stated = self.parameters.get("decimal", "") if layout.decimal == "auto" else layout.decimal
        columns = sorted({c for r in _NUMERIC for s in self.roles.get(r, ()) for c in s.columns})
        if (layout.decimal != "auto" or stated in (".", ",")) and layout.unit != "auto":
            return dict.fromkeys(columns, stated), False
        signs: dict[int, set[str]] = {column: set() for column in columns}
        for row in self._table().rows():
            if row.number > self.start.row:
                cells = self._fitted_or_bare(row.cells)
                for column in columns:
                    if column < len(cells):
                        signs[column].add(evidence(cells[column], self.prefix))
        whole = all(found <= {"", "?"} for found in signs.values()) and not any("?" in f for f in signs.values())
        if layout.decimal != "auto" or stated in (".", ","):
            return dict.fromkeys(columns, stated), whole
        return {column: self._sign(found) for column, found in signs.items()}, whole

    def _sign(self, found: set[str]) -> str:
        sure = found & {".", ","}
        if len(sure) == 1:
            return sure.pop()
        if len(sure) == 2:
            return "both"
        return "?" if "?" in found else "."

    def _table(self) -> Table:
        table = Table(self.source, self.start.delimiter, self.start.encoding)
        table.width = self.width if self.layout.extra == "refuse" else 0
        return table

    def lines(self) -> Iterator[Line | BadRow]:
        """The rows behind the header: a line, or a bad row; what is left out is counted."""
        header = [name.partition("#")[0] for name in self.names]
        total = last = 0
        for row, below in self._records():
            total, last = total + 1, row.number
            place = Place(0, row.number, None, row.offset, row.length)
            if row.code:
                yield bad(place, row.code, row.problem, row.raw)
                continue
            fitted = self._fitted_or_bare(row.cells)
            why = self._left_out(row.cells, header) or (fitted is not row.cells and self._left_out(fitted, header))
            if why:
                self.run.skipped(why)
                continue
            try:
                yield Line(self, place, row.raw, self._with_below(self._fitted(row.cells), below))
            except RowProblem as problem:
                yield bad(place, problem.code, str(problem), row.raw)
        self.run.rows(total)
        if not total:
            self.run.remark("warning", "The file has a header and no rows.")
        elif ends_without_line_end(self.source, self.start.encoding):
            self.run.remark(
                "warning", f"The file does not end with a line end: its last row ({last}) may be cut short."
            )

    def _records(self) -> Iterator[tuple[Row, str]]:
        """The rows behind the header, each with the lines below it that the layout counts to it."""
        held: Row | None = None
        below: list[str] = []
        for row in self._table().rows():
            if row.number <= self.start.row:
                continue
            if held is not None and self.below and not row.code:
                text = row.raw.decode(self.start.encoding, "replace").strip()
                if any(known.search(text) for known in self.below):
                    below.append(text)
                    held.length = row.offset + row.length - held.offset
                    held.raw = bytes(self.source.data[held.offset : held.offset + held.length])
                    continue
            if held is not None:
                yield held, "\n".join(below)
            held, below = row, []
        if held is not None:
            yield held, "\n".join(below)

    def _with_below(self, cells: list[str], below: str) -> list[str]:
        return [*cells, *[""] * (self.width - len(cells)), below] if below else cells

    def _fitted_or_bare(self, cells: list[str]) -> list[str]:
        try:
            return self._fitted(cells)
        except RowProblem:
            return cells

    def _left_out(self, cells: Sequence[str], header: Sequence[str]) -> str:
        for column, wanted, why in self.skips:
            if column is not None and wanted is not None:
                text = cells[column].strip("\ufeff").strip() if column < len(cells) else ""
                if len(text) <= LONGEST and (wanted.fullmatch(text) or wanted.fullmatch(text.lower())):
                    return why
        number = "0" <= cells[0][:1] <= "9"  # such a row is no header and no total; most rows are
        header_may = not self.layout.headless and not (number and not "0" <= header[0][:1] <= "9")
        if header_may and normal(cells[0]) == header[0]:
            names = [normal(cell) for cell in cells]
            if names == header or [n for n in names if n] == [n for n in header if n]:
                return "header repeated"
        if number:
            return ""
        filled = [text for cell in cells if (text := cell.strip())]
        if not filled:
            return "row without any cell"
        if self.width > 2 and len(filled) == 1 and filled[0].startswith(("#", "//")):
            return "comment line"
        if self.width > 2 and _TOTAL.fullmatch(normal(filled[0])) and not self._has_time(cells):
            return "total"
        return ""

    def _has_time(self, cells: Sequence[str]) -> bool:
        text = " ".join(s.text(bare(cells)) for s in self.roles.get("time", ()))
        return any(c.isdigit() for c in text)

    def _fitted(self, cells: list[str]) -> list[str]:
        """The cells of a row in the width of the header."""
        width, extra = self.width, self.layout.extra
        if extra == "curly" and any("“" in cell for cell in cells):
            cells = _curly(cells, self.start.delimiter)
        if len(cells) <= width:
            return cells
        if not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        if extra == "join":
            return [*cells[: width - 1], self.start.delimiter.join(cells[width - 1 :])]
        if extra == "squeeze":
            cells = [cell for cell in cells if cell.strip()]
            if len(cells) <= width:
                return cells
        raise RowProblem(FIELDS, f"{len(cells)} fields instead of {width}")


def _curly(cells: list[str], delimiter: str) -> list[str]:
    """Cells between ``“`` and ``”`` are one cell; signs inside a cell are not quotes."""
    made: list[str] = []
    inside = False
    for cell in cells:
        if inside:
            made[-1] += delimiter + cell
        else:
            made.append(cell)
        inside = made[-1].lstrip().startswith("“") and not made[-1].rstrip().endswith("”")
    return [cell.strip()[1:-1] if cell.strip()[:1] == "“" and cell.strip()[-1:] == "”" else cell for cell in made]
