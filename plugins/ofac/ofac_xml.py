"""Reads the OFAC lists SDN.XML and SDN_ADVANCED.XML: digital-currency addresses with the name of the listed party.

Owns the two XML forms. Namespaces are ignored, because they changed over the years. The file is streamed: only one
entry is held at a time. A document type or an entity is refused, so that a small file cannot grow large.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from workstation.domain.records import Place, Record, TagRecord
from workstation.sdk.attribution import Tags, stated_day
from workstation.sdk.reader import CUT_OFF, DEPTH, NO, TOO_LONG, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at

STREAMS = ("sdnEntry {row}", "sdnEntry {row}, id {sub}", "DistinctParty {row}", "DistinctParty {row}, feature {sub}")
_CHUNK = 1 << 20
_DEPTH, _NODES, _TEXT = 64, 50_000, 20_000
_SIMPLE = re.compile(rb"<(?:[\w.-]+:)?sdnList[\s>]")
_ADVANCED = re.compile(rb"<(?:[\w.-]+:)?Sanctions[\s>]")
_CRYPTO = re.compile(r"Digital Currency Address\s*-\s*([A-Za-z0-9]{2,10})\Z")
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z", re.ASCII)
_WATCHED = frozenset(
    (
        "sdnEntry",
        "publshInformation",
        "FeatureType",
        "SanctionsProgram",
        "DistinctParty",
        "SanctionsEntry",
        "DateOfIssue",
    )
)
_BOMB = "The XML has a document type or entities, which can hide huge contents. It is not read."


def sniff(head: bytes, name: str) -> Sniff:
    """By the root element."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"<":
        return NO
    if _SIMPLE.search(head):
        return Sniff(0.98, "XML with the root sdnList, the OFAC list of sanctioned parties")
    if _ADVANCED.search(head) and (b"ReferenceValueSets" in head or b"ADVANCED_XML" in head):
        return Sniff(0.98, "XML with the root Sanctions, the OFAC list in its advanced form")
    return NO


@dataclass(slots=True)
class _Node:
    """One element of an entry."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[_Node] = field(default_factory=list)

    def all(self, *path: str) -> list[_Node]:
        """The elements on a path below this one."""
        level = [self]
        for tag in path:
            level = [child for node in level for child in node.children if child.tag == tag]
        return level

    def first(self, *path: str) -> str:
        """The text of the first element on a path, or an empty text."""
        found = self.all(*path)
        return found[0].text.strip() if found else ""


@dataclass(slots=True)
class _Entry:
    """A watched element with its bytes; ``problem`` when it is too large or too deep to be used."""

    node: _Node
    start: int
    end: int
    problem: tuple[str, str] | None = None


class _Stream:
    """Feeds the file to the parser and hands out watched elements as they close."""

    def __init__(self, source: Source) -> None:
        self._data = source.data
        self._size = source.size
        self._ready: list[_Entry] = []
        self._stack: list[_Node] = []
        self._entry: _Entry | None = None
        self._base = self._depth = self._nodes = 0
        self.root = ""
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._words
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._bomb

    def _bomb(self, *declaration: object) -> None:
        raise Refusal(_BOMB)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        self._depth += 1
        if self._depth > 10 * _DEPTH:
            raise Refusal(f"The XML nests deeper than {10 * _DEPTH} levels.")
        self.root = self.root or tag
        entry = self._entry
        if entry is None:
            if tag in _WATCHED:
                node = _Node(tag, dict(attributes))
                self._entry = _Entry(node, self._parser.CurrentByteIndex, 0)
                self._stack, self._base, self._nodes = [node], self._depth, 0
            return
        self._nodes += 1
        if self._depth - self._base > _DEPTH:
            entry.problem = (DEPTH, f"nested deeper than {_DEPTH} levels")
        elif self._nodes > _NODES:
            entry.problem = (TOO_LONG, f"the entry has more than {_NODES:,} elements")
        if entry.problem is None:
            node = _Node(tag, dict(attributes))
            self._stack[-1].children.append(node)
            self._stack.append(node)

    def _close(self, tag: str) -> None:
        entry = self._entry
        if entry is not None:
            if self._depth == self._base:
                behind = self._data.find(b">", self._parser.CurrentByteIndex)
                entry.end = behind + 1 if behind >= 0 else self._size
                self._ready.append(entry)
                self._entry = None
            elif entry.problem is None:
                self._stack.pop()
        self._depth -= 1

    def _words(self, text: str) -> None:
        if self._entry is not None and self._entry.problem is None:
            node = self._stack[-1]
            if len(node.text) + len(text) > _TEXT:
                self._entry.problem = (TOO_LONG, f"a text is longer than {_TEXT:,} characters")
            else:
                node.text += text

    def entries(self, run: Run) -> Iterator[_Entry]:
        """Every watched element; the last one may be torn (its ``problem`` says so) when the file is damaged."""
        position = 0
        try:
            while position < self._size:
                self._parser.Parse(bytes(self._data[position : position + _CHUNK]), False)
                position += _CHUNK
                yield from self._ready
                self._ready.clear()
            self._parser.Parse(b"", True)
        except expat.ExpatError as problem:
            yield from self._ready
            if not self.root:
                raise Refusal(f"The file is no readable XML ({problem}).") from problem
            start = self._entry.start if self._entry is not None else min(self._parser.CurrentByteIndex, self._size)
            node = self._entry.node if self._entry is not None else _Node("", {})
            yield _Entry(node, max(0, start), self._size, (CUT_OFF, f"the XML breaks off in line {problem.lineno}"))
        except (UnicodeError, ValueError, LookupError) as problem:
            raise Refusal(f"The XML has an encoding that cannot be read ({problem}).") from problem


class _Simple:
    """Turns entries of SDN.XML into tags."""

    def __init__(self, tags: Tags, date: str) -> None:
        self.tags, self.date = tags, date

    def records(self, entry: _Entry, number: int, source: Source) -> Iterator[Record]:
        """A tag for each digital-currency address of the party."""
        node = entry.node
        name = " ".join(part for part in (node.first("lastName"), node.first("firstName")) if part)
        if node.first("firstName") and node.first("lastName"):
            name = f"{node.first('lastName')}, {node.first('firstName')}"
        programmes = ", ".join(item.text.strip() for item in node.all("programList", "program"))
        for sub, item in enumerate(node.all("idList", "id")):
            kind = _CRYPTO.match(item.first("idType"))
            if kind is None:
                continue
            place = Place(1, number, sub, entry.start, entry.end - entry.start)
            yield _tag(self.tags, place, source, item.first("idNumber"), kind[1], name, node.first("uid"), programmes,
                       self.date)  # fmt: skip


def _tag(
    tags: Tags, place: Place, source: Source, address: str, word: str, name: str, uid: str, programmes: str, date: str
) -> Record:
    try:
        chain, ref = tags.address(address, word)
    except RowProblem as problem:
        return bad(place, problem.code, str(problem), raw_at(source, place))
    told = f"uid {uid}" + (f", programme {programmes}" if programmes else "")
    return tags.tag(
        place, chain, ref, name or f"OFAC sanctioned party uid {uid}", category="sanction", actor=name,
        source=f"US Treasury OFAC SDN list ({told})", date=date,
    )  # fmt: skip


@dataclass(slots=True)
class _Party:
    """A party of the advanced form with addresses; its programmes come later in the file."""

    number: int
    entry: _Entry
    profile: str
    name: str
    addresses: list[tuple[int, str, str]]


class _Advanced:
    """Collects what the advanced form states in tables before and behind the parties."""

    def __init__(self) -> None:
        self.features: dict[str, str] = {}
        self.parties: list[_Party] = []
        self.programmes: dict[str, list[str]] = {}

    def take(self, entry: _Entry, number: int) -> bool:
        """Take one party; whether it has digital-currency addresses."""
        node = entry.node
        found: list[tuple[int, str, str]] = []
        for sub, feature in enumerate(node.all("Profile", "Feature")):
            word = self.features.get(feature.attributes.get("FeatureTypeID", ""), "")
            if word:
                for detail in feature.all("FeatureVersion", "VersionDetail"):
                    found.append((sub, word, detail.text.strip()))
        if found:
            profiles = node.all("Profile")
            profile = profiles[0].attributes.get("ID", "") if profiles else ""
            self.parties.append(_Party(number, entry, profile, _advanced_name(node), found))
            entry.node = _Node("", {})
        return bool(found)

    def measure(self, node: _Node) -> None:
        """Take one sanctions entry: the programmes of a profile."""
        known = self.programmes.setdefault(node.attributes.get("ProfileID", ""), [])
        for item in node.all("SanctionsMeasure", "Comment"):
            text = item.text.strip()
            if text and text not in known:
                known.append(text)

    def records(self, tags: Tags, source: Source, date: str) -> Iterator[Record]:
        """The tags of all parties, in file order."""
        for party in self.parties:
            programmes = ", ".join(self.programmes.get(party.profile, []))
            for sub, word, address in party.addresses:
                place = Place(3, party.number, sub, party.entry.start, party.entry.end - party.entry.start)
                yield _tag(tags, place, source, address, word, party.name, party.profile, programmes, date)


def _advanced_name(node: _Node) -> str:
    aliases = node.all("Profile", "Identity", "Alias")
    chosen = [alias for alias in aliases if alias.attributes.get("Primary") == "true"] or aliases
    for alias in chosen[:1]:
        for name in alias.all("DocumentedName")[:1]:
            parts = [value.text.strip() for value in name.all("DocumentedNamePart", "NamePartValue")]
            return ", ".join(part for part in parts if part)
    return ""


def _list_date(node: _Node) -> str:
    """The date the XML states for the list, or an empty text."""
    if node.tag == "DateOfIssue":
        parts = [node.first(name) for name in ("Year", "Month", "Day")]
        if all(part.isascii() and part.isdigit() for part in parts):
            return f"{int(parts[0]):04}-{int(parts[1]):02}-{int(parts[2]):02}"
        return ""
    found = _US_DATE.match(node.first("Publish_Date"))
    return f"{found[3]}-{int(found[1]):02}-{int(found[2]):02}" if found else ""


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """A tag for every digital-currency address of every listed party."""
    date = stated_day(parameters)
    tags, stream, advanced = Tags(run), _Stream(source), _Advanced()
    simple = _Simple(tags, date)
    total = without = given = 0
    torn: Record | None = None
    for entry in stream.entries(run):
        tag = entry.node.tag
        if entry.problem is not None and entry.end <= entry.start:
            run.remark("warning", f"The file is cut: {entry.problem[1]}. Whole entries were kept.")
        elif entry.problem is not None:
            total += 1
            kind = 2 if stream.root == "Sanctions" else 0
            place = Place(kind, total, None, entry.start, entry.end - entry.start)
            torn = bad(place, *entry.problem, raw_at(source, place))
            if entry.problem[0] != CUT_OFF:
                yield torn
                torn = None
        elif tag in ("publshInformation", "DateOfIssue"):
            stated = _list_date(entry.node)
            if stated and date and stated != date:
                run.remark("warning", f"The file states the date {stated}; the given date {date} is not used.")
            date = simple.date = stated or date
        elif tag == "FeatureType":
            word = _CRYPTO.match(entry.node.text.strip())
            if word:
                advanced.features[entry.node.attributes.get("ID", "")] = word[1]
        elif tag == "SanctionsEntry":
            advanced.measure(entry.node)
        elif tag == "DistinctParty":
            total += 1
            without += not advanced.take(entry, total)
        elif tag == "sdnEntry":
            total += 1
            before = given
            for record in simple.records(entry, total, source):
                given += 1
                yield record
            without += given == before
    if stream.root not in ("sdnList", "Sanctions"):
        raise Refusal(f"This XML is no OFAC list: its root is {stream.root[:60]!r}.")
    for record in advanced.records(tags, source, date):
        given += isinstance(record, TagRecord)
        yield record
    if torn is not None:
        yield torn
        run.remark("warning", "The file is cut: whole entries were kept, the rest of the list is missing.")
    if without:
        run.skipped("listed parties without a digital-currency address", without)
    run.rows(total)
    if not date:
        run.remark("warning", "The list states no date: give the date of the list, because parties are delisted.")
    if not given:
        run.remark("warning", "The list holds no digital-currency address.")
