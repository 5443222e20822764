"""Owns runs side by side: what each holder has under each method, and what two runs differ by. Must not run anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from workstation.analysis.trace.exact import Number, plain, text, whole


@dataclass(frozen=True, slots=True)
class Side:
    """One holder under several methods.

    Attributes:
        amounts: method -> amount, in the order of the methods; a method that gives nothing is left out.
        methods: how many methods were run. smallest, largest: over the methods that give amounts; poison only says
            that money is touched, so it counts for ``held`` and not for the figures.
        stopped: why tracing stopped here, or empty. shown: method -> amount with its symbol.
    """

    subject: str
    asset: str
    contract: str
    label: str
    amounts: Mapping[str, Number]
    methods: int
    smallest: Number
    largest: Number
    stopped: str
    shown: Mapping[str, str]

    @property
    def held(self) -> int:
        """Under how many methods the holder has some of it."""
        return len(self.amounts)


def number(written: str) -> Number:
    """The amount behind ``7`` or ``7/3``."""
    above, slash, below = written.partition("/")
    return plain(Fraction(whole(above), whole(below))) if slash else whole(above)


def side_by_side(records: Sequence[Mapping[str, Any]]) -> list[Side]:
    """Every holder of some runs of one question, the largest first within an asset and label."""
    methods = [record["method"] for record in records]
    figures = [name for name in methods if name != "poison"]
    found: dict[tuple[str, str, str, str], dict[str, Number]] = {}
    stopped: dict[tuple[str, str, str, str], str] = {}
    shown: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for record in records:
        for holder in record["holders"]:
            key = (holder["subject"], holder["asset"], holder["contract"], holder["label"])
            mine = found.setdefault(key, {})
            mine[record["method"]] = plain(mine.get(record["method"], 0) + number(holder["amount"]))
            shown.setdefault(key, {})[record["method"]] = holder["display"]
            if holder["stopped"]:
                stopped.setdefault(key, holder["stopped"])
    sides = []
    for key, amounts in found.items():
        given = [amounts.get(name, 0) for name in figures]
        sides.append(
            Side(
                *key,
                amounts,
                len(methods),
                min(given, default=0),
                max(given, default=0),
                stopped.get(key, ""),
                shown[key],
            )
        )
    return sorted(sides, key=lambda s: (s.asset, s.contract, s.label, -s.largest, -s.held, s.subject))


def side_json(side: Side) -> dict[str, Any]:
    """A side as JSON."""
    return {
        "subject": side.subject,
        "asset": side.asset,
        "contract": side.contract,
        "label": side.label,
        "amounts": {name: text(units) for name, units in side.amounts.items()},
        "display": dict(side.shown),
        "held": side.held,
        "methods": side.methods,
        "smallest": text(side.smallest),
        "largest": text(side.largest),
        "stopped": side.stopped or None,
    }


def differences(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Holders that have another amount in the right run than in the left; empty when both say the same."""

    def by_holder(record: Mapping[str, Any]) -> dict[tuple[str, str, str, str], Number]:
        found: dict[tuple[str, str, str, str], Number] = {}
        for h in record["holders"]:
            key = (h["subject"], h["asset"], h["contract"], h["label"])
            found[key] = plain(found.get(key, 0) + number(h["amount"]))
        return found

    was, now = by_holder(left), by_holder(right)
    names = ("subject", "asset", "contract", "label")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "left": text(was.get(key, 0)),
            "right": text(now.get(key, 0)),
            "difference": text(plain(now.get(key, 0) - was.get(key, 0))),
        }
        for key in sorted(was.keys() | now.keys())
        if was.get(key, 0) != now.get(key, 0)
    ]
