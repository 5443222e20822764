"""Owns unpacking containers (gzip, bzip2, ZIP, spreadsheets): the worker takes them apart, this writes the members.

The worker can write nothing: members arrive as messages, are counted again here, and become numbered files in a folder
of the caller. Names of members are only ever text. Must not know the case.
"""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from workstation.domain.errors import WorkstationError
from workstation.plugin_host.limits import Limits
from workstation.plugin_host.process import UNCHANGED, Worker, crash_error, limit_error
from workstation.plugin_host.protocol import ProtocolError, message
from workstation.sdk.unpack import NAME_LENGTH

_OPENERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "gzip": ("workstation.sdk.unpack", "gzip_members"),
        "bzip2": ("workstation.sdk.unpack", "bzip2_members"),
        "zip": ("workstation.plugin_host.workbook", "zip_or_workbook"),
        "xlsx": ("workstation.plugin_host.workbook", "zip_or_workbook"),
        "ods": ("workstation.plugin_host.workbook", "zip_or_workbook"),
        "xls": ("workstation.plugin_host.workbook", "old_workbook"),
    }
)
#: Kinds whose members are the sheets of a spreadsheet.
WORKBOOKS = ("xlsx", "xls", "ods")
_TOLD = 1000
_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Member:
    """One unpacked member: its name inside the container (text from outside), its bytes on disk, what to know of it."""

    name: str
    path: Path
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A container taken apart. ``skipped``: (name, reason) of what was not unpacked."""

    kind: str
    members: tuple[Member, ...]
    remarks: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


def kind(head: bytes, name: str) -> str:
    """What container a file is by its first bytes (``name`` decides only between ZIP and XLSX); empty when none."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head[:200]:
            return "ods"
        if name.lower().endswith((".xlsx", ".xlsm")) or (b"[Content_Types].xml" in head and b"xl/" in head):
            return "xlsx"
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh") and head[3:4].isdigit() and head[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return "bzip2"
    return "xls" if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") else ""


def unpack(
    path: Path,
    folder: Path,
    *,
    limits: Limits,
    cancelled: Callable[[], bool] | None = None,
    name: str = "",
) -> Unpacked:
    """Take a container apart in a worker; its members become files in a new private folder (0700) inside ``folder``.

    Raises:
        WorkstationError: no container, damaged or encrypted (exit 2), a limit (3), a crash of the worker (4),
            cancelled (5). No member is left behind then.
    """
    name = name or path.name
    with path.open("rb") as file:
        found = kind(file.read(1 << 16), name)
    if not found:
        raise WorkstationError("WS-RDR-130", "this is no archive and no workbook", UNCHANGED, "import it as it is")
    size = path.stat().st_size
    module, entry = _OPENERS[found]
    job = {
        "do": "unpack", "name": name, "module": module, "entry": entry, "strict": False, "readers": [],
        "bounds": [limits.bytes, limits.members, limits.ratio],
        "memory_mb": limits.memory_mb + 3 * (size >> 20) + 256, "cpu_seconds": limits.seconds + 2,
    }  # fmt: skip
    taking = _Taking(found, Path(tempfile.mkdtemp(prefix="members-", dir=folder)), limits)
    try:
        with Worker(path, job, seconds=limits.seconds, cancelled=cancelled) as worker:
            while True:
                line = worker.line()
                if line is None:
                    raise worker.death()
                try:
                    if taking.take(line):
                        break
                except ProtocolError as problem:
                    raise crash_error(f"the unpacker gave {problem}") from problem
    except BaseException:
        taking.remove()
        raise
    return taking.result()


@dataclass(slots=True)
class _Taking:
    """The members while they arrive. The worker is not trusted: names, order and sizes are checked again."""

    kind: str
    folder: Path
    limits: Limits
    members: list[Member] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    started: int = 0
    given: int = 0
    name: str = ""
    file: BinaryIO | None = None

    def take(self, line: bytes) -> bool:
        """Take one message; true when it was the last."""
        answer = message(line)
        what, texts = answer[0], [part for part in answer[1:] if isinstance(part, str)]
        if what == "piece" and len(texts) == 1 and self.file is not None:
            self._piece(self.file, texts[0])
        elif what == "member" and len(texts) == 1 and self.file is None:
            self._begin(texts[0])
        elif what in ("kept", "dropped") and self.file is not None and len(answer) == 2:
            self._end(answer[1] if what == "kept" else None, texts)
        elif what == "left" and len(texts) == 2:
            self._leave(texts[0], texts[1])
        elif what == "remark" and len(texts) == 1 and len(self.remarks) < _TOLD:
            self.remarks.append(texts[0][:_TEXT])
        elif what == "kind" and texts and texts[0] in _OPENERS:
            self.kind = texts[0]
        elif what == "done" and self.file is None:
            return True
        elif what == "refused" and len(texts) == 1:
            raise WorkstationError("WS-RDR-131", texts[0][:_TEXT], UNCHANGED, "look at the file or ask for it again")
        elif what == "limit" and len(texts) == 1:
            raise limit_error(texts[0][:_TEXT])
        elif what == "failed":
            shown = [*texts, "", "", ""]
            if shown[0] == "MemoryError":
                raise limit_error("unpacking needed more memory than it may have")
            raise crash_error(f"the unpacker failed ({shown[0][:60]} at {shown[2][:80]})")
        else:
            raise ProtocolError("a message that is not valid")
        return False

    def _begin(self, name: str) -> None:
        self.started += 1
        if self.started > self.limits.members:
            raise limit_error(f"the container holds more than {self.limits.members:,} files")
        self.name = name[:NAME_LENGTH]
        handle = os.open(self.folder / f"{self.started:06d}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(handle, "wb")

    def _piece(self, file: BinaryIO, text: str) -> None:
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error as problem:
            raise ProtocolError("a piece that is not valid") from problem
        self.given += len(data)
        if self.given > self.limits.bytes:
            raise limit_error(f"unpacked it would have more than {self.limits.bytes:,} bytes")
        try:
            file.write(data)
        except OSError as problem:
            raise WorkstationError(
                "WS-RDR-132", f"a member could not be written ({problem.strerror})", UNCHANGED, "make room on the disk"
            ) from problem

    def _end(self, remarks: object, texts: list[str]) -> None:
        assert self.file is not None
        path = Path(self.file.name) if isinstance(self.file.name, str) else self.folder / f"{self.started:06d}"
        self.file.close()
        self.file = None
        if remarks is None:
            path.unlink()
            self._leave(self.name, texts[0] if texts else "it is damaged")
            return
        if not isinstance(remarks, list) or not all(isinstance(text, str) for text in remarks):
            raise ProtocolError("a remark that is not valid")
        self.members.append(Member(self.name, path, tuple(text[:_TEXT] for text in remarks[:_TOLD])))

    def _leave(self, name: str, reason: str) -> None:
        if len(self.skipped) < _TOLD:
            self.skipped.append((name[:NAME_LENGTH], reason[:_TEXT]))

    def remove(self) -> None:
        """Take away what was written."""
        if self.file is not None:
            self.file.close()
        for number in range(1, self.started + 1):
            (self.folder / f"{number:06d}").unlink(missing_ok=True)
        self.folder.rmdir()

    def result(self) -> Unpacked:
        """What came out."""
        return Unpacked(self.kind, tuple(self.members), tuple(self.remarks), tuple(self.skipped))
