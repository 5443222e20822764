"""Owns the process in which a plugin is looked at: its modules are loaded once, its readers read files made to break them.

Started by ``plugin_host.conformance`` like a worker, behind the same closed door. Lines: ``hello``, ``entry``,
``reader``, ``read``, ``done``, ``failed``. Must not see a case.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib
import inspect
import json
import os
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from workstation.domain.records import BadRow, Record, Remark, pack
from workstation.sdk import sandbox
from workstation.sdk.reader import HEAD, Refusal, Run, Sniff, Source
from workstation.sdk.worker import WARM, Out, job_of, load, readable

#: Files that no reader may stumble over.
DAMAGED = (
    b"", b"\n\n\n", b"\xef\xbb\xbf", b"\0" * 1000, b"\xff" * 1000, b"a" * 100_000, b'"' * 10_001, b"[" * 10_000,
    b'{"a":' * 5000, b"\r" * 500, b"[" + b"9" * 10_000 + b"]", b'["\\ud800"]', b"[NaN, 1e999999999999]",
    b"time,from,to,asset,amount\n" * 50, b'{"txid":"x","vin":[],"vout":[]', b"tags: [\n", b'"a\n' * 500,
    b'{"status":"1","message":"OK","result":[{"a":1,"a":2},' + b"[" * 70 + b"]" * 70 + b"]}", b"<a><b>" * 500,
    b"1,2,3\n4;5\t6\n", "время,сумма\n١٢٣,٤\n".encode(), b"a,b\n" + b"x," * 5000 + b"\n",
)  # fmt: skip
_ASKED = "parameters.toml"


def damages(sample: bytes) -> Iterator[tuple[str, bytes]]:
    """A file cut off, with a row twice, with a row missing, and with single bytes changed."""
    for step in (1, 3, 5):
        yield f"cut at {step}/7", sample[: len(sample) * step // 7]
    lines = sample.split(b"\n")
    yield "its second line twice", b"\n".join([*lines[:2], *lines[1:]])
    yield "its second line missing", b"\n".join([*lines[:1], *lines[2:]])
    for step in (2, 5, 9):
        place = len(sample) * step // 11
        yield f"byte {place} changed", sample[:place] + b"\x7f" + sample[place + 1 :]


def samples(folder: Path) -> list[Path]:
    """The author's own sample files."""
    return sorted(path for path in (folder / "samples").glob("*") if path.is_file() and path.name != _ASKED)


def asked(folder: Path) -> dict[str, str]:
    """What the samples leave open and a person would be asked: ``samples/parameters.toml``, name = text."""
    path = folder / "samples" / _ASKED
    return {name: str(text) for name, text in tomllib.loads(path.read_text("utf-8")).items()} if path.is_file() else {}


def _loaded(folder: str, name: str) -> tuple[ModuleType | None, str, int]:
    """A module, or what went wrong, and the milliseconds of processor time that loading it took."""
    began = time.process_time_ns()
    try:
        made = load(folder, name)
    except BaseException as problem:  # noqa: BLE001  (whatever the author's module raises is told)
        return None, f"{name}.py cannot be loaded ({type(problem).__name__}: {str(problem)[:200]})", 0
    return made, "", (time.process_time_ns() - began) // 1_000_000


def _fields(module: ModuleType) -> list[list[Any]] | None:
    made = getattr(module, "Params", None)
    if not (dataclasses.is_dataclass(made) and isinstance(made, type)):
        return None
    frozen = bool(made.__dataclass_params__.frozen)  # type: ignore[attr-defined]
    return [[field.name, str(field.type), field.default is not dataclasses.MISSING, frozen]
            for field in dataclasses.fields(made)]  # fmt: skip


def _entry(job: dict[str, Any], out: Out, name: str, function: str, arguments: int) -> None:
    module, problem, milliseconds = _loaded(job["folder"], name)
    found: Any = getattr(module, function, None)
    if module is not None and not callable(found):
        problem = f"{name}.py has no function {function}"
    elif module is not None:
        try:
            inspect.signature(found).bind(*[None] * arguments)
        except (TypeError, ValueError):
            problem = f"{function} in {name}.py does not take {arguments} arguments"
    fields = None if module is None else _fields(module)
    qt = sorted({each.split(".")[0] for each in sys.modules} & {"PySide6", "PyQt5", "PyQt6", "shiboken6"})
    out.send("entry", name, function, problem, milliseconds, fields, qt)


def _reader(job: dict[str, Any], out: Out, name: str, *, alone: bool) -> None:
    module, problem, milliseconds = _loaded(job["folder"], name)
    if module is not None:
        streams = getattr(module, "STREAMS", None)
        if not (isinstance(streams, tuple) and streams and all(isinstance(s, str) for s in streams)):
            problem = f"{name}.py has no STREAMS, a tuple of texts such as ('row {{row}}',)"
        elif not all(callable(getattr(module, function, None)) for function in ("sniff", "read")):
            problem = f"{name}.py has no functions sniff and read"
    qt = sorted({each.split(".")[0] for each in sys.modules} & {"PySide6", "PyQt5", "PyQt6", "shiboken6"})
    out.send("entry", name, "read", problem, milliseconds, None, qt)
    if module is None or problem:
        return
    given = asked(Path(job["folder"]))
    for number, raw in enumerate(DAMAGED, 1):
        for parameters in [{}, given] if given else [{}]:
            _read(out, module, name, f"damaged file {number}", Source("file.dat", raw), parameters)
    for sample in samples(Path(job["folder"])):
        raw = sample.read_bytes()
        if not (alone or _knows(module, raw, sample.name)):  # of several readers, each has its own samples
            continue
        row = b"\n".join(raw.split(b"\n")[:2]) + b"\n"
        for what, data in ((f"sample {sample.name}", raw), ("one row", row), *damages(raw)):
            _read(out, module, name, what, Source(sample.name, data), given)


def _knows(module: ModuleType, raw: bytes, name: str) -> bool:
    found = module.sniff(raw[:HEAD], name)
    return isinstance(found, Sniff) and found.score > 0


def _read(out: Out, module: ModuleType, name: str, what: str, source: Source, given: dict[str, str]) -> None:
    """Read one file to its end; tell how many records and bad rows came, and what was wrong."""
    records = bad = 0
    digest = hashlib.sha256()
    problem = ""
    try:
        raw = bytes(source.data)
        module.sniff(raw[:HEAD], source.name)
        remarks: list[Record] = []
        for record in module.read(source, given, Run(remarks.append, lambda _done, _total: None)):
            if not isinstance(record, Remark):
                records += not isinstance(record, BadRow)
                bad += isinstance(record, BadRow)
                problem = problem or _misplaced(record, module, raw)
            digest.update(json.dumps(pack(record)).encode())
    except Refusal as refusal:
        digest.update(str(refusal).encode())
    except MemoryError:
        raise
    except BaseException as wrong:  # noqa: BLE001  (whatever the author's module raises is told)
        problem = f"crash: {type(wrong).__name__}: {str(wrong)[:150]}"
    out.send("read", name, what, records, bad, problem, digest.hexdigest())


def _misplaced(record: Any, module: ModuleType, raw: bytes) -> str:
    place = record.place
    inside = 0 <= place.offset <= place.offset + place.length <= len(raw)
    return "" if inside and 0 <= place.stream < len(module.STREAMS) else "a record stands outside the file"


def main(arguments: list[str]) -> int:
    """Look at one plugin; exit code 0 answered, 1 it failed (said so), 9 out of memory."""
    job = job_of(arguments)
    out = Out(os.dup(1))
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    for name in WARM:
        importlib.import_module(name)
    for name in job["warm"]:
        with contextlib.suppress(ImportError):  # a name in a module is no module
            importlib.import_module(name)
    layers = sandbox.close_the_door(
        list(readable([job["folder"]])), memory_mb=job["memory_mb"], cpu_seconds=job["cpu_seconds"]
    )
    out.send("hello", layers)
    readers = sum(kind == "reader" for kind, _, _ in job["entries"])
    try:
        for kind, name, function in job["entries"]:
            if kind == "reader":
                _reader(job, out, name, alone=readers == 1)
            else:
                _entry(job, out, name, function, 3)
    except MemoryError:
        return 9
    out.send("done", 0)
    return 0
