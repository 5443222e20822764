"""Owns the rule which evidence rows count: stated by at least one import that is done. Must not read rows itself.

Rows of a retracted import stay stored; so do rows of one that is still loading. Such a row counts only when another
import that is done states it too. A row that was stored with gaps (an input without amount) does not count while a
row that fills the gaps does. What a failed transaction would have moved does not count either; its fee does.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from workstation.domain.amounts import MAX_AMOUNT, Asset

#: ``asset.assumed``: decimals assumed to read a decimal text, or only to show base units a source stated.
ASSUMED_FROM_TEXT, ASSUMED_TO_SHOW = 1, 2


class Visible:
    """SQL conditions for one snapshot of the case."""

    def __init__(self, conn: Connection, *, counting: int = 0) -> None:
        """``counting``: an import that counts although it is still loading (the one that asks)."""
        hidden = conn.execute(text("SELECT id FROM import_run WHERE state <> 'done' ORDER BY id")).scalars()
        self.hidden = ",".join(str(int(i)) for i in hidden if i != counting)
        filled = conn.execute(text("SELECT 1 FROM transfer WHERE supersedes IS NOT NULL LIMIT 1"))
        self.fills = filled.first() is not None
        failed = (
            "SELECT 1 FROM tx WHERE status = 'failed' UNION ALL SELECT 1 FROM tx_claim WHERE status = 'failed' LIMIT 1"
        )
        self.fails = conn.execute(text(failed)).first() is not None
        self.claims = conn.execute(text("SELECT 1 FROM tx_claim LIMIT 1")).first() is not None

    @property
    def plain(self) -> bool:
        """Whether every stored transfer counts."""
        return not self.hidden and not self.fills and not self.fails

    def own(self, alias: str) -> str:
        """Whether the import that brought a row is done."""
        return f"{alias}.import_id NOT IN ({self.hidden})" if self.hidden else "1"

    def stated(self, table: str, alias: str) -> str:
        """Whether a row of a table with citations counts (gaps apart)."""
        if not self.hidden:
            return "1"
        return (
            f"({self.own(alias)} OR EXISTS (SELECT 1 FROM {table}_citation vc"
            f" WHERE vc.of_id = {alias}.id AND {self.own('vc')}))"
        )

    def transfer(self, alias: str = "t", *, also_filled: bool = False) -> str:
        """Whether a transfer counts."""
        stated = self.stated("transfer", alias)
        if also_filled:
            return stated
        if self.fails:
            stated += f" AND ({alias}.tx_id IS NULL OR {alias}.kind = 'fee' OR {alias}.tx_id NOT IN ({self._failed()}))"
        if not self.fills:
            return stated
        newer = self.stated("transfer", "vn")
        return f"{stated} AND NOT EXISTS (SELECT 1 FROM transfer vn WHERE vn.supersedes = {alias}.id AND {newer})"

    def _failed(self) -> str:
        """Transactions that failed, by the statement that counts."""
        of_rows = "SELECT x.id FROM tx x WHERE x.status = 'failed'"
        return (
            f"{of_rows} UNION SELECT x.id FROM tx x WHERE x.id IN (SELECT k.of_id FROM tx_claim k"
            f" WHERE k.status = 'failed') AND {self.tx_status()} = 'failed'"
        )

    def tx_value(self, column: str, first: str) -> str:
        """``first``, or when it is NULL what a later source states about the transaction ``x``."""
        if not self.claims:
            return first
        return (
            f"coalesce({first}, (SELECT k.{column} FROM tx_claim k WHERE k.of_id = x.id AND k.{column} IS NOT NULL"
            f" AND {self.own('k')} ORDER BY k.id LIMIT 1))"
        )

    def tx_status(self) -> str:
        """The status of transaction ``x``: a final one wins over pending and over none."""
        if not self.claims:
            return "x.status"
        return (
            "CASE WHEN x.status IN ('', 'pending') THEN coalesce((SELECT k.status FROM tx_claim k WHERE k.of_id = x.id"
            f" AND k.status NOT IN ('', 'pending') AND {self.own('k')} ORDER BY k.id LIMIT 1),"
            " (SELECT k.status FROM tx_claim k WHERE k.of_id = x.id AND k.status <> ''"
            f" AND {self.own('k')} ORDER BY k.id LIMIT 1), x.status) ELSE x.status END"
        )


class Assets:
    """The assets of a case, and what becomes of one with assumed decimals once a source states them.

    Attributes:
        by_id: the asset each stored id stands for now.
        moved: stored id -> (id of the stated asset, exponent): amounts are multiplied by 10^exponent.
    """

    def __init__(self, conn: Connection, visible: Visible) -> None:
        found = conn.execute(
            text(
                "SELECT a.id, c.name, a.contract, a.ident, a.symbol, a.decimals, a.assumed,"
                f" {visible.own('a')} FROM asset a JOIN chain c ON c.id = a.chain_id ORDER BY a.id"
            )
        ).all()
        stated: dict[tuple[str, str, str], int] = {}
        self.by_id: dict[int, Asset] = {}
        for number, chain, contract, ident, symbol, decimals, assumed, counts in found:
            self.by_id[number] = Asset(chain, contract, symbol, decimals, bool(assumed))
            if counts and not assumed:
                stated.setdefault((chain, contract, ident), decimals)
        self.moved: dict[int, tuple[int, int]] = {}
        first: dict[tuple[str, str, str, int, int], int] = {}
        for number, chain, contract, ident, _, decimals, assumed, _ in found:
            first.setdefault((chain, contract, ident, decimals, assumed), number)
        for number, chain, contract, ident, _, decimals, assumed, _ in found:
            # several imports may each have brought a row of the same asset
            same = first[chain, contract, ident, decimals, assumed]
            if same != number:
                self.moved[number] = (same, 0)
            if assumed and (chain, contract, ident) in stated:
                known = stated[chain, contract, ident]
                target = first[chain, contract, ident, known, 0]
                self.moved[number] = (target, known - decimals if assumed == ASSUMED_FROM_TEXT else 0)

    def value(self, asset_id: int, amount: int | None) -> tuple[int, int | None]:
        """Asset id and base units as they count now; an amount that does not fit stays as it was assumed."""
        target, exponent = self.moved.get(asset_id, (asset_id, 0))
        if amount is None or exponent == 0:
            return target, amount
        if exponent > 0:
            scaled = amount * 10**exponent
            return (target, scaled) if scaled <= MAX_AMOUNT else (asset_id, amount)
        whole, rest = divmod(amount, 10**-exponent)
        return (asset_id, amount) if rest else (target, whole)
