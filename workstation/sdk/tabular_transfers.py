"""Owns turning a line of a transfer list (explorer, node dump, simulation) into transactions, transfers and tags.

A failed transaction moves no value and pays its fee. Must not walk tables or decide which columns mean what.
"""

from __future__ import annotations

from workstation.domain.amounts import plain
from workstation.domain.chains import CHAINS, Chain
from workstation.domain.records import Kind, Record, TagRecord, TransactionRecord, TransactionStatus, TransferRecord
from workstation.sdk.cells import EMPTY
from workstation.sdk.networks import exact_transaction, network_chain
from workstation.sdk.reader import AMOUNT, MISSING, NETWORK, SHAPE, RowProblem
from workstation.sdk.tableline import Leave, Line, whole_symbol
from workstation.sdk.tabular import Sheet
from workstation.sdk.text import Checker, amount, count, known_chain, number_text, units

_KINDS = ("native", "internal", "token", "nft", "fee", "mint", "burn", "output", "stated", "")
_STATUSES = ("ok", "failed", "pending", "unknown")
#: What explorers write where a coin of the chain itself stands and not a token.
_NATIVE = frozenset({"so11111111111111111111111111111111111111111", "_", "-", "native",
                     "0x0000000000000000000000000000000000000000"})  # fmt: skip


#: Other symbols of a chain's own coin.
_COINS = {"polygon": ("MATIC", "POL"), "gnosis": ("XDAI", "DAI"), "avalanche": ("AVAX",)}
#: Kind, index, sender, receiver, contract, symbol, decimals, amount, amount text, absent.
_Moved = tuple[Kind, int | None, str | None, str | None, str, str, int | None, int | None, str, None]


class Transfers:
    """Makes the records of a sheet of transfers."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.layout = sheet, sheet.layout
        self.check = Checker()
        self.tagged: set[tuple[str, str, str]] = set()
        stated = sheet.parameters.get("chain", "").strip()
        self.chain = known_chain(stated).key if stated else ""
        self.has_status = bool(sheet.roles.get("status"))

    def records(self, line: Line) -> list[Record]:
        """The records of one line; ``RowProblem`` or ``Leave`` when there are none."""
        chain = self._chain(line)
        said = line.meaning("kind", _KINDS)
        status = line.meaning("status", _STATUSES)
        time, shown = line.time()
        tx_text = line.text("tx")
        if chain.key == "stated" and tx_text:
            tx_text = line.named("tx", tx_text, "{}")
        tx = exact_transaction(chain.key, tx_text) if tx_text else ""
        block_text = number_text(line.cell("block")) if line.cell("block") else ""
        block = count(block_text, "block number") if block_text else None
        sender, receiver = self._party(line, "from", chain), self._party(line, "to", chain)
        made: list[Record] = []
        basis = "block" if chain.key != "stated" else "stated"
        told: TransactionStatus = "" if status in ("unknown", "") else status  # type: ignore[assignment]
        if tx:
            made.append(TransactionRecord(line.place, chain.key, tx, block, None, time, basis, shown, told))  # type: ignore[arg-type]
        if status in ("ok", "", "unknown"):
            moved = self._moved(line, chain, said, sender, receiver)
            if moved is not None and self._nameless(chain, moved[0], moved[4], moved[5]):
                made.append(self._without_contract(line, chain, sender, receiver, time, shown, moved))
            elif moved is not None:
                made.append(TransferRecord(
                    line.place, chain.key, tx, block, None, time, basis, shown, *moved, "", None, "",  # type: ignore[arg-type]
                    self._sequence(line),
                ))  # fmt: skip
        elif not tx:
            raise Leave(f"status {line.cell('status')[:60]}")
        fee = line.number("fee")
        if fee is not None and chain.key == "stated":
            self.sheet.run.remark("warning", "Fees of rows on the chain stated have no coin and are not taken over.")
        if fee is not None and status != "pending" and chain.key != "stated" and tx:
            if sender is None:
                raise RowProblem(MISSING, "a fee needs a sender who paid it")
            paid = units(fee[1]) if self.layout.unit == "base" else amount(fee[1], chain.decimals)
            made.append(TransferRecord(
                line.place, chain.key, tx, block, None, time, basis, shown, "fee", 0, sender, None, "",  # type: ignore[arg-type]
                chain.symbol, chain.decimals, paid, "", None, "", None, "", None,
            ))  # fmt: skip
        made += self._labels(line, chain, sender, receiver)
        if not made:
            raise Leave("nothing of value moved")
        return made

    def _nameless(self, chain: Chain, kind: str, contract: str, symbol: str) -> bool:
        """Whether this is a token of which the row names a symbol only: a symbol is no identity."""
        if chain.key == "stated" or chain.model == "utxo" or contract or kind not in ("native", "token", "internal"):
            return False
        return bool(symbol) and symbol.upper() not in (chain.symbol.upper(), *_COINS.get(chain.key, ()))

    def _without_contract(
        self, line: Line, chain: Chain, sender: str | None, receiver: str | None, time: int | None, shown: str,
        moved: _Moved,
    ) -> TransferRecord:  # fmt: skip
        """The movement as a stated transfer between the addresses of the ledger."""
        self.sheet.run.remark(
            "assumption",
            "Tokens without a contract are kept as stated transfers between the addresses: a symbol is no identity.",
        )
        _, _, _, _, _, symbol, decimals, value, text, _ = moved
        if value is not None:
            text = plain(value, decimals or 0)
        return TransferRecord(
            place=line.place, chain="stated", tx="", block=None, position=None, time=time, time_basis="block",
            time_text=shown, kind="stated", index=None, sender=f"{chain.key}:{sender}" if sender else None,
            receiver=f"{chain.key}:{receiver}" if receiver else None, contract="", symbol=symbol, decimals=None,
            amount=None, amount_text=text, absent=None, previous_tx="", previous_index=None, script="",
            sequence=self._sequence(line),
        )  # fmt: skip

    def _sequence(self, line: Line) -> int | None:
        text = line.cell("sequence")
        return count(text, "sequence") if text else None

    def _chain(self, line: Line) -> Chain:
        for role in ("chain", "network"):
            cell = line.cell(role)
            if not cell:
                continue
            meant = line.text(role)
            key = meant if meant in CHAINS else network_chain(meant)
            if not key:
                self.sheet.run.remark(
                    "warning", f"The chain {cell[:40]!r} is not known here: its rows are kept as stated transfers."
                )
                key = "stated"
            return CHAINS[key]
        key = self.sheet.constants.get("chain") or self.sheet.constants.get("network") or self.chain
        if not key:
            raise RowProblem(NETWORK, "the chain is not stated: choose the chain of the file")
        return CHAINS[key]

    def _party(self, line: Line, role: str, chain: Chain) -> str | None:
        text = line.text(role)
        if not text:
            return None
        if chain.key == "stated":
            return self.check("stated", line.named(role, text, "{}")[:128])
        return self.check(chain.key, text)

    def _moved(self, line: Line, chain: Chain, said: str, sender: str | None, receiver: str | None) -> _Moved | None:
        """Kind, index, sides, asset and amount of the movement; None when nothing of value moved."""
        found = self._value(line)
        token = line.text("token_id") if said == "nft" or line.column("token_id") != line.column("amount") else ""
        if found is None and token and said in ("nft", ""):
            found = (1, "1")
        if said == "nft" and line.column("token_id") == line.column("amount"):
            found = (1, "1")  # one column holds amounts and, for NFTs, token ids
        if found is None:
            raise RowProblem(AMOUNT, "the amount is missing")
        sign, text = found
        if sign < 0 and set(text) - set("0."):
            raise RowProblem(AMOUNT, f"the amount is negative: {line.cell('amount')[:40]!r}")
        contract = self._contract(line, chain)
        kind = said or self._kind(chain, contract, token)
        if kind == "native" and not set(text) - set("0."):
            return None
        if kind == "output" and (chain.model != "utxo" or sender is not None):
            raise RowProblem(MISSING, "an output has a receiver only, and stands on a chain of inputs and outputs")
        if sender is None and receiver is None:
            raise RowProblem(MISSING, "the row names neither a sender nor a receiver")
        if (
            chain.model == "account"
            and chain.key != "stated"
            and kind in ("native", "token", "nft", "internal")
            and (sender is None or receiver is None)
        ):
            raise RowProblem(MISSING, "the sender is missing" if sender is None else "the receiver is missing")
        index_text = line.text("index")
        index = count(index_text, "index") if index_text else None
        symbol = whole_symbol(line.text("asset"))
        if kind == "nft":
            if not token:
                raise RowProblem(MISSING, "the token id of an NFT is missing")
            return (
                "nft",
                index,
                sender,
                receiver,
                f"{contract}/{units(token, 'token id')}",
                symbol,
                0,
                units(_whole(text)),
                "",
                None,
            )
        decimals = self._decimals(line, chain, contract, kind, symbol)
        own = symbol.upper() in ("", chain.symbol.upper(), *_COINS.get(chain.key, ()))
        if not contract and chain.key != "stated" and own:
            symbol = chain.symbol
        if self.layout.unit == "base":
            return kind, index, sender, receiver, contract, symbol, decimals, units(_whole(text)), "", None  # type: ignore[return-value]
        if decimals is None:
            return kind, index, sender, receiver, contract, symbol, None, None, text, None  # type: ignore[return-value]
        return kind, index, sender, receiver, contract, symbol, decimals, amount(text, decimals), "", None  # type: ignore[return-value]

    def _value(self, line: Line) -> tuple[int, str] | None:
        """The amount, or the filled one of two columns in and out."""
        found = line.number("amount")
        if found is not None:
            return found
        sides = [side for side in (line.number("in"), line.number("out")) if side is not None]
        nonzero = [side for side in sides if set(side[1]) - set("0.")]
        if len(nonzero) == 2 and nonzero[0][1] != nonzero[1][1]:
            raise RowProblem(AMOUNT, "the columns of incoming and outgoing value contradict each other")
        filled = nonzero or sides
        return filled[0] if filled else None

    def _contract(self, line: Line, chain: Chain) -> str:
        text = line.text("contract")
        if not text or text.lower() in _NATIVE or chain.key == "stated" or text.lower() == chain.symbol.lower():
            return ""
        return self.check(chain.key, text)

    def _kind(self, chain: Chain, contract: str, token: str) -> str:
        if chain.key == "stated" or chain.model == "utxo":
            return "stated"
        if not contract:
            return "native"
        return "nft" if token else "token"

    def _decimals(self, line: Line, chain: Chain, contract: str, kind: str, symbol: str) -> int | None:
        text = line.text("decimals")
        if text and text not in EMPTY:
            value = count(text.removesuffix(".0"), "decimals")
            if value > 255:
                raise RowProblem(AMOUNT, "the decimals of the asset are not a small whole number")
            return value
        if chain.key == "stated" or contract:
            return None
        if self._nameless(chain, kind, contract, symbol):
            return None
        return chain.decimals

    def _labels(self, line: Line, chain: Chain, sender: str | None, receiver: str | None) -> list[Record]:
        made: list[Record] = []
        for role, ref in (("from_label", sender), ("to_label", receiver)):
            label = line.text(role)[:500]
            if not label or ref is None or chain.key == "stated" or (chain.key, ref, label) in self.tagged:
                continue
            self.tagged.add((chain.key, ref, label))
            source = self.layout.service or self.sheet.source.name
            made.append(TagRecord(line.place, chain.key, "address", ref, label, "", "", "", source, ""))
        return made


def _whole(text: str) -> str:
    """A whole number: zeros behind the point may go."""
    whole, _, fraction = text.partition(".")
    if fraction.strip("0"):
        raise RowProblem(SHAPE, f"not a whole number of base units: {text[:60]!r}")
    return whole
