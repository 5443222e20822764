"""Owns writing the indicators of a case for other programs. Must not choose addresses nor know a format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app import export, outfiles
from workstation.domain.errors import WorkstationError
from workstation.evidence.interop import FORMATS
from workstation.evidence.interop.indicators import chosen, marking

if TYPE_CHECKING:
    from workstation.app.session import Session


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the files, how many addresses they list, how many cited ones the rule left out."""

    files: tuple[Path, ...]
    addresses: int
    left_out: int


def write(session: Session, folder: Path, formats: Sequence[str], *, tlp: str, classification: str = "") -> Written:
    """Write one file a format into a folder and log it; nothing is written when a format or level is not known.

    Raises:
        WorkstationError: WS-EXP-040 no such TLP level, WS-EXP-041 no such format, WS-EXP-006 the disk refused.
    """
    marked = marking(tlp, classification)
    wanted = [name for name in FORMATS if name in formats] or list(FORMATS)
    for name in formats:
        if name not in FORMATS:
            raise WorkstationError(
                "WS-EXP-041", f"{name[:40]!r} is no format of indicators", "nothing was written",
                "choose one of: " + ", ".join(FORMATS),
            )  # fmt: skip
    bundle = export.bundle(session, classification=classification)
    found = chosen(bundle)
    made = [(folder / FORMATS[name][0], FORMATS[name][1](bundle, found, marked)) for name in wanted]
    for path, text in made:
        outfiles.put(text.encode("utf-8"), path)
    body = {"indicators": len(found.indicators), "files": [path.name for path, _ in made], "tlp": tlp}
    session.store.log("export", body, actor=session.actor)
    return Written(tuple(path for path, _ in made), len(found.indicators), found.left_out)
