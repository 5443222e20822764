"""Reads address lists: one per line, CSV with address and label, or a JSON list of addresses. Every address gets a tag.

Owns these three shapes. The chain is decided by the form of the address; a ticker in the file name or the parameter
only decides where the form fits several chains, because lists named after a token mix chains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workstation.domain import addresses
from workstation.domain.records import Place, Record, TagRecord
from workstation.sdk.jsonscan import blank, elements, quarantine, text_of
from workstation.sdk.reader import (
    ADDRESS,
    FIELDS,
    NO,
    SHAPE,
    ZERO_ADDRESS,
    Refusal,
    RowProblem,
    Run,
    Sniff,
    Source,
    bad,
    raw_at,
)
from workstation.sdk.table import Table, ends_without_line_end, header_name
from workstation.sdk.text import NETWORKS, ZERO_EVM, Checker, known_chain

STREAMS = ("line {row}", "row {row}", "/{row}")
_LINE, _CSV, _JSON = 0, 1, 2
_OFAC = re.compile(r"sanctioned_addresses_([A-Za-z0-9]+)\.(?:txt|json)\Z")
#: Chains whose addresses have no checksum that is checked here: their ticker decides (Verge looks like Dogecoin).
_UNCHECKED = ("monero", "verge")
_LABELS = ("label", "tag", "name", "name tag", "entity")
_MONEY = {"amount", "value", "from", "to", "balance usd", "hash", "txhash", "transaction hash"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def _columns(cells: list[str]) -> dict[str, int] | None:
    """Columns of a CSV with an address and a label, or None."""
    at: dict[str, int] = {}
    for index, cell in enumerate(cells):
        at.setdefault(header_name(cell), index)
    label = next((name for name in _LABELS if name in at), "")
    if "address" not in at or not label or _MONEY & at.keys():
        return None
    return {**at, "label": at[label]}


def _looks(text: str) -> bool:
    return 20 <= len(text) <= 120 and text.isascii() and bool(addresses.recognise(text))


def sniff(head: bytes, name: str) -> Sniff:
    """By the share of valid addresses among the lines or items; by the header for CSV."""
    named = _OFAC.search(name)
    body = head.removeprefix(b"\xef\xbb\xbf")
    if body.lstrip()[:1] == b"[":
        items = re.findall(r'"([^"\\]{0,200})"', body.decode("utf-8", "replace"))
        if re.match(rb"\[\s*\]", body.lstrip()):
            return Sniff(0.6, "an empty list with the name of an address list") if named else NO
        if not items or not re.match(rb'\[\s*"', body.lstrip()):
            return NO
        share = sum(map(_looks, items[:200])) / len(items[:200])
        if named or share >= 0.8:
            return Sniff(max(share, 0.8) * 0.95, f"a JSON list of texts, {share:.0%} of the first are addresses")
        return NO
    rows = [row for row, _ in zip(Table(Source(name, head), ",").rows(), range(200), strict=False)]
    if rows and _columns(rows[0].cells):
        return Sniff(0.9, "the header has an address and a label column, and no amounts")
    lines = [row.cells[0].strip() for row in rows if row.cells and not row.cells[0].lstrip().startswith("#")]
    if rows and len(body) == 65536 and len(lines) > 1:
        lines.pop()  # the end of the head may cut a line
    if not lines:
        return NO
    share = sum(map(_looks, lines)) / len(lines)
    if share >= 0.8 or (named and all(len(line.split()) == 1 for line in lines)):
        return Sniff(0.93 if share >= 0.8 else 0.8, f"{share:.0%} of the first lines are addresses")
    return NO


@dataclass(frozen=True, slots=True)
class _Defaults:
    label: str
    category: str
    source: str
    date: str
    chain: str
    ticker: str


def _defaults(source: Source, parameters: Mapping[str, str], run: Run) -> _Defaults:
    label, category = parameters.get("label", ""), parameters.get("category", "")
    origin, date = parameters.get("source", ""), parameters.get("date", "")
    if date and not _DATE.match(date):
        raise Refusal("The parameter date: write it as YYYY-MM-DD.")
    try:
        chain = known_chain(parameters["chain"]).key if parameters.get("chain") else ""
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    named = _OFAC.search(source.name)
    ticker = NETWORKS.get(named.group(1).lower(), "") if named else ""
    if named and not (label and category and origin):
        label, category = label or "OFAC sanctioned address", category or "sanction"
        origin = origin or f"US Treasury OFAC SDN list, {source.name}"
        run.remark(
            "assumption", "The file name is that of an OFAC extract: its addresses are tagged as sanctioned by OFAC."
        )
    if not label:
        label = f"listed in {source.name}"[:200]
    if not origin:
        origin = source.name[:200]
    if not date:
        run.remark("warning", "The list states no date: give the date of the list, because lists change.")
    return _Defaults(label, category, origin, date, chain, ticker)


class _Tags:
    """Turns addresses into tag records."""

    def __init__(self, defaults: _Defaults, run: Run) -> None:
        self.defaults, self.run = defaults, run
        self.check = Checker()
        self.seen: set[tuple[str, str]] = set()

    def _chain(self, text: str, stated: str) -> str:
        defaults = self.defaults
        forms = addresses.recognise(text)
        wish = known_chain(stated).key if stated else defaults.chain or defaults.ticker
        if wish and (wish in forms or not forms or stated or wish in _UNCHECKED):
            if len(forms) > 1 and not stated and not defaults.chain:
                self.run.remark(
                    "assumption", f"Where the form fits several chains, the ticker in the file name decides: {wish}."
                )
            return wish
        if not forms:
            raise RowProblem(ADDRESS, f"not a valid address of any known chain: {text[:100]!r}")
        if len(forms) > 1:
            self.run.remark(
                "assumption", f"Addresses whose form fits several chains ({', '.join(forms[:6])}) belong to {forms[0]}."
            )
        return forms[0]

    def record(self, place: Place, text: str, fields: Mapping[str, str]) -> TagRecord:
        """One tag; ``RowProblem`` when the address is none."""
        text = text.strip()
        if not 10 <= len(text) <= 200:
            raise RowProblem(ADDRESS, f"not an address: {text[:100]!r}")
        chain = self._chain(text, fields.get("chain", "") or fields.get("network", ""))
        ref = self.check(chain, text)
        if ref == ZERO_EVM:
            raise RowProblem(ZERO_ADDRESS, "the zero address is never tagged: it stands for every mint and burn")
        date = fields.get("date", "") or self.defaults.date
        if not _DATE.match(date[:10]):
            date = ""
        return TagRecord(
            place, chain, "address", ref, fields.get("label", "") or self.defaults.label,
            fields.get("category", "") or self.defaults.category, fields.get("actor", ""), fields.get("confidence", ""),
            fields.get("source", "") or self.defaults.source, date[:10],
        )  # fmt: skip


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The tags of the list; lines that hold no valid address come out as bad rows."""
    tags = _Tags(_defaults(source, parameters, run), run)
    start = bytes(source.data[:4096]).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    total = 0
    for record in _from_json(source, tags, run) if start == b"[" else _from_lines(source, tags):
        total += 1
        yield record
    run.rows(total)
    if total == 0:
        run.remark("warning", "The list is empty.")
    if start != b"[" and ends_without_line_end(source):
        run.remark("warning", "The file does not end with a line end: its last line may be cut short.")


def _from_json(source: Source, tags: _Tags, run: Run) -> Iterator[Record]:
    text = text_of(source)
    for piece in elements(text, blank(text, 0)):
        if piece.index < 0:
            if piece.code:
                quarantine(source, piece, _JSON, run)
            continue
        place = Place(_JSON, piece.index, None, piece.start, piece.end - piece.start)
        if piece.code:
            yield bad(place, piece.code, piece.problem, raw_at(source, place))
            continue
        try:
            if not isinstance(piece.value, str):
                raise RowProblem(SHAPE, "not a text")
            yield tags.record(place, piece.value, {})
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))


def _from_lines(source: Source, tags: _Tags) -> Iterator[Record]:
    table = Table(source, ",")
    at: dict[str, int] | None = None
    first = True
    for row in table.rows():
        if first and not row.code:
            first = False
            at = _columns(row.cells)
            if at is not None:
                table.width = len(row.cells)
                continue
        if row.raw.lstrip()[:1] == b"#":
            continue
        place = Place(_CSV if at is not None else _LINE, row.number, None, row.offset, row.length)
        if row.code:
            yield bad(place, row.code, row.problem, row.raw)
            continue
        try:
            if at is None:
                if len(row.cells) > 2:
                    raise RowProblem(FIELDS, f"{len(row.cells)} fields instead of an address and a label")
                given = {"label": row.cells[1].strip()[:500]} if len(row.cells) == 2 else {}
                yield tags.record(place, row.cells[0], given)
            else:
                if len(row.cells) != table.width:
                    raise RowProblem(FIELDS, f"{len(row.cells)} fields instead of {table.width}")
                yield tags.record(
                    place, row.cells[at["address"]], {n: row.cells[i].strip()[:1000] for n, i in at.items() if n}
                )
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), row.raw)
