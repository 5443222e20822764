"""Owns address poisoning and dust: payments that mean to be seen, not to pay.

A fraudster sends next to nothing from (or to) an address whose ends look like one the victim uses, and waits for the
victim to copy the wrong line. Look-alikes: ``analysis.lookalike``; what dust is: ``resources/dust.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from workstation.analysis.columns import NONE, Columns
from workstation.analysis.heuristics.hits import Hit, hit
from workstation.analysis.lookalike import LookAlikes
from workstation.paths import resources_folder


def stated_dust() -> Mapping[str, str]:
    """Symbol of an asset -> the amount below which a transfer of it is dust, as the program states it."""
    found: Mapping[str, str] = tomllib.loads((resources_folder() / "dust.toml").read_text("utf-8"))["least"]
    return found


def dust(columns: Columns, least: Mapping[str, int]) -> Iterator[Hit]:
    """Payers who send dust to many: one hit for each payer and asset.

    Args:
        least: asset key -> amounts below this many base units are dust; what is not named has none.
    """
    small = np.array([*(least.get(asset, 0) for asset in columns.assets), 0], object)
    found: dict[tuple[int, int], list[int]] = {}
    for at in np.flatnonzero((columns.sender != NONE) & (columns.receiver != NONE) & ~columns.absent).tolist():
        limit = small[columns.asset[at]]
        if limit and columns.hi[at] == 0 and columns.lo[at] < limit:
            found.setdefault((int(columns.sender[at]), int(columns.asset[at])), []).append(at)
    for (payer, asset), rows in sorted(found.items()):
        payees = {int(columns.receiver[at]) for at in rows}
        yield hit(
            "dust", (columns.parties[payer],),
            f"{len(rows)} payments of less than {least[columns.assets[asset]]} base units to {len(payees)} receivers.",
            "Small payments with a purpose of their own: tests, tips, rewards.",
            rows=columns.row[rows].tolist(),
            figures={"payments": len(rows), "receivers": len(payees), "limit": least[columns.assets[asset]]},
        )  # fmt: skip


def poisoning(
    columns: Columns,
    alike: Iterable[LookAlikes],
    key: Callable[[str, str], str],
    least: Mapping[str, int],
) -> Iterator[Hit]:
    """Look-alike addresses of which one only ever moves dust or nothing, with a party that also deals with the other.

    Args:
        alike: groups of addresses that look alike. key: party of a (chain, address). least: as of ``dust``.
    """
    numbers = {name: number for number, name in enumerate(columns.parties)}
    small = np.array([*(max(1, least.get(asset, 0)) for asset in columns.assets), 0], object)
    touching: dict[int, list[int]] = {}
    wanted = {}
    groups = []
    for group in alike:
        names = sorted({key(chain, address) for chain, address in group.members})
        members = [numbers[name] for name in names if name in numbers]
        if len(members) > 1:
            groups.append((group, members))
            wanted.update(dict.fromkeys(members, True))
    for at, (payer, payee) in enumerate(zip(columns.sender.tolist(), columns.receiver.tolist(), strict=True)):
        for party in {payer, payee}:
            if party in wanted:
                touching.setdefault(party, []).append(at)

    def tiny(at: int) -> bool:
        return bool(columns.hi[at] == 0 and columns.lo[at] < small[columns.asset[at]]) and not columns.absent[at]

    for group, members in groups:
        real = [m for m in members if not all(map(tiny, touching.get(m, ())))]
        for fake in members:
            rows = touching.get(fake, [])
            if fake in real or not rows:
                continue
            mine = _dealt(columns, fake, rows)
            for true in real:
                victims = sorted(columns.parties[v] for v in mine & _dealt(columns, true, touching[true]))
                if not victims:
                    continue
                yield hit(
                    "address_poisoning", (columns.parties[fake], columns.parties[true], *victims),
                    f"The first address shares {group.head} characters at the beginning and {group.tail} at the end with the "
                    f"second, moves only dust ({len(rows)} payments), and does so with parties that deal with the second.",
                    "Both addresses of one owner, or larger payments of the first that the case does not hold.",
                    rows=columns.row[rows].tolist(),
                    figures={"head": group.head, "tail": group.tail, "payments": len(rows), "victims": len(victims)},
                )  # fmt: skip


def _dealt(columns: Columns, party: int, rows: Iterable[int]) -> set[int]:
    """Whom a party deals with."""
    ends = {int(end) for at in rows for end in (columns.sender[at], columns.receiver[at])}
    return ends - {party, NONE}
