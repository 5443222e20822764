"""Owns finding things by text: addresses, transactions, labels, entities, findings, notes. Must not change anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from workstation.app.chooser import clean
from workstation.domain.amounts import parse_decimal, to_limbs
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.ledger import Ledger
    from workstation.app.session import Session

HitKind = Literal["address", "transaction", "label", "entity", "finding", "note", "scene", "amount"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``subject`` is what to select; ``row`` is the key of a finding, note or scene to open."""

    kind: HitKind
    title: str
    detail: str
    subject: Subject | None = None
    row: str = ""


def find(session: Session, text: str, *, limit: int = 50) -> list[Hit]:
    """Everything that contains the text, in any case: names first, then addresses and transactions.

    The start of an identifier beats its middle. Pasted identifiers may have blanks around them.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return []
    found: dict[tuple[str, str, str], Hit] = {}
    for hit in _all(session, wanted, limit):
        found.setdefault((hit.kind, hit.row, hit.subject.key if hit.subject else ""), hit)
        if len(found) >= limit:
            break
    return list(found.values())


def _all(session: Session, text: str, limit: int) -> Iterator[Hit]:
    store, low = session.store, text.lower()
    for key, row in sorted(store.rows("entity").items()):
        if low in (row["name"] or "").lower():
            yield Hit("entity", clean(row["name"], 80), row["role"] or "entity", Subject("entity", "", key))
    for row in store.rows("tag").values():
        if low in f"{row['label']} {row['category']}".lower():
            subject = parse(row["subject"])
            yield Hit("label", clean(row["label"], 80), subject.ref, subject)
    for tag in store.search_tags(text, limit):
        subject = Subject(tag.subject, tag.chain, tag.ref)  # type: ignore[arg-type]
        yield Hit("label", clean(tag.label or tag.actor or tag.category, 80), tag.ref, subject)
    for chain, ref in store.addresses_matching(text, limit):
        yield Hit("address", ref, _named(session, Subject("address", chain, ref)), Subject("address", chain, ref))
    for chain, ref in store.transactions_matching(text, limit):
        yield Hit("transaction", ref, chain, Subject("transaction", chain, ref))
    for key, row in sorted(store.rows("finding").items(), key=lambda item: item[1]["number"]):
        label = f"F-{row['number']:03d}"
        if low in f"{label} {row['claim']}".lower():
            yield Hit("finding", f"{label} {clean(row['claim'], 100)}", row["status"], None, key)
    for key, row in store.rows("note").items():
        if low in (row["body"] or "").lower():
            yield Hit(
                "note", clean(row["body"], 100), session.graphs.label(parse(row["subject"])), parse(row["subject"]), key
            )
    for key, row in store.rows("scene").items():
        if low in f"{row['name']} {row['caption']}".lower():
            yield Hit("scene", clean(row["name"], 80), clean(row["caption"] or "", 80), None, key)
    for number in transfers_of(session.graphs.ledger, text)[:limit]:
        yield _amount(session, number)


def transfers_of(ledger: Ledger, text: str) -> tuple[int, ...]:
    """Numbers of the transfers of exactly this amount, as ``12,000.068602`` or ``12000.068602 USDT``, in total order."""
    written, _, symbol = text.replace(",", "").partition(" ")
    if not written[:1].isdigit():
        return ()
    found: list[int] = []
    for number, asset in ledger.columns.assets.items():
        if symbol and asset.symbol.casefold() != symbol.strip().casefold():
            continue
        try:
            hi, lo, _ = to_limbs(parse_decimal(written, asset.decimals))
        except ValueError:
            continue
        same = (ledger.asset == number) & ~ledger.unknown & (ledger.hi == hi) & (ledger.lo == lo) & (ledger.hi >= 0)
        found += np.flatnonzero(same).tolist()
    return ledger.ids(np.array(sorted(found), np.int64))


def _amount(session: Session, number: int) -> Hit:
    ledger = session.graphs.ledger
    row = ledger.row_of_id[number]
    asset = ledger.asset_of(int(ledger.asset[row]))
    words = f"{asset.written(ledger.units(row) or 0, group=',')} {clean(asset.name, 20)}"
    ends = [session.graphs.label(ledger.address(int(end))) if end else "?" for end in (ledger.sender[row], ledger.receiver[row])]  # fmt: skip
    return Hit("amount", words, " → ".join(ends), Subject("transfer", asset.chain, str(number)))


def _named(session: Session, subject: Subject) -> str:
    face = session.graphs.names.face(subject)
    return f"{subject.chain} · {face.name}" if face.category or "…" not in face.name else subject.chain
