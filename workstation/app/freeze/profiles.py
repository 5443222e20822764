"""Owns provider profiles: what a service asks of a request, as plain TOML files. Must not know any case.

Bundled profiles are shapes with neutral names (``resources/providers``); own ones stand in the settings folder under
``providers`` and win over a bundled one of the same file name. A key nobody knows is an error, never ignored.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.app.freeze.fields import ACTIONS, ALL, DATA_WANTED, LANGUAGES
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder

KINDS = ("exchange", "issuer")
_YES_NO = ("yes", "no", "unknown")
_LARGEST = 64 * 1024
_TEXTS = ("name", "kind", "about", "submit", "subject", "language", "notifies_user")
_LISTS = {"required": ALL, "actions": ACTIONS, "data_wanted": DATA_WANTED, "identifiers": ("csv", "txt")}


@dataclass(frozen=True, slots=True)
class Profile:
    """What one service, or a kind of service, asks.

    Attributes:
        key: name of the file without ``.toml``. submit: how it is sent, in words. subject: of the message, with
            ``{case_number}``, ``{service}`` and ``{actions}``. identifiers: copyable files it wants beside the letter.
        freeze_days: default length, 0 = none. notifies_user: whether it tells its customer unless an order forbids it.
    """

    key: str
    name: str
    kind: str = "exchange"
    about: str = ""
    submit: str = ""
    subject: str = "{case_number}: {actions}, {service}"
    language: str = "en"
    notifies_user: str = "unknown"
    freeze_days: int = 30
    required: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("preserve", "freeze", "disclose")
    data_wanted: tuple[str, ...] = DATA_WANTED
    identifiers: tuple[str, ...] = ("csv", "txt")


def profiles(settings: Path | None = None) -> dict[str, Profile]:
    """All profiles by key, in order; own ones win.

    Raises:
        WorkstationError: WS-FRZ-001, one of the files cannot be used; it says which and why.
    """
    folders = [resources_folder() / "providers"] + ([settings / "providers"] if settings is not None else [])
    files = {file.stem: file for folder in folders for file in sorted(folder.glob("*.toml"))}
    return {key: read(files[key]) for key in sorted(files)}


def profile(key: str, settings: Path | None = None) -> Profile:
    """The profile of this name.

    Raises:
        WorkstationError: WS-FRZ-002 there is none, WS-FRZ-001 it cannot be used.
    """
    found = profiles(settings)
    if key not in found:
        raise WorkstationError(
            "WS-FRZ-002", f"there is no provider profile {key!r}", "nothing was written", f"use {', '.join(found)}"
        )
    return found[key]


def read(file: Path) -> Profile:
    """One profile file, read strictly.

    Raises:
        WorkstationError: WS-FRZ-001.
    """
    try:
        data = file.read_bytes()
        if len(data) > _LARGEST:
            raise ValueError("it is larger than 64 KiB")
        return _profile(file.stem, tomllib.loads(data.decode("utf-8")))
    except (OSError, ValueError) as problem:
        raise WorkstationError(
            "WS-FRZ-001", f"the provider profile {file.name} cannot be used: {problem}", "nothing was written",
            "mend the file; providers/README.md says what may stand in it",
        ) from problem  # fmt: skip


def _profile(key: str, told: dict[str, Any]) -> Profile:
    unknown = sorted(set(told) - {*_TEXTS, *_LISTS, "freeze_days"})
    if unknown:
        raise ValueError(f"nobody knows the key {unknown[0]!r}")
    made: dict[str, Any] = {}
    for name in _TEXTS:
        if name in told:
            if not isinstance(told[name], str):
                raise ValueError(f"{name} is no text")
            made[name] = told[name]
    if not made.get("name", "").strip():
        raise ValueError("name is missing")
    for name, allowed in (("kind", KINDS), ("language", LANGUAGES), ("notifies_user", _YES_NO)):
        if name in made and made[name] not in allowed:
            raise ValueError(f"{name} is {made[name]!r}; it can be {', '.join(allowed)}")
    for name, known in _LISTS.items():
        if name in told:
            made[name] = _list(name, told[name], known)
    days = told.get("freeze_days", 30)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 3650:
        raise ValueError("freeze_days is no whole number from 0 to 3650")
    return Profile(key, freeze_days=days, **made)


def _list(name: str, value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} is no list of texts")
    for item in value:
        if item not in known:
            raise ValueError(f"{name} names {item!r}; it can name {', '.join(known)}")
    return tuple(dict.fromkeys(value))
