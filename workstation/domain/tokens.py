"""Owns the few token contracts whose symbol everybody uses, so that a token that only borrows the symbol shows.

Public facts of the ledgers. Must not hold prices, nor decide what a symbol means in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workstation.domain.amounts import Asset
from workstation.domain.chains import CHAINS
from workstation.domain.visible import mixed_scripts

#: Symbol of widely used token contracts by (chain, canonical contract).
SYMBOLS: Mapping[tuple[str, str], str] = MappingProxyType({
    ("ethereum", "0xdac17f958d2ee523a2206206994597c13d831ec7"): "USDT",
    ("ethereum", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"): "USDC",
    ("ethereum", "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599"): "WBTC",
    ("ethereum", "0x6b175474e89094c44da98b954eedeac495271d0f"): "DAI",
    ("ethereum", "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"): "WETH",
    ("ethereum", "0x514910771af9ca656af840dff83e8264ecf986ca"): "LINK",
    ("bsc", "0x55d398326f99059ff775485246999027b3197955"): "USDT",
    ("bsc", "0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d"): "USDC",
    ("polygon", "0xc2132d05d31c914a87c6611c10748aeb04b58e8f"): "USDT",
    ("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"): "USDT",
})  # fmt: skip


def genuine(chain: str, contract: str, symbol: str) -> bool | None:
    """Whether a contract is the one everybody means by a symbol on a chain; None when the table does not know."""
    if not contract:
        return None
    known = SYMBOLS.get((chain, contract))
    if known is not None:
        return known == symbol.upper()
    return False if any(c == chain and s == symbol.upper() for (c, _), s in SYMBOLS.items()) else None


def price_names(asset: Asset) -> tuple[str, ...]:
    """Names under which a price file may hold an asset, the exact one first.

    A token takes the price of a symbol only when its contract is the known one of that symbol: anybody can call a
    token USDT.
    """
    exactly = f"{asset.chain}:{asset.contract}".lower()
    symbol = asset.symbol.strip().lower()
    if not asset.contract:
        return (symbol,) if symbol else ()
    return (exactly, symbol) if genuine(asset.chain, asset.contract, asset.symbol) else (exactly,)


#: Chains on which no token carries the symbol of the coin itself in good faith.
_COIN_ALONE = ("bsc", "ethereum", "tron")


def doubt(chain: str, contract: str, symbol: str) -> str:
    """Why a token may only borrow its name, in plain words; empty when nothing speaks for it."""
    odd = mixed_scripts(symbol)
    if odd:
        return odd
    contract = contract.partition("/")[0]  # of an item of a collection
    if genuine(chain, contract, symbol) is False and (chain, contract) not in SYMBOLS:
        known = ", ".join(c for (where, c), name in SYMBOLS.items() if where == chain and name == symbol.upper())
        return f"is not the contract known for {symbol.upper()} on {chain} ({known})"
    # some sources write the coin itself as a token of an address such as 0xeeee…
    coin = chain in _COIN_ALONE and symbol.upper() == CHAINS[chain].symbol and len(set(contract.lower())) > 4
    return f"bears the name of the coin of {chain}, which has no contract" if coin else ""
