"""Owns the commands on proposals: an address or transaction found in running text is taken up, or dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app import arrange
from workstation.app.commands.annotate import needed
from workstation.app.commands.edits import Keys, add, put
from workstation.app.commands.graphs import graph_or_new, place
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.app.proposals import Proposal, proposals
from workstation.domain.chains import CHAINS
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session


def has_mentions(session: Session) -> str:
    """On when an exhibit holds a mention."""
    return "" if session.store.counts().mentions else "no address was found in running text"


def _found(session: Session, number: int) -> Proposal:
    for proposal in proposals(session):
        if number in (mention.id for mention in proposal.mentions):
            return proposal
    raise bad_argument("mention", f"there is no mention {number}", "see the list of mentions")


def _accept(session: Session, arguments: Arguments) -> Change:
    proposal = _found(session, arguments["mention"])
    likely = proposal.held if len(proposal.held) == 1 else proposal.chains
    chain = arguments["chain"] or (likely[0] if len(likely) == 1 else "")
    if chain not in proposal.chains:
        raise bad_argument(
            "chain", f"{proposal.ref[:80]} fits several chains", "choose one of: " + ", ".join(proposal.chains)
        )
    subject = Subject(proposal.kind, chain, proposal.ref)
    keys, first = Keys(session), proposal.mentions[0]
    edits: list[Edit] = [
        add(
            "tag", keys.new("tag"), subject=subject.key, label=f"mentioned in {proposal.where}", category="",
            confidence="low", source=f"E-{first.citation.exhibit:04d} {first.citation.locator}", source_date="",
            basis="fact", author=session.actor, at=session.now(),
        )
    ]  # fmt: skip
    edits += _decide(session, proposal, "accepted", "")
    graph, made = graph_or_new(session, arguments["graph"])
    edits += made
    added: tuple[str, ...] = ()
    if subject.kind == "address" or CHAINS[chain].model == "utxo":
        edits += place(session, graph, arrange.beside(session.graphs, graph, [subject]), [subject])
        added = (subject.key,)
    return Change(
        ChangeSet(f"Take up {proposal.ref[:12]}… from {proposal.where}", tuple(edits)), edits[0].key, added, graph
    )


def _dismiss(session: Session, arguments: Arguments) -> Change:
    proposal = _found(session, arguments["mention"])
    reason = needed(arguments, "reason")
    edits = _decide(session, proposal, "dismissed", reason)
    return Change(ChangeSet(f"Dismiss {proposal.ref[:12]}… from {proposal.where}", tuple(edits)))


def _decide(session: Session, proposal: Proposal, decision: str, reason: str) -> list[Edit]:
    """One row per thing found; it stands for all its mentions, also in files that come later."""
    return put(
        session, "proposal", proposal.key, mention=proposal.key, decision=decision, reason=reason, author=session.actor,
        at=session.now(),
    )  # fmt: skip


def commands() -> list[Command]:
    """Take up and dismiss mentions."""
    mention = Parameter("mention", "integer", "number of the mention")
    return [
        Command(
            "mention.accept",
            "Take up a mention",
            "Annotate",
            "Label the address or transaction found in a text with its place, and put it onto the graph.",
            _accept,
            parameters=(
                mention,
                Parameter("chain", "text", "chain, when the form fits several", default=""),
                Parameter("graph", "graph", "graph to put it on", default=""),
            ),
            enabled=has_mentions,
        ),
        Command(
            "mention.dismiss",
            "Dismiss a mention",
            "Annotate",
            "Say that an address found in a text does not matter, and why. It stays in the exhibit.",
            _dismiss,
            parameters=(mention, Parameter("reason", "paragraph", "why it does not matter")),
            enabled=has_mentions,
        ),
    ]
