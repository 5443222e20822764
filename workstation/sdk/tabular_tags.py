"""Owns turning a line of a label list into tags, and into the balance it states. Must not walk tables."""

from __future__ import annotations

from datetime import UTC, datetime

from workstation.domain import addresses
from workstation.domain.chains import CHAINS
from workstation.domain.records import EventRecord, Record, TagRecord
from workstation.sdk.networks import exact_transaction, network_chain
from workstation.sdk.reader import ADDRESS, AMOUNT, MISSING, NETWORK, ZERO_ADDRESS, RowProblem
from workstation.sdk.tableline import Leave, Line, cut, whole_symbol
from workstation.sdk.tabular import Sheet
from workstation.sdk.text import ZERO_EVM, Checker, known_chain


class Tags:
    """Makes the records of a sheet of labels."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.layout = sheet, sheet.layout
        self.check = Checker()
        stated = sheet.parameters.get("chain", "").strip()
        self.chain = known_chain(stated).key if stated else ""

    def records(self, line: Line) -> list[Record]:
        """The records of one line; ``RowProblem`` or ``Leave`` when there are none."""
        address_text, tx_text = line.text("address"), line.text("tx")
        text = address_text or tx_text
        if not text:
            raise RowProblem(MISSING, "the row names neither an address nor a transaction")
        chain = self._chain(line, address_text)
        ref = self.check(chain, address_text) if address_text else exact_transaction(chain, tx_text)
        if ref == ZERO_EVM:
            raise RowProblem(ZERO_ADDRESS, "the zero address is never tagged: it stands for every mint and burn")
        label = line.text("label") or line.text("actor") or line.text("category")
        balance = self._balance(line, chain, ref) if address_text else None
        if not label:
            if balance is None:
                raise Leave("no label")
            return [balance]
        time, _ = line.time("date") if line.cell("date") else (None, "")
        day = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d") if time is not None else ""
        made: list[Record] = [TagRecord(
            line.place, chain, "address" if address_text else "transaction", ref, cut(label, 500),
            cut(line.text("category"), 200), cut(line.text("actor"), 200), cut(line.text("confidence"), 100),
            cut(line.text("source") or self.layout.service or self.sheet.source.name, 500), day,
        )]  # fmt: skip
        return made if balance is None else [*made, balance]

    def _chain(self, line: Line, address: str) -> str:
        for role in ("chain", "network"):
            cell = line.cell(role)
            if cell:
                meant = line.text(role)
                key = meant if meant in CHAINS else network_chain(meant)
                if not key:
                    raise RowProblem(NETWORK, f"unknown chain {cell[:40]!r}")
                return key
        stated = self.sheet.constants.get("chain") or self.sheet.constants.get("network") or self.chain
        if stated:
            return stated
        fits = addresses.recognise(address) if address else ()
        if not fits:
            raise RowProblem(ADDRESS, "the chain is not stated, and the form of the address does not tell it")
        self.sheet.run.remark(
            "assumption",
            f"The labels belong to {fits[0]}, by the form of their addresses: state the chain if it is another.",
        )
        return fits[0]

    def _balance(self, line: Line, chain: str, ref: str) -> EventRecord | None:
        """The balance a label page states; a service's statement about an address, no money."""
        found = line.number("balance")
        if found is None:
            return None
        if found[0] < 0 and set(found[1]) - set("0."):
            raise RowProblem(AMOUNT, f"the balance is negative: {line.cell('balance')[:40]!r}")
        count = line.cell("tx_count")
        return EventRecord(
            line.place, "balance", self.layout.service or self.sheet.source.name, "", None, "stated", "", "",
            whole_symbol(line.text("asset")) or CHAINS[chain].symbol, found[1], "", "", chain, "", ref, "", "ok",
            (("tx_count", count),) if count else (),
        )  # fmt: skip
