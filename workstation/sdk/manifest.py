"""Owns ``plugin.toml``: reading it without importing anything, with errors an author understands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.sdk.reader import API_VERSION

_ID = re.compile(r"[a-z0-9]+(?:[.\-_][a-z0-9]+)*\Z", re.ASCII)
_ENTRY = re.compile(r"[a-z_][a-z0-9_]*\Z", re.ASCII)
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\Z", re.ASCII)
_READER_KEYS = frozenset((
    "id", "title", "entry", "extensions", "limits", "params", "layouts", "binary", "notes", "gives", "opens", "asked",
))  # fmt: skip
_PARAMETER_TYPES = ("text", "chain", "date", "zone", "choice")


class ManifestError(ValueError):
    """The manifest is not usable; the text names the file, the key and what is expected."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a reader, from which the host draws its form."""

    name: str
    type: str
    label: str
    default: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReaderEntry:
    """One reader of a plugin. ``seconds`` and ``memory_mb`` are 0 when the host's limits are enough.

    Attributes:
        layouts: the reader takes table layouts: the host lists each layout as a reader of its own.
        binary: the reader takes files that are no text (the host refuses them to all others).
        gives: what it gives in plain words (transfers, tags, events, balances, prices, mentions), for the same lists.
        notes: one or two sentences on units and traps, for the list of readers and the manual.
        opens: the characters a text of this reader may begin with (behind a byte order mark and blanks); with ``^`` in
            front, those it never begins with. Empty: any. The sniff of a reader is not asked about other texts.
        asked: the reader is never found by content: its sniff is not asked at all.
    """

    id: str
    title: str
    entry: str
    extensions: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    seconds: int
    memory_mb: int
    layouts: bool = False
    binary: bool = False
    notes: str = ""
    gives: str = ""
    opens: str = ""
    asked: bool = False

    def may_open(self, first: str) -> bool:
        """Whether a text that begins with this character may be one of the reader's; true when there is none."""
        if not first or not self.opens:
            return True
        return first not in self.opens[1:] if self.opens[0] == "^" else first in self.opens


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin as its ``plugin.toml`` states it."""

    folder: Path
    id: str
    name: str
    version: str
    api: str
    license: str
    authors: tuple[str, ...]
    readers: tuple[ReaderEntry, ...]


def _text(table: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or (not value and default is None) or len(value) > 500:
        raise ManifestError(f"{where}: {key} must be a text")
    return value


def _texts(table: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ManifestError(f"{where}: {key} must be a list of texts")
    return tuple(value)


def _tables(table: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise ManifestError(f"{where}: write {key} as [[{key}]] tables")
    return value


def _known(table: dict[str, Any], keys: Set[str], where: str) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise ManifestError(f"{where}: unknown key {unknown[0]}")


def _parameter(table: dict[str, Any], where: str) -> Parameter:
    _known(table, {"name", "type", "label", "default", "choices"}, where)
    kind = _text(table, "type", where)
    if kind not in _PARAMETER_TYPES:
        raise ManifestError(f"{where}: type must be one of {', '.join(_PARAMETER_TYPES)}")
    choices = _texts(table, "choices", where)
    if (kind == "choice") != bool(choices):
        raise ManifestError(f"{where}: choices belong to type choice, and only there")
    return Parameter(
        _text(table, "name", where), kind, _text(table, "label", where), _text(table, "default", where, ""), choices
    )


def _yes(table: dict[str, Any], key: str, where: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ManifestError(f"{where}: {key} must be true or false")
    return value


def _limit(limits: dict[str, Any], key: str, where: str) -> int:
    value = limits.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1_000_000:
        raise ManifestError(f"{where}: limits.{key} must be a whole number")
    return value


def _reader(table: dict[str, Any], folder: Path, where: str) -> ReaderEntry:
    _known(table, _READER_KEYS, where)
    name = _text(table, "id", where)
    if not _ID.match(name):
        raise ManifestError(f"{where}: id must be lower-case letters, digits, dots and dashes")
    where = f"{where} {name}"
    entry = _text(table, "entry", where)
    if not _ENTRY.match(entry) or not (folder / f"{entry}.py").is_file():
        raise ManifestError(f"{where}: entry names the module {entry}.py, which is not in the plugin folder")
    limits = table.get("limits", {})
    if not isinstance(limits, dict):
        raise ManifestError(f"{where}: limits must be a table")
    _known(limits, {"seconds", "memory_mb"}, f"{where} limits")
    parameters = tuple(_parameter(p, f"{where} params") for p in _tables(table, "params", where))
    if len({p.name for p in parameters}) != len(parameters):
        raise ManifestError(f"{where}: two params have the same name")
    return ReaderEntry(
        name, _text(table, "title", where), entry, _texts(table, "extensions", where), parameters,
        _limit(limits, "seconds", where), _limit(limits, "memory_mb", where), _yes(table, "layouts", where),
        _yes(table, "binary", where), _text(table, "notes", where, ""), _text(table, "gives", where, ""),
        _text(table, "opens", where, ""), _yes(table, "asked", where),
    )  # fmt: skip


def load(folder: Path) -> Manifest:
    """Read ``plugin.toml`` of a folder without importing any code.

    Raises:
        ManifestError: the file is missing or wrong; the text says where and what is expected.
    """
    path = folder / "plugin.toml"
    where = f"{folder.name}/plugin.toml"
    try:
        raw = path.read_bytes()
        if len(raw) > 256 * 1024:
            raise ManifestError(f"{where}: larger than 256 KiB")
        data = tomllib.loads(raw.decode("utf-8"))
    except OSError as problem:
        raise ManifestError(f"{where}: cannot be read ({problem.strerror})") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ManifestError(f"{where}: not valid TOML ({problem})") from problem
    _known(data, {"plugin", "reader"}, where)
    head = data.get("plugin")
    if not isinstance(head, dict):
        raise ManifestError(f"{where}: the table [plugin] is missing")
    _known(head, {"id", "name", "version", "api", "license", "authors"}, f"{where} [plugin]")
    made = Manifest(
        folder, _text(head, "id", where), _text(head, "name", where), _text(head, "version", where),
        _text(head, "api", where), _text(head, "license", where), _texts(head, "authors", where),
        tuple(_reader(table, folder, f"{where} reader") for table in _tables(data, "reader", where)),
    )  # fmt: skip
    if not _ID.match(made.id):
        raise ManifestError(f"{where}: id must be lower-case letters, digits, dots and dashes")
    if not _VERSION.match(made.version):
        raise ManifestError(f"{where}: version must look like 1.2.0")
    major, dot, minor = made.api.partition(".")
    if not (dot and major.isdecimal() and minor.isdecimal()):
        raise ManifestError(f"{where}: api must look like 1.0")
    if int(major) != API_VERSION[0] or int(minor) > API_VERSION[1]:
        raise ManifestError(
            f"{where}: written for API {made.api}, this program offers {API_VERSION[0]}.{API_VERSION[1]}"
        )
    if not made.readers:
        raise ManifestError(f"{where}: no [[reader]] table")
    if len({r.id for r in made.readers}) != len(made.readers):
        raise ManifestError(f"{where}: two readers have the same id")
    return made
