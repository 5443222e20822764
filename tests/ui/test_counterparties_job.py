"""The counterparties of a hub are counted beside the window, and are the same as those counted at once."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from workstation.app import counterparties
from workstation.app.session import Session
from workstation.domain.subjects import parse
from workstation.ui.cards import parties
from workstation.ui.cards.parties import PartiesPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def test_a_hub_is_counted_in_a_job(
    window: MainWindow, demo: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parties, "SMALL", 1)
    nodes = [parse(node.key) for node in demo.graphs.picture(demo.graph).nodes if node.key.startswith("address:")]
    hub = max(nodes, key=lambda subject: counterparties.movements(demo, subject))
    jobs = len(demo.jobs.all())
    demo.select([hub])
    window.show_dock("counterparties")
    panel = window.docks["counterparties"].widget()
    assert isinstance(panel, PartiesPanel)
    assert "List counterparties" in [job.title for job in demo.jobs.all()[jobs:]]
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0)
    assert list(panel.model.rows) == list(counterparties.of(demo, hub).rows)
