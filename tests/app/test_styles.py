"""Styles and note cards: what rules and hands make of a picture, that hand beats rule, and that every step can be undone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.analysis import notecards
from workstation.analysis.palette import NAMES, PALETTE, resolved
from workstation.analysis.picture import Edge, Node, Picture, plate
from workstation.analysis.svg import picture_svg, theme_colours
from workstation.app.crossings import crossed
from workstation.app.session import Session
from workstation.app.styles import base_units
from workstation.app.tracing.conversions import Declared
from workstation.domain.errors import WorkstationError

EVIL = "<script>alert(1)</script>\u202egpj.exe & \x00 \u2066x"


def key(session: Session, name: str) -> str:
    return next(node.key for node in picture(session).nodes if node.name == name)


def picture(session: Session) -> Picture:
    return session.graphs.picture(session.graph)


def node(session: Session, name: str) -> Node:
    return next(node for node in picture(session).nodes if node.name == name)


def lines(session: Session) -> list[Edge]:
    return sorted((edge for edge in picture(session).edges if edge.transfers), key=lambda edge: edge.units)


def work(session: Session) -> dict[str, Any]:
    return {table: session.store.rows(table) for table in ("style", "style_rule", "card")}


# --- rules ------------------------------------------------------------------------------------------------------------


def test_a_rule_on_a_category_colours_every_node_that_fits(romance: Session) -> None:
    romance.run("rule.add", sort="category", value="SCAM", colour="violet", size="large", name="Scam wallets")
    assert {n.colour for n in picture(romance).nodes if n.name.startswith("Collector")} == {"violet"}
    assert node(romance, "Collector 1").size == 1.5
    assert not node(romance, "Victim 2").colour
    (look,) = picture(romance).looks
    assert (look.text, look.colour, look.line) == ("Scam wallets", "violet", False)
    assert [picture(romance).nodes[n].name for n in look.members] == ["Collector 1", "Collector 2"]


def test_a_rule_on_an_amount_is_exact_to_the_base_unit(romance: Session) -> None:
    middle = lines(romance)[len(lines(romance)) // 2]
    asset = romance.graphs.ledger.asset_of(
        int(romance.graphs.ledger.asset[romance.graphs.ledger.row_of_id[middle.transfers[0]]])
    )
    exact = asset.written(middle.units).split()[0]
    romance.run("rule.add", sort="amount", value=exact, asset="USDT", colour="red", width="wide")
    assert {e.units for e in lines(romance) if e.colour} == {e.units for e in lines(romance) if e.units >= middle.units}
    romance.run("edit.undo")
    more = asset.written(middle.units + 1).split()[0]
    romance.run("rule.add", sort="amount", value=more, asset="USDT", colour="red", width="wide")
    assert {e.units for e in lines(romance) if e.colour} == {e.units for e in lines(romance) if e.units > middle.units}


@pytest.mark.parametrize(
    ("text", "decimals", "units"),
    [
        ("1.5", 2, 150),
        ("1.501", 2, 151),
        ("0.001", 2, 1),
        ("2", 0, 2),
        ("2.1", 0, 3),
        ("1e3", 6, None),
        ("-1", 6, None),
    ],
)
def test_amounts_of_rules_are_rounded_up_and_never_floats(text: str, decimals: int, units: int | None) -> None:
    assert base_units(text, decimals) == units


def test_the_upper_rule_counts_and_a_rule_can_be_off_or_moved(romance: Session) -> None:
    first = romance.run("rule.add", sort="category", value="scam", colour="violet").made
    second = romance.run("rule.add", sort="category", value="scam", colour="yellow", ring="yes").made
    assert (node(romance, "Collector 1").colour, node(romance, "Collector 1").ringed) == ("violet", True)
    romance.run("rule.move", rule=second, place=1)
    assert node(romance, "Collector 1").colour == "yellow"
    romance.run("rule.switch", rule=second)
    assert node(romance, "Collector 1").colour == "violet"
    assert romance.history.next_undo().endswith("off")
    romance.run("rule.edit", rule=first, sort="category", value="victim", colour="blue")
    assert (node(romance, "Collector 1").colour, node(romance, "Victim 2").colour) == ("", "blue")
    romance.run("rule.remove", rule=first)
    assert not picture(romance).looks


def test_a_rule_on_the_first_day_looks_at_the_whole_case(romance: Session) -> None:
    romance.run("rule.add", sort="since", value="1999-01-01", ring="yes")
    assert all(n.ringed for n in picture(romance).nodes if n.kind in ("address", "entity"))
    romance.run("edit.undo")
    romance.run("rule.add", sort="since", value="2099-01-01", ring="yes")
    assert not any(n.ringed for n in picture(romance).nodes)
    assert not picture(romance).looks


@pytest.mark.parametrize(
    "given_",
    [
        {"sort": "amount", "value": "many", "asset": "USDT", "colour": "red"},
        {"sort": "amount", "value": "1", "asset": "GOLD", "colour": "red"},
        {"sort": "since", "value": "soon", "colour": "red"},
        {"sort": "category", "value": "scam", "colour": "#ff0000"},
        {"sort": "category", "value": "scam"},
        {"sort": "category", "value": " ", "colour": "red"},
    ],
)
def test_rules_that_say_nothing_or_leave_the_palette_are_refused(romance: Session, given_: dict[str, str]) -> None:
    before = work(romance)
    with pytest.raises(WorkstationError):
        romance.run("rule.add", **given_)
    assert work(romance) == before


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_hand_beats_rule_and_is_cleared_in_one_step(romance: Session) -> None:
    romance.run("rule.add", sort="category", value="scam", colour="violet", size="large", ring="yes")
    one = key(romance, "Collector 1")
    romance.run("style.node", subjects=one, colour="green", size="normal", ring="no", label="no")
    made = node(romance, "Collector 1")
    assert (made.colour, made.size, made.ringed, made.worded) == ("green", 1.0, False, False)
    romance.run("style.node", subjects=one, colour="by rule")
    assert node(romance, "Collector 1").colour == "violet"
    romance.run("style.clear", subjects=one)
    assert not romance.store.rows("style")
    assert node(romance, "Collector 1").worded


def test_a_style_never_changes_role_shape_or_figures(romance: Session) -> None:
    before = picture(romance)
    romance.run("rule.add", sort="category", value="scam", colour="grey", size="small")
    romance.run("rule.add", sort="amount", value="0", asset="USDT", colour="grey", width="thin")
    after = picture(romance)
    assert [(n.key, n.role, n.badge, n.name, n.full, n.x, n.y) for n in before.nodes] == [
        (n.key, n.role, n.badge, n.name, n.full, n.x, n.y) for n in after.nodes
    ]
    assert [(e.exact, e.units, e.transfers, e.style) for e in before.edges] == [
        (e.exact, e.units, e.transfers, e.style) for e in after.edges
    ]


def test_a_line_dashed_by_hand_is_not_dashed_like_a_heuristic(romance: Session) -> None:
    edge = lines(romance)[-1]
    romance.run("style.line", subjects=f"transfer:tron:{edge.transfers[0]}", colour="blue", width="wide", dashed="yes")
    made = next(e for e in picture(romance).edges if e.transfers == edge.transfers)
    assert (made.style, made.colour, made.wide) == ("chained", "blue", 2.0)
    assert [e for e in picture(romance).edges if e.colour] == [made]
    assert [look.text for look in picture(romance).looks] == ["Dashed by hand"]
    assert romance.history.next_undo() == "Style 1 line"


def test_the_palette_is_that_of_the_roles_in_every_theme() -> None:
    for theme in ("light", "dark", "projector"):
        colours = theme_colours(theme)
        assert [resolved(name, colours) for name in NAMES] == [colours[role] for role in PALETTE.values()]
    assert resolved("#123456", theme_colours()) == "#123456"


# --- crossings --------------------------------------------------------------------------------------------------------


def test_both_legs_of_a_declared_crossing_say_both_amounts(romance: Session) -> None:
    small, large = lines(romance)[0], lines(romance)[-1]
    known = Declared("c", "bridge", small.transfers[0], large.transfers[0], "why", "me", "now")
    made = crossed(picture(romance), romance.graphs.ledger, [known])
    double = [edge for edge in made.edges if edge.style == "double"]
    assert {edge.transfers for edge in double} == {small.transfers, large.transfers}
    for edge in double:
        assert " → " in plate(edge)
        assert edge.count == 1 or f"×{edge.count}, of these" in plate(edge)
    assert made.looks[-1].style == "double"
    assert len(made.edges) == len(picture(romance).edges)
    assert crossed(picture(romance), romance.graphs.ledger, []) is picture(romance)


# --- note cards -------------------------------------------------------------------------------------------------------


def test_a_card_at_a_node_goes_where_the_node_goes_and_hides_with_it(romance: Session) -> None:
    one = key(romance, "Collector 1")
    made = romance.run("card.add", text="Ask for the account", subject=one).made
    (card,) = picture(romance).cards
    left, top, right, bottom = notecards.box(card, None, picture(romance))
    here = node(romance, "Collector 1")
    others = [n for n in picture(romance).nodes if left < n.x < right and top < n.y < bottom]
    assert not others
    romance.run("graph.move", positions={one: [here.x + 100, here.y - 50]})
    moved = notecards.box(picture(romance).cards[0], None, picture(romance))
    assert moved == (left + 100, top - 50, right + 100, bottom - 50)
    romance.run("graph.hide", subjects=one)
    assert not picture(romance).cards
    romance.run("graph.show_hidden")
    romance.run("card.move", card=made, place=(10, 20, 0))
    assert (picture(romance).cards[0].x, picture(romance).cards[0].y) == (10, 20)
    romance.run("card.remove", card=made)
    assert not picture(romance).cards
    romance.run("edit.undo")
    assert picture(romance).cards[0].text == "Ask for the account"


def test_moves_by_key_are_one_step_and_graphs_take_their_cards_with_them(romance: Session) -> None:
    made = romance.run("card.add", text="Here", place=(5, 5, 0)).made
    for n in range(5):
        romance.run("card.move", card=made, place=(n * 16, 0, 0), merge=f"card {made}")
    romance.run("edit.undo")
    assert (picture(romance).cards[0].x, picture(romance).cards[0].y) == (5, 5)
    romance.run("graph.duplicate")
    assert [card.text for card in picture(romance).cards] == ["Here"]
    romance.run("graph.delete", graph=romance.graph)
    assert len(romance.store.rows("card")) == 1


def test_hostile_text_on_a_card_stays_text(romance: Session) -> None:
    romance.run("card.add", text=EVIL, place=(0, 0, 0))
    romance.run("rule.add", sort="category", value="scam", colour="red", name=EVIL)
    svg = picture_svg(picture(romance))
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert "&lt;script&gt;" in svg


@given(st.text(max_size=1500))
def test_every_line_of_a_card_fits_and_none_is_endless(text: str) -> None:
    made = notecards.lines(text)
    assert 1 <= len(made) <= notecards.LINES
    assert all(notecards.width(line) <= notecards.LETTERS for line in made[:-1])
    wide, tall = notecards.size(text)
    assert wide <= notecards.LETTERS * notecards.LETTER_SIZE
    assert tall <= notecards.LINES * notecards.LINE_HEIGHT + 2 * notecards.PADDING


# --- undo -------------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("node"), st.integers(0, 20), st.sampled_from(("as it is", "by rule", *NAMES))),
        st.tuples(st.just("line"), st.integers(0, 20), st.sampled_from(("as it is", "by rule", *NAMES))),
        st.tuples(st.just("rule"), st.sampled_from(("scam", "victim", "exchange")), st.sampled_from(NAMES)),
        st.tuples(st.just("switch"), st.integers(0, 5)),
        st.tuples(st.just("move"), st.integers(0, 5), st.integers(1, 5)),
        st.tuples(st.just("card"), st.integers(0, 20), st.text(min_size=1, max_size=60)),
        st.tuples(st.just("clear")),
    ),
    min_size=1,
    max_size=10,
)


def _do(session: Session, step: tuple[Any, ...]) -> None:
    """One step as a person might take it; some are refused, which must change nothing."""
    shown, rules = picture(session), list(session.store.rows("style_rule"))
    what = step[0]
    if what == "node":
        session.run("style.node", subjects=shown.nodes[step[1] % len(shown.nodes)].key, colour=step[2], size="large")
    elif what == "line":
        edge = lines(session)[step[1] % len(lines(session))]
        session.run("style.line", subjects=f"transfer:tron:{edge.transfers[0]}", colour=step[2], dashed="yes")
    elif what == "rule":
        session.run("rule.add", sort="category", value=step[1], colour=step[2])
    elif what == "switch" and rules:
        session.run("rule.switch", rule=rules[step[1] % len(rules)])
    elif what == "move" and rules:
        session.run("rule.move", rule=rules[step[1] % len(rules)], place=step[2])
    elif what == "card":
        session.run("card.add", text=step[2], subject=shown.nodes[step[1] % len(shown.nodes)].key)
    elif what == "clear":
        session.run("style.clear", subjects=())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_row_of_steps_is_undone_and_done_again(romance: Session, steps: list[tuple[Any, ...]]) -> None:
    states = [(work(romance), picture(romance))]
    for step in steps:
        before = romance.store.undo_position()
        try:
            _do(romance, step)
        except WorkstationError:
            assert romance.store.undo_position() == before
        if romance.store.undo_position() != before:
            states.append((work(romance), picture(romance)))
    for rows, drawn in reversed(states[:-1]):
        romance.run("edit.undo")
        assert (work(romance), picture(romance)) == (rows, drawn)
    for rows, drawn in states[1:]:
        romance.run("edit.redo")
        assert (work(romance), picture(romance)) == (rows, drawn)
    for _ in states[1:]:
        romance.run("edit.undo")
