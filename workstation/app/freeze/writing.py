"""Owns writing the pack of a request so that the tracker knows of it: written down, pack written, marked as exported.

The request is written down before its pack, so that the witness line in the letter covers it. Must not lay anything out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.freeze import pack, tracker
from workstation.app.freeze import request as building
from workstation.app.freeze.ask import Ask
from workstation.app.freeze.profiles import Profile
from workstation.app.freeze.request import Request

if TYPE_CHECKING:
    from workstation.app.session import Session


@dataclass(frozen=True, slots=True)
class Written:
    """A written pack: where it is, its files, the SHA-256 of its hash list, and what was asked."""

    out: Path
    files: tuple[str, ...]
    sha256: str
    request: Request


def note(session: Session, ask: Ask, key: str = "") -> str:
    """Write an ask down and give its key. ``key``: the request it changes; empty = one that was not sent yet, or a new one."""
    key = key or tracker.unsent(session, ask)
    if key:
        session.run("freeze.edit", request=key, **ask.arguments())
        return key
    return session.run("freeze.draft", **ask.arguments()).made


def write(
    session: Session, ask: Ask, profiles: Mapping[str, Profile], out: Path,
    watch: Callable[[int], None] | None = None,
) -> Written:  # fmt: skip
    """Compute the request and write its pack; changes nothing in the case, so that a job can do it.

    Raises:
        WorkstationError: whatever ``request.asked`` and ``pack.write`` raise.
    """
    request = building.asked(session, ask, profiles, watch)
    names, sha256 = pack.write(session, request, out)
    return Written(out, tuple(names), sha256, request)


def exported(session: Session, key: str, written: Written) -> None:
    """Mark a request as exported: on the day of its letter, or on the day the program was told when there is none."""
    request = written.request
    session.store.log(
        "export",
        {"request": request.data["service"], "file": written.out.name, "complete": request.complete,
         "sha256": written.sha256},
        actor=session.actor,
    )  # fmt: skip
    day = str(request.data["fields"]["date"])
    try:
        day = date.fromisoformat(day).isoformat()
    except ValueError:
        day = session.now()[:10]
    session.run("freeze.mark", request=key, status="exported", day=day, pack=written.sha256)
