"""Owns subject keys: one text that names an address, a transaction, a transfer or an entity.

Work product points to these natural keys, so it survives re-import and merging of cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SubjectKind = Literal["address", "transaction", "transfer", "entity", "stub", "run", "group"]
_KINDS = ("address", "transaction", "transfer", "entity", "stub", "run", "group")


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Something a person can select.

    Attributes:
        kind: what it is. ``stub`` is the "+n more" node beside a node with many neighbours (ref = its key).
            ``run`` is a kept trace run, which a finding can cite. ``group`` is a node that stands for several (ref =
            key of its frame, or the rule that folds).
        chain: chain key, empty for entities and runs.
        ref: canonical address, transaction id, transfer number, entity id or run number.
    """

    kind: SubjectKind
    chain: str
    ref: str

    @property
    def key(self) -> str:
        """The text form, ``address:bitcoin:1A1z…``; :func:`parse` reads it."""
        return f"{self.kind}:{self.chain}:{self.ref}"


def parse(key: str) -> Subject:
    """The subject behind a key; ``ValueError`` when the text is not one."""
    kind, _, rest = key.partition(":")
    chain, colon, ref = rest.partition(":")
    if kind not in _KINDS or not colon or not ref:
        raise ValueError(f"not a subject: {key!r}")
    return Subject(kind, chain, ref)  # type: ignore[arg-type]


def address(chain: str, ref: str) -> Subject:
    """The subject of an address."""
    return Subject("address", chain, ref)


def transaction(chain: str, ref: str) -> Subject:
    """The subject of a transaction."""
    return Subject("transaction", chain, ref)


def run(number: int) -> Subject:
    """The subject of a kept trace run."""
    return Subject("run", "", str(number))
