"""Owns the dialog of plugins: how each stands, what it asks for, and approving exactly its bytes. Runs no plugin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from workstation.app import installing, places
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import approval, crashes
from workstation.plugin_host.approval import State
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import FlowLayout, button, clear, copy_text, plain

if TYPE_CHECKING:
    from workstation.sdk.manifest import Manifest
    from workstation.ui.window import MainWindow


def show(window: MainWindow) -> None:
    """Show the plugins of this computer."""
    window.show_dialog(PluginDialog(window))


@guard
class PluginDialog(QDialog):
    """Plugins at the left, the marked one at the right with what can be done about it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setWindowTitle(tr("Plugins"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 14)
        outer.addWidget(plain(tr("Plugins"), head=True))
        self.words = plain("", dim=True, wrap=True)
        outer.addWidget(self.words)
        across = QHBoxLayout()
        outer.addLayout(across, 1)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Plugins"))
        self.list.currentRowChanged.connect(lambda _: self._tell())
        across.addWidget(self.list, 2)
        page = QWidget()
        self._lines = QVBoxLayout(page)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setAccessibleName(tr("The plugin"))
        across.addWidget(area, 3)
        foot, row = QHBoxLayout(), FlowLayout()
        self.install = button(tr("Install from file …"), self._install)
        self.approve = button(tr("Approve these bytes"), self._approve)
        self.revoke = button(tr("Trust no more"), self._revoke)
        self.release = button(tr("Let out of quarantine"), self._release)
        for each in (self.install, self.approve, self.revoke, self.release):
            row.addWidget(each)
        foot.addLayout(row, 1)
        foot.addWidget(button(tr("Close"), self.accept))
        outer.addLayout(foot)
        self.problem = plain("", strong=True, wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        self.resize(900, 560)
        self._states: Sequence[State] = ()
        self.refresh()

    def refresh(self, mark: str = "") -> None:
        """Read again how every plugin stands; those that wait for a person come first."""
        self._states = sorted(places.plugin_states(), key=lambda s: (s.word == "ready", s.bundled, s.id))
        waiting = sum(state.word != "ready" for state in self._states)
        told = count(len(self._states), tr("plugin"), tr("plugins"))
        self.words.setText(tr("{told}, {n} not ready. A plugin runs only with exactly the bytes that were approved.",
                              told=told, n=waiting))  # fmt: skip
        self.list.clear()
        for state in self._states:
            self.list.addItem(text.list_row(f"{state.id} {state.version} · {tr(state.word)}"))
        at = next((n for n, state in enumerate(self._states) if state.id == mark), 0)
        self.list.setCurrentRow(at if self._states else -1)
        self._tell()

    def _marked(self) -> State | None:
        row = self.list.currentRow()
        return self._states[row] if 0 <= row < len(self._states) else None

    def _tell(self) -> None:
        clear(self._lines)
        state = self._marked()
        own = state is not None and not state.bundled
        self.approve.setEnabled(own and state is not None and state.word == "needs approval")
        self.revoke.setEnabled(own and state is not None and state.word == "ready")
        self.release.setEnabled(state is not None and state.word == "quarantined")
        if state is None:
            return
        lines = [(tr("State"), tr(state.word)), (tr("Reason"), state.reason), (tr("Folder"), str(state.folder)),
                 (tr("Hash of its bytes"), state.tree), (tr("Approved by"), f"{state.by} {state.at}".strip())]  # fmt: skip
        made = approval.manifest_of(state.folder)
        if made is not None:
            lines += [(tr("Name"), made.name), (tr("Licence"), made.license), (tr("Authors"), ", ".join(made.authors))]
            lines += _asks(made)
        for name, words in lines:
            if words:
                self._lines.addWidget(plain(name, dim=True, small=True))
                self._lines.addWidget(plain(words, wrap=True, select=True, breaks=" " not in words))
        self._lines.addWidget(button(tr("Copy the hash"), lambda: copy_text(state.tree)))
        self._lines.addStretch(1)

    def _approve(self) -> None:
        state = self._marked()
        if state is not None:
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            session = self._window.desk.session
            found = next(p for p in places.found_plugins() if p.folder == state.folder)
            self._do(
                lambda: approval.approve(places.approvals_file(), found, by=session.actor if session else "", at=at),
                state.id,
            )

    def _revoke(self) -> None:
        state = self._marked()
        if state is not None:
            self._do(lambda: approval.revoke(places.approvals_file(), state.id), state.id)

    def _release(self) -> None:
        state = self._marked()
        if state is not None:
            self._do(lambda: crashes.release(places.crashes_folder(), state.tree), state.id)

    def _install(self) -> None:
        found = QFileDialog.getOpenFileName(self, tr("Install a plugin"), "", tr("Plugins (*.wsplugin)"))[0]
        if found:
            self.install_file(Path(found))

    def install_file(self, path: Path) -> None:
        """Unpack a packed plugin into the folder of this user; it waits for approval then."""
        made: list[Manifest] = []
        self._do(lambda: made.append(installing.install_file(path)))
        if made:
            self.refresh(made[0].id)

    def _do(self, act: object, mark: str = "") -> None:
        assert callable(act)
        try:
            act()
        except WorkstationError as problem:
            self.problem.setText(str(problem))
            self.problem.show()
            return
        self.problem.hide()
        self.refresh(mark)
        self._window.plugins_changed()


def _asks(made: Manifest) -> list[tuple[str, str]]:
    lines = [(tr("Reader"), each.title) for each in made.readers]
    for each in made.analyses:
        proposes = ", ".join(map(tr, each.proposes)) or tr("nothing")
        reads = ", ".join(map(tr, each.reads)) or tr("nothing")
        lines.append((each.title, tr("sees {reads}; may suggest {proposes}", reads=reads, proposes=proposes)))
    return [*lines, *((tr("Report"), each.title) for each in made.reports)]
