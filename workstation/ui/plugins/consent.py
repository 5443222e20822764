"""Owns the dialogs in which a person answers for a plugin: approve these bytes, let it out, remove it. They do nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from workstation.plugin_host.approval import State
from workstation.sdk.manifest import Manifest
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.plugins import words
from workstation.ui.translate import tr
from workstation.ui.widgets import plain, section


@guard
class ConsentDialog(AskDialog):
    """What a person reads before answering, and a reason where one is asked."""

    def __init__(
        self, parent: QWidget, title: str, told: str, parts: Sequence[words.Part], ok: str, reason: str = ""
    ) -> None:
        super().__init__(parent, title, told, ok)
        for name, lines in parts:
            self.body.addWidget(section(name))
            for line in lines:
                shown = plain(line, wrap=True, select=True)
                shown.setAccessibleName(f"{name}: {line}")
                self.body.addWidget(shown)
        self.reason: QPlainTextEdit | None = None
        if reason:
            form = self.form()
            self.reason = QPlainTextEdit()
            self.reason.setTabChangesFocus(True)
            self.reason.setFixedHeight(self.reason.fontMetrics().lineSpacing() * 3 + 16)
            self.row(form, tr("Reason"), self.reason, reason)
        self.body.addStretch(1)
        self.setMinimumWidth(620)
        (self.reason or self.cancel).setFocus()

    def why(self) -> str:
        """The reason, on one line."""
        return " ".join(self.reason.toPlainText().split()) if self.reason is not None else ""

    def wrong(self) -> str:
        """Whether the reason is missing."""
        return tr("Write the reason.") if self.reason is not None and not self.why() else ""


def approving(parent: QWidget, state: State, made: Manifest) -> ConsentDialog:
    """Ask whether exactly these bytes may run."""
    parts = [
        (tr("What it will see and may do"), words.permissions(made)),
        (tr("Hash of its bytes (SHA-256)"), [words.grouped(state.tree)]),
        (tr("Where to read them"), [str(state.folder)]),
    ]
    return ConsentDialog(
        parent, tr("Approve {plugin} {version}", plugin=state.id, version=state.version),
        tr("It may run from then on with exactly these bytes. If one of them changes it needs approval again."), parts,
        tr("Approve these bytes"),
    )  # fmt: skip


def releasing(parent: QWidget, state: State) -> ConsentDialog:
    """Ask why a plugin may run again after its crashes."""
    told = words.noted(state) or [state.reason]
    return ConsentDialog(
        parent, tr("Let {plugin} out of quarantine", plugin=state.id),
        tr("It crashed several times in a row. No case was harmed; what it began was not kept."),
        [(tr("Its crashes"), told)], tr("Let it out"), tr("Why it may run again, such as what was mended"),
    )  # fmt: skip


def removing(parent: QWidget, state: State) -> ConsentDialog:
    """Ask whether a plugin goes."""
    return ConsentDialog(
        parent, tr("Remove {plugin} {version}", plugin=state.id, version=state.version),
        tr("Its folder and its approval go. What it once found stays in the cases, with the hash of its bytes."),
        [(tr("Folder"), [str(state.folder)])], tr("Remove"),
    )  # fmt: skip
