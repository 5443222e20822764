"""Owns the board of a question: its kept runs side by side as sections of rows, one column for each method.

Every amount comes from the records; they are only put beside each other, never added over assets. Must not run anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.analysis.trace.exact import Number, plain, text
from workstation.app.tracing import compare, records
from workstation.app.tracing.figures import amount
from workstation.app.tracing.fingerprint import canonical
from workstation.app.tracing.question import METHODS
from workstation.domain.amounts import Asset

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.records import Kept

#: Longer fractions are told in full beside the table, not in it.
_SHORT = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """The kept runs of one question on one ledger: one for each method, in the order of the methods."""

    runs: tuple[Kept, ...]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What was asked, without the methods."""
        found: Mapping[str, Any] = self.runs[0].record["parameters"]
        return found

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that were run."""
        return tuple(run.record["method"] for run in self.runs)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the runs."""
        return tuple(run.number for run in self.runs)

    @property
    def stale(self) -> bool:
        """Whether the ledger has changed since."""
        return any(run.stale for run in self.runs)

    @property
    def at(self) -> str:
        """When the last of them was kept."""
        return max(run.at for run in self.runs)

    def run(self, method: str) -> Kept:
        """The run of a method; the first when there is none of it."""
        return next((run for run in self.runs if run.record["method"] == method), self.runs[0])


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount as the record holds it (``7``, ``7/3``), as a column shows it, and in words."""

    units: str
    shown: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the board.

    Attributes:
        what: name of the row when it is no subject. cells: method -> amount; a method without one is left out.
        held: under how many methods; None where that means nothing. reason: why it stops, or why it stands here.
    """

    subject: str
    what: str
    asset: str
    contract: str
    label: str
    cells: Mapping[str, Cell]
    held: int | None = None
    smallest: Cell | None = None
    largest: Cell | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind, with a heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All sections of a question."""

    methods: tuple[str, ...]
    sections: tuple[Section, ...]


def questions(session: Session, watch: Callable[[int], None] | None = None) -> list[Asked]:
    """Kept runs by question, the newest question first. ``watch`` is called now and then; it may raise to stop."""
    found: dict[str, list[Kept]] = {}
    for run in records.kept(session, watch):
        key = canonical([run.record["parameters"], run.record["ledger_hash"], run.record["version"]])
        found.setdefault(key, []).append(run)
    groups = [Asked(tuple(sorted(_last_of_each(runs), key=_rank))) for runs in found.values()]
    return sorted(groups, key=lambda g: -max(g.numbers))


def _rank(run: Kept) -> int:
    name = run.record["method"]
    return METHODS.index(name) if name in METHODS else len(METHODS)


def _last_of_each(runs: Iterable[Kept]) -> list[Kept]:
    """One run of each method: labels that came later can have changed its answer, so the last counts here."""
    return list({run.record["method"]: run for run in runs}.values())


def board(asked: Asked, assets: Mapping[tuple[str, str, str], Asset]) -> Board:
    """The board of a question.

    Args:
        assets: (chain, contract, symbol) -> asset of the case as it is now. An asset that is gone is told in units.
    """
    told = [run.record for run in asked.runs]
    return Board(
        asked.methods,
        tuple(
            section
            for section in (
                Section("Where it stands", tuple(_holders(told, assets))),
                Section("More holders, not listed one by one", tuple(_remainder(told, assets, "unlisted"))),
                Section("With nobody", tuple(_remainder(told, assets, "remainder"))),
                Section("Shortfalls: more paid than known", tuple(_shortfalls(told, assets))),
                Section("Where tracing stopped", tuple(_barriers(told))),
                Section("Services it went through", tuple(_passed(told))),
                Section("What could not be traced", tuple(_left_out(told[0]))),
            )
            if section.lines
        ),
    )


def assets_of(session: Session) -> dict[tuple[str, str, str], Asset]:
    """Every asset of the case by chain, contract and symbol."""
    return {(a.chain, a.contract, a.symbol): a for a in session.graphs.ledger.columns.assets.values()}


def _holders(told: Sequence[Mapping[str, Any]], assets: Mapping[tuple[str, str, str], Asset]) -> Iterable[Line]:
    for side in compare.side_by_side(told):
        asset = assets.get((side.chain, side.contract, side.asset))
        figures = any(record["method"] != "poison" for record in told)
        yield Line(
            side.subject, "", side.asset, side.contract, side.label,
            {name: _of(name, units, asset) for name, units in side.amounts.items()}, side.held,
            _cell(side.smallest, asset) if figures else None, _cell(side.largest, asset) if figures else None,
            "; ".join(part for part in (side.stopped, _maybe(side.unlisted)) if part),
        )  # fmt: skip


def _maybe(methods: Sequence[str]) -> str:
    return f"may be among the holders not listed under {', '.join(methods)}" if methods else ""


def _remainder(
    told: Sequence[Mapping[str, Any]], assets: Mapping[tuple[str, str, str], Asset], which: str
) -> Iterable[Line]:
    found: dict[tuple[str, ...], dict[str, Cell]] = {}
    for record in told:
        for part in record.get(which, ()):
            key = (part["kind"], part["reason"], part["chain"], part["asset"], part["contract"], part["label"])
            asset = assets.get((part["chain"], part["contract"], part["asset"]))
            found.setdefault(key, {})[record["method"]] = _of(record["method"], compare.number(part["amount"]), asset)
    for (_, reason, _chain, symbol, contract, label), cells in found.items():
        yield Line("", reason, symbol, contract, label, cells)


def _shortfalls(told: Sequence[Mapping[str, Any]], assets: Mapping[tuple[str, str, str], Asset]) -> Iterable[Line]:
    found: dict[tuple[str, str, str, int], dict[str, Cell]] = {}
    for record in told:
        near: dict[tuple[str, str, str], list[int]] = {}
        for short in record["shortfalls"]:
            near.setdefault((short["chain"], short["account"], short["asset"]), []).append(int(short["amount"]))
        for (chain, account, symbol), units in near.items():
            known = [a for a in assets.values() if (a.chain, a.symbol) == (chain, symbol)]
            cell = _cell(sum(units), known[0] if len(known) == 1 else None)
            found.setdefault((chain, account, symbol, len(units)), {})[record["method"]] = cell
    for (chain, account, symbol, count), cells in found.items():
        times = "1 payment" if count == 1 else f"{count:,} payments"
        reason = f"{times} of more than the case knows it had; the difference is money of unknown origin"
        yield Line(f"address:{chain}:{account}", "", symbol, "", "", cells, reason=reason)


def _barriers(told: Sequence[Mapping[str, Any]]) -> Iterable[Line]:
    found: dict[tuple[str, str], int] = {}
    for record in told:
        for stop in record["barriers"]:
            key = stop["subject"], stop["reason"]
            found[key] = found.get(key, 0) + bool(stop["reached"])
    for (subject, reason), reached in found.items():
        yield Line(subject, "", "", "", "", {}, reached, reason=reason)


def _passed(told: Sequence[Mapping[str, Any]]) -> Iterable[Line]:
    seen = {(p["subject"], p["label"]): None for record in told for p in record["services_passed"]}
    why = told[0]["parameters"]["through"]
    for subject, label in seen:
        yield Line(subject, "", "", "", "", {}, reason=f"{label}. Went on because: {why}")


def _left_out(record: Mapping[str, Any]) -> Iterable[Line]:
    for chain, about in record["ledgers"].items():
        for entry in about["left_out"]:
            word = "used, with a doubt" if entry["used"] else "left out"
            yield Line("", f"{chain}: {entry['count']:,} {word}", "", "", "", {}, reason=entry["reason"])


def _of(method: str, units: Number, asset: Asset | None) -> Cell:
    """The figure of a method. Poison says what was touched, never how much; so its column holds no amount."""
    cell = _cell(units, asset)
    return Cell(cell.units, "touched", f"touched, in all {cell.words}") if method == "poison" else cell


def _cell(units: Number, asset: Asset | None) -> Cell:
    """A figure for a column: whole units as the asset writes them, a part of a unit behind it as a fraction."""
    units = plain(units)
    if asset is None:
        return Cell(text(units), text(units), f"{text(units)} units")
    if isinstance(units, int):
        return Cell(text(units), asset.written(units, group=","), amount(units, asset))
    whole, rest = divmod(units.numerator, units.denominator)
    part = f"{rest}/{units.denominator}"
    shown = f"{asset.written(whole, group=',')} + {part if len(part) <= _SHORT else 'a part'}"
    return Cell(text(units), shown, amount(units, asset))


# --- two runs ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A holder that has another amount in the right run than in the left."""

    subject: str
    asset: str
    label: str
    left: Cell
    right: Cell
    difference: Cell


def differences(
    left: Mapping[str, Any], right: Mapping[str, Any], assets: Mapping[tuple[str, str, str], Asset]
) -> list[Difference]:
    """What two records differ by, holder by holder."""
    found = []
    for entry in compare.differences(left, right):
        asset = assets.get((entry["chain"], entry["contract"], entry["asset"]))
        cells = [_signed(compare.number(entry[name]), asset) for name in ("left", "right", "difference")]
        found.append(Difference(entry["subject"], entry["asset"], entry["label"], *cells))
    return found


def asked_differently(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[str, ...]:
    """What the two runs were asked or given differently, as names."""
    names = [name for name in ("method", "version", "ledger_hash") if left[name] != right[name]]
    was, now = left["parameters"], right["parameters"]
    names += [name for name in sorted(was.keys() | now.keys()) if was.get(name) != now.get(name)]
    return tuple("ledger" if name == "ledger_hash" else name.replace("_", " ") for name in names)


def _signed(units: Number, asset: Asset | None) -> Cell:
    if units >= 0:
        return _cell(units, asset)
    cell = _cell(-units, asset)
    return Cell(f"-{cell.units}", f"\u2212{cell.shown}", f"minus {cell.words}")
