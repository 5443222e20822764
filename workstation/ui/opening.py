"""Owns how a case comes into the window: read beside it, asked for a passphrase, or made as a demo. Must not show it."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from workstation.domain.errors import WorkstationError
from workstation.ui.panelparts import PARTS, SOON, Parts, import_libraries, import_more

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


class Opening:
    """Opens one case at a time for a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._busy = False
        self._wish: Callable[[], object] | None = None
        self._coming: Path | str | None = None  # the case that is being opened
        self._parts = Parts(window)

    def beside(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[WorkstationError], object] | None = None,
        after: Callable[[], object] | None = None,
    ) -> None:
        """Run work that has no session yet (opening a case) beside the window, then ``done`` in the window.

        What is asked for while other work runs waits for it; of several that wait, the last one is meant.

        ``after``: what is done beside it when the window has its answer; nothing may depend on it.
        """
        if self._busy:
            self._wish = partial(self.beside, work, done, failed, after)
            return
        self._busy = True
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)

        def finish(result: Any, problem: BaseException | None) -> None:
            self._busy = False
            QApplication.restoreOverrideCursor()
            wish, self._wish = self._wish, None
            if wish is not None:
                wish()
            else:
                self._coming = None
            if problem is None:
                done(result)
            elif isinstance(problem, WorkstationError):
                (failed or self._window.tell)(problem)
            else:
                self._window.crashed("".join(traceback.format_exception(problem)))

        def body() -> None:
            try:
                result = work()
            except BaseException as problem:  # noqa: BLE001 - shown in the window
                kept = problem
                self._tell(lambda: finish(None, kept))
            else:
                self._tell(lambda: self._parts.fetch(PARTS, lambda: finish(result, None)))
                if after is not None:
                    after()
                    self._tell(lambda: self._parts.fetch(SOON))

        threading.Thread(target=body, name="open case", daemon=True).start()

    def _tell(self, call: Callable[[], None]) -> None:
        if Shiboken.isValid(self._window):  # it may be gone by now
            self._window.bridge.post(call)

    def get_ready(self) -> None:
        """Import what an open case needs, while the user looks at the start page."""

        def body() -> None:
            import_libraries()
            self._tell(lambda: self._parts.fetch(PARTS))

        threading.Thread(target=body, name="import libraries", daemon=True).start()

    def path(self, path: Path, passphrase: str | None = None) -> None:
        """Open a case file; an encrypted one asks for its passphrase."""
        if path == self._coming:  # a double click
            return
        self._coming = path

        def work() -> Any:
            from workstation.analysis.trace.undisturbed import undisturbed
            from workstation.app.ledger import Ledger
            from workstation.casefile.store import open_case

            import_libraries()
            store = open_case(path, passphrase=passphrase)
            with undisturbed():
                return store, Ledger(store).warm()  # a large case is indexed here, not in the window

        def done(made: Any) -> None:
            store, ledger = made
            self._window.settings.remember(path)
            session = self._window.session_for(store)
            session.graphs.take(ledger)
            self._window.open_session(session)

        def failed(problem: WorkstationError) -> None:
            # encrypted and no passphrase given, or the one that was given does not fit
            if problem.code == "WS-CASE-003" or (passphrase is not None and problem.code == "WS-CASE-010"):
                self._ask_passphrase(path, str(problem) if passphrase is not None else "")
            else:
                self._window.tell(problem)

        self.beside(work, done, failed, partial(import_more, self._window.plugins))

    def _ask_passphrase(self, path: Path, problem: str) -> None:
        from workstation.ui.dialogs import PassphraseDialog

        dialog = PassphraseDialog(self._window, str(path.name), problem)
        dialog.accepted.connect(lambda: self.path(path, dialog.field.text()))
        self._window.show_dialog(dialog)

    def demo(self, name: str = "romance") -> None:
        """Make (or open again) a demo case in the settings folder."""
        if name == self._coming:
            return
        self._coming = name

        def work() -> Any:
            from workstation.app.demo import COLONIAL, ROMANCE, build
            from workstation.casefile.store import open_case

            which = COLONIAL if name == "colonial" else ROMANCE
            path = self._window.folder / "demo" / f"{which.name}.wcase"
            if not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                build(which, path, self._window.plugins(), self._window.folder).close()
            return open_case(path)

        def done(store: Any) -> None:
            self._window.open_session(self._window.session_for(store))

        self.beside(work, done, after=partial(import_more, self._window.plugins))
