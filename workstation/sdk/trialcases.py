"""Owns the cases that every analysis must stand: usual, empty, one row, odd, tangled, strange, and the large one.

They are made by a fixed seed: the same rows everywhere. Must not know any plugin.
"""

from __future__ import annotations

from random import Random
from typing import Any

from workstation.domain.amounts import MAX_AMOUNT
from workstation.sdk.samplecase import Case

_START = 1_767_225_600  # 2026-01-01
_HOUR = 3600
#: Transfers of the reference case: an analysis must finish it within the limits of its manifest.
REFERENCE = 100_000


def usual() -> Case:
    """About 250 payments as cases have them, on two chains, with tags and an entity."""
    case = Case("tron").token("USDT", 6)
    rng = Random(20260101)
    time = _START
    for n in range(120):
        time += rng.randrange(60, 5 * _HOUR)
        sender, receiver = rng.sample(range(24), 2)
        amount = rng.choice((f"{rng.randrange(1, 90) * 100}", f"{rng.randrange(10, 9999)}.{rng.randrange(10**6):06d}"))
        case.pay(time, f"T{sender}", f"T{receiver}", f"{amount} {'TRX' if n % 9 == 0 else 'USDT'}")
    for n in range(12):  # many pay one, which pays at once; just below ten thousand
        case.pay(time + n * 900, f"Tvictim{n}", "Tcollector", f"{9500 + n * 37} USDT")
    case.pay(time + 4 * _HOUR, "Tcollector", "Tpeel0", "116000 USDT")
    for n in range(8):  # a peel chain to an exchange
        case.pay(time + (6 + 2 * n) * _HOUR, f"Tpeel{n}", f"Tpeel{n + 1}", f"{110_000 - n * 9_000} USDT")
        case.pay(time + (6 + 2 * n) * _HOUR + 60, f"Tpeel{n}", f"Tcash{n % 3}", f"{8_990 - n} USDT")
    for n, (payer, payee) in enumerate((("a", "b"), ("b", "c"), ("c", "a"))):  # a circle
        case.pay(time + (30 + n) * _HOUR, f"Tring{payer}", f"Tring{payee}", f"{5000 - n} USDT")
    for n in range(20):  # bitcoin: several inputs, a payment and change
        at, tx = time + (40 + n) * _HOUR, f"{n:064x}"
        for part in range(1 + n % 3):
            case.pay(at, f"bc1in{n % 7}x{part}", None, 50_000_000 + n, tx=tx, chain="bitcoin")
        case.pay(at, None, f"bc1shop{n % 4}", 30_000_000, tx=tx, chain="bitcoin")
        case.pay(at, None, f"bc1in{(n + 1) % 7}x0", 19_990_000 + n, tx=tx, chain="bitcoin")
    for n in range(3):
        case.tag(f"Tcash{n}", "Exchange X", "exchange")
    case.tag("T3", "Mixer Y", "mixer").tag("Tvictim1", "victim").tag("T5", "Sanctioned Z", "sanctions")
    return case.entity("Holder of two", "T1", "T2")


def bundle() -> dict[str, Any]:
    """What a report gets beside the case (``sdk.runner.bundle``): one finding, as a person wrote it."""
    finding = {
        "label": "F-001", "claim": "The money came to Ta.", "status": "draft", "confidence": "moderate",
        "basis": "fact", "reasons": "It is in the exhibit.", "alternatives": "", "disproof": "", "subjects": ["address:tron:Ta"],
    }  # fmt: skip
    return {"reference": "C-1", "title": "Sample case", "examiner": "A. Officer", "zone": "UTC", "witness": "1 abcd",
            "findings": [finding]}  # fmt: skip


def empty() -> Case:
    """Nothing at all."""
    return Case("tron")


def one_row() -> Case:
    """A single payment."""
    return Case("tron").pay(_START, "Ta", "Tb", "1000 TRX")


def odd() -> Case:
    """Amounts and times at their ends: huge, zero, not stated; no time, equal times, before 1970 and far away."""
    case = Case("ethereum").token("BIG", 0)
    for n, amount in enumerate((MAX_AMOUNT, MAX_AMOUNT, 0, 0, 1, None, 1 << 126, (1 << 63) - 1, 1 << 64)):
        for time in (None, _START, _START, 0, 253_402_300_799):
            case.pay(time, f"0x{n % 4}", f"0x{(n + 1) % 5}", amount)
    return case.pay(_START, "0x1", "0x2", f"{MAX_AMOUNT} BIG").pay(None, "0x2", "0x3", "? BIG")


def tangled() -> Case:
    """Payments to oneself, circles of two and three, many between the same two, one side missing."""
    case = Case("ethereum")
    for n in range(60):
        a, b = (("0xa", "0xa"), ("0xa", "0xb"), ("0xb", "0xa"), ("0xb", "0xc"), ("0xc", "0xa"), ("0xc", "0xc"))[n % 6]
        case.pay(_START + n // 2, a, b, 10**18 + n)
    for n in range(6):
        case.pay(_START + n, None, "0xa", 10**18, tx="mint").pay(_START + n, "0xa", None, 10**18, tx="burn")
    return case.pay(None, None, None, None)


def strange() -> Case:
    """A chain nobody knows, tokens without symbol or decimals, names of any letters, tags of any kind."""
    case = Case("unheard-of").token("", None).token("<b>'\";--", None, "no/such:contract").token("DEC70", 70)
    for n, name in enumerate(("ÄÖÜ", "钱包", "‮evil", "a b", "'; DROP TABLE transfer; --", "x" * 400)):
        case.pay(_START + n, name, "0", "1 DEC70" if n % 2 else None).pay(_START + n, "0", name, "7 <b>'\";--")
    return case.tag("钱包", "‮label", "no such category").tag("nobody pays", "alone", "exchange").entity("", "a b")


def reference(rows: int = REFERENCE) -> Case:
    """The large case: mostly small payments among many, with hubs as real ledgers have them."""
    case = Case("tron").token("USDT", 6)
    rng = Random(1)
    time = _START
    for _ in range(rows):
        time += rng.randrange(1, 120)
        sender, receiver = (int(20_000 * rng.random() ** 3) for _ in range(2))
        case.pay(
            time, f"T{sender}", f"T{receiver}", f"{int(20_000 * rng.random() ** 16)}.{rng.randrange(100):02d} USDT"
        )
    return case.tag("T0", "Exchange X", "exchange").tag("T1", "Exchange Y", "exchange")
