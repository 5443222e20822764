"""Owns the reasons for caution in the inspector: the weightiest few, each with its source and what would remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from workstation.domain.subjects import Subject
from workstation.ui.inspection.asked import Answers
from workstation.ui.translate import count, tr
from workstation.ui.widgets import card, plain, section

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Reasons that are shown; the command line lists all.
_SHOWN = 6


def show(answers: Answers, session: Session, subject: Subject, column: QVBoxLayout) -> None:
    """Add the part to a column when there is a reason; exposure counts as soon as it is computed."""
    from workstation.app import risk
    from workstation.app.tracing.views import Exposed

    exposed = answers.known(("exposure", subject.key))
    found = risk.reasons(session, subject, risk.weights(), exposed if isinstance(exposed, Exposed) else None)
    if not found:
        return
    column.addSpacing(4)
    column.addWidget(section(tr("Reasons for caution")))
    frame, lines = card()
    for reason in found[:_SHOWN]:
        lines.addWidget(plain(reason.what, wrap=True, select=True))
        told = tr("{confidence}; {source}; gone when: {removed_by}", confidence=tr(reason.confidence),
                  source=reason.source or tr("no source stated"), removed_by=reason.removed_by)  # fmt: skip
        lines.addWidget(plain(told, dim=True, small=True, wrap=True))
    if len(found) > _SHOWN:
        more = count(len(found) - _SHOWN, tr("more reason"), tr("more reasons"))
        lines.addWidget(plain(more, dim=True, small=True))
    column.addWidget(frame)
