"""Owns what the wizard calls the fields of a request, and the sentence that helps with each. Must not know a widget."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workstation.app.freeze.phrases import phrases
from workstation.ui.translate import tr

#: Sentences that stand in an empty field. None of them is ever taken for an answer.
HINTS: Mapping[str, str] = MappingProxyType({
    "agency": "full name of the authority, as on its letterhead",
    "country": "country of the authority",
    "authority": "the power it acts under, such as prosecutor or investigating police",
    "legal_basis": "law and article, in your own words",
    "order": "number and date of the court or police order that is attached",
    "mlat": "reference of the request for legal assistance, across borders",
    "email": "official address; most services answer no other",
    "second_officer": "name, rank and badge, where the service asks for two",
    "police_report": "number of the complaint; an issuer asks for it",
    "jurisdiction": "court district; an issuer asks for it",
    "addressee": "legal entity of the service, from its present guide",
    "channel": "portal or mailbox of the service",
    "case_number": "stands in the subject line",
    "request_type": "such as emergency, preservation, court order",
    "date": "day of the letter, YYYY-MM-DD",
    "urgency": "why it cannot wait, and until when",
    "scope": "accounts, addresses and kinds of data it covers",
    "period": "from when to when data are asked for",
    "renewal": "how the freeze shall be prolonged",
    "disclosable": "may the service tell its customer? Say so, and why",
    "user_ids": "if known: user id, e-mail or phone of the account",
    "ownership": "why you hold that the address is theirs, and how sure you are",
    "offence": "as the law names it",
    "narrative": "what happened, in order of time",
    "victim": "only what the service needs to know",
    "suspect": "only what the service needs to know",
    "freeze_days": "0 = no length is named",
})  # fmt: skip
#: What would give a field that the data of the case do not give, and the command that helps (empty = none).
REMEDIES: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "method": ("Trace from the victims and keep the run: the letter then names method and remainder.", "view.trace_ask", "Trace"),
    "fiat": ("Import a list of prices for these days. Without one no value in money is named.", "case.import", "Import prices"),
    "index": ("Import an export that states the log or output index.", "case.import", "Import evidence"),
    "block": ("Import an export that states the blocks.", "case.import", "Import evidence"),
    "time": ("Import an export that states the times.", "case.import", "Import evidence"),
    "txid": ("Import an export that states the transaction ids.", "case.import", "Import evidence"),
    "balance": ("Import the payments of the target with their blocks: the balance is computed from them.", "case.import", "Import evidence"),
    "path": ("Label the victims, or keep a trace run: the path begins there.", "tag.add", "Label"),
    "chart": ("It is drawn from the written path, which is missing.", "tag.add", "Label"),
})  # fmt: skip


def names() -> Mapping[str, str]:
    """What each field is called."""
    return {name: tr(words) for name, words in phrases("en")["fields"].items()}
