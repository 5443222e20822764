"""Reads a table by a layout: exports of exchanges and wallets, explorer lists, label lists, mapped tables.

Owns only the contract with the host; the engine is ``workstation.sdk.tabular`` and the grammar
``workstation.sdk.layouts`` (manual: ``LAYOUTS.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from workstation.domain.records import BadRow, Record
from workstation.sdk.layout import Layout, LayoutError
from workstation.sdk.questions import open_questions
from workstation.sdk.reader import NO, Refusal, RowProblem, Run, Sniff, Source, bad
from workstation.sdk.tableline import Leave
from workstation.sdk.tablestart import Heads, heads, start
from workstation.sdk.tabular import Sheet

if TYPE_CHECKING:
    from workstation.sdk.tabular_events import Events
    from workstation.sdk.tabular_tags import Tags
    from workstation.sdk.tabular_transfers import Transfers

STREAMS = ("row {row}",)
#: Least share of the columns at which a layout is offered; 1.0 is needed to choose it without asking.
_LEAST = 0.6


def sniff(head: bytes, name: str) -> Sniff:
    """Never by itself: layouts are matched by :func:`sniff_layouts`."""
    return NO


def sniff_layouts(head: bytes, name: str, layouts: Sequence[Layout]) -> list[tuple[str, Sniff]]:
    """The layouts whose columns stand in one of the first lines, best first; 1.0 = all of them."""
    source = Source(name, head)
    tops = heads(source)
    found = []
    for layout in layouts:
        if not layout.must:
            continue
        began = start(layout, tops, name)
        if began is None or began.score < _LEAST:
            continue
        found.append((began.score, layout, _sniff(source, tops, layout, began.score, began.row)))
    found.sort(key=lambda entry: (-entry[0], -entry[1].priority, -len(entry[1].must), entry[1].id))
    return [(layout.id, answer) for _, layout, answer in found]


def _sniff(source: Source, tops: Sequence[Heads], layout: Layout, score: float, row: int) -> Sniff:
    wanted = len(layout.must)
    met = round(score * wanted)
    if met < wanted:
        return Sniff(score, f"line {row} has {met} of the {wanted} columns of {layout.title}")
    names = "all columns" if wanted > 1 else "the column"
    return Sniff(1.0, f"line {row} has {names} of {layout.title}", "", open_questions(source, tops, layout))


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; rows that cannot be used come out as bad rows."""
    layout = _layout(parameters.get("layout", ""))
    try:
        sheet = Sheet(source, layout, parameters, run)
        maker = _maker(sheet)
    except RowProblem as problem:
        raise Refusal(f"A parameter: {problem}.") from problem
    for line in sheet.lines():
        if isinstance(line, BadRow):
            yield line
            continue
        try:
            yield from maker.records(line)
        except Leave as why:
            run.skipped(str(why))
        except RowProblem as problem:
            yield bad(line.place, problem.code, str(problem), line.raw)


def _maker(sheet: Sheet) -> Events | Transfers | Tags:
    # Imported when they are needed: this module is loaded for every text to find out what it is.
    if sheet.layout.gives == "events":
        from workstation.sdk.tabular_events import Events

        return Events(sheet)
    if sheet.layout.gives == "transfers":
        from workstation.sdk.tabular_transfers import Transfers

        return Transfers(sheet)
    from workstation.sdk.tabular_tags import Tags

    return Tags(sheet)


def _layout(text: str) -> Layout:
    if not text.strip():
        raise Refusal("No layout is given: choose a format from the list, or map the columns.")
    from workstation.sdk.layouts import load

    try:
        found = load(text, "mapping profile")
    except LayoutError as problem:
        raise Refusal(f"The layout cannot be used: {problem}.") from problem
    if len(found) != 1:
        raise Refusal(f"The mapping profile holds {len(found)} layouts; a plain table takes exactly one.")
    return found[0]
