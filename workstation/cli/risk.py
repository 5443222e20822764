"""Owns the verb ``risk``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from workstation.app import risk as caution
from workstation.app.commands.arguments import subject
from workstation.app.tracing import records, views
from workstation.cli import opening
from workstation.cli.answer import Answer


def risk(options: Namespace) -> Answer:
    """The reasons for caution about an address or entity, the weightiest first."""
    by = caution.weights(options.profile)
    with opening.session(options) as session:
        about = subject(session, options.subject)
        exposed = (
            views.exposed(records.books(session), session.graphs.names, about) if about.kind != "transaction" else None
        )
        found = caution.reasons(session, about, by, exposed)
    data = {"subject": about.key, "profile": by.title, "reasons": [asdict(reason) for reason in found]}
    lines = [f"{about.key}, profile {by.title}"]
    for reason in found:
        lines += [f"- {reason.what}", f"  {reason.confidence}; {reason.source}", f"  gone when: {reason.removed_by}"]
    return Answer(
        data, lines if found else [*lines, "the case holds no reason for caution; that is no proof of innocence"]
    )
