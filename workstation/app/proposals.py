"""Owns what running text proposes: addresses and transaction ids found there, with every place and the decision on it.

A mention states no transfer; it is a hint with a position. Must not change anything, commands do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from workstation.domain.evidence import Mention
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session


@dataclass(frozen=True, slots=True)
class Proposal:
    """One address or transaction id with all its mentions, first place first.

    Attributes:
        key: key of its decision row. chains: chains whose form it has, the likely ones first; those of the case lead.
        held: chains on which the case holds it already. decision: empty = open, ``accepted`` or ``dismissed``.
    """

    key: str
    kind: Literal["address", "transaction"]
    ref: str
    chains: tuple[str, ...]
    mentions: tuple[Mention, ...]
    held: tuple[str, ...]
    decision: str
    reason: str

    @property
    def where(self) -> str:
        """The first place, ``E-0004 line 12``, and how many more."""
        first = self.mentions[0].citation
        more = len(self.mentions) - 1
        return f"E-{first.exhibit:04d} {first.locator}" + (f" and {more} more" if more else "")


def proposals(session: Session, *, open_only: bool = False) -> list[Proposal]:
    """Everything found in running text, in the order it was found."""
    decided = session.store.rows("proposal")
    ledger = session.graphs.ledger
    made = []
    for (kind, ref), found in _grouped(session.store.mentions()).items():
        key = f"{kind}:{ref}"
        row = decided.get(key, {})
        if open_only and row.get("decision"):
            continue
        chains = tuple(dict.fromkeys(c for m in found for c in m.chains))
        subjects = [(c, Subject(kind, c, ref)) for c in chains]  # type: ignore[arg-type]
        held = tuple(c for c, subject in subjects if ledger.number(subject))
        ordered = (*held, *(c for c in chains if c not in held))
        made.append(
            Proposal(
                key, "transaction" if kind == "transaction" else "address", ref, ordered, tuple(found), held,
                row.get("decision") or "", row.get("reason") or "",
            )
        )  # fmt: skip
    return made


def _grouped(mentions: Iterable[Mention]) -> dict[tuple[str, str], list[Mention]]:
    found: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        found.setdefault((mention.subject, mention.ref), []).append(mention)
    return found


def as_data(proposal: Proposal) -> dict[str, Any]:
    """A proposal as JSON-ready values."""
    return {
        "mention": proposal.mentions[0].id,
        "subject": proposal.kind,
        "ref": proposal.ref,
        "chains": list(proposal.chains),
        "in_case": list(proposal.held),
        "decision": proposal.decision or "open",
        "reason": proposal.reason,
        "places": [
            {"mention": m.id, "exhibit": m.citation.exhibit, "locator": m.citation.locator, "context": m.context}
            for m in proposal.mentions
        ],
    }
