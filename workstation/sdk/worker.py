"""Owns the worker process: one job, one file, records out as JSON lines. Must not see the case or open any file itself.

Started by ``plugin_host``: the file is standard input (open, read-only), the job is one JSON object read from the
descriptor named in ``--job-fd N`` (or given as ``--job JSON`` where descriptors cannot be passed). Every line of
output is a JSON list whose first item says what it is: ``hello``, ``sniff``, ``batch``, ``progress``, ``done``,
``refused``, ``failed``; unpacking adds ``limit``, ``piece`` and the messages of ``sdk.unpack``, a preview ``preview``.
The door is closed before any plugin code is imported.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import mmap
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from workstation.domain.records import BadRow, Record, Remark, pack
from workstation.paths import plugins_folder, resources_folder
from workstation.sdk import sandbox, sources
from workstation.sdk.reader import HEAD, NO, SHAPE, Refusal, Run, Sniff, Source

_BATCH_RECORDS = 500
_BATCH_TEXT = 1 << 20
_NAMED = "workstation_plugin_"
#: Imported before the door closes so that no plugin trips over a lazy import of a codec or of time parsing.
WARM = (
    "encodings.latin_1",
    "encodings.utf_16",
    "encodings.cp1252",
    "encodings.ascii",
    "_strptime",
    "csv",
    "decimal",
    "datetime",
    "hashlib",
    "re",
    "zoneinfo",
    "workstation.domain.chains",
    "workstation.domain.amounts",
)


class Out:
    """The private output pipe. The plugin's own prints go to standard error instead."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def send(self, *items: Any) -> None:
        """Write one line."""
        self.write(json.dumps(items, separators=(",", ":")).encode("ascii") + b"\n")

    def write(self, data: bytes) -> None:
        """Write all bytes, also when the pipe takes them piece by piece."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._handle, view) :]


class _Batches:
    """Packs records into lines of about 500."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._rows: list[list[Any]] = []
        self._text = 0
        self.sent = 0

    def add(self, record: Record) -> None:
        """Take one record; send the line when it is full."""
        self._rows.append(pack(record))
        if type(record) is BadRow:
            self._text += len(record.raw)
        if len(self._rows) >= _BATCH_RECORDS or self._text >= _BATCH_TEXT:
            self.flush()

    def flush(self) -> None:
        """Send what is there."""
        if not self._rows:
            return
        line = json.dumps(["batch", self._rows], separators=(",", ":"), ensure_ascii=False)
        try:
            data = line.encode("utf-8")
        except UnicodeEncodeError:
            # A lone surrogate is no character: such a record cannot leave as it is, so it leaves as a bad row.
            rows = [_without_surrogates(row) for row in self._rows]
            data = json.dumps(["batch", rows], separators=(",", ":")).encode("ascii")
        self._out.write(data + b"\n")
        self.sent += len(self._rows)
        self._rows, self._text = [], 0


def _without_surrogates(row: list[Any]) -> list[Any]:
    text = json.dumps(row, ensure_ascii=False)
    if text.isascii() or text.encode("utf-8", "ignore").decode("utf-8") == text:
        return row
    if row[0] == 4:  # a remark has no place
        return [4, row[1], str(row[2]).encode("utf-8", "replace").decode("utf-8")]
    raw = text[:1000].encode("utf-8", "backslashreplace").decode("utf-8")
    return pack(BadRow(_place(row[1]), SHAPE, "a text holds half a character (lone surrogate)", raw))


def _place(items: list[Any]) -> Any:
    from workstation.domain.records import Place

    return Place(*items)


def load(folder: str, entry: str) -> ModuleType:
    """The module of a plugin, by folder and name; it may import its own modules and what lies in its ``vendor/``.

    Of a plugin that did not come with the program only sources are run: they are what a person approved.
    """
    if Path(folder).parent != plugins_folder():
        sources.only(folder)
    path = Path(folder) / f"{entry}.py"
    vendor = str(Path(folder) / "vendor")
    if vendor not in sys.path and os.path.isdir(vendor):
        sys.path.insert(0, vendor)
    if folder not in sys.path:  # last, so that no file of a plugin stands in for one of Python
        sys.path.append(folder)
    name = f"{_NAMED}{Path(folder).name}_{entry}"
    spec = importlib.util.spec_from_file_location(name, path, loader=sources.Sources(name, str(path)))
    if spec is None or spec.loader is None:
        raise ImportError(f"{entry}.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def readable(folders: list[str]) -> Iterator[str]:
    """What Python needs to import the standard library, the installed packages, this package and the plugins."""
    roots = sorted({sys.prefix, sys.base_prefix})
    for entry in sys.path:
        inside = any(entry == root or entry.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
        if inside and os.path.isdir(entry):
            yield entry
    yield str(Path(__file__).resolve().parents[1])
    # What is published with the program: error rates of heuristics, and what counts as dust.
    yield from (
        str(path) for path in (resources_folder() / "methods", resources_folder() / "dust.toml") if path.exists()
    )
    yield from folders
    for path in ("/usr/lib", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo"):
        if os.path.exists(path):
            yield path


def _open(name: str) -> Source:
    size = os.fstat(0).st_size
    if size == 0:
        return Source(name, b"")
    return Source(name, mmap.mmap(0, size, access=mmap.ACCESS_READ))


def _sniffed(sniff: Sniff) -> tuple[int, str, str, list[str]]:
    score = round(min(1.0, max(0.0, sniff.score)) * 1000)
    return score, sniff.why[:500], sniff.refusal[:500], list(sniff.questions)


def _sniff(job: dict[str, Any], source: Source, out: Out) -> None:
    head = bytes(source.data[:HEAD])
    paths, modules = list(sys.path), set(sys.modules)
    for reader, folder, entry in job["readers"]:
        sys.path[:] = paths
        others = tuple(other + os.sep for _, other, _ in job["readers"] if other != folder)
        for name in set(sys.modules) - modules:  # what one plugin imported of its own is nothing to the next
            if not name.startswith(_NAMED) and (getattr(sys.modules[name], "__file__", None) or "").startswith(others):
                del sys.modules[name]
        module = load(folder, entry)
        found = module.sniff(head, source.name)
        out.send("sniff", reader, *_sniffed(found if isinstance(found, Sniff) else NO))
        packed = job.get("layouts", {}).get(reader, [])
        if packed:
            from workstation.sdk.layout import unpack

            layouts = [unpack(layout) for layout in packed]
            for name, sniff in module.sniff_layouts(head, source.name, layouts):
                out.send("sniff", name, *_sniffed(sniff))


def _parse(job: dict[str, Any], source: Source, out: Out, layers: dict[str, str]) -> int:
    _reader, folder, entry = job["readers"][0]
    module = load(folder, entry)
    out.send("hello", list(module.STREAMS), layers)
    batches = _Batches(out)

    def said(remark: Remark) -> None:
        batches.add(remark)

    run = Run(said, lambda done, total: out.send("progress", done, total))
    step = max(1 << 20, source.size // 100)
    seen = step
    try:
        for record in module.read(source, job["parameters"], run):
            batches.add(record)
            if type(record) is not Remark and record.place.offset >= seen:
                seen = record.place.offset + step
                batches.flush()
                out.send("progress", min(record.place.offset, source.size), source.size)
    except Refusal as refusal:
        batches.flush()
        out.send("refused", str(refusal)[:1000])
        return 0
    batches.flush()
    out.send("done", batches.sent, run.rows_read, list(run.left_out.items()))
    return 0


def _unpack(job: dict[str, Any], source: Source, out: Out) -> None:
    """Members leave as messages and pieces; this process can write no file."""
    import base64

    from workstation.sdk.unpack import Bounds, Excess

    bounds = Bounds(*job["bounds"])
    try:
        for step in getattr(importlib.import_module(job["module"]), job["entry"])(source, bounds):
            if isinstance(step, bytes):
                out.send("piece", base64.b64encode(step).decode("ascii"))
            else:
                out.send(*step)
    except Refusal as refusal:
        out.send("refused", str(refusal)[:1000])
    except Excess as excess:
        out.send("limit", str(excess)[:1000])
    else:
        out.send("done", 0, 0, [])


def job_of(arguments: list[str]) -> dict[str, Any]:
    """The job of this process."""
    if arguments[:1] == ["--job-fd"]:
        with open(int(arguments[1]), "rb") as pipe:
            text = pipe.read().decode("utf-8")
    else:
        text = arguments[1]
    job: dict[str, Any] = json.loads(text)
    return job


def main(arguments: list[str]) -> int:
    """Run one job and return the exit code: 0 answered, 1 the reader failed (said so), 9 out of memory."""
    job = job_of(arguments)
    out = Out(os.dup(1))
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    for name in (*WARM, *([job["module"]] if "module" in job else [])):
        importlib.import_module(name)
    # Records are plain values without cycles: the default collector would look through every batch for nothing.
    gc.set_threshold(100_000, 20, 20)
    layers = sandbox.close_the_door(
        list(readable([folder for _reader, folder, _entry in job["readers"]])),
        memory_mb=job["memory_mb"], cpu_seconds=job["cpu_seconds"],
    )  # fmt: skip
    missing = sorted(name for name, state in layers.items() if state != "enforced")
    if missing and job["strict"]:
        out.send("unprotected", missing)
        return 0
    try:
        source = _open(job["name"])
        if job["do"] == "parse":
            return _parse(job, source, out, layers)
        if job["do"] == "unpack":
            _unpack(job, source, out)
            return 0
        if job["do"] == "preview":
            from workstation.sdk.preview import preview

            out.send("preview", *preview(source, job["rows"]))
        else:
            _sniff(job, source, out)
        out.send("done", 0, 0, [])
        return 0
    except MemoryError:
        return 9
    except BaseException as problem:  # noqa: BLE001  (whatever a plugin raises is reported, never lost)
        import traceback

        frames = traceback.extract_tb(problem.__traceback__)
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        out.send("failed", type(problem).__name__, str(problem)[:300], where)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
