"""Owns setting one page file by Typst, in a process of its own. Must not know what stands on the page.

The typesetter keeps fonts and whatever it set before until its process ends: in the window each report and picture left
50 to 130 MiB behind. In a process of its own all of it goes, and a drawing it dies of takes no open case along. Nothing
comes from the network or from this computer: the fonts are ours, packages are looked for in an empty folder, the time is
given, so the same page gives the same bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from workstation.paths import own_process

#: Longer than any report we write takes on a slow laptop; past it something is wrong.
_SECONDS = 900.0
_REFUSED = 3


class NotSet(Exception):
    """The page could not be set; the text says why, in the typesetter's words."""


def typeset(
    page: Path, out: Path, form: Literal["pdf", "png"], *, moment: int, resources: Path, dpi: float = 144.0
) -> None:
    """Set ``page``, whose folder is all that the typesetter may read, and write PDF/A-2b or PNG to ``out``.

    Args:
        out: where the result goes; for a PNG of several pages with ``{0p}`` where the number goes.
        moment: seconds UTC that stand in the file as its time; a clock never does.
        dpi: dots per inch of a PNG.

    Raises:
        NotSet: Typst refused the page, or its process could not start, died or never ended.
    """
    empty = page.parent / "packages"
    empty.mkdir(exist_ok=True)
    job = {
        "input": str(page),
        "output": str(out),
        "root": str(page.parent),
        "font_paths": [str(resources / "fonts")],
        "ignore_system_fonts": True,
        "format": form,
        "ppi": float(dpi) if form == "png" else None,
        "pdf_standards": ["a-2b"] if form == "pdf" else [],
        "package_path": str(empty),
        "package_cache_path": str(empty),
        "timestamp": moment,
    }
    try:
        done = subprocess.run(
            own_process("evidence.typesetting"),
            input=json.dumps(job).encode("ascii"),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NotSet(f"the typesetter did not run: {type(problem).__name__}") from problem
    if done.returncode == _REFUSED:
        raise NotSet(done.stderr.decode("utf-8", "replace").strip().splitlines()[0][:200])
    if done.returncode != 0:
        raise NotSet(f"the typesetter ended with {done.returncode}")


def main(arguments: list[str]) -> int:
    """The child process: one job as JSON from standard input; the exit code says whether Typst refused it."""
    import typst  # here only: whoever asks for pages does not load it

    if arguments:
        return 2
    job: dict[str, Any] = json.load(sys.stdin.buffer)
    try:
        typst.compile(job.pop("input"), **job)
    except typst.TypstError as problem:
        sys.stderr.buffer.write(str(problem).encode("utf-8", "replace"))
        return _REFUSED
    return 0
