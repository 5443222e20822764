"""Owns the requests about an address or entity in the inspector: how far each is, and a way to open it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from workstation.domain.subjects import Subject
from workstation.ui.translate import tr
from workstation.ui.widgets import button, section

if TYPE_CHECKING:
    from workstation.app.session import Session


def show(session: Session, subject: Subject, column: QVBoxLayout, ask: Callable[..., object]) -> None:
    """Add the part to a column when a request is about the subject."""
    from workstation.app.freeze import tracker

    found = tracker.about(session, subject)
    if not found:
        return
    column.addSpacing(4)
    column.addWidget(section(tr("Requests")))
    for one in found:
        days = one.days
        since = tr(" since {day}", day=days[-1][1]) if days else ""
        until = tr(", until {day}", day=one.row["expiry"]) if one.row["expiry"] else ""
        words = f"{one.label}  {tr(one.row['status'])}{since}{until}"
        column.addWidget(button(words, partial(ask, "freeze.mark", request=one.key), link=True))
