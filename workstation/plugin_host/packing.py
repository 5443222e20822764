"""Owns plugins as one file (``.wsplugin``): packing a folder into the same bytes everywhere, and unpacking without trust.

Must not import plugin code, and writes nowhere but into the folder it is given.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from workstation.domain.errors import WorkstationError
from workstation.plugin_host.trees import is_compiled, portable
from workstation.sdk import manifest
from workstation.sdk.manifest import Manifest, ManifestError

#: Largest packed plugin, most files in it.
BYTES, FILES = 64 << 20, 2000
#: Longest directory of its archive.
_DIRECTORY = 1 << 20
#: The file of hashes in a packed plugin; it is no part of the plugin.
SUMS = "SHA256SUMS"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNCHANGED = "nothing was written"


def _kept(folder: Path) -> list[Path]:
    """The files that belong to a plugin: nothing hidden, nothing compiled."""
    found = []
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if path.is_symlink():
            raise WorkstationError("WS-PLG-070", f"{path.name} is a link", _UNCHANGED, "put the file itself there")
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
            found.append(path)
    return found


def pack(folder: Path, out: Path) -> Manifest:
    """Write the folder of a plugin into one file: the same folder gives the same bytes on every machine.

    Raises:
        WorkstationError: the folder holds no usable plugin, or the file is there already.
    """
    try:
        made = manifest.load(folder.resolve())
    except ManifestError as problem:
        raise WorkstationError("WS-PLG-062", str(problem), _UNCHANGED, "mend it and pack again") from problem
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _kept(folder)}
    if out.resolve().is_relative_to(folder.resolve()):
        raise WorkstationError(
            "WS-PLG-071", "the packed file would lie in the plugin itself", _UNCHANGED, "name another place"
        )
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    try:
        with zipfile.ZipFile(out, "x", zipfile.ZIP_STORED) as packed:
            for name, data in {SUMS: sums.encode(), **files}.items():
                packed.writestr(zipfile.ZipInfo(name, _EPOCH), data)
    except FileExistsError as problem:
        raise WorkstationError(
            "WS-PLG-072", f"{out.name} is there already", _UNCHANGED, "choose another name"
        ) from problem
    return made


def install(file: Path, home: Path, taken: Collection[str] = ()) -> Manifest:
    """Unpack a plugin into ``home/ID``, in place of an older one of that id. Nothing of it is run.

    Args:
        taken: ids it may not have, such as those of the plugins that come with the program.

    Raises:
        WorkstationError: it is no packed plugin, it is damaged (WS-PLG-073), or its id is taken (WS-PLG-083); what was
            installed before stays.
    """
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".new-") as place:
        folder = Path(place) / "plugin"
        try:
            _believable(file)
            with zipfile.ZipFile(file) as packed:
                for name, data in _members(packed).items():
                    target = folder / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
            made = manifest.load(folder)
            if not portable(made.id):
                raise ValueError("its id is no name for a folder")
        except (
            OSError,
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            EOFError,
            ManifestError,
            ValueError,
        ) as problem:
            raise WorkstationError(
                "WS-PLG-073",
                f"{file.name} is no usable packed plugin ({problem})",
                "nothing was installed",
                "ask its author",
            ) from problem
        if made.id in taken:
            raise WorkstationError(
                "WS-PLG-083", f"the id {made.id} is that of a plugin that comes with the program",
                "nothing was installed", "ask its author to give it an id of its own",
            )  # fmt: skip
        target, old = home / made.id, Path(place) / "old"
        if target.exists():
            target.rename(old)
        try:
            shutil.move(folder, target)
        except OSError as problem:
            if old.exists():
                old.rename(target)
            raise WorkstationError(
                "WS-PLG-073", f"{made.id} could not be put in place ({problem.strerror})",
                "what was installed before stays", "free space or close what uses it, then install again",
            ) from problem  # fmt: skip
    return manifest.load(target)


def _believable(file: Path) -> None:
    """Refuse what is no file, or whose directory alone would fill the memory; ``ValueError`` says why."""
    if not file.is_file():
        raise ValueError("it is no file")
    size = file.stat().st_size
    if size > BYTES + _DIRECTORY:
        raise ValueError("it is too large")
    with file.open("rb") as packed:
        packed.seek(max(0, size - 22 - (1 << 16)))
        tail = packed.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or int.from_bytes(tail[end + 12 : end + 16], "little") > _DIRECTORY:
        raise ValueError("it is no archive that can be believed")


def _members(packed: zipfile.ZipFile) -> dict[str, bytes]:
    """The files of a packed plugin, each compared with the sum that is written for it."""
    infos = packed.infolist()
    if len(infos) > FILES or sum(info.file_size for info in infos) > BYTES:
        raise ValueError("it is too large")
    found: dict[str, bytes] = {}
    folded: set[str] = set()
    for info in infos:
        if info.is_dir() or not _allowed(info.filename) or info.filename.lower() in folded:
            raise ValueError("it holds a name that is not allowed")
        folded.add(info.filename.lower())
        with packed.open(info) as member:
            data = member.read(info.file_size + 1)
        if len(data) != info.file_size:
            raise ValueError("a file is longer than it says")
        found[info.filename] = data
    lines = found.pop(SUMS, b"").decode("utf-8").splitlines()
    stated = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if stated != {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}:
        raise ValueError("its files are not those that were packed")
    return found


def _allowed(name: str) -> bool:
    """Whether every system can hold a file of this name inside the folder, and it is no bytecode."""
    path = PurePosixPath(name)
    plain = not path.is_absolute() and bool(path.parts) and not is_compiled(path)
    return plain and all(map(portable, path.parts))
