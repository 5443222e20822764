"""The pictures of the chapter on requests: the wizard and the Requests panel on the romance demo case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from workstation.app.demo import ROMANCE, build
from workstation.casefile.store import open_case
from workstation.domain.subjects import parse
from workstation.ui.app import bundled_plugins
from workstation.ui.freeze.wizard import FreezeWizard
from workstation.ui.window import MainWindow

#: What the officer of the pictures types. Nobody of that name is meant.
_TYPED = {
    "agency": "Cybercrime Unit, Example Regional Police", "country": "Example", "authority": "investigating police",
    "legal_basis": "Criminal Procedure Code, art. 221", "officer": "A. Example", "rank": "Inspector", "badge": "4711",
    "email": "a.example@police.example", "phone": "+000 000 000", "case_number": "2026/0042",
}  # fmt: skip
_LATER = {
    "date": "2026-03-21", "addressee": "Exchange A Ltd", "narrative": "Nine payments of four victims, 3 to 10 March 2026.",
}  # fmt: skip


def draw(
    window: MainWindow, folder: Path, out: Path, keep: Callable[[QWidget | None, Path], None],
    until: Callable[[Callable[[], bool]], None],
) -> None:  # fmt: skip
    """Draw all pictures of the chapter into ``out``; ``folder`` takes the case."""
    path = folder / "romance.wcase"
    build(ROMANCE, path, bundled_plugins(), folder).close()
    session = window.session_for(open_case(path))
    window.open_session(session)
    window.resize(1366, 768)
    until(lambda: window.desk.queue.idle)
    node = next(n for n in session.graphs.picture(session.graph).nodes if n.name == "Exchange A deposit")
    session.select([parse(node.key)])
    window.ask("freeze.draft")
    made = window.dialogs[-1]
    assert isinstance(made, FreezeWizard)
    _settled(made, until)
    keep(made, out / "freeze-targets.png")
    _type(made, _TYPED)
    made.steps.setCurrentRow(5)
    _settled(made, until)
    keep(made, out / "freeze-missing.png")
    _type(made, _LATER)
    made.steps.setCurrentRow(6)
    _settled(made, until)
    until(lambda: made.letter.pages.count() > 0)
    keep(made, out / "freeze-letter.png")
    made.letter.out.setText(str(folder / "pack.zip"))
    made.try_accept()
    until(lambda: any(isinstance(d, QDialog) and d is not made for d in window.dialogs))
    window.close_dialogs()
    (key,) = session.store.rows("request")
    session.run("freeze.mark", request=key, status="sent", day="2026-03-22")
    session.run("freeze.mark", request=key, status="frozen", day="2026-03-25", frozen="41000 USDT", expiry="2026-04-24")
    panel = window.docks["requests"].widget()
    day = next(f for f in panel.findChildren(QWidget) if f.accessibleName().startswith("Day from"))
    day.setText("2026-04-20")  # type: ignore[attr-defined]
    day.setModified(True)  # type: ignore[attr-defined]
    panel.refresh()  # type: ignore[attr-defined]
    until(lambda: window.desk.queue.idle)
    panel.table.selectRow(0)  # type: ignore[attr-defined]
    keep(panel, out / "freeze-requests.png")


def _type(made: FreezeWizard, words: dict[str, str]) -> None:
    for page in (made.who, made.asked, made.events):
        for name, field in page.inputs.items():
            if name in words:
                field.setPlainText(words[name]) if hasattr(field, "setPlainText") else field.setText(words[name])


def _settled(made: FreezeWizard, until: Callable[[Callable[[], bool]], None]) -> None:
    until(lambda: made._computed == made.ask() and not made._timer.isActive())
