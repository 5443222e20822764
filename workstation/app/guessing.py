"""Owns the first guess of what an unknown table holds: header row, kind of rows, roles of columns, meaning of words.

A guess only; the user sees and corrects it. The time zone is taken from a header that names it, never assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from workstation.app import cells, columnwords
from workstation.app.choices import Choices, Preview, column, words_of

#: Rows in which the header is looked for.
HEAD = 25


def guess(preview: Preview) -> Choices:
    """Header row, what the rows are, roles of the columns and meaning of words, as far as words and cells tell."""
    header_row = header_row_of(preview)
    names = preview.rows[header_row - 1] if header_row else ()
    above = " ".join(cell for row in preview.rows[: max(0, header_row - 1)] for cell in row)
    gives, kind = _what(preview, header_row, names, above)
    columns = _columns(preview, header_row, names, gives)
    kind = _settled(preview, header_row, gives, kind, columns)
    if kind:
        columns.pop("kind", None)
    words: dict[str, Mapping[str, str]] = {}
    if "status" in columns:
        found = {
            w.lower(): columnwords.STATUS.get(w.lower(), "") for w in words_of(preview, columns["status"], header_row)
        }
        words["status"] = {word: value for word, value in found.items() if value}
    if "kind" in columns and gives == "events" and not kind:
        found = {w.lower(): columnwords.kind_of(w) for w in words_of(preview, columns["kind"], header_row)}
        words["kind"] = {word: value for word, value in found.items() if value}
    if "direction" in columns and gives == "events":
        found = {w.lower(): _way(w) for w in words_of(preview, columns["direction"], header_row)}
        words["direction"] = {word: value for word, value in found.items() if value}
    signed = "amount" in columns and any(
        text.startswith(("-", "−")) for text in cells.filled(column(preview, columns["amount"], header_row))
    )
    zone = _zone(preview, header_row, names, columns)
    return Choices(
        name=(preview.sheets[0] if len(preview.sheets) == 1 else "") or preview.name.rsplit(".", 1)[0],
        gives=gives, kind=kind, header_row=header_row, columns=columns, zone=zone,
        sign="direction" if gives == "events" and signed and not kind else "none", words=words,
    )  # fmt: skip


def header_row_of(preview: Preview) -> int:
    """The row that reads like names of columns and is followed by rows of content; 0 when the first row is content."""
    best, chosen = 0, 0
    for number, row in enumerate(preview.rows[:HEAD], 1):
        texts = cells.filled(row)
        if len(texts) < 2:
            continue
        known = sum(bool(columnwords.role_of(t, g, set())) for t in texts for g in ("events",)) + sum(
            bool(re.fullmatch(columnwords.CARD, t.lower())) for t in texts
        )
        content = sum(map(cells.is_data, texts))
        width = max((len(cells.filled(r)) for r in preview.rows[number : number + 5]), default=0)
        value = 3 * known + len(texts) - 4 * content - (6 if width + 1 < len(texts) / 2 else 0)
        value -= 3 * (len(texts) - len(set(texts)))
        if value > best:
            best, chosen = value, number
    return chosen


def _what(preview: Preview, header_row: int, names: Sequence[str], above: str) -> tuple[str, str]:
    """What the rows give, and the kind of events, empty when a column has to say it."""
    events = {columnwords.role_of(name, "events", set()) for name in names}
    moves = {columnwords.role_of(name, "transfers", set()) for name in names}
    titled = columnwords.title_kind(above, " ".join(preview.sheets), preview.name)
    named = columnwords.title_kind(" ".join(names))
    titled = titled or (named if named in ("deposit", "withdrawal", "login") else "")
    card = sum(bool(re.fullmatch(columnwords.CARD, " ".join(n.lower().split()))) for n in names)
    amounts = "amount" in events or {"in", "out"} <= moves
    if {"from", "to"} <= moves and amounts and "tx" in moves and "account" not in events:
        return "transfers", ""
    if "ip" in events and "amount" not in events:
        return "events", "login"
    if card >= 3 and "amount" not in events:
        return "events", "account"
    if not amounts and "address" in events and {"label", "category"} & _roles(names, "tags"):
        return "tags", ""
    if titled in ("login", "account") and amounts:
        titled = ""
    if not titled and "price" in events and amounts:
        titled = "p2p" if "counterparty" in events else "trade"
    if not titled and "balance" in events and "time" not in events:
        titled = "balance"
    return "events", titled


def _roles(names: Iterable[str], gives: str) -> set[str]:
    return {columnwords.role_of(name, gives, set()) for name in names}


def _columns(preview: Preview, header_row: int, names: Sequence[str], gives: str) -> dict[str, int]:
    width = max((len(row) for row in preview.rows), default=0)
    found: dict[str, int] = {}
    for number in range(1, width + 1):
        name = names[number - 1] if number <= len(names) else ""
        texts = cells.filled(column(preview, number, header_row))
        role = columnwords.role_of(name, gives, set(found))
        if not role and not name:
            role = _by_look(texts, gives, set(found))
        if role and _plausible(role, texts):
            found[role] = number
    return found


def _by_look(texts: Sequence[str], gives: str, taken: set[str]) -> str:
    """A role from the cells alone, for a table without header."""
    if not texts:
        return ""
    for role, fits in (("time", cells.is_time), ("tx", cells.is_transaction), ("address", cells.is_address)):
        if role not in taken and role in dict(columnwords.ROLES[gives]) and all(map(fits, texts)):
            return role
    return ""


def _plausible(role: str, texts: Sequence[str]) -> bool:
    """Whether the cells can be what the header says; an empty column can be anything."""
    if not texts:
        return True
    if role in ("amount", "fee", "price", "total", "balance", "in", "out", "quote_amount"):
        return sum(map(cells.is_number, texts)) * 2 >= len(texts)
    if role == "time":
        return bool(cells.time_formats(texts)) or any(map(cells.is_time, texts))
    if role == "tx":
        return any(map(cells.is_transaction, texts)) or not all(map(cells.is_number, texts))
    if role in ("address", "from_address", "from", "to"):
        return any(len(t) >= 25 and " " not in t for t in texts)
    if role == "ip":
        return any(map(cells.is_ip, texts))
    return True


def _settled(preview: Preview, header_row: int, gives: str, kind: str, columns: Mapping[str, int]) -> str:
    """A type column whose words mean several kinds says more than a title."""
    if gives != "events" or "kind" not in columns or kind in ("login", "account"):
        return kind
    meant = {columnwords.kind_of(w) for w in words_of(preview, columns["kind"], header_row)} - {""}
    return "" if len(meant) > 1 or (not kind and meant) else kind


def _way(word: str) -> str:
    low = word.lower()
    if re.fullmatch(r"in|incoming|credit|received?|buy|deposit|вход.*|приход|entrata|entrate", low):
        return "in"
    return (
        "out" if re.fullmatch(r"out|outgoing|debit|sent|send|sell|withdraw.*|исход.*|расход|uscita|uscite", low) else ""
    )


def _zone(preview: Preview, header_row: int, names: Sequence[str], columns: Mapping[str, int]) -> str:
    number = columns.get("time", 0)
    name = names[number - 1].lower() if 0 < number <= len(names) else ""
    if re.search(r"(utc|gmt)?\s?[+-]\d{1,2}(:?\d\d)?\s*\)?$", name):
        return "header"
    return "UTC" if re.search(r"\b(utc|gmt)\b", name.replace("_", " ")) else ""
