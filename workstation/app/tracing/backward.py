"""Owns the reversed question: where did this money come from. Must not know methods or cases' windows.

Backward tracing is forward tracing, by the same methods, on the reversed ledger. The reversed ledger is the ledger read
from its end to its beginning with the sides exchanged:

* **Accounts.** The payments stand in reverse order; what A paid B is now paid by B to A. A fee, paid by A behind its
  payments, is now money that A receives from outside before them. An account starts with the balance it had at the end
  (what it was known to hold), as clean money, because that money went nowhere. Money that came from outside the ledger
  leaves it; what an account paid beyond its known receipts (a shortfall) stays with it: its origin is not known.
* **Coins.** The transactions stand in reverse order; the outputs of a transaction are its inputs, in their order, and
  its fee is one more input behind them (clean, from outside); its inputs are its outputs, in their order. Coins that
  nobody spends come from one transaction in front of all others. Newly mined coins end in the fee of their
  transaction: nobody paid them. Coins whose making is not in the case stay where they are: at the address that held
  them. A broken transaction ends the way back as it ends the way forward.
* **Sources.** An address marks what it received (accounts: payments to it; coins: every coin that pays it), a
  transaction what went into it, a transfer itself. In the reversed ledger these are the payments that leave the address
  and the coins that exist there, so the rules of forward tracing apply unchanged.
* **Methods.** FIFO on accounts gives exactly the matching of forward FIFO while no balance is short: the first that came
  in is the first that went out, from both ends. LIFO of accounts matches the same deposits and withdrawals from both
  ends too. Haircut back and forward are different questions (what share of this came from there, what share of that
  went here) and give different figures; libr and dirty_first back arrange by what is marked now, and so do tiho and
  clean_first. A result must name its direction.
* **Barriers** stop the way back as they stop the way forward: the money came from that service. ``until`` is the time
  before which nothing is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workstation.analysis.trace.ledger import Input, Opening, Output, Transfer, Tx
from workstation.app.tracing.ledgers import Accounts, Coin, Coins

#: Id of the transaction in front of a reversed ledger that holds the coins nobody spends.
UNSPENT = "not spent"


@dataclass(frozen=True, slots=True, eq=False)
class Reversed:
    """A reversed UTXO ledger.

    Attributes:
        place: coin -> where it stands in the reversed ledger; coin: the other way round.
    """

    txs: tuple[Tx, ...] = field(repr=False)
    place: Mapping[Coin, Coin] = field(repr=False)
    coin: Mapping[Coin, Coin] = field(repr=False)


def reversed_accounts(
    book: Accounts, end: int | None = None, watch: Callable[[int], None] | None = None
) -> tuple[list[Transfer], list[Opening]]:
    """The reversed payments, and what every account starts with.

    Args:
        end: time from which time is counted back (default: the latest). watch: called now and then.
    """
    balance: dict[tuple[str, str], int] = {}
    turned: list[Transfer] = []
    last = len(book.events)
    if end is None:
        end = max((e.ts for e in book.events), default=0)
    for n, e in enumerate(book.events):
        if watch and not n & 4095:
            watch(n)
        if e.fee:
            if e.sender is not None:
                held = balance.get((e.sender, e.asset), 0)
                balance[e.sender, e.asset] = max(0, held - e.fee)
            turned.append(Transfer(e.id, end - e.ts, e.asset, None, e.sender, e.fee, last - n))
            continue
        if e.sender != e.receiver:
            if e.sender is not None:
                held = balance.get((e.sender, e.asset), 0)
                balance[e.sender, e.asset] = max(0, held - e.amount)
            if e.receiver is not None:
                balance[e.receiver, e.asset] = balance.get((e.receiver, e.asset), 0) + e.amount
        turned.append(Transfer(e.id, end - e.ts, e.asset, e.receiver, e.sender, e.amount, last - n))
    turned.reverse()
    return turned, [Opening(who, asset, units) for (who, asset), units in sorted(balance.items()) if units]


def reversed_coins(book: Coins) -> Reversed:
    """The reversed transactions."""
    values = book.coins()
    made = {tx.txid for tx in book.txs}
    place: dict[Coin, Coin] = {}
    for tx in book.txs:
        if tx.txid not in book.broken:
            place.update({(i.txid, i.vout): (tx.txid, n) for n, i in enumerate(tx.inputs)})
    unspent = [coin for coin in values if coin not in place and coin[0] in made]
    place.update({coin: (UNSPENT, n) for n, coin in enumerate(unspent)})
    turned = [Tx(UNSPENT, 0, 0, (), tuple(values[coin] for coin in unspent), True)]
    for n, tx in enumerate(reversed(book.txs), 1):
        # a coin of no value moves nothing
        inputs = [Input(*place[tx.txid, k], output.value) for k, output in enumerate(tx.outputs)]
        outputs = tuple(_spent(i, values) for i in tx.inputs)
        fee = sum(o.value for o in outputs) - sum(o.value for o in tx.outputs)
        if fee > 0:
            inputs.append(Input(f"fee of {tx.txid}", 0, fee))
        turned.append(Tx(tx.txid, n, 0, tuple(inputs), outputs))
    return Reversed(tuple(turned), place, {there: here for here, there in place.items()})


def _spent(spent: Input, values: Mapping[Coin, Output]) -> Output:
    """What an input spends, as an output of the reversed ledger."""
    made = values.get((spent.txid, spent.vout))
    return Output(spent.value or 0, spent.address) if made is None else made
