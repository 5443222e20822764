"""Owns the verbs ``case new``, ``case info``, ``case verify`` and ``run``/``commands``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from workstation.app import custody
from workstation.app.commands.standard import standard_commands
from workstation.app.secretfile import first_line
from workstation.app.session import Session
from workstation.casefile import store
from workstation.casefile.store import Store
from workstation.cli import opening
from workstation.cli.answer import Answer, pairs, table


def new(options: Namespace) -> Answer:
    """Make a case file."""
    with store.create(
        options.case,
        title=options.title or options.case.stem,
        examiner=options.examiner or "unknown",
        zone=options.zone or "UTC",
        passphrase=opening.passphrase(options),
    ) as made:
        number, head = made.head()
        kind = "encrypted" if made.info().encrypted else "not encrypted"
    data = {"case": str(options.case), "head": head, "sequence": number, "encrypted": kind == "encrypted"}
    return Answer(data, [f"made {options.case} ({kind})", f"custody head {number} {head}"])


def counts(case: Store) -> dict[str, Any]:
    """The counts of a case in the words of the command line."""
    found = asdict(case.counts())
    found["chains"] = list(found["chains"])
    return found


def info(options: Namespace) -> Answer:
    """Counts and custody head."""
    with opening.session(options) as session:
        case = session.store
        about, (number, head) = case.info(), case.head()
        holds = all(check.ok for check in custody.verify(case))
        data = {
            "case": str(options.case),
            "title": about.title,
            "examiner": about.examiner,
            "zone": about.zone,
            **counts(case),
            "head": head,
            "sequence": number,
            "verified": holds,
        }
    lines = [f"{about.title} · {about.examiner} · {about.zone}"]
    lines += table(("what", "count"), [(k, str(v)) for k, v in counts_of(data).items()])
    lines += [
        f"chains  {', '.join(data['chains']) or 'none'}",
        f"custody {number} {head}",
        f"verified {'yes' if holds else 'NO: run case verify'}",
    ]
    return Answer(data, lines, 0 if holds else 1)


def counts_of(data: dict[str, Any]) -> dict[str, int]:
    """The whole-number counts among the answer of ``case info``."""
    names = (
        "exhibits", "transactions", "transfers", "addresses", "events", "mentions", "prices", "entities", "tags",
        "findings", "quarantined",
    )  # fmt: skip
    return {name: data[name] for name in names}


def check(options: Namespace) -> Answer:
    """Verify the case: custody chain, exhibits, rows, citations."""
    with opening.session(options) as session:
        key = first_line(options.seal_key_file) if options.seal_key_file else ""
        checks = custody.verify(session.store, first_key=key, witnesses=options.witness)
        number, head = session.store.head()
    return verdict(checks, {"case": str(options.case), "head": head, "sequence": number})


def verdict(checks: list[Any], more: dict[str, Any]) -> Answer:
    """The answer for a list of checks; exit code 1 when one failed."""
    holds = all(check.ok for check in checks)
    data = {**more, "ok": holds, "checks": [asdict(check) for check in checks]}
    lines = [f"{'ok    ' if c.ok else 'FAILED'} {c.name}{': ' + c.detail if c.detail else ''}" for c in checks]
    lines.append("everything holds" if holds else "NOT VERIFIED: at least one check failed")
    return Answer(data, lines, 0 if holds else 1)


def commands(_options: Namespace) -> Answer:
    """Every registered command with its parameters."""
    found: list[dict[str, Any]] = []
    for command in standard_commands().all():
        parameters = [
            {"name": p.name, "kind": p.kind, "choices": list(p.choices), "default": p.default, "help": p.help}
            for p in command.parameters
        ]
        found.append(
            {
                "id": command.id,
                "title": command.title,
                "category": command.category,
                "key": command.key,
                "help": command.help,
                "parameters": parameters,
            }
        )
    rows = [(c["id"], c["key"], c["title"] + _wants(c["parameters"])) for c in found]
    return Answer({"commands": found}, table(("command", "key", "what it does"), rows))


def _wants(parameters: list[dict[str, Any]]) -> str:
    return "  (" + ", ".join(p["name"] for p in parameters) + ")" if parameters else ""


def run(options: Namespace) -> Answer:
    """Run one command on a case without the window."""
    given = pairs(options.arguments)
    with opening.session(options) as session:
        result = session.run(options.command_id, **given)
        value = session.wait(result.job) if result.job is not None else result.value
        number, head = session.store.head()
        data = {
            "changed": list(result.changed),
            "label": result.label,
            "made": result.made,
            "head": head,
            "sequence": number,
            **_offered(session, result),
        }
    said = result.label or str(value or "nothing was changed")
    if result.chooser is not None:
        said = "too many to add at once: run it again with limit=N (the largest first) or choose=KEY,KEY"
    lines = [said, *data["changed"]]
    lines += [f"  {entry['key']}  {entry['text']}" for entry in data.get("candidates", [])]
    return Answer(data, lines)


def _offered(session: Session, result: Any) -> dict[str, Any]:
    """What a command asks to choose from, when it needs a choice first."""
    if result.chooser is None:
        return {}
    entries = [{"key": c.subject.key, "text": session.graphs.label(c.subject)} for c in result.chooser.candidates]
    return {"candidates": entries}
