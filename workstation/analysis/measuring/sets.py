"""Owns making labelled sets of transfers: planted patterns inside usual traffic. Same seed, same set.

Patterns are those of AMLworld (Altman et al., NeurIPS 2023): fan-out, fan-in, gather-scatter, scatter-gather, simple
cycle, random (a walk that does not return), bipartite, stack; and those of semantics 9 beside them: peel chain, relay,
structuring, dormant wake. Usual traffic is people, payroll, merchants and services. Must not know a detector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from types import MappingProxyType

from workstation.analysis import columns
from workstation.analysis.columns import Columns

HOUR, DAY = 3600, 86_400
_START = 1_700_000_000
#: What structuring stays below, in base units; amounts of usual traffic lie around it.
THRESHOLD = 1_000_000
#: What a sleeper at least pays when it wakes.
LARGE = 1_000_000

#: Payer, payee, seconds since the start, amount.
Move = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How a set is made.

    Attributes:
        people: how many; beside them stand employers, merchants and services.
        moves: transfers of usual traffic (without payroll). instances: planted patterns of each kind.
        members: fewest and most others of a fan, steps of a chain. spread: longest a pattern lasts, in seconds.
        kept: least and most thousandths that a step passes on in a relay, a cycle and a walk.
        pause: longest time between two steps of a relay. dense: thousandths of the pairs of two layers that pay.
        touched: usual transfers that each party of a pattern makes meanwhile.
        decoys: harmless look-alikes of each sort: a collection, a legacy shared out, savings spent on a house, and honest
            business in the shape of every other pattern (``_LOOK_ALIKES``).
    """

    name: str
    people: int
    moves: int
    instances: int
    members: tuple[int, int]
    spread: int
    kept: tuple[int, int]
    pause: int
    dense: int
    touched: int
    decoys: int
    days: int = 60


DIFFICULTIES: Mapping[str, Difficulty] = MappingProxyType(
    {
        made.name: made
        for made in (
            Difficulty("easy", 1200, 6000, 4, (8, 14), 36 * HOUR, (970, 999), HOUR // 2, 950, 0, 0),
            Difficulty("medium", 1600, 9000, 4, (7, 11), 44 * HOUR, (940, 995), HOUR, 850, 1, 1),
            Difficulty("hard", 2000, 12000, 4, (6, 9), 60 * HOUR, (900, 995), 2 * HOUR, 700, 2, 2),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Instance:
    """A planted pattern: its kind, the numbers of its transfers, its parties."""

    kind: str
    transfers: tuple[int, ...]
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Transfers in total order (number = place) and what is planted among them.

    Attributes:
        services: parties that a case would know as services; not all of them are known.
    """

    difficulty: str
    seed: int
    moves: tuple[Move, ...] = field(repr=False)
    instances: tuple[Instance, ...] = field(repr=False)
    services: tuple[str, ...] = field(repr=False)

    def columns(self) -> Columns:
        """The transfers as the detectors take them."""
        return columns.of(
            (number, _START + time, payer, payee, "unit", amount)
            for number, (payer, payee, time, amount) in enumerate(self.moves)
        )

    def labels(self) -> dict[int, str]:
        """The kind of each transfer that belongs to a pattern."""
        return {number: planted.kind for planted in self.instances for number in planted.transfers}


def make(difficulty: Difficulty, seed: int) -> LabelledSet:
    """A labelled set."""
    random = Random(f"{difficulty.name} {seed}")
    people = [f"p{n}" for n in range(difficulty.people)]
    known, usual = _usual(difficulty, random, people)
    planted: list[tuple[str, list[Move]]] = []
    free = people.copy()
    random.shuffle(free)
    for kind, plant in PATTERNS.items():
        for _ in range(difficulty.instances):
            names = [free.pop() for _ in range(_parties(kind))]
            if kind == "dormant_wake":  # a party of its own, silent until then
                names[0] = f"s{len(planted)}"
                usual.append((names[1], names[0], random.randrange(2 * DAY), random.randrange(1_200_000, 1_900_000)))
            begin = random.randrange(DAY * 2, (difficulty.days - 8) * DAY)
            if kind == "dormant_wake":
                begin = random.randrange(40 * DAY, (difficulty.days - 4) * DAY)
            moves = plant(difficulty, random, names, begin)
            planted.append((kind, moves))
            parties = sorted({name for move in moves for name in move[:2]})
            for name in parties if kind != "dormant_wake" else ():
                for _ in range(difficulty.touched):
                    when = begin + random.randrange(difficulty.spread)
                    usual.append((name, random.choice(people), when, _amount(random)))
    usual += _harmless(difficulty, random, free)
    every = [(move, -1) for move in usual if move[0] != move[1]]
    every += [(move, at) for at, (_, moves) in enumerate(planted) for move in moves]
    order = sorted(range(len(every)), key=lambda n: (every[n][0][2], n))
    members: dict[int, list[int]] = {}
    for number, place in enumerate(order):
        members.setdefault(every[place][1], []).append(number)
    moves_in_order = tuple(every[place][0] for place in order)
    return LabelledSet(
        difficulty.name,
        seed,
        moves_in_order,
        tuple(
            Instance(kind, tuple(members[at]), tuple(sorted({name for move in moves for name in move[:2]})))
            for at, (kind, moves) in enumerate(planted)
        ),
        tuple(known),
    )


def _parties(kind: str) -> int:
    """So many people a pattern may need at most."""
    return 24 if kind in ("gather_scatter", "stack", "peel_chain") else 16


def _amount(random: Random) -> int:
    """An everyday amount: many small ones, few large ones."""
    return random.randrange(10, 100) * 10 ** random.choice((2, 2, 3, 3, 3, 4)) + random.randrange(1000)


def _usual(difficulty: Difficulty, random: Random, people: Sequence[str]) -> tuple[list[str], list[Move]]:
    """Known services, and usual traffic: payroll every fortnight, merchants, services, people among themselves."""
    end = difficulty.days * DAY
    merchants = [f"m{n}" for n in range(max(4, len(people) // 100))]
    employers = [f"e{n}" for n in range(max(3, len(people) // 200))]
    services = [f"x{n}" for n in range(max(3, len(people) // 300))]
    moves: list[Move] = []
    for employer in employers:
        staff = random.sample(people, random.randrange(20, 60))
        wages = [random.randrange(200_000, 500_000) for _ in staff]
        every = random.choice((7, 14))
        first = random.randrange(every)
        for day in range(first, difficulty.days, every):
            for name, wage in zip(staff, wages, strict=True):
                if random.random() < 0.95:
                    when = day * DAY + 9 * HOUR + random.randrange(4 * HOUR)
                    moves.append((employer, name, when, wage + random.randrange(2000)))
        moves += [(random.choice(merchants), employer, random.randrange(end), 10 * _amount(random)) for _ in range(20)]
    busy = random.choices(people, k=len(people) // 20)
    for _ in range(difficulty.moves):
        payer = random.choice(busy if random.random() < 0.15 else people)
        sort = random.random()
        when = random.randrange(end)
        if sort < 0.35:
            moves.append((payer, random.choice(merchants), when, _amount(random)))
        elif sort < 0.50:
            moves.append((payer, random.choice(services), when, _amount(random)))
        elif sort < 0.65:
            moves.append((random.choice(services), payer, when, _amount(random)))
        else:
            moves.append((payer, random.choice(people), when, _amount(random)))
    return services[: len(services) * 2 // 3], moves


def _harmless(difficulty: Difficulty, random: Random, free: list[str]) -> list[Move]:
    """What looks like a pattern and is none: no rule of shape alone can tell."""
    moves: list[Move] = []
    for number in range(difficulty.decoys):
        begin = random.randrange(DAY * 2, (difficulty.days - 8) * DAY)
        names = [free.pop() for _ in range(_parties("fan_in"))]
        collection = _fan_in(difficulty, random, names, begin)
        moves += [(payer, payee, when, 5000 * random.randint(1, 4)) for payer, payee, when, _ in collection]
        names = [free.pop() for _ in range(_parties("fan_out"))]
        share = random.randrange(100, 300) * 1000
        legacy = _fan_out(difficulty, random, names, begin)
        moves += [(payer, payee, when, share) for payer, payee, when, _ in legacy]
        saver, late = f"d{number}", random.randrange(40 * DAY, (difficulty.days - 4) * DAY)
        moves.append((names[0], saver, random.randrange(2 * DAY), 1_500_000))
        moves.append((saver, "m0", late, random.randrange(1_100_000, 1_400_000)))
        for kind in _LOOK_ALIKES:
            names = [free.pop() for _ in range(_parties(kind))]
            begin = random.randrange(DAY * 2, (difficulty.days - 8) * DAY)
            moves += PATTERNS[kind](difficulty, random, names, begin)
    return moves


#: Honest business has these shapes too: a payment through agent, notary and bank (relay), a chain of suppliers (random), a
#: savings club whose turn comes round (cycle), relatives who each pay a part of one bill (scatter_gather), a treasurer
#: (gather_scatter), bills paid from one purse (peel_chain), members of two clubs who settle up (bipartite, stack), a rent
#: just below the threshold (structuring).
_LOOK_ALIKES = (
    "relay", "random", "cycle", "scatter_gather", "gather_scatter", "peel_chain", "bipartite", "stack", "structuring",
)  # fmt: skip


def _count(difficulty: Difficulty, random: Random) -> int:
    return random.randint(*difficulty.members)


def _times(difficulty: Difficulty, random: Random, begin: int, count: int) -> list[int]:
    return sorted(begin + random.randrange(difficulty.spread) for _ in range(count))


def _part(random: Random, low: int, high: int) -> int:
    return random.randrange(low, high) * 50


def _fan_out(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    count = _count(difficulty, random)
    times = _times(difficulty, random, begin, count)
    return [(names[0], names[1 + n], times[n], _part(random, 4000, 9000)) for n in range(count)]


def _fan_in(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    return [(payee, payer, when, amount) for payer, payee, when, amount in _fan_out(difficulty, random, names, begin)]


def _gather_scatter(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    half = difficulty.spread // 2
    comes, goes = _count(difficulty, random), _count(difficulty, random)
    goes = min(goes, len(names) - comes - 1)
    moves = [(names[1 + n], names[0], begin + random.randrange(half), _part(random, 1000, 2000)) for n in range(comes)]
    later = begin + half
    each = sum(move[3] for move in moves) // goes
    return moves + [
        (names[0], names[1 + comes + n], later + random.randrange(half), each - random.randrange(2000))
        for n in range(goes)
    ]


def _scatter_gather(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    half = difficulty.spread // 2
    moves: list[Move] = []
    for middle in names[2 : 2 + _count(difficulty, random)]:
        amount, first = _part(random, 3000, 7000), begin + random.randrange(half)
        moves.append((names[0], middle, first, amount))
        second = first + random.randrange(HOUR, half)
        moves.append((middle, names[1], second, amount * random.randint(*difficulty.kept) // 1000))
    return moves


def _way(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int, pause: int, kept: int) -> list[Move]:
    """Steps from name to name, each passing on a little less; ``kept``: thousandths taken off the share."""
    when, amount = begin, _part(random, 24_000, 60_000)
    moves: list[Move] = []
    for payer, payee in pairwise(names):
        moves.append((payer, payee, when, amount))
        when += random.randrange(pause // 10, pause)
        amount = amount * (random.randint(*difficulty.kept) - kept) // 1000
    return moves


def _cycle(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    length = random.randint(3, 6)
    return _way(difficulty, random, [*names[:length], names[0]], begin, difficulty.spread // length, 0)


def _random(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    length = random.randint(5, 8)
    return _way(difficulty, random, names[: length + 1], begin, 12 * HOUR, 60)


def _relay(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    return _way(difficulty, random, names[: random.randint(5, 9)], begin, difficulty.pause, 0)


def _peel_chain(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    steps = random.randint(6, 10)
    when, amount = begin, _part(random, 100_000, 300_000)
    moves: list[Move] = []
    for n in range(steps):
        moves.append((names[n], names[n + 1], when, amount))
        peel = amount * random.randint(1000 - difficulty.kept[1], 1100 - difficulty.kept[0]) // 1000
        when += random.randrange(HOUR // 4, 8 * HOUR)
        if n + 1 < steps:
            moves.append((names[n + 1], names[steps + 1 + n], when + random.randrange(HOUR // 4), peel))
        amount -= peel
    return moves


def _structuring(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    count = random.randint(6, 10) - (difficulty.touched > 0)
    others = names[1 : random.randint(2, 5)]
    moves: list[Move] = []
    for when in _times(difficulty, random, begin, count):
        moves.append((names[0], random.choice(others), when, random.randrange(900, 1000) * 1000))
    return moves


def _dormant_wake(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    count = random.randint(1, 3)
    times = sorted(begin + random.randrange(20 * HOUR) for _ in range(count))
    return [(names[0], names[2 + n], times[n], random.randrange(1_050_000, 1_200_000) // count) for n in range(count)]


def _layer(
    difficulty: Difficulty, random: Random, payers: Sequence[str], payees: Sequence[str], begin: int, spread: int
) -> list[Move]:
    """Payments between most pairs of two layers; everyone takes part."""
    pairs = [(a, b) for a in payers for b in payees]
    taken = [(payers[n % len(payers)], payees[n % len(payees)]) for n in range(max(len(payers), len(payees)))]
    taken += [pair for pair in pairs if pair not in taken and random.randrange(1000) < difficulty.dense]
    return [(a, b, begin + random.randrange(spread), _part(random, 1000, 5000)) for a, b in taken]


def _bipartite(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    payers, payees = random.randint(3, 6), random.randint(3, 6)
    return _layer(difficulty, random, names[:payers], names[payers : payers + payees], begin, difficulty.spread)


def _stack(difficulty: Difficulty, random: Random, names: Sequence[str], begin: int) -> list[Move]:
    a, b, c = (random.randint(3, 5) for _ in range(3))
    half = difficulty.spread // 2
    first = _layer(difficulty, random, names[:a], names[a : a + b], begin, half)
    return first + _layer(difficulty, random, names[a : a + b], names[a + b : a + b + c], begin + half, half)


_Plant = Callable[[Difficulty, Random, Sequence[str], int], list[Move]]
#: How each kind of pattern is planted.
PATTERNS: Mapping[str, _Plant] = MappingProxyType(
    {
        "fan_out": _fan_out,
        "fan_in": _fan_in,
        "gather_scatter": _gather_scatter,
        "scatter_gather": _scatter_gather,
        "cycle": _cycle,
        "random": _random,
        "bipartite": _bipartite,
        "stack": _stack,
        "peel_chain": _peel_chain,
        "relay": _relay,
        "structuring": _structuring,
        "dormant_wake": _dormant_wake,
    }
)
