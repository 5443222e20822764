"""Owns indicators as a MISP event with ``coin-address`` objects. Must not choose addresses.

Balances stay out: the object holds them as floats. Nothing is published by itself (``published`` false, own organisation).
"""

from __future__ import annotations

import calendar
import time
from typing import Any
from uuid import UUID, uuid5

from workstation.domain.chains import CHAINS
from workstation.evidence.bundle import Bundle
from workstation.evidence.interop.indicators import RULE, Chosen, Indicator, Marking
from workstation.evidence.tables import dump, moment
from workstation.evidence.text import visible

_SPACE = UUID("d0e6997e-78da-4815-a6a1-cfc1c1cb8a46")
_TEMPLATE = {"template_uuid": str(_SPACE), "template_version": "7"}
#: Relation and attribute type of the object by ledger; others are free text.
_KINDS = (("bitcoin", "address", "btc"), ("monero", "address-xmr", "xmr"))


def text(bundle: Bundle, found: Chosen, marked: Marking) -> str:
    """The event as JSON, ready to be imported."""
    at = str(calendar.timegm(time.strptime(bundle.exported[:19], "%Y-%m-%dT%H:%M:%S")))
    tags = [{"name": f"tlp:{marked.tlp}"}]
    note = f"{RULE} {found.left_out} cited addresses were left out by this rule."
    said = [("comment", "Other", note)]
    if marked.classification:
        said.append(("comment", "Other", f"Classification: {visible(marked.classification)}"))
    event = {
        "uuid": _uuid(bundle, "event"), "info": f"Cryptocurrency addresses of case {bundle.case.reference}",
        "date": bundle.exported[:10], "timestamp": at, "published": False, "analysis": "2", "threat_level_id": "4",
        "distribution": "0", "Tag": tags,
        "Attribute": [
            {
                "uuid": _uuid(bundle, value), "type": kind, "category": category, "value": value, "to_ids": False,
                "distribution": "5", "timestamp": at,
            }
            for kind, category, value in said
        ],
        "Object": [_object(bundle, i, at) for i in found.indicators],
    }  # fmt: skip
    return dump({"Event": event}) + "\n"


def _object(bundle: Bundle, i: Indicator, at: str) -> dict[str, Any]:
    relation, kind = next(((r, k) for chain, r, k in _KINDS if chain == i.chain), ("address-crypto", "text"))
    known = CHAINS.get(i.chain)
    why = "; ".join(filter(None, (i.label, ", ".join(i.reasons), f"confidence {i.confidence}")))
    cells = [
        (relation, kind, i.address, True),
        ("symbol", "text", known.symbol if known is not None else i.chain.upper(), False),
        ("text", "text", visible(" ".join(why.split())), False),
    ]
    cells += [
        (name, "datetime", moment(s), False)
        for name, s in (("first-seen", i.first), ("last-seen", i.last))
        if s is not None
    ]
    key = f"{i.chain}:{i.address}"
    return {
        "uuid": _uuid(bundle, key), "name": "coin-address", "meta-category": "financial", "distribution": "5",
        "description": "An address used in a cryptocurrency", "timestamp": at, **_TEMPLATE,
        "Attribute": [
            {
                "uuid": _uuid(bundle, f"{key}|{name}"), "object_relation": name, "type": type_, "value": value,
                "category": "Financial fraud" if ids else "Other", "to_ids": ids, "distribution": "5", "timestamp": at,
            }
            for name, type_, value, ids in cells
        ],
    }  # fmt: skip


def _uuid(bundle: Bundle, key: str) -> str:
    return str(uuid5(_SPACE, f"{bundle.case.case_id}|{key}"))
