"""Owns making and editing a finding: what the selection would cite, and its editor.

Each is a plain function of the window. Must not hold state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workstation.domain.subjects import Subject, parse
from workstation.ui.cards import commands as cards
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow


def evidence_of_selection(window: MainWindow) -> list[Subject]:
    """What a finding would cite: marked table rows, else the transfers behind selected edges, else the selection."""
    session = window.desk.session
    assert session is not None
    numbers = list(window.desk.picked_transfers)
    if not numbers and window.desk.selected_edges:
        numbers = session.graphs.edge_transfers(session.graph, window.desk.selected_edges)
    if numbers:
        return [Subject("transfer", t.chain, str(t.id)) for t in session.store.transfers(ids=numbers[:500])]
    if any(s.kind == "group" for s in session.selection):  # what is cited is what stands behind it
        from workstation.app.folding import under

        behind = under([s.key for s in session.selection], session.graphs.folding(session.graph))
        return [s for s in map(parse, behind) if s.kind not in ("stub", "group")]
    return [s for s in session.selection if s.kind != "stub"]


def said(session: Session, subject: Subject) -> str:
    """A subject as one line of evidence; a transfer with its exact amount, time and parties."""
    if subject.kind == "transfer":
        for t in session.store.transfers(ids=[int(subject.ref)]):
            amount = t.asset.written(t.amount, group=",") if t.amount is not None else tr(t.absent or "unknown")
            from datetime import UTC, datetime

            when = (
                datetime.fromtimestamp(t.time, UTC).strftime("%Y-%m-%d %H:%M:%S Z")
                if t.time is not None
                else tr("time not stated")
            )
            return f"{when}   {amount} {t.asset.name}   {t.sender or '–'} → {t.receiver or '–'}"
    if subject.kind == "run":
        return tr("trace run {n}", n=subject.ref)
    return f"{session.graphs.label(subject)}   {subject.ref}"


def new_finding(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Open the finding editor with the evidence of the selection."""
    from workstation.ui.dialogs import FindingDialog

    session = window.desk.session
    assert session is not None
    named = [parse(key) for key in str(given.get("subjects") or "").split(",") if key]
    cited = [(s.key, said(session, s)) for s in named or evidence_of_selection(window)]
    dialog = FindingDialog(window, tr("New finding"), given, cited, _choices(session, "finding.new"))
    cards.cited_rows(window, dialog.list, {})
    dialog.accepted.connect(
        lambda: window.run_now(
            "finding.new", subjects=",".join(dialog.cited()), **{k: v for k, v in dialog.values().items() if v}
        )
    )
    window.show_dialog(dialog)


def edit_finding(window: MainWindow, key: str) -> None:
    """Open a finding in its editor; evidence that is unchecked is taken out."""
    from workstation.ui.dialogs import FindingDialog

    session = window.desk.session
    assert session is not None
    row = session.store.row("finding", key)
    if row is None:
        return
    links = {k: r for k, r in session.store.rows("finding_link").items() if r["finding"] == key}
    ordered = sorted(links.items(), key=lambda p: (int(p[1]["position"] or 0), p[0]))
    cited = [(k, said(session, parse(r["subject"]))) for k, r in ordered]
    dialog = FindingDialog(
        window, tr("Finding F-{n}", n=f"{row['number']:02d}"), row, cited, _choices(session, "finding.edit")
    )

    cards.cited_rows(window, dialog.list, {k: str(r["subject"]) for k, r in ordered})

    def save() -> None:
        changed = {name: value for name, value in dialog.values().items() if value != str(row.get(name) or "")}
        if changed:
            window.run_now("finding.edit", finding=key, **changed)
        kept = set(dialog.cited())
        for link in links:
            if link not in kept:
                window.run_now("finding.unlink", link=link)

    dialog.accepted.connect(save)
    shown = [parse(r["subject"]) for _, r in ordered]
    session.select([s for s in shown if s.kind not in ("transfer", "run")])
    window.show_dialog(dialog)


def _choices(session: Session, command: str) -> dict[str, tuple[str, ...]]:
    found = {p.name: tuple(c for c in p.choices if c and c != "=") for p in session.commands.get(command).parameters}
    return {name: values for name, values in found.items() if values}
