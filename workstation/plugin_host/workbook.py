"""Owns taking spreadsheets apart: every sheet becomes a CSV text, cell for cell. Runs in the sandboxed worker.

The worker imports it by name because the job says so; it opens no file. An XLSX or ODS file is a ZIP archive: its parts
are inflated and counted here before python-calamine sees them, and what calamine does not tell (hidden rows, formulas
without a stored value) is counted from the XML of the sheets.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any

import python_calamine as calamine

from workstation.plugin_host.sheets import Sheet, scan
from workstation.sdk.reader import Refusal, Source
from workstation.sdk.unpack import PIECE, Bounds, Excess, Step
from workstation.sdk.zipped import directory, file_of, members_of, outside

SHEETS = 100
_WHOLE_DAY = time(0)
_DIGITS = Context(prec=15)
_OLE_KINDS = (
    ("EncryptedPackage", "this workbook is encrypted; ask for it without a password"),
    ("WordDocument", "this is a Word document, not a spreadsheet"),
    ("PowerPoint Document", "this is a PowerPoint presentation, not a spreadsheet"),
    ("__properties_version1.0", "this is an Outlook message, not a spreadsheet"),
)
_ZIP_KINDS = (
    ("word/document.xml", "this is a Word document, not a spreadsheet; save it as text or PDF and use scan"),
    ("ppt/presentation.xml", "this is a PowerPoint presentation, not a spreadsheet"),
    ("xl/workbook.bin", "this is a binary Excel workbook (xlsb); save it as xlsx or CSV"),
)


def zip_or_workbook(source: Source, bounds: Bounds) -> Iterator[Step]:
    """Members of whatever a ZIP archive is: a workbook's sheets, or the files of a plain archive."""
    archive, entries = directory(source, bounds)
    names = {entry.filename for entry in entries}
    for part, what in _ZIP_KINDS:
        if part in names:
            raise Refusal(what)
    if "xl/workbook.xml" in names:
        yield "kind", "xlsx"
    elif "content.xml" in names and _is_spreadsheet(archive, names):
        yield "kind", "ods"
    else:
        yield from members_of(source, archive, entries, bounds)
        return
    for text in outside(source, archive):
        yield "remark", text
    if any(name.endswith("vbaProject.bin") for name in names):
        yield "remark", "The workbook holds macros; they were not run."
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("this workbook is encrypted; ask for it without a password")
    yield from _sheets(source, bounds, scan(source, entries, bounds))


def old_workbook(source: Source, bounds: Bounds) -> Iterator[Step]:
    """The sheets of an Excel file of before 2007."""
    yield "kind", "xls"
    for name, what in _OLE_KINDS:
        if source.data.find(name.encode("utf-16-le")) >= 0:
            raise Refusal(what)
    yield from _sheets(source, bounds, {})


def _is_spreadsheet(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if "mimetype" not in names:
        return False
    with archive.open("mimetype") as member:
        kind = member.read(200)
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return True
    raise Refusal("this is a document of LibreOffice or OpenOffice, not a spreadsheet")


def _sheets(source: Source, bounds: Bounds, scanned: dict[str, Sheet]) -> Iterator[Step]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(file_of(source))
        about = list(book.sheets_metadata)
    except calamine.PasswordError as problem:
        raise Refusal("this workbook is encrypted; ask for it without a password") from problem
    except (calamine.CalamineError, OSError, ValueError) as problem:
        raise Refusal(f"the workbook is cut or damaged ({str(problem)[:100]})") from problem
    given = 0
    limit = min(SHEETS, bounds.members)
    for number, sheet in enumerate(about):
        if number >= limit:
            yield "left", f"{sheet.name}.csv", f"the workbook has more than {limit} sheets"
            continue
        if sheet.typ is not calamine.SheetTypeEnum.WorkSheet:
            yield "left", f"{sheet.name}.csv", "it is a chart, macro or dialogue sheet without rows"
            continue
        try:
            cells = book.get_sheet_by_index(number)
        except (calamine.CalamineError, OSError, ValueError) as problem:
            yield "left", f"{sheet.name}.csv", f"the sheet cannot be read ({str(problem)[:100]})"
            continue
        if cells.start is None or cells.end is None:
            yield "left", f"{sheet.name}.csv", "the sheet is empty"
            continue
        yield "member", f"{sheet.name}.csv"
        for piece in _csv(cells):
            given += len(piece)
            if given > bounds.bytes:
                raise Excess(f"unpacked it would have more than {bounds.bytes:,} bytes")
            yield piece
        yield "kept", _remarks(sheet, cells, scanned.get(sheet.name))


def _remarks(about: calamine.SheetMetadata, cells: calamine.CalamineSheet, seen: Sheet | None) -> list[str]:
    found = []
    if about.visible is calamine.SheetVisibleEnum.Hidden:
        found.append("This sheet is hidden in the workbook.")
    elif about.visible is calamine.SheetVisibleEnum.VeryHidden:
        found.append("This sheet is very hidden in the workbook: Excel does not offer to show it.")
    merged = len(cells.merged_cell_ranges or ())
    if merged:
        found.append(f"Merged cell ranges: {merged:,}. The value is in the first cell of each, the others are empty.")
    if seen is not None:
        found += seen.remarks()
    return found


def _csv(cells: calamine.CalamineSheet) -> Iterator[bytes]:
    """The rows of a sheet as RFC 4180 text with LF; row N of the text is row N of the sheet."""
    assert cells.start is not None
    assert cells.end is not None
    timed: set[int] = set()
    count = 0
    for row in cells.iter_rows():
        count += 1
        timed.update(n for n, value in enumerate(row) if type(value) is datetime and value.time() != _WHOLE_DAY)
    pad = '"",' * cells.start[1]
    lines: list[str] = ["\n"] * (cells.end[0] + 1 - count)  # calamine may or may not give the empty rows above
    held = 0
    for row in cells.iter_rows():
        texts = [cell_text(value, column in timed) for column, value in enumerate(row)]
        line = pad + ",".join('"' + text.replace('"', '""') + '"' for text in texts) + "\n" if any(texts) else "\n"
        lines.append(line)
        held += len(line)
        if held >= PIECE >> 1:
            yield _encoded(lines)
            lines, held = [], 0
    yield _encoded(lines)


def _encoded(lines: list[str]) -> bytes:
    return "".join(lines).encode("utf-8", "replace")


def cell_text(value: Any, timed: bool = False) -> str:
    """A cell as text. ``timed``: its column holds times of day, so a day alone is midnight."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if kind is int or kind is float:
        return number_text(value)
    if kind is datetime:
        return value.isoformat(" ").rstrip("0") if value.microsecond else str(value.isoformat(" "))
    if kind is date:
        return f"{value.isoformat()} 00:00:00" if timed else str(value.isoformat())
    if kind is time:
        return str(value.isoformat())
    if kind is timedelta:
        seconds = value // timedelta(seconds=1)
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)


def number_text(value: Any) -> str:
    """A stored number as a spreadsheet shows it: at most 15 significant digits.

    A whole number beyond 15 digits is written with an exponent: the spreadsheet has destroyed its last digits, and
    whoever reads the text must not take it for an exact one.
    """
    shown = repr(value)
    if len(shown) <= 16 and "e" not in shown and "n" not in shown:
        return shown.removesuffix(".0") if shown != "-0.0" else "0"
    made = _DIGITS.plus(Decimal(shown))
    if not made.is_finite():
        return ""
    if made == 0:
        return "0"
    made = made.normalize(_DIGITS)
    if made.adjusted() >= 15 or made.adjusted() < -30:
        digits = "".join(map(str, made.as_tuple().digits))
        sign = "-" if made < 0 else ""
        return f"{sign}{digits[0]}{'.' + digits[1:] if digits[1:] else ''}E{made.adjusted():+d}"
    return f"{made:f}"
