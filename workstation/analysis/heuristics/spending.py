"""Owns reading out clusters: addresses in one hand by common spending and change. Counting: ``trace.cluster``.

Sources: semantics 6.1 to 6.5; Harrigan and Fretter 2016 (why common spending works), Meiklejohn et al. 2013, Möser and
Narayanan 2022 (change; collapse of clusters). CoinJoin transactions give no link, and unions that two different
exclusive tags or two large clusters forbid are refused and shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from workstation.analysis.heuristics.hits import NO_ROWS, Hit, Rows, hit
from workstation.analysis.trace.cluster import USUAL, ClusterRules, Link, cluster
from workstation.analysis.trace.ledger import Chain

_DISPROOF = (
    "A CoinJoin that no rule knows, a service that signs for many customers, or a key that changed hands: statements of "
    "the owners, or reliable tags of two owners inside one cluster."
)
_REASONS = {"tag_conflict": "both sides carry tags of different owners", "size_limit": "both clusters are large"}


def common_spending(chain: Chain, rules: ClusterRules = USUAL, rows: Rows = NO_ROWS) -> Iterator[Hit]:
    """Clusters of more than one address with the links that made them, then the refused links."""
    found = cluster(chain, rules)
    of = {address: number for number, members in enumerate(found.clusters) for address in members}
    links: dict[int, list[Link]] = {}
    for link in found.links:
        links.setdefault(of[link.a], []).append(link)
    for number, members in enumerate(found.clusters):
        if len(members) < 2:
            continue
        mine = links[number]
        change = sum(link.reason == "change" for link in mine)
        yield hit(
            "common_spending", members,
            f"{len(mine) - change} links by spending together and {change} by change join {len(members)} addresses; "
            "transactions of a CoinJoin class gave no link.",
            _DISPROOF,
            txs=tuple(dict.fromkeys(link.txid for link in mine)), of=rows,
            figures={"addresses": len(members), "spending": len(mine) - change, "change": change},
        )  # fmt: skip
    for link in found.refused:
        yield hit(
            "refused_link", (link.a, link.b),
            f"{link.reason} would join them, but {_REASONS[str(link.refused)]}.",
            "A statement that both belong to one owner.",
            txs=(link.txid,), of=rows, figures={"reason": str(link.refused)},
        )  # fmt: skip


def change_outputs(chain: Chain, rule: str, rows: Rows = NO_ROWS) -> Iterator[Hit]:
    """The output of each transaction that a change rule (semantics 6.3) alone leaves."""
    found = cluster(chain, ClusterRules(change=rule))
    for txid, number in found.change.items():
        address = chain.by_id[txid].outputs[number].address
        yield hit(
            "change", (address,) if address else (),
            f"By the rule {rule} output {number} is the only one that can be the change.",
            "The payment went to this address: an invoice, a statement of the receiver, another owner of the address.",
            txs=(txid,), of=rows, figures={"rule": rule, "output": number},
        )  # fmt: skip
