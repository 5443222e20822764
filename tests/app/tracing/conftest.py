"""Small cases for tracing tests: coins from facts, payments from a hand-written ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from workstation.app import colonial, intake
from workstation.app.session import Session
from workstation.app.tracing import records, runs, sources
from workstation.app.tracing.question import Question
from workstation.app.tracing.runs import Run
from workstation.casefile import store
from workstation.plugin_host.discovery import Plugin

#: (transaction, side, address, satoshi, transaction it spends, output it spends)
Fact = tuple[str, str, str, int, str, int]
#: (sender, receiver, asset, amount in coins)
Payment = tuple[str, str, str, str]
Ask = Callable[..., tuple[Run, ...]]


def txid(name: str) -> str:
    """A transaction id that depends on a short name."""
    return hashlib.sha256(name.encode()).hexdigest()


def coin_address(name: str) -> str:
    """A bitcoin address that depends on a short name."""
    body = b"\x00" + hashlib.sha256(name.encode()).digest()[:20]
    return _base58(body)


def tron_address(name: str) -> str:
    """A TRON address that depends on a short name."""
    return _base58(b"\x41" + hashlib.sha256(name.encode()).digest()[:20])


def _base58(body: bytes) -> str:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    whole = body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, text = int.from_bytes(whole, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return "1" * (len(whole) - len(whole.lstrip(b"\x00"))) + text


@pytest.fixture
def case(plugins: list[Plugin], tmp_path: Path) -> Iterator[Session]:
    """A case that holds nothing yet."""
    made = store.create(tmp_path / "trace.wcase", title="Trace", examiner="Tester")
    with Session(made, plugins, tmp_path / "settings") as session:
        yield session


def bring(session: Session, name: str, data: bytes, reader: str) -> None:
    """Import one file."""
    path = session.store.path.with_name(name)
    path.write_bytes(data)
    (result,) = intake.import_files(session, [path], intake.Options(reader, received_from="test"))
    assert result.outcome == "accepted", result
    session.evidence_changed()


def bring_coins(session: Session, facts: Sequence[Fact], name: str = "coins.json") -> None:
    """Import transactions; each stands in a block of its own, in the order of the facts."""
    lines = ["transaction,block,time,side,index,address,satoshi,previous_transaction,previous_index"]
    blocks: dict[str, int] = {}
    for tx, side, who, units, spends, index in facts:
        block = blocks.setdefault(tx, 100 + len(blocks))
        previous = f"{txid(spends)},{index}" if side == "input" else ","
        lines.append(f"{txid(tx)},{block},{1_600_000_000 + block},{side},0,{coin_address(who)},{units},{previous}")
    bring(session, name, colonial.esplora_answer("\n".join(lines)), "esplora.transactions")


def bring_payments(session: Session, payments: Sequence[Payment], name: str = "ledger.csv", start: int = 0) -> None:
    """Import payments on TRON, one a minute."""
    lines = ["time,from,to,asset,amount,transaction,chain"]
    for number, (sender, receiver, asset, amount) in enumerate(payments, start):
        parties = ",".join(tron_address(who) if who else "" for who in (sender, receiver))
        lines.append(f"{1_600_000_000 + 60 * number},{parties},{asset},{amount},{txid(f'{name}{number}')},tron")
    bring(session, name, ("\n".join(lines) + "\n").encode(), "ledger.csv")


@pytest.fixture
def ask() -> Ask:
    """Asks a question with sources as text; gives the runs."""

    def asked(session: Session, named: Sequence[str], methods: Sequence[str], **more: object) -> tuple[Run, ...]:
        ledger = session.graphs.ledger
        found = tuple(sources.read(ledger, text) for text in named)
        return runs.run(
            records.books(session),
            session.graphs.names,
            Question(found, tuple(methods), **more),  # type: ignore[arg-type]
        )

    return asked
