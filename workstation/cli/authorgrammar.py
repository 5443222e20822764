"""Owns the grammar of the author's plugin verbs. Must not import what runs them: ``--help`` answers at once."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(plugin: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add ``new``, ``check``, ``test``, ``api``, ``dev``, ``pack``, ``install`` and ``approve`` to the verbs of ``plugin``."""

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        made = plugin.add_parser(name, help=text, description=text, parents=[common])
        made.set_defaults(run=f"pluginauthor.{name}")
        return made

    def trust(name: str, text: str) -> argparse.ArgumentParser:
        made = verb(name, text)
        made.set_defaults(run=f"plugintrust.{name}")
        return made

    new = verb("new", "begin a plugin: a folder that already works")
    new.add_argument("name", metavar="NAME", help="lower-case words such as my-rule")
    new.add_argument("--kind", choices=("analysis", "reader", "report"), default="analysis")
    new.add_argument(
        "--folder", type=Path, default=Path("."), metavar="F", help="where the new folder goes (default: here)"
    )
    for name, text in (
        ("check", "run every check of the program on a plugin; exit code 1 when one failed"),
        ("test", "run the checks and the plugin's own tests"),
    ):
        verb(name, text).add_argument("path", type=Path, metavar="PATH", help="folder of the plugin")
    verb("api", "print the reference of the plugin API").add_argument(
        "--names", action="store_true", help="only names and signatures, as tests/sdk/api_snapshot.txt holds them"
    )
    packed = trust("pack", "write a plugin into one file, the same bytes on every machine")
    packed.add_argument("path", type=Path, metavar="FOLDER", help="folder of the plugin")
    packed.add_argument("out", type=Path, metavar="OUT", help="NAME.wsplugin")
    installed = trust("install", "install a packed plugin; it does not run before you approve it")
    installed.add_argument("plugin", metavar="FILE", help="NAME.wsplugin; with --from the id, or ID@VERSION")
    installed.add_argument(
        "--from", dest="gallery", type=Path, metavar="GALLERY", help="a folder or stick with an index.json"
    )
    approved = trust("approve", "trust an installed plugin, exactly as its bytes are now")
    approved.add_argument("id", metavar="ID")
    approved.add_argument("--actor", metavar="NAME", help="who approves it")
    trust("revoke", "trust an installed plugin no more").add_argument("id", metavar="ID")
    released = trust("release", "let a plugin out of quarantine, after three crashes in a row")
    released.add_argument("id", metavar="ID")
    released.add_argument("--reason", required=True, metavar="WHY", help="why it may run again; kept beside its crashes")
    released.add_argument("--actor", metavar="NAME", help="who lets it out")
    trust("remove", "take away a plugin you installed, with its approval").add_argument("id", metavar="ID")
    trust("states", "say how every plugin stands: ready, needs approval, quarantined, incompatible, invalid")
    trust("doctor", "say what keeps plugins from running here, and what to do").add_argument(
        "id", nargs="?", default="", metavar="ID", help="only this plugin"
    )
    shelf = trust("gallery", "list the packed plugins of a folder or stick, and compare them with its index.json")
    shelf.add_argument("folder", type=Path, metavar="FOLDER")
    shelf.add_argument("--write", action="store_true", help="write index.json first")
    dev = verb("dev", "run a plugin now and after every save, and show what changed in its answers")
    dev.add_argument("path", type=Path, metavar="PATH", help="folder of the plugin")
    dev.add_argument("--case", type=Path, metavar="CASE", help="case file (default: the demo case)")
    dev.add_argument("--passphrase-file", type=Path, metavar="F", help="file with the passphrase on its first line")
    dev.add_argument("--analysis", default="", metavar="ID", help="only this analysis of the plugin")
    dev.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the analysis")
    dev.add_argument("--once", action="store_true", help="run once and end (--json does the same)")
    dev.add_argument("--every", type=float, default=0.5, metavar="S", help="seconds between two looks at the folder")
    dev.add_argument("--unprotected", action="store_true", help="also where the kernel sandbox is not complete")
