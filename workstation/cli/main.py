"""Owns the command line: its grammar (design section 6), exit codes, and that no traceback reaches a user."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from workstation import __version__
from workstation.cli import authorgrammar, exchangegrammar, freezegrammar, papergrammar, plugingrammar
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
    on_case.add_argument("--key-passphrase-file", type=Path, metavar="F", help="file with the passphrase of your signing key")
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
    check = case.add_parser("verify", help="check the whole case", parents=[on_case])
    check.set_defaults(run="cases.check")
    check.add_argument("--seal-key-file", type=Path, metavar="F", help="file with the first seal key, from the safe")
    check.add_argument("--witness", action="append", default=[], metavar="LINE", help="witness line from a paper (again)")
    verb("custody", "custody.listed", "list hand-overs, signed checkpoints and the head of the custody log", on_case)
    checklist = verb("checklist", "custody.checklist", "what courts ask of digital evidence, and where the case meets it", on_case)
    checklist.add_argument("--out", type=Path, metavar="FILE", help="print it as PDF/A too")
    key = verb("key", "custody.key", "show your signing key; give it a passphrase")
    key.add_argument("--protect", type=Path, metavar="F", help="file with the passphrase the key gets")
    key.add_argument("--examiner", metavar="N", default="examiner", help="name of the signer when the key is made now")

    intake = verb("import", "imports.import_files", "import files: hash, keep, read in a worker, reconcile", on_case)
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

    intake.add_argument("--mapping", type=Path, metavar="FILE", help="mapping profile (TOML) for a table nothing knows")

    scan = verb("scan", "imports.scan", "find addresses and transactions in any text, as proposals", on_case)
    scan.add_argument("files", type=Path, nargs="+", metavar="FILE", help="files or folders")
    scan.add_argument("--received-from", metavar="T", help="who handed the file over")

    plugin = verbs.add_parser("plugin", help="list and run analyses of plugins").add_subparsers(
        dest="plugin_verb", metavar="VERB", required=True
    )
    plugingrammar.add(plugin, common, on_case)
    authorgrammar.add(plugin, common)

    listed = verb("readers", "imports.readers", "list the formats that can be read")
    listed.add_argument("--long", action="store_true", help="with options, questions and notes")
    listed.add_argument("--manual", action="store_true", help="as the page of the manual")
    listing = verb("transfers", "ledger.transfers", "list transfers in total order", on_case)
    listing.add_argument("--address", metavar="A")
    listing.add_argument("--asset", metavar="S", help="symbol or contract")
    listing.add_argument("--since", metavar="T", help="seconds UTC or ISO time")
    listing.add_argument("--until", metavar="T", help="seconds UTC or ISO time")
    listing.add_argument("--limit", type=int, metavar="N")
    listing.add_argument("--currency", metavar="C", help="currency of the values in money (default: the usual one)")
    listing.add_argument("--price-source", metavar="T", help="source of the rates, where several differ")
    _statements(verb, verbs, on_case)
    _tracing(verb, on_case)

    verb("commands", "cases.commands", "list the commands that `run` takes")
    run = verb("run", "cases.run", "run one command on a case", on_case)
    run.add_argument("command_id", metavar="COMMAND")
    run.add_argument("arguments", nargs="*", metavar="NAME=VALUE")
    run.add_argument("--plugins", type=Path, metavar="F", help="a folder with plugins under development; results say DEV")

    export = verb("export", "packages.export", "write the evidence package", on_case)
    export.add_argument("out", type=Path, metavar="OUT")
    export.add_argument("--language", default="en", metavar="L", help="of report and seal sheet: en, it, ru, kk")
    export.add_argument("--classification", default="", metavar="TEXT", help="line on every page")
    export.add_argument("--redact", action="store_true", help="name no protected person (commands person.add …)")
    export.add_argument("--persons", default="victim,witness,third party", metavar="KINDS", help="kinds that are protected")
    export.add_argument("--basis", default="", metavar="TEXT", help="legal basis of the redaction")
    export.add_argument("--approved-by", default="", metavar="NAME", help="who decided what is redacted")
    export.add_argument("--certificate-passphrase-file", type=Path, metavar="F", help="passphrase of keys/certificate.p12")
    blocked = verb("indicators", "packages.indicators", "write blocklists and indicators for other programs", on_case)
    blocked.add_argument("out", type=Path, metavar="FOLDER")
    blocked.add_argument("--format", action="append", default=[], metavar="ID", help="csv, txt, stix, tagpack, misp, case, graphml, gexf; default: all")
    blocked.add_argument("--tlp", default="amber", metavar="T", help="clear, green, amber (default) or red")
    blocked.add_argument("--classification", default="", metavar="TEXT", help="line in every file")
    freezegrammar.add(verb, on_case)
    exchangegrammar.add(verb, on_case)
    papergrammar.add(verb, on_case)
    again = verb("reproduce", "packages.reproduce", "build the case of a package again and compare every result")
    again.add_argument("package", type=Path, metavar="PACKAGE")
    attach = verb("attach", "packages.attach", "put a time stamp or a signature made elsewhere into a package")
    attach.add_argument("package", type=Path, metavar="PACKAGE")
    attach.add_argument("file", type=Path, metavar="FILE", help=".tsr, .p7s, .ots, .asc or .pem")
    verify = verb("verify", "packages.verify", "check an evidence package")
    verify.add_argument("package", type=Path, metavar="PACKAGE")
    verify.add_argument("--allowed-signers", type=Path, metavar="F", help="keys you trust, in ssh form")
    verify.add_argument("--revoked", type=Path, metavar="F", help="keys that count no more: keys or their prints, one a line")

    vectors = verb("validate", "methods.validate", "run algorithm vectors through the engines and compare")
    vectors.add_argument("files", type=Path, nargs="+", metavar="FILE", help="vector files (.json, .json.gz)")
    vectors.add_argument("--results", type=Path, metavar="OUT", help="write {case id: result} into this file")
    vectors.add_argument(
        "--float", action="store_true", help="pooled methods in approximate arithmetic, with its tolerance"
    )

    patterns = verb("detect", "detecting.detect", "look for laundering patterns; changes nothing", on_case)
    patterns.add_argument(
        "--typology", action="extend", nargs="+", default=[], metavar="ID",
        help="fan-out, fan-in, cycle … as 'plugin list' names them (default: all together)",
    )  # fmt: skip
    hands = verb("cluster", "detecting.cluster", "find addresses in one hand; changes nothing", on_case)
    for each in (patterns, hands):
        each.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting, such as k=6")
        each.add_argument("--unprotected", action="store_true", help="also where the kernel sandbox is not complete")

    raised = verb("redflags", "detecting.redflags", "go through the red-flag indicators of the FATF", on_case)
    raised.add_argument("--profile", type=Path, metavar="FILE", help="thresholds of your jurisdiction (default: an example)")
    raised.add_argument("--unprotected", action="store_true", help="also where the kernel sandbox is not complete")

    caution = verb("risk", "risk.risk", "list the reasons for caution about an address or entity, explained", on_case)
    caution.add_argument("subject", metavar="SUBJECT", help="address, or subject key")
    caution.add_argument("--profile", type=Path, metavar="FILE", help="weights of your office (default: an example)")

    rates = verb("measure", "measure.measure", "measure how often heuristics and detectors are right, on made sets")
    rates.add_argument("--out", type=Path, metavar="FOLDER", help="where the tables go (default: the method cards)")
    rates.add_argument("--seeds", type=int, nargs="+", metavar="N", help="other seeds than the published ones")

    def of_system(name: str, text: str, parent: argparse.ArgumentParser = common) -> argparse.ArgumentParser:
        return verb(name, f"system.{name}", text, parent)

    picture = of_system("screenshot", "draw the window of a case without a screen", on_case)
    picture.add_argument(
        "out", type=Path, metavar="OUT.png", help="OUT.svg or OUT.pdf: the graph alone with its head, for paper"
    )
    picture.add_argument("--view", default="overview", metavar="V", help="overview, or the name of a scene")
    picture.add_argument(
        "--run", dest="kept_run", type=int, default=0, metavar="N", help="draw the marked money of a kept trace run"
    )
    picture.add_argument("--theme", default="light", choices=("light", "dark", "projector"))
    picture.add_argument("--size", default="1366x768", metavar="WxH")
    of_system("doctor", "say what works on this computer")
    of_system("selftest", "play the main job in a temporary folder")
    show_demo = of_system("demo", "open the demo case")
    show_demo.add_argument("--headless", type=Path, metavar="OUT", help="no window: write everything into this folder")
    of_system("bench", "measure speed beside named peers").add_argument("--full", action="store_true")
    show_demo.add_argument("--save", type=Path, metavar="CASE", help="no window: write the demo as a case file")
    window = of_system("open", "open the window, with a case if one is named")
    window.add_argument("case", type=Path, nargs="?", metavar="CASE")
    return parser


def _statements(
    verb: Callable[..., argparse.ArgumentParser],
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    on_case: argparse.ArgumentParser,
) -> None:
    """Verbs on what services state, import reports and mapping profiles."""
    report = verb("report", "reports.report", "how exhibits were read: rows, left out, assumed, not used", on_case)
    report.add_argument("exhibit", nargs="?", metavar="EXHIBIT", help="4 or E-0004; left out = all")
    returns = verb("returns", "statements.returns", "hold the answers of services against the ledger", on_case)
    returns.add_argument("--account", metavar="A", help="only accounts whose name contains this")
    sums = verb("completeness", "statements.completeness", "does what the case holds of an address add up?", on_case)
    sums.add_argument("address", nargs="?", metavar="ADDRESS", help="left out = all with a stated balance")
    verb("prices", "statements.prices", "list the rates of the case", on_case)
    events = verb("events", "statements.events", "list what services state about accounts", on_case)
    events.add_argument("--account", metavar="A", help="only accounts whose name contains this")
    events.add_argument("--kind", metavar="K", help="deposit, withdrawal, login, account …")
    events.add_argument("--limit", type=int, metavar="N")
    verb("mentions", "statements.mentions", "list addresses found in running text", on_case)
    profiles = verbs.add_parser("mapping", help="list, keep and write mapping profiles").add_subparsers(
        dest="mapping_verb", metavar="VERB", required=True
    )
    profiles.add_parser("list", help="profiles of the case", parents=[on_case]).set_defaults(run="reports.mapping_list")
    save = profiles.add_parser("save", help="keep a profile file in the case", parents=[on_case])
    save.set_defaults(run="reports.mapping_save")
    save.add_argument("file", type=Path, metavar="FILE")
    save.add_argument("--name", metavar="T", help="name of the profile (default: name of the file)")
    write = profiles.add_parser("export", help="write a profile of the case into a file", parents=[on_case])
    write.set_defaults(run="reports.mapping_export")
    write.add_argument("name", metavar="PROFILE", help="name or key")
    write.add_argument("file", type=Path, metavar="FILE")


def _tracing(verb: Callable[..., argparse.ArgumentParser], on_case: argparse.ArgumentParser) -> None:
    """Verbs that follow money through the ledger."""
    trace = verb("trace", "tracing.trace", "trace money by named methods; the runs are kept in the case", on_case)
    trace.add_argument(
        "--from",
        dest="sources",
        action="append",
        required=True,
        metavar="SUBJECT[:LABEL[:AMOUNT]]",
        help="address, transaction or transfer:NUMBER; amount in base units; may be repeated",
    )
    trace.add_argument(
        "--method", action="extend", nargs="+", required=True, metavar="ID",
        help="fifo, lifo, tiho, dirty_first, clean_first, libr, haircut, poison",
    )  # fmt: skip
    trace.add_argument("--direction", default="forward", choices=("forward", "backward"))
    trace.add_argument(
        "--stop", action="extend", nargs="+", default=[], metavar="A", help="addresses at which tracing stops"
    )
    trace.add_argument("--through", metavar="REASON", help="go on through labelled services, for this written reason")
    trace.add_argument("--until", metavar="T", help="nothing later (backward: earlier) is followed")
    trace.add_argument("--hops", type=int, metavar="N", help="stop at addresses first reached after N payments")
    trace.add_argument("--min-share", metavar="S", help="stop at addresses that get less than this share, such as 1%%")
    trace.add_argument(
        "--dust", metavar="N", help="stop at addresses that get fewer coins of every asset, such as 0.001"
    )
    trace.add_argument("--asset", metavar="S", help="symbol or contract (default: all)")
    trace.add_argument(
        "--shortfall", default="clean_injection", choices=("clean_injection", "debt"),
        help="what is paid beyond the known balance: unmarked money, or a debt that later receipts repay",
    )  # fmt: skip
    trace.add_argument(
        "--precision", default="auto", choices=("auto", "exact", "float"),
        help="haircut, libr, dirty_first: exact fractions, or approximate; auto = exact up to 10,000 payments",
    )  # fmt: skip
    trace.add_argument(
        "--holders", metavar="N", default=None,
        help="list so many holders one by one (default 5000), or all; the others are counted and summed",
    )  # fmt: skip
    trace.add_argument("--no-keep", action="store_true", help="do not keep the runs in the case")
    kept = verb("runs", "tracing.runs", "list kept trace runs, run one again, compare two", on_case)
    kept.add_argument("--again", type=int, metavar="RUN", help="run it again; exit code 1 when it differs")
    kept.add_argument("--compare", type=int, nargs=2, metavar="RUN", help="differences by holder")
    swaps = verb(
        "conversions", "tracing.list_conversions", "declared swaps and bridges, or what looks like one", on_case
    )
    swaps.add_argument(
        "--propose", action="store_true", help="what looks like a swap; accept with `run conversion.accept`"
    )
    account = verb(
        "statement", "balances.statement", "statement of an account: running balance, lots of payments", on_case
    )
    account.add_argument("subject", metavar="SUBJECT", help="address, or the name of an entity")
    account.add_argument(
        "--asset", metavar="S", help="symbol, contract or CHAIN:ASSET (default: the one that moves most)"
    )
    which = account.add_mutually_exclusive_group()
    which.add_argument("--method", choices=("fifo", "lifo"), help="which receipts a payment is made of (default: fifo)")
    which.add_argument("--run", dest="run_number", type=int, metavar="N", help="with what a kept trace run found")
    account.add_argument("--since", metavar="T", help="seconds UTC or ISO time; earlier rows are brought forward")
    account.add_argument("--until", metavar="T", help="seconds UTC or ISO time; that second counts")
    account.add_argument("--limit", type=int, metavar="N", help="only the first N rows")
    held = verb("balance", "balances.balance", "what an account held at a moment, by the data", on_case)
    held.add_argument("subject", metavar="SUBJECT", help="address, or the name of an entity")
    held.add_argument("--at", metavar="T", help="seconds UTC or ISO time; that second counts (default: the end)")
    held.add_argument("--asset", metavar="S", help="symbol, contract or CHAIN:ASSET (default: all)")
    held.add_argument("--run", dest="run_number", type=int, metavar="N", help="with what a kept trace run found")
    exposed = verb("exposure", "tracing.exposure", "exposure of an address to kinds of services", on_case)
    exposed.add_argument("address", metavar="ADDRESS")
    exposed.add_argument("--asset", metavar="S", help="symbol or contract (default: all)")
    for name, text in (
        ("paths", "the best ways in time from one address to another"),
        ("flow", "how much can have gone from one address to another"),
    ):
        way = verb(name, f"tracing.{name}", text, on_case)
        way.add_argument("start", metavar="A")
        way.add_argument("end", metavar="B")
        way.add_argument("--asset", metavar="S", help="symbol or contract (default: all)")
        way.add_argument("--since", metavar="T", help="seconds UTC or ISO time")
        way.add_argument("--until", metavar="T", help="seconds UTC or ISO time")
        way.add_argument("--budget", type=int, metavar="N", help="base units available at A")
        way.add_argument(
            "--method", action="extend", nargs="+", default=[], metavar="ID", help="also attribute by these"
        )
        if name == "paths":
            way.add_argument("--max-hops", type=int, default=8, metavar="N")
            way.add_argument("--best", type=int, default=5, metavar="N", help="how many are listed")


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
