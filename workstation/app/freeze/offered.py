"""Owns which addresses a person can choose for a request, each with what the case says of it. Must not choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.app.freeze import request as building
from workstation.app.freeze import targets as finding
from workstation.app.freeze.ask import Ask
from workstation.app.freeze.profiles import Profile
from workstation.app.freeze.request import Request
from workstation.app.freeze.targets import Service
from workstation.app.tracing import questions, records
from workstation.domain.amounts import Asset
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
    sums = _sums(session, whole, watch)
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


def _sums(
    session: Session, whole: Service, watch: Callable[[int], None] | None
) -> dict[Subject, list[tuple[Asset, int]]]:
    """For a service: what came to each of its addresses from outside. For an issuer: what each holder has left.

    By the payments of the case; one pass over each ledger.
    """
    members = {(m.chain, m.ref) for m in whole.members}
    chains = {m.chain for m in whole.members} or {c for c, a in session.graphs.ledger.address_ids if whole.contract}
    books, made = records.books(session), dict[Subject, dict[Asset, int]]()
    for chain in sorted(chains):
        moved = questions.moves(books, chain, watch)
        wanted = {key for key, asset in moved.assets.items() if not whole.contract or asset.contract == whole.contract}
        for move in moved.events:
            if move.asset not in wanted:
                continue
            come = move.receiver is not None and (bool(whole.contract) or (chain, move.receiver) in members)
            if come and (whole.contract or (chain, move.sender) not in members):
                _add(made, chain, move.receiver or "", moved.assets[move.asset], move.amount)
            if whole.contract and move.sender is not None:
                _add(made, chain, move.sender, moved.assets[move.asset], -move.amount)
    return _listed(made)


def _add(made: dict[Subject, dict[Asset, int]], chain: str, ref: str, asset: Asset, units: int) -> None:
    sums = made.setdefault(Subject("address", chain, ref), {})
    sums[asset] = sums.get(asset, 0) + units


def _listed(made: dict[Subject, dict[Asset, int]]) -> dict[Subject, list[tuple[Asset, int]]]:
    return {
        subject: sorted(
            ((asset, max(0, units)) for asset, units in sums.items()),
            key=lambda pair: (pair[0].contract, pair[0].symbol),
        )
        for subject, sums in made.items()
    }
