"""Reads STIX 2.1 bundles and objects: wallets, transactions and patterns that name wallets.

Owns that shape. Wallets and transactions are objects of a community extension (new-sco). The name of a wallet is the
name of the actors, malware, campaigns or identities that the same file relates to it; without one it stays unnamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workstation.domain.chains import CHAINS
from workstation.domain.records import Place, Record, TransactionRecord, TransferRecord
from workstation.sdk.attribution import Tags, day, decimal_text, details, event, short, stated_chain
from workstation.sdk.jsonlists import ONE, records
from workstation.sdk.jsonscan import Piece, quarantine, text_of
from workstation.sdk.reader import (
    MISSING,
    NETWORK,
    NO,
    SHAPE,
    TRANSACTION,
    Refusal,
    RowProblem,
    Run,
    Sniff,
    Source,
    bad,
    raw_at,
)
from workstation.sdk.text import amount, known_chain, moment, transaction

STREAMS = ("/objects/{row}", "/objects/{row}, part {sub}", "/{row}", "/{row}, part {sub}", "/", "/ part {sub}")
_STREAM = {"objects": 0, "": 2, ONE: 4, "line": 2}
_WALLET = "cryptocurrency-wallet"
_WALLETS = (_WALLET, "x-cryptocurrency-wallet", "x-cryptocurrency-address")
_TRANSACTION = "cryptocurrency-transaction"
_NAMED = ("threat-actor", "intrusion-set", "campaign", "malware", "tool", "identity", "incident", "infrastructure")
_ACTORS = ("threat-actor", "intrusion-set", "identity")
_THROUGH = ("indicator", "observed-data", "sighting", "relationship", *_WALLETS)
_SCHEMA = "This is a JSON schema of a STIX object: it defines a form and holds no data"
_DEFINITION = "This is the definition of a STIX extension: it names no wallet and no transaction"
_STIX = re.compile(rb'"spec_version"\s*:\s*"2\.')
_BUNDLE = re.compile(rb'"type"\s*:\s*"bundle"')
_KIND = re.compile(rb'"type"\s*:\s*"([a-z0-9-]{3,60})"')
_PATTERN = re.compile(r"(?:x-)?cryptocurrency-(?:wallet|address):value\s*(?:=\s*'((?:[^'\\]|\\.)*)'|IN\s*\(([^)]*)\))")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_HOPS, _WIDE = 8, 2000  # a relationship is an object of its own, so it counts as a step


def sniff(head: bytes, name: str) -> Sniff:
    """By the type bundle or the key spec_version; schemas and extension definitions are named as what they are."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"["):
        return NO
    if b'"$schema"' in head and b"cti-stix2-json-schemas" in head:
        return Sniff(0.95, _SCHEMA, _SCHEMA)
    if _BUNDLE.search(head) and b'"objects"' in head:
        return Sniff(0.97, "JSON of the type bundle with objects, as STIX 2 is exchanged")
    if _STIX.search(head):
        kinds = {kind.decode() for kind in _KIND.findall(head)}
        if start == b"{" and kinds == {"extension-definition"}:
            return Sniff(0.95, _DEFINITION, _DEFINITION)
        if start == b"{" and len(kinds) == 1 and not kinds & {_TRANSACTION, "indicator", *_WALLETS}:
            what = f"This is one STIX object of the type {min(kinds)}: it names no wallet and no transaction"
            return Sniff(0.95, what, what)
        return Sniff(0.95, "JSON with spec_version 2, an object of STIX")
    return NO


@dataclass(slots=True)
class _Object:
    """One object with its place in the file."""

    name: str
    piece: Piece
    value: dict[str, Any]

    def place(self, sub: int | None = None) -> Place:
        """The place of the object, or of a part of it."""
        row = max(self.piece.index, 0)
        stream = _STREAM[self.name] + (sub is not None)
        return Place(stream, row, sub, self.piece.start, self.piece.end - self.piece.start)


def _ids(value: Mapping[str, Any]) -> list[str]:
    """The ids an object refers to."""
    found: list[str] = []
    for key in ("source_ref", "target_ref", "holder_ref", "exchange_ref", "sighting_of_ref"):
        if isinstance(value.get(key), str):
            found.append(value[key])
    for key in ("object_refs", "observed_data_refs", "where_sighted_refs"):
        if isinstance(value.get(key), list) and value.get("type") != "report":
            found += [item for item in value[key] if isinstance(item, str)]
    return found


class _Graph:
    """What the objects of one file say about each other."""

    def __init__(self, objects: list[_Object]) -> None:
        self.by_id: dict[str, dict[str, Any]] = {}
        self.near: dict[str, list[str]] = {}
        for item in objects:
            if isinstance(item.value.get("id"), str):
                self.by_id.setdefault(item.value["id"], item.value)
        for number, item in enumerate(objects):
            own = item.value.get("id")
            own = own if isinstance(own, str) else f"#{number}"
            for other in _ids(item.value):
                self.near.setdefault(own, []).append(other)
                self.near.setdefault(other, []).append(own)

    def named(self, start: str) -> list[dict[str, Any]]:
        """Named objects related to one, the nearest first; only relations and sightings are passed through.

        Where no actor, malware or the like is named, the names of related indicators have to do.
        """
        seen, level, found = {start}, [start], list[dict[str, Any]]()
        indicators: list[dict[str, Any]] = []
        for _ in range(_HOPS):
            further: list[str] = []
            for own in level:
                for other in self.near.get(own, ()):
                    if other in seen or len(seen) > _WIDE:
                        continue
                    seen.add(other)
                    value = self.by_id.get(other, {})
                    kind = value.get("type")
                    if kind in _NAMED and isinstance(value.get("name"), str) and value["name"].strip():
                        found.append(value)
                    elif kind in _THROUGH and kind not in _WALLETS:
                        further.append(other)
                        if kind == "indicator" and isinstance(value.get("name"), str) and value["name"].strip():
                            indicators.append(value)
            level = further
        return found or indicators


def _category(value: Mapping[str, Any]) -> str:
    for key in ("indicator_types", "threat_actor_types", "malware_types", "infrastructure_types", "labels", "roles"):
        many = value.get(key)
        if isinstance(many, list) and many and isinstance(many[0], str):
            return short(many[0])
    return ""


class _Reader:
    """Turns the objects of one file into records."""

    def __init__(self, objects: list[_Object], chain: str, name: str, run: Run) -> None:
        self.graph = _Graph(objects)
        self.tags = Tags(run, chain)
        self.run, self.name = run, name
        self.wish: dict[str, str] = {}
        for item in objects:
            if item.value.get("type") == _TRANSACTION and isinstance(item.value.get("symbol"), str):
                for leg in _legs(item.value):
                    if isinstance(leg.get("address_ref"), str):
                        self.wish[leg["address_ref"]] = item.value["symbol"]

    def records(self, item: _Object) -> list[Record] | None:
        """The records of one object, or None when its type says nothing about money."""
        kind = item.value.get("type")
        if kind in _WALLETS:
            return self._wallet(item)
        if kind == _TRANSACTION:
            return self._transaction(item)
        if kind == "indicator":
            return self._indicator(item)
        return None

    def _tags(self, item: _Object, text: object, word: str, fallback: dict[str, Any], sub: int | None) -> list[Record]:
        chain, ref = self.tags.address(text, word)
        own = str(item.value.get("id", ""))
        source = f"STIX {own} ({self.name})" if own else f"STIX ({self.name})"
        named = self.graph.named(own) if own else []
        made: list[Record] = []
        for value in named or [fallback]:
            kind = str(value.get("type", ""))
            named_so = short(value.get("name"))
            made.append(
                self.tags.tag(
                    item.place(sub), chain, ref, named_so or "named by no object of the STIX file",
                    category=_category(fallback) or _category(value) or (kind if named_so else ""),
                    actor=named_so if kind in _ACTORS else "", source=source,
                    date=day(fallback.get("valid_from")) or day(value.get("modified") or value.get("created")),
                )
            )  # fmt: skip
        return made

    def _wallet(self, item: _Object) -> list[Record]:
        value = item.value.get("value", item.value.get("address"))
        word = item.value.get("symbol", item.value.get("currency", self.wish.get(str(item.value.get("id")), "")))
        return self._tags(item, value, word if isinstance(word, str) else "", {}, None)

    def _indicator(self, item: _Object) -> list[Record] | None:
        pattern = item.value.get("pattern")
        if not isinstance(pattern, str):
            return None
        found: list[str] = []
        for match in _PATTERN.finditer(pattern[:100_000]):
            many = [match[1]] if match[1] is not None else _QUOTED.findall(match[2])
            found += [re.sub(r"\\(.)", r"\1", text) for text in many]
        if not found:
            return None
        made: list[Record] = []
        for sub, text in enumerate(found):
            made += self._tags(item, text, "", item.value, sub)
        return made

    def _transaction(self, item: _Object) -> list[Record]:
        value = item.value
        if not isinstance(value.get("symbol"), str):
            raise RowProblem(MISSING, "the transaction states no symbol")
        chain = known_chain(value["symbol"])
        if chain.key == "stated":
            raise RowProblem(NETWORK, "stated is no chain of a transaction")
        try:
            tx = transaction(value.get("value"), "evm" if chain.form == "evm" else "utxo")
        except RowProblem as problem:
            raise RowProblem(
                TRANSACTION, f"the value of the transaction is no transaction id: {str(value.get('value'))[:80]!r}"
            ) from problem
        stated = value.get("execution_time")
        time = moment(stated, None) if isinstance(stated, str) else None
        shown = short(stated, 200)
        made: list[Record] = [
            TransactionRecord(item.place(), chain.key, tx, None, None, time, "stated", shown, "ok"),
            event(item.place(), "other", "STIX", details(value), chain=chain.key, tx=tx, time=time, time_text=shown),
        ]
        inputs, outputs = _side(value, "input"), _side(value, "output")
        head = (chain.key, tx, time, shown)
        if chain.model == "utxo":
            for sub, leg in enumerate(inputs):
                made.append(self._leg(item.place(sub), head, "input", leg, None))
            for sub, leg in enumerate(outputs, len(inputs)):
                made.append(self._leg(item.place(sub), head, "output", None, leg))
        elif len(inputs) <= 1:
            for sub, leg in enumerate(outputs):
                made.append(self._leg(item.place(sub), head, "native", inputs[0] if inputs else None, leg))
        else:
            raise RowProblem(SHAPE, f"a transaction of {chain.key} with several senders")
        return made

    def _owner(self, chain: str, leg: Mapping[str, Any] | None) -> str | None:
        wallet = self.graph.by_id.get(str(leg.get("address_ref"))) if leg is not None else None
        value = (wallet or {}).get("value", (wallet or {}).get("address"))
        if leg is not None and not isinstance(value, str):
            self.run.remark("warning", "Some wallets of transactions are not in the file: their addresses are unknown.")
        return self.tags.check(chain, value) if isinstance(value, str) else None

    def _leg(
        self, place: Place, head: tuple[str, str, int | None, str], kind: Any, sender: Mapping[str, Any] | None,
        receiver: Mapping[str, Any] | None,
    ) -> TransferRecord:  # fmt: skip
        chain, tx, time, shown = head
        known = CHAINS[chain]
        money = sender if kind == "input" else receiver
        stated = money.get("amount") if money is not None else None
        units = None if stated is None else amount(decimal_text(stated), known.decimals)
        return TransferRecord(
            place=place, chain=chain, tx=tx, block=None, position=None, time=time, time_basis="stated", time_text=shown,
            kind=kind, index=None, sender=self._owner(chain, sender), receiver=self._owner(chain, receiver), contract="",
            symbol=known.symbol, decimals=known.decimals, amount=units, amount_text="",
            absent="unknown" if units is None else None, previous_tx="", previous_index=None, script="", sequence=None,
        )  # fmt: skip


def _side(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    many = value.get(name, [])
    if not isinstance(many, list) or not all(isinstance(leg, dict) for leg in many):
        raise RowProblem(SHAPE, f"the list {name} of the transaction is no list of objects")
    return many


def _legs(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    many = [value.get("input"), value.get("output")]
    return [leg for side in many if isinstance(side, list) for leg in side if isinstance(leg, dict)]


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """Tags of wallets and patterns, transfers of transactions; every other object is counted by its type."""
    chain = stated_chain(parameters)
    text = text_of(source)
    head: dict[str, Any] = {}
    objects: list[_Object] = []
    broken: list[Record] = []
    total = 0
    for name, piece in records(text, frozenset(("objects",)), head):
        name = name if name in _STREAM else ""
        total += piece.index >= 0
        if not piece.code and isinstance(piece.value, dict):
            objects.append(_Object(name, piece, piece.value))
        elif piece.code:
            made = quarantine(source, piece, _STREAM[name], run)
            broken += [made] if made is not None else []
        else:
            place = Place(_STREAM[name], piece.index, None, piece.start, piece.end - piece.start)
            broken.append(bad(place, SHAPE, "not an object", raw_at(source, place)))
    if "$schema" in head or (len(objects) == 1 and "$schema" in objects[0].value):
        raise Refusal(_SCHEMA + ".")
    kinds = {str(item.value.get("type")) for item in objects}
    if (
        not any(isinstance(item.value.get("id"), str) and "--" in item.value["id"] for item in objects)
        and not broken
        and head.get("type") != "bundle"
    ):
        raise Refusal("This JSON is no STIX: no object has a type and an id of STIX.")
    if len(objects) == 1 and not kinds & {_TRANSACTION, "indicator", *_WALLETS} and head.get("type") != "bundle":
        if kinds == {"extension-definition"}:
            raise Refusal(_DEFINITION + ".")
        raise Refusal(f"This is one STIX object of the type {min(kinds)[:60]}: it names no wallet and no transaction.")
    reader = _Reader(objects, chain, short(source.name, 200), run)
    given = 0
    for item in objects:
        try:
            made_here = reader.records(item)
        except RowProblem as problem:
            place = item.place()
            yield bad(place, problem.code, str(problem), raw_at(source, place))
            continue
        if made_here is None:
            run.skipped(f"STIX objects of the type {short(item.value.get('type'), 60) or 'not stated'}")
        else:
            given += 1
            yield from made_here
    yield from broken
    run.rows(total)
    if not given:
        run.remark("warning", "The file names no usable wallet, transaction or pattern with a wallet.")
