"""Owns the list of formats for other programs: name, file, writer. Each writer is a pure function of a bundle to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from workstation.evidence.bundle import Bundle
from workstation.evidence.interop import blocklist, caseuco, graphs, misp, stix, tagpack
from workstation.evidence.interop.indicators import Chosen, Marking

Writer = Callable[[Bundle, Chosen, Marking], str]

#: Format: name of its file, and what writes it.
FORMATS: Mapping[str, tuple[str, Writer]] = MappingProxyType({
    "csv": ("blocklist.csv", blocklist.table),
    "txt": ("blocklist.txt", blocklist.lines),
    "stix": ("indicators.stix21.json", stix.text),
    "tagpack": ("tagpack.yaml", tagpack.text),
    "misp": ("misp-event.json", misp.text),
    "case": ("case.jsonld", caseuco.text),
    "graphml": ("graph.graphml", graphs.marked_graphml),
    "gexf": ("graph.gexf", graphs.gexf),
})  # fmt: skip
