"""Reads bytes with the bundled readers in this process, the way the host and its worker do, only faster.

Detection asks every reader and layout over the head of the file; what a reader gives goes through the same lines and
the same checks as the output of a worker, so a record that the host would refuse is found here too.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType

from workstation.domain.records import Record, Remark
from workstation.paths import plugins_folder
from workstation.plugin_host import discovery, magic
from workstation.plugin_host.protocol import Decoder, ProtocolError
from workstation.sdk import worker
from workstation.sdk.layouts import Layout, dump, load
from workstation.sdk.reader import HEAD, Refusal, Run, Sniff, Source

__all__ = ["ANSWERS", "MAPPED", "ProtocolError", "Readers", "Reading", "bundled", "detect", "read"]
MAPPED = "table.mapped"
#: Answers to what a file may leave open.
ANSWERS: Mapping[str, str] = MappingProxyType(
    {"zone": "UTC", "chain": "ethereum", "direction": "in", "decimal": ".", "subject": "Subject", "unit": "coin"}
)


@dataclass(frozen=True)
class Readers:
    """The readers and layouts of the bundled plugins by id; ``binary`` take bytes that are no text."""

    modules: Mapping[str, ModuleType]
    layouts: Mapping[str, Layout]
    texts: Mapping[str, str]
    binary: frozenset[str]


@dataclass
class Reading:
    """What one reader gave for one file: records as the host would take them, or the reason of a refusal."""

    reader: str
    records: list[Record] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    refusal: str = ""
    rows: int = 0
    skipped: dict[str, int] = field(default_factory=dict)


def _module(folder: Path, entry: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fault_plugin_{folder.name}_{entry}", folder / f"{entry}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


def bundled() -> Readers:
    """Load every bundled reader and layout."""
    modules, binary, layouts = {}, set(), {}
    for plugin in discovery.discover([plugins_folder()]):
        assert plugin.manifest is not None, plugin.problem
        for entry in plugin.manifest.readers:
            modules[entry.id] = _module(plugin.folder, entry.entry)
            if entry.binary:
                binary.add(entry.id)
        for path in sorted((plugin.folder / "layouts").glob("*.toml")):
            layouts.update({one.id: one for one in load(path.read_text("utf-8"), path.name)})
    return Readers(modules, layouts, {name: dump(one) for name, one in layouts.items()}, frozenset(binary))


def detect(readers: Readers, raw: bytes, name: str) -> list[tuple[str, Sniff]]:
    """Readers and layouts that are sure enough to be taken unasked, best first."""
    head = raw[:HEAD]
    text = magic.is_text(head)
    found = [
        (reader, module.sniff(head, name))
        for reader, module in sorted(readers.modules.items())
        if text or reader in readers.binary
    ]
    if text and not magic.opens_structure(head):
        tables = readers.modules[MAPPED].sniff_layouts(head, name, list(readers.layouts.values()))
        found += [(layout, sniff) for layout, sniff in tables if sniff.score >= 1]
    return sorted((pair for pair in found if pair[1].score > 0), key=lambda pair: -pair[1].score)


class _Lines:
    """Takes the place of a worker's output."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep one line."""
        self.lines.append(data)


def read(readers: Readers, reader: str, raw: bytes, name: str, parameters: Mapping[str, str]) -> Reading:
    """Read bytes with a reader or layout.

    Raises:
        ProtocolError: a record is one that the host would refuse. Whatever a faulty reader raises comes through.
    """
    made = Reading(reader)
    given = dict(parameters)
    if reader in readers.layouts:
        given["layout"] = readers.texts[reader]
    module = readers.modules[MAPPED if reader in readers.layouts else reader]
    out = _Lines()
    batches = worker._Batches(out)  # type: ignore[arg-type]
    run = Run(batches.add, lambda done, total: None)
    try:
        for record in module.read(Source(name, raw), given, run):
            batches.add(record)
    except Refusal as refusal:
        made.refusal = str(refusal)
    batches.flush()
    decoder = Decoder(len(module.STREAMS), len(raw))
    for record in _decoded(decoder, out.lines):
        if isinstance(record, Remark):
            made.remarks.append(record)
        else:
            made.records.append(record)
    made.rows, made.skipped = run.rows_read, run.left_out
    return made


def _decoded(decoder: Decoder, lines: list[bytes]) -> Iterator[Record]:
    for line in lines:
        yield from decoder.records(line)
