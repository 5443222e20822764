"""Owns the settings of an analysis: how ``plugin.toml`` states them, and turning a person's text into their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,78}\Z", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_SHARE = re.compile(r"([0-9]{1,18})/([1-9][0-9]{0,17})\Z", re.ASCII)
#: ``amount`` is base units; ``share`` a fraction such as 9/10; ``asset`` and ``address`` are keys of the case view.
TYPES = ("int", "amount", "share", "text", "choice", "bool", "date", "asset", "address")
_KEYS = frozenset(("type", "label", "help", "default", "min", "max", "choices", "unit"))
Value = int | str | bool | tuple[int, int]


class ManifestError(ValueError):
    """The manifest is not usable; the text names the file, the key and what is expected."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: from it the host draws a form, reads the command line and writes the run record.

    ``default`` None: a person must say it (an amount that depends on asset and jurisdiction).
    """

    name: str
    type: str
    label: str
    help: str
    default: Value | None
    least: int | None
    most: int | None
    choices: tuple[str, ...]
    unit: str


def setting(name: str, table: Any, where: str) -> Setting:
    """A setting as ``[analysis.params.NAME]`` states it.

    Raises:
        ManifestError: which key is wrong, and what it must be.
    """
    if not isinstance(table, dict):
        raise ManifestError(f"{where}: write it as a table")
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise ManifestError(f"{where}: unknown key {unknown[0]}")
    texts = {key: table.get(key, "") for key in ("type", "label", "help", "unit")}
    if not _NAME.match(name) or not all(isinstance(text, str) for text in texts.values()):
        raise ManifestError(f"{where}: name, type, label, help and unit are texts")
    if texts["type"] not in TYPES:
        raise ManifestError(f"{where}: type must be one of {', '.join(TYPES)}")
    least, most = table.get("min"), table.get("max")
    if any(bound is not None and (isinstance(bound, bool) or not isinstance(bound, int)) for bound in (least, most)):
        raise ManifestError(f"{where}: min and max are whole numbers")
    choices = table.get("choices", [])
    if (
        not isinstance(choices, list)
        or not all(isinstance(c, str) for c in choices)
        or (texts["type"] == "choice") != bool(choices)
    ):
        raise ManifestError(f"{where}: choices belong to type choice, and only there")
    made = Setting(
        name, texts["type"], texts["label"] or name, texts["help"], None, least, most, tuple(choices), texts["unit"]
    )
    if "default" not in table:
        return made
    given = table["default"]
    text = ("yes" if given else "no") if isinstance(given, bool) else str(given)
    try:
        default = value(made, text)
    except ValueError as problem:
        raise ManifestError(f"{where}: the default is not allowed: {problem}") from problem
    return replace(made, default=default)


def value(of: Setting, text: str) -> Value:
    """A person's text as the value of a setting.

    Raises:
        ValueError: what is expected instead, in plain words.
    """
    if of.type in ("int", "amount"):
        plain = text.replace(" ", "").replace("_", "")
        if not _WHOLE.match(plain) or (of.type == "amount" and plain.startswith("-")):
            raise ValueError(f"{of.label} must be a whole number{' of base units' if of.type == 'amount' else ''}")
        number = int(plain)
        if (of.least is not None and number < of.least) or (of.most is not None and number > of.most):
            raise ValueError(f"{of.label} must lie between {of.least} and {of.most}")
        return number
    if of.type == "share":
        found = _SHARE.match(text.replace(" ", ""))
        if not found or int(found[1]) > int(found[2]):
            raise ValueError(f"{of.label} must be a fraction up to 1, such as 9/10")
        return int(found[1]), int(found[2])
    if of.type == "bool":
        if text.lower() not in ("yes", "no", "true", "false"):
            raise ValueError(f"{of.label} must be yes or no")
        return text.lower() in ("yes", "true")
    if of.type == "choice" and text not in of.choices:
        raise ValueError(f"{of.label} must be one of {', '.join(of.choices)}")
    if of.type == "date" and text and not _DATE.match(text):
        raise ValueError(f"{of.label} must be a date such as 2026-01-31")
    if len(text) > 20_000:
        raise ValueError(f"{of.label} is longer than 20,000 characters")
    return text


def values(settings: tuple[Setting, ...], given: Mapping[str, str]) -> dict[str, Value]:
    """The values of all settings: what is given, else the defaults, in the order of the manifest.

    Raises:
        ValueError: a name that does not exist, a value that is not allowed, or one that is missing.
    """
    unknown = sorted(set(given) - {each.name for each in settings})
    if unknown:
        raise ValueError(f"there is no setting {unknown[0][:60]}")
    made: dict[str, Value] = {}
    for each in settings:
        if each.name in given:
            made[each.name] = value(each, given[each.name])
        elif each.default is not None:
            made[each.name] = each.default
        else:
            raise ValueError(f"{each.label} must be stated ({each.name}=…)")
    return made
