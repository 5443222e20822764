"""Owns small files of what a person decided: read without trust, replaced whole, a damaged one kept aside."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Far more than thousands of plugins need.
_LARGEST = 4 << 20


def read(file: Path) -> tuple[dict[str, Any], bool]:
    """What a file holds, and whether it is damaged; a missing file is empty."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
        found = json.loads(raw.decode("utf-8")) if len(raw) <= _LARGEST else None
    except FileNotFoundError:
        return {}, False
    except (OSError, ValueError, RecursionError):
        return {}, True
    return (found, False) if isinstance(found, dict) else ({}, True)


def write(file: Path, kept: Mapping[str, Any]) -> None:
    """Put new content in place; a damaged file goes aside first, as ``NAME.damaged`` or a numbered name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if read(file)[1]:
        os.replace(file, _free(file))
    new = file.with_name(file.name + ".new")
    with new.open("w", encoding="utf-8", newline="\n") as out:
        out.write(json.dumps(kept, indent=1, sort_keys=True) + "\n")
        out.flush()
        os.fsync(out.fileno())
    os.replace(new, file)


def _free(file: Path) -> Path:
    aside = file.with_name(file.name + ".damaged")
    number = 1
    while aside.exists():
        number += 1
        aside = file.with_name(f"{file.name}.damaged-{number}")
    return aside
