"""Owns the dialog that installs from a gallery: a folder or stick of packed plugins, each compared with its index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QListWidget, QWidget

from workstation.app import plugintrust
from workstation.app.installing import Shelf
from workstation.ui import text
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain


@guard
class ShelfDialog(AskDialog):
    """The packed plugins of a folder; the marked one in full. ``install`` is given ``ID@VERSION``."""

    def __init__(self, parent: QWidget, folder: Path, seen: Shelf, install: Callable[[str], object]) -> None:
        super().__init__(
            parent, tr("Install from a gallery"),
            tr("{n} in {folder}. What you install waits for approval; nothing of it runs before.",
               n=count(len(seen.entries), tr("packed plugin"), tr("packed plugins")), folder=str(folder)),
            tr("Install"),
        )  # fmt: skip
        self._seen, self._entries = seen, list(seen.entries)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Plugins of the gallery"))
        self.list.setMinimumHeight(150)
        for each in self._entries:
            self.list.addItem(text.list_row(f"{_name(each)} · {self._check(each)}"))
        self.told = plain("", wrap=True, select=True)
        self.list.currentRowChanged.connect(lambda _: self._tell())
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.told)
        gone = sorted(seen.differing - {str(each["file"]) for each in self._entries})
        if gone:
            self.body.addWidget(
                plain(tr("The index names what is not here: {files}", files=", ".join(gone)), wrap=True)
            )
        if not self._entries:
            self.body.addWidget(plain(tr("There is no packed plugin (NAME.wsplugin) in this folder."), wrap=True))
        self.setMinimumSize(680, 440)
        self.accepted.connect(lambda: install(self.wanted()))
        self.list.setCurrentRow(0 if self._entries else -1)
        self._tell()
        self.list.setFocus()

    def _marked(self) -> Mapping[str, Any] | None:
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def wanted(self) -> str:
        """``ID@VERSION`` of the marked plugin; ask only while one is marked."""
        each = self._marked()
        return f"{each['id']}@{each['version']}" if each is not None else ""

    def _check(self, each: Mapping[str, Any]) -> str:
        if "problem" in each:
            return tr("no usable plugin")
        return tr("not as the index says") if each["file"] in self._seen.differing else tr("hash as in the index")

    def wrong(self) -> str:
        """Why the marked plugin cannot be installed from here."""
        each = self._marked()
        if each is None:
            return tr("Mark a plugin first.")
        if "problem" in each:
            return tr("It cannot be installed: {why}.", why=str(each["problem"]))
        if each["file"] in self._seen.differing:
            return tr("The index does not list this file with these bytes. Ask who made the gallery.")
        return ""

    def _tell(self) -> None:
        each = self._marked()
        self.ok.setEnabled(not self.wrong())
        self.problem.setText(self.wrong() if each is not None else "")
        self.problem.setVisible(each is not None and bool(self.wrong()))
        if each is None or "problem" in each:
            self.told.setText("" if each is None else str(each["file"]))
            return
        sees = ", ".join(tr(plugintrust.SEES.get(name, name)) for name in each["reads"]) or tr("nothing of the case")
        may = ", ".join(tr(plugintrust.SUGGESTS.get(name, name)) for name in each["proposes"]) or tr("nothing")
        lines = [
            f"{each['name']} · {', '.join(map(tr, each['kinds']))} · {each['license']} · API {each['api']}",
            str(each["summary"]), tr("Sees: {sees}.", sees=sees), tr("May suggest: {what}.", what=may),
            tr("File: {file}", file=each["file"]), tr("SHA-256: {hash}", hash=each["sha256"]),
        ]  # fmt: skip
        self.told.setText("\n".join(line for line in lines if line))


def _name(each: Mapping[str, Any]) -> str:
    return f"{each['id']} {each['version']}" if "id" in each else str(each["file"])
