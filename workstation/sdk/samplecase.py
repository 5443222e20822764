"""Owns small cases for tests of an analysis: written in a few readable lines, kept as the snapshot a worker gets.

Standard library only: no case file, no database library. Every row stands in one invented exhibit, so that each of
them can be cited as in a real case. Must not know any plugin.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workstation.domain.amounts import parse_decimal, to_limbs
from workstation.domain.chains import CHAINS
from workstation.domain.subjects import address
from workstation.sdk.snapshot import written

#: The one exhibit of a sample case.
EXHIBIT = hashlib.sha256(b"sample case").hexdigest()
_LINE = re.compile(
    r"(?P<when>\?|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?)\s+"
    r"(?P<sender>\S+)\s+->\s+(?P<receiver>\S+)\s+(?P<amount>\S+(?: \S+)?)\Z"
)


@dataclass(frozen=True, slots=True)
class _Payment:
    chain: str
    time: int | None
    sender: str | None
    receiver: str | None
    asset: str
    amount: int | None
    tx: str
    kind: str
    spends: tuple[str, int] | None


class Case:
    """A case to try an analysis on. Names stand for addresses of ``chain``: ``alice`` is ``address:ethereum:alice``.

    Example::

        case = Case("tron").token("USDT", 6)
        case.pay("2026-03-01 10:00", "alice", "bob", "1000 USDT")
        case.tag("bob", "Exchange X", "exchange")

    The same in one text, with ``?`` for a time, an address or an amount that no source states::

        case = Case.of('''
            2026-03-01 10:00  alice -> bob   1000 USDT
            2026-03-02        bob   -> carol 999.5 USDT
        ''', chain="tron", tokens={"USDT": 6})
    """

    def __init__(self, chain: str = "ethereum") -> None:
        self.chain = chain
        self._assets: dict[tuple[str, str], tuple[str, str, int | None]] = {}
        self._payments: list[_Payment] = []
        self._tags: list[tuple[str, str, str, str]] = []
        self._prices: list[tuple[str, str, str, str, str]] = []
        self._entities: list[tuple[str, str, tuple[str, ...]]] = []

    @classmethod
    def of(cls, text: str, chain: str = "ethereum", tokens: dict[str, int] | None = None) -> Case:
        """A case out of lines ``TIME  SENDER -> RECEIVER  AMOUNT SYMBOL``.

        Raises:
            ValueError: a line is none of these; the text says which.
        """
        made = cls(chain)
        for symbol, decimals in (tokens or {}).items():
            made.token(symbol, decimals)
        for line in filter(None, map(str.strip, text.splitlines())):
            found = _LINE.match(line)
            if found is None:
                raise ValueError(f"write TIME  SENDER -> RECEIVER  AMOUNT SYMBOL, not {line!r}")
            said = {name: None if value == "?" else value for name, value in found.groupdict().items()}
            made.pay(said["when"], said["sender"], said["receiver"], said["amount"])
        return made

    def token(self, symbol: str, decimals: int | None, contract: str = "", *, chain: str = "") -> Case:
        """State an asset beside the own coins of the chains; ``decimals`` None when nobody knows them."""
        chain = chain or self.chain
        self._assets[chain, symbol] = (f"{chain}:{contract or symbol}", contract, decimals)
        return self

    def key(self, name: str, chain: str = "") -> str:
        """The subject key of a name; a key stays as it is."""
        return name if name.startswith("address:") else address(chain or self.chain, name).key

    def _asset(self, chain: str, symbol: str) -> tuple[str, str, int | None]:
        if (chain, symbol) not in self._assets:
            if chain not in CHAINS or CHAINS[chain].symbol != symbol:
                raise ValueError(f"state the asset first: case.token({symbol!r}, decimals)")
            self.token(symbol, CHAINS[chain].decimals, chain=chain)
        return self._assets[chain, symbol]

    def pay(
        self,
        when: str | int | None,
        sender: str | None,
        receiver: str | None,
        amount: str | int | None,
        *,
        tx: str = "",
        kind: str = "",
        chain: str = "",
        spends: tuple[str, int] | None = None,
    ) -> Case:
        """Add a payment; on a chain such as bitcoin one input (no receiver) or one output (no sender).

        Args:
            when: ``2026-03-01 10:00`` (UTC), seconds, or None.
            amount: ``12.5 USDT``, base units of the chain's own coin, or None when no source states it.
            tx: transaction; left out, each payment has its own. chain: another chain than that of the case.
            spends: of an input, the output it spends: its transaction and its place there.

        Raises:
            ValueError: the time or amount cannot be read, or the asset was not stated with :meth:`token`.
        """
        chain = chain or self.chain
        coin = CHAINS[chain].symbol if chain in CHAINS else next(iter(self._assets), ("", ""))[1]
        number, _, named = amount.partition(" ") if isinstance(amount, str) else ("?", "", "")
        symbol = named or coin
        _key, _contract, decimals = self._asset(chain, symbol)
        units = amount if isinstance(amount, int) else None if number == "?" else parse_decimal(number, decimals or 0)
        usual = "output" if sender is None else "input" if receiver is None else "native" if symbol == coin else "token"
        self._payments.append(
            _Payment(
                chain, _seconds(when), sender and self.key(sender, chain), receiver and self.key(receiver, chain),
                symbol, units, tx or f"tx{len(self._payments) + 1}", kind or usual, spends,
            )
        )  # fmt: skip
        return self

    def tag(self, name: str, label: str, category: str = "", source: str = "sample list") -> Case:
        """Label an address, as a list that was imported does."""
        self._tags.append((self.key(name), label, category, source))
        return self

    def price(self, day: str, symbol: str, rate: str, currency: str = "EUR", source: str = "sample list") -> Case:
        """State a price of one coin on one day, as a list that was imported does."""
        self._prices.append((symbol, day, currency, rate, source))
        return self

    def entity(self, name: str, *members: str, role: str = "") -> Case:
        """Hold addresses together as one holder."""
        self._entities.append((name, role, tuple(self.key(member) for member in members)))
        return self

    def __len__(self) -> int:
        return len(self._payments)

    def write(self, path: Path, order: Sequence[int] | None = None) -> None:
        """Write the snapshot that a worker gets.

        Args:
            order: in which order the payments came into the case (places in the list of payments): it gives them
                their numbers. What they are, their order in time and where they stand in the exhibit stay the same.
        """
        arrived = list(order) if order is not None else list(range(len(self._payments)))
        parties: dict[str, int] = {}
        assets: dict[tuple[str, str], int] = {}
        txs: dict[tuple[str, str], int] = {}
        rows = []
        for number, place in enumerate(arrived, 1):
            each = self._payments[place]
            hi, lo, big = (None, None, None) if each.amount is None else to_limbs(each.amount)
            sender, receiver = (
                None if key is None else parties.setdefault(key, len(parties)) for key in (each.sender, each.receiver)
            )
            row = (
                number, each.kind, txs.setdefault((each.chain, each.tx), len(txs)), each.time, sender, receiver,
                assets.setdefault((each.chain, each.asset), len(assets)), hi, lo, big, 1, 0, place + 2, None,
            )  # fmt: skip
            rows.append((each.time is None, each.time or 0, place, row))
        rows.sort(key=lambda row: row[:3])
        coins = [(number, *coin) for number, place in enumerate(arrived, 1) if (coin := self._coin(place)) is not None]
        stated = {n: (self._assets[chain, symbol], chain, symbol) for (chain, symbol), n in assets.items()}
        with written(path) as add:
            add("info", [("revision", "1")])
            add("exhibit", [(EXHIBIT, "sample.csv", len(rows))])
            add("template", [(1, 0, "row {row}", EXHIBIT)])
            add("asset", ((n, key, chain, contract, symbol, decimals)
                          for n, ((key, contract, decimals), chain, symbol) in stated.items()))  # fmt: skip
            add("party", ((n, key) for key, n in parties.items()))
            add("tx", ((n, *tx) for tx, n in txs.items()))
            add("coin", coins)
            add("transfer", ((n, *row) for n, (*_, row) in enumerate(rows)))
            add("tag", ((n, subject, label, category, source, "stated", "2026-01-01", EXHIBIT, f"tag {n}")
                        for n, (subject, label, category, source) in enumerate(self._tags, 1)))  # fmt: skip
            add(
                "price",
                ((n, *price) for (_, symbol), n in assets.items() for named, *price in self._prices if named == symbol),
            )
            add("entity", ((f"entity::{n}", name, role) for n, (name, role, _) in enumerate(self._entities, 1)))
            add("member", {m: f"entity::{n}" for n, (_, _, held) in enumerate(self._entities, 1) for m in held}.items())

    def _coin(self, place: int) -> tuple[int, str | None, int | None] | None:
        """Place of an input or output in its transaction, and what it spends."""
        each = self._payments[place]
        if each.kind not in ("input", "output", "coinbase"):
            return None
        before = [one for one in self._payments[:place] if (one.tx, one.kind) == (each.tx, each.kind)]
        return (len(before), *(each.spends or (None, None)))


def _seconds(when: str | int | None) -> int | None:
    if when is None or isinstance(when, int):
        return when
    return int(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp())
