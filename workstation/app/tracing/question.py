"""Owns the question of a trace: sources, methods, direction, where to stop. It has a JSON form that asks it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.app.tracing.sources import Source
from workstation.domain import subjects
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject

Direction = Literal["forward", "backward"]
#: Every method, in the order of tables. Those of one kind of ledger only are refused on the other.
METHODS: tuple[str, ...] = tuple(dict.fromkeys((*UTXO_METHODS, *ACCOUNT_METHODS)))
#: Version of the semantics that the engines follow.
VERSION = "semantics 1"
#: Up to so many payments or transactions pooled methods keep exact fractions; beyond, parts of 2^-64 of a unit.
EXACT_UP_TO = 10_000
#: So many holders are listed one by one unless more are wanted; the others are counted and summed.
LIST_HOLDERS = 5_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        sources: what is marked, in order (the first label wins). methods: names. direction: see ``backward``.
        stop: addresses at which tracing stops. through: why tracing goes on through labelled services, empty = it stops.
        until: forward, nothing later is followed; backward, nothing earlier (seconds UTC).
        hops: an address that is first reached after so many payments is not left any more.
        share: an address that gets less than this share of the marked money of an asset is not left any more.
        dust: an address that gets less than so many whole coins of every asset is not left any more.
        asset: symbol or contract, empty = all. shortfall, output_order: semantics 3.3 and 2.8.
        arithmetic: exact, fixed (parts of 2^-64 of a unit), or auto (exact up to 10,000 payments or transactions).
        list_holders: so many holders are listed one by one at most, None = all of them (``holders``).
    """

    sources: tuple[Source, ...]
    methods: tuple[str, ...]
    direction: Direction = "forward"
    stop: tuple[Subject, ...] = ()
    through: str = ""
    until: int | None = None
    hops: int | None = None
    share: Fraction | None = None
    asset: str = ""
    shortfall: Literal["clean_injection", "debt"] = "clean_injection"
    output_order: Literal["listed", "change_last"] = "listed"
    arithmetic: Literal["auto", "exact", "fixed"] = "auto"
    dust: Fraction | None = None
    list_holders: int | None = LIST_HOLDERS

    def __post_init__(self) -> None:
        if not self.sources:
            raise _bad("no source is named", "name an address, a transaction or a transfer")
        if not self.methods:
            raise _bad("no method is named", f"choose among: {', '.join(METHODS)}")
        for name in self.methods:
            if name not in METHODS:
                raise _bad(f"there is no method {name[:40]!r}", f"choose among: {', '.join(METHODS)}")
        if self.direction not in ("forward", "backward"):
            raise _bad(f"there is no direction {self.direction[:40]!r}", "choose forward or backward")
        if self.through and not self.through.strip():
            raise _bad("going on through services needs a written reason", "write why it is right to go on")
        if self.hops is not None and self.hops < 1:
            raise _bad("fewer than one hop leads nowhere", "name 1 or more hops")
        if self.share is not None and not 0 < self.share <= 1:
            raise _bad("a share lies above 0 and not above 1", "write it as 1/100 or 1%")
        if self.dust is not None and self.dust <= 0:
            raise _bad("a dust limit lies above 0", "write an amount like 0.001")
        if self.list_holders is not None and self.list_holders < 1:
            raise _bad("a list of fewer than one holder shows nothing", "name 1 or more holders, or all")

    @property
    def backward(self) -> bool:
        """Whether the question is where money came from."""
        return self.direction == "backward"

    @property
    def chains(self) -> tuple[str, ...]:
        """The chains of the sources, in order of their names."""
        return tuple(sorted({source.subject.chain for source in self.sources}))


def _bad(what: str, todo: str) -> WorkstationError:
    return WorkstationError("WS-TRC-103", what, "nothing was traced", todo)


def parameters(asked: Question) -> dict[str, Any]:
    """The question as JSON, without the methods: what a record keeps."""
    return {
        "sources": [
            {"subject": s.subject.key, "label": s.label, "amount": None if s.amount is None else str(s.amount)}
            for s in asked.sources
        ],
        "direction": asked.direction,
        "stop": [subject.key for subject in asked.stop],
        "through": asked.through,
        "until": asked.until,
        "hops": asked.hops,
        "share": None if asked.share is None else str(asked.share),
        "dust": None if asked.dust is None else str(asked.dust),
        "asset": asked.asset,
        "shortfall": asked.shortfall,
        "output_order": asked.output_order,
        "arithmetic": asked.arithmetic,
        "list_holders": asked.list_holders,
        "fee_policy": "sink",
    }


def question(told: Mapping[str, Any], methods: tuple[str, ...]) -> Question:
    """The question behind the JSON of :func:`parameters`."""
    sources = tuple(
        Source(subjects.parse(s["subject"]), s["label"], None if s["amount"] is None else int(s["amount"]))
        for s in told["sources"]
    )
    return Question(
        sources, methods, told["direction"], tuple(subjects.parse(key) for key in told["stop"]), told["through"],
        told["until"], told["hops"], None if told["share"] is None else Fraction(told["share"]), told["asset"],
        told["shortfall"], told["output_order"], told["arithmetic"],
        None if told.get("dust") is None else Fraction(told["dust"]),
        told.get("list_holders"),
    )  # fmt: skip


def share(text: str) -> Fraction:
    """A share as people write it: ``1/100``, ``0.01`` or ``1%``.

    Raises:
        WorkstationError: WS-TRC-103 it is none of these.
    """
    body = text.strip()
    try:
        if len(body) > 40 or "e" in body.lower():
            raise ValueError
        return Fraction(body[:-1].strip()) / 100 if body.endswith("%") else Fraction(body)
    except (ValueError, ZeroDivisionError) as problem:
        raise _bad(f"{text[:40]!r} is not a share", "write it as 1/100 or 1%") from problem


#: How people name the arithmetic of pooled methods.
PRECISIONS: Mapping[str, Literal["auto", "exact", "fixed"]] = MappingProxyType(
    {"auto": "auto", "exact": "exact", "float": "fixed"}
)


def dust(text: str) -> Fraction:
    """A dust limit as people write it: a number of whole coins, such as ``0.001``.

    Raises:
        WorkstationError: WS-TRC-103 it is no such number.
    """
    whole, _, rest = text.strip().partition(".")
    if not (
        whole.isascii() and whole.isdigit() and len(text) <= 40 and (not rest or (rest.isascii() and rest.isdigit()))
    ):
        raise _bad(f"{text[:40]!r} is not an amount of coins", "write an amount like 0.001")
    return Fraction(f"{whole}.{rest or 0}")


def decimal(value: Fraction) -> str:
    """A number of coins as people write it; a fraction where that is not exact."""
    for places in range(19):
        scaled = value * 10**places
        if scaled.denominator == 1:
            body = str(scaled.numerator).rjust(places + 1, "0")
            return f"{body[:-places]}.{body[-places:]}" if places else body
    return str(value)
