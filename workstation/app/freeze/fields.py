"""Owns which fields a request can have (``notes/field.md`` 6.1), and who gives them. Must not hold words of a language."""

from __future__ import annotations

#: What only the officer can say, by the part of the letter it stands in. Nothing here is ever made up.
AUTHORITY = (
    "agency", "country", "authority", "order", "mlat", "legal_basis", "officer", "rank", "badge", "email", "phone",
    "second_officer", "police_report", "jurisdiction",
)  # fmt: skip
HEAD = ("addressee", "channel", "case_number", "request_type", "date", "urgency")
FACTS = ("offence", "victim", "suspect", "narrative")
TERMS = ("scope", "period", "renewal", "disclosable")
ACCOUNT = ("user_ids", "ownership")
OFFICER = (*AUTHORITY, *HEAD, *TERMS, *ACCOUNT, *FACTS)
#: What a second request of the same case starts with; the rest belongs to one service and one day.
REMEMBERED = (*AUTHORITY, "case_number", *FACTS)
#: What the data of the case give, or cannot give.
CASE = (
    "targets", "transactions", "totals", "contract", "txid", "index", "block", "time", "amount", "fiat", "path",
    "method", "chart", "confidence", "custody", "balance", "key_txid",
)  # fmt: skip
#: What has a default of the profile and can be set.
CHOSEN = ("actions", "data_wanted", "freeze_days")
ALL = (*OFFICER, *CASE, *CHOSEN)
#: Each is an ask of its own.
ACTIONS = ("preserve", "freeze", "disclose", "seize")
DATA_WANTED = (
    "kyc", "opening", "devices", "ip_log", "deposits", "withdrawals", "bank", "cards", "chats", "balances",
)  # fmt: skip
LANGUAGES = ("en", "it", "ru", "kk")
