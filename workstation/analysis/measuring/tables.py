"""Owns writing what was measured: a page for people (Markdown) and a file for the program (TOML). Same scores, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from workstation.analysis.measuring import MEASURING, TUNING
from workstation.analysis.measuring.measured import UNVARIED, Table
from workstation.analysis.measuring.scoring import Score, overall
from workstation.analysis.measuring.sets import LARGE, THRESHOLD
from workstation.analysis.typologies.together import profile

_HEAD = """# Measured error rates

How often the heuristics and detectors of this program are right, measured by `workstation measure` on sets made for it. Nothing here was measured on a real case: a made set says how a rule behaves on what it was made from, no more.

- **Precision**: of what was found, how much was right. **Recall**: of what was there, how much was found. **F1**: their harmonic mean.
- An alert is right when it shares at least half of the transfers (Jaccard index) with a planted pattern of the same kind. A planted pattern makes only one alert right; a second alert on it counts as found and not as right.
- Seeds of the sets on which parameters were chosen: {tuning}. Seeds of the sets measured here: {measuring}. They differ: generator, rules and parameters were settled on the first, and nothing was chosen by the figures of the second. They are measured again when a rule changes; this was done once, when single detectors began to leave out what is part of a larger pattern.
- Usual traffic is payroll, merchants, services and people among themselves. Medium and hard sets also hold harmless look-alikes of every pattern: one and two of each sort beside four planted ones. A collection, a payment through agent, notary and bank, or a savings club has the shape of a pattern, and no rule of shape can tell. They count as errors.
- How common such look-alikes are in a real case nobody knows. With other shares of them the precision is another; take the figures as the order of size.
- The sets and the profile of parameters are both ours and meet each other's ranges, which flatters. None of the sets is dense. On a small set of another maker (2,500 transfers, one pattern of each kind, paydays that do not repeat) the same profile reached F1 64.5 % by instance.
- *Each detector asked alone*: what an analysis shows that is started by itself. As when all are asked together, an alert that is mostly part of a larger pattern is counted in the log and not shown; larger patterns that need an amount (structuring) are not looked for then.
"""
_NOTES: Mapping[str, str] = {
    "easy": "Long patterns in little time, no other payments of the parties meanwhile.",
    "medium": "Shorter and slower patterns, one harmless look-alike of each sort, one other payment of each party.",
    "hard": "Few members, slow, thin layers, two harmless look-alikes of each sort, two other payments of each party.",
    "made CoinJoins among payments": "Structures of the known wallets among payments with change and batch payments. "
    "`generic` is right when it meets any CoinJoin. Classes of real transactions stand in the card of the method.",
    "payments with change": "Not measured here, since the made transactions do not differ in them: "
    + ", ".join(f"`{rule}`" for rule in UNVARIED)
    + ". A set of outputs the rule leaves counts only when it is a single one.",
    "owners of addresses": "Pairs of addresses of one owner: large owners weigh most. Recall is low by nature, since "
    "most addresses of an owner never spend together.",
    "spending after a mix": "The made sets hold no two participants who pay together after a mix, so errors of that sort "
    "are not in these figures.",
    "red flags on harmless traffic": "Traffic of the hard sets in which nothing is planted, with its harmless look-alikes: "
    "every hit is a false alarm. Profile: the generic example, with the amounts of the sets and dormant after 30 days. "
    "Rules that repeat what a tag says are not measured; they are as right as the tag. `spread` is measured with known services.",
    "red flags, easy": "Hits of a flag against the planted pattern it is meant for: `split` structuring, `awake` dormant "
    "wake, `many_payers` fan-in. Other patterns that set a flag off count as errors. The windows are those of the generic "
    "example, two days, and some patterns last longer.",
    "accounts of an exchange; poisoning": "Some people pay into the deposit account of a stranger, and one sweep in "
    "twenty comes late.",
}  # fmt: skip
_COLUMNS = "| method | found | right | there | met | precision | recall | F1 |\n| --- | --- | --- | --- | --- | --- | --- | --- |"


_ALARMS = "| flag | hits | addresses | false alarms per 1,000 addresses |\n| --- | --- | --- | --- |"


def per_thousand(count: int, of: int) -> str:
    """So many of each thousand, with two digits, rounded half up."""
    hundredths = (200_000 * count + of) // (2 * of)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _alarm(one: Score, addresses: int) -> str:
    return f"| {one.kind} | {one.found} | {addresses} | {per_thousand(one.found, addresses)} |"


def percent(part: Fraction | None) -> str:
    """A share in per cent with one digit, rounded half up; a dash for none."""
    if part is None:
        return "–"
    tenths = int(part * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10} %"


def page(tables: Iterable[Table], seeds: Sequence[int] = MEASURING) -> str:
    """The page of the manual."""
    parts = [_HEAD.format(tuning=", ".join(map(str, TUNING)), measuring=", ".join(map(str, seeds)))]
    seen: set[str] = set()
    for table in tables:
        parts.append(f"## {table.name[0].upper()}{table.name[1:]}, by {table.counted}\n")
        if table.name in _NOTES and table.name not in seen:
            parts.append(_NOTES[table.name] + "\n")
        seen.add(table.name)
        if table.addresses:
            parts.append("\n".join([_ALARMS, *(_alarm(one, table.addresses) for one in table.scores.values())]) + "\n")
            continue
        rows = [_row(one) for one in table.scores.values()]
        if table.name in ("easy", "medium", "hard"):
            rows.append(_row(overall(table.scores)))
        parts.append("\n".join([_COLUMNS, *rows]) + "\n")
    parts.append("## Parameters of the detectors\n")
    parts.append("One profile for all difficulties. Windows are seconds, shares are fractions.\n")
    lines = [
        f"- {pattern}: {kind}, " + _said(parameters)
        for pattern, every in profile(THRESHOLD, LARGE).items()
        for kind, parameters in every
    ]
    parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _row(one: Score) -> str:
    recall = percent(one.recall)
    f1 = percent(one.f1) if one.planted else "–"
    return f"| {one.kind} | {one.found} | {one.right} | {one.planted} | {one.met} | {percent(one.precision)} | {recall} | {f1} |"


def _said(parameters: object) -> str:
    text = repr(parameters)
    return text[text.index("(") + 1 : -1].replace("=", " ")


def data(tables: Iterable[Table], seeds: Sequence[int] = MEASURING) -> str:
    """The same as TOML, one table for each set and method: ``[[rate]]``; false alarms of flags are ``[[alarm]]``."""
    lines = [
        "# Made by `workstation measure`. Do not edit; run it again.",
        f"tuning = [{', '.join(map(str, TUNING))}]",
        f"measuring = [{', '.join(map(str, seeds))}]",
    ]
    for table in tables:
        for one in table.scores.values():
            if table.addresses:
                lines += [
                    "", "[[alarm]]", f'method = "{one.kind}"', f'set = "{table.name}"', f"hits = {one.found}",
                    f"addresses = {table.addresses}", f'per_thousand = "{per_thousand(one.found, table.addresses)}"',
                ]  # fmt: skip
                continue
            lines += [
                "", "[[rate]]", f'method = "{one.kind}"', f'set = "{table.name}"', f'counted = "{table.counted}"',
                f"found = {one.found}", f"right = {one.right}", f"there = {one.planted}", f"met = {one.met}",
                f'precision = "{percent(one.precision)}"', f'recall = "{percent(one.recall)}"',
            ]  # fmt: skip
    return "\n".join(lines) + "\n"
