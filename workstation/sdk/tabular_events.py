"""Owns turning a line of a statement (exchange, wallet, tax tool) into an event and what follows from it.

An event never moves money in the ledger. Where a row with status ok names the other side, a transfer on the chain
``stated`` is given at the same place. Must not walk tables.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from workstation.domain.amounts import plain
from workstation.domain.chains import CHAINS
from workstation.domain.records import (
    EventKind,
    EventRecord,
    Record,
    TagRecord,
    TimeBasis,
    TransactionRecord,
    TransferRecord,
)
from workstation.sdk.layout import SKIP
from workstation.sdk.networks import loose_address, loose_transaction, network_chain
from workstation.sdk.reader import AMOUNT, MISSING, RowProblem
from workstation.sdk.tableline import Line, whole_symbol
from workstation.sdk.tabular import Sheet
from workstation.sdk.text import Checker, count, known_chain, units

_KINDS: tuple[EventKind, ...] = (
    "deposit", "withdrawal", "trade", "p2p", "fiat", "fee", "reward", "transfer", "login", "account", "balance",
    "other",
)  # fmt: skip
_NO_MONEY = ("login", "account", "balance", "other")
_USUAL = {"deposit": "in", "withdrawal": "out", "reward": "in", "fee": "out"}
_STATUSES = ("ok", "failed", "pending", "unknown")
_OFF_LEDGER = re.compile(r"(?:off[- ]?chain|internal)\b", re.IGNORECASE)
_OFF_LEDGER_SAID = (
    "Some rows are transfers inside the service between its customers: nothing moved on a ledger, so they state no "
    "transfer from or to an address."
)
#: Roles that have a field of their own in an event.
_FIELDS = ("time", "asset", "amount", "fee_asset", "account", "counterparty")


class Events:
    """Makes the records of a sheet of events."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.layout = sheet, sheet.layout
        self.check = Checker()
        self.tagged: set[tuple[str, str]] = set()
        self.basis: TimeBasis = "stated" if self.layout.wallet else "exchange"
        self.chain = _parameter_chain(sheet)
        self.subject = sheet.parameters.get("subject", "").strip()
        self.asked = sheet.parameters.get("direction", "").strip().lower()

    def records(self, line: Line) -> list[Record]:
        """The records of one line; ``RowProblem`` or ``Leave`` when there are none."""
        sheet = self.sheet
        said = line.meaning("kind", _KINDS)
        status = line.meaning("status", _STATUSES)
        chain = self._chain(line)
        spent = [*_FIELDS]
        kind, direction, symbol, amount, leg = self._movement(line, said, chain)
        if leg:
            spent += [f"{leg}_amount", f"{leg}_asset"]
        if not status:
            status = "ok" if amount and not sheet.roles.get("status") else "unknown"
        fee, fee_symbol = self._fee(line, symbol, chain, spent)
        time, shown = line.time()
        address_text, tx_text = line.text("address"), line.text("tx")
        address = loose_address(self.check, chain, address_text)
        tx = loose_transaction(chain, tx_text)
        if chain and address_text and not address and not self.layout.wallet:
            sheet.run.remark(
                "warning",
                f"Some texts in the address column are no valid {chain} address: they stay in the details of their events.",
            )
        spent += ["address"] if address else []
        spent += ["tx"] if tx else []
        spent += [role for role, value in (("kind", kind), ("status", status), ("direction", direction),
                  ("network", chain), ("chain", chain)) if line.cell(role).lower() == value]  # fmt: skip
        counterparty = line.text("counterparty")
        event = EventRecord(
            place=line.place, kind=kind, service=self.layout.service, account=self._account(line), time=time,
            time_basis=self.basis, time_text=shown, direction=direction, symbol=symbol, amount_text=amount,  # type: ignore[arg-type]
            fee_symbol=fee_symbol, fee_text=fee, chain=chain, tx=tx, address=address, counterparty=counterparty,
            status=status, details=line.details(spent),  # type: ignore[arg-type]
        )  # fmt: skip
        made: list[Record] = [event]
        if _OFF_LEDGER.match(tx_text):
            sheet.run.remark("assumption", _OFF_LEDGER_SAID)
        else:
            made += self._stated(line, event)
        made += self._wallet(line, event) if self.layout.wallet else self._deposit_tag(event)
        return made

    def _chain(self, line: Line) -> str:
        for role in ("network", "chain"):
            cell = line.cell(role)
            if cell:
                meant = line.text(role)
                return meant if meant in CHAINS else network_chain(meant)
        stated = line.sheet.constants.get("chain") or line.sheet.constants.get("network")
        return stated or self.chain

    def _movement(self, line: Line, said: str, chain: str) -> tuple[EventKind, str, str, str, str]:
        """Kind, direction, symbol and amount of the event, and the leg (``in``, ``out``) it was taken from."""
        direction = line.meaning("direction", ("in", "out", ""))
        legs = {leg: line.number(f"{leg}_amount") for leg in ("in", "out")}
        filled = [leg for leg, found in legs.items() if found is not None]
        nonzero = [leg for leg in filled if set(legs[leg][1]) - set("0.")]  # type: ignore[index]
        leg, found = "", line.number("amount")
        if filled and found is None:
            said = said or (
                "trade" if len(nonzero) == 2 else "deposit" if (nonzero or filled)[0] == "in" else "withdrawal"
            )
            leg = (nonzero or filled)[0]
            if said == "withdrawal" and "out" in filled:
                leg = "out"
            found, direction = legs[leg], leg
            if found is not None and found[0] < 0 and leg == "in" and set(found[1]) - set("0."):
                raise RowProblem(AMOUNT, f"an amount that came in is negative: {line.cell('in_amount')[:40]!r}")
            if found is not None:
                found = (1, found[1])
        if found is not None and not leg:
            direction = self._signed(line, said, direction, found)
        direction = direction or _USUAL.get(said, "") or (self.asked if self.asked in ("in", "out") else "")
        kind = said or {"in": "deposit", "out": "withdrawal"}.get(direction, "")
        if not kind:
            if found is not None:
                raise RowProblem(MISSING, "the row does not say whether it is a deposit or a withdrawal")
            kind = "other"
        if kind == "balance" and found is None:
            found = line.number("balance")
            if found is not None and found[0] < 0 and set(found[1]) - set("0."):
                raise RowProblem(AMOUNT, f"the balance is negative: {line.cell('balance')[:40]!r}")
        if found is None and kind not in _NO_MONEY:
            raise RowProblem(AMOUNT, "the amount is missing")
        symbol = self._asset(line, f"{leg}_asset" if leg else "asset", chain) if found is not None else ""
        amount = (
            self._coins(line, found[1], chain, f"{leg}_decimals" if leg else "decimals") if found is not None else ""
        )
        return kind, direction, symbol, amount, leg  # type: ignore[return-value]

    def _signed(self, line: Line, said: str, direction: str, found: tuple[int, str]) -> str:
        """The direction that the sign of an amount states, or a problem where the sign has no stated meaning."""
        sign, text = found
        zero = not set(text) - set("0.")
        if self.layout.sign == "direction":
            return "out" if sign < 0 and not zero else (direction or _zero_way(zero, said))
        usual = direction or _USUAL.get(said, "")
        if sign < 0 and not zero and usual != "out":
            raise RowProblem(
                AMOUNT,
                f"the amount is negative, and the layout does not say what that means: {line.cell('amount')[:40]!r}",
            )
        return direction

    def _asset(self, line: Line, role: str, chain: str) -> str:
        symbol = line.text(role)
        if role != "asset" and not symbol:
            symbol = line.text("asset")
        elif role != "asset" and "asset" in self.sheet.words:
            symbol = line.word("asset", symbol) or symbol
        if self.layout.case == "upper":
            symbol = symbol.upper()
        if not symbol and chain:
            symbol = CHAINS[chain].symbol
        if not symbol:
            self.sheet.run.remark("warning", "Some amounts name no asset: they are kept as events without one.")
        return whole_symbol(symbol)

    def _coins(self, line: Line, text: str, chain: str, role: str = "") -> str:
        """The amount in coins: base units are divided by the row's decimals, or those of the chain's own coin."""
        unit = self.layout.unit
        if unit == "auto" and not self.sheet.whole and "." not in text and set(text) - {"0"}:
            # One damaged cell must not turn the satoshis of all other rows into coins.
            raise RowProblem(AMOUNT, f"a whole number in a file with decimals: coins or base units? {text[:40]!r}")
        if unit == "coin" or (unit == "auto" and not self.sheet.whole):
            return text
        decimals = line.text(role) if role else ""
        if decimals:
            places = count(decimals, "decimals")
            if places > 255:
                raise RowProblem(AMOUNT, "the decimals of the asset are not a small whole number")
            return plain(units(text), places)
        if not chain or chain == "stated":
            raise RowProblem(AMOUNT, "an amount in base units needs a known chain")
        if unit == "auto":
            self.sheet.run.remark(
                "assumption", "All amounts are whole numbers: they are read as base units of the coin."
            )
        return plain(units(text), CHAINS[chain].decimals)

    def _fee(self, line: Line, symbol: str, chain: str, spent: list[str]) -> tuple[str, str]:
        try:
            found = line.number("fee")
        except RowProblem:
            self.sheet.run.remark("warning", "Some fees are no numbers: they stay in the details of their events.")
            return "", ""
        if found is None:
            spent.append("fee")
            return "", ""
        if found[0] > 0:  # a minus may mean charged or credited, by the service: then the cell stays in the details
            spent.append("fee")
        fee_symbol = line.text("fee_asset") or symbol
        fee_symbol = whole_symbol(fee_symbol.upper() if self.layout.case == "upper" else fee_symbol)
        return self._coins(line, found[1], chain), fee_symbol

    def _account(self, line: Line) -> str:
        service = self.layout.service
        uid = line.text("account") if line.cell("account") else ""
        if uid:
            return line.named("account", uid, f"{service} account {{}}".strip())[:200]
        fixed = self.sheet.constants.get("account", "") or self.subject
        if fixed == SKIP:
            return ""
        if fixed:
            return fixed[:200]
        self.sheet.run.remark(
            "assumption", f"The file does not name the account: its events belong to “{service} account”."
        )
        return f"{service} account".strip()

    def _stated(self, line: Line, event: EventRecord) -> list[Record]:
        """The transfer that a row states when it counts and names the other side."""
        if event.status != "ok" or not event.symbol or not set(event.amount_text) - set("0."):
            return []
        other = self._other_side(line, event)
        if not other or not event.direction or not event.account:
            return []
        order = line.cell("sequence")
        sender, receiver = (other, event.account) if event.direction == "in" else (event.account, other)
        return [TransferRecord(
            place=line.place, chain="stated", tx="", block=None, position=None, time=event.time,
            time_basis=event.time_basis, time_text=event.time_text, kind="stated", index=None, sender=sender,
            receiver=receiver, contract="", symbol=event.symbol, decimals=None, amount=None,
            amount_text=event.amount_text, absent=None, previous_tx="", previous_index=None, script="",
            sequence=count(order, "sequence") if order else None,
        )]  # fmt: skip

    def _other_side(self, line: Line, event: EventRecord) -> str:
        kind = event.kind
        if kind == "p2p":
            default = f"{self.layout.service} P2P: {{}}"
            return line.named("counterparty", event.counterparty, default)[:200] if event.counterparty else ""
        if kind not in ("deposit", "withdrawal", "transfer", "other"):
            return ""
        if event.address and kind != "other":
            if self.layout.wallet and event.direction == "in":
                return ""  # the wallet names its own address here, not the payer's
            return f"{event.chain}:{event.address}"
        if not event.counterparty:
            return ""
        address = loose_address(self.check, event.chain, event.counterparty)
        if address:
            return f"{event.chain}:{address}"
        return line.named("counterparty", event.counterparty, f"{self.layout.service}: {{}}")[:200]

    def _deposit_tag(self, event: EventRecord) -> list[Record]:
        if event.kind != "deposit" or not event.address or (event.chain, event.address) in self.tagged:
            return []
        self.tagged.add((event.chain, event.address))
        service = self.layout.service
        day = datetime.fromtimestamp(event.time, UTC).strftime("%Y-%m-%d") if event.time is not None else ""
        return [TagRecord(
            event.place, event.chain, "address", event.address, f"{service} deposit address", "exchange", service,
            "service_data", f"{service}: {self.sheet.source.name}", day,
        )]  # fmt: skip

    def _wallet(self, line: Line, event: EventRecord) -> list[Record]:
        """The transaction a wallet saw, and the user's own note on it."""
        if not event.tx or not event.chain:
            return []
        status = event.status if event.status != "unknown" else ""
        made: list[Record] = [TransactionRecord(
            line.place, event.chain, event.tx, None, None, event.time, "stated", event.time_text, status,
        )]  # fmt: skip
        label = line.text("label")
        if label:
            made.append(TagRecord(
                line.place, event.chain, "transaction", event.tx, label[:500], "", "", "",
                f"{self.layout.service}: {self.sheet.source.name}", "",
            ))  # fmt: skip
        return made


def _zero_way(zero: bool, said: str) -> str:
    return _USUAL.get(said, "") if zero else "in"


def _parameter_chain(sheet: Sheet) -> str:
    stated = sheet.parameters.get("chain", "").strip()
    if not stated:
        return ""
    return known_chain(stated).key
