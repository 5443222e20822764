"""Owns checking one ``[[layout]]`` table of TOML: every error says the layout, the key and what is expected."""

from __future__ import annotations

import re
from typing import Any

from workstation.domain.chains import CHAINS
from workstation.sdk.cells import check_format, zone_of
from workstation.sdk.layout import QUESTIONS, ROLES, SKIP, Cell, Layout, LayoutError, Skip, normal, pattern

ELSEWHERE = ("above", "file", "header", "below")
_EVENT_KINDS = (
    "deposit", "withdrawal", "trade", "p2p", "fiat", "fee", "reward", "transfer", "login", "account", "balance",
    "other",
)  # fmt: skip
_TRANSFER_KINDS = ("native", "internal", "token", "nft", "fee", "mint", "burn", "output", "stated")
_ID = re.compile(r"[a-z0-9]+(?:[.\-_][a-z0-9]+)*\Z", re.ASCII)


class LayoutParser:
    """Reads one ``[[layout]]`` table; ``where`` is the start of every error."""

    def __init__(self, table: dict[str, Any], where: str) -> None:
        self.table = table
        self.where = where
        self.gives = ""

    def fail(self, key: str, expected: str) -> LayoutError:
        """The error for a key."""
        return LayoutError(f"{self.where}: {key} {expected}")

    def layout(self) -> Layout:
        """The checked layout."""
        name = self.text(self.table, "id", "id")
        if not _ID.match(name):
            raise self.fail("id", "must be lower-case letters and digits, joined by dots or dashes (binance.deposits)")
        self.where = self.where.rpartition(",")[0] + f", layout {name}"
        self.known(self.table, "layout", {"id", "title", "gives", "service", "priority", "notes", "known", "ask",
                   "sheet", "wallet", "header", "columns", "constants", "words", "names", "read", "skip"})  # fmt: skip
        self.gives = self.choice(self.table, "gives", tuple(ROLES), "")
        header, read = self.part("header"), self.part("read")
        self.known(header, "header", {"must", "not", "before", "file", "none", "row"})
        self.known(read, "read", {"time", "zone", "decimal", "unit", "sign", "prefix", "empty", "case", "extra"})
        ask = self.texts(self.table, "ask", "ask")
        for question in ask:
            if question not in QUESTIONS:
                raise self.fail("ask", f"may hold {', '.join(QUESTIONS)}; {question!r} is none of them")
        columns, constants = self.columns(), self.constants()
        if not columns:
            raise self.fail("columns", "must give at least one role a column")
        return Layout(
            id=name, title=self.text(self.table, "title", "title", name), gives=self.gives,
            service=self.text(self.table, "service", "service", ""), priority=self.number(self.table, "priority"),
            notes=self.text(self.table, "notes", "notes", ""), known=self.text(self.table, "known", "known", ""),
            ask=ask, sheet=self.text(self.table, "sheet", "sheet", ""), wallet=self.yes(self.table, "wallet"),
            must=self.header_names(header, "must"), must_not=self.header_names(header, "not"),
            before=self.text(header, "before", "header.before", "").lower(),
            file=self.text(header, "file", "header.file", "").lower(),
            headless=self.yes(header, "none"), row=self.number(header, "row"), columns=columns, constants=constants,
            words=self.words(), names=self.names(), times=self.times(read), zone=self.zone(read),
            decimal=self.choice(read, "decimal", (".", ",", "auto"), "."),
            unit=self.choice(read, "unit", ("coin", "base", "auto"), "coin"),
            sign=self.choice(read, "sign", ("none", "direction"), "none"),
            prefix=self.patterns(read, "prefix", "read.prefix"), empty=self.texts(read, "empty", "read.empty"),
            case=self.choice(read, "case", ("", "upper"), ""),
            extra=self.choice(read, "extra", ("refuse", "join", "squeeze", "curly"), "refuse"), skips=self.skips(),
        )  # fmt: skip

    def known(self, table: dict[str, Any], where: str, keys: set[str]) -> None:
        """Refuse keys that the grammar does not have."""
        for key in table:
            if key not in keys:
                raise self.fail(f"{where}: unknown key {key};", f"known are {', '.join(sorted(keys))}")

    def part(self, key: str) -> dict[str, Any]:
        """A sub-table, empty when it is absent."""
        found = self.table.get(key, {})
        if not isinstance(found, dict):
            raise self.fail(key, f"must be a table: write [layout.{key}]")
        return found

    def text(self, table: dict[str, Any], key: str, shown: str, default: str | None = None) -> str:
        """A text; without ``default`` it must be there and not empty."""
        value = table.get(key, default)
        if not isinstance(value, str) or len(value) > 4000 or (default is None and not value):
            raise self.fail(shown, "must be a text" + ("" if default is not None else ", and it is missing or empty"))
        return value

    def texts(self, table: dict[str, Any], key: str, shown: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = table.get(key, [])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(v, str) and len(v) <= 4000 for v in value):
            raise self.fail(shown, "must be a text or a list of texts")
        return tuple(value)

    def patterns(self, table: dict[str, Any], key: str, shown: str) -> tuple[str, ...]:
        """A list of texts or patterns."""
        return tuple(self.pattern(value, shown) for value in self.texts(table, key, shown))

    def pattern(self, value: str, shown: str) -> str:
        """A text that may be a ``/regex/``."""
        try:
            pattern(value)
        except (re.error, OverflowError, RecursionError) as problem:
            raise self.fail(shown, f"has a pattern that is not valid: {value[:100]} ({problem})") from problem
        return value

    def number(self, table: dict[str, Any], key: str) -> int:
        """A whole number from -1000000 to 1000000."""
        value = table.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not -1_000_000 <= value <= 1_000_000:
            raise self.fail(key, "must be a whole number")
        return value

    def yes(self, table: dict[str, Any], key: str) -> bool:
        """True or false."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false")
        return value

    def choice(self, table: dict[str, Any], key: str, choices: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = table.get(key, default)
        if not isinstance(value, str) or value not in choices:
            raise self.fail(key, f"must be one of {', '.join(repr(c) for c in choices)}")
        return value

    def header_names(self, header: dict[str, Any], key: str) -> tuple[str, ...]:
        """Header names, normalised; patterns as they are."""
        found = self.patterns(header, key, f"header.{key}")
        return tuple(name if pattern(name) else normal(name) for name in found)

    def role(self, name: str, part: str) -> str:
        """A role this kind of layout has."""
        if name not in ROLES[self.gives]:
            raise self.fail(f"{part}.{name}", f"is no role of {self.gives}; roles are {', '.join(ROLES[self.gives])}")
        return name

    def columns(self) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
        """Role to alternatives."""
        made = []
        for name, value in self.part("columns").items():
            self.role(name, "columns")
            entries = value if isinstance(value, list) else [value]
            made.append((name, tuple(self.cell(entry, f"columns.{name}") for entry in entries)))
        return tuple(made)

    def cell(self, entry: object, shown: str) -> Cell:
        """One source of a role."""
        if isinstance(entry, str) and entry:
            return Cell(column=self.column(entry, shown))
        if not isinstance(entry, dict):
            raise self.fail(shown, "must be a header name, a list of them, or a table like { column = …, take = … }")
        self.known(entry, shown, {"column", "join", "above", "file", "take", "header", "below"})
        column = self.text(entry, "column", f"{shown}.column", "")
        elsewhere = {key: self.pattern(self.text(entry, key, f"{shown}.{key}", ""), shown) for key in ELSEWHERE}
        take = self.pattern(self.text(entry, "take", f"{shown}.take", ""), shown)
        join = tuple(self.column(name, shown) for name in self.texts(entry, "join", f"{shown}.join"))
        if sum(map(bool, (column, join, *elsewhere.values()))) != 1:
            raise self.fail(shown, f"must have exactly one of column, join, {', '.join(ELSEWHERE)}")
        for key, value in (*elsewhere.items(), ("take", take)):
            found = pattern(value)
            if value and (found is None or not found.groups):
                raise self.fail(f"{shown}.{key}", "must be a /pattern/ with a group (…) around what is taken")
        if take and not (column or join):
            raise self.fail(f"{shown}.take", "belongs to a column")
        return Cell(self.column(column, shown) if column else "", join, take=take, **elsewhere)

    def column(self, text: str, shown: str) -> str:
        """A header name, normalised, a pattern, or ``#3``."""
        if pattern(self.pattern(text, shown)) is not None:
            return text
        return normal(text)

    def constants(self) -> tuple[tuple[str, str], ...]:
        """Role to fixed text."""
        made = []
        for name, value in self.part("constants").items():
            self.role(name, "constants")
            if not isinstance(value, str):
                raise self.fail(f"constants.{name}", "must be a text")
            made.append((name, self.meaning(name, value, f"constants.{name}")))
        return tuple(made)

    def meaning(self, role: str, value: str, shown: str) -> str:
        """A value that a role may have."""
        allowed: tuple[str, ...] = ()
        if role == "kind":
            allowed = (*(_EVENT_KINDS if self.gives == "events" else _TRANSFER_KINDS), "")
        elif role == "direction":
            allowed = ("in", "out", "")
        elif role == "status":
            allowed = ("ok", "failed", "pending", "unknown", "")
        elif role in ("chain", "network"):
            allowed = (*CHAINS, "")
        if allowed and value != SKIP and value not in allowed:
            raise self.fail(shown, f"may be {', '.join(a or 'empty' for a in allowed)}; {value[:60]!r} is none of them")
        return value

    def words(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Role to the meanings of its cells."""
        made = []
        for name, table in self.part("words").items():
            self.role(name, "words")
            if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
                raise self.fail(f"words.{name}", 'must be a table of texts: "withdraw" = "withdrawal"')
            pairs = []
            for word, value in table.items():
                shown = f"words.{name}.{word[:60]}"
                key = word if pattern(self.pattern(word, shown)) else word.lower()
                pairs.append((key, self.meaning(name, value, shown)))
            made.append((name, tuple(pairs)))
        return tuple(made)

    def names(self) -> tuple[tuple[str, str], ...]:
        """Patterns of names on the chain ``stated``."""
        made = []
        for name, value in self.part("names").items():
            if (
                name not in ("account", "counterparty", "from", "to", "tx")
                or not isinstance(value, str)
                or "{}" not in value
            ):
                raise self.fail(f"names.{name}", "must be a text with {} for account, counterparty, from, to or tx")
            made.append((name, value))
        return tuple(made)

    def times(self, read: dict[str, Any]) -> tuple[str, ...]:
        """Time formats."""
        found = self.texts(read, "time", "read.time")
        for form in found:
            try:
                check_format(form)
            except ValueError as problem:
                raise self.fail("read.time", f"{problem}: {form[:60]!r}") from problem
        return found or ("iso",)

    def zone(self, read: dict[str, Any]) -> str:
        """Zone rule."""
        found = self.text(read, "zone", "read.zone", "ask") or "ask"
        if found not in ("ask", "header"):
            try:
                zone_of(found)
            except ValueError as problem:
                raise self.fail(
                    "read.zone", f'must be "UTC", "+08:00", "Europe/Rome", "header" or "ask": {problem}'
                ) from problem
        return found

    def skips(self) -> tuple[Skip, ...]:
        """Rules for rows to leave out."""
        found = self.table.get("skip", [])
        if not isinstance(found, list) or not all(isinstance(t, dict) for t in found):
            raise self.fail("skip", "must be written as [[layout.skip]]")
        made = []
        for table in found:
            self.known(table, "skip", {"column", "match", "why"})
            column, match_ = (self.text(table, key, f"skip.{key}") for key in ("column", "match"))
            if pattern(self.pattern(match_, "skip.match")) is None:
                raise self.fail("skip.match", "must be a /pattern/")
            made.append(Skip(self.column(column, "skip.column"), match_, self.text(table, "why", "skip.why")))
        return tuple(made)
