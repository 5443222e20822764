"""Owns the fictional romance-scam demo, "The friendly stranger": every name, address and amount is invented.

Nine payments of USDT on TRON go from four victims to two collectors and on to one deposit address of an exchange;
innocent look-alikes, gas money, dust and a poisoning attempt lie between them. Made from a seed alone, so the files
are the same on every computer. Must not open a case.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
START = 1_772_442_000  # 2026-03-02 09:00:00 UTC
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SUN = 10**6


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in the case: TRON addresses made from the seed."""

    victims: tuple[str, ...]
    collectors: tuple[str, str]
    deposit: str
    hot_wallet: str
    sender: str
    shop: str
    friend: str
    neighbour: str
    gas: str
    poisoner: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of the ledger; amounts in millionths (USDT and TRX both have six decimals)."""

    time: int
    sender: str
    receiver: str
    asset: str
    amount: int
    note: str


def tron_address(seed: int, name: str, ends: str = "") -> str:
    """A valid TRON address (Base58Check) that depends on the seed and the name; ``ends`` asks for its last letters."""
    for attempt in range(1_000_000):
        body = b"\x41" + hashlib.sha256(f"{seed}/{name}/{attempt}".encode()).digest()[:20]
        check = hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
        number, text = int.from_bytes(body + check, "big"), ""
        while number:
            number, digit = divmod(number, 58)
            text = _ALPHABET[digit] + text
        if text.endswith(ends):
            return text
    raise ValueError("no such address found")


def cast(seed: int) -> Cast:
    """The addresses of the case. The poisoner ends like the deposit address, as such attackers arrange it."""
    deposit = tron_address(seed, "deposit")
    return Cast(
        victims=tuple(tron_address(seed, f"victim {number}") for number in range(1, 5)),
        collectors=(tron_address(seed, "collector 1"), tron_address(seed, "collector 2")),
        deposit=deposit,
        hot_wallet=tron_address(seed, "hot wallet"),
        sender=tron_address(seed, "other customer"),
        shop=tron_address(seed, "shop"),
        friend=tron_address(seed, "friend"),
        neighbour=tron_address(seed, "neighbour deposit"),
        gas=tron_address(seed, "gas station"),
        poisoner=tron_address(seed, "poisoner", deposit[-2:]),
    )


def payments(seed: int) -> list[Payment]:
    """The ledger of the case in order of time."""
    who, rng = cast(seed), random.Random(seed)
    clock = START
    made: list[Payment] = []

    def pay(sender: str, receiver: str, amount: int, note: str, asset: str = f"USDT:{USDT}:6") -> None:
        nonlocal clock
        clock += rng.randrange(1_200, 86_400)
        made.append(Payment(clock, sender, receiver, asset, amount, note))

    first, second = who.collectors
    losses = (2_500, 4_800, 12_000, 7_300, 15_250, 9_999, 21_400, 18_151, 30_000)
    for number, loss in enumerate(losses):
        victim = who.victims[(0, 0, 1, 0, 2, 1, 3, 2, 3)[number]]
        collector = first if number in (0, 1, 3, 4, 6) else second
        if number in (0, 2):
            pay(who.gas, collector, 40 * _SUN, "gas money", "TRX")
        pay(victim, collector, loss * _SUN + rng.randrange(_SUN), "payment")
        if number == 2:
            pay(who.victims[1], who.shop, 129_900_000, "an ordinary purchase")
        if number == 4:
            pay(who.friend, who.victims[2], 3_000 * _SUN, "a loan from a friend")
            pay(first, who.deposit, 41_000 * _SUN, "to the exchange")
        if number == 5:
            pay(who.poisoner, first, 0, "zero-value look-alike")
            pay(who.poisoner, second, 1, "dust")
    received = {name: sum(p.amount for p in made if p.receiver == name and p.asset != "TRX") for name in who.collectors}
    sent = {name: sum(p.amount for p in made if p.sender == name and p.asset != "TRX") for name in who.collectors}
    pay(second, who.deposit, received[second] - sent[second] - 1, "to the exchange")
    pay(first, who.deposit, received[first] - sent[first], "to the exchange")
    arrived = sum(p.amount for p in made if p.receiver == who.deposit)
    pay(who.sender, who.neighbour, 5_400 * _SUN, "another customer of the exchange")
    pay(who.deposit, who.hot_wallet, arrived, "sweep by the exchange")
    pay(who.neighbour, who.hot_wallet, 5_400 * _SUN, "sweep by the exchange")
    return made


def ledger_file(seed: int) -> bytes:
    """The ledger as ``ledger.csv`` (format: ``plugins/ledger_csv/FORMAT.md``)."""
    lines = ["time,from,to,asset,amount,transaction,sequence,chain,note"]
    for number, line in enumerate(payments(seed)):
        tx = hashlib.sha256(f"{seed}/transaction/{number}".encode()).hexdigest()
        amount = f"{line.amount // _SUN}.{line.amount % _SUN:06d}"
        lines.append(f"{line.time},{line.sender},{line.receiver},{line.asset},{amount},{tx},{number},tron,{line.note}")
    return ("\n".join(lines) + "\n").encode("ascii")


def labels_file(seed: int) -> bytes:
    """What the investigator was told about addresses, as a label list."""
    who = cast(seed)
    rows = [
        (who.deposit, "Exchange A deposit", "exchange", "Exchange A, answer to request 17"),
        (who.neighbour, "Exchange A deposit (other customer)", "exchange", "Exchange A, answer to request 17"),
        (who.hot_wallet, "Exchange A hot wallet", "exchange", "Exchange A, answer to request 17"),
        (who.gas, "Gas service", "service", "explorer label"),
        (who.shop, "Online shop", "merchant", "explorer label"),
        *((victim, f"Victim {number}", "victim", "victim statements") for number, victim in enumerate(who.victims, 1)),
    ]
    lines = ["address,label,category,source,date"]
    lines += [f'{address},{label},{category},"{source}",2026-03-20' for address, label, category, source in rows]
    return ("\n".join(lines) + "\n").encode("ascii")
