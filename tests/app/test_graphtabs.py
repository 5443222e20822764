"""Several graphs in one case: a copy, a part, their order and removal, each one undo step that moves nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.app.session import Session
from workstation.domain.subjects import parse


def _rows(session: Session, graph: str) -> dict[str, tuple[float, float, bool, bool]]:
    return {key: (p.x, p.y, p.pinned, p.hidden) for key, p in session.graphs.placed(graph).items()}


def test_a_duplicate_stands_exactly_as_the_graph_does(romance: Session) -> None:
    graph = romance.graph
    keys = list(romance.graphs.placed(graph))
    romance.run("frame.add", subjects=keys[:3], name="Ring", colour="#AABBCC")
    romance.run("graph.hide", subjects=[keys[4]])
    romance.run("layout.time")
    copy = romance.run("graph.duplicate").made
    assert romance.graph == copy
    assert romance.graphs.name(copy) == f"{romance.graphs.name(graph)} (copy)"
    assert _rows(romance, copy) == _rows(romance, graph)
    old, new = romance.graphs.picture(graph), romance.graphs.picture(copy)
    assert (new.nodes, new.edges, new.ticks, new.lanes) == (old.nodes, old.edges, old.ticks, old.lanes)
    assert [f.members for f in new.frames] == [f.members for f in old.frames]
    romance.run("graph.move", positions={keys[0]: (1, 1)})
    assert romance.graphs.placed(graph)[keys[0]] != romance.graphs.placed(copy)[keys[0]]


def test_a_part_keeps_its_places(romance: Session) -> None:
    graph = romance.graph
    chosen = list(romance.graphs.placed(graph))[2:6]
    made = romance.run("graph.from_selection", subjects=chosen, name="Part")
    assert made.label == "New graph “Part” with 4 nodes"
    assert romance.graph == made.made
    placed = romance.graphs.placed(graph)
    assert _rows(romance, made.made) == {key: v for key, v in _rows(romance, graph).items() if key in chosen}
    assert {key: (p.x, p.y) for key, p in placed.items()} == {
        key: (p.x, p.y) for key, p in romance.graphs.placed(graph).items()
    }
    romance.run("edit.undo")
    assert romance.graph == graph


def test_what_is_not_on_the_graph_can_begin_a_graph(romance: Session) -> None:
    transfer = next(romance.store.transfers())
    romance.run("graph.new", name="Empty")
    made = romance.run("graph.from_selection", subjects=f"transfer:{transfer.chain}:{transfer.id}", name="Ends").made
    keys = {parse(f"address:{chain}:{ref}").key for chain, ref in transfer.parties}
    assert keys <= set(romance.graphs.placed(made))


def test_removing_a_graph_shows_its_neighbour_and_undo_brings_everything_back(romance: Session) -> None:
    first = romance.graph
    romance.run("graph.duplicate", name="B")
    third = romance.run("graph.duplicate", name="C").made
    romance.run("graph.order", graph=third, place="2")
    romance.show_graph(third)
    before = {table: romance.store.rows(table) for table in ("graph", "placement", "scene", "frame", "expansion")}
    assert romance.run("graph.delete").label == "Remove graph “C”"
    assert romance.graphs.name(romance.graph) == "B"
    romance.run("edit.undo")
    assert {table: romance.store.rows(table) for table in before} == before
    romance.show_graph(first)
    romance.run("graph.delete", graph=third)
    assert romance.graph == first


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 6)), max_size=6))
def test_the_order_is_always_a_permutation(romance: Session, moves: list[tuple[int, int]]) -> None:
    while len(romance.graphs.graph_keys()) < 4:
        romance.run("graph.new", name=f"G{len(romance.graphs.graph_keys())}")
    keys = set(romance.graphs.graph_keys())
    for which, place in moves:
        order = list(romance.graphs.graph_keys())
        moved = order.pop(which)
        order.insert(max(1, min(4, place)) - 1, moved)
        romance.run("graph.order", graph=moved, place=str(place))
        assert list(romance.graphs.graph_keys()) == order
    assert set(romance.graphs.graph_keys()) == keys


def test_note_cards_go_along_with_their_nodes_onto_a_new_graph(romance: Session) -> None:
    picture = romance.graphs.picture(romance.graph)
    here, away = picture.nodes[0].key, picture.nodes[1].key
    romance.run("card.add", text="Look here", subject=here)
    romance.run("card.add", text="Elsewhere", subject=away)
    romance.run("card.add", text="Of the whole graph")
    before = next(card for card in romance.graphs.picture(romance.graph).cards if card.text == "Look here")
    others = [node.key for node in picture.nodes[2:4]]
    romance.run("graph.from_selection", subjects=[here, *others], name="Part")
    part = romance.graphs.picture(romance.graph)
    assert [(card.text, card.x, card.y) for card in part.cards] == [("Look here", before.x, before.y)]
    assert part.nodes[part.cards[0].node].key == here
    romance.undo()
    assert len(romance.store.rows("card")) == 3


def test_the_note_card_of_a_group_stands_beside_the_group_of_the_copy(romance: Session) -> None:
    keys = [node.key for node in romance.graphs.picture(romance.graph).nodes if node.kind == "address"][:2]
    romance.run("group.collapse", subjects=keys)
    group = next(node.key for node in romance.graphs.picture(romance.graph).nodes if node.kind == "group")
    romance.run("card.add", text="Two as one", subject=group)
    for command, more in (("graph.duplicate", {}), ("graph.from_selection", {"subjects": [group], "name": "Part"})):
        romance.run(command, **more)
        copy = romance.graphs.picture(romance.graph)
        assert [card.text for card in copy.cards] == ["Two as one"], command
        assert copy.nodes[copy.cards[0].node].kind == "group"
        assert copy.nodes[copy.cards[0].node].key != group
        romance.undo()
        romance.show_graph(romance.graphs.first_graph())
