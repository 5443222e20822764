"""Owns made UTXO ledgers whose truth is known: CoinJoin transactions, payments with change, and who owns what.

Structures after semantics 5 and the wallets named there; usual traffic holds batch payments and sweeps that look a
little like a mix. Same seed, same ledger. Must not know a rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from workstation.analysis.trace.coinjoin import DENOMINATIONS
from workstation.analysis.trace.ledger import Input, Output, Tx

_COIN = 100_000_000
_KINDS = ("whirlpool", "wasabi1", "wasabi2", "joinmarket")


@dataclass(frozen=True, slots=True)
class Truth:
    """A ledger and what is true of it.

    Attributes:
        mixes: transaction -> kind of CoinJoin; every other transaction is none.
        owner: address -> who holds it. change: transaction -> number of its change output; only payments have one.
    """

    txs: tuple[Tx, ...] = field(repr=False)
    mixes: dict[str, str] = field(repr=False)
    owner: dict[str, str] = field(repr=False)
    change: dict[str, int] = field(repr=False)


class _Maker:
    """Writes transactions one after another and keeps who holds which coin."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.txs: list[Tx] = []
        self.owner: dict[str, str] = {}
        self.coins: dict[str, list[tuple[str, int, int, str]]] = {}

    def address(self, who: str, fresh: bool = False) -> str:
        """A new address of a holder; sometimes one that was used before, if it need not be fresh."""
        mine = self.coins.get(who)
        if not fresh and mine and self.random.random() < 0.1:
            return self.random.choice(mine)[3]
        made = f"a{len(self.owner)}"
        self.owner[made] = who
        return made

    def write(
        self, inputs: list[tuple[str, int, int, str]], outputs: list[tuple[str, int]], fresh: bool = False
    ) -> str:
        """A transaction from coins to (holder, value); a mixing wallet takes fresh addresses."""
        txid = f"t{len(self.txs):06d}"
        made = [(who, value, self.address(who, fresh)) for who, value in outputs]
        self.txs.append(
            Tx(
                txid, len(self.txs) // 10, len(self.txs) % 10,
                tuple(Input(tx, vout, value, address, "p2wpkh") for tx, vout, value, address in inputs),
                tuple(Output(value, address, "p2wpkh") for _, value, address in made),
            )
        )  # fmt: skip
        for vout, (who, value, address) in enumerate(made):
            self.coins.setdefault(who, []).append((txid, vout, value, address))
        return txid

    def outside(self, who: str, value: int) -> tuple[str, int, int, str]:
        """A coin that comes from outside the ledger."""
        return f"o{len(self.txs):06d}{self.random.randrange(10**12):012d}", 0, value, self.address(who, fresh=True)

    def fund(self, who: str, value: int) -> None:
        """Give a holder a coin."""
        self.write([self.outside(f"o{len(self.txs)}", value + 500)], [(who, value)])

    def take(self, who: str, value: int) -> list[tuple[str, int, int, str]] | None:
        """Coins of a holder worth at least a value, taken away; the largest first."""
        mine = sorted(self.coins.get(who, ()), key=lambda coin: (-coin[2], coin[:2]))
        taken: list[tuple[str, int, int, str]] = []
        while mine and sum(coin[2] for coin in taken) < value:
            taken.append(mine.pop(0))
        if sum(coin[2] for coin in taken) < value:
            return None
        self.coins[who] = mine
        return taken


def make(seed: int, payments: int = 1500, mixes: int = 12, people: int = 150) -> Truth:
    """A ledger of payments with ``mixes`` CoinJoins of each kind in it."""
    random = Random(f"mixes {seed}")
    maker = _Maker(random)
    names = [f"h{n}" for n in range(people)]
    change: dict[str, int] = {}
    kinds: dict[str, str] = {}
    plan = [*_KINDS] * mixes + [""] * payments
    random.shuffle(plan)
    for kind in plan:
        if kind:
            kinds[_MIXES[kind](maker, random, names)] = kind
        else:
            _payment(maker, random, names, change)
    return Truth(tuple(maker.txs), kinds, maker.owner, change)


def _payment(maker: _Maker, random: Random, names: list[str], change: dict[str, int]) -> None:
    """A payment with change, sometimes to several, sometimes a round amount, sometimes all of it."""
    who = random.choice(names)
    value = random.randrange(100_000, 3 * _COIN)
    if random.random() < 0.4:
        value = max(1, value // 1_000_000) * 1_000_000
    coins = maker.take(who, value + 20_000)
    if coins is None:
        for _ in range(random.randint(1, 3)):
            maker.fund(who, random.randrange(_COIN // 5, 4 * _COIN))
        return
    rest = sum(coin[2] for coin in coins) - value - 1000
    sort = random.random()
    others = [name for name in names if name != who]
    if sort < 0.1:  # a sweep of everything to oneself
        maker.write(coins, [(who, value + rest)])
    elif sort < 0.2:  # a batch of equal payments
        count = random.randint(2, 6)
        outputs = [(other, value // count) for other in random.sample(others, count)]
        change[maker.write(coins, [*outputs, (who, rest + value - value // count * count)])] = count
    else:
        pair = [(random.choice(others), value), (who, rest)]
        mine = 1
        if random.random() < 0.5:
            pair.reverse()
            mine = 0
        change[maker.write(coins, pair)] = mine


def _whirlpool(maker: _Maker, random: Random, names: list[str]) -> str:
    pool = random.choice((100_000, 1_000_000, 5_000_000, 50_000_000))
    people = random.sample(names, random.randint(5, 8))
    fresh = random.randint(1, len(people) - 1)
    coins = [
        maker.outside(who, pool + (random.randrange(200, 20_000) if n < fresh else 0)) for n, who in enumerate(people)
    ]
    return maker.write(coins, [(who, pool) for who in people], fresh=True)


def _wasabi1(maker: _Maker, random: Random, names: list[str]) -> str:
    base = random.randrange(9_500_000, 10_500_000)
    people = random.sample(names, random.randint(10, 60))
    coins = [maker.outside(who, base + random.randrange(100_000, _COIN)) for who in people]
    rest = [(who, coin[2] - base - 5000) for who, coin in zip(people, coins, strict=True)]
    return maker.write(coins, [(who, base) for who in people] + rest[: len(people) * 9 // 10], fresh=True)


def _wasabi2(maker: _Maker, random: Random, names: list[str]) -> str:
    sizes = sorted(size for size in DENOMINATIONS if 5000 <= size <= _COIN)
    people = random.sample(names, random.randint(30, 80))
    coins = [maker.outside(who, random.randrange(2_000_000, 3 * _COIN)) for who in people]
    outputs: list[tuple[str, int]] = []
    for who, coin in zip(people, coins, strict=True):
        left = coin[2] - 4000
        for _ in range(random.randint(2, 8)):
            fit = [size for size in sizes if size <= left]
            if not fit:
                break
            outputs.append((who, size := random.choice(fit[-3:])))
            left -= size
        if left > 5000 and random.random() < 0.3:
            outputs.append((who, left))
    return maker.write(coins, sorted(outputs, key=lambda pair: -pair[1]), fresh=True)


def _joinmarket(maker: _Maker, random: Random, names: list[str]) -> str:
    value = random.randrange(1_000_000, 5 * _COIN)
    people = random.sample(names, random.randint(3, 9))
    coins: list[tuple[str, int, int, str]] = []
    outputs: list[tuple[str, int]] = [(who, value) for who in people]
    for n, who in enumerate(people):
        mine = [maker.outside(who, random.randrange(value, 2 * value)) for _ in range(random.randint(1, 3))]
        coins += mine
        if n or random.random() < 0.7:
            outputs.append((who, sum(coin[2] for coin in mine) - value - random.randrange(500, 9000)))
    outputs = [(who, units) for who, units in outputs if units > 0]
    random.shuffle(outputs)
    return maker.write(coins, outputs, fresh=True)


_MIXES = {"whirlpool": _whirlpool, "wasabi1": _wasabi1, "wasabi2": _wasabi2, "joinmarket": _joinmarket}
