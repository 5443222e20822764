"""What "no value changes in silence" means, stated so that it can be checked on every mutant.

1. **Same bytes, same record.** Records whose source bytes (their place) stand unchanged in the undamaged file are the
   records that the undamaged file gave for those bytes, in every field but the place. Or the row is quarantined: that
   is told. What may legitimately differ:

   * what is stated once for a file or a transaction (labels, the transaction itself, its fee, an account, a balance):
     it may stand at another row or be absent, but when it is there it equals a record of the undamaged file;
   * ``ORDINAL`` fields, which count rows of the same transaction;
   * everything, when the *frame* changed: the bytes that belong to no record. The header of a table and the members
     of an answer around its rows say what the rows mean. A cut-off frame counts as unchanged.

2. **Values come from their own row.** Each amount is a number that stands in the source bytes of its record, in base
   units or shifted by the decimals; each address and transaction id stands there in one of its notations, and so do the
   digits of each time and the letters of each label. ``BESIDE`` lists, by reader, the fields that a format states
   beside the row or defines as a sum or product; they are checked against the whole file, or as such.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import MappingProxyType

from tests.faults import deriving
from tests.faults.deriving import NOWHERE, PRODUCT, ROW, SUM, Facts
from tests.faults.reading import Reading
from workstation.domain.chains import CHAINS
from workstation.domain.records import (
    BadRow,
    EventRecord,
    MentionRecord,
    PriceRecord,
    Record,
    TagRecord,
    TransactionRecord,
    TransferRecord,
)
from workstation.sdk.encoding import look
from workstation.sdk.reader import RAW_LIMIT, TOO_LONG

FILE = 5
_UNITS = (0, 6, 8, 9, 18)
#: Fields that depend on other rows, by reader: numbers of the rows of one transaction, and neighbours.
ORDINAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "evm.rpc": frozenset({"index", "position", "block"}), "ethereum.etl": frozenset({"index", "block", "position"}),
        "bitcoincore.block": frozenset({"position"}),
        # The line above an attempt names its pattern.
        "amlworld.patterns": frozenset({"label"}),
        # The text around a find.
        "text.scan": frozenset({"context"}),
        # Other objects of the file name a wallet, and edges name their ends by id.
        "stix.bundle": frozenset({"label", "category", "actor", "source_date", "sender", "receiver"}),
        "etherscan.flow": frozenset({"sender", "receiver", "address", "counterparty", "chain"}),
    }
)  # fmt: skip
#: Answers that state things of all their rows behind the rows: cut off, they say less.
_BEHIND = ("bitcoincore.block", "evm.rpc", "blockchain.info", "ofac.xml", "etherscan.flow")
#: How far from its row a field may come, by (reader, field); everything else stands in the row.
BESIDE: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        # A block states its height and time once for all its transactions, a receipt its transaction for its logs.
        ("bitcoincore.block", "block"): FILE, ("bitcoincore.block", "time"): FILE,
        ("evm.rpc", "tx"): FILE, ("evm.rpc", "block"): FILE, ("evm.rpc", "time"): FILE,
        # Traces of one transaction: the transaction takes its block from the first that names it.
        ("ethereum.etl", "block"): FILE,
        # The fee of an EVM chain is gas used times gas price.
        ("etherscan.api", "amount"): PRODUCT, ("ethereum.etl", "amount"): PRODUCT, ("evm.rpc", "amount"): PRODUCT,
        # A balance is what was received less what was spent.
        ("esplora.transactions", "amount_text"): SUM, ("blockcypher.api", "amount_text"): SUM,
        # Edges and relations name their ends by id; an address answer names the address once.
        ("etherscan.flow", "sender"): FILE, ("etherscan.flow", "receiver"): FILE, ("etherscan.flow", "address"): FILE,
        ("etherscan.flow", "counterparty"): FILE, ("etherscan.flow", "source_date"): FILE,
        ("blockcypher.api", "sender"): FILE, ("blockcypher.api", "receiver"): FILE,
        ("stix.bundle", "sender"): FILE, ("stix.bundle", "receiver"): FILE, ("stix.bundle", "label"): FILE,
        # Header fields of a pack or an event hold for each of its tags.
        ("graphsense.tagpack", "label"): FILE, ("graphsense.tagpack", "source_date"): FILE,
        ("amlworld.patterns", "label"): FILE,
        ("misp.event", "label"): FILE, ("misp.event", "source_date"): FILE, ("ofac.xml", "source_date"): FILE,
    }
)  # fmt: skip
_DAY = frozenset({"source_date"})
#: Words that readers put into names, and the symbols of the chains.
_SAID = frozenset(
    (
        *[
            "account",
            "wallet",
            "listed",
            "as",
            "ransomware",
            "reported",
            "to",
            "fraud",
            "sanctioned",
            "party",
            "uid",
            "OFAC",
            "deposit",
            "address",
        ],
        *(chain.symbol for chain in CHAINS.values()),
    )
)
#: Readers of sources that state some amounts in billionths of their coin.
_GWEI = ("ethereum.etl", "evm.rpc")


@dataclass(frozen=True)
class Original:
    """What the undamaged file gave, in the forms that mutants are compared with."""

    raw: bytes
    reader: str
    frame: bytes
    by_source: Mapping[bytes, list[Counter[str]]]
    everywhere: frozenset[str]
    usual: frozenset[str]
    negative: bool
    given: frozenset[str]


def plain(record: Record, without: frozenset[str] = frozenset()) -> str:
    """A record as text, apart from its place."""
    parts = [f"{f.name}={getattr(record, f.name)!r}" for f in fields(record) if f.name not in without | {"place"}]
    return f"{type(record).__name__}({', '.join(parts)})"


def by_span(reading: Reading) -> dict[tuple[int, int], list[Record]]:
    """The records of a file by the bytes they stand in."""
    found: dict[tuple[int, int], list[Record]] = defaultdict(list)
    for record in reading.records:
        found[record.place.offset, record.place.length].append(record)  # type: ignore[union-attr]
    return found


def frame_of(raw: bytes, reading: Reading, table: bool) -> bytes:
    """The bytes that belong to no record, without what only parts records; of a table those above its rows."""
    spans = sorted(by_span(reading))
    if table:
        return raw[: spans[0][0]] if spans else raw
    left, at = [], 0
    for offset, length in spans:
        if offset > at:
            left.append(raw[at:offset])
        at = max(at, offset + length)
    left.append(raw[at:])
    return b"".join(b"".join(left).split()).replace(b",", b"")


def is_table(raw: bytes) -> bool:
    """Whether rows of the file are lines."""
    return (
        raw.lstrip(b"\xef\xbb\xbf \r\n")[:1] not in (b"{", b"[", b"<")
        and b"\ntags:" not in raw
        and b"BEGIN LAUND" not in raw
    )


def original(
    raw: bytes, reader: str, reading: Reading, name: str, parameters: Mapping[str, str], signed: bool
) -> Original:
    """Prepare the undamaged file."""
    groups: dict[bytes, list[Counter[str]]] = defaultdict(list)
    without = ORDINAL.get(reader, frozenset())
    for (offset, length), records in by_span(reading).items():
        made = Counter(plain(r, without) for r in records if not isinstance(r, BadRow))
        groups[raw[offset : offset + length]].append(made)
    everywhere = frozenset(
        text
        for r in reading.records
        if not isinstance(r, BadRow)
        for text in (plain(r, without), plain(r, without | _DAY))
    )
    encoding = look(raw[:65536]).name
    usual = _usual(reading.records) | set(deriving.words(name.replace("_", " ").replace(".", " "))) | _SAID
    frame = frame_of(raw, reading, is_table(raw))
    made = Original(raw, reader, frame, groups, everywhere, usual, False, frozenset(parameters.values()))
    signed = signed or any(
        level > ROW and level_of(replace(made, negative=True), r, name, raw, encoding) == ROW
        for r in reading.records
        for name, level in levels(made, r, raw, encoding)
        if name in ("amount", "amount_text", "fee_text")
    )
    return replace(made, negative=signed)


def _usual(records: Iterable[Record]) -> frozenset[str]:
    """Words that a reader or the frame of the file puts into names."""
    found: set[str] = set()
    for record in records:
        for name in _checked(record):
            value = getattr(record, name)
            if isinstance(value, str) and name in ("symbol", "fee_symbol", "account", "label", "sender", "receiver",
                                                    "counterparty", "asset", "currency"):  # fmt: skip
                found.update(deriving.words(value))
    return frozenset(found)


def problems(known: Original, raw: bytes, reading: Reading) -> Iterator[str]:
    """Every value that changed in silence, in words."""
    yield from _broken_places(raw, reading)
    yield from _changed(known, raw, reading)
    encoding = look(raw[:65536]).name
    for record in reading.records:
        for name, level in levels(known, record, raw, encoding):
            allowed = BESIDE.get((known.reader, name), FILE if _names(record, name) else ROW)
            if level > allowed:
                value = getattr(record, name)
                yield f"{type(record).__name__}.{name} = {str(value)[:80]!r} is not in its row (level {level})"


def with_signs(known: Mapping[str, Original]) -> dict[str, Original]:
    """The same, where a reader that takes signed amounts in one sample takes them in all."""
    signed = {one.reader for one in known.values() if one.negative}
    return {title: replace(one, negative=one.reader in signed) for title, one in known.items()}


def comparable(known: Original, raw: bytes, reading: Reading) -> bool:
    """Whether the frame is as it was, so that equal bytes must give equal records."""
    if look(raw[:65536]).name != look(known.raw[:65536]).name:
        return False  # the encoding is an assumption about the whole file, and the user is told
    frame = frame_of(raw, reading, is_table(raw))
    whole = is_table(raw) or known.reader in _BEHIND
    if whole and any("The file is cut" in remark.text for remark in reading.remarks):
        return False
    return frame == known.frame if whole else known.frame.startswith(frame)


def _names(record: Record, name: str) -> bool:
    """Whether a value is the name of an account, which a file states once, above its rows or in its own name."""
    value = str(getattr(record, name))
    stated = name in ("sender", "receiver") and getattr(record, "chain", "") == "stated"
    return name == "account" or (stated and value.partition(":")[0] not in CHAINS)


def _broken_places(raw: bytes, reading: Reading) -> Iterator[str]:
    for record in reading.records:
        place = record.place  # type: ignore[union-attr]
        stands = raw[place.offset : place.offset + place.length]
        if (
            isinstance(record, BadRow)
            and record.code != TOO_LONG
            and record.raw != stands[:RAW_LIMIT].decode("latin-1")
        ):
            yield f"a quarantined row does not hold its own bytes ({record.code})"


def _changed(known: Original, raw: bytes, reading: Reading) -> Iterator[str]:
    if not comparable(known, raw, reading):
        return
    without = ORDINAL.get(known.reader, frozenset())
    for (offset, length), records in by_span(reading).items():
        variants = known.by_source.get(raw[offset : offset + length])
        if variants is None or any(isinstance(r, BadRow) for r in records):
            continue
        made = Counter(plain(r, without) for r in records)
        # A label that is told once is told with the day of the row where it is told.
        spare = {plain(r, without) for r in records if isinstance(r, TagRecord)
                 and plain(r, without | _DAY) in known.everywhere}  # fmt: skip
        if not any(_same(made, variant, known.everywhere | spare) for variant in variants):
            best = min(variants, key=lambda v: sum(((made - v) + (v - made)).values()))
            yield f"same bytes, other record: now {sorted(made - best)[:2]} before {sorted(best - made)[:2]}"


def _same(made: Counter[str], before: Counter[str], everywhere: frozenset[str]) -> bool:
    if made == before:
        return True
    if any(text not in everywhere for text in made - before):
        return False
    return all(_once(text) for text in before - made)


def _once(text: str) -> bool:
    """Whether a record states what holds for a whole file or transaction, so that one row of several states it."""
    return text.startswith(("TagRecord(", "TransactionRecord(", "MentionRecord(")) or (
        "kind='fee'" in text or "kind='balance'" in text or "kind='account'" in text
    )


def levels(known: Original, record: Record, raw: bytes, encoding: str) -> Iterator[tuple[str, int]]:
    """How far from its row each value of a record stands."""
    for name in _checked(record):
        value = getattr(record, name)
        if value not in (None, ""):
            yield name, level_of(known, record, name, raw, encoding)


def _checked(record: Record) -> tuple[str, ...]:
    if isinstance(record, TransferRecord):
        return (
            "tx",
            "block",
            "time",
            "sender",
            "receiver",
            "contract",
            "symbol",
            "amount",
            "amount_text",
            "previous_tx",
        )
    if isinstance(record, TransactionRecord):
        return ("tx", "block", "time")
    if isinstance(record, TagRecord):
        return ("ref", "label", "source_date")
    if isinstance(record, EventRecord):
        return ("time", "symbol", "amount_text", "fee_symbol", "fee_text", "tx", "address", "counterparty", "account")
    if isinstance(record, MentionRecord):
        return ("ref",)
    return ("date", "asset", "currency", "rate") if isinstance(record, PriceRecord) else ()


def level_of(known: Original, record: Record, name: str, raw: bytes, encoding: str) -> int:
    """How far from its row one value stands."""
    place = record.place  # type: ignore[union-attr]
    row = deriving.facts(raw[place.offset : place.offset + place.length], encoding)
    found = _level(known, record, name, row)
    if found < NOWHERE:
        return found
    return FILE if _level(known, record, name, deriving.facts(raw, encoding)) == ROW else NOWHERE


def _level(known: Original, record: Record, name: str, source: Facts) -> int:
    value = getattr(record, name)
    if value in known.given:
        return ROW
    if name in ("amount", "amount_text", "fee_text", "rate", "block"):
        return _number_level(known, record, name, source)
    if name == "time":
        return deriving.time_level(value, source)
    if name in ("source_date", "date"):
        return deriving.date_level(value, source)
    if name in ("tx", "previous_tx", "address", "contract"):
        return deriving.identity_level(value, source)
    if name in ("sender", "receiver", "ref", "counterparty", "asset"):
        chain, _, rest = value.partition(":")
        if chain in CHAINS:
            return deriving.identity_level(rest, source)
        if name in ("sender", "receiver", "ref") and getattr(record, "chain", "") != "stated":
            return deriving.identity_level(value, source)
    return deriving.words_level(value.removesuffix("…"), source, known.usual)


def _number_level(known: Original, record: Record, name: str, source: Facts) -> int:
    number = Decimal(getattr(record, name))
    if name == "amount" and getattr(record, "kind", "") == "nft" and number == 1:
        return ROW  # one token: the source need not say so
    if name in ("rate", "block"):
        shifts: tuple[int, ...] = (0,)
    elif name == "amount":
        decimals = getattr(record, "decimals", None)
        shifts = (0, *((-decimals,) if decimals else ()), *((-9,) if known.reader in _GWEI else ()))
    else:
        shifts = _UNITS
    # A withdrawal may be written with a minus, a fee with either sign; stated transfers repeat their event.
    out = getattr(record, "direction", "") == "out" or getattr(record, "kind", "") == "stated"
    signed = known.negative or not number or name == "fee_text" or out
    level = deriving.number_level(number, shifts, source, signed=signed)
    if level == NOWHERE and getattr(record, "kind", "") == "fee" and name == "amount":
        rest = (number - part for part in source.positive if 0 < part < number)  # the fee of a first layer is added
        level = min(
            (
                deriving.number_level(one, shifts, source, signed=signed)
                for one, _ in zip(rest, range(60), strict=False)
            ),
            default=level,
        )
    return level if name != "block" or level == ROW else NOWHERE
