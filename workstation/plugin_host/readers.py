"""Owns the door to the reader plugins: listing, detecting and parsing, each file in a sandboxed worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import containers, magic
from workstation.plugin_host.catalogue import ReaderInfo, chosen_of, job_of, layout_text, list_readers, problems
from workstation.plugin_host.detection import Detection, Preview, detect, preview, questions
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.limits import DEFAULT_LIMITS, Limits
from workstation.plugin_host.process import UNCHANGED, Worker
from workstation.plugin_host.running import Parse

__all__ = [
    "DEFAULT_LIMITS", "Detection", "Limits", "Parse", "Preview", "ReaderInfo", "detect", "layout_text", "list_readers",
    "parse", "preview", "problems", "questions",
]  # fmt: skip


def parse(
    path: Path,
    reader_id: str,
    parameters: Mapping[str, str],
    plugins: Sequence[Plugin],
    *,
    limits: Limits = DEFAULT_LIMITS,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
    name: str = "",
    strict: bool = False,
) -> Parse:
    """Start reading a file in a worker. Use the result in a ``with`` block and iterate over it.

    Args:
        parameters: reader parameters as text; one the reader does not have is refused.
        cancelled: asked about every 50 ms while waiting; true ends the worker at once.
        progress: called with bytes done and bytes in all.
        name: the original file name, when ``path`` is a copy of it.
        strict: refuse to run where a sandbox layer is missing.

    Raises:
        WorkstationError: unusable file or parameter (exit 2), limit or time (3), crash or nonsense of the worker (4),
            cancelled (5). The last three may also be raised while iterating.
    """
    (plugin, version, entry), fixed = chosen_of(plugins, reader_id)
    unknown = sorted(set(parameters) - {p.name for p in entry.parameters} - ({"layout"} if entry.layouts else set()))
    if unknown:
        what = f"the reader {reader_id} has no parameter {unknown[0]!r}"
        raise WorkstationError("WS-RDR-012", what, UNCHANGED, "leave it out, or see the list of readers")
    head = magic.refuse(path, limits.bytes, signs=not entry.binary)
    if containers.kind(head, name or path.name) or not (entry.binary or magic.is_text(head)):
        what = f"this is no text, and the reader {reader_id} takes only text"
        raise WorkstationError("WS-RDR-112", what, UNCHANGED, "let the reader be found by the content of the file")
    size = path.stat().st_size
    seconds = min(limits.seconds, entry.seconds or limits.seconds)
    memory = min(limits.memory_mb, entry.memory_mb or limits.memory_mb)
    given = {key: value for key, value in sorted({**parameters, **fixed}.items()) if value}
    job = job_of(
        "parse",
        name or path.name,
        [(plugin, entry)],
        parameters=given,
        memory_mb=memory,
        seconds=seconds,
        size=size,
        strict=strict,
    )
    return Parse(Worker(path, job, seconds=seconds, cancelled=cancelled), version, size, limits, progress)
