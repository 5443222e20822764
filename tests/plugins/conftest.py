"""Reads a file through the real worker, or a piece of text through the reader module alone."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from workstation.domain.records import BadRow, Place, Record, Remark
from workstation.paths import plugins_folder
from workstation.plugin_host import discovery, readers
from workstation.plugin_host.discovery import Plugin
from workstation.sdk.reader import Run, Source

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder with real sample files; the tests that need it are skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip("the shared sample data is not here")
    return DATA


@pytest.fixture(scope="session")
def plugins() -> list[Plugin]:
    """The bundled plugins."""
    return discovery.discover([plugins_folder()])


@pytest.fixture(scope="session")
def read(plugins: list[Plugin]) -> Callable[..., list[Record]]:
    """Detect and parse a file in a worker."""

    def run(path: Path, reader: str = "", **parameters: str) -> list[Record]:
        chosen = reader or readers.detect(path, plugins)[0].reader
        with readers.parse(path, chosen, parameters, plugins) as parse:
            return list(parse)

    return run


def module(folder: str, entry: str) -> ModuleType:
    """A reader module, loaded as the worker does."""
    path = plugins_folder() / folder / f"{entry}.py"
    spec = importlib.util.spec_from_file_location(f"test_plugin_{entry}", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="session")
def modules() -> dict[str, ModuleType]:
    """Every reader module by reader id."""
    found = {}
    for plugin in discovery.discover([plugins_folder()]):
        assert plugin.manifest is not None, plugin.problem
        for entry in plugin.manifest.readers:
            found[entry.id] = module(plugin.folder.name, entry.entry)
    return found


@pytest.fixture(scope="session")
def direct(modules: dict[str, ModuleType]) -> Callable[..., list[Record]]:
    """Read bytes with a reader in this process; places are checked against the bytes."""

    def run(reader: str, raw: bytes, name: str = "file.dat", **parameters: str) -> list[Record]:
        remarks: list[Record] = []
        source = Source(name, raw)
        found = list(modules[reader].read(source, parameters, Run(remarks.append, lambda done, total: None)))
        for record in found:
            if not isinstance(record, Remark):
                place: Place = record.place
                assert 0 <= place.offset <= place.offset + place.length <= len(raw)
                assert 0 <= place.stream < len(modules[reader].STREAMS)
                if isinstance(record, BadRow):
                    assert record.raw == raw[place.offset : place.offset + place.length][: 1 << 16].decode("latin-1")
        return found + remarks

    return run
