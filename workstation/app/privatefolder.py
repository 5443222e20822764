"""Owns folders for plain copies of what a case holds: this user alone can read them, and none outlives its program.

A lock file beside each folder says that its program still runs. A folder whose lock nobody holds is what a killed
program left behind: :func:`sweep` removes it at the next start. Must not know what is put into a folder.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workstation.casefile.files import FileLock, hold
from workstation.domain.errors import WorkstationError

_NAME = re.compile(r"fundflow-[0-9a-f]{32}")
#: How many times its need a folder in memory must leave free.
_SPARE = 4


@contextmanager
def private_folder(in_memory: int = 0) -> Iterator[Path]:
    """A new empty folder that only this user can read; it is removed with all that is in it at the end.

    Args:
        in_memory: bytes it will hold, when it may lie in a file system in memory, which leaves nothing on a disk;
            where there is none with plenty of space, and with 0, it lies among the temporary files.

    Raises:
        WorkstationError: WS-TMP-001, there is no place for it.
    """
    path, lock = _made(_place(in_memory) / f"fundflow-{secrets.token_hex(16)}")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        lock.release()


def _made(path: Path) -> tuple[Path, FileLock]:
    try:
        lock = hold(path)
        path.mkdir(mode=0o700)
    except (OSError, WorkstationError) as problem:
        raise WorkstationError(
            "WS-TMP-001", f"there is no place for temporary files in {path.parent}", "nothing was changed",
            "free space there, or name another place in TMPDIR",
        ) from problem  # fmt: skip
    return path, lock


def sweep() -> None:
    """Remove the folders that killed programs of this user left behind; those in use stay."""
    for place in {Path(tempfile.gettempdir()), *_memories()}:
        with suppress(OSError):
            for entry in list(os.scandir(place)):
                name = entry.name.removesuffix(".lock")
                if _NAME.fullmatch(name) and _mine(entry):
                    _remove(place / name)


def _mine(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        known = entry.stat(follow_symlinks=False)
        return not entry.is_symlink() and (sys.platform == "win32" or known.st_uid == os.getuid())
    return False


def _remove(path: Path) -> None:
    try:
        lock = hold(path)
    except WorkstationError:
        return  # its program runs
    if not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    lock.release()


def _memories() -> list[Path]:
    """File systems in memory that this user may write to."""
    if sys.platform != "linux":
        return []
    found = [Path(place) for place in (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm") if place]
    return [place for place in found if place.is_dir() and os.access(place, os.W_OK | os.X_OK)]


def _place(need: int) -> Path:
    for place in _memories() if need else ():
        with suppress(OSError):
            if min(shutil.disk_usage(place).free, _free_memory()) >= _SPARE * need:
                return place
    return Path(tempfile.gettempdir())


def _free_memory() -> int:
    found = re.search(rb"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_bytes(), re.MULTILINE)
    return int(found[1]) << 10 if found else 0
