"""Owns the ledgers of one state of a case: one for each chain, built once for its rows. Must not trace.

The conversions that are declared at that moment belong to them: with another declaration it is another ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

from workstation.analysis.trace.undisturbed import undisturbed
from workstation.app.ledger import Ledger
from workstation.app.tracing.coins import coins
from workstation.app.tracing.conversions import Declared, Leg, with_legs
from workstation.app.tracing.ledgers import Book, accounts
from workstation.casefile.store import Store
from workstation.domain.chains import CHAINS
from workstation.domain.errors import WorkstationError


class Books:
    """The ledgers of one state of a case, each built when it is first asked for and kept as long as the rows hold."""

    def __init__(self, store: Store, ledger: Ledger, declared: Iterable[Declared] = ()) -> None:
        self.store = store
        self.ledger = ledger
        self.declared = tuple(declared)

    @cached_property
    def legs(self) -> dict[Declared, tuple[Leg, Leg]]:
        """The declared conversions whose two transfers the case holds, with these."""
        return with_legs(self.ledger, self.declared)

    def book(self, chain: str, watch: Callable[[int], None] | None = None) -> Book:
        """The ledger of a chain.

        Args:
            watch: called now and then while it is built; it may raise to stop.

        Raises:
            WorkstationError: WS-TRC-101 the chain is not known.
        """
        if chain not in CHAINS:
            raise WorkstationError(
                "WS-TRC-101", f"there is no chain {chain[:40]!r}", "nothing was traced", "see case info for the chains"
            )
        made: dict[str, Book] = self.ledger.derived.setdefault("books", {})
        if chain not in made:
            with self._turn(watch), undisturbed():
                if chain not in made:
                    build = coins if CHAINS[chain].model == "utxo" else accounts
                    made[chain] = build(self.store, self.ledger, chain, watch)
        return made[chain]

    @contextmanager
    def _turn(self, watch: Callable[[int], None] | None) -> Iterator[None]:
        """One at a time: two jobs that want the same ledger build it once. Whoever waits can still be stopped."""
        while not self.ledger.deriving.acquire(timeout=0.1):
            if watch:
                watch(0)
        try:
            yield
        finally:
            self.ledger.deriving.release()

    def digest(self, chains: Iterable[str], watch: Callable[[int], None] | None = None) -> str:
        """One SHA-256 over the ledgers of some chains and the conversions declared in them."""
        wanted = sorted(chains)
        lines = [f"{chain} {self.book(chain, watch).digest}" for chain in wanted]
        lines += [
            f"conversion {which.kind} {which.paid} {which.received}"
            for which, legs in self.legs.items()
            if {leg.chain for leg in legs} & set(wanted)
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()
