"""Owns what both front ends need before a case is open: the folder of this user and the bundled plugins."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from workstation.paths import plugins_folder
from workstation.plugin_host.approval import State, approvals, approvals_in, damage, is_bundled, states, usable
from workstation.plugin_host.crashes import crashes_in
from workstation.plugin_host.discovery import Plugin, discover
from workstation.plugin_host.packages import packages


def settings_folder() -> Path:
    """Where settings and the signing key of this user are: ``FUNDFLOW_HOME``, or the usual place of the system."""
    given = os.environ.get("FUNDFLOW_HOME")
    return Path(given) if given else Path(platformdirs.user_data_dir("fundflow-workstation", appauthor=False))


def layouts_folder() -> Path:
    """Where this user keeps own table layouts (``*.toml``)."""
    return settings_folder() / "layouts"


def user_plugins_folder() -> Path:
    """Where the plugins are that this user installed."""
    return settings_folder() / "plugins"


def approvals_file() -> Path:
    """Which plugins this user approved."""
    return approvals_in(settings_folder())


def crashes_folder() -> Path:
    """How often plugins crashed in a row."""
    return crashes_in(settings_folder())


def plugin_states() -> list[State]:
    """How every plugin of this computer stands."""
    return states(bundled_plugins(), settings_folder())


def found_plugins() -> list[Plugin]:
    """All plugins of this computer, approved or not: of the program, of this user, of installed Python packages."""
    return discover([plugins_folder(), user_plugins_folder()], [layouts_folder()], packages())


def bundled_plugins() -> list[Plugin]:
    """The plugins that come with the program, those of this user that are approved, and the user's table layouts."""
    kept, damaged = approvals(approvals_file()), damage(approvals_file())
    return [p if is_bundled(p.folder) else usable(p, kept, damaged) for p in found_plugins()]


def plugins_with(folder: Path) -> list[Plugin]:
    """As :func:`bundled_plugins`, and those of a folder under development, which stand for approved ones of their ids.

    They run with the bytes they have, and what comes out of them is marked. None stands for a plugin of the program.
    """
    home = folder.resolve()
    new = [plugin for plugin in discover([plugins_folder(), home]) if plugin.folder.parent == home]
    ids = {plugin.manifest.id for plugin in new if plugin.manifest is not None}
    kept = [p for p in bundled_plugins() if is_bundled(p.folder) or p.manifest is None or p.manifest.id not in ids]
    return [*kept, *new]
