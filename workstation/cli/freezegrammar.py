"""Owns the grammar of the verbs about requests to services. Must not run anything."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add(verb: Callable[..., argparse.ArgumentParser], on_case: argparse.ArgumentParser) -> None:
    """Add ``freeze`` and ``requests``; ``verb`` makes a parser from name, function, text and parent."""
    freeze = verb("freeze", "freeze.made", "write a freeze or data request to one service", on_case)
    freeze.add_argument("out", type=Path, metavar="OUT", help="a folder, or a file that ends in .zip")
    freeze.add_argument("--service", required=True, metavar="S", help="address, entity, label or token contract")
    freeze.add_argument("--target", action="append", default=[], metavar="ADDRESS", help="only this address (again)")
    freeze.add_argument(
        "--without", action="append", type=int, default=[], metavar="N", help="not this transfer (again)"
    )
    freeze.add_argument("--profile", default="generic", metavar="F", help="provider profile")
    freeze.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="what the officer says (again)"
    )
    freeze.add_argument("--language", default="", metavar="L", help="en, it, ru or kk; default: of the profile")
    requests = verb("requests", "freeze.listed", "list freeze and data requests, and renewals that are due", on_case)
    requests.add_argument("--on", default="", metavar="DATE", help="day for which renewals are due, YYYY-MM-DD")
