"""The locks: hashes everywhere, no host name, no banned package, and a test lock that holds the run-time lock."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.floors.source import ROOT

LOCKS = ("runtime", "test")
REQUIREMENT = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)(?P<marker> ; [^\\]+?)? *\\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
BANNED = re.compile(r"requests|aiohttp|urllib3|httpx|igraph|leidenalg|pyqt\d.*|graph-tool|pyside6-addons|pyside6", re.I)


def _entries(lock: str) -> dict[tuple[str, str], int]:
    """(name with marker, version) -> number of hashes; every line must be one of the two known kinds."""
    found: dict[tuple[str, str], int] = {}
    current: tuple[str, str] | None = None
    for line in (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8").splitlines():
        start = REQUIREMENT.fullmatch(line)
        if start is not None:
            current = (start["name"] + (start["marker"] or ""), start["version"])
            found[current] = 0
        else:
            assert HASH.fullmatch(line), line
            assert current is not None, line
            found[current] += 1
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes_and_none_is_banned(lock: str) -> None:
    entries = _entries(lock)
    assert len(entries) > 15
    assert all(entries.values())
    assert not [name for name, _ in entries if BANNED.fullmatch(name.split(" ")[0])]


def test_validators_of_others_stay_apart() -> None:
    """They bring network clients, so their lock is one of its own, with hashes, and no lock of ours names them."""
    entries = _entries("validators")
    assert len(entries) > 15
    assert all(entries.values())
    ours = {name.split(" ")[0] for name, _ in _entries("test")}
    assert not ours & {"stix2-validator", "case-utils", "pymisp", "requests", "urllib3"}


@pytest.mark.parametrize("lock", [*LOCKS, "validators"])
def test_no_lock_names_a_host(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_the_test_lock_holds_the_runtime_lock() -> None:
    assert set(_entries("runtime")) <= set(_entries("test"))


def test_qt_is_pinned_below_the_broken_version() -> None:
    assert ("pyside6-essentials", "6.11.3") in _entries("runtime")


def test_every_dependency_of_the_package_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=~! ]", text)[0].lower() for text in project["dependencies"]}
    assert names <= {name.split(" ")[0] for name, _ in _entries("runtime")}
    tests = {re.split(r"[<>=~! ]", text)[0].lower() for text in project["optional-dependencies"]["test"]}
    assert tests <= {name.split(" ")[0] for name, _ in _entries("test")}
