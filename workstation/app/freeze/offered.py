"""Owns which addresses a person can choose for a request, each with what the case says of it. Must not choose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.app.freeze import request as building
from workstation.app.freeze import targets as finding
from workstation.app.freeze.ask import Ask
from workstation.app.freeze.profiles import Profile
from workstation.app.freeze.request import Request
from workstation.domain.amounts import Asset
from workstation.domain.evidence import Transfer
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.app.session import Session

#: Addresses that are offered; chosen and reached ones always are.
_MOST = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """An address of the service, or a holder of the issuer's token.

    Attributes:
        name: what the case calls it, may be empty. chosen: whether the request is about it.
        reached: whether money of the case is known to reach it. held: for an issuer, its balance by the case; else what
            came in, one text for each token.
    """

    key: str
    address: str
    chain: str
    name: str
    chosen: bool
    reached: bool
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with the addresses to choose from; ``more``: addresses that are not listed."""

    request: Request
    offers: tuple[Offer, ...]
    more: int


def prepare(
    session: Session, ask: Ask, profiles: Mapping[str, Profile], watch: Callable[[int], None] | None = None
) -> Prepared:
    """The request, and every address it could be about.

    Raises:
        WorkstationError: whatever ``request.asked`` raises.
    """
    request = building.asked(session, ask, profiles, watch)
    whole = finding.service(session, ask.service)
    chosen = set(request.targets)
    reached = {Subject("address", way[-1].chain, way[-1].receiver or "") for way in request.ways}
    sums = _balances(session, whole.contract) if whole.contract else _receipts(session, whole.members)
    places = [*whole.members, *sums, *chosen]
    names = session.graphs.names

    def rank(s: Subject) -> tuple[bool, bool, bool, int, Subject]:
        # an issuer is not asked to freeze a service or a victim: they come last
        unlikely = bool(whole.contract) and names.face(s).role in ("service", "victim")
        return s not in chosen, s not in reached, unlikely, -sum(units for _, units in sums.get(s, ())), s

    order = sorted(dict.fromkeys(places), key=rank)
    shown = [s for n, s in enumerate(order) if n < _MOST or s in chosen]
    return Prepared(
        request,
        tuple(
            Offer(s.key, s.ref, s.chain, names.face(s).name, s in chosen, s in reached,
                  tuple(f"{asset.written(units)} {asset.symbol or s.chain}" for asset, units in sums.get(s, ())))
            for s in shown
        ),
        len(order) - len(shown),
    )  # fmt: skip


def _receipts(session: Session, members: tuple[Subject, ...]) -> dict[Subject, list[tuple[Asset, int]]]:
    """What came to each address of a service from outside of it."""
    inside = {member.ref for member in members}
    made: dict[Subject, dict[Asset, int]] = {}
    for member in members:
        sums: dict[Asset, int] = defaultdict(int)
        for t in session.store.transfers(address=member.ref, chain=member.chain):
            if t.receiver == member.ref and t.sender not in inside and t.amount and t.status != "failed":
                sums[t.asset] += t.amount
        made[member] = sums
    return _listed(made)


def _balances(session: Session, contract: str) -> dict[Subject, list[tuple[Asset, int]]]:
    """What each address holds of a token by the payments of the case, where anything is left or was."""
    made: dict[Subject, dict[Asset, int]] = defaultdict(lambda: defaultdict(int))
    for t in session.store.transfers(asset=contract):
        if t.amount is not None and t.status != "failed":
            for ref, units in _sides(t):
                made[Subject("address", t.chain, ref)][t.asset] += units
    return _listed({s: {a: max(0, u) for a, u in sums.items()} for s, sums in made.items()})


def _sides(t: Transfer) -> list[tuple[str, int]]:
    return [(ref, units) for ref, units in ((t.receiver, t.amount or 0), (t.sender, -(t.amount or 0))) if ref]


def _listed(made: dict[Subject, dict[Asset, int]]) -> dict[Subject, list[tuple[Asset, int]]]:
    return {
        subject: sorted(sums.items(), key=lambda pair: (pair[0].contract, pair[0].symbol))
        for subject, sums in made.items()
    }
