"""Owns the steps of a run in plain language, every line with its arithmetic. Must not run a method.

Figures in lines are exact: an amount that is no whole number of units says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workstation.analysis.trace.exact import Number, Parts, add, plain, text
from workstation.analysis.trace.ledger import Transfer
from workstation.analysis.trace.results import Step
from workstation.analysis.trace.segments import Segments
from workstation.app.tracing.engines import CoinLine, Line, PaymentLine
from workstation.casefile.values import NOT_STATED, utc
from workstation.domain.amounts import Asset

#: Longer rows of pieces are told as sums by label.
_PIECES = 40
_SMALL = 1000
#: What each method does, for people (accounts, then coins).
RULES: tuple[tuple[str, str, str], ...] = (
    ("fifo", "What came in first goes out first.", "The outputs take from the front of this row, in their order."),
    ("lifo", "What came in last goes out first.", "The outputs take from the end of this row, in their order."),
    ("haircut", "Every part of the balance goes out in proportion.", "Every output takes its share of all parts."),
    ("poison", "Everything that leaves a marked balance is marked.", "One marked input marks every output."),
    ("libr", "The owner's own money goes out first.", ""),
    ("dirty_first", "Marked money goes out first.", "Marked money first; the outputs take in their order."),
    ("clean_first", "", "Money that is not marked first; the outputs take in their order."),
    ("tiho", "", "Marked money first; the largest output takes first."),
)


@dataclass(frozen=True, slots=True)
class Teller:
    """What is needed to tell the steps of one chain.

    Attributes:
        tx_of, events: transfer number -> transaction id (or empty), and the payment as the case holds it.
        marks: payment, or ``transaction:output``, that a source marks -> labels.
    """

    line: Line
    backward: bool
    method: str
    tx_of: Mapping[str, str]
    events: Mapping[str, Transfer]
    marks: Mapping[str, str]

    def step(self, number: int, step: Step) -> dict[str, Any]:
        """One step as JSON, with its lines."""
        return self._coins(number, step) if isinstance(self.line, CoinLine) else self._payment(number, step)

    # --- coins ------------------------------------------------------------------------------------------------

    def _coins(self, number: int, step: Step) -> dict[str, Any]:
        line = self.line
        assert isinstance(line, CoinLine)
        asset, tx = line.book.asset, line.ledger.by_id[step.place]
        when = line.book.times.get(step.place)
        lines = [f"{_when(when)}: transaction {step.place}{', read backward' if self.backward else ''}."]
        came = [f"{n + 1}) {pieces(row, asset)}" for n, row in enumerate(step.inputs) if _marked(row)]
        clean = len(step.inputs) - len(came)
        whole = plain(sum((self._size(row) for row in step.inputs), start=0))
        lines.append(
            f"It takes in {amount(whole, asset)} in {len(step.inputs)} parts: {'; '.join(came)}"
            + (f"; {clean} parts are not marked." if clean else ".")
        )
        lines.append(_rule(self.method, coins=True))
        outputs = []
        quiet = 0
        for name, row in step.outputs:
            txid, _, vout = name.rpartition(":")
            coin = line.coin((txid, int(vout)))
            output = tx.outputs[int(vout)]
            outputs.append(
                {"coin": f"{coin[0]}:{coin[1]}", "to": output.address, "value": str(output.value), "row": row_json(row)}
            )
            if _marked(row):
                where = output.address or "an output without address"
                lines.append(f"{amount(output.value, asset)} to {where}: takes {pieces(row, asset)}.")
            else:
                quiet += 1
            if name in self.marks:
                lines.append(
                    f"This output is a source: what was not marked in it is from here on “{self.marks[name]}”."
                )
        if quiet:
            lines.append(f"{quiet} other outputs take nothing that is marked.")
        left = self._size(step.remainder)
        name = "What nobody paid" if self.backward else "The fee"
        lines.append(
            f"{name}, {amount(left, asset)}, takes what is left: {pieces(step.remainder, asset)}."
            if step.remainder
            else "Nothing is left over."
        )
        return self._told(number, step, f"transaction:{line.book.chain}:{step.place}", when, asset, outputs, lines)

    # --- payments ---------------------------------------------------------------------------------------------

    def _payment(self, number: int, step: Step) -> dict[str, Any]:
        line = self.line
        assert isinstance(line, PaymentLine)
        asset = line.book.assets[step.asset]
        event = self.events[step.place]
        moved = step.outputs[0][1] if step.outputs else []
        tx = self.tx_of.get(step.place, "")
        when = None if event.ts == NOT_STATED else event.ts
        receiver = event.sender if self.backward else event.receiver
        head = f"{_when(when)}: transfer {step.place}{f' in transaction {tx}' if tx else ''}"
        lines = [f"{head}{', read backward' if self.backward else ''}."]
        payer = step.account or "an unknown payer"
        lines.append(
            f"Before: {payer} holds {pieces(step.before, asset)}." if step.before else f"{payer} holds nothing known."
        )
        verb = "pays a fee of" if step.kind == "fee" else "pays" if not self.backward else "had received"
        where = "" if step.kind == "fee" else f" {'from' if self.backward else 'to'} {receiver or 'an unknown place'}"
        lines.append(f"It {verb} {amount(self._size(moved), asset)}{where}: {pieces(moved, asset)}.")
        lines.append(_rule(self.method, coins=False))
        if step.missing:
            lines.append(
                f"{amount(step.missing, asset)} of it is more than the case knows it had: money of unknown origin."
            )
        if step.place in self.marks and step.kind != "fee":
            lines.append(
                f"This payment is a source: what was not marked in it is from here on “{self.marks[step.place]}”."
            )
        lines.append(
            f"After: {payer} holds {pieces(step.remainder, asset)}."
            if step.remainder
            else f"After: {payer} holds nothing."
        )
        outputs = [{"coin": None, "to": receiver, "value": text(self._size(moved)), "row": row_json(moved)}]
        key = f"transfer:{line.book.chain}:{step.place}"
        return self._told(number, step, key, when, asset, outputs, lines)

    def _size(self, row: Segments) -> Number:
        """Units of a row; under poison every label stands on the whole of it."""
        if self.method == "poison":
            return row[0][1] if row else 0
        found: Number = 0
        for _, size in row:
            found += size
        return found

    def _told(
        self, number: int, step: Step, subject: str, when: int | None, asset: Asset, outputs: Sequence[Mapping[str, Any]],
        lines: Sequence[str],
    ) -> dict[str, Any]:  # fmt: skip
        return {
            "number": number,
            "subject": subject,
            "time": when,
            "kind": step.kind,
            "account": step.account or None,
            "asset": asset.symbol,
            "inputs": [row_json(row) for row in step.inputs],
            "queue": row_json(step.before),
            "outputs": list(outputs),
            "remainder": row_json(step.remainder),
            "missing": str(step.missing),
            "lines": [line for line in lines if line],
        }


def amount(units: Number, asset: Asset) -> str:
    """An exact amount with its symbol; a part of a unit is told, never rounded."""
    units = plain(units)
    if isinstance(units, int):
        return f"{asset.written(units)} {asset.symbol}"
    whole, rest = divmod(units.numerator, units.denominator)
    part = f"{rest}/{units.denominator}" if units.denominator <= _SMALL else "a part"
    return f"{asset.written(whole)} {asset.symbol} and {part} of a unit"


def pieces(row: Segments, asset: Asset) -> str:
    """A row of pieces in words."""
    if len(row) > _PIECES:
        row = _summed(row)
    said = [f"{amount(size, asset)} {'not marked' if label is None else f'of “{label}”'}" for label, size in row]
    return ", then ".join(said) or "nothing"


def row_json(row: Segments) -> list[list[str | None]]:
    """A row as [label or null, amount] pairs; a long row as sums by label."""
    return [[label, text(size)] for label, size in (_summed(row) if len(row) > _PIECES else row)]


def _summed(row: Segments) -> Segments:
    sums: Parts = {}
    clean: Number = 0
    for label, size in row:
        if label is None:
            clean += size
        else:
            add(sums, {label: size})
    return [*sums.items(), *([(None, clean)] if clean else [])]


def _marked(row: Segments) -> bool:
    return any(label is not None for label, _ in row)


def _rule(method: str, *, coins: bool) -> str:
    return next((c if coins else a for name, a, c in RULES if name == method), "")


def _when(time: int | None) -> str:
    return "Time not stated" if time is None else utc(time).replace("T", " ").replace("Z", " UTC")
