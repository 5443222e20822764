"""Owns the verb ``paper``: the report of a case as one file. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace

from workstation.app import paper, paperfile
from workstation.cli import opening
from workstation.cli.answer import Answer


def written(options: Namespace) -> Answer:
    """Write the report."""
    paperfile.ending(options.out)
    with opening.session(options) as session:
        size = paperfile.write(
            session, options.out, sections=options.sections, language=options.language,
            classification=options.classification,
        )  # fmt: skip
        names = (
            list(paper.sections(options.sections.split(",")))
            if options.sections
            else list(paper.choice(session).sections)
        )
    data = {"out": str(options.out), "bytes": size, "language": options.language, "sections": names}
    return Answer(data, [f"wrote {options.out} ({size:,} bytes)", "sections: " + ", ".join(names)])
