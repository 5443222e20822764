"""Owns a part of a case as a case of its own: one graph, what stands on it, the findings that touch it, their evidence.

The exhibits come whole, because only a whole exhibit can be verified; the custody log comes along with the bodies that are
about other things withheld, so its chain still holds. A part is merged back like any case (``merging``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workstation.app.handover import evidence, merging, otherlog
from workstation.app.handover.theirs import Rows, Theirs, of_store
from workstation.app.session import Session
from workstation.casefile.store import Store, create
from workstation.casefile.tables import WORK
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import CustodyEntry
from workstation.domain.subjects import Subject, parse

#: Tables whose rows belong to a graph by their column ``graph``.
_OF_GRAPH = ("placement", "frame", "card", "expansion", "scene")
#: Taken whole: how things are drawn, and who must not be named in a redacted package.
_WHOLE = ("style_rule", "person")


@dataclass(frozen=True, slots=True)
class Part:
    """A written part: exhibits, rows of work product, findings; what could not come and why."""

    path: Path
    exhibits: int
    rows: int
    findings: int
    left_out: tuple[tuple[str, str, str], ...]


def write(session: Session, part_of: Belonging, out: Path, *, passphrase: str | None = None) -> Part:
    """Write what belongs to a graph into a new case file; may run beside the window.

    Args:
        passphrase: encrypts the new file.

    Raises:
        WorkstationError: the file exists; WS-HND-011 an exhibit could not be read again.
    """
    rows = part_of.rows
    whole = replace(of_store(session.store), chosen=rows)
    needed = _exhibits(session.store, rows, part_of.moved)
    info = session.store.info()
    name = next(str(row["name"]) for row in rows["graph"].values())
    store = create(
        out, title=f"{info.title}: {name}", examiner=info.examiner, zone=info.zone, passphrase=passphrase,
        clock=session.store.clock, entropy=session.store.entropy,
    )  # fmt: skip
    try:
        with Session(store, session.plugins, session.settings_folder, clock=session.clock, actor=session.actor) as part:
            taken = evidence.take(part, whole, evidence.wanted(store, whole, needed))
            refused = [result for result in taken if result.outcome == "rejected"]
            if refused:
                raise WorkstationError(
                    "WS-HND-011", f"an exhibit could not be read again ({refused[0].message})", "no file was written",
                    "see its import report",
                )  # fmt: skip
            made = merging.apply(part, whole)
            runs = merging.trace_again(part, whole, made)
            told = merging.finish(part, whole, made, runs, lines=_log(whole, needed, rows), kind="case.part")
            body = {"exhibits": len(needed), "case_id": store.info().case_id, "graph": name, "file": out.name}
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    session.store.log("case.part.written", body, actor=session.actor)
    left = tuple((str(t), str(k), str(why)) for t, k, why in told["left_out"])
    return Part(out, len(needed), told["rows"], len(rows["finding"]), left)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Rows of work product that belong to a graph, and the numbers of the transfers it shows."""

    rows: Rows
    moved: frozenset[int]


def belonging(session: Session, graph: str) -> Belonging:
    """What belongs to a graph.

    Raises:
        WorkstationError: WS-HND-010 nothing stands on it.
    """
    every = {table: session.store.rows(table) for table in sorted(WORK)}
    rows: Rows = {table: {} for table in every}
    rows["graph"] = {key: row for key, row in every["graph"].items() if key == graph}
    for table in _OF_GRAPH:
        rows[table] = {k: row for k, row in every[table].items() if row["graph"] == graph and not row.get("hidden")}
    moved = {number for edge in session.graphs.picture(graph).edges for number in edge.transfers}
    about = _about(every, rows) | {t.key for t in _subjects(session.store, moved)}
    for table in ("tag", "note"):
        rows[table] = {k: row for k, row in every[table].items() if row["subject"] in about}
    rows["mark"] = {k: row for k, row in every["mark"].items() if k in about}
    rows["style"] = {k: row for k, row in every["style"].items() if k in about or _line_of(k) <= about}
    rows["conversion"] = {k: r for k, r in every["conversion"].items() if {r["paid"], r["received"]} & about}
    links = every["finding_link"]
    touched = {row["finding"] for row in links.values() if row["subject"] in about}
    rows["finding"] = {k: row for k, row in every["finding"].items() if k in touched}
    rows["finding_link"] = {k: row for k, row in links.items() if row["finding"] in touched}
    for table in _WHOLE:
        rows[table] = every[table]
    if not rows["placement"]:
        raise WorkstationError(
            "WS-HND-010", "nothing stands on this graph", "no file was written", "show what belongs to the part first"
        )
    return Belonging(rows, frozenset(moved))


def _about(every: Rows, rows: Rows) -> set[str]:
    """Subjects on the graph, with the members of its groups and entities; brings their entities along."""
    about = {str(row["subject"]) for row in rows["placement"].values()}
    for frame in rows["frame"].values():
        about |= set(json.loads(frame["members"] or "[]"))
    chosen = {parse(key).ref for key in about if parse(key).kind == "entity"}
    chosen |= {row["entity"] for row in every["entity_member"].values() if row["subject"] in about}
    rows["entity"] = {key: row for key, row in every["entity"].items() if key in chosen}
    rows["entity_member"] = {k: row for k, row in every["entity_member"].items() if row["entity"] in chosen}
    members = {str(row["subject"]) for row in rows["entity_member"].values()}
    return about | members | {f"entity::{key}" for key in rows["entity"]}


def _subjects(store: Store, moved: Collection[int]) -> Iterable[Subject]:
    """The transfers themselves and their transactions."""
    for transfer in store.transfers(ids=sorted(moved)) if moved else ():
        yield Subject("transfer", transfer.chain, str(transfer.id))
        if transfer.tx:
            yield Subject("transaction", transfer.chain, transfer.tx)


def _line_of(key: str) -> set[str]:
    """Both ends of a line's key; of any other key something that is never on a graph."""
    ends = key.removeprefix("line:").rpartition("|")[0].split(">")
    return set(ends) if key.startswith("line:") else {""}


# --- evidence and log -------------------------------------------------------------------------------------------------


def _exhibits(store: Store, rows: Rows, moved: Collection[int]) -> set[int]:
    """Numbers of the exhibits that state what the part shows, and of the containers they came out of."""
    numbers, places = set(moved), []
    cited = [parse(str(row["subject"])) for table in ("finding_link", "placement", "tag", "note", "entity_member")
             for row in rows[table].values()]  # fmt: skip
    for subject in dict.fromkeys(cited):
        if subject.kind == "transfer":
            numbers.add(int(subject.ref))
        elif subject.kind == "transaction":
            found = store.transaction(subject.chain, subject.ref)
            places += store.tx_citations(found.id) if found else []
            numbers |= {t.id for t in store.transfers(chain=subject.chain, tx=subject.ref)}
        elif subject.kind == "address":
            places += [tag.citation for tag in store.source_tags(subject)]
            events = [event.id for event in store.events(address=(subject.chain, subject.ref))]
            places += [c for found in store.statement_citations("event", events).values() for c in found]
    places += [c for found in store.citations_many(sorted(numbers)).values() for c in found] if numbers else []
    places += [price.citation for price in store.prices()]
    parents = {exhibit.number: exhibit.parent for exhibit in store.exhibits()}
    needed: set[int] = set()
    for number in {place.exhibit for place in places}:
        at: int | None = number
        while at is not None:
            needed.add(at)
            at = parents.get(at)
    return needed


def _log(whole: Theirs, needed: Collection[int], rows: Rows) -> Iterable[str]:
    """The custody log; told are the entries that are about the part and nothing else."""

    def tells(entry: CustodyEntry) -> bool:
        body: Any = entry.body
        if not isinstance(body, dict):
            return False
        if "edits" in body:
            return all(edit["key"] in rows[edit["table"]] for edit in body["edits"])
        return int(body.get("exhibit", 0)) in needed or entry.kind in ("case.create", "custody.handover")

    return otherlog.log_lines(whole, tells)
