"""Owns how rows of one case are called in another: new row keys, and the numbers of transfers and trace runs.

Rows point at each other by key, and at transfers by number; both count on in every case by itself, so two cases give the
same name to two things. Must not read a case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from workstation.domain.changes import Row
from workstation.domain.subjects import parse

#: Tables whose rows are named by what they are about; their keys are translated, never made anew.
NATURAL = frozenset(("placement", "mark", "style", "proposal"))
#: What each table calls a new row.
PREFIX: Mapping[str, str] = MappingProxyType({"entity_member": "member", "finding_link": "link", "style_rule": "rule"})
#: Columns that name rows of these tables by their bare key.
_REFERENCES: Mapping[str, str] = MappingProxyType({"entity": "entity", "finding": "finding", "graph": "graph"})
#: Columns that hold JSON with subjects in it.
_JSON = frozenset(("data", "members"))
#: Columns that hold several subjects or numbers of transfers, with blanks.
_LISTS = frozenset(("targets", "without"))
#: Columns in which a subject key, or a key made of subjects, may stand.
_SUBJECTS = frozenset(("subject", "paid", "received", "mention", "service"))


class Unknown(Exception):
    """A row speaks of something that this case does not have. ``args[0]``: what, in words."""


class Unstated(Unknown):
    """A row speaks of a transfer that no exhibit of this case states (yet)."""


@dataclass(frozen=True, slots=True)
class Names:
    """Their name -> the name here.

    Attributes:
        keys: ``(table, their key)`` -> key here. transfer, run: their number -> the number here; raise :class:`Unknown`.
    """

    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    transfer: Callable[[int], int] = lambda number: number
    run: Callable[[int], int] = lambda number: number

    def row(self, table: str, values: Row) -> dict[str, Any]:
        """The row as it is called here.

        Raises:
            Unknown: it speaks of a transfer or run that is not here, or of nothing that a case holds.
        """
        subject = values["key"] if table == "mark" else values.get("subject")
        if subject:
            _known(str(subject))
        return {name: self._column(table, name, value) for name, value in values.items()}

    def key(self, table: str, key: str) -> str:
        """The key of a row as it is called here."""
        return self._parts(key) if table in NATURAL else self.keys.get((table, key), key)

    def subject(self, key: str) -> str:
        """A subject key as it is called here; a text that is none stays."""
        kind, _, rest = key.partition(":")
        chain, _, ref = rest.partition(":")
        if kind == "transfer" and ref.isdecimal():
            return f"transfer:{chain}:{self.transfer(int(ref))}"
        if kind == "run" and ref.isdecimal():
            return f"run:{chain}:{self.run(int(ref))}"
        if kind == "entity":
            return f"entity::{self.keys.get(('entity', ref), ref)}"
        if kind == "group":
            return f"group:{chain}:{self.keys.get(('frame', ref), ref)}"
        if kind == "stub":
            return f"stub:{chain}:{self.subject(ref)}"
        return key

    def _column(self, table: str, name: str, value: Any) -> Any:
        if not isinstance(value, str) or not value:
            return value
        if name == "key":
            return self.key(table, value)
        if name in _REFERENCES:
            return self.keys.get((_REFERENCES[name], value), value)
        if name in _SUBJECTS:
            return self.subject(value)
        if name in _LISTS:
            return " ".join(str(self.transfer(int(p))) if p.isdecimal() else self.subject(p) for p in value.split())
        return self._json(value) if name in _JSON else value

    def _parts(self, key: str) -> str:
        """A key made of others: ``graph|subject`` of a placement, ``line:payer>payee|asset`` of a line."""
        if key.startswith("line:"):
            ends, _, asset = key.removeprefix("line:").rpartition("|")
            return f"line:{'>'.join(map(self.subject, ends.split('>')))}|{asset}"
        graph, bar, subject = key.partition("|")
        if bar and ":" not in graph:
            return f"{self.keys.get(('graph', graph), graph)}|{self.subject(subject)}"
        return self.subject(key)

    def _json(self, text: str) -> str:
        try:
            found = json.loads(text)
        except ValueError:
            return text  # a list of words with commas: no names in it
        return json.dumps(self._walk(found), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def _walk(self, value: Any, under: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._walk(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._walk(each, under) for each in value]
        if isinstance(value, str):
            return self.keys.get(("finding", value), value) if under == "finding" else self.subject(value)
        if under == "transfers":
            return self.transfer(value)
        return self.run(value) if under == "run" and value else value


def _known(subject: str) -> None:
    """A style of a line has no subject; everything else speaks of something a case can hold."""
    try:
        parse(subject)
    except ValueError as problem:
        raise Unknown("something that is no address, transfer or entity") from problem
