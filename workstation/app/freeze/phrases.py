"""Owns the phrases of letters and figures in each language, as the files of ``resources/report/languages`` hold them."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING

from workstation.app.names import ROLES
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.analysis.picture import Role


@lru_cache(maxsize=8)
def phrases(language: str) -> dict[str, dict[str, str]]:
    """The phrases of a language: ``letter``, ``fields``, ``data`` and ``roles``."""
    file = resources_folder() / "report" / "languages" / f"freeze.{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def legend(language: str) -> tuple[tuple[Role, str], ...]:
    """The roles of a legend by their names in a language that letters are written in."""
    words = phrases(language)["roles"]
    return tuple((role, words[role]) for role in ROLES)
