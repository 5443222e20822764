"""Owns the plain words of the wizard for roles, row types and formats. Must not decide anything."""

from __future__ import annotations

from workstation.ui.translate import tr


def row_types() -> tuple[tuple[str, str, str], ...]:
    """What the rows of a table can be: words, ``gives`` and fixed kind of the layout."""
    return (
        (tr("Deposits"), "events", "deposit"),
        (tr("Withdrawals"), "events", "withdrawal"),
        (tr("Movements (a column says which)"), "events", ""),
        (tr("Trades"), "events", "trade"),
        (tr("P2P orders"), "events", "p2p"),
        (tr("Payments in money"), "events", "fiat"),
        (tr("Log-ins"), "events", "login"),
        (tr("Account card"), "events", "account"),
        (tr("Balances"), "events", "balance"),
        (tr("Other events"), "events", "other"),
        (tr("Transfers on a ledger"), "transfers", ""),
        (tr("Labels of addresses"), "tags", ""),
    )


def role(name: str) -> str:
    """A column role in plain words; an unknown one as it is."""
    known = {
        "time": tr("Time"), "kind": tr("What happened"), "direction": tr("In or out"), "asset": tr("Asset"),
        "amount": tr("Amount"), "fee": tr("Fee"), "fee_asset": tr("Asset of the fee"), "network": tr("Network"),
        "chain": tr("Chain"), "tx": tr("Transaction id"), "address": tr("Address"),
        "from_address": tr("Sender address"), "memo": tr("Memo or tag"), "status": tr("Status"),
        "counterparty": tr("Other person"), "account": tr("User id"), "price": tr("Price"), "total": tr("Total"),
        "quote_asset": tr("Paid with"), "quote_amount": tr("Amount paid"), "balance": tr("Balance"),
        "label": tr("Label"), "provider_id": tr("Row id"), "ip": tr("IP address"), "device": tr("Device"),
        "place": tr("Place"), "block": tr("Block"), "from": tr("From"), "to": tr("To"),
        "contract": tr("Token contract"), "decimals": tr("Decimals"), "in": tr("Amount in"), "out": tr("Amount out"),
        "index": tr("Index"), "token_id": tr("Token id"), "from_label": tr("Label of sender"),
        "to_label": tr("Label of receiver"), "note": tr("Note"), "category": tr("Category"), "actor": tr("Actor"),
        "source": tr("Source"), "date": tr("Date"), "confidence": tr("Confidence"), "in_amount": tr("Amount in"),
        "out_amount": tr("Amount out"), "in_asset": tr("Asset in"), "out_asset": tr("Asset out"),
    }  # fmt: skip
    return known.get(name, name)


def time_formats() -> tuple[tuple[str, str], ...]:
    """Ways a time is written: words with an example, and the format of the layout grammar."""
    return (
        (tr("recognise"), ""),
        ("2024-03-08 13:15:42", "iso"),
        ("08.03.2024 13:15:42", "%d.%m.%Y %H:%M:%S"),
        ("08.03.2024 13:15", "%d.%m.%Y %H:%M"),
        ("08/03/2024 13:15:42  " + tr("(day first)"), "%d/%m/%Y %H:%M:%S"),
        ("08/03/2024 13:15  " + tr("(day first)"), "%d/%m/%Y %H:%M"),
        ("03/08/2024 13:15:42  " + tr("(month first)"), "%m/%d/%Y %H:%M:%S"),
        ("03/08/2024 01:15:42 PM", "%m/%d/%Y %I:%M:%S %p"),
        ("24-03-08 13:15:42", "%y-%m-%d %H:%M:%S"),
        (tr("Unix seconds"), "unix"),
        (tr("Unix milliseconds"), "unix-ms"),
    )


def kinds() -> tuple[tuple[str, str], ...]:
    """Values a cell word can stand for where a column says what happened."""
    return (
        (tr("leave the row out"), "-"),
        (tr("deposit"), "deposit"),
        (tr("withdrawal"), "withdrawal"),
        (tr("trade"), "trade"),
        (tr("P2P order"), "p2p"),
        (tr("payment in money"), "fiat"),
        (tr("fee"), "fee"),
        (tr("reward"), "reward"),
        (tr("transfer inside the service"), "transfer"),
        (tr("log-in"), "login"),
        (tr("something else"), "other"),
    )
