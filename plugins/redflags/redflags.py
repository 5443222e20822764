"""Owns the words around red flags: each hit with its numbers, thresholds and an innocent reading.

Counting: ``workstation.analysis.redflags``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workstation.analysis import rates
from workstation.analysis.redflags import fiat, rules
from workstation.analysis.redflags.indicators import INDICATORS
from workstation.analysis.redflags.profile import ProfileError, parse
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Run

#: Rule -> an innocent reading, and what would disprove it.
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "split": ("a fixed price just below the threshold, such as a rent", "invoices of that amount"),
    "many_large": ("a trader, or the sale of a house paid in parts", "papers of the deal"),
    "series": ("a subscription that was cancelled, a fund-raiser that ended", "the contract behind the payments"),
    "awake": ("savings that are spent, a wallet found again", "an owner who shows why"),
    "spread": ("one person with accounts at several exchanges", "the customer's own statement of accounts"),
    "assets": ("a collector or a trader of many coins", "records of a trading account"),
    "many_payers": ("a shop, a fund-raiser, a deposit address of a service", "a tag of a merchant or exchange"),
    "accumulation": ("a shop that empties its till, a treasurer", "a tag of a merchant; a lawful reason for the pool"),
    "privacy": ("a lawful wish for privacy", "the holder's own records"),
})  # fmt: skip
_OTHERS = (
    "a mistake of the tag, or a payment that had nothing to do with it",
    "another holder at that time, or a wrong tag",
)
_AS_THE_TAG = "It repeats what a tag says, or counts assets: it is as right as the tag or the list, and was not measured."


def flags(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """One finding for each hit; a note for each of the 47 indicators."""
    text = given["profile"] or (Path(__file__).with_name("generic.toml")).read_text("utf-8")
    try:
        profile = parse(text)
    except ProfileError as problem:
        run.note(f"nothing was computed: {problem}")
        return
    tagged: dict[str, set[str]] = {}
    for tag in case.tags():
        category = tag.category.lower()
        for kind, words in profile.words.items():
            if any(word in category for word in words):
                tagged.setdefault(kind, set()).add(tag.subject)
    columns = case.columns()
    symbols = {key: (of.symbol, of.decimals) for key in columns.assets for of in (case.asset(key),)}
    known = rules.Known(columns, symbols, {kind: frozenset(names) for kind, names in tagged.items()}, profile)
    found = rules.compute(known)
    said = "no thresholds in money"
    if profile.money is not None:
        of = fiat.valued(columns, symbols, case.prices(), profile.money.currency)
        known = replace(known, valued=frozenset(columns.assets) - of.unpriced.keys() - of.differing.keys())
        found = fiat.merged(found, fiat.compute(known, of, profile.money))
        said = of.said(symbols)
        if not of.rates:
            said += f"; to use thresholds in money, import prices in {profile.money.currency} of the days of the transfers"
    run.note(f"profile {profile.title}, SHA-256 {sha256(text.encode()).hexdigest()}; {said}")
    published = rates.published()
    measured = {row["method"] for row in published.alarms}
    for number, each in enumerate(INDICATORS):
        run.progress(number, len(INDICATORS), each.text)
        hits = [hit for hit in found.get(each.rule, ()) if telling.touching(case, hit.subjects)]
        lacks = rules.missing(known, each.rule) if each.rule else each.needs
        state = f"{len(hits)} hits" if hits else f"missing: {lacks}" if lacks else "computed, no hit"
        run.note(f"{each.id}: {state}{f' ({lacks})' if hits and lacks else ''}")
        if any(other.rule == each.rule for other in INDICATORS[:number]):
            continue  # the same hits were told under the indicator before
        innocent, disproof = _WORDS.get(each.rule, _OTHERS)
        for hit in hits[: telling.listed(run, len(hits), f"hits of {each.id}")]:
            cited = tuple(c for key in hit.subjects[1:] for tag in case.tags(key) for c in case.cite_tag(tag))
            made = telling.finding(
                case, "red_flag", f"{each.text[0].upper()}{each.text[1:]}: {hit.subjects[0]}"[:400],
                f"{each.heading}: {each.text}. One flag alone proves nothing.", disproof, subjects=hit.subjects,
                transfers=hit.rows, measures={**hit.figures, "indicator": each.id, "profile": profile.title},
                innocent=innocent, rates=published.flagged(each.rule) if each.rule in measured else _AS_THE_TAG,
                citations=tuple(dict.fromkeys(cited)), card="red_flags",
            )  # fmt: skip
            if made is not None:
                yield made
