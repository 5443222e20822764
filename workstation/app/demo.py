"""Owns the two demo cases: made from our own files through the normal intake and the normal commands.

They show what the program does and not what somebody drew. Clock and random bytes are fixed: a case
comes out the same everywhere.
Must not hold any fact about the cases itself (``romance``, ``colonial``, ``resources/cases``).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.app import colonial, intake, romance
from workstation.app.session import Session
from workstation.casefile import store
from workstation.casefile.values import Clock, Entropy
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Transfer
from workstation.domain.subjects import Subject
from workstation.paths import resources_folder
from workstation.plugin_host.discovery import Plugin

_SEED = 20260302
_START = 1_774_000_800  # 2026-03-20 10:00:00 UTC, when the demo is "worked on"


@dataclass(frozen=True, slots=True)
class File:
    """One exhibit of a demo, and what must be said about it when it is imported."""

    name: str
    data: bytes
    reader: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo case. ``name`` is good for files."""

    name: str
    title: str
    examiner: str
    files: Callable[[], list[File]]
    annotate: Callable[[Session], None]
    received_from: str


def build(which: Demo, path: Path, plugins: Sequence[Plugin], settings_folder: Path) -> Session:
    """Make the case file and leave it open, imported, annotated and laid out.

    Raises:
        WorkstationError: the file exists, or an exhibit of the demo could not be imported.
    """
    clock, entropy = _clock(), _entropy(which.name)
    made = store.create(path, title=which.title, examiner=which.examiner, clock=clock, entropy=entropy)
    session = Session(made, plugins, settings_folder, clock=clock)
    try:
        with tempfile.TemporaryDirectory(prefix="fundflow-demo-") as folder:
            results = []
            for file in which.files():
                path_of = Path(folder) / file.name
                path_of.write_bytes(file.data)
                options = intake.Options(file.reader, received_from=which.received_from, more={"date": file.date})
                results += intake.import_files(session, [path_of], options)
        for result in results:
            if result.outcome != "accepted":
                raise WorkstationError(
                    "WS-DEMO-001",
                    f"the demo exhibit {Path(result.path).name} was {result.outcome}: {result.message}",
                    "the unfinished case stays where it is",
                    "run workstation selftest",
                    1,
                )
        which.annotate(session)
        session.select(())
        return session
    except BaseException:
        session.close()
        raise


def _clock() -> Clock:
    """A clock that moves on a minute each time it is read."""
    minutes = iter(range(1, 1 << 40))
    return lambda: float(_START + 60 * next(minutes))


def _entropy(name: str) -> Entropy:
    """Bytes that only depend on the demo; a real case takes them from the operating system."""
    blocks = iter(range(1 << 40))

    def give(count: int) -> bytes:
        found = b""
        while len(found) < count:
            found += hashlib.sha256(f"{name}/{next(blocks)}".encode()).digest()
        return found[:count]

    return give


# --- romance ----------------------------------------------------------------------------------------------------------


def _romance_files() -> list[File]:
    labels = File("labels.csv", romance.labels_file(_SEED), "address.list", "2026-03-20")
    return [File("chain-export.csv", romance.ledger_file(_SEED), "ledger.csv"), labels]


def _tron(address: str) -> Subject:
    return Subject("address", "tron", address)


def _transfers(session: Session, **wanted: Any) -> list[Transfer]:
    return list(session.store.transfers(**wanted))


def _cite(transfers: Sequence[Transfer]) -> list[Subject]:
    return [Subject("transfer", transfer.chain, str(transfer.id)) for transfer in transfers]


def _annotate_romance(session: Session) -> None:
    who = romance.cast(_SEED)
    run, victims = session.run, [_tron(address) for address in who.victims]
    collectors, deposit = [_tron(address) for address in who.collectors], _tron(who.deposit)
    run("graph.new", name="Fund flow")
    run("graph.add", subjects=victims)
    for victim in victims:
        run("graph.expand", subject=victim, direction="out")
    for collector in collectors:
        run("graph.expand", subject=collector, direction="out")
    run("graph.expand", subject=deposit, direction="out")
    shop = _tron(who.shop)
    run("graph.hide", subjects=[shop])
    for number, collector in enumerate(collectors, 1):
        run(
            "tag.add",
            subjects=[collector],
            label=f"Collector {number}",
            category="scam",
            confidence="moderate",
            source="victim statements",
            source_date="2026-03-18",
            basis="heuristic",
        )
    run("mark.role", subjects=collectors, role="illicit", badge="SC")
    run(
        "note.add",
        subjects=[deposit],
        body="All of the money ends here. Exchange A can say whose deposit address this is: send the freeze request.",
    )
    run(
        "note.add",
        subjects=[collectors[0]],
        body="A look-alike address that ends like the deposit address sent 0 USDT here on purpose (poisoning)."
        " Never copy it.",
    )
    run("graph.layout")
    paid = [
        t for t in _transfers(session, asset=romance.USDT) if t.sender in who.victims and t.receiver in who.collectors
    ]
    run(
        "finding.new",
        claim=f"Four victims paid {_usdt(paid)} USDT in {len(paid)} transfers to two collector addresses.",
        status="supported",
        confidence="high",
        basis="fact",
        reasons="Every payment stands in the ledger export; amounts and times fit the statements of the victims.",
        alternatives="A payment may have been meant for somebody else who used the same address.",
        disproof="A statement of a victim that one of these payments was not made to the friendly stranger.",
        subjects=_cite(paid),
        note="payment of a victim",
    )
    onward = [
        t for t in _transfers(session, asset=romance.USDT) if t.sender in who.collectors and t.receiver == who.deposit
    ]
    run(
        "finding.new",
        claim=f"Both collectors forwarded {_usdt(onward)} USDT to one deposit address of Exchange A.",
        status="supported",
        confidence="high",
        basis="fact",
        reasons="The collectors sent nothing anywhere else; the exchange confirmed that the address is one of"
        " its deposits.",
        alternatives="The deposit address may belong to a broker with many customers.",
        disproof="An answer of Exchange A that the address is not assigned to one customer.",
        subjects=[*_cite(onward), deposit],
        note="forwarded to the exchange",
    )
    run(
        "entity.new",
        subjects=[_tron(who.hot_wallet)],
        name="Exchange A",
        role="exchange",
        note="Answered request 17. Holds the money that can still be frozen.",
        rule="labelled by the exchange itself",
        confidence="high",
    )
    session.select([deposit])
    run(
        "scene.save",
        name="Where the money went",
        caption="Nine payments of four victims, two collectors, one deposit address: the place to send the request to.",
    )


def _usdt(transfers: Sequence[Transfer]) -> str:
    total = sum(transfer.amount or 0 for transfer in transfers)
    return f"{total // 10**6:,}.{total % 10**6:06d}"


# --- colonial ---------------------------------------------------------------------------------------------------------

_RANSOM = "15JFh88FcE4WL6qeMLgX5VEAFCbRXjc9fr"
_SUBJECT = "bc1qq2euq8pw950klpjcawuy4uj39ym43hs6cfsegq"
_SEIZED = "bc1qpx7vyv5tp7dm0g475ev527krg764t73dh77gls"
_PAID = "6a798026d44af27dbacd28ea21462808df8deca51794cec80c1b59e07ef924a2"
_FORWARDED = "915fb4f0a030937f2c1d2210996e8eb32b5a41b331965c7ec78961923775bd62"
_GATHERED = "daf38c7b38eb0a587cf843f47000d5c294affb4f56017370ad48c5147f5e69d9"
_SEIZING = "943f2d576ed8d9f388ba75eb82fe35cce29479b84121827ac368a5a94f44cf7a"


def _colonial_files() -> list[File]:
    folder = resources_folder() / "cases" / "colonial-2021"
    facts = (folder / "facts.csv").read_text("utf-8")
    labels = File("labels.csv", (folder / "labels.csv").read_bytes(), "address.list", "2021-06-07")
    return [File("transactions.json", colonial.esplora_answer(facts), "esplora.transactions"), labels]


def _annotate_colonial(session: Session) -> None:
    run = session.run
    ransom, seized_from, seized = (Subject("address", "bitcoin", a) for a in (_RANSOM, _SUBJECT, _SEIZED))
    paid, forwarded, gathered, seizing = (
        Subject("transaction", "bitcoin", t) for t in (_PAID, _FORWARDED, _GATHERED, _SEIZING)
    )
    run("graph.new", name="Ransom and seizure")
    run("graph.add", subjects=[ransom])
    run("graph.expand", subject=ransom, direction="both")
    run("graph.add", subjects=[seized_from, gathered, seizing, seized])
    run("graph.expand", subject=gathered, direction="in", limit="5")
    run(
        "tag.add",
        subjects=[paid],
        label="Ransom paid, 75 BTC",
        source="US seizure papers of June 2021",
        source_date="2021-06-07",
    )
    run("tag.add", subjects=[forwarded], label="Forwarded", source="the ledger", confidence="high")
    run(
        "tag.add",
        subjects=[seizing],
        label="Seizing transaction",
        source="US seizure papers of June 2021",
        source_date="2021-06-07",
    )
    run(
        "note.add",
        subjects=[seized_from],
        body="Between here and the ransom address lie transactions that are not in this case."
        " Nothing is drawn across this gap.",
    )
    run("graph.layout")
    ransom_rows = [t for t in _transfers(session, tx=_PAID) if t.receiver == _RANSOM]
    on = _transfers(session, tx=_FORWARDED)
    run(
        "finding.new",
        claim="75.0003 BTC were paid to the ransom address on 8 May 2021 and left it within an hour.",
        status="supported",
        confidence="high",
        basis="fact",
        reasons="Both transactions are in confirmed blocks; the address spent everything it ever received.",
        alternatives="None known: the seizure papers name the address.",
        disproof="Another payment of the same amount to the group at the same time.",
        subjects=[*_cite(ransom_rows), *_cite(on)],
    )
    rows = _transfers(session, tx=_SEIZING)
    run(
        "finding.new",
        claim="63.69996546 BTC went to the address of the FBI on 7 June 2021.",
        status="supported",
        confidence="high",
        basis="fact",
        reasons="The seizing transaction pays this output; the rest went back to the sending address.",
        alternatives="None known: the seizure was announced the same day.",
        disproof="A court paper that names another address.",
        subjects=_cite(rows),
    )
    run(
        "finding.new",
        claim="The seized coins are part of the ransom.",
        status="draft",
        confidence="moderate",
        basis="assumption",
        reasons="The seizure papers say so; amounts and dates fit.",
        alternatives="Coins of other victims may lie on the same address: it was filled from more than twenty inputs.",
        disproof="The transactions between the ransom address and the seized address, once they are imported.",
        subjects=[seized_from, gathered],
        note="the gap lies before this",
    )
    session.select([seizing])
    run(
        "scene.save",
        name="Payment, gap, seizure",
        caption="The payment on the left, the seizure on the right, and what is not known between.",
    )


ROMANCE = Demo(
    "romance-2026",
    "The friendly stranger (fictional)",
    "Demo examiner",
    _romance_files,
    _annotate_romance,
    "Demo generator; every name and address is invented",
)
COLONIAL = Demo(
    "colonial-2021",
    "Colonial Pipeline payment of 2021",
    "Demo examiner",
    _colonial_files,
    _annotate_colonial,
    "Public Bitcoin ledger",
)
