"""Reads an Etherscan Flow case: nodes with labels and roles, edges with amounts.

Owns that shape (published schema, version 1). An edge may sum several movements and several transactions, so it is
never a transfer of the ledger: it is a stated movement between two ledger addresses, and an event with all its fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from workstation.domain.chains import CHAINS
from workstation.domain.records import EventRecord, Place, Record, TransferRecord
from workstation.sdk.attribution import Tags, day, decimal_text, details, event, short
from workstation.sdk.jsonlists import records
from workstation.sdk.jsonscan import Piece, quarantine, text_of
from workstation.sdk.reader import MISSING, NETWORK, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.text import ZERO_EVM, Checker, moment, transaction

STREAMS = ("/nodes/{row}", "/edges/{row}")
_CHAINS: Mapping[int, str] = MappingProxyType(
    {1: "ethereum", 10: "optimism", 56: "bsc", 61: "ethereum-classic", 100: "gnosis", 137: "polygon", 250: "fantom",
     8453: "base", 42161: "arbitrum", 43114: "avalanche"}
)  # fmt: skip
_KEYS = tuple(re.compile(rb'"' + key + rb'"\s*:') for key in (b"nodes", b"schemaVersion", b"chainid", b"role"))
_NO_MONEY = frozenset(("approve", "contract_call"))
_SERVICE = "Etherscan Flow"


def sniff(head: bytes, name: str) -> Sniff:
    """By the keys nodes, schemaVersion, chainid and role of the published schema."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"{":
        return NO
    if all(key.search(head) for key in _KEYS):
        return Sniff(0.96, "JSON with nodes, roles, chainid and schemaVersion, as Etherscan Flow saves a case")
    return NO


def _chain(value: Mapping[str, Any]) -> str:
    number = value.get("chainid")
    chain = _CHAINS.get(number) if isinstance(number, int) and not isinstance(number, bool) else None
    if chain is None:
        raise RowProblem(NETWORK, f"unknown chain number {str(number)[:20]!r}")
    return chain


class _Case:
    """Turns nodes and edges into records; nodes come first, because edges name them by their id."""

    def __init__(self, run: Run, source: str, date: str) -> None:
        self.tags, self.check = Tags(run), Checker()
        self.source, self.date = source, date
        self.nodes: dict[str, tuple[str, str]] = {}
        self.symbols: dict[str, str] = {}

    def node(self, value: Any, place: Place) -> list[Record]:
        """Tag and balance of a node."""
        if not isinstance(value, dict) or not isinstance(value.get("address"), str):
            raise RowProblem(SHAPE, "not a node with an address")
        chain = _chain(value)
        ref = self.check(chain, value["address"])
        if isinstance(value.get("id"), str):
            self.nodes[value["id"]] = (chain, ref)
        made: list[Record] = []
        label, role = short(value.get("label")), short(value.get("role"))
        if ref != ZERO_EVM and (label or role):
            made.append(
                self.tags.tag(place, chain, ref, label or role, category=role, confidence="heuristic",
                              source=self.source, date=self.date)
            )  # fmt: skip
        more: dict[str, Any] = {"chain": chain, "address": ref}
        if value.get("balance") is not None:
            more |= {"symbol": CHAINS[chain].symbol, "amount_text": decimal_text(value["balance"])}
        told = details(value, ("id", "address", "chainid", "x", "y"))
        made.append(event(place, "balance" if "symbol" in more else "other", _SERVICE, told, **more))
        return made

    def _end(self, name: object) -> tuple[str, str]:
        found = self.nodes.get(name) if isinstance(name, str) else None
        if found is None:
            raise RowProblem(MISSING, "the edge names a node that is not in the file")
        return found

    def edge(self, value: Any, place: Place) -> list[Record]:
        """The movement of an edge as it is stated, and all its fields."""
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "not an edge")
        chain = _chain(value)
        (from_chain, sender), (to_chain, receiver) = self._end(value.get("source")), self._end(value.get("target"))
        tx = transaction(value.get("txhash"), "evm")
        stated = value.get("timestamp")
        time = moment(stated, None) if isinstance(stated, str) else None
        text = decimal_text(value["amount"]) if value.get("amount") is not None else ""
        symbol = short(value.get("token"), 200) or ("" if value.get("token_address") else CHAINS[chain].symbol)
        told = EventRecord(
            place, "transfer", _SERVICE, "", time, "stated", short(stated, 200), "out", symbol if text else "", text,
            "", "", chain, tx, sender, f"{to_chain}:{receiver}", "ok", details(value, ("source", "target")),
        )  # fmt: skip
        if not text or str(value.get("type")) in _NO_MONEY or ZERO_EVM in (sender, receiver):
            return [told]
        return [
            told,
            TransferRecord(
                place=place, chain="stated", tx="", block=None, position=None, time=time, time_basis="stated",
                time_text=short(stated, 200), kind="stated", index=None, sender=f"{from_chain}:{sender}",
                receiver=f"{to_chain}:{receiver}", contract="", symbol=symbol, decimals=None, amount=None,
                amount_text=text, absent=None, previous_tx="", previous_index=None, script="", sequence=None,
            ),
        ]  # fmt: skip


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """Tags of nodes, stated movements of edges."""
    text = text_of(source)
    head: dict[str, Any] = {}
    edges: list[Piece] = []
    nodes: list[Piece] = []
    for name, piece in records(text, frozenset(("nodes", "edges")), head):
        if name == "nodes":
            nodes.append(piece)
        elif name == "edges":
            edges.append(piece)
        elif piece.code:
            broken = quarantine(source, piece, 0, run)
            if broken is not None:
                yield broken
        else:
            raise Refusal("This JSON is no Etherscan Flow case: it has no lists of nodes and edges.")
    if not nodes and not edges and "schemaVersion" not in head:
        raise Refusal("This JSON is no Etherscan Flow case: it has no lists of nodes and edges.")
    if head.get("schemaVersion", 1) != 1:
        run.remark("warning", "The case states another version of its schema than 1: look at the result with care.")
    stated = head.get("_meta")
    about: dict[str, Any] = stated if isinstance(stated, dict) else {}
    case = _Case(
        run, short(f"{_SERVICE}: {short(head.get('name'), 200)} ({source.name})"), day(about.get("created_at"))
    )
    for stream, pieces in ((0, nodes), (1, edges)):
        for piece in pieces:
            if piece.code:
                broken = quarantine(source, piece, stream, run)
                if broken is not None:
                    yield broken
                continue
            place = Place(stream, piece.index, None, piece.start, piece.end - piece.start)
            try:
                yield from (case.node if stream == 0 else case.edge)(piece.value, place)
            except RowProblem as problem:
                yield bad(place, problem.code, str(problem), raw_at(source, place))
    run.rows(len(nodes) + len(edges))
    run.remark("warning", "Roles, labels and edges of a Flow case are another investigator's inference: an edge may "
                          "sum several transactions. Import the ledger data before you rely on them.")  # fmt: skip
