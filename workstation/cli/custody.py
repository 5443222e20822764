"""Owns the verbs ``custody``, ``checklist`` and ``key``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from workstation.app import checklist as asking
from workstation.app import custody, signing
from workstation.app.places import settings_folder
from workstation.app.secretfile import first_line
from workstation.cli import opening
from workstation.cli.answer import Answer, table


def listed(options: Namespace) -> Answer:
    """Hand-overs, signed checkpoints and the head of the log."""
    with opening.session(options) as session:
        store = session.store
        register, signed, (number, head) = custody.hand_overs(list(store.custody())), store.checkpoints(), store.head()
        inside = store.first_seal_key() is not None
    data = {
        "sequence": number, "head": head, "first_key_in_case": inside,
        "handovers": [asdict(line) for line in register],
        "checkpoints": [{"sequence": c.sequence, "signer": c.signer} for c in signed],
    }  # fmt: skip
    rows = [
        (
            str(h.sequence),
            h.time,
            h.direction,
            h.giver,
            h.taker,
            h.item,
            h.purpose,
            h.seal,
            "yes" if h.checked else "no",
        )
        for h in register
    ]
    lines = [f"head {number} {head}"]
    lines.append(f"signed up to entry {signed[-1].sequence}" if signed else "no entry is signed yet")
    if inside:
        lines.append("the first seal key is still in the case: write it down with custody.save_key")
    names = ("entry", "time", "", "giver", "taker", "item", "purpose", "seal", "hash checked")
    return Answer(data, lines + (table(names, rows) if rows else ["no hand-over is written down"]))


def checklist(options: Namespace) -> Answer:
    """What courts and standards ask, and where the case meets it."""
    with opening.session(options) as session:
        found = asking.lines(session)
        if options.out is not None:
            asking.write_pdf(session, options.out)
    rows = [(str(line.number), line.state, line.requirement, line.where) for line in found]
    data = {"lines": [asdict(line) for line in found], "file": None if options.out is None else str(options.out)}
    return Answer(data, table(("no.", "state", "asked", "where"), rows))


def key(options: Namespace) -> Answer:
    """The signing key of this user: name, print, the line for ``allowed_signers``; made when there is none."""
    folder = settings_folder() / "keys"
    if options.protect is not None:
        signing.protect_key(folder, options.examiner, first_line(options.protect))
    shown = signing.public(folder, options.examiner)
    data = {
        "identity": shown.identity, "fingerprint": shown.fingerprint, "allowed_signers": shown.line,
        "protected": shown.protected,
    }  # fmt: skip
    state = "opens with its passphrase" if shown.protected else "has no passphrase: give it one with --protect F"
    return Answer(data, [f"{shown.identity}  {shown.fingerprint}", f"the key {state}", shown.line])
