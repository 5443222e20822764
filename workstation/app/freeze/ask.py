"""Owns what is asked of one service before anything is computed: who, about what, in whose words. Must not write.

An ask is what a person fills in; a row of the tracker keeps it, so that a half-filled one can be gone on with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workstation.app.freeze import targets
from workstation.app.freeze.fields import REMEMBERED
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session


@dataclass(frozen=True, slots=True)
class Ask:
    """What one request says.

    Attributes:
        service: subject key, address, entity, label or token contract. language: empty = that of the profile.
        targets: subject keys of addresses; empty = those that the money of the case reaches.
        without: numbers of payments that it does not ask about. fields: of the officer, by name.
    """

    service: str
    profile: str = "generic"
    language: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    without: tuple[int, ...] = ()

    def arguments(self) -> dict[str, str]:
        """The same as texts for ``freeze.draft`` and ``freeze.edit``."""
        return {
            "service": self.service, "profile": self.profile, "language": self.language,
            "fields": json.dumps(dict(self.fields), ensure_ascii=False, sort_keys=True),
            "targets": " ".join(self.targets), "without": " ".join(map(str, self.without)),
        }  # fmt: skip


def of_row(row: Mapping[str, Any]) -> Ask:
    """The ask that a row of the tracker keeps."""
    return Ask(
        row["service"], row["profile"] or "generic", row["language"] or "", json.loads(row["fields"] or "{}"),
        tuple((row["targets"] or "").split()), tuple(int(n) for n in (row["without"] or "").split()),
    )  # fmt: skip


def remembered(session: Session) -> dict[str, str]:
    """What the newest request of the case says of authority, officer and events: the next one starts with it."""
    rows = session.store.rows("request").values()
    newest = max(rows, key=lambda row: int(row["number"]), default=None)
    known = of_row(newest).fields if newest is not None else {}
    return {name: known[name] for name in REMEMBERED if known.get(name)}


def begin(session: Session, picked: Sequence[Subject] = ()) -> Ask:
    """An ask that begins with what is picked on the graph: the service of the first, and those of its addresses.

    Nothing picked, or nothing that can be asked about: no service is named yet.
    """
    for subject in picked:
        service = targets.service_of(session, subject)
        if service:
            same = [s for s in picked if s.kind == "address" and targets.service_of(session, s) == service]
            # one address alone is its own target already
            keys = () if service.startswith("address:") else tuple(s.key for s in same if not service.endswith(s.ref))
            return Ask(service, fields=remembered(session), targets=keys)
    return Ask("", fields=remembered(session))
