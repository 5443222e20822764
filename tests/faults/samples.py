"""The files that are mutated: the shared samples, cut to a handy size, and small invented ones for the other formats."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
from dataclasses import dataclass
from json import JSONDecodeError
from json.decoder import scanstring
from pathlib import Path

from tests.faults.own_samples import BINARY, FILES
from tests.faults.reading import ANSWERS, Readers, detect
from tests.plugins.account_samples import FILES as ACCOUNTS

#: Samples are cut to about so many bytes: what a reader does with the ten-thousandth row it did with the tenth.
SIZE = 12_000
_LISTS = 5


@dataclass(frozen=True)
class Sample:
    """One file with the reader that takes it and the answers to what it leaves open."""

    title: str
    name: str
    raw: bytes
    reader: str
    parameters: dict[str, str]
    text: bool = True


def collect(readers: Readers, data: Path) -> list[Sample]:
    """Every sample that a reader takes, in a fixed order; without the shared data only our own."""
    found = []
    for title, (reader, name, text) in FILES.items():
        found.append(_known(readers, f"own: {title}", name, text.encode("utf-8"), reader))
    for title, (reader, name, packed) in BINARY.items():
        found.append(_known(readers, f"own: {title}", name, base64.b64decode(packed), reader, False))
    for layout, (name, text) in ACCOUNTS.items():
        if layout in readers.layouts:
            found.append(_known(readers, f"account: {layout}", name, text.encode("utf-8"), layout))
    if data.is_dir():
        for path in sorted(p for p in data.rglob("*") if p.is_file()):
            made = _shared(readers, path, path.relative_to(data).as_posix())
            if made is not None:
                found.append(made)
    return found


def _known(readers: Readers, title: str, name: str, raw: bytes, reader: str, text: bool = True) -> Sample:
    asked = next((sniff.questions for found, sniff in detect(readers, raw, name) if found == reader), ())
    return Sample(title, name, raw, reader, _answers(reader, asked), text)


def _shared(readers: Readers, path: Path, title: str) -> Sample | None:
    raw, name = path.read_bytes(), path.name
    if name.endswith(".gz"):
        raw, name = gzip.decompress(raw), name.removesuffix(".gz")
    elif name.endswith(".bz2"):
        raw, name = bz2.decompress(raw), name.removesuffix(".bz2")
    found = detect(readers, raw, name)
    if not found or found[0][1].refusal:
        return None
    reader, sniff = found[0]
    return Sample(title, name, shortened(raw), reader, _answers(reader, sniff.questions), reader not in readers.binary)


def _answers(reader: str, asked: tuple[str, ...]) -> dict[str, str]:
    given = {question: ANSWERS[question] for question in asked}
    if reader == "etherscan.api" and "subject" in given:
        given["subject"] = "0x" + "1" * 40
    return given


def shortened(raw: bytes) -> bytes:
    """A file of the same form that is not much larger than ``SIZE``, cut where a record ends."""
    if len(raw) <= SIZE:
        return raw
    if raw[:1] in (b"{", b"[") and raw[:1] + raw.rstrip()[-1:] in (b"{}", b"[]"):
        try:
            return _pruned(raw.decode("utf-8"), 0)[0].encode("utf-8")
        except (ValueError, JSONDecodeError):
            pass  # JSON lines
    for end in (b"\n- ", b"\n"):
        cut = raw.rfind(end, 0, SIZE)
        if cut > SIZE // 3:
            return raw[: cut + 1]
    return raw


def _pruned(text: str, at: int) -> tuple[str, int]:
    """The JSON value that begins at ``at``, its text unchanged but for the tails of long lists, and where it ends."""
    sign = text[at]
    if sign not in "{[":
        end = json.JSONDecoder().raw_decode(text, at)[1]
        return text[at:end], end
    parts, count, at = [sign], 0, at + 1
    while True:
        start = at
        at = _after_blanks(text, at)
        if text[at] in "}]":
            return "".join(parts) + text[start:at] + text[at], at + 1
        if text[at] == ",":
            at = _after_blanks(text, at + 1)
        if sign == "{":
            at = _after_blanks(text, scanstring(text, at + 1)[1])
            if text[at] != ":":
                raise ValueError("no JSON")
            at = _after_blanks(text, at + 1)
        before = text[start:at]
        value, at = _pruned(text, at)
        if count < (_LISTS if sign == "[" else 60):
            parts.append(before + value)
        count += 1


def _after_blanks(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
