"""Writes a report as a Markdown file: the findings of the case and the largest payments of each asset."""

from collections import defaultdict
from dataclasses import dataclass

from workstation.sdk.api import ReportBundle, Run, Transfer


@dataclass(frozen=True)
class Params:
    """One field for each parameter in plugin.toml."""

    rows: int


def section(bundle: ReportBundle, params: Params, run: Run) -> None:
    """Answers nothing; what it writes leaves through the run."""
    case = bundle.case
    by_asset: dict[str, list[Transfer]] = defaultdict(list)
    for payment in case.transfers():
        if payment.amount is not None:
            by_asset[payment.asset].append(payment)
    lines = [f"# {bundle.reference}: {bundle.title}", ""]
    lines += [f"- {finding.label} ({finding.status}): {finding.claim}" for finding in bundle.findings]
    lines += ["", "# Largest payments", ""]
    for key in sorted(by_asset):
        lines += [f"## {case.asset(key).symbol or key}", "", "| Base units | From | To | Row |", "|---:|---|---|---|"]
        largest = sorted(by_asset[key], key=lambda payment: (-(payment.amount or 0), payment.place))
        lines += [
            f"| {p.amount} | {p.sender or '-'} | {p.receiver or '-'} | {p.place} |" for p in largest[: params.rows]
        ]
        lines.append("")
    if by_asset:
        with run.artifact("section.md", "text/markdown") as file:
            file.write("\n".join(lines).encode("utf-8"))
