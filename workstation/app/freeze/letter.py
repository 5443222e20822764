"""Owns the letter of a request as a plain document: parts in order, in one language. Must not lay anything out.

Parts are ``facts`` (label and value), ``list``, ``text``, ``figure`` and ``ids``; PDF and DOCX are made from the same parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workstation import __version__
from workstation.app.freeze.fields import AUTHORITY, FACTS, HEAD, TERMS
from workstation.app.freeze.phrases import phrases
from workstation.app.freeze.request import Request


def document(request: Request) -> dict[str, Any]:
    """The whole letter."""
    told, data = phrases(request.language), request.data
    say, field, fields = told["letter"], told["fields"], request.data["fields"]
    custody = data["custody"]

    def facts(names: tuple[str, ...]) -> list[list[str]]:
        lacking = {m.field for m in request.missing if m.needed}
        return [[field[n], fields[n] or f"[{say['not_stated']}]"] for n in names if fields[n] or n in lacking]

    # an issuer holds nobody's account: the address is not its own, and the way ends at the target
    issuer = "_issuer" if data["contract"] else ""
    asks = [say[f"ask_{action}"] for action in fields["actions"]]
    wanted = fields["data_wanted"] if "disclose" in fields["actions"] else []
    subject = request.profile.subject
    for name, value in (
        ("{case_number}", fields["case_number"] or f"[{field['case_number']}]"), ("{service}", data["service"]),
        ("{actions}", ", ".join(ask.partition(":")[0] for ask in asks)),
    ):  # fmt: skip
        subject = subject.replace(name, value)
    terms = facts(TERMS)
    if "freeze" in fields["actions"] and fields["freeze_days"]:
        terms.insert(0, [say["days"], str(fields["freeze_days"])])
    parts: list[dict[str, Any]] = [
        _part("facts", "", rows=[[say["to"], data["service"]], [say["subject"], subject], *facts(HEAD)]),
        _part("facts", say["authority"], rows=facts(AUTHORITY)),
        _part("list", say["asks"], items=asks),
        _part("facts", say["terms"], say[f"user_told_{request.profile.notifies_user}"], rows=terms),
        _part("list", say["data_wanted"], items=[told["data"][name] for name in wanted]),
        _part("ids", say["targets"], say["targets_note"], records=[_target(t, told, fields, issuer) for t in data["targets"]]),
        _part("facts", "", rows=[*facts(("user_ids",)), *_issuer(data, field)]),
        _part("facts", say["totals"], rows=[_total(t, say) for t in data["totals"]]),
        _part("ids", say["payments"], say["payments_note"],
              records=[_payment(t, f"{say['payment']} {n}", told) for n, t in enumerate(data["transfers"], 1)]),
        _part("ids", say["inside"], say["inside_note"],
              records=[_payment(t, f"{say['payment']} {n}", told) for n, t in enumerate(data["inside"], 1)]),
        _part("ids", say["path" + issuer], say["path_note"], records=[_way(w, told) for w in data["paths"]]),
        _part("figure", say["chart" + issuer], say["chart_note" + issuer]),
        _part("ids", say["method"], say["method_note"], records=[_run(m, say) for m in data["methods"]]),
        _part("ids", say["balance"], say["balance_note"], records=[_balance(b, told) for b in data["balances"]]),
        _part("facts", say["case_facts"], rows=facts(FACTS)),
        _part("ids", say["custody"], say["custody_note"], records=[{
            "title": custody["witness"], "rows": [
                ["Fundflow Workstation", __version__], *[[e["label"] + " " + e["name"], e["sha256"]] for e in custody["exhibits"]]
            ]}]),
        _part("list", say["not_in_data" if request.complete else "missing"],
              items=missing_lines(request, only="data" if request.complete else "")),
    ]  # fmt: skip
    kept = [p for p in parts if p["rows"] or p["items"] or p["records"] or (p["kind"] == "figure" and request.ways)]
    return {
        "language": request.language, "title": say["title" + issuer], "service": data["service"],
        "draft": "" if request.complete else say["draft"], "draft_note": "" if request.complete else say["draft_note"],
        "signature": say["signature"], "page": say["page"], "parts": kept, "reference": custody["reference"],
        "examiner": custody["examiner"] or "not stated", "witness": custody["witness"], "classification": "",
    }  # fmt: skip


def plain(document: Mapping[str, Any]) -> str:
    """The letter as text, for who cannot see it."""
    lines = [document["title"], document["service"], document["draft"], document["draft_note"]]
    for part in document["parts"]:
        lines += [part["head"], part["note"], *(f"{name}: {value}" for name, value in part["rows"]), *part["items"]]
        for record in part["records"]:
            lines += [record["title"], *(f"{name}: {value}" for name, value in record["rows"])]
    return "\n".join(filter(None, lines))


def missing_lines(request: Request, language: str = "", only: str = "") -> list[str]:
    """What is missing, one line each, what the profile asks for first.

    Args:
        language: of the lines; empty = that of the letter. only: what ``data`` or the ``officer`` must give; empty = both.
    """
    told = phrases(language or request.language)
    say, field = told["letter"], told["fields"]
    made = []
    for each in sorted((m for m in request.missing if only in ("", m.who)), key=lambda m: not m.needed):
        words = say["missing_officer"] if each.who == "officer" else say["missing_data"]
        if each.field == "fiat":
            words = say["no_price"]
        if each.of:
            words += "; " + say["missing_rows"].replace("{count}", str(each.count)).replace("{of}", str(each.of))
        if each.needed:
            words += f" ({say['needed']})"
        made.append(f"{field[each.field]}: {words}")
    return made


def _part(
    kind: str, head: str, note: str = "", *, rows: list[list[str]] | None = None, items: list[str] | None = None,
    records: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "kind": kind,
        "head": head,
        "note": note,
        "rows": rows or [],
        "items": items or [],
        "records": records or [],
    }


def _target(
    t: Mapping[str, Any], told: Mapping[str, Mapping[str, str]], fields: Mapping[str, Any], issuer: str
) -> dict[str, Any]:
    say, field, words = told["letter"], told["fields"], told["words"]
    whose = say["holder" if issuer else "whose"]
    rows = [[field["chain"], t["chain"]]]
    for s in t["said"]:
        # that a label comes from a source is said by naming it
        marks = (words.get(s["confidence"], s["confidence"]), words.get(s["basis"], ""))
        rows.append([whose, ", ".join(filter(None, (s["label"], s["source"], s["date"], *marks)))])
    if fields["ownership"]:
        rows.append([say["officer_says"], fields["ownership"]])
    return {"title": t["address"], "rows": rows}


def _issuer(data: Mapping[str, Any], field: Mapping[str, str]) -> list[list[str]]:
    """What only the issuer of a token asks: its contract, and the payment that shows control best."""
    if not data["contract"]:
        return []
    return [[field[name], data[name]] for name in ("contract", "key_txid") if data[name]]


def _total(t: Mapping[str, Any], say: Mapping[str, str]) -> list[str]:
    money = ", ".join(t["fiat"]) + f" ({t['priced']}/{t['count']})" if t["fiat"] else say["no_price"]
    return [f"{t['token']} ({t['chain']})", f"{t['amount']} {t['token']} = {t['units']} {say['base_units']}; "
            f"{say['sum_of'].replace('{count}', str(t['count']))}; {money}"]  # fmt: skip


def _payment(t: Mapping[str, Any], title: str, told: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    say, field = told["letter"], told["fields"]
    unknown = say["not_stated"]
    amount = f"{t['amount']} {t['token']} = {t['units']} {say['base_units']}" if t["units"] is not None else unknown
    rows = [
        [field["amount"], amount + (f" ({say['assumed']})" if t["decimals_assumed"] else "")],
        [field["fiat"], t["fiat"] or say["no_price"]],
        [field["time"], t["utc"] or unknown],
        [field["chain"], t["chain"]],
        [field["contract"], t["contract"] or say["none"]],
        [field["txid"], t["txid"] or unknown],
        [field["index"], unknown if t["index"] is None else str(t["index"])],
        [field["block"], unknown if t["block"] is None else str(t["block"])],
        [field["from"], t["from"] or unknown],
        [field["to"], t["to"] or unknown],
    ]
    return {"title": title, "rows": rows}


def _way(way: Mapping[str, Any], told: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    say = told["letter"]
    rows = [
        [f"{say['step']} {n}", f"{t['utc'] or say['not_stated']}\n{t['amount'] or say['not_stated']} {t['token']}\n"
         f"{t['from']}\n→ {t['to']}\n{t['txid']}"]
        for n, t in enumerate(way["steps"], 1)
    ]  # fmt: skip
    return {"title": f"{way['from']} → {way['to']}", "rows": rows}


def _run(told: Mapping[str, Any], say: Mapping[str, str]) -> dict[str, Any]:
    part = say["part_of_unit"]
    rows = [
        [h["asset"], f"{h['amount'].replace('and a part of a unit', part)}\n{h['subject'].rpartition(':')[2]}"]
        for h in told["holders"]
    ]
    rows += [[say["remainder"], f"{left['display']}\n{left['reason']}"] for left in told["remainder"]]
    return {
        "title": f"{say['run']} {told['run']}: {told['method']} ({told['version']})",
        "rows": [*rows, ["SHA-256", told["sha256"]]],
    }


def _balance(b: Mapping[str, Any], told: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    say, field = told["letter"], told["fields"]
    rows = [
        [b["token"], f"{b['amount'] or say['not_stated']} = {b['units']} {say['base_units']}"],
        [field["contract"], b["contract"] or say["none"]],
        [field["time"], b["utc"] or say["not_stated"]],
        [field["block"], say["not_stated"] if b["block"] is None else str(b["block"])],
    ]
    return {"title": b["address"], "rows": rows}
