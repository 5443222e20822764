"""Owns runs side by side: what each holder has under each method, and what two runs differ by. Must not run anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from workstation.analysis.trace.exact import Number, plain, text, whole

#: Subject, chain of the asset, symbol, contract, label.
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One holder under several methods.

    Attributes:
        amounts: method -> amount, in the order of the methods; a method that gives nothing is left out.
        methods: how many methods were run. smallest, largest: over the methods that give amounts; poison only says
            that money is touched, so it counts for ``held`` and not for the figures.
        stopped: why tracing stopped here, or empty. shown: method -> amount with its symbol.
        unlisted: methods whose list left holders of this asset and label out, so that this one may be among them; they
            count neither for ``held`` nor for the figures.
        chain: whose ledger holds the asset: the same symbol or contract on two chains is two assets.
    """

    subject: str
    chain: str
    asset: str
    contract: str
    label: str
    amounts: Mapping[str, Number]
    methods: int
    smallest: Number
    largest: Number
    stopped: str
    shown: Mapping[str, str]
    unlisted: tuple[str, ...] = ()

    @property
    def held(self) -> int:
        """Under how many methods the holder has some of it."""
        return len(self.amounts)


def number(written: str) -> Number:
    """The amount behind ``7`` or ``7/3``."""
    above, slash, below = written.partition("/")
    return plain(Fraction(whole(above), whole(below))) if slash else whole(above)


def _key(holder: Mapping[str, Any]) -> Key:
    return holder["subject"], holder["chain"], holder["asset"], holder["contract"], holder["label"]


def _unlisted(record: Mapping[str, Any]) -> set[tuple[str, str, str, str]]:
    """Chain, symbol, contract and label of which a record does not list every holder."""
    return {(part["chain"], part["asset"], part["contract"], part["label"]) for part in record.get("unlisted", ())}


def side_by_side(records: Sequence[Mapping[str, Any]]) -> list[Side]:
    """Every holder of some runs of one question, the largest first within an asset and label."""
    methods = [record["method"] for record in records]
    figures = [name for name in methods if name != "poison"]
    found: dict[Key, dict[str, Number]] = {}
    stopped: dict[Key, str] = {}
    shown: dict[Key, dict[str, str]] = {}
    for record in records:
        for holder in record["holders"]:
            key = _key(holder)
            mine = found.setdefault(key, {})
            mine[record["method"]] = plain(mine.get(record["method"], 0) + number(holder["amount"]))
            shown.setdefault(key, {})[record["method"]] = holder["display"]
            if holder["stopped"]:
                stopped.setdefault(key, holder["stopped"])
    left_out = {record["method"]: _unlisted(record) for record in records}
    sides = []
    for key, amounts in found.items():
        maybe = tuple(name for name in methods if name not in amounts and key[1:] in left_out[name])
        given = [amounts.get(name, 0) for name in figures if name not in maybe]
        sides.append(
            Side(
                *key,
                amounts,
                len(methods),
                min(given, default=0),
                max(given, default=0),
                stopped.get(key, ""),
                shown[key],
                maybe,
            )
        )
    return sorted(sides, key=lambda s: (s.asset, s.contract, s.chain, s.label, -s.largest, -s.held, s.subject))


def side_json(side: Side) -> dict[str, Any]:
    """A side as JSON."""
    return {
        "subject": side.subject,
        "chain": side.chain,
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
        "unlisted": list(side.unlisted),
    }


def differences(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Holders that have another amount in the right run than in the left; empty when both say the same.

    A holder that one of them does not list, because its list is shorter than its result, is left out: nobody can say.
    """

    def by_holder(record: Mapping[str, Any]) -> dict[Key, Number]:
        found: dict[Key, Number] = {}
        for h in record["holders"]:
            key = _key(h)
            found[key] = plain(found.get(key, 0) + number(h["amount"]))
        return found

    was, now = by_holder(left), by_holder(right)
    not_left, not_right = _unlisted(left), _unlisted(right)
    names = ("subject", "chain", "asset", "contract", "label")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "left": text(was.get(key, 0)),
            "right": text(now.get(key, 0)),
            "difference": text(plain(now.get(key, 0) - was.get(key, 0))),
        }
        for key in sorted(was.keys() | now.keys())
        if was.get(key, 0) != now.get(key, 0)
        and (key in was or key[1:] not in not_left)
        and (key in now or key[1:] not in not_right)
    ]
