"""Owns the interactive graph page of a package: one HTML file without network, library or foreign markup.

Must not hold script or style itself (``resources/report/graph.js`` and ``graph.css``): the page carries both with their
hashes in a policy that allows nothing else. Data are one JSON text node with ``<``, ``>`` and ``&`` escaped.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from pathlib import Path

from workstation.evidence.bundle import Bundle
from workstation.evidence.graph_data import graph_data
from workstation.evidence.text import visible


def page(bundle: Bundle, resources: Path) -> str:
    """The whole HTML text."""
    # Text mode reads any line ending as \n: the hashes must not depend on how the file was checked out.
    script = (resources / "report" / "graph.js").read_text(encoding="utf-8")
    style = (resources / "report" / "graph.css").read_text(encoding="utf-8")
    data = json.dumps(graph_data(bundle), ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
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
        f'<select id="path" aria-label="Light up a finding or a trace run"></select>'
        f'<button id="out" title="Zoom out">−</button><button id="in" title="Zoom in">+</button>'
        f'<button id="fit" title="Show all (F)">Fit</button></header>\n'
        f'<svg id="graph" role="group" aria-label="Fund flow graph"></svg>\n<aside id="card" aria-live="polite"></aside>\n'
        f'<div id="time" hidden><label>from <input id="first" type="range" min="0" max="1000" step="1"></label>'
        f'<label>to <input id="last" type="range" min="0" max="1000" step="1"></label>'
        f'<output id="window"></output><button id="all">All times</button></div>\n'
        f"<footer><bdi>{_text(case.witness)}</bdi></footer>\n"
        f"<noscript>This page needs its own script to draw. The same graph is in graph.svg.</noscript>\n"
        f'<script type="application/json" id="data">{data}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def _hash(code: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii") + "'"


def _text(text: str) -> str:
    return html.escape(visible(text), quote=True)
