"""Owns the making ready of a question: ledgers of the chains it needs, what is marked in them, where tracing stops.

Chains of accounts that declared conversions join are one group with one ledger; a chain of coins is a group of its own,
and a bridge between coins and accounts is a stop with its reason. Must not run a method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from workstation.analysis.trace.ledger import Event, Transfer
from workstation.app.tracing import sources
from workstation.app.tracing.books import Books
from workstation.app.tracing.coins import without_coinjoins
from workstation.app.tracing.conversions import Declared, Leg, connected
from workstation.app.tracing.joined import Woven, why, woven
from workstation.app.tracing.ledgers import Accounts, Book, Coin, Coins
from workstation.app.tracing.lines import Line, PaymentLine, coin_line
from workstation.app.tracing.question import Question
from workstation.casefile.values import utc
from workstation.domain.amounts import Asset

Watch = Callable[[int], None]
Legs = Mapping[Declared, tuple[Leg, Leg]]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Chains that are traced as one ledger.

    Attributes:
        line: what the engine runs on. lines: the same by chain, with plain names, for those who read it.
        woven: how the names of several chains and the conversions stand in it; None for coins.
        legs: conversions with a leg in it.
    """

    line: Line
    lines: Mapping[str, Line] = field(repr=False)
    woven: Woven | None = field(repr=False)
    legs: Legs

    def name(self, chain: str, ref: str) -> str:
        """The name of an address of a chain in the ledger of the group."""
        return ref if self.woven is None else self.woven.name(chain, ref)

    def in_transit(self, name: str) -> bool:
        """Whether a name is that of a pool in transit, which is no address."""
        return self.woven is not None and name in self.woven.transit

    def asset(self, key: str) -> Asset:
        """The asset behind a key in the ledger of the group."""
        book = self.line.book
        return book.assets[key] if isinstance(book, Accounts) else book.asset

    def split(self, name: str) -> tuple[str, str]:
        """Chain and address behind a name in the ledger of the group."""
        return (self.line.book.chain, name) if self.woven is None else self.woven.split(name)


def groups(books: Books, asked: Question, watch: Watch | None = None) -> tuple[Group, ...]:
    """The ledgers of a question, ready to run.

    Raises:
        WorkstationError: a source marks nothing, or a chain does not hold what is asked for.
    """
    found: list[Group] = []
    done: set[str] = set()
    for chain in asked.chains:
        if chain in done:
            continue
        book = books.book(chain, watch)
        if isinstance(book, Coins):
            found.append(_coins(books, asked, book))
        else:
            chains = connected(chain, books.legs)
            found.append(_accounts(books, asked, chains, watch))
            done.update(chains)
    return tuple(found)


def _coins(books: Books, asked: Question, whole: Coins) -> Group:
    book = _on_time(whole, asked)
    assert isinstance(book, Coins)
    if asked.asset and asked.asset.lower() != book.asset.symbol.lower():
        raise sources.refused(f"{book.chain} holds {book.asset.symbol} only", "leave the asset out")
    mine = [source for source in asked.sources if source.subject.chain == book.chain]
    if not asked.through:
        book = without_coinjoins(book)
    marked = sources.of_coins(book, mine, backward=asked.backward)
    legs = {d: both for d, both in books.legs.items() if book.chain in (both[0].chain, both[1].chain)}
    line = coin_line(book, marked, backward=asked.backward, bridged=_bridged(book, legs, asked.backward))
    return Group(line, {book.chain: line}, None, legs)


def _bridged(book: Coins, legs: Legs, backward: bool) -> dict[Coin, str]:
    """Coins that a declared bridge was paid with (backward: that it paid out), and why tracing ends there."""
    if not legs:
        return {}
    coin_of = {row: coin for coin, row in book.row_of.items()}
    found: dict[Coin, str] = {}
    for which, (out, into) in legs.items():
        here, far = (into, out) if backward else (out, into)
        if here.chain == book.chain and here.number in coin_of:
            found[coin_of[here.number]] = why(which, far, leaves=not backward, here=here)
    return found


def _accounts(books: Books, asked: Question, chains: tuple[str, ...], watch: Watch | None) -> Group:
    legs = {d: both for d, both in books.legs.items() if {both[0].chain, both[1].chain} & set(chains)}
    whole = {chain: _on_time(books.book(chain, watch), asked) for chain in chains}
    held = {chain: book for chain, book in whole.items() if isinstance(book, Accounts)}
    keys = _assets(held, asked, legs)
    marked = []
    for chain in (c for c in asked.chains if c in held):
        mine = [source for source in asked.sources if source.subject.chain == chain]
        only = held[chain] if keys is None else _of_assets(held[chain], keys[0][chain])
        marked += sources.of_accounts(only, books.ledger, mine, backward=asked.backward)
    if keys is not None:
        held = {chain: _of_assets(book, keys[1][chain]) for chain, book in held.items()}
    made = woven(held, legs, backward=asked.backward, watch=watch)
    if len(chains) == 1:
        line = PaymentLine(held[chains[0]], made.events, made.openings, tuple(marked))
        return Group(line, {chains[0]: line}, made, legs)
    book = Accounts(" and ".join(chains), (), made.assets, (), "")
    line = PaymentLine(book, made.events, made.openings, tuple(marked))
    return Group(line, _by_chain(made, held, line), made, legs)


def _by_chain(made: Woven, held: Mapping[str, Accounts], line: PaymentLine) -> dict[str, Line]:
    """The parts of a joined ledger, with plain names; a conversion stands on the chain where it arrives."""
    events: dict[str, list[Event]] = {chain: [] for chain in held}
    for e in line.events:
        if isinstance(e, Transfer):
            chain, asset = made.split(e.asset)
            sender = None if e.sender is None else made.split(e.sender)[1]
            receiver = None if e.receiver is None else made.split(e.receiver)[1]
            events[chain].append(replace(e, asset=asset, sender=sender, receiver=receiver))
        else:
            chain, asset = made.split(e.to_asset)
            to = None if e.to_account is None else made.split(e.to_account)[1]
            events[chain].append(replace(e, account=made.split(e.account)[1], to_asset=asset, to_account=to))
    ids = {chain: {e.id for e in mine} for chain, mine in events.items()}
    return {
        chain: PaymentLine(
            held[chain], mine,
            [replace(o, account=made.split(o.account)[1], asset=made.split(o.asset)[1])
             for o in line.openings if made.split(o.account)[0] == chain],
            tuple(s for s in line.sources if s.event in ids[chain]),
        )
        for chain, mine in events.items()
    }  # fmt: skip


def _on_time(book: Book, asked: Question) -> Book:
    """Only what the time of the question allows."""
    if asked.until is None:
        return book
    until = asked.until
    if asked.backward:
        return book.without(lambda ts: ts < until, f"before {utc(until)}, where the question ends")
    return book.without(lambda ts: ts > until, f"after {utc(until)}, where the question ends, or without a time")


def _assets(
    held: Mapping[str, Accounts], asked: Question, legs: Legs
) -> tuple[dict[str, set[str]], dict[str, set[str]]] | None:
    """The assets that are marked, and those that are followed: also what declared conversions turn them into."""
    if not asked.asset:
        return None
    wanted = asked.asset.lower()
    marked: dict[str, set[str]] = {}
    for chain, book in held.items():
        marked[chain] = {key for key, asset in book.assets.items() if wanted in (key.lower(), asset.symbol.lower())}
        if chain in asked.chains and not marked[chain]:
            raise sources.refused(f"{chain} holds no {asked.asset[:60]}", "name a symbol or a contract of the case")
        if chain not in asked.chains:
            marked[chain] = set()
    followed = {chain: set(keys) for chain, keys in marked.items()}
    key_of = {(chain, asset): key for chain, book in held.items() for key, asset in book.assets.items()}
    more = True
    while more:
        more = False
        for out, into in legs.values():
            here, far = (into, out) if asked.backward else (out, into)
            start, end = key_of.get((here.chain, here.asset)), key_of.get((far.chain, far.asset))
            if start and end and start in followed[here.chain] and end not in followed[far.chain]:
                followed[far.chain].add(end)
                more = True
    return marked, followed


def _of_assets(book: Accounts, keys: set[str]) -> Accounts:
    kept = tuple(e for e in book.events if e.asset in keys)
    assets = {key: asset for key, asset in book.assets.items() if key in keys}
    return Accounts(book.chain, kept, assets, book.left_out, book.digest)
