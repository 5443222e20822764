"""Owns taking gzip and bzip2 apart, piece by piece under limits, and what every unpacker answers. Opens no file.

Runs in the sandboxed worker. An unpacker is a function ``(source, bounds) -> Iterator[Step]``; a step is a piece of
bytes, or a message: ``("kind", k)``, ``("member", name)`` which opens a member, ``("kept", remarks)`` or
``("dropped", reason)`` which ends it, ``("left", name, reason)`` for one that is not unpacked, ``("remark", text)``.
Archives are in ``zipped``.
"""

from __future__ import annotations

import bz2
import mmap
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workstation.sdk.reader import Refusal, Source

Step = bytes | tuple[str, str] | tuple[str, str, str] | tuple[str, Sequence[str]]
PIECE = 1 << 20
#: What may be unpacked whatever the ratio is: a short file of zeros is no bomb.
FREE = 64 << 20
NAME_LENGTH = 400
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?\Z", re.IGNORECASE
)


class Excess(Exception):
    """A limit was reached: the text says which, in plain words."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What unpacking may give. ``ratio``: bytes out for one byte in, above the first 64 MiB."""

    bytes: int
    members: int
    ratio: int

    def check(self, given: int, taken: int) -> None:
        """Stop when ``given`` bytes out of ``taken`` bytes in are too many."""
        if given > self.bytes:
            raise Excess(f"unpacked it would have more than {self.bytes:,} bytes")
        if given > FREE and given > self.ratio * max(taken, 1):
            raise Excess(f"it swells to more than {self.ratio} times its size, as a decompression bomb does")


def name_problem(name: str) -> str:
    """Why a member of this name is refused; empty when its name is harmless. Names are never used as paths here."""
    parts = name.replace("\\", "/").split("/")
    if not name or len(name) > NAME_LENGTH:
        return "its name is empty or too long"
    if any(ord(c) < 32 or ord(c) == 127 for c in name):
        return "its name holds control characters"
    if parts[0] == "":
        return "its name is an absolute path"
    if ".." in parts:
        return "its name leads out of the folder (..)"
    if re.match(r"[A-Za-z]:", parts[0]):
        return "its name holds a drive letter"
    if any(":" in part for part in parts):
        return "its name holds a colon"
    if any(_DEVICES.match(part.rstrip(" .")) for part in parts):
        return "its name is that of a device"
    return ""


def gzip_members(source: Source, bounds: Bounds) -> Iterator[Step]:
    """The one file inside a gzip file; several streams one behind the other are one file, as gzip reads them."""
    yield "kind", "gzip"
    yield "member", _gzip_name(source)
    yield from _inflate(source, bounds, b"\x1f\x8b", lambda: zlib.decompressobj(31), "gzip")


def bzip2_members(source: Source, bounds: Bounds) -> Iterator[Step]:
    """The one file inside a bzip2 file."""
    yield "kind", "bzip2"
    yield "member", _stem(source.name, (".bz2", ".bz"))
    yield from _inflate(source, bounds, b"BZh", bz2.BZ2Decompressor, "bzip2")


def _stem(name: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name + ".unpacked"


def _gzip_name(source: Source) -> str:
    """The name in the gzip header, else that of the file without its ending."""
    head = bytes(source.data[:2048])
    if len(head) > 10 and head[3] & 8:
        at = 10
        if head[3] & 4:
            at += 2 + int.from_bytes(head[10:12], "little")
        stated = head[at : head.find(b"\0", at)].decode("latin-1") if b"\0" in head[at:] else ""
        if stated and not name_problem(stated) and "/" not in stated and "\\" not in stated:
            return stated
    return _stem(source.name, (".gz", ".gzip"))


def _inflate(source: Source, bounds: Bounds, sign: bytes, make: object, title: str) -> Iterator[Step]:
    """Pieces of all streams; the last step ends the member."""
    data: mmap.mmap | bytes = source.data
    size, position, given, streams = source.size, 0, 0, 0
    remarks: list[str] = []
    while position < size:
        if data[position : position + len(sign)] != sign:
            if streams == 0:
                raise Refusal(f"the {title} file is damaged at its start")
            rest = size - position
            if any(data[position : position + PIECE]):
                remarks.append(f"{rest:,} bytes behind the end of the {title} data were not unpacked; look at them.")
            break
        streams += 1
        inflater = make()  # type: ignore[operator]
        waiting = b""
        while not inflater.eof:
            if not waiting and getattr(inflater, "needs_input", True):
                waiting = bytes(data[position : position + (PIECE >> 2)])
                position += len(waiting)
                if not waiting:
                    remarks.append(f"The {title} file is cut: its end is missing. What was there was unpacked.")
                    yield "kept", remarks
                    return
            try:
                out = inflater.decompress(waiting, PIECE)
            except (zlib.error, OSError, EOFError, ValueError) as problem:
                raise Refusal(f"the {title} file is damaged ({problem})") from problem
            waiting = getattr(inflater, "unconsumed_tail", b"")
            given += len(out)
            bounds.check(given, position)
            if out:
                yield out
        position -= len(inflater.unused_data) + len(waiting)
    if streams > 1:
        remarks.append(f"The file holds {streams} {title} streams one behind the other; they were joined.")
    yield "kept", remarks
