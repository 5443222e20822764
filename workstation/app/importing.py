"""Owns what an import is told: the options of the user, the file, and what was found out about it. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from workstation.domain.errors import WorkstationError
from workstation.plugin_host.limits import DEFAULT_LIMITS, Limits
from workstation.plugin_host.readers import ReaderInfo

#: Containers by kind, in words.
CONTAINERS: Mapping[str, str] = MappingProxyType(
    {
        "gzip": "gzip file", "bzip2": "bzip2 file", "zip": "ZIP archive", "xlsx": "Excel workbook",
        "xls": "old Excel workbook", "ods": "OpenDocument spreadsheet",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says about the files. Empty = the file says it, or its reader assumes it and says so.

    Attributes:
        profile: text of a mapping profile; for a workbook it may hold one layout for each sheet.
        more: further parameters of the reader, such as ``date`` and ``source`` of an address list.
    """

    reader: str = ""
    chain: str = ""
    zone: str = ""
    subject: str = ""
    profile: str = ""
    received_from: str = "unknown"
    limits: Limits = DEFAULT_LIMITS
    more: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        """The given ones among the parameters readers may have."""
        found = {"chain": self.chain, "zone": self.zone, "subject": self.subject, **self.more}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class File:
    """One file on its way into the case.

    Attributes:
        path: where its bytes are. name: its own name (text from outside).
        place: its path inside the dropped folder or the container; empty for a file that was given itself.
        shown: how the result names it. sheet: name of the sheet it was, None when it was none.
        remarks: what unpacking had to say about it. prefix: what progress says before its name.
    """

    path: Path
    name: str
    place: str
    shown: str
    sheet: str | None = None
    remarks: tuple[str, ...] = ()
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file turned out to be: readable by ``reader``, a container of ``members``, or neither (``problem``)."""

    file: File
    reader: ReaderInfo | None = None
    why: str = ""
    layout: str = ""
    problem: WorkstationError | None = None
    kind: str = ""
    members: tuple[Looked, ...] = ()
    remarks: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def usable(self) -> bool:
        """Whether anything of it can be read."""
        return self.reader is not None or any(member.usable for member in self.members)
