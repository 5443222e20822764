"""Reads saved graphs and notes of the GraphSense dashboard (.gs).

Owns that form, as the dashboard's public source writes it: JSON, Base64, LZW, every code as four bytes. Three layouts:
``pathfinder`` (version 1), graphs of dashboard 1.x, and graphs and notes of dashboard 0.4 and 0.5. What the user wrote
becomes tags; every other address or transaction on the graph is a mention. There are no amounts in these files.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import CHAINS
from workstation.domain.records import MentionRecord, Place, Record
from workstation.sdk.attribution import Tags, details, event, short
from workstation.sdk.jsonscan import blank, value_at
from workstation.sdk.reader import ADDRESS, NETWORK, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad
from workstation.sdk.text import known_chain, transaction

STREAMS = ("unpacked address {row}", "unpacked transaction {row}", "unpacked annotation {row}", "unpacked entity {row}")
_HEAD = (b"W\0\0\0y\0\0\0J\0\0\0", b"W\0\0\0y\0\0\0I\0\0\0")
_LIMIT = 64 << 20
_SERVICE = "GraphSense dashboard"
_OTHER = "The file is no saved graph of the GraphSense dashboard"
_TX_PART = re.compile(r"_[A-Za-z]?[0-9]+\Z")


def sniff(head: bytes, name: str) -> Sniff:
    """By the first three codes: the Base64 of a JSON list that starts with a text, four bytes each."""
    if head[:12] in _HEAD:
        return Sniff(0.97, "packed as the GraphSense dashboard saves its graphs")
    return NO


def unpack(data: bytes) -> str:
    """The JSON text behind the packing; ``Refusal`` when it is not packed so, or too large when unpacked."""
    if len(data) < 12 or len(data) % 4:
        raise Refusal(f"{_OTHER}: its length is no multiple of four bytes.")
    numbers = struct.unpack(f"<{len(data) // 4}I", data)
    words = [bytes((byte,)) for byte in range(256)]
    if numbers[0] > 255:
        raise Refusal(f"{_OTHER}: it does not start like one.")
    last = words[numbers[0]]
    parts, size = [last], 1
    for code in numbers[1:]:
        if code < len(words):
            word = words[code]
        elif code == len(words):
            word = last + last[:1]
        else:
            raise Refusal(f"{_OTHER}, or it is damaged: a code is out of order.")
        size += len(word)
        if size > _LIMIT or len(words) > 8_000_000:
            raise Refusal(f"The saved graph is larger than {_LIMIT >> 20} MiB when unpacked.")
        parts.append(word)
        words.append(last + word[:1])
        last = word
    try:
        return base64.b64decode(b"".join(parts), validate=True).decode("latin-1")
    except (binascii.Error, ValueError) as problem:
        raise Refusal(f"{_OTHER}, or it is damaged: what is packed is no Base64.") from problem


class _Saved:
    """Turns one saved graph into records. All of them stand for the whole file, because it is packed as one."""

    def __init__(self, source: Source, run: Run, title: str) -> None:
        self.size, self.run = source.size, run
        self.tags = Tags(run)
        self.title = title
        self.source = short(f"{_SERVICE}: {source.name}")
        self.raw = bytes(source.data[:64])
        self.rows = [0] * len(STREAMS)

    def place(self, stream: int) -> Place:
        """The place of the next item of a kind."""
        self.rows[stream] += 1
        return Place(stream, self.rows[stream] - 1, None, 0, self.size)

    def bad(self, place: Place, problem: RowProblem, item: object) -> Record:
        """An item that cannot be used, with its unpacked text in the reason."""
        place = Place(place.stream, place.row, None, 0, len(self.raw))
        return bad(place, problem.code, f"{problem}: {short(item, 300)}", self.raw)

    def chain(self, network: object) -> str:
        """The chain of a network of GraphSense."""
        if not isinstance(network, str) or known_chain(network).key == "stated":
            raise RowProblem(NETWORK, f"unknown network {str(network)[:40]!r}")
        return known_chain(network).key

    def mention(self, network: object, ref: object, *, tx: bool) -> Record:
        """An address or transaction that is only drawn."""
        place = self.place(1 if tx else 0)
        try:
            chain = self.chain(network)
            found = _transaction(chain, ref) if tx else self.tags.check(chain, str(ref))
        except RowProblem as problem:
            return self.bad(place, problem, [network, ref])
        kind: Any = "transaction" if tx else "address"
        return MentionRecord(place, kind, found, (chain,), short(f"{_SERVICE} graph {self.title}".strip(), 200))

    def labelled(self, network: object, ref: object, tag: Mapping[str, Any]) -> Record:
        """What the user wrote on an address or transaction."""
        place = self.place(2)
        label = short(tag.get("label") or tag.get("note"))
        try:
            chain = self.chain(network)
            if not label or not isinstance(ref, str):
                raise RowProblem(SHAPE, "no label or no address")
            more = {
                "category": short(tag.get("abuse") or tag.get("category")),
                "source": short("; ".join(x for x in (self.source, short(tag.get("source"), 500)) if x)),
            }
            try:
                return self.tags.tag(place, chain, self.tags.check(chain, ref), label, **more)
            except RowProblem as problem:
                try:
                    return self.tags.transaction_tag(place, chain, _transaction(chain, ref), label, **more)
                except RowProblem:
                    raise problem from None
        except RowProblem as problem:
            return self.bad(place, problem, [network, ref, label])

    def entity(self, network: object, number: object, root: object, note: str) -> Iterator[Record]:
        """An entity (cluster) on the graph: its root address when stated; never spread to other addresses."""
        if isinstance(root, str) and root:
            yield self.mention(network, root, tx=False)
        told = details((("network", network), ("entity", number), ("root address", root), ("note", note)))
        yield event(self.place(3), "other", _SERVICE, told)

    # --- layouts ----------------------------------------------------------------------------------------------

    def pathfinder(self, data: list[Any]) -> Iterator[Record]:
        """["pathfinder", version, name, addresses, transactions, annotations, …]."""
        for item in _list(data, 3):
            network, ref = _pair(_first(item))
            yield self.mention(network, ref, tx=False)
        for item in _list(data, 4):
            network, ref = _pair(_first(item))
            yield self.mention(network, ref, tx=True)
        for item in _list(data, 5):
            network, ref = _pair(_first(item))
            text = item[1] if isinstance(item, list) and len(item) > 1 else ""
            if isinstance(text, str) and text.strip():
                yield self.labelled(network, ref, {"label": text})
            else:
                self.run.skipped("annotations that are only a colour")

    def graph(self, data: list[Any]) -> Iterator[Record]:
        """[version, addresses, entities, highlights] of dashboard 1.x."""
        for item in _list(data, 1):
            key = _first(item)
            network, ref = (key[0], key[2]) if isinstance(key, list) and len(key) > 2 else (None, None)
            yield self.mention(network, ref, tx=False)
            tag = item[3] if isinstance(item, list) and len(item) > 3 else None
            if isinstance(tag, list) and tag:
                named = dict(zip(("label", "source", "category", "abuse"), tag, strict=False))
                yield self.labelled(network, ref, named)
        for item in _list(data, 2):
            key = _first(item)
            network, number = (key[0], key[2]) if isinstance(key, list) and len(key) > 2 else (None, None)
            root = item[1] if isinstance(item, list) and len(item) > 1 and isinstance(item[1], str) else ""
            yield from self.entity(network, number, root, "")

    def store(self, data: list[Any]) -> Iterator[Record]:
        """[version, [addresses, entities, …], …] of dashboard 0.4 and 0.5, graphs and notes."""
        inner = data[1] if len(data) > 1 and isinstance(data[1], list) else []
        for item in _list(inner, 0):
            if isinstance(item, dict):
                network, ref = item.get("keyspace"), item.get("id")
                yield self.mention(network, ref, tx=False)
                for tag in item.get("tags") if isinstance(item.get("tags"), list) else []:  # type: ignore[union-attr]
                    if isinstance(tag, dict) and tag.get("isUserDefined") is True:
                        yield self.labelled(network, ref, tag)
                if isinstance(item.get("notes"), str) and item["notes"].strip():
                    yield self.labelled(network, ref, {"note": item["notes"]})
            else:
                key, note = _pair(item)
                network, _, ref = str(key).partition("|")
                yield self.mention(network, ref, tx=False)
                if isinstance(note, str) and note.strip():
                    yield self.labelled(network, ref, {"note": note})
        for item in _list(inner, 1):
            if isinstance(item, dict):
                yield from self.entity(item.get("keyspace"), item.get("id"), "", short(item.get("notes")))
            else:
                key, note = _pair(item)
                network, _, number = str(key).partition("|")
                yield from self.entity(network, number, "", short(note))


def _transaction(chain: str, ref: object) -> str:
    """A transaction id of a chain; GraphSense adds the number of the transfer behind an underscore."""
    text = _TX_PART.sub("", ref) if isinstance(ref, str) else ""
    evm = CHAINS[chain].form == "evm"
    if evm and not text.startswith("0x"):
        text = "0x" + text
    if len(text) > 100:
        raise RowProblem(ADDRESS, "not a transaction id")
    return transaction(text, "evm" if evm else "utxo")


def _list(data: list[Any], index: int) -> list[Any]:
    many = data[index] if len(data) > index else []
    return many if isinstance(many, list) else []


def _first(item: Any) -> Any:
    return item[0] if isinstance(item, list) and item else None


def _pair(key: Any) -> tuple[Any, Any]:
    return (key[0], key[1]) if isinstance(key, list) and len(key) > 1 else (None, None)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """Tags for what the user wrote, mentions for the rest of the graph."""
    text = unpack(bytes(source.data))
    piece = value_at(text, blank(text, 0))
    if piece.code or not isinstance(piece.value, list) or not piece.value or not isinstance(piece.value[0], str):
        raise Refusal(f"{_OTHER}: what is packed is no list with a version ({piece.problem or 'no list'}).")
    data, version = piece.value, piece.value[0]
    title = short(data[2], 100) if version == "pathfinder" and len(data) > 2 else f"of version {short(version, 20)}"
    saved = _Saved(source, run, title)
    if version == "pathfinder":
        if data[1:2] != ["1"]:
            run.remark("warning", "The graph states another version of its layout than 1: look at it with care.")
        yield from saved.pathfinder(data)
    elif version.startswith("0."):
        yield from saved.store(data)
    elif re.match(r"[1-9][0-9]*\.", version):
        yield from saved.graph(data)
    else:
        raise Refusal(f"{_OTHER} of a known version ({short(version, 40)!r}).")
    run.rows(sum(saved.rows))
    if not sum(saved.rows):
        run.remark("warning", "The saved graph is empty.")
