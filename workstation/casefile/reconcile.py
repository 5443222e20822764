"""Owns the decision whether a record states something new or something the case holds already.

Must not write: it turns records into a :class:`Batch` of rows for ``batches``. Rules:

* A transfer with an index is (chain, transaction, kind, index). The same content is a further citation; other
  content is a conflict, both stay. A row without gaps replaces one with gaps (an input whose amount or spent output
  was unknown, a fee whose payer was).
* Without an index on either side it is its content, with multiplicity: a row matches an equal transfer that this
  import does not cite yet. Two equal rows of one file stay two, the same row of another file is a citation.
* A transfer without transaction is its content and its time.
* Events, mentions and prices are their content (``statements``).
* What a later source states otherwise about a transaction is kept beside the first statement as a claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from workstation.casefile import known
from workstation.casefile.assets import MOST_DECIMALS, AssetBook
from workstation.casefile.candidates import Candidate, Candidates
from workstation.casefile.known import Names, TxState
from workstation.casefile.statements import TABLES, Statement, Statements
from workstation.domain.amounts import parse_decimal, to_limbs
from workstation.domain.chains import CHAINS
from workstation.domain.records import (
    BadRow,
    EventRecord,
    Place,
    Record,
    Remark,
    TagRecord,
    TransactionRecord,
    TransferRecord,
)

_POWERS = tuple(10 ** (MOST_DECIMALS - d) for d in range(MOST_DECIMALS + 1))
_EXAMPLES = 3
_LIMB = 1 << 63


@dataclass(slots=True)
class Batch:
    """Rows to insert, as tuples in the order of the table's columns."""

    chains: list[tuple[Any, ...]] = field(default_factory=list)
    assets: list[tuple[Any, ...]] = field(default_factory=list)
    addresses: list[tuple[Any, ...]] = field(default_factory=list)
    txs: list[tuple[Any, ...]] = field(default_factory=list)
    tx_claims: list[tuple[Any, ...]] = field(default_factory=list)
    tx_citations: list[tuple[Any, ...]] = field(default_factory=list)
    transfers: list[tuple[Any, ...]] = field(default_factory=list)
    transfer_citations: list[tuple[Any, ...]] = field(default_factory=list)
    tags: list[tuple[Any, ...]] = field(default_factory=list)
    tag_citations: list[tuple[Any, ...]] = field(default_factory=list)
    quarantine: list[tuple[Any, ...]] = field(default_factory=list)
    #: Rows of ``event``, ``mention`` and ``price``, and of their tables of citations, by table.
    statements: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


class Tally:
    """Counts source records: each one is read once and is accepted, a duplicate or quarantined."""

    def __init__(self, templates: tuple[str, ...]) -> None:
        # templates without a row are parts of the one record that is the whole file
        stems = [template.partition("{row}")[0] if "{row}" in template else "" for template in templates]
        self._stems = [stems.index(stem) for stem in stems]
        self._stem = 0
        self._row: int | None = None
        self._new = self._bad = False
        self.accepted = self.duplicates = self.quarantined = 0

    def see(self, place: Place) -> None:
        """A record at this place comes next."""
        stem, row = self._stems[place.stream], place.row
        if row != self._row or stem != self._stem:
            if self._row is not None:
                self.finish()
            self._stem, self._row = stem, row

    def new(self) -> None:
        """The record brought something new."""
        self._new = True

    def bad(self) -> None:
        """The record could not be used."""
        self._bad = True

    def finish(self) -> None:
        """Count the source record that just ended."""
        if self._row is not None:
            if self._bad:
                self.quarantined += 1
            elif self._new:
                self.accepted += 1
            else:
                self.duplicates += 1
        self._row, self._new, self._bad = None, False, False


class Reconciler:
    """Reconciles one import, batch by batch; keeps only what later batches need."""

    def __init__(self, conn: Connection, run: int, templates: tuple[str, ...]) -> None:
        self.run = run
        self.tally = Tally(templates)
        self.names = Names(conn, run)
        self.assets = AssetBook(conn, run)
        self.remarks: list[tuple[str, str]] = []
        self.conflicts = self.tx_conflicts = 0
        self._conflict_examples: list[str] = []
        self._tx_examples: list[str] = []
        self._streams = len(templates)
        self._batch = Batch()
        self._candidates = Candidates()
        self._tags: dict[tuple[Any, ...], tuple[int, bool]] = {}
        self.statements = Statements()

    def batch(self, conn: Connection, records: list[Record]) -> Batch:
        """The rows that these records come to; ``conn`` reads the case as the batches before left it."""
        made = self._batch = Batch()
        self.names.look_up(conn, records)
        self._candidates.load(conn, self.run, self.names, records, self.assets.chosen)
        self._tags = known.tags(conn, self.run, records)
        self.statements.load(conn, self.run, records)
        for record in records:
            if type(record) is Remark:
                self.remarks.append((record.kind, record.text))
                continue
            place = record.place  # type: ignore[union-attr]
            if not 0 <= place.stream < self._streams:
                raise ValueError(f"stream {place.stream}")
            self.tally.see(place)
            if type(record) is TransferRecord:
                self._transfer(record, place)
            elif type(record) is TransactionRecord:
                self._transaction(record, place)
            elif type(record) is TagRecord:
                self._tag(record, place)
            elif type(record) is BadRow:
                self._bad(place, record.code, record.reason, record.raw)
            else:
                self._statement(record, place)  # type: ignore[arg-type]
        made.chains, made.addresses, made.txs = self.names.take_new()
        made.assets, self.assets.new = (
            [(i, run, self.names.chain(c), *rest) for i, run, c, *rest in self.assets.new], [],
        )  # fmt: skip
        return made

    def warnings(self) -> list[str]:
        """What the user should know about this import, in a fixed order."""
        made = [text for kind, text in self.remarks if kind == "warning"] + self.assets.warnings
        for count, what, examples in (
            (self.conflicts, "transfers differ from what another source states", self._conflict_examples),
            (self.tx_conflicts, "transactions differ from what another source states", self._tx_examples),
        ):
            if count:
                made.append(f"{count} {what}; both are kept ({', '.join(examples)})")
        return list(dict.fromkeys(made))

    def assumptions(self) -> list[str]:
        """What was assumed, in a fixed order."""
        made = [text for kind, text in self.remarks if kind == "assumption"] + self.assets.assumptions
        return list(dict.fromkeys(made))

    # --- transfers --------------------------------------------------------------------------------------------

    def _transfer(self, record: TransferRecord, place: Place) -> None:
        key = record.chain
        if key not in CHAINS:
            self._bad(place, "WS-IMP-023", f"unknown chain {key}", None)
            return
        amount, names = record.amount, self.names
        from_text = amount is None and bool(record.amount_text)
        try:
            asset = self.assets.choose(key, record.contract, record.symbol, record.decimals, from_text=from_text)
            if from_text:
                amount = parse_decimal(record.amount_text, asset.decimals)
            if amount is None:
                hi = lo = big = None
            elif 0 <= amount < _LIMB:  # nearly all, without a call
                hi, lo, big = 0, amount, None
            else:
                hi, lo, big = to_limbs(amount)
        except ValueError as problem:
            self._bad(place, "WS-IMP-020", f"amount not usable: {problem}", None)
            return
        absent = (record.absent or "unknown") if amount is None else None
        chain = names.chain(key)
        sender, receiver = record.sender, record.receiver
        from_id = None if sender is None else names.party(chain, key, sender)
        to_id = None if receiver is None else names.party(chain, key, receiver)
        time, block, position = record.time, record.block, record.position
        tx_id = None
        if record.tx:
            tx = self._touch(record, place, chain)
            tx_id = tx.id
            time = tx.time if time is None else time
            block = tx.block if block is None else block
            position = tx.position if position is None else position
        number = supersedes = 0
        if self._candidates.may_have(record.index):
            tx_key: Any = tx_id if tx_id is not None else (chain, record.time, record.block, record.time_text)
            mine = Candidate(
                0, record.index, from_id, to_id, asset.family,
                None if amount is None else amount * _POWERS[asset.decimals], True, True, False, amount, asset.shown,
                record.previous_tx,
            )  # fmt: skip
            found = self._find(record, place, tx_key, mine)
            if found is None:
                return
            supersedes = found
            mine.id = number = names.next_id("transfer")
            self._candidates.add(tx_key, record.kind, mine)
        self.tally.new()
        self._batch.transfers.append((
            number or names.next_id("transfer"), chain, record.kind, tx_id, record.index, from_id, to_id, asset.id,
            hi, lo, big, absent, time, block, position, record.sequence, record.time_basis, record.time_text,
            record.previous_tx, record.previous_index, record.script, supersedes or None, self.run, place.stream,
            place.row, place.sub, place.offset, place.length,
        ))  # fmt: skip

    def _find(self, record: TransferRecord, place: Place, tx_key: Any, mine: Candidate) -> int | None:
        """Cite the transfer this record states (None), or say which gap row a new one replaces (0: none)."""
        if mine.index is not None:
            same = self._candidates.same_identity(tx_key, record.kind, mine.index)
            for found in same:
                fills = bool(mine.previous) and not found.previous and mine.covers(found)
                if (found.equals(mine) or found.covers(mine)) and not fills:
                    self._cite(found, place)
                    return None
            for found in same:
                if mine.covers(found) and not found.superseded:
                    found.superseded = True
                    return found.id
            if same:
                self.conflicts += 1
                if len(self._conflict_examples) < _EXAMPLES:
                    self._conflict_examples.append(f"{record.tx} {record.kind} {record.index}")
                return 0
        for found in self._candidates.same_content(tx_key, record.kind, mine):
            if not found.cited and (mine.index is None or found.index is None):
                self._cite(found, place)
                return None
        for found in self._candidates.other_payer(tx_key, record.kind, mine):
            if not found.cited and not found.superseded:
                if mine.sender is None:
                    self._cite(found, place)
                    return None
                found.superseded = True
                return found.id
        return 0

    def _cite(self, found: Candidate, place: Place) -> None:
        if not found.counts:
            self.tally.new()  # only a retracted import stated it so far
            found.counts = True
        found.cited = True
        self._batch.transfer_citations.append((self.names.next_id("transfer_citation"), found.id, *self._at(place)))

    # --- transactions -----------------------------------------------------------------------------------------

    def _touch(self, record: TransferRecord | TransactionRecord, place: Place, chain: int) -> TxState:
        """The transaction of a record; made, filled up or cited as needed."""
        tx = self.names.tx(chain, record.tx)
        if tx is None:
            self.tally.new()
            return self.names.new_tx(chain, record, self._at(place))
        if not tx.cited:
            tx.cited = True
            if not tx.counts:
                self.tally.new()
                tx.counts = True
            self._cite_tx(tx, place)
        if tx.says(record):
            return tx
        if tx.fresh:
            tx.fill(record)
        elif (claim := tx.claim(record)) is not None:
            self._claim(tx, claim, place)
        contrary = tx.contrary(record)
        if contrary is not None:
            self.tx_conflicts += 1
            if contrary not in tx.contradicted:
                tx.contradicted.add(contrary)
                self._claim(tx, contrary, place)
            if len(self._tx_examples) < _EXAMPLES and record.tx not in self._tx_examples:
                self._tx_examples.append(record.tx)
        return tx

    def _claim(self, tx: TxState, claim: tuple[Any, ...], place: Place) -> None:
        self._batch.tx_claims.append((self.names.next_id("tx_claim"), self.run, tx.id, *claim, *self._at(place)[1:]))

    def _transaction(self, record: TransactionRecord, place: Place) -> None:
        if record.chain not in CHAINS or not record.tx:
            self._bad(place, "WS-IMP-023", f"unknown chain {record.chain} or no transaction id", None)
            return
        chain = self.names.chain(record.chain)
        known_before = self.names.tx(chain, record.tx)
        cited_before = known_before is not None and known_before.cited
        tx = self._touch(record, place, chain)
        if known_before is None or not cited_before:
            tx.own_place = True
        elif tx.fresh and not tx.own_place:
            tx.place, tx.own_place = self._at(place), True  # a transfer brought it; its own record is the better place
        elif not tx.fresh:
            self._cite_tx(tx, place)

    def _cite_tx(self, tx: TxState, place: Place) -> None:
        self._batch.tx_citations.append((self.names.next_id("tx_citation"), tx.id, *self._at(place)))

    # --- the rest ---------------------------------------------------------------------------------------------

    def _tag(self, record: TagRecord, place: Place) -> None:
        if record.chain not in CHAINS:
            self._bad(place, "WS-IMP-023", f"unknown chain {record.chain}", None)
            return
        chain = self.names.chain(record.chain)
        if record.subject == "address":
            self.names.address(chain, record.ref)
        said = (record.chain, *known.tag_content(record))
        number, counts = self._tags.get(said, (0, False))
        if number:
            if not counts:
                self.tally.new()
                self._tags[said] = (number, True)
            self._batch.tag_citations.append((self.names.next_id("source_tag_citation"), number, *self._at(place)))
            return
        number = self.names.next_id("source_tag")
        self._tags[said] = (number, True)
        self.tally.new()
        self._batch.tags.append((number, chain, *known.tag_content(record), *self._at(place)))

    def _statement(self, record: Statement, place: Place) -> None:
        if type(record) is EventRecord and record.chain:
            if record.chain not in CHAINS:
                self._bad(place, "WS-IMP-023", f"unknown chain {record.chain}", None)
                return
            if record.address:  # so that the address can be found and drawn
                self.names.address(self.names.chain(record.chain), record.address)
        table = TABLES[type(record)]
        said, sha256 = self.statements.said(record)
        found = self.statements.known(table, sha256)
        if found is None:
            self.tally.new()
            number = self.names.next_id(table)
            self.statements.new(table, sha256, number)
            row: tuple[Any, ...] = (number, *said, sha256, *self._at(place))
        else:
            if not found.counts:
                self.tally.new()  # only a retracted import stated it so far
            found.cited = found.counts = True
            table += "_citation"
            row = (self.names.next_id(table), found.id, *self._at(place))
        self._batch.statements.setdefault(table, []).append(row)

    def _bad(self, place: Place, code: str, reason: str, raw: str | None) -> None:
        self.tally.bad()
        number = self.names.next_id("quarantine")
        # without raw text the writer takes the bytes of the record from the exhibit
        data = None if raw is None else raw.encode("latin-1", "replace")
        self._batch.quarantine.append((number, *self._at(place), code, reason, data))

    def _at(self, place: Place) -> tuple[int, int, int, int | None, int, int]:
        return self.run, place.stream, place.row, place.sub, place.offset, place.length
