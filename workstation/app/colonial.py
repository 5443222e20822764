"""Owns the Colonial Pipeline demo exhibit: public-ledger facts turned into the JSON an Esplora explorer would answer.

The facts stand in ``resources/cases/colonial-2021``; nothing is added to them. Must not open a case.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any


def esplora_answer(facts: str) -> bytes:
    """The transactions of ``facts.csv`` as an Esplora list, newest first, in bytes that never differ."""
    found: dict[str, dict[str, Any]] = {}
    for line in csv.DictReader(io.StringIO(facts)):
        transaction = found.setdefault(line["transaction"], _empty(line))
        script = {"scriptpubkey_address": line["address"], "value": int(line["satoshi"])}
        if line["side"] == "input":
            transaction["vin"].append(
                {
                    "txid": line["previous_transaction"],
                    "vout": int(line["previous_index"]),
                    "prevout": script,
                    "is_coinbase": False,
                }
            )
        else:
            transaction["vout"].append(script)
    for transaction in found.values():
        paid_in = sum(entry["prevout"]["value"] for entry in transaction["vin"])
        transaction["fee"] = paid_in - sum(entry["value"] for entry in transaction["vout"])
    newest_first = sorted(found.values(), key=lambda entry: (-entry["status"]["block_height"], entry["txid"]))
    return json.dumps(newest_first, indent=1).encode("ascii")


def _empty(line: dict[str, str]) -> dict[str, Any]:
    return {
        "txid": line["transaction"],
        "vin": [],
        "vout": [],
        "fee": 0,
        "status": {"confirmed": True, "block_height": int(line["block"]), "block_time": int(line["time"])},
    }
