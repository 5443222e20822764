"""Owns the change rules (semantics 6.3): each gives the outputs of a transaction that it cannot rule out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workstation.analysis.trace.coinjoin import Shape, classify
from workstation.analysis.trace.ledger import Chain, Tx

Found = frozenset[int]
_NONE: Found = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """One transaction as the rules see it.

    Attributes:
        addresses, types, values: of the inputs, in their order; None = not known.
        spendable: numbers of the outputs with value and an address. first: address -> txid of its first appearance.
    """

    tx: Tx
    chain: Chain
    addresses: tuple[str | None, ...]
    types: tuple[str | None, ...]
    values: tuple[int, ...]
    spendable: Found
    shape: Shape
    first: Mapping[str, str]


def view(chain: Chain, tx: Tx, first: Mapping[str, str]) -> View:
    """Look up what the rules need; ``first`` comes from ``first_seen``."""
    origins = [chain.origin(spent) for spent in tx.inputs]
    addresses = tuple(s.address if o is None else o.address for s, o in zip(tx.inputs, origins, strict=True))
    types = tuple(s.type if o is None else o.type for s, o in zip(tx.inputs, origins, strict=True))
    values = tuple(chain.value(spent) for spent in tx.inputs)
    shape = classify(
        list(zip(values, addresses, strict=True)), [(o.value, o.address) for o in tx.outputs], coinbase=tx.coinbase
    )
    spendable = frozenset(n for n, o in enumerate(tx.outputs) if o.value > 0 and o.address is not None)
    return View(tx, chain, addresses, types, values, spendable, shape, first)


def first_seen(chain: Chain) -> dict[str, str]:
    """The transaction in which each address first appears, as input or output."""
    found: dict[str, str] = {}
    for tx in chain.order:
        for spent in tx.inputs:
            made = chain.origin(spent)
            address = spent.address if made is None else made.address
            if address is not None:
                found.setdefault(address, tx.txid)
        for output in tx.outputs:
            if output.address is not None:
                found.setdefault(output.address, tx.txid)
    return found


def _address_reuse(seen: View) -> Found:
    return frozenset(n for n in seen.spendable if seen.tx.outputs[n].address in seen.addresses)


def _one_type(seen: View) -> str | None:
    types = set(seen.types)
    return next(iter(types)) if len(types) == 1 else None


def _address_type(seen: View) -> Found:
    shared = _one_type(seen)
    if shared is None:
        return _NONE
    return frozenset(n for n in seen.spendable if seen.tx.outputs[n].type == shared)


def _optimal_change(seen: View) -> Found:
    smallest = min(seen.values, default=0)
    return frozenset(n for n in seen.spendable if seen.tx.outputs[n].value < smallest)


def _power_of_ten(seen: View) -> Found:
    return frozenset(n for n in seen.spendable if seen.tx.outputs[n].value % 10**6)


def _fresh_address(seen: View) -> Found:
    return frozenset(
        n
        for n in seen.spendable
        if (address := seen.tx.outputs[n].address) is not None
        and seen.first[address] == seen.tx.txid
        and address not in seen.addresses
    )


def _spender(seen: View, n: int) -> Tx | None:
    return seen.chain.spender.get((seen.tx.txid, n))


def _locktime(seen: View) -> Found:
    mine = seen.tx.locktime > 0
    return frozenset(n for n in seen.spendable if (by := _spender(seen, n)) is None or (by.locktime > 0) == mine)


def _rate(seen: View, tx: Tx) -> int | None:
    """Fee in thousandths of a unit per virtual byte; None when the size is not known."""
    return seen.chain.fee.get(tx.txid, 0) * 1000 // tx.vsize if tx.vsize else None


def _fixed_fee(seen: View) -> Found:
    mine = _rate(seen, seen.tx)
    return frozenset(n for n in seen.spendable if (by := _spender(seen, n)) is None or _rate(seen, by) == mine)


def _one_in_two_out(tx: Tx | None) -> bool:
    return tx is not None and not tx.coinbase and len(tx.inputs) == 1 and len(tx.outputs) == 2


def _peel(seen: View, tx: Tx) -> bool:
    if not _one_in_two_out(tx):
        return False
    parent = seen.chain.by_id.get(tx.inputs[0].txid)
    return _one_in_two_out(parent) or any(
        _one_in_two_out(seen.chain.spender.get((tx.txid, n))) for n in range(len(tx.outputs))
    )


def _peeling_chain(seen: View) -> Found:
    if not _peel(seen, seen.tx):
        return _NONE
    return frozenset(n for n in seen.spendable if (by := _spender(seen, n)) is None or _peel(seen, by))


def _spent(seen: View) -> Found:
    return frozenset(n for n in seen.spendable if _spender(seen, n) is not None)


def _single(found: Found) -> Found:
    return found if len(found) == 1 else _NONE


def _legacy(seen: View) -> Found:
    if seen.shape.name or len(seen.spendable) < 2:
        return _NONE
    return _single(_optimal_change(seen) & _fresh_address(seen))


def _conservative(seen: View) -> Found:
    if seen.shape.name or len(seen.spendable) < 2:
        return _NONE
    reused = _address_reuse(seen)
    if reused:
        return _single(reused)
    found = _fresh_address(seen) & _optimal_change(seen) & _power_of_ten(seen)
    if _one_type(seen) is not None:
        found &= _address_type(seen)
    return _single(found)


RULES: Mapping[str, Callable[[View], Found]] = MappingProxyType(
    {
        "address_reuse": _address_reuse,
        "address_type": _address_type,
        "optimal_change": _optimal_change,
        "power_of_ten": _power_of_ten,
        "fresh_address": _fresh_address,
        "locktime": _locktime,
        "fixed_fee": _fixed_fee,
        "peeling_chain": _peeling_chain,
        "spent": _spent,
        "legacy": _legacy,
        "conservative": _conservative,
    }
)
DEFAULT_RULE = "conservative"


def candidates(chain: Chain, rule: str) -> dict[str, tuple[int, ...]]:
    """The outputs a rule leaves for every transaction that is no coinbase, in total order."""
    first = first_seen(chain)
    return {tx.txid: tuple(sorted(RULES[rule](view(chain, tx, first)))) for tx in chain.order if not tx.coinbase}
