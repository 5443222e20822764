"""Owns how a verb gets an open case: passphrase file and session. Must not print."""

from __future__ import annotations

from argparse import Namespace

from workstation.app.places import bundled_plugins, plugins_with, settings_folder
from workstation.app.secretfile import first_line
from workstation.app.session import Session
from workstation.casefile import store


def passphrase(options: Namespace) -> str | None:
    """The first line of ``--passphrase-file``, or None when there is none.

    Raises:
        WorkstationError: the file cannot be read or holds nothing.
    """
    return None if options.passphrase_file is None else first_line(options.passphrase_file)


def session(options: Namespace) -> Session:
    """The case named by ``options.case``, opened for work; close the session when done."""
    opened = store.open_case(options.case, passphrase=passphrase(options), actor=getattr(options, "actor", "") or "")
    try:
        folder = getattr(options, "plugins", None)
        made = Session(opened, plugins_with(folder) if folder else bundled_plugins(), settings_folder())
        if getattr(options, "key_passphrase_file", None) is not None:
            made.key_passphrase = first_line(options.key_passphrase_file)
        if getattr(options, "certificate_passphrase_file", None) is not None:
            made.certificate_passphrase = first_line(options.certificate_passphrase_file)
        return made
    except BaseException:
        opened.close()
        raise
