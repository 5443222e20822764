"""Owns the grammar of the verbs between offices. Must not run anything."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add(verb: Callable[..., argparse.ArgumentParser], on_case: argparse.ArgumentParser) -> None:
    """Add ``deconflict``, ``difference``, ``part`` and ``merge``; ``verb`` makes a parser from name, function, text and parent."""
    both = verb(
        "deconflict", "exchange.deconflict", "find the addresses two offices both hold, by keyed hashes", on_case
    )
    way = both.add_mutually_exclusive_group(required=True)
    way.add_argument(
        "--write", type=Path, metavar="FILE", help="write the keyed hashes of this case for the other office"
    )
    way.add_argument("--compare", type=Path, metavar="FILE", help="compare with the file of the other office")
    both.add_argument(
        "--secret-file", type=Path, required=True, metavar="F", help="file with the shared passphrase on its first line"
    )
    both.add_argument("--services", action="store_true", help="write addresses labelled as services, too")
    two = verb("difference", "exchange.difference", "what differs between two case files: a copy, a backup", on_case)
    two.add_argument("other", type=Path, metavar="OTHER", help="the second case file")
    two.add_argument(
        "--other-passphrase-file", type=Path, metavar="F", help="file with its passphrase on the first line"
    )
    part = verb("part", "handover.part", "write one graph with its evidence and findings as a case of its own", on_case)
    part.add_argument("out", type=Path, metavar="OUT", help="the new case file")
    part.add_argument("--graph", default="", metavar="NAME", help="which graph (default: the first)")
    part.add_argument(
        "--new-passphrase-file", type=Path, metavar="F", help="encrypt it with the first line of this file"
    )
    merge = verb("merge", "handover.merge", "take over exhibits and work from a colleague's case or package", on_case)
    merge.add_argument("other", type=Path, metavar="OTHER", help="the case file or evidence package")
    merge.add_argument(
        "--dry-run", action="store_true", help="only say what would come in; exit code 1 when something would"
    )
    merge.add_argument(
        "--theirs", default="", metavar="IDS", help="conflicts in which that case counts, with blanks; all = every one"
    )
    merge.add_argument(
        "--other-passphrase-file", type=Path, metavar="F", help="file with its passphrase on the first line"
    )
