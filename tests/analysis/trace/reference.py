"""A slow second opinion on tracing, written from the semantics and never from the engine.

Order-keeping methods move single atoms of value: a unit is G atoms, G large enough that every conversion moves whole
atoms. Pooled methods keep fractions, with clean value as an entry of its own. Works on cases as JSON gives them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

CLEAN = "\0clean"
Case = dict[str, Any]


def text(value: Fraction) -> str:
    """Lowest terms."""
    return str(value)


def _sum(atoms: list[str], g: int) -> dict[str, str]:
    """Atoms as amounts of labels."""
    found: dict[str, int] = {}
    for atom in atoms:
        if atom != CLEAN:
            found[atom] = found.get(atom, 0) + 1
    return {label: text(Fraction(count, g)) for label, count in found.items()}


def _runs(atoms: list[str], g: int) -> list[list[str | None]]:
    """Atoms as segments."""
    found: list[list[Any]] = []
    for atom in atoms:
        if found and found[-1][0] == atom:
            found[-1][1] += 1
        else:
            found.append([atom, 1])
    return [[None if label == CLEAN else label, text(Fraction(count, g))] for label, count in found]


class Atoms:
    """Value as single atoms in order; ``method`` says from where a pool pays."""

    def __init__(self, method: str, g: int = 1) -> None:
        self.method, self.g = method, g

    def clean(self, units: int) -> list[str]:
        return [CLEAN] * (units * self.g)

    def mark(self, part: list[str], label: str, amount: int | None) -> tuple[list[str], dict[str, Fraction]]:
        reach = len(part) if amount is None else amount * self.g
        hit = [n for n, atom in enumerate(part) if n < reach and atom == CLEAN]
        return [label if n in set(hit) else atom for n, atom in enumerate(part)], {label: Fraction(len(hit), self.g)}

    def take(self, pool: list[str], units: int) -> tuple[list[str], list[str]]:
        n = units * self.g
        if self.method == "lifo":
            return (pool[len(pool) - n :], pool[: len(pool) - n])
        return pool[:n], pool[n:]

    def lacking(self, part: list[str], missing: int) -> list[str]:
        return self.clean(missing) + part if self.method == "lifo" else part + self.clean(missing)

    def first(self, part: list[str], units: int) -> tuple[list[str], list[str]]:
        return part[: units * self.g], part[units * self.g :]

    def join(self, a: list[str], b: list[str]) -> list[str]:
        return a + b

    def scale(self, part: list[str], before: int, after: int) -> list[str]:
        wide = [atom for atom in part for _ in range(after)]
        groups = [wide[n : n + before] for n in range(0, len(wide), before)]
        assert all(len(set(group)) == 1 for group in groups), "G is too small"
        return [group[0] for group in groups]

    def weigh(self, part: list[str]) -> dict[str, Fraction]:
        return {label: Fraction(part.count(label), self.g) for label in sorted(set(part) - {CLEAN})}


class Shares:
    """Value as an amount for each label, clean value included."""

    def __init__(self, method: str) -> None:
        self.method = method

    def clean(self, units: int) -> dict[str, Fraction]:
        return {CLEAN: Fraction(units)}

    def mark(
        self, part: dict[str, Fraction], label: str, amount: int | None
    ) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        free = part.get(CLEAN, Fraction(0))
        marked = free if amount is None else min(free, Fraction(amount))
        return self.join(part, {CLEAN: -marked, label: marked}), {label: marked}

    def take(self, pool: dict[str, Fraction], units: int) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        clean = pool.get(CLEAN, Fraction(0))
        dirty = sum(pool.values(), Fraction(0)) - clean
        if self.method == "haircut":
            taken = {k: v * units / (clean + dirty) for k, v in pool.items()} if clean + dirty else {}
        else:
            soiled = min(Fraction(units), dirty) if self.method == "dirty_first" else max(units - clean, Fraction(0))
            taken = {k: v * soiled / dirty for k, v in pool.items() if k != CLEAN} if dirty else {}
            taken[CLEAN] = units - soiled
        return taken, self.join(pool, {k: -v for k, v in taken.items()})

    def lacking(self, part: dict[str, Fraction], missing: int) -> dict[str, Fraction]:
        return self.join(part, self.clean(missing))

    def first(self, part: dict[str, Fraction], units: int) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        return Shares("haircut").take(part, units)

    def join(self, a: dict[str, Fraction], b: dict[str, Fraction]) -> dict[str, Fraction]:
        return {k: a.get(k, Fraction(0)) + b.get(k, Fraction(0)) for k in {**a, **b}}

    def scale(self, part: dict[str, Fraction], before: int, after: int) -> dict[str, Fraction]:
        return {k: v * after / before for k, v in part.items()}

    def weigh(self, part: dict[str, Fraction]) -> dict[str, Fraction]:
        return {k: v for k, v in part.items() if k != CLEAN and v}


class Sets:
    """Poison: the whole value, and the labels on it."""

    def clean(self, units: int) -> tuple[int, set[str]]:
        return units, set()

    def mark(self, part: tuple[int, set[str]], label: str, amount: int | None) -> Any:
        return (part[0], part[1] | {label}), {}

    def take(self, pool: tuple[int, set[str]], units: int) -> Any:
        left = pool[0] - units
        return (units, set(pool[1]) if units else set()), (left, set(pool[1]) if left else set())

    def lacking(self, part: tuple[int, set[str]], missing: int) -> Any:
        return part[0] + missing, part[1]

    def first(self, part: tuple[int, set[str]], units: int) -> Any:
        return (units, part[1]), (part[0] - units, part[1])

    def join(self, a: tuple[int, set[str]], b: tuple[int, set[str]]) -> Any:
        return a[0] + b[0], a[1] | b[1] if b[0] else a[1]

    def scale(self, part: tuple[int, set[str]], before: int, after: int) -> Any:
        return after, part[1] if after else set()

    def weigh(self, part: tuple[int, set[str]]) -> dict[str, Fraction]:
        return {label: Fraction(1) for label in part[1]}


def kind_of_value(method: str, case: Case) -> Any:
    """The form of value of a method on accounts."""
    if method == "poison":
        return Sets()
    if method in ("fifo", "lifo"):
        g = 1
        for event in case["events"]:
            if event.get("type") == "convert":
                g *= max(1, event["from_amount"])
        return Atoms(method, g)
    return Shares(method)


def account(case: Case, method: str) -> Case:
    """Section 3 for one method; the result also holds ``shortfalls``."""
    how = kind_of_value(method, case)
    options = case.get("options", {})
    barriers = set(options.get("barriers", []))
    pools: dict[tuple[str, str], Any] = {}
    sizes: dict[tuple[str, str], int] = {}
    owed: dict[tuple[str, str], int] = {}
    events: dict[str, Any] = {}
    fees: dict[str, Any] = {}
    totals: dict[str, dict[str, dict[str, Fraction]]] = {}
    short: list[dict[str, str]] = []

    def note(asset: str, bucket: str, parts: dict[str, Fraction]) -> None:
        for label, amount in parts.items():
            if amount:
                into = totals.setdefault(asset, {}).setdefault(bucket, {})
                into[label] = into.get(label, Fraction(0)) + amount

    def debit(who: str | None, asset: str, units: int, event: str, what: str) -> Any:
        if who is None or who in barriers:
            return how.clean(units)
        key = (who, asset)
        missing = max(0, units - sizes.get(key, 0))
        taken, rest = how.take(pools.get(key, how.clean(0)), units - missing)
        pools[key] = rest
        sizes[key] = sizes.get(key, 0) - units + missing
        if missing:
            short.append({"event": event, "kind": what, "account": who, "asset": asset, "amount": str(missing)})
            taken = how.lacking(taken, missing)
            if options.get("shortfall") == "debt":
                owed[key] = owed.get(key, 0) + missing
        return taken

    def credit(who: str | None, asset: str, part: Any, units: int) -> None:
        if who is None or who in barriers:
            note(asset, "external" if who is None else "absorbed", how.weigh(part))
            return
        key = (who, asset)
        repaid = min(units, owed.get(key, 0))
        if repaid:
            gone, part = how.first(part, repaid)
            owed[key] -= repaid
            note(asset, "debt", how.weigh(gone))
        pools[key] = how.join(pools.get(key, how.clean(0)), part)
        sizes[key] = sizes.get(key, 0) + units - repaid

    for opening in case.get("opening", []):
        part = how.clean(opening["amount"])
        if opening.get("label") and opening["amount"]:
            part, marked = how.mark(part, opening["label"], None)
            note(opening["asset"], "injected", marked)
        credit(opening["account"], opening["asset"], part, opening["amount"])
    rows = [(e["ts"], e.get("seq", 0), n, e) for n, e in enumerate(case["events"])]
    for ts, _, _, e in sorted(rows, key=lambda row: row[:3]):
        if options.get("until_ts") is not None and ts > options["until_ts"]:
            continue
        if e.get("type") == "convert":
            payer, asset = e["account"], e["from_asset"]
            part = debit(payer, asset, e["from_amount"], e["id"], "convert")
            note(asset, "converted_out", how.weigh(part))
            part = how.scale(part, e["from_amount"], e["to_amount"])
            note(e["to_asset"], "converted_in", how.weigh(part))
            if how.weigh(part):
                events[e["id"]] = part
            credit(e.get("to_account") or payer, e["to_asset"], part, e["to_amount"])
        else:
            payer, asset = e["from"], e["asset"]
            if e["amount"] and (payer is None or payer != e["to"]):
                part = debit(payer, asset, e["amount"], e["id"], "transfer")
                for source in case.get("sources", []):
                    if source["event"] == e["id"]:
                        part, marked = how.mark(part, source["label"], source.get("amount"))
                        note(asset, "injected", marked)
                if how.weigh(part):
                    events[e["id"]] = part
                credit(e["to"], asset, part, e["amount"])
        if e.get("fee"):
            asset = e.get("fee_asset") or asset
            part = debit(e.get("fee_payer") or payer, asset, e["fee"], e["id"], "fee")
            if how.weigh(part):
                fees[e["id"]] = part
                note(asset, "fees", how.weigh(part))

    def show(part: Any) -> Any:
        parts = how.weigh(part)
        return sorted(parts) if method == "poison" else {k: text(v) for k, v in parts.items()}

    balances: dict[str, dict[str, Any]] = {}
    segments: dict[str, dict[str, Any]] = {}
    for (who, asset), part in pools.items():
        if how.weigh(part):
            balances.setdefault(who, {})[asset] = show(part)
            note(asset, "final", how.weigh(part))
            if method in ("fifo", "lifo"):
                segments.setdefault(who, {})[asset] = _runs(part, how.g)
    found: Case = {
        "events": {k: show(v) for k, v in events.items()},
        "fees": {k: show(v) for k, v in fees.items()},
        "balances": balances,
        "shortfalls": short,
    }
    if method in ("fifo", "lifo"):
        found["segments"] = segments
    if method != "poison":
        found["totals"] = {
            asset: {name: {k: text(v) for k, v in parts.items()} for name, parts in buckets.items()}
            for asset, buckets in totals.items()
        }
    return found


def _arranged(atoms: list[str], method: str) -> list[str]:
    if method in ("tiho", "dirty_first"):
        return [a for a in atoms if a != CLEAN] + [a for a in atoms if a == CLEAN]
    if method == "clean_first":
        return [a for a in atoms if a == CLEAN] + [a for a in atoms if a != CLEAN]
    return list(atoms)


def _serving(tx: Case, method: str, options: Case) -> list[int]:
    outs = tx["outputs"]
    if method == "tiho":
        return [n for _, n in sorted((-o["value"], n) for n, o in enumerate(outs))]
    if options.get("output_order") == "change_last":
        flagged = [n for n, o in enumerate(outs) if o.get("change")]
        return [n for n in range(len(outs)) if n not in flagged] + flagged
    return list(range(len(outs)))


def utxo(case: Case, method: str) -> Case:
    """Section 2 for one method; order-keeping methods atom by atom, haircut with fractions, poison with sets."""
    options = case.get("options", {})
    barriers = set(options.get("barriers", []))
    last = options.get("until_block")
    txs = sorted(
        (t for t in case["ledger"]["txs"] if last is None or t["block"] <= last), key=lambda t: (t["block"], t["pos"])
    )
    by_id = {t["txid"]: t for t in txs}
    made: dict[tuple[str, int], Any] = {}
    fees: dict[str, Any] = {}
    injected: dict[str, Fraction] = {}
    atoms = Atoms(method) if method not in ("poison", "haircut") else None
    how: Any = atoms or (Shares("haircut") if method == "haircut" else Sets())
    follow = options.get("fee_policy") == "to_miner"
    mined = {t["block"] for t in txs if t.get("coinbase")}

    def run(tx: Case, parts: list[Any]) -> Any:
        """Serve the outputs; gives the fee."""
        outs = tx["outputs"]
        rest = how.clean(0)
        for part in parts:
            rest = how.join(rest, part)
        if atoms:
            rest = _arranged(rest, method)
        served: dict[int, Any] = {}
        for n in _serving(tx, method, options):
            value = outs[n]["value"]
            served[n], rest = how.take(rest, value) if value else (how.clean(0), rest)
        for n, out in enumerate(outs):
            part = served[n]
            for source in case["sources"]:
                if (source["txid"], source["vout"]) == (tx["txid"], n) and out["value"]:
                    part, marked = how.mark(part, source["label"], source.get("amount"))
                    for label, amount in marked.items():
                        injected[label] = injected.get(label, Fraction(0)) + amount
            made[tx["txid"], n] = part
        return rest

    def spent(i: Case) -> Any:
        if i["txid"] not in by_id:
            return how.clean(i["value"])
        out = by_id[i["txid"]]["outputs"][i["vout"]]
        return how.clean(out["value"]) if out.get("address") in barriers else made[i["txid"], i["vout"]]

    def paid(tx: Case, fee: Any) -> None:
        if how.weigh(fee):
            fees[tx["txid"]] = fee

    for block in sorted({t["block"] for t in txs}):
        pending: list[Any] = []
        coins = []
        for tx in txs:
            if tx["block"] != block:
                continue
            if tx.get("coinbase") and follow:
                coins.append(tx)
            elif tx.get("coinbase"):
                run(tx, [how.clean(sum(o["value"] for o in tx["outputs"]))])
            else:
                fee = run(tx, [spent(i) for i in tx["inputs"]])
                if follow and block in mined:
                    pending.append(fee)
                else:
                    paid(tx, fee)
        for coin in coins:
            paid(coin, run(coin, [how.clean(coin["subsidy"]), *pending]))

    def show(part: Any) -> Any:
        parts = how.weigh(part)
        return sorted(parts) if method == "poison" else {k: text(v) for k, v in parts.items()}

    tainted = {key: part for key, part in made.items() if how.weigh(part)}
    found: Case = {
        "outputs": {f"{a}:{n}": show(part) for (a, n), part in tainted.items()},
        "fees": {k: show(v) for k, v in fees.items()},
    }
    if atoms:
        found["segments"] = {f"{a}:{n}": _runs(part, 1) for (a, n), part in tainted.items()}
    if method != "poison":
        gone = {(i["txid"], i["vout"]) for t in txs if not t.get("coinbase") for i in t["inputs"]}
        final: dict[str, Fraction] = {}
        lost: dict[str, Fraction] = {}
        for (a, n), part in tainted.items():
            if (a, n) not in gone or by_id[a]["outputs"][n].get("address") in barriers:
                final = how_add(final, how.weigh(part))
        for part in fees.values():
            lost = how_add(lost, how.weigh(part))
        found["totals"] = {
            name: {k: text(v) for k, v in parts.items() if v}
            for name, parts in (("injected", injected), ("final", final), ("fees", lost))
        }
    return found


def how_add(a: dict[str, Fraction], b: dict[str, Fraction]) -> dict[str, Fraction]:
    """Sum of two maps."""
    return {k: a.get(k, Fraction(0)) + b.get(k, Fraction(0)) for k in {**a, **b}}


def partitions(items: list[int]) -> list[list[list[int]]]:
    """Every partition of a list into blocks."""
    if not items:
        return [[]]
    found = []
    for smaller in partitions(items[1:]):
        found.append([[items[0]], *smaller])
        found += [[*smaller[:n], [items[0], *smaller[n]], *smaller[n + 1 :]] for n in range(len(smaller))]
    return found


def interpretations(inputs: list[int], outputs: list[int]) -> list[list[tuple[list[int], list[int]]]]:
    """Section 7 by trying everything."""
    found = []
    for left in partitions(list(range(len(inputs)))):
        for right in partitions(list(range(len(outputs)))):
            if len(left) == len(right):
                found += [
                    list(zip(left, order, strict=True))
                    for order in permutations(right)
                    if all(
                        sum(inputs[i] for i in a) >= sum(outputs[j] for j in b)
                        for a, b in zip(left, order, strict=True)
                    )
                ]
    return found


def ways(events: list[Case], source: str, sink: str, max_hops: int) -> list[list[Case]]:
    """Section 8.3 by trying everything; events are in total order."""

    def grow(way: list[Case], at: int) -> list[list[Case]]:
        here = way[-1]["to"] if way else source
        if here == sink:
            return [way]
        met = {source} | {e["to"] for e in way}
        return [
            found
            for n, e in enumerate(events)
            if n >= at and e["from"] == here and e["to"] not in met and e["amount"] and len(way) < max_hops
            for found in grow([*way, e], n + 1)
        ]

    return grow([], 0)
