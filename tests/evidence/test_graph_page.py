"""The graph page of a package in a real browser: it draws, searches, filters by time, lights up paths, and asks no network."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

import pytest

from tests.evidence.browser import BROWSER, Browser
from workstation.app import demo
from workstation.app.export import export
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import discover

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
_NOTE = "Call the bank <img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The page of the demo case with a trace, a note card and a frame, open in a browser."""
    folder = tmp_path_factory.mktemp("page")
    plugins = discover([plugins_folder()])
    with demo.build(demo.ROMANCE, folder / "case.wcase", plugins, folder / "settings") as session:
        nodes = [node.key for node in session.graphs.picture(session.graph).nodes]
        subject = next(key for key in nodes if key.startswith("address:"))
        paid = next(session.store.transfers(address=subject.rpartition(":")[2]))
        traced = session.run("trace.run", subjects=[f"transfer:{paid.chain}:{paid.id}"], methods="fifo")
        if traced.job is not None:
            session.wait(traced.job)
        session.run("card.add", text=_NOTE, place=(0, 0, 0))
        session.run("frame.add", subjects=nodes[:3], name="Victims")
        package = export(session, folder / "case-evidence.zip").path
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    page = next(folder.rglob("graph.html"))
    with Browser(folder / "profile") as browser:
        browser.open(page)
        yield browser


def _count(browser: Browser, selector: str) -> int:
    return int(browser.value(f"document.querySelectorAll({selector!r}).length"))


def test_it_draws_what_the_case_shows(opened: Browser) -> None:
    assert _count(opened, "g.node") == int(opened.value("document.documentElement.dataset.nodes")) > 5
    assert _count(opened, "g.edge") == int(opened.value("data.edges.length")) > 5
    assert opened.value("document.querySelector('g.note').textContent.replace(/\\s+/g, ' ')").startswith(
        "Call the bank <"
    )
    assert opened.value("document.querySelector('.framename').textContent") == "Victims"


def test_a_search_finds_names_and_transactions(opened: Browser) -> None:
    find = "var f = document.getElementById('find'); f.value = {!r}; f.dispatchEvent(new Event('input'));"
    opened.value(find.format("exchange a"))
    assert _count(opened, "g.node.hit") == 2
    tx = opened.value("Object.values(data.transfers).map((t) => t.tx).find((t) => t.length > 20)")
    opened.value(find.format(tx))
    assert opened.value("document.getElementById('found').textContent").endswith(" found")
    opened.value("f.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}))")
    assert tx in opened.value("document.getElementById('card').textContent")
    opened.value(find.format(""))


def test_the_time_window_dims_what_lies_outside(opened: Browser) -> None:
    slide = "var l = document.getElementById('last'); l.value = {}; l.dispatchEvent(new Event('input'));"
    opened.value(slide.format(0))
    first = "data.edges.filter((e) => e.when.length && e.when[0] > data.span[0]).length"
    assert _count(opened, "g.edge.past") == int(opened.value(first)) > 0
    assert "UTC" in opened.value("document.getElementById('window').textContent")
    opened.value("document.getElementById('all').click()")
    assert _count(opened, ".past") == 0


def test_a_finding_and_a_trace_light_up_what_they_rest_on(opened: Browser) -> None:
    names = opened.value("[...document.querySelectorAll('#path option')].map((o) => o.textContent)")
    assert any(name.startswith("Finding F-1") for name in names)
    trace = next(number for number, name in enumerate(names) if name.startswith("Trace run 1"))
    opened.value(
        f"var p = document.getElementById('path'); p.selectedIndex = {trace}; p.dispatchEvent(new Event('change'))"
    )
    path = opened.value("data.paths[Number(p.value)]")
    assert _count(opened, "g.edge.on") == len(path["edges"]) > 0
    assert "row" in opened.value("document.getElementById('card').textContent")


def test_it_asks_nothing_of_the_network_and_complains_of_nothing(opened: Browser) -> None:
    opened.value("document.querySelector('g.node').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert opened.complaints() == []
    with pytest.raises(RuntimeError, match=r"security policy|Failed to fetch"):
        opened.value("fetch('https://example.org/')")
