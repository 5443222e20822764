"""A small made-up case for the tests of the evidence package: real bytes, real row hashes, a real custody chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import rfc8785

from workstation.analysis.picture import Edge, Node, Picture, Role
from workstation.domain.amounts import Asset
from workstation.domain.evidence import (
    Citation,
    CustodyEntry,
    Event,
    Exhibit,
    Mention,
    Price,
    QuarantinedRow,
    SourceTag,
    Transfer,
)
from workstation.evidence.bundle import (
    Bundle,
    CaseHead,
    CheckLine,
    CitedStatement,
    CitedTag,
    CitedTransfer,
    Entity,
    EntityMember,
    Figure,
    Finding,
    FindingLink,
    Source,
    Step,
    UserNote,
    UserTag,
)

CASE_ID = "6f0c2d1e-5d7a-4c53-9d5e-0a4d8a1b2c3d"
EXPORTED = "2026-03-04T05:06:07Z"
USDT = Asset("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "USDT", 6)
HOSTILE = (
    '#import "@preview/x": * $x$ *b* @ref <script>alert(1)</script><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x","y")',
    "＝1+1",
    "\u202egpj.exe\u202c \x00\x07\x1b[31m NUL",
    "🚀 東京 \ud800 مرحبا שלום Қазына ₸",
    "</script><!--<script>]]>&lt;" + "A" * 3000,
)


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def account(number: int) -> str:
    """A made-up TRON-like address."""
    return "T" + digest(f"a{number}")[:33]


def chain(kinds: list[tuple[str, object]]) -> tuple[CustodyEntry, ...]:
    """A custody chain as the case file makes it."""
    entries: list[CustodyEntry] = []
    previous = "0" * 64
    for sequence, (kind, body) in enumerate(kinds, 1):
        salt = digest(f"salt{sequence}")[:32]
        commitment = hashlib.sha256(bytes.fromhex(salt) + rfc8785.dumps(body)).hexdigest()  # type: ignore[arg-type]
        time = f"2026-03-04T04:{sequence % 60:02d}:00.000Z"
        header = {
            "v": 1, "case": CASE_ID, "seq": sequence, "time": time, "actor": "D. Rossi", "kind": kind,
            "body": commitment, "prev": previous,
        }  # fmt: skip
        value = hashlib.sha256(rfc8785.dumps(header)).hexdigest()  # type: ignore[arg-type]
        entries.append(CustodyEntry(sequence, time, "D. Rossi", kind, body, salt, commitment, previous, value))
        previous = value
    return tuple(entries)


def nasty(number: int) -> str:
    """A label that tries something."""
    return HOSTILE[number % len(HOSTILE)]


def friendly(number: int) -> str:
    """A label as people write it."""
    return f"Harbour Exchange deposit {number}"


def sample(rows: int = 40, *, hostile: bool = False, failed: bool = False) -> Bundle:
    """A whole case of ``rows`` transfers over one CSV exhibit and one tag list."""
    label = nasty if hostile else friendly
    lines = ["time,from,to,asset,amount,tx\r\n"]
    places: list[tuple[int, int]] = []
    offset = len(lines[0])
    made: list[tuple[str, str, str, int, int]] = []
    for i in range(rows):
        units = (i * 7919 % 100_000 + 1) * 10**4 + i
        tx, sender, receiver = digest(f"t{i}"), account(i % 7), account(7 + i % 5)
        line = f"{1767225600 + i * 3600},{sender},{receiver},USDT,{units},{tx}\r\n"
        places.append((offset, len(line)))
        offset += len(line)
        lines.append(line)
        made.append((tx, sender, receiver, units, 1767225600 + i * 3600))
    ledger = "".join(lines).encode()
    listing = b"address,label\n" + f"{account(7)},Harbour Exchange\n".encode()
    files = {1: ledger, 2: listing}

    def source(i: int) -> Source:
        at, size = places[i]
        value = hashlib.sha256(ledger[at : at + size]).hexdigest()
        return Source(1, f"row {i + 2}", value, at, size, made[i][0])

    def transfers() -> Iterator[CitedTransfer]:
        for i, (tx, sender, receiver, units, time) in enumerate(made):
            transfer = Transfer(
                i + 1, "tron", tx, "token", 0, 60_000_000 + i, time, sender, receiver, USDT,
                None if i == 3 else units, "withheld" if i == 3 else None, "", None, "", "ok",
            )  # fmt: skip
            yield CitedTransfer(transfer, (source(i),))

    def read(number: int) -> Iterator[bytes]:
        for start in range(0, len(files[number]), 1000):
            yield files[number][start : start + 1000]

    exhibits = tuple(
        Exhibit(
            n, label(n) if hostile else name, len(files[n]), hashlib.sha256(files[n]).hexdigest(), "text/csv",
            "Harbour Exchange compliance desk", "2026-03-04T04:00:00Z", reader, "accepted", total, total, 0, 1,
        )
        for n, name, reader, total in ((1, "statement march.csv", "ledger.csv", rows), (2, "labels.csv", "address.list", 1))
    )  # fmt: skip
    at = listing.index(account(7).encode())
    tag_source = Source(2, "row 2", hashlib.sha256(listing[at:]).hexdigest(), at, len(listing) - at)
    custody = chain(
        [("case.new", {"title": "Harbour"}), ("import", {"exhibit": 1, "sha256": exhibits[0].sha256})]
        + [("edit", {"label": label(i), "n": i}) if not hostile else ("edit", {"n": i}) for i in range(6)]
    )
    head = CaseHead(
        "CASE-2026-0042", CASE_ID, label(0) if hostile else "Romance scam: payments into Harbour Exchange",
        label(3) if hostile else "D. Rossi", "Asia/Almaty", "2026-03-01T08:00:00Z", len(custody), custody[-1].digest,
    )  # fmt: skip
    findings = tuple(
        Finding(
            n + 1, label(n) if hostile else text, status, confidence, basis,
            label(n + 1) if hostile else "The amounts and times of the rows below agree to the last unit.\nNo other row of the exhibit pays this address.",
            label(n + 2) if hostile else "The account may be a shared deposit address of the exchange.",
            label(n + 3) if hostile else "A statement of the exchange that shows another customer for this address.",
            "D. Rossi", "2026-03-04T04:30:00Z",
            tuple(
                FindingLink(f"transfer:tron:{i + 1}", label(i) if hostile else "Payment of the victim", (source(i),))
                for i in range(n, min(rows, n + 3))
            ),
        )
        for n, (text, status, confidence, basis) in enumerate((
            ("Three payments of the victim reached the same deposit address within one hour.", "supported", "high", "fact"),
            ("The collector addresses are controlled by one party.", "draft", "moderate", "heuristic"),
            ("The deposit address belongs to the account named in the complaint.", "disputed", "low", "assumption"),
        ))
    )  # fmt: skip
    tags = (
        UserTag("t1", f"address:tron:{account(1)}", label(1), "scam", "moderate", "complaint 14/2026", "2026-02-11",
                "assumption", "D. Rossi", "2026-03-04T04:31:00Z"),
    )  # fmt: skip
    source_tag = SourceTag(
        1, "tron", "address", account(7), label(4) if hostile else "Harbour Exchange", "exchange", "harbour", "service_api",
        "list of the exchange", "2026-01-15", Citation(2, "row 2", tag_source.sha256),
    )  # fmt: skip
    here = Citation(1, "row 2", source(0).sha256, *places[0])
    event = Event(
        1, "deposit", "Harbour Exchange", label(2) if hostile else "Harbour Exchange account 7", 1767225600, "exchange",
        "2026-01-01 00:00:00", "in", "USDT", "79.190001", "USDT", "0", "tron", made[0][0], account(7),
        label(3) if hostile else "", "ok", (("Order No", "77"), ("Note", label(4) if hostile else "=1+1")), here,
    )  # fmt: skip
    mention = Mention(1, "address", account(7), ("tron",), label(1) if hostile else "send it to this address", here)
    rate = Price(1, "2026-01-01", "USDT", "EUR", "0.8512", "European Central Bank", here)
    entities = (
        Entity("e1", label(5) if hostile else "Harbour Exchange", "service", "answers within two days",
               (EntityMember(f"address:tron:{account(7)}", "stated by the exchange", "high"),)),
    )  # fmt: skip
    return Bundle(
        head, EXPORTED, exhibits, read, transfers, picture=picture(label), graph_svg=drawing(label),
        figures=(Figure(label(1) if hostile else "Scene 1", label(2) if hostile else "The first hour", drawing(label)),),
        source_tags=(CitedTag(source_tag, tag_source),), tags=tags,
        events=(CitedStatement(event, (source(0),)),), mentions=(CitedStatement(mention, (source(0),)),),
        prices=(CitedStatement(rate, (source(0),)),),
        notes=(UserNote("n1", f"address:tron:{account(2)}", label(3) if hostile else "Asked the exchange on 3 March.",
                        "D. Rossi", "2026-03-04T04:32:00Z"),),
        entities=entities, findings=findings,
        quarantine=(QuarantinedRow(1, "row 99", "WS-IMP-031", "amount is not a plain number", label(1) if hostile else "2026,,,USDT,1e400"),),
        custody=custody,
        steps=tuple(
            Step(n, "import", e.reader, "1.0", {"zone": "UTC"}, e.number, e.sha256, "accepted", "2026-03-04T04:01:00Z",
                 e.read, e.accepted, 0, 1, ("times are UTC as the column says",), ())
            for n, e in enumerate(exhibits, 1)
        ),
        checks=(CheckLine("custody chain", True, "8 entries, each follows the one before"),
                CheckLine("exhibits", not failed, "exhibit E-0001 differs from its hash" if failed else "2 files equal their hashes")),
        environment={"workstation": "0.1", "python": "3.11.7", "system": "Linux x86_64"},
        classification="RESTRICTED",
    )  # fmt: skip


def empty() -> Bundle:
    """A case in which nothing was done yet."""
    custody = chain([("case.new", {"title": "Empty"})])
    head = CaseHead("CASE-EMPTY", CASE_ID, "Empty case", "", "UTC", "2026-03-01T08:00:00Z", 1, custody[-1].digest)
    return Bundle(head, EXPORTED, (), lambda number: iter(()), lambda: (), custody=custody)


def without_drawing(bundle: Bundle) -> Bundle:
    """The same case, drawn by the package itself."""
    return replace(bundle, graph_svg="")


def picture(label: Callable[[int], str]) -> Picture:
    """Seven senders, five receivers, one stub, one service."""
    roles: tuple[Role, ...] = (
        "victim",
        "unattributed",
        "illicit",
        "obfuscation",
        "infrastructure",
        "subject",
        "victim",
    )
    nodes = [
        Node(f"address:tron:{account(i)}", "address", -240.0, (i - 3) * 90.0, roles[i], ("VI", "", "SC", "MX", "BR", "SU", "VI")[i],
             account(i)[:6], label(i) if i == 1 else "", account(i), doubtful=i == 2)
        for i in range(7)
    ]  # fmt: skip
    nodes += [
        Node(f"address:tron:{account(7 + i)}", "address", 240.0, (i - 2) * 120.0, "service" if i == 0 else "unattributed",
             "EX" if i == 0 else "", "Harbour" if i == 0 else account(7 + i)[:6], "", account(7 + i))
        for i in range(5)
    ]  # fmt: skip
    nodes.append(Node("stub:tron:x", "stub", 480.0, 0.0, "unattributed", "", "+12 more", "", "12 more", stub_count=12))
    edges = tuple(
        Edge(i % 7, 7 + i % 5, f"{i}.2K", f"{i}200.000000 USDT", 2, float(i + 1), (i + 1,), asset="USDT",
             style="dashed" if i == 2 else "solid")
        for i in range(12)
    )  # fmt: skip
    return Picture(tuple(nodes), edges, "12 addresses, 12 of 40 transfers shown")


def drawing(label: Callable[[int], str]) -> str:
    """A plain SVG drawing with one label."""
    text = label(4).replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "").replace("\ud800", "")[:60]
    text = "".join(c for c in text if c >= " ")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" width="720" height="300" font-family="Noto Sans">'
        '<rect width="720" height="300" fill="#FAFAF7"/><line x1="120" y1="150" x2="560" y2="150" stroke="#8A9099" stroke-width="3"/>'
        '<circle cx="110" cy="150" r="22" fill="#499E87"/><rect x="570" y="130" width="44" height="40" rx="6" fill="#00009B"/>'
        f'<text x="360" y="140" font-size="14" text-anchor="middle" fill="#15181C">{text}</text></svg>'
    )
