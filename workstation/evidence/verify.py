"""Owns checking a package from inside the program: the very checks a stranger runs with ``verify_package.py``.

There is one implementation, the stand-alone file under ``resources``; this module loads it and puts its answers into
the program's words. Must not add checks of its own, or the two would drift apart.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Check
from workstation.paths import resources_folder


def verify_package(path: Path, *, allowed_signers: Path | None = None, revoked: Path | None = None) -> list[Check]:
    """Every check of a package (ZIP or unpacked folder) in plain words.

    Args:
        allowed_signers: file with the keys you trust, in the form of ``ssh-keygen -Y verify``. revoked: file with keys or
            key prints that count no more, one a line.

    Raises:
        WorkstationError: WS-VER-001 there is no package, WS-VER-002 the list of keys cannot be read.
    """
    if not path.exists():
        raise WorkstationError(
            "WS-VER-001", f"there is no package at {path.name!r}", "nothing was checked", "check the name of the file"
        )
    trusted, gone = _list(allowed_signers), _list(revoked)
    return [Check(name, held, detail) for name, held, detail in _checker().check(str(path), trusted, gone or "")]


def _list(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise WorkstationError(
            "WS-VER-002", "the list of keys cannot be read", "nothing was checked", "name a readable file"
        ) from problem


def _checker() -> ModuleType:
    file = resources_folder() / "verify_package.py"
    spec = importlib.util.spec_from_file_location("verify_package", file)
    if spec is None or spec.loader is None:
        raise WorkstationError(
            "WS-VER-003", "the verifier of the program is missing", "nothing was checked", "install the program again"
        )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
