"""Uses a library that the program does not promise: a copy of it lies in ``vendor/`` and only this plugin sees it."""

from collections.abc import Iterator
from dataclasses import dataclass

from nearname import groups

from workstation.sdk.api import CaseView, Finding, Proposal, Run, SuggestedTag, Transfer


@dataclass(frozen=True)
class Params:
    """The parameter of plugin.toml."""

    letters: int


def find(case: CaseView, params: Params, run: Run) -> Iterator[Proposal]:
    """One proposal for each address that looks like another one which was paid before it."""
    first: dict[str, Transfer] = {}
    for payment in case.transfers():
        for party in (payment.sender, payment.receiver):
            if party is not None:
                first.setdefault(party, payment)
    order = {party: place for place, party in enumerate(first)}
    names = {party: party.rpartition(":")[2] for party in first}
    for group in groups(names, params.letters):
        original, *later = sorted(group, key=lambda party: order[party])
        for party in later:
            rows = list({row.id: row for row in (first[original], first[party])}.values())
            finding = Finding(
                kind="lookalike",
                title="Looks like an address that was there before",
                explanation=f"The first and last {params.letters} letters of both addresses are the same. "
                "Among very many addresses this also happens by chance.",
                confidence="heuristic",
                subjects=(party, original),
                citations=case.cite(*rows),
                measures={"letters": params.letters},
                disproof="A payment between the two, or one owner who made both on purpose.",
                transfers=tuple(row.id for row in rows),
            )
            yield Proposal(SuggestedTag(party, "looks like another address", "poisoning"), finding)
