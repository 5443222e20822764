"""Owns the first look at a file: what is no data for any reader is refused by its bytes, each with its own reason."""

from __future__ import annotations

import re
from pathlib import Path

from workstation.domain.errors import WorkstationError
from workstation.sdk.encoding import look

_UNCHANGED = "nothing was imported"
_HEAD = 1 << 16
_UNPACK = "unpack it and import the files inside"
_SCAN = "ask the sender for the table as CSV or JSON, or use scan to find addresses in its text"
_TABLE = "ask the sender for the data as CSV or JSON"
_BYTES: tuple[tuple[bytes, str, str, str], ...] = (
    (b"\x28\xb5\x2f\xfd", "WS-RDR-102", "this is a zstd archive", _UNPACK),
    (b"\xfd7zXZ\x00", "WS-RDR-102", "this is an xz archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "WS-RDR-102", "this is a 7z archive", _UNPACK),
    (b"Rar!", "WS-RDR-102", "this is a RAR archive", _UNPACK),
    (b"%PDF", "WS-RDR-103", "this is a PDF document", _SCAN),
    (b"{\\rtf", "WS-RDR-103", "this is a rich text document", _SCAN),
    (b"PAR1", "WS-RDR-105", "this is a Parquet file, which no reader takes yet", "export the rows as CSV"),
    (b"SQLite format 3\x00", "WS-RDR-105", "this is an SQLite database", "export the rows as CSV"),
    (b"\x89PNG", "WS-RDR-106", "this is a picture", _TABLE),
    (b"\xff\xd8\xff", "WS-RDR-106", "this is a picture", _TABLE),
    (b"GIF8", "WS-RDR-106", "this is a picture", _TABLE),
    (b"II*\x00", "WS-RDR-106", "this is a picture", _TABLE),
    (b"MM\x00*", "WS-RDR-106", "this is a picture", _TABLE),
    (b"\x7fELF", "WS-RDR-106", "this is a program", "check where the file comes from"),
    (b"MZ", "WS-RDR-106", "this is a program", "check where the file comes from"),
    (
        b"version https://git-lfs",
        "WS-RDR-107",
        "this is only a Git LFS pointer, not the file itself",
        "fetch the real file and import that",
    ),
)
#: The first element decides: XML lists have elements named title of their own (SDN.XML).
_HTML = re.compile(
    r"(?:\s*<(?:\?[^>]{0,200}\?|!--.{0,1000}?--)>)*\s*<(?:!doctype\s+html|html|head|body|script|title|meta|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)


def _refused(code: str, what: str, todo: str) -> WorkstationError:
    return WorkstationError(code, what, _UNCHANGED, todo)


def refuse(path: Path, limit: int, *, signs: bool = True) -> bytes:
    """The head of the file when it may be data: text, a container, or bytes for a binary reader.

    Args:
        signs: false for a reader that takes any bytes: only a missing, empty or too large file is refused.

    Raises:
        WorkstationError: the file is missing, empty, too large (exit 3) or plainly something else, with the reason.
    """
    try:
        if not path.is_file():
            raise _refused("WS-RDR-100", "there is no such file", "check the name of the file")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as problem:
        raise _refused("WS-RDR-100", f"the file cannot be read ({problem.strerror})", "check the file") from problem
    if size == 0:
        raise _refused("WS-RDR-108", "the file is empty", "ask for the file again")
    if size > limit:
        what = f"the file has {size:,} bytes, more than the limit of {limit:,}"
        raise WorkstationError("WS-RDR-031", what, _UNCHANGED, "split the file or raise the limit", 3)
    if not signs:
        return head
    for sign, code, what, todo in _BYTES:
        if head.startswith(sign) and (sign != b"MZ" or b"\0" in head[:200]):
            raise _refused(code, what, todo)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise _refused("WS-RDR-106", "this is a picture", _TABLE)
    if head[257:262] == b"ustar":
        raise _refused("WS-RDR-102", "this is a tar archive", _UNPACK)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xfe\xff") and size <= len(head):
        raise _refused("WS-RDR-108", "the file holds nothing but blanks", "ask for the file again")
    if is_text(head) and _start(head)[:1] == "<" and _HTML.match(_start(head)[:4000]):
        raise _refused(
            "WS-RDR-110", "this is a web page, not an export", "download the export again and look at it first"
        )
    return head


def is_text(head: bytes) -> bool:
    """Whether the head may be text; anything else goes only to readers of binary files."""
    if look(head).name.startswith("utf-16"):
        return True
    odd = sum(head.count(bytes([n])) for n in (*range(1, 9), *range(14, 26), *range(28, 32)))
    return (head.count(b"\0") + odd) * 20 <= len(head)


def _start(head: bytes) -> str:
    """The first characters of a text behind its byte order mark and blanks."""
    return head[:8000].decode(look(head).name, "replace").lstrip("\ufeff \t\r\n")


def first_character(head: bytes) -> str:
    """The first character of a text behind its byte order mark and blanks; empty when the head holds none."""
    return _start(head).lstrip()[:1]


def opens_structure(head: bytes) -> bool:
    """Whether a text opens like JSON or XML, so that it is no delimited table."""
    return _start(head)[:1] in ("{", "[", "<")


def unknown(head: bytes) -> WorkstationError:
    """What to say about a file that no reader knows, as exactly as its bytes allow."""
    start = _start(head)
    if not is_text(head):
        return _refused("WS-RDR-112", "this is a binary file that no reader knows", _TABLE)
    if start[:1] == "<":
        return _refused("WS-RDR-111", "this is an XML file no reader knows", "ask for CSV or JSON")
    if re.match(r'\{\s*["}]|\[\s*(?:[\[{"\-\d\]]|true|false|null)', start):
        what = "this is JSON, but no reader knows what is in it"
        return _refused("WS-RDR-113", what, "see the list of readers; use scan to find addresses in it")
    lines = [line for line in start.splitlines()[:60] if line.strip()]
    # a page of notes may hold a table drawn with bars; its own sign is the ruled line or the heading
    drawn = any(re.fullmatch(r"\|?[ :|-]*-{3,}[ :|-]*\|?", line) for line in lines) or start.startswith("# ")
    if drawn or not _tabular(lines):
        what = "this is running text, no table and no data format that is known"
        return _refused("WS-RDR-114", what, "use scan to find addresses and transactions in it")
    what = "this is a table, but no reader knows its columns"
    return _refused("WS-IMP-001", what, "make a mapping profile for it, see the list of readers, or use scan")


def _tabular(lines: list[str]) -> bool:
    """Whether most lines have the same number of some delimiter."""
    for sign in (",", ";", "\t", "|"):
        counts = [line.count(sign) for line in lines]
        common = max(set(counts), key=counts.count) if counts else 0
        if (
            common
            and counts.count(common) * 2 > len(counts)
            and (common > 1 or counts.count(common) * 10 >= 9 * len(counts))
        ):
            return True
    return False
