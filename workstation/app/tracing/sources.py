"""Owns what a source of a trace means: text -> subject, label and amount -> the payments or coins it marks.

A source is ``SUBJECT[:LABEL[:AMOUNT]]``; AMOUNT is in base units. What it marks:

* an **address** on an account chain: every payment that leaves it (backward: that reaches it), payments to itself apart;
* an **address** on a chain of coins: every coin that pays it, so everything that can leave it, also coins that the case
  knows only by the input that spends them (backward: the same coins, because what it received is the question);
* a **transaction**: every payment in it; on a chain of coins its outputs (backward: what its inputs spend);
* a **transfer** (``transfer:NUMBER``, or the number alone): that payment; on a chain of coins that output, and for an
  input the output it spends.

With an amount the first so many units are marked, in total order over everything the source names. Without a label
the label is the address, transaction or transfer itself. Must not run a method.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from workstation.analysis.trace.exact import whole
from workstation.analysis.trace.ledger import EventSource
from workstation.app.ledger import Ledger
from workstation.app.tracing.ledgers import Accounts, Coin, Coins
from workstation.domain.chains import CHAINS
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject

_MOST_TOKENS = 3


@dataclass(frozen=True, slots=True)
class Source:
    """What a source names. ``amount`` None = everything."""

    subject: Subject
    label: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class CoinSource:
    """A coin of the case that a source marks."""

    coin: Coin
    label: str
    amount: int | None = None


def refused(what: str, todo: str) -> WorkstationError:
    """A question that cannot be asked."""
    return WorkstationError("WS-TRC-102", what, "nothing was traced", todo)


def read(ledger: Ledger, text: str) -> Source:
    """The source behind a text.

    Raises:
        WorkstationError: WS-TRC-102 the case holds no such subject, several, or the amount is no whole number.
    """
    tokens = text.strip().split(":")
    for count in range(min(_MOST_TOKENS, len(tokens)), 0, -1):
        subject = _subject(ledger, ":".join(tokens[:count]))
        if subject is None:
            continue
        rest = tokens[count:]
        amount: int | None = None
        if len(rest) > 1 and rest[-1].strip():
            amount = _units(rest[-1].strip(), text)
        label = (":".join(rest[:-1]) if len(rest) > 1 else "".join(rest)).strip()
        return Source(subject, label or _own_label(subject), amount)
    raise refused(
        f"the case holds no address, transaction or transfer {text[:80]!r}",
        "write an address, a transaction, or transfer:NUMBER (see transfers), then :LABEL:AMOUNT if wanted",
    )


def subject(ledger: Ledger, text: str) -> Subject:
    """The subject behind a text without label; the errors are those of :func:`read`."""
    found = _subject(ledger, text.strip())
    if found is None:
        raise refused(f"the case holds no {text[:80]!r}", "write an address as the case spells it, or chain:address")
    return found


def _subject(ledger: Ledger, text: str) -> Subject | None:
    kind, _, rest = text.partition(":")
    if kind in ("address", "transaction", "transfer") and rest:
        if kind == "transfer":
            return _transfer(ledger, rest.rpartition(":")[2])
        chain, _, ref = rest.partition(":")
        return _known(ledger, kind, chain, ref) if ref else None
    if kind in CHAINS and rest:
        return _known(ledger, "address", kind, rest) or _known(ledger, "transaction", kind, rest)
    if text.isascii() and text.isdigit():
        return _transfer(ledger, text)
    found = [place for table in (ledger.address_ids, ledger.tx_ids) for place in _matching(table, text)]
    if len(found) > 1:
        names = ", ".join(sorted({f"{chain}:{ref}" for chain, ref in found}))
        raise refused(f"{text[:80]} stands on several chains", f"choose one of: {names[:300]}")
    if not found:
        return None
    chain, ref = found[0]
    return _known(ledger, "address", chain, ref) or _known(ledger, "transaction", chain, ref)


def _known(ledger: Ledger, kind: str, chain: str, ref: str) -> Subject | None:
    table = ledger.address_ids if kind == "address" else ledger.tx_ids
    spelled = ref if (chain, ref) in table else ref.lower()
    if (chain, spelled) in table:
        return Subject(kind, chain, spelled)  # type: ignore[arg-type]
    return None


def _matching(table: Mapping[tuple[str, str], int], ref: str) -> list[tuple[str, str]]:
    exact = [(chain, ref) for chain in CHAINS if (chain, ref) in table]
    return exact or [(chain, ref.lower()) for chain in CHAINS if (chain, ref.lower()) in table]


def _transfer(ledger: Ledger, text: str) -> Subject | None:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        return None
    row = ledger.row_of_id.get(int(text))
    return None if row is None else Subject("transfer", ledger.asset_of(int(ledger.asset[row])).chain, str(int(text)))


def _units(text: str, source: str) -> int:
    try:
        units = whole(text)
    except ValueError:
        units = 0
    if units <= 0:
        raise refused(f"{text[:40]!r} in source {source[:80]!r} is not a number of base units", "write a whole number")
    return units


def _own_label(named: Subject) -> str:
    return f"transfer {named.ref}" if named.kind == "transfer" else named.ref


def of_accounts(book: Accounts, ledger: Ledger, sources: Iterable[Source], *, backward: bool) -> list[EventSource]:
    """The payments that sources mark.

    Raises:
        WorkstationError: WS-TRC-102 a source marks nothing, or its amount would cover several assets.
    """
    found: list[EventSource] = []
    asked = list(sources)
    rows = {source: _payments(ledger, source.subject) for source in asked}
    wanted = {row for mine in rows.values() for row in mine}
    known = {e.id: e for e in book.events if e.id in wanted and e.amount and e.sender != e.receiver}
    for source in asked:
        ref = source.subject.ref
        events = [known[row] for row in rows[source] if row in known]
        if source.subject.kind == "address":
            name = ref if source.subject.chain == book.chain else f"{source.subject.chain}:{ref}"
            events = [e for e in events if (e.receiver if backward else e.sender) == name]
        _something(source, bool(events))
        if source.amount is not None and len({e.asset for e in events}) > 1:
            names = ", ".join(sorted({e.asset for e in events}))
            raise refused(f"the amount of {ref[:80]} fits several assets ({names[:200]})", "name one with --asset")
        if backward:
            events.reverse()
        left = source.amount
        for event in events:
            if left is not None and left <= 0:
                break
            found.append(
                EventSource(event.id, source.label, left if left is not None and left < event.amount else None)
            )
            left = None if left is None else left - event.amount
    return found


def _payments(ledger: Ledger, named: Subject) -> list[str]:
    """Numbers of the transfers that a subject is part of, in total order."""
    if named.kind == "transfer":
        return [named.ref]
    number = ledger.number(named)
    if named.kind == "transaction":
        rows = ledger.of_tx(number)
    else:
        rows = np.union1d(ledger.sent(number), ledger.received(number))
    return [str(n) for n in ledger.columns.id[rows].tolist()]


def of_coins(book: Coins, sources: Iterable[Source], *, backward: bool) -> list[CoinSource]:
    """The coins that sources mark, in total order (backward: from the last)."""
    found: list[CoinSource] = []
    for source in sources:
        coins = list(_coins(book, source.subject, backward))
        _something(source, bool(coins))
        if backward:
            coins.reverse()
        left = source.amount
        for coin, units in coins:
            if left is not None and left <= 0:
                break
            found.append(CoinSource(coin, source.label, left if left is not None and left < units else None))
            left = None if left is None else left - units
    return found


def _coins(book: Coins, mine: Subject, backward: bool) -> Iterable[tuple[Coin, int]]:
    values = book.coins()
    if mine.kind == "address":
        return [(coin, o.value) for coin, o in values.items() if o.address == mine.ref and o.value]
    if mine.kind == "transaction":
        tx = next((tx for tx in book.txs if tx.txid == mine.ref), None)
        if tx is None:
            return []
        if backward:
            spent = [(i.txid, i.vout) for i in tx.inputs] if tx.txid not in book.broken else []
            return [(coin, values[coin].value) for coin in spent if values[coin].value]
        return [((tx.txid, n), o.value) for n, o in enumerate(tx.outputs) if o.value]
    number = int(mine.ref)
    made = [coin for coin, row in book.row_of.items() if row == number]
    for txid, place in (at for at, row in book.spent_row.items() if row == number):
        tx = next(tx for tx in book.txs if tx.txid == txid)
        made.append((tx.inputs[place].txid, tx.inputs[place].vout))
    return [(coin, values[coin].value) for coin in made if coin in values and values[coin].value]


def _something(source: Source, found: bool) -> None:
    if not found:
        raise refused(
            f"{source.subject.ref[:80]} marks nothing: the case holds no such payment with an amount that is known",
            "name another source, another asset or the other direction",
        )
