"""Owns the files that kept runs of plugins wrote: which there are, and putting one outside of the case.

They came out of a plugin: their names were checked when they were kept, their content is never opened here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.outfiles import put
from workstation.app.plugins import PluginRun
from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.app.session import Session


@dataclass(frozen=True, slots=True)
class RunFile:
    """A file of a kept run. ``sha256``: of its bytes, as the record of the run says."""

    name: str
    sha256: str


def files(run: PluginRun) -> tuple[RunFile, ...]:
    """The files that a kept run wrote, by name. Reads nothing but the record, so a list may ask it for every run."""
    return tuple(RunFile(str(name), str(digest)) for name, digest in sorted(run.record.get("files", {}).items()))


def content(session: Session, file: RunFile) -> bytes:
    """The bytes of a file of a kept run.

    Raises:
        WorkstationError: WS-PLG-082, the case does not hold them, or others.
    """
    data = session.store.plugin_file(file.sha256)
    if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
        raise WorkstationError(
            "WS-PLG-082", f"the case does not hold the bytes of {file.name}", "nothing was written",
            "run the analysis again" if data is None else "check the case: its files were changed from outside",
        )  # fmt: skip
    return data


def save(session: Session, run: PluginRun, file: RunFile, out: Path) -> None:
    """Write a file of a kept run outside of the case; the custody log says which.

    Raises:
        WorkstationError: WS-PLG-081 a file of that name is there already, WS-PLG-082, or the disk refused.
    """
    if out.exists() or out.is_symlink():
        raise WorkstationError(
            "WS-PLG-081", f"{out.name} is there already", "nothing was written", "choose another name"
        )
    put(content(session, file), out)
    body = {"run": run.number, "file": file.name, "sha256": file.sha256}
    session.store.log("plugin.file", body, actor=session.actor)
