"""Owns the records of one transaction of an account ledger (EVM, TRON, Solana): itself, its transfers and its fee.

For readers of node and explorer answers. Must not parse anything. The coin that a transaction itself sends is
``native`` 0 and its fee is ``fee`` 0, so the same facts from two sources meet as one transfer.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.amounts import MAX_AMOUNT
from workstation.domain.chains import Chain
from workstation.domain.records import Kind, Place, TransactionRecord, TransactionStatus, TransferRecord
from workstation.sdk.reader import AMOUNT, TIME, RowProblem
from workstation.sdk.text import count, seconds

#: More decimals than any asset has.
_MOST_DECIMALS = 80


@dataclass(frozen=True, slots=True)
class Head:
    """What all records of one transaction share; ``domain.records`` has the field meanings. Time is block time.

    Attributes:
        shown: original text of the time.
    """

    chain: Chain
    tx: str
    block: int | None
    position: int | None
    time: int | None
    shown: str

    def transaction(self, place: Place, status: TransactionStatus) -> TransactionRecord:
        """The transaction itself; ``status`` empty when the source does not say whether it failed."""
        return TransactionRecord(
            place, self.chain.key, self.tx, self.block, self.position, self.time, "block", self.shown, status
        )

    def coin(
        self, place: Place, kind: Kind, index: int | None, sender: str | None, receiver: str | None, units: int
    ) -> TransferRecord:
        """A movement of the native coin."""
        return self._leg(place, kind, index, sender, receiver, "", self.chain.symbol, self.chain.decimals, units)

    def fee(self, place: Place, payer: str | None, units: int) -> TransferRecord:
        """What the transaction cost; ``payer`` None when the source does not name who paid."""
        return self.coin(place, "fee", 0, payer, None, units)

    def token(
        self, place: Place, index: int | None, sender: str | None, receiver: str | None, contract: str, units: int,
        symbol: str = "", decimals: int | None = None, kind: Kind = "token",
    ) -> TransferRecord:  # fmt: skip
        """A movement of a token in base units. Without decimals the whole number is kept as it is, never scaled."""
        return self._leg(place, kind, index, sender, receiver, contract, symbol, decimals, units)

    def nft(
        self, place: Place, index: int | None, sender: str | None, receiver: str | None, contract: str, token: int,
        quantity: int = 1, symbol: str = "",
    ) -> TransferRecord:  # fmt: skip
        """A movement of one numbered token: each number is an asset of its own."""
        return self._leg(place, "nft", index, sender, receiver, f"{contract}/{token}", symbol, 0, quantity)

    def _leg(
        self, place: Place, kind: Kind, index: int | None, sender: str | None, receiver: str | None, contract: str,
        symbol: str, decimals: int | None, units: int,
    ) -> TransferRecord:  # fmt: skip
        if units > MAX_AMOUNT:
            raise RowProblem(AMOUNT, "the amount is larger than 2^256 - 1")
        return TransferRecord(
            place=place, chain=self.chain.key, tx=self.tx, block=self.block, position=self.position, time=self.time,
            time_basis="block", time_text=self.shown, kind=kind, index=index, sender=sender, receiver=receiver,
            contract=contract, symbol=symbol, decimals=decimals, amount=units, amount_text="", absent=None,
            previous_tx="", previous_index=None, script="", sequence=None,
        )  # fmt: skip


def milliseconds(value: object) -> tuple[int, str]:
    """Seconds of a time in milliseconds, and its original text; a time in seconds is refused, not guessed."""
    shown = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (shown.isascii() and shown.isdigit() and 12 <= len(shown) <= 14):
        raise RowProblem(TIME, f"not a time in milliseconds: {str(value)[:40]!r}")
    return seconds(shown[:-3]), shown


def token_decimals(value: object) -> int | None:
    """Decimals of a token as an answer states them; None when it does not."""
    if value in (None, ""):
        return None
    stated = count(value, "decimals")
    if stated > _MOST_DECIMALS:
        raise RowProblem(AMOUNT, "the decimals of the token are not a small whole number")
    return stated
