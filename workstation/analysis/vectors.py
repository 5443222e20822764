"""Owns method validation: vector files are read, run through the program's own engines, and compared (semantics 10).

Numbers have unlimited precision. A file may come from anybody: its size, depth and numbers are limited, nothing hangs.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

from workstation.analysis.trace.cases import compute
from workstation.analysis.trace.exact import ConservationError, digits, whole
from workstation.analysis.trace.fields import CaseError
from workstation.analysis.trace.methods import ACCOUNT_POOLED
from workstation.analysis.trace.pooled import EXACT, FIXED
from workstation.domain.errors import WorkstationError

FORMAT = "algo-vectors/1"
MOST_BYTES = 1 << 30
_MOST_DIGITS = 1_000_000
_MOST_DIFFERENCES = 100
#: The tolerance of approximate arithmetic, at least.
_LEAST = Fraction(1, 10**6)
# No exponent: a short text must not become a number of a billion digits.
_AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+)|/([0-9]+))?", re.ASCII)
MISSING = "missing"
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a result is not what was expected."""

    path: str
    expected: Any
    got: Any


@dataclass(frozen=True, slots=True)
class Checked:
    """One case. ``compared``: it says what to expect. ``result`` is None when it could not be computed."""

    id: str
    kind: str
    title: str
    compared: bool
    result: dict[str, Any] | None
    differences: tuple[Difference, ...]


def unusable(path: Path, why: str) -> WorkstationError:
    """The error of a file that cannot be used."""
    what = f"{path.name} is no usable vector file: {why}"
    return WorkstationError("WS-VEC-001", what, "nothing was validated", "give a file of format algo-vectors/1")


def read(path: Path, most_bytes: int = MOST_BYTES) -> list[dict[str, Any]]:
    """The cases of a vector file, plain or compressed.

    Raises:
        WorkstationError: the file cannot be read, is too large, or is not of the format.
    """
    try:
        data = _bytes(path, most_bytes)
        document = json.loads(
            data, parse_int=_whole, parse_float=_decimal, parse_constant=_refused, object_pairs_hook=_object
        )
    except OSError as problem:
        raise unusable(path, problem.strerror or "it cannot be read") from None
    except (EOFError, zlib.error):
        raise unusable(path, "the compressed data is broken") from None
    except RecursionError:
        raise unusable(path, "it is nested too deeply") from None
    except ValueError as problem:
        raise unusable(path, _short(problem)) from None
    if (
        not isinstance(document, dict)
        or document.get("format") != FORMAT
        or not isinstance(document.get("cases"), list)
    ):
        raise unusable(path, f"it does not say format {FORMAT} with a list of cases")
    seen: set[str] = set()
    for n, case in enumerate(document["cases"]):
        name = case.get("id") if isinstance(case, dict) else None
        if not isinstance(name, str) or name in seen:
            raise unusable(path, f"case {n + 1} has no id of its own")
        seen.add(name)
    cases: list[dict[str, Any]] = document["cases"]
    return cases


def _bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as inner:
                data = inner.read(most + 1)
        else:
            data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"it is larger than {most >> 20} MiB")
    return data


def _whole(written: str) -> int:
    if len(written) > _MOST_DIGITS:
        raise ValueError("it holds a number of more than a million digits")
    return whole(written)


def _decimal(written: str) -> Decimal:
    """A number with a point stays decimal; one with a large exponent is refused."""
    if len(written) > 400 or abs(int(written.lower().partition("e")[2] or 0)) > 400:
        raise ValueError("it holds a number of unusable size")
    return Decimal(written)


def _refused(written: str) -> NoReturn:
    raise ValueError(f"{written} is not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object holds one key twice")
    return found


def _short(problem: Exception) -> str:
    """One line without the content of the file."""
    return str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__


def check(case: Mapping[str, Any], *, approximate: bool = False) -> Checked:
    """Run one case and compare it. A case that cannot be computed differs at ``/`` or where it is wrong.

    Args:
        approximate: run pooled methods in approximate arithmetic and allow them the tolerance of semantics 10.
    """
    expected = case.get("expect")
    kind, title = str(case.get("kind", "")), str(case.get("title", ""))
    result = None
    try:
        result = compute(case, FIXED if approximate else EXACT)
        pooled = _pooled(kind) if approximate else ()
        found = [] if expected is None else differences(expected, result, pooled)
    except CaseError as problem:
        found = [Difference(problem.path or "/", "a case that can be read", _short(problem))]
    except (WorkstationError, ConservationError) as problem:
        found = [Difference("/", "a result", _short(problem))]
    return Checked(str(case["id"]), kind, title, expected is not None, result, tuple(found[:_MOST_DIFFERENCES]))


def _pooled(kind: str) -> tuple[str, ...]:
    """The entries of a result that approximate arithmetic changes."""
    methods = {"utxo": ("haircut",), "account": ACCOUNT_POOLED, "exposure": ("incoming", "outgoing")}
    return methods.get(kind, ())


def differences(expected: Any, got: Mapping[str, Any], approximate: Collection[str] = ()) -> list[Difference]:
    """Every place where a result differs: exactly, order of keys aside; further keys of the result do not matter.

    Args:
        approximate: entries that may differ by 10^-6 of a unit or 10^-9 of their largest amount.
    """
    if not isinstance(expected, dict):
        return [Difference("/", "an object", expected)]
    found: list[Difference] = []
    for key, value in expected.items():
        if key in got:
            near = max(_LEAST, _largest(value) / 10**9) if key in approximate else None
            _compare(value, got[key], f"/{key}", 1, found, near)
        else:
            found.append(Difference(f"/{key}", value, MISSING))
    return found


def _largest(value: Any) -> Fraction:
    """The largest amount in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return max((_largest(entry) for entry in value), default=Fraction(0))
    return abs(_amount(value) or Fraction(0)) if not isinstance(value, bool) else Fraction(0)


def _compare(
    expected: Any, got: Any, path: str, depth: int, found: list[Difference], near: Fraction | None = None
) -> None:
    """Compare two values. Below the keys of a method an amount that was not expected is an error too."""
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            found.append(Difference(path, expected, got))
            return
        for key, value in expected.items():
            if key in got:
                _compare(value, got[key], f"{path}/{key}", depth + 1, found, near)
            elif near is None or _largest(value) > near:
                found.append(Difference(f"{path}/{key}", value, MISSING))
        if depth >= 2:
            found += [
                Difference(f"{path}/{key}", ABSENT, value)
                for key, value in got.items()
                if key not in expected and (near is None or _largest(value) > near)
            ]
    elif isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            found.append(Difference(path, expected, got))
            return
        for n, (one, other) in enumerate(zip(expected, got, strict=True)):
            _compare(one, other, f"{path}[{n}]", depth, found, near)
    elif not _same(expected, got) and not _close(expected, got, near):
        found.append(Difference(path, expected, got))


def _same(expected: Any, got: Any) -> bool:
    """Equal as they stand, or equal as exact numbers of one form (both text, or both numbers)."""
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None or got is None:
        return expected is got
    if isinstance(expected, str) != isinstance(got, str):
        return False
    if expected == got:
        return True
    one, other = _amount(expected), _amount(got)
    return one is not None and one == other


def _close(expected: Any, got: Any, near: Fraction | None) -> bool:
    """Whether two amounts differ by no more than the tolerance."""
    if near is None or isinstance(expected, bool) or isinstance(got, bool):
        return False
    one, other = _amount(expected), _amount(got)
    return one is not None and other is not None and abs(one - other) <= near


def _amount(value: Any) -> Fraction | None:
    if isinstance(value, int | Decimal):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(repr(value))
    parts = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        return None
    sign, before, after, below = parts.groups()
    divisor = whole(below) if below else 10 ** len(after or "")
    if not divisor:
        return None
    return (-1 if sign else 1) * Fraction(whole(before + (after or "")), divisor)


def plain(value: Any) -> Any:
    """A value as JSON can write it: decimals as numbers, whole numbers beyond what Python prints as text."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return float(value)
    if type(value) is int and value.bit_length() > 12_000:
        return digits(value)
    return value
