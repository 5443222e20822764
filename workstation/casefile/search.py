"""Owns the search for text in evidence: addresses, transaction ids, source tags. Must not write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from workstation.casefile.exhibits import citations
from workstation.casefile.visible import Visible
from workstation.domain.evidence import SourceTag
from workstation.domain.subjects import Subject


def addresses(conn: Connection, wanted: str, limit: int) -> list[tuple[str, str]]:
    """Chains and addresses that contain the text in any case, those that start with it first."""
    return _containing(conn, "address", "addr", wanted, limit)


def transactions(conn: Connection, wanted: str, limit: int) -> list[tuple[str, str]]:
    """Chains and transaction ids that contain the text in any case, those that start with it first."""
    return _containing(conn, "tx", "hash", wanted, limit)


def _containing(conn: Connection, table: str, column: str, wanted: str, limit: int) -> list[tuple[str, str]]:
    if not wanted or limit <= 0:
        return []
    visible = Visible(conn)
    counts = visible.stated("tx", "s") if table == "tx" else visible.own("s")
    inner = _escaped(wanted)
    found = conn.execute(
        text(
            f"SELECT c.name, s.{column} FROM {table} s JOIN chain c ON c.id = s.chain_id"
            f" WHERE s.{column} LIKE :inside ESCAPE '\\' AND {counts}"
            f" ORDER BY s.{column} NOT LIKE :first ESCAPE '\\', s.{column}, c.name LIMIT :limit"
        ),
        {"inside": f"%{inner}%", "first": f"{inner}%", "limit": limit},
    )
    return [(chain, ref) for chain, ref in found]


def source_tags(
    conn: Connection, *, subject: Subject | None = None, text: str | None = None, limit: int | None = None
) -> list[SourceTag]:
    """Tags of exhibits: of one subject, with a text in them, or all; in the order they were loaded."""
    return _tags(conn, subject, text, limit)


def _tags(conn: Connection, subject: Subject | None, wanted: str | None, limit: int | None) -> list[SourceTag]:
    visible = Visible(conn)
    where = [visible.stated("source_tag", "g")]
    values: dict[str, Any] = {}
    if subject is not None:
        where.append("g.ref = :ref AND c.name = :chain AND g.subject = :kind")
        values |= {"ref": subject.ref, "chain": subject.chain, "kind": subject.kind}
    if wanted is not None:
        if not wanted:
            return []
        where.append(
            "(g.label LIKE :like ESCAPE '\\' OR g.actor LIKE :like ESCAPE '\\' OR g.category LIKE :like ESCAPE '\\')"
        )
        values["like"] = f"%{_escaped(wanted)}%"
    values["limit"] = -1 if limit is None else max(0, limit)
    rows: list[tuple[Any, ...]] = [
        tuple(row)
        for row in conn.execute(
            text(
                "SELECT g.id, c.name, g.subject, g.ref, g.label, g.category, g.actor, g.confidence, g.source,"
                " g.source_date FROM source_tag g JOIN chain c ON c.id = g.chain_id"
                f" WHERE {' AND '.join(where)} ORDER BY g.id LIMIT :limit"
            ),
            values,
        )
    ]
    cited = citations(conn, "source_tag", [row[0] for row in rows])
    return [SourceTag(*(*row, cited[row[0]][0])) for row in rows]


def _escaped(wanted: str) -> str:
    """The text with the wild cards of LIKE taken literally."""
    return wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
