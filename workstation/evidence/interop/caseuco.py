"""Owns the case as CASE/UCO JSON-LD: exhibits by hash, addresses, cited transfers and findings. Must not choose indicators.

The ontology has no class for crypto addresses: each is a ``DigitalAddress`` and, beside it, our own class. Amounts are
strings. What is shown on the graph or cited by a finding is in; the whole ledger is in the CSV files of a package.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from workstation.domain.subjects import parse
from workstation.evidence.bundle import Bundle
from workstation.evidence.interop.indicators import Chosen, Marking
from workstation.evidence.tables import dump, moment
from workstation.evidence.text import visible

_SPACE = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_UCO = "https://ontology.unifiedcyberontology.org/uco/"
_CONTEXT = {
    "kb": "http://example.org/kb/",
    "fundflow": "http://example.org/ontology/fundflow/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{f"uco-{name}": f"{_UCO}{name}/" for name in ("core", "marking", "observable", "types")},
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def text(bundle: Bundle, found: Chosen, marked: Marking) -> str:
    """The graph as JSON-LD."""

    def iri(kind: str, key: str) -> str:
        return f"kb:{kind}-{uuid5(_SPACE, f'{bundle.case.case_id}|{kind}|{key}')}"

    mark, said = iri("MarkingDefinition", "1"), iri("StatementMarking", "1")
    marks = {"uco-core:objectMarking": [{"@id": mark}]}
    statement = visible(f"TLP:{marked.tlp.upper()} {marked.classification}".strip())
    nodes: list[dict[str, Any]] = [
        {
            "@id": mark, "@type": "uco-marking:MarkingDefinition", "uco-marking:definitionType": "statement",
            "uco-marking:definition": [
                {"@id": said, "@type": "uco-marking:StatementMarking", "uco-marking:definitionType": "statement", "uco-marking:statement": statement}
            ],
        }
    ]  # fmt: skip
    for e in bundle.exhibits:
        nodes.append({
            "@id": iri("File", str(e.number)), "@type": "uco-observable:File", **marks,
            "uco-core:hasFacet": [
                {
                    "@id": iri("FileFacet", str(e.number)), "@type": "uco-observable:FileFacet",
                    "uco-observable:fileName": visible(e.name),
                },
                {
                    "@id": iri("ContentDataFacet", str(e.number)), "@type": "uco-observable:ContentDataFacet",
                    "uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(e.size)},
                    "uco-observable:hash": [{
                        "@id": iri("Hash", str(e.number)), "@type": "uco-types:Hash", "uco-types:hashMethod": "SHA256",
                        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": e.sha256},
                    }],
                },
            ],
        })  # fmt: skip
    addresses, transfers = _named(bundle, found)
    moves: list[dict[str, Any]] = []
    for item in bundle.transfers() if transfers else ():
        t = item.transfer
        if t.id not in transfers or t.sender is None or t.receiver is None:
            continue
        ends = [
            f"address:{t.sender_chain or t.chain}:{t.sender}",
            f"address:{t.receiver_chain or t.chain}:{t.receiver}",
        ]
        addresses |= set(ends)
        told = {
            "transaction": t.tx, "amount": None if t.amount is None else t.asset.written(t.amount),
            "baseUnits": None if t.amount is None else str(t.amount), "asset": t.asset.symbol or t.chain,
            "time": moment(t.time) or None, "chain": t.chain,
        }  # fmt: skip
        moves.append({
            "@id": iri("ObservableRelationship", str(t.id)),
            "@type": ["uco-observable:ObservableRelationship", "fundflow:Transfer"], **marks,
            "uco-core:source": {"@id": iri("DigitalAddress", ends[0])},
            "uco-core:target": {"@id": iri("DigitalAddress", ends[1])},
            "uco-core:kindOfRelationship": "Transferred_Value_To",
            "uco-core:isDirectional": {"@type": "xsd:boolean", "@value": "true"},
            **{f"fundflow:{key}": visible(value) for key, value in told.items() if value is not None},
        })  # fmt: skip
    for key in sorted(addresses):
        subject = parse(key)
        nodes.append({
            "@id": iri("DigitalAddress", key),
            "@type": ["uco-observable:DigitalAddress", "fundflow:CryptocurrencyAddress"], **marks,
            "fundflow:chain": visible(subject.chain),
            "uco-core:hasFacet": [{
                "@id": iri("DigitalAddressFacet", key), "@type": "uco-observable:DigitalAddressFacet",
                "uco-observable:addressValue": visible(subject.ref),
            }],
        })  # fmt: skip
    nodes += moves
    for f in bundle.findings:
        cited = sorted({link.subject for link in f.links} & addresses)
        shown = [{"@id": iri("DigitalAddress", key)} for key in cited]
        shown += [{"@id": iri("File", str(n))} for n in sorted({s.exhibit for k in f.links for s in k.sources})]
        if shown:
            nodes.append({
                "@id": iri("ProvenanceRecord", f.label), "@type": "case-investigation:ProvenanceRecord", **marks,
                "case-investigation:exhibitNumber": f.label, "uco-core:object": shown,
                "uco-core:description": visible(" ".join(f"{f.basis}, {f.status}, {f.confidence}: {f.claim}".split())),
            })  # fmt: skip
    held = [{"@id": n["@id"]} for n in nodes[1:]]
    head = {
        "@id": iri("Investigation", "1"), "@type": "case-investigation:Investigation", **marks,
        "uco-core:name": visible(bundle.case.reference), "uco-core:description": visible(bundle.case.title),
        **({"uco-core:object": held} if held else {}),
    }  # fmt: skip
    return dump({"@context": _CONTEXT, "@graph": [head, *nodes]}) + "\n"


def _named(bundle: Bundle, found: Chosen) -> tuple[set[str], set[int]]:
    """Addresses and transfers that are listed, cited or on the graph."""
    keys = {f"address:{i.chain}:{i.address}" for i in found.indicators} | {n.key for n in bundle.picture.nodes}
    keys |= {link.subject for f in bundle.findings for link in f.links}
    addresses, transfers = set(), {number for e in bundle.picture.edges for number in e.transfers}
    for key in keys:
        try:
            subject = parse(key)
        except ValueError:
            continue
        if subject.kind == "address":
            addresses.add(key)
        elif subject.kind == "transfer" and subject.ref.isdecimal():
            transfers.add(int(subject.ref))
    return addresses, transfers
