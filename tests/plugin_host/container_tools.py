"""Makes hostile and harmless containers for the tests of unpacking."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence

TABLE = b"time,from,to,asset,amount,chain\n1700000000,a,b,EUR,1.25,stated\n"
_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def die(_source: object, _bounds: object) -> None:
    """An unpacker that ends its process at once."""
    os._exit(7)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A plain ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def entry(name: str, data: bytes, *, mode: int = 0) -> tuple[zipfile.ZipInfo, bytes]:
    """An entry with a file type in its attributes."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = mode << 16
    return info, data


def archive_of(entries: Sequence[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    """A ZIP archive of these entries, doubled names allowed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for info, data in entries:
            archive.writestr(info, data)
    return out.getvalue()


def lying(name: str, data: bytes, stated: int) -> bytes:
    """A ZIP archive whose headers state another size than the file has."""
    packed = zlib.compress(data, 9)[2:-4]
    crc = zlib.crc32(data[:stated]) if stated < len(data) else zlib.crc32(data)
    raw = name.encode()
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, crc, len(packed), stated, len(raw), 0) + raw
    central = (
        struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 33, crc, len(packed), stated, len(raw), 0, 0, 0, 0, 0, 0
        )
        + raw
    )
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(head) + len(packed), 0)
    return head + packed + central + end


def overlapping(count: int, data: bytes) -> bytes:
    """Many entries of the directory that stand for the same packed bytes (the flat bomb)."""
    packed = zlib.compress(data, 9)[2:-4]
    crc = zlib.crc32(data)
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, crc, len(packed), len(data), 1, 0) + b"a"
    central = b""
    for number in range(count):
        raw = f"{number:05d}".encode()
        central += struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 33, crc, len(packed), len(data), 5, 0, 0, 0, 0, 0, 0
        )
        central += raw
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(central), len(head) + len(packed), 0)
    return head + packed + central + end


def workbook(
    sheets: Sequence[tuple[str, str]], *, states: Sequence[str] = (), before: str = "", date1904: bool = False
) -> bytes:
    """An XLSX file from (sheet name, rows as XML); ``before``: what stands before the root of each sheet."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"'
        + (f' state="{states[n - 1]}"' if n <= len(states) and states[n - 1] else "")
        + "/>"
        for n, (name, _) in enumerate(sheets, 1)
    )
    switch = '<workbookPr date1904="1"/>' if date1904 else ""
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    styles = (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm:ss"/>'
        '</numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'{_RELS}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{switch}<sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_RELS}{targets}<Relationship Id="rId9999" Type="{_OFFICE}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles,
    }
    for number, (_, rows) in enumerate(sheets, 1):
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return zipped({name: text.encode() for name, text in files.items()})


def text_cell(place: str, text: str) -> str:
    """A cell with its text in itself."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def sheet_of(table: bytes) -> str:
    """The rows of a simple CSV text as sheet XML, all texts."""
    rows = []
    for number, line in enumerate(table.decode().splitlines(), 1):
        cells = "".join(text_cell(f"{chr(65 + n)}{number}", cell) for n, cell in enumerate(line.split(",")))
        rows.append(f'<row r="{number}">{cells}</row>')
    return "".join(rows)
