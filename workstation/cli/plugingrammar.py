"""Owns the grammar of the plugin verbs of an examiner. Must not import what runs them: ``--help`` answers at once."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(
    plugin: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    on_case: argparse.ArgumentParser,
) -> None:
    """Add ``list``, ``run``, ``report``, ``answers``, ``runs`` and ``files`` to the verbs of ``plugin``."""
    shown = plugin.add_parser("list", help="list the analyses; with a name its settings", parents=[common])
    shown.set_defaults(run="plugins.listed")
    shown.add_argument("name", nargs="?", metavar="NAME")
    ran = plugin.add_parser("run", help="run an analysis on a case and show what it found", parents=[on_case])
    ran.set_defaults(run="plugins.run")
    ran.add_argument("name", metavar="NAME", help="plugin/analysis, as plugin list shows it")
    ran.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the analysis")
    ran.add_argument("--subject", action="append", default=[], metavar="KEY", help="start from this subject key")
    ran.add_argument("--files", type=Path, metavar="FOLDER", help="put the files it writes into this folder")
    ran.add_argument("--seed", type=int, default=0, metavar="N", help="seed of its random numbers")
    ran.add_argument("--unprotected", action="store_true", help="also where the kernel sandbox is not complete")
    reported = plugin.add_parser("report", help="have a report of a plugin written", parents=[on_case])
    reported.set_defaults(run="plugins.report")
    reported.add_argument("out", type=Path, metavar="FOLDER", help="where its files go")
    reported.add_argument("name", metavar="NAME", help="plugin/report, as plugin list shows it")
    reported.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the report")
    reported.add_argument("--subject", action="append", default=[], metavar="KEY", help="what it is about")
    reported.add_argument("--unprotected", action="store_true", help="also where the kernel sandbox is not complete")
    told = plugin.add_parser("answers", help="list what plugins suggested and what was decided", parents=[on_case])
    told.set_defaults(run="plugininbox.answers")
    told.add_argument("--all", action="store_true", help="every answer of every kept run, not only what waits")
    asked = plugin.add_parser("runs", help="list the runs of plugins on a case, failed ones too", parents=[on_case])
    asked.set_defaults(run="plugininbox.runs")
    files = plugin.add_parser(
        "files", help="list the files that kept runs wrote, or save those of one run", parents=[on_case]
    )
    files.set_defaults(run="plugininbox.files")
    files.add_argument("--run", dest="number", type=int, metavar="N", help="only this run")
    files.add_argument("--out", type=Path, metavar="FOLDER", help="save them here; no file is replaced")
    for each in (shown, ran, reported):
        each.add_argument(
            "--folder",
            type=Path,
            metavar="F",
            help="a folder with plugins under development; what they find is marked DEV",
        )
