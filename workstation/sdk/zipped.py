"""Owns taking ZIP archives apart: every entry is judged by the directory first, then counted while it is inflated.

Runs in the sandboxed worker; nothing is ever extracted to a path. Refused one by one: links, devices, paths that lead
out, doubled names, encrypted entries, sizes that lie. Entries that overlap refuse the whole archive.
"""

from __future__ import annotations

import bz2
import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from workstation.sdk.reader import Refusal, Source
from workstation.sdk.unpack import PIECE, Bounds, Excess, Step, name_problem

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
_SYSTEM = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_HIGHEST_COUNT = 100_000
_WRONG = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError)


class _View(io.RawIOBase):
    """The mapped file as a file object."""

    def __init__(self, source: Source) -> None:
        self._data = source.data
        self._size = source.size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = self._data[self._at : min(self._at + len(buffer), self._size)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def file_of(source: Source) -> io.BufferedReader:
    """The source as a file object that can be read and sought."""
    return io.BufferedReader(_View(source), 1 << 16)


def directory(source: Source, bounds: Bounds) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The archive and its entries, when its directory can be believed.

    Raises:
        Refusal: no archive, cut, or entries that overlap. Excess: too many entries, or too much inside, as stated.
    """
    tail = bytes(source.data[max(0, source.size - (1 << 16) - 22) :])
    end = tail.rfind(b"PK\x05\x06")
    if end >= 0 and int.from_bytes(tail[end + 10 : end + 12], "little") > min(_HIGHEST_COUNT, 0xFFFE):
        raise Excess(f"the archive states more than {_HIGHEST_COUNT:,} entries")
    try:
        archive = zipfile.ZipFile(file_of(source))
        entries = archive.infolist()
    except _WRONG as problem:
        raise Refusal("the archive is cut or damaged: its directory is missing or cannot be read") from problem
    if not entries:
        raise Refusal("the archive is empty")
    last = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < last:
            raise Excess("entries of the archive share the same bytes, as a decompression bomb does")
        last = entry.header_offset + 30 + entry.compress_size
    if last > source.size:
        raise Refusal("the archive is cut or damaged: an entry reaches beyond its end")
    stated = sum(entry.file_size for entry in entries)
    bounds.check(stated, sum(entry.compress_size for entry in entries))
    for entry in entries:
        bounds.check(entry.file_size, entry.compress_size)
    return archive, entries


def pieces(source: Source, entry: zipfile.ZipInfo, bounds: Bounds) -> Iterator[bytes]:
    """The bytes of an entry, inflated here and counted: the whole packed range must give exactly what is stated.

    Raises:
        Refusal: it is damaged, or not what the directory says. Excess: more than the bounds allow.
    """
    head = bytes(source.data[entry.header_offset : entry.header_offset + 30])
    lengths = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
    start = entry.header_offset + 30 + sum(lengths)
    name = bytes(source.data[entry.header_offset + 30 : entry.header_offset + 30 + lengths[0]])
    coded = name.decode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace")
    if head[:4] != b"PK\x03\x04" or coded != entry.orig_filename:
        raise Refusal("its own header does not agree with the directory of the archive")
    given = crc = 0
    try:
        for piece in _inflated(source, start, start + entry.compress_size, entry.compress_type):
            given += len(piece)
            bounds.check(given, entry.compress_size)
            if given > entry.file_size:
                raise Refusal("it holds more than the directory of the archive states")
            crc = zlib.crc32(piece, crc)
            yield piece
    except (zlib.error, OSError, EOFError, ValueError) as problem:
        raise Refusal("it is damaged and cannot be unpacked") from problem
    if given != entry.file_size or crc != entry.CRC:
        raise Refusal("it is damaged: size or checksum are not those the directory of the archive states")


def _inflated(source: Source, start: int, end: int, method: int) -> Iterator[bytes]:
    data = source.data
    if method == zipfile.ZIP_STORED:
        for at in range(start, end, PIECE):
            yield bytes(data[at : min(at + PIECE, end)])
        return
    inflater: Any = zlib.decompressobj(-15) if method == zipfile.ZIP_DEFLATED else bz2.BZ2Decompressor()
    waiting, at = b"", start
    while not inflater.eof:
        if not waiting and getattr(inflater, "needs_input", True):
            waiting = bytes(data[at : min(at + (PIECE >> 2), end)])
            at += len(waiting)
            if not waiting:
                raise EOFError
        piece = inflater.decompress(waiting, PIECE)
        waiting = getattr(inflater, "unconsumed_tail", b"")
        if piece:
            yield piece
    if inflater.unused_data or at < end:
        raise Refusal("it holds more than the directory of the archive states")


def zip_members(source: Source, bounds: Bounds) -> Iterator[Step]:
    """The files of an archive in the order of its directory."""
    archive, entries = directory(source, bounds)
    yield from members_of(source, archive, entries, bounds)


def members_of(
    source: Source, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], bounds: Bounds
) -> Iterator[Step]:
    """The same for an archive whose directory was read and believed."""
    yield "kind", "zip"
    for text in outside(source, archive):
        yield "remark", text
    seen: set[str] = set()
    count = 0
    for entry in entries:
        if entry.is_dir() and not entry.file_size:
            continue
        reason = _problem(entry, seen)
        if not reason and count >= bounds.members:
            reason = f"the archive has more than {bounds.members:,} files"
        if reason:
            yield "left", entry.orig_filename, reason
            continue
        count += 1
        yield "member", entry.filename
        try:
            yield from pieces(source, entry, bounds)
        except Refusal as problem:
            yield "dropped", str(problem)
        else:
            yield "kept", [f"The archive has a comment on this file: {_text(entry.comment)}"] if entry.comment else []


def _problem(entry: zipfile.ZipInfo, seen: set[str]) -> str:
    """Why an entry is not unpacked; remembers its name."""
    name = entry.orig_filename
    folded = unicodedata.normalize("NFC", name.replace("\\", "/")).casefold()
    twice = folded in seen
    seen.add(folded)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    last = folded.rsplit("/", 1)[-1]
    if folded.startswith(_SYSTEM[0]) or last in _SYSTEM[1:]:
        return "a file of the operating system, not data"
    if problem := name_problem(name):
        return problem
    if twice:
        return "a second file of this name in the archive"
    if kind == stat.S_IFLNK:
        return "it is a link"
    if kind not in (0, stat.S_IFREG):
        return "it is no ordinary file"
    if entry.flag_bits & 0x2041:
        return "it is encrypted; ask for it without a password, or unpack it first"
    if entry.compress_type not in _METHODS:
        return "it is packed by a method that is not read here; unpack it first"
    return ""


def outside(source: Source, archive: zipfile.ZipFile) -> list[str]:
    """What is in the file beside the archive: bytes before or behind it, and its comment (design: hidden data)."""
    found = []
    data, size = source.data, source.size
    first = min((entry.header_offset for entry in archive.infolist()), default=0)
    if first > 0:
        found.append(f"{first:,} bytes before the archive were not unpacked; look at them (a second file?).")
    end = data.rfind(b"PK\x05\x06", max(0, size - (1 << 17)))
    if end >= 0:
        behind = size - (end + 22 + int.from_bytes(data[end + 20 : end + 22], "little"))
        if behind > 0:
            found.append(f"{behind:,} bytes behind the archive were not unpacked; look at them (a second file?).")
    if archive.comment:
        found.append(f"The archive has a comment: {_text(archive.comment)}")
    return found


def _text(raw: bytes) -> str:
    return " ".join(raw[:200].decode("utf-8", "replace").split())
