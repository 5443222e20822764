"""Owns how text from outside is shown to people: characters that lie or hide become marks that everybody can read.

A character that cannot be seen, turns the line round, or moves the cursor of a terminal is shown as its number in
double brackets: U+202E becomes ``⟦U+202E⟧``, and 300 of them ``⟦U+202E ×300⟧``. What is stored never changes; only the shown text does. Also owns the
check of token symbols written with look-alike letters. Must not know widgets, terminals or files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

#: Signs put over one letter beyond this number are shown as marks: a pile of them covers the lines around it.
PILE = 4
# Control, direction and zero-width characters; blanks that are no space; line and paragraph separators; selectors of
# variants; tags; surrogates; private use; what Unicode leaves out for ever. One fixed table: the same on every machine.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
_NOTE = 40  # room kept for the words about what was left out
_ROW = 4  # so many equal marks are one
_KEPT = 2_000  # characters of a text whose shown form is remembered: a window asks for the same few again and again


def visible(text: str, limit: int = 0, *, keep: str = "", unassigned: bool = True) -> str:
    """The text as it may stand before a person: every hidden or deceiving character is a mark such as ``⟦U+202E⟧``.

    Args:
        limit: most characters of the result, 0 = no limit (no less than 80 are given); a longer text is cut in the
            middle, never through a mark, and says how many of its characters are left out.
        keep: characters that stay as they are, ``"\\n"`` for text in paragraphs.
        unassigned: also mark characters that Unicode has not assigned. False where a result must be equal on every
            machine, because newer versions assign more.
    """
    limit = max(limit, 2 * _NOTE) if limit else 0
    if text.isascii() and text.isprintable():
        room = (limit - _NOTE) // 2
        return text if not limit or len(text) <= limit else text[:room] + _left_out(len(text) - 2 * room) + text[-room:]
    return (_remembered if len(text) <= _KEPT else _shown)(text, limit, keep, unassigned)


def _shown(text: str, limit: int, keep: str, unassigned: bool) -> str:
    if not limit:
        return _said(_parts(text, keep, unassigned))
    # a text is read as far as it could be shown; marks that are one for many leave room for more of it
    if len(text) <= 2 * limit:
        head = tail = _parts(text, keep, unassigned)
        if sum(len(part) for part, _ in head) <= limit:
            return _said(head)
    else:
        head, tail = _parts(text[:limit], keep, unassigned), _parts(text[-limit:], keep, unassigned)
    room = (limit - _NOTE) // 2
    first = _fitting(head, room)
    rest = head[len(first) :] if tail is head else tail
    last = _fitting(rest[::-1], room)[::-1]
    left = len(text) - sum(many for _, many in (*first, *last))
    return _said(first) + _left_out(left) + _said(last)


_remembered = lru_cache(maxsize=300)(_shown)


def mixed_scripts(text: str) -> str:
    """Why a token symbol may be made to deceive, in plain words; empty when nothing speaks for it.

    Told are symbols that read like a well-known one but are written otherwise (look-alike letters, styled letters,
    hidden characters) and symbols that mix Latin letters with Cyrillic, Greek or other ones that look the same.
    """
    if text.isascii() and text.isprintable():
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", _HIDDEN.sub("", text)) if not unicodedata.combining(c))
    read = "".join(_TWINS.get(c, c) for c in plain).strip()
    twins = sorted({c for c in plain if c in _TWINS})
    if read.upper() in WELL_KNOWN and text.strip().upper() != read.upper():
        how = f"with the letters {_named(twins)}" if twins else "with accents, styled or hidden characters"
        return f"reads like {read.upper()} but is written {how}"
    if twins and any(c.isascii() and c.isalpha() for c in plain):
        return f"mixes Latin letters with letters that look the same: {_named(twins)}"
    return ""


#: Symbols that are worth imitating.
WELL_KNOWN = (
    "AAVE", "ADA", "ARB", "AVAX", "BCH", "BNB", "BTC", "BUSD", "DAI", "DOGE", "DOT", "EOS", "ETC", "ETH", "EUROC", "FDUSD",
    "LINK", "LTC", "MATIC", "OP", "PEPE", "PYUSD", "SHIB", "SOL", "STETH", "TON", "TRX", "TUSD", "UNI", "USDC", "USDD",
    "USDT", "WBTC", "WETH", "XLM", "XMR", "XRP", "ZEC",
)  # fmt: skip
_ALIKE = (
    # Cyrillic, Greek, Armenian, Cherokee, Lisu
    ("АВСЕНІЈКМОРЅТХҮԀԌԚԜ", "ABCEHIJKMOPSTXYDGQW"), ("аесіјорѕухһԁԛԝѵвкмнт", "aecijopsyxhdqwvbkmht"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρυι", "ABEZHIKMNOPTYXoavpui"), ("ՍՏՕօս", "USOou"), ("ᎪᏴᏟᎠᎬᎻᏆᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "ABCDEHIJKLMPRSTVWZ"),
    ("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "ABCDEFGHIJKLMNOPRSTUVWXYZ"),
)  # fmt: skip
#: Letters of other scripts and the Latin letter each is taken for.
_TWINS: Mapping[str, str] = MappingProxyType(
    {other: latin for others, latins in _ALIKE for other, latin in zip(others, latins, strict=True)}
)


def _parts(text: str, keep: str, unassigned: bool) -> list[tuple[str, int]]:
    """What each character is shown as, and how many characters that stands for."""
    found: list[tuple[str, int]] = []
    pile, marks = 0, False
    for c in text:
        if " " <= c <= "~":
            found.append((c, 1))
            pile = 0
            continue
        kind = unicodedata.category(c)
        pile = pile + 1 if kind in ("Mn", "Me") else 0
        hidden = pile > PILE or (unassigned and kind == "Cn") or _HIDDEN.match(c) is not None
        if hidden and c not in keep:
            marks = True
            found.append((f"⟦U+{ord(c):04X}⟧", 1))
        else:
            found.append((c, 1))
    if not marks:
        return found
    return [part for mark, run in groupby(found) for part in _together(mark, sum(1 for _ in run))]


def _together(part: tuple[str, int], times: int) -> list[tuple[str, int]]:
    """A row of the same mark as one that says how many: hundreds of them say no more, and are slow to draw."""
    shown = part[0]
    if times < _ROW or not shown.startswith("⟦U+"):
        return [part] * times
    return [(f"{shown[:-1]} ×{times:,}⟧", times)]


def _left_out(many: int) -> str:
    return f"⟦… {many:,} characters …⟧"


def _said(parts: list[tuple[str, int]]) -> str:
    return "".join(part for part, _ in parts)


def _fitting(parts: list[tuple[str, int]], room: int) -> list[tuple[str, int]]:
    """As many parts from the first on as have room."""
    used = 0
    for number, (part, _) in enumerate(parts):
        used += len(part)
        if used > room:
            return parts[:number]
    return parts


def _named(letters: list[str]) -> str:
    return ", ".join(f"{c} (U+{ord(c):04X} {unicodedata.name(c, '').lower()})" for c in letters[:4])
