"""Owns the command line: its grammar (design section 6), exit codes, and that no traceback reaches a user."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from workstation import __version__
from workstation.cli.answer import Answer, show, show_error
from workstation.cli.screens import Screens
from workstation.domain.errors import WorkstationError


def grammar() -> argparse.ArgumentParser:
    """All verbs with their options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print exactly one JSON document")
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    on_case = argparse.ArgumentParser(add_help=False, parents=[common])
    on_case.add_argument("case", type=Path, metavar="CASE", help="case file (*.wcase)")
    on_case.add_argument("--passphrase-file", type=Path, metavar="F", help="file with the passphrase on its first line")
    on_case.add_argument("--actor", metavar="NAME", help="who does this, for the custody log")

    parser = argparse.ArgumentParser(
        prog="workstation",
        description="Fundflow Workstation: follow crypto money, offline.",
        epilog="Without a verb the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"workstation {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")

    def verb(name: str, run: str, text: str, parent: argparse.ArgumentParser = common) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text, parents=[parent])
        made.set_defaults(run=run)
        return made

    case = verbs.add_parser("case", help="make a case, count what is in it, verify it").add_subparsers(
        dest="case_verb", metavar="VERB", required=True
    )
    new = case.add_parser("new", help="make a case file", parents=[on_case])
    new.set_defaults(run="cases.new")
    new.add_argument("--title", metavar="T")
    new.add_argument("--examiner", metavar="N")
    new.add_argument("--zone", metavar="Z", help="IANA time zone of the case, shown beside UTC")
    new.add_argument("--plain", action="store_true", help="do not encrypt (the default without --passphrase-file)")
    case.add_parser("info", help="counts and custody head", parents=[on_case]).set_defaults(run="cases.info")
    case.add_parser("verify", help="check the whole case", parents=[on_case]).set_defaults(run="cases.check")

    intake = verb("import", "ledger.import_files", "import files: hash, keep, read in a worker, reconcile", on_case)
    intake.add_argument("files", type=Path, nargs="+", metavar="FILE", help="files or folders")
    intake.add_argument("--reader", metavar="ID", help="use this reader whatever the file looks like")
    intake.add_argument("--chain", metavar="C", help="chain, where the file does not say it")
    intake.add_argument("--zone", metavar="Z", help="time zone of times without one")
    intake.add_argument("--subject", metavar="A", help="address the file is about, where it does not say it")
    intake.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another parameter of the reader, for instance date=2024-03-20 (see readers)",
    )
    intake.add_argument("--received-from", metavar="T", help="who handed the file over")

    verb("readers", "ledger.readers", "list the formats that can be read")
    listing = verb("transfers", "ledger.transfers", "list transfers in total order", on_case)
    listing.add_argument("--address", metavar="A")
    listing.add_argument("--asset", metavar="S", help="symbol or contract")
    listing.add_argument("--since", metavar="T", help="seconds UTC or ISO time")
    listing.add_argument("--until", metavar="T", help="seconds UTC or ISO time")
    listing.add_argument("--limit", type=int, metavar="N")

    verb("commands", "cases.commands", "list the commands that `run` takes")
    run = verb("run", "cases.run", "run one command on a case", on_case)
    run.add_argument("command_id", metavar="COMMAND")
    run.add_argument("arguments", nargs="*", metavar="NAME=VALUE")

    export = verb("export", "packages.export", "write the evidence package", on_case)
    export.add_argument("out", type=Path, metavar="OUT")
    export.add_argument("--language", default="en", metavar="L")
    export.add_argument("--classification", default="", metavar="TEXT", help="line on every page")
    verify = verb("verify", "packages.verify", "check an evidence package")
    verify.add_argument("package", type=Path, metavar="PACKAGE")
    verify.add_argument("--allowed-signers", type=Path, metavar="F", help="keys you trust, in ssh form")

    def of_system(name: str, text: str, parent: argparse.ArgumentParser = common) -> argparse.ArgumentParser:
        return verb(name, f"system.{name}", text, parent)

    picture = of_system("screenshot", "draw the window of a case without a screen", on_case)
    picture.add_argument("out", type=Path, metavar="OUT.png")
    picture.add_argument("--view", default="overview", metavar="V", help="overview, or the name of a scene")
    picture.add_argument("--theme", default="light", choices=("light", "dark", "projector"))
    picture.add_argument("--size", default="1366x768", metavar="WxH")
    of_system("doctor", "say what works on this computer")
    of_system("selftest", "play the main job in a temporary folder")
    show_demo = of_system("demo", "open the demo case")
    show_demo.add_argument("--headless", type=Path, metavar="OUT", help="no window: write everything into this folder")
    of_system("bench", "measure speed beside named peers").add_argument("--full", action="store_true")
    window = of_system("open", "open the window, with a case if one is named")
    window.add_argument("case", type=Path, nargs="?", metavar="CASE")
    return parser


def main(argv: Sequence[str], screens: Screens) -> int:
    """Run one verb; gives the exit code: 0 done, 1 found wrong, 2 usage, 3 limit, 4 crash, 5 cancelled."""
    try:
        options = grammar().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    if options.verb in (None, "open"):
        return screens.window(getattr(options, "case", None), False)
    try:
        answer = _run(options, screens)
        if isinstance(answer, int):
            return answer
        show(answer, options.json, sys.stdout)
        return answer.code
    except WorkstationError as problem:
        if options.debug:
            raise
        show_error(problem, options.json)
        return problem.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _unexpected(options, "cancelled by the user", 5)
    except Exception as problem:
        if options.debug:
            raise
        return _unexpected(
            options, f"the program met something it did not expect ({type(problem).__name__}: {problem})", 4
        )


def _run(options: argparse.Namespace, screens: Screens) -> Answer | int:
    """Load the module of a verb only now: ``--help`` and a wrong option answer at once."""
    module, _, name = options.run.partition(".")
    verb = getattr(import_module(f"workstation.cli.{module}"), name)
    answer: Answer | int = verb(options, screens) if module == "system" else verb(options)
    return answer


def _unexpected(options: argparse.Namespace, what: str, code: int) -> int:
    problem = WorkstationError(
        "WS-CLI-001", what, "what was acknowledged before is kept", "run it again with --debug", code
    )
    show_error(problem, options.json)
    return code
