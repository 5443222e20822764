"""Owns what the window does with jobs: the running one in the status bar, and what follows when one has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.ui.window import MainWindow


class JobWatch:
    """The jobs of a window. ``watched``: what is done when a job of this number has ended."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.watched: dict[int, Callable[[Job], None]] = {}

    def watch(self, job: Job, done: Callable[[Job], None]) -> None:
        """Call ``done`` when a job has ended."""
        if job.active:
            self.watched[job.number] = done
        else:
            done(job)

    def changed(self, number: int) -> None:
        """A job went on or ended: show it."""
        session = self._window.desk.session
        if session is None:
            return
        job = session.jobs.job(number)
        running = next((j for j in session.jobs.all() if j.active), None)
        self._window.status.show_job(
            running.title if running else "", running.done if running else 0, running.total if running else 0
        )
        if not job.active and number in self.watched:
            self.watched.pop(number)(job)
        if not job.active:
            self._window.refresh_later()

    def cancel(self) -> None:
        """Cancel the job that runs."""
        session = self._window.desk.session
        for job in session.jobs.all() if session is not None else ():
            if job.active:
                job.cancel()
                return
