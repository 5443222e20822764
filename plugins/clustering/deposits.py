"""Owns the words around deposit addresses of exchanges and who shares one (semantics 6.6).

Counting: ``workstation.analysis.heuristics.deposits``. Which addresses are exchanges say the tags of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workstation.analysis import rates
from workstation.analysis.heuristics import books, deposits
from workstation.analysis.trace.ledger import Transfer
from workstation.analysis.typologies.usual import is_service
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Proposal, Run, SuggestedEntity, SuggestedTag

#: Words in the category of a tag that make a party an exchange.
_EXCHANGE = ("exchange", "custod", "hosted", "otc", "broker")


def _parties(case: CaseView, run: Run) -> tuple[dict[str, str], set[str]]:
    """Address -> exchange, by the tags of the case; and other services, which are neither user nor deposit."""
    exchanges: dict[str, str] = {}
    others: set[str] = set()
    for tag in case.tags():
        if any(word in tag.category.lower() for word in _EXCHANGE):
            exchanges.setdefault(tag.subject, tag.label or tag.source)
        elif is_service(tag.category):
            others.add(tag.subject)
    if not exchanges:
        run.note("no address is tagged as an exchange: nothing can be recognised as its deposit address")
    return exchanges, others - set(exchanges)


def _moves(case: CaseView, given: Mapping[str, Any], run: Run) -> tuple[list[Transfer], dict[str, int]]:
    """The payments, and what of each asset may stay behind: the stated amount of the stated asset or of native assets
    with 18 decimals; nothing of the others, whose fees are paid in the native asset."""
    run.progress(0, None, "reading payments")
    moves = books.payments(case.transfers())
    most: dict[str, int] = {}
    for key in sorted({move.asset for move in moves}):
        of = case.asset(key)
        if key == given["asset"] or (not given["asset"] and of.decimals == 18 and not of.contract):
            most[key] = given["a_max"]
    return moves, most


def exchange_deposit(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding | Proposal]:
    """Deposit accounts, each with the tag it would get."""
    exchanges, others = _parties(case, run)
    said = rates.published().said("exchange_deposit")
    moves, most = _moves(case, given, run)
    hits = deposits.exchange_deposits(moves, exchanges, given["t_max"], most, others, given["least"])
    mine = [hit for hit in hits if telling.touching(case, hit.subjects)]
    for hit in mine[: telling.listed(run, len(mine), "deposit addresses")]:
        made = telling.of_hit(
            case, hit, f"Deposit address of {hit.figures['exchange']}", rates=said, card="exchange_deposit",
            innocent="a person who only ever pays this one exchange",
        )  # fmt: skip
        if made is not None:
            tag = SuggestedTag(hit.subjects[0], f"{hit.figures['exchange']} deposit address", "exchange deposit")
            yield Proposal(tag, made)


def deposit_reuse(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding | Proposal]:
    """Accounts that share a deposit account, each group as a suggested entity."""
    exchanges, others = _parties(case, run)
    said = rates.published().said("deposit_reuse")
    moves, most = _moves(case, given, run)
    hits = deposits.shared_deposits(moves, exchanges, given["t_max"], most, others)
    mine = [hit for hit in hits if telling.touching(case, hit.subjects)]
    for hit in mine[: telling.listed(run, len(mine), "groups")]:
        made = telling.of_hit(
            case, hit, f"{len(hit.subjects)} accounts share a deposit address", rates=said, card="deposit_reuse",
            innocent="somebody paid into the deposit address of another person",
        )  # fmt: skip
        if made is None:
            continue
        entities = {entity.key if (entity := case.entity_of(name)) else "" for name in hit.subjects}
        if len(entities) == 1 and "" not in entities:
            yield made
        else:
            yield Proposal(
                SuggestedEntity(f"Shared deposit of {hit.subjects[0].rpartition(':')[2][:12]}", hit.subjects), made
            )
