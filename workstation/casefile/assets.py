"""Owns which asset a record means and how many decimals it has. Must not guess without saying so.

Decimals come from the record, else from what the case holds, else from the facts below, else 18 is assumed, said, and
corrected as soon as a source states them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, text

from workstation.casefile.visible import ASSUMED_FROM_TEXT, ASSUMED_TO_SHOW
from workstation.domain.chains import CHAINS

ASSUMED_DECIMALS = 18
#: More decimals than any asset has; the power that makes amounts of one asset comparable.
MOST_DECIMALS = 80
#: Decimals of widely used token contracts (public facts of their ledgers).
KNOWN_TOKENS: Mapping[tuple[str, str], int] = MappingProxyType({
    ("ethereum", "0xdac17f958d2ee523a2206206994597c13d831ec7"): 6,
    ("ethereum", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"): 6,
    ("ethereum", "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599"): 8,
    ("ethereum", "0x6b175474e89094c44da98b954eedeac495271d0f"): 18,
    ("ethereum", "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"): 18,
    ("ethereum", "0x514910771af9ca656af840dff83e8264ecf986ca"): 18,
    ("bsc", "0x55d398326f99059ff775485246999027b3197955"): 18,
    ("bsc", "0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d"): 18,
    ("polygon", "0xc2132d05d31c914a87c6611c10748aeb04b58e8f"): 6,
    ("polygon", "0x2791bca1f2de4661ed88a30c99a7a9449aa84174"): 6,
    ("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"): 6,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """The asset row of a record. ``family`` is the same number for all rows of one asset, whatever their decimals.

    ``shown``: the decimals are assumed only to show base units, so they say nothing about the amount.
    """

    id: int
    family: int
    decimals: int
    shown: bool = False


class AssetBook:
    """The assets of the case during one import; hands out rows for new ones."""

    def __init__(self, conn: Connection, run: int) -> None:
        self._run = run
        self._families: dict[tuple[str, str, str], int] = {}
        self._rows: dict[tuple[str, str, str, int, int], int] = {}
        self._stated: dict[tuple[str, str, str], int] = {}
        self._cache: dict[tuple[str, str, str, int | None, bool], Chosen] = {}
        self.chosen: dict[int, Chosen] = {}
        self.assumptions: list[str] = []
        self.warnings: list[str] = []
        self.new: list[tuple[Any, ...]] = []
        found = conn.execute(
            text(
                "SELECT a.id, c.name, a.contract, a.ident, a.decimals, a.assumed, r.state = 'done' FROM asset a"
                " JOIN chain c ON c.id = a.chain_id JOIN import_run r ON r.id = a.import_id ORDER BY a.id"
            )
        )
        for number, chain, contract, ident, decimals, assumed, done in found:
            self._enter((chain, contract, ident), decimals, assumed, number, reuse=bool(done))
            if done and not assumed:
                self._stated.setdefault((chain, contract, ident), decimals)
        self._next = max(self.chosen, default=0) + 1

    def choose(self, chain: str, contract: str, symbol: str, decimals: int | None, *, from_text: bool) -> Chosen:
        """The asset of a record; ``from_text`` when its amount is a decimal text still to be read.

        Raises:
            ValueError: decimals no asset has.
        """
        asked = (chain, contract, symbol, decimals, from_text)
        found = self._cache.get(asked)
        if found is None:
            found = self._cache[asked] = self._choose(chain, contract, symbol, decimals, from_text)
        return found

    def _choose(self, chain: str, contract: str, symbol: str, decimals: int | None, from_text: bool) -> Chosen:
        native = CHAINS[chain]
        # without a contract only the symbol can tell another asset from the native coin of the chain
        ident = "" if contract or symbol.upper() in ("", native.symbol.upper()) else symbol
        name, shown, assumed = (chain, contract, ident), symbol or contract or native.symbol, 0
        coin = not contract and not ident and bool(native.symbol)
        if decimals is None:
            decimals = self._stated.get(name, native.decimals if coin else KNOWN_TOKENS.get((chain, contract)))
            if decimals is None:
                decimals, assumed = ASSUMED_DECIMALS, ASSUMED_FROM_TEXT if from_text else ASSUMED_TO_SHOW
                if chain != "stated":  # there the decimal text is all there is, and it is exact
                    self.assumptions.append(f"{shown}: decimals are not stated, {decimals} assumed")
        elif not 0 <= decimals <= MOST_DECIMALS:
            raise ValueError(f"{decimals} decimals")
        elif self._stated.setdefault(name, decimals) != decimals:
            other = self._stated[name]
            self.warnings.append(f"{shown}: stated with {decimals} and with {other} decimals; both are kept")
        row = self._rows.get((*name, decimals, assumed))
        if row is None:
            row, self._next = self._next, self._next + 1
            self._enter(name, decimals, assumed, row, reuse=True)
            self.new.append((row, self._run, chain, contract, ident, shown, decimals, assumed))
        return self.chosen[row]

    def _enter(self, name: tuple[str, str, str], decimals: int, assumed: int, row: int, *, reuse: bool) -> None:
        family = self._families.setdefault(name, len(self._families) + 1)
        if reuse:  # a row that only a retracted import brought does not count, so a new one is made
            self._rows[(*name, decimals, assumed)] = row
        self.chosen[row] = Chosen(row, family, decimals, assumed == ASSUMED_TO_SHOW)
