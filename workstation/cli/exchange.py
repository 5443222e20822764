"""Owns the verbs ``deconflict`` and ``difference``: what two offices or two copies of a case have of each other. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from workstation.app import deconfliction
from workstation.app.difference import difference as compared
from workstation.app.difference import words
from workstation.app.secretfile import first_line
from workstation.cli import opening
from workstation.cli.answer import Answer


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
        lines = list(words(found, first.graphs, second.graphs))
    return Answer({"equal": found.equal, **asdict(found)}, lines, 0 if found.equal else 1)
