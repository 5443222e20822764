"""Owns what both front ends need before a case is open: the folder of this user and the bundled plugins."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from workstation.paths import plugins_folder
from workstation.plugin_host.approval import State, approvals, states, usable
from workstation.plugin_host.discovery import Plugin, discover


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
    """Which of them this user approved."""
    return settings_folder() / "approvals.json"


def crashes_file() -> Path:
    """How often plugins crashed in a row."""
    return settings_folder() / "crashes.json"


def plugin_states() -> list[State]:
    """How every plugin of this computer stands."""
    return states(bundled_plugins(), user_plugins_folder(), approvals_file(), crashes_file())


def bundled_plugins() -> list[Plugin]:
    """The plugins that come with the program, those this user installed and approved, and the user's table layouts."""
    own, kept = user_plugins_folder(), approvals(approvals_file())
    found = discover([plugins_folder(), own], [layouts_folder()])
    return [usable(plugin, kept) if plugin.folder.parent == own else plugin for plugin in found]
