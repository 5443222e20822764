"""Owns bringing the exhibits of one case into another, and finding its transfers there.

Exhibits come in byte for byte through the ordinary import, read the way they were read; what is there already is not
taken twice. Must not touch work product.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from workstation.app import intake
from workstation.app.handover.naming import Unknown, Unstated
from workstation.app.handover.theirs import Theirs
from workstation.app.jobs import Job
from workstation.app.privatefolder import private_folder
from workstation.casefile import custody
from workstation.casefile.intake import keep
from workstation.casefile.store import Store
from workstation.domain.evidence import Exhibit, ImportResult, Transfer

if TYPE_CHECKING:
    from workstation.app.session import Session

_READ = ("accepted", "partial")


def wanted(mine: Store, theirs: Theirs, only: Collection[int] | None = None) -> list[Exhibit]:
    """Their exhibits that were given by hand (not out of a container), are in use, and are not in this case yet."""
    here = {exhibit.sha256 for exhibit in mine.exhibits() if exhibit.outcome in (*_READ, "kept")}
    every = theirs.store.exhibits()
    own = f"custody-{mine.info().case_id[:8]}-"  # a part brings the log of its whole
    within = {exhibit.parent for exhibit in every if exhibit.outcome in _READ}
    return [
        exhibit
        for exhibit in every
        if exhibit.parent is None
        and exhibit.sha256 not in here
        and not (exhibit.media_type == custody.MEDIA_TYPE and exhibit.name.startswith(own))
        and (exhibit.outcome in _READ or exhibit.number in within or exhibit.media_type == custody.MEDIA_TYPE)
        and (only is None or exhibit.number in only)
    ]


def take(session: Session, theirs: Theirs, exhibits: Iterable[Exhibit], job: Job | None = None) -> list[ImportResult]:
    """Import exhibits of the other case; gives what became of each. Logs of third cases are kept as they are."""
    results: list[ImportResult] = []
    options = _options(theirs)
    with private_folder() as folder:
        for exhibit in exhibits:
            path = folder / str(exhibit.number) / (PurePosixPath(exhibit.name).name or "exhibit")
            path.parent.mkdir()
            with path.open("wb") as out:
                out.writelines(theirs.store.exhibit_bytes(exhibit.number))
            source = f"{exhibit.received_from}; {theirs.examiner}, case {theirs.case_id[:8]}, {exhibit.label}"
            if exhibit.media_type == custody.MEDIA_TYPE:
                keep(session.store, path, media_type=custody.MEDIA_TYPE, received_from=source, actor=session.actor)
                continue
            told = options.get(exhibit.number, {})
            asked = intake.Options(
                reader=told.pop("reader", ""), profile=told.pop("layout", ""), received_from=source, more=told
            )
            results += intake.import_files(session, [path], asked, job)
            path.unlink()
    return results


def _options(theirs: Theirs) -> dict[int, dict[str, str]]:
    """By number of an exhibit: reader and parameters of its last import; of a container those of its members."""
    parent = {exhibit.number: exhibit.parent for exhibit in theirs.store.exhibits()}
    found: dict[int, dict[str, str]] = {}
    for entry in theirs.entries:
        if entry.kind != "import" or not isinstance(entry.body, dict):
            continue
        number = int(entry.body["exhibit"])
        given = {str(name): str(value) for name, value in (entry.body.get("parameters") or {}).items()}
        above = parent.get(number)
        if above is None:
            found[number] = {**given, "reader": str(entry.body.get("reader", ""))}
        while above is not None:  # members were read by what the user said of the container
            found.setdefault(above, {}).update(given)
            above = parent.get(above)
    return found


# --- the same transfers under other numbers ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transfers:
    """Finds a transfer of the other case here: by what it is, and by its place when several are alike."""

    mine: Store
    theirs: Store
    known: dict[int, int]

    def number(self, theirs: int) -> int:
        """The number here.

        Raises:
            Unknown: it is not in use there. Unstated: no exhibit of this case states it.
        """
        if theirs not in self.known:
            self.known[theirs] = self._found(theirs)
        return self.known[theirs]

    def _found(self, number: int) -> int:
        wanted = next(iter(self.theirs.transfers(ids=[number])), None)
        if wanted is None:
            raise Unknown(f"transfer {number}, which is not in use there")
        if wanted.tx:
            there = self.mine.transfers(chain=wanted.chain, tx=wanted.tx)
        else:
            chain, ref = wanted.parties[0]
            there = self.mine.transfers(chain=chain, address=ref)
        alike = [t for t in there if _same(t) == _same(wanted)]
        if len(alike) > 1:
            places = self._places(self.theirs, [number])[number]
            here = self._places(self.mine, [t.id for t in alike])
            alike = [t for t in alike if here[t.id] & places]
        if not alike:
            raise Unstated(f"transfer {number}, which no exhibit of this case states")
        return alike[0].id

    @staticmethod
    def _places(store: Store, numbers: list[int]) -> Mapping[int, set[tuple[str, str]]]:
        digests = {exhibit.number: exhibit.sha256 for exhibit in store.exhibits()}
        cited = store.citations_many(numbers)
        return {n: {(digests[c.exhibit], c.locator) for c in cited[n]} for n in numbers}


def _same(t: Transfer) -> tuple[Any, ...]:
    return (t.chain, t.tx, t.kind, t.index, t.parties, t.asset, t.amount, t.absent, None if t.tx else t.time)
