"""Reads GraphSense TagPacks and ActorPacks: YAML with a header whose fields every tag inherits.

Owns the packs' fields. An actor is an organisation without addresses: it is kept as an event, and tags name it. Only YAML events are used: no object is ever built from a YAML tag, and aliases are refused, so
a small file cannot grow large. The zero address is never tagged: it would label every mint and burn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain import addresses
from workstation.domain.chains import CHAINS
from workstation.domain.records import EventRecord, Place, Record, TagRecord
from workstation.sdk.attribution import day, details, event, short
from workstation.sdk.encoding import UTF8_BOM as BOM
from workstation.sdk.reader import (
    ADDRESS,
    CUT_OFF,
    DEPTH,
    MISSING,
    NETWORK,
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
)  # fmt: skip
from workstation.sdk.table import ends_without_line_end
from workstation.sdk.text import NETWORKS, ZERO_EVM, Checker, known_chain, transaction

STREAMS = ("/tags/{row}", "/actors/{row}")
_DEPTH = 64
_VALUE = 20_000
_TAGS = re.compile(rb"^tags[ \t]*:", re.MULTILINE)
_ACTORS = re.compile(rb"^actors[ \t]*:", re.MULTILINE)
_DEFINES = re.compile(rb"^header[ \t]*:[ \t]*\r?\n[ \t]+title[ \t]*:[ \t]*\r?\n", re.MULTILINE)
_TITLE = re.compile(rb"^(?:title|creator|label|header|lastmod)[ \t]*:", re.MULTILINE)
_KEY = re.compile(rb"^[A-Za-z_$][\w$-]*[ \t]*:(?:[ \t]|\r?$)", re.MULTILINE)
_SERVICE = "GraphSense ActorPack"
_SCHEMA = "This is a schema of GraphSense packs: it defines their fields and holds no tags"
_OTHER_YAML = "This is a YAML file, but no TagPack: it has no list named tags"
_TAXONOMY = "This is a GraphSense taxonomy: it explains the words of tags and holds no tags"
_TAXONOMIES = (b"id,label,description,level", b"label,id,description")
_ABOUT_PACK = ("title", "creator", "description", "owner", "is_public")


def sniff(head: bytes, name: str) -> Sniff:
    """By the list ``tags`` beside header fields; other YAML is named as what it is."""
    yamlish = name.lower().endswith((".yaml", ".yml"))
    if head.lstrip()[:1] in (b"{", b"["):
        return NO
    if _TAGS.search(head) and _TITLE.search(head):
        return Sniff(0.98, "YAML with a header and the list tags, as GraphSense TagPacks have")
    if head.partition(b"\n")[0].strip() in _TAXONOMIES:
        return Sniff(0.9, _TAXONOMY, _TAXONOMY)
    if _ACTORS.search(head) and _TITLE.search(head):
        return Sniff(0.95, "YAML with a header and the list actors, as GraphSense ActorPacks have")
    if _DEFINES.search(head) and (b"mandatory:" in head):
        return Sniff(0.9, _SCHEMA, _SCHEMA)
    if yamlish and _KEY.search(head) and b"\t" not in head[:200]:
        return Sniff(0.5, _OTHER_YAML, _OTHER_YAML)
    return NO


class _Offsets:
    """Character positions of YAML marks as byte positions of the file; asked in rising order."""

    def __init__(self, text: str, base: int) -> None:
        self._text, self._char, self._byte = text, 0, base

    def at(self, index: int) -> int:
        """The byte at which the character stands."""
        self._byte += len(self._text[self._char : index].encode("utf-8"))
        self._char = max(self._char, index)
        return self._byte


class _Pack:
    """Walks the events of one pack. ``entries`` gives (start, end, fields or None, problem)."""

    def __init__(self, text: str) -> None:
        import yaml  # only here: the module is loaded for every text to find out what it is

        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._yaml = yaml
        self._events = yaml.parse(text, Loader=loader)
        self.header: dict[str, str] = {}
        self.last = 0
        self.found = self.actors = False

    def _next(self) -> Any:
        event: Any = next(self._events)
        self.last = event.end_mark.index
        if isinstance(event, self._yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refusal("The YAML uses anchors and aliases, which can hide huge contents. They are not read.")
        if getattr(event, "tag", None) not in (None, "!"):
            raise Refusal("The YAML uses type tags or includes. They are not read.")
        return event

    def _node(self, event: Any, depth: int = 0) -> Any:
        """The node that starts with this event: text, list or mapping; duplicate keys raise."""
        if depth > _DEPTH:
            raise RowProblem(DEPTH, f"nested deeper than {_DEPTH} levels")
        if isinstance(event, self._yaml.ScalarEvent):
            return event.value[:_VALUE]
        if isinstance(event, self._yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(step := self._next(), self._yaml.SequenceEndEvent):
                items.append(self._node(step, depth + 1))
            return items
        fields: dict[str, Any] = {}
        problem = ""
        while not isinstance(step := self._next(), self._yaml.MappingEndEvent):
            key = self._node(step, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, str) or key in fields:
                problem = "a key appears twice" if isinstance(key, str) else "a key is not text"
            else:
                fields[key] = value
        if problem:
            fields[""] = problem
        return fields

    def entries(self) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
        """Every tag with its character span; header fields behind the list are not inherited."""
        event = self._next()
        while isinstance(event, self._yaml.StreamStartEvent | self._yaml.DocumentStartEvent):
            event = self._next()
        if not isinstance(event, self._yaml.MappingStartEvent):
            raise Refusal(_OTHER_YAML + ".")
        while not isinstance(key := self._next(), self._yaml.MappingEndEvent):
            name = self._node(key)
            value = self._next()
            if name not in ("tags", "actors"):
                made = self._node(value)
                if isinstance(name, str) and isinstance(made, str):
                    self.header[name] = made
                continue
            self.found, self.actors = True, name == "actors"
            if not isinstance(value, self._yaml.SequenceStartEvent):
                raise Refusal(f"The list named {name} of this YAML is no list.")
            while not isinstance(item := self._next(), self._yaml.SequenceEndEvent):
                start = item.start_mark.index
                made = self._node(item)
                yield start, self.last, made if isinstance(made, dict) else None


class _Tags:
    """Turns entries into tag records, with the header's fields for what they leave out."""

    def __init__(self, header: Mapping[str, str], fallback: str, run: Run) -> None:
        self.header, self.fallback, self.run = header, fallback, run
        self.check = Checker()

    def record(self, fields: Mapping[str, Any], place: Place) -> TagRecord:
        """One tag; ``RowProblem`` when it cannot be used."""
        if "" in fields:
            raise RowProblem(SHAPE, str(fields[""]))

        def text(name: str) -> str:
            value = fields.get(name, self.header.get(name, ""))
            return value.strip() if isinstance(value, str) and value.strip() not in ("null", "~") else ""

        ref, tx = text("address"), text("tx_hash")
        if not ref and not tx:
            raise RowProblem(MISSING, "the tag names neither an address nor a transaction")
        if not text("label"):
            raise RowProblem(MISSING, "the tag has no label")
        chain = self._chain(ref, text("network"), text("currency"))
        if ref:
            subject = "address"
            ref = self.check(chain, ref)
            if ref == ZERO_EVM:
                raise RowProblem(ZERO_ADDRESS, "the zero address is never tagged: it stands for every mint and burn")
        else:
            subject = "transaction"
            form = CHAINS[chain].form
            ref = transaction(tx, "evm") if form == "evm" else transaction(tx, "utxo")
        return TagRecord(
            place, chain, subject, ref, text("label"), text("abuse") or text("category") or self._concept(fields),  # type: ignore[arg-type]
            text("actor"), text("confidence"), text("source"), day(text("lastmod")),
        )  # fmt: skip

    def _concept(self, fields: Mapping[str, Any]) -> str:
        many = fields.get("concepts")
        return many[0] if isinstance(many, list) and many and isinstance(many[0], str) else ""

    def _chain(self, address: str, network: str, currency: str) -> str:
        for word in (network, currency):
            key = word.lower()
            found = key if key in CHAINS else NETWORKS.get(key)
            if found is not None:
                return found
        if self.fallback:
            return self.fallback
        forms = addresses.recognise(address) if address else ()
        if forms:
            self.run.remark(
                "assumption",
                f"Tags with the currency {currency or network or 'not stated'} belong to {forms[0]}, "
                "because their addresses have that form.",
            )
            return forms[0]
        raise RowProblem(NETWORK if network or currency else ADDRESS,
                         f"the chain is not known (currency {currency[:40]!r})")  # fmt: skip


def _actor(fields: Mapping[str, Any], place: Place, header: Mapping[str, str]) -> EventRecord:
    """One organisation as an account card; ``RowProblem`` when it has no id."""
    if "" in fields:
        raise RowProblem(SHAPE, str(fields[""]))
    name = short(fields.get("id"), 200)
    if not name or not short(fields.get("label")):
        raise RowProblem(MISSING, "the actor has no id or no label")
    inherited = [(key, value) for key, value in header.items() if key not in fields and key not in _ABOUT_PACK]
    told = details([*fields.items(), *inherited], ("id",))
    return event(place, "account", _SERVICE, told, account=name)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The tags of the pack; entries that cannot be used come out as bad rows."""
    import yaml

    raw = bytes(source.data)
    base = 0
    while raw.startswith(BOM, base):  # the YAML parser passes over every mark, so places must too
        base += len(BOM)
    try:
        text = raw[base:].decode("utf-8")
        fallback = known_chain(parameters["chain"]).key if parameters.get("chain") else ""
    except UnicodeDecodeError as problem:
        raise Refusal(f"The YAML is not valid UTF-8 text (byte {problem.start + base}).") from problem
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    offsets = _Offsets(text, base)
    try:
        pack = _Pack(text)
    except yaml.YAMLError as problem:
        raise Refusal("The file holds characters that YAML does not allow.") from problem
    tags = _Tags(pack.header, fallback, run)
    index, torn = 0, ""
    walk = pack.entries()
    while True:
        try:
            step = next(walk, None)
        except (yaml.YAMLError, StopIteration, RuntimeError) as problem:
            mark = getattr(problem, "problem_mark", None)
            torn = f"the YAML breaks off here{f' (line {mark.line + 1})' if mark else ''}"
            break
        except RowProblem as problem:
            torn = str(problem)
            break
        if step is None:
            break
        start = offsets.at(step[0])
        place = Place(int(pack.actors), index, None, start, offsets.at(step[1]) - start)
        index += 1
        if step[2] is None:
            yield bad(place, SHAPE, "the entry is no mapping", raw_at(source, place))
            continue
        try:
            yield _actor(step[2], place, pack.header) if pack.actors else tags.record(step[2], place)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    if torn:
        if not pack.found:
            raise Refusal(f"The file is no readable TagPack: {torn}.")
        start = offsets.at(0)
        yield bad(Place(int(pack.actors), index, None, start, len(raw) - start), CUT_OFF, torn, raw[start:])
        index += 1
    if not pack.found:
        raise Refusal(_OTHER_YAML + ".")
    run.rows(index)
    if index == 0:
        run.remark("warning", "The pack holds no tags.")
    if ends_without_line_end(source):
        run.remark("warning", "The file does not end with a line end: its last tag may be cut short.")
