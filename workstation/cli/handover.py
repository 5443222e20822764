"""Owns the verbs ``part`` and ``merge``: handing a case from one officer to another. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace

from workstation.app.handover import evidence, merging, planning, telling, theirs
from workstation.app.handover import part as parts
from workstation.app.handover.threeway import named
from workstation.app.secretfile import first_line
from workstation.cli import opening
from workstation.cli.answer import Answer
from workstation.domain.errors import WorkstationError


def part(options: Namespace) -> Answer:
    """Write the part of a case that a graph shows into a new case file."""
    secret = options.new_passphrase_file
    with opening.session(options) as session:
        graphs = {str(row["name"]): key for key, row in session.graphs.graphs().items()}
        graph = graphs.get(options.graph, options.graph) if options.graph else session.graph
        if graph not in graphs.values():
            raise WorkstationError(
                "WS-GRF-001", f"there is no graph {options.graph!r}", "no file was written",
                f"name one of {', '.join(sorted(graphs)) or 'the graphs you make'}",
            )  # fmt: skip
        passphrase = None if secret is None else first_line(secret, "no file was written")
        made = parts.write(session, parts.belonging(session, graph), options.out, passphrase=passphrase)
    lines = [f"wrote {made.path.name}: {made.exhibits} exhibits, {made.rows:,} rows, {made.findings} findings"]
    lines += [f"left out: {table} {key}, because {why}" for table, key, why in made.left_out]
    data = {"written": made.path.name, "exhibits": made.exhibits, "rows": made.rows, "findings": made.findings,
            "left_out": [list(each) for each in made.left_out]}  # fmt: skip
    return Answer(data, lines)


def merge(options: Namespace) -> Answer:
    """Take over a colleague's case; with ``--dry-run`` only say what would come in."""
    secret = options.other_passphrase_file
    passphrase = None if secret is None else first_line(secret, "nothing was changed")
    with (
        opening.session(options) as session,
        theirs.opened(options.other, session.plugins, passphrase=passphrase) as other,
    ):
        if options.dry_run:
            made = planning.plan(session, other)
            return Answer(
                _data(made),
                [*telling.lines(made, telling.labels(session)), "nothing was changed"],
                0 if made.empty else 1,
            )
        taken = evidence.take(session, other, evidence.wanted(session.store, other))
        refused = [f"{r.outcome}: {r.path} {r.message}" for r in taken if r.outcome == "rejected"]
        chosen = named(options.theirs, planning.plan(session, other).conflicts)
        made = merging.apply(session, other, chosen)
        told = merging.finish(session, other, made, merging.trace_again(session, other, made), chosen)
        said = list(telling.lines(made, telling.labels(session), chosen))
    lines = [*refused, *said]
    for run in told["runs"]:
        same = "the same answer" if run["same"] else "ANOTHER answer on this case"
        lines.append(f"trace run {run['there']} of that case is run {run['here']} here: {same}")
    lines.append(f"{told['rows']:,} rows came in; the custody log of that case is exhibit E-{told['log']:04d}")
    return Answer({**_data(made), "merge": told}, lines)


def _data(made: planning.Plan) -> dict[str, object]:
    return {
        "exhibits": [e.sha256 for e in made.exhibits], "rows": telling.counted(made), "same": made.same,
        "conflicts": [{"id": c.id, "reason": c.reason, "columns": [list(each) for each in c.columns]} for c in made.conflicts],
        "left_out": [list(each) for each in made.left_out],
    }  # fmt: skip
