"""Owns redaction: a bundle told again without the persons it must not name, and the proof that nothing of them is left.

A redacted package is made from data, never drawn over. A name becomes the same short sign everywhere; what cannot be
retold exactly (an exhibit, an entry of the custody log, a kept run) is withheld whole, with its hash. Must not decide who
is protected. ``left_in`` reads the finished files again: a package in which anything is left is not written.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pypdf

from workstation.domain.evidence import CustodyEntry
from workstation.evidence.bundle import Bundle, Figure, FindingLink, Plugin, PluginRun, Source

#: Signs that a reader does not see and that break a plain search.
_UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]*"
#: Between two parts of a name or number: anything that is neither letter nor digit.
_GAP = r"[\W_]{0,6}"
#: A spelling of so many letters counts inside a longer word too; a shorter one would hit ordinary words.
_LONG = 8
_LETTERS = {"victim": "V", "witness": "W", "third party": "T", "suspect": "S"}
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "latin-1")
_PARTS = re.compile(r"\w+")
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Person:
    """Who must not be named. ``spellings``: names in every script, phone, e-mail, IBAN, nicknames, labels."""

    kind: str
    spellings: tuple[str, ...]


#: A line of ``redaction.csv``: sign or thing, kind of person, how often, SHA-256 of what was left out, reason.
Line = tuple[str, str, str, str, str]


class Names:
    """Finds persons in text, in any spelling, case and spacing, and puts their signs."""

    def __init__(self, persons: Sequence[Person]) -> None:
        numbers: Counter[str] = Counter()
        self.signs: list[str] = []
        self.used: Counter[str] = Counter()
        self._by_spelling: dict[str, str] = {}
        self._patterns: dict[str, str] = {}
        for person in persons:
            letter = _LETTERS.get(person.kind, "P")
            numbers[letter] += 1
            sign = f"{letter}-{numbers[letter]:02d}"
            self.signs.append(sign)
            for spelling in person.spellings:
                for words in _orders(_plain(spelling)):
                    squeezed = "".join(words)
                    self._by_spelling.setdefault(squeezed, sign)
                    pattern = _GAP.join(_UNSEEN.join(map(re.escape, word)) for word in words)
                    short = len(squeezed) < _LONG
                    self._patterns[squeezed] = rf"(?<![^\W_]){pattern}(?![^\W_])" if short else pattern

    def hide(self, text: str) -> str:
        """The text with signs for persons; one that names nobody is the same, one that cannot be told without is withheld."""
        near = self._near(text)
        if not near:
            return text
        find = re.compile("|".join(sorted(near.values(), key=lambda p: (-len(p), p))), re.IGNORECASE)
        found = find.sub(self._sign, text)
        form = unicodedata.normalize("NFKC", found)
        found = find.sub(self._sign, form) if find.search(form) else found
        return "(withheld)" if self.names(found) else found

    def names(self, text: str) -> bool:
        """Whether a text names somebody; long spellings count however they are cut up, short ones as whole words."""
        near = self._near(text)
        if any(len(letters) >= _LONG for letters in near):
            return True
        forms = (text, unicodedata.normalize("NFKC", text)) if near else ()
        return any(re.search(pattern, form, re.IGNORECASE) for pattern in near.values() for form in forms)

    def _near(self, text: str) -> dict[str, str]:
        """The spellings whose letters stand in the text at all, with their patterns: most texts are left quickly."""
        squeezed = "".join(_PARTS.findall(_plain(text)))
        return {letters: pattern for letters, pattern in self._patterns.items() if letters in squeezed}

    def names_in(self, data: bytes) -> bool:
        """Whether bytes name somebody, read as any text they may be."""
        ways = _ENCODINGS if not data.isascii() else _ENCODINGS[:3] if b"\0" in data else _ENCODINGS[:1]
        return any(self.names(data.decode(encoding, "ignore")) for encoding in ways)

    def _sign(self, match: re.Match[str]) -> str:
        sign = self._by_spelling.get("".join(_PARTS.findall(_plain(match.group()))), "P-00")
        self.used[sign] += 1
        return sign


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(_UNSEEN, "", text).replace("_", " ")


def _orders(text: str) -> Iterator[list[str]]:
    """The parts of a spelling as written; of a name in two or three parts also with the last part first."""
    words = _PARTS.findall(text)
    if words:
        yield words
    if 2 <= len(words) <= 3 and not any(c.isdigit() for c in text):
        yield [words[-1], *words[:-1]]


def redact(bundle: Bundle, persons: Sequence[Person]) -> Bundle:
    """Tell a bundle again without these persons; its ``redaction`` says how often each sign stands, and what was left out."""
    names, out = Names(persons), list[Line]()
    gone = _exhibits_to_withhold(bundle, names, out)
    runs = tuple(run for run in bundle.runs if not names.names(run.record))
    lost = {run.number for run in bundle.runs} - {run.number for run in runs}
    out += [_left_out(f"trace run {run.number}", run.sha256) for run in bundle.runs if run.number in lost]
    made, files, unsaid = _plugin_runs(bundle, names, out)
    code = tuple(plugin if not plugin.archive else _without_names(plugin, names, out) for plugin in bundle.plugins)
    steps = tuple(s for s in bundle.steps if s.run not in {"trace": lost, "plugin": unsaid}.get(s.action, ()))
    exact = replace(  # what must stay byte for byte, or is made anew
        bundle, custody=(), checkpoints=(), runs=(), cards=(), figures=(), environment={}, graph_png=b"", graph_svg="",
        plugin_runs=(), plugin_files=(), plugins=(), steps=steps,
    )  # fmt: skip
    told = _told(exact, names, gone)
    figures = [_figure(figure, names, out) for figure in bundle.figures]
    told = replace(
        told, custody=tuple(_entry(entry, names, lost, unsaid, out) for entry in bundle.custody), runs=runs,
        plugin_runs=made, plugin_files=files, plugins=code,
        checkpoints=bundle.checkpoints, cards=bundle.cards, environment=bundle.environment, withheld=tuple(sorted(gone)),
        transfers=lambda: (_told(transfer, names, gone) for transfer in bundle.transfers()),
        figures=tuple(figure for figure in figures if figure is not None),
        findings=tuple(replace(f, links=tuple(x for x in f.links if not _lost(x, lost))) for f in told.findings),
        classification=" · ".join(filter(None, ("Redacted", told.classification))),
    )  # fmt: skip
    for _ in told.transfers():
        pass  # read once, so that the signs in them are counted
    signs = [
        (sign, person.kind, str(names.used[sign]), "", "protected person")
        for sign, person in zip(names.signs, persons, strict=True)
    ]
    redacted: Bundle = replace(told, redaction=(*signs, *out))
    return redacted


def _left_out(what: str, sha256: str, reason: str = "it names a person") -> Line:
    return what, "", "", sha256, reason


def _lost(link: FindingLink, lost: set[int]) -> bool:
    kind, _, number = link.subject.partition("::")
    return kind == "run" and int(number) in lost


def _exhibits_to_withhold(bundle: Bundle, names: Names, out: list[Line]) -> frozenset[int]:
    """Exhibits that name somebody, and those whose content cannot be searched as text."""
    gone: set[int] = set()
    for exhibit in bundle.exhibits:
        data = b"".join(bundle.exhibit_bytes(exhibit.number))
        reason = "it names a person" if names.names_in(data) else "" if _text(data) else "it is not plain text"
        if exhibit.parent in gone:
            reason = reason or "it was inside one that is withheld"
        if reason:
            gone.add(exhibit.number)
            out.append(_left_out(exhibit.label, exhibit.sha256, reason))
    return frozenset(gone)


def _text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _plugin_runs(
    bundle: Bundle, names: Names, out: list[Line]
) -> tuple[tuple[PluginRun, ...], tuple[bytes, ...], set[int]]:
    """The runs of plugins that name nobody, their files, and the numbers of the others: a run stays whole or is withheld."""
    known = {hashlib.sha256(data).hexdigest(): data for data in bundle.plugin_files}
    runs: list[PluginRun] = []
    lost, wanted = set[int](), set[str]()
    for run in bundle.plugin_runs:
        files = set(json.loads(run.record).get("files", {}).values()) & known.keys()
        if names.names(run.record) or any(not _text(known[f]) or names.names_in(known[f]) for f in files):
            lost.add(run.number)
            out.append(_left_out(f"plugin run {run.number}", run.sha256, "it names a person or cannot be searched"))
        else:
            runs.append(run)
            wanted |= files
    return tuple(runs), tuple(known[name] for name in sorted(wanted)), lost


def _without_names(plugin: Plugin, names: Names, out: list[Line]) -> Plugin:
    """Code that names nobody as it is; other code stays out."""
    if not names.names_in(plugin.archive):
        return plugin
    out.append(_left_out(f"code of a plugin {plugin.tree}", plugin.sha256))
    return Plugin("(withheld)", "", plugin.tree, plugin.use, absent="withheld: it names a person")


def _entry(entry: CustodyEntry, names: Names, lost: set[int], unsaid: set[int], out: list[Line]) -> CustodyEntry:
    """The entry as it is, or without its body and salt: the chain still holds."""
    if entry.body is None:
        return entry
    gone = {"trace.keep": lost, "plugin.keep": unsaid}.get(entry.kind, ())
    about_lost = bool(gone) and entry.body["run"] in gone
    if not about_lost and not any(map(names.names, _strings(entry.body))):
        return entry
    out.append(_left_out(f"body of custody entry {entry.sequence}", entry.commitment))
    return replace(entry, body=None, salt="")


def _figure(figure: Figure, names: Names, out: list[Line]) -> Figure | None:
    """The drawing with signs; one in which a name is broken over lines is left out."""
    made = Figure(
        names.hide(figure.name), names.hide(figure.caption), names.hide(figure.svg),
        tuple(map(names.hide, figure.details)),
    )  # fmt: skip
    if names.names(_TAGS.sub(" ", made.svg)):
        out.append(_left_out(f"figure {made.name}", "", "a name in it cannot be replaced"))
        return None
    return made


def _told(value: Any, names: Names, gone: frozenset[int]) -> Any:
    """A value with signs in all its texts; a citation of what is withheld loses the hash of its row."""
    if isinstance(value, str):
        return names.hide(value)
    if isinstance(value, Source) and value.exhibit in gone:
        return Source(value.exhibit, names.hide(value.locator), "", -1, -1, names.hide(value.reference))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _told(getattr(value, f.name), names, gone) for f in fields(value) if f.init}
        return replace(value, **changed)
    if isinstance(value, Mapping):
        return {names.hide(k) if isinstance(k, str) else k: _told(v, names, gone) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_told(item, names, gone) for item in value)
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)


def left_in(folder: Path, persons: Sequence[Person]) -> list[str]:
    """Names of finished files in which a person can still be read: as text, in the text and head data of a PDF."""
    names = Names(persons)
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if names.names(name) or any(map(names.names_in, _readable(path))):
            found.append(name)
    return found


def _readable(path: Path) -> Iterable[bytes]:
    data = path.read_bytes()
    yield data
    if path.suffix == ".pdf":
        pdf = pypdf.PdfReader(io.BytesIO(data))
        yield "\n".join(page.extract_text() for page in pdf.pages).encode()
        yield str(dict(pdf.metadata or {})).encode()
