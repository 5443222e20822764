"""Owns what a statement says in plain words, its rows as JSON, text and CSV. Every figure is exact. Must not compute."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from workstation.analysis.trace.exact import Parts, plain, text, total
from workstation.analysis.trace.statement import Line, Piece
from workstation.app.tracing.figures import amount, counted, said
from workstation.app.tracing.statement import Balance, Statement
from workstation.casefile.values import utc
from workstation.domain.evidence import Citation
from workstation.evidence.text import guarded

#: Lots of one debit that are told one by one; all are counted.
_LOTS = 40
#: What the kinds of lines are called.
KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "opening": "opening balance",
        "in": "in",
        "out": "out",
        "fee": "fee",
        "self": "to itself",
        "between": "between own addresses",
        "shortfall": "not in the case",
        "repaid": "debt repaid",
        "converted_in": "in by conversion",
        "converted_out": "out by conversion",
    }
)
HEADS = ("Row", "Time (UTC)", "Kind", "Counterparty", "In", "Out", "Balance", "Marked", "Transaction", "Source")


def notes(made: Statement) -> list[str]:
    """What a reader must know before the first line."""
    asset = made.holding.asset
    found = ["The balance is that of the data: what came and went by the rows of this case."]
    if made.since is not None:
        found.append(f"Brought forward: {said(made.opening, asset)} from {made.first:,} earlier lines.")
    else:
        found.append("What stood there before the first row is not known; the statement begins at 0.")
    if made.sums.shortfalls:
        found.append(
            f"{said(made.sums.shortfalls, asset)} more was paid than the case shows coming in. "
            "So some receipts, or an opening balance of at least that, are missing."
        )
    if made.undated:
        found.append(f"{counted(made.undated, 'movement has', 'movements have')} no time and are not in it.")
    if made.stopped:
        found.append(
            "Tracing stops at this account: marked money ends here, and what is paid out counts as not marked."
        )
    if made.traced is not None:
        which = f"run {made.traced.number}" if made.traced.number else "this run"
        found.append(f"Marked money is what {which} found by {made.method}.")
    elif made.coins:
        found.append("Every coin received is a lot; a payment spends whole coins, and the fee takes what is left.")
    return found


def words(made: Statement, line: Line, name: Callable[[str], str] = str) -> list[str]:
    """One line in plain language, with its arithmetic. ``name`` shows an address as people know it."""
    asset = made.holding.asset
    other = name(line.other) if line.other else "an unknown place"
    moved = said(line.moved, asset)
    if line.kind == "opening":
        if made.since is not None:
            return [
                f"Balance brought forward from {counted(made.first, 'earlier row', 'earlier rows')}: {said(line.balance, asset)}."
            ]
        told = ["What stood in the account before the first row is not known. The statement begins at 0."]
        if made.sums.shortfalls:
            told.append(f"{moved} more was paid than came in by the rows of the case: at least that came in unseen.")
        return told
    if line.kind in ("in", "converted_in"):
        told = [f"{_when(made, line)}: {moved} came in from {other}."]
        if line.kind == "converted_in":
            told.append("It came by a declared conversion.")
        told += _marks(made, line, "Of it, ")
    elif line.kind == "self":
        told = [f"{_when(made, line)}: {moved} from the account to itself. Nothing changes: the lots keep their place."]
    elif line.kind == "shortfall":
        told = [
            f"{_when(made, line)}: {moved} more is paid next than the case shows to be there.",
            "So it came in by a way that the case does not hold. It counts as money that is not marked.",
        ]
        if made.coins:
            told[0] = f"{_when(made, line)}: a coin of {moved} is spent whose receipt the case does not hold."
    else:
        told = [f"{_when(made, line)}: {_verb(line, moved, other)}"]
        told += _lots(made, line)
        told += _share(made, line)
        if line.number in made.shared:
            told.append(
                "Others pay in this transaction too, so nobody can say whose part its fee is: the fee is not split and has"
                " no row of its own here; it is part of what was paid."
            )
    before = plain(line.balance - line.came + line.went)
    if line.came or line.went:
        sign = f"+ {said(line.came, asset)}" if line.came else f"− {said(line.went, asset)}"
        told.append(f"Balance: {said(before, asset)} {sign} = {said(line.balance, asset)}.")
    else:
        told.append(f"Balance: {said(line.balance, asset)}, as before.")
    if line.tainted is not None and made.traced is not None:
        parts = " and ".join(f"{said(units, asset)} of “{label}”" for label, units in sorted(line.tainted.items()))
        if made.method == "poison":
            told.append(f"Touched by: {', '.join(f'“{k}”' for k in sorted(line.tainted)) or 'nothing that is marked'}.")
        else:
            told.append(f"Marked money in the account afterwards: {parts or 'none'}.")
    return told


def _when(made: Statement, line: Line) -> str:
    time = made.time(line)
    return "Time not stated" if time is None else utc(time).replace("T", " ").replace("Z", " UTC")


def _verb(line: Line, moved: str, other: str) -> str:
    if line.kind == "fee":
        return f"{moved} was paid as a fee."
    if line.kind == "repaid":
        return f"{moved} of what came in repays what the account owed."
    if line.kind == "between":
        return f"{moved} went to {other}, which belongs to the same account. The lots go along."
    if line.kind == "converted_out":
        return f"{moved} was converted at {other}."
    return f"{moved} was paid to {other}."


def _marks(made: Statement, line: Line, start: str) -> list[str]:
    if made.traced is None:
        return []
    parts = line.parts or {}
    if not parts:
        return ["Nothing of it is marked."]
    asset = made.holding.asset
    if made.method == "poison":
        return [f"{start}everything counts as touched by {', '.join(f'“{k}”' for k in sorted(parts))}."]
    rest = plain(line.moved - total(parts.values()))
    told = [f"{said(units, asset)} is of “{label}”" for label, units in sorted(parts.items())]
    told += [f"{said(rest, asset)} is not marked"] if rest > 0 else []
    return [f"{start}{' and '.join(told)}."]


def _lots(made: Statement, line: Line) -> list[str]:
    """What a debit was taken from, lot by lot, with the sum."""
    if not line.lots:
        return []
    asset = made.holding.asset
    rule = {
        "fifo": "What came in first goes out first. It is made of:",
        "lifo": "What came in last goes out first. It is made of:",
    }.get(made.method, "It is made of:")
    told = ["It is made of these coins:" if made.coins else rule]
    for piece in line.lots[:_LOTS]:
        told.append(f"• {said(piece.units, asset)}{_origin(made, piece)}{_label(made, piece)}")
    if len(line.lots) > _LOTS:
        rest = plain(total(p.units for p in line.lots[_LOTS:]))
        told.append(f"• {said(rest, asset)} of {counted(len(line.lots) - _LOTS, 'more lot', 'more lots')}")
    if 1 < len(line.lots) <= _LOTS:
        told.append(f"Together: {' + '.join(said(p.units, asset) for p in line.lots)} = {said(line.moved, asset)}.")
    return told


def _origin(made: Statement, piece: Piece) -> str:
    lot = made.lines[piece.lot - 1]
    if lot.kind == "shortfall":
        return f": the case does not show it coming in (row {lot.number})"
    whole = said(lot.moved, made.holding.asset)
    part = "all of" if piece.units == lot.moved else "from"
    return f": {part} the {whole} received on {_when(made, lot)} (row {lot.number})"


def _label(made: Statement, piece: Piece) -> str:
    if made.traced is None or (made.coins and piece.label is None):
        return ""
    return ", not marked" if piece.label is None else f", marked “{piece.label}”"


def _share(made: Statement, line: Line) -> list[str]:
    """The arithmetic of methods that share marked money out, and what is marked by the payment itself."""
    if made.traced is None:
        return []
    asset, held = made.holding.asset, line.held
    before = line.before or {}
    taken = {k: plain(v - (line.marked or {}).get(k, 0)) for k, v in (line.parts or {}).items()}
    of = plain(total(before.values()))
    free = plain(held - of)
    told: list[str] = []
    if made.coins:
        if before:
            told.append(f"The coins it spends carry {_listed(before, made)} of {said(held, asset)}.")
            told += _marks(made, line, "This takes: ")
    elif made.method in ("haircut", "libr", "dirty_first") and before and held:
        whole = plain(line.moved)
        got = plain(total(taken.values()))
        told.append(f"The account held {said(held, asset)} before, of it marked: {_listed(before, made)}.")
        if made.method == "haircut":
            told.append(
                f"It takes the same share of every label, {said(min(whole, held), asset)} ÷ {said(held, asset)}:"
            )
            told += [
                f"• “{label}”: {said(before[label], asset)} × {said(min(whole, held), asset)} ÷ {said(held, asset)} = "
                f"{said(taken.get(label, 0), asset)}"
                for label in sorted(before)
            ]
        elif made.method == "libr":
            told.append(f"The owner's own money goes first: {said(free, asset)} is not marked.")
            gap = said(min(whole, held), asset)
            told.append(f"{gap} − {said(free, asset)}: {said(got, asset)} of marked money leaves.")
        else:
            told.append(f"Marked money goes first: {said(got, asset)} of it leaves.")
        if made.method != "haircut" and len(before) > 1 and got:
            told += [
                f"• “{label}”: {said(before[label], asset)} × {said(got, asset)} ÷ {said(of, asset)} = "
                f"{said(taken.get(label, 0), asset)}"
                for label in sorted(before)
            ]
    elif made.method == "poison":
        told += _marks(made, line, "Of it, ")
    if held and line.moved > held and not made.coins and not line.lots:
        told.append(
            f"The other {said(line.moved - held, asset)} is not in the case (the row before) and is not marked."
        )
    if line.marked:
        told.append(f"With this payment the trace begins: {_listed(line.marked, made)} is marked here.")
    return told


def _listed(parts: Parts, made: Statement) -> str:
    return " and ".join(f"{said(v, made.holding.asset)} of “{k}”" for k, v in sorted(parts.items())) or "nothing"


# --- rows for machines, text and spreadsheets -------------------------------------------------------------------------


def cells(made: Statement, line: Line, cited: Sequence[Citation] = ()) -> tuple[str, ...]:
    """The cells of a line: whole amounts with a dot and without grouping."""
    asset, time = made.holding.asset, made.time(line)
    marked = ""
    if line.tainted is not None:
        units = plain(total(line.tainted.values()))
        marked = asset.written(units) if isinstance(units, int) else amount(units, asset)
    return (
        str(line.number) if line.number else "",
        "not stated" if time is None else utc(time),
        KIND_NAMES[line.kind],
        line.other or "",
        asset.written(line.came) if line.came else "",
        asset.written(line.went) if line.went else "",
        asset.written(line.balance) if line.number or made.since is not None else "not known",
        marked,
        made.txs.get(line.number, ""),
        "; ".join(place(c) for c in cited),
    )


def place(cited: Citation) -> str:
    """Exhibit and place in it."""
    return f"E-{cited.exhibit:04d} {cited.locator}"


def as_csv(made: Statement, cited: Mapping[int, Sequence[Citation]]) -> str:
    """The statement as CSV: UTF-8, a formula stays text, every figure exact."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\r\n")
    writer.writerow((*HEADS, "Lots"))
    for line in made.shown:
        row = (*cells(made, line, cited.get(line.number, ())), _lots_cell(made, line))
        writer.writerow([guarded(cell)[0] for cell in row])
    return into.getvalue()


def _lots_cell(made: Statement, line: Line) -> str:
    asset = made.holding.asset
    return "; ".join(
        f"{asset.written(p.units) if isinstance(p.units, int) else amount(p.units, asset)} of row {p.lot}"
        f"{f' ({p.label})' if p.label is not None else ''}"
        for p in line.lots
    )


def document(
    made: Statement, cited: Mapping[int, Sequence[Citation]], limit: int | None = None
) -> dict[str, Any]:  # fmt: skip
    """The statement as JSON; figures are text, in base units."""
    sums = made.sums
    shown = made.shown if limit is None else made.shown[:limit]
    return {
        "subject": made.subject.key,
        "addresses": [f"address:{made.holding.chain}:{ref}" for ref in made.members],
        "chain": made.holding.chain,
        "asset": made.holding.asset.symbol,
        "contract": made.holding.asset.contract,
        "decimals": made.holding.asset.decimals,
        "method": made.method,
        "run": made.traced.number if made.traced is not None else None,
        "since": made.since,
        "until": made.until,
        "notes": notes(made),
        "left_out": list(made.left_out),
        "sums": {
            name: text(units)
            for name, units in (
                ("opening", sums.opening), ("in", sums.came), ("shortfalls", sums.shortfalls), ("out", sums.went),
                ("fees", sums.fees), ("repaid", sums.repaid), ("closing", sums.closing),
            )
        },
        "tainted": None if made.traced is None else _texts(made.tainted),
        "rows_total": len(made.shown),
        "rows": [_row(made, line, cited.get(line.number, ())) for line in shown],
    }  # fmt: skip


def _texts(parts: Parts | None) -> dict[str, str]:
    return {label: text(units) for label, units in sorted((parts or {}).items())}


def _row(made: Statement, line: Line, cited: Sequence[Citation]) -> dict[str, Any]:
    time = made.time(line)
    return {
        "row": line.number,
        "time": time,
        "utc": None if time is None else utc(time),
        "kind": line.kind,
        "account": line.account,
        "counterparty": line.other,
        "amount": text(line.moved),
        "in": text(line.came),
        "out": text(line.went),
        "balance": text(line.balance),
        "display": amount(line.moved, made.holding.asset),
        "transaction": made.txs.get(line.number),
        "transfers": list(made.rows.get(line.number, ())),
        "lots": [{"row": p.lot, "label": p.label, "amount": text(p.units)} for p in line.lots],
        "labels": None if made.traced is None else _texts(line.parts),
        "tainted": None if made.traced is None else _texts(line.tainted),
        "words": words(made, line),
        "citations": [{"exhibit": c.exhibit, "locator": c.locator} for c in cited],
    }


def balance_document(found: Balance) -> dict[str, Any]:
    """A balance as JSON."""
    asset = found.holding.asset
    return {
        "chain": found.holding.chain,
        "asset": asset.symbol,
        "contract": asset.contract,
        "balance": text(found.units),
        "display": amount(found.units, asset),
        "not_in_the_case": text(found.missing),
        "without_time": found.undated,
        "tainted": None if found.tainted is None else _texts(found.tainted),
    }
