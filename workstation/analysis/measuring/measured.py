"""Owns running every heuristic and detector over the measuring sets. Must not write files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from workstation.analysis import columns
from workstation.analysis.heuristics import deposits, mixes, poison
from workstation.analysis.lookalike import look_alikes
from workstation.analysis.measuring import accounts, flags
from workstation.analysis.measuring import mixes as made_mixes
from workstation.analysis.measuring.scoring import Score, added, by_transfer, score
from workstation.analysis.measuring.sets import DIFFICULTIES, LARGE, THRESHOLD, Difficulty, make
from workstation.analysis.rates import ALONE, TOGETHER
from workstation.analysis.redflags.profile import parse
from workstation.analysis.trace.change import RULES
from workstation.analysis.trace.cluster import ClusterRules, cluster
from workstation.analysis.trace.ledger import chain
from workstation.analysis.typologies.together import Told, profile, singly, together
from workstation.analysis.typologies.usual import usual as usual_of
from workstation.paths import plugins_folder

#: Change rules that the made sets cannot measure: all their transactions share one type, fee rate and locktime.
UNVARIED = ("address_type", "fixed_fee", "locktime")
Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Table:
    """Scores of one sort of set: ``name`` of the set, what one row counts, and the scores by method.

    ``addresses``: of a set in which nothing is planted, how many were looked at; everything found there is a false alarm.
    """

    name: str
    counted: str
    scores: dict[str, Score]
    addresses: int = 0


def patterns(seeds: Sequence[int], watch: Watch, difficulties: Iterable[Difficulty]) -> Iterator[Table]:
    """Detectors at each difficulty: by instance, by transfer, and by instance as each tells when it is asked alone."""
    for difficulty in difficulties:
        by_instance, by_row, by_itself = [], [], []
        for seed in seeds:
            watch(f"{difficulty.name}, seed {seed}")
            one = make(difficulty, seed)
            usual, asked = usual_of(one.columns(), one.services), profile(THRESHOLD, LARGE)
            found = _found(together(usual, asked))
            by_instance.append(score(found, one.instances))
            by_row.append(by_transfer(found, one.labels()))
            by_itself.append(score(_found(singly(usual, asked)), one.instances))
        yield Table(difficulty.name, TOGETHER, added(by_instance))
        yield Table(difficulty.name, "transfers", added(by_row))
        yield Table(difficulty.name, ALONE, added(by_itself))


def _found(told: Told) -> list[tuple[str, tuple[int, ...]]]:
    return [(pattern, one.transfers) for pattern, every in told.alerts.items() for one in every]


def coinjoin(seeds: Sequence[int], watch: Watch) -> Table:
    """CoinJoin classes on made transactions; ``generic`` finds any CoinJoin that no other class takes."""
    every: list[dict[str, Score]] = []
    for seed in seeds:
        watch(f"CoinJoin, seed {seed}")
        truth = made_mixes.make(seed)
        found = {txid: shape.name for txid, shape in mixes.classes(chain(truth.txs)).items()}
        scores: dict[str, Score] = {}
        for name in sorted({*truth.mixes.values(), *found.values()}):
            said = {txid for txid, shape in found.items() if shape == name}
            there = {txid for txid, kind in truth.mixes.items() if kind == name}
            right = len(said & there)
            if name == "generic":
                right = len(said & set(truth.mixes))
            scores[name] = Score(name, len(said), right, len(there), right if there else 0)
        every.append(scores)
    return Table("made CoinJoins among payments", "transactions", added(every))


def ownership(seeds: Sequence[int], watch: Watch) -> Iterator[Table]:
    """Change rules by transaction; clusters by pairs of addresses; merges after a mix by hit."""
    change: list[dict[str, Score]] = []
    pairs: list[dict[str, Score]] = []
    merges: list[dict[str, Score]] = []
    for seed in seeds:
        watch(f"owners, seed {seed}")
        truth = made_mixes.make(seed)
        ledger = chain(truth.txs)
        for rule in RULES:
            if rule in UNVARIED:
                continue
            found = cluster(ledger, ClusterRules(change=rule)).change
            right = sum(truth.change.get(txid) == number for txid, number in found.items())
            change.append({rule: Score(rule, len(found), right, len(truth.change), right)})
        for name, rules in (
            ("multi_input", ClusterRules()),
            ("multi_input without CoinJoin exclusion", ClusterRules(exclude_coinjoin=False)),
            ("multi_input with conservative change", ClusterRules(change="conservative")),
        ):
            pairs.append({name: _pairs(name, cluster(ledger, rules).clusters, truth.owner)})
        said = list(mixes.post_mix_merges(ledger))
        right = sum(len({truth.owner[address] for address in one.subjects}) == 1 for one in said)
        merges.append({"post_mix_merge": Score("post_mix_merge", len(said), right, 0, 0)})
    yield Table("payments with change", "transactions", added(change))
    yield Table("owners of addresses", "pairs of addresses", added(pairs))
    yield Table("spending after a mix", "hits", added(merges))


def _pairs(name: str, clusters: Sequence[Sequence[str]], owner: dict[str, str]) -> Score:
    """Pairs of addresses in one cluster, and pairs of one owner: found, right, there, met."""
    found = right = 0
    for members in clusters:
        known = [owner[address] for address in members if address in owner]
        found += len(known) * (len(known) - 1) // 2
        right += sum(known.count(who) * (known.count(who) - 1) // 2 for who in set(known))
    seen = [owner[address] for members in clusters for address in members if address in owner]
    there = sum(seen.count(who) * (seen.count(who) - 1) // 2 for who in set(seen))
    return Score(name, found, right, there, right)


def accounts_of(seeds: Sequence[int], watch: Watch) -> Iterator[Table]:
    """Exchange deposits, deposit reuse, poisoning."""
    every: list[dict[str, Score]] = []
    for seed in seeds:
        watch(f"accounts, seed {seed}")
        truth = accounts.make(seed)
        said = [one.subjects[0] for one in deposits.exchange_deposits(truth.transfers, truth.exchanges)]
        right = len(set(said) & set(truth.deposits))
        paid = {move.receiver for move in truth.transfers} & set(truth.deposits)
        every.append({"exchange_deposit": Score("exchange_deposit", len(said), right, len(paid), right)})
        joined = [
            (a, b)
            for one in deposits.shared_deposits(truth.transfers, truth.exchanges)
            for a, b in combinations(one.subjects, 2)
        ]
        right = sum(truth.owner.get(a) == truth.owner.get(b) is not None for a, b in joined)
        customers = set(truth.deposits.values())
        held: dict[str, int] = {}
        for who in truth.owner.values():
            held[who] = held.get(who, 0) + (who in customers)
        there = sum(count * (count - 1) // 2 for count in held.values())
        every.append({"deposit_reuse": Score("deposit_reuse", len(joined), right, there, right)})
        every.append({"address_poisoning": _poisoning(truth)})
    yield Table("accounts of an exchange; poisoning", "accounts, pairs of users, addresses", added(every))


def _poisoning(truth: accounts.Truth) -> Score:
    moves = truth.transfers
    table = columns.of((int(m.id), m.ts, m.sender, m.receiver, m.asset, m.amount) for m in moves)
    alike = look_alikes(("ethereum", name) for name in table.parties)
    found = {one.subjects[0] for one in poison.poisoning(table, alike, lambda _, name: name, {"eth": 10**13})}
    right = len(found & set(truth.fakes))
    return Score("address_poisoning", len(found), right, len(truth.fakes), right)


def red_flags(seeds: Sequence[int], watch: Watch, difficulties: Iterable[Difficulty]) -> Iterator[Table]:
    """False alarms of red flags on harmless traffic, and their hits on planted patterns."""
    watch("red flags")
    generic = parse((plugins_folder() / "redflags" / "generic.toml").read_text("utf-8"))
    scores, addresses = flags.alarms(seeds, generic)
    yield Table("red flags on harmless traffic", "hits", scores, addresses)
    for name, found in flags.labelled(seeds, generic, difficulties):
        yield Table(f"red flags, {name}", "hits", found)


def measure(
    seeds: Sequence[int],
    watch: Watch = lambda said: None,
    difficulties: Iterable[Difficulty] = tuple(DIFFICULTIES.values()),
) -> tuple[Table, ...]:
    """Every table, in a fixed order."""
    return (
        *patterns(seeds, watch, difficulties),
        coinjoin(seeds, watch),
        *ownership(seeds, watch),
        *accounts_of(seeds, watch),
        *red_flags(seeds, watch, difficulties),
    )
