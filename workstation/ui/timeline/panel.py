"""Owns the Time line dock: the brush is the time window of the graph, and playback moves it step by step.

It changes ``session.lens`` and nothing else: no address moves, nothing in the case changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.timeline.bars import TimeBars, Window
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, plain, tool

if TYPE_CHECKING:
    from workstation.app.lens import Behind, Seen
    from workstation.app.timeline import Mode, Moments

SPEEDS = (1, 2, 4, 8)
#: A window of playback is this share of the whole time when no brush was drawn before.
_SHARE = 12


@guard
class TimelinePanel(QWidget):
    """The dock. ``tick`` is how playback waits; tests call :meth:`step` themselves."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._stale = True
        self._quiet = False
        self._of: tuple[Any, Behind] | None = None
        self._moments: Moments | None = None
        self._width = 0
        self.head: int | None = None
        self.playing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self.bars = TimeBars(lambda seconds: desk.display.time(seconds))
        self.bars.window_changed.connect(self._brushed)
        self.words = plain("", dim=True, small=True, wrap=True)
        self.play = tool("play", tr("Play"), self.toggle, tr("Play, or stop (Space in this panel)"))
        self.back = tool("step_back", tr("One moment back"), lambda: self.step(-1))
        self.forward = tool("step_forward", tr("One moment forward"), lambda: self.step(1))
        self.speed = self._combo(tr("Speed"), [(f"{n}x", n) for n in SPEEDS])
        self.mode = self._combo(
            tr("What is seen"), [(tr("All up to now"), "all up to now"), (tr("A window"), "window")], self._mode_changed
        )
        self.loop = self._combo(tr("At the end"), [(tr("Stop at the end"), False), (tr("Begin again"), True)])
        self.outside = self._combo(
            tr("What lies outside"), [(tr("Dim the rest"), "dim"), (tr("Hide the rest"), "hide")], self._outside_changed
        )
        self.all = button(tr("All of time"), self.clear, flat=True)
        head = QHBoxLayout()
        head.setSpacing(6)
        for each in (self.back, self.play, self.forward, self.speed, self.mode, self.loop, self.outside, self.all):
            head.addWidget(each)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.words)
        layout.addWidget(self.bars, 1)
        self._later = Later(desk.queue, self, self.refresh)
        self._later.due = True
        for signal in (desk.opened, desk.graph_changed, desk.case_changed):
            signal.connect(lambda *_: self._outdated())
        desk.lens_changed.connect(self._looked)
        desk.selection_changed.connect(lambda: self._looked() if self.isVisible() else None)
        desk.display.changed.connect(self._looked)
        desk.restyled.connect(self.bars.update)

    def _combo(
        self, name: str, choices: list[tuple[str, Any]], changed: Callable[[], object] | None = None
    ) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        for words, value in choices:
            made.addItem(words, value)
        if changed is not None:
            made.currentIndexChanged.connect(lambda _: changed())
        return made

    # --- what is shown ----------------------------------------------------------------------------------------

    def _outdated(self) -> None:
        self._stale = True
        self._of = None
        self.stop()
        self._later.ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._stale and event.size().width() != event.oldSize().width():
            self.refresh()

    def _behind(self) -> Behind | None:
        """The rows behind the active picture, counted once a picture."""
        from workstation.app.lens import behind

        session = self.desk.session
        if session is None:
            return None
        picture = session.graphs.picture(session.graph)
        if self._of is None or self._of[0] is not picture:
            self._of = (picture, behind(session.graphs.ledger, picture))
            self._moments = None
        return self._of[1]

    def refresh(self) -> None:
        """Count the transfers of the active graph again."""
        from workstation.app.timeline import Histogram, histogram

        self._stale = self._later.due = False
        session, of = self.desk.session, self._behind()
        if session is None or of is None:
            self.bars.show_histogram(Histogram())
            return
        self.bars.show_histogram(histogram(session.graphs.ledger, of.rows, max(20, self.bars.width() // 6)))
        self._looked()

    def moments(self) -> Moments:
        """The moments of the active graph."""
        from workstation.app.timeline import Moments, moments

        session, of = self.desk.session, self._behind()
        if session is None or of is None:
            return Moments()
        if self._moments is None:
            self._moments = moments(session.graphs.ledger, of.rows)
        return self._moments

    def _looked(self) -> None:
        if self._stale:
            return  # nobody looks, or it is read on the next turn
        session, of = self.desk.session, self._behind()
        if session is None or of is None:
            return
        from workstation.app.lens import looked
        from workstation.app.timeline import times_of

        lens = session.lens
        first, last = self.bars.histogram.span
        window: Window = None
        if lens.since is not None or lens.until is not None:
            window = (first if lens.since is None else lens.since, last if lens.until is None else lens.until)
        self.bars.show_window(window, self.head)
        found = looked(session.graphs, session.graphs.picture(session.graph), lens, of)
        self.bars.show_marks(times_of(session.graphs.ledger, found.rows) if lens.picks_transfers else ())
        self.words.setText(self._summary(window, found))

    def _summary(self, window: Window, found: Seen) -> str:
        from workstation.app.lens import sums

        session = self.desk.session
        assert session is not None
        time = self.desk.display.time
        parts = [tr("All of time") if window is None else f"{time(window[0])} – {time(window[1])}"]
        parts.append(count(len(found.rows), tr("transfer"), tr("transfers")))
        parts += [each.exact for each in sums(session.graphs.ledger, found)[:3]]
        parts += self._held(window)
        untimed = self.bars.histogram.untimed
        if untimed:
            parts.append(tr("{n} without a time", n=count(untimed, tr("transfer"), tr("transfers"))))
        return " · ".join(parts)

    def _held(self, window: Window) -> list[str]:
        """What the selected address or entity held at the end of the window, with what the shown run marks of it."""
        from workstation.app.timeline import balances
        from workstation.domain.subjects import parse

        session = self.desk.session
        if session is None or window is None or len(session.selection) != 1:
            return []
        subject = session.selection[0]
        if subject.kind not in ("address", "entity"):
            return []
        ledger = session.graphs.ledger
        inside = session.graphs.names.members.get(subject.ref, ()) if subject.kind == "entity" else (subject.key,)
        numbers = [ledger.number(parse(key)) for key in inside]
        found = balances(ledger, numbers, window[1], session.traces.flow(session.graph))
        name = session.graphs.label(subject)
        return (
            [tr("{name} then, by this data: {sums}", name=name, sums="; ".join(t.words for t in found))]
            if found
            else []
        )

    # --- the brush --------------------------------------------------------------------------------------------

    def _brushed(self, window: Window) -> None:
        self.stop()
        self.head = None
        self._width = 0  # playback goes on with a window as long as this one
        session = self.desk.session
        if session is not None:
            since, until = window if window is not None else (None, None)
            session.look(replace(session.lens, since=since, until=until))

    def _outside_changed(self) -> None:
        session = self.desk.session
        if session is not None:
            session.look(replace(session.lens, outside=self.outside.currentData()))

    def clear(self) -> None:
        """Look at all of time."""
        self._brushed(None)

    # --- playback ---------------------------------------------------------------------------------------------

    def _mode_changed(self) -> None:
        if self.head is not None:
            self._show_head()

    def _show_head(self) -> None:
        """Look at the moment of the play head, and say it to a screen reader."""
        from workstation.app.timeline import at_head

        session, head = self.desk.session, self.head
        if session is None or head is None:
            return
        if not self._width:
            first, last = self.bars.histogram.span
            was = self.bars.chosen
            self._width = was[1] - was[0] + 1 if was is not None else max(1, (last - first) // _SHARE)
        session.look(at_head(session.lens, head, cast("Mode", self.mode.currentData()), self._width))
        self._looked()
        many = count(len(self.moments().at(head)), tr("transfer"), tr("transfers"))
        said = QAccessibleAnnouncementEvent(self.bars, f"{self.desk.display.time(head)}: {many}")
        QAccessible.updateAccessibility(said)

    def step(self, by: int) -> bool:
        """Go to the next (1) or the previous (-1) moment; false at the end."""
        found = self.moments()
        if not found.times:
            return False
        if self.head is None:
            there: int | None = found.times[0] if by > 0 else found.times[-1]
        else:
            there = found.after(self.head) if by > 0 else found.before(self.head)
        if there is None:
            return False
        self.head = there
        self._show_head()
        return True

    def toggle(self) -> None:
        """Play from here, or stop. At the end it plays from the beginning. With reduced motion it goes one moment on."""
        if self.playing:
            self.stop()
            return
        found = self.moments()
        if not found.times:
            return
        if self.head is not None and found.after(self.head) is None:
            self.head = None
        if self.desk.reduced_motion:
            self.step(1)
            return
        self.playing = True
        self._mark_play()
        self._tick()

    def stop(self) -> None:
        """Stop playing; what is seen stays."""
        self._timer.stop()
        if self.playing:
            self.playing = False
            self._mark_play()

    def _mark_play(self) -> None:
        from workstation.ui.widgets import paint_icon

        self.play.setProperty("lineIcon", "pause" if self.playing else "play")
        self.play.setAccessibleName(tr("Stop") if self.playing else tr("Play"))
        paint_icon(self.play)

    def _tick(self) -> None:
        from workstation.app.timeline import pause

        was = self.head
        if not self.step(1):
            if not self.loop.currentData() or was is None:
                self.stop()
                return
            self.head = None
            self.step(1)
        following = self.moments().after(self.head) if self.head is not None else None
        gap = (following - self.head) if following is not None and self.head is not None else 0
        self._timer.start(pause(gap, int(self.speed.currentData())))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        elif event.key() in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
            self.step(-1 if event.key() == Qt.Key.Key_Comma else 1)
        else:
            super().keyPressEvent(event)
