"""Two methods side by side on one account: where they agree the result does not hang on the method.

First in, first out pays with what came first. Pro rata pays with everything in proportion. Amounts are whole numbers and
exact fractions; only the figure that is shown is rounded down. The trace workbench does this for whole graphs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from workstation.sdk.api import CaseView, Finding, Run, Transfer


@dataclass(frozen=True)
class Params:
    """The parameter of plugin.toml."""

    marked: str


def compare(case: CaseView, params: Params, run: Run) -> Iterator[Finding]:
    """One finding for each payment of a chosen address that holds marked money by at least one of the methods."""
    word = params.marked.lower()
    marked = {tag.subject for tag in case.tags() if word in (tag.label.lower(), tag.category.lower())}
    for account in case.selection():
        rows = [t for t in case.transfers(touching=account) if t.amount is not None and t.sender != t.receiver]
        for asset in sorted({row.asset for row in rows}):
            of_asset = [row for row in rows if row.asset == asset]
            for payment, fifo, rata in zip(
                [row for row in of_asset if row.sender == account],
                first_in_first_out(of_asset, account, marked),
                pro_rata(of_asset, account, marked),
                strict=True,
            ):
                if fifo or rata:
                    yield _finding(case, payment, fifo, int(rata))


def first_in_first_out(rows: list[Transfer], account: str, marked: set[str]) -> Iterator[int]:
    """Marked base units in each payment of the account: the oldest money goes first."""
    queue: list[tuple[int, bool]] = []
    for row in rows:
        amount = row.amount or 0
        if row.receiver == account:
            queue.append((amount, row.sender in marked))
            continue
        found = 0
        while amount and queue:
            held, is_marked = queue.pop(0)
            used = min(held, amount)
            found += used if is_marked else 0
            amount -= used
            if held > used:
                queue.insert(0, (held - used, is_marked))
        yield found


def pro_rata(rows: list[Transfer], account: str, marked: set[str]) -> Iterator[Fraction]:
    """Marked base units in each payment of the account: every coin carries the same share."""
    held, dirty = 0, Fraction(0)
    for row in rows:
        amount = row.amount or 0
        if row.receiver == account:
            held, dirty = held + amount, dirty + (amount if row.sender in marked else 0)
            continue
        used = dirty * min(amount, held) / held if held else Fraction(0)
        held, dirty = max(0, held - amount), dirty - used
        yield used


def _finding(case: CaseView, payment: Transfer, fifo: int, rata: int) -> Finding:
    party = payment.receiver or payment.sender or ""
    agree = "Both methods mark it." if fifo and rata else "Only one method marks it: the result hangs on the method."
    return Finding(
        kind="methods-agree" if fifo and rata else "methods-differ",
        title="Marked by both methods" if fifo and rata else "Marked by one method only",
        explanation=f"{agree} First in, first out: {fifo} of {payment.amount} base units; pro rata: {rata}.",
        confidence="assumption",
        subjects=(party,),
        citations=case.cite(payment),
        measures={"amount": payment.amount or 0, "first in, first out": fifo, "pro rata": rata},
        disproof="Receipts that the case does not hold: both methods count only what is there.",
        transfers=(payment.id,),
    )
