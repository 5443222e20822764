"""Owns a generated case of about 2,000 addresses: a theft, six layers of splitting, one cash-out, and much noise.

Made from a seed alone. The stolen money never meets other money of its kind, so what reaches the cash-out is a plain
sum that every method must give. Must not use the program.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from workstation.app.romance import START, USDT, tron_address

_LAYERS = (3, 5, 7, 5, 3)
_NOISE = 1_960


@dataclass(frozen=True, slots=True)
class Laundering:
    """What happened: who lost, who took, where it was cashed out and how much arrived there (millionths)."""

    victim: str
    thief: str
    cash_out: str
    stolen: int
    arrived: int
    addresses: tuple[str, ...]
    files: tuple[Path, ...]


def generate(folder: Path, seed: int) -> Laundering:
    """Write the ledger and the label list of the case."""
    chance = random.Random(seed)
    made = iter(range(10_000))

    def new(name: str) -> str:
        return tron_address(seed, f"{name} {next(made)}")

    victim, thief, cash_out = new("victim"), new("thief"), new("deposit")
    rows: list[tuple[int, str, str, str, int]] = []
    stolen = 500_000_000_000 + chance.randrange(10**6)
    clock = START

    def pay(sender: str, receiver: str, amount: int, asset: str = f"USDT:{USDT}:6") -> None:
        nonlocal clock
        clock += chance.randrange(20, 900)
        rows.append((clock, sender, receiver, asset, amount))

    pay(victim, thief, stolen)
    holding, shop, known = {thief: stolen}, [new("shop") for _ in range(6)], [victim, thief, cash_out]
    known += shop
    for width in _LAYERS:
        layer = [new("layer") for _ in range(width)]
        known += layer
        following = dict.fromkeys(layer, 0)
        for holder, amount in holding.items():
            spent = amount // 100  # a little goes to shops on the way
            pay(holder, chance.choice(shop), spent)
            rest = amount - spent
            for number, receiver in enumerate(layer):
                part = rest if number == len(layer) - 1 else rest // 3
                pay(holder, receiver, part)
                following[receiver] += part
                rest -= part
        holding = following
    arrived = 0
    for holder, amount in holding.items():
        pay(holder, cash_out, amount)
        arrived += amount
    noise = [new("other") for _ in range(_NOISE)]
    hubs = noise[:8]
    for other in noise[8:]:
        hub = chance.choice(hubs)
        ends = (other, hub) if chance.random() < 0.5 else (hub, other)
        pay(*ends, chance.randrange(1, 10**10))
    for receiver in known[2:]:  # gas money, in another coin
        pay(hubs[0], receiver, 40_000_000, "TRX")
    rows.sort()
    lines = ["time,from,to,asset,amount,transaction,sequence,chain"]
    for number, (time, sender, receiver, asset, amount) in enumerate(rows):
        tx = random.Random(f"{seed}/{number}").randbytes(32).hex()
        lines.append(f"{time},{sender},{receiver},{asset},{amount // 10**6}.{amount % 10**6:06d},{tx},{number},tron")
    ledger, labels = folder / "chain-export.csv", folder / "labels.csv"
    ledger.write_text("\n".join(lines) + "\n", "ascii")
    told = [(victim, "Victim", "victim"), (cash_out, "Exchange Z deposit", "exchange")]
    told += [(each, f"Shop {number}", "merchant") for number, each in enumerate(shop, 1)]
    head = "address,label,category,source,date"
    labels.write_text("\n".join([head, *(f"{a},{b},{c},request 9,2026-03-20" for a, b, c in told)]) + "\n", "ascii")
    return Laundering(victim, thief, cash_out, stolen, arrived, (*known, *noise), (ledger, labels))
