"""Owns the words around address poisoning and dust. Counting: ``workstation.analysis.heuristics.poison``.

What is dust is a matter of the asset: ``resources/dust.toml``, or what the settings say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from workstation.analysis import rates
from workstation.analysis.columns import Columns
from workstation.analysis.heuristics import poison
from workstation.analysis.lookalike import ends_for, look_alikes
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Run


def _least(case: CaseView, columns: Columns, said: str, run: Run) -> dict[str, int]:
    """Asset key -> base units below which an amount is dust."""
    stated = dict(poison.stated_dust())
    if said.strip():
        stated = {}
        for part in said.replace(",", ";").split(";"):
            amount, _, symbol = part.strip().partition(" ")
            if part.strip():
                stated[symbol.strip()] = amount
    found: dict[str, int] = {}
    for key in columns.assets:
        asset = case.asset(key)
        if asset.symbol in stated and asset.decimals is not None:
            try:
                found[key] = int(Decimal(stated[asset.symbol]).scaleb(asset.decimals))
            except InvalidOperation:
                raise ValueError(f"{stated[asset.symbol]!r} is no amount: write 0.0001 BTC; 1 USDT") from None
    if len(found) < len(columns.assets):
        run.note(f"{len(columns.assets) - len(found)} of {len(columns.assets)} assets have no stated dust")
    return found


def address_poisoning(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Look-alike addresses that only ever move dust, with parties that deal with the true one."""
    run.progress(0, None, "comparing addresses")
    columns = case.columns()
    said = rates.published().said("address_poisoning")
    least = _least(case, columns, given["least"], run)
    named = [(chain, ref) for key in columns.parties for kind, chain, ref in [_parts(key)] if kind == "address"]
    alike = look_alikes(named, given["ends"] or ends_for(len(columns)))
    hits = poison.poisoning(columns, alike, lambda chain, ref: f"address:{chain}:{ref}", least)
    mine = sorted((hit for hit in hits if telling.touching(case, hit.subjects)), key=lambda hit: hit.subjects)
    for hit in mine[: telling.listed(run, len(mine), "addresses")]:
        made = telling.of_hit(
            case,
            hit,
            "Address poisoning",
            rates=said,
            card="address_poisoning",
            innocent="two addresses of one owner that look alike by chance",
        )
        if made is not None:
            yield made


def _parts(key: str) -> tuple[str, str, str]:
    kind, _, rest = key.partition(":")
    chain, _, ref = rest.partition(":")
    return kind, chain, ref


def dust(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Payers who send dust to several."""
    run.progress(0, None, "looking for dust")
    columns = case.columns()
    said = rates.published().said("dust")
    hits = [
        hit
        for hit in poison.dust(columns, _least(case, columns, given["least"], run))
        if int(hit.figures["receivers"]) >= given["receivers"] and telling.touching(case, hit.subjects)
    ]
    hits.sort(key=lambda hit: (-int(hit.figures["receivers"]), hit.subjects, hit.rows))
    for hit in hits[: telling.listed(run, len(hits), "payers")]:
        made = telling.of_hit(
            case, hit, "Sends dust to many", rates=said, card="address_poisoning", innocent="tests, tips or rewards"
        )
        if made is not None:
            yield made
