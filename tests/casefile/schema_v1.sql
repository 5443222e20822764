CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE exhibit (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	received_from TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	state TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (sha256), 
	CHECK (state IN ('keeping','kept')), 
	CHECK (length(sha256) = 64)
)
 STRICT


--
CREATE TABLE chain (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	model TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
)
 STRICT


--
CREATE TABLE custody (
	seq INTEGER NOT NULL, 
	time TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	body TEXT, 
	salt TEXT, 
	commitment TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	PRIMARY KEY (seq)
)
 STRICT


--
CREATE TABLE undo_step (
	id INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	merge TEXT NOT NULL, 
	at TEXT NOT NULL, 
	undone INTEGER NOT NULL, 
	edits TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT


--
CREATE TABLE tag (
	"key" TEXT NOT NULL, 
	subject TEXT, 
	label TEXT, 
	category TEXT, 
	confidence TEXT, 
	source TEXT, 
	source_date TEXT, 
	basis TEXT, 
	author TEXT, 
	at TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE note (
	"key" TEXT NOT NULL, 
	subject TEXT, 
	body TEXT, 
	author TEXT, 
	at TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE entity (
	"key" TEXT NOT NULL, 
	name TEXT, 
	role TEXT, 
	note TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE entity_member (
	"key" TEXT NOT NULL, 
	entity TEXT, 
	subject TEXT, 
	rule TEXT, 
	confidence TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE mark (
	"key" TEXT NOT NULL, 
	role TEXT, 
	colour TEXT, 
	flags TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE finding (
	"key" TEXT NOT NULL, 
	number INTEGER, 
	claim TEXT, 
	status TEXT, 
	confidence TEXT, 
	basis TEXT, 
	reasons TEXT, 
	alternatives TEXT, 
	disproof TEXT, 
	author TEXT, 
	at TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE finding_link (
	"key" TEXT NOT NULL, 
	finding TEXT, 
	subject TEXT, 
	note TEXT, 
	position INTEGER, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE graph (
	"key" TEXT NOT NULL, 
	name TEXT, 
	position INTEGER, 
	data TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE placement (
	"key" TEXT NOT NULL, 
	graph TEXT, 
	subject TEXT, 
	x INTEGER, 
	y INTEGER, 
	pinned INTEGER, 
	hidden INTEGER, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE scene (
	"key" TEXT NOT NULL, 
	graph TEXT, 
	name TEXT, 
	caption TEXT, 
	position INTEGER, 
	data TEXT, 
	PRIMARY KEY ("key")
)
 STRICT


--
CREATE TABLE exhibit_chunk (
	exhibit_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 BLOB NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (exhibit_id, seq), 
	FOREIGN KEY(exhibit_id) REFERENCES exhibit (id)
)
 STRICT


--
CREATE TABLE import_run (
	id INTEGER NOT NULL, 
	exhibit_id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	reader TEXT NOT NULL, 
	reader_version TEXT NOT NULL, 
	parameters TEXT NOT NULL, 
	state TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	code TEXT NOT NULL, 
	message TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	n_read INTEGER NOT NULL, 
	n_accepted INTEGER NOT NULL, 
	n_duplicates INTEGER NOT NULL, 
	n_quarantined INTEGER NOT NULL, 
	n_transfers INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CHECK (state IN ('loading','done','void')), 
	CHECK (outcome IN ('','accepted','partial','rejected')), 
	CHECK (n_read = n_accepted + n_duplicates + n_quarantined), 
	FOREIGN KEY(exhibit_id) REFERENCES exhibit (id)
)
 STRICT


--
CREATE UNIQUE INDEX ux_one_loading ON import_run (state) WHERE state = 'loading'
--
CREATE TABLE import_stream (
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	template TEXT NOT NULL, 
	PRIMARY KEY (import_id, stream), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	sub INTEGER, 
	"offset" INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	raw BLOB NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE TABLE asset (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	chain_id INTEGER NOT NULL, 
	contract TEXT NOT NULL, 
	ident TEXT NOT NULL, 
	symbol TEXT NOT NULL, 
	decimals INTEGER NOT NULL, 
	assumed INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (chain_id, contract, ident, decimals, assumed, import_id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id), 
	FOREIGN KEY(chain_id) REFERENCES chain (id)
)
 STRICT


--
CREATE TABLE address (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	chain_id INTEGER NOT NULL, 
	addr TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id), 
	FOREIGN KEY(chain_id) REFERENCES chain (id)
)
 STRICT


--
CREATE UNIQUE INDEX ux_address ON address (addr, chain_id)
--
CREATE TABLE tx (
	id INTEGER NOT NULL, 
	chain_id INTEGER NOT NULL, 
	hash TEXT NOT NULL, 
	block INTEGER, 
	position INTEGER, 
	time INTEGER, 
	time_basis TEXT NOT NULL, 
	time_text TEXT NOT NULL, 
	status TEXT NOT NULL, 
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	sub INTEGER, 
	"offset" INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(chain_id) REFERENCES chain (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE UNIQUE INDEX ux_tx ON tx (hash, chain_id)
--
CREATE TABLE source_tag (
	id INTEGER NOT NULL, 
	chain_id INTEGER NOT NULL, 
	subject TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	label TEXT NOT NULL, 
	category TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	confidence TEXT NOT NULL, 
	source TEXT NOT NULL, 
	source_date TEXT NOT NULL, 
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	sub INTEGER, 
	"offset" INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(chain_id) REFERENCES chain (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE INDEX ix_source_tag_ref ON source_tag (ref)
--
CREATE TABLE colseg (
	import_id INTEGER NOT NULL, 
	col TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	dtype TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	sha256 BLOB NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (import_id, col, seq), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE TABLE tx_claim (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	of_id INTEGER NOT NULL, 
	block INTEGER, 
	position INTEGER, 
	time INTEGER, 
	time_basis TEXT NOT NULL, 
	time_text TEXT NOT NULL, 
	status TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id), 
	FOREIGN KEY(of_id) REFERENCES tx (id)
)
 STRICT


--
CREATE INDEX ix_tx_claim_of ON tx_claim (of_id)
--
CREATE TABLE tx_citation (
	id INTEGER NOT NULL, 
	of_id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	sub INTEGER, 
	"offset" INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(of_id) REFERENCES tx (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE INDEX ix_tx_citation_of ON tx_citation (of_id)
--
CREATE TABLE transfer (
	id INTEGER NOT NULL, 
	chain_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	tx_id INTEGER, 
	idx INTEGER, 
	from_id INTEGER, 
	to_id INTEGER, 
	asset_id INTEGER NOT NULL, 
	hi INTEGER, 
	lo INTEGER, 
	big BLOB, 
	absent TEXT, 
	time INTEGER, 
	block INTEGER, 
	position INTEGER, 
	sequence INTEGER, 
	time_basis TEXT NOT NULL, 
	time_text TEXT NOT NULL, 
	prev_tx TEXT NOT NULL, 
	prev_idx INTEGER, 
	script TEXT NOT NULL, 
	supersedes INTEGER, 
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	sub INTEGER, 
	"offset" INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CHECK ((absent IS NULL AND big IS NULL AND hi >= 0 AND lo >= 0) OR (absent IS NULL AND length(big) = 32 AND hi = -1 AND lo = -1) OR (absent IS NOT NULL AND hi IS NULL AND lo IS NULL AND big IS NULL)), 
	CHECK (kind NOT IN ('input') OR to_id IS NULL), 
	CHECK (kind NOT IN ('output','coinbase') OR from_id IS NULL), 
	CHECK (kind IN ('native','internal','token','fee','mint','burn','input','output','coinbase','stated')), 
	FOREIGN KEY(chain_id) REFERENCES chain (id), 
	FOREIGN KEY(tx_id) REFERENCES tx (id), 
	FOREIGN KEY(from_id) REFERENCES address (id), 
	FOREIGN KEY(to_id) REFERENCES address (id), 
	FOREIGN KEY(asset_id) REFERENCES asset (id), 
	FOREIGN KEY(supersedes) REFERENCES transfer (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE INDEX ix_transfer_supersedes ON transfer (supersedes) WHERE supersedes IS NOT NULL
--
CREATE INDEX ix_transfer_to_id ON transfer (to_id) WHERE to_id IS NOT NULL
--
CREATE INDEX ix_transfer_tx ON transfer (tx_id)
--
CREATE INDEX ix_transfer_from_id ON transfer (from_id) WHERE from_id IS NOT NULL
--
CREATE TABLE source_tag_citation (
	id INTEGER NOT NULL, 
	of_id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	sub INTEGER, 
	"offset" INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(of_id) REFERENCES source_tag (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE INDEX ix_source_tag_citation_of ON source_tag_citation (of_id)
--
CREATE TABLE transfer_citation (
	id INTEGER NOT NULL, 
	of_id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	"row" INTEGER NOT NULL, 
	sub INTEGER, 
	"offset" INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(of_id) REFERENCES transfer (id), 
	FOREIGN KEY(import_id) REFERENCES import_run (id)
)
 STRICT


--
CREATE INDEX ix_transfer_citation_of ON transfer_citation (of_id)
--
CREATE TRIGGER transfer_citation_no_update BEFORE UPDATE ON transfer_citation FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER transfer_citation_no_delete BEFORE DELETE ON transfer_citation FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER tx_citation_no_update BEFORE UPDATE ON tx_citation FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER tx_citation_no_delete BEFORE DELETE ON tx_citation FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER source_tag_citation_no_update BEFORE UPDATE ON source_tag_citation FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER source_tag_citation_no_delete BEFORE DELETE ON source_tag_citation FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER tx_claim_no_update BEFORE UPDATE ON tx_claim FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER tx_claim_no_delete BEFORE DELETE ON tx_claim FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER source_tag_no_update BEFORE UPDATE ON source_tag FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER source_tag_no_delete BEFORE DELETE ON source_tag FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER quarantine_no_update BEFORE UPDATE ON quarantine FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER quarantine_no_delete BEFORE DELETE ON quarantine FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER tx_no_update BEFORE UPDATE ON tx FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER tx_no_delete BEFORE DELETE ON tx FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER address_no_update BEFORE UPDATE ON address FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER address_no_delete BEFORE DELETE ON address FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER asset_no_update BEFORE UPDATE ON asset FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER asset_no_delete BEFORE DELETE ON asset FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER import_stream_no_update BEFORE UPDATE ON import_stream FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER import_stream_no_delete BEFORE DELETE ON import_stream FOR EACH ROW WHEN (SELECT state FROM import_run WHERE id = OLD.import_id) IS NOT 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER custody_no_update BEFORE UPDATE ON custody FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END
--
CREATE TRIGGER custody_no_delete BEFORE DELETE ON custody FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END
--
CREATE TRIGGER custody_no_replace BEFORE INSERT ON custody FOR EACH ROW WHEN EXISTS (SELECT 1 FROM custody WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END
--
CREATE TRIGGER exhibit_no_update BEFORE UPDATE ON exhibit FOR EACH ROW WHEN OLD.state <> 'keeping' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER exhibit_no_delete BEFORE DELETE ON exhibit FOR EACH ROW WHEN OLD.state <> 'keeping' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER exhibit_chunk_no_update BEFORE UPDATE ON exhibit_chunk FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER exhibit_chunk_no_delete BEFORE DELETE ON exhibit_chunk FOR EACH ROW WHEN (SELECT state FROM exhibit WHERE id = OLD.exhibit_id) IS NOT 'keeping' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER import_run_no_update BEFORE UPDATE ON import_run FOR EACH ROW WHEN OLD.state <> 'loading' AND NOT (OLD.state = 'done' AND NEW.state = 'void' AND NEW.id IS OLD.id AND NEW.exhibit_id IS OLD.exhibit_id AND NEW.at IS OLD.at AND NEW.reader IS OLD.reader AND NEW.reader_version IS OLD.reader_version AND NEW.parameters IS OLD.parameters AND NEW.outcome IS OLD.outcome AND NEW.code IS OLD.code AND NEW.message IS OLD.message AND NEW.marks IS OLD.marks AND NEW.remarks IS OLD.remarks AND NEW.n_read IS OLD.n_read AND NEW.n_accepted IS OLD.n_accepted AND NEW.n_duplicates IS OLD.n_duplicates AND NEW.n_quarantined IS OLD.n_quarantined AND NEW.n_transfers IS OLD.n_transfers) BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
--
CREATE TRIGGER import_run_no_delete BEFORE DELETE ON import_run FOR EACH ROW WHEN OLD.state <> 'loading' BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END
