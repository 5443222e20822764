"""Owns the interactive graph page of a package: one HTML file without network, library or foreign markup.

Must not hold script or style itself (``resources/report/graph.js`` and ``graph.css``): the page carries both with their
hashes in a policy that allows nothing else. Data are one JSON text node with ``<``, ``>`` and ``&`` escaped.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

from workstation.analysis.palette import resolved
from workstation.analysis.svg import theme_colours
from workstation.evidence.bundle import Bundle
from workstation.evidence.tables import cite, moment
from workstation.evidence.text import visible

#: Transfers carried in the page; the CSV holds all.
TRANSFER_LIMIT = 5000
_ROLES = {
    "subject": "Subject of the case",
    "victim": "Victim or lawful source",
    "service": "Service that can answer a request",
    "obfuscation": "Obfuscation",
    "infrastructure": "Infrastructure",
    "illicit": "Illicit service or actor",
    "unattributed": "Not attributed",
}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\Z")


def page(bundle: Bundle, resources: Path) -> str:
    """The whole HTML text."""
    # Text mode reads any line ending as \n: the hashes must not depend on how the file was checked out.
    script = (resources / "report" / "graph.js").read_text(encoding="utf-8")
    style = (resources / "report" / "graph.css").read_text(encoding="utf-8")
    data = json.dumps(_data(bundle), ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    data = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )
    case = bundle.case
    title = _text(case.title or case.reference)
    marked = f'<span class="class">{_text(bundle.classification)}</span>' if bundle.classification else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="referrer" content="no-referrer">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} · {_text(case.reference)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<header><div><h1>{title}</h1><div class="sub">{_text(case.reference)} · exported {_text(bundle.exported)}</div>'
        f'</div>{marked}<div class="space"></div><span id="found" role="status"></span>'
        f'<input id="find" type="search" placeholder="Find address, transaction or label ( / )" aria-label="Find">'
        f'<button id="out" title="Zoom out">−</button><button id="in" title="Zoom in">+</button>'
        f'<button id="fit" title="Show all (F)">Fit</button></header>\n'
        f'<svg id="graph" role="group" aria-label="Fund flow graph"></svg>\n<aside id="card" aria-live="polite"></aside>\n'
        f"<footer><bdi>{_text(case.witness)}</bdi></footer>\n"
        f"<noscript>This page needs its own script to draw. The same graph is in graph.svg.</noscript>\n"
        f'<script type="application/json" id="data">{data}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def _data(bundle: Bundle) -> dict[str, Any]:
    picture = bundle.picture
    wanted = {number for edge in picture.edges for number in edge.transfers}
    transfers: dict[str, Any] = {}
    order: dict[str, int] = {}
    for item in bundle.transfers() if wanted else ():
        t = item.transfer
        if t.id not in wanted or len(transfers) >= TRANSFER_LIMIT:
            continue
        amount = f"not stated ({t.absent or 'unknown'})" if t.amount is None else t.asset.written(t.amount)
        order[str(t.id)] = len(order)
        transfers[str(t.id)] = {
            "time": moment(t.time) or "no time stated", "kind": t.kind, "amount": amount,
            "asset": visible(t.asset.symbol or t.chain), "from": visible(t.sender or ""),
            "to": visible(t.receiver or ""), "tx": visible(t.tx), "cite": [visible(cite(s)) for s in item.sources],
        }  # fmt: skip
    roles = sorted({n.role for n in picture.nodes}, key=list(_ROLES).index)
    legend = [[role, visible(text)] for role, text in picture.legend] or [[r, _ROLES[r]] for r in roles]
    return {
        "scope": visible(picture.scope),
        "roles": _ROLES,
        "legend": legend,
        "nodes": [
            {
                "x": round(n.x), "y": round(n.y), "kind": n.kind, "role": n.role, "badge": visible(n.badge),
                "name": visible(n.name), "detail": visible(n.detail), "full": visible(n.full),
                "doubtful": n.doubtful, "stub": n.stub_count, "colour": _own(n.colour),
            }
            for n in picture.nodes
        ],
        "edges": [
            {
                "s": e.source, "t": e.target, "label": visible(e.label), "exact": visible(e.exact), "n": e.count,
                "w": round(e.weight * 1000), "ids": list(e.transfers), "style": e.style if e.style in ("dashed", "dotted") else "solid",
            }
            for e in picture.edges
        ],
        "transfers": transfers,
        "order": order,
    }  # fmt: skip


def _own(colour: str) -> str:
    """``#rrggbb`` of a colour by hand, or empty."""
    found = resolved(colour, theme_colours("light"))
    return found if _COLOUR.match(found) else ""


def _hash(code: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii") + "'"


def _text(text: str) -> str:
    return html.escape(visible(text), quote=True)
