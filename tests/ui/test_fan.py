"""A bundled line says how many transfers it holds, and opens into them on demand without changing the case."""

from __future__ import annotations

import pytest

from workstation.analysis.picture import plate
from workstation.app.session import Session
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def test_a_line_splits_into_its_transfers_and_bundles_again(window: MainWindow, demo: Session) -> None:
    before = demo.graphs.picture(demo.graph)
    entries = len(list(demo.store.custody()))
    number, bundled = next((n, edge) for n, edge in enumerate(before.edges) if 1 < edge.count <= 40)
    assert plate(bundled).endswith(f"×{bundled.count}")
    assert window.canvas is not None
    assert window.canvas.view is not None
    window.canvas.view.edge_activated.emit(number)
    split = demo.graphs.picture(demo.graph)
    single = split.edges[number : number + bundled.count]
    assert len(split.edges) == len(before.edges) + bundled.count - 1
    assert tuple(edge.transfers[0] for edge in single) == bundled.transfers
    assert {(edge.source, edge.target, edge.asset) for edge in single} == {
        (bundled.source, bundled.target, bundled.asset)
    }
    assert all(edge.count == 1 and plate(edge) == edge.label for edge in single)
    assert window.canvas.view.item.data_.edges == len(split.edges)
    assert len({round(window.canvas.view.item.data_.curve(number + n).middle[1]) for n in range(len(single))}) == len(
        single
    )
    window.desk.mark_lines(demo.graphs.picture(demo.graph), [number])
    window.ask("graph.split_edge")
    assert demo.graphs.picture(demo.graph) == before
    assert len(list(demo.store.custody())) == entries


def test_a_single_transfer_stays_as_it_is(window: MainWindow, demo: Session) -> None:
    picture = demo.graphs.picture(demo.graph)
    number = next(n for n, edge in enumerate(picture.edges) if edge.count == 1)
    window.desk.mark_lines(demo.graphs.picture(demo.graph), [number])
    window.ask("graph.split_edge")
    assert demo.graphs.picture(demo.graph) is picture
    assert window.status.message.text()
