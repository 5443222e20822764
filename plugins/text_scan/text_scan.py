"""Finds addresses and transaction ids in anything: text, web pages, e-mail, PDF text and binary dumps.

Owns the search and the ways to the text. It is never chosen by itself, and what it finds is a mention that a person
decides on. An address must hold by its checksum or its exact form; nothing is repaired. In a PDF, where lines break as
they please, two parts are put together where the checksum of the whole proves it.
"""

from __future__ import annotations

import email
import email.policy
import io
import logging
import re
import time
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Literal

from workstation.domain import addresses
from workstation.domain.chains import CHAINS
from workstation.domain.records import MentionRecord, Place, Record
from workstation.sdk.reader import NO, Refusal, Run, Sniff, Source

STREAMS = ("line {row} match {sub}", "page {row} match {sub}", "part {row} match {sub}", "byte {row}")
_LINE, _PAGE, _PART, _BYTE = 0, 1, 2, 3
_MOST, _BYTES, _PAGES, _SECONDS = 200_000, 64 << 20, 5_000, 900
_PARTS, _TAGS = 10_000, 3_000_000
_AROUND, _CONTEXT = 60, 200
_TOKEN = re.compile(r"(?<![0-9A-Za-z])(?:(?:bitcoincash|BITCOINCASH):)?[0-9A-Za-z]{25,110}(?![0-9A-Za-z])")
_BROKEN = re.compile(
    r"(?<![0-9A-Za-z])([0-9A-Za-z]{4,106})[ \t]{0,20}\r?\n[ \t]{0,20}(?=([0-9A-Za-z]{4,106})(?![0-9A-Za-z]))"
)
_EVM = re.compile(r"0[xX][0-9a-fA-F]{40}\Z")
_HASH = re.compile(r"(0[xX])?([0-9a-fA-F]{64})\Z")
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])")
_WIDE = re.compile(rb"[\x20-\x7e](?:\x00[\x20-\x7e]){24,}")
_MARKUP = re.compile(
    rb"\A\s*(?:<\?xml|<!doctype\s+html|<(?:html|head|body|div|table|p|span|title|meta|script)\b)", re.IGNORECASE
)
_HEADERS = re.compile(
    rb"^(?:From|To|Cc|Subject|Date|Message-ID|MIME-Version|Received|Return-Path|Delivered-To|Content-Type|Reply-To):",
    re.IGNORECASE | re.MULTILINE,
)
_MBOX = re.compile(rb"^From [^\r\n]{1,300}\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,60}:)", re.MULTILINE)
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "li", "main", "nav", "ol", "option", "p",
    "pre", "script", "section", "style", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
))  # fmt: skip
_EVM_CHAINS = tuple(key for key, chain in CHAINS.items() if chain.form == "evm")
_HASH_CHAINS = ("bitcoin", "tron", "litecoin", "bitcoin-cash", "dogecoin", "dash", "zcash", "monero", "ripple")
_BLOCK_HASH = "00000000"
_SKIP_BLOCK = "64-digit hexadecimal texts with 8 or more zeros in front (block hashes)"
_SKIP_CAPITALS = "texts of the form of an EVM address whose capital letters do not hold as a checksum"


def sniff(head: bytes, name: str) -> Sniff:
    """Never by itself: the user asks for a search."""
    return NO


@dataclass(frozen=True, slots=True)
class _Found:
    """What a token is: ``subject`` empty with a ``skip`` reason when it is known and left out."""

    subject: Literal["address", "transaction", ""]
    ref: str = ""
    chains: tuple[str, ...] = ()
    skip: str = ""


@lru_cache(maxsize=65536)  # dumps repeat few addresses many times
def classify(token: str) -> _Found | None:
    """What a token is, by checksum or exact form; None when it is nothing known."""
    digest = _HASH.match(token)
    if digest:
        digits = digest[2].lower()
        if digits.startswith(_BLOCK_HASH):
            return _Found("", skip=_SKIP_BLOCK)
        if digest[1]:
            return _Found("transaction", "0x" + digits, _EVM_CHAINS)
        return _Found("transaction", digits, _HASH_CHAINS)
    if _EVM.match(token):
        try:
            ref = addresses.check("ethereum", token)
        except addresses.AddressError:
            return _Found("", skip=_SKIP_CAPITALS)
        return _Found("address", ref, _EVM_CHAINS)
    if _HEX.match(token):
        return None  # 42 digits would be a TRON address in hexadecimal, which has no checksum
    forms = addresses.recognise(token)
    if "solana" in forms and (len(token) < 43 or not _MIXED.match(token)):
        forms = tuple(form for form in forms if form != "solana")
    if not forms:
        return None
    return _Found("address", addresses.check(forms[0], token), forms)


def visible(text: str) -> str:
    """A text on one line in which control, format and direction characters are shown as ``\\uXXXX``."""
    made: list[str] = []
    for sign in text:
        if sign in " \t\r\n\u00a0":
            if made[-1:] != [" "]:
                made.append(" ")
        elif unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            made.append(f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}")
        else:
            made.append(sign)
    return "".join(made).strip()


def context(before: str, token: str, after: str) -> str:
    """The token with the text around it, at most 200 characters."""
    left, right = visible(before), visible(after)
    left = left + " " if before[-1:].isspace() and left else left
    right = " " + right if after[:1].isspace() and right else right
    room = _CONTEXT - len(token)
    half = room // 2
    keep_left = left[-min(len(left), max(half, room - len(right))) :] if left and room > 0 else ""
    return (keep_left + token + right[: max(0, room - len(keep_left))])[:_CONTEXT].strip()


class _Search:
    """Counts mentions against the limits and makes their records."""

    def __init__(self, run: Run, size: int) -> None:
        self.run, self.size = run, size
        self.count = 0
        self.hashes = self.unchecked = False
        self.deadline = time.monotonic() + _SECONDS

    @property
    def full(self) -> bool:
        """Whether a limit is reached; said once."""
        if self.count >= _MOST:
            self.run.remark("warning", f"The search stopped after {_MOST:,} finds.")
            return True
        if time.monotonic() > self.deadline:
            self.run.remark(
                "warning", f"The search stopped after {_SECONDS} seconds: the file is not searched to its end."
            )
            return True
        return False

    def finds(self, text: str) -> Iterator[tuple[int, str, _Found]]:
        """(position, token, what it is) of every find in a text."""
        for number, match in enumerate(_TOKEN.finditer(text)):
            if number % 10_000 == 0 and self.full:
                return
            found = classify(match.group())
            if found is None:
                continue
            if not found.subject:
                self.run.skipped(found.skip)
                continue
            if self.count >= _MOST:
                self.full  # noqa: B018  (says that the limit is reached)
                return
            self.count += 1
            self.hashes |= found.subject == "transaction"
            self.unchecked |= found.chains == ("solana",)
            yield match.start(), match.group(), found

    def broken(self, text: str) -> Iterator[tuple[int, str, _Found]]:
        """Addresses that a line break cuts in two, only where their checksum proves that both parts belong together."""
        for match in _BROKEN.finditer(text):
            token = match[1] + match[2]
            found = classify(token) if 25 <= len(token) <= 110 else None
            if found is None or found.subject != "address" or found.chains == ("solana",):
                continue
            if _EVM.match(token) and token[2:] in (token[2:].lower(), token[2:].upper()):
                continue  # without capitals there is no checksum
            if self.count >= _MOST:
                return
            self.count += 1
            yield match.start(), match.group(), found

    @staticmethod
    def record(place: Place, found: _Found, shown: str) -> MentionRecord:
        """The mention of a find."""
        subject: Literal["address", "transaction"] = "transaction" if found.subject == "transaction" else "address"
        return MentionRecord(place, subject, found.ref, found.chains, shown)

    def close(self) -> None:
        """Say what the finds may be."""
        if self.hashes:
            self.run.remark(
                "warning", "A text of 64 hexadecimal digits may be a transaction or any other hash (file, block, key)."
            )
        if self.unchecked:
            self.run.remark("warning", "Solana addresses have no checksum: another code may look like one.")
        if not self.count:
            self.run.remark("warning", "No address and no transaction id was found.")


# --- text -----------------------------------------------------------------------------------------------------


def _decoded(text: str, utf8: bool) -> str:
    """Latin-1 text (one character per byte) as the characters it stands for, for showing."""
    raw = text.encode("latin-1")
    return raw.decode("utf-8", "ignore") if utf8 else raw.decode("cp1252", "replace")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        return problem.start > len(raw) - 4
    return True


def _from_text(raw: bytes, search: _Search) -> Iterator[Record]:
    """Finds of plain text in any encoding that keeps ASCII."""
    text, utf8 = raw.decode("latin-1"), _is_utf8(raw)
    end = "\n" if "\n" in text or "\r" not in text else "\r"
    for place, token, found, at in _lined(text, search, lambda index: index, end):
        before, after = text[max(0, at - _AROUND) : at], text[at + len(token) : at + len(token) + _AROUND]
        yield search.record(place, found, context(_decoded(before, utf8), token, _decoded(after, utf8)))


def _lined(
    text: str, search: _Search, byte_at: object, end: str, width: int = 1
) -> Iterator[tuple[Place, str, _Found, int]]:
    line, seen, number, last = 1, 0, 0, 0
    offset = byte_at if callable(byte_at) else int
    for at, token, found in search.finds(text):
        line += text.count(end, seen, at)
        seen = at
        number = number + 1 if line == last else 1
        last = line
        yield Place(_LINE, line, number, offset(at), len(token) * width), token, found, at


def _from_utf16(raw: bytes, search: _Search) -> Iterator[Record]:
    """Finds of UTF-16 text; every unit is one character here, so that positions are exact."""
    units = array("H", raw[2 : len(raw) - len(raw) % 2])
    if raw[:2] == b"\xfe\xff":
        units.byteswap()
    text = "".join(map(chr, units))

    def shown(part: str) -> str:
        return part.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")

    for place, token, found, at in _lined(text, search, lambda index: 2 + 2 * index, "\n", 2):
        before, after = text[max(0, at - _AROUND) : at], text[at + len(token) : at + len(token) + _AROUND]
        yield search.record(place, found, context(shown(before), token, shown(after)))


# --- web pages ------------------------------------------------------------------------------------------------


class _Stripped(HTMLParser):
    """The text of a page without its tags, with the position of every piece; the tags are kept beside it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.sources: list[int] = []
        self.tags: list[tuple[int, str]] = []
        self._text = text
        self._lines = [0]
        at = text.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = text.find("\n", at + 1)
        self._length = 0
        self.feed(text)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[min(line, len(self._lines)) - 1] + column

    def _inside(self, data: str) -> int:
        """Where the content of a comment or a declaration stands behind its opening signs."""
        here = self._here()
        found = self._text.find(data, here, here + len(data) + 16)
        return found if found >= 0 else here

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.starts.append(self._length)
        self.sources.append(self._here())
        self._length += len(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block ends the text before it; an inline tag may stand inside an address."""
        if tag in _BLOCKS:
            self._add("\n")
        if attrs:
            self.tags.append((self._here(), self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        """A block ends its text."""
        if tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        """A named character: no address holds one."""
        self._add(" ")

    def handle_charref(self, name: str) -> None:
        """A numbered character."""
        try:
            code = int(name[1:], 16) if name[:1] in "xX" else int(name)
        except ValueError:
            code = 32
        self._add(chr(code) if 32 <= code < 127 else " ")

    def handle_comment(self, data: str) -> None:
        """A comment is searched like a tag."""
        self.tags.append((self._inside(data), data))

    def unknown_decl(self, data: str) -> None:
        """CDATA of XML is text."""
        self.tags.append((self._inside(data), data))

    def source(self, at: int) -> int:
        """The position in the page of a position in the stripped text."""
        piece = bisect_right(self.starts, at) - 1
        return self.sources[piece] + at - self.starts[piece]


def _from_markup(raw: bytes, search: _Search) -> Iterator[Record]:
    """Finds of a page: in its text, then in its tags, in order of position."""
    if raw.count(b"<") > _TAGS:
        search.run.remark("warning", f"The page has more than {_TAGS:,} tags: it is searched with its tags.")
        yield from _from_text(raw, search)
        return
    text, utf8 = raw.decode("latin-1"), _is_utf8(raw)
    page = _Stripped(text)
    plain = "".join(page.pieces)
    made: list[tuple[int, int, str, _Found, str]] = []
    for at, token, found in search.finds(plain):
        start, end = page.source(at), page.source(at + len(token) - 1) + 1
        before, after = plain[max(0, at - _AROUND) : at], plain[at + len(token) : at + len(token) + _AROUND]
        made.append((start, end, token, found, context(_decoded(before, utf8), token, _decoded(after, utf8))))
    for base, tag in page.tags:
        for at, token, found in search.finds(tag):
            before, after = tag[max(0, at - _AROUND) : at], tag[at + len(token) : at + len(token) + _AROUND]
            shown = context(_decoded(before, utf8), token, _decoded(after, utf8))
            made.append((base + at, base + at + len(token), token, found, shown))
    line, seen, number, last = 1, 0, 0, 0
    for start, end, _token, found, shown in sorted(made, key=lambda item: item[:2]):
        start, end = min(start, len(raw)), min(max(end, start), len(raw))
        line += text.count("\n", seen, start)
        seen = start
        number = number + 1 if line == last else 1
        last = line
        yield search.record(Place(_LINE, line, number, start, end - start), found, shown)


# --- e-mail ---------------------------------------------------------------------------------------------------


def _plain_of(part: email.message.Message, run: Run) -> str | None:
    """The text of a part of a message, or None when it is none."""
    kind = part.get_content_type()
    name = (part.get_filename() or "").lower()
    texty = kind.startswith("text/") or kind in ("application/json", "application/xml", "application/csv")
    if not texty and not name.endswith((".txt", ".csv", ".json", ".html", ".htm", ".xml", ".log", ".md", ".eml")):
        run.skipped("attachments that are no text (import them as files of their own)")
        return None
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        text = raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = raw.decode("latin-1")
    if kind == "text/html" or _MARKUP.match(raw[:1000]):
        page = _Stripped(text)
        return "".join(page.pieces) + "".join("\n" + tag for _, tag in page.tags)
    return text


def _texts_of(raw: bytes, run: Run) -> Iterator[str]:
    """The head and the text parts of one message."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    yield "\n".join(f"{name}: {value}" for name, value in message.items())
    for part in message.walk():
        if not part.is_multipart():
            text = _plain_of(part, run)
            yield text if text is not None else ""


def _from_mail(raw: bytes, search: _Search) -> Iterator[Record]:
    """Finds of a message, or of a mailbox of them; parts are numbered through the file, each message's head first."""
    borders = [match.start() for match in _MBOX.finditer(raw)] or [0]
    row = 0
    for start, end in zip(borders, [*borders[1:], len(raw)], strict=True):
        body = raw[start:end]
        if body.startswith(b"From "):
            body = body[body.find(b"\n") + 1 :]
        try:
            texts: Iterable[str] = list(_texts_of(body, search.run))
        except Exception:  # noqa: BLE001  (a damaged message may fail anywhere in the parser: search its bytes then)
            search.run.remark("warning", "A message is damaged and was searched as plain text.")
            texts = [body.decode("latin-1")]
        for text in texts:
            row += 1
            if row > _PARTS:
                search.run.remark("warning", f"The mailbox has more than {_PARTS:,} parts: the rest is not searched.")
                return
            for number, (at, token, found) in enumerate(search.finds(text), 1):
                before, after = text[max(0, at - _AROUND) : at], text[at + len(token) : at + len(token) + _AROUND]
                here = raw.find(token.encode("ascii"), start, end)
                place = Place(
                    _PART, row, number, here if here >= 0 else start, len(token) if here >= 0 else end - start
                )
                yield search.record(place, found, context(before, token, after))


# --- PDF ------------------------------------------------------------------------------------------------------


def _from_pdf(raw: bytes, search: _Search) -> Iterator[Record]:
    """Finds of the text layer of a PDF, page by page."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it complains of is said as a remark or a refusal
    try:
        document = pypdf.PdfReader(io.BytesIO(raw), strict=False)
        if document.is_encrypted and not document.decrypt(""):
            raise Refusal("This PDF is locked with a password. Ask the sender for an open copy.")
        pages = len(document.pages)
    except Refusal:
        raise
    except Exception as problem:
        raise Refusal(f"This PDF cannot be opened ({type(problem).__name__}).") from problem
    empty = failed = 0
    if pages > _PAGES:
        search.run.remark("warning", f"The PDF has {pages} pages: only the first {_PAGES:,} are searched.")
    for number in range(min(pages, _PAGES)):
        if search.full:
            return
        search.run.progress(number * len(raw) // max(1, pages), len(raw))
        try:
            text = document.pages[number].extract_text() or ""
        except Exception:  # noqa: BLE001
            failed += 1
            continue
        empty += not text.strip()
        finds = sorted([*search.finds(text), *search.broken(text)], key=lambda item: item[0])
        for match, (at, token, found) in enumerate(finds, 1):
            before, after = text[max(0, at - _AROUND) : at], text[at + len(token) : at + len(token) + _AROUND]
            shown = context(before, visible(token), after)
            yield search.record(Place(_PAGE, number + 1, match, 0, len(raw)), found, shown)
    if empty:
        search.run.remark("warning", f"{empty} pages have no text layer (pictures or scans): they are not searched.")
    if failed:
        search.run.remark("warning", f"{failed} pages could not be read.")
    search.run.remark("warning", "An address over two lines of a PDF is found only where its checksum proves it.")


# --- binary ---------------------------------------------------------------------------------------------------


def _from_binary(raw: bytes, search: _Search) -> Iterator[Record]:
    """Finds in the ASCII and UTF-16 runs of any bytes, in order of position."""
    text = raw.decode("latin-1")
    made = [
        (at, len(token), found, context(_run(text[max(0, at - _AROUND) : at], -1), token,
                                        _run(text[at + len(token) : at + len(token) + _AROUND], 1)))
        for at, token, found in search.finds(text)
    ]  # fmt: skip
    for wide in _WIDE.finditer(raw):
        run = wide.group()[::2].decode("ascii")
        for at, token, found in search.finds(run):
            before, after = run[max(0, at - _AROUND) : at], run[at + len(token) : at + len(token) + _AROUND]
            made.append((wide.start() + 2 * at, 2 * len(token) - 1, found, context(before, token, after)))
    for offset, length, found, shown in sorted(made, key=lambda item: item[:2]):
        yield search.record(Place(_BYTE, offset, None, offset, length), found, shown)


def _run(text: str, step: int) -> str:
    """The printable characters next to a find, up to the first byte that is none."""
    signs: list[str] = []
    for sign in text[::step]:
        if not " " <= sign <= "~":
            break
        signs.append(sign)
    return "".join(signs)[::step]


def _way(raw: bytes, name: str) -> object:
    """How to get at the text of these bytes."""
    head = raw[:4096]
    if b"%PDF" in head[:1024]:
        return _from_pdf
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _from_utf16
    if head.count(b"\0"):
        return _from_binary
    first = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    if head.startswith(b"From ") and _MBOX.match(head):
        return _from_mail
    many = len({match.lower() for match in _HEADERS.findall(first)})
    if many >= 3 or (many >= 1 and name.lower().endswith((".eml", ".mbox"))):
        return _from_mail
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return _from_markup
    if len(head.translate(None, bytes(range(9, 14)) + bytes(range(32, 256)))) * 20 > len(head):
        return _from_binary
    return _from_text


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """A mention for every address and transaction id in the file."""
    raw = bytes(source.data[:_BYTES])
    if source.size > _BYTES:
        run.remark("warning", f"Only the first {_BYTES >> 20} MiB of the file are searched.")
    search = _Search(run, source.size)
    way = _way(raw, source.name)
    assert callable(way)
    yield from way(raw, search)
    search.close()
    run.rows(search.count)
