"""Owns the list of ledgers the program knows. Must not hold anything about addresses or files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Model = Literal["utxo", "account"]


@dataclass(frozen=True, slots=True)
class Chain:
    """One ledger network.

    Attributes:
        key: lower-case name used everywhere (``bitcoin``).
        model: ``utxo`` or ``account``.
        symbol: symbol of the native coin.
        decimals: decimals of the native coin (8 means 1 coin = 10^8 base units).
        form: address form, see :mod:`workstation.domain.addresses`.
    """

    key: str
    model: Model
    symbol: str
    decimals: int
    form: str


def _table(*chains: Chain) -> Mapping[str, Chain]:
    return MappingProxyType({chain.key: chain for chain in chains})


#: Every known chain by key, in a fixed order.
CHAINS: Mapping[str, Chain] = _table(
    Chain("bitcoin", "utxo", "BTC", 8, "bitcoin"),
    Chain("bitcoin-cash", "utxo", "BCH", 8, "bitcoin-cash"),
    Chain("bitcoin-sv", "utxo", "BSV", 8, "bitcoin-cash"),
    Chain("bitcoin-gold", "utxo", "BTG", 8, "free"),
    Chain("litecoin", "utxo", "LTC", 8, "litecoin"),
    Chain("dogecoin", "utxo", "DOGE", 8, "free"),
    Chain("dash", "utxo", "DASH", 8, "free"),
    Chain("zcash", "utxo", "ZEC", 8, "free"),
    Chain("verge", "utxo", "XVG", 6, "free"),
    Chain("monero", "utxo", "XMR", 12, "free"),
    Chain("ethereum", "account", "ETH", 18, "evm"),
    Chain("ethereum-classic", "account", "ETC", 18, "evm"),
    Chain("bsc", "account", "BNB", 18, "evm"),
    Chain("polygon", "account", "POL", 18, "evm"),
    Chain("arbitrum", "account", "ETH", 18, "evm"),
    Chain("optimism", "account", "ETH", 18, "evm"),
    Chain("base", "account", "ETH", 18, "evm"),
    Chain("avalanche", "account", "AVAX", 18, "evm"),
    Chain("fantom", "account", "FTM", 18, "evm"),
    Chain("gnosis", "account", "xDAI", 18, "evm"),
    Chain("tron", "account", "TRX", 6, "tron"),
    Chain("solana", "account", "SOL", 9, "free"),
    Chain("ripple", "account", "XRP", 6, "free"),
    Chain("stated", "account", "", 0, "free"),
)


def chain(key: str) -> Chain:
    """The chain with this key; ``KeyError`` when it is not known."""
    return CHAINS[key]
