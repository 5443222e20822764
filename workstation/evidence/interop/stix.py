"""Owns indicators as a STIX 2.1 bundle. Must not choose addresses.

STIX has no wallet object; two dialects are in use, ``cryptocurrency-wallet:value`` and ``…:address``. Each object bears
both and each pattern asks for either. Ids are UUIDv5, so equal data give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from workstation.evidence.bundle import Bundle
from workstation.evidence.interop.indicators import RULE, Chosen, Indicator, Marking, stamp
from workstation.evidence.tables import dump, moment
from workstation.evidence.text import visible

#: Marking definitions fixed by the STIX standard; TLP:CLEAR is the older TLP:WHITE.
_TLP: Mapping[str, tuple[str, str]] = MappingProxyType({
    "clear": ("white", "613f2e26-407d-48c7-9eca-b8e91df99dc9"),
    "green": ("green", "34098fce-860f-48ae-8e50-ebd3cc5e41da"),
    "amber": ("amber", "f88d31f6-486f-44da-b317-01333bde0b82"),
    "red": ("red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"),
})  # fmt: skip
_SPACE = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
#: Low, medium and high of the confidence scale in the standard.
_SURE: Mapping[str, int] = MappingProxyType({"low": 15, "moderate": 50, "high": 85})


def text(bundle: Bundle, found: Chosen, marked: Marking) -> str:
    """The bundle as JSON."""
    level, number = _TLP[marked.tlp]
    tlp = f"marking-definition--{number}"
    now = stamp(bundle)
    objects: list[dict[str, Any]] = [
        {
            "type": "marking-definition", "spec_version": "2.1", "id": tlp, "created": "2017-01-20T00:00:00.000Z",
            "definition_type": "tlp", "name": f"TLP:{level.upper()}", "definition": {"tlp": level},
        }
    ]  # fmt: skip
    marks = [tlp]
    if marked.classification:
        said = _id(bundle, "marking-definition", visible(marked.classification))
        objects.append({
            "type": "marking-definition", "spec_version": "2.1", "id": said, "created": now,
            "definition_type": "statement", "definition": {"statement": visible(marked.classification)},
        })  # fmt: skip
        marks.append(said)
    author = _id(bundle, "identity", bundle.case.reference)
    common = {"spec_version": "2.1", "created": now, "modified": now, "object_marking_refs": marks}
    objects.append(
        {
            "type": "identity",
            "id": author,
            **common,
            "name": f"Case {bundle.case.reference}",
            "identity_class": "system",
        }
    )
    members: list[str] = []
    for i in found.indicators:
        wallet = f"cryptocurrency-wallet--{uuid5(_SPACE, f'{i.chain}:{i.address}')}"
        objects.append({
            "type": "cryptocurrency-wallet", "spec_version": "2.1", "id": wallet, "value": i.address,
            "address": i.address, "currency": i.chain, "object_marking_refs": marks,
        })  # fmt: skip
        indicator = _id(bundle, "indicator", f"{i.chain}:{i.address}")
        objects.append({"type": "indicator", "id": indicator, **common, "created_by_ref": author, **_indicator(i, now)})
        members += [wallet, indicator]
    if members:
        objects.append({
            "type": "grouping", "id": _id(bundle, "grouping", "indicators"), **common, "created_by_ref": author,
            "name": f"Indicators of case {bundle.case.reference}", "context": "suspicious-activity",
            "description": f"{RULE} {found.left_out} cited addresses were left out by this rule.",
            "object_refs": members,
        })  # fmt: skip
    return dump({"type": "bundle", "id": _id(bundle, "bundle", now), "objects": objects}) + "\n"


def _indicator(i: Indicator, now: str) -> dict[str, Any]:
    seen = " to ".join(dict.fromkeys(filter(None, (moment(i.first), moment(i.last)))))
    return {
        "name": visible(f"{i.chain} {i.address}"),
        "description": visible("; ".join(filter(None, (i.label, ", ".join(i.reasons), seen and f"seen {seen}")))),
        "indicator_types": ["malicious-activity"], "confidence": _SURE[i.confidence], "pattern_type": "stix",
        "pattern": f"[cryptocurrency-wallet:value = '{i.address}' OR cryptocurrency-wallet:address = '{i.address}']",
        "valid_from": now,
    }  # fmt: skip


def _id(bundle: Bundle, kind: str, key: str) -> str:
    return f"{kind}--{uuid5(_SPACE, f'{bundle.case.case_id}|{kind}|{key}')}"
