"""Owns reading out CoinJoin transactions and what is spent together after one. Classes: ``trace.coinjoin``.

Sources: semantics 5; Schnoering and Vazirgiannis 2023, Stütz et al. 2022; Gavenda et al. (arXiv 2510.17284): spending
several mixed coins together shrinks the anonymity set.
"""

from __future__ import annotations

from collections.abc import Iterator

from workstation.analysis.heuristics.hits import NO_ROWS, Hit, Rows, hit
from workstation.analysis.trace.change import first_seen, view
from workstation.analysis.trace.coinjoin import Shape
from workstation.analysis.trace.ledger import Chain


def classes(chain: Chain) -> dict[str, Shape]:
    """Every transaction with a CoinJoin class, in total order."""
    first = first_seen(chain)
    found = {tx.txid: view(chain, tx, first).shape for tx in chain.order if not tx.coinbase}
    return {txid: shape for txid, shape in found.items() if shape.name}


def coinjoins(chain: Chain, rows: Rows = NO_ROWS) -> Iterator[Hit]:
    """Transactions with the structure of a CoinJoin."""
    for txid, shape in classes(chain).items():
        numbers = shape.numbers
        weak = " This class is a weak hint." if shape.name == "generic" else ""
        yield hit(
            "coinjoin", (),
            f"{numbers['nI']} inputs of {numbers['nS']} addresses, {numbers['nO']} outputs, {numbers['m']} of them "
            f"{numbers['d']}: the structure of class {shape.name}.{weak}",
            "One owner of all inputs (a sweep, a payout), or a service that pays equal amounts.",
            txs=(txid,), of=rows, figures={"class": shape.name, **numbers},
        )  # fmt: skip


def post_mix_merges(chain: Chain, rows: Rows = NO_ROWS) -> Iterator[Hit]:
    """Transactions that spend several equal outputs of one CoinJoin together, and are none themselves.

    The mix is of another class than generic, which is too weak to build on. What spends has no class at all: the inputs
    of anything that looks like a CoinJoin say nothing about one owner (semantics 6.2).
    """
    every = classes(chain)
    mixes = {txid: shape for txid, shape in every.items() if shape.name != "generic"}
    for tx in chain.order:
        if tx.coinbase or tx.txid in every:
            continue
        spent: dict[tuple[str, int], list[int]] = {}
        for each in tx.inputs:
            if each.txid in mixes:
                output = chain.by_id[each.txid].outputs[each.vout]
                spent.setdefault((each.txid, output.value), []).append(each.vout)
        for (mix, value), outputs in sorted(spent.items()):
            equal = sum(output.value == value for output in chain.by_id[mix].outputs)
            if len(outputs) < 2 or equal < 2:
                continue
            owners = sorted({a for n in outputs if (a := chain.by_id[mix].outputs[n].address) is not None})
            yield hit(
                "post_mix_merge", owners,
                f"{len(outputs)} of the {equal} equal outputs of {value} of one {mixes[mix].name} transaction are spent "
                "together: they were most likely of one participant.",
                "Two participants who paid together afterwards, or another CoinJoin that no rule knows.",
                txs=(mix, tx.txid), of=rows, figures={"merged": len(outputs), "equal": equal, "value": value},
            )  # fmt: skip
