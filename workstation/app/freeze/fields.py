"""Owns which fields a request can have (``notes/field.md`` 6.1), and who gives them. Must not hold words of a language."""

from __future__ import annotations

#: What only the officer can say. Nothing here is ever made up: an empty field is named as missing.
OFFICER = (
    "agency", "country", "authority", "order", "mlat", "officer", "rank", "badge", "email", "phone", "second_officer",
    "case_number", "request_type", "date", "urgency", "addressee", "channel", "scope", "period", "user_ids",
    "legal_basis", "offence", "narrative", "victim", "suspect", "ownership", "renewal", "disclosable",
    "police_report", "jurisdiction",
)  # fmt: skip
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
