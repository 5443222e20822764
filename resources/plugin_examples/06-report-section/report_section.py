"""Writes two files of a report: a section in Markdown for people, and the same rows as CSV for a spreadsheet.

A report is given the head of the case, the findings of its people and the case itself. It can write no file by itself: ``run.artifact`` takes what it writes; the file leaves when it is closed.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from workstation.sdk.api import CaseView, ReportBundle, Run


@dataclass(frozen=True)
class Params:
    """The parameter of plugin.toml."""

    heading: str


Month = tuple[str, str, str]  # address, asset, 2026-03


def section(bundle: ReportBundle, params: Params, run: Run) -> None:
    """Sums for each chosen address, asset and month; what has no stated amount is counted, not guessed."""
    case = bundle.case
    came: dict[Month, int] = defaultdict(int)
    went: dict[Month, int] = defaultdict(int)
    unstated = 0
    for number, address in enumerate(case.selection()):
        run.progress(number, len(case.selection()))
        for payment in case.transfers(touching=address):
            key = (address, payment.asset, _month(payment.time))
            if payment.amount is None:
                unstated += 1
                continue
            if payment.receiver == address:
                came[key] += payment.amount
            if payment.sender == address:
                went[key] += payment.amount
    rows = [(*key, came[key], went[key]) for key in sorted({*came, *went})]
    if not rows:
        return
    with run.artifact("section.md", "text/markdown") as file:
        file.write(_text(bundle, params.heading, rows, unstated).encode("utf-8"))
    with run.artifact("section.csv", "text/csv") as file:
        lines = ["address,asset,month,came,went", *(",".join(map(_cell, row)) for row in rows)]
        file.write(("\n".join(lines) + "\n").encode("utf-8"))


def _month(time: int | None) -> str:
    return "no time" if time is None else datetime.fromtimestamp(time, UTC).strftime("%Y-%m")


def _cell(value: str | int) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value).replace('"', '""')
    return f'"{text}"' if isinstance(value, str) else text


def _text(bundle: ReportBundle, heading: str, rows: list[tuple[str, str, str, int, int]], unstated: int) -> str:
    lines = [f"# {bundle.reference}: {bundle.title}", "", f"## {heading}", ""]
    lines += ["| Address | Asset | Month | Came (base units) | Went |", "|---|---|---|---:|---:|"]
    lines += [_row(bundle.case, *row) for row in rows]
    lines += ["", f"{unstated} payments have no stated amount and are not in these sums." if unstated else ""]
    lines += [f"- {finding.label} ({finding.status}): {finding.claim}" for finding in bundle.findings]
    return "\n".join([*lines, "", f"Custody log: {bundle.witness}", ""])


def _row(case: CaseView, address: str, asset: str, month: str, came: int, went: int) -> str:
    labels = ", ".join(sorted({tag.label for tag in case.tags(address)}))
    name = address.rpartition(":")[2] + (f" ({labels})" if labels else "")
    return f"| {name} | {case.asset(asset).symbol or asset} | {month} | {came} | {went} |"
