"""Owns the open case: the one object through which the program reads a ``.wcase`` file and changes work product.

Must not know readers, windows or commands. SQL lives in the sibling modules; this module is their shared front.

Threads: a ``Store`` may be used from several threads. Reads take a connection of their own from a pool and see the
last committed state; writes go one at a time through a gate that lets edits pass before import batches
(:mod:`workstation.casefile.database`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection

from workstation.casefile import (
    checkpoints,
    columns,
    conflicts,
    crypto,
    custody,
    exhibits,
    files,
    plugin_runs,
    queries,
    recovery,
    reports,
    schema,
    sealing,
    search,
    statement_queries,
    steps,
    traces,
    work,
)
from workstation.casefile.database import Database
from workstation.casefile.values import (
    CaseInfo,
    Clock,
    Counts,
    Entropy,
    Json,
    LedgerColumns,
    UndoEntry,
    system_clock,
    system_entropy,
    utc,
)
from workstation.domain.changes import ChangeSet
from workstation.domain.evidence import (
    Checkpoint,
    Citation,
    Conflict,
    CustodyEntry,
    Event,
    Exhibit,
    ImportReport,
    Mention,
    Price,
    QuarantinedRow,
    SourceTag,
    Transaction,
    Transfer,
)
from workstation.domain.subjects import Subject


def create(
    path: Path,
    *,
    title: str,
    examiner: str,
    zone: str = "UTC",
    passphrase: str | None = None,
    clock: Clock = system_clock,
    entropy: Entropy = system_entropy,
) -> Store:
    """Make a new case file and open it.

    Raises:
        WorkstationError: the file exists already, or the place cannot hold a case.
    """
    case_id = str(uuid.UUID(bytes=entropy(16), version=4))
    lock = files.claim_new(path)
    database: Database | None = None
    try:
        key = None if passphrase is None else crypto.new_key(passphrase, entropy(crypto.SALT_BYTES))
        database = Database(path, key, lock)
        with database.write() as conn:
            schema.build(conn)
            schema.set_meta(conn, case_id=case_id, title=title, examiner=examiner, zone=zone, created=utc(clock()))
            sealing.begin(conn, 1, entropy)
            body = {"title": title, "examiner": examiner, "zone": zone, "schema": schema.VERSION}
            custody.append(conn, "case.create", body, actor=examiner, clock=clock, entropy=entropy)
        return Store(database, actor=examiner, clock=clock, entropy=entropy)
    except BaseException:
        if database is not None:
            database.close()
        else:
            lock.release()
        files.remove_unborn(path)
        raise


def open_case(
    path: Path,
    *,
    passphrase: str | None = None,
    actor: str = "",
    clock: Clock = system_clock,
    entropy: Entropy = system_entropy,
) -> Store:
    """Open a case; an import that did not finish is removed first, an older schema is upgraded on a copy.

    Raises:
        WorkstationError: no case, wrong or missing passphrase, in use by another program, newer schema, damage.
    """
    lock = files.claim(path)
    database: Database | None = None
    try:
        key = crypto.key_for(path, passphrase)
        upgraded = schema.upgrade_if_old(path, key) is not None
        database = Database(path, key, lock)
        with database.read() as conn:
            schema.check(conn)
        if upgraded:
            with database.write() as conn:
                body = {"schema": schema.VERSION}
                if not sealing.start(conn):
                    sealing.begin(conn, custody.head(conn)[0] + 1, entropy)
                custody.append(conn, "case.upgrade", body, actor=actor, clock=clock, entropy=entropy)
                schema.bump(conn)
        recovery.recover(database, actor=actor, clock=clock, entropy=entropy)
        return Store(database, actor=actor, clock=clock, entropy=entropy)
    except BaseException:
        if database is not None:
            database.close()
        else:
            lock.release()
        raise


T = TypeVar("T")

#: A table of more rows is read each time rather than kept in memory.
_SMALL = 5000
#: As with tables; a run of a plugin brings all its answers with it.
_FEW = 20


class Store:
    """An open case. Close it, or use it in a ``with`` statement."""

    def __init__(self, database: Database, *, actor: str, clock: Clock, entropy: Entropy) -> None:
        self.database = database
        self.actor = actor
        self.clock = clock
        self.entropy = entropy
        self._counts: tuple[tuple[int, ...], Counts] | None = None
        self._answers: dict[str, tuple[int, Any]] = {}
        #: What was computed from records that never change, by what it is and their digest; gone with the open case.
        self.derived: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """Where the case file is."""
        return self.database.path

    def close(self) -> None:
        """Write everything into the one file and let go of it. Closing twice is allowed."""
        self.database.close()

    # --- head -------------------------------------------------------------------------------------------------

    def info(self) -> CaseInfo:
        """Head data of the case."""
        return self.known("info", lambda conn: queries.info(conn, encrypted=self.database.encrypted))

    @property
    def revision(self) -> int:
        """A number that grows with every change of evidence or work product."""
        return self.known("revision", schema.revision)

    def head(self) -> tuple[int, str]:
        """Sequence and digest (hex) of the last custody entry."""
        return self.known("head", custody.head)

    def counts(self) -> Counts:
        """How much the case holds; the evidence is counted again only when it changed."""

        def read(conn: Connection) -> Counts:
            state = queries.evidence_state(conn)
            if self._counts is None or self._counts[0] != state:
                self._counts = (state, queries.evidence_counts(conn))
            return queries.with_work(conn, self._counts[1])

        return self.known("counts", read)

    def known(self, what: str, read: Callable[[Connection], T], keep: Callable[[T], bool] = lambda _: True) -> T:
        """A small answer, read again only after something was written: the window asks hundreds of times a second.

        Only this program writes to an open case (the file is locked), and every writer goes through
        ``database.write``.
        """
        self.database.check_open()
        writes = self.database.writes  # before the reading: a writer in between makes the answer old at once
        known = self._answers.get(what)
        if known is not None and known[0] == writes:
            answer: T = known[1]
            return answer
        with self.database.read() as conn:
            answer = read(conn)
        if keep(answer):
            self._answers[what] = (writes, answer)
        return answer

    # --- evidence ---------------------------------------------------------------------------------------------

    def exhibits(self) -> list[Exhibit]:
        """All exhibits by number."""
        return list(self.known("exhibits", exhibits.listing))

    def exhibit(self, number: int) -> Exhibit:
        """One exhibit; ``WorkstationError`` when the case has no such number."""
        with self.database.read() as conn:
            return exhibits.one(conn, number)

    def exhibit_bytes(self, number: int) -> Iterator[bytes]:
        """The exhibit as it was handed over, in pieces; every piece and the whole are checked against their digests."""
        with self.database.read() as conn:
            yield from exhibits.content(conn, number)

    def read_range(self, number: int, offset: int, length: int) -> bytes:
        """Some bytes of an exhibit."""
        with self.database.read() as conn:
            return exhibits.Bytes(conn).range(number, offset, length)

    def transfers(
        self,
        *,
        address: str | None = None,
        chain: str | None = None,
        asset: str | None = None,
        tx: str | None = None,
        since: int | None = None,
        until: int | None = None,
        limit: int | None = None,
        ids: Sequence[int] | None = None,
    ) -> Iterator[Transfer]:
        """Transfers in total order (time, block, position, sequence, kind, index, id), unstated values last.

        Args:
            address: sender or receiver; with ``chain`` also in stated transfers that name it. asset: contract address, or symbol in any case.
            since, until: seconds UTC, both inclusive; transfers without time are left out when one is given.
        """
        wanted = queries.Wanted(address, chain, asset, tx, since, until, limit, None if ids is None else tuple(ids))
        with self.database.read() as conn:
            yield from queries.transfers(conn, wanted)

    def citations(self, transfer_id: int) -> list[Citation]:
        """Every place in the exhibits that states this transfer."""
        return self.citations_many([transfer_id])[transfer_id]

    def citations_many(self, ids: Sequence[int]) -> dict[int, list[Citation]]:
        """Citations of many transfers; much faster than one by one."""
        with self.database.read() as conn:
            return exhibits.citations(conn, "transfer", ids)

    def exhibits_citing(self, ids: Sequence[int]) -> list[int]:
        """Numbers of the exhibits that state transfers, in order; what they state is not read."""
        with self.database.read() as conn:
            return exhibits.cited(conn, "transfer", ids)

    def tx_citations(self, transaction_id: int) -> list[Citation]:
        """Every place in the exhibits that states this transaction itself."""
        with self.database.read() as conn:
            return exhibits.citations(conn, "tx", [transaction_id])[transaction_id]

    def transaction(self, chain: str, tx: str) -> Transaction | None:
        """One transaction by its id on its chain."""
        with self.database.read() as conn:
            return queries.transaction(conn, chain, tx)

    def addresses_matching(self, text: str, limit: int = 50) -> list[tuple[str, str]]:
        """``(chain, address)`` that contain the text in any case; those that start with it come first."""
        with self.database.read() as conn:
            return search.addresses(conn, text, limit)

    def transactions_matching(self, text: str, limit: int = 50) -> list[tuple[str, str]]:
        """``(chain, transaction id)`` that contain the text in any case; those that start with it come first."""
        with self.database.read() as conn:
            return search.transactions(conn, text, limit)

    def source_tags(self, subject: Subject | None = None) -> list[SourceTag]:
        """Tags that exhibits state, of one subject or of all."""
        with self.database.read() as conn:
            return search.source_tags(conn, subject=subject)

    def search_tags(self, text: str, limit: int = 50) -> list[SourceTag]:
        """Source tags whose label, actor or category contains the text in any case."""
        with self.database.read() as conn:
            return search.source_tags(conn, text=text, limit=limit)

    def quarantined(self, exhibit: int | None = None) -> list[QuarantinedRow]:
        """Source records that were not used, with the reason, of one exhibit or of all."""
        with self.database.read() as conn:
            return queries.quarantined(conn, exhibit)

    def events(
        self,
        account: str = "",
        address: tuple[str, str] | None = None,
        kinds: Sequence[str] = (),
        limit: int = 0,
    ) -> list[Event]:
        """What services and wallets state about accounts, in time order, those without a stated time last.

        Args:
            account: name of an account. address: ``(chain, address)`` of a ledger; an account is an address of the
                chain ``stated``. kinds: of these kinds only. limit: at most so many, 0 = all.
        """
        with self.database.read() as conn:
            return statement_queries.events(conn, account=account, address=address, kinds=kinds, limit=limit)

    def mentions(self, exhibit: int = 0) -> list[Mention]:
        """Addresses and transactions found in running text, of one exhibit or of all (0)."""
        with self.database.read() as conn:
            return statement_queries.mentions(conn, exhibit)

    def prices(self, asset: str = "", currency: str = "", date: str = "") -> list[Price]:
        """Rates by asset, currency and day; an empty filter takes all."""
        with self.database.read() as conn:
            return statement_queries.prices(conn, asset, currency, date)

    def statement_citations(
        self, table: Literal["event", "mention", "price"], ids: Sequence[int]
    ) -> dict[int, list[Citation]]:
        """Every place that states these events, mentions or prices."""
        with self.database.read() as conn:
            return exhibits.citations(conn, table, ids)

    def conflicts(self) -> list[Conflict]:
        """Claims that contradict each other, in a fixed order; all of them stay in the case."""
        with self.database.read() as conn:
            return conflicts.conflicts(conn)

    def import_report(self, exhibit: int) -> ImportReport:
        """Everything the case knows about how an exhibit was read; ``WorkstationError`` when there is none."""
        with self.database.read() as conn:
            return reports.import_report(conn, exhibit)

    def columns(self) -> LedgerColumns:
        """All transfers as arrays in total order; a lost or damaged segment is rebuilt from the rows first."""
        return columns.ledger(self.database)

    def known_decimals(self, chain: str, contract: str) -> int | None:
        """Decimals that a source of this case states for an asset, or None."""
        with self.database.read() as conn:
            return queries.known_decimals(conn, chain, contract)

    # --- work product -----------------------------------------------------------------------------------------

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """All rows of a work-product table by key; the caller may change what it gets."""
        known = self.known(f"rows {table}", lambda conn: work.rows(conn, table), lambda rows: len(rows) <= _SMALL)
        return {key: dict(row) for key, row in known.items()}

    def row(self, table: str, key: str) -> dict[str, Any] | None:
        """One row of a work-product table."""
        with self.database.read() as conn:
            return work.row(conn, table, key)

    def apply(self, change: ChangeSet, *, actor: str, kind: str = "edit", record: bool = False) -> int:
        """Write a change-set and its custody entry in one transaction; gives the new revision.

        Args:
            record: also put it into the undo history, in the same transaction (what :meth:`record_step` does apart).

        Raises:
            WorkstationError: a row is not as the change-set says it was; nothing is changed then.
        """
        with self.database.write() as conn:
            work.apply(conn, change)
            custody.append(conn, kind, work.body(change), actor=actor, clock=self.clock, entropy=self.entropy)
            if record:
                steps.record(conn, change, utc(self.clock()), actor)
            return schema.bump(conn)

    def record_step(self, change: ChangeSet) -> None:
        """Put a change-set that was applied into the undo history; steps that were undone stay as a branch."""
        with self.database.write() as conn:
            steps.record(conn, change, utc(self.clock()), self.actor)

    def undo_step(self, actor: str) -> ChangeSet | None:
        """Take back the last step; gives the change-set that was applied for it, or None when there is none."""
        return self._move(actor, "undo")

    def redo_step(self, actor: str) -> ChangeSet | None:
        """Do the last undone step again; gives the change-set that was applied, or None when there is none."""
        return self._move(actor, "redo")

    def _move(self, actor: str, kind: str) -> ChangeSet | None:
        with self.database.write() as conn:
            change = steps.take_back(conn) if kind == "undo" else steps.do_again(conn)
            if change is not None:
                custody.append(conn, kind, work.body(change), actor=actor, clock=self.clock, entropy=self.entropy)
                schema.bump(conn)
            return change

    def undo_position(self) -> int:
        """How many steps are done (0 = nothing to undo)."""
        with self.database.read() as conn:
            return steps.position(conn)

    def undo_entries(self) -> list[UndoEntry]:
        """Every step of the undo history, oldest first."""
        with self.database.read() as conn:
            return steps.entries(conn)

    # --- trace runs -------------------------------------------------------------------------------------------

    def links(self, chain: str) -> dict[int, tuple[int | None, str, int | None]]:
        """Of every input and output row of a UTXO chain: its index, and the output it spends (transaction, index)."""
        with self.database.read() as conn:
            return traces.links(conn, chain)

    def failed(self) -> dict[str, int]:
        """By chain: stored movements of failed transactions, which do not count."""
        with self.database.read() as conn:
            return traces.failed(conn)

    def keep_trace(self, record: str, ledger: str, *, actor: str) -> tuple[int, bool]:
        """Keep the record of a trace run for good; gives its number and whether it is new (equal ones are kept once)."""
        with self.database.write() as conn:
            number, new = traces.keep(conn, record, ledger, actor=actor, clock=self.clock, entropy=self.entropy)
            if new:
                schema.bump(conn)
            return number, new

    def kept_traces(self) -> list[traces.KeptTrace]:
        """All kept trace runs by number."""
        known = self.known("traces", traces.listing, lambda runs: len(runs) <= _FEW)
        return list(known)

    def kept_trace(self, number: int) -> traces.KeptTrace | None:
        """One kept trace run, or None."""
        with self.database.read() as conn:
            return traces.one(conn, number)

    # --- runs of plugins --------------------------------------------------------------------------------------

    def keep_plugin_run(
        self, analysis: str, record: str, files: Collection[bytes] = (), *, actor: str
    ) -> tuple[int, bool]:
        """Keep the record of a run of a plugin and its files for good; gives its number and whether it is new.

        The revision stays: a run changes nothing that an analysis could see.
        """
        with self.database.write() as conn:
            return plugin_runs.keep(conn, analysis, record, files, actor=actor, clock=self.clock, entropy=self.entropy)

    def plugin_file(self, sha256: str) -> bytes | None:
        """The bytes of a file that a kept run wrote, or None."""
        with self.database.read() as conn:
            return plugin_runs.content(conn, sha256)

    def kept_plugin_runs(self) -> list[plugin_runs.KeptPluginRun]:
        """All kept runs of plugins by number."""
        known = self.known("plugin runs", plugin_runs.listing, lambda runs: len(runs) <= _FEW)
        return list(known)

    # --- custody ----------------------------------------------------------------------------------------------

    def log(self, kind: str, body: Json, *, actor: str) -> CustodyEntry:
        """Write an event that changes nothing (view, export, verify) into the custody log."""
        with self.database.write() as conn:
            return custody.append(conn, kind, body, actor=actor, clock=self.clock, entropy=self.entropy)

    def custody(self, kind: str = "") -> Iterator[CustodyEntry]:
        """The custody log from the first entry, or the entries of one kind."""
        with self.database.read() as conn:
            yield from custody.entries(conn, kind)

    def imports(self) -> dict[int, dict[str, Json]]:
        """What the log says of the latest import of each exhibit, by its number; nothing where that is withheld."""
        return dict(self.known("imports", custody.imports))

    def first_seal_key(self) -> str | None:
        """The key of the first seal (64 hex digits); None when it was written down and forgotten."""
        return self.known("first seal key", sealing.first_key)

    def forget_first_seal_key(self, *, actor: str) -> None:
        """Take the first key out of the case for good, and say so in the log."""
        with self.database.write() as conn:
            sealing.forget_first(conn)
            custody.append(conn, "custody.key", {}, actor=actor, clock=self.clock, entropy=self.entropy)

    def seal_problems(self, first_key: str) -> list[str]:
        """What is wrong with the seals of the log, computed from the first key."""
        with self.database.read() as conn:
            return custody.seal_problems(conn, first_key)

    def checkpoints(self) -> list[Checkpoint]:
        """All signed heads of the log, oldest first."""
        with self.database.read() as conn:
            return checkpoints.listing(conn)

    def unsigned(self) -> int:
        """How many entries came since the last checkpoint."""
        with self.database.read() as conn:
            last = checkpoints.last(conn)
            return custody.head(conn)[0] - (last.sequence if last else 0)

    def checkpoint(self, sequence: int, sign: Callable[[bytes], tuple[str, str]]) -> None:
        """Have an entry signed, unless the newest checkpoint is as new. ``sign`` gives signer line and signature."""
        with self.database.write() as conn:
            message = checkpoints.message(conn, sequence)
            if message is not None:
                checkpoints.keep(conn, Checkpoint(sequence, message, *sign(message.encode())))
