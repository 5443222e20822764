"""Owns the look at the XML parts of a workbook before it is read: sizes, DTDs, hidden rows, formulas without value.

Every part is inflated once and counted, so that what the directory of the archive states is not trusted. Runs in the
sandboxed worker.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from workstation.sdk.reader import Refusal, Source
from workstation.sdk.unpack import Bounds, Excess
from workstation.sdk.zipped import pieces

#: Cells a sheet may span: the whole rectangle is held in memory.
CELLS = 40_000_000
_SMALL = 8 << 20
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col [^>]*?\bhidden="(?:1|true)"')
_NO_VALUE = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>")
_ERROR = re.compile(rb'<(?:\w+:)?c [^>]*?\bt="e"')
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True)
class Sheet:
    """What the XML of one sheet holds that its cells do not show."""

    hidden_rows: int = 0
    hidden_columns: int = 0
    no_value: int = 0
    errors: int = 0
    last_row: int = 0
    last_column: int = 0

    def remarks(self) -> list[str]:
        """The same in words for the user."""
        told = (
            (self.hidden_rows, "Hidden rows: {}. They were read like the others."),
            (self.hidden_columns, "Groups of hidden columns: {}. They were read like the others."),
            (self.no_value, "Formulas without a stored value: {}. Their cells are empty: open and save the workbook."),
            (self.errors, "Cells with an error such as #N/A: {}. They are empty."),
        )
        return [text.format(f"{count:,}") for count, text in told if count]


def scan(source: Source, entries: list[zipfile.ZipInfo], bounds: Bounds) -> dict[str, Sheet]:
    """Count every part of a workbook; what is seen of each sheet, under the sheet's name.

    Raises:
        Refusal: a part is damaged or holds a DTD. Excess: too much inside.
    """
    found: dict[str, Sheet] = {}
    small: dict[str, bytes] = {}
    given = 0
    for entry in entries:
        sheet = Sheet()
        held: list[bytes] = []
        is_xml = entry.filename.endswith((".xml", ".rels"))
        keep = entry.filename in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        try:
            for part in _whole_tags(pieces(source, entry, bounds)):
                given += len(part)
                bounds.check(given, 1 << 40)
                if is_xml:
                    _look(part, sheet)
                if keep:
                    held.append(part)
                    if sum(map(len, held)) > _SMALL:
                        raise Excess("the workbook has an unusually long list of sheets")
        except Refusal as problem:
            raise Refusal(f"the workbook is damaged: of {entry.filename[:80]}, {problem}") from problem
        if sheet.last_row * sheet.last_column > CELLS:
            raise Excess(f"a sheet spans more than {CELLS:,} cells")
        found[entry.filename] = sheet
        if keep:
            small[entry.filename] = b"".join(held)
    return {name: found[part] for name, part in _names(small) if part in found}


def _whole_tags(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut only behind the end of a cell or another tag."""
    rest = b""
    for piece in stream:
        rest += piece
        cut = max(rest.rfind(b"</c>") + 4, rest.rfind(b"</row>") + 6)
        if cut < 10:
            cut = rest.rfind(b">") + 1 if len(rest) > _SMALL else 0
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        if len(rest) > 4 * _SMALL:
            yield rest
            rest = b""
    if rest:
        yield rest


def _look(part: bytes, sheet: Sheet) -> None:
    if _DOCTYPE.search(part):
        raise Refusal("it holds a document type definition, as a decompression bomb of entities does")
    sheet.hidden_rows += len(_HIDDEN_ROW.findall(part))
    sheet.hidden_columns += len(_HIDDEN_COLUMN.findall(part))
    sheet.no_value += len(_NO_VALUE.findall(part))
    sheet.errors += len(_ERROR.findall(part))
    for letters, number in _CELL.findall(part):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        sheet.last_column = max(sheet.last_column, column)
        sheet.last_row = max(sheet.last_row, int(number))


def _names(small: dict[str, bytes]) -> list[tuple[str, str]]:
    """(sheet name, part) from the list of sheets; empty when the list is not usable: only remarks are lost then."""
    try:
        book = ElementTree.fromstring(small["xl/workbook.xml"])
        relations = ElementTree.fromstring(small["xl/_rels/workbook.xml.rels"])
    except (KeyError, ElementTree.ParseError):
        return []
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in relations
    }
    sheets = (element for element in book.iter() if element.tag.endswith("}sheet"))
    return [(sheet.get("name", ""), targets.get(sheet.get(_RELATION), "")) for sheet in sheets]
