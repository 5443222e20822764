"""Owns the options of the verb ``paper``. Must not do what it says (``cli.paper``)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add(verb: Callable[..., argparse.ArgumentParser], on_case: argparse.ArgumentParser) -> None:
    """Add the verb to the grammar."""
    paper = verb(
        "paper", "paper.written", "write the report of a case alone, as PDF/A or as an editable document", on_case
    )
    paper.add_argument("out", type=Path, metavar="OUT", help="a file that ends in .pdf or .docx")
    paper.add_argument(
        "--sections", default="", metavar="NAMES",
        help="sections in print order, with commas, for this once; default: the choice of the case (command paper.choose)",
    )  # fmt: skip
    paper.add_argument("--language", default="en", metavar="L")
    paper.add_argument("--classification", default="", metavar="TEXT", help="line on every page")
