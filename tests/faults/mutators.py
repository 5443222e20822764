"""Deterministic damage to a file: each mutator takes bytes and a random source and gives other bytes.

The same seed gives the same damage on every machine. The kinds are what happens to real files (cut downloads,
spreadsheet damage, careless editing) and what a hostile sender would try.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Mutator = Callable[[bytes, random.Random], bytes]

_NUMBER = re.compile(rb"(?<![0-9A-Za-z_.])[-+]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?(?![0-9A-Za-z_])")
_WORD = re.compile(rb"[0-9A-Za-z]{5,120}")
_ADDRESS = re.compile(rb"[0-9A-Za-z]{25,120}")
_MEMBER = re.compile(rb'"[^"\\\n]{1,60}"\s*:\s*(?:"[^"\\\n]{0,200}"|[-+0-9.eE]+|true|false|null)')
_TEXT = re.compile(rb'"[^"\\\n]{1,200}"')
#: Numbers that no reader may take for another number.
NUMBERS = tuple(
    text.encode("utf-8")
    for text in (
        "1e400", "-1e400", "NaN", "nan", "Infinity", "-inf", "1_000", "-1", "-0", "+5", "0", "", " ", "null", "true",
        str(2**256), str(2**256 - 1), str(2**63), str(2**64 + 1), "9" * 400, "0x", "0x10", "0X1F", "1,234", "1,234.5",
        "1.234,5", "1'000", "1 000", "1\u00a0000", "1.2.3", "1,2,3", "1..2", ".5", "5.", "1e5", "1E-7", "1e-400",
        "8.38977E+18", "1.0000000000000000000000000001", "0.1", "00012", "\u0661\u0662\u0663", "\uff11\uff12", "\u0967",
        "1\u20442", "\u00bd", "\u2212 5", "\u22125", "(5)", "5-", "5%", "$5", "5 BTC", "0b11", "0o17", "1e", "e5", "--",
        "N/A", "#REF!", "########", "=1+1", "1;2", "1\t2", "[1]", "{}", '"1"', "1\u200b000", "\u202e21", "0" * 5000 + "1",
    )
)  # fmt: skip
_SIGNS = ("\u202e", "\u202d", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u2066", "\u0301", "\u00a0", "\u2028", "\u0085")
_LOOK_ALIKE = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "p": "\u0440", "x": "\u0445", "T": "\u03a4",
               "B": "\u0392", "0": "\u039f", "1": "\u0131", "b": "\u042c", "3": "\u0417"}  # fmt: skip


def _at(raw: bytes, rng: random.Random) -> int:
    return rng.randrange(len(raw) + 1)


def _replaced(raw: bytes, span: tuple[int, int], new: bytes) -> bytes:
    return raw[: span[0]] + new + raw[span[1] :]


def _pick(pattern: re.Pattern[bytes], raw: bytes, rng: random.Random) -> re.Match[bytes] | None:
    """One match, near a random place, so that long files cost no full scan."""
    start = max(0, _at(raw, rng) - 200)
    found = list(pattern.finditer(raw, start, min(len(raw), start + 2000))) or list(pattern.finditer(raw[:4000]))
    return rng.choice(found) if found else None


def flip(raw: bytes, rng: random.Random) -> bytes:
    """One to four bits."""
    made = bytearray(raw)
    for _ in range(rng.randint(1, 4)):
        if made:
            made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def delete(raw: bytes, rng: random.Random) -> bytes:
    """A short run of bytes is missing."""
    at = _at(raw, rng)
    return raw[:at] + raw[at + rng.choice((1, 1, 2, 7, 40, 300)) :]


def insert(raw: bytes, rng: random.Random) -> bytes:
    """A few foreign bytes."""
    at = _at(raw, rng)
    return raw[:at] + rng.randbytes(rng.choice((1, 1, 2, 5, 30))) + raw[at:]


def printable(raw: bytes, rng: random.Random) -> bytes:
    """One letter or digit is another one: the damage that looks like data."""
    found = _pick(_WORD, raw, rng)
    if found is None:
        return flip(raw, rng)
    at = rng.randrange(found.start(), found.end())
    return raw[:at] + rng.choice(b"0123456789abcdefABCDEFxyzXYZ").to_bytes(1, "big") + raw[at + 1 :]


def cut(raw: bytes, rng: random.Random) -> bytes:
    """A download that broke off, or a file that begins in the middle."""
    at = _at(raw, rng)
    return raw[:at] if rng.random() < 0.8 else raw[at:]


def signs(raw: bytes, rng: random.Random) -> bytes:
    """NUL, the DOS end sign, byte order marks, other line ends."""
    at = _at(raw, rng)
    return rng.choice((
        lambda: raw[:at] + b"\0" + raw[at:],
        lambda: raw[:at] + b"\x1a" + raw[at:],
        lambda: raw + b"\x1a",
        lambda: b"\xef\xbb\xbf" + raw,
        lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + raw,
        lambda: raw[:at] + b"\xef\xbb\xbf" + raw[at:],
        lambda: b"\xff\xfe" + raw,
        lambda: b"\xff\xfe" + raw.decode("utf-8", "replace").encode("utf-16-le"),
        lambda: b"\xfe\xff" + raw.decode("utf-8", "replace").encode("utf-16-be"),
        lambda: raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda: raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
        lambda: raw.replace(b"\n", b"\n\n"),
        lambda: raw.rstrip(b"\r\n"),
        lambda: raw[:at] + b"\n" + raw[at:],
        lambda: raw[:at] + b"\r" + raw[at:],
        lambda: raw[:at] + b"\xe9\xff\x80" + raw[at:],
    ))()  # fmt: skip


def lines(raw: bytes, rng: random.Random) -> bytes:
    """Lines doubled, swapped, lost, moved, or the header again."""
    rows = raw.split(b"\n")
    a, b = rng.randrange(len(rows)), rng.randrange(len(rows))
    what = rng.randrange(6)
    if what == 0:
        rows.insert(b, rows[a])
    elif what == 1:
        rows[a], rows[b] = rows[b], rows[a]
    elif what == 2:
        del rows[a]
    elif what == 3:
        rows.insert(b, rows[0])
    elif what == 4:
        rows[a : a + 2] = [b"".join(rows[a : a + 2])]
    else:
        rows.insert(b, rng.choice((b"", b",,,,,", b"# comment", b"Total,,,5", b"{}", b"null", b'"', b"- ")))
    return b"\n".join(rows)


def cells(raw: bytes, rng: random.Random) -> bytes:
    """Cells of one line doubled, swapped, lost, emptied; sometimes of every line."""
    rows = raw.split(b"\n")
    sign = max((b",", b";", b"\t", b"|"), key=raw[:4000].count)
    what, a, b = rng.randrange(5), rng.randrange(60), rng.randrange(60)

    def damaged(row: bytes) -> bytes:
        parts = row.split(sign)
        x, y = a % len(parts), b % len(parts)
        if what == 0:
            parts[x], parts[y] = parts[y], parts[x]
        elif what == 1:
            parts.insert(y, parts[x])
        elif what == 2:
            del parts[x]
        elif what == 3:
            parts[x] = b""
        else:
            parts[x] = parts[y]
        return sign.join(parts)

    chosen = range(len(rows)) if rng.random() < 0.1 else (rng.randrange(len(rows)),)
    for row in chosen:
        rows[row] = damaged(rows[row])
    return b"\n".join(rows)


def members(raw: bytes, rng: random.Random) -> bytes:
    """JSON members doubled, renamed, lost, swapped or given to each other."""
    first, second = _pick(_MEMBER, raw, rng), _pick(_MEMBER, raw, rng)
    if first is None or second is None:
        return cells(raw, rng)
    key, value = first.group().split(b":", 1)
    other = second.group().split(b":", 1)[1]
    new = rng.choice((
        first.group() + b"," + first.group(),
        first.group() + b"," + key + b":" + other,
        key + b":" + other,
        key[:-1] + b'x":' + value,
        b'"x":1',
        second.group(),
        key + b":[" + value + b"]",
        key + b':{"a":' + value + b"}",
        key + b':"' + value.strip().strip(b'"') + b'"',
        key + b":" + value.strip().strip(b'"'),
        key + b":null",
        key.upper() + b":" + value,
    ))  # fmt: skip
    return _replaced(raw, first.span(), new)


def numbers(raw: bytes, rng: random.Random) -> bytes:
    """A number becomes one that is none, or lies."""
    found = _pick(_NUMBER, raw, rng)
    return raw if found is None else _replaced(raw, found.span(), rng.choice(NUMBERS))


def quotes(raw: bytes, rng: random.Random) -> bytes:
    """A quotation mark too few or too many."""
    found = [m.start() for m in re.finditer(b"[\"']", raw)]
    if found and rng.random() < 0.5:
        at = rng.choice(found)
        return raw[:at] + raw[at + 1 :]
    at = _at(raw, rng)
    return raw[:at] + rng.choice((b'"', b'""', b"'", b'",', b',"', b"\\", b'\\"')) + raw[at:]


def delimiters(raw: bytes, rng: random.Random) -> bytes:
    """Another delimiter, in one line or everywhere."""
    old = max((b",", b";", b"\t", b"|"), key=raw[:4000].count)
    new = rng.choice([sign for sign in (b",", b";", b"\t", b"|", b", ", b" ") if sign != old])
    if rng.random() < 0.6:
        return raw.replace(old, new)
    rows = raw.split(b"\n")
    at = rng.randrange(len(rows))
    rows[at] = rows[at].replace(old, new)
    return b"\n".join(rows)


def nesting(raw: bytes, rng: random.Random) -> bytes:
    """Depth: brackets, elements or indents far deeper than any real file."""
    found = _pick(_MEMBER, raw, rng)
    depth = rng.choice((10, 63, 64, 65, 200, 3000, 100_000 if rng.random() < 0.05 else 500))
    if found is None:
        at = _at(raw, rng)
        return raw[:at] + rng.choice((b"<a>", b"[", b"- ", b"{", b"(")) * depth + raw[at:]
    key, value = found.group().split(b":", 1)
    opened, closed = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return _replaced(raw, found.span(), key + b":" + opened * depth + value + closed * (depth - rng.choice((0, 0, 1))))


def surrogates(raw: bytes, rng: random.Random) -> bytes:
    """Half characters, escaped or as bytes, and escapes that hide what stands there."""
    found = _pick(_TEXT, raw, rng)
    new = rng.choice((b"\\ud800", b"\\udfff", b"\\ud83d\\ude00", b"\\u0000", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88",
                      b"\\u202e", b"\\u0031", b"\\x41", b"&#x202e;", b"\\n", b"\\r\\n", b"\\t"))  # fmt: skip
    at = _at(raw, rng) if found is None else rng.randrange(found.start() + 1, found.end())
    return raw[:at] + new + raw[at:]


def looks(raw: bytes, rng: random.Random) -> bytes:
    """Invisible, turning and look-alike letters in an address, a hash or a symbol."""
    found = _pick(rng.choice((_ADDRESS, _WORD)), raw, rng)
    if found is None:
        return insert(raw, rng)
    word = found.group().decode("ascii")
    at = rng.randrange(len(word))
    if rng.random() < 0.5:
        return _replaced(raw, found.span(), (word[:at] + rng.choice(_SIGNS) + word[at:]).encode("utf-8"))
    swapped = "".join(_LOOK_ALIKE.get(letter, letter) if rng.random() < 0.3 else letter for letter in word)
    return _replaced(raw, found.span(), swapped.encode("utf-8"))


def addresses(raw: bytes, rng: random.Random) -> bytes:
    """An address or hash in other case, cut, with a wrong letter, or with the middle of another."""
    found = _pick(_ADDRESS, raw, rng)
    if found is None:
        return printable(raw, rng)
    word = found.group()
    at = rng.randrange(len(word))
    other = rng.choice(b"023456789abcdefABCDEF").to_bytes(1, "big")
    new = rng.choice((word.upper(), word.lower(), word.swapcase(), word[:at], word[:at] + other + word[at + 1 :],
                      word + other, word[:6] + b"0" * (len(word) - 12) + word[-6:], word[::-1], b" " + word + b" ",
                      b"0x" + word, word.removeprefix(b"0x"), b"0" * len(word)))  # fmt: skip
    return _replaced(raw, found.span(), new)


def long_cells(raw: bytes, rng: random.Random) -> bytes:
    """A text of 10 kB where a word stood."""
    found = _pick(_WORD, raw, rng)
    if found is None:
        return raw
    fill = rng.choice(("x" * 10_000, "9" * 10_000, "\u00e9" * 5000, "ab " * 3400, "\U0001f600" * 2500, "=" * 10_000))
    return _replaced(raw, found.span(), fill.encode("utf-8"))


def formulas(raw: bytes, rng: random.Random) -> bytes:
    """Text that does something elsewhere: formulas, tags, paths, YAML anchors."""
    found = _pick(_WORD, raw, rng)
    if found is None:
        return raw
    new = rng.choice((b"=cmd|'/c calc'!A0", b"@SUM(1)", b"+1", b"<script>", b"<!ENTITY x SYSTEM 'file:///x'>", b"&x;",
                      b"../../x", b"&a [*a,*a]", b"*a", b"!!python/object:x", b"<![CDATA[x]]>", b"%s%n", b"{0}",
                      b"\\N{DIGIT ONE}", b"${x}", b"`x`"))  # fmt: skip
    return _replaced(raw, found.span(), new)


def several(raw: bytes, rng: random.Random) -> bytes:
    """Two or three of the others, one after the other."""
    for _ in range(rng.randint(2, 3)):
        raw = rng.choice(SINGLE)(raw, rng)
    return raw


SINGLE: tuple[Mutator, ...] = (
    flip, delete, insert, printable, printable, cut, signs, lines, cells, cells, members, numbers, numbers, numbers,
    quotes, delimiters, nesting, surrogates, looks, addresses, long_cells, formulas,
)  # fmt: skip
ALL: tuple[Mutator, ...] = (*SINGLE, several, several)


def mutant(raw: bytes, key: str) -> tuple[str, bytes]:
    """The damage and the damaged bytes that belong to a key; most keys give bytes that differ from the file."""
    rng = random.Random(key)
    chosen = rng.choice(ALL)
    return chosen.__name__, chosen(raw, rng)
