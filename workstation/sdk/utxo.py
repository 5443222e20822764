"""Owns the records of one UTXO transaction: its inputs, outputs and coinbase, all with the same head.

For readers of node and explorer answers. Must not parse anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.chains import Chain
from workstation.domain.records import Absent, Kind, Place, Status, TimeBasis, TransactionRecord, TransferRecord


@dataclass(frozen=True, slots=True)
class Head:
    """What all records of one transaction share; ``domain.records`` has the field meanings.

    ``basis`` says which clock ``time`` is of; ``text`` is the original text of the time when it is not Unix seconds.
    """

    chain: Chain
    tx: str
    block: int | None
    position: int | None
    time: int | None
    status: Status
    basis: TimeBasis = "block"
    text: str = ""

    @property
    def shown(self) -> str:
        """The original text of the time."""
        return self.text or ("" if self.time is None else str(self.time))

    def transaction(self, place: Place) -> TransactionRecord:
        """The transaction itself."""
        return TransactionRecord(
            place, self.chain.key, self.tx, self.block, self.position, self.time, self.basis, self.shown, self.status
        )

    def coinbase(self, place: Place, index: int) -> TransferRecord:
        """The input that makes new coins: it has no owner, and its amount is not stated by any ledger."""
        return self._leg(place, "coinbase", index, None, None, None, "", "", None)

    def spent(
        self, place: Place, index: int, owner: str | None, units: int | None, script: str, tx: str, output: int | None
    ) -> TransferRecord:
        """An input that spends ``output`` of ``tx``; ``units`` None when the source does not resolve it."""
        return self._leg(place, "input", index, owner, None, units, script, tx, output)

    def paid(self, place: Place, index: int, owner: str | None, units: int | None, script: str) -> TransferRecord:
        """An output; ``owner`` None when its script has no address."""
        return self._leg(place, "output", index, None, owner, units, script, "", None)

    def _leg(
        self, place: Place, kind: Kind, index: int, sender: str | None, receiver: str | None, units: int | None,
        script: str, tx: str, output: int | None,
    ) -> TransferRecord:  # fmt: skip
        absent: Absent | None = None
        if kind == "coinbase":
            absent = "not applicable"
        elif kind == "input" and units is None:
            absent = "unknown"
        return TransferRecord(
            place=place, chain=self.chain.key, tx=self.tx, block=self.block, position=self.position, time=self.time,
            time_basis=self.basis, time_text=self.shown, kind=kind, index=index, sender=sender, receiver=receiver,
            contract="", symbol=self.chain.symbol, decimals=self.chain.decimals, amount=units, amount_text="",
            absent=absent, previous_tx=tx, previous_index=output,
            script=script, sequence=None,
        )  # fmt: skip
