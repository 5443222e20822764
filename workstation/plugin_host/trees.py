"""Owns the hash of a plugin: one SHA-256 over every file of its folder, by which approval and run records know it.

Also what a file of a plugin may be called.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

#: Names that Windows keeps for devices.
_DEVICES = frozenset(("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))))


def tree_hash(folder: Path) -> str:
    """SHA-256 over path and content of every file below a folder, in order; compiled files do not count.

    Raises:
        OSError: a file cannot be read. ValueError: a link, which could lead to other bytes tomorrow.
    """
    return digest_of(_files(folder))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*")):
        if path.is_symlink():
            raise ValueError(f"{path.name} is a link; a plugin holds files only")
        if path.is_dir() or "__pycache__" in name.split("/"):
            continue
        yield name, path.read_bytes()


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over names and contents, given in the order of the names; ``resources/verify_package.py`` computes the same."""
    digest = hashlib.sha256()
    for name, content in files:
        path = name.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%d:" % (len(path), len(content)) + path + content)
    return digest.hexdigest()


def is_compiled(path: PurePosixPath) -> bool:
    """Whether a file of a plugin is bytecode, which would run in place of its source."""
    return "__pycache__" in path.parts or path.suffix.lower() in (".pyc", ".pyo", ".pyd", ".so", ".dll", ".dylib")


def holds_compiled(folder: Path) -> bool:
    """Whether compiled code lies in a plugin folder; not in ``__pycache__``, which workers never read (``sdk.sources``)."""
    names = (PurePosixPath(p.relative_to(folder).as_posix()) for p in folder.rglob("*") if p.is_file())
    return any(is_compiled(name) and "__pycache__" not in name.parts for name in names)


def portable(name: str) -> bool:
    """Whether every system can hold a file of this name, in the folder it is put into and as what it seems to be."""
    return (
        bool(name)
        and len(name.encode("utf-8", "replace")) <= 200
        and name.isprintable()
        and not set(name) & set('/\\:*?"<>|')
        and not name.startswith(".")
        and name == name.rstrip(". ")
        and name.partition(".")[0].rstrip().upper() not in _DEVICES
    )
