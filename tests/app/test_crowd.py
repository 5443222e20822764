"""The neighbours of a hub: exact ranks and sums, narrowed by asset, time, kind and list; the rest stays exact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.app import facts, intake
from workstation.app.chooser import Chooser
from workstation.app.crowd import Narrow
from workstation.app.session import Session
from workstation.casefile import store
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import address, parse
from workstation.plugin_host.discovery import Plugin

HUB = address("stated", "hub")
#: Neighbour, whether the hub pays, asset, whole units, day of January 2024.
Row = tuple[int, bool, str, int, int]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 25), st.booleans(), st.sampled_from(("EUR", "USD")),
        st.one_of(st.integers(0, 9), st.integers(0, 2**66), st.integers(2**130, 2**131)), st.integers(1, 31),
    ),
    min_size=1, max_size=60,
)  # fmt: skip


@pytest.fixture
def case(plugins: list[Plugin], tmp_path: Path) -> Callable[[list[Row]], Session]:
    """Makes a case of a hub and its neighbours, a new one at each call."""
    made: list[Session] = []

    def build(rows: list[Row]) -> Session:
        for old in made:
            old.close()
        made.clear()
        folder = tmp_path / f"case{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        session = Session(store.create(folder / "a.wcase", title="Hub", examiner="T"), plugins, folder / "settings")
        made.append(session)
        lines = []
        for number, (who, out, asset, units, day) in enumerate(rows):
            ends = ("hub", f"leaf {who}") if out else (f"leaf {who}", "hub")
            lines.append(f"2024-01-{day:02d}T00:00:{number:02d}Z,{ends[0]},{ends[1]},{asset},{units},stated")
        path = folder / "rows.csv"
        path.write_text("time,from,to,asset,amount,chain\n" + "\n".join(lines) + "\n", "utf-8")
        assert intake.import_files(session, [path])[0].outcome == "accepted"
        return session

    return build


def asked(session: Session) -> Chooser:
    return session.graphs.neighbours(session.graph, HUB, "both")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_ranks_and_sums_are_exact_whatever_the_amounts(case: Callable[[list[Row]], Session], rows: list[Row]) -> None:
    session = case(rows)
    crowd = asked(session).crowd
    wanted: dict[str, dict[str, int]] = {}
    for who, _, asset, units, _ in rows:
        sums = wanted.setdefault(f"leaf {who}", {})
        sums[asset] = sums.get(asset, 0) + units
    found = {c.subject.ref: c for c in asked(session).candidates}
    assert found.keys() == wanted.keys()
    for ref, candidate in found.items():
        scale = {s.asset.symbol: 10**s.asset.decimals for s in candidate.sums}
        assert {s.asset.symbol: s.units for s in candidate.sums} == {a: u * scale[a] for a, u in wanted[ref].items()}
    main = session.graphs.ledger.asset_of(crowd.asset).symbol
    ranked = [wanted[crowd.subject(place).ref].get(main, -1) for place in range(len(crowd))]
    assert ranked == sorted(ranked, reverse=True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(1, 31), st.integers(0, 10), st.sampled_from(["EUR", "USD", ""]))
def test_narrowing_counts_only_what_passes_and_the_rest_is_total_minus_shown(
    case: Callable[[list[Row]], Session], rows: list[Row], day: int, top: int, asset: str
) -> None:
    session = case(rows)
    crowd = asked(session).crowd
    number = next((n for n, words in crowd.assets() if asset and words.startswith(asset)), -1)
    since = 1704067200 + (day - 1) * 86400
    narrow = crowd.narrowed(Narrow(number, since))
    passing = [r for r in rows if r[4] >= day and (number < 0 or r[2] == asset)]
    assert len(narrow) == len({r[0] for r in passing})
    assert int(narrow.count.sum()) == len(passing)
    session.run("graph.add", subjects=[HUB])
    if passing and top:
        extra = {"asset": asset} if number >= 0 else {}
        session.run("graph.expand", subject=HUB, since=f"2024-01-{day:02d}", limit=str(top), **extra)
    picture = session.graphs.picture(session.graph)
    drawn = sorted(n for edge in picture.edges for n in edge.transfers)
    if passing and top:
        assert drawn == sorted(session.graphs.ledger.columns.id.tolist())
        shown = {node.key for node in picture.nodes if node.kind == "address"} - {HUB.key}
        assert len(shown) == min(top, len(narrow))
        rest = [e for e in picture.edges if "stub" in (picture.nodes[e.source].kind, picture.nodes[e.target].kind)]
        left = {f"leaf {r[0]}" for r in rows} - {parse(key).ref for key in shown}
        assert sum(edge.count for edge in rest) == sum(f"leaf {r[0]}" in left for r in rows)


def test_kinds_search_and_lists_find_neighbours(case: Callable[[list[Row]], Session]) -> None:
    session = case([(n, bool(n % 2), "EUR", n + 1, 1 + n % 28) for n in range(60)])
    session.run(
        "tag.add", subjects=["address:stated:leaf 7", "address:stated:leaf 9"], label="Desk", category="exchange"
    )
    crowd = asked(session).crowd
    assert crowd.kinds() == [("exchange", 2)]
    assert [crowd.subject(p).ref for p in crowd.of_kind("exchange").tolist()] == ["leaf 9", "leaf 7"]
    assert len(crowd.of_kind("")) == 58
    assert {crowd.subject(p).ref for p in crowd.matching("DESK").tolist()} == {"leaf 7", "leaf 9"}
    assert next(crowd.subject(int(p)).ref for p in crowd.sorted(crowd.matching("leaf 5"), "first")) == "leaf 56"
    places, missing = crowd.listed("nobody; leaf 3")
    assert missing == ["nobody"]
    assert [crowd.subject(p).ref for p in places.tolist()] == ["leaf 3"]
    assert [(number >= 0, words) for number, words in crowd.assets()] == [(True, "EUR (stated)")]
    done = session.run("graph.expand", subject=HUB, category="exchange")
    assert len([k for k in done.added if "leaf" in k and k.startswith("address")]) == 2
    with pytest.raises(WorkstationError, match="no neighbour moved"):
        session.run("graph.expand", subject=HUB, asset="BTC")


def test_a_pasted_list_is_read_in_any_shape(empty: Session, tmp_path: Path) -> None:
    hub, whole = "0x" + "1" * 40, [f"0x{n:038x}aB" for n in range(1, 60)]
    rows = [f"2024-01-01T00:00:{n:02d}Z,{hub},{a.lower()},ETH,{n}.5,ethereum" for n, a in enumerate(whole)]
    path = tmp_path / "rows.csv"
    path.write_text("time,from,to,asset,amount,chain\n" + "\n".join(rows) + "\n", "utf-8")
    intake.import_files(empty, [path])
    crowd = empty.graphs.neighbours("", address("ethereum", hub), "out").crowd
    text = f"{whole[3]},\n{whole[4].upper().replace('0X', '0x')};ethereum:{whole[5].lower()} 0xdead"
    places, missing = crowd.listed(text)
    assert len(places) == 3
    assert missing == ["0xdead"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(1, 8))
def test_the_largest_counterparties_are_those_of_counting_one_by_one(
    case: Callable[[list[Row]], Session], rows: list[Row], limit: int
) -> None:
    """The inspector of a hub ranks with arrays; what it names and sums is what a plain count gives."""
    session = case(rows)
    found = facts.subject_facts(session, HUB, limit=limit)
    scale = {a.symbol: a.decimals for a in session.graphs.ledger.columns.assets.values() if a.symbol}
    sums: dict[str, dict[tuple[bool, str], int]] = {}
    for who, out, asset, units, _ in rows:
        of = sums.setdefault(f"leaf {who}", {})
        of[out, asset] = of.get((out, asset), 0) + units * 10 ** scale[asset]
    assert found.counterparties_total == len(sums)
    assert len(found.counterparties) == min(limit, len(sums))
    for party in found.counterparties:
        came = {(False, s.asset.symbol): s.units for s in party.received}
        assert came | {(True, s.asset.symbol): s.units for s in party.sent} == sums[party.subject.ref]
    largest = sorted((max(u // 10 ** scale[a] for (_, a), u in of.items()) for of in sums.values()), reverse=True)
    named = [max(u // 10 ** scale[a] for (_, a), u in sums[p.subject.ref].items()) for p in found.counterparties]
    assert [float(n) for n in named] == [float(n) for n in largest[: len(named)]]
