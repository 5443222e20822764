"""Owns the steps of a run in plain language, every line with its arithmetic. Must not run a method.

Figures in lines are exact: an amount that is no whole number of units says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workstation.analysis.trace.exact import Number, Parts, add, plain, share, text
from workstation.analysis.trace.ledger import Transfer, Tx
from workstation.analysis.trace.results import Step
from workstation.analysis.trace.segments import Segments
from workstation.app.tracing.conversions import Leg
from workstation.app.tracing.figures import PIECES, carries, counted, pieces, row_json, said
from workstation.app.tracing.lines import CoinLine, Line, PaymentLine
from workstation.casefile.values import NOT_STATED, utc
from workstation.domain.amounts import Asset

#: Inputs and outputs of one transaction that are told one by one; all are counted.
_ROWS = 30
#: What each method does, for people (accounts, then coins).
RULES: tuple[tuple[str, str, str], ...] = (
    ("fifo", "What came in first goes out first.", "The outputs take from the front of this row, one after the other."),
    ("lifo", "What came in last goes out first.", "The outputs take from the end of this row, one after the other."),
    ("haircut", "Every part goes out in the same proportion.", "Every output takes the same share of every part."),
    ("poison", "Everything that leaves a marked balance counts as marked.", "One marked input marks every output."),
    ("libr", "The owner's own money goes out first; marked money leaves only when that is used up.", ""),
    ("dirty_first", "Marked money goes out first.", "Marked money stands first; the outputs take one after the other."),
    ("clean_first", "", "Money that is not marked stands first; the outputs take one after the other."),
    ("tiho", "", "Marked money stands first; the largest output takes first."),
)
_QUEUES = ("fifo", "lifo")


@dataclass(frozen=True, slots=True)
class Swapped:
    """A declared conversion in the direction of the question: ``first`` became ``second``."""

    kind: str
    first: Leg
    second: Leg
    reason: str


@dataclass(frozen=True, slots=True)
class Teller:
    """What is needed to tell the steps of one chain.

    Attributes:
        tx_of, events: transfer number -> transaction id (or empty), and the payment as the case holds it.
        marks: payment, or ``transaction:output``, that a source marks -> labels.
        swapped: transfer number of either leg of a declared conversion -> the conversion.
    """

    line: Line
    backward: bool
    method: str
    tx_of: Mapping[str, str]
    events: Mapping[str, Transfer]
    marks: Mapping[str, str]
    swapped: Mapping[str, Swapped]

    def step(self, number: int, step: Step) -> dict[str, Any]:
        """One step as JSON, with its lines."""
        if isinstance(self.line, CoinLine):
            return self._coins(number, step)
        return self._conversion(number, step) if step.kind == "convert" else self._payment(number, step)

    # --- coins ------------------------------------------------------------------------------------------------

    def _coins(self, number: int, step: Step) -> dict[str, Any]:
        line = self.line
        assert isinstance(line, CoinLine)
        asset, tx = line.book.asset, line.ledger.by_id[step.place]
        when = line.book.times.get(step.place)
        lines = [f"{_when(when)}: transaction {step.place}{', read backward' if self.backward else ''}."]
        whole = plain(sum((self._size(row) for row in step.inputs), start=0))
        came = [(n, row) for n, row in enumerate(step.inputs) if carries(row)]
        quiet = [row for row in step.inputs if not carries(row)]
        inputs = counted(len(step.inputs), "input", "inputs")
        lines.append(f"It takes in {said(whole, asset)} through {inputs}.")
        lines += [
            f"Input {n + 1}{self._from(tx, n)}, {said(self._size(row), asset)}{self._content_of_coin(row, asset)}."
            for n, row in came[:_ROWS]
        ]
        if len(came) > _ROWS:
            lines.append(f"{counted(len(came) - _ROWS, 'more input is', 'more inputs are')} marked in part or whole.")
        if quiet:
            money = said(plain(sum((self._size(row) for row in quiet), start=0)), asset)
            lines.append(f"{counted(len(quiet), 'other input', 'other inputs')}: {money}, not marked.")
        if len(step.inputs) > 1 and self.method not in ("poison", "haircut"):
            lines.append(f"All of it in one row{self._content_of_coin(step.before, asset)}.")
        lines.append(_rule(self.method, coins=True))
        outputs = []
        none: list[int] = []
        told = 0
        for name, row in step.outputs:
            txid, _, vout = name.rpartition(":")
            coin = line.coin((txid, int(vout)))
            output = tx.outputs[int(vout)]
            outputs.append(
                {"coin": f"{coin[0]}:{coin[1]}", "to": output.address, "value": str(output.value), "row": row_json(row)}
            )
            if not carries(row):
                none.append(output.value)
                continue
            told += 1
            if told <= _ROWS:
                where = output.address or "an output without an address"
                lines.append(
                    f"Output {int(vout) + 1}, {said(output.value, asset)} to {where}{self._takes(step, row, asset)}."
                )
            if name in self.marks:
                lines.append(
                    f"This output is a source: what was not marked in it is “{self.marks[name]}” from here on."
                )
        if told > _ROWS:
            lines.append(f"{counted(told - _ROWS, 'more output takes', 'more outputs take')} marked money.")
        if none:
            lines.append(
                f"{counted(len(none), 'other output', 'other outputs')}, {said(sum(none), asset)}:"
                " nothing that is marked."
            )
        left = self._size(step.remainder)
        name = "what nobody paid (newly made coins)" if self.backward else "the fee"
        out = sum(output.value for output in tx.outputs)
        if step.remainder:
            lines.append(f"What is left, {said(left, asset)}, is {name}{self._content_of_coin(step.remainder, asset)}.")
        lines.append(
            f"Check: {said(whole, asset)} in = {said(out, asset)} out + {said(left, asset)} {'left' if self.backward else 'fee'}."
        )
        return self._told(number, step, f"transaction:{line.book.chain}:{step.place}", when, asset, outputs, lines)

    def _from(self, tx: Tx, place: int) -> str:
        """Whose coin an input spends, when that is known."""
        assert isinstance(self.line, CoinLine)
        if self.backward or place >= len(tx.inputs):
            return ""
        spent = tx.inputs[place]
        made = self.line.ledger.origin(spent)
        address = spent.address if made is None else made.address
        return f" from {address}" if address else ""

    def _takes(self, step: Step, row: Segments, asset: Asset) -> str:
        """What an output takes, with its arithmetic under haircut."""
        if self.method != "haircut" or len(step.before) == 1:
            return self._content_of_coin(row, asset)
        return f": of {_shares(step.before, row, self._size(row), self._size(step.before), asset).partition(' of ')[2]}"

    def _content_of_coin(self, row: Segments, asset: Asset) -> str:
        if len(row) > 1 and self.method not in ("poison", "haircut"):
            return f": {pieces(row, asset)}"
        return self._content(row, asset)

    # --- payments ---------------------------------------------------------------------------------------------

    def _payment(self, number: int, step: Step) -> dict[str, Any]:
        line = self.line
        assert isinstance(line, PaymentLine)
        asset = line.book.assets[step.asset]
        event = self.events[step.place]
        moved = step.outputs[0][1] if step.outputs else []
        when = None if event.ts == NOT_STATED else event.ts
        receiver = event.sender if self.backward else event.receiver
        payer = step.account or "an unknown payer"
        back = ", read backward" if self.backward else ""
        lines = [f"{_when(when)}: {self._transfer(step.place)}{back}."]
        paid = self._size(moved)
        fee = step.kind == "fee"
        verb = "pays a fee of" if fee else "had received" if self.backward else "pays"
        where = "" if fee else f" {'from' if self.backward else 'to'} {receiver or 'an unknown place'}"
        lines.append(f"{payer} {verb} {said(paid, asset)}{where}.")
        swap = self.swapped.get(step.place)
        if swap is not None and not fee:
            lines.append(f"The analyst declares this payment the first half of a {swap.kind}: {swap.reason}")
        known = self._size(step.before)
        mark = "" if fee else self.marks.get(step.place, "")
        if step.before:
            lines.append(f"Before, {payer} holds {said(known, asset)}{self._content(step.before, asset)}.")
            lines.append(_rule(self.method, coins=False))
            lines.append(f"{'The fee' if fee else 'The payment'} takes {self._taken(step, moved, paid, known, asset)}.")
            if step.missing:
                lines.append(
                    f"{said(step.missing, asset)} of it is more than the case knows {payer} had: money of unknown origin."
                )
        else:
            lines.append(f"The case knows of no money that {payer} held before: its origin is unknown.")
        if mark:
            lines.append(f"This payment is a source: what was not marked in it is “{mark}” from here on.")
        lines.append(self._after(step, payer, known, paid, asset))
        outputs = [{"coin": None, "to": receiver, "value": text(paid), "row": row_json(moved)}]
        key = f"transfer:{line.book.chain}:{step.place}"
        return self._told(number, step, key, when, asset, outputs, lines)

    def _transfer(self, number: str) -> str:
        tx = self.tx_of.get(number, "")
        return f"transfer {number}{f' in transaction {tx}' if tx else ''}"

    def _taken(self, step: Step, moved: Segments, paid: Number, known: Number, asset: Asset) -> str:
        """What a payment takes out of a pool, with the arithmetic of the method."""
        if step.place in self.marks or step.missing or not carries(step.before):
            return self._row(moved, asset)
        if self.method == "haircut":
            return _shares(step.before, moved, paid, known, asset)
        if self.method == "poison":
            return f"{said(paid, asset)}, all of it touched by {_labels(moved)}"
        if self.method in ("libr", "dirty_first"):
            own = sum((size for label, size in step.before if label is None), start=0)
            marked = known - own
            first, rest = (own, marked) if self.method == "libr" else (marked, own)
            served = min(first, paid)
            name, other = ("own money", "marked money") if self.method == "libr" else ("marked money", "own money")
            if not first:
                return f"{self._row(moved, asset)}, because there is no {name}"
            more = f", and the other {said(plain(paid - served), asset)} from the {other} of {said(plain(rest), asset)}"
            return (
                f"{said(plain(served), asset)} from the {name} of {said(plain(first), asset)}"
                f"{more if paid > served else ''}: {self._row(moved, asset)}"
            )
        return self._row(moved, asset)

    def _content(self, row: Segments, asset: Asset) -> str:
        """What a pool is made of, behind its size."""
        if self.method == "poison":
            return f", all of it touched by {_labels(row)}" if carries(row) else ", none of it marked"
        if len(row) == 1:
            return ", none of it marked" if row[0][0] is None else f", all of it “{row[0][0]}”"
        order = ", in the order in which it came in" if self.method in _QUEUES else ""
        return f"{order}: {self._row(row, asset)}"

    def _row(self, row: Segments, asset: Asset) -> str:
        """Pieces in their order; of a pool, which has none, just listed."""
        return pieces(row, asset, then=isinstance(self.line, CoinLine) or self.method in _QUEUES)

    def _after(self, step: Step, payer: str, known: Number, paid: Number, asset: Asset) -> str:
        left = self._size(step.remainder)
        if not step.remainder:
            return f"After, {payer} holds nothing."
        known_sum = f"{said(known, asset)} − {said(plain(known - left), asset)} = "
        return f"After, {payer} holds {known_sum if known != left else ''}{said(left, asset)}{self._content(step.remainder, asset)}."

    def _conversion(self, number: int, step: Step) -> dict[str, Any]:
        """A declared conversion: what went in, the rate, what came out."""
        swap = self.swapped[step.place]
        before, after = swap.first.asset, swap.second.asset
        paid, got = swap.first.units, swap.second.units
        row = step.inputs[0] if step.inputs else []
        out = [(label, share(size, got, paid)) for label, size in row]
        when = None if swap.second.time == NOT_STATED else swap.second.time
        receiver = swap.first.sender if self.backward else swap.second.receiver
        if self.backward:
            receiver = swap.second.sender
        lines = [
            f"{_when(when)}: transfer {swap.first.number} became transfer {swap.second.number} by a declared {swap.kind}"
            f"{', read backward' if self.backward else ''}.",
            f"Transfer {swap.first.number} on {swap.first.chain}: {said(paid, before)}{_in_tx(swap.first)}.",
            f"Transfer {swap.second.number} on {swap.second.chain}: {said(got, after)}{_in_tx(swap.second)}.",
            f"Declared by the analyst, because: {swap.reason}",
            f"In went {pieces(row, before)}.",
            f"Every part keeps its share: its amount × {said(got, after)} ÷ {said(paid, before)}.",
            f"Out came {pieces(out, after)}, which {receiver or 'the receiver'} holds now.",
        ]
        if step.missing:
            lines.append(f"{said(step.missing, before)} of it is money of unknown origin.")
        if step.place in self.marks:
            lines.append(f"This is a source: what was not marked in it is from here on “{self.marks[step.place]}”.")
        outputs = [{"coin": None, "to": receiver, "value": text(got), "row": row_json(out)}]
        key = f"transfer:{swap.second.chain}:{step.place}"
        return self._told(number, step, key, when, before, outputs, lines)

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


def _shares(before: Segments, moved: Segments, part: Number, whole: Number, asset: Asset) -> str:
    """A proportional share of every marked part, each with its arithmetic."""
    had: Parts = {}
    for label, size in before:
        if label is not None:
            add(had, {label: size})
    head = f"{said(part, asset)} of {said(whole, asset)}"
    if len(before) == 1 or len(moved) > PIECES:
        return f"{head}: {pieces(moved, asset, then=False)}"
    told = [
        f"{said(size, asset)} of “{label}” (= {said(had[label], asset)} × {said(part, asset)} ÷ {said(whole, asset)})"
        if label in had
        else f"{said(size, asset)} {'not marked' if label is None else f'of “{label}”'}"
        for label, size in moved
    ]
    return f"{head}: {', and '.join(told)}"


def _labels(row: Segments) -> str:
    names = [f"“{label}”" for label, _ in row if label is not None]
    return " and ".join(names[:PIECES]) + (f" and {len(names) - PIECES} more" if len(names) > PIECES else "")


def _in_tx(leg: Leg) -> str:
    return f" in transaction {leg.tx}" if leg.tx else ""


def _rule(method: str, *, coins: bool) -> str:
    return next((c if coins else a for name, a, c in RULES if name == method), "")


def _when(time: int | None) -> str:
    return "Time not stated" if time is None else utc(time).replace("T", " ").replace("Z", " UTC")
