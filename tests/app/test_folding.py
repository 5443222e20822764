"""Groups, entities and rules: what is folded is counted and summed exactly, opens where it stood, and nothing else moves."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.analysis.picture import Picture
from workstation.app import export, folding, intake
from workstation.app.outline import outline
from workstation.app.session import Session
from workstation.casefile.store import open_case
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse

SETTINGS = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def key(session: Session, name: str) -> str:
    return next(node.key for node in session.graphs.picture(session.graph).nodes if node.name == name)


def places(session: Session) -> dict[str, tuple[float, float]]:
    return {node.key: (node.x, node.y) for node in session.graphs.picture(session.graph).nodes}


def stored(session: Session) -> dict[str, tuple[float, float, bool, bool]]:
    return {k: (p.x, p.y, p.pinned, p.hidden) for k, p in session.graphs.placed(session.graph).items()}


def drawn(picture: Picture) -> Counter[int]:
    return Counter(number for edge in picture.edges for number in edge.transfers)


def total(session: Session, numbers: Iterable[int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for transfer in session.store.transfers(ids=list(numbers)):
        found[transfer.asset.name] += transfer.amount or 0
    return found


def test_a_selection_becomes_one_node_and_opens_where_it_stood(romance: Session) -> None:
    before, kept = places(romance), stored(romance)
    lines = drawn(romance.graphs.picture(romance.graph))
    chosen = [key(romance, name) for name in ("Victim 1", "Collector 1", "Collector 2")]
    made = romance.run("group.collapse", subjects=chosen, name="Ring")
    assert made.label == "Collapse 3 items into “Ring”"
    picture = romance.graphs.picture(romance.graph)
    (group,) = [node for node in picture.nodes if node.kind == "group"]
    assert group.name == "Ring"
    assert group.stub_count == 3
    assert not set(chosen) & set(places(romance))
    assert {k: xy for k, xy in before.items() if k not in chosen}.items() <= places(romance).items()
    found = romance.graphs.figures(romance.graph, group.key)
    assert found is not None
    inside = Counter(romance.graphs.ledger.ids(found.rows))
    assert inside
    assert drawn(picture) + inside == lines
    assert {s.asset.name: s.units for s in found.inside} == total(romance, inside)
    assert f"{len(found.rows)} transfers inside" in group.full
    assert picture.scope == "8 of 14 addresses shown, 1 hidden, 3 folded"
    romance.run("group.open", subjects=[group.key])
    assert places(romance) == before
    assert drawn(romance.graphs.picture(romance.graph)) == lines
    assert [frame.name for frame in romance.graphs.picture(romance.graph).frames if frame.name == "Ring"]
    romance.undo()
    romance.undo()
    assert stored(romance) == kept


def test_a_group_that_was_moved_opens_around_its_new_place(romance: Session) -> None:
    before = places(romance)
    chosen = [key(romance, name) for name in ("Victim 1", "Collector 1")]
    romance.run("group.collapse", subjects=chosen)
    group = next(k for k in places(romance) if k.startswith("group:"))
    x, y = places(romance)[group]
    romance.run("graph.move", positions={group: (x + 200, y - 40.5)})
    romance.run("graph.expand", subject=group)
    after = places(romance)
    assert after == {k: (a + 200, b - 40.5) if k in chosen else (a, b) for k, (a, b) in before.items()}


def test_a_frame_is_shut_and_opened_by_any_of_its_nodes(romance: Session) -> None:
    chosen = [key(romance, name) for name in ("Victim 1", "Collector 1")]
    romance.run("frame.add", subjects=chosen, name="Together", colour="#aa3311")
    before = places(romance)
    assert romance.run("group.collapse", subjects=chosen[:1]).label == "Collapse “Together”"
    group = next(node for node in romance.graphs.picture(romance.graph).nodes if node.kind == "group")
    assert (group.name, group.colour) == ("Together", "#aa3311")
    assert not [f for f in romance.graphs.picture(romance.graph).frames if f.name == "Together"]
    frame = parse(group.key).ref
    with pytest.raises(WorkstationError, match="collapsed already"):
        romance.run("group.collapse", frame=frame)
    romance.run("frame.edit", frame=frame, name="Renamed")
    assert romance.graphs.label(parse(group.key)) == "Renamed"
    romance.run("group.open", subjects=[group.key])
    assert places(romance) == before


def test_entities_open_into_their_addresses_and_shut_again(romance: Session) -> None:
    before = places(romance)
    entity = key(romance, "Exchange A")
    members = romance.graphs.names.members[parse(entity).ref]
    romance.run("group.open", subjects=[entity])
    after = places(romance)
    assert entity not in after
    assert set(members) <= after.keys()
    assert {k: xy for k, xy in before.items() if k not in {entity, *members}}.items() <= after.items()
    romance.run("group.collapse", subjects=members)
    assert {node.kind for node in romance.graphs.picture(romance.graph).nodes if node.key == entity} == {"entity"}
    assert not set(members) & places(romance).keys()


def test_groups_nest_and_a_group_in_a_group_counts_its_nodes(romance: Session) -> None:
    lines, before = drawn(romance.graphs.picture(romance.graph)), places(romance)
    first = [key(romance, name) for name in ("Victim 1", "Collector 1")]
    romance.run("group.collapse", subjects=first, name="Inner")
    inner = key(romance, "Inner")
    romance.run("group.collapse", subjects=[inner, key(romance, "Collector 2")], name="Outer")
    outer = next(node for node in romance.graphs.picture(romance.graph).nodes if node.name == "Outer")
    assert outer.stub_count == 3
    assert inner not in places(romance)
    found = romance.graphs.figures(romance.graph, outer.key)
    assert found is not None
    assert drawn(romance.graphs.picture(romance.graph)) + Counter(romance.graphs.ledger.ids(found.rows)) == lines
    romance.run("group.open", subjects=[outer.key])
    assert inner in places(romance)
    romance.run("group.open", subjects=[inner])
    assert places(romance) == before


def test_what_reads_a_picture_reads_a_group_as_one_node(romance: Session) -> None:
    chosen = [key(romance, name) for name in ("Victim 1", "Collector 1")]
    romance.run("group.collapse", subjects=chosen, name="Ring")
    group = key(romance, "Ring")
    romance.run("scene.save", name="Shut", caption="", camera="0,0,1")
    picture = romance.graphs.picture(romance.graph)
    told = outline(picture)
    number = next(n for n, node in enumerate(picture.nodes) if node.key == group)
    assert told.cells(number)[1] == "group of 2"
    assert told.lines(number)
    romance.run("graph.layout")
    assert group in places(romance)
    assert not set(chosen) & places(romance).keys()
    romance.run("group.open", subjects=[group])
    figure = next(f for f in export.bundle(romance).figures if f.name == "Shut")
    assert "Ring (2 nodes" in figure.svg
    with pytest.raises(WorkstationError):
        romance.run("group.collapse", subjects=[chosen[0]], frame="frame-none")


def test_copies_of_a_graph_have_groups_of_their_own(romance: Session) -> None:
    first = [key(romance, name) for name in ("Victim 1", "Collector 1")]
    romance.run("group.collapse", subjects=first, name="Inner")
    romance.run("group.collapse", subjects=[key(romance, "Inner"), key(romance, "Collector 2")], name="Outer")
    whole, old = romance.graphs.picture(romance.graph), key(romance, "Outer")
    romance.run("graph.duplicate")
    copy = key(romance, "Outer")
    assert copy != old
    assert [(n.name, n.x, n.y) for n in romance.graphs.picture(romance.graph).nodes if n.key != copy] == [
        (n.name, n.x, n.y) for n in whole.nodes if n.key != old
    ]
    romance.run("group.open", subjects=[copy])
    assert "Inner" in {node.name for node in romance.graphs.picture(romance.graph).nodes}
    assert romance.graphs.picture(romance.graphs.first_graph()) == whole
    romance.run("graph.from_selection", subjects=[key(romance, "Inner")], name="Part")
    (alone,) = romance.graphs.picture(romance.graph).nodes
    assert (alone.name, alone.stub_count) == ("Inner", 2)


def test_taking_a_group_off_takes_what_is_behind_it(romance: Session) -> None:
    chosen = [key(romance, name) for name in ("Victim 1", "Collector 1")]
    before = stored(romance)
    romance.run("group.collapse", subjects=chosen, name="Ring")
    romance.run("graph.remove", subjects=[key(romance, "Ring")])
    assert stored(romance).keys() == before.keys() - set(chosen)
    romance.undo()
    romance.run("graph.hide", subjects=[key(romance, "Ring")])
    assert not set(chosen) & places(romance).keys()
    romance.run("graph.show_hidden")
    assert "Ring" in {node.name for node in romance.graphs.picture(romance.graph).nodes}


def test_a_stub_in_a_group_goes_with_it_and_one_outside_stays(colonial: Session) -> None:
    picture = colonial.graphs.picture(colonial.graph)
    stub = next(node for node in picture.nodes if node.kind == "stub")
    owner = next(picture.nodes[e.target].key for e in picture.edges if picture.nodes[e.source].key == stub.key)
    other = next(n.key for n in picture.nodes if n.kind == "address" and n.key != owner)
    colonial.run("group.collapse", subjects=[owner, other], name="Open")
    after = colonial.graphs.picture(colonial.graph)
    (left,) = [node for node in after.nodes if node.kind == "stub"]
    assert left.stub_count == stub.stub_count
    colonial.undo()
    colonial.run("group.collapse", subjects=[owner, other, stub.key], name="Whole")
    assert not [node for node in colonial.graphs.picture(colonial.graph).nodes if node.kind == "stub"]


def test_a_group_outlives_the_session(romance: Session, tmp_path: Path) -> None:
    romance.run("group.collapse", subjects=[key(romance, "Victim 1"), key(romance, "Collector 1")], name="Ring")
    romance.run("fold.rule", least="1000 USDT")
    shown, path = romance.graphs.picture(romance.graph), romance.store.path
    romance.close()
    with Session(open_case(path, actor="Tester"), [], tmp_path / "settings") as again:
        assert again.graphs.picture(again.graph) == shown
        while again.history.next_undo():
            again.undo()


@SETTINGS
@given(st.integers(0, 2**32))
def test_any_nesting_keeps_every_transfer_and_every_place(romance: Session, seed: int) -> None:
    choose = random.Random(seed)
    while romance.history.next_undo().startswith(("Collapse", "Open")):
        romance.undo()
    before, lines = stored(romance), drawn(romance.graphs.picture(romance.graph))
    for _ in range(choose.randint(1, 6)):
        picture = romance.graphs.picture(romance.graph)
        nodes = sorted(node.key for node in picture.nodes)
        groups = [node.key for node in picture.nodes if node.kind == "group"]
        kept = places(romance)
        try:
            if groups and choose.random() < 0.35:
                gone = choose.choice(groups)
                romance.run("group.open", subjects=[gone])
            else:
                romance.run("group.collapse", subjects=choose.sample(nodes, min(len(nodes), choose.randint(2, 4))))
        except WorkstationError:
            continue
        now = places(romance)
        assert all(now[k] == kept[k] for k in kept.keys() & now.keys())
        assert _reconciled(romance) == lines
    for _ in range(50):
        groups = [n.key for n in romance.graphs.picture(romance.graph).nodes if n.kind == "group"]
        if not groups:
            break
        romance.run("group.open", subjects=groups)
    assert {k: v for k, v in stored(romance).items() if k in before} == before
    assert drawn(romance.graphs.picture(romance.graph)) == lines


def _reconciled(session: Session) -> Counter[int]:
    """Drawn transfers with those inside groups: each once, whatever is folded."""
    picture = session.graphs.picture(session.graph)
    found = drawn(picture)
    for node in picture.nodes:
        figures = session.graphs.figures(session.graph, node.key) if node.kind == "group" else None
        if figures is not None:
            found.update(session.graphs.ledger.ids(figures.rows))
    return found


# --- rules ------------------------------------------------------------------------------------------------------------

#: A real counterparty, one that looks like it, and the victim of both.
REAL = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
FAKE = "0xdAC1000000000000000000000000000000001ec7"
VICTIM = "0x1111111111111111111111111111111111111111"
OTHER = "0x2222222222222222222222222222222222222222"


def poisoned(session: Session, tmp_path: Path) -> None:
    """A case with one real payment, dust between the same two, dust from a stranger and poisoning."""
    rows = [
        (VICTIM, REAL, "250.5"), (REAL, VICTIM, "0.00004"), (FAKE, VICTIM, "0"), (VICTIM, FAKE, "0"),
        (OTHER, VICTIM, "0.00001234"), (OTHER, VICTIM, "0.00000001"), (FAKE, VICTIM, "0.00002"),
    ]  # fmt: skip
    path = tmp_path / "rows.csv"
    lines = [f"2024-01-01T00:00:{n:02d}Z,{a.lower()},{b.lower()},ETH,{x},ethereum" for n, (a, b, x) in enumerate(rows)]
    path.write_text("time,from,to,asset,amount,chain\n" + "\n".join(lines) + "\n", "utf-8")
    assert intake.import_files(session, [path])[0].outcome == "accepted"
    session.run("graph.add", subjects=[f"address:ethereum:{a.lower()}" for a in (REAL, FAKE, VICTIM, OTHER)])


def rule_nodes(session: Session) -> dict[str, str]:
    return {n.name: n.key for n in session.graphs.picture(session.graph).nodes if n.key.startswith("group:")}


def test_dust_and_poisoning_fold_with_their_count_and_exact_sum(empty: Session, tmp_path: Path) -> None:
    poisoned(empty, tmp_path)
    before, lines = places(empty), drawn(empty.graphs.picture(empty.graph))
    assert sum(lines.values()) == 7
    done = empty.run("fold.rule", least="0.0001 ETH")
    assert done.label == "Fold dust and poisoning"
    picture = empty.graphs.picture(empty.graph)
    named = {node.name: node for node in picture.nodes}
    assert named["3 dust transfers"].detail == "0.000052350000000000 ETH"
    assert named["3 poisoning transfers"].detail == "0.000020000000000000 ETH"
    left = {node.key for node in picture.nodes} - set(rule_nodes(empty).values())
    assert left == {f"address:ethereum:{a.lower()}" for a in (REAL, VICTIM)}
    assert {k: v for k, v in places(empty).items() if k in before}.items() <= before.items()
    assert drawn(picture) == lines
    assert total(empty, lines) == Counter({"ETH": 250500072350000000000})
    empty.run("fold.off")
    assert places(empty) == before
    empty.undo()
    assert len(rule_nodes(empty)) == 2
    empty.undo()
    assert places(empty) == before


def test_a_rule_stands_apart_and_never_takes_what_somebody_marked(empty: Session, tmp_path: Path) -> None:
    poisoned(empty, tmp_path)
    other = f"address:ethereum:{OTHER}"
    empty.run("tag.add", subjects=[other], label="Watched")
    empty.run("fold.rule", what="dust", least="0.0001 ETH")
    picture = empty.graphs.picture(empty.graph)
    assert other in {node.key for node in picture.nodes}
    assert "Watched" in {node.name for node in picture.nodes}
    assert [n.name for n in picture.nodes if n.kind == "stub"] == ["6 dust transfers"]
    stub = next(n for n in picture.nodes if n.kind == "stub")
    empty.run("graph.expand", subject=stub.key)
    assert not rule_nodes(empty)
    empty.run("fold.rule", what="poison", least="0.001 ETH")
    assert len(rule_nodes(empty)) == 1


def test_amounts_come_from_the_profile_of_the_user(empty: Session, tmp_path: Path) -> None:
    poisoned(empty, tmp_path)
    empty.settings_folder.mkdir(parents=True, exist_ok=True)
    (empty.settings_folder / "dust.toml").write_text('[least]\nETH = "0.00000002"\n', "utf-8")
    empty.run("fold.rule", what="dust")
    (rule,) = empty.graphs.folding(empty.graph).rules.values()
    assert rule.least == (("ETH", "0.00000002"),)
    (empty.settings_folder / "dust.toml").write_text("broken", "utf-8")
    with pytest.raises(WorkstationError, match=r"dust\.toml"):
        empty.run("fold.rule")
    with pytest.raises(WorkstationError, match="no amount"):
        empty.run("fold.rule", least="much ETH")


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_a_rule_that_cannot_be_read_folds_nothing(pairs: list[tuple[str, str]]) -> None:
    text = ";".join(f"{a}={b}" for a, b in pairs)
    for what in ("dust", "poison", "other"):
        found = folding.as_rule(parse(f"group::{what}/{text}"))
        assert found is None or all(folding.is_amount(amount) for _, amount in found.least)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**22), st.sampled_from(["both", "dust", "poison"]))
def test_whatever_the_rule_no_transfer_is_lost(empty: Session, tmp_path: Path, units: int, what: str) -> None:
    if not empty.graph:
        poisoned(empty, tmp_path)
        empty.run("graph.new", name="Bare")
    empty.graph = empty.graphs.graph_keys()[0]
    empty.run("fold.rule", what=what, least=f"{units // 10**18}.{units % 10**18:018d} ETH")
    picture = empty.graphs.picture(empty.graph)
    rows = [r for f in _rules(empty) for r in f.rows.tolist()]
    assert len(rows) == len(set(rows))
    lost = Counter(empty.graphs.ledger.ids(_inner(empty, picture)))
    assert sum(drawn(picture).values()) + sum(lost.values()) == 7
    assert sum(int(n.stub_count) for n in picture.nodes if n.key.startswith("group:")) == len(rows)
    empty.run("fold.off")


def _rules(session: Session) -> list[folding.Figures]:
    found = (session.graphs.figures(session.graph, key) for key in rule_nodes(session).values())
    return [each for each in found if each is not None]


def _inner(session: Session, picture: Picture) -> list[int]:
    """Rows of rules that stand behind no line: both their ends are folded."""
    shown = set(drawn(picture))
    ledger = session.graphs.ledger
    return [row for f in _rules(session) for row in f.rows.tolist() if ledger.ids([row])[0] not in shown]
