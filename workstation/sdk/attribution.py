"""Owns what readers of labels, sanctions and threat reports share: chain of an address, short texts, plain events.

Must not know any format. Nothing is guessed in silence: where the form of an address decides, a remark says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workstation.domain import addresses
from workstation.domain.chains import CHAINS
from workstation.domain.records import EventKind, EventRecord, Place, TagRecord
from workstation.sdk.reader import ADDRESS, AMOUNT, ZERO_ADDRESS, Refusal, RowProblem, Run
from workstation.sdk.text import NETWORKS, ZERO_EVM, Checker, known_chain, transaction

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:$|[T ])", re.ASCII)
_TEXT, _NAME, _DETAILS = 4000, 200, 128
#: Chains whose addresses have no checksum that is checked here: a ticker of theirs decides alone.
_UNCHECKED = ("monero", "verge")


def short(value: object, limit: int = _TEXT) -> str:
    """A value of a file as one text: numbers exactly, lists and objects as JSON, cut at the limit with a mark."""
    if value is None:
        return ""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = value.strip()
    elif isinstance(value, int | Decimal):
        text = str(value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


def details(
    fields: Mapping[str, Any] | Iterable[tuple[str, Any]], leave_out: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Fields as (name, text) in their order, without empty ones and those that are told elsewhere."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    left = frozenset(leave_out)
    made = [(short(name, _NAME), short(value)) for name, value in pairs if name not in left]
    return tuple((name, text) for name, text in made if text)[:_DETAILS]


def day(value: object) -> str:
    """The day a date or time starts with, or an empty text."""
    found = _DAY.match(value) if isinstance(value, str) else None
    if found is None:
        return ""
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""  # a day that no calendar has


def decimal_text(value: object) -> str:
    """A JSON number, or digits in a text, as plain decimal text; ``RowProblem`` for anything else."""
    if isinstance(value, str):
        if re.fullmatch(r"[0-9]{1,78}(\.[0-9]{1,78})?", value, re.ASCII):
            return value
    elif isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value < 10**78:
            return str(value)
    elif (
        isinstance(value, Decimal)
        and value.is_finite()
        and value >= 0
        and value.adjusted() < 78
        and int(value.as_tuple().exponent) >= -78
    ):
        return format(value, "f")
    raise RowProblem(AMOUNT, f"not a plain number: {str(value)[:60]!r}")


def stated_chain(parameters: Mapping[str, str]) -> str:
    """The chain the user stated, or an empty text; ``Refusal`` when it is not known."""
    try:
        return known_chain(parameters["chain"]).key if parameters.get("chain") else ""
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem


def stated_day(parameters: Mapping[str, str]) -> str:
    """The date the user stated, or an empty text; ``Refusal`` when it is no day."""
    text = parameters.get("date", "")
    if text and not (day(text) and len(text) == 10):
        raise Refusal("The parameter date must look like 2024-09-27.")
    return text


def chain_by(address: str, word: str, run: Run, fallback: str = "") -> str:
    """The chain of an address: the network or coin ``word`` where the form allows it, else the form itself.

    Lists named after a token mix chains, so a word never overrules the checksum of another chain.
    """
    key = word.strip().lower()
    wish = key if key in CHAINS else NETWORKS.get(key, "")
    wish = wish or fallback
    forms = addresses.recognise(address)
    if wish and (wish in forms or not forms or wish in _UNCHECKED):
        return wish
    if not forms:
        raise RowProblem(ADDRESS, f"not a valid address of any known chain: {address[:100]!r}")
    if len(forms) > 1:
        run.remark(
            "assumption", f"Addresses whose form fits several chains ({', '.join(forms[:6])}) belong to {forms[0]}."
        )
    return forms[0]


class Tags:
    """Makes tag records with checked addresses; the zero address is never tagged."""

    def __init__(self, run: Run, fallback: str = "") -> None:
        self.run, self.fallback = run, fallback
        self.check = Checker()

    def address(self, text: object, word: str = "") -> tuple[str, str]:
        """(chain, canonical address); ``RowProblem`` when it is none."""
        if not isinstance(text, str) or not 10 <= len(text.strip()) <= 200:
            raise RowProblem(ADDRESS, f"not an address: {str(text)[:100]!r}")
        text = text.strip()
        chain = chain_by(text, word, self.run, self.fallback)
        ref = self.check(chain, text)
        if ref == ZERO_EVM:
            raise RowProblem(ZERO_ADDRESS, "the zero address is never tagged: it stands for every mint and burn")
        return chain, ref

    def tag(self, place: Place, chain: str, ref: str, label: str, **more: str) -> TagRecord:
        """A tag on a checked address; ``more``: category, actor, confidence, source, date."""
        return TagRecord(
            place, chain, "address", ref, short(label), short(more.get("category", "")), short(more.get("actor", "")),
            short(more.get("confidence", "")), short(more.get("source", "")), day(more.get("date", "")),
        )  # fmt: skip

    def transaction_tag(self, place: Place, chain: str, tx: str, label: str, **more: str) -> TagRecord:
        """A tag on a transaction id of the chain."""
        form: Any = "evm" if CHAINS[chain].form == "evm" else "utxo"
        return TagRecord(
            place, chain, "transaction", transaction(tx, form), short(label), short(more.get("category", "")),
            short(more.get("actor", "")), short(more.get("confidence", "")), short(more.get("source", "")),
            day(more.get("date", "")),
        )  # fmt: skip


def event(place: Place, kind: EventKind, service: str, fields: tuple[tuple[str, str], ...], **more: Any) -> EventRecord:
    """An event that states facts beside the ledger; ``more``: account, time, time_text, chain, tx, address, symbol,
    amount_text, counterparty. Nothing else is stated, so the status is unknown."""
    return EventRecord(
        place, kind, short(service, _NAME), short(more.get("account", ""), 500), more.get("time"), "stated",
        short(more.get("time_text", ""), _NAME), "", short(more.get("symbol", ""), _NAME), more.get("amount_text", ""),
        "", "", more.get("chain", ""), more.get("tx", ""), more.get("address", ""),
        short(more.get("counterparty", "")), "unknown", fields,
    )  # fmt: skip
