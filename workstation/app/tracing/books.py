"""Owns the ledgers of one state of a case: one for each chain, built when it is first asked for. Must not trace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from workstation.app.ledger import Ledger
from workstation.app.tracing.coins import coins
from workstation.app.tracing.ledgers import Book, accounts
from workstation.casefile.store import Store
from workstation.domain.chains import CHAINS
from workstation.domain.errors import WorkstationError


class Books:
    """The ledgers of one state of a case, each built when it is first asked for."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self.store = store
        self.ledger = ledger
        self._made: dict[str, Book] = {}

    def book(self, chain: str) -> Book:
        """The ledger of a chain.

        Raises:
            WorkstationError: WS-TRC-101 the chain is not known.
        """
        if chain not in CHAINS:
            raise WorkstationError(
                "WS-TRC-101", f"there is no chain {chain[:40]!r}", "nothing was traced", "see case info for the chains"
            )
        if chain not in self._made:
            if CHAINS[chain].model == "utxo":
                self._made[chain] = coins(self.store, self.ledger, chain)
            else:
                self._made[chain] = accounts(self.store, self.ledger, chain)
        return self._made[chain]

    def digest(self, chains: Iterable[str]) -> str:
        """One SHA-256 over the ledgers of some chains."""
        lines = [f"{chain} {self.book(chain).digest}" for chain in sorted(chains)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()
