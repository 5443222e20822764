"""Owns what a report shows of a case: the chosen findings, the order of what they cite, and what was left out.

Must not change what a package holds: leaving out concerns paper only, and the paper says so itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workstation.analysis.svg import picture_svg
from workstation.domain import subjects
from workstation.evidence.bundle import SECTIONS, Bundle, Figure, Finding


def shown_findings(bundle: Bundle) -> list[Finding]:
    """The findings that the report prints, in its order."""
    wanted = bundle.chosen.findings
    if wanted is None:
        return list(bundle.findings)
    by_number = {finding.number: finding for finding in bundle.findings}
    return [by_number[number] for number in wanted if number in by_number]


def figures_of(bundle: Bundle, svg: str = "") -> tuple[Figure, ...]:
    """The drawings of the report: the graph, then the chosen scenes. ``svg``: the graph, where it is drawn already."""
    if not bundle.picture.nodes and not bundle.graph_svg:
        return bundle.figures
    return (
        Figure(
            "Fund flow",
            bundle.picture.scope,
            _in_its_language(bundle) or svg or bundle.graph_svg or picture_svg(bundle.picture),
        ),
        *bundle.figures,
    )


def _in_its_language(bundle: Bundle) -> str:
    """The graph with a legend in the language of the report; empty for English, which the graph of the package is in."""
    return picture_svg(replace(bundle.picture, legend=bundle.legend)) if bundle.legend and not bundle.graph_svg else ""


def left_out(bundle: Bundle, words: Mapping[str, str]) -> list[str]:
    """What a reader would expect and does not find here; empty when nothing was left out.

    Args:
        words: texts of the language by their English text.
    """

    def say(text: str) -> str:
        return words.get(text, text)

    lines = []
    missing = [say(title) for name, title in SECTIONS.items() if name not in bundle.chosen.sections]
    if missing:
        lines.append(say("sections: {names}").replace("{names}", ", ".join(missing)))
    shown = {finding.number for finding in shown_findings(bundle)}
    findings = [finding.label for finding in bundle.findings if finding.number not in shown]
    if findings:
        lines.append(say("findings: {names}").replace("{names}", ", ".join(findings)))
    if bundle.chosen.scenes_out:
        lines.append(say("saved scenes: {n}").replace("{n}", str(bundle.chosen.scenes_out)))
    return lines


def chronology(findings: Sequence[Finding], cited: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The transfers that findings cite, in total order, each once with the labels of those findings."""
    labels: dict[str, list[str]] = {}
    for finding in findings:
        for link in finding.links:
            if link.subject in cited and finding.label not in labels.setdefault(link.subject, []):
                labels[link.subject].append(finding.label)
    # ``cited`` was filled in the total order of the transfers
    return [
        {**row, "id": subjects.parse(key).ref, "labels": labels[key]} for key, row in cited.items() if key in labels
    ]
