"""Owns the completeness check of addresses: exact sums against stated balances, running balance, signs of truncation.

The rules are in ``analysis.completeness``. Must not change anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.analysis.completeness import AssetCheck, Step, Verdict, check
from workstation.app.ledger import FEE, INPUT, Ledger, Rows, is_utxo
from workstation.casefile.values import NOT_STATED, utc
from workstation.domain.amounts import Asset, exact
from workstation.domain.chains import CHAINS
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Event
from workstation.domain.subjects import Subject
from workstation.domain.tokens import genuine

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Words of import warnings that mean a source may not hold everything.
_CUT = re.compile(r"incomplete|truncat|cut off|exactly [\d,. ]+(rows|records|transactions|transfers)|page|limit", re.I)
#: Most rows some sources give in one file: exactly so many is a sign that there were more.
PAGES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("etherscan.csv", (5_000,)), ("etherscan.api", (10_000, 1_000)), ("blockscout", (10_000,)), ("solscan", (5_000,)),
    ("tronscan", (10_000, 5_000)), ("trongrid", (200,)), ("esplora", (25,)), ("blockchain", (50,)),
)  # fmt: skip
#: Rows of which the exhibits are looked up.
_CITED = 5_000


@dataclass(frozen=True, slots=True)
class Completeness:
    """The check of one address.

    Attributes:
        verdict: the worst among its assets. assets: one check each, most transfers first.
        signs: what makes it likely that a source was cut. tx_held, tx_stated: transactions in the case, and the
            largest number a source states (None = none does).
    """

    subject: Subject
    verdict: Verdict
    assets: tuple[AssetCheck, ...]
    signs: tuple[str, ...]
    tx_held: int
    tx_stated: int | None


def completeness(session: Session, subject: Subject) -> Completeness:
    """Check one address.

    Raises:
        WorkstationError: WS-CPL-001 not an address of a ledger.
    """
    if subject.kind != "address" or subject.chain == "stated" or subject.chain not in CHAINS:
        raise WorkstationError(
            "WS-CPL-001", f"{subject.ref[:80]} is not an address of a ledger", "nothing was checked",
            "name an address with its chain, such as tron:T…",
        )  # fmt: skip
    ledger = session.graphs.ledger
    rows = _rows(ledger, subject)
    balances = session.store.events(address=(subject.chain, subject.ref), kinds=("balance",))
    steps = _steps(session, subject, rows)
    stated = _by_asset(balances, list(steps), subject.chain)
    assets = sorted({*steps, *stated}, key=lambda a: (-len(steps.get(a, ())), a.symbol, a.contract))
    checks = tuple(check(asset, steps.get(asset, ()), stated.get(asset, ())) for asset in assets)
    held = len(np.unique(ledger.tx[rows][ledger.tx[rows] > 0]))
    counted = [n for event in balances if (n := _tx_count(event)) is not None]
    most = max(counted, default=None)
    signs = list(_signs(session, ledger, rows))
    if most is not None and most > held:
        signs.append(f"a source states {most:,} transactions, the case holds {held:,}")
    return Completeness(subject, _worst(checks), checks, tuple(signs), held, most)


def addresses(session: Session) -> list[Subject]:
    """Addresses worth checking: those with a stated balance, and those that an import was about."""
    found: dict[tuple[str, str], None] = {}
    for event in session.store.events(kinds=("balance",)):
        if event.chain and event.address:
            found[event.chain, event.address] = None
    ledger = session.graphs.ledger
    for entry in _about(session):
        places = [p for p in ledger.address_ids if p[1].lower() == entry.lower()] if len(entry) > 20 else []
        found.update(dict.fromkeys(places))
    return [Subject("address", chain, ref) for chain, ref in sorted(found) if chain in CHAINS and chain != "stated"]


def _about(session: Session) -> set[str]:
    """Addresses given to imports as their subject."""
    given = (e.body for e in session.store.custody("import") if isinstance(e.body, dict))
    return {str((body.get("parameters") or {}).get("subject", "")) for body in given} - {""}


def _rows(ledger: Ledger, subject: Subject) -> Rows:
    number = ledger.number(subject)
    rows = np.unique(np.concatenate([ledger.received(number), ledger.sent(number)]))
    other = np.array([n for n, a in ledger.columns.assets.items() if a.chain != subject.chain], np.int64)
    found: Rows = rows[~np.isin(ledger.asset[rows], other)]
    return found


def _steps(session: Session, subject: Subject, rows: Rows) -> dict[Asset, list[Step]]:
    """Steps by asset, in total order; on UTXO chains whether the spent output is in the case."""
    ledger = session.graphs.ledger
    number, columns = ledger.number(subject), ledger.columns
    sourced = _sourced(session, subject, rows)
    found: dict[Asset, list[Step]] = {}
    for row in rows.tolist():
        kind, moment = int(ledger.kind[row]), int(columns.time[row])
        when = None if moment == NOT_STATED else moment
        units = _amount(ledger, row)
        steps = found.setdefault(ledger.asset_of(int(ledger.asset[row])), [])
        identity = int(columns.id[row])
        if int(ledger.receiver[row]) == number:
            steps.append(Step(identity, "in", units, when))
        if int(ledger.sender[row]) == number:
            steps.append(Step(identity, "fee" if kind == FEE else "out", units, when, sourced(identity)))
    return found


def _amount(ledger: Ledger, row: int) -> int | None:
    """The amount of a row, with what the spent output states about an input."""
    if ledger.unknown[row]:
        return None
    if ledger.hi[row] < 0:
        return ledger.big[row]
    return (int(ledger.hi[row]) << 63) + int(ledger.lo[row])


def _sourced(session: Session, subject: Subject, rows: Rows) -> Callable[[int], bool]:
    if not is_utxo(subject.chain):
        return lambda _: True
    ledger = session.graphs.ledger
    inputs = rows[ledger.kind[rows] == INPUT]
    if not len(inputs):
        return lambda _: True
    came = ledger.received(ledger.number(subject))
    outputs = {(t.tx, t.index) for t in session.store.transfers(ids=list(ledger.ids(came)))} if len(came) else set()
    loose = {
        t.id
        for t in session.store.transfers(ids=list(ledger.ids(inputs)))
        if (t.previous_tx, t.previous_index) not in outputs
    }
    return lambda identity: identity not in loose


def _by_asset(balances: Sequence[Event], held: Sequence[Asset], chain: str) -> dict[Asset, list[Event]]:
    """Stated balances by the asset they speak of; one whose symbol means several tokens is left out."""
    found: dict[Asset, list[Event]] = {}
    native = CHAINS[chain]
    for event in balances:
        low = event.symbol.lower()
        coins = [a for a in held if not a.contract and a.symbol.lower() == low]
        tokens = [a for a in held if a.contract and a.symbol.lower() == low]
        contract = next((t for n, t in event.details if n.lower() in ("contract", "token_address")), "").lower()
        exactly = [a for a in tokens if contract and a.contract.lower() == contract]
        real = [a for a in tokens if genuine(chain, a.contract, a.symbol) is not False]
        fits = exactly or coins or (real if len(real) == 1 else [])
        if not fits and low == native.symbol.lower():
            fits = [Asset(chain, "", native.symbol, native.decimals)]
        if fits:
            found.setdefault(fits[0], []).append(event)
    return found


def _tx_count(event: Event) -> int | None:
    text = dict(event.details).get("tx_count", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _signs(session: Session, ledger: Ledger, rows: Rows) -> list[str]:
    """Signs of truncation in the exhibits that state these rows."""
    numbers = session.store.exhibits_citing(ledger.ids(rows[:_CITED])) if len(rows) else []
    found: dict[str, None] = {}
    bodies = session.store.imports()
    for exhibit in session.store.exhibits():
        if exhibit.number not in numbers:
            continue
        told = [str(w) for w in bodies.get(exhibit.number, {}).get("warnings", ()) if _CUT.search(str(w))]
        found.update(dict.fromkeys(f"{exhibit.label}: {text}" for text in told))
        if not told and (limit := page(exhibit.reader, exhibit.read)):
            text = f"{exhibit.label} holds exactly {limit:,} rows, the most its source gives at once"
            found[text + "; it may be incomplete"] = None
    return list(found)


def page(reader: str, rows: int) -> int:
    """The page size of a source that this number of rows fills exactly, 0 = none."""
    for start, sizes in PAGES:
        if reader.startswith(start) and rows in sizes:
            return rows
    return 0


def _worst(checks: Sequence[AssetCheck]) -> Verdict:
    verdicts = {c.verdict for c in checks}
    if "does not add up" in verdicts:
        return "does not add up"
    # tokens without a stated balance do not spoil what a stated one proves for its own asset
    return "complete as stated" if verdicts == {"complete as stated"} else "cannot be checked"


# --- telling ----------------------------------------------------------------------------------------------------------


def as_data(found: Completeness) -> dict[str, Any]:
    """The same as JSON-ready values; amounts are text in base units and in coins."""
    return {
        "chain": found.subject.chain,
        "address": found.subject.ref,
        "verdict": found.verdict,
        "signs": list(found.signs),
        "transactions": found.tx_held,
        "transactions_stated": found.tx_stated,
        "assets": [_asset(c) for c in found.assets],
    }


def _asset(c: AssetCheck) -> dict[str, Any]:
    places = c.asset.decimals
    return {
        "asset": c.asset.symbol,
        "contract": c.asset.contract,
        "decimals": places,
        "received": exact(c.received, places),
        "sent": exact(c.sent, places),
        "fees": exact(c.fees, places),
        "net": exact(c.net, places),
        "transfers": c.transfers,
        "unknown": c.unknown,
        "below_zero_at": c.below or None,
        "below_zero": exact(c.below_units, places) if c.below else None,
        "inputs_without_output": c.unsourced,
        "stated": [
            {
                "by": s.service, "utc": None if s.time is None else utc(s.time), "balance": s.stated, "held": s.held,
                "difference": s.gap, "agrees": s.agrees, "source": s.citation,
            }
            for s in c.stated
        ],
        "verdict": c.verdict,
        "why": list(c.why),
    }  # fmt: skip


def lines(found: Completeness) -> list[str]:
    """The same for people."""
    told = [f"{found.subject.chain}:{found.subject.ref}: {found.verdict} ({found.tx_held:,} transactions in the case)"]
    told += [f"  may be incomplete: {text}" for text in found.signs]
    for c in found.assets:
        places, symbol = c.asset.decimals, c.asset.symbol
        told.append(
            f"  {symbol}: in {exact(c.received, places)} - out {exact(c.sent, places)} - fees {exact(c.fees, places)}"
            f" = {exact(c.net, places)}; {c.verdict}"
        )
        told += [f"    {text}" for text in c.why]
    return told
