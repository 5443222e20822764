"""An investigator goes from the demo case to a complete freeze pack and follows it until the service has answered.

What the check page names as missing is brought into the case first: prices for the days, and a kept trace run; then the
letter names method, amount and value in money. The figures are worked out here from the demo's own ledger.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.stories.player import LONG, Player, press
from workstation.app import export, romance
from workstation.app.freeze import tracker
from workstation.evidence.verify import verify_package
from workstation.ui.freeze.markdialog import MarkDialog
from workstation.ui.freeze.wizard import FreezeWizard
from workstation.ui.results import ResultDialog
from workstation.ui.rowspanel import RowsPanel
from workstation.ui.workbench.dialog import TraceDialog

pytestmark = pytest.mark.gui
#: What this officer has to say for the profile that makes the chart mandatory.
SAID = {
    "agency": "Cybercrime Unit", "country": "Kazakhstan", "authority": "investigating police",
    "legal_basis": "Art. 221 of the Code of Criminal Procedure", "officer": "A. Example", "rank": "Inspector",
    "badge": "4711", "email": "a@police.example", "phone": "+7 000", "case_number": "2026/0042", "date": "2026-03-21",
    "addressee": "Exchange A Ltd", "narrative": "Four victims were told to pay.",
}  # fmt: skip


def _ledger() -> list[romance.Payment]:
    return [p for p in romance.payments(_seed()) if not p.asset.startswith("TRX")]


def _seed() -> int:
    from workstation.app.demo import _SEED

    return _SEED


def _import(player: Player, path: Path) -> None:
    job = player.session.run("case.import", files=[path]).job
    assert job is not None
    player.qtbot.waitUntil(lambda: not job.active, timeout=LONG)
    assert job.state == "done"


def _wizard(player: Player) -> FreezeWizard:
    made: FreezeWizard = player.dialog(FreezeWizard)
    player.qtbot.waitUntil(lambda: made._computed == made.ask() and not made._timer.isActive(), timeout=LONG)
    return made


def _fill(made: FreezeWizard, qtbot: QtBot) -> None:
    for page in (made.who, made.asked, made.events):
        for name, field in page.inputs.items():
            if name in SAID:
                made.show_field(name)
                assert isinstance(field, QLineEdit | QPlainTextEdit)
                qtbot.keyClicks(field, SAID[name])


def test_from_the_demo_case_to_a_complete_pack_and_its_answer(player: Player, qtbot: QtBot, tmp_path: Path) -> None:
    window = player.window
    window.open_demo()
    qtbot.waitUntil(lambda: player.session.store.info().title.startswith("The friendly"), timeout=LONG)
    qtbot.waitUntil(lambda: window.desk.queue.idle, timeout=LONG)
    session = player.session
    came = [p for p in _ledger() if p.receiver == romance.cast(_seed()).deposit]
    units = sum(p.amount for p in came)

    player.search("Exchange A deposit")
    qtbot.waitUntil(lambda: len(session.selection) == 1, timeout=LONG)
    player.key(Qt.Key.Key_A)
    made = _wizard(player)
    made.service._profile.setCurrentIndex(made.service._profile.findData("chart_mandatory"))
    _fill(made, qtbot)
    made.steps.setCurrentRow(5)
    made = _wizard(player)
    lacking = {m.field for m in made._made.request.missing if m.needed} if made._made is not None else set()
    assert lacking == {"method", "fiat"}
    qtbot.waitUntil(lambda: made.check.findChildren(QLineEdit) == [], timeout=LONG)
    press(made.check, "Trace for: Tracing method", qtbot)
    dialog = player.dialog(TraceDialog)
    runs = len(session.store.kept_traces())
    press(dialog, "Trace", qtbot)
    qtbot.waitUntil(lambda: len(session.store.kept_traces()) > runs, timeout=LONG)
    qtbot.waitUntil(lambda: not any(job.active for job in session.jobs.all()), timeout=LONG)

    prices = tmp_path / "prices.csv"
    days = sorted({_day(p.time) for p in came})
    prices.write_text("date,asset,currency,rate,source\n" + "".join(f"{d},USDT,USD,1.00,ECB\n" for d in days), "utf-8")
    _import(player, prices)

    (draft,) = tracker.requests(session)
    assert draft.row["status"] == "drafted"
    window.ask("freeze.edit", request=draft.key)
    made = _wizard(player)
    made.steps.setCurrentRow(6)
    made = _wizard(player)
    assert made.told.text() == "Complete."
    qtbot.waitUntil(lambda: made.letter.pages.count() > 0, timeout=LONG)
    out = tmp_path / "pack.zip"
    made.letter.out.setText(str(out))
    press(made, "Write the pack", qtbot)
    done = player.dialog(ResultDialog)
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    letter = " ".join(
        " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(files["letter.en.pdf"])).pages).split()
    )
    whole, cents = divmod(units, 10**6)
    for words in (
        "2026/0042: Preserve, Freeze, Disclose, Exchange A", f"{whole}.{cents:06d} USDT = {units} base units", "Art. 221",
        "fifo", "USD (", session.store.exhibit(1).sha256,
    ):  # fmt: skip
        assert words in letter
    assert "DRAFT" not in letter
    rows = list(csv.DictReader(io.StringIO(files["targets.csv"].decode())))
    assert sum(int(r["units"]) for r in rows if r["role"] == "payment") == units
    assert json.loads(files["request.json"])["complete"] is True
    done.accept()

    reply = tmp_path / "reply.csv"
    reply.write_text("address,label\n" + f"{romance.cast(_seed()).deposit},Frozen by Exchange A\n", "utf-8")
    before = len(session.store.exhibits())
    _import(player, reply)
    assert len(session.store.exhibits()) == before + 1
    label = session.store.exhibits()[-1].label
    panel = window.docks["requests"].widget()
    assert isinstance(panel, RowsPanel)
    for what, typed in (
        ("sent", {"day": "2026-03-22"}),
        ("frozen", {"day": "2026-03-25", "frozen": "41000 USDT", "expiry": "2026-05-24"}),
    ):
        press(panel, "What became of the request", qtbot)
        mark: MarkDialog = player.dialog(MarkDialog)
        assert mark.what.currentData() in ("sent", "acknowledged")
        mark.what.setCurrentIndex(mark.what.findData(what))
        for name, words in typed.items():
            qtbot.keyClicks(getattr(mark, name), words)
        mark.reply.setCurrentIndex(mark.reply.findData(label) if what == "frozen" else 0)
        press(mark, "Write it down", qtbot)
        player.gone(mark)
    (one,) = tracker.requests(session, "2026-05-20")
    assert one.due
    assert [word for word, _ in one.days] == ["exported", "sent", "frozen"]
    sealed = export.export(session, tmp_path / "case-evidence.zip")
    assert all(check.ok for check in verify_package(sealed.path))
    with zipfile.ZipFile(sealed.path) as archive:
        name = next(n for n in archive.namelist() if n.endswith("data/requests/requests.json"))
        (told,) = json.loads(archive.read(name))["requests"]
    assert told["reply_sha256"] == session.store.exhibits()[-1].sha256


def _day(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
