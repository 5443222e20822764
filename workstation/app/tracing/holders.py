"""Owns the list of holders of a record: the largest one by one, all others as one row for each asset and label.

A run with many labels can end at a million holders. The list has a limit (``Question.list_holders``), shared out among
assets and labels so that each shows its largest; the rest is counted and summed exactly, so that the holders listed, the
holders not listed and what stands with nobody still add up to what was marked. Must not run anything.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from workstation.analysis.trace.exact import Number, Summed, text
from workstation.analysis.trace.inorder import in_order
from workstation.analysis.trace.watching import Watch, watched
from workstation.app.tracing.engines import Held, Outcome
from workstation.app.tracing.figures import amount
from workstation.app.tracing.ledgers import Accounts, Book
from workstation.domain.amounts import Asset

#: Chain, asset, label.
Group = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """``holders``: entries of the record. ``unlisted``: one row for each group with more. ``total``: all."""

    holders: list[dict[str, Any]]
    unlisted: list[dict[str, Any]]
    total: int


def listed(
    books: Mapping[str, Book], outcomes: Mapping[str, Outcome], stopped: Mapping[str, Mapping[str, str]],
    limit: int | None, watch: Watch,
) -> Listed:  # fmt: skip
    """The holders of a run, by chain, asset and label, the largest first; at most so many, None = all of them."""
    groups: dict[Group, list[Held]] = {}
    for chain, outcome in outcomes.items():
        for held in (outcome.final, outcome.absorbed):
            for one in watched(held, watch):
                groups.setdefault((chain, one.asset, one.label), []).append(one)
    total = sum(map(len, groups.values()))
    room = _room(groups, total if limit is None else limit)
    absorbed = {chain: {id(h) for h in watched(outcome.absorbed, watch)} for chain, outcome in outcomes.items()}
    place = {chain: n for n, chain in enumerate(outcomes)}
    holders: list[dict[str, Any]] = []
    unlisted: list[dict[str, Any]] = []
    for group in sorted(groups, key=lambda g: (place[g[0]], *g)):
        chain, asset, label = group
        first = _largest(groups[group], room[group], watch)
        for one in watched(first, watch):
            stop = one.why or stopped[chain].get(one.ref, "a stop") if id(one) in absorbed[chain] else ""
            holders.append(_holder(books[chain], one, stop))
        left = len(groups[group]) - len(first)
        if left:
            units = Summed()
            for one in watched(groups[group], watch):
                units.add(one.amount)
            for one in first:
                units.add(-one.amount)
            unlisted.append(
                {
                    "kind": "unlisted",
                    "reason": f"in {left:,} more holder{'' if left == 1 else 's'}, each with no more than those listed",
                    "chain": chain,
                    **figure(asset_of(books[chain], asset), label, units.value),
                    "count": left,
                }
            )
    return Listed(holders, unlisted, total)


def _room(groups: Mapping[Group, Sequence[Held]], limit: int) -> dict[Group, int]:
    """How many holders of each group are listed: the same for all, and what small groups leave goes to the others."""
    found: dict[Group, int] = {}
    waiting = sorted(groups, key=lambda g: (len(groups[g]), g))
    for n, group in enumerate(waiting):
        found[group] = min(len(groups[group]), limit // (len(waiting) - n))
        limit -= found[group]
    return found


def _largest(held: Sequence[Held], most: int, watch: Watch) -> Sequence[Held]:
    if most >= len(held):
        return in_order(held, _by_amount, watch)
    return heapq.nsmallest(most, watched(held, watch), key=_by_amount)


def _by_amount(held: Held) -> tuple[int, Fraction | int, str]:
    """Largest first, then by name. Whole numbers compare much faster than fractions, so they come first."""
    units = held.amount
    whole, rest = divmod(units.numerator << 64, units.denominator)
    return -whole, -Fraction(rest, units.denominator) if rest else 0, held.ref


def _holder(book: Book, held: Held, stop: str) -> dict[str, Any]:
    kind = "transaction" if held.no_address else "address"
    chain, _, ref = (
        held.ref.partition(":") if book.chain == "stated" and ":" in held.ref else (book.chain, "", held.ref)
    )
    return {
        "subject": f"{kind}:{chain}:{ref}",
        "address": None if held.no_address else ref,
        "chain": book.chain,
        **figure(asset_of(book, held.asset), held.label, held.amount),
        "stopped": stop or None,
    }


def remainder(
    books: Mapping[str, Book], outcomes: Mapping[str, Outcome], buckets: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Marked money that stands with nobody. ``buckets``: name of a bucket and the reason for it."""
    return [
        {
            "kind": name,
            "reason": reason + kind[len(name) :],
            "chain": chain,
            **figure(asset_of(books[chain], key), label, units),
        }
        for name, reason in buckets
        for chain, outcome in outcomes.items()
        for kind in sorted(k for k in outcome.buckets if k == name or k.startswith(f"{name} "))
        for key, parts in sorted(outcome.sums(kind).items())
        for label, units in sorted(parts.items())
        if units
    ]


def asset_of(book: Book, key: str) -> Asset:
    """The asset behind its key in a ledger."""
    return book.assets[key] if isinstance(book, Accounts) else book.asset


def figure(asset: Asset, label: str, units: Number) -> dict[str, Any]:
    """An amount with its asset and label, as a record holds it."""
    return {
        "asset": asset.symbol,
        "contract": asset.contract,
        "label": label,
        "amount": text(units),
        "display": amount(units, asset),
    }
