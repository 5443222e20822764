"""Owns the read-only copies of an open case that analyses look at: made once for each state of the ledger, then reused.

The transfers of a case are the large part and change with imports only. They are kept as a copy without name, so that
nothing is left when the program is killed; what a person tagged and grouped is added to a fresh copy for each run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workstation.app.privatefolder import private_folder
from workstation.casefile import snapshot
from workstation.casefile.store import Store
from workstation.domain.errors import WorkstationError

_PIECE = 4 << 20
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy for one run.

    Attributes:
        path: where it is, until ``opened`` is called or the run ends. sha256: of its bytes, the same for the same state.
        revision: of the case. opened: say that the process has it open; its name goes, where the system allows that.
    """

    path: Path
    sha256: str
    revision: int
    opened: Callable[[], None]


class Snapshots:
    """The copies of one open case. ``close`` removes all of it; runs at the same time share the large part.

    Attributes:
        written: how often the large part was made.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = threading.Lock()
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._state: object = None
        self._ledger: BinaryIO | None = None
        self._count = 0
        self.written = 0

    @contextmanager
    def now(self) -> Iterator[Snapshot]:
        """A copy of the case as it is now.

        Raises:
            WorkstationError: there is no space for it, or the case does not stop changing.
        """
        path: Path | None = None
        try:
            with self._turn:
                try:
                    path, revision = self._taken()
                except OSError as problem:
                    raise WorkstationError(
                        "WS-PLG-007", f"no copy of the case could be made ({problem.strerror})", "nothing was run",
                        "free space for temporary files",
                    ) from problem  # fmt: skip
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield Snapshot(path, digest, revision, lambda: _forget(path))
        finally:
            if path is not None:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove every copy."""
        with self._turn:
            if self._ledger is not None:
                self._ledger.close()
            self._ledger, self._state, self._folder = None, None, None
            self._stack.close()

    def _taken(self) -> tuple[Path, int]:
        for _ in range(_TRIES):
            revision, state = self._store.revision, snapshot.ledger_state(self._store)
            ledger = self._of(state)
            path = self._new()
            try:
                ledger.seek(0)
                with path.open("xb") as copy:
                    os.chmod(path, 0o600)
                    shutil.copyfileobj(ledger, copy, _PIECE)
                snapshot.write_work(self._store, path)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            if (self._store.revision, snapshot.ledger_state(self._store)) == (revision, state):
                return path, revision
            path.unlink()  # the case was changed meanwhile: what was written may be of two states
        raise WorkstationError(
            "WS-PLG-008", "the case does not stop changing", "nothing was run", "wait for the import, then run it again"
        )

    def _of(self, state: object) -> BinaryIO:
        """The large part of a state, open."""
        if self._ledger is not None and self._state == state:
            return self._ledger
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
        path = self._new()
        snapshot.write_ledger(self._store, path)
        self.written += 1
        self._ledger, self._state = path.open("rb"), state
        _forget(path)
        return self._ledger

    def _new(self) -> Path:
        if self._folder is None:
            # A copy is smaller than its case.
            self._folder = self._stack.enter_context(private_folder(self._store.path.stat().st_size))
        self._count += 1
        return self._folder / f"{self._count}.sqlite"


def _forget(path: Path) -> None:
    """Take the name of an open file away: its bytes go with the last process that has it open."""
    if sys.platform != "win32":  # there, an open file keeps its name until the folder goes
        with suppress(OSError):
            path.unlink(missing_ok=True)
