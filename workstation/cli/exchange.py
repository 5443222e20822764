"""Owns the verbs ``deconflict`` and ``difference``: what two offices or two copies of a case have of each other. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from workstation.app import comparing, deconfliction
from workstation.app.difference import difference as compared
from workstation.app.secretfile import first_line
from workstation.cli import opening
from workstation.cli.answer import Answer
from workstation.domain.subjects import parse


def deconflict(options: Namespace) -> Answer:
    """Write keyed hashes of a case's addresses, or compare with those of another office."""
    secret = first_line(options.secret_file, "nothing was compared")
    with opening.session(options) as session:
        if options.write is not None:
            count = deconfliction.write(session, options.write, secret, services=options.services)
            line = f"wrote {options.write.name}: {count:,} keyed hashes. The file tells how many, and nothing without the passphrase."
            return Answer({"written": options.write.name, "hashes": count}, [line])
        found = deconfliction.compare(session, options.compare, secret)
        named = [(subject, session.graphs.label(subject)) for subject in found.shared]
    data = {
        "theirs": found.theirs, "mine": found.mine,
        "shared": [{"subject": subject.key, "label": label} for subject, label in named],
    }  # fmt: skip
    lines = [f"{subject.chain}  {subject.ref}  {label}" for subject, label in named]
    return Answer(data, [*lines, f"{len(named):,} of {found.mine:,} addresses are also among their {found.theirs:,}"])


def difference(options: Namespace) -> Answer:
    """What differs between two case files; exit code 1 when something does."""
    other = Namespace(case=options.other, passphrase_file=options.other_passphrase_file)
    with opening.session(options) as first, opening.session(other) as second:
        found = compared(first.store, second.store)
        graphs = (second.graphs, first.graphs)
        lines = []
        if not found.same_case:
            lines.append("These are two cases: rows made in one are never the same row as in the other.")
        for word, exhibits in (("added", found.added), ("removed", found.removed)):
            lines += [f"{word}: exhibit {name} {sha256}" for name, sha256 in exhibits]
        for row in found.rows:
            graph = graphs[row.kind == "removed"]
            label = graph.label(parse(row.subject)) if row.subject.count(":") >= 2 else ""
            lines.append(comparing.line(row, label))
    lines.append(
        f"the custody logs begin with the same {found.common:,} entries; then the first has {found.first_after:,} more, "
        f"the second {found.second_after:,}"
    )
    lines.append("the cases hold the same" if found.equal else f"{len(lines) - 1:,} differences")
    return Answer({"equal": found.equal, **asdict(found)}, lines, 0 if found.equal else 1)
