"""Owns indicators as a GraphSense TagPack. Must not choose addresses.

Every text is quoted, so that nothing of a case can mean anything else in YAML; the date is ours, and the TagPack tool
refuses one that is a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from workstation.domain.chains import CHAINS
from workstation.evidence.bundle import Bundle
from workstation.evidence.interop.indicators import RULE, Chosen, Marking
from workstation.evidence.text import visible

#: Identifiers of the confidence list of the TagPack tool.
_SURE: Mapping[str, str] = MappingProxyType({"low": "heuristic", "moderate": "heuristic", "high": "forensic"})


def text(bundle: Bundle, found: Chosen, marked: Marking) -> str:
    """The pack as YAML; never marked as public."""
    said = f" Classification: {marked.classification}." if marked.classification else ""
    about = f"TLP:{marked.tlp.upper()}.{said} {RULE} {found.left_out} cited addresses were left out by this rule."
    rows = [
        f"title: {_quoted(f'Indicators of case {bundle.case.reference}')}",
        f"creator: {_quoted(f'Case {bundle.case.reference}')}",
        f"description: {_quoted(about)}",
        "is_public: false",
        "tags:" if found.indicators else "tags: []",
    ]
    for i in found.indicators:
        known = CHAINS.get(i.chain)
        symbol = known.symbol if known is not None else i.chain.upper()
        cells = (
            ("address", i.address), ("label", " ".join(i.label.split()) or i.reasons[0]),
            ("source", f"case {bundle.case.reference}: {', '.join(i.reasons)}"), ("currency", symbol),
            ("network", symbol), ("confidence", _SURE[i.confidence]),
            ("context", f"TLP:{marked.tlp.upper()} {marked.classification}".strip()),
        )  # fmt: skip
        rows += [f"{'  - ' if n == 0 else '    '}{key}: {_quoted(value)}" for n, (key, value) in enumerate(cells)]
        rows.append(f"    lastmod: {bundle.exported[:10]}")
    return "\n".join([*rows, ""])


def _quoted(value: str) -> str:
    # After ``visible`` no control or surrogate is left; a JSON text is a double-quoted YAML scalar.
    return json.dumps(visible(value), ensure_ascii=False)
