"""Owns clustering of UTXO addresses by common spending and change, with its safeguards (semantics 6.1 to 6.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workstation.analysis.trace.change import RULES, first_seen, view
from workstation.analysis.trace.ledger import Chain, bad_ledger

Reason = Literal["multi_input", "change"]
Refusal = Literal["tag_conflict", "size_limit"]


@dataclass(frozen=True, slots=True)
class ClusterRules:
    """Choices of a run.

    Attributes:
        change: name of a change rule, or None for no change links.
        exclude_coinjoin: a transaction of any CoinJoin class gives no link.
        exclusive_tags: address -> name of its owner; clusters of different owners are not united.
        removed: links (txid, a, b) that an analyst took out.
        change_merge_limit: a change link does not unite two clusters of at least so many addresses; None = no limit.
    """

    change: str | None = None
    exclude_coinjoin: bool = True
    exclusive_tags: Mapping[str, str] = field(default_factory=dict)
    change_merge_limit: int | None = 50
    removed: frozenset[tuple[str, str, str]] = frozenset()


USUAL = ClusterRules()


@dataclass(frozen=True, slots=True)
class Link:
    """One link between two addresses that was made, or refused for a reason. ``new``: it united two clusters."""

    txid: str
    a: str
    b: str
    reason: Reason
    refused: Refusal | None = None
    new: bool = True


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters with the evidence for every link.

    Attributes:
        clusters: sorted addresses, sorted; every address of the ledger is in one.
        coinjoin: txid -> class. change: txid -> number of the output found by the rule.
        links: every link that was made, in total order. refused: links that the safeguards refused.
    """

    clusters: tuple[tuple[str, ...], ...]
    coinjoin: dict[str, str]
    change: dict[str, int]
    links: tuple[Link, ...]
    refused: tuple[Link, ...]


class Union:
    """Sets of addresses that can be united; knows the size of each set and the tag it holds."""

    __slots__ = ("parent", "size", "tag")

    def __init__(self, tags: Mapping[str, str]) -> None:
        self.parent: dict[str, str] = {}
        self.size: dict[str, int] = {}
        self.tag: dict[str, str] = dict(tags)

    def add(self, name: str) -> None:
        """A set of its own, when the name is new."""
        if name not in self.parent:
            self.parent[name] = name
            self.size[name] = 1

    def find(self, name: str) -> str:
        """The name that stands for a set."""
        parent = self.parent
        while parent[name] != name:
            parent[name] = name = parent[parent[name]]
        return name

    def refusal(self, a: str, b: str, limit: int | None) -> Refusal | None:
        """Why the sets of two representatives must not be united: tags first, then size."""
        mine, other = self.tag.get(a), self.tag.get(b)
        if mine is not None and other is not None and mine != other:
            return "tag_conflict"
        if limit is not None and min(self.size[a], self.size[b]) >= limit:
            return "size_limit"
        return None

    def unite(self, a: str, b: str) -> None:
        """Unite the sets of two representatives."""
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size.pop(b)
        if b in self.tag:
            self.tag.setdefault(a, self.tag.pop(b))

    def sets(self) -> tuple[tuple[str, ...], ...]:
        """All sets, each sorted, in order of their smallest names."""
        found: dict[str, list[str]] = {}
        for name in sorted(self.parent):
            found.setdefault(self.find(name), []).append(name)
        return tuple(sorted(map(tuple, found.values())))


def cluster(chain: Chain, rules: ClusterRules = USUAL) -> Clusters:
    """Unite addresses that spend together, and with the change output when a rule names exactly one.

    Raises:
        WorkstationError: the change rule does not exist.
    """
    if rules.change is not None and rules.change not in RULES:
        what = f"there is no change rule {rules.change[:40]!r}"
        raise bad_ledger("WS-TRC-012", what, f"choose one of: {', '.join(RULES)}")
    first = first_seen(chain)
    union = Union(rules.exclusive_tags)
    for address in first:
        union.add(address)
    coinjoin: dict[str, str] = {}
    change: dict[str, int] = {}
    made: list[Link] = []
    refused: list[Link] = []

    def link(txid: str, a: str, b: str, reason: Reason, limit: int | None) -> None:
        if a == b or (txid, a, b) in rules.removed:
            return
        left, right = union.find(a), union.find(b)
        if left == right:
            made.append(Link(txid, a, b, reason, new=False))
            return
        why = union.refusal(left, right, limit)
        (refused if why else made).append(Link(txid, a, b, reason, why))
        if not why:
            union.unite(left, right)

    for tx in chain.order:
        if tx.coinbase:
            continue
        seen = view(chain, tx, first)
        if seen.shape.name:
            coinjoin[tx.txid] = seen.shape.name
            if rules.exclude_coinjoin:
                continue
        owners = [address for address in seen.addresses if address is not None]
        for other in owners[1:]:
            link(tx.txid, owners[0], other, "multi_input", None)
        found = RULES[rules.change](seen) if rules.change is not None else frozenset()
        if len(found) == 1:
            change[tx.txid] = (number := next(iter(found)))
            kept = tx.outputs[number].address
            if owners and kept is not None:
                link(tx.txid, owners[0], kept, "change", rules.change_merge_limit)
    return Clusters(union.sets(), coinjoin, change, tuple(made), tuple(refused))


def document(found: Clusters) -> dict[str, Any]:
    """The JSON form of semantics 6.5."""
    return {
        "clusters": [list(one) for one in found.clusters],
        "coinjoin": found.coinjoin,
        "change": found.change,
        "refused": [[link.txid, link.a, link.b, link.refused] for link in found.refused],
    }
