"""Owns what the window does about requests: opens the wizard, runs its jobs, writes the pack, follows what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count as count_from
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workstation.domain.errors import WorkstationError
from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.app.freeze.ask import Ask
    from workstation.app.freeze.offered import Prepared
    from workstation.app.freeze.profiles import Profile
    from workstation.app.freeze.request import Request
    from workstation.app.freeze.writing import Written
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.ui.freeze.wizard import FreezeWizard, Work
    from workstation.ui.window import MainWindow

#: Services that are listed; any other can be typed.
_MOST = 1000


def draft(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Open the wizard for what is selected; nothing selected: it asks for the service first."""
    from workstation.app.freeze import ask

    session = _session(window)
    begun = ask.begin(session, session.selection)
    if given.get("service"):
        targets = tuple(str(given.get("targets", "")).split())
        begun = ask.Ask(str(given["service"]), fields=ask.remembered(session), targets=targets)
    _open(window, begun)


def edit(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Go on with a request that was not sent; one that was sent opens as a new one with the same words."""
    from workstation.app.freeze import ask, tracker

    session = _session(window)
    found = {one.key: one for one in tracker.requests(session)}
    key = str(given.get("request") or next(reversed(found), ""))
    if key not in found:
        window.say(tr("This is no longer in the case"))
        return
    kept = ask.of_row(found[key].row)
    _open(window, kept, key if found[key].row["status"] in ("drafted", "exported") else "")


def mark(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask what became of a request, and on what day."""
    from workstation.app.freeze import tracker
    from workstation.ui.freeze.markdialog import MarkDialog

    session = _session(window)
    found = tracker.requests(session)
    key = str(given.get("request") or (found[-1].key if found else ""))
    one = next((each for each in found if each.key == key), None)
    if one is None:
        window.say(tr("This is no longer in the case"))
        return
    labels = [(exhibit.label, f"{exhibit.label}  {exhibit.name}") for exhibit in session.store.exhibits()]
    dialog = MarkDialog(window, one, labels, str(given.get("status", "")))

    def run() -> None:
        command, arguments = dialog.wanted()
        window.run_now(command, request=key, **arguments)

    dialog.accepted.connect(run)
    window.show_dialog(dialog)


def renew(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask for the day of a renewal and the new last day."""
    mark(window, {**given, "status": "renewed"})


def stage(session: Session) -> tuple[str, str]:
    """(how many requests there are, how many freezes must be renewed today) for the strip; empty when none."""
    from workstation.app.freeze import tracker

    found = tracker.requests(session, session.now()[:10])
    due = sum(one.due for one in found)
    return (f"{len(found):,}" if found else "", tr("{n} to renew", n=due) if due else "")


def _session(window: MainWindow) -> Session:
    session = window.desk.session
    assert session is not None
    return session


def _open(window: MainWindow, begun: Ask, key: str = "") -> None:
    from workstation.app.freeze import profiles, targets, writing
    from workstation.ui.freeze.wizard import FreezeWizard

    session = _session(window)
    try:
        found = profiles.profiles(session.settings_folder)
    except WorkstationError as problem:
        window.tell(problem)
        return
    services = [
        *targets.services(session)[:_MOST],
        *((k, tr("{token}, issuer", token=n)) for k, n in targets.issuers(session)),
    ]
    if begun.service and begun.service not in {k for k, _ in services}:
        services.append((begun.service, targets.name_of(session, begun.service)))
    names = Counter(name for _, name in services)
    # several addresses can have one name: then it says which
    shown = [(k, n if names[n] == 1 else f"{n}  {_ref(k)}") for k, n in services]
    held: list[FreezeWizard] = []

    def keep() -> None:
        """A half-filled request is kept as a draft; undo takes it back."""
        wizard = held[0]
        if wizard.changed() and window.desk.session is session:
            try:
                writing.note(session, wizard.ask(), wizard.key)
            except WorkstationError as problem:
                window.tell(problem)
                return
            window.say(tr("The request is kept as a draft"))

    def leave(command: str) -> None:
        held[0].reject()
        if command == "view.trace_ask":  # a trace that ends at the target begins where the money came from
            session.select(targets.sources(session))
        window.ask(command)

    out = _free(session.store.path)
    work, stop = _work(session, found, leave)
    dialog = FreezeWizard(window, begun, shown, found, out, work, key)
    held.append(dialog)
    dialog.finished.connect(lambda _: stop())
    dialog.accepted.connect(lambda: _write(window, session, dialog, found))
    dialog.rejected.connect(keep)
    window.show_dialog(dialog)


def _free(case: Path) -> Path:
    """A name for a pack beside the case that no older pack has: what was sent once must stay as it was."""
    for number in count_from(1):
        out = case.with_name(f"{case.stem}-request-{number}.zip")
        if not out.exists():
            return out
    raise AssertionError("numbers do not end")


def _ref(key: str) -> str:
    kind, _, rest = key.partition(":")
    return tr("(entity)") if kind == "entity" else rest.partition(":")[2]


def _work(
    session: Session, found: Mapping[str, Profile], leave: Callable[[str], object]
) -> tuple[Work, Callable[[], None]]:
    """The jobs of the wizard, and what ends them for good; a newer one stops the older one."""
    from workstation.app.freeze import chart, letter, offered
    from workstation.app.freeze import request as building
    from workstation.paths import resources_folder
    from workstation.ui.freeze.wizard import Work

    running: list[Job] = []

    def stop() -> None:
        for job in running:
            job.cancel()
        running.clear()

    def start(
        title: str, work: Callable[[Job], Any], done: Callable[[Any], object], failed: Callable[[str], object]
    ) -> None:
        stop()

        def finished(job: Job) -> None:
            if job not in running:
                return  # another question took its place, or the wizard has closed
            running.remove(job)
            result, job.result = job.result, None  # the list of jobs must not hold every letter that was looked at
            if job.state == "done":
                done(result)
            elif job.state == "failed":
                failed(str(job.error))

        running.append(session.jobs.submit(title, work, finished=finished))

    last: list[tuple[Any, Prepared]] = []

    def prepare(ask: Ask, done: Callable[[Prepared], object], failed: Callable[[str], object]) -> None:
        about = (ask.service, ask.targets, ask.without, session.store.revision)
        if last and last[0][0] == about:  # only words differ: nothing of the ledger is looked at again
            try:
                done(replace(last[0][1], request=building.reworded(last[0][1].request, ask, found)))
            except WorkstationError as problem:
                failed(str(problem))
            return

        def keep(made: Prepared) -> None:
            last[:] = [(about, made)]
            done(made)

        start(tr("Compute the request"), lambda job: offered.prepare(session, ask, found, job.progress), keep, failed)

    def pages(
        request: Request, done: Callable[[Sequence[bytes], str], object], failed: Callable[[str], object]
    ) -> None:
        def work(_job: Job) -> Any:
            from workstation.evidence.letters import letter_pictures  # slow to load

            told = letter.document(request)
            as_of = request.data["custody"]["as_of"]
            drawn = chart.svg(session, request)
            return letter_pictures(told, drawn, as_of, resources=resources_folder()), letter.plain(told)

        start(tr("Set the letter"), work, lambda made: done(*made), failed)

    return Work(prepare, pages, leave), stop


def _write(window: MainWindow, session: Session, dialog: FreezeWizard, found: Mapping[str, Profile]) -> None:
    from workstation.app.freeze import pack, writing

    ask, out = dialog.ask(), dialog.out()
    try:
        pack.refuse_full(out)
        key = writing.note(session, ask, dialog.key)
    except WorkstationError as problem:
        window.tell(problem)
        return

    def done(job: Job) -> None:
        if window.desk.session is not session:
            return
        if job.state == "done":
            writing.exported(session, key, job.result)
            _show(window, session, key, job.result)
        elif isinstance(job.error, WorkstationError):
            window.tell(job.error)

    window.watch(
        session.jobs.submit(
            tr("Write the pack of a request"), lambda job: writing.write(session, ask, found, out, job.progress)
        ),
        done,
    )


def _show(window: MainWindow, session: Session, key: str, written: Written) -> None:
    """What was written, what is missing, and the issuers that can be asked beside the exchange."""
    from workstation.app.freeze import letter, targets, tracker
    from workstation.ui.results import ResultDialog
    from workstation.ui.widgets import button

    request = written.request
    number = tracker.label(session.store.rows("request")[key])
    state = tr("complete") if request.complete else tr("a draft, something is missing")
    words = "\n".join((
        tr("Request {number} to {service}: {state}.", number=number, service=request.data["service"], state=state),
        str(written.out), tr("SHA-256 of its hash list: {hash}", hash=written.sha256),
        tr("Nothing was sent. Send it by the way the service asks for, then say so in the Requests panel."),
    ))  # fmt: skip
    dialog = ResultDialog(window, tr("Pack written"), words, [tr("Files and what is missing")])
    for name in written.files:
        dialog.add([name], "file")
    for line in letter.missing_lines(request, "en"):
        dialog.add([line], "warn")
    contracts = {f"contract:{t['chain']}:{t['contract']}" for t in request.data["totals"]}
    keys = " ".join(target.key for target in request.targets)
    for service, name in targets.issuers(session):
        if service in contracts and not request.data["contract"]:

            def beside(service: str = service) -> None:
                dialog.accept()
                window.ask("freeze.draft", service=service, targets=keys)

            dialog.foot.insertWidget(0, button(tr("Ask the issuer of {token} too", token=name), beside))
    window.show_dock("requests")
    window.show_dialog(dialog)
    window.say(tr("{n} written", n=count(len(written.files), tr("file"), tr("files"))))


#: Commands with a dialog of their own.
FLOWS: Mapping[str, Callable[[MainWindow, Mapping[str, Any]], None]] = MappingProxyType(
    {"freeze.draft": draft, "freeze.edit": edit, "freeze.mark": mark, "freeze.renew": renew}
)
