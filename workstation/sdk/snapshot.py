"""Owns the copy of a case that an analysis may look at: its schema, and the view on it. Standard library only.

One SQLite file, written once by ``casefile.snapshot`` and never changed. Notes, findings and names of persons who work
on the case are not in it. The numbers of rows are the same as in the case; ``n`` is the place in the total order.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from itertools import repeat
from pathlib import Path
from typing import Any

from workstation.domain.amounts import from_limbs
from workstation.sdk.api import Asset, Citation, Entity, Exhibit, Rate, Tag, Transfer, Undeclared, row_digest

SCHEMA = """
CREATE TABLE info (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE exhibit (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL) STRICT;
CREATE TABLE template (run INTEGER, stream INTEGER, text TEXT NOT NULL, exhibit TEXT NOT NULL, PRIMARY KEY (run, stream)) STRICT;
CREATE TABLE asset (id INTEGER PRIMARY KEY, key TEXT NOT NULL, chain TEXT NOT NULL, contract TEXT NOT NULL, symbol TEXT NOT NULL, decimals INTEGER) STRICT;
CREATE TABLE party (id INTEGER PRIMARY KEY, key TEXT NOT NULL) STRICT;
CREATE TABLE tx (id INTEGER PRIMARY KEY, chain TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE transfer (n INTEGER PRIMARY KEY, id INTEGER NOT NULL, kind TEXT NOT NULL, tx INTEGER, time INTEGER, sender INTEGER, receiver INTEGER, asset INTEGER NOT NULL, hi INTEGER, lo INTEGER, big BLOB, run INTEGER NOT NULL, stream INTEGER NOT NULL, place INTEGER NOT NULL, sub INTEGER) STRICT;
CREATE TABLE coin (id INTEGER PRIMARY KEY, idx INTEGER, spent_tx TEXT, spent_idx INTEGER) STRICT;
CREATE TABLE tag (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, label TEXT NOT NULL, category TEXT NOT NULL, source TEXT NOT NULL, confidence TEXT NOT NULL, date TEXT NOT NULL, exhibit TEXT, locator TEXT) STRICT;
CREATE TABLE price (asset INTEGER NOT NULL, day TEXT NOT NULL, currency TEXT NOT NULL, rate TEXT NOT NULL, source TEXT NOT NULL) STRICT;
CREATE TABLE entity (key TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL) STRICT;
CREATE TABLE member (subject TEXT PRIMARY KEY, entity TEXT NOT NULL) STRICT;
"""
#: Made after the rows, which is much faster.
INDEXES = """
CREATE UNIQUE INDEX ix_transfer_id ON transfer (id);
CREATE INDEX ix_transfer_sender ON transfer (sender, n);
CREATE INDEX ix_transfer_receiver ON transfer (receiver, n);
CREATE INDEX ix_party ON party (key);
CREATE INDEX ix_tag ON tag (subject);
"""
_ROW = "t.id, x.chain, x.hash, t.time, s.key, r.key, a.key, t.hi, t.lo, t.big, t.kind, c.idx, c.spent_tx, c.spent_idx, t.run, t.stream, t.place, t.sub"
_FROM = (
    "FROM transfer t LEFT JOIN tx x ON x.id = t.tx LEFT JOIN party s ON s.id = t.sender"
    " LEFT JOIN party r ON r.id = t.receiver JOIN asset a ON a.id = t.asset LEFT JOIN coin c ON c.id = t.id"
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that can neither write nor reach another file."""
    made = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    made.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    made.execute("PRAGMA temp_store = MEMORY")
    return made


@contextmanager
def written(path: Path) -> Iterator[Callable[[str, Iterable[tuple[Any, ...]]], None]]:
    """Make a new snapshot that only this user can read; gives a function that adds rows to a table of ``SCHEMA``."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with _filled(path) as made:
        made.executescript(SCHEMA)
        yield _adding(made)
        made.executescript(INDEXES)


@contextmanager
def extended(path: Path) -> Iterator[Callable[[str, Iterable[tuple[Any, ...]]], None]]:
    """Add rows to a snapshot that nobody has looked at yet."""
    with _filled(path) as made:
        yield _adding(made)


@contextmanager
def _filled(path: Path) -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(path)
    try:
        # A snapshot that is not finished is thrown away, so no journal has to save it.
        made.execute("PRAGMA journal_mode = OFF")
        made.execute("PRAGMA synchronous = OFF")
        yield made
        made.commit()
    finally:
        made.close()


def _adding(made: sqlite3.Connection) -> Callable[[str, Iterable[tuple[Any, ...]]], None]:
    def add(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        width = len(made.execute(f"SELECT * FROM {table} LIMIT 0").description)
        made.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * width)})", rows)

    return add


class SnapshotView:
    """A ``CaseView`` on a snapshot.

    Args:
        reads: what may be asked: transfers, tags, entities, exhibits, prices. selection: subject keys the user started from.
    """

    def __init__(self, path: Path, reads: Collection[str], selection: tuple[str, ...] = ()) -> None:
        self._sql = connect(path)
        self._reads = frozenset(reads)
        self._selection = selection

    def close(self) -> None:
        """Close the snapshot."""
        self._sql.close()

    def _declared(self, what: str) -> None:
        if what not in self._reads:
            raise Undeclared(f'write "{what}" into reads of the analysis in plugin.toml')

    @cached_property
    def _templates(self) -> dict[tuple[int, int], tuple[str, str]]:
        found = self._sql.execute("SELECT run, stream, text, exhibit FROM template")
        return {(run, stream): (text, exhibit) for run, stream, text, exhibit in found}

    @property
    def revision(self) -> int:
        """The state of the case."""
        return int(self._sql.execute("SELECT value FROM info WHERE key = 'revision'").fetchone()[0])

    def transfers(
        self, *, touching: str | None = None, asset: str | None = None, since: int | None = None,
        until: int | None = None,
    ) -> Iterator[Transfer]:  # fmt: skip
        """See ``CaseView.transfers``."""
        asked: list[tuple[str, tuple[Any, ...]]] = [("1", ())]
        if touching is not None:
            number = self._party(touching)
            asked.append(("(t.sender = ? OR t.receiver = ?)", (number, number)))
        if asset is not None:
            asked.append(("a.key = ?", (asset,)))
        if since is not None:
            asked.append(("t.time >= ?", (since,)))
        if until is not None:
            asked.append(("t.time < ?", (until,)))
        yield from self._asked(" AND ".join(text for text, _ in asked), sum((values for _, values in asked), ()))

    def outgoing(self, address: str) -> Iterator[Transfer]:
        """See ``CaseView.outgoing``."""
        yield from self._asked("t.sender = ?", (self._party(address),))

    def incoming(self, address: str) -> Iterator[Transfer]:
        """See ``CaseView.incoming``."""
        yield from self._asked("t.receiver = ?", (self._party(address),))

    def _party(self, key: str) -> int:
        found = self._sql.execute("SELECT id FROM party WHERE key = ?", (key,)).fetchone()
        return int(found[0]) if found else -1

    def _asked(self, where: str, values: tuple[Any, ...]) -> Iterator[Transfer]:
        self._declared("transfers")
        for row in self._sql.execute(f"SELECT {_ROW} {_FROM} WHERE {where} ORDER BY t.n", values):
            yield self._transfer(row)

    def _transfer(self, row: tuple[Any, ...]) -> Transfer:
        number, chain, tx, time, sender, receiver, asset, hi, lo, big, kind, *more = row
        index, spent, spent_index, *place = more
        amount = None if hi is None else from_limbs(hi, lo, big)
        locator, _exhibit = self._place(*place)
        # A transfer without transaction has the chain of its asset in the key of that asset.
        return Transfer(
            number, chain or asset.partition(":")[0], tx or "", locator, time, sender, receiver, asset, amount, kind,
            index, (spent, spent_index) if spent and spent_index is not None else None,
        )  # fmt: skip

    def _place(self, run: int, stream: int, place: int, sub: int | None) -> tuple[str, str]:
        text, exhibit = self._templates[run, stream]
        return text.replace("{row}", str(place)).replace("{sub}", "" if sub is None else str(sub)), exhibit

    def asset(self, key: str) -> Asset:
        """See ``CaseView.asset``; ``KeyError`` when the case has none of that key."""
        found = self._sql.execute(
            "SELECT key, chain, contract, symbol, decimals FROM asset WHERE key = ?", (key,)
        ).fetchone()
        if found is None:
            raise KeyError(key)
        return Asset(*found)

    def tags(self, subject: str | None = None) -> tuple[Tag, ...]:
        """See ``CaseView.tags``."""
        self._declared("tags")
        where, values = ("1", ()) if subject is None else ("subject = ?", (subject,))  # type: tuple[str, tuple[str, ...]]
        rows = self._sql.execute(
            f"SELECT id, subject, label, category, source, confidence, date FROM tag WHERE {where} ORDER BY id", values
        )
        return tuple(Tag(*row) for row in rows)

    def entity_of(self, address: str) -> Entity | None:
        """See ``CaseView.entity_of``."""
        self._declared("entities")
        found = self._sql.execute(
            "SELECT e.key, e.name, e.role FROM member m JOIN entity e ON e.key = m.entity WHERE m.subject = ?",
            (address,),
        ).fetchone()
        if found is None:
            return None
        members = self._sql.execute("SELECT subject FROM member WHERE entity = ? ORDER BY subject", (found[0],))
        key, name, role = found
        return Entity(key, name, role, tuple(row[0] for row in members))

    def exhibits(self) -> tuple[Exhibit, ...]:
        """See ``CaseView.exhibits``."""
        self._declared("exhibits")
        return tuple(Exhibit(*row) for row in self._sql.execute("SELECT * FROM exhibit ORDER BY sha256"))

    def prices(self) -> tuple[Rate, ...]:
        """See ``CaseView.prices``."""
        self._declared("prices")
        found = self._sql.execute(
            "SELECT a.key, p.day, p.currency, p.rate, p.source FROM price p JOIN asset a ON a.id = p.asset ORDER BY p.rowid"
        )
        return tuple(Rate(*row) for row in found)

    def selection(self) -> tuple[str, ...]:
        """See ``CaseView.selection``."""
        return self._selection

    def columns(self) -> Any:
        """See ``CaseView.columns``."""
        self._declared("transfers")
        numpy: Any = import_module("numpy")
        made: Any = import_module("workstation.analysis.columns")
        rows = self._sql.execute(
            "SELECT id, coalesce(time, -1), coalesce(sender, -1), coalesce(receiver, -1), asset, coalesce(tx, -1),"
            " coalesce(hi, 0), coalesce(lo, 0), hi IS NULL FROM transfer ORDER BY n"
        )
        table = numpy.fromiter(rows, numpy.dtype((numpy.int64, 9)))
        names = [tuple(r[0] for r in self._sql.execute(f"SELECT {what} ORDER BY id")) for what in
                 ("key FROM party", "key FROM asset", "hash FROM tx")]  # fmt: skip
        large = self._sql.execute("SELECT n, big FROM transfer WHERE big IS NOT NULL ORDER BY n")
        big = {n: int.from_bytes(value, "big") for n, value in large}
        return made.Columns(*(table[:, i].copy() for i in range(8)), table[:, 8].astype(bool), *names, big)

    def graph(self, around: str | None = None, hops: int = 1) -> Any:
        """See ``CaseView.graph``."""
        networkx: Any = import_module("networkx")
        made = networkx.MultiDiGraph()
        if around is None:
            found = list(self.transfers())
        else:
            known, edge, seen = {around}, [around], {}
            for _ in repeat(None, max(0, hops)):
                reached = [t for party in edge for t in self.transfers(touching=party)]
                seen.update({t.id: t for t in reached})
                edge = sorted({p for t in reached for p in (t.sender, t.receiver) if p is not None} - known)
                known.update(edge)
            found = [seen[number] for number in sorted(seen)]
            made.add_node(around)
        for transfer in found:
            if transfer.sender is not None and transfer.receiver is not None:
                made.add_edge(transfer.sender, transfer.receiver, key=transfer.id, transfer=transfer)
        return made

    def cite(self, *transfers: Transfer | int) -> tuple[Citation, ...]:
        """See ``CaseView.cite``; ``KeyError`` when the case has no such transfer."""
        return tuple(self._cite(t if isinstance(t, int) else t.id) for t in transfers)

    def _cite(self, number: int) -> Citation:
        row = self._sql.execute(f"SELECT {_ROW} {_FROM} WHERE t.id = ?", (number,)).fetchone()
        if row is None:
            raise KeyError(f"transfer {number}")
        locator, exhibit = self._place(*row[-4:])
        values = [value.hex() if isinstance(value, bytes) else value for value in row[:11]]
        return Citation(exhibit, locator, row_digest(exhibit, locator, values), f"transfer:{number}")

    def cite_tag(self, tag: Tag | int) -> tuple[Citation, ...]:
        """See ``CaseView.cite_tag``."""
        row = self._sql.execute("SELECT * FROM tag WHERE id = ?", (tag if isinstance(tag, int) else tag.id,)).fetchone()
        if row is None:
            raise KeyError(f"tag {tag}")
        *values, exhibit, locator = row
        if exhibit is None:
            return ()
        return (Citation(exhibit, locator, row_digest(exhibit, locator, values), f"tag:{values[0]}"),)

    def holds(self, citation: Citation) -> bool:
        """Whether a citation says exactly what the snapshot says of that record."""
        kind, _, number = citation.of.partition(":")
        if not number.isascii() or not number.isdecimal() or len(number) > 18:
            return False
        try:
            made = (
                (self._cite(int(number)),)
                if kind == "transfer"
                else self.cite_tag(int(number))
                if kind == "tag"
                else ()
            )
        except KeyError:
            return False
        return made == (citation,)
