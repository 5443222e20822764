"""Owns the container: BagIt 1.0 tag files over a payload folder, and the stored ZIP with the same bytes every time.

Must not know what the payload means.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from workstation.domain.errors import WorkstationError

SEAL = "tagmanifest-sha256.txt"
SIGNATURE = "signatures/tagmanifest-sha256.txt.sshsig"
_NAME = re.compile(r"[A-Za-z0-9._/-]{1,119}\Z")
_PIECE = 1 << 20


def write_stream(path: Path, pieces: Iterable[bytes]) -> tuple[int, str, str]:
    """Write a file piece by piece; its size, SHA-256 and SHA-512."""
    size, first, second = 0, hashlib.sha256(), hashlib.sha512()
    with path.open("wb") as out:
        for piece in pieces:
            out.write(piece)
            first.update(piece)
            second.update(piece)
            size += len(piece)
    return size, first.hexdigest(), second.hexdigest()


def file_hashes(path: Path) -> tuple[str, str]:
    """SHA-256 and SHA-512 of a file, read once."""
    first, second = hashlib.sha256(), hashlib.sha512()
    for piece in _pieces(path):
        first.update(piece)
        second.update(piece)
    return first.hexdigest(), second.hexdigest()


def close_bag(bag: Path, info: Iterable[tuple[str, str]], extra_tags: Iterable[str]) -> str:
    """Write bagit.txt, bag-info.txt (``info`` then Payload-Oxum), both manifests and the tag manifest; the seal.

    ``extra_tags`` are further tag files already written at the root (VERIFY.txt). The seal is the SHA-256 of the tag
    manifest, the one file that signatures, time stamps and the printed sheet speak of.
    """
    names = payload_names(bag)
    octets = sum((bag / name).stat().st_size for name in names)
    _write(bag / "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    lines = [*info, ("Payload-Oxum", f"{octets}.{len(names)}")]
    _write(bag / "bag-info.txt", "".join(f"{label}: {value}\n" for label, value in lines))
    hashes = [(name, *file_hashes(bag / name)) for name in names]
    _write(bag / "manifest-sha256.txt", "".join(f"{first}  {name}\n" for name, first, _ in hashes))
    _write(bag / "manifest-sha512.txt", "".join(f"{second}  {name}\n" for name, _, second in hashes))
    tags = sorted(["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt", *extra_tags])
    _write(bag / SEAL, "".join(f"{file_hashes(bag / name)[0]}  {name}\n" for name in tags))
    return file_hashes(bag / SEAL)[0]


def payload_names(bag: Path) -> list[str]:
    """Names of the payload files, sorted; refuses a name that some file system would not take or would merge."""
    names = sorted(p.relative_to(bag).as_posix() for p in (bag / "data").rglob("*") if p.is_file())
    for name in names:
        if not _NAME.match(name):
            raise WorkstationError(
                "WS-EXP-004",
                f"a file name of the package is not portable: {name!r}",
                "no package was written",
                "report this as a fault of the program",
                1,
            )
    if len({name.lower() for name in names}) != len(names):
        raise WorkstationError(
            "WS-EXP-004", "two files of the package differ only by case", "no package was written", "report this", 1
        )
    return names


def pack(bag: Path, out: Path) -> tuple[str, list[str]]:
    """Write the bag as a stored ZIP (sorted names, 1980 dates, mode 0644); its SHA-256 and the names in the bag."""
    names = sorted(p.relative_to(bag).as_posix() for p in bag.rglob("*") if p.is_file())
    with out.open("wb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name in names:
                entry = zipfile.ZipInfo(f"{bag.name}/{name}", (1980, 1, 1, 0, 0, 0))
                entry.external_attr, entry.create_system = 0o100644 << 16, 3
                entry.file_size = (bag / name).stat().st_size
                with archive.open(entry, "w") as target:
                    for piece in _pieces(bag / name):
                        target.write(piece)
        raw.flush()
        os.fsync(raw.fileno())
    return file_hashes(out)[0], names


def sync_folder(folder: Path) -> None:
    """Make a rename durable; not every system can open a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(_PIECE):
            yield piece


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
