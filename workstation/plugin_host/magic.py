"""Owns the first look at a file: what is no data for any reader is refused by its bytes, each with its own reason."""

from __future__ import annotations

import re
from pathlib import Path

from workstation.domain.errors import WorkstationError

_UNCHANGED = "nothing was imported"
_BYTES: tuple[tuple[bytes, str, str, str], ...] = (
    (
        b"PK\x03\x04",
        "WS-RDR-101",
        "this is a ZIP archive or an Excel workbook, whatever its name says",
        "unpack it, or save the sheet as CSV, and import the files inside",
    ),
    (b"PK\x05\x06", "WS-RDR-101", "this is an empty ZIP archive", "ask for the file again"),
    (b"\x1f\x8b", "WS-RDR-102", "this is a gzip archive", "unpack it and import the file inside"),
    (b"BZh", "WS-RDR-102", "this is a bzip2 archive", "unpack it and import the file inside"),
    (b"\x28\xb5\x2f\xfd", "WS-RDR-102", "this is a zstd archive", "unpack it and import the file inside"),
    (b"\xfd7zXZ\x00", "WS-RDR-102", "this is an xz archive", "unpack it and import the file inside"),
    (b"7z\xbc\xaf\x27\x1c", "WS-RDR-102", "this is a 7z archive", "unpack it and import the file inside"),
    (b"Rar!", "WS-RDR-102", "this is a RAR archive", "unpack it and import the files inside"),
    (b"%PDF", "WS-RDR-103", "this is a PDF document", "ask the sender for the table as CSV or JSON"),
    (
        b"\xd0\xcf\x11\xe0",
        "WS-RDR-104",
        "this is an old Excel or Word document",
        "save the sheet as CSV and import that",
    ),
    (b"PAR1", "WS-RDR-105", "this is a Parquet file, which no reader takes yet", "export the rows as CSV"),
    (b"SQLite format 3\x00", "WS-RDR-105", "this is an SQLite database", "export the rows as CSV"),
    (b"\xf9\xbe\xb4\xd9", "WS-RDR-105", "this is a raw Bitcoin block file", "export the blocks as JSON with getblock"),
    (b"\x89PNG", "WS-RDR-106", "this is a picture", "ask the sender for the data as CSV or JSON"),
    (b"\xff\xd8\xff", "WS-RDR-106", "this is a picture", "ask the sender for the data as CSV or JSON"),
    (b"\x7fELF", "WS-RDR-106", "this is a program", "check where the file comes from"),
    (b"MZ", "WS-RDR-106", "this is a program", "check where the file comes from"),
    (
        b"version https://git-lfs",
        "WS-RDR-107",
        "this is only a Git LFS pointer, not the file itself",
        "fetch the real file and import that",
    ),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|title|meta)\b", re.IGNORECASE)


def _refused(code: str, what: str, todo: str) -> WorkstationError:
    return WorkstationError(code, what, _UNCHANGED, todo)


def refuse(path: Path, limit: int) -> bytes:
    """The head of the file when it may be text.

    Raises:
        WorkstationError: the file is missing, empty, too large (exit 3) or plainly something else, with the reason.
    """
    try:
        if not path.is_file():
            raise _refused("WS-RDR-100", "there is no such file", "check the name of the file")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except OSError as problem:
        raise _refused("WS-RDR-100", f"the file cannot be read ({problem.strerror})", "check the file") from problem
    if size == 0:
        raise _refused("WS-RDR-108", "the file is empty", "ask for the file again")
    if size > limit:
        what = f"the file has {size:,} bytes, more than the limit of {limit:,}"
        raise WorkstationError("WS-RDR-031", what, _UNCHANGED, "split the file or raise the limit", 3)
    for sign, code, what, todo in _BYTES:
        if head.startswith(sign) and (sign != b"MZ" or b"\0" in head[:200]):
            raise _refused(code, what, todo)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _refused("WS-RDR-109", "this text is in UTF-16", "save it as UTF-8 and import that")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        if size <= len(head):
            raise _refused("WS-RDR-108", "the file holds nothing but blanks", "ask for the file again")
    elif start[:1] == b"<":
        if _HTML.search(start[:2000]):
            raise _refused(
                "WS-RDR-110", "this is a web page, not an export", "download the export again and look at it first"
            )
        raise _refused("WS-RDR-111", "this is an XML file, which no reader takes yet", "ask for CSV or JSON")
    if head.count(b"\0") * 20 > len(head):
        raise _refused("WS-RDR-112", "this is a binary file, not text", "ask for the data as CSV or JSON")
    return head
