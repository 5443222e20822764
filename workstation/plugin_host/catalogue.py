"""Owns what can read: the readers of the plugins, the layouts that are listed as readers, and the problems of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import layouts
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.process import UNCHANGED
from workstation.sdk.manifest import Manifest, Parameter, ReaderEntry

if TYPE_CHECKING:
    from workstation.sdk.layouts import Layout

_TABLES = ("csv", "tsv", "txt", "xlsx")


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """A reader or layout as the user sees it in a list.

    Attributes:
        gives: events, transfers or tags for a layout; empty for a reader, which may give several.
        notes: one or two sentences on units and traps. questions: what it asks when the file does not say it.
    """

    id: str
    title: str
    extensions: tuple[str, ...]
    version: str
    parameters: tuple[Parameter, ...]
    gives: str = ""
    notes: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that can read: (plugin, version, reader), and the layouts with the reader ``by`` that takes them."""

    readers: tuple[tuple[Plugin, str, ReaderEntry], ...]
    layouts: tuple[Layout, ...]
    by: tuple[Plugin, str, ReaderEntry] | None
    problems: tuple[tuple[str, str], ...]


def known_of(plugins: Sequence[Plugin]) -> Known:
    """What these plugins can read."""
    entries = tuple(_entries(plugins))
    by = next((found for found in entries if found[2].layouts), None)
    told = [(plugin.folder.name, plugin.problem) for plugin in plugins if plugin.problem]
    files = [plugin.layouts for plugin in plugins if plugin.layouts is not None]
    if by is None or not files:
        return Known(entries, (), by, tuple(told))
    found, wrong = layouts.unique(files, (entry.id for _, _, entry in entries))
    return Known(entries, tuple(found), by, (*told, *wrong))


def _entries(plugins: Sequence[Plugin]) -> Iterator[tuple[Plugin, str, ReaderEntry]]:
    for plugin in plugins:
        if plugin.manifest is not None:
            for entry in plugin.manifest.readers:
                yield plugin, plugin.manifest.version, entry


def list_readers(plugins: Sequence[Plugin]) -> list[ReaderInfo]:
    """Every usable reader and layout, sorted by id."""
    known = known_of(plugins)
    found = [
        ReaderInfo(e.id, e.title, e.extensions, version, e.parameters, e.gives, e.notes) for _, version, e in known.readers
    ]
    if known.by is not None:
        _, version, by = known.by
        parameters = tuple(parameter for parameter in by.parameters if parameter.name != "layout")
        found += [
            ReaderInfo(one.id, one.title, _TABLES, version, parameters, one.gives, one.notes, tuple(one.ask))
            for one in known.layouts
        ]
    return sorted(found, key=lambda info: info.id)


def problems(plugins: Sequence[Plugin]) -> tuple[tuple[str, str], ...]:
    """Plugins and layouts that cannot be used: (name, why)."""
    return known_of(plugins).problems


def layout_text(plugins: Sequence[Plugin], reader_id: str) -> str:
    """The text of a layout that is listed as a reader, empty for a real reader."""
    found = next((layout for layout in known_of(plugins).layouts if layout.id == reader_id), None)
    if found is None:
        return ""
    from workstation.sdk.layouts import dump

    return dump(found)


def chosen_of(plugins: Sequence[Plugin], reader_id: str) -> tuple[tuple[Plugin, str, ReaderEntry], dict[str, str]]:
    """The reader behind an id with its plugin and version, and the layout it is given."""
    chosen = next((found for found in _entries(plugins) if found[2].id == reader_id), None)
    if chosen is not None:
        return chosen, {}
    known = known_of(plugins)
    text = layout_text(plugins, reader_id)
    if text and known.by is not None:
        return known.by, {"layout": text}
    names = ", ".join(info.id for info in list_readers(plugins))
    raise WorkstationError("WS-RDR-011", f"there is no reader {reader_id!r}", UNCHANGED, f"choose one of: {names}")


def reading(plugins: Sequence[Plugin], reader_id: str) -> Manifest:
    """The manifest of the plugin whose code reads when this reader or layout is chosen; ``WorkstationError`` if none."""
    (plugin, _, _), _ = chosen_of(plugins, reader_id)
    assert plugin.manifest is not None  # only such plugins have readers
    return plugin.manifest


def job_of(
    do: Literal["sniff", "parse", "preview"],
    name: str,
    readers: Sequence[tuple[Plugin, ReaderEntry]],
    *,
    memory_mb: int,
    seconds: int,
    size: int = 0,
    strict: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """The job of a worker."""
    return {
        "do": do, "name": name, "strict": strict,
        "readers": [[entry.id, str(plugin.folder.resolve()), entry.entry] for plugin, entry in readers],
        # The mapped file, its text and one copy of a piece are on top of what the reader itself may use.
        "memory_mb": memory_mb + 3 * (size >> 20) + 256, "cpu_seconds": seconds + 2, **more,
    }  # fmt: skip
