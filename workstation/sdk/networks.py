"""Owns what chain, address and transaction id a service's own words mean. Must not guess a chain from a coin's name."""

from __future__ import annotations

import re
from functools import lru_cache

from workstation.domain.chains import CHAINS
from workstation.sdk.reader import TRANSACTION, RowProblem
from workstation.sdk.text import NETWORKS, Checker, transaction

_WORD = re.compile(r"[a-z0-9]+", re.ASCII)
_SIGNATURE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{80,90}\Z", re.ASCII)  # 64 bytes
_HEX = re.compile(r"(?:0[xX])?[0-9a-fA-F]+\Z", re.ASCII)
#: Networks whose name holds the word of another chain: a coin that moved there never touched that chain.
_OTHER = frozenset({"bep2", "beacon", "omni", "lightning", "ln", "x", "opbnb", "liquid", "hrc20", "zksync", "era",
                    "linea", "scroll", "starknet", "ton", "kcc", "okc", "brc20"})  # fmt: skip
_MORE = {"avaxc": "avalanche", "arbitrumone": "arbitrum", "arbone": "arbitrum", "arbi": "arbitrum",
         "polygonpos": "polygon", "erc": "ethereum", "trc": "tron", "spl": "solana", "trc10": "tron",
         "opeth": "optimism", "optimismeth": "optimism", "arbitrumeth": "arbitrum", "ethereummainnet": "ethereum",
         "btcsegwit": "bitcoin", "segwitbtc": "bitcoin", "bchn": "bitcoin-cash", "xdai": "gnosis"}  # fmt: skip


@lru_cache(maxsize=1024)  # a file names few networks in many rows
def network_chain(text: str) -> str:
    """The chain behind a network name of a service (``TRC20``, ``BNB Smart Chain (BEP20)``); empty when unknown."""
    name = text.strip().lower()
    if name in CHAINS:
        return name
    words = _WORD.findall(name)
    if not words or _OTHER.intersection(words):
        return ""
    whole = "".join(words)
    if whole in _MORE or whole in NETWORKS:
        return _MORE.get(whole) or NETWORKS[whole]
    joined = "-".join(words)
    if joined in CHAINS:
        return joined
    found = {NETWORKS.get(word) or _MORE.get(word) or (word if word in CHAINS else "") for word in words} - {""}
    return found.pop() if len(found) == 1 else ""


def loose_address(check: Checker, chain: str, text: str) -> str:
    """The canonical address of a cell, also of an EVM address written without ``0x``; empty when it is none."""
    if chain not in CHAINS or chain == "stated" or not text or len(text) > 200:
        return ""
    if CHAINS[chain].form == "evm" and len(text) == 40 and _HEX.match(text):
        text = "0x" + text
    try:
        return check(chain, text)
    except RowProblem:
        return ""


def loose_transaction(chain: str, text: str) -> str:
    """The canonical transaction id of a cell on a chain; empty when the text cannot be one there."""
    if chain not in CHAINS or chain == "stated" or not text or len(text) > 200:
        return ""
    text = text.strip()
    try:
        return exact_transaction(chain, text)
    except RowProblem:
        return ""


def exact_transaction(chain: str, text: str) -> str:
    """The canonical transaction id of a cell on a chain; ``RowProblem`` when it is none."""
    form = CHAINS[chain].form
    text = text.strip()
    if form == "evm":
        return transaction(text if text[:2].lower() == "0x" else "0x" + text, "evm")
    if chain == "solana" or chain == "stated":
        if not text or len(text) > 128 or not (_SIGNATURE.match(text) or chain == "stated"):
            raise RowProblem(TRANSACTION, f"not a transaction id: {text[:80]!r}")
        return text
    return transaction(text[2:] if text[:2].lower() == "0x" else text, "utxo")
