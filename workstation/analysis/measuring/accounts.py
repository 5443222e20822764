"""Owns made account ledgers whose truth is known: exchanges with deposit accounts, poisoning, dust. Same seed, same ledger.

Some people pay into the deposit account of another (the known way in which deposit reuse is wrong). Must not know a rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from workstation.analysis.trace.ledger import Transfer

_UNIT = 10**15
#: Blocks; about two weeks of Ethereum.
_END = 100_000


@dataclass(frozen=True, slots=True)
class Truth:
    """A ledger and what is true of it.

    Attributes:
        exchanges: account -> exchange, known to the case. deposits: deposit account -> its customer.
        owner: account -> who holds it. fakes: poisoning address -> the address it imitates.
    """

    transfers: tuple[Transfer, ...] = field(repr=False)
    exchanges: dict[str, str] = field(repr=False)
    deposits: dict[str, str] = field(repr=False)
    owner: dict[str, str] = field(repr=False)
    fakes: dict[str, str] = field(repr=False)


def make(seed: int, people: int = 250, strangers: int = 10, attacks: int = 30) -> Truth:
    """A ledger.

    Args:
        strangers: payments into the deposit account of somebody else. attacks: addresses that imitate another.
    """
    random = Random(f"accounts {seed}")
    moves: list[tuple[int, str, str, int]] = []
    exchanges = {_address(random): f"exchange {n % 3}" for n in range(6)}
    mains = list(exchanges)
    owner: dict[str, str] = {}
    deposits: dict[str, str] = {}
    wallets: list[str] = []
    for n in range(people):
        mine = [_address(random) for _ in range(random.choice((1, 1, 2, 3)))]
        owner |= dict.fromkeys(mine, f"h{n}")
        wallets += mine
        if random.random() < 0.6:
            deposit = _address(random)
            deposits[deposit] = f"h{n}"
            for wallet in mine:
                for _ in range(random.randint(1, 3)):
                    _paid_in(random, moves, wallet, deposit, random.choice(mains[:1] if n % 2 else mains[:4:3]))
    accounts = sorted(deposits)
    for _ in range(strangers):
        _paid_in(random, moves, random.choice(wallets), random.choice(accounts), mains[0])
    for _ in range(people * 8):
        payer, payee = random.sample(wallets, 2)
        moves.append((random.randrange(_END), payer, payee, random.randrange(1, 5000) * _UNIT))
    for _ in range(people // 4):  # people who pay straight to an exchange
        moves.append((random.randrange(_END), random.choice(wallets), random.choice(mains), 2 * _UNIT))
    fakes: dict[str, str] = {}
    usual = [move for move in moves if move[2] in owner]
    for when, victim, true, _ in random.sample(usual, attacks):
        body = _address(random)
        fake = true[:6] + body[6:-4] + true[-4:]
        fakes[fake] = true
        moves.append((when + random.randrange(1, 50), fake, victim, random.choice((0, 1, 1000))))
    moves.sort()
    made = [Transfer(str(n), when, "eth", a, b, units, n) for n, (when, a, b, units) in enumerate(moves)]
    return Truth(tuple(made), exchanges, deposits, owner, fakes)


def _address(random: Random) -> str:
    return "0x" + "".join(random.choice("0123456789abcdef") for _ in range(40))


def _paid_in(random: Random, moves: list[tuple[int, str, str, int]], user: str, deposit: str, main: str) -> None:
    """A payment into a deposit account, and the sweep."""
    when, units = random.randrange(_END), random.randrange(50, 9000) * _UNIT
    moves.append((when, user, deposit, units))
    late = random.random() < 0.05
    moves.append(
        (when + random.randrange(20, 20_000 if late else 3000), deposit, main, units - random.randrange(_UNIT))
    )
