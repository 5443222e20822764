"""Owns the verb ``deconflict``: what two offices tell each other about their cases. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace

from workstation.app import deconfliction
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
