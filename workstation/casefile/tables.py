"""Owns the tables of a case file as SQLAlchemy metadata, with their indexes and triggers.

Must not run anything. Evidence tables are append-only: a row may go only while its import is still loading, and no
row of evidence or custody ever changes. The triggers stop our own mistakes; the custody chain and the digests show
everybody else's.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData()


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _int(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=null)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _blob(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


def _ref(name: str, target: str, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=null)


def _place() -> list[Column[int]]:
    """Where a row stands in its exhibit, by the locator templates of its import."""
    return [_ref("import_id", "import_run"), _int("stream"), _int("row"), _int("sub", null=True), _int("offset"),
            _int("length")]  # fmt: skip


def _table(name: str, *parts: Column[int] | Column[str] | Column[bytes] | CheckConstraint | UniqueConstraint) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True)


def _citations(name: str, target: str) -> Table:
    """Further places that state a row; the first place is in the row itself."""
    made = _table(name, _id(), _ref("of_id", target), *_place())
    Index(f"ix_{name}_of", made.c.of_id)
    return made


META = _table("meta", Column("key", Text, primary_key=True), _text("value"))
EXHIBIT = _table(
    "exhibit", _id(), _text("name"), _int("size"), _text("sha256"), _text("media_type"), _text("received_from"),
    _text("received_at"), _text("state"), _ref("parent", "exhibit", null=True), _text("path"),
    UniqueConstraint("sha256"),
    CheckConstraint("state IN ('keeping','kept')"), CheckConstraint("length(sha256) = 64"),
)  # fmt: skip
CHUNK = _table(
    "exhibit_chunk", Column("exhibit_id", Integer, ForeignKey("exhibit.id"), primary_key=True),
    Column("seq", Integer, primary_key=True), _int("size"), _blob("sha256"), _blob("data"),
)  # fmt: skip
IMPORT = _table(
    "import_run", _id(), _ref("exhibit_id", "exhibit"), _text("at"), _text("reader"), _text("reader_version"),
    _text("parameters"), _text("state"), _text("outcome"), _text("code"), _text("message"), _text("reason"),
    _text("marks"), _text("remarks"), _int("n_read"), _int("n_accepted"), _int("n_duplicates"), _int("n_quarantined"),
    _int("n_transfers"), _text("why"), _text("skipped"), _int("n_rows"), _int("n_events"), _int("n_mentions"),
    _int("n_prices"),
    CheckConstraint("state IN ('loading','done','void')"),
    CheckConstraint("outcome IN ('','accepted','partial','rejected')"),
    CheckConstraint("n_read = n_accepted + n_duplicates + n_quarantined"),
)  # fmt: skip
Index("ux_one_loading", IMPORT.c.state, unique=True, sqlite_where=text("state = 'loading'"))
STREAM = _table(
    "import_stream", Column("import_id", Integer, ForeignKey("import_run.id"), primary_key=True),
    Column("stream", Integer, primary_key=True), _text("template"),
)  # fmt: skip
QUARANTINE = _table("quarantine", _id(), *_place(), _text("code"), _text("reason"), _blob("raw"))
CHAIN = _table("chain", _id(), _text("name"), _text("model"), UniqueConstraint("name"))
ASSET = _table(
    "asset", _id(), _ref("import_id", "import_run"), _ref("chain_id", "chain"), _text("contract"), _text("ident"),
    _text("symbol"), _int("decimals"), _int("assumed"),
    UniqueConstraint("chain_id", "contract", "ident", "decimals", "assumed", "import_id"),
)  # fmt: skip
ADDRESS = _table("address", _id(), _ref("import_id", "import_run"), _ref("chain_id", "chain"), _text("addr"))
Index("ux_address", ADDRESS.c.addr, ADDRESS.c.chain_id, unique=True)
TX = _table(
    "tx", _id(), _ref("chain_id", "chain"), _text("hash"), _int("block", null=True), _int("position", null=True),
    _int("time", null=True), _text("time_basis"), _text("time_text"), _text("status"), *_place(),
)  # fmt: skip
Index("ux_tx", TX.c.hash, TX.c.chain_id, unique=True)
Index("ix_tx_failed", TX.c.id, sqlite_where=text("status = 'failed'"))
#: What a later source states about a transaction and the first did not, or states otherwise.
TX_CLAIM = _table(
    "tx_claim", _id(), _ref("import_id", "import_run"), _ref("of_id", "tx"), _int("block", null=True),
    _int("position", null=True), _int("time", null=True), _text("time_basis"), _text("time_text"), _text("status"),
    _int("stream"), _int("row"), _int("sub", null=True), _int("offset"), _int("length"),
)  # fmt: skip
Index("ix_tx_claim_of", TX_CLAIM.c.of_id)
Index("ix_tx_claim_failed", TX_CLAIM.c.of_id, sqlite_where=text("status = 'failed'"))
TX_CITATION = _citations("tx_citation", "tx")
TRANSFER = _table(
    "transfer", _id(), _ref("chain_id", "chain"), _text("kind"), _ref("tx_id", "tx", null=True), _int("idx", null=True),
    _ref("from_id", "address", null=True), _ref("to_id", "address", null=True), _ref("asset_id", "asset"),
    _int("hi", null=True), _int("lo", null=True), _blob("big", null=True), _text("absent", null=True),
    _int("time", null=True), _int("block", null=True), _int("position", null=True), _int("sequence", null=True),
    _text("time_basis"), _text("time_text"), _text("prev_tx"), _int("prev_idx", null=True), _text("script"),
    _ref("supersedes", "transfer", null=True), *_place(),
    CheckConstraint(
        "(absent IS NULL AND big IS NULL AND hi >= 0 AND lo >= 0)"
        " OR (absent IS NULL AND length(big) = 32 AND hi = -1 AND lo = -1)"
        " OR (absent IS NOT NULL AND hi IS NULL AND lo IS NULL AND big IS NULL)"
    ),
    CheckConstraint("kind NOT IN ('input') OR to_id IS NULL"),
    CheckConstraint("kind NOT IN ('output','coinbase') OR from_id IS NULL"),
    CheckConstraint(
        "kind IN ('native','internal','token','fee','mint','burn','input','output','coinbase','stated','nft')"
    ),
)  # fmt: skip
Index("ix_transfer_tx", TRANSFER.c.tx_id)
for _side in ("from_id", "to_id", "supersedes"):
    Index(f"ix_transfer_{_side}", TRANSFER.c[_side], sqlite_where=text(f"{_side} IS NOT NULL"))
TRANSFER_CITATION = _citations("transfer_citation", "transfer")
SOURCE_TAG = _table(
    "source_tag", _id(), _ref("chain_id", "chain"), _text("subject"), _text("ref"), _text("label"), _text("category"),
    _text("actor"), _text("confidence"), _text("source"), _text("source_date"), *_place(),
)  # fmt: skip
Index("ix_source_tag_ref", SOURCE_TAG.c.ref)
SOURCE_TAG_CITATION = _citations("source_tag_citation", "source_tag")
#: What a service states about an account. ``sha256`` covers all that a row says (``statements``), not its place.
EVENT = _table(
    "event", _id(), _text("kind"), _text("service"), _text("account"), _int("time", null=True), _text("time_basis"),
    _text("time_text"), _text("direction"), _text("symbol"), _text("amount_text"), _text("fee_symbol"),
    _text("fee_text"), _text("chain"), _text("tx"), _text("address"), _text("counterparty"), _text("status"),
    _text("details"), _text("sha256"), *_place(),
)  # fmt: skip
Index("ix_event_sha256", EVENT.c.sha256)
for _column in ("address", "account"):
    Index(f"ix_event_{_column}", EVENT.c[_column], sqlite_where=text(f"{_column} <> ''"))
EVENT_CITATION = _citations("event_citation", "event")
MENTION = _table(
    "mention", _id(), _text("subject"), _text("ref"), _text("chains"), _text("context"), _text("sha256"), *_place()
)
Index("ix_mention_sha256", MENTION.c.sha256)
MENTION_CITATION = _citations("mention_citation", "mention")
PRICE = _table(
    "price", _id(), _text("date"), _text("asset"), _text("currency"), _text("rate"), _text("source"), _text("sha256"),
    *_place(),
)  # fmt: skip
Index("ix_price_sha256", PRICE.c.sha256)
Index("ix_price_asset", PRICE.c.asset, PRICE.c.date)
PRICE_CITATION = _citations("price_citation", "price")
#: Columns of transfers as packed arrays: a read cache, rebuilt from the rows when lost or damaged.
SEGMENT = _table(
    "colseg", Column("import_id", Integer, ForeignKey("import_run.id"), primary_key=True),
    Column("col", Text, primary_key=True), Column("seq", Integer, primary_key=True), _text("dtype"), _int("n"),
    _blob("sha256"), _blob("data"),
)  # fmt: skip
CUSTODY = _table(
    "custody", Column("seq", Integer, primary_key=True), _text("time"), _text("actor"), _text("kind"),
    _text("body", null=True), _text("salt", null=True), _text("commitment"), _text("previous"), _text("digest"),
    _text("seal", null=True),
)  # fmt: skip
#: Signed heads of the custody log, each linked to the last: never changed, never removed.
CHECKPOINT = _table(
    "checkpoint", Column("seq", Integer, primary_key=True), _text("message"), _text("signer"), _text("signature"),
)  # fmt: skip
#: What was traced: never changed, never removed.
TRACE_RUN = _table(
    "trace_run", _id(), _text("at"), _text("actor"), _text("ledger"), _text("record"), _text("sha256"),
    UniqueConstraint("sha256"),
)  # fmt: skip
#: What plugins were asked and answered: never changed, never removed.
PLUGIN_RUN = _table(
    "plugin_run", _id(), _text("at"), _text("actor"), _text("analysis"), _text("record"), _text("sha256"),
    UniqueConstraint("sha256"),
)  # fmt: skip
#: Files that runs of plugins wrote, by their bytes: never changed, never removed.
PLUGIN_FILE = _table("plugin_file", _id(), _text("sha256"), _blob("data"), UniqueConstraint("sha256"))
#: The tree of steps. ``parent``: the step it was done on, 0 = the beginning. ``undone``: 0 = on the way to the current
#: state, 1 = ahead of it on the same branch (redo), 2 = on another branch.
UNDO = _table(
    "undo_step", _id(), _int("parent"), _text("label"), _text("name"), _text("merge"), _text("at"), _text("actor"),
    _int("undone"), _text("edits"), CheckConstraint("parent < id"), CheckConstraint("undone IN (0,1,2)"),
)  # fmt: skip
Index("ix_undo_step_undone", UNDO.c.undone, UNDO.c.id)

#: Work-product tables: text columns unless named here.
_WORK_INTEGERS = frozenset(("number", "position", "x", "y", "pinned", "hidden", "step"))
_WORK_COLUMNS = {
    "tag": "subject label category confidence source source_date basis author at",
    "note": "subject body author at",
    "entity": "name role note",
    "entity_member": "entity subject rule confidence",
    "mark": "role colour flags",
    "finding": "number claim status confidence basis reasons alternatives disproof author at",
    "finding_link": "finding subject note position",
    "graph": "name position data",
    "placement": "graph subject x y pinned hidden step",
    "scene": "graph name caption position data",
    "mapping": "name text note",
    "proposal": "mention decision reason author at",
    "conversion": "kind paid received reason author at",
    "frame": "graph name colour members",
    "expansion": "graph subject way step",
    "style": "subject colour size ring label width dashed",
    "style_rule": "name position active sort value asset colour size ring width",
    "card": "graph subject text x y author at",
    "verdict": "run number word reason made author at",
    "person": "name kind spellings note author at",
    "request": "number service profile language status fields sent acknowledged frozen expiry reply note author at"
    " targets without exported pack frozen_on renewed ended",
    "paper": "sections scenes findings captions classification author at",
}
#: Work-product tables by name.
WORK = {
    name: _table(
        name,
        Column("key", Text, primary_key=True),
        *(_int(c, null=True) if c in _WORK_INTEGERS else _text(c, null=True) for c in columns.split()),
    )
    for name, columns in _WORK_COLUMNS.items()
}

#: Evidence tables that belong to an import and have an ``id`` (their high-water marks bound a loading import),
#: children before parents.
MARKED = (
    "transfer_citation", "tx_citation", "source_tag_citation", "event_citation", "mention_citation", "price_citation",
    "tx_claim", "transfer", "source_tag", "event", "mention", "price", "quarantine", "tx", "address", "asset",
)  # fmt: skip


def triggers() -> list[str]:
    """The statements that make evidence and custody append-only."""
    made = []

    def add(name: str, table: str, event: str, when: str, what: str) -> None:
        condition = f" WHEN {when}" if when else ""
        made.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{condition}"
            f" BEGIN SELECT RAISE(ABORT, '{what} is append-only'); END"
        )

    loading = "(SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading'"
    for table in (*MARKED, "import_stream"):
        add(f"{table}_no_update", table, "UPDATE", "", "evidence")
        add(f"{table}_no_delete", table, "DELETE", loading, "evidence")
    for table, what in (("chain", "evidence"), ("custody", "custody"), ("checkpoint", "a checkpoint"),
                        ("trace_run", "a trace run"), ("plugin_run", "a plugin run"),
                        ("plugin_file", "a file of a plugin run")):  # fmt: skip
        add(f"{table}_no_update", table, "UPDATE", "", what)
        add(f"{table}_no_delete", table, "DELETE", "", what)
    # INSERT OR REPLACE fires delete triggers only with recursive_triggers on; custody is safe without it too
    add("custody_no_replace", "custody", "INSERT", "EXISTS (SELECT 1 FROM custody WHERE seq = NEW.seq)", "custody")
    add("exhibit_no_update", "exhibit", "UPDATE", "OLD.state <> 'keeping'", "evidence")
    add("exhibit_no_delete", "exhibit", "DELETE", "OLD.state <> 'keeping'", "evidence")
    keeping = "(SELECT state FROM exhibit WHERE id = OLD.exhibit_id) IS NOT 'keeping'"
    add("exhibit_chunk_no_update", "exhibit_chunk", "UPDATE", "", "evidence")
    add("exhibit_chunk_no_delete", "exhibit_chunk", "DELETE", keeping, "evidence")
    kept = [column.name for column in IMPORT.c if column.name not in ("state", "reason")]
    same = " AND ".join(f"NEW.{c} IS OLD.{c}" for c in kept)
    voiding = f"(OLD.state = 'done' AND NEW.state = 'void' AND {same})"
    add("import_run_no_update", "import_run", "UPDATE", f"OLD.state <> 'loading' AND NOT {voiding}", "evidence")
    add("import_run_no_delete", "import_run", "DELETE", "OLD.state <> 'loading'", "evidence")
    return made
