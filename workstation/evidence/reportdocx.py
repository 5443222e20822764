"""Owns the report as a document that can be edited (DOCX), made from the same values and texts as the PDF.

It holds no field, macro or link: foreign text is text only. Must not decide what the report shows (``chosen``).
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workstation.evidence.bundle import SECTIONS, Bundle, Figure
from workstation.evidence.docxpage import Page
from workstation.evidence.drawing import drawing
from workstation.evidence.fonts import covered
from workstation.evidence.report import drawable, report_data, words

_MARKS = MappingProxyType({"fact": "FACT", "heuristic": "HEURISTIC", "assumption": "ASSUMPTION"})


def report_docx(bundle: Bundle, figures: Sequence[Figure], *, resources: Path) -> bytes:
    """The report of a bundle; the same bundle gives the same bytes."""
    texts, known = words(bundle.language, resources), covered(resources / "fonts")
    data = report_data(bundle, texts)
    moment = calendar.timegm(time.strptime(bundle.exported[:19], "%Y-%m-%dT%H:%M:%S"))
    pictures = [
        (figure, drawing(drawable(figure.svg, known), "png", moment=moment, resources=resources)) for figure in figures
    ]
    page = Page(texts, known)
    page.opening(data)
    for name in data["sections"]:
        page.heading(page.w(SECTIONS[name]), 1)
        if name == "figures":
            page.figures(pictures)
        else:
            _WRITERS[name](page, data)
    return page.saved(data)


def _summary(page: Page, data: Mapping[str, Any]) -> None:
    s, w = data["summary"], page.w
    between = {
        "first": w(s["first"]),
        "last": w(s["last"]),
        "chains": f" ({', '.join(s['chains'])})" if s["chains"] else "",
    }
    status = ", ".join(f"{w(name)} {many}" for many, name in s["status"])
    page.say(_counted(page, s["exhibits"], "This package rests on {n} exhibit.", "This package rests on {n} exhibits."))
    page.say(
        _counted(
            page, s["transfers"], "They state {n} transfer between {first} and {last}{chains}.",
            "They state {n} transfers between {first} and {last}{chains}.", **between,
        )
        if s["transfers"] else w("They state no transfer.")
    )  # fmt: skip
    page.say(
        _counted(page, s["findings"], "{n} finding was recorded: {status}.", "{n} findings were recorded: {status}.", status=status)
        if s["findings"] else w("No finding was recorded.")
    )  # fmt: skip
    page.table(
        ("Id", "Claim", "Rests on", "Status"),
        [(f["label"], f["claim"], w(_MARKS.get(f["basis"], f["basis"])), w(f["status"])) for f in data["findings"]],
    )
    page.say(
        page.tell(
            "{fact} stated by an exhibit and checkable there. {heuristic} follows from a rule of thumb that can be wrong. {assumption} taken as given by the examiner. An address is not a person: who controls it is always an attribution with a source.",
            fact=w("FACT"), heuristic=w("HEURISTIC"), assumption=w("ASSUMPTION"),
        )
    )  # fmt: skip


def _counted(page: Page, n: int, one: str, many: str, **values: Any) -> str:
    return page.tell(one if n == 1 else many, n=n, **values)


def _findings(page: Page, data: Mapping[str, Any]) -> None:
    w = page.w
    for f in data["findings"]:
        page.heading(f"{f['label']}  {f['claim']}", 2)
        sure = f"{w('confidence')} {w(f['confidence'])}"
        page.say(f"{w(_MARKS.get(f['basis'], f['basis']))}, {w(f['status'])}, {sure}. {f['author']}, {f['at']}")
        page.facts(
            [
                ("Reasons", f["reasons"] or w("none stated")),
                ("Other explanations", f["alternatives"] or w("none stated")),
                ("What would disprove it", f["disproof"] or w("not stated")),
            ],
        )
        if not f["links"]:
            page.say(w("No evidence is linked to this finding."), red=True)
            continue
        page.table(
            ("Evidence", "Place and SHA-256 of the row"),
            [(_evidence(page, k), _places(page, k["sources"])) for k in f["links"]],
        )
    if not data["findings"]:
        page.say(w("No finding was recorded in this case."))


def _evidence(page: Page, link: Mapping[str, Any]) -> str:
    moved = link["moved"]
    told = link["subject"] if moved is None else f"{page.w(moved['amount'])} {moved['asset']}, {_parties(page, moved)}"
    return f"{told}\n{link['note']}" if link["note"] else str(told)


def _parties(page: Page, row: Mapping[str, Any]) -> str:
    w = page.w
    lines = [f"{w(row['time'])}, {row['chain']} {w(row['kind'])}"]
    lines += [f"{w(name)} {w(row[name])}" for name in ("from", "to") if row[name]]
    return "\n".join([*lines, w(row["tx"])])


def _places(page: Page, sources: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"{s['place']} {s['sha256']}" for s in sources) or page.w("no place stated")


def _chronology(page: Page, data: Mapping[str, Any]) -> None:
    if not data["chronology"]:
        page.say(page.w("No finding of this report cites a transfer."))
        return
    page.say(page.w("The transfers that the findings of this report cite, in total order. The findings say what they mean."))  # fmt: skip
    page.table(
        ("Time (UTC), transfer", "Amount", "Place", "Findings"),
        [
            (f"{r['id']}\n{_parties(page, r)}", f"{page.w(r['amount'])} {r['asset']}", _places(page, r["sources"]), ", ".join(r["labels"]))
            for r in data["chronology"]
        ],
    )  # fmt: skip


def _traces(page: Page, data: Mapping[str, Any]) -> None:
    for t in data["traces"]:
        page.heading(t["title"], 2)
        page.say(t["asked"])
        if t["stale"]:
            page.say(page.w("STALE: THE LEDGER CHANGED SINCE"), red=True)
        page.facts([("Ledger SHA-256", t["ledger_hash"]), ("Parameters", "\n".join(t["parameters"])),
                    *([("Goes on through services because", t["through"])] if t["through"] else [])])  # fmt: skip
        page.table(("Run", "Method, version", "Kept at, by, SHA-256 of the record"),
                   [(r["number"], f"{r['title']}, {r['version']}", f"{r['at']}, {r['actor']}\n{r['sha256']}") for r in t["runs"]])  # fmt: skip
        for part in t["sections"]:
            page.heading(page.w(part["title"]), 3)
            if part["total"] > len(part["lines"]):
                _more(page, part["total"], len(part["lines"]), "data/traces/holders.csv")
            page.table(("Address", "Amount"),
                       [(x["what"], "\n".join(filter(None, (*x["cells"], x["held"], x["reason"])))) for x in part["lines"]])  # fmt: skip
        page.heading(page.w("Remainder"), 3)
        for line in t["remainder"]:
            page.say(line)
    if not data["traces"]:
        page.say("–")


def _more(page: Page, n: int, shown: int, file: str) -> None:
    page.say(page.tell("{n} rows; the first {shown} are shown, all stand in {file}.", n=n, shown=shown, file=file))


def _transfers(page: Page, data: Mapping[str, Any]) -> None:
    t, file = data["transfers"], "data/transfers/transfers.csv"
    if not t["total"]:
        page.say(page.w("The case holds no transfers."))
        return
    page.say(
        page.tell("The case holds {n} transfers; the first {shown} in total order are shown. All stand in {file}.",
                  n=t["total"], shown=len(t["rows"]), file=file)
        if t["sampled"] else page.tell("All {n} transfers in total order.", n=t["total"])
    )  # fmt: skip
    assumed = f" ({page.w('decimals assumed')})"
    page.table(
        ("No.", "Time (UTC), parties, transaction, place", "Amount", "Place"),
        [
            (r["id"], _parties(page, r), f"{page.w(r['amount'])} {r['asset']}" + (assumed if r["assumed"] else ""),
             "; ".join(s["place"] for s in r["sources"]))
            for r in t["rows"]
        ],
    )  # fmt: skip


def _attributions(page: Page, data: Mapping[str, Any]) -> None:
    w = page.w
    if not (data["tags_total"] or data["entities"] or data["notes"]):
        page.say(w("No tag, entity or note was recorded."))
        return
    if data["tags"]:
        page.heading(w("Tags"), 2)
        if data["tags_total"] > len(data["tags"]):
            _more(page, data["tags_total"], len(data["tags"]), "data/transfers/entities.csv")
        page.table(("Subject and label", "Source and place", "Date, rests on"),
                   [(f"{g['label']}\n{g['subject']}", f"{w(g['source'])}\n{g['place']}", f"{w(g['date'])}, {w(_MARKS.get(g['basis'], 'SOURCE'))}")
                    for g in data["tags"]])  # fmt: skip
    if data["entities"]:
        page.heading(w("Entities"), 2)
    for e in data["entities"]:
        page.say(e["name"] + (f" ({e['role']})" if e["role"] else ""), bold=True)
        page.say("\n".join([*filter(None, [e["note"]]), *(m["subject"] for m in e["members"])]))
    if data["notes"]:
        page.heading(w("Notes"), 2)
    for n in data["notes"]:
        page.say(f"{n['subject']}: {n['body']} ({n['author']}, {n['at']})")


def _requests(page: Page, data: Mapping[str, Any]) -> None:
    w = page.w
    for r in data["requests"]:
        page.heading(f"{r['label']}  {r['service']}", 2)
        rows = [("Status", w(r["status"])), ("Order", "\n".join(f"{day} {w(what)}" for day, what in r["days"])),
                ("Address", "\n".join(r["targets"])), *r["facts"],
                ("Asked", ", ".join(w(action) for action in r["actions"])),
                *((f"{w(name)}, SHA-256", value) for name, value in r["hashes"])]  # fmt: skip
        page.facts([row for row in rows if row[1]])
    if not data["requests"]:
        page.say("–")


def _method(page: Page, data: Mapping[str, Any]) -> None:
    w = page.w
    page.say(
        page.tell(
            "Every source file was hashed and kept byte for byte before it was read. A reader turned each record into typed statements in a separate process without network access. The steps below were done in this order; repeating them with the same inputs gives the same files ({file}).",
            file="data/reproduce/expected.sha256",
        )
    )
    page.table(
        ("No.", "Step", "Reader, parameters, remarks", "Outcome"),
        [
            (p["number"], f"{w(p['action'])} {p['exhibit']}", "\n".join([f"{p['tool']} {p['version']}", p["at"], *p["parameters"], *p["remarks"]]),
             f"{w(p['outcome'])}: " + page.tell("read {read}, accepted {accepted}, again seen {again}, not used {unused}",
                                                read=p["read"], accepted=p["accepted"], again=p["duplicates"], unused=p["quarantined"]))
            for p in data["steps"]
        ],
    )  # fmt: skip
    page.heading(w("Limits"), 2)
    stale = sum(t["stale"] for t in data["traces"])
    for n, text in (
        (data["quarantine_total"], page.tell("Source rows that could not be used: {n}. They stand under “Rows not used”.", n=data["quarantine_total"])),
        (data["summary"]["absent"], page.tell("Transfers that state no amount: {n}. Sums leave them out.", n=data["summary"]["absent"])),
        (data["summary"]["assumed"], page.tell("Transfers with assumed decimals: {n}. Their amounts may be wrong by a power of ten.", n=data["summary"]["assumed"])),
        (data["undated"], page.tell("Attributions without a date: {n}. They may be out of date.", n=data["undated"])),
        (data["one_sided"], page.tell("Findings that name no other explanation: {n}.", n=data["one_sided"])),
        (stale, page.tell("Questions traced over an older state of the ledger: {n}. Asked again they may answer otherwise.", n=stale)),
        (1, w("The report is as complete as its exhibits. Whether a source tells the truth or tells all is not checked by the program.")),
        (data["language"] != "en", w("Words of the case and of the program inside findings, traces, parameters and the log stand in the language in which they were written.")),
        (1, w("Addresses are not persons. Attributions are as good as their source and date.")),
        (1, f"{w('Transactions with inputs and outputs')} {w('(Bitcoin and its kin) do not say which input paid which output. Nothing of that kind is stated here as a fact.')}"),
        (1, f"{w('Nothing unknown becomes zero; nothing unreadable is dropped.')} {w('Absent amounts keep a reason, unusable rows are quarantined with their text.')}"),
        (1, w("The custody log shows changes after the last witnessed line only if that line was handed out. Keep the seal sheet apart from this package.")),
    ):  # fmt: skip
        if n:
            page.point(text)


def _exhibits(page: Page, data: Mapping[str, Any]) -> None:
    w = page.w
    if not data["exhibits"]:
        page.say(w("The case holds no exhibit."))
    for e in data["exhibits"]:
        page.say(f"{e['label']}  {e['name']}  ({w(e['outcome'])})", bold=True)
        read = (
            page.tell("Read by {reader}: {read} records, {accepted} accepted, {again} seen before, {unused} not used.",
                      reader=e["reader"], read=e["read"], accepted=e["accepted"], again=e["duplicates"], unused=e["quarantined"])
            if e["reader"] else w("Not read.")
        )  # fmt: skip
        came = page.tell("{size} bytes, {type}. Received from {who} at {time}.", size=e["size"], type=e["media_type"],
                         who=w(e["received_from"]), time=e["received_at"])  # fmt: skip
        page.say(f"{e['sha256']}\n{came} {read}")


def _unused(page: Page, data: Mapping[str, Any]) -> None:
    if not data["quarantine_total"]:
        page.say(page.w("Every row of every exhibit was used."))
        return
    _more(page, data["quarantine_total"], len(data["quarantine"]), "data/sources/quarantine.csv")
    page.table(
        ("Place", "Reason", "Text"),
        [(q["place"], f"{q['reason']} ({q['code']})", q["text"]) for q in data["quarantine"]],
    )


def _custody(page: Page, data: Mapping[str, Any]) -> None:
    w = page.w
    page.say(w("Each entry holds the hash of the entry before it. The last hash is the custody head in the witness line at the foot of every page; hand that line to someone outside, and no earlier entry can be changed unnoticed."))  # fmt: skip
    page.heading(w("Checks before the export"), 2)
    page.table(("Result", "Check", "Meaning"),
               [(w("HELD") if c["ok"] else w("FAILED"), c["name"], c["detail"]) for c in data["checks"]])  # fmt: skip
    if data["hand_overs"]:
        page.heading(w("Hand-overs"), 2)
        page.table(("No., time", "From, to", "What, what for, seal"), [
            (f"{h['sequence']}\n{h['time']}\n{w(h['direction'])}", f"{h['giver']}\n{h['taker']}",
             "\n".join([h["item"], h["purpose"], page.tell("seal {seal}, hash compared: {checked}", seal=h["seal"], checked=w(h["checked"]))]))
            for h in data["hand_overs"]
        ])  # fmt: skip
    page.heading(w("Log"), 2)
    if data["custody_total"] > len(data["custody"]):
        page.say(
            page.tell("{n} entries; the last {shown} are shown, all stand in {file}.", n=data["custody_total"],
                      shown=len(data["custody"]), file="data/custody/audit.jsonl")
        )  # fmt: skip
    page.table(("No.", "Time, actor", "Entry", "SHA-256"),
               [(c["sequence"], f"{c['time']}\n{c['actor']}", f"{c['kind']} {c['body']}", c["digest"]) for c in data["custody"]])  # fmt: skip


def _glossary(page: Page, data: Mapping[str, Any]) -> None:
    w = page.w
    page.facts([
        ("Address", w("A name on a ledger that can receive value. Not a person and not an account in a bank.")),
        ("Base unit", w("The smallest unit of an asset, such as a satoshi or wei. All sums are made in base units.")),
        ("Citation", w("Exhibit, place inside it and the SHA-256 of exactly those bytes.")),
        ("Custody head", w("The hash of the newest entry of the custody log. It stands for the whole log.")),
        ("Exhibit", w("A source file as it was received, kept byte for byte.")),
        ("Heuristic", w("A rule that is usually right and can be wrong, such as that inputs of one transaction have one owner.")),
        ("Quarantine", w("Source rows that could not be used, kept with their text and the reason.")),
        ("Seal", w("The SHA-256 of the file tagmanifest-sha256.txt; it covers every byte of the package.")),
        ("SHA-256", w("A fingerprint of data: change one bit and it is another one.")),
        ("Stated", w("Said by a record that is not a ledger, such as an exchange statement.")),
        ("Transfer", w("One movement of one asset. With inputs and outputs, one input or one output of a transaction.")),
        ("Visible mark", w("A hidden, control or undrawable character of a source, shown as its code: ⟦U+202E⟧.")),
        ("Witness line", w("Case, number of the last custody entry, custody head. Printed on every page.")),
    ])  # fmt: skip
    page.heading(w("Program and environment"), 2)
    page.table(("", ""), data["environment"])


def _cards(page: Page, data: Mapping[str, Any]) -> None:
    if not data["cards"]:
        page.say("–")
        return
    page.say(page.tell("What each method used here assumes, where it comes from and how it can be wrong. This is not legal advice. The cards as files stand in {folder}.", folder="data/methods"))  # fmt: skip
    for card in data["cards"]:
        page.heading(card["title"], 2)
        for part in card["parts"]:
            page.say(part["head"], bold=True)
            for line in part["lines"]:
                page.say(line)


_WRITERS: Mapping[str, Callable[[Page, Mapping[str, Any]], None]] = MappingProxyType({
    "summary": _summary, "findings": _findings, "chronology": _chronology, "traces": _traces, "transfers": _transfers,
    "attributions": _attributions, "requests": _requests, "method": _method, "exhibits": _exhibits, "unused": _unused, "custody": _custody,
    "glossary": _glossary, "cards": _cards,
})  # fmt: skip
