"""Owns what one run on an account ledger writes down: buckets, compositions, fees and steps. Must not move anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from workstation.analysis.trace.exact import Parts, add
from workstation.analysis.trace.ledger import EventSource
from workstation.analysis.trace.methods import ACCOUNT_SEGMENTS, Method
from workstation.analysis.trace.results import Step, Totals
from workstation.analysis.trace.segments import Segments

Pool = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AccountRules:
    """Choices of a run on an account ledger (semantics 3.3, 3.11); ``until_ts`` belongs to ``ledger.ordered``."""

    shortfall: Literal["clean_injection", "debt"] = "clean_injection"
    barriers: Collection[str] = frozenset()


USUAL = AccountRules()


class Run:
    """What is written down.

    Attributes:
        orders: event -> its pieces in order, of methods that keep one. wanted: movements of marked money whose steps are
            still to be told; a step holds its whole queue, so of a long ledger only the first are kept.
    """

    __slots__ = ("absorbed", "barriers", "by_event", "events", "fees", "how", "orders", "steps", "totals", "wanted")

    def __init__(self, how: Method, rules: AccountRules, sources: Iterable[EventSource], steps: int | None) -> None:
        self.how = how
        self.barriers = frozenset(rules.barriers)
        self.by_event: dict[str, list[EventSource]] = {}
        for source in sources:
            self.by_event.setdefault(source.event, []).append(source)
        self.events: dict[str, Parts] = {}
        self.orders: dict[str, Segments] | None = {} if how.name in ACCOUNT_SEGMENTS else None
        self.fees: dict[str, Parts] = {}
        self.totals: dict[str, Totals] = {}
        self.absorbed: dict[Pool, Parts] = {}
        self.steps: list[Step] = []
        self.wanted = steps

    def bucket(self, asset: str, name: str, parts: Parts) -> None:
        """Add labelled amounts to a bucket of an asset."""
        add(self.totals.setdefault(asset, {}).setdefault(name, {}), parts)

    def marked(self, event: str, asset: str, part: Any) -> Any:
        """Mark the sources of an event."""
        for source in self.by_event.get(event, ()):
            part, amount = self.how.mark(part, source.label, source.amount)
            if amount:
                self.bucket(asset, "injected", {source.label: amount})
        return part

    def composed(self, event: str, part: Any, parts: Parts) -> None:
        """Enter what an event carries."""
        if parts:
            self.events[event] = parts
            if self.orders is not None:
                self.orders[event] = part

    def step(self, step: Step) -> None:
        """Record a movement that carries taint, or that left taint behind."""
        moved = any(label is not None for label, _ in step.outputs[0][1])
        if moved or any(label is not None for label, _ in step.before):
            self.steps.append(step)
            if moved and self.wanted is not None:
                self.wanted -= 1
