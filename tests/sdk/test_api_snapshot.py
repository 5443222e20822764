"""The plugin API does not change by accident: every name, signature and field stands in a file beside this test."""

from __future__ import annotations

from pathlib import Path

from workstation.paths import resources_folder
from workstation.sdk import reference

SNAPSHOT = Path(__file__).with_name("api_snapshot.txt")
HOW = (
    "The API of plugins changed. Adding is a new minor version, taking away or changing a new major one, announced a year "
    "ahead: raise API_VERSION in workstation/sdk/reader.py if plugins in the world are concerned, then write the file anew: "
    "python -m workstation plugin api --names > tests/sdk/api_snapshot.txt"
)


def test_the_api_is_what_it_was() -> None:
    kept, now = SNAPSHOT.read_text("utf-8").splitlines(), reference.snapshot().splitlines()
    gone = [line for line in kept if line not in now]
    new = [line for line in now if line not in kept]
    assert (gone, new) == ([], []), HOW
    assert kept == now, HOW


def test_the_page_of_the_manual_is_what_the_docstrings_say() -> None:
    page = (resources_folder() / "help" / "15-plugin-api.md").read_text("utf-8")
    assert page == reference.page(), "write it anew: python -m workstation plugin api > resources/help/15-plugin-api.md"


def test_every_public_name_of_the_api_is_described() -> None:
    """An entry of the reference without a sentence helps nobody."""
    parts = reference.page().split("\n### ")[1:]
    bare = [part.splitlines()[0] for part in parts if not part.split("```")[-1].strip() and "```" in part]
    assert not bare
