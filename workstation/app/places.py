"""Owns what both front ends need before a case is open: the folder of this user and the bundled plugins."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import Plugin, discover


def settings_folder() -> Path:
    """Where settings and the signing key of this user are: ``FUNDFLOW_HOME``, or the usual place of the system."""
    given = os.environ.get("FUNDFLOW_HOME")
    return Path(given) if given else Path(platformdirs.user_data_dir("fundflow-workstation", appauthor=False))


def layouts_folder() -> Path:
    """Where this user keeps own table layouts (``*.toml``)."""
    return settings_folder() / "layouts"


def bundled_plugins() -> list[Plugin]:
    """The plugins that come with the program, and the table layouts of this user."""
    return discover([plugins_folder()], [layouts_folder()])
