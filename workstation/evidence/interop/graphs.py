"""Owns the drawn graph as GEXF (Gephi), and as GraphML under a marking. Must not lay out or choose anything."""

from __future__ import annotations

from workstation.analysis.picture import Picture
from workstation.evidence.bundle import Bundle
from workstation.evidence.interop.indicators import Chosen, Marking
from workstation.evidence.tables import graphml, moment, xml_text

_NODE = ("kind", "role", "full", "x16", "y16")
_EDGE = ("asset", "exact", "count", "first", "last", "transfers")


def marked_graphml(bundle: Bundle, _found: Chosen, marked: Marking) -> str:
    """GraphML of the picture with its marking as data of the graph."""
    return graphml(bundle.picture, _words(marked))


def gexf(bundle: Bundle, _found: Chosen, marked: Marking) -> str:
    """GEXF 1.3 of the picture; amounts are text, parallel edges stay apart."""
    said = f"Case {bundle.case.reference}. {_words(marked)}. {bundle.picture.scope}"
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>', '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        f'<meta lastmodifieddate="{xml_text(bundle.exported[:10])}"><description>{xml_text(said)}</description></meta>',
        '<graph mode="static" defaultedgetype="directed">', _declared("node", _NODE), _declared("edge", _EDGE),
    ]  # fmt: skip
    return "\n".join([*rows, *_nodes(bundle.picture), *_edges(bundle.picture), "</graph>", "</gexf>", ""])


def _words(marked: Marking) -> str:
    return f"TLP:{marked.tlp.upper()} {marked.classification}".strip()


def _declared(of: str, names: tuple[str, ...]) -> str:
    cells = "".join(f'<attribute id="{name}" title="{name}" type="string"/>' for name in names)
    return f'<attributes class="{of}">{cells}</attributes>'


def _nodes(picture: Picture) -> list[str]:
    rows = ["<nodes>"]
    for i, n in enumerate(picture.nodes):
        values = (n.kind, n.role, n.full, str(round(n.x * 16)), str(round(n.y * 16)))
        rows.append(f'<node id="n{i}" label="{_attribute(n.name)}">{_values(_NODE, values)}</node>')
    return [*rows, "</nodes>"]


def _edges(picture: Picture) -> list[str]:
    rows = ["<edges>"]
    for i, e in enumerate(picture.edges):
        ids = " ".join(map(str, e.transfers))
        values = (e.asset, e.exact, str(e.count), moment(e.first), moment(e.last), ids)
        ends = f'source="n{e.source}" target="n{e.target}"'
        rows.append(f'<edge id="e{i}" {ends} label="{_attribute(e.label)}">{_values(_EDGE, values)}</edge>')
    return [*rows, "</edges>"]


def _values(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    found = zip(names, values, strict=True)
    cells = (f'<attvalue for="{name}" value="{_attribute(value)}"/>' for name, value in found if value)
    return f"<attvalues>{''.join(cells)}</attvalues>"


def _attribute(text: str) -> str:
    return xml_text(text).replace('"', "&quot;")
