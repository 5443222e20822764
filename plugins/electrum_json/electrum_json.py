"""Reads the history that Electrum writes as JSON: a list, a map of items, or ``{"summary": …, "transactions": …}``.

Owns that shape. It is what a wallet says about itself: events of one account, never money in the ledger. ``date`` is
the local time of that computer; ``timestamp`` (Unix seconds of the block) is used instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from workstation.domain.chains import Chain
from workstation.domain.records import EventRecord, Place, Record, Status, TagRecord, TransactionRecord
from workstation.sdk.answers import utxo_chain
from workstation.sdk.jsonscan import Piece, blank, elements, members, quarantine, text_of, value_at
from workstation.sdk.reader import AMOUNT, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.text import amount, count, number_text, seconds, transaction

STREAMS = ("/{row}", "entry {row}", "/transactions/{row}", "/")
_LIST, _MAP, _RPC, _WHOLE = range(4)
_LONGEST = 400
_OWN = ("txid", "timestamp", "bc_value", "value", "label", "incoming", "fee", "fee_sat")
# Electrum offers this name when it saves a history; the CSV layouts take the wallet from it in the same way.
_FILE = re.compile(r"electrum-history-(.+?)(?:\.json)?$")
_SIGNED = re.compile(r"([+-]?)(.*)\Z", re.DOTALL)


def sniff(head: bytes, name: str) -> Sniff:
    """By ``txid`` with ``bc_value``, or with ``txpos_in_block`` and ``incoming``, as only Electrum writes."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"txid"' in head and (b'"bc_value"' in head or (b'"txpos_in_block"' in head and b'"incoming"' in head)):
        return Sniff(0.97, "JSON with txid, bc_value and label, as Electrum writes its history")
    if b'"monotonic_timestamp"' in head and b'"label"' in head:
        return Sniff(0.9, "JSON with monotonic_timestamp and label, as Electrum writes its history")
    return NO


def _money(value: object) -> tuple[str, str]:
    """Sign and plain decimal of an amount in coins; Electrum writes ``"+0.05"``, ``"0."`` or ``"-1,000.5 BTC"``."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, Decimal):
        value = format(value, "f") if -100 < value.adjusted() < 100 else ""
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**40 else ""
    if not isinstance(value, str):
        raise RowProblem(AMOUNT, "an amount is not a number or text")
    found = _SIGNED.match(value.strip().removesuffix(" BTC").strip())
    sign, digits = found.groups() if found else ("", "")
    text = number_text(digits.strip())
    return sign, (text + "0" if text.endswith(".") else text)


class _Reader:
    """Turns history items into records."""

    def __init__(self, chain: Chain, run: Run, account: str, source: str) -> None:
        self.chain = chain
        self.run = run
        self.account = account
        self.source = source

    def take(self, value: Any, place: Place) -> list[Record]:
        """Event, transaction and label of one item."""
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "an item is not an object")
        label = value.get("label")
        if label is not None and not isinstance(label, str):
            raise RowProblem(SHAPE, "a label is not text")
        if value.get("type") == "lightning" or "payment_hash" in value:
            self.run.skipped("Lightning payment: it is not in the ledger")
            return []
        tx = transaction(value.get("txid", value.get("tx_hash")), "utxo")
        height, stamp, position = value.get("height"), value.get("timestamp"), value.get("txpos_in_block")
        done = isinstance(height, int) and height > 0
        status: Status = "ok" if done else "pending"
        time = seconds(stamp) if stamp else None
        text = "" if time is None else str(time)
        block = count(height, "height") if done else None
        place_in_block = count(position, "txpos_in_block") if isinstance(position, int) and position >= 0 else None
        event = self._event(value, place, tx, status, time, text)
        made: list[Record] = [
            TransactionRecord(place, self.chain.key, tx, block, place_in_block, time, "block", text, status), event,
        ]  # fmt: skip
        if label:
            made.append(TagRecord(
                place, self.chain.key, "transaction", tx, label[:_LONGEST], "", "", "", self.source, ""
            ))  # fmt: skip
        return made

    def _event(
        self, value: Mapping[str, Any], place: Place, tx: str, status: Status, time: int | None, text: str
    ) -> EventRecord:
        sign, worth = _money(value.get("bc_value", value.get("value")))
        incoming = value.get("incoming")
        direction: Literal["in", "out"] = "out" if sign == "-" or (not sign and incoming is False) else "in"
        amount(worth, self.chain.decimals)
        fee = ""
        if value.get("fee") not in (None, "", "0.") and not isinstance(value.get("fee"), bool):
            fee = _money(value["fee"])[1]
        details = [
            (key[:100], str(item)[:1000])
            for key, item in value.items()
            if key not in _OWN and item not in (None, "") and not isinstance(item, list | dict)
        ]
        if value.get("label"):
            details.insert(0, ("label", value["label"][:_LONGEST]))
        return EventRecord(
            place=place, kind="deposit" if direction == "in" else "withdrawal", service="Electrum",
            account=self.account, time=time, time_basis="block", time_text=text, direction=direction,
            symbol=self.chain.symbol, amount_text=worth, fee_symbol=self.chain.symbol if fee else "", fee_text=fee,
            chain=self.chain.key, tx=tx, address="", counterparty="", status=status, details=tuple(details[:64]),
        )  # fmt: skip


def _items(text: str, run: Run) -> Iterator[tuple[int, Piece]]:
    """(stream, piece) of every history item."""
    start = blank(text, 0)
    if text[start : start + 1] == "[":
        yield from ((_LIST, piece) for piece in elements(text, start))
        return
    if text[start : start + 1] != "{":
        raise Refusal("This is no history of Electrum: it is neither a list nor an object.")
    walk, row = members(text, start, frozenset({"transactions"})), 0
    step: tuple[str, Piece] | None = next(walk, None)
    while step is not None:
        key, piece = step
        moved: int | None = None
        if key == "transactions" and piece.start == piece.end:
            for one in elements(text, piece.start):
                moved = one.end
                yield _RPC, one
        elif key == "":
            yield _MAP, piece
        elif key == "txid":
            yield _WHOLE, value_at(text, start)
            return
        elif isinstance(piece.value, dict) and key != "summary":
            yield _MAP, Piece(row, piece.start, piece.end, piece.value)
            row += 1
        elif piece.code:
            yield _MAP, Piece(row, piece.start, piece.end, None, piece.code, piece.problem)
            row += 1
        try:
            step = walk.send(moved)  # type: ignore[attr-defined]
        except StopIteration:
            step = None


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; items that cannot be used come out as bad rows."""
    text = text_of(source)
    named = _FILE.search(source.name)
    account = f"Electrum account {named.group(1)[:100]}" if named else parameters.get("subject", "")
    if not account:
        account = "Electrum account"
        run.remark("assumption", f"The file does not name the wallet: it is called {account}.")
    chain = utxo_chain(parameters, run, text, "a history of Electrum")
    reader = _Reader(chain, run, account, f"Electrum: {source.name}"[:1000])
    read_rows = 0
    for stream, piece in _items(text, run):
        if piece.index < 0:
            if piece.code:
                run.remark("warning", f"The file is cut: {piece.problem}. Complete records were kept.")
            continue
        read_rows += 1
        place = Place(stream, piece.index, None, piece.start, piece.end - piece.start)
        if piece.code:
            damaged = quarantine(source, piece, stream, run, piece.index)
            if damaged is not None:
                yield damaged
            continue
        try:
            yield from reader.take(piece.value, place)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    run.rows(read_rows)
    run.remark(
        "assumption", "Amounts are the net effect on the wallet; times are block times (timestamp), not the local date."
    )
    if read_rows == 0:
        run.remark("warning", "The file holds no transactions.")
