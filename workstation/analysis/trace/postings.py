"""Owns the movements of one account in one asset, read from a ledger: what came, what went, and fees. Knows no balance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workstation.analysis.trace.ledger import Conversion, Event, Transfer
from workstation.analysis.trace.segments import Segments

Kind = Literal["opening", "in", "out", "fee", "self", "between", "shortfall", "repaid", "converted_in", "converted_out"]


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement of the account.

    Attributes:
        payer, taker: the addresses of the account that pay and take; None = somebody else. row: what a run says moved.
    """

    id: str
    ts: int
    kind: Kind
    other: str | None
    units: int
    payer: str | None = None
    taker: str | None = None
    row: Segments | None = None


def postings(
    events: Iterable[Event], members: Collection[str], asset: str, rows: Mapping[str, Segments] | None = None
) -> Iterator[Posting]:
    """The movements of some addresses in one asset: principal before fee, an amount of nothing is no movement.

    Args:
        rows: event -> what a run says moved by it, for events that carry a label.
    """
    clean: dict[str, Segments] = {}
    told = clean if rows is None else rows
    for e in events:
        if isinstance(e, Conversion):
            yield from _conversion(e, members, asset, told.get(e.id))
            payer = e.fee_payer or e.account
            fee_asset = e.fee_asset or e.from_asset
        else:
            if e.amount and e.asset == asset and (e.sender in members or e.receiver in members):
                yield _transfer(e, members, told.get(e.id))
            payer = e.fee_payer or e.sender or ""
            fee_asset = e.fee_asset or e.asset
        if e.fee and fee_asset == asset and payer in members:
            yield Posting(e.id, e.ts, "fee", None, e.fee, payer=payer)


def _transfer(e: Transfer, members: Collection[str], row: Segments | None) -> Posting:
    payer = e.sender if e.sender in members else None
    taker = e.receiver if e.receiver in members else None
    if payer is not None and taker is not None:
        return Posting(e.id, e.ts, "self" if payer == taker else "between", taker, e.amount, payer, taker, row)
    if payer is not None:
        return Posting(e.id, e.ts, "out", e.receiver, e.amount, payer=payer, row=row)
    return Posting(e.id, e.ts, "in", e.sender, e.amount, taker=taker, row=row)


def _conversion(e: Conversion, members: Collection[str], asset: str, row: Segments | None) -> Iterator[Posting]:
    taker = e.to_account or e.account
    if e.from_asset == asset and e.account in members and e.from_amount:
        yield Posting(e.id, e.ts, "converted_out", taker, e.from_amount, payer=e.account)
    if e.to_asset == asset and taker in members and e.to_amount:
        yield Posting(e.id, e.ts, "converted_in", e.account, e.to_amount, taker=taker, row=row)


# --- the pools ------------------------------------------------------------------------------------------------------
