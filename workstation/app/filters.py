"""Owns the filters of a lens in words: which are active, what each leaves in sight, and what could be chosen.

The window shows them as chips, a printed picture names them. Must not know Qt and must not change the lens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.app.chooser import clean
from workstation.app.lens import Lens
from workstation.app.names import ROLE_NAMES
from workstation.domain.amounts import Asset, parse_decimal
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.graph import GraphModel

_WAYS = {"both": "paid or paid by", "in": "what is paid to", "out": "what is paid by"}
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Filter:
    """One active filter: its words, and the fields of the lens that :func:`without` puts back to their defaults."""

    fields: tuple[str, ...]
    words: str


def filters(lens: Lens, graphs: GraphModel | None = None, window: str = "") -> tuple[Filter, ...]:
    """Every active filter of a lens, in a fixed order.

    Args:
        graphs: names subjects, and writes amounts in the units of their asset; without it they stand in base units.
        window: the time window in words; empty leaves it out.
    """
    made: list[Filter] = []

    def add(words: str, *fields: str) -> None:
        made.append(Filter(fields, words))

    if window and (lens.since is not None or lens.until is not None):
        add(f"time {window}", "since", "until")
    if lens.assets:
        add("assets " + _some([key.split(":")[1] if key.count(":") else key for key in lens.assets]), "assets", "least", "most")  # fmt: skip
    if lens.least is not None or lens.most is not None:
        add(_amounts(lens, graphs), "least", "most")
    if lens.roles:
        add("roles " + _some([ROLE_NAMES.get(role, role) for role in lens.roles]), "roles")
    if lens.tags:
        add("tags " + _some(lens.tags), "tags")
    if lens.confidence:
        add("confidence of the tag " + _some([each or "not stated" for each in lens.confidence]), "confidence")
    if lens.text:
        add(f"text “{clean(lens.text, 40)}”", "text")
    if lens.party:
        add(f"{_WAYS[lens.direction]} {_named(lens.party, graphs)}", "party", "direction")
    if lens.finding:
        add(f"finding {_finding(lens.finding, graphs)}", "finding")
    if lens.run:
        add(f"marked by trace run {lens.run}", "run", "transfers")
    elif lens.transfers is not None:
        add("transfers " + _some([str(number) for number in lens.transfers]), "transfers")
    if lens.facts:
        add("facts only", "facts")
    if lens.only is not None:
        add(f"{len(lens.only):,} chosen subjects only", "only")
    return tuple(made)


def without(lens: Lens, found: Filter) -> Lens:
    """The lens with one filter taken out."""
    default = Lens()
    return replace(lens, **{name: getattr(default, name) for name in found.fields})


def assets(graphs: GraphModel) -> Mapping[str, Asset]:
    """Every asset of the case by its key in a lens."""
    return {f"{asset.chain}:{asset.symbol}:{asset.contract}": asset for asset in graphs.ledger.columns.assets.values()}


def assets_on(graphs: GraphModel, graph: str) -> tuple[str, ...]:
    """Keys of the assets that a graph shows, by name."""
    keys = {edge.asset for edge in graphs.picture(graph).edges if edge.asset}
    return tuple(sorted(keys, key=lambda key: (key.split(":")[1:2], key)))


def tags_of(graphs: GraphModel) -> tuple[str, ...]:
    """Categories and labels of the case, categories first, each once."""
    names = graphs.names
    sources = [tag for tags in names.sources.values() for tag in tags]
    given = [row for rows in names.tags.values() for row in rows]
    kinds = {tag.category for tag in sources} | {row["category"] or "" for row in given}
    labels = {tag.label for tag in sources} | {row["label"] or "" for row in given}
    return (*sorted(kinds - {""}), *sorted(labels - kinds - {""}))


def amounts(text: str, asset: Asset) -> tuple[int | None, int | None]:
    """The base units of ``100``, ``100-500``, ``-500`` or ``100-``, written in display units.

    Raises:
        ValueError: not such a text, more decimals than the asset has, or the first is above the second.
    """
    for dash in "–—…":
        text = text.replace(dash, "-")
    text = text.replace(",", "").replace(" ", "")
    first, dash, last = text.partition("-")
    least = parse_decimal(first, asset.decimals) if first else None
    most = parse_decimal(last, asset.decimals) if last else None
    if least is None and most is None:
        raise ValueError("no amount")
    if least is not None and most is not None and least > most:
        raise ValueError("the first amount is above the second")
    return least, most


def _amounts(lens: Lens, graphs: GraphModel | None) -> str:
    asset = assets(graphs).get(lens.assets[0]) if graphs is not None and len(lens.assets) == 1 else None

    def written(units: int) -> str:
        if asset is None:
            return f"{units:,} base units"
        exact = asset.written(units, group=",")
        return f"{exact.rstrip('0').rstrip('.') if '.' in exact else exact} {clean(asset.name, 20)}"

    if lens.least is not None and lens.most is not None:
        return f"{written(lens.least)} to {written(lens.most)}"
    if lens.least is not None:
        return f"at least {written(lens.least)}"
    return f"at most {written(lens.most or 0)}"


def _named(keys: Sequence[str], graphs: GraphModel | None) -> str:
    if graphs is None:
        return f"{len(keys):,} chosen subjects"
    return _some([graphs.label(parse(key)) for key in keys])


def _finding(key: str, graphs: GraphModel | None) -> str:
    row = graphs.store.row("finding", key) if graphs is not None else None
    return f"F-{row['number']:03d}" if row is not None else key


def _some(words: Sequence[str]) -> str:
    shown = [clean(each, 40) for each in dict.fromkeys(words)]
    return ", ".join(shown[:_MOST_NAMED]) + (
        f" and {len(shown) - _MOST_NAMED} more" if len(shown) > _MOST_NAMED else ""
    )
