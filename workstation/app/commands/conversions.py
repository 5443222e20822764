"""Owns the commands on conversions: two transfers are declared one swap or bridge, or no longer. Undone like any edit.

Nothing is converted without these commands; kept trace runs become stale by them, because the ledger is another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app.commands.annotate import needed
from workstation.app.commands.edits import Keys, add, drop
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.tracing import conversions
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session


def has_transfers(session: Session) -> str:
    """On when the case holds two transfers."""
    return "" if len(session.graphs.ledger) > 1 else "the case holds no two transfers"


def has_conversions(session: Session) -> str:
    """On when a conversion is declared."""
    return "" if session.store.rows("conversion") else "no conversion is declared"


def _number(arguments: Arguments, name: str) -> int:
    given: Subject | None = arguments[name]
    if given is None or given.kind != "transfer":
        raise bad_argument(name, "is not a transfer", "write transfer:NUMBER or pick a row of the table")
    return int(given.ref)


def _declare(session: Session, arguments: Arguments) -> Change:
    reason = needed(arguments, "reason")
    paid, received = _number(arguments, "paid"), _number(arguments, "received")
    return _declared(session, paid, received, arguments["kind"], reason)


def _accept(session: Session, arguments: Arguments) -> Change:
    reason = needed(arguments, "reason")
    paid = _number(arguments, "paid")
    for proposal in conversions.proposals(session):
        if proposal.paid.number == paid:
            return _declared(session, paid, proposal.received.number, proposal.kind, f"{reason} ({proposal.why})")
    raise bad_argument("paid", f"no conversion is proposed for transfer {paid}", "see the list of proposals")


def _declared(session: Session, paid: int, received: int, kind: str, reason: str) -> Change:
    known = conversions.declared(session.store)
    found, out, into = conversions.checked(session.graphs.ledger, known, paid, received, kind)
    edit: Edit = add(
        "conversion", Keys(session).new("conversion"), kind=found, paid=str(paid), received=str(received),
        reason=reason, author=session.actor, at=session.now(),
    )  # fmt: skip
    label = f"Declare {found}: {out.asset.symbol} of transfer {paid} became {into.asset.symbol} of transfer {received}"
    return Change(ChangeSet(label, (edit,)), edit.key)


def _remove(session: Session, arguments: Arguments) -> Change:
    number = _number(arguments, "transfer")
    for one in conversions.declared(session.store):
        if number in (one.paid, one.received):
            edits = drop(session, "conversion", [one.key])
            return Change(ChangeSet(f"Remove the declared {one.name}", tuple(edits)), one.key)
    raise bad_argument(
        "transfer", f"transfer {number} is part of no declared conversion", "see the list of conversions"
    )


def commands() -> list[Command]:
    """Declare, accept and remove conversions."""
    paid = Parameter("paid", "subject", "the transfer that went out, like transfer:ethereum:12")
    received = Parameter("received", "subject", "the transfer that came back for it", default="")
    why = Parameter("reason", "paragraph", "how you know that the two are one movement: the evidence")
    return [
        Command(
            "conversion.declare", "Declare a swap or bridge", "Trace",
            "Say that what one transfer paid came back as another asset or on another chain, and why. Traces go on there.",
            _declare, "",
            (
                paid, received, why,
                Parameter("kind", "choice", "empty = what the two transfers are", ("", *conversions.KINDS_OF), ""),
            ),
            has_transfers,
        ),
        Command(
            "conversion.accept", "Accept a proposed conversion", "Trace",
            "Declare a swap that stands in one transaction, or that a service states, with your reason.",
            _accept, "", (paid, why), has_transfers,
        ),
        Command(
            "conversion.remove", "Remove a declared conversion", "Trace",
            "The two transfers are separate payments again. Kept runs stay and are marked as of another ledger.",
            _remove, "", (Parameter("transfer", "subject", "one of its two transfers"),), has_conversions,
        ),
    ]  # fmt: skip
