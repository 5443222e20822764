"""Owns building a request: exact targets, payments, totals, ways, methods, and what is missing. Pure data, no words.

What the officer must say comes as given fields and is never made up; what the data cannot give is named. Must not write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workstation.app import export
from workstation.app.freeze import targets as finding
from workstation.app.freeze.ask import Ask
from workstation.app.freeze.fields import ACTIONS, ALL, DATA_WANTED, LANGUAGES, OFFICER
from workstation.app.freeze.profiles import Profile
from workstation.app.tracing import records
from workstation.casefile.values import utc
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Transfer
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

_LONGEST = 20_000
#: Addresses that the rule chooses by itself; more make no letter that anybody reads.
_TARGETS = 50


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is not there. ``who``: ``officer`` or ``data``. ``needed``: the profile asks for it.

    ``count`` of ``of`` payments lack it; 0 of 0 when it is about the request as a whole.
    """

    field: str
    who: str
    needed: bool
    count: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One request to one service. ``data``: everything, JSON-ready. ``ways``: payments of each way, for the chart.

    ``left``: payments to the targets that it does not ask about; they stand in no file.
    """

    profile: Profile
    language: str
    data: dict[str, Any]
    missing: tuple[Missing, ...]
    ways: tuple[tuple[Transfer, ...], ...]
    targets: tuple[Subject, ...]
    left: tuple[dict[str, Any], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything is there that the profile asks for."""
        return not any(each.needed for each in self.missing)


def asked(
    session: Session, ask: Ask, profiles: Mapping[str, Profile], watch: Callable[[int], None] | None = None
) -> Request:
    """The request of an ask; ``profiles`` by key.

    Raises:
        WorkstationError: WS-FRZ-002 no such profile, and whatever :func:`build` raises.
    """
    if ask.profile not in profiles:
        raise WorkstationError(
            "WS-FRZ-002", f"there is no provider profile {ask.profile[:80]!r}", "nothing was written",
            f"use {', '.join(profiles)}",
        )  # fmt: skip
    return build(session, ask.service, profiles[ask.profile], ask.fields, ask.language, ask.targets, ask.without, watch)


def reworded(before: Request, ask: Ask, profiles: Mapping[str, Profile]) -> Request:
    """The same targets and payments in other words of the officer, by another profile or in another language.

    Raises:
        WorkstationError: WS-FRZ-004 a field or a value that nobody knows.
    """
    profile = profiles[ask.profile]
    kind = "issuer" if before.data["contract"] else profile.kind
    tongue = ask.language or profile.language
    data = {
        **before.data,
        "fields": _fields(profile, ask.fields),
        "profile": profile.key,
        "kind": kind,
        "language": tongue,
    }
    missing = _judged(profile, data)
    return replace(before, profile=profile, language=tongue, data=data, missing=missing)


def build(
    session: Session, service: str, profile: Profile, given: Mapping[str, str], language: str = "",
    only: Sequence[str] = (), without: Sequence[int] = (), watch: Callable[[int], None] | None = None,
) -> Request:  # fmt: skip
    """The request to a service.

    Args:
        only: addresses it is about; empty = those that the money of the case reaches. An issuer needs them.
        without: numbers of payments to the targets that it does not ask about.
        given: fields of the officer by name; ``actions`` and ``data_wanted`` as words with commas.
        watch: told how many targets were looked at; it may raise to stop.

    Raises:
        WorkstationError: WS-FRZ-003 no such service, WS-FRZ-004 a field or a value that nobody knows.
    """
    fields = _fields(profile, given)
    tongue = language or profile.language
    if tongue not in LANGUAGES:
        raise _bad(f"the language {tongue!r} is not there", f"use {', '.join(LANGUAGES)}")
    whole = finding.service(session, service)
    asked = finding.chosen(session, whole, only)
    starts = finding.sources(session)
    # whom a person chose is asked about, however many they are
    found, more = finding.ways(session, starts, asked, own=whole.members, watch=watch, most=None if only else _TARGETS)
    # a customer of the same service whom no money of the case reached is nobody's business
    targets = asked.members if only or len(asked.members) == 1 else tuple(found)
    every, inside = finding.arrivals(session, asked, targets, own=whole.members)
    come = [t for t in every if t.id not in without]
    log = export.changes(session.store)
    head = export.head(session, log)
    ways = [way for target in targets for way in found.get(target, ())]
    data: dict[str, Any] = {
        "format": "fundflow freeze request 1",
        "service": asked.name,
        "kind": "issuer" if asked.contract else profile.kind,
        "contract": asked.contract,
        "profile": profile.key,
        "language": tongue,
        "fields": fields,
        "targets": [_target(session, target) for target in targets],
        "left_out": len(whole.members or asked.members) - len(targets),
        "more_reached": more,
        "payments_left_out": len(every) - len(come),
        "transfers": [_transfer(session, t) for t in come],
        "inside": [_transfer(session, t) for t in inside],
        "totals": _totals(session, come),
        "paths": [
            {"from": w["from"].ref, "to": w["transfers"][-1].receiver, "asset": w["asset"], "contract": w["contract"],
             "steps": [_transfer(session, t) for t in w["transfers"]]}
            for w in ways if w["transfers"]
        ],
        "methods": _methods(session, targets),
        "balances": _balances(session, targets, asked.contract),
        "key_txid": max(come, key=lambda t: (t.amount or 0, -t.id)).tx if come else "",
        "custody": {"witness": head.witness, "sequence": head.sequence, "head": head.head, "case": head.case_id,
                    "reference": head.reference, "examiner": head.examiner, "as_of": log[-1].time,
                    "exhibits": [{"label": e.label, "name": e.name, "sha256": e.sha256}
                                 for e in session.store.exhibits()]},
    }  # fmt: skip
    missing = _judged(profile, data)
    drawn = tuple(tuple(w["transfers"]) for w in ways if w["transfers"])
    left = tuple(_transfer(session, t) for t in every if t.id in without)
    return Request(profile, tongue, data, missing, drawn, targets, left)


def _bad(what: str, todo: str) -> WorkstationError:
    return WorkstationError("WS-FRZ-004", what, "nothing was written", todo)


def _fields(profile: Profile, given: Mapping[str, str]) -> dict[str, Any]:
    allowed = (*OFFICER, "actions", "data_wanted", "freeze_days")
    for name, value in given.items():
        if name not in allowed:
            raise _bad(f"there is no field {name[:40]!r}", f"use {', '.join(allowed)}")
        if len(value) > _LONGEST:
            raise _bad(f"{name} is longer than {_LONGEST:,} characters", "put it into an annex")
    made: dict[str, Any] = {name: given.get(name, "").strip() for name in OFFICER}
    made["actions"] = _words("actions", given.get("actions"), profile.actions, ACTIONS)
    made["data_wanted"] = _words("data_wanted", given.get("data_wanted"), profile.data_wanted, DATA_WANTED)
    days = given.get("freeze_days", "").strip() or str(profile.freeze_days)
    if not (days.isascii() and days.isdigit() and len(days) < 5):
        raise _bad(f"freeze_days is {days[:20]!r}", "give a whole number of days")
    made["freeze_days"] = int(days)
    return made


def _words(name: str, given: str | None, default: Sequence[str], known: Sequence[str]) -> list[str]:
    wanted = list(default) if given is None else [w.strip() for w in given.split(",") if w.strip()]
    for word in wanted:
        if word not in known:
            raise _bad(f"{name} names {word[:40]!r}", f"use {', '.join(known)}")
    return [word for word in known if word in wanted]


def _target(session: Session, target: Subject) -> dict[str, Any]:
    """An address with everything that says whose it is."""
    names = session.graphs.names
    said = [
        {"label": t["label"], "source": t["source"] or "", "date": t["source_date"] or "",
         "confidence": t["confidence"] or "", "basis": t["basis"] or ""}
        for t in names.tags.get(target.key, ())
    ]  # fmt: skip
    said += [
        {"label": t.label or t.actor, "source": t.source, "date": t.source_date, "confidence": t.confidence,
         "basis": "source"}
        for t in names.sources.get(target.key, ())
    ]  # fmt: skip
    return {"chain": target.chain, "address": target.ref, "said": said}


def _transfer(session: Session, t: Transfer) -> dict[str, Any]:
    fiat = session.prices.of(t)
    return {
        "id": t.id, "chain": t.chain, "txid": t.tx, "index": t.index, "block": t.block, "kind": t.kind,
        "utc": "" if t.time is None else utc(t.time), "from": t.sender or "", "to": t.receiver or "",
        "token": t.asset.symbol or t.chain, "contract": t.asset.contract, "decimals": t.asset.decimals,
        "decimals_assumed": t.asset.assumed, "units": None if t.amount is None else str(t.amount),
        "amount": "" if t.amount is None else t.asset.written(t.amount), "fiat": "" if fiat is None else fiat.plain,
    }  # fmt: skip


def _totals(session: Session, come: Sequence[Transfer]) -> list[dict[str, Any]]:
    """Sum and count of each token; the value in money only with the number of payments that have a price."""
    groups: dict[tuple[str, str, str, int], list[Transfer]] = {}
    for t in come:
        groups.setdefault((t.chain, t.asset.contract, t.asset.symbol, t.asset.decimals), []).append(t)
    made = []
    for (chain, contract, symbol, _), rows in sorted(groups.items()):
        units = sum(t.amount or 0 for t in rows)
        found = [f for f in map(session.prices.of, rows) if f is not None]
        money: Counter[str] = Counter()
        for one in found:
            money[one.currency] += one.cents
        made.append(
            {"chain": chain, "token": symbol or chain, "contract": contract, "count": len(rows), "units": str(units),
             "amount": rows[0].asset.written(units), "unstated": sum(t.amount is None for t in rows),
             "fiat": [f"~ {cents // 100}.{cents % 100:02d} {currency}" for currency, cents in sorted(money.items())],
             "priced": len(found)}
        )  # fmt: skip
    return made


def _methods(session: Session, targets: Sequence[Subject]) -> list[dict[str, Any]]:
    """What kept trace runs say of the targets, with what stays open under each."""
    keys = {target.key for target in targets}
    return [
        {"run": run.number, "method": run.record["method"], "version": run.record["version"],
         "ledger_hash": run.record["ledger_hash"], "sha256": run.sha256,
         "holders": [{"subject": h["subject"], "asset": h["asset"], "amount": h["display"]}
                     for h in run.record["holders"] if h["subject"] in keys],
         "remainder": [{name: str(value) for name, value in sorted(part.items())} for part in run.record["remainder"]]}
        for run in records.kept(session)
        if any(h["subject"] in keys for h in run.record["holders"])
    ]  # fmt: skip


def _balances(session: Session, targets: Sequence[Subject], contract: str) -> list[dict[str, Any]]:
    """What is left at each target by the payments of the case: as of data, never more than they hold."""
    made = []
    for target in targets:
        sums: dict[tuple[str, str, int], list[Any]] = {}
        for t in session.store.transfers(address=target.ref, chain=target.chain):
            if t.amount is None or t.status == "failed" or (contract and t.asset.contract != contract):
                continue
            of = sums.setdefault((t.asset.contract, t.asset.symbol, t.asset.decimals), [0, t, None, None])
            of[0] += t.amount * ((t.receiver == target.ref) - (t.sender == target.ref))
            of[1:] = [
                t,
                max(filter(None, (of[2], t.time)), default=None),
                max(filter(None, (of[3], t.block)), default=None),
            ]
        for (where, symbol, _), (units, last, when, block) in sorted(sums.items()):
            made.append(
                {"chain": target.chain, "address": target.ref, "token": symbol or target.chain, "contract": where,
                 "units": str(units), "amount": last.asset.written(units) if units >= 0 else "",
                 "utc": "" if when is None else utc(when), "block": block}
            )  # fmt: skip
    return made


def _judged(profile: Profile, data: dict[str, Any]) -> tuple[Missing, ...]:
    """What is missing; the record says it too."""
    missing = tuple(_missing(profile, data))
    data["missing"] = [
        {"field": m.field, "who": m.who, "needed": m.needed, "count": m.count, "of": m.of} for m in missing
    ]
    data["complete"] = not any(m.needed for m in missing)
    return missing


def _missing(profile: Profile, data: Mapping[str, Any]) -> list[Missing]:
    """What is not there, in the order of the fields."""
    fields, rows = data["fields"], data["transfers"]
    lacking = {
        "txid": [r for r in rows if not r["txid"]],
        "index": [r for r in rows if r["index"] is None],
        "block": [r for r in rows if r["block"] is None],
        "time": [r for r in rows if not r["utc"]],
        "amount": [r for r in rows if r["units"] is None or r["decimals_assumed"]],
        "fiat": [r for r in rows if not r["fiat"]],
    }
    issuer = data["kind"] == "issuer"
    whole = {
        "targets": data["targets"], "transactions": rows, "totals": data["totals"], "path": data["paths"],
        "chart": data["paths"], "method": data["methods"], "custody": data["custody"]["witness"],
        "confidence": fields["ownership"] or any(s["confidence"] for t in data["targets"] for s in t["said"]),
        "contract": data["contract"] if issuer else True,
        "balance": (not issuer) or any(b["amount"] and b["block"] is not None for b in data["balances"]),
        "key_txid": data["key_txid"] if issuer else True,
    }  # fmt: skip
    made = []
    for name in ALL:
        needed = name in profile.required
        if name in OFFICER:
            if not fields[name] and (needed or name not in ("police_report", "jurisdiction") or issuer):
                made.append(Missing(name, "officer", needed))
        elif name in lacking:
            if lacking[name] or not rows:
                made.append(Missing(name, "data", needed, len(lacking[name]), len(rows)))
        elif name in whole:
            if not whole[name]:
                made.append(Missing(name, "data", needed))
        elif (
            name in ("actions", "data_wanted")
            and not fields[name]
            and (name == "actions" or "disclose" in fields["actions"])
        ):
            made.append(Missing(name, "officer", True))
    return made
