"""Owns the wizard of a request to one service: seven steps from the service to the letter. It asks and shows.

What is computed comes through the callables it is given, later, on the window's thread. It changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget, QVBoxLayout, QWidget

from workstation.app.freeze import fields
from workstation.app.freeze.ask import Ask
from workstation.app.freeze.phrases import phrases
from workstation.ui.dialogs import AskDialog
from workstation.ui.freeze.checkpage import CheckPage
from workstation.ui.freeze.fieldspage import AskPage, FieldsPage
from workstation.ui.freeze.letterpage import LetterPage
from workstation.ui.freeze.servicepage import ServicePage
from workstation.ui.freeze.targetspage import TargetsPage
from workstation.ui.guard import guard
from workstation.ui.text import cell, list_row
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, plain

if TYPE_CHECKING:
    from workstation.app.freeze.offered import Prepared
    from workstation.app.freeze.profiles import Profile
    from workstation.app.freeze.request import Request

_PAUSE_MS = 300
_WHO = tuple(name for name in fields.AUTHORITY if name not in ("police_report", "jurisdiction"))
_TERMS = (*fields.HEAD, *fields.TERMS)
_EVENTS = ("offence", "narrative", "victim", "suspect", "ownership", "user_ids", "police_report", "jurisdiction")
_SERVICE, _TARGETS, _WHO_ASKS, _ASKED, _HAPPENED, _CHECK, _LETTER = range(7)


@dataclass(frozen=True, slots=True)
class Work:
    """What the wizard has others do; each answers through one of its last two arguments.

    Attributes:
        prepare: compute a request with the addresses to choose from. letter: its pages as pictures, and as text.
        leave: keep the draft, close, and run a command of the window.
    """

    prepare: Callable[[Ask, Callable[[Prepared], object], Callable[[str], object]], object]
    letter: Callable[[Request, Callable[[Sequence[bytes], str], object], Callable[[str], object]], object]
    leave: Callable[[str], object]


@guard
class FreezeWizard(AskDialog):
    """Asks for one request; ``ask()`` gives what was filled in, ``out()`` where the pack goes.

    Args:
        services: (what to give as service, name) to choose from. key: the request of the tracker it goes on with.
    """

    def __init__(
        self, parent: QWidget | None, start: Ask, services: Sequence[tuple[str, str]],
        profiles: Mapping[str, Profile], out: Path, work: Work, key: str = "",
    ) -> None:  # fmt: skip
        super().__init__(
            parent, tr("Ask a service to freeze or disclose"), "", tr("Next"),
        )  # fmt: skip
        self.key = key
        self._start, self._profiles, self._work = start, profiles, work
        self._begun = start.targets
        self._ticket = 0
        self._made: Prepared | None = None
        self._computed: Ask | None = None
        self._pictured: Request | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._compute)
        self._build(services, out)
        self._profiled(keep=bool(start.fields.get("actions")))
        self._first = self.ask()
        self.setMinimumSize(860, 520)
        self.resize(1160, 670)
        self.steps.setCurrentRow(_TARGETS if start.service else _SERVICE)  # and the first answer is computed

    def _build(self, services: Sequence[tuple[str, str]], out: Path) -> None:
        given, later = self._start.fields, self._stale
        say, told = phrases("en")["letter"], phrases("en")["data"]
        actions = [(name, tr(say[f"ask_{name}"].partition(":")[0])) for name in fields.ACTIONS]
        data = [(name, tr(words)) for name, words in told.items()]
        self.service = ServicePage(self._start, services, self._profiles, self._serviced, self._profiled)
        self.targets = TargetsPage(self._soon)
        self.targets.by_hand = bool(self._start.targets)
        self.targets.without |= set(self._start.without)
        self.who = FieldsPage(tr("Who asks"), _WHO, given, later)
        self.asked = AskPage(tr("What is asked"), _TERMS, given, later, actions, data)
        self.events = FieldsPage(tr("What happened"), _EVENTS, given, later)
        self._place = {
            **dict.fromkeys(self.who.inputs, _WHO_ASKS),
            **dict.fromkeys((*self.asked.inputs, *fields.CHOSEN), _ASKED),
            **dict.fromkeys(self.events.inputs, _HAPPENED),
            **dict.fromkeys(("targets", "transactions", "totals", "key_txid"), _TARGETS), "contract": _SERVICE,
            "confidence": _HAPPENED, "amount": _TARGETS,
        }  # fmt: skip
        self.check = CheckPage(self.show_field, self._work.leave, frozenset(self._place))
        self.letter = LetterPage(out)
        self.titles = (
            tr("Service"), tr("Targets"), tr("Who asks"), tr("What is asked"), tr("What happened"), tr("What is missing"),
            tr("Letter"),
        )  # fmt: skip
        self.steps = QListWidget()
        self.steps.setAccessibleName(tr("Steps"))
        for title in self.titles:
            self.steps.addItem(list_row(title))
        self.steps.setFixedWidth(self.steps.fontMetrics().horizontalAdvance("M" * 17))
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stack = QStackedWidget()
        for page in (self.service, self.targets, self.who, self.asked, self.events, self.check, self.letter):
            self.stack.addWidget(page)
        self.told = plain("", dim=True, small=True, wrap=True)
        side = QVBoxLayout()
        side.addWidget(self.steps, 1)
        side.addWidget(self.told)
        across = QHBoxLayout()
        across.setSpacing(16)
        across.addLayout(side)
        across.addWidget(self.stack, 1)
        self.body.addLayout(across, 1)
        self.steps.currentRowChanged.connect(self._turned)
        self.cancel.setText(tr("Close"))
        self.cancel.setAccessibleName(tr("Close and keep the draft"))
        self.back = button(tr("Back"), lambda: self.steps.setCurrentRow(max(0, self.steps.currentRow() - 1)))
        self.foot.insertWidget(self.foot.indexOf(self.ok), self.back)

    # --- what was filled in -----------------------------------------------------------------------------------

    def ask(self) -> Ask:
        """What is filled in."""
        given = {**self.who.values(), **self.asked.values(), **self.events.values()}
        # nothing is listed before it is computed; until then the targets are those it began with
        targets = self.targets.chosen() if self._made is not None else self._begun
        return Ask(
            self.service.chosen(), self.service.profile(), self.service.language(), given, tuple(sorted(targets)),
            tuple(sorted(self.targets.without)),
        )  # fmt: skip

    def out(self) -> Path:
        """Where the pack goes."""
        return Path(self.letter.out.text().strip())

    def changed(self) -> bool:
        """Whether there is something to keep."""
        return bool(self.service.chosen()) and self.ask() != self._first

    # --- steps ------------------------------------------------------------------------------------------------

    def try_accept(self) -> None:
        """Go on to the next step; at the last one, accept when nothing stands in the way."""
        row = self.steps.currentRow()
        if row < _LETTER:
            self.steps.setCurrentRow(row + 1)
            self._enter()
        else:
            super().try_accept()

    def _enter(self) -> None:
        """Give the keyboard to the first field of the page."""
        page = self.stack.currentWidget()
        if page is not None:
            tab = Qt.FocusPolicy.TabFocus
            fields_of = (w for w in page.findChildren(QWidget) if w.focusPolicy() & tab and w.isVisibleTo(page))
            first = next((w for w in fields_of if w.isEnabled()), None)
            if first is not None:
                first.setFocus()

    def wrong(self) -> str:
        """Why the pack cannot be written."""
        if not self.service.chosen():
            self.steps.setCurrentRow(_SERVICE)
            return tr("Name the service.")
        if self._made is None or self._computed != self.ask():
            return self.told.text() or tr("The request is still being computed.")
        if not self.letter.out.text().strip():
            return tr("Say where the pack goes.")
        return ""

    def _turned(self, row: int) -> None:
        self.stack.setCurrentIndex(row)
        self.back.setEnabled(row > 0)
        words = tr("Write the pack") if row == _LETTER else tr("Next")
        self.ok.setText(words)
        self.ok.setAccessibleName(words)
        self.problem.hide()
        if self._computed != self.ask():
            self._compute()
        elif row == _LETTER:
            self._picture()

    def show_field(self, name: str) -> None:
        """Turn to the page of a field and give it the keyboard."""
        field = "ownership" if name == "confidence" else name
        self.steps.setCurrentRow(self._place[field])
        page = self.stack.currentWidget()
        if isinstance(page, FieldsPage):
            page.show_field(field)
        elif isinstance(page, TargetsPage):
            page.addresses.setFocus()
        else:
            self.service.service.setFocus()

    # --- what follows from it ---------------------------------------------------------------------------------

    def _serviced(self) -> None:
        """Another service was named: nothing was chosen of it, and an issuer has profiles of its own kind."""
        self.targets.forget()
        self._made, self._begun = None, ()
        self._soon()

    def _profiled(self, *, keep: bool = False) -> None:
        profile = self._profiles[self.service.profile()]
        for page in (self.who, self.asked, self.events):
            page.mark(profile.required)
        if keep:
            given = self._start.fields
            self.asked.choose(
                given["actions"].split(","), given.get("data_wanted", "").split(","), given.get("freeze_days", "")
            )
        else:
            self.asked.choose(profile.actions, profile.data_wanted, str(profile.freeze_days))
        self._soon()

    def _stale(self) -> None:
        self._pictured = None

    def _soon(self) -> None:
        self._stale()
        self._timer.start()

    def _compute(self) -> None:
        self._timer.stop()
        asked = self.ask()
        if not asked.service:
            self.told.setText(tr("Name the service first."))
            return
        self._ticket += 1
        ticket = self._ticket
        self.told.setText(tr("Computing …"))
        if self.steps.currentRow() == _LETTER:
            self.letter.busy()

        def done(made: Prepared) -> None:
            if ticket == self._ticket:
                self._prepared(asked, made)

        def failed(why: str) -> None:
            if ticket == self._ticket:
                self._made = None
                self.told.setText(why)
                self.letter.failed(why)

        self._work.prepare(asked, done, failed)

    def _prepared(self, asked: Ask, made: Prepared) -> None:
        request = made.request
        self._made = made
        every = sorted([*request.data["transfers"], *request.left], key=lambda t: t["id"])
        self.targets.show_prepared(made, every)
        self._computed = asked
        self.check.show_request(request)
        self._show_state(request)
        if self.steps.currentRow() == _LETTER:
            self._picture()

    def _show_state(self, request: Request) -> None:
        lacking = [m.field for m in request.missing if m.needed]
        self.told.setText(
            tr("Complete.")
            if not lacking
            else count(len(lacking), tr("field is missing"), tr("fields are missing")) + "."
        )
        for row, title in enumerate(self.titles):
            here = sum(self._place.get("ownership" if f == "confidence" else f) == row for f in lacking)
            item = self.steps.item(row)
            item.setText(cell(f"{title}  ·  {tr('{n} missing', n=here)}" if here else title))

    def _picture(self) -> None:
        if self._made is None or self._pictured is self._made.request:
            return
        request = self._pictured = self._made.request
        self.letter.busy()
        state = (
            tr("Complete. Read it before you send it.") if request.complete
            else tr("A draft: something is still missing. It can be written, and says so on every page.")
        )  # fmt: skip

        def done(pages: Sequence[bytes], read: str) -> None:
            if self._pictured is request:
                self.letter.show_pages(pages, read, state)

        self._work.letter(request, done, self.letter.failed)
