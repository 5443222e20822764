"""Owns the dialog that asks what became of a request, and on what day. The day is typed: no clock fills it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.text import cell
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.freeze.tracker import Tracked

#: What can be said, and which fields belong to it.
_WORDS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType({
    "sent": ("It was sent", ("day",)),
    "acknowledged": ("It was acknowledged", ("day",)),
    "frozen": ("The service froze assets", ("day", "frozen", "expiry")),
    "renewed": ("The freeze was renewed", ("day", "expiry")),
    "refused": ("It was refused", ("day",)),
    "closed": ("It is closed", ("day",)),
    "reply": ("Only a reply or a note", ()),
})  # fmt: skip
#: What usually comes next.
_NEXT: Mapping[str, str] = MappingProxyType(
    {"drafted": "sent", "exported": "sent", "sent": "acknowledged", "acknowledged": "frozen", "frozen": "renewed"}
)


@guard
class MarkDialog(AskDialog):
    """One step of a request: what happened, the day, and what belongs to it."""

    def __init__(
        self, parent: QWidget | None, one: Tracked, exhibits: Sequence[tuple[str, str]], status: str = ""
    ) -> None:
        super().__init__(
            parent, tr("What became of {number}", number=one.label),
            tr("Type the day on which it happened. What is left empty stays as it is; undo takes the step back."),
            tr("Write it down"),
        )  # fmt: skip
        self._days = one.row
        form = self.form()
        self.what = QComboBox()
        for key, (words, _) in _WORDS.items():
            self.what.addItem(tr(words), key)
        wanted = status or _NEXT.get(one.row["status"], "reply")
        self.what.setCurrentIndex(max(0, self.what.findData(wanted)))
        self.row(form, tr("What happened"), self.what)
        self.day, self.frozen, self.expiry, self.note = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        for field in (self.day, self.expiry):
            field.setPlaceholderText(tr("YYYY-MM-DD"))
        self.frozen.setPlaceholderText(tr("as the service states it, such as 41000 USDT"))
        self.reply = QComboBox()
        self.reply.addItem(tr("(none)"), "")
        for label, shown in exhibits:
            self.reply.addItem(cell(shown), label)
        self.reply.setCurrentIndex(max(0, self.reply.findData(one.row["reply"])))
        self.note.setText(one.row["note"])
        self.row(form, tr("Day"), self.day)
        self.row(form, tr("Amount frozen"), self.frozen)
        self.row(form, tr("Last day of the freeze"), self.expiry)
        self.row(form, tr("Reply, as exhibit"), self.reply, tr("Import the reply first; it is kept byte for byte"))
        self.row(form, tr("Note"), self.note)
        self.setMinimumWidth(560)
        self.what.currentIndexChanged.connect(lambda _: self._fit())
        self.day.textChanged.connect(lambda _: self._propose())
        self._fit()
        self.day.setFocus()

    def _fit(self) -> None:
        _, own = _WORDS[str(self.what.currentData())]
        for name in ("day", "frozen", "expiry"):
            getattr(self, name).setEnabled(name in own)
        self._propose()

    def _propose(self) -> None:
        """Say what the last day would be after 30 days, as a hint: it is the service that decides."""
        try:
            hint = (date.fromisoformat(self.day.text().strip()) + timedelta(days=30)).isoformat()
        except (ValueError, OverflowError):
            hint = ""
        self.expiry.setPlaceholderText(tr("YYYY-MM-DD; 30 days are {day}", day=hint) if hint else tr("YYYY-MM-DD"))

    def wrong(self) -> str:
        """What is missing or cannot be a day."""
        _, own = _WORDS[str(self.what.currentData())]
        for name, label in (("day", tr("Day")), ("expiry", tr("Last day of the freeze"))):
            typed = getattr(self, name).text().strip()
            must = name in own and (name == "day" or self.what.currentData() == "renewed")
            if name in own and (typed or must) and not _is_day(typed):
                getattr(self, name).setFocus()
                return tr("{field}: write it as YYYY-MM-DD.", field=label)
        if self.what.currentData() == "renewed":
            if not self._days["expiry"]:
                return tr("This request names no last day yet: say first that assets were frozen.")
            if self.expiry.text().strip() <= self._days["expiry"]:
                return tr("The new last day must be after {day}.", day=self._days["expiry"])
        return ""

    def wanted(self) -> tuple[str, dict[str, str]]:
        """The command and its arguments, without the request."""
        what = str(self.what.currentData())
        _, own = _WORDS[what]
        given = {name: getattr(self, name).text().strip() for name in own}
        if what == "renewed":
            return "freeze.renew", given
        given |= {"reply": str(self.reply.currentData()), "note": self.note.text().strip()}
        if what != "reply":
            given["status"] = what
        return "freeze.mark", {name: value for name, value in given.items() if value}


def _is_day(typed: str) -> bool:
    try:
        return date.fromisoformat(typed).isoformat() == typed
    except ValueError:
        return False
