"""Owns the case file as a file: who may have it open, and on what kind of disk. Must not read its content.

The lock is a file beside the case, never a lock on the case itself: closing a second handle on a database file
drops the locks SQLite holds on it.

Rule for disks: a live case uses WAL, which needs one host. A path on a network file system is refused with the
advice to copy the case to a local disk first.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from workstation.domain.errors import WorkstationError

_NETWORK = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "fuse.sshfs", "fuse.rclone", "davfs"))


class FileLock:
    """A held lock on one case; :meth:`release` lets go of it (twice is allowed)."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle: int | None = handle

    def release(self) -> None:
        """Let go of the case and remove the lock file."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        if sys.platform == "win32":
            os.close(handle)  # Windows cannot remove an open file
            self._path.unlink(missing_ok=True)
        else:
            self._path.unlink(missing_ok=True)
            os.close(handle)


def claim_new(path: Path) -> FileLock:
    """Lock a place where no case is yet; ``WorkstationError`` when a file is there or the place is unfit."""
    _check_disk(path)
    lock = _lock(path)
    try:
        path.touch(exist_ok=False)
    except FileExistsError as problem:
        lock.release()
        raise WorkstationError(
            "WS-CASE-001", f"{path.name} exists already", "the file was not changed", "choose another name or open it"
        ) from problem
    except OSError as problem:
        lock.release()
        raise _no_place(path, problem) from problem
    return lock


def claim(path: Path) -> FileLock:
    """Lock an existing case; ``WorkstationError`` when there is none or another program has it open."""
    if not path.is_file():
        raise WorkstationError("WS-CASE-002", f"there is no case {path.name}", "nothing was changed", "check the path")
    _check_disk(path)
    return _lock(path)


def hold(path: Path) -> FileLock:
    """Lock a place, whatever is there; ``WorkstationError`` when another program, or this one, holds it."""
    return _lock(path)


def remove_unborn(path: Path) -> None:
    """Remove what is left of a case that could not be made."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _lock(path: Path) -> FileLock:
    place = path.with_name(path.name + ".lock")
    while True:
        try:
            handle = os.open(place, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as problem:
            raise _no_place(path, problem) from problem
        try:
            _take(handle)
        except OSError as problem:
            os.close(handle)
            raise WorkstationError(
                "WS-CASE-006", f"{path.name} is open in another program", "nothing was changed",
                "close it there, then try again",
            ) from problem  # fmt: skip
        try:
            current = os.stat(place)
        except FileNotFoundError:
            current = None
        # the holder before us may have removed this file between our open and our lock: then take the new one
        if sys.platform == "win32" or (current is not None and current.st_ino == os.fstat(handle).st_ino):
            return FileLock(place, handle)
        os.close(handle)


def _take(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _check_disk(path: Path) -> None:
    if not path.parent.is_dir():
        raise WorkstationError(
            "WS-CASE-007", f"there is no folder {path.parent.name}", "nothing was changed", "make the folder first"
        )
    if file_system(path.parent) in _NETWORK:
        raise WorkstationError(
            "WS-CASE-008", "the case is on a network drive", "nothing was changed", "copy it to a local disk first"
        )


def file_system(folder: Path) -> str:
    """Name of the file system that holds a folder, empty when it is not known."""
    where = os.path.abspath(folder)
    if where.startswith("\\\\"):
        return "cifs"
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts:
        parts = line.split(" ")
        if len(parts) > 2:
            point = parts[1].replace("\\040", " ")
            inside = where == point or where.startswith(point.rstrip("/") + "/")
            if inside and len(point) >= len(best):
                best, kind = point, parts[2]
    return kind


def _no_place(path: Path, problem: OSError) -> WorkstationError:
    return WorkstationError(
        "WS-CASE-007", f"{path.name} cannot be written here ({problem.strerror})", "nothing was changed",
        "choose another folder",
    )  # fmt: skip
