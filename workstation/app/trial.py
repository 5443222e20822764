"""Owns the live check of a mapping: a table is read with a layout, nothing is kept, and the result is doubted aloud.

Works on any stream of records. Sums are exact and never made across assets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from workstation.analysis.provider import number, total
from workstation.casefile.values import utc
from workstation.domain.amounts import exact, plain
from workstation.domain.chains import CHAINS
from workstation.domain.records import BadRow, EventRecord, Place, Remark, TagRecord, TransferRecord

#: More coins than this cannot be: the largest supply each ever had, roundly, in coins.
SUPPLY: Mapping[str, int] = MappingProxyType({
    "BTC": 21_000_000, "BCH": 21_000_000, "BSV": 21_000_000, "LTC": 84_000_000, "DASH": 19_000_000, "ZEC": 21_000_000,
    "ETH": 130_000_000, "BNB": 200_000_000, "SOL": 1_000_000_000, "XRP": 100_000_000_000, "TRX": 150_000_000_000,
    "DOGE": 200_000_000_000, "XMR": 20_000_000, "ETC": 211_000_000, "USDT": 300_000_000_000, "USDC": 200_000_000_000,
    "DAI": 20_000_000_000, "WBTC": 21_000_000,
})  # fmt: skip
#: The first block of Bitcoin; nothing is older.
GENESIS = 1_231_006_505
_DAY = 86_400
_BAD_KEPT = 2_000
_SAMPLE = 20
#: Records after which a live check stops and says so.
MOST = 200_000


@dataclass(frozen=True, slots=True)
class Check:
    """What would come in.

    Attributes:
        rows: rows of the table that were read. accepted: rows that would come in. skipped: left out, by reason.
        bad: (place, code, reason, raw text) of rows that cannot be used (at most 2,000); bad_total: how many.
        sums: one line per direction and asset, exact. first, last: times in UTC, empty when there is none.
        warnings: what looks wrong. sample: (place, words) of the first records. assumptions: what the reader assumed.
    """

    rows: int
    accepted: int
    skipped: tuple[tuple[str, int], ...]
    bad: tuple[tuple[str, str, str, str], ...]
    bad_total: int
    sums: tuple[str, ...]
    first: str
    last: str
    warnings: tuple[str, ...]
    sample: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...] = ()


class Trial:
    """Takes records in and counts; :meth:`result` is the check."""

    def __init__(self, now: int, *, fixed: str = "") -> None:
        """``now``: seconds UTC of today. ``fixed``: the kind all rows have by the profile, empty = the rows say it."""
        self._now = now
        self._fixed = fixed
        self._rows: set[tuple[int, int]] = set()
        self._bad_rows: set[tuple[int, int]] = set()
        self._bad: list[tuple[str, str, str, str]] = []
        self._bad_total = 0
        self._sums: dict[tuple[str, str], tuple[int, int]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._largest: dict[str, tuple[int, int]] = {}
        self._times: list[int] = []
        self._odd_times = 0
        self._statuses: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._sample: list[tuple[Place, str]] = []
        self._assumed: list[str] = []
        self._warned: list[str] = []
        self.seen = 0

    def take(self, records: Iterable[Any], templates: Callable[[], Sequence[str]], stop: Callable[[], bool]) -> bool:
        """Read on until the end, or until ``stop`` or :data:`MOST` records; whether the end was reached."""
        for record in records:
            if isinstance(record, Remark):
                (self._assumed if record.kind == "assumption" else self._warned).append(record.text)
                continue
            self.seen += 1
            self._record(record, templates())
            if self.seen >= MOST or stop():
                return False
        return True

    def _record(self, record: Any, templates: Sequence[str]) -> None:
        place = record.place
        row = (place.stream, place.row)
        if isinstance(record, BadRow):
            self._bad_rows.add(row)
            self._bad_total += 1
            if len(self._bad) < _BAD_KEPT:
                self._bad.append((_locator(place, templates), record.code, record.reason, record.raw))
            return
        self._rows.add(row)
        words = ""
        if isinstance(record, EventRecord):
            words = self._event(record)
        elif isinstance(record, TransferRecord):
            if record.chain == "stated" and not record.tx and self._kinds:
                return  # the statement beside an event says the same money again
            words = self._transfer(record)
        elif isinstance(record, TagRecord):
            words = f"{record.chain}:{record.ref} is “{record.label}” {record.category}".strip()
            self._kinds["tag"] += 1
        if words and len(self._sample) < _SAMPLE:
            self._sample.append((place, words))

    def _event(self, event: EventRecord) -> str:
        self._kinds[event.kind] += 1
        self._statuses[event.status] += 1
        self._moment(event.time)
        if event.amount_text and event.status == "ok":
            self._add(event.direction or event.kind, event.symbol, number(event.amount_text))
        parts = [
            "no time" if event.time is None else utc(event.time), event.kind, event.amount_text, event.symbol,
            f"fee {event.fee_text} {event.fee_symbol}".strip() if event.fee_text else "", event.chain,
            event.address and f"address {event.address}", event.tx and f"tx {event.tx}", event.counterparty,
            event.account, "" if event.status in ("ok", "unknown") else f"status {event.status}",
        ]  # fmt: skip
        if not event.amount_text:
            parts += [f"{name}: {text}" for name, text in event.details[:6] if text]
        return " · ".join(part for part in parts if part)

    def _transfer(self, transfer: TransferRecord) -> str:
        self._kinds["transfer"] += 1
        self._moment(transfer.time)
        coin = CHAINS.get(transfer.chain)
        amount: tuple[int, int] | None = None
        if transfer.amount is not None and transfer.decimals is not None:
            amount = (transfer.amount, transfer.decimals)
        elif transfer.amount_text:
            amount = number(transfer.amount_text)
        symbol = transfer.symbol or (coin.symbol if coin and not transfer.contract else transfer.contract)
        if amount is not None:
            self._add(transfer.kind, symbol, amount)
        shown = "unknown amount" if amount is None else exact(*amount)
        when = "no time" if transfer.time is None else utc(transfer.time)
        ends = f"{transfer.sender or '?'} → {transfer.receiver or '?'}"
        return f"{when} · {ends} · {shown} {symbol}" + (f" · tx {transfer.tx}" if transfer.tx else "")

    def _add(self, side: str, symbol: str, amount: tuple[int, int]) -> None:
        key = (side, symbol)
        self._sums[key] = total([self._sums.get(key, (0, 0)), amount])
        self._counts[key] += 1
        largest = self._largest.get(symbol.upper(), (0, 0))
        if amount[0] * 10 ** largest[1] > largest[0] * 10 ** amount[1]:
            self._largest[symbol.upper()] = amount

    def _moment(self, seconds: int | None) -> None:
        if seconds is not None:
            self._times.append(seconds)
            self._odd_times += not GENESIS <= seconds <= self._now + _DAY

    def result(
        self, templates: Sequence[str], rows: int, skipped: Sequence[tuple[str, int]], *, whole: bool = True
    ) -> Check:
        """The check. ``rows``: rows the reader counted (0 = it does not count). ``whole``: the end was reached."""
        good = len(self._rows - self._bad_rows)
        left_out = sum(n for _, n in skipped)
        rows = rows or good + len(self._bad_rows) + left_out
        warnings = [*self._doubts(good, rows), *self._warned]
        if not whole:
            warnings.insert(0, f"only the first {self.seen:,} records were checked")
        quiet = sum(n for status, n in self._statuses.items() if status in ("failed", "pending"))
        told = (f"{_rows(quiet)} with a status that does not count: kept as events without money",) if quiet else ()
        sums = (
            *(
                f"{side}: {plain(*amount)} {symbol} ({_rows(self._counts[side, symbol])})"
                for (side, symbol), amount in sorted(self._sums.items())
            ),
            *told,
        )
        return Check(
            rows, good, tuple(skipped), tuple(self._bad), self._bad_total, sums,
            utc(min(self._times)) if self._times else "", utc(max(self._times)) if self._times else "",
            tuple(dict.fromkeys(warnings)), tuple((_locator(p, templates), w) for p, w in self._sample),
            tuple(dict.fromkeys(self._assumed)),
        )  # fmt: skip

    def _doubts(self, good: int, rows: int) -> list[str]:
        found = []
        if not good:
            found.append("no row would come in")
        if self._bad_rows and len(self._bad_rows) * 5 > good + len(self._bad_rows):
            share = len(self._bad_rows) * 100 // (good + len(self._bad_rows))
            found.append(
                f"{share} % of the rows cannot be used: is a column, the decimal sign or the time format wrong?"
            )
        for symbol, amount in sorted(self._largest.items()):
            most = SUPPLY.get(symbol)
            if most and amount[0] > most * 10 ** amount[1]:
                found.append(
                    f"one row has {plain(*amount)} {symbol}, more than there are ({most:,}): is the unit or the decimal"
                    " sign wrong?"
                )
        if self._odd_times:
            found.append(f"{self._odd_times:,} times are before 2009 or in the future: is the time format wrong?")
        sides = {side for side, _ in self._sums}
        if (
            not self._fixed
            and good > 4
            and self._kinds.get("transfer", 0) == 0
            and len(sides) == 1
            and sides <= {"in", "out"}
        ):
            found.append(f"every row goes {next(iter(sides))}: is the direction right?")
        counted = self._statuses.get("ok", 0) + self._statuses.get("unknown", 0)
        if self._statuses and not counted:
            found.append("no row has a status that counts: say which status words count")
        return found


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _locator(place: Place, templates: Sequence[str]) -> str:
    template = templates[place.stream] if place.stream < len(templates) else "row {row}"
    return template.replace("{row}", str(place.row)).replace("{sub}", "" if place.sub is None else str(place.sub))
