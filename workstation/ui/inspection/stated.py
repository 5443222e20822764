"""Owns what is stated about a subject: labels, notes, findings that cite it, and the source rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from workstation.domain.subjects import Subject
from workstation.ui.translate import tr
from workstation.ui.widgets import button, plain, section

if TYPE_CHECKING:
    from workstation.app.session import Session

_SOURCES = 12


def labels(session: Session, subject: Subject, column: QVBoxLayout) -> None:
    """Labels of the user and of exhibits, each with what it rests on."""
    own = [row for row in session.store.rows("tag").values() if row["subject"] == subject.key]
    stated = session.store.source_tags(subject) if subject.kind in ("address", "transaction") else []
    if not own and not stated:
        return
    _heading(tr("Labels"), column)
    for row in own:
        by = tr("by {who}", who=row["author"])
        parts = (row["category"], row["basis"], row["confidence"], row["source"], by)
        _label(row["label"], " · ".join(p for p in parts if p), column)
    for tag in stated:
        where = f"E-{tag.citation.exhibit:04d} {tag.citation.locator}"
        _label(tag.label, " · ".join(p for p in (tag.category, tag.source, tag.source_date, where) if p), column)


def notes(session: Session, subject: Subject, column: QVBoxLayout) -> None:
    """Notes on the subject."""
    rows = [row for row in session.store.rows("note").values() if row["subject"] == subject.key]
    if rows:
        _heading(tr("Notes"), column)
    for row in rows:
        column.addWidget(plain(row["body"], wrap=True, select=True))
        column.addWidget(plain(f"{row['author']} · {row['at']}", dim=True, small=True, wrap=True))


def findings(session: Session, subject: Subject, column: QVBoxLayout) -> None:
    """Findings that cite the subject."""
    cited = {row["finding"] for row in session.store.rows("finding_link").values() if row["subject"] == subject.key}
    rows = session.store.rows("finding")
    if cited:
        _heading(tr("Findings"), column)
    for key in sorted(cited & set(rows), key=lambda k: rows[k]["number"]):
        row = rows[key]
        _label(f"F-{row['number']:02d}  {row['claim']}", f"{row['status']} · {row['confidence']}", column)


def sources(session: Session, transfers: list[int], column: QVBoxLayout, ask: Callable[..., object]) -> None:
    """Where the first transfers stand in the exhibits."""
    if not transfers:
        return
    _heading(tr("Source rows"), column)
    found = session.store.citations_many(transfers[:_SOURCES])
    names = {exhibit.number: exhibit.name for exhibit in session.store.exhibits()}
    for number in transfers[:_SOURCES]:
        for cite in found.get(number, []):
            words = f"E-{cite.exhibit:04d}  {cite.locator}"
            show = partial(ask, "view.source_row", transfers=[number])
            column.addWidget(button(words, show, link=True, name=tr("Show source row {place}", place=words)))
            under = plain(
                f"{names.get(cite.exhibit, '')}  SHA-256 {cite.sha256}",
                dim=True, mono=True, wrap=True, select=True, breaks=True,
            )  # fmt: skip
            under.setAccessibleName(f"SHA-256 {cite.sha256}")
            column.addWidget(under)
    if len(transfers) > _SOURCES:
        more = tr("{n} more transfers; select one in the table", n=f"{len(transfers) - _SOURCES:,}")
        column.addWidget(plain(more, dim=True, small=True, wrap=True))


def _heading(words: str, column: QVBoxLayout) -> None:
    column.addSpacing(4)
    column.addWidget(section(words))


def _label(head: str, under: str, column: QVBoxLayout) -> None:
    column.addWidget(plain(head, strong=True, wrap=True, select=True))
    column.addWidget(plain(under, dim=True, small=True, wrap=True))
