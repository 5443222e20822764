"""Owns the hash of a plugin: one SHA-256 over every file of its folder, by which approval and run records know it."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath


def tree_hash(folder: Path) -> str:
    """SHA-256 over path and content of every file below a folder, in order; compiled files do not count.

    Raises:
        OSError: a file cannot be read. ValueError: a link, which could lead to other bytes tomorrow.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        if path.is_symlink():
            raise ValueError(f"{path.name} is a link; a plugin holds files only")
        if path.is_dir() or "__pycache__" in path.relative_to(folder).parts:
            continue
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        content = path.read_bytes()
        digest.update(b"%d:%d:" % (len(name), len(content)) + name + content)
    return digest.hexdigest()


def is_compiled(path: PurePosixPath) -> bool:
    """Whether a file of a plugin is bytecode, which would run in place of its source."""
    return "__pycache__" in path.parts or path.suffix.lower() in (".pyc", ".pyo", ".pyd", ".so", ".dll", ".dylib")


def holds_compiled(folder: Path) -> bool:
    """Whether bytecode lies in a plugin folder: the hash of its sources says nothing then."""
    return any(is_compiled(PurePosixPath(p.relative_to(folder).as_posix())) for p in folder.rglob("*") if p.is_file())
