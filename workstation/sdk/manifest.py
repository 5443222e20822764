"""Owns ``plugin.toml``: reading it without importing anything, with errors an author understands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from workstation.sdk.reader import API_VERSION
from workstation.sdk.settings import ManifestError as ManifestError  # what this module raises
from workstation.sdk.settings import Setting, setting

_ID = re.compile(r"[a-z0-9]+(?:[.\-_][a-z0-9]+)*\Z", re.ASCII)
_ENTRY = re.compile(r"[a-z_][a-z0-9_]*\Z", re.ASCII)
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\Z", re.ASCII)
_READER_KEYS = frozenset((
    "id", "title", "entry", "extensions", "limits", "params", "layouts", "binary", "notes", "gives", "opens", "asked",
))  # fmt: skip
_ANALYSIS_KEYS = frozenset((
    "id", "title", "help", "entry", "applies_to", "reads", "proposes", "limits", "params",
))  # fmt: skip
#: Where an analysis can be offered, what it may ask of the case, what it may suggest.
APPLIES_TO = ("case", "address", "transaction", "transfer", "entity")
READS = ("transfers", "tags", "entities", "exhibits", "prices")
PROPOSES = ("tag", "entity")
_PARAMETER_TYPES = ("text", "chain", "date", "zone", "choice")


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
class AnalysisEntry:
    """One analysis or report of a plugin. ``seconds`` and ``memory_mb`` are 0 when the host's limits are enough.

    Attributes:
        module, function: where its code is (``entry = "module:function"``).
        applies_to: where the action is offered: case, address, transaction, transfer, entity.
        reads: what it may ask of the case: transfers, tags, entities, exhibits. proposes: what it may suggest.
    """

    id: str
    title: str
    help: str
    module: str
    function: str
    applies_to: tuple[str, ...]
    reads: tuple[str, ...]
    proposes: tuple[str, ...]
    settings: tuple[Setting, ...]
    seconds: int
    memory_mb: int


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
    analyses: tuple[AnalysisEntry, ...] = ()
    reports: tuple[AnalysisEntry, ...] = ()


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


def _named(table: dict[str, Any], key: str, known: tuple[str, ...], where: str) -> tuple[str, ...]:
    given = _texts(table, key, where)
    wrong = [word for word in given if word not in known]
    if wrong:
        raise ManifestError(f"{where}: {key} knows {', '.join(known)}, not {wrong[0]}")
    return given


def _analysis(table: dict[str, Any], folder: Path, where: str) -> AnalysisEntry:
    _known(table, _ANALYSIS_KEYS, where)
    name = _text(table, "id", where)
    if not _ID.match(name):
        raise ManifestError(f"{where}: id must be lower-case letters, digits, dots and dashes")
    where = f"{where} {name}"
    module, colon, function = _text(table, "entry", where).partition(":")
    if not (colon and _ENTRY.match(module) and _ENTRY.match(function)):
        raise ManifestError(f'{where}: entry must look like "module:function"')
    if not (folder / f"{module}.py").is_file():
        raise ManifestError(f"{where}: entry names the module {module}.py, which is not in the plugin folder")
    limits = table.get("limits", {})
    params = table.get("params", {})
    if not isinstance(limits, dict) or not isinstance(params, dict):
        raise ManifestError(f"{where}: limits and params must be tables")
    _known(limits, {"seconds", "memory_mb"}, f"{where} limits")
    return AnalysisEntry(
        name, _text(table, "title", where), _text(table, "help", where), module, function,
        _named(table, "applies_to", APPLIES_TO, where), _named(table, "reads", READS, where),
        _named(table, "proposes", PROPOSES, where), tuple(setting(key, each, f"{where} params.{key}") for key, each in params.items()),
        _limit(limits, "seconds", where), _limit(limits, "memory_mb", where),
    )  # fmt: skip


@lru_cache(maxsize=256)  # whoever lists the plugins reads all of them again
def _tables_in(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


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
        data = _tables_in(raw.decode("utf-8"))
    except OSError as problem:
        raise ManifestError(f"{where}: cannot be read ({problem.strerror})") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ManifestError(f"{where}: not valid TOML ({problem})") from problem
    _known(data, {"plugin", "reader", "analysis", "report"}, where)
    head = data.get("plugin")
    if not isinstance(head, dict):
        raise ManifestError(f"{where}: the table [plugin] is missing")
    _known(head, {"id", "name", "version", "api", "license", "authors"}, f"{where} [plugin]")
    made = Manifest(
        folder, _text(head, "id", where), _text(head, "name", where), _text(head, "version", where),
        _text(head, "api", where), _text(head, "license", where), _texts(head, "authors", where),
        tuple(_reader(table, folder, f"{where} reader") for table in _tables(data, "reader", where)),
        tuple(_analysis(table, folder, f"{where} analysis") for table in _tables(data, "analysis", where)),
        tuple(_analysis(table, folder, f"{where} report") for table in _tables(data, "report", where)),
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
    if not made.readers and not made.analyses and not made.reports:
        raise ManifestError(f"{where}: no [[reader]], [[analysis]] or [[report]] table")
    if any(report.proposes for report in made.reports):
        raise ManifestError(f"{where} report: a report proposes nothing")
    named = [entry.id for entry in (*made.analyses, *made.reports)]
    if len(set(named)) != len(named):
        raise ManifestError(f"{where}: two analyses or reports have the same id")
    if len({r.id for r in made.readers}) != len(made.readers):
        raise ManifestError(f"{where}: two readers have the same id")
    return made
