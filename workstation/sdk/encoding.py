"""Owns finding out how the bytes of a text file stand for letters. Must not read tables or know any format.

Sure are a byte order mark and text that is strictly UTF-8. Anything else is a guess by plausible letters, and whoever
uses it tells the user (:func:`remark`). The same bytes always give the same answer.
"""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_WINDOW = 64 * 1024
_PIECE = 1 << 20
UTF8_BOM = b"\xef\xbb\xbf"
_MARKS = ((UTF8_BOM, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
#: Names as people know them.
SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "utf-8": "UTF-8", "utf-16-le": "UTF-16 (little endian)", "utf-16-be": "UTF-16 (big endian)",
        "cp1252": "Windows-1252 (Western)", "cp1251": "Windows-1251 (Cyrillic)",
        "cp1250": "Windows-1250 (Central European)", "gbk": "GBK (Chinese)", "shift_jis": "Shift-JIS (Japanese)",
    }
)  # fmt: skip
_SIGNS = frozenset("€£§°’‘“”„–—…«»©®™•№·\xa0")
#: Letters beyond ASCII of single languages: a text is in one language, so the best one counts, not their union.
_LATIN_WEST = (
    "éèêëàâçîïôùûüœæ", "äöüßéèàâ", "áéíóúñü¿¡", "áâãàçéêíóôõúü", "àèéìíòóù", "åäöæøéü", "áéíóúýðþæö", "ëïéèöüáíóú",
)  # fmt: skip
_LATIN_CENTRAL = ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž")
_CYRILLIC = ("абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдђежзијклљмнњопрстћуфхцчџш",
             "абвгдеёжзійклмнопрстуўфхцчшыьэюя")  # fmt: skip
_PAGES: tuple[tuple[str, tuple[frozenset[str], ...], bool], ...] = tuple(
    (page, tuple(frozenset(letters) for letters in languages), alone)
    for page, languages, alone in (
        ("cp1252", _LATIN_WEST, False), ("cp1251", _CYRILLIC, True), ("cp1250", _LATIN_CENTRAL, False),
    )
)  # fmt: skip
_GBK_COMMON = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]")
_SJIS_COMMON = re.compile(
    rb"\x82[\x4f-\xf1]|\x83[\x40-\x96]|[\x88-\x97][\x40-\x7e\x80-\xfc]|\x81[\x40-\x7e\x80-\xac]|\x98[\x40-\x72]"
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text is encoded: a Python codec name, whether that is certain, and why in one sentence."""

    name: str
    sure: bool
    why: str


def detect(head: bytes) -> str:
    """The codec name behind the start of a file; :func:`look` also says how sure that is."""
    return look(head).name


def look(head: bytes) -> Encoding:
    """How the start of a file is encoded. The start may end in the middle of a character."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, True, f"the byte order mark says {SHOWN[name]}")
    wide = _without_mark(head)
    if wide:
        return Encoding(wide, False, f"every second byte is zero, so this is taken as {SHOWN[wide]}")
    if _is_utf8(head):
        return Encoding("utf-8", True, "the text is valid UTF-8")
    whole, broken = _utf8_share(head)
    if whole > broken:  # code pages give valid UTF-8 by chance only now and then
        return Encoding("utf-8", False, "the text is UTF-8 with a few damaged bytes")
    scores = [(_page(head, *page), page[0]) for page in _PAGES]
    scores += [(_two_byte(head, "shift_jis", _SJIS_COMMON), "shift_jis"), (_two_byte(head, "gbk", _GBK_COMMON), "gbk")]
    best = max(range(len(scores)), key=lambda n: (scores[n][0], -n))
    share, name = scores[best]
    return Encoding(name, False, f"the text is not UTF-8; {share // 10} % of its other letters fit {SHOWN[name]} best")


def look_through(data: mmap.mmap | bytes) -> Encoding:
    """How a whole file is encoded: where UTF-8 breaks only later, the text around that place decides."""
    found = look(bytes(data[:_WINDOW]))
    if found.name != "utf-8":
        return found
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        try:
            decoder.decode(piece, start + _PIECE >= len(data))
        except UnicodeDecodeError as problem:
            at = max(0, start + problem.start - _WINDOW // 2)
            return look(bytes(data[at : at + _WINDOW]).lstrip(bytes(range(0x80, 0xC0))))
    return found


def remark(found: Encoding) -> str:
    """What the user is told where the encoding was guessed; empty where it is sure."""
    return "" if found.sure else f"The encoding of the file is not stated: {found.why}."


def _without_mark(head: bytes) -> str:
    """UTF-16 by its zero bytes: nearly all on one side of the pairs, nearly none on the other."""
    even, odd = head[0::2], head[1::2]
    pairs = len(odd)
    if pairs < 2:
        return ""
    low, high = even.count(0), odd.count(0)
    if high * 10 >= pairs * 4 and low * 20 <= pairs:
        return "utf-16-le"
    if low * 10 >= pairs * 4 and high * 20 <= pairs:
        return "utf-16-be"
    return ""


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, False)
    except UnicodeDecodeError:
        return False
    return True


def _utf8_share(head: bytes) -> tuple[int, int]:
    """Whole characters beyond ASCII, and broken places, of a text read as UTF-8."""
    text = head.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not c.isascii() for c in text) - broken, broken


def _page(head: bytes, page: str, languages: tuple[frozenset[str], ...], alone: bool) -> int:
    """Thousandths of the characters beyond ASCII that are plausible in the best language of a code page.

    ``alone``: the letters of this script do not stand in one word with ASCII letters.
    """
    text = head.decode(page, "replace")
    counts: dict[str, int] = {}
    total = signs = 0
    for at, char in enumerate(text):
        if char.isascii():
            continue
        total += 1
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if char in _SIGNS:
            signs += not (before.isalpha() and after.isalpha()) or char == "’"
        elif not (alone and (_ascii_letter(before) or _ascii_letter(after))) and not (
            char.isupper() and before.islower()
        ):
            low = char.lower()
            counts[low] = counts.get(low, 0) + 1
    best = max(sum(n for char, n in counts.items() if char in letters) for letters in languages)
    return (best + signs) * 1000 // total if total else 0


def _ascii_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _two_byte(head: bytes, codec: str, common: re.Pattern[bytes]) -> int:
    """Thousandths of the bytes beyond ASCII that belong to common characters; 0 when the text cannot be in this codec."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head, False)
    except UnicodeDecodeError:
        return 0
    used = sum(not c.isascii() for c in text)
    good = sum(bool(common.fullmatch(c.encode(codec))) for c in text if not c.isascii())
    return good * 1000 // used if used else 0
