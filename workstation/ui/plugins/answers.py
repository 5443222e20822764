"""Owns the panel of answers: what analyses found and suggest, and what a person decided. Commands decide; it lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from workstation.app.lens import Lens
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse
from workstation.ui.desk import Desk
from workstation.ui.rowspanel import Row, Rows, RowsPanel
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button

if TYPE_CHECKING:
    from workstation.app.plugins import Item
    from workstation.app.session import Session
    from workstation.sdk.api import Measure

_MOST = 20_000
_WORDS = {"accept": "accepted", "reject": "rejected", "keep": "kept as finding"}


def answers_panel(desk: Desk) -> RowsPanel:
    """Every answer of every kept run: those that wait for a decision first."""
    places: dict[int, Item] = {}

    def load(session: Session) -> Rows:
        from workstation.app.plugins import answers

        found = sorted(answers(session.store), key=lambda item: bool(item.word))
        places.clear()
        places.update(enumerate(found[:_MOST], 1))
        still = sum(not item.word for item in found)
        words = tr("{n}, {m} open", n=count(len(found), tr("answer"), tr("answers")), m=f"{still:,}")
        labels = {exhibit.sha256: exhibit.label for exhibit in session.store.exhibits()}
        return Rows([_row(number, item, labels) for number, item in places.items()], words)

    panel: list[RowsPanel] = []

    def marked() -> list[Item]:
        return [places[row.number] for row in panel[0].marked()]

    def accept() -> None:
        for item in marked():
            if desk.run("plugin.accept", run=item.run, number=item.number) is None:
                return  # the reason was shown; the rest stays as it is

    def keep() -> None:
        for item in marked():
            if desk.run("plugin.keep", run=item.run, number=item.number) is None:
                return

    def reject() -> None:
        for item in marked()[:1]:
            desk.ask_later("plugin.reject", run=item.run, number=item.number)

    def show() -> None:
        _show(desk, marked())

    buttons = (
        button(tr("Analyse …"), partial(desk.ask_later, "plugin.run"), tip=tr("Choose an analysis and run it")),
        button(tr("Accept"), accept, tip=tr("Take over the label or entity; one step of undo")),
        button(tr("Reject …"), reject, tip=tr("Say why it does not hold")),
        button(tr("Keep as finding"), keep, tip=tr("Make it a finding with the rows it cites")),
        button(tr("Show on graph"), show, tip=tr("Dim everything else; Clear filters brings it back")),
    )
    empty = EmptyState(
        tr("What analyses find in this case, and what they suggest, waits here for your decision."),
        tr("Run an analysis"), "", partial(desk.ask_later, "plugin.run"),
    )  # fmt: skip
    heads = (tr("State"), tr("What"), tr("Sure"), tr("Suggests"), tr("Figures"), tr("Transfers"), tr("From"))
    panel.append(RowsPanel(desk, tr("Answers"), heads, load, empty, right=frozenset((5,)), buttons=buttons))
    return panel[0]


def _row(number: int, item: Item, labels: Mapping[str, str]) -> Row:
    finding = item.finding
    state = tr(_WORDS[item.word]) if item.word else tr("open")
    figures = ", ".join(f"{name} {_figure(value)}" for name, value in sorted(finding.measures.items()))
    cells = (
        state, finding.title, tr(finding.confidence), _suggests(item), figures, f"{len(finding.transfers):,}",
        tr("{analysis}, run {run}", analysis=item.analysis, run=item.run),
    )  # fmt: skip
    details = (
        (tr("What"), finding.title), (tr("Explanation"), finding.explanation),
        (tr("What would disprove it"), finding.disproof), (tr("Suggests"), _suggests(item)), (tr("Decision"), state),
        (tr("Reason"), item.reason), (tr("Figures"), figures), (tr("About"), "\n".join(finding.subjects[:50])),
        (tr("Cites"), "\n".join(f"{labels.get(c.exhibit, c.exhibit)} {c.locator}" for c in finding.citations[:50])),
        (tr("By"), tr("{source}, {time}", source=item.source, time=item.at)),
    )  # fmt: skip
    key = finding.subjects[0] if finding.subjects else ""
    return Row(cells, key, tuple((name, words) for name, words in details if words), number)


def _suggests(item: Item) -> str:
    from workstation.sdk.api import Proposal, SuggestedTag

    if not isinstance(item.answer, Proposal):
        return ""
    change = item.answer.change
    if isinstance(change, SuggestedTag):
        kind = f" ({change.category})" if change.category else ""
        return tr("label “{label}”", label=change.label) + kind
    return tr("entity “{name}” of {n}", name=change.name, n=count(len(change.members), tr("address"), tr("addresses")))


def _figure(value: Measure) -> str:
    from workstation.sdk.api import Absent

    return tr("unknown ({reason})", reason=value.reason) if isinstance(value, Absent) else str(value)


def _show(desk: Desk, items: list[Item]) -> None:
    """Select what the answers are about, and dim the rest of the graph."""
    session = desk.session
    if session is None or not items:
        return
    keys = {key for item in items for key in item.finding.subjects}
    rows = {number for item in items for number in item.finding.transfers}
    drawn = [node.key for node in session.graphs.picture(session.graph).nodes if node.key in keys]
    if not drawn:
        desk.told(
            WorkstationError(
                "WS-PLG-090", tr("nothing that this answer is about is on the graph"), tr("nothing was changed"),
                tr("press Enter on the answer to go there, or add it to the graph"),
            )
        )  # fmt: skip
        return
    session.select([parse(key) for key in drawn])
    only = Lens(transfers=tuple(sorted(rows))) if rows else Lens(only=tuple(drawn))
    session.look(replace(only, outside="dim"))
