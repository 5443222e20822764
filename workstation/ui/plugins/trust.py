"""Owns the dialog of plugins: how each stands, what it asks for, and what can be done about it. Runs no plugin.

What is done is done by ``app``: the command line calls the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from workstation.app import installing, places, plugintrust
from workstation.domain.errors import WorkstationError
from workstation.plugin_host.approval import State
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.plugins import consent, words
from workstation.ui.plugins.shelf import ShelfDialog
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
    """Plugins at the left under a filter, the marked one at the right with what can be done about it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._states: Sequence[State] = ()
        self._shown: Sequence[State] = ()
        self.setWindowTitle(tr("Plugins"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 14)
        outer.setSpacing(8)
        outer.addWidget(plain(tr("Plugins"), head=True))
        self.words = plain("", dim=True, wrap=True)
        outer.addWidget(self.words)
        across = QHBoxLayout()
        across.setSpacing(12)
        outer.addLayout(across, 1)
        across.addLayout(self._left(), 2)
        across.addWidget(self._right(), 3)
        self.problem = plain("", strong=True, wrap=True, select=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        outer.addLayout(self._foot())
        self.resize(1080, 620)
        self.filter.setFocus()
        QTimer.singleShot(0, self, self.refresh)  # every file of every plugin is read for its hash

    def _left(self) -> QVBoxLayout:
        left = QVBoxLayout()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter: name, kind, state"))
        self.filter.setAccessibleName(tr("Filter plugins"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _: self._list())
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Plugins"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(lambda _: self._tell())
        left.addWidget(self.filter)
        left.addWidget(self.list, 1)
        return left

    def _right(self) -> QScrollArea:
        page = QWidget()
        self._lines = QVBoxLayout(page)
        self._lines.setSpacing(3)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        area.setAccessibleName(tr("The plugin"))
        return area

    def _foot(self) -> QHBoxLayout:
        foot, row = QHBoxLayout(), FlowLayout()
        self.approve = button(
            tr("Approve …"), self._approve, tip=tr("Read what it asks for and its hash, then approve")
        )
        self.revoke = button(tr("Trust no more"), self._revoke, tip=tr("It does not run before it is approved again"))
        self.release = button(tr("Let out of quarantine …"), self._release, tip=tr("See its crashes and say why"))
        self.remove = button(tr("Remove …"), self._remove, tip=tr("Take away a plugin you installed"))
        self.install = button(tr("Install from file …"), self._install, tip=tr("A packed plugin, NAME.wsplugin"))
        self.shelf = button(tr("Install from folder …"), self._shelf, tip=tr("A folder or stick with an index.json"))
        self.doctor = button(
            tr("Check this computer"), self._doctor, tip=tr("What protects the case from plugins here")
        )
        for each in (
            self.approve, self.revoke, self.release, self.remove, self.install, self.shelf, self.doctor,
        ):  # fmt: skip
            row.addWidget(each)
        self.runs = button(tr("Runs …"), self._runs, tip=tr("Which analyses ran on this case, and what came of it"))
        self.runs.setEnabled(self._window.desk.session is not None)
        foot.addLayout(row, 1)
        foot.addWidget(self.runs, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(button(tr("Close"), self.accept), 0, Qt.AlignmentFlag.AlignBottom)
        return foot

    # --- what is listed ---------------------------------------------------------------------------------------

    def refresh(self, mark: str = "") -> None:
        """Read again how every plugin stands; those that wait for a person come first."""
        self._states = sorted(places.plugin_states(), key=lambda s: (s.word == "ready", s.bundled, s.id))
        waiting = sum(state.word != "ready" for state in self._states)
        told = count(len(self._states), tr("plugin"), tr("plugins"))
        self.words.setText(tr("{told}, {n} not ready. A plugin runs only with exactly the bytes that were approved.",
                              told=told, n=waiting))  # fmt: skip
        self._list(mark)

    def _list(self, mark: str = "") -> None:
        wanted = self.filter.text().casefold().split()
        self._shown = [s for s in self._states if all(word in self._text(s) for word in wanted)]
        self.list.blockSignals(True)
        self.list.clear()
        for state in self._shown:
            kinds = ", ".join(map(tr, plugintrust.kinds(state.manifest)))
            row = text.list_row("  ·  ".join(filter(None, (f"{state.id} {state.version}", tr(state.word), kinds))))
            row.setToolTip(text.tip_text(tr(plugintrust.ADVICE[state.word])))
            self.list.addItem(row)
        self.list.blockSignals(False)
        at = next((n for n, state in enumerate(self._shown) if state.id == mark), 0)
        self.list.setCurrentRow(at if self._shown else -1)
        self._tell()

    def _text(self, state: State) -> str:
        made = state.manifest
        name = made.name if made is not None else ""
        kinds = plugintrust.kinds(made)
        return " ".join((state.id, name, state.word, tr(state.word), *kinds, *map(tr, kinds))).casefold()

    def _marked(self) -> State | None:
        row = self.list.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _tell(self) -> None:
        clear(self._lines)
        state = self._marked()
        self.approve.setEnabled(state is not None and not state.bundled and state.word == "needs approval")
        self.revoke.setEnabled(state is not None and not state.bundled and bool(state.by))
        self.release.setEnabled(state is not None and state.word == "quarantined")
        home = places.user_plugins_folder()
        self.remove.setEnabled(state is not None and state.folder.parent == home)
        if state is None:
            self._lines.addWidget(plain(tr("No plugin has these words."), dim=True))
            self._lines.addStretch(1)
            return
        self._lines.addWidget(plain(f"{state.id} {state.version}".strip(), strong=True, wrap=True))
        for name, lines in words.about(state, state.manifest):
            self._lines.addSpacing(6)
            self._lines.addWidget(plain(name, dim=True, small=True))
            for line in lines:
                shown = plain(line, wrap=True, select=True, breaks=" " not in line)
                shown.setAccessibleName(text.cell(f"{name}: {line}"))
                self._lines.addWidget(shown)
        tree = state.tree
        row = QHBoxLayout()
        row.addWidget(button(tr("Copy the hash"), lambda: copy_text(tree), link=True))
        row.addStretch(1)
        self._lines.addLayout(row)
        self._lines.addStretch(1)

    # --- what is done -----------------------------------------------------------------------------------------

    def _actor(self) -> str:
        session = self._window.desk.session
        return session.actor if session is not None else ""

    def _approve(self) -> None:
        state = self._marked()
        made = state.manifest if state is not None else None
        if state is not None and made is not None:
            shown = state
            self._ask(
                consent.approving(self, state, made),
                lambda _: plugintrust.approve(shown.id, by=self._actor(), shown=shown.tree), shown.id,
            )  # fmt: skip

    def _revoke(self) -> None:
        state = self._marked()
        if state is not None:
            self._do(lambda: plugintrust.revoke(state.id), state.id)

    def _release(self) -> None:
        state = self._marked()
        if state is not None:
            self._ask(
                consent.releasing(self, state),
                lambda why: plugintrust.release(state.id, by=self._actor(), reason=why), state.id,
            )  # fmt: skip

    def _remove(self) -> None:
        state = self._marked()
        if state is not None:
            self._ask(consent.removing(self, state), lambda _: installing.remove(state.id))

    def _install(self) -> None:
        found = QFileDialog.getOpenFileName(self, tr("Install a plugin"), "", tr("Plugins (*.wsplugin)"))[0]
        if found:
            self.install_file(Path(found))

    def install_file(self, path: Path) -> None:
        """Unpack a packed plugin into the folder of this user; it waits for approval then."""
        self._take(lambda: installing.install_file(path))

    def _shelf(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("A folder or stick with packed plugins"))
        if found:
            self.open_shelf(Path(found))

    def open_shelf(self, folder: Path) -> None:
        """Show what packed plugins a folder holds, each compared with its index."""

        def seen(shelf: installing.Shelf) -> None:
            if not Shiboken.isValid(self):
                return
            dialog = ShelfDialog(
                self, folder, shelf, lambda name: self._take(lambda: installing.install_listed(folder, name))
            )
            self._window.show_dialog(dialog)

        self._window.opening.beside(lambda: installing.shelf(folder), seen, self._failed)

    def _doctor(self) -> None:
        def told(layers: dict[str, str]) -> None:
            if not Shiboken.isValid(self):
                return
            lines = [tr("{layer}: {state}", layer=tr(name), state=tr(state)) for name, state in sorted(layers.items())]
            ill = sum(state.word != "ready" for state in self._states)
            ready = tr("{n} of {m} plugins are ready.", n=len(self._states) - ill, m=len(self._states))
            self._say(tr("Protection on this computer: {layers}. {ready}", layers="; ".join(lines), ready=ready))

        self._window.opening.beside(plugintrust.layers_here, told, self._failed)

    def _runs(self) -> None:
        self.accept()
        self._window.ask("view.plugin_runs")

    def _take(self, install: Callable[[], Manifest]) -> None:
        made: list[Manifest] = []
        self._do(lambda: made.append(install()))
        if made:
            self.filter.clear()
            self.refresh(made[0].id)
            self.list.setFocus()

    def _ask(self, dialog: consent.ConsentDialog, act: Callable[[str], object], mark: str = "") -> None:
        dialog.accepted.connect(lambda: self._do(lambda: act(dialog.why()), mark))
        self._window.show_dialog(dialog)

    def _do(self, act: Callable[[], object], mark: str = "") -> None:
        try:
            act()
        except WorkstationError as problem:
            self._failed(problem)
            return
        self.problem.hide()
        self.refresh(mark)
        self._window.plugins_changed()

    def _failed(self, problem: WorkstationError) -> None:
        self._say(str(problem))

    def _say(self, told: str) -> None:
        if not Shiboken.isValid(self):
            return  # closed before the answer came
        self.problem.setText(told)
        self.problem.show()
